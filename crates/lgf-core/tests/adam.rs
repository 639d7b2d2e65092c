//! Adam and its learned flow against one worked out by hand, in the full space, from nothing but the learned gradient.
#![allow(missing_docs, clippy::unwrap_used, reason = "tests")]
mod support;
use lgf_core::driver;
use lgf_core::fit::ModelOptions;
use lgf_core::optimizer::*;
use lgf_core::problem::Problem;
use lgf_core::surrogate::Model;
use support::ClosedForm;
use support::table::{energy, rank, steps};

/// All moments, all counts, as the formulas have them.
struct Hand {
    o: AdamFlowOptions,
    x: Vec<f64>,
    m: Vec<f64>,
    v: Vec<f64>,
    peak: Vec<f64>,
    k: u64,
    /// Whether the largest second moment stays as it was during an integration.
    frozen: bool,
}

impl Hand {
    fn new(start: &[f64], o: &AdamFlowOptions) -> Self {
        let zeros = vec![0.0; start.len()];
        Self {
            o: o.clone(),
            x: start.to_vec(),
            m: zeros.clone(),
            v: zeros.clone(),
            peak: zeros,
            k: 0,
            frozen: true,
        }
    }

    fn dt(&self) -> f64 {
        self.o.dt.unwrap_or(self.o.learning_rate)
    }

    /// `-(m / (1 - b1^k)) / (sqrt(w / (1 - b2^k)) + eps)`
    fn velocity(&self, k: f64, m: f64, w: f64) -> f64 {
        let [c1, c2] = self.o.betas.map(|b| 1.0 - b.powf(k));
        -(m / c1) / ((w / c2).sqrt() + self.o.eps)
    }

    fn update(&mut self, g: &[f64], decays: [f64; 2], k: f64, step: f64) {
        let [b1, b2] = decays;
        for (i, g) in g.iter().enumerate() {
            self.m[i] = b1 * self.m[i] + (1.0 - b1) * g;
            self.v[i] = b2 * self.v[i] + (1.0 - b2) * g * g;
            self.peak[i] = self.peak[i].max(self.v[i]);
            let w = if self.o.amsgrad { self.peak[i] } else { self.v[i] };
            self.x[i] += step * self.velocity(k, self.m[i], w);
        }
        self.k += 1;
    }

    fn true_step(&mut self, g: &[f64]) {
        self.update(g, self.o.betas, (self.k + 1) as f64, self.o.learning_rate);
    }

    fn discrete(&mut self, model: &Model) {
        let g: Vec<f64> = model.derivative(&self.x).unwrap().iter().map(|f| -f).collect();
        let share = self.dt() / self.o.learning_rate;
        self.update(&g, self.o.betas.map(|b| b.powf(share)), (self.k + 1) as f64 * share, self.dt());
    }

    /// `[da, dm, dv]/dt` at `[a, m, v]`.
    fn field(&self, model: &Model, t: f64, y: &[f64]) -> Vec<f64> {
        let (d, rate) = (self.x.len(), self.o.learning_rate);
        let g: Vec<f64> = model.derivative(&y[..d]).unwrap().iter().map(|f| -f).collect();
        let (m, v) = (&y[d..2 * d], &y[2 * d..]);
        let weight = |i: usize| match (self.o.amsgrad, self.frozen) {
            (false, _) => v[i],
            (true, true) => self.peak[i],
            (true, false) => self.peak[i].max(v[i]),
        };
        let [s1, s2] = self.o.betas.map(|b| (1.0 - b) / rate);
        let da = (0..d).map(|i| self.velocity(t / rate, m[i], weight(i)));
        let dm = (0..d).map(|i| s1 * (g[i] - m[i]));
        let dv = (0..d).map(|i| s2 * (g[i] * g[i] - v[i]));
        da.chain(dm).chain(dv).collect()
    }

    /// The 3/8 rule over one learned step.
    fn flow(&mut self, model: &Model) {
        let (d, h) = (self.x.len(), self.dt());
        let t = self.k as f64 * h;
        let y = [&self.x[..], &self.m, &self.v].concat();
        let at = |terms: &[(f64, &Vec<f64>)]| -> Vec<f64> {
            let slope = |i: usize| terms.iter().map(|(a, k)| a * k[i]).sum::<f64>();
            (0..3 * d).map(|i| y[i] + h * slope(i)).collect()
        };
        let k1 = self.field(model, t, &y);
        let k2 = self.field(model, t + h / 3.0, &at(&[(1.0 / 3.0, &k1)]));
        let k3 = self.field(model, t + 2.0 * h / 3.0, &at(&[(-1.0 / 3.0, &k1), (1.0, &k2)]));
        let k4 = self.field(model, t + h, &at(&[(1.0, &k1), (-1.0, &k2), (1.0, &k3)]));
        let y = at(&[(0.125, &k1), (0.375, &k2), (0.375, &k3), (0.125, &k4)]);
        self.x.copy_from_slice(&y[..d]);
        self.m.copy_from_slice(&y[d..2 * d]);
        self.v.copy_from_slice(&y[2 * d..]);
        self.peak.iter_mut().zip(&self.v).for_each(|(peak, v)| *peak = peak.max(*v));
        self.k += 1;
    }

