//! Where the concepts and links of a map stand: a layered layout in lanes.
//!
//! After Sugiyama, Tagawa and Toda (1981), with a lane for each cluster and with linking phrases as places of their own,
//! so that no label lies on anything else. In the band of a rank lines are vertical; they slant only in the gaps between
//! bands, where no box stands, so that no line runs behind a box.
//!
//! All lengths are pixels, `y` grows downwards. The same map has the same layout everywhere.

use crate::answer::{Cluster, Map};
use crate::error::{Error, Result};
use crate::layout::lanes::Lanes;
use crate::layout::layers::{Layers, What};
pub use crate::layout::shape::Label;

mod lanes;
mod layers;
mod order;
mod place;
pub mod rank;
mod route;
pub mod shape;
pub mod text;

/// The most concepts that are laid out: beyond that nobody reads a map.
pub const MOST: usize = 500;
/// The size of the letters of linking phrases.
pub const PHRASE: f64 = 12.0;
/// The size of the letters of clusters' titles.
pub const TITLE: f64 = 12.0;

/// A map with everything in its place.
#[derive(Debug, Clone, PartialEq)]
pub struct Layout {
    /// The width that everything needs.
    pub width: f64,
    /// The height that everything needs.
    pub height: f64,
    /// The concepts, in the map's order.
    pub boxes: Vec<NodeBox>,
    /// The linking phrases.
    pub phrases: Vec<PhraseBox>,
    /// The lines.
    pub lines: Vec<Path>,
    /// The frames around clusters, in the order of [`Map::clusters`].
    pub frames: Vec<Frame>,
    /// How often lines cross.
    pub crossings: usize,
}

/// A rectangle with its sides parallel to the page's.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Rect {
    /// The left side.
    pub x: f64,
    /// The top.
    pub y: f64,
    /// The width.
    pub width: f64,
    /// The height.
    pub height: f64,
}

/// A concept's place.
#[derive(Debug, Clone, PartialEq)]
pub struct NodeBox {
    /// Its outline.
    pub rect: Rect,
    /// What is written in it.
    pub label: Label,
    /// How far below the outline's middle the label's middle is.
    pub drop: f64,
}

/// A linking phrase's place.
#[derive(Debug, Clone, PartialEq)]
pub struct PhraseBox {
    /// Where it is written.
    pub rect: Rect,
    /// What is written.
    pub lines: Vec<String>,
    /// The links that it names.
    pub edges: Vec<usize>,
}

/// A line, from the upper end to the lower.
#[derive(Debug, Clone, PartialEq)]
pub struct Path {
    /// The points that it passes. Between points with the same `x` it is straight; else it leaves and arrives
    /// vertically. A loop has its ends, and between them the point to which it reaches out.
    pub points: Vec<(f64, f64)>,
    /// The links of which it is a part.
    pub edges: Vec<usize>,
    /// Whether it begins at the object.
    pub from_object: bool,
    /// Whether it ends at the object.
    pub to_object: bool,
    /// Whether it leads from a concept to the right and back.
    pub is_loop: bool,
}

/// The frame around a cluster.
#[derive(Debug, Clone, PartialEq)]
pub struct Frame {
    /// The frame.
    pub rect: Rect,
    /// Where its title is written.
    pub title: Rect,
    /// The title, shortened if it has to be.
    pub label: String,
}

