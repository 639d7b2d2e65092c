//! Midpoints of one direction.
use super::NonlinearHeatOptions;
use std::f64::consts::PI;

/// The midpoints `x_c = (c + 1/2) / points`.
#[derive(Clone, Copy)]
pub(super) struct Grid {
    points: usize,
}

impl Grid {
    pub fn new(points: usize) -> Self {
        Self { points }
    }

    pub fn midpoint(self, c: usize) -> f64 {
        (2 * c + 1) as f64 / (2 * self.points) as f64
    }

    /// `sin(m pi x_c)`, to rounding for every `m`: the angle is reduced in integers.
    pub fn sine(self, m: usize, c: usize) -> f64 {
        let (quarter, turns) = (self.points, m * (2 * c + 1));
        // In units of a right angle over `points`.
        let angle = turns % (4 * quarter);
        let (half, sign) = if angle >= 2 * quarter {
            (angle - 2 * quarter, -1.0)
        } else {
            (angle, 1.0)
        };
        let acute = half.min(2 * quarter - half);
        let unit = PI / (2 * quarter) as f64;
        // Beyond 45 degrees the cosine of the complement: the two agree where both are used.
        sign * if 2 * acute <= quarter {
            (unit * acute as f64).sin()
        } else {
            (unit * (quarter - acute) as f64).cos()
        }
    }

    /// `cos(m pi x_c)`.
    pub fn cosine(self, m: usize, c: usize) -> f64 {
        let (quarter, turns) = (self.points, m * (2 * c + 1));
        let angle = turns % (4 * quarter);
        let half = angle.min(4 * quarter - angle);
        let (acute, sign) = if half > quarter { (2 * quarter - half, -1.0) } else { (half, 1.0) };
        let unit = PI / (2 * quarter) as f64;
        sign * if 2 * acute <= quarter {
            (unit * acute as f64).cos()
        } else {
            (unit * (quarter - acute) as f64).sin()
        }
    }

    /// `|x_c - 1/2| <= 1/4`, in integers.
    pub fn is_central(self, c: usize) -> bool {
        2 * (2 * c + 1).abs_diff(self.points) <= self.points
    }

    pub fn conductivity(self, options: &NonlinearHeatOptions, central: bool) -> f64 {
        if central {
            options.conductivity_inside
        } else {
            options.conductivity_outside
        }
    }

    /// The factors of the source.
    pub fn source_x(self, options: &NonlinearHeatOptions, r: usize) -> f64 {
        options.source_amplitude * self.midpoint(r) * self.sine(4, r)
    }

    pub fn source_y(self, c: usize) -> f64 {
        self.sine(3, c)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sines_and_cosines() {
        for points in [2, 3, 5, 8, 30] {
            let grid = Grid::new(points);
            for (m, c) in (0..2 * points).flat_map(|m| (0..points).map(move |c| (m, c))) {
                let angle = m as f64 * PI * grid.midpoint(c);
                // What the rounded angle makes of it.
                let error = 1e-15 * (1.0 + angle);
                assert!((grid.sine(m, c) - angle.sin()).abs() < error, "sine {m} {c} of {points}");
                assert!((grid.cosine(m, c) - angle.cos()).abs() < error, "cosine {m} {c} of {points}");
            }
        }
    }

    #[test]
    fn central_cells() {
        let central = |points| (0..points).filter(|&c| Grid::new(points).is_central(c)).collect::<Vec<_>>();
        assert_eq!(central(8), [2, 3, 4, 5]);
        // Of six, the midpoints 1/4 and 3/4 belong to the closed square.
        assert_eq!(central(6), [1, 2, 3, 4]);
        assert_eq!(central(5), [1, 2, 3]);
        assert_eq!(central(2), [0, 1]);
    }
}
