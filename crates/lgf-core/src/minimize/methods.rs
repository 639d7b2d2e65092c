//! Which optimizer a method is.
use super::StoppingOptions;
use crate::bounds::Bounds;
use crate::error::{Error, Result};
use crate::optimizer::{
    Adam, AdamFlow, AdamTrustRegion, Adaptive, Anderson, GradientDescent, GradientFlow, Lbfgs, MovingAsymptotes, OptimalityCriteria,
    Optimizer, TrustRegionFlow, adaptive,
};
use crate::param::{Options, Value};

type Boxed = Result<Box<dyn Optimizer>>;

/// An optimizer by the name that users give it.
#[derive(Debug, Clone, Copy)]
pub struct Method {
    /// The name in options.
    pub name: &'static str,
    /// Name of the exported class, which snapshots carry.
    pub kind: &'static str,
    make: fn(&[f64], Option<&Value>, Option<&Bounds>) -> Boxed,
}

/// All of them; the first is the default.
pub const METHODS: &[Method] = &[
    Method {
        name: "lgf-adaptive",
        kind: Adaptive::KIND,
        make: |x, o, bounds| adaptive(x, &Options::read(o, "")?, bounds.cloned()),
    },
    Method {
        name: "l-bfgs",
        kind: Lbfgs::KIND,
        make: |x, o, bounds| boxed(Lbfgs::within(x, &Options::read(o, "")?, bounds.cloned())),
    },
    Method {
        name: "anderson",
        kind: Anderson::KIND,
        make: |x, o, bounds| unbounded("anderson", bounds, Anderson::new(x, &Options::read(o, "")?)),
    },
    Method {
        name: "optimality-criteria",
        kind: OptimalityCriteria::KIND,
        make: |x, o, bounds| boxed(OptimalityCriteria::within(x, &Options::read(o, "")?, bounds.cloned())),
    },
    Method {
        name: "mma",
        kind: MovingAsymptotes::KIND,
        make: |x, o, bounds| boxed(MovingAsymptotes::within(x, &Options::read(o, "")?, bounds.cloned())),
    },
    Method {
        name: "gradient-descent",
        kind: "GradientDescent",
        make: |x, o, bounds| unbounded("gradient-descent", bounds, GradientDescent::new(x, &Options::read(o, "")?)),
    },
    Method {
        name: "adam",
        kind: "BaseAdam",
        make: |x, o, bounds| unbounded("adam", bounds, Adam::new(x, &Options::read(o, "")?)),
    },
    Method {
        name: "lgf",
        kind: "LGFGradientFlow",
        make: |x, o, bounds| unbounded("lgf", bounds, GradientFlow::new(x, &Options::read(o, "")?)),
    },
    Method {
        name: "lgf-adam",
        kind: "LGFAdam",
        make: |x, o, bounds| unbounded("lgf-adam", bounds, AdamFlow::new(x, &Options::read(o, "")?)),
    },
    Method {
        name: "lgf-trust-region",
        kind: "LGFTrustRegion",
        make: |x, o, bounds| unbounded("lgf-trust-region", bounds, TrustRegionFlow::new(x, &Options::read(o, "")?)),
    },
    Method {
        name: "lgf-adam-trust-region",
        kind: "LGFAdamTrustRegion",
        make: |x, o, bounds| unbounded("lgf-adam-trust-region", bounds, AdamTrustRegion::new(x, &Options::read(o, "")?)),
    },
];

fn boxed(made: Result<impl Optimizer + 'static>) -> Boxed {
    Ok(Box::new(made?))
}

/// A method that knows of no bounds.
fn unbounded(name: &str, bounds: Option<&Bounds>, made: Result<impl Optimizer + 'static>) -> Boxed {
    match bounds {
        None => boxed(made),
        Some(bounds) => Err(Error::argument_error(
            "bounds",
            format!("bounds of {} variables", bounds.dimension()),
            format!("none with the method '{name}'; 'lgf-adaptive', 'l-bfgs', 'optimality-criteria' and 'mma' take them"),
        )),
    }
}

/// The options of a run, apart: which method, when it ends, and what is left for the optimizer.
#[derive(Debug, Clone)]
pub struct Plan {
    /// The method.
    pub method: &'static Method,
    /// When the run ends.
    pub stopping: StoppingOptions,
    /// Whether the method was named, not taken by default.
    pub named: bool,
    rest: Option<Value>,
}

impl Plan {
    /// Reads `{ method?, ...stopping, ...options of the method }`. Where both have an option of the same name it is the stopping rule's.
    ///
    /// # Errors
    /// [`Error::Argument`] naming `method` or the stopping rule; options of the method are checked when it is made.
    pub fn read(options: Option<&Value>) -> Result<Self> {
        let Some(Value::Tree(entries)) = options else {
            // Anything else is refused there.
            return Ok(Self {
                method: &METHODS[0],
                stopping: StoppingOptions::read(options, "")?,
                named: false,
                rest: None,
            });
        };
        let method = match entries.iter().find(|(name, _)| name == "method") {
            None => &METHODS[0],
            Some((_, value)) => find(value)?,
        };
        let rules: Vec<String> = StoppingOptions::describe()
            .swap_remove(0)
            .fields
            .into_iter()
            .map(|field| field.name)
            .collect();
        let others = entries.iter().filter(|(name, _)| name != "method").cloned();
        let (stopping, rest) = others.partition(|(name, _)| rules.contains(name));
        Ok(Self {
            method,
            named: entries.iter().any(|(name, _)| name == "method"),
            stopping: StoppingOptions::read(Some(&Value::Tree(stopping)), "")?,
            rest: Some(Value::Tree(rest)),
        })
    }

    /// The optimizer, from a start inside of the bounds.
    ///
    /// # Errors
    /// As the constructor of the optimizer; [`Error::Argument`] naming `bounds` where the method takes none.
    pub fn optimizer(&self, start: &[f64], bounds: Option<&Bounds>) -> Boxed {
        (self.method.make)(start, self.rest.as_ref(), bounds)
    }
}

fn find(value: &Value) -> Result<&'static Method> {
    let named = METHODS
        .iter()
        .find(|method| matches!(value, Value::Text(text) if text == method.name));
    named.ok_or_else(|| {
        let names: Vec<String> = METHODS.iter().map(|method| format!("'{}'", method.name)).collect();
        Error::argument_error("method", value.describe(), names.join(" | "))
    })
}
