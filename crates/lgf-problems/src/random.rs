//! Random numbers that are a function of their seed and index alone.
use std::f64::consts::PI;

/// The `index`-th number of the stream `seed`, uniform in `[0, 1)`: the top 53 bits of SplitMix64 (Steele, Lea, Flood 2014),
/// `mix(seed + (index + 1) 0x9E3779B97F4A7C15)` with all arithmetic modulo 2^64.
///
/// Own code rather than a crate: these few lines are the generator in full, so a seed means the same point in every release and on every
/// machine, which `rand` promises for none of its standard generators. Any number is had without the ones before it.
pub(crate) fn uniform(seed: u64, index: u64) -> f64 {
    let word = mix(seed.wrapping_add(index.wrapping_add(1).wrapping_mul(0x9E37_79B9_7F4A_7C15)));
    (word >> 11) as f64 / (1u64 << 53) as f64
}

/// The `index`-th standard normal number of the stream: Box and Muller 1958, of two uniform ones.
pub(crate) fn normal(seed: u64, index: u64) -> f64 {
    let (radius, turn) = (uniform(seed, 2 * index), uniform(seed, 2 * index + 1));
    // 1 - u is above 0.
    (-2.0 * (1.0 - radius).ln()).sqrt() * (2.0 * PI * turn).cos()
}

/// A one-to-one map of words that depends on every bit.
pub(crate) fn mix(word: u64) -> u64 {
    let mut z = (word ^ (word >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    z ^ (z >> 31)
}

#[cfg(test)]
mod tests {
    use super::{normal, uniform};

    /// Outputs of the authors' C program for seed 1234567.
    #[test]
    fn stream_of_the_reference_program() {
        let expected: [u64; 3] = [6457827717110365317, 3203168211198807973, 9817491932198370423];
        for (index, word) in expected.into_iter().enumerate() {
            assert_eq!(uniform(1_234_567, index as u64), (word >> 11) as f64 / (1u64 << 53) as f64);
        }
    }

    #[test]
    fn normal_numbers_have_moments_0_1_0_3() {
        let moment = |k| (0..100_000).map(|i| normal(3, i).powi(k)).sum::<f64>() / 1e5;
        for (k, expected) in [(1, 0.0), (2, 1.0), (3, 0.0), (4, 3.0)] {
            assert!((moment(k) - expected).abs() < 0.1, "{k}: {}", moment(k));
        }
    }
}
