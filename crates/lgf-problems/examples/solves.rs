//! experiments
use faer::sparse::*; use faer::sparse::linalg::cholesky::*; use faer::dyn_stack::*; use faer::prelude::*; use faer::linalg::solvers::DenseSolveCore;
use lgf_problems::*; use std::time::Instant;
use faer::sparse::linalg::SupernodalThreshold;
fn main() {
    for mesh in [TriangleMesh::published(), TriangleMesh::unit_square(0.0048).unwrap()] {
        let n0 = mesh.nodes.len();
        let mut num = vec![usize::MAX; n0]; let mut fixed = vec![false; n0];
        for &f in &mesh.fixed_nodes { fixed[f as usize] = true; }
        let mut n = 0; for i in 0..n0 { if !fixed[i] { num[i] = n; n += 1; } }
        let mut t = vec![];
        for c in &mesh.triangles { for i in 0..3 { for j in 0..3 { let (a, b) = (num[c[i] as usize], num[c[j] as usize]);
            if a != usize::MAX && b != usize::MAX { t.push(Triplet::new(a as u32, b as u32, if i == j { 2.0 } else { 1.0 })); } } } }
        let m = SparseColMat::<u32, f64>::try_new_from_triplets(n, n, &t).unwrap();
        for (name, thr) in [("simplicial", SupernodalThreshold::FORCE_SIMPLICIAL), ("supernodal", SupernodalThreshold::FORCE_SUPERNODAL)] {
            let s = factorize_symbolic_cholesky(m.symbolic(), faer::Side::Upper, SymmetricOrdering::Amd, CholeskySymbolicParams { supernodal_flop_ratio_threshold: thr, ..Default::default() }).unwrap();
            let mut v = vec![0.0; s.len_val()];
            let mut mem = MemBuffer::new(s.factorize_numeric_llt_scratch::<f64>(Par::Seq, Default::default()).or(s.solve_in_place_scratch::<f64>(1, Par::Seq)));
            let tt = Instant::now();
            let f = s.factorize_numeric_llt(&mut v, m.as_ref(), faer::Side::Upper, Default::default(), Par::Seq, MemStack::new(&mut mem), Default::default()).unwrap();
            let tf = tt.elapsed();
            let mut x = Mat::<f64>::from_fn(n, 1, |i, _| (i as f64).sin());
            let reps = if n < 1000 { 2000 } else { 20 };
            let mut best = f64::INFINITY;
            for _ in 0..reps { let tt = Instant::now(); f.solve_in_place_with_conj(faer::Conj::No, x.as_mut(), Par::Seq, MemStack::new(&mut mem)); best = best.min(tt.elapsed().as_secs_f64()); }
            println!("{name} n {n} AMD len_val {} factor {tf:?} solve {:.2} us", s.len_val(), best * 1e6);
        }
        if n < 1000 {
            let inv = m.to_dense().partial_piv_lu().inverse();
            let arch = pulp::Arch::new();
            let mut best = f64::INFINITY; let x: Vec<f64> = (0..n).map(|i| (i as f64).sin()).collect(); let mut y = vec![0.0; 168];
            let pad: Vec<f64> = (0..n).flat_map(|j| (0..168).map(move |i| (i, j))).map(|(i, j)| if i < n { inv[(i, j)] } else { 0.0 }).collect();
            for _ in 0..2000 { let tt = Instant::now();
                arch.dispatch(|| { for b in 0..168 / 24 { let mut s = [0.0; 24]; for j in 0..n { let c = &pad[j * 168 + b * 24..][..24]; let xj = x[j]; for k in 0..24 { s[k] += c[k] * xj; } } y[b * 24..][..24].copy_from_slice(&s); } });
                best = best.min(tt.elapsed().as_secs_f64()); std::hint::black_box(&mut y); }
            println!("dense inverse {:.2} us", best * 1e6);
        }
    }
}
