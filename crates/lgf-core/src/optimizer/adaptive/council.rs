//! The council: candidates, how well each has predicted, and how far the learned flow is trusted.
use super::candidate::{Candidate, Lesson, Test};
use super::families::{MANY, all, families, is_few};
use super::general::General;
use super::noise;
use super::options::AdaptiveOptions;
use super::polynomial::Polynomial;
use super::quadratic::{Move, Quadratic, norm};
use super::span::Reduced;
use super::trust::{Judgement, Open, Outcome, Standing, Trust};
use super::warp::Warp;
use super::window::{Place, Window, inner};
use crate::linalg::dot;
use crate::optimizer::Direction;
use crate::profile::{span, span_of};

/// Weight of the past in running errors, and the most that it can weigh.
const MEMORY: f64 = 0.5;
const FORGIVEN: f64 = 0.6;
/// Largest error of one prediction that counts.
const WORST: f64 = 10.0;
/// A candidate takes over from the first with an error below this, and below this share of the first one's.
const GOOD: f64 = 0.25;
const BETTER: f64 = 0.5;
/// The same where gradients are noisy and predictions of values count, and rejections in a row until it may drive no more.
const GOOD_NOISY: f64 = 0.5;
const PATIENCE: u32 = 8;

/// Candidates and the trust in them.
pub struct Council {
    candidates: Vec<Candidate>,
    pub trust: Trust,
    /// Whether the coordinates are the variables themselves.
    pub full: bool,
    faithful: bool,
    /// Whether directions are Newton's: their own step is the end of their flow.
    newton: bool,
    /// Which variables bounds hold back in the open move; empty where none can be.
    held: Vec<bool>,
    data: Reduced,
    /// Length of the newest step, and distance of the farthest point.
    reach: [f64; 2],
    fitted: bool,
    /// Size of the value at the iterate.
    pub level: f64,
}

impl Council {
    pub fn new(d: usize, options: &AdaptiveOptions) -> Self {
        let mut candidates = Vec::new();
        if options.direction == Direction::Gradient {
            candidates.push(Candidate::Positive(Quadratic::default()));
            candidates.push(Candidate::Potential(Quadratic::default()));
        } else {
            candidates.push(Candidate::General(General::default()));
        }
        // Up to so many variables they are coordinates themselves.
        let full = d <= MANY.max(2 * options.capacity(d) + 1);
        if options.direction == Direction::Gradient && !options.faithful && full {
            for family in families(d, options.max_order) {
                let polynomials = family.orders.filter_map(|order| Polynomial::new(d, &family.groups, order));
                candidates.extend(polynomials.map(Candidate::Polynomial));
            }
            if is_few(d) {
                let polynomials = (1..=options.max_order.min(2)).filter_map(|order| Polynomial::new(d, &all(d), order));
                candidates.extend(polynomials.map(|polynomial| Candidate::Warp(Warp::new(polynomial))));
            }
        }
        let standing = |i| Standing {
            error: if i == 0 { 1.0 } else { 2.0 },
            radius: f64::INFINITY,
            tried: false,
        };
        Self {
            trust: Trust {
                standings: (0..candidates.len()).map(standing).collect(),
                open: None,
                radius: f64::INFINITY,
                horizon: 0.0,
                noise: 0.0,
            },
            level: 0.0,
            candidates,
            full,
            faithful: options.faithful,
            newton: options.direction == Direction::Newton,
            held: Vec::new(),
            data: Reduced::default(),
            reach: [0.0; 2],
            fitted: false,
        }
    }

