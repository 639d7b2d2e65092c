//! The table of all options, from which the TypeScript interfaces and their documentation are generated.
use lgf_core::fit::DiscoverOptions;
use lgf_core::integrate::IntervalOptions;
use lgf_core::library::{FeatureOptions, LibraryOptions};
use lgf_core::minimize::StoppingOptions;
use lgf_core::newton::{NewtonCgOptions, NewtonOptions};
use lgf_core::optimizer::{
    AdamFlowOptions, AdamOptions, AdamTrustRegionOptions, AdaptiveOptions, AndersonOptions, BatchOptions, GradientDescentOptions,
    GradientFlowOptions, LbfgsOptions, MovingAsymptotesOptions, OptimalityCriteriaOptions, TrustRegionOptions,
};
use lgf_core::param::{Group, Options};
use lgf_core::reduce::SvdOptions;
use lgf_core::targets::{StrongOptions, TimeStepOptions};
use lgf_problems::{
    AcousticInverseOptions, DeepElasticityOptions, HeatRodOptions, NonlinearHeatOptions, TestProblemOptions, TopologyOptions,
};
use napi_derive::napi;

/// One option.
#[napi(object, object_from_js = false)]
pub struct OptionField {
    pub name: String,
    pub ty: String,
    pub default: String,
    pub required: bool,
    pub domain: String,
    pub doc: String,
}

/// One options object.
#[napi(object, object_from_js = false)]
pub struct OptionGroup {
    pub name: String,
    pub doc: String,
    pub fields: Vec<OptionField>,
    pub union: Vec<String>,
}

/// Every options object once, those it contains included.
#[napi]
pub fn option_table() -> Vec<OptionGroup> {
    let mut groups: Vec<Group> = Vec::new();
    for described in [
        FeatureOptions::describe(),
        LibraryOptions::describe(),
        TimeStepOptions::describe(),
        StrongOptions::describe(),
        SvdOptions::describe(),
        IntervalOptions::describe(),
        DiscoverOptions::describe(),
        GradientDescentOptions::describe(),
        AdamOptions::describe(),
        GradientFlowOptions::describe(),
        AdamFlowOptions::describe(),
        TrustRegionOptions::describe(),
        AdamTrustRegionOptions::describe(),
        BatchOptions::describe(),
        AdaptiveOptions::describe(),
        LbfgsOptions::describe(),
        AndersonOptions::describe(),
        OptimalityCriteriaOptions::describe(),
        MovingAsymptotesOptions::describe(),
        StoppingOptions::describe(),
        NewtonOptions::describe(),
        NewtonCgOptions::describe(),
        HeatRodOptions::describe(),
        NonlinearHeatOptions::describe(),
        DeepElasticityOptions::describe(),
        TopologyOptions::describe(),
        AcousticInverseOptions::describe(),
        TestProblemOptions::describe(),
    ] {
        for group in described {
            if !groups.iter().any(|known| known.name == group.name) {
                groups.push(group);
            }
        }
    }
    groups.into_iter().map(translate).collect()
}

fn translate(group: Group) -> OptionGroup {
    let field = |f: lgf_core::param::Field| OptionField {
        name: f.name,
        ty: f.ty,
        default: f.default,
        required: f.required,
        domain: f.domain,
        doc: f.doc,
    };
    OptionGroup {
        name: group.name,
        doc: group.doc,
        fields: group.fields.into_iter().map(field).collect(),
        union: group.union,
    }
}
