//! The flow of a sparse model: the terms it has, and nothing else.
use super::{Form, Model};
use crate::error::Result;
use crate::integrate::Field;

/// How many times cheaper the terms must be to be worth going through one by one: features side by side fill registers.
const WORTH: usize = 4;

/// The monomials that some equation needs, each one product of an input and a monomial before it, and the terms of the equations.
///
/// Sums are taken in the order of the features, so that a finite derivative has the bits of [`Model::derivative`]. A feature that overflows
/// without a coefficient is not computed and does no harm.
pub(super) struct Terms {
    /// The constant, the inputs, then the products.
    values: Vec<f64>,
    products: Vec<[u32; 2]>,
    /// Place of the value and coefficient, equation after equation.
    terms: Vec<(u32, f64)>,
    /// Number of terms of each equation.
    counts: Vec<usize>,
}

impl Terms {
    /// The terms of a model; none if it is not sparse, or too large for this.
    pub fn of(model: &Model) -> Option<Self> {
        let Form::Explicit(coefficients) = &model.form else {
            return None;
        };
        let (basis, r) = (model.basis(), model.inputs());
        let p = basis.len();
        if model.transform().is_some() || u32::try_from(p).is_err() {
            return None;
        }
        let used = |feature: usize| coefficients[feature * r..][..r].iter().any(|&c| c != 0.0);
        let mut needed: Vec<bool> = (0..p).map(used).collect();
        let factors = basis.factors();
        let low = p - factors.len();
        for (feature, &(_, lower)) in factors.iter().enumerate().rev() {
            needed[lower] |= needed[low + feature];
        }
        // Where the value of each needed feature stands: without a constant the inputs are the first features.
        let first = usize::from(!basis.has_bias());
        let mut place: Vec<u32> = (0..p).map(|feature| (feature + first) as u32).collect();
        let mut products = Vec::new();
        for (feature, &(input, lower)) in factors.iter().enumerate() {
            if needed[low + feature] {
                place[low + feature] = (1 + r + products.len()) as u32;
                products.push([1 + input as u32, place[lower]]);
            }
        }
        let (mut terms, mut counts) = (Vec::new(), Vec::with_capacity(r));
        for equation in 0..r {
            let before = terms.len();
            terms.extend((0..p).filter_map(|feature| match coefficients[feature * r + equation] {
                0.0 => None,
                c => Some((place[feature], c)),
            }));
            counts.push(terms.len() - before);
        }
        (WORTH * (products.len() + terms.len()) <= p + p * r).then(|| {
            let mut values = vec![0.0; 1 + r + products.len()];
            values[0] = 1.0;
            Self {
                values,
                products,
                terms,
                counts,
            }
        })
    }
}

impl Field for Terms {
    fn dimension(&self) -> usize {
        self.counts.len()
    }

    fn derivative(&mut self, _: f64, x: &[f64], dx: &mut [f64]) -> Result<()> {
        let values = &mut self.values[..];
        values[1..=x.len()].copy_from_slice(x);
        for (k, &[input, lower]) in self.products.iter().enumerate() {
            values[1 + x.len() + k] = values[input as usize] * values[lower as usize];
        }
        let mut terms = &self.terms[..];
        for (dx, &count) in dx.iter_mut().zip(&self.counts) {
            let (own, rest) = terms.split_at(count);
            *dx = own.iter().fold(0.0, |sum, &(place, c)| sum + values[place as usize] * c);
            terms = rest;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::library::MonomialBasis;

    #[test]
    fn terms_have_the_bits_of_the_whole_table() {
        for (d, order, bias) in [
            (2, 6, true),
            (3, 5, true),
            (3, 5, false),
            (4, 4, true),
            (40, 1, false),
            (12, 2, true),
        ] {
            let basis = MonomialBasis::new(d, order, bias, "order").unwrap();
            let p = basis.len();
            let mut coefficients = vec![0.0; p * d];
            for k in 0..p / 16 + 1 {
                coefficients[(p - 1 - 8 * k) * d + k % d] = 0.7 - k as f64;
            }
            let model = Model::new(basis, None, coefficients, None).unwrap();
            let mut terms = Terms::of(&model).unwrap();
            let x: Vec<f64> = (0..d).map(|i| (1.3 * i as f64 + 0.4).sin()).collect();
            let mut dx = vec![f64::NAN; d];
            terms.derivative(0.0, &x, &mut dx).unwrap();
            let bits = |v: &[f64]| v.iter().map(|v| v.to_bits()).collect::<Vec<_>>();
            assert_eq!(bits(&dx), bits(&model.derivative(&x).unwrap()), "{d} {order} {bias}");
        }
    }

    #[test]
    fn a_dense_model_is_none_of_terms() {
        let basis = MonomialBasis::new(3, 3, true, "order").unwrap();
        let coefficients = vec![1.0; basis.len() * 3];
        assert!(Terms::of(&Model::new(basis, None, coefficients, None).unwrap()).is_none());
    }
}
