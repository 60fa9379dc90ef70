//! Which concept stands how far down: the general above the particular, the subject above the object.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use crate::answer::{Cluster, Map};

/// The width up to which a row is filled however small the map is, in pixels.
const COMFORTABLE: f64 = 900.0;
/// How much wider than high a large map may become.
const ASPECT: f64 = 1.6;
/// What a row with its links takes of the height, in pixels: roughly.
const ROW: f64 = 130.0;

/// The level of each node, 0 at the top, given the nodes' widths in pixels.
///
/// Links that are not cross-links lead downwards, save those of a hierarchy that runs in a circle; no link joins two
/// nodes of a level. Rows that grow too wide go on one level down (after Coffman and Graham, 1972).
pub fn levels(map: &Map, clusters: &[Cluster], widths: &[f64]) -> Vec<usize> {
    let cross = map.cross_links();
    let mut order = Order::new(map.nodes.len());
    let ranking = |edge: usize| map.edges[edge].ranks();
    let edges = 0..map.edges.len();
    let frame = edges.clone().filter(|&i| ranking(i));
    for i in frame.chain(edges.clone().filter(|&i| !ranking(i) && !cross[i])) {
        let edge = &map.edges[i];
        if edge.hierarchy {
            order.put_above(edge.target, edge.source);
        } else {
            order.put_above(edge.source, edge.target);
        }
    }
    let rows = Rows::new(clusters, widths);
    loop {
        let levels = rows.fill(&order);
        let flat = |i: &usize| {
            let edge = &map.edges[*i];
            edge.source != edge.target && levels[edge.source] == levels[edge.target]
        };
        let flat: Vec<usize> = edges.clone().filter(flat).collect();
        if flat.is_empty() {
            return levels;
        }
        for i in flat {
            order.put_above(map.edges[i].source, map.edges[i].target);
        }
    }
}

/// A partial order of nodes.
struct Order {
    below: Vec<Vec<usize>>,
    above: Vec<Vec<usize>>,
}

impl Order {
    fn new(nodes: usize) -> Self {
        Self {
            below: vec![Vec::new(); nodes],
            above: vec![Vec::new(); nodes],
        }
    }

    /// Puts a node above another, unless that one is above it already.
    fn put_above(&mut self, upper: usize, lower: usize) {
        let (upper, lower) = if self.is_above(lower, upper) {
            (lower, upper)
        } else {
            (upper, lower)
        };
        if upper != lower && !self.below[upper].contains(&lower) {
            self.below[upper].push(lower);
            self.above[lower].push(upper);
        }
    }

    fn is_above(&self, upper: usize, lower: usize) -> bool {
        let mut seen = vec![false; self.below.len()];
        let mut waiting = vec![upper];
        while let Some(node) = waiting.pop() {
            if node == lower {
                return true;
            }
            if !std::mem::replace(&mut seen[node], true) {
                waiting.extend(&self.below[node]);
            }
        }
        false
    }

    /// The nodes so that each comes after all that are above it.
    fn sorted(&self) -> Vec<usize> {
        let mut missing: Vec<usize> = self.above.iter().map(Vec::len).collect();
        let mut sorted: Vec<usize> = (0..missing.len()).filter(|&n| missing[n] == 0).collect();
        let mut next = 0;
        while next < sorted.len() {
            for &lower in &self.below[sorted[next]] {
                missing[lower] -= 1;
                if missing[lower] == 0 {
                    sorted.push(lower);
                }
            }
            next += 1;
        }
        sorted
    }
}

/// How wide the rows of each lane may become.
struct Rows<'a> {
    widths: &'a [f64],
    lane: Vec<usize>,
    limit: Vec<f64>,
}

impl<'a> Rows<'a> {
    fn new(clusters: &[Cluster], widths: &'a [f64]) -> Self {
        let mut lane = vec![clusters.len(); widths.len()];
        for (index, cluster) in clusters.iter().enumerate() {
            for &member in &cluster.members {
                lane[member] = index;
            }
        }
        let total: f64 = widths.iter().sum();
        let page = (ASPECT * ROW * total).sqrt().max(COMFORTABLE);
        let mut limit = vec![0.0; clusters.len() + 1];
        for (node, width) in widths.iter().enumerate() {
            limit[lane[node]] += width * page / total;
        }
        Self {
            widths,
            lane,
            limit,
        }
    }

