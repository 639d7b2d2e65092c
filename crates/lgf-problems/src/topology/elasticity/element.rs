//! Stiffness of one element.

/// Stiffness matrix of a unit square in plane stress (thickness 1) or of a unit cube, Young's modulus 1, with bilinear or trilinear
/// displacements and exact integration: `K = ∫ Bᵀ D B`, row-major, order `dimension * 2^dimension`, unknown `c` of corner `n` at
/// `dimension * n + c`, corners as in [`Grid::corners`](super::grid::Grid::corners).
pub(crate) fn stiffness(dimension: usize, poisson: f64) -> Vec<f64> {
    let corners = 1 << dimension;
    let order = dimension * corners;
    let law = law(dimension, poisson);
    let half = 0.5 / 3.0_f64.sqrt();
    let mut matrix = vec![0.0; order * order];
    // Two Gauss points along each axis are exact: the integrand is of second degree along each.
    for point in 0..corners {
        let at: Vec<f64> = (0..dimension)
            .map(|axis| if point >> axis & 1 == 1 { 0.5 + half } else { 0.5 - half })
            .collect();
        let slopes: Vec<Vec<f64>> = (0..corners).map(|corner| slope(corner, &at)).collect();
        let strain = |unknown: usize| strain(dimension, &slopes[unknown / dimension], unknown % dimension);
        for i in 0..order {
            let stress: Vec<f64> = law.iter().map(|row| row.iter().zip(strain(i)).map(|(d, e)| d * e).sum()).collect();
            for j in 0..order {
                let energy: f64 = stress.iter().zip(strain(j)).map(|(s, e)| s * e).sum();
                matrix[order * i + j] += energy / corners as f64;
            }
        }
    }
    matrix
}

/// Derivatives of the shape function of a corner at a point of the unit element.
fn slope(corner: usize, at: &[f64]) -> Vec<f64> {
    let shape = |axis: usize| if corner >> axis & 1 == 1 { at[axis] } else { 1.0 - at[axis] };
    (0..at.len())
        .map(|along| {
            let sign = if corner >> along & 1 == 1 { 1.0 } else { -1.0 };
            (0..at.len())
                .filter(|&axis| axis != along)
                .fold(sign, |product, axis| product * shape(axis))
        })
        .collect()
}

/// Strains `(xx, yy, xy)` or `(xx, yy, zz, yz, xz, xy)` of a shape function with these derivatives as component `c`; shear strains are
/// engineering strains.
fn strain(dimension: usize, slope: &[f64], component: usize) -> Vec<f64> {
    let pairs: &[(usize, usize)] = if dimension == 2 { &[(0, 1)] } else { &[(1, 2), (0, 2), (0, 1)] };
    let normal = (0..dimension).map(|axis| if axis == component { slope[axis] } else { 0.0 });
    let shear = pairs.iter().map(|&(a, b)| match component {
        c if c == a => slope[b],
        c if c == b => slope[a],
        _ => 0.0,
    });
    normal.chain(shear).collect()
}

/// Hooke's law: plane stress in two dimensions.
fn law(dimension: usize, poisson: f64) -> Vec<Vec<f64>> {
    let size = if dimension == 2 { 3 } else { 6 };
    let (scale, direct, coupled) = if dimension == 2 {
        (1.0 / (1.0 - poisson * poisson), 1.0, poisson)
    } else {
        (1.0 / ((1.0 + poisson) * (1.0 - 2.0 * poisson)), 1.0 - poisson, poisson)
    };
    let shear = 0.5 / (1.0 + poisson);
    let entry = |i: usize, j: usize| match (i < dimension, j < dimension) {
        (true, true) => scale * if i == j { direct } else { coupled },
        (false, false) if i == j => shear,
        _ => 0.0,
    };
    (0..size).map(|i| (0..size).map(|j| entry(i, j)).collect()).collect()
}
