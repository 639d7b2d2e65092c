//! Topology optimization: what is refused, one way at a time.
#![allow(clippy::unwrap_used, reason = "a test that fails says where")]
use lgf_problems::{DesignDirection, FilterKind, Load, Place, Preset2d, Region, Structure, Support, Topology, TopologyOptions, Variables};

#[test]
fn nonsense_is_refused_by_name() {
    let valid = Preset2d::Mbb.structure();
    let refused = |size: &[usize], structure: &Structure, o: TopologyOptions| {
        let error = Topology::new(size, structure, &o).err().unwrap();
        error.argument().unwrap_or_default().to_string()
    };
    let d = TopologyOptions::default;
    assert!(Topology::new(&[60, 20], &valid, &d()).is_ok());
    for size in [&[60][..], &[60, 0], &[1, 1], &[60, 20, 0], &[1 << 20, 1 << 20], &[2, 2, 2, 2]] {
        assert_eq!(refused(size, &valid, d()), "size");
    }
    let with = |change: &dyn Fn(&mut Structure)| {
        let mut structure = valid.clone();
        change(&mut structure);
        refused(&[60, 20], &structure, d())
    };
    assert_eq!(with(&|s| s.supports.clear()), "supports");
    assert_eq!(with(&|s| s.supports.truncate(1)), "supports");
    assert_eq!(with(&|s| s.supports[1].fixed = [false; 3]), "supports.1.fixed");
    assert_eq!(with(&|s| s.supports[0].at.from[0] = -0.1), "supports.0");
    assert_eq!(with(&|s| s.supports[0].at.to[1] = f64::NAN), "supports.0");
    assert_eq!(with(&|s| s.load_cases.clear()), "loadCases");
    assert_eq!(with(&|s| s.load_cases[0].clear()), "loadCases.0");
    assert_eq!(with(&|s| s.load_cases[0][0].force = [0.0; 3]), "loadCases.0");
    assert_eq!(with(&|s| s.load_cases[0][0].force[1] = f64::INFINITY), "loadCases.0.0.force");
    assert_eq!(
        with(&|s| s.load_cases[0][0].at = Place::plane([0.5, 0.5], [0.4, 0.5])),
        "loadCases.0.0"
    );
    // A force along an axis that is held does no work.
    let sideways = Load {
        at: Place::point([0.0, 1.0]),
        force: [1.0, 0.0, 0.0],
    };
    assert_eq!(with(&|s| s.load_cases[0] = vec![sideways]), "loadCases.0");
    let region = Region {
        at: Place::plane([0.0, 0.0], [2.0, 1.0]),
        solid: true,
    };
    assert_eq!(with(&|s| s.regions.push(region)), "regions.0");
    let all = Region {
        at: Place::plane([0.0, 0.0], [0.8, 1.0]),
        solid: true,
    };
    assert_eq!(with(&|s| s.regions.push(all)), "volumeFraction");
    let slipping = Support {
        at: Place::plane([0.0, 0.0], [1.0, 0.0]),
        fixed: [false, true, false],
    };
    assert_eq!(with(&|s| s.supports = vec![slipping]), "supports");
    let of = |o: TopologyOptions| refused(&[60, 20], &valid, o);
    assert_eq!(
        of(TopologyOptions {
            volume_fraction: 1.0,
            ..d()
        }),
        "volumeFraction"
    );
    assert_eq!(of(TopologyOptions { penalty: f64::NAN, ..d() }), "penalty");
    assert_eq!(
        of(TopologyOptions {
            filter: FilterKind::Sensitivity,
            ..d()
        }),
        "filter"
    );
    let variables = Variables::Density;
    assert_eq!(
        of(TopologyOptions {
            variables,
            sharpness: 2.0,
            ..d()
        }),
        "sharpness"
    );
    let direction = DesignDirection::Criteria;
    assert_eq!(
        of(TopologyOptions {
            variables,
            direction,
            ..d()
        }),
        "direction"
    );
}
