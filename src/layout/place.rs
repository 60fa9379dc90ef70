//! Where places stand: lanes side by side, in each row as near to their neighbours as order and lane allow, ranks one
//! below the other.

use super::lanes::Lanes;
use super::layers::{Layers, What};

/// Room between lanes, in pixels.
const LANE_APART: f64 = 14.0;
/// Room between a cluster's frame and what is in it, in pixels.
pub(super) const FRAME: f64 = 8.0;
/// How often rows are drawn towards their neighbours.
const PULLS: usize = 32;

/// The left and right end of each lane: as wide as its widest row.
pub(super) fn extents(layers: &Layers, lanes: &Lanes) -> Vec<(f64, f64)> {
    let mut width = vec![0.0_f64; lanes.cluster.len()];
    for row in &layers.rows {
        let mut own = vec![0.0; width.len()];
        for &item in row {
            own[layers.items[item].lane] += layers.items[item].width;
        }
        for (width, own) in width.iter_mut().zip(own) {
            *width = width.max(own);
        }
    }
    let mut left = 0.0;
    let mut extents = Vec::new();
    for (width, cluster) in width.into_iter().zip(&lanes.cluster) {
        let frame = if cluster.is_some() { FRAME } else { 0.0 };
        extents.push((left + frame, left + frame + width));
        left += width + 2.0 * frame + LANE_APART;
    }
    extents
}

/// Stands every row in the middle of its lanes.
pub(super) fn pack(layers: &mut Layers, extents: &[(f64, f64)]) {
    for rank in 0..layers.rows.len() {
        pack_row(layers, rank, extents);
    }
}

/// Stands a row in the middle of its lanes.
pub(super) fn pack_row(layers: &mut Layers, rank: usize, extents: &[(f64, f64)]) {
    for part in parts(layers, rank) {
        let (left, right) = extents[layers.items[part[0]].lane];
        let width: f64 = part.iter().map(|&item| layers.items[item].width).sum();
        let mut x = left + (right - left - width) / 2.0;
        for item in part {
            let item = &mut layers.items[item];
            item.x = x + item.width / 2.0;
            x += item.width;
        }
    }
}

/// The parts of a row that lie in one lane each.
fn parts(layers: &Layers, rank: usize) -> Vec<Vec<usize>> {
    layers.rows[rank]
        .chunk_by(|&a, &b| layers.items[a].lane == layers.items[b].lane)
        .map(<[usize]>::to_vec)
        .collect()
}

/// Draws every place towards its neighbours, by rows down and up, without changing any order.
pub(super) fn settle(layers: &mut Layers, extents: &[(f64, f64)]) {
    let ranks = layers.rows.len();
    for pull in 0..PULLS {
        for step in 0..ranks {
            let rank = if pull % 2 == 0 {
                step
            } else {
                ranks - 1 - step
            };
            for part in parts(layers, rank) {
                settle_part(layers, &part, extents[layers.items[part[0]].lane]);
            }
        }
    }
}

/// Puts the places of a lane in a row where the sum of squared distances from their wishes is least: isotonic
/// regression by pooling neighbours that would overlap (Ayer et al., 1955), clamped to the lane.
fn settle_part(layers: &mut Layers, part: &[usize], (left, right): (f64, f64)) {
    // Pools of places that touch: weight, weighted mean of the wish for the pool's shift, number of places.
    let mut pools: Vec<(f64, f64, usize)> = Vec::new();
    let mut offset = 0.0;
    for &item in part {
        let width = layers.items[item].width;
        let (wish, weight) = wish(layers, item, left);
        let mut pool = (weight, wish - (offset + width / 2.0), 1);
        offset += width;
        while let Some(&(weight, shift, count)) = pools.last() {
            if shift <= pool.1 {
                break;
            }
            pools.pop();
            let total = weight + pool.0;
            pool = (
                total,
                (shift * weight + pool.1 * pool.0) / total,
                count + pool.2,
            );
        }
        pools.push(pool);
    }
    let shifts = pools
        .into_iter()
        .flat_map(|(_, shift, count)| std::iter::repeat_n(shift, count));
    let (whole, mut offset) = (offset, 0.0);
    for (&item, shift) in part.iter().zip(shifts) {
        let width = layers.items[item].width;
        let shift = shift.clamp(left, (right - whole).max(left));
        layers.items[item].x = shift + offset + width / 2.0;
        offset += width;
    }
}

