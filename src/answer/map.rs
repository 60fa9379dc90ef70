//! What `map` returns: a concept map before it is laid out or written.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use petgraph::unionfind::UnionFind;
use serde::{Deserialize, Serialize};

use super::{FactGroup, Source, Status, Value};
use crate::korean::phrase;
use crate::language::Language;

/// A concept map.
#[derive(Debug, Clone, Serialize)]
pub struct Map {
    /// The focus question or title.
    pub title: String,
    /// The concepts, sorted by IRI.
    pub nodes: Vec<MapNode>,
    /// The links, sorted.
    pub edges: Vec<MapEdge>,
    /// What the sides of a comparison are called, empty for other maps.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub sides: Vec<Value>,
    /// The concepts that the map could not hold.
    pub left_out: usize,
    /// Whether a cap was met, or a sample decided what is drawn.
    pub partial: bool,
}

/// A concept on a map.
#[derive(Debug, Clone, Serialize)]
pub struct MapNode {
    /// The concept with its label in the reader's language.
    #[serde(flatten)]
    pub item: Value,
    /// Its label in the second language, where there is one that differs.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub second_label: Option<String>,
    /// Its most specific kind, which decides cluster and colour.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kind: Option<Value>,
    /// Its description.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// How it is drawn.
    pub style: NodeStyle,
    /// In a map of a comparison: whose it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub side: Option<Side>,
    /// How many of its neighbours are not on the map.
    pub more: usize,
    /// What is said of it, for pages that show it; empty where nobody asked.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub facts: Vec<FactGroup>,
}

/// A link on a map.
#[derive(Debug, Clone, Serialize)]
pub struct MapEdge {
    /// The subject, as an index into the nodes.
    pub source: usize,
    /// The object, as an index into the nodes.
    pub target: usize,
    /// The property, whose label is the linking phrase.
    pub property: Value,
    /// Whether the property leads up a hierarchy: drawn from the general (target) to the particular (source).
    pub hierarchy: bool,
    /// Whether the property is symmetric: drawn without an arrowhead's direction.
    pub symmetric: bool,
    /// How firmly it is known.
    pub status: Status,
    /// How it is drawn.
    pub style: EdgeStyle,
    /// In a map of a comparison: whose it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub side: Option<Side>,
    /// Where it comes from.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub sources: Vec<Source>,
}

/// Whose a node or a link is in a comparison.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Side {
    /// Of more than one.
    Shared,
    /// Of the item with this index only.
    Of(usize),
}

/// How a node is drawn: colours as `#rrggbb`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct NodeStyle {
    /// The fill.
    pub fill: String,
    /// The outline.
    pub stroke: String,
    /// The outline's form.
    pub shape: Shape,
    /// The outline's stroke.
    pub line: Line,
    /// Whether there are two outlines, one inside the other.
    pub double: bool,
}

/// How a link is drawn.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct EdgeStyle {
    /// The colour as `#rrggbb`.
    pub color: String,
    /// The stroke.
    pub line: Line,
    /// How it ends at its object.
    pub head: Head,
}

/// The outline of a node.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Shape {
    /// A rectangle.
    Box,
    /// A rectangle with round corners.
    Rounded,
    /// An ellipse.
    Ellipse,
    /// A hexagon.
    Hexagon,
    /// A sheet with a folded corner.
    Note,
    /// A cylinder.
    Cylinder,
    /// A flat-topped octagon.
    Octagon,
    /// A box with a tab.
    Component,
    /// A folder.
    Folder,
    /// A parallelogram.
    Parallelogram,
    /// A trapezium that is wider below.
    Trapezium,
    /// A box with a gable.
    House,
}

/// The stroke of a link.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Line {
    /// Continuous.
    Solid,
    /// Dashed.
    Dashed,
    /// Dotted.
    Dotted,
    /// Heavy.
    Bold,
}

/// The end of a link at its object.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Head {
    /// A filled triangle.
    Normal,
    /// A barbed arrow.
    Vee,
    /// A triangle that is not filled: a kind of.
    Empty,
    /// A filled diamond: a part of.
    Diamond,
    /// A diamond that is not filled.
    #[serde(alias = "odiamond")]
    OpenDiamond,
    /// A bar across: not.
    Tee,
    /// A disc.
    Dot,
    /// Nothing: the link has no direction.
    None,
}

/// Concepts that belong together on a map.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cluster {
    /// What names it in files: the kind's IRI, or the side's number.
    pub id: String,
    /// What a reader sees.
    pub label: String,
    /// Its members, as ascending indices into the nodes; at least two.
    pub members: Vec<usize>,
}

