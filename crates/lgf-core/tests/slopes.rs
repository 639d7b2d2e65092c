//! What a safeguard makes of slopes: phases that pass a minimum, base steps that climb out of what was found.
#![allow(missing_docs, clippy::unwrap_used, reason = "tests")]
use lgf_core::driver;
use lgf_core::optimizer::*;
use lgf_core::problem::Problem;
use lgf_core::targets::Method;

/// `log(w x^2 + y^2 + bottom)`: its slope grows towards the minimum.
struct Funnel {
    bottom: f64,
}

impl Problem for Funnel {
    fn name(&self) -> &str {
        "funnel"
    }
    fn dimension(&self) -> usize {
        2
    }
    fn start(&self) -> Vec<f64> {
        vec![1.0, 0.3]
    }
    fn evaluate(&mut self, x: &[f64], g: &mut [f64]) -> f64 {
        let inside = 0.25 * x[0] * x[0] + x[1] * x[1] + self.bottom;
        (g[0], g[1]) = (0.5 * x[0] / inside, 2.0 * x[1] / inside);
        inside.ln()
    }
}

fn options(direction: Direction) -> GradientFlowOptions {
    let mut options = GradientFlowOptions {
        learning_rate: 0.01,
        dt: 0.01,
        history_size: 8,
        retrain_interval: 60,
        direction,
        safeguard: true,
        ..Default::default()
    };
    options.model.method = Some(Method::Tracked);
    options
}

struct Run {
    /// The values of all true steps, in order.
    values: Vec<f64>,
    /// The value where each learned phase ended.
    ends: Vec<f64>,
}

fn run(direction: Direction, steps: u64) -> Run {
    let mut problem = Funnel { bottom: 1e-6 };
    let mut flow = GradientFlow::new(&problem.start(), &options(direction)).unwrap();
    let (mut g, mut values, mut ends, mut last) = ([0.0; 2], Vec::new(), Vec::new(), Phase::True);
    while flow.epoch() < steps {
        let report = driver::step(&mut flow, &mut problem, &mut g).unwrap();
        if report.kind == Phase::True {
            let value = report.value.unwrap();
            if last == Phase::Learned {
                ends.push(value);
            }
            values.push(value);
        }
        last = report.kind;
    }
    Run { values, ends }
}

/// Steps after which the unguarded flow is beyond the minimum for the first time, where it still is lower than at the start of the phase.
fn steps_beyond() -> u64 {
    let mut problem = Funnel { bottom: 1e-6 };
    let options = GradientFlowOptions {
        safeguard: false,
        ..options(Direction::Gradient)
    };
    let mut flow = GradientFlow::new(&problem.start(), &options).unwrap();
    let (mut g, mut before, mut at_start) = ([0.0; 2], problem.start(), f64::INFINITY);
    loop {
        let kind = driver::step(&mut flow, &mut problem, &mut g).unwrap().kind;
        let value = problem.evaluate(flow.iterates(), &mut g);
        let back: f64 = flow.iterates().iter().zip(&before).zip(&g).map(|((x, b), g)| (x - b) * g).sum();
        if kind == Phase::True {
            at_start = value;
        } else if back > 0.0 {
            assert!(value < at_start, "{value} {at_start}");
            return flow.epoch();
        }
        before = flow.iterates().to_vec();
    }
}

#[test]
fn a_phase_is_refused_where_the_true_step_at_its_end_goes_back() {
    let steps = steps_beyond();
    let end = |direction| {
        let options = GradientFlowOptions {
            retrain_interval: steps as usize,
            ..options(direction)
        };
        let mut problem = Funnel { bottom: 1e-6 };
        let (mut flow, mut g) = (GradientFlow::new(&problem.start(), &options).unwrap(), [0.0; 2]);
        while flow.epoch() < steps {
            driver::step(&mut flow, &mut problem, &mut g).unwrap();
        }
        flow
    };
    // Where values alone count the phase is taken; the gradient tells that it went too far.
    assert_eq!(end(Direction::Custom).rejections(), 0);
    assert!(end(Direction::Gradient).rejections() > 0);
}

#[test]
fn gradient_descent_does_not_leave_what_a_phase_has_found() {
    let (judged, free) = (run(Direction::Gradient, 300), run(Direction::Custom, 300));
    let lowest = |run: &Run| run.ends.iter().copied().fold(f64::INFINITY, f64::min);
    let last = |run: &Run| *run.values.last().unwrap();
    // Steps of fixed length jump about the minimum, from one side to the other.
    assert!(last(&free) > lowest(&free) + 1.0, "{} {}", last(&free), lowest(&free));
    assert!(last(&judged) <= lowest(&judged), "{} {}", last(&judged), lowest(&judged));
}

#[test]
fn shortened_steps_grow_again() {
    struct Bend;
    impl Problem for Bend {
        fn name(&self) -> &str {
            "bend"
        }
        fn dimension(&self) -> usize {
            1
        }
        fn start(&self) -> Vec<f64> {
            vec![10.0]
        }
        fn evaluate(&mut self, x: &[f64], g: &mut [f64]) -> f64 {
            // A steep wall that the run starts on, then a long gentle slope: what is too long at the start is right later.
            let (ridge, slope) = ((x[0].abs() - 9.0).max(0.0), 0.01 * x[0] * x[0]);
            g[0] = 300.0 * ridge * x[0].signum() + 0.02 * x[0];
            150.0 * ridge * ridge + slope
        }
    }
    let mut problem = Bend;
    let mut options = options(Direction::Gradient);
    (options.learning_rate, options.dt, options.retrain_interval) = (0.3, 0.3, 8);
    let mut flow = GradientFlow::new(&problem.start(), &options).unwrap();
    let mut g = [0.0];
    // Length of a step over its gradient: the rate that was taken.
    let mut rates = Vec::new();
    while flow.epoch() < 80 {
        let before = flow.iterates()[0];
        problem.evaluate(&[before], &mut g);
        let slope = g[0];
        driver::step(&mut flow, &mut problem, &mut g).unwrap();
        rates.push((before - flow.iterates()[0]) / slope);
    }
    assert!(flow.rejections() > 0);
    assert!(rates[0] < 0.2, "{rates:?}");
    assert!((rates[79] - 0.3).abs() < 1e-12, "{rates:?}");
}
