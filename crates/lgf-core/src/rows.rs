//! Rows of numbers of one length, behind each other, in double or single precision.
use crate::param::choices;
use serde::{Deserialize, Serialize};
use std::ops::Range;
use std::sync::Arc;

choices! {
    /// How recorded states and derivatives are stored; all arithmetic is in double precision.
    pub enum HistoryPrecision {
        /// As they are.
        Double = "double",
        /// Rounded to single precision, relative 6e-8, in half the memory.
        Single = "single",
    }
}

/// The numbers of rows.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) enum Rows {
    Double(Vec<f64>),
    Single(Vec<f32>),
}

/// The same expression for both precisions.
macro_rules! either {
    ($rows:expr, $numbers:ident => $body:expr) => {
        match $rows {
            Rows::Double($numbers) => $body,
            Rows::Single($numbers) => $body,
        }
    };
}

impl Rows {
    pub fn new(precision: HistoryPrecision) -> Self {
        match precision {
            HistoryPrecision::Double => Self::Double(Vec::new()),
            HistoryPrecision::Single => Self::Single(Vec::new()),
        }
    }

    pub fn precision(&self) -> HistoryPrecision {
        match self {
            Self::Double(_) => HistoryPrecision::Double,
            Self::Single(_) => HistoryPrecision::Single,
        }
    }

    /// How many numbers there are.
    pub fn len(&self) -> usize {
        either!(self, numbers => numbers.len())
    }

    pub fn clear(&mut self) {
        either!(self, numbers => numbers.clear());
    }

    /// Makes sure of the memory for so many numbers in all; whether there is enough.
    pub fn reserve(&mut self, size: usize) -> bool {
        either!(self, numbers => numbers.try_reserve_exact(size.saturating_sub(numbers.len())).is_ok())
    }

    pub fn extend(&mut self, numbers: impl IntoIterator<Item = f64>) {
        match self {
            Self::Double(all) => all.extend(numbers),
            Self::Single(all) => all.extend(numbers.into_iter().map(|v| v as f32)),
        }
    }

    /// Takes over all numbers of rows of the same precision.
    pub fn append_copy(&mut self, other: &Self) {
        match (self, other) {
            (Self::Double(all), Self::Double(other)) => all.extend_from_slice(other),
            (Self::Single(all), Self::Single(other)) => all.extend_from_slice(other),
            (this, other) => either!(other, numbers => this.extend(numbers.iter().map(|&v| Entry::number(v)))),
        }
    }

    /// Numbers in double precision: these themselves, or a copy in `room`.
    pub fn doubles<'a>(&'a self, at: Range<usize>, room: &'a mut Vec<f64>) -> &'a [f64] {
        match self {
            Self::Double(numbers) => &numbers[at],
            Self::Single(numbers) => {
                room.clear();
                room.extend(numbers[at].iter().map(|&v| f64::from(v)));
                room
            }
        }
    }
}

/// A number as it is stored.
pub(crate) trait Entry: Copy + Send + Sync + 'static {
    /// Room in which a stretch of them becomes doubles.
    type Room;
    fn room() -> Self::Room;
    fn number(self) -> f64;
    /// Makes doubles of a stretch, where they are none.
    fn widen(numbers: &[Self], room: &mut Self::Room);
    /// The stretch as doubles.
    fn widened<'a>(numbers: &'a [Self], room: &'a Self::Room) -> &'a [f64];
}

/// Numbers that become doubles at once: those of four rows take a quarter of a first-level cache.
pub(crate) const STRETCH: usize = 256;

impl Entry for f64 {
    type Room = ();
    #[inline(always)]
    fn room() {}
    fn number(self) -> f64 {
        self
    }
    #[inline(always)]
    fn widen(_: &[Self], (): &mut ()) {}
    #[inline(always)]
    fn widened<'a>(numbers: &'a [Self], (): &'a ()) -> &'a [f64] {
        numbers
    }
}

impl Entry for f32 {
    type Room = [f64; STRETCH];
    #[inline(always)]
    fn room() -> Self::Room {
        [0.0; STRETCH]
    }
    fn number(self) -> f64 {
        f64::from(self)
    }
    #[inline(always)]
    fn widen(numbers: &[Self], room: &mut Self::Room) {
        for (wide, number) in room.iter_mut().zip(numbers) {
            *wide = *number as f64;
        }
    }
    #[inline(always)]
    fn widened<'a>(numbers: &'a [Self], room: &'a Self::Room) -> &'a [f64] {
        &room[..numbers.len()]
    }
}

/// Some rows of those that are stored together.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Part {
    pub rows: Arc<Rows>,
    /// The first of them.
    pub from: usize,
    pub count: usize,
}

impl Part {
    /// Whether there are so many rows of this length.
    pub fn is_sound(&self, length: usize) -> bool {
        let end = self.from.checked_add(self.count).and_then(|rows| rows.checked_mul(length));
        end.is_some_and(|end| end <= self.rows.len())
    }

    /// Where its numbers are.
    pub fn range(&self, length: usize) -> Range<usize> {
        self.from * length..(self.from + self.count) * length
    }
}

/// How many rows there are in all.
pub(crate) fn count(parts: &[Part]) -> usize {
    parts.iter().map(|part| part.count).sum()
}

/// Rows that models may hold on to: stored like the rows themselves.
pub(crate) mod shared {
    use super::{Arc, Rows};
    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    pub fn serialize<S: Serializer>(rows: &Arc<Rows>, to: S) -> Result<S::Ok, S::Error> {
        (**rows).serialize(to)
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<Arc<Rows>, D::Error> {
        Rows::deserialize(from).map(Arc::new)
    }
}
