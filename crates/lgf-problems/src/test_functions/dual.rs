//! Forward differentiation: a number with its derivatives with respect to `N` variables.
use std::iter::Sum;
use std::ops::{Add, Div, Mul, Neg, Sub};

/// `value` and its gradient. All rules are those of calculus: derivatives are exact but for rounding.
#[derive(Clone, Copy)]
pub(super) struct Dual<const N: usize> {
    pub value: f64,
    pub gradient: [f64; N],
}

impl<const N: usize> Dual<N> {
    pub const fn constant(value: f64) -> Self {
        Self { value, gradient: [0.0; N] }
    }

    /// The variable with this number.
    pub fn variable(value: f64, index: usize) -> Self {
        let mut gradient = [0.0; N];
        gradient[index] = 1.0;
        Self { value, gradient }
    }

    /// A function of this number by its value and slope.
    fn chain(self, value: f64, slope: f64) -> Self {
        Self {
            value,
            gradient: self.gradient.map(|g| slope * g),
        }
    }

    pub fn square(self) -> Self {
        self.chain(self.value * self.value, 2.0 * self.value)
    }
    pub fn powi(self, n: i32) -> Self {
        self.chain(self.value.powi(n), f64::from(n) * self.value.powi(n - 1))
    }
    pub fn exp(self) -> Self {
        let e = self.value.exp();
        self.chain(e, e)
    }
    pub fn ln(self) -> Self {
        self.chain(self.value.ln(), self.value.recip())
    }
    pub fn sqrt(self) -> Self {
        let root = self.value.sqrt();
        self.chain(root, 0.5 / root)
    }
    pub fn sin(self) -> Self {
        let (s, c) = self.value.sin_cos();
        self.chain(s, c)
    }
    pub fn cos(self) -> Self {
        let (s, c) = self.value.sin_cos();
        self.chain(c, -s)
    }
    pub fn tan(self) -> Self {
        let t = self.value.tan();
        self.chain(t, 1.0 + t * t)
    }
    pub fn atan(self) -> Self {
        self.chain(self.value.atan(), (1.0 + self.value * self.value).recip())
    }
    pub fn abs(self) -> Self {
        self.chain(self.value.abs(), self.value.signum())
    }
}

impl<const N: usize> Neg for Dual<N> {
    type Output = Self;
    fn neg(self) -> Self {
        self.chain(-self.value, -1.0)
    }
}

impl<const N: usize> Add for Dual<N> {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        let gradient = std::array::from_fn(|i| self.gradient[i] + other.gradient[i]);
        Self {
            value: self.value + other.value,
            gradient,
        }
    }
}

impl<const N: usize> Sub for Dual<N> {
    type Output = Self;
    fn sub(self, other: Self) -> Self {
        let gradient = std::array::from_fn(|i| self.gradient[i] - other.gradient[i]);
        Self {
            value: self.value - other.value,
            gradient,
        }
    }
}

impl<const N: usize> Mul for Dual<N> {
    type Output = Self;
    #[expect(clippy::suspicious_arithmetic_impl, reason = "the rule of products")]
    fn mul(self, other: Self) -> Self {
        let gradient = std::array::from_fn(|i| self.gradient[i] * other.value + self.value * other.gradient[i]);
        Self {
            value: self.value * other.value,
            gradient,
        }
    }
}

impl<const N: usize> Div for Dual<N> {
    type Output = Self;
    #[expect(clippy::suspicious_arithmetic_impl, reason = "the rule of quotients")]
    fn div(self, other: Self) -> Self {
        let value = self.value / other.value;
        let gradient = std::array::from_fn(|i| (self.gradient[i] - value * other.gradient[i]) / other.value);
        Self { value, gradient }
    }
}

impl<const N: usize> Add<f64> for Dual<N> {
    type Output = Self;
    fn add(self, other: f64) -> Self {
        self.chain(self.value + other, 1.0)
    }
}

impl<const N: usize> Sub<f64> for Dual<N> {
    type Output = Self;
    fn sub(self, other: f64) -> Self {
        self.chain(self.value - other, 1.0)
    }
}

impl<const N: usize> Mul<Dual<N>> for f64 {
    type Output = Dual<N>;
    fn mul(self, other: Dual<N>) -> Dual<N> {
        other.chain(self * other.value, self)
    }
}

impl<const N: usize> Sum for Dual<N> {
    fn sum<I: Iterator<Item = Self>>(terms: I) -> Self {
        terms.fold(Self::constant(0.0), Add::add)
    }
}

/// A function as the sum of terms in a few variables each; the gradient is gathered along with the value.
pub(super) struct Terms<'a> {
    x: &'a [f64],
    gradient: &'a mut [f64],
    pub value: f64,
}

impl<'a> Terms<'a> {
    pub fn new(x: &'a [f64], gradient: &'a mut [f64]) -> Self {
        gradient.fill(0.0);
        Self { x, gradient, value: 0.0 }
    }

    /// Adds a term in the variables at these places, which may coincide.
    pub fn add<const N: usize>(&mut self, places: [usize; N], term: impl FnOnce([Dual<N>; N]) -> Dual<N>) {
        let variables = std::array::from_fn(|i| Dual::variable(self.x[places[i]], i));
        let Dual { value, gradient } = term(variables);
        self.value += value;
        for (place, slope) in places.into_iter().zip(gradient) {
            self.gradient[place] += slope;
        }
    }
}
