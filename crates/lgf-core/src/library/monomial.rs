//! Graded monomials of any order.
use crate::error::{Error, Result};

/// Entries of the largest table of features, coefficients or states (2 GiB of doubles): beyond it an error that names the option. An
/// allocation that fails would abort the process, and a fit makes several of them.
pub(crate) const MAX_ENTRIES: usize = 1 << 28;

/// All monomials of `d` inputs up to a degree, graded, inside a degree lexicographic: `1, x1, x2, x1^2, x1 x2, x2^2`.
#[derive(Debug, Clone, PartialEq)]
pub struct MonomialBasis {
    pub(super) dimension: usize,
    pub(super) order: usize,
    pub(super) bias: bool,
    pub(super) count: usize,
    /// `suffix[m * d + i]`: where, inside the block of degree `m` below the highest, the monomials whose first index is at least `i` begin.
    pub(super) suffix: Vec<usize>,
    /// Where the block of each degree begins, constant included whether it is asked for or not.
    pub(super) block: Vec<usize>,
    /// Whether these places are known; of a basis that is only counted they are not.
    pub(super) placed: bool,
}

/// `C(n, k)`, or `None` on overflow.
fn binomial(n: usize, k: usize) -> Option<usize> {
    let mut c: u128 = 1;
    for i in 0..k.min(n.saturating_sub(k)) {
        c = c.checked_mul((n - i) as u128)? / (i as u128 + 1);
    }
    usize::try_from(if k > n { 0 } else { c }).ok()
}

impl MonomialBasis {
    /// `P = C(d + order, order)` features, one less without bias.
    ///
    /// # Errors
    /// [`Error::Argument`] naming `poly_order_name` if one row of features would not fit into memory or no feature is left.
    pub fn new(dimension: usize, order: usize, bias: bool, poly_order_name: &str) -> Result<Self> {
        let refuse = |domain: String| Err(Error::argument_error(poly_order_name, order, domain));
        let counted = Self::counted(dimension, order, bias, poly_order_name)?;
        if counted.count > MAX_ENTRIES - usize::from(!bias) {
            return refuse(format!(
                "an order whose features of {dimension} variables number at most {MAX_ENTRIES}"
            ));
        }
        // Order 1 is a copy of the inputs and needs no places; above it there are more features than inputs.
        let mut suffix = vec![0; if order > 1 { order * dimension } else { 0 }];
        let mut block = vec![0, 1];
        let mut size = 1;
        for m in 1..=order {
            // Monomials of degree m on the inputs i.. number C(d - i + m - 1, m), no more than all of them: they cannot overflow.
            let on_tail = |i: usize| binomial(dimension - i + m - 1, m).unwrap_or(0);
            size += on_tail(0);
            block.push(size);
            if m == order {
                break;
            }
            for i in 0..dimension {
                suffix[m * dimension + i] = on_tail(0) - on_tail(i);
            }
        }
        Ok(Self {
            suffix,
            block,
            placed: true,
            ..counted
        })
    }

    /// A basis of features that are counted, but never formed: there may be more of them than any memory holds.
    ///
    /// # Errors
    /// [`Error::Argument`] naming `poly_order_name` if they are beyond counting or no feature is left.
    pub(crate) fn counted(dimension: usize, order: usize, bias: bool, poly_order_name: &str) -> Result<Self> {
        let refuse = |domain: String| Err(Error::argument_error(poly_order_name, order, domain));
        if order == 0 && !bias {
            return refuse("an integer in [1, ∞) without a constant feature".into());
        }
        let Some(total) = order.checked_add(dimension).and_then(|n| binomial(n, order)) else {
            return refuse(format!("an order whose features of {dimension} variables can be counted"));
        };
        Ok(Self {
            dimension,
            order,
            bias,
            count: total - usize::from(!bias),
            suffix: Vec::new(),
            block: Vec::new(),
            placed: false,
        })
    }

    /// Number of inputs `d`.
    pub fn dimension(&self) -> usize {
        self.dimension
    }

    /// Highest degree.
    pub fn order(&self) -> usize {
        self.order
    }

