//! Whole runs on random problems with random options: however they end, not worse than they began.
#![allow(clippy::unwrap_used, clippy::panic, missing_docs, reason = "a test may fail loudly")]
mod support;

use lgf_core::bounds::Bounds;
use lgf_core::minimize::{Minimization, Plan, Status};
use lgf_core::param::Value;
use support::smooth::Random;

type Entries = Vec<(&'static str, Value)>;

/// A method with random options.
struct Subject {
    method: &'static str,
    /// Whether it takes bounds.
    bounded: bool,
    /// Whether its iterates never lie above the start; the best point of a run never does.
    descends: bool,
    options: fn(&mut Random) -> Entries,
}

/// One entry a method.
const SUBJECTS: &[Subject] = &[
    Subject {
        method: "l-bfgs",
        bounded: true,
        descends: true,
        options: |r| vec![("memory", count(r, 1, 20))],
    },
    Subject {
        method: "lgf-adaptive",
        bounded: true,
        // Up to rounding: among values that it hides the shorter gradient decides.
        descends: false,
        options: |r| {
            let direction = if r.unit() < 0.3 { "custom" } else { "gradient" };
            let faithful = r.unit() < 0.3;
            // A field that is followed faithfully has the metric of its weights.
            let bases = if faithful && direction == "custom" { 1 } else { 3 };
            let entries = vec![
                ("direction", Value::Text(direction.into())),
                ("base", Value::Text(["descent", "adam", "diagonal"][r.below(bases)].into())),
                ("window", count(r, 1, 30)),
                ("maxOrder", count(r, 1, 3)),
                ("faithful", Value::Bool(faithful)),
            ];
            [entries, sometimes(r, "firstStep", -6.0, 6.0), sometimes(r, "memoryLimit", 0.0, 6.0)].concat()
        },
    },
    Subject {
        method: "anderson",
        bounded: false,
        descends: true,
        options: |r| [vec![("memory", count(r, 1, 15))], sometimes(r, "mixing", -6.0, 6.0)].concat(),
    },
];

const RUNS: u64 = 10_000;

fn count(r: &mut Random, least: usize, most: usize) -> Value {
    Value::Number((least + r.below(most + 1 - least)) as f64)
}

fn power(r: &mut Random, from: f64, to: f64) -> f64 {
    10f64.powf(r.between(from, to))
}

/// A power of ten under this name, in one of two runs.
fn sometimes(r: &mut Random, name: &'static str, from: f64, to: f64) -> Entries {
    let (there, value) = (r.unit() < 0.5, power(r, from, to));
    if there { vec![(name, Value::Number(value))] } else { vec![] }
}

/// Which points have no value.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Hole {
    None,
    /// The value, or one entry of the gradient, is this beyond a plane.
    Value(f64),
    Gradient(f64),
}

/// `scale (1/2 sum w_i r_i^2 + slope'u + q sum u_i^4 + c sum (1 - cos 3 u_i))` with `u = x / length` and `r_i = u_i + 0.5 u_{i+1} - center_i`.
#[derive(Debug, Clone)]
struct Problem {
    scale: f64,
    length: f64,
    weights: Vec<f64>,
    center: Vec<f64>,
    slope: Vec<f64>,
    quartic: f64,
    cosine: f64,
    hole: Hole,
    wall: f64,
    start: Vec<f64>,
}

impl Problem {
    /// Of any kind: one of ten is constant, one has no minimum, one starts where the gradient is 0, three have holes, three have odd scales.
    fn random(r: &mut Random) -> Self {
        let mut problem = Self::convex(r);
        let d = problem.start.len();
        match r.below(10) {
            0 => (problem.weights, problem.quartic) = (vec![0.0; d], 0.0),
            1 => {
                (problem.quartic, problem.slope) = (0.0, (0..d).map(|_| r.between(-1.0, 1.0)).collect());
                problem.weights.fill(-r.unit());
            }
            2 => (problem.center, problem.start) = (vec![0.0; d], vec![0.0; d]),
            3 | 4 => problem.cosine = r.between(-2.0, 2.0),
            _ => {}
        }
        let number = [f64::NAN, f64::INFINITY, f64::NEG_INFINITY][r.below(3)];
        problem.hole = match r.below(10) {
            0 | 1 => Hole::Value(number),
            2 => Hole::Gradient(number),
            _ => Hole::None,
        };
        problem
    }

