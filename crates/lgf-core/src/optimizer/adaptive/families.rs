//! Which variables act on each other: hypotheses, each a set of groups of variables. A polynomial over the groups of each is learned, and what it
//! predicts decides between them.

/// Most variables of a polynomial in all of them, and of one in groups.
const FEW: usize = 6;
pub const MANY: usize = 256;

/// Groups of variables that act on each other, and the orders of the fields to learn over them.
pub struct Family {
    pub groups: Vec<Vec<u32>>,
    pub orders: std::ops::RangeInclusive<usize>,
}

impl Family {
    fn new(groups: Vec<Vec<u32>>, lowest: usize, highest: usize) -> Self {
        Self {
            groups,
            orders: lowest..=highest,
        }
    }
}

/// Whether a polynomial of all variables together has few enough unknowns.
pub fn is_few(d: usize) -> bool {
    d <= FEW
}

/// All variables of `d`, in increasing order.
pub fn all(d: usize) -> Vec<Vec<u32>> {
    vec![(0..d as u32).collect()]
}

/// The hypotheses for `d` variables and fields up to an order.
///
/// ```text
/// all        of few variables                    f(x)
/// separable                                      sum f_i(x_i)
/// chain      neighbours                          sum f_i(x_i, x_i+1)
/// band       and next neighbours, linear         sum f_i(x_i, x_i+1) + h_i(x_i, x_i+2)
/// triples                                        sum f_i(x_i, x_i+1, x_i+2)
/// grid       of as many rows as columns, linear  sum f_i(x_i, x_i+1) + h_i(x_i, x_i+m),  m^2 = d
/// ```
pub fn families(d: usize, highest: usize) -> Vec<Family> {
    if is_few(d) {
        return vec![Family::new(all(d), 2, highest)];
    }
    if d > MANY {
        return Vec::new();
    }
    let n = d as u32;
    let runs = |length: u32| -> Vec<Vec<u32>> { (length..=n).map(|end| (end - length..end).collect()).collect() };
    let offset = |by: u32| (by..n).map(move |i| vec![i - by, i]);
    let mut found = vec![
        Family::new(runs(2), 1, highest),
        Family::new(runs(1), 1, highest),
        Family::new(offset(1).chain(offset(2)).collect(), 1, 1),
        Family::new(runs(3), 2, highest),
    ];
    let m = n.isqrt();
    if m * m == n {
        found.push(Family::new(offset(1).chain(offset(m)).collect(), 1, 1));
    }
    found
}
