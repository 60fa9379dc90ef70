//! What `map` returns: a concept map before it is laid out or written.

use serde::Serialize;

use super::{FactGroup, Source, Status, Value};

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
}

/// How a link is drawn.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct EdgeStyle {
    /// The colour as `#rrggbb`.
    pub color: String,
    /// The stroke.
    pub line: Line,
}

/// The outline of a node.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
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
}

/// The stroke of a link.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
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
