use lgf_core::problem::Problem;
use lgf_problems::*;
use std::time::Instant;
fn main() {
    let arg: Vec<String> = std::env::args().collect();
    let size = arg.get(1).and_then(|s| s.parse().ok());
    let limit = arg.get(2).and_then(|s| s.parse().ok()).unwrap_or(1usize << 30);
    let reps: usize = arg.get(3).and_then(|s| s.parse().ok()).unwrap_or(5);
    for mass in [MassMatrix::Consistent, MassMatrix::Lumped] {
        let t = Instant::now();
        let mut p = AcousticInverse::new(&AcousticInverseOptions {
            size,
            mass,
            memory_limit: limit,
            ..Default::default()
        })
        .unwrap();
        println!(
            "{mass:?} d {} nodes {} times {:?} stable from {} build {:?}",
            p.dimension(),
            p.mesh().nodes.len(),
            p.times(),
            p.stable_slowness(),
            t.elapsed()
        );
        let a = p.start();
        let mut g = vec![0.0; a.len()];
        let mut best = f64::INFINITY;
        let mut v = 0.0;
        for _ in 0..reps {
            let t = Instant::now();
            v = p.evaluate(&a, &mut g);
            best = best.min(t.elapsed().as_secs_f64());
        }
        println!(
            "value {v} |g| {} best {} ms",
            g.iter().map(|v| v * v).sum::<f64>().sqrt(),
            best * 1e3
        );
    }
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    println!("{}", status.lines().find(|l| l.starts_with("VmHWM")).unwrap());
}