    /// The highest place of each node that respects order and limits; then those with more below than above are pulled
    /// down to what is below them.
    fn fill(&self, order: &Order) -> Vec<usize> {
        let sorted = order.sorted();
        let mut height = vec![0_usize; self.widths.len()];
        for &node in sorted.iter().rev() {
            let below = order.below[node].iter().map(|&lower| height[lower] + 1);
            height[node] = below.max().unwrap_or(0);
        }
        let mut used: BTreeMap<(usize, usize), f64> = BTreeMap::new();
        let mut level = vec![0_usize; self.widths.len()];
        let mut missing: Vec<usize> = order.above.iter().map(Vec::len).collect();
        let mut ready: Vec<usize> = (0..missing.len()).filter(|&n| missing[n] == 0).collect();
        while !ready.is_empty() {
            ready.sort_by_key(|&node| (level[node], Reverse(height[node]), node));
            let node = ready.remove(0);
            while !self.has_room(&used, node, level[node]) {
                level[node] += 1;
            }
            *used.entry((self.lane[node], level[node])).or_default() += self.widths[node];
            for &lower in &order.below[node] {
                level[lower] = level[lower].max(level[node] + 1);
                missing[lower] -= 1;
                if missing[lower] == 0 {
                    ready.push(lower);
                }
            }
        }
        for &node in sorted.iter().rev() {
            if order.below[node].len() <= order.above[node].len() {
                continue;
            }
            let lowest = order.below[node]
                .iter()
                .map(|&lower| level[lower] - 1)
                .min();
            let lowest = lowest.unwrap_or(level[node]);
            let better = (level[node] + 1..=lowest).rev();
            if let Some(better) = better.into_iter().find(|&l| self.has_room(&used, node, l)) {
                *used.entry((self.lane[node], level[node])).or_default() -= self.widths[node];
                *used.entry((self.lane[node], better)).or_default() += self.widths[node];
                level[node] = better;
            }
        }
        without_gaps(level)
    }

    fn has_room(&self, used: &BTreeMap<(usize, usize), f64>, node: usize, level: usize) -> bool {
        let lane = self.lane[node];
        let before = used.get(&(lane, level)).copied().unwrap_or(0.0);
        before < 1.0 || before + self.widths[node] <= self.limit[lane]
    }
}

/// The same levels with those that nothing stands on left out.
fn without_gaps(level: Vec<usize>) -> Vec<usize> {
    let used: BTreeSet<usize> = level.iter().copied().collect();
    let place: BTreeMap<usize, usize> = used.into_iter().zip(0..).collect();
    level.iter().map(|level| place[level]).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::answer::sample;

    fn levels_of(text: &str) -> Vec<usize> {
        let map = sample::map(text);
        levels(&map, &map.clusters(), &vec![100.0; map.nodes.len()])
    }

    #[test]
    fn the_general_stands_above_the_particular_and_the_subject_above_the_object() {
        assert_eq!(
            levels_of("A - a\n B - b\n C - c\n A isA B\n A runsOn C"),
            [1, 0, 2]
        );
    }

    #[test]
    fn a_cross_link_does_not_push_the_general_down() {
        let text = "A - a\n B - b\n C - c\n B isA A\n C isA B\n C runsOn A";
        assert_eq!(levels_of(text), [0, 1, 2]);
    }

    #[test]
    fn a_hierarchy_that_runs_in_a_circle_is_cut_once() {
        let text = "A - a\n B - b\n C - c\n A isA B\n B isA C\n C isA A";
        let mut levels = levels_of(text);
        levels.sort_unstable();
        assert_eq!(levels, [0, 1, 2]);
    }

    #[test]
    fn no_link_joins_two_nodes_of_a_level_and_order_holds() {
        for seed in 0..200 {
            let map = sample::random(seed, 60);
            let widths = vec![120.0; map.nodes.len()];
            let levels = levels(&map, &map.clusters(), &widths);
            for edge in map.edges.iter().filter(|edge| edge.source != edge.target) {
                assert_ne!(levels[edge.source], levels[edge.target], "seed {seed}");
            }
            let rows = levels.iter().max().map_or(0, |level| level + 1);
            assert!((0..rows).all(|row| levels.contains(&row)), "seed {seed}");
        }
    }

    #[test]
    fn twenty_five_children_do_not_stand_in_one_row() {
        let mut text = "Root - root\n".to_owned();
        for i in 0..25 {
            text.push_str(&format!("C{i} - c\nC{i} isA Root\n"));
        }
        let levels = levels_of(&text);
        for level in 0..10 {
            assert!(levels.iter().filter(|&&l| l == level).count() <= 9);
        }
    }
}