    /// Largest error of a run of so many steps, relative to the largest variable.
    fn largest_error(mut self, p: &mut dyn Problem, epochs: u64) -> f64 {
        let mut run = AdamFlow::new(&self.x, &self.o).unwrap();
        let (mut g, mut worst) = (vec![0.0; self.x.len()], 0.0_f64);
        for _ in 0..epochs {
            match driver::step(&mut run, p, &mut g).unwrap().kind {
                Phase::True => {
                    p.evaluate(&self.x, &mut g);
                    self.true_step(&g);
                }
                Phase::Learned if self.o.stepping == Stepping::Discrete => self.discrete(run.model().unwrap()),
                Phase::Learned => self.flow(run.model().unwrap()),
            }
            let size = self.x.iter().fold(0.0_f64, |size, x| size.max(x.abs()));
            let error = self.x.iter().zip(run.iterates()).map(|(a, b)| (a - b).abs()).fold(0.0, f64::max);
            worst = worst.max(error / size);
        }
        assert_eq!((run.fallbacks(), run.epoch()), (0, self.k));
        worst
    }
}

fn options() -> AdamFlowOptions {
    AdamFlowOptions {
        learning_rate: 0.04,
        betas: [0.9, 0.99],
        history_size: 9,
        retrain_interval: 20,
        ..Default::default()
    }
}

fn problem(d: usize) -> ClosedForm {
    let diagonal: Vec<f64> = (0..d).map(|i| 1.0 + 4.0 * (i as f64 / d as f64)).collect();
    let start: Vec<f64> = (0..d).map(|i| 1.5 * (1.0 + i as f64).sin()).collect();
    ClosedForm::quadratic(&diagonal, &start)
}

/// `-1/2 x'Ax`: gradients and their moments grow.
fn hill() -> ClosedForm {
    ClosedForm::quadratic(&[-1.0, -2.0, -3.0], &[0.1, -0.2, 0.05])
}

#[test]
fn the_flow_is_that_of_the_full_space() {
    let cubic = ModelOptions {
        poly_order: 3,
        truncation_rank: Some(1),
        ..Default::default()
    };
    for amsgrad in [false, true] {
        for dt in [None, Some(0.02), Some(0.08)] {
            for model in [ModelOptions::default(), rank(1), rank(3), energy(), cubic.clone()] {
                let o = AdamFlowOptions {
                    amsgrad,
                    dt,
                    model,
                    ..options()
                };
                let mut p = problem(5);
                let error = Hand::new(&p.start, &o).largest_error(&mut p, 70);
                assert!(error < 1e-12, "{o:?}: {error:e}");
            }
        }
    }
}

/// More variables than are lifted at once, and no whole number of blocks.
#[test]
fn the_flow_of_many_variables_is_that_of_the_full_space() {
    for stepping in [Stepping::Flow, Stepping::Discrete] {
        for amsgrad in [false, true] {
            let o = AdamFlowOptions {
                stepping,
                amsgrad,
                model: rank(4),
                ..options()
            };
            let error = Hand::new(&Wide(2500).start(), &o).largest_error(&mut Wide(2500), 30);
            assert!(error < 1e-12, "{stepping:?}: {error:e}");
        }
    }
}

struct Wide(usize);
impl Problem for Wide {
    fn name(&self) -> &str {
        "wide"
    }
    fn dimension(&self) -> usize {
        self.0
    }
    fn start(&self) -> Vec<f64> {
        (0..self.0).map(|i| (i as f64).sin()).collect()
    }
    fn evaluate(&mut self, x: &[f64], g: &mut [f64]) -> f64 {
        g.iter_mut()
            .zip(x)
            .enumerate()
            .for_each(|(i, (g, x))| *g = (1.0 + (i % 7) as f64) * x);
        g.iter().zip(x).map(|(g, x)| 0.5 * g * x).sum()
    }
}

#[test]
fn the_largest_moment_is_frozen_during_an_integration_and_raised_after_it() {
    let o = AdamFlowOptions {
        amsgrad: true,
        ..options()
    };
    let error = |frozen| {
        let mut p = hill();
        let hand = Hand {
            frozen,
            ..Hand::new(&p.start, &o)
        };
        hand.largest_error(&mut p, 40)
    };
    assert!(error(true) < 1e-13);
    // Where moments grow all along, the largest so far is another weight than the one at the start of the step.
    assert!(error(false) > 1e-3);
}

#[test]
fn discrete_steps_are_adam_with_the_learned_gradient() {
    for amsgrad in [false, true] {
        for dt in [None, Some(0.02), Some(0.1)] {
            for model in [ModelOptions::default(), rank(2), energy()] {
                for mut p in [problem(4), hill()] {
                    let o = AdamFlowOptions {
                        stepping: Stepping::Discrete,
                        amsgrad,
                        dt,
                        model: model.clone(),
                        ..options()
                    };
                    let error = Hand::new(&p.start, &o).largest_error(&mut p, 70);
                    assert!(error < 1e-12, "{o:?}: {error:e}");
                }
            }
        }
    }
}

/// Where the model is exact, so is the run: Adam itself, for fewer evaluations.
#[test]
fn discrete_steps_on_a_bowl_are_adam() {
    let o = AdamFlowOptions {
        stepping: Stepping::Discrete,
        ..options()
    };
    let plain = AdamOptions {
        learning_rate: o.learning_rate,
        betas: o.betas,
        ..Default::default()
    };
    let mut p = problem(4);
    let (mut learned, mut adam) = (AdamFlow::new(&p.start, &o).unwrap(), Adam::new(&p.start, &plain).unwrap());
    steps(&mut learned, &mut p, 60);
    steps(&mut adam, &mut p, 60);
    let error = learned
        .iterates()
        .iter()
        .zip(adam.iterates())
        .map(|(a, b)| (a - b).abs())
        .fold(0.0, f64::max);
    assert!(error < 1e-13, "{error:e}");
    assert_eq!((learned.evaluations(), adam.evaluations()), (27, 60));
}
