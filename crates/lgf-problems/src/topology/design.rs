//! From variables to densities: latent variables without constraints, the volume kept by a monotone root.
use super::filter::Filter;
use super::parallel::{BLOCK, fill, pieces, sum};

/// Smoothed step `ρ = (tanh βη + tanh β(y-η)) / (tanh βη + tanh β(1-η))` (Wang, Lazarov, Sigmund 2011).
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Projection {
    /// `β`, 0 for none.
    pub sharpness: f64,
    /// `η`.
    pub threshold: f64,
}

impl Projection {
    pub fn is_none(&self) -> bool {
        self.sharpness == 0.0
    }

    fn parts(&self) -> (f64, f64) {
        let Self {
            sharpness: b,
            threshold: t,
        } = *self;
        let low = (b * t).tanh();
        (low, low + (b * (1.0 - t)).tanh())
    }

    pub fn value(&self, y: f64) -> f64 {
        if self.is_none() {
            return y;
        }
        let (low, all) = self.parts();
        (low + (self.sharpness * (y - self.threshold)).tanh()) / all
    }

    pub fn slope(&self, y: f64) -> f64 {
        if self.is_none() {
            return 1.0;
        }
        let tanh = (self.sharpness * (y - self.threshold)).tanh();
        self.sharpness * (1.0 - tanh * tanh) / self.parts().1
    }
}

/// Element values on the way from variables to densities.
pub(super) struct Design {
    filter: Filter,
    projection: Projection,
    /// By element, its density where it is given.
    passive: Vec<Option<bool>>,
    any_passive: bool,
    /// Elements that count for the volume: all but given holes.
    counted: f64,
    /// `x`, in `[0, 1]`.
    pub raw: Vec<f64>,
    filtered: Vec<f64>,
    /// `ρ`.
    pub density: Vec<f64>,
    /// Derivatives of the volume by `x`.
    weights: Vec<f64>,
    /// Volume of the given elements and of what the filter spreads from them, where that does not depend on the others.
    given: f64,
    /// One by the number of elements that count, for each.
    ones: Vec<f64>,
    scaled: Vec<f64>,
}

impl Design {
    pub fn new(filter: Filter, projection: Projection, passive: Vec<Option<bool>>) -> Self {
        let n = passive.len();
        let room = || vec![0.0; n];
        let counted = passive.iter().filter(|&&p| p != Some(false)).count() as f64;
        let mut design = Self {
            filter,
            projection,
            any_passive: passive.iter().any(Option::is_some),
            counted,
            passive,
            raw: room(),
            filtered: room(),
            density: room(),
            weights: room(),
            given: 0.0,
            ones: vec![1.0 / counted; n],
            scaled: room(),
        };
        design.set_projection(projection);
        design
    }

    /// Another projection.
    pub fn set_projection(&mut self, projection: Projection) {
        self.projection = projection;
        if projection.is_none() {
            self.raw.fill(0.0);
            self.forward();
            self.given = self.volume();
            self.set_weights();
        }
    }

    /// The volume of a design without any material of its own.
    pub fn least_volume(&self) -> f64 {
        let solid = self.passive.iter().filter(|&&p| p == Some(true)).count() as f64;
        solid / self.counted
    }

    /// `Σρ` over what counts, by the number of elements that count.
    pub fn volume(&self) -> f64 {
        // Given holes have density 0.
        sum(self.density.len(), |i| self.density[i]) / self.counted
    }

    /// Mean of `4 ρ (1 - ρ)` over what counts: 0 of a design of solid and void, 1 of one that is all grey (Sigmund 2007).
    pub fn greyness(&self) -> f64 {
        4.0 * sum(self.density.len(), |i| self.density[i] * (1.0 - self.density[i])) / self.counted
    }

    /// Volume of given elements and of what the filter spreads from them, which no design changes; where the volume is linear.
    pub fn given(&self) -> f64 {
        self.given
    }

    /// Derivatives of the volume by the raw values: of the last densities, where the volume is not linear.
    pub fn volume_weights(&self) -> &[f64] {
        &self.weights
    }