    /// Convex, with a minimum, of condition 1e3 at most.
    fn convex(r: &mut Random) -> Self {
        let d = 1 + r.below(8);
        let mut vector = |from: f64, to: f64| (0..d).map(|_| r.between(from, to)).collect::<Vec<f64>>();
        let (center, start, exponents) = (vector(-2.0, 2.0), vector(-3.0, 3.0), vector(0.0, 3.0));
        let odd = r.below(10) < 3;
        let (scale, length) = if odd {
            (power(r, -100.0, 100.0), power(r, -100.0, 100.0))
        } else {
            (1.0, 1.0)
        };
        Self {
            scale,
            length,
            weights: exponents.iter().map(|e| 10f64.powf(*e)).collect(),
            center,
            slope: vec![0.0; d],
            quartic: if r.unit() < 0.5 { r.unit() } else { 0.0 },
            cosine: 0.0,
            hole: Hole::None,
            wall: r.between(0.0, 9.0),
            start: start.iter().map(|u| u * length).collect(),
        }
    }

    fn evaluate(&self, x: &[f64], g: &mut [f64]) -> f64 {
        let d = x.len();
        let u: Vec<f64> = x.iter().map(|x| x / self.length).collect();
        let mut value = 0.0;
        g.fill(0.0);
        for i in 0..d {
            let next = if i + 1 < d { u[i + 1] } else { 0.0 };
            let residual = u[i] + 0.5 * next - self.center[i];
            let pull = self.weights[i] * residual;
            value += 0.5 * pull * residual + self.slope[i] * u[i] + self.quartic * u[i].powi(4) + self.cosine * (1.0 - (3.0 * u[i]).cos());
            g[i] += pull + self.slope[i] + 4.0 * self.quartic * u[i].powi(3) + 3.0 * self.cosine * (3.0 * u[i]).sin();
            if i + 1 < d {
                g[i + 1] += 0.5 * pull;
            }
        }
        g.iter_mut().for_each(|g| *g *= self.scale / self.length);
        let beyond = u.iter().sum::<f64>() > self.wall;
        match self.hole {
            Hole::Value(number) if beyond => number,
            Hole::Gradient(number) if beyond => {
                g[d - 1] = number;
                self.scale * value
            }
            _ => self.scale * value,
        }
    }

    /// Where it could be evaluated, the value there.
    fn known(&self, x: &[f64]) -> Option<f64> {
        let mut g = vec![0.0; x.len()];
        let value = self.evaluate(x, &mut g);
        (value.is_finite() && g.iter().all(|g| g.is_finite())).then_some(value)
    }

    fn bounds(&self, r: &mut Random) -> Bounds {
        let side = |r: &mut Random, sign: f64| {
            if r.unit() < 0.5 {
                sign * f64::INFINITY
            } else {
                sign * self.length * 3.0 * r.unit()
            }
        };
        let d = self.start.len();
        Bounds::new((0..d).map(|_| side(r, -1.0)).collect(), (0..d).map(|_| side(r, 1.0)).collect()).unwrap()
    }
}

fn run(subject: &Subject, entries: Entries, problem: &Problem, bounds: Option<&Bounds>, what: &str) -> Minimization {
    let named = [vec![("method", Value::Text(subject.method.into()))], entries].concat();
    let tree = named.into_iter().map(|(name, value)| (name.to_string(), value)).collect();
    let mut run = Minimization::new(&problem.start, &Plan::read(Some(&Value::Tree(tree))).unwrap(), bounds.cloned()).unwrap();
    let mut g = vec![0.0; problem.start.len()];
    while let Some(request) = run.ask() {
        let x = run.point();
        assert!(x.iter().all(|x| x.is_finite()), "{what}: asked for {x:?}");
        let inside = |bounds: &Bounds| {
            x.iter()
                .zip(bounds.lower())
                .zip(bounds.upper())
                .all(|((x, low), high)| low <= x && x <= high)
        };
        assert!(bounds.is_none_or(inside), "{what}: asked for {x:?} outside of {bounds:?}");
        let value = problem.evaluate(x, &mut g);
        run.tell(request.id, value, Some(&g))
            .unwrap_or_else(|error| panic!("{what}: {error}"));
        assert!(run.counts().evaluations <= 15_000, "{what}: does not end");
    }
    run
}

