//! The lines of a map: vertical in bands, slanting in gaps, and loops beside their concepts.

use super::layers::{Item, Layers, Strand, What, bundles, upper_and_lower};
use super::{NodeBox, PHRASE, Path, PhraseBox, Rect, shape, text};
use crate::answer::Map;

/// The share of a box's width over which lines are spread.
const SPREAD: f64 = 0.7;
/// The widest and the narrowest step between two lines at a box: there arrowheads just do not touch.
const STEP: (f64, f64) = (16.0, 9.0);
/// The height that a loop takes, and how far it reaches out.
const LOOP: (f64, f64) = (24.0, 24.0);

impl Item {
    /// What it covers when its middle is at this height, without the room at its sides.
    pub(super) fn rect(&self, middle: f64) -> Rect {
        let width = self.width - self.apart();
        Rect {
            x: self.x - width / 2.0,
            y: middle - self.height / 2.0,
            width,
            height: self.height,
        }
    }
}

/// All lines that are no loops.
pub(super) fn lines(
    map: &Map,
    layers: &Layers,
    bands: &[(f64, f64)],
    boxes: &[NodeBox],
) -> Vec<Path> {
    let (starts, ends) = ports(layers, boxes);
    let mut lines = Vec::new();
    for (index, strand) in layers.strands.iter().enumerate() {
        let ports = (starts[index], ends[index]);
        let source = map.edges[strand.edges[0]].source;
        let (first, last) = (strand.items[0], strand.items[strand.items.len() - 1]);
        let is_object = |what: What| matches!(what, What::Node(node) if node != source);
        lines.push(Path {
            points: points(map, layers, bands, boxes, strand, ports),
            edges: strand.edges.clone(),
            from_object: is_object(layers.items[first].what),
            to_object: is_object(layers.items[last].what),
            is_loop: false,
        });
    }
    lines
}

/// The points of a line, from the place where it leaves the box above it to where it arrives at the box below.
fn points(
    map: &Map,
    layers: &Layers,
    bands: &[(f64, f64)],
    boxes: &[NodeBox],
    strand: &Strand,
    (start, end): (f64, f64),
) -> Vec<(f64, f64)> {
    let mut points = Vec::new();
    for (step, &place) in strand.items.iter().enumerate() {
        let item = &layers.items[place];
        let (top, bottom) = bands[item.rank];
        let is_first = step == 0;
        match item.what {
            What::Node(node) => {
                let x = if is_first { start } else { end };
                let rect = &boxes[node].rect;
                let size = (rect.width, rect.height);
                let shape = map.nodes[node].style.shape;
                let (above, below) = shape::insets(shape, size, x - rect.x);
                if is_first {
                    points.push((x, rect.y + rect.height - below));
                    points.push((x, bottom));
                } else {
                    points.push((x, top));
                    points.push((x, rect.y + above));
                }
            }
            What::Phrase(_) if is_first => {
                let rect = item.rect((top + bottom) / 2.0);
                points.push((item.x, rect.y + rect.height));
                points.push((item.x, bottom));
            }
            What::Phrase(_) => {
                points.push((item.x, top));
                points.push((item.x, item.rect((top + bottom) / 2.0).y));
            }
            What::Bend | What::Title(_) => {
                points.push((item.x, top));
                points.push((item.x, bottom));
            }
        }
    }
    points.dedup();
    points
}

