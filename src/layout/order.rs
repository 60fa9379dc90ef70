//! The order of places within a rank: barycentre sweeps, the best kept (Sugiyama, Tagawa and Toda, 1981), then swaps of
//! neighbours while they help (Gansner et al., 1993).

use super::layers::{Layers, What};
use super::place;

/// How often all ranks are swept from each beginning, each time down or up.
const SWEEPS: usize = 16;
/// How many orders are begun from.
const BEGINNINGS: usize = 4;

/// Orders every row so that few links cross, and says how many do.
pub(super) fn arrange(layers: &mut Layers, extents: &[(f64, f64)]) -> usize {
    place::pack(layers, extents);
    let mut best = (crossings(layers), layers.rows.clone());
    for beginning in 0..BEGINNINGS {
        for rank in 0..layers.rows.len() {
            begin(layers, rank, beginning);
            place::pack_row(layers, rank, extents);
        }
        for sweep in 0..SWEEPS {
            let ranks = layers.rows.len();
            for step in 0..ranks {
                let down = (sweep + beginning) % 2 == 0;
                let rank = if down { step } else { ranks - 1 - step };
                sort(layers, rank, down, sweep % 4 >= 2);
                place::pack_row(layers, rank, extents);
            }
            for rank in 0..ranks {
                swap(layers, rank);
                place::pack_row(layers, rank, extents);
            }
            let crossings = crossings(layers);
            if crossings < best.0 {
                best = (crossings, layers.rows.clone());
            }
        }
    }
    layers.rows = best.1;
    place::pack(layers, extents);
    best.0
}

/// Puts a row into an order to begin from: by number; from the last; those with most links in the middle; the other way.
fn begin(layers: &mut Layers, rank: usize, beginning: usize) {
    let links = |item: usize| layers.above[item].len() + layers.below[item].len();
    let key = |item: usize| match beginning {
        0 => item as i64,
        1 => -(item as i64),
        _ => {
            let side = if (item + beginning).is_multiple_of(2) {
                1
            } else {
                -1
            };
            side * (1000 - links(item) as i64)
        }
    };
    let mut row = layers.rows[rank].clone();
    row.sort_by_key(|&item| {
        let of = &layers.items[item];
        (of.lane, !matches!(of.what, What::Title(_)), key(item), item)
    });
    layers.rows[rank] = row;
}

/// Sorts a row by the mean place of the neighbours on the side that the sweep comes from; those with the same mean keep
/// their order, or turn it round, which gets a sweep out of a rut.
fn sort(layers: &mut Layers, rank: usize, down: bool, turn: bool) {
    let neighbours = if down { &layers.above } else { &layers.below };
    let items = &layers.items;
    let mut keyed: Vec<((usize, bool, f64), usize)> = layers.rows[rank]
        .iter()
        .map(|&item| {
            let of = &neighbours[item];
            let mean = of.iter().map(|&n| items[n].x).sum::<f64>() / of.len() as f64;
            let mean = if of.is_empty() { items[item].x } else { mean };
            let title = matches!(items[item].what, What::Title(_));
            ((items[item].lane, !title, mean), item)
        })
        .collect();
    if turn {
        keyed.reverse();
    }
    keyed.sort_by(|(a, _), (b, _)| (a.0, a.1).cmp(&(b.0, b.1)).then(a.2.total_cmp(&b.2)));
    layers.rows[rank] = keyed.into_iter().map(|(_, item)| item).collect();
}

/// Swaps neighbours of a row while their own links cross less for it.
fn swap(layers: &mut Layers, rank: usize) {
    for _ in 0..4 {
        let mut better = false;
        for i in 1..layers.rows[rank].len() {
            let (left, right) = (layers.rows[rank][i - 1], layers.rows[rank][i]);
            let (a, b) = (&layers.items[left], &layers.items[right]);
            if a.lane != b.lane || matches!(a.what, What::Title(_)) {
                continue;
            }
            if crossed(layers, left, right) > crossed(layers, right, left) {
                layers.rows[rank].swap(i - 1, i);
                better = true;
            }
        }
        if !better {
            break;
        }
    }
}

/// How often the links of two places cross when one is left of the other.
fn crossed(layers: &Layers, left: usize, right: usize) -> usize {
    [&layers.above, &layers.below]
        .into_iter()
        .flat_map(|side| {
            side[left]
                .iter()
                .flat_map(|&l| side[right].iter().map(move |&r| (l, r)))
        })
        .filter(|&(l, r)| layers.items[l].x > layers.items[r].x + 0.01)
        .count()
}

/// How many links cross, over all gaps between ranks.
pub(super) fn crossings(layers: &Layers) -> usize {
    let mut place = vec![0; layers.items.len()];
    for row in &layers.rows {
        for (index, &item) in row.iter().enumerate() {
            place[item] = index;
        }
    }
    let mut count = 0;
    for (rank, row) in layers.rows.iter().enumerate() {
        let next = layers.rows.get(rank + 1).map_or(0, Vec::len);
        // Seen so far, by place in the next rank, as a Fenwick tree.
        let mut tree = vec![0_usize; next + 1];
        let mut seen = 0;
        for &item in row {
            let mut ends: Vec<usize> = layers.below[item].iter().map(|&l| place[l]).collect();
            ends.sort_unstable();
            for &end in &ends {
                let mut i = end + 1;
                let mut not_right = 0;
                while i > 0 {
                    not_right += tree[i];
                    i &= i - 1;
                }
                count += seen - not_right;
            }
            for end in ends {
                let mut i = end + 1;
                while i <= next {
                    tree[i] += 1;
                    i += i & i.wrapping_neg();
                }
                seen += 1;
            }
        }
    }
    count
}