    /// Whether the constant is a feature.
    pub fn has_bias(&self) -> bool {
        self.bias
    }

    /// Number of features `P`.
    pub fn len(&self) -> usize {
        self.count
    }

    /// Never: a basis has at least one feature.
    pub fn is_empty(&self) -> bool {
        false
    }

    /// Features of one point: `x` has length `d`, `out` length `P`. Cost: one multiplication a feature.
    ///
    /// The block of degree `m` is, for each first index `i`, `x_i` times the tail of the block of degree `m - 1` whose first index is not
    /// below `i`: contiguous reads and writes only.
    pub fn evaluate(&self, x: &[f64], out: &mut [f64]) {
        if !self.placed && self.order > 1 {
            // Of more features than memory holds there is no such `out`.
            if let Ok(placed) = Self::new(self.dimension, self.order, self.bias, "polyOrder") {
                placed.evaluate(x, out);
            }
            return;
        }
        let d = self.dimension;
        let shift = usize::from(!self.bias);
        if self.bias {
            out[0] = 1.0;
        }
        if self.order == 0 {
            return;
        }
        out[1 - shift..1 - shift + d].copy_from_slice(x);
        for m in 2..=self.order {
            let (done, rest) = out.split_at_mut(self.block[m] - shift);
            let previous = &done[self.block[m - 1] - shift..];
            let mut to = rest.iter_mut();
            for (i, &xi) in x.iter().enumerate() {
                let tail = &previous[self.suffix[(m - 1) * d + i]..];
                // The tail comes first: a zip asks its left side first, and that must be the one that ends.
                for (lower, value) in tail.iter().zip(to.by_ref()) {
                    *value = xi * lower;
                }
            }
        }
    }

    /// For each feature of degree 2 and above, in order, the input and the feature of which it is the product; the first of them has the index
    /// `len() - factors().len()`.
    pub(crate) fn factors(&self) -> Vec<(usize, usize)> {
        let (d, shift) = (self.dimension, usize::from(!self.bias));
        let mut factors = Vec::new();
        for m in 2..=self.order {
            for i in 0..d {
                let tail = self.block[m - 1] + self.suffix[(m - 1) * d + i]..self.block[m];
                factors.extend(tail.map(|lower| (i, lower - shift)));
            }
        }
        factors
    }

    /// Exponents of every feature, each as its sorted input indices: `[0, 0, 1]` is `x1^2 x2`.
    /// Exponents of every feature, each as its sorted input indices: `[0, 0, 1]` is `x1^2 x2`. None of a basis of more features than can
    /// be formed, 2^28.
    pub fn indices(&self) -> Vec<Vec<usize>> {
        if self.count > MAX_ENTRIES {
            return Vec::new();
        }
        let mut all = Vec::with_capacity(self.count);
        if self.bias {
            all.push(Vec::new());
        }
        let mut previous = vec![Vec::new()];
        for _ in 1..=self.order {
            let mut next = Vec::new();
            for i in 0..self.dimension {
                for tail in previous.iter().filter(|t: &&Vec<usize>| t.first().is_none_or(|&first| first >= i)) {
                    next.push([&[i], tail.as_slice()].concat());
                }
            }
            all.extend(next.iter().cloned());
            previous = next;
        }
        all
    }

    /// Names of the features in the given inputs: `1`, `x1`, `x1^2`, `x1 x2`.
    pub fn names(&self, inputs: &[String]) -> Vec<String> {
        self.indices().iter().map(|index| name(index, inputs)).collect()
    }
}

fn name(index: &[usize], inputs: &[String]) -> String {
    if index.is_empty() {
        return "1".into();
    }
    let mut parts: Vec<(usize, usize)> = Vec::new();
    for &i in index {
        match parts.last_mut() {
            Some((last, power)) if *last == i => *power += 1,
            _ => parts.push((i, 1)),
        }
    }
    let shown = |&(i, power): &(usize, usize)| {
        if power == 1 {
            inputs[i].clone()
        } else {
            format!("{}^{power}", inputs[i])
        }
    };
    parts.iter().map(shown).collect::<Vec<_>>().join(" ")
}
