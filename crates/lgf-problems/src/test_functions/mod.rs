//! Test functions of unconstrained optimization, by name.
mod data;
mod dual;
mod fields;
mod noise;
mod scalable;
mod small;
mod table;
#[cfg(test)]
mod tests;
mod variable;

use data::Function;
use lgf_core::error::{Error, Result};
use lgf_core::param::{Domain, Options};
use lgf_core::problem::Problem;
use noise::Noise;
pub use table::TestFunctionName;
use table::{Build, Entry, Minimum, TABLE};

/// Seeds are exact in a double.
const LAST_SEED: usize = 9_007_199_254_740_991;

lgf_core::choices! {
    /// What the deviation of the noise is a multiple of.
    pub enum NoiseKind {
        /// The gradient's length at the point.
        Relative = "relative",
        /// The gradient's length at the start.
        Absolute = "absolute",
    }
}

lgf_core::options! {
    /// Settings of a test function.
    pub struct TestProblemOptions as "TestProblemOptions" {
        /// Which function.
        name: TestFunctionName = TestFunctionName::Rosenbrock, Domain::OfType;
        /// Number of variables; the default and what else is admissible depend on the function.
        dimension: Option<usize> = None, Domain::AtLeast(1);
        /// Condition number; for `name: 'quadratic'`.
        condition: f64 = 100.0, Domain::Range(1.0, 1e12);
        /// Length of the gradient's noise, root mean square, in units of `noiseKind`; 0 for exact gradients.
        noise: f64 = 0.0, Domain::NonNegative;
        /// Whether `noise` is relative to the gradient at the point or to that at the start.
        noise_kind: NoiseKind = NoiseKind::Relative, Domain::OfType;
        /// Whether the value has noise too: `noise` times the value, at the point or at the start, is its deviation.
        noisy_value: bool = false, Domain::OfType;
        /// Seed of the noise: equal seeds and points give equal noise.
        seed: usize = 0, Domain::Within(0, LAST_SEED);
    }
}

/// A test function: one of the collection of Moré, Garbow and Hillstrom (ACM TOMS 7 (1981) 17-41), of the scalable ones of CUTEst (Gould,
/// Orban, Toint, Comput. Optim. Appl. 60 (2015) 545-557), or one of five that are common in experiments: a quadratic of given condition,
/// logistic regression, the Bratu energy, a minimal surface, a small network. Everything is without units.
///
/// Gradients are exact: by hand, or by forward differentiation of the formula. A point outside of a function's domain, or where it
/// overflows, gives a non-finite value; nothing panics. Equal points give equal bits.
///
/// With noise the gradient is `g + s xi / sqrt(d)`, `s = noise |g(x)|` or `noise |g(start)|`, and `xi` standard normal: SplitMix64 over the
/// seed and the bits of `x`, by Box-Muller. The value stays exact unless `noisy_value`; then it is `f + noise |f| xi'`, `f` at the point or
/// at the start.
pub struct TestFunction {
    options: TestProblemOptions,
    dimension: usize,
    entry: &'static Entry,
    function: Function,
    /// Value and length of the gradient at the start, both without sign; only with noise.
    scales: [f64; 2],
}

/// A function's line in the table.
#[derive(Debug, Clone, PartialEq)]
pub struct TestFunctionSummary {
    /// Name.
    pub name: &'static str,
    /// Number of variables unless the options say another.
    pub dimension: usize,
    /// Least value in that dimension.
    pub minimum: f64,
}

impl TestFunction {
    /// Makes the function and its data. Errors: `Argument` for an option outside its domain, `dimension` included.
    pub fn new(options: &TestProblemOptions) -> Result<Self> {
        Options::check(options, "")?;
        let entry = entry(options.name);
        let dimension = options.dimension.unwrap_or(entry.sizes.default());
        if !entry.sizes.admits(dimension) {
            return Err(Error::argument_error("dimension", dimension.to_string(), entry.sizes.describe()));
        }
        let function = match entry.build {
            Build::Plain(function) => Box::new(function),
            Build::Data(build) => build(dimension, options.condition),
        };
        let mut own = Self {
            options: options.clone(),
            dimension,
            entry,
            function,
            scales: [0.0; 2],
        };
        if options.noise > 0.0 && options.noise_kind == NoiseKind::Absolute {
            let mut gradient = vec![0.0; dimension];
            let value = (own.function)(&own.start(), &mut gradient);
            own.scales = [value.abs(), length(&gradient)];
        }
        Ok(own)
    }

    /// All functions in a fixed order.
    pub fn all() -> Vec<TestFunctionSummary> {
        let summary = |entry: &Entry| TestFunctionSummary {
            name: entry.name.name(),
            dimension: entry.sizes.default(),
            minimum: minimum(entry, entry.sizes.default()).unwrap_or(f64::NAN),
        };
        TABLE.iter().map(summary).collect()
    }

    /// Least value without noise, as far as known in this dimension: published, or the least of long runs of several methods from the start.
    pub fn minimum(&self) -> Option<f64> {
        minimum(self.entry, self.dimension)
    }
}

fn entry(name: TestFunctionName) -> &'static Entry {
    // The table and the names come from the same lines, in the same order.
    &TABLE[name as usize]
}

fn minimum(entry: &Entry, dimension: usize) -> Option<f64> {
    match entry.minimum {
        Minimum::Always(value) => Some(value),
        Minimum::Of(value) => Some(value(dimension as f64)),
        Minimum::Found(value) => (dimension == entry.sizes.default()).then_some(value),
    }
}

fn length(g: &[f64]) -> f64 {
    g.iter().map(|g| g * g).sum::<f64>().sqrt()
}

impl Problem for TestFunction {
    fn name(&self) -> &str {
        self.entry.name.name()
    }
    fn dimension(&self) -> usize {
        self.dimension
    }
    fn start(&self) -> Vec<f64> {
        (0..self.dimension).map(|i| (self.entry.start)(i, self.dimension)).collect()
    }
    fn evaluate(&mut self, point: &[f64], gradient: &mut [f64]) -> f64 {
        let value = (self.function)(point, gradient);
        let TestProblemOptions {
            noise,
            noise_kind,
            noisy_value,
            seed,
            ..
        } = self.options;
        if noise == 0.0 {
            return value;
        }
        let own = Noise::at(seed as u64, point);
        let [values, gradients] = match noise_kind {
            NoiseKind::Relative => [value.abs(), length(gradient)],
            NoiseKind::Absolute => self.scales,
        };
        let deviation = noise * gradients / (self.dimension as f64).sqrt();
        for (i, g) in gradient.iter_mut().enumerate() {
            *g += deviation * own.normal(i as u64 + 1);
        }
        if noisy_value {
            value + noise * values * own.normal(0)
        } else {
            value
        }
    }
}