/// Where a place would like to stand, and how much that counts: lines that pass want to be straight.
fn wish(layers: &Layers, item: usize, left: f64) -> (f64, f64) {
    if matches!(layers.items[item].what, What::Title(_)) {
        return (left, 1000.0);
    }
    let neighbours = || layers.above[item].iter().chain(&layers.below[item]);
    let mut total = 0.0;
    let mut sum = 0.0;
    for &neighbour in neighbours() {
        let weight = match (layers.items[item].what, layers.items[neighbour].what) {
            (What::Bend, What::Bend) => 8.0,
            (What::Bend, _) | (_, What::Bend) => 2.0,
            _ => 1.0,
        };
        sum += weight * layers.items[neighbour].x;
        total += weight;
    }
    if total > 0.0 {
        (sum / total, total)
    } else {
        (layers.items[item].x, 0.1)
    }
}

/// Makes lines straight where nothing is in their way: bends that follow each other get one place as far down as there is
/// one that all of them can have.
pub(super) fn straighten(layers: &mut Layers, extents: &[(f64, f64)]) {
    let mut place = vec![(0, 0); layers.items.len()];
    for (rank, row) in layers.rows.iter().enumerate() {
        for (index, &item) in row.iter().enumerate() {
            place[item] = (rank, index);
        }
    }
    for index in 0..layers.strands.len() {
        let strand = layers.strands[index].items.clone();
        let mut run: Vec<usize> = Vec::new();
        let mut common = (f64::MIN, f64::MAX);
        for item in strand {
            let free = free(layers, item, place[item], extents);
            let both = (common.0.max(free.0), common.1.min(free.1));
            if matches!(layers.items[item].what, What::Bend) && both.0 <= both.1 {
                run.push(item);
                common = both;
                continue;
            }
            align(layers, &run, common);
            run.clear();
            common = (f64::MIN, f64::MAX);
            if matches!(layers.items[item].what, What::Bend) {
                run.push(item);
                common = free;
            }
        }
        align(layers, &run, common);
    }
}

/// Puts bends below each other, near where they were.
fn align(layers: &mut Layers, run: &[usize], (left, right): (f64, f64)) {
    let mean = run.iter().map(|&item| layers.items[item].x).sum::<f64>() / run.len() as f64;
    for &item in run {
        layers.items[item].x = mean.clamp(left, right);
    }
}

/// From where to where a place can be moved without touching its neighbours or leaving its lane.
fn free(
    layers: &Layers,
    item: usize,
    (rank, index): (usize, usize),
    extents: &[(f64, f64)],
) -> (f64, f64) {
    let row = &layers.rows[rank];
    let own = &layers.items[item];
    let (left, right) = extents[own.lane];
    let side = |other: Option<&usize>| {
        other
            .map(|&other| &layers.items[other])
            .filter(|other| other.lane == own.lane)
    };
    let half = own.width / 2.0;
    let before = index.checked_sub(1).and_then(|before| row.get(before));
    let left = side(before).map_or(left, |before| before.x + before.width / 2.0) + half;
    let right = side(row.get(index + 1)).map_or(right, |after| after.x - after.width / 2.0) - half;
    // Rounding may leave less than nothing.
    (left, right.max(left))
}

/// Where each rank begins and ends, from the top; gaps are wider where many or far-reaching links cross them.
pub(super) fn bands(layers: &Layers, top: f64) -> Vec<(f64, f64)> {
    let mut bands = Vec::new();
    let mut y = top;
    for row in &layers.rows {
        let heights = row.iter().map(|&item| layers.items[item].height);
        let height = heights.fold(0.0, f64::max);
        bands.push((y, y + height));
        let mut links = 0_usize;
        let mut reach = 0.0_f64;
        for &item in row {
            for &below in &layers.below[item] {
                links += 1;
                reach = reach.max((layers.items[item].x - layers.items[below].x).abs());
            }
        }
        y += height + 16.0 + (links as f64 * 0.8 + reach * 0.06).min(70.0);
    }
    bands
}