    /// Whether this is a trust that a fresh council could have come to.
    pub fn could_be(&self, trust: &Trust, window: &Window) -> bool {
        let open = trust.open.as_ref().is_none_or(|open| {
            let length = if self.full {
                open.z.len() == window.dimension()
            } else {
                open.z.len() <= 2 * window.len() + 1
            };
            let led = open
                .driver
                .is_none_or(|driver| driver < self.candidates.len() && !open.z.is_empty());
            led && (open.z.is_empty() || (length && !window.is_empty())) && open.z.iter().all(|z| z.is_finite())
        });
        let numbers = [trust.radius, trust.horizon];
        let noise = trust.noise >= 0.0 && trust.noise.is_finite();
        open && noise
            && trust.standings.len() == self.candidates.len()
            && numbers.iter().all(|v| *v >= 0.0)
            && trust.standings.iter().all(|s| s.error >= 0.0 && s.radius >= 0.0)
    }

    /// The candidate that the open move follows.
    pub fn driver(&self) -> Option<&'static str> {
        let driver = self.trust.open.as_ref()?.driver?;
        Some(self.candidates[driver].name())
    }

    /// The open move is a step of descent for a time; what was fitted is judged by it too.
    pub fn descend(&mut self, gamma: f64, promise: f64) {
        let z = if self.fitted {
            self.data.g.iter().map(|g| -gamma * g).collect()
        } else {
            Vec::new()
        };
        self.trust.open = Some(Open {
            driver: None,
            z,
            promise,
            bounded: true,
        });
    }

    /// Fits all candidates.
    fn fit(&mut self, window: &Window, g: &[f64], (gamma, failures): (f64, u32), held: bool) {
        let _span = span("fit");
        // Of each vector with all others.
        let coordinates = span_of(
            "coordinates",
            (2 * window.len() + 1).pow(2) * window.dimension().min(2 * window.len() + 1),
        );
        self.held = if held { g.iter().map(|&g| g == 0.0).collect() } else { Vec::new() };
        self.data = if self.full {
            Reduced::full(window, g, held)
        } else if held {
            let products = free_products(window, g, &self.held);
            let at = |v: Option<Place>| v.map_or(2 * window.slots(), |v| v.index(window.slots()));
            Reduced::of_products(window, |v, w| products[at(v)][at(w)])
        } else {
            let (products, gg) = (window.gradient_products(), inner(g, g));
            Reduced::of_products(window, |v, w| match (v, w) {
                (Some(v), Some(w)) => window.product(v, w),
                (None, Some(v)) | (Some(v), None) => products[v.index(window.slots())],
                (None, None) => gg,
            })
        };
        let points = self.data.points();
        drop(coordinates);
        let near = self.data.s.first().map_or(0.0, |s| norm(s));
        self.reach = [near, points.iter().map(|p| norm(&p.z)).fold(near, f64::max)];
        if matches!(self.candidates[0], Candidate::Positive(_)) {
            let _span = span_of("noise", points.len() * self.data.k);
            self.trust.noise = noise::watch(&self.data, self.trust.noise, self.level, window.dimension(), failures);
        }
        let lesson = Lesson {
            sigma: self.trust.noise,
            dimension: window.dimension(),
            data: &self.data,
            points: &points,
            gamma,
            near,
        };
        for candidate in &mut self.candidates {
            let _span = span(candidate.name());
            candidate.fit(&lesson);
        }
        self.fitted = true;
    }

    /// Whether gradients are noisy.
    pub fn is_noisy(&self) -> bool {
        self.trust.noise > 0.0
    }

    /// Whether a change of the gradient is more than noise.
    pub fn tells(&self, window: &Window, yy: f64) -> bool {
        yy > 8.0 * window.dimension() as f64 * self.trust.noise.powi(2)
    }

    /// Fits again what the open move was made with, after a snapshot.
    pub fn recall(&mut self, window: &Window, g: &[f64], (gamma, failures): (f64, u32), held: bool) {
        if !self.fitted && self.trust.open.as_ref().is_some_and(|open| !open.z.is_empty()) {
            self.fit(window, g, (gamma, failures), held);
        }
    }

    /// The open move was cut off at bounds.
    pub fn moved(&mut self, z: impl FnOnce() -> Vec<f64>) {
        if let Some(open) = self.trust.open.as_mut().filter(|open| self.full && !open.z.is_empty()) {
            open.z = z();
        }
    }

    /// The coordinates changed: lengths and times are so many times what they were.
    pub fn rescale(&mut self, length: f64, time: f64) {
        self.trust.radius *= length;
        self.trust.standings.iter_mut().for_each(|standing| standing.radius *= length);
        self.trust.horizon *= time;
    }

    /// Fits all candidates and writes where the best of them leads from `x`; false if none leads anywhere.
    /// `g` without the variables that bounds hold back, if there are any: `held`.
    #[allow(clippy::too_many_arguments, reason = "vectors of the run that lie in different structs")]
    pub fn propose(&mut self, window: &Window, g: &[f64], held: bool, gamma: f64, failures: u32, x: &[f64], out: &mut [f64]) -> bool {
        self.fit(window, g, (gamma, failures), held);
        let Some((driver, m)) = self.choose(gamma, failures) else {
            return false;
        };
        if self.full {
            for ((out, x), z) in out.iter_mut().zip(x).zip(&m.z) {
                *out = x + z;
            }
        } else {
            let (weights, weight) = self.data.weights(&m.z, window.slots());
            window.lift(x, (weight, g), &weights, out);
            let held = self.held.iter().zip(x).zip(out.iter_mut()).filter(|((held, _), _)| **held);
            held.for_each(|((_, x), out)| *out = *x);
        }
        self.trust.standings[driver].tried = true;
        self.trust.open = Some(Open {
            driver: Some(driver),
            promise: m.promise,
            bounded: m.horizon.is_finite(),
            z: m.z,
        });
        true
    }

    /// The best candidate that leads somewhere, and where.
    fn choose(&mut self, gamma: f64, failures: u32) -> Option<(usize, Move)> {
        let _span = span("flow");
        let trust = &mut self.trust;
        let first = trust.standings[0].error;
        let noisy = trust.noise > 0.0;
        let ([limit, share], patience) = if noisy {
            ([GOOD_NOISY, 1.0], PATIENCE)
        } else {
            ([GOOD, BETTER], 2)
        };
        let mut order: Vec<usize> = (0..self.candidates.len())
            .filter(|&i| {
                let good = trust.standings[i].error < limit.min(share * first);
                // To follow faithfully is to know of negative curvature.
                i == 0 || (failures < patience && (good || self.faithful))
            })
            .filter(|&i| self.candidates[i].is_ok())
            // Directions that are no gradients come with a step of their own to fall back on.
            .filter(|&i| {
                !matches!(self.candidates[i], Candidate::General(_)) || (failures < 2 && !self.newton && trust.standings[i].error < GOOD)
            })
            .collect();
        order.sort_by(|&i, &j| trust.standings[i].error.total_cmp(&trust.standings[j].error));
        if self.faithful {
            order.sort_by_key(|&i| usize::from(i == 0));
            if trust.horizon == 0.0 {
                trust.horizon = 4.0 * gamma;
            }
        }
        let [near, far] = self.reach;
        order.into_iter().find_map(|i| {
            let standing = trust.standings[i];
            let mut radius = standing.radius;
            if i > 0 && radius.is_infinite() && !standing.tried {
                radius = 4.0 * far.min(4.0 * near);
            }
            if failures > 0 || i == 0 {
                radius = radius.min(trust.radius);
            }
            if matches!(self.candidates[i], Candidate::General(_)) {
                radius = radius.min(2.0 * near);
            }
            if matches!(self.candidates[i], Candidate::Polynomial(_) | Candidate::Warp(_)) {
                radius = radius.min(10.0 * far);
            }
            let m = if self.faithful {
                self.candidates[i].follow(trust.horizon, f64::INFINITY)
            } else {
                self.candidates[i].follow(f64::INFINITY, radius)
            };
            let general = matches!(self.candidates[i], Candidate::General(_));
            let leads = (general || m.promise > 0.0) && m.z.iter().all(|z| z.is_finite());
            leads.then_some((i, m))
        })
    }

    /// What the newest secant says of the open move, of all candidates, and of how far they are to be trusted.
    pub fn judge(&mut self, window: &Window, outcome: &Outcome) -> Judgement {
        let _span = span("judge");
        let Some(open) = self.trust.open.take() else {
            return Judgement::default();
        };
        self.fitted = false;
        let last = if open.z.is_empty() {
            1.0
        } else {
            self.score(window, outcome, &open)
        };
        self.trust.settle(&open, outcome, last)
    }

    /// Scores all candidates; the error of the one that drove.
    fn score(&mut self, window: &Window, outcome: &Outcome, open: &Open) -> f64 {
        let y = window.change(0);
        let place = Place::Change(window.slot(0));
        let (seen, yy) = if self.full {
            (y.to_vec(), outcome.yy)
        } else if self.held.is_empty() {
            (
                self.data.project(|u| u.map_or(outcome.gy, |u| window.product(u, place))),
                outcome.yy,
            )
        } else {
            let y = free(y, &self.held);
            let products = window.dots(&y);
            // The gradient that the move began with is not at hand here: what of the change lies along it counts as outside.
            let seen = self.data.project(|u| u.map_or(0.0, |u| products[u.index(window.slots())]));
            (seen, dot(&y, &y))
        };
        let test = Test {
            z: &open.z,
            outside: if self.full { 0.0 } else { (yy - dot(&seen, &seen)).max(0.0) },
            y: &seen,
            rise: outcome.rise,
            g: &self.data.g,
        };
        let mut last = 1.0;
        for (i, (candidate, standing)) in self.candidates.iter().zip(&mut self.trust.standings).enumerate() {
            if !candidate.is_ok() {
                continue;
            }
            let error = if self.trust.noise > 0.0 {
                candidate.error_of_value(&test)
            } else {
                candidate.error(&test)
            };
            if open.driver == Some(i) {
                last = error;
            }
            standing.error = MEMORY * standing.error.min(FORGIVEN) + (1.0 - MEMORY) * error.min(WORST);
        }
        last
    }

    /// The evaluation failed: what is so far away is not asked for again soon.
    pub fn failed(&mut self, length: f64) {
        if let Some(open) = self.trust.open.take() {
            let radius = 0.1 * length.min(self.trust.radius);
            if let Some(driver) = open.driver.filter(|&i| i > 0) {
                self.trust.standings[driver].radius = radius;
            }
            self.trust.radius = radius;
            self.trust.horizon /= 64.0;
            self.fitted = false;
        }
    }

    /// Forgets how far it went: the window was emptied.
    pub fn restart(&mut self) {
        self.fitted = false;
        self.trust.radius = f64::INFINITY;
        self.trust.horizon = 0.0;
    }
}

/// The entries of variables that no bound holds back.
fn free(v: &[f64], held: &[bool]) -> Vec<f64> {
    v.iter().zip(held).map(|(&v, &held)| if held { 0.0 } else { v }).collect()
}

/// Inner products of all vectors of the window and, last, of the gradient over the free variables.
fn free_products(window: &Window, g: &[f64], held: &[bool]) -> Vec<Vec<f64>> {
    let slots = window.slots();
    let of_g = window.dots(g);
    let mut products = vec![Vec::new(); 2 * slots + 1];
    for age in 0..window.len() {
        for (place, v) in [
            (Place::Step(window.slot(age)), window.step(age)),
            (Place::Change(window.slot(age)), window.change(age)),
        ] {
            let at = place.index(slots);
            products[at] = window.dots(&free(v, held));
            products[at].push(of_g[at]);
        }
    }
    products[2 * slots] = of_g;
    products[2 * slots].push(inner(g, g));
    products
}
