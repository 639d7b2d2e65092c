//! An order of elimination: nested dissection by coordinates.
use super::sparse::Pattern;

/// Sets not larger than this are not cut any further.
const LEAF: usize = 6;

/// Free nodes in their order of elimination, in parts that do not touch each other and are separated by what follows the last part.
pub struct Order {
    /// Old number of each new one.
    pub old: Vec<u32>,
    /// First node of each part, then the first separating node: `parts + 1` bounds.
    pub bounds: Vec<usize>,
}

/// Orders by cutting at the median of the longer side of the bounding box; the nodes of the lower half that touch the upper one separate.
/// `levels` cuts make `2^levels` parts.
pub fn nested_dissection(points: &[[f64; 2]], graph: &Pattern, levels: u32) -> Order {
    let mut cutter = Cutter {
        points,
        graph,
        side: vec![0; points.len()],
        stamp: 0,
    };
    let mut sets = vec![(0..points.len() as u32).collect::<Vec<_>>()];
    let mut separators = Vec::new();
    for _ in 0..levels {
        let (mut halves, mut between) = (Vec::new(), Vec::new());
        for set in sets {
            let [low, high, separator] = cutter.cut(set);
            halves.extend([low, high]);
            between.push(separator);
        }
        sets = halves;
        separators.push(between);
    }
    let (mut old, mut bounds) = (Vec::with_capacity(points.len()), vec![0]);
    for set in sets {
        cutter.order(set, &mut old);
        bounds.push(old.len());
    }
    // The last cuts are eliminated first.
    old.extend(separators.into_iter().rev().flatten().flatten());
    Order { old, bounds }
}

struct Cutter<'a> {
    points: &'a [[f64; 2]],
    graph: &'a Pattern,
    /// Stamp of the cut whose upper half a node was last in.
    side: Vec<u32>,
    stamp: u32,
}

impl Cutter<'_> {
    /// Lower half, upper half and what separates them.
    fn cut(&mut self, mut set: Vec<u32>) -> [Vec<u32>; 3] {
        if set.len() < 2 {
            return [set, Vec::new(), Vec::new()];
        }
        let extent = |axis: usize| {
            let along = || set.iter().map(|&i| self.points[i as usize][axis]);
            along().fold(f64::NEG_INFINITY, f64::max) - along().fold(f64::INFINITY, f64::min)
        };
        let axis = usize::from(extent(1) > extent(0));
        let key = |i: u32| (self.points[i as usize][axis], self.points[i as usize][1 - axis]);
        let compare = |a: (f64, f64), b: (f64, f64)| a.0.total_cmp(&b.0).then(a.1.total_cmp(&b.1));
        let middle = set.len() / 2;
        set.select_nth_unstable_by(middle, |&a, &b| compare(key(a), key(b)));
        let high = set.split_off(middle);
        self.stamp += 1;
        for &i in &high {
            self.side[i as usize] = self.stamp;
        }
        let touches = |&i: &u32| self.graph.row(i as usize).iter().any(|&j| self.side[j as usize] == self.stamp);
        let (separator, low) = set.into_iter().partition(touches);
        [low, high, separator]
    }

    fn order(&mut self, set: Vec<u32>, out: &mut Vec<u32>) {
        if set.len() <= LEAF {
            return out.extend(set);
        }
        let [low, high, separator] = self.cut(set);
        self.order(low, out);
        self.order(high, out);
        out.extend(separator);
    }
}
