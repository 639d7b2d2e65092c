//! Benchmark problems.
