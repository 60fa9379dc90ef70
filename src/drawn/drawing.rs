//! A map in the making: concepts and facts are added until it is full.

use std::collections::{BTreeMap, BTreeSet};

use oxrdf::Term;

use crate::answer::{
    Direction, Entry, Map, MapEdge, MapNode, NodeStyle, Path, Row, Shape, Side, Source, Status,
    Value,
};
use crate::style::Styles;

/// The most concepts that a comparison's map holds besides those compared.
pub const MOST: usize = 30;

/// A map in the making; what is not yet drawn is counted once the map is full.
#[derive(Default)]
pub struct Drawing {
    nodes: BTreeMap<String, Concept>,
    edges: BTreeMap<(String, String, String), Edge>,
    left_out: BTreeSet<String>,
    items: usize,
}

struct Concept {
    value: Value,
    /// The sides that have it.
    sides: BTreeSet<usize>,
    /// The sides that are only said to lack it, or doubtfully to have it.
    without: BTreeSet<usize>,
}

impl Concept {
    /// Whose it is: theirs who have it; what nobody has is theirs of whom that is said.
    fn side(&self) -> Option<Side> {
        let sides = if self.sides.is_empty() {
            &self.without
        } else {
            &self.sides
        };
        let mut of = sides.iter();
        match (of.next(), of.next()) {
            (None, _) => None,
            (Some(side), None) => Some(Side::Of(*side)),
            (Some(_), Some(_)) => Some(Side::Shared),
        }
    }
}

struct Edge {
    property: Value,
    hierarchy: bool,
    status: Status,
    sources: Vec<Source>,
}

impl Drawing {
    /// Draws a concept, for a side if it is one of the concepts compared. Says whether there was room.
    pub fn add_node(&mut self, value: &Value, side: Option<usize>) -> bool {
        let key = value.term.to_string();
        if side.is_some() {
            self.items += 1;
        } else if !self.nodes.contains_key(&key) && self.nodes.len() >= self.items + MOST {
            self.left_out.insert(key);
            return false;
        }
        let entry = self.nodes.entry(key);
        let concept = entry.or_insert_with(|| Concept {
            value: value.clone(),
            sides: BTreeSet::new(),
            without: BTreeSet::new(),
        });
        concept.sides.extend(side);
        true
    }

    /// Draws a fact with its ends.
    pub fn add_edge(
        &mut self,
        ends: [&Value; 2],
        property: &Value,
        status: Status,
        sources: &[Source],
    ) {
        if !ends.iter().all(|end| self.add_node(end, None)) {
            return;
        }
        let [subject, object] = ends.map(|end| end.term.to_string());
        self.edges
            .entry((subject, property.term.to_string(), object))
            .or_insert_with(|| Edge {
                property: property.clone(),
                hierarchy: false,
                status,
                sources: sources.to_vec(),
            });
    }

    /// Draws the facts on a path.
    pub fn add_path(&mut self, path: &Path) {
        for step in &path.steps {
            let ends = [&step.subject, &step.object];
            self.add_edge(ends, &step.property, step.status, &step.sources);
        }
    }

    /// Draws a row's values and marks them as said of the items in whose cells they stand.
    pub fn add_row(&mut self, items: &[Value], row: &Row) {
        for (side, (item, cell)) in items.iter().zip(&row.cells).enumerate() {
            for entry in cell {
                let Entry {
                    value: Some(value),
                    status,
                    sources,
                    ..
                } = entry
                else {
                    continue;
                };
                let ends = match row.direction {
                    Direction::Out => [item, value],
                    Direction::In => [value, item],
                };
                self.add_edge(ends, &row.property, *status, sources);
                let is_item = items.iter().any(|item| item.term == value.term);
                if let Some(concept) = self.nodes.get_mut(&value.term.to_string())
                    && !is_item
                {
                    match status {
                        Status::Denied | Status::Uncertain => concept.without.insert(side),
                        _ => concept.sides.insert(side),
                    };
                }
            }
        }
    }

    /// Draws that something is above a concept, by a link that stands for several where none is drawn yet.
    pub fn add_ancestor(&mut self, value: &Value, ancestor: &Value, sources: &[Source]) {
        let (lower, upper) = (value.term.to_string(), ancestor.term.to_string());
        if lower == upper || !self.nodes.contains_key(&lower) {
            return;
        }
        if self
            .edges
            .keys()
            .any(|(subject, _, object)| *subject == lower && *object == upper)
        {
            return;
        }
        let steps = Value {
            term: Term::from(oxrdf::Literal::new_simple_literal("⋯")),
            label: None,
        };
        self.add_edge([value, ancestor], &steps, Status::Stated, sources);
        if let Some(edge) =
            self.edges
                .get_mut(&(lower.clone(), steps.term.to_string(), upper.clone()))
        {
            edge.hierarchy = true;
        }
        let below = self.nodes.get(&lower).map(|concept| concept.sides.clone());
        if let (Some(below), Some(upper)) = (below, self.nodes.get_mut(&upper)) {
            upper.sides.extend(below);
        }
    }

    /// The map, with its sides where it is of a comparison.
    pub fn finish(self, title: String, sides: Vec<Value>) -> Map {
        let index: BTreeMap<&String, usize> = self.nodes.keys().zip(0..).collect();
        let styles = Styles::built_in().expect("the build packs the styles, and tests read them");
        let nodes = self.nodes.values().map(|concept| node(&styles, concept));
        let nodes: Vec<MapNode> = nodes.collect();
        let edges = self
            .edges
            .iter()
            .filter_map(|((subject, _, object), edge)| {
                let (source, target) = (*index.get(subject)?, *index.get(object)?);
                Some(map_edge(&styles, &nodes, source, target, edge))
            })
            .collect();
        Map {
            title,
            edges,
            nodes,
            sides,
            left_out: self.left_out.len(),
            partial: false,
        }
    }
}

fn node(styles: &Styles, concept: &Concept) -> MapNode {
    let side = concept.side();
    let style = styles.side(side);
    MapNode {
        item: concept.value.clone(),
        second_label: None,
        kind: None,
        description: None,
        style: match concept.value.term {
            Term::Literal(_) => NodeStyle {
                shape: Shape::Note,
                ..style
            },
            _ => style,
        },
        side,
        more: 0,
        facts: Vec::new(),
    }
}

fn map_edge(
    styles: &Styles,
    nodes: &[MapNode],
    source: usize,
    target: usize,
    edge: &Edge,
) -> MapEdge {
    let side = match (nodes[source].side, nodes[target].side) {
        (Some(Side::Of(a)), Some(Side::Of(b))) if a == b => Some(Side::Of(a)),
        (Some(_), Some(_)) => Some(Side::Shared),
        _ => None,
    };
    let color = styles.side(side).stroke;
    MapEdge {
        source,
        target,
        property: edge.property.clone(),
        hierarchy: edge.hierarchy,
        symmetric: false,
        status: edge.status,
        style: styles.compared_edge(edge.status, edge.hierarchy, &color),
        side,
        sources: edge.sources.clone(),
    }
}