/// Lays a map out.
///
/// # Errors
/// A map of more than [`MOST`] concepts, or of more links than can be told apart.
pub fn lay_out(map: &Map) -> Result<Layout> {
    let links = map.edges.len();
    if map.nodes.len() > MOST || links > 6 * MOST {
        return Err(Error::usage(
            format!(
                "a map of {} concepts and {links} links is too large to be read",
                map.nodes.len()
            ),
            "draw fewer with --max-nodes, --only or --kind, or write dot and let Graphviz try",
        ));
    }
    let clusters = map.clusters();
    let labels: Vec<Label> = map.nodes.iter().map(Label::of).collect();
    let mut outlines: Vec<(f64, f64, f64)> = map
        .nodes
        .iter()
        .zip(&labels)
        .map(|(node, label)| shape::outline(node.style.shape, label.size()))
        .collect();
    let loops = route::loops(map);
    let around = |outlines: &[(f64, f64, f64)]| -> Vec<(f64, f64)> {
        let each = outlines.iter().zip(&loops);
        each.map(|(&(width, height, _), loops)| loops.around(width, height))
            .collect()
    };
    let widths: Vec<f64> = around(&outlines)
        .iter()
        .map(|(width, _)| width + 24.0)
        .collect();
    let levels = rank::levels(map, &clusters, &widths);
    for ((width, _, _), least) in outlines.iter_mut().zip(route::least_widths(map, &levels)) {
        *width = width.max(least);
    }
    let sizes = around(&outlines);
    let lanes = Lanes::new(map, &clusters, &widths, &levels);
    let mut layers = Layers::new(map, &clusters, &lanes, &levels, &sizes);
    let extents = place::extents(&layers, &lanes);
    let crossings = order::arrange(&mut layers, &extents);
    place::settle(&mut layers, &extents);
    place::straighten(&mut layers, &extents);
    let bands = place::bands(&layers, place::FRAME);

    let boxes: Vec<NodeBox> = labels
        .into_iter()
        .zip(&outlines)
        .zip(&loops)
        .zip(&layers.items)
        .map(|(((label, &(width, height, drop)), loops), item)| NodeBox {
            rect: Rect {
                x: item.x - loops.width() / 2.0 - width / 2.0,
                y: middle(bands[item.rank]) - height / 2.0,
                width,
                height,
            },
            label,
            drop,
        })
        .collect();
    let mut phrases = phrases(&layers, &bands);
    let mut lines = route::lines(map, &layers, &bands, &boxes);
    for (node, loops) in boxes.iter().zip(&loops) {
        loops.draw(node, &mut lines, &mut phrases);
    }
    let right = extents
        .last()
        .map_or(0.0, |(_, right)| right + place::FRAME);
    let bottom = bands
        .last()
        .map_or(0.0, |(_, bottom)| bottom + place::FRAME);
    Ok(Layout {
        width: right,
        height: bottom,
        frames: frames(&clusters, &layers, &extents, &bands),
        boxes,
        phrases,
        lines,
        crossings,
    })
}

/// The linking phrases, those of loops set aside.
fn phrases(layers: &Layers, bands: &[(f64, f64)]) -> Vec<PhraseBox> {
    let placed = layers.items.iter().filter_map(|item| match item.what {
        What::Phrase(index) => Some((item, &layers.phrases[index])),
        _ => None,
    });
    placed
        .map(|(item, phrase)| PhraseBox {
            rect: item.rect(middle(bands[item.rank])),
            lines: phrase.lines.clone(),
            edges: phrase.edges.clone(),
        })
        .collect()
}

/// The frames around clusters, from above their titles to below their last members.
fn frames(
    clusters: &[Cluster],
    layers: &Layers,
    extents: &[(f64, f64)],
    bands: &[(f64, f64)],
) -> Vec<Frame> {
    let titles = layers.items.iter().filter_map(|item| match item.what {
        What::Title(index) => Some((item, &clusters[index])),
        _ => None,
    });
    titles
        .map(|(item, cluster)| {
            let ranks = cluster.members.iter().map(|&n| layers.items[n].rank);
            let last = ranks.max().unwrap_or(item.rank);
            let (left, right) = extents[item.lane];
            let y = bands[item.rank].0 - place::FRAME / 2.0;
            Frame {
                rect: Rect {
                    x: left - place::FRAME,
                    y,
                    width: right - left + 2.0 * place::FRAME,
                    height: bands[last].1 + place::FRAME - y,
                },
                title: item.rect(bands[item.rank].0 + item.height / 2.0),
                label: text::wrap(&cluster.label, layers::TITLE_LINE, 1).concat(),
            }
        })
        .collect()
}

fn middle((top, bottom): (f64, f64)) -> f64 {
    (top + bottom) / 2.0
}

#[cfg(test)]
mod tests;
