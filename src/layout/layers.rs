//! The rows of a map: concepts in the odd ranks, linking phrases and clusters' titles in the even ones, and bends where
//! a link passes a row.

use std::collections::BTreeMap;

use super::lanes::Lanes;
use super::{PHRASE, TITLE, text};
use crate::answer::{Cluster, Head, Line, Map, MapEdge, Status};

/// Room at the sides of everything in a row, in pixels.
const APART: f64 = 12.0;
/// The longest line of a linking phrase, in em.
const LINE: f64 = 12.0;
/// The longest title of a cluster, in em.
pub(super) const TITLE_LINE: f64 = 20.0;

/// What stands at a place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum What {
    /// A concept, by its index in the map.
    Node(usize),
    /// A linking phrase, by its index among the phrases.
    Phrase(usize),
    /// The title of a cluster, by its index.
    Title(usize),
    /// A link that passes.
    Bend,
}

/// A place in a row.
#[derive(Debug, Clone)]
pub(super) struct Item {
    pub what: What,
    pub rank: usize,
    pub lane: usize,
    /// With the room at its sides.
    pub width: f64,
    pub height: f64,
    /// Its middle.
    pub x: f64,
}

impl Item {
    /// The room at both its sides together.
    pub fn apart(&self) -> f64 {
        match self.what {
            What::Bend => 0.4 * APART,
            _ => 2.0 * APART,
        }
    }
}

/// A linking phrase: one for all links of a concept that say the same downwards.
#[derive(Debug, Clone)]
pub(super) struct Phrase {
    pub edges: Vec<usize>,
    pub lines: Vec<String>,
}

/// A line from one thing that is drawn to another, downwards over bends.
#[derive(Debug, Clone)]
pub(super) struct Strand {
    pub items: Vec<usize>,
    pub edges: Vec<usize>,
}

/// All places, the lines between them and the order of places in each rank: by lane, and within a lane as drawn.
pub(super) struct Layers {
    pub items: Vec<Item>,
    pub phrases: Vec<Phrase>,
    pub strands: Vec<Strand>,
    pub rows: Vec<Vec<usize>>,
    pub above: Vec<Vec<usize>>,
    pub below: Vec<Vec<usize>>,
}

/// The width and height of a concept with its loops.
pub(super) type Size = (f64, f64);

impl Layers {
    pub fn new(
        map: &Map,
        clusters: &[Cluster],
        lanes: &Lanes,
        levels: &[usize],
        sizes: &[Size],
    ) -> Self {
        let ranks = levels.iter().map(|level| 2 * level + 2).max().unwrap_or(0);
        let mut layers = Self {
            items: Vec::new(),
            phrases: Vec::new(),
            strands: Vec::new(),
            rows: vec![Vec::new(); ranks],
            above: Vec::new(),
            below: Vec::new(),
        };
        for (node, size) in sizes.iter().enumerate() {
            layers.push(
                What::Node(node),
                2 * levels[node] + 1,
                lanes.of[node],
                *size,
            );
        }
        for (index, cluster) in clusters.iter().enumerate() {
            let top = cluster.members.iter().map(|&member| levels[member]).min();
            let line = text::wrap(&cluster.label, TITLE_LINE, 1).concat();
            let size = (text::width(&line) * TITLE, TITLE * 1.3);
            let lane = lanes.of[cluster.members[0]];
            layers.push(What::Title(index), 2 * top.unwrap_or(0), lane, size);
        }
        for edges in bundles(map, levels) {
            layers.add_bundle(map, lanes, levels, edges);
        }
        for row in &mut layers.rows {
            let items = &layers.items;
            row.sort_by_key(|&item| {
                (
                    items[item].lane,
                    !matches!(items[item].what, What::Title(_)),
                )
            });
        }
        layers.above = vec![Vec::new(); layers.items.len()];
        layers.below = vec![Vec::new(); layers.items.len()];
        for strand in &layers.strands {
            for pair in strand.items.windows(2) {
                layers.below[pair[0]].push(pair[1]);
                layers.above[pair[1]].push(pair[0]);
            }
        }
        layers
    }

    fn push(&mut self, what: What, rank: usize, lane: usize, (width, height): Size) -> usize {
        let mut item = Item {
            what,
            rank,
            lane,
            width,
            height,
            x: 0.0,
        };
        item.width += item.apart();
        self.items.push(item);
        self.rows[rank].push(self.items.len() - 1);
        self.items.len() - 1
    }

    /// Adds links that share their upper end and what they say.
    fn add_bundle(&mut self, map: &Map, lanes: &Lanes, levels: &[usize], edges: Vec<usize>) {
        let ends: Vec<(usize, usize)> = edges
            .iter()
            .map(|&edge| upper_and_lower(&map.edges[edge], levels))
            .collect();
        let (upper, first) = ends[0];
        let together = ends
            .iter()
            .all(|(_, lower)| lanes.of[*lower] == lanes.of[first]);
        let lane = lanes.of[if together { first } else { upper }];
        let lines = text::wrap(&map.edges[edges[0]].phrase(), LINE, 2);
        let widest = lines
            .iter()
            .map(|line| text::width(line))
            .fold(0.0, f64::max);
        let size = (widest * PHRASE, lines.len() as f64 * PHRASE * 1.25);
        let index = self.phrases.len();
        let phrase = self.push(What::Phrase(index), 2 * levels[upper] + 2, lane, size);
        self.phrases.push(Phrase {
            edges: edges.clone(),
            lines,
        });
        self.strands.push(Strand {
            items: vec![upper, phrase],
            edges: edges.clone(),
        });
        for (edge, (_, lower)) in edges.into_iter().zip(ends) {
            let mut items = vec![phrase];
            for rank in 2 * levels[upper] + 3..2 * levels[lower] + 1 {
                items.push(self.push(What::Bend, rank, lanes.of[lower], (4.0, 0.0)));
            }
            items.push(lower);
            self.strands.push(Strand {
                items,
                edges: vec![edge],
            });
        }
    }
}

/// The ends of a link that is no loop, the upper first.
pub(super) fn upper_and_lower(edge: &MapEdge, levels: &[usize]) -> (usize, usize) {
    if levels[edge.source] < levels[edge.target] {
        (edge.source, edge.target)
    } else {
        (edge.target, edge.source)
    }
}

/// What has to be alike for links to share a phrase: upper end, direction, property, standing and style.
type Alike<'a> = (usize, bool, String, Status, bool, &'a str, Line, Head);

/// The links that are no loops, those that fan out from one concept with one phrase together.
pub(super) fn bundles(map: &Map, levels: &[usize]) -> Vec<Vec<usize>> {
    let mut bundles: BTreeMap<Alike, Vec<usize>> = BTreeMap::new();
    for (index, edge) in map.edges.iter().enumerate() {
        if edge.source == edge.target {
            continue;
        }
        let (upper, lower) = upper_and_lower(edge, levels);
        let alike = (
            upper,
            edge.source == upper,
            edge.property.term.to_string(),
            edge.status,
            edge.symmetric,
            edge.style.color.as_str(),
            edge.style.line,
            edge.style.head,
        );
        let bundle = bundles.entry(alike).or_default();
        // The same fact twice would be two lines in one place.
        if bundle
            .iter()
            .all(|&other| upper_and_lower(&map.edges[other], levels).1 != lower)
        {
            bundle.push(index);
        }
    }
    bundles.into_values().collect()
}