impl Map {
    /// The groups of two concepts or more: by side in a comparison, else by kind. Sorted, and disjoint.
    pub fn clusters(&self) -> Vec<Cluster> {
        let mut groups: BTreeMap<(Option<Side>, String), Cluster> = BTreeMap::new();
        for (index, node) in self.nodes.iter().enumerate() {
            let (key, label) = match (&node.side, &node.kind) {
                (Some(side), _) => ((Some(*side), String::new()), self.side_label(*side)),
                (None, Some(kind)) => ((None, kind.term.to_string()), kind.text()),
                (None, None) => continue,
            };
            let id = match key.0 {
                Some(Side::Shared) => "shared".to_owned(),
                Some(Side::Of(side)) => format!("side {}", side + 1),
                None => kind_id(node),
            };
            let cluster = groups.entry(key).or_insert_with(|| Cluster {
                id,
                label,
                members: Vec::new(),
            });
            cluster.members.push(index);
        }
        groups
            .into_values()
            .filter(|cluster| cluster.members.len() > 1)
            .collect()
    }

    /// For each edge whether it is a cross-link: one between parts of the map that hang together without it.
    ///
    /// What ranks never is. Of the others, those that join what is not yet joined belong to the map's frame, the
    /// links of the most connected concepts first; the rest are cross-links and must not decide what stands above what.
    pub fn cross_links(&self) -> Vec<bool> {
        let mut parts = UnionFind::new(self.nodes.len());
        let mut degree = vec![0_usize; self.nodes.len()];
        for edge in &self.edges {
            degree[edge.source] += 1;
            degree[edge.target] += 1;
            if edge.ranks() {
                parts.union(edge.source, edge.target);
            }
        }
        let mut order: Vec<usize> = (0..self.edges.len()).collect();
        order.sort_by_key(|&i| {
            let edge = &self.edges[i];
            let (a, b) = (degree[edge.source], degree[edge.target]);
            (Reverse(a.max(b)), Reverse(a.min(b)), i)
        });
        let mut cross = vec![false; self.edges.len()];
        for i in order {
            let edge = &self.edges[i];
            if !edge.ranks() && edge.source != edge.target {
                cross[i] = !parts.union(edge.source, edge.target);
            }
        }
        cross
    }

    /// What a link says, its phrase on an arrow so that it reads in any language.
    pub fn proposition(&self, edge: &MapEdge) -> String {
        let [source, target] = [edge.source, edge.target].map(|node| self.nodes[node].item.text());
        format!("{source} ─ {} → {target}", edge.phrase())
    }

    /// The stub that stands for the concepts that the map could not hold; none when it holds all.
    pub fn stub(&self, language: Language) -> Option<String> {
        (self.left_out > 0).then(|| more(self.left_out, language))
    }

    /// What the concepts of a side are called together.
    fn side_label(&self, side: Side) -> String {
        match side {
            Side::Of(index) => self.sides.get(index).map(Value::text).unwrap_or_default(),
            Side::Shared => {
                let names: Vec<String> = self.sides.iter().map(Value::text).collect();
                names.join(" & ")
            }
        }
    }
}

/// How it is said that there are so many more.
pub(crate) fn more(count: usize, language: Language) -> String {
    match language {
        Language::English => format!("+{count} more"),
        Language::Korean => format!("+{count}개 더"),
    }
}

fn kind_id(node: &MapNode) -> String {
    node.kind
        .as_ref()
        .map(|kind| kind.iri().unwrap_or_else(|| kind.text()))
        .unwrap_or_default()
}

impl MapNode {
    /// What tells it from every other node in a file: its IRI, or for a literal its text in N-Triples.
    pub fn id(&self) -> String {
        self.item
            .iri()
            .unwrap_or_else(|| self.item.term.to_string())
    }

    /// The address that a link may lead to; none for what a viewer had better not open.
    pub fn url(&self) -> Option<String> {
        web_address(&self.item)
    }
}

/// The IRI of a term if it is an address of the web.
pub(crate) fn web_address(value: &Value) -> Option<String> {
    let iri = value.iri()?;
    let scheme = iri.split_once(':')?.0.to_ascii_lowercase();
    matches!(scheme.as_str(), "http" | "https").then_some(iri)
}

impl MapEdge {
    /// Whether it puts its target above its source: a link of the hierarchy that holds.
    pub fn ranks(&self) -> bool {
        self.hierarchy && !matches!(self.status, Status::Denied | Status::Uncertain)
    }

    /// The linking phrase, with a mark where it is not simply stated: `✗` said not to be so, `?` doubtful, `∴` inferred,
    /// `↑` inherited.
    pub fn phrase(&self) -> String {
        let label = self.property.text();
        let label = phrase::alone(&label).to_owned();
        match self.status {
            Status::Uncertain => format!("{label} ?"),
            Status::Inferred => format!("{label} ∴"),
            Status::Inherited => format!("{label} ↑"),
            Status::Denied => format!("✗ {label}"),
            Status::Stated | Status::NotStated => label,
        }
    }
}