#[test]
fn no_run_ends_above_its_start_or_without_a_reason() {
    for seed in 0..RUNS {
        let r = &mut Random::new(seed);
        let subject = &SUBJECTS[seed as usize % SUBJECTS.len()];
        let problem = Problem::random(r);
        let most = 1 + r.below(150);
        let mut entries = (subject.options)(r);
        entries.push(("maxEvaluations", Value::Number(most as f64)));
        entries.extend(sometimes(r, "gradientTolerance", -20.0, 0.0));
        entries.extend(sometimes(r, "valueTolerance", -20.0, 0.0));
        if r.unit() < 0.2 {
            entries.push(("target", Value::Number(problem.scale * r.between(-10.0, 10.0))));
        }
        let bounds = (subject.bounded && r.unit() < 0.3).then(|| problem.bounds(r));
        let what = format!("seed {seed}, {}, {entries:?}, {problem:?}", subject.method);
        let run = run(subject, entries, &problem, bounds.as_ref(), &what);
        let outcome = run.outcome();
        let mut start = problem.start.clone();
        if let Some(bounds) = &bounds {
            bounds.project(&mut start);
        }
        let before = problem.known(&start);
        assert!(outcome.status.is_some() && !outcome.message.is_empty(), "{what}: {outcome:?}");
        assert!(outcome.x.iter().all(|x| x.is_finite()), "{what}: {outcome:?}");
        // The value is that of the point, there is one wherever the start has one, and it is no higher.
        assert_eq!(outcome.value, before.and_then(|_| problem.known(&outcome.x)), "{what}");
        assert!(
            outcome.value.is_none_or(|value| value.is_finite() && Some(value) <= before),
            "{what}: {outcome:?}"
        );
        assert_eq!(outcome.gradient_norm.is_some_and(f64::is_finite), outcome.value.is_some(), "{what}");
        assert!((1..=most as u64).contains(&outcome.counts.evaluations), "{what}: {outcome:?}");
        let here = problem.known(run.optimizer().iterates());
        assert!(!subject.descends || here <= before, "{what}: at {here:?}, from {before:?}");
        let failed = before.is_none();
        assert!(
            !failed || outcome.status == Some(Status::EvaluationFailed) || most == 1,
            "{what}: {outcome:?}"
        );
    }
}

#[test]
fn convex_problems_of_any_scale_are_solved() {
    for seed in 0..RUNS / 5 {
        let r = &mut Random::new(seed);
        let subject = &SUBJECTS[seed as usize % SUBJECTS.len()];
        let mut problem = Problem::convex(r);
        if seed % 2 == 0 {
            // Squares of such gradients overflow or vanish.
            (problem.scale, problem.length) = (power(r, -150.0, 150.0), power(r, -100.0, 100.0));
            let stretched = problem.center.iter().map(|u| (u + 1.0) * problem.length);
            problem.start = stretched.collect();
        }
        let what = format!("seed {seed}, {}, {problem:?}", subject.method);
        let outcome = run(subject, vec![("maxEvaluations", Value::Number(4000.0))], &problem, None, &what).outcome();
        let mut g = problem.start.clone();
        problem.evaluate(&problem.start, &mut g);
        let first = g.iter().fold(0.0, |most: f64, g| most.max(g.abs()));
        assert!(outcome.gradient_norm.unwrap() <= 1e-5 * first, "{what}: {outcome:?}");
        assert!(outcome.status != Some(Status::EvaluationFailed), "{what}: {outcome:?}");
    }
}
