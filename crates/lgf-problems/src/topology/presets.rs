//! Structures of the literature.
use super::structure::{Load, Place, Region, Structure, Support};

const XY: [bool; 3] = [true, true, false];
const XYZ: [bool; 3] = [true; 3];
const DOWN: [f64; 3] = [0.0, -1.0, 0.0];
const UP: [f64; 3] = [0.0, 1.0, 0.0];

lgf_core::choices! {
    /// A plane structure; every force is 1 in all.
    pub enum Preset2d {
        /// Right half of a beam on two supports, loaded in its middle: symmetric at the left, a roller under the lower right corner, the force on
        /// the upper left one.
        Mbb = "mbb",
        /// Held at the left, loaded in the middle of the right side.
        Cantilever = "cantilever",
        /// A square without its upper right part: held at the top, loaded at the upper end of the right side.
        LBracket = "l-bracket",
        /// A cantilever loaded at the lower right corner downwards or at the upper one upwards.
        TwoLoadCases = "two-load-cases",
    }
}

lgf_core::choices! {
    /// A structure in space; every force is 1 in all.
    pub enum Preset3d {
        /// Held at the left face, loaded along the lower edge of the right one.
        Cantilever = "cantilever3d",
        /// A solid deck at the bottom that carries an even load, on two supports along the lower edges of its ends.
        Bridge = "bridge",
    }
}

impl Preset2d {
    /// Elements along each axis, unless the user says otherwise.
    pub const fn size(self) -> [usize; 2] {
        match self {
            Self::Mbb => [60, 20],
            Self::Cantilever | Self::TwoLoadCases => [64, 32],
            Self::LBracket => [60, 60],
        }
    }

    /// Its supports, loads and regions.
    pub fn structure(self) -> Structure {
        let left = Support {
            at: Place::plane([0.0, 0.0], [0.0, 1.0]),
            fixed: XY,
        };
        let load = |at: [f64; 2], force| {
            vec![Load {
                at: Place::point(at),
                force,
            }]
        };
        match self {
            Self::Mbb => Structure {
                supports: vec![
                    Support {
                        fixed: [true, false, false],
                        ..left
                    },
                    Support {
                        at: Place::point([1.0, 0.0]),
                        fixed: [false, true, false],
                    },
                ],
                load_cases: vec![load([0.0, 1.0], DOWN)],
                regions: Vec::new(),
            },
            Self::Cantilever => Structure {
                supports: vec![left],
                load_cases: vec![load([1.0, 0.5], DOWN)],
                regions: Vec::new(),
            },
            Self::LBracket => Structure {
                supports: vec![Support {
                    at: Place::plane([0.0, 1.0], [0.4, 1.0]),
                    fixed: XY,
                }],
                load_cases: vec![load([1.0, 0.4], DOWN)],
                regions: vec![Region {
                    at: Place::plane([0.4, 0.4], [1.0, 1.0]),
                    solid: false,
                }],
            },
            Self::TwoLoadCases => Structure {
                supports: vec![left],
                load_cases: vec![load([1.0, 0.0], DOWN), load([1.0, 1.0], UP)],
                regions: Vec::new(),
            },
        }
    }
}

impl Preset3d {
    /// Elements along each axis, unless the user says otherwise.
    pub const fn size(self) -> [usize; 3] {
        match self {
            Self::Cantilever => [48, 24, 24],
            Self::Bridge => [64, 32, 16],
        }
    }

    /// Its supports, loads and regions.
    pub fn structure(self) -> Structure {
        let place = |from, to| Place { from, to };
        match self {
            Self::Cantilever => Structure {
                supports: vec![Support {
                    at: place([0.0, 0.0, 0.0], [0.0, 1.0, 1.0]),
                    fixed: XYZ,
                }],
                load_cases: vec![vec![Load {
                    at: place([1.0, 0.0, 0.0], [1.0, 0.0, 1.0]),
                    force: DOWN,
                }]],
                regions: Vec::new(),
            },
            Self::Bridge => Structure {
                supports: [0.0, 1.0]
                    .map(|x| Support {
                        at: place([x, 0.0, 0.0], [x, 0.0, 1.0]),
                        fixed: XYZ,
                    })
                    .to_vec(),
                load_cases: vec![vec![Load {
                    at: place([0.0, 0.0, 0.0], [1.0, 0.0, 1.0]),
                    force: DOWN,
                }]],
                regions: vec![Region {
                    at: place([0.0, 0.0, 0.0], [1.0, 0.0625, 1.0]),
                    solid: true,
                }],
            },
        }
    }
}
