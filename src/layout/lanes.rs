//! Lanes: vertical strips side by side, one for each cluster, others between them for concepts of no cluster.

use petgraph::unionfind::UnionFind;

use crate::answer::{Cluster, Map};

/// How many blocks are few enough to try every pair of places.
const FEW: usize = 24;

/// The lanes from left to right and who is in them.
pub(super) struct Lanes {
    /// For each lane its cluster; none for a lane of concepts without one.
    pub cluster: Vec<Option<usize>>,
    /// For each node its lane.
    pub of: Vec<usize>,
}

/// Concepts that stay together while lanes are put in order.
struct Block {
    cluster: Option<usize>,
    members: Vec<usize>,
    width: f64,
}

impl Lanes {
    /// Puts clusters, and the parts into which the rest falls, so that links are short; neighbouring parts that are no
    /// clusters share a lane.
    pub fn new(map: &Map, clusters: &[Cluster], widths: &[f64], levels: &[usize]) -> Self {
        let mut blocks = blocks(map, clusters);
        for block in &mut blocks {
            block.width = extent(&block.members, widths, levels);
        }
        let mut of = vec![0; map.nodes.len()];
        for (index, block) in blocks.iter().enumerate() {
            for &member in &block.members {
                of[member] = index;
            }
        }
        let mut links: Vec<(usize, usize)> = map
            .edges
            .iter()
            .map(|edge| (of[edge.source], of[edge.target]))
            .filter(|(a, b)| a != b)
            .collect();
        links.sort_unstable();
        let order = in_order(&blocks, &links);

        let mut lanes = Self {
            cluster: Vec::new(),
            of: vec![0; map.nodes.len()],
        };
        for block in order.into_iter().map(|index| &blocks[index]) {
            let joins = block.cluster.is_none() && matches!(lanes.cluster.last(), Some(None));
            if !joins {
                lanes.cluster.push(block.cluster);
            }
            for &member in &block.members {
                lanes.of[member] = lanes.cluster.len() - 1;
            }
        }
        lanes
    }
}

/// The clusters, then the connected parts of what is in none.
fn blocks(map: &Map, clusters: &[Cluster]) -> Vec<Block> {
    let mut clustered = vec![false; map.nodes.len()];
    let mut blocks: Vec<Block> = Vec::new();
    for (index, cluster) in clusters.iter().enumerate() {
        for &member in &cluster.members {
            clustered[member] = true;
        }
        blocks.push(Block {
            cluster: Some(index),
            members: cluster.members.clone(),
            width: 0.0,
        });
    }
    let mut parts = UnionFind::new(map.nodes.len());
    for edge in &map.edges {
        if !clustered[edge.source] && !clustered[edge.target] {
            parts.union(edge.source, edge.target);
        }
    }
    let parts = parts.into_labeling();
    let mut block_of = vec![None; map.nodes.len()];
    for node in (0..map.nodes.len()).filter(|&node| !clustered[node]) {
        let block = *block_of[parts[node]].get_or_insert_with(|| {
            blocks.push(Block {
                cluster: None,
                members: Vec::new(),
                width: 0.0,
            });
            blocks.len() - 1
        });
        blocks[block].members.push(node);
    }
    blocks
}

/// The width of the widest row.
fn extent(members: &[usize], widths: &[f64], levels: &[usize]) -> f64 {
    let mut rows = vec![0.0_f64; levels.iter().map(|level| level + 1).max().unwrap_or(0)];
    for &member in members {
        rows[levels[member]] += widths[member];
    }
    rows.into_iter().fold(0.0, f64::max)
}

/// An order of the blocks in which links are short: swaps are made while they help.
fn in_order(blocks: &[Block], links: &[(usize, usize)]) -> Vec<usize> {
    let mut order: Vec<usize> = (0..blocks.len()).collect();
    let mut best = length(&order, blocks, links);
    let reach = if blocks.len() <= FEW { FEW } else { 1 };
    for _ in 0..blocks.len().min(40) {
        let before = best;
        for a in 0..order.len() {
            for b in a + 1..order.len().min(a + 1 + reach) {
                order.swap(a, b);
                let length = length(&order, blocks, links);
                if length < best - 0.01 {
                    best = length;
                } else {
                    order.swap(a, b);
                }
            }
        }
        if best >= before - 0.01 {
            break;
        }
    }
    order
}

/// The horizontal length of all links between the middles of blocks.
fn length(order: &[usize], blocks: &[Block], links: &[(usize, usize)]) -> f64 {
    let mut middle = vec![0.0; blocks.len()];
    let mut x = 0.0;
    for &block in order {
        middle[block] = x + blocks[block].width / 2.0;
        x += blocks[block].width;
    }
    links
        .iter()
        .map(|&(a, b)| f64::abs(middle[a] - middle[b]))
        .sum()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::answer::sample;

    #[test]
    fn a_concept_of_no_cluster_stands_beside_its_neighbours() {
        let map = sample::map(
            "A Service a\n B Service b\n C Tool c\n D Tool d\n E Component e\n F Component f\n X - x
             A worksWith C\n C worksWith E\n X worksWith E\n X worksWith F",
        );
        let lanes = Lanes::new(&map, &map.clusters(), &[100.0; 7], &[0; 7]);
        // In the middle: C and D, then on one side of them E and F with X after them.
        let place = |node: usize| lanes.of[node] as i64;
        assert_eq!((place(2) - place(0)).abs(), 1);
        assert_eq!((place(4) - place(2)).abs(), 1);
        assert_eq!((place(6) - place(4)).abs(), 1);
    }

    #[test]
    fn without_clusters_there_is_one_lane() {
        let map = sample::map("A - a\n B - b\n C - c\n A isA B");
        let lanes = Lanes::new(&map, &[], &[100.0; 3], &[1, 0, 0]);
        assert_eq!(lanes.cluster, [None]);
    }
}
