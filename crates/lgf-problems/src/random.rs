//! Random numbers that are a function of their seed and index alone.

/// The `index`-th number of the stream `seed`, uniform in `[0, 1)`: the top 53 bits of SplitMix64 (Steele, Lea, Flood 2014),
/// `mix(seed + (index + 1) 0x9E3779B97F4A7C15)` with all arithmetic modulo 2^64.
///
/// Own code rather than a crate: these few lines are the generator in full, so a seed means the same point in every release and on every
/// machine, which `rand` promises for none of its standard generators. Any number is had without the ones before it.
pub(crate) fn uniform(seed: u64, index: u64) -> f64 {
    let mut z = seed.wrapping_add(index.wrapping_add(1).wrapping_mul(0x9E37_79B9_7F4A_7C15));
    z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    ((z ^ (z >> 31)) >> 11) as f64 / (1u64 << 53) as f64
}

#[cfg(test)]
mod tests {
    use super::uniform;

    /// Outputs of the authors' C program for seed 1234567.
    #[test]
    fn stream_of_the_reference_program() {
        let expected: [u64; 3] = [6457827717110365317, 3203168211198807973, 9817491932198370423];
        for (index, word) in expected.into_iter().enumerate() {
            assert_eq!(uniform(1_234_567, index as u64), (word >> 11) as f64 / (1u64 << 53) as f64);
        }
    }
}