    fn set_weights(&mut self) {
        let (ones, mut weights) = (std::mem::take(&mut self.ones), std::mem::take(&mut self.weights));
        self.back(&ones, &mut weights);
        (self.ones, self.weights) = (ones, weights);
    }

    /// `out = ∂ρ/∂x` transposed times `density`, at the last densities.
    pub fn back(&mut self, density: &[f64], out: &mut [f64]) {
        let (projection, filtered, passive) = (self.projection, &self.filtered, &self.passive);
        fill(&mut self.scaled, 1, |i| {
            if passive[i].is_none() {
                density[i] * projection.slope(filtered[i])
            } else {
                0.0
            }
        });
        self.filter.transpose(&self.scaled, out);
        if self.any_passive {
            out.iter_mut().zip(&self.passive).for_each(|(out, passive)| {
                if passive.is_some() {
                    *out = 0.0;
                }
            });
        }
    }

    /// Densities of raw values that were written to `raw`.
    pub fn forward(&mut self) {
        if self.any_passive {
            let raw = self.raw.iter_mut().zip(&self.passive);
            raw.for_each(|(raw, passive)| *raw = passive.map_or(*raw, f64::from));
        }
        self.filter.apply(&self.raw, &mut self.filtered);
        let (projection, filtered, passive) = (self.projection, &self.filtered, &self.passive);
        fill(&mut self.density, 1, |i| {
            passive[i].map_or_else(|| projection.value(filtered[i]), f64::from)
        });
    }

    /// `x = σ(a + b)` with `b` such that the volume is `fraction`; densities, and the derivatives of the volume. Nothing where there is no
    /// such `b`.
    pub fn latent(&mut self, point: &[f64], fraction: f64) -> Option<()> {
        if !point.iter().all(|a| a.is_finite()) {
            return None;
        }
        let linear = self.projection.is_none();
        let mut shift = (fraction / (1.0 - fraction)).ln();
        let (mut low, mut high, mut stride) = (f64::NEG_INFINITY, f64::INFINITY, 4.0);
        for _ in 0..200 {
            self.logistic(point, shift);
            let (excess, slope) = if linear {
                self.linear_excess(fraction)
            } else {
                self.projected_excess(fraction)
            };
            if excess.is_nan() {
                return None;
            }
            if excess > 0.0 {
                high = shift
            } else {
                low = shift
            }
            // Newton's step, kept between what is known; where nothing is known on one side, not too far.
            let newton = shift - excess / slope;
            let next = if newton > low && newton < high && (newton - shift).abs() <= stride {
                newton
            } else {
                // Latent variables may lie far apart.
                stride *= 2.0;
                match (low.is_finite(), high.is_finite()) {
                    (true, true) => 0.5 * (low + high),
                    (true, false) => shift + stride,
                    _ => shift - stride,
                }
            };
            if excess == 0.0 || (next - shift).abs() <= 4.0 * f64::EPSILON * shift.abs().max(1.0) {
                break;
            }
            shift = next;
        }
        if linear {
            self.forward();
        }
        Some(())
    }

    fn logistic(&mut self, point: &[f64], shift: f64) {
        pieces(&mut self.raw, BLOCK, 8 * point.len(), |block, raw| {
            raw.iter_mut()
                .zip(&point[block * BLOCK..])
                .for_each(|(x, a)| *x = logistic(a + shift));
        });
    }

    /// How much the volume is too large, and its derivative by the shift. Filters are linear: the weights do.
    fn linear_excess(&self, fraction: f64) -> (f64, f64) {
        let (raw, weights) = (&self.raw, &self.weights);
        let volume = self.given + sum(raw.len(), |i| weights[i] * raw[i]);
        (volume - fraction, sum(raw.len(), |i| weights[i] * raw[i] * (1.0 - raw[i])))
    }

    fn projected_excess(&mut self, fraction: f64) -> (f64, f64) {
        self.forward();
        self.set_weights();
        let (raw, weights) = (&self.raw, &self.weights);
        (self.volume() - fraction, sum(raw.len(), |i| weights[i] * raw[i] * (1.0 - raw[i])))
    }
}

pub(super) fn logistic(t: f64) -> f64 {
    1.0 / (1.0 + (-t).exp())
}
