//! All functions: names, dimensions, starts and minima.
use super::data::{self, Function};
use super::{fields, scalable, small, variable};

/// Dimensions that a function has.
#[derive(Clone, Copy)]
pub(super) enum Sizes {
    Fixed(usize),
    /// `first`, `first + step`, ... up to `last`.
    Steps {
        default: usize,
        first: usize,
        step: usize,
        last: usize,
    },
    /// Squares of numbers up to this.
    Squares {
        default: usize,
        last: usize,
    },
}

/// Largest dimension of functions whose cost is linear in it.
const MOST: usize = 1 << 20;
/// Largest dimension of those whose cost is quadratic.
const QUADRATIC: usize = 2048;

/// Multiples of `step`, at least `first`.
const fn many(default: usize, first: usize, step: usize) -> Sizes {
    Sizes::Steps {
        default,
        first,
        step,
        last: MOST,
    }
}
const fn some(default: usize, first: usize, last: usize) -> Sizes {
    Sizes::Steps {
        default,
        first,
        step: 1,
        last,
    }
}

impl Sizes {
    pub const fn default(self) -> usize {
        match self {
            Self::Fixed(n) => n,
            Self::Steps { default, .. } | Self::Squares { default, .. } => default,
        }
    }

    pub fn admits(self, n: usize) -> bool {
        match self {
            Self::Fixed(only) => n == only,
            Self::Steps { first, step, last, .. } => (first..=last).contains(&n) && (n - first).is_multiple_of(step),
            Self::Squares { last, .. } => n > 0 && n <= last * last && n.isqrt().pow(2) == n,
        }
    }

    pub fn describe(self) -> String {
        match self {
            Self::Fixed(n) => format!("{n} alone for this function"),
            Self::Steps { first, step: 1, last, .. } => format!("an integer in [{first}, {last}] for this function"),
            Self::Steps { first, step, last, .. } => format!(
                "one of {first}, {}, {}, ... up to {last} for this function",
                first + step,
                first + 2 * step
            ),
            Self::Squares { last, .. } => format!("a square up to {last}^2 for this function"),
        }
    }
}

/// What is known of the least value.
#[derive(Clone, Copy)]
pub(super) enum Minimum {
    /// In every dimension.
    Always(f64),
    /// In the default dimension: where long runs of L-BFGS, BFGS and conjugate gradients from the start end. Where the source publishes the
    /// value, it agrees to all published digits; of Biggs, Freudenstein-Roth and the trigonometric function this is a local minimum, the
    /// least is 0. The network has many, of which this is the best one found.
    Found(f64),
    /// By the dimension.
    Of(fn(f64) -> f64),
}
use Minimum::{Always, Found, Of};

pub(super) enum Build {
    Plain(fn(&[f64], &mut [f64]) -> f64),
    Data(fn(usize, f64) -> Function),
}
use Build::{Data, Plain};

pub(super) struct Entry {
    pub name: TestFunctionName,
    pub sizes: Sizes,
    /// Component `i`, from 0, of the start in dimension `n`.
    pub start: fn(i: usize, n: usize) -> f64,
    pub minimum: Minimum,
    pub build: Build,
}

