//! Eigenvalues of small symmetric tridiagonal matrices, as Lanczos' method and conjugate gradients give them.

/// Eigenvalues below `at`, by Sturm's sequence; `off[i]` couples `i` and `i + 1`.
fn below(diagonal: &[f64], off: &[f64], at: f64) -> usize {
    let (mut count, mut pivot) = (0, 1.0_f64);
    for (i, d) in diagonal.iter().enumerate() {
        let coupled = if i == 0 { 0.0 } else { off[i - 1] * off[i - 1] / pivot };
        pivot = d - at - coupled;
        if pivot.abs() < f64::MIN_POSITIVE {
            pivot = -f64::MIN_POSITIVE;
        }
        count += usize::from(pivot < 0.0);
    }
    count
}

/// The eigenvalue number `index` from below, to about six digits. All must be positive.
pub(super) fn eigenvalue(diagonal: &[f64], off: &[f64], index: usize) -> f64 {
    let row = |i: usize| {
        let before = if i == 0 { 0.0 } else { off[i - 1].abs() };
        diagonal[i] + before + off.get(i).filter(|_| i + 1 < diagonal.len()).map_or(0.0, |off| off.abs())
    };
    let (mut low, mut high) = (0.0, (0..diagonal.len()).map(row).fold(0.0, f64::max));
    for _ in 0..60 {
        let middle = 0.5 * (low + high);
        if below(diagonal, off, middle) > index {
            high = middle;
        } else {
            low = middle;
        }
        if high - low <= 1e-6 * high {
            break;
        }
    }
    0.5 * (low + high)
}

#[cfg(test)]
mod tests {
    #[test]
    fn second_differences() {
        // 2 - 2 cos(k pi / (n + 1))
        let (diagonal, off) = (vec![2.0; 9], vec![-1.0; 8]);
        for k in 0..9 {
            let exact = 2.0 - 2.0 * (std::f64::consts::PI * (k + 1) as f64 / 10.0).cos();
            assert!((super::eigenvalue(&diagonal, &off, k) / exact - 1.0).abs() < 1e-5);
        }
    }
}