/// Where each strand leaves the box above it, and where it arrives at the box below: side by side, in the order of the
/// places that they come from or go to.
fn ports(layers: &Layers, boxes: &[NodeBox]) -> (Vec<f64>, Vec<f64>) {
    let mut starting: Vec<Vec<(f64, usize)>> = vec![Vec::new(); boxes.len()];
    let mut ending: Vec<Vec<(f64, usize)>> = vec![Vec::new(); boxes.len()];
    for (index, strand) in layers.strands.iter().enumerate() {
        let [first, second, ..] = strand.items[..] else {
            continue;
        };
        if let What::Node(node) = layers.items[first].what {
            starting[node].push((layers.items[second].x, index));
        }
        let last = strand.items[strand.items.len() - 1];
        let before = strand.items[strand.items.len() - 2];
        if let What::Node(node) = layers.items[last].what {
            ending[node].push((layers.items[before].x, index));
        }
    }
    let mut starts = vec![0.0; layers.strands.len()];
    let mut ends = vec![0.0; layers.strands.len()];
    for (ports, at) in [(starting, &mut starts), (ending, &mut ends)] {
        for (node, mut strands) in ports.into_iter().enumerate() {
            strands.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
            let rect = &boxes[node].rect;
            let count = strands.len() as f64;
            let step = (rect.width * SPREAD / count).min(STEP.0);
            for (number, (_, strand)) in strands.into_iter().enumerate() {
                let from_middle = (number as f64 - (count - 1.0) / 2.0) * step;
                at[strand] = rect.x + rect.width / 2.0 + from_middle;
            }
        }
    }
    (starts, ends)
}

/// How wide each box has to be for the lines above it and below it.
pub(super) fn least_widths(map: &Map, levels: &[usize]) -> Vec<f64> {
    let mut above = vec![0_usize; map.nodes.len()];
    let mut below = vec![0_usize; map.nodes.len()];
    for bundle in bundles(map, levels) {
        for (number, &edge) in bundle.iter().enumerate() {
            let (upper, lower) = upper_and_lower(&map.edges[edge], levels);
            above[lower] += 1;
            below[upper] += usize::from(number == 0);
        }
    }
    let lines = above
        .into_iter()
        .zip(below)
        .map(|(above, below)| above.max(below));
    lines.map(|count| count as f64 * STEP.1 / SPREAD).collect()
}

/// The loops at a concept.
#[derive(Debug, Clone, Default)]
pub(super) struct Loops {
    edges: Vec<(usize, String)>,
}

/// The loops at each concept.
pub(super) fn loops(map: &Map) -> Vec<Loops> {
    let mut loops = vec![Loops::default(); map.nodes.len()];
    for (index, edge) in map.edges.iter().enumerate() {
        if edge.source == edge.target {
            let phrase = text::wrap(&edge.phrase(), 16.0, 1).concat();
            loops[edge.source].edges.push((index, phrase));
        }
    }
    loops
}

impl Loops {
    /// The width that they take beside the box.
    pub fn width(&self) -> f64 {
        let widest = self
            .edges
            .iter()
            .map(|(_, phrase)| text::width(phrase) * PHRASE);
        match self.edges.is_empty() {
            true => 0.0,
            false => LOOP.1 + 4.0 + widest.fold(0.0, f64::max),
        }
    }

    /// The size of a box with its loops.
    pub fn around(&self, width: f64, height: f64) -> (f64, f64) {
        (
            width + self.width(),
            height.max(self.edges.len() as f64 * LOOP.0),
        )
    }

    /// Adds them to lines and phrases, one below the other.
    pub fn draw(&self, node: &NodeBox, lines: &mut Vec<Path>, phrases: &mut Vec<PhraseBox>) {
        let side = node.rect.x + node.rect.width;
        let middle = node.rect.y + node.rect.height / 2.0;
        let count = self.edges.len() as f64;
        for (number, (edge, phrase)) in self.edges.iter().enumerate() {
            let at = middle + (number as f64 - (count - 1.0) / 2.0) * LOOP.0;
            // A loop leaves and meets the side of the box even where several are higher than the box.
            let reach = (node.rect.height / 2.0 - 4.0).max(2.0);
            let clamp = |y: f64| y.clamp(middle - reach, middle + reach);
            lines.push(Path {
                points: vec![
                    (side - 5.0, clamp(at - LOOP.0 * 0.3)),
                    (side + LOOP.1, at),
                    (side, clamp(at + LOOP.0 * 0.3)),
                ],
                edges: vec![*edge],
                from_object: false,
                to_object: true,
                is_loop: true,
            });
            phrases.push(PhraseBox {
                rect: Rect {
                    x: side + LOOP.1 + 4.0,
                    y: at - PHRASE * 0.625,
                    width: text::width(phrase) * PHRASE,
                    height: PHRASE * 1.25,
                },
                lines: vec![phrase.clone()],
                edges: vec![*edge],
            });
        }
    }
}