macro_rules! functions {
    ($first:ident = $name0:literal, $($row0:expr),*; $($variant:ident = $name:literal, $sizes:expr, $start:expr, $minimum:expr, $build:expr;)*) => {
        lgf_core::choices! {
            /// The functions by name.
            pub enum TestFunctionName {
                #[doc = $name0]
                $first = $name0,
                $( #[doc = $name] $variant = $name, )*
            }
        }
        pub(super) static TABLE: &[Entry] = &[
            entry(TestFunctionName::$first, $($row0),*),
            $( entry(TestFunctionName::$variant, $sizes, $start, $minimum, $build), )*
        ];
    };
}

const fn entry(name: TestFunctionName, sizes: Sizes, start: fn(usize, usize) -> f64, minimum: Minimum, build: Build) -> Entry {
    Entry {
        name,
        sizes,
        start,
        minimum,
        build,
    }
}

/// `t_i` of the discretised problems.
fn node(i: usize, n: usize) -> f64 {
    (i + 1) as f64 / (n + 1) as f64
}

functions! {
    Rosenbrock = "rosenbrock", many(20, 2, 1), |_, _| 0.3, Always(0.0), Plain(variable::rosenbrock);
    ExtendedRosenbrock = "extended-rosenbrock", many(40, 2, 2), |i, _| [-1.2, 1.0][i % 2], Always(0.0), Plain(variable::extended_rosenbrock);
    PowellSingular = "powell-singular", many(40, 4, 4), |i, _| [3.0, -1.0, 0.0, 1.0][i % 4], Always(0.0), Plain(variable::powell_singular);
    BroydenTridiagonal = "broyden-tridiagonal", many(60, 1, 1), |_, _| -1.0, Always(0.0), Plain(variable::broyden_tridiagonal);
    BroydenBanded = "broyden-banded", many(50, 1, 1), |_, _| -1.0, Always(0.0), Plain(variable::broyden_banded);
    Penalty1 = "penalty-1", many(10, 1, 1), |i, _| (i + 1) as f64, Found(7.087_651_467_090e-5), Plain(variable::penalty_1);
    Penalty2 = "penalty-2", some(10, 1, QUADRATIC), |_, _| 0.5, Found(2.936_605_374_567e-4), Plain(variable::penalty_2);
    VariablyDimensioned = "variably-dimensioned", many(20, 1, 1), |i, n| 1.0 - (i + 1) as f64 / n as f64, Always(0.0), Plain(variable::variably_dimensioned);
    DiscreteBoundary = "discrete-boundary", many(30, 1, 1), |i, n| 5.0 * node(i, n) * (node(i, n) - 1.0), Always(0.0), Plain(variable::discrete_boundary);
    DiscreteIntegral = "discrete-integral", some(30, 1, QUADRATIC), |i, n| node(i, n) * (node(i, n) - 1.0), Always(0.0), Plain(variable::discrete_integral);
    Trigonometric = "trigonometric", many(30, 1, 1), |_, n| (n as f64).recip(), Found(5.654_886_551_292e-6), Plain(variable::trigonometric);
    Wood = "wood", many(4, 4, 4), |i, _| [-3.0, -1.0][i % 2], Always(0.0), Plain(variable::wood);
    Beale = "beale", Sizes::Fixed(2), |_, _| 1.0, Always(0.0), Plain(small::beale);
    HelicalValley = "helical-valley", Sizes::Fixed(3), |i, _| [-1.0, 0.0, 0.0][i], Always(0.0), Plain(small::helical_valley);
    BrownBadlyScaled = "brown-badly-scaled", Sizes::Fixed(2), |_, _| 1.0, Always(0.0), Plain(small::brown_badly_scaled);
    PowellBadlyScaled = "powell-badly-scaled", Sizes::Fixed(2), |i, _| i as f64, Always(0.0), Plain(small::powell_badly_scaled);
    BiggsExp6 = "biggs-exp6", Sizes::Fixed(6), |i, _| if i == 1 { 2.0 } else { 1.0 }, Found(5.655_649_925_500e-3), Plain(small::biggs_exp6);
    Box3d = "box-3d", Sizes::Fixed(3), |i, _| 10.0 * i as f64, Always(0.0), Plain(small::box_3d);
    Watson = "watson", some(6, 2, 31), |_, _| 0.0, Found(2.287_670_053_552e-3), Plain(variable::watson);
    Gaussian = "gaussian", Sizes::Fixed(3), |i, _| [0.4, 1.0, 0.0][i], Found(1.127_932_769_618e-8), Plain(small::gaussian);
    Gulf = "gulf", Sizes::Fixed(3), |i, _| [5.0, 2.5, 0.15][i], Always(0.0), Plain(small::gulf);
    BrownDennis = "brown-dennis", Sizes::Fixed(4), |i, _| [25.0, 5.0, -5.0, -1.0][i], Found(85_822.201_626_356), Plain(small::brown_dennis);
    FreudensteinRoth = "freudenstein-roth", Sizes::Fixed(2), |i, _| [0.5, -2.0][i], Found(48.984_253_679_240), Plain(small::freudenstein_roth);
    JennrichSampson = "jennrich-sampson", Sizes::Fixed(2), |i, _| [0.3, 0.4][i], Found(124.362_182_355_615), Plain(small::jennrich_sampson);
    Meyer = "meyer", Sizes::Fixed(3), |i, _| [0.02, 4000.0, 250.0][i], Found(87.945_855_170), Plain(small::meyer);
    KowalikOsborne = "kowalik-osborne", Sizes::Fixed(4), |i, _| [0.25, 0.39, 0.415, 0.39][i], Found(3.075_056_038_492e-4), Plain(small::kowalik_osborne);
    Osborne1 = "osborne-1", Sizes::Fixed(5), |i, _| [0.5, 1.5, -1.0, 0.01, 0.02][i], Found(5.464_894_697_482e-5), Plain(small::osborne_1);
    Osborne2 = "osborne-2", Sizes::Fixed(11), |i, _| [1.3, 0.65, 0.65, 0.7, 0.6, 3.0, 5.0, 7.0, 2.0, 4.5, 5.5][i], Found(4.013_773_629_355e-2), Plain(small::osborne_2);
    Bard = "bard", Sizes::Fixed(3), |_, _| 1.0, Found(8.214_877_306_579e-3), Plain(small::bard);
    LinearFullRank = "linear-full-rank", many(20, 1, 1), |_, _| 1.0, Of(|n| n), Plain(variable::linear_full_rank);
    LinearRank1 = "linear-rank-1", many(10, 1, 1), |_, _| 1.0, Of(|n| n * (2.0 * n - 1.0) / (4.0 * n + 1.0)), Plain(variable::linear_rank_1);
    Chebyquad = "chebyquad", some(8, 1, QUADRATIC), node, Found(3.516_873_725_678e-3), Plain(variable::chebyquad);
    BrownAlmostLinear = "brown-almost-linear", some(10, 2, QUADRATIC), |_, _| 0.5, Always(0.0), Plain(variable::brown_almost_linear);
    Arwhead = "arwhead", many(100, 2, 1), |_, _| 1.0, Always(0.0), Plain(scalable::arwhead);
    Engval1 = "engval1", many(100, 2, 1), |_, _| 2.0, Found(109.088_136_143_092), Plain(scalable::engval1);
    Liarwhd = "liarwhd", many(100, 1, 1), |_, _| 4.0, Always(0.0), Plain(scalable::liarwhd);
    Nondia = "nondia", many(100, 1, 1), |_, _| -1.0, Always(0.0), Plain(scalable::nondia);
    Tridia = "tridia", many(100, 1, 1), |_, _| 1.0, Always(0.0), Plain(scalable::tridia);
    Genrose = "genrose", many(50, 2, 1), node, Always(1.0), Plain(scalable::genrose);
    Cosine = "cosine", many(100, 2, 1), |_, _| 1.0, Of(|n| 1.0 - n), Plain(scalable::cosine);
    Dixmaana = "dixmaana", many(90, 3, 3), |_, _| 2.0, Always(1.0), Plain(|x, g| scalable::dixmaan(x, g, 0));
    Dixmaane = "dixmaane", many(90, 3, 3), |_, _| 2.0, Always(1.0), Plain(|x, g| scalable::dixmaan(x, g, 1));
    Dixmaani = "dixmaani", many(90, 3, 3), |_, _| 2.0, Always(1.0), Plain(|x, g| scalable::dixmaan(x, g, 2));
    Edensch = "edensch", many(100, 2, 1), |_, _| 8.0, Found(603.284_592_020_764), Plain(scalable::edensch);
    Sparsine = "sparsine", many(100, 1, 1), |_, _| 0.5, Always(0.0), Plain(scalable::sparsine);
    Srosenbr = "srosenbr", many(100, 2, 2), |i, _| [1.2, 1.0][i % 2], Always(0.0), Plain(variable::extended_rosenbrock);
    Cragglvy = "cragglvy", many(100, 4, 2), |i, _| if i == 0 { 1.0 } else { 2.0 }, Found(32.269_911_458_582), Plain(scalable::cragglvy);
    Dqrtic = "dqrtic", many(50, 1, 1), |_, _| 2.0, Always(0.0), Plain(scalable::dqrtic);
    Fletchcr = "fletchcr", many(50, 2, 1), |_, _| 0.0, Always(0.0), Plain(scalable::fletchcr);
    Chainwoo = "chainwoo", many(40, 4, 2), |i, _| [[-3.0, -1.0], [-2.0, 0.0]][usize::from(i >= 4)][i % 2], Always(1.0), Plain(scalable::chainwoo);
    Eg2 = "eg2", many(100, 2, 1), |_, _| 0.0, Found(-98.947_402_681_836), Plain(scalable::eg2);
    Bdqrtic = "bdqrtic", many(100, 5, 1), |_, _| 1.0, Found(378.769_191_808_684), Plain(scalable::bdqrtic);
    Dqdrtic = "dqdrtic", many(100, 3, 1), |_, _| 3.0, Always(0.0), Plain(scalable::dqdrtic);
    Power = "power", many(50, 1, 1), |_, _| 1.0, Always(0.0), Plain(scalable::power);
    Nondquar = "nondquar", many(100, 3, 1), |i, _| [1.0, -1.0][i % 2], Always(0.0), Plain(scalable::nondquar);
    Tointgss = "tointgss", many(100, 3, 1), |_, _| 3.0, Of(|n| 10.0 * (n - 2.0) / (n + 2.0)), Plain(scalable::tointgss);
    Sinquad = "sinquad", many(50, 3, 1), |_, _| 0.1, Always(0.0), Plain(scalable::sinquad);
    Schmvett = "schmvett", many(100, 3, 1), |_, _| 3.0, Of(|n| 6.0 - 3.0 * n), Plain(scalable::schmvett);
    Quadratic = "quadratic", some(200, 1, 1024), |_, _| 0.0, Always(0.0), Data(data::quadratic);
    Logistic = "logistic", some(60, 1, QUADRATIC), |_, _| 0.0, Found(0.057_831_458_161_164), Data(|n, _| data::logistic(n));
    Bratu = "bratu", Sizes::Squares { default: 256, last: 1024 }, |_, _| 0.0, Found(-2.843_005_700_468_7), Plain(fields::bratu);
    MinimalSurface = "minimal-surface", Sizes::Squares { default: 144, last: 1024 }, |_, _| 0.0, Found(2.551_821_768_964_67), Plain(fields::minimal_surface);
    Network = "network", Sizes::Steps { default: 73, first: 7, step: 6, last: 6001 }, |i, _| data::network_start(i), Found(0.005_954_371_771_126), Data(|n, _| data::network(n));
}
