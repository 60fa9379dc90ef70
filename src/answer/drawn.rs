//! Comparisons and paths as maps, for the formats that draw.

use std::collections::{BTreeMap, BTreeSet};

use oxrdf::Term;

use super::{
    Comparison, Direction, EdgeStyle, Entry, FactGroup, Head, Line, Map, MapEdge, MapNode,
    NodeStyle, Path, Paths, Row, Shape, Side, Source, Status, Value,
};

/// The most concepts that a comparison's map holds besides those compared.
const MOST: usize = 30;

/// Fill and outline of what all share.
const SHARED: (&str, &str) = ("#c9ebdd", "#008f68");
/// Fill and outline of what one side has, after Okabe and Ito's palette for all kinds of colour vision.
const SIDES: [(&str, &str); 5] = [
    ("#c8e3f4", "#0072b2"),
    ("#fbe3b3", "#a66f00"),
    ("#f3dae8", "#b0578d"),
    ("#dfd9f3", "#7a66c2"),
    ("#f8f3b8", "#857a00"),
];
/// The colour of what is said not to be so.
const DENIAL: &str = "#b42318";
/// Fill and outline of what belongs to no side.
const NEITHER: (&str, &str) = ("#f2f2f2", "#767676");

impl From<&Paths> for Map {
    /// The concepts and facts on the paths; the concepts to be connected stand out.
    fn from(paths: &Paths) -> Self {
        let mut drawing = Drawing::default();
        for item in &paths.items {
            drawing.add_node(item, Some(0));
        }
        for path in &paths.paths {
            drawing.add_path(path);
        }
        let mut map = drawing.finish(names(&paths.items, " → "), Vec::new());
        for node in &mut map.nodes {
            node.side = None;
        }
        for edge in &mut map.edges {
            edge.side = None;
        }
        map
    }
}

impl From<&Comparison> for Map {
    /// The concepts compared with what is said of them, the most telling first: each side in its own colour, and what
    /// several share in one colour.
    fn from(comparison: &Comparison) -> Self {
        let mut drawing = Drawing::default();
        for (side, item) in comparison.items.iter().enumerate() {
            drawing.add_node(item, Some(side));
        }
        for fact in &comparison.relations {
            let ends = [&fact.subject, &fact.object];
            drawing.add_edge(ends, &fact.property, Status::Stated, &fact.sources);
        }
        for row in rows(comparison) {
            drawing.add_row(&comparison.items, row);
        }
        for alike in &comparison.alike {
            for value in alike
                .cells
                .iter()
                .flatten()
                .filter_map(|entry| entry.value.as_ref())
            {
                drawing.add_ancestor(value, &alike.ancestor, &[]);
            }
        }
        if let Some(ancestor) = comparison.ancestors.first() {
            for item in &comparison.items {
                drawing.add_ancestor(item, &ancestor.item, &ancestor.sources);
            }
        }
        if comparison.relations.is_empty()
            && let Some(path) = comparison.paths.first()
        {
            drawing.add_path(path);
        }
        let title = names(&comparison.items, " vs ");
        let mut map = drawing.finish(title, comparison.items.clone());
        for (side, item) in comparison.items.iter().enumerate() {
            if let Some(node) = map
                .nodes
                .iter_mut()
                .find(|node| node.item.term == item.term)
            {
                let description = comparison.descriptions.get(side).and_then(Option::as_ref);
                node.description = description.map(Value::text);
                node.facts = facts(comparison, side);
            }
        }
        map
    }
}

/// What is said of one of the concepts compared, in the order of the comparison.
fn facts(comparison: &Comparison, side: usize) -> Vec<FactGroup> {
    rows(comparison)
        .filter_map(|row| {
            let values: Vec<Entry> = row.cells.get(side)?.clone();
            let said = values.iter().any(|entry| entry.value.is_some());
            said.then(|| FactGroup {
                property: row.property.clone(),
                direction: row.direction,
                values,
            })
        })
        .collect()
}

/// All rows of a comparison, the most telling first.
fn rows(comparison: &Comparison) -> impl Iterator<Item = &Row> {
    let parts = [
        &comparison.shared,
        &comparison.differences,
        &comparison.denied,
        &comparison.only,
    ];
    parts.into_iter().flatten()
}

fn names(items: &[Value], between: &str) -> String {
    let names: Vec<String> = items.iter().map(Value::text).collect();
    names.join(between)
}

/// A map in the making; what is not yet drawn is counted once the map is full.
#[derive(Default)]
struct Drawing {
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
    fn add_node(&mut self, value: &Value, side: Option<usize>) -> bool {
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
    fn add_edge(
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

    fn add_path(&mut self, path: &Path) {
        for step in &path.steps {
            let ends = [&step.subject, &step.object];
            self.add_edge(ends, &step.property, step.status, &step.sources);
        }
    }

    /// Draws a row's values and marks them as said of the items in whose cells they stand.
    fn add_row(&mut self, items: &[Value], row: &Row) {
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
    fn add_ancestor(&mut self, value: &Value, ancestor: &Value, sources: &[Source]) {
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

    fn finish(self, title: String, sides: Vec<Value>) -> Map {
        let index: BTreeMap<&String, usize> = self.nodes.keys().zip(0..).collect();
        let nodes: Vec<MapNode> = self.nodes.values().map(node).collect();
        let edges = self
            .edges
            .iter()
            .filter_map(|((subject, _, object), edge)| {
                let (source, target) = (*index.get(subject)?, *index.get(object)?);
                Some(map_edge(&nodes, source, target, edge))
            })
            .collect();
        Map {
            title,
            edges,
            nodes,
            sides,
            left_out: self.left_out.len(),
        }
    }
}

fn node(concept: &Concept) -> MapNode {
    let side = concept.side();
    let (fill, stroke) = colors(side);
    MapNode {
        item: concept.value.clone(),
        second_label: None,
        kind: None,
        description: None,
        style: NodeStyle {
            fill: fill.to_owned(),
            stroke: stroke.to_owned(),
            shape: match concept.value.term {
                Term::Literal(_) => Shape::Note,
                _ => Shape::Rounded,
            },
            line: Line::Solid,
            double: false,
        },
        side,
        more: 0,
        facts: Vec::new(),
    }
}

fn map_edge(nodes: &[MapNode], source: usize, target: usize, edge: &Edge) -> MapEdge {
    let side = match (nodes[source].side, nodes[target].side) {
        (Some(Side::Of(a)), Some(Side::Of(b))) if a == b => Some(Side::Of(a)),
        (Some(_), Some(_)) => Some(Side::Shared),
        _ => None,
    };
    let stroke = match (edge.status, side) {
        (Status::Denied, _) => DENIAL,
        (_, side) => colors(side).1,
    };
    let (line, head) = match (edge.status, edge.hierarchy) {
        (Status::Denied, _) => (Line::Dashed, Head::Tee),
        (Status::Uncertain, _) => (Line::Dotted, Head::Normal),
        (_, true) => (Line::Dotted, Head::Empty),
        (_, false) => (Line::Solid, Head::Normal),
    };
    MapEdge {
        source,
        target,
        property: edge.property.clone(),
        hierarchy: edge.hierarchy,
        symmetric: false,
        status: edge.status,
        style: EdgeStyle {
            color: stroke.to_owned(),
            line,
            head,
        },
        side,
        sources: edge.sources.clone(),
    }
}

fn colors(side: Option<Side>) -> (&'static str, &'static str) {
    match side {
        Some(Side::Shared) => SHARED,
        Some(Side::Of(side)) => SIDES[side % SIDES.len()],
        None => NEITHER,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::answer::sample::value;
    use crate::answer::{Alike, Ancestor, Exam, Step};

    fn entry(value: Value) -> Vec<Entry> {
        vec![Entry {
            value: Some(value),
            status: Status::Stated,
            ..Entry::not_stated()
        }]
    }

    fn row(property: &str, cells: Vec<Vec<Entry>>) -> Row {
        Row {
            property: value(property, property),
            denied_property: None,
            direction: Direction::Out,
            cells,
            more: Vec::new(),
            exclusive: false,
            notable_absence: None,
            score: 1.0,
        }
    }

    fn comparison() -> Comparison {
        Comparison {
            items: vec![value("EKS", "EKS"), value("ECS", "ECS")],
            descriptions: vec![None, None],
            verdict: String::new(),
            relations: Vec::new(),
            ancestors: vec![Ancestor {
                item: value("Orchestration", "Orchestration"),
                information_content: 0.5,
                distances: vec![2, 1],
                sources: Vec::new(),
            }],
            shared: vec![row(
                "worksWith",
                vec![entry(value("EC2", "EC2")), entry(value("EC2", "EC2"))],
            )],
            differences: vec![row(
                "advantage",
                vec![entry(value("Scale", "Scale")), entry(value("Ease", "Ease"))],
            )],
            alike: vec![Alike {
                property: value("advantage", "advantage"),
                direction: Direction::Out,
                ancestor: value("Trait", "Trait"),
                cells: vec![entry(value("Scale", "Scale")), entry(value("Ease", "Ease"))],
            }],
            only: vec![row(
                "isA",
                vec![
                    entry(value("ControlPlane", "Control plane")),
                    vec![Entry::not_stated()],
                ],
            )],
            denied: Vec::new(),
            paths: Vec::new(),
            exam: Exam::default(),
            left_out: 0,
            partial: false,
        }
    }

    fn outline(map: &Map) -> String {
        let nodes = map
            .nodes
            .iter()
            .map(|node| format!("{} {:?}\n", node.item.text(), node.side));
        let edges = map.edges.iter().map(|edge| {
            let [from, to] = [edge.source, edge.target].map(|n| map.nodes[n].item.text());
            format!("{from} {} {to} {:?}\n", edge.property.text(), edge.side)
        });
        nodes.chain(edges).collect()
    }

    #[test]
    fn what_several_have_is_shared_and_the_rest_has_its_side() {
        insta::assert_snapshot!(outline(&Map::from(&comparison())), @r##"
        Control plane Some(Of(0))
        EC2 Some(Shared)
        ECS Some(Of(1))
        EKS Some(Of(0))
        Ease Some(Of(1))
        Orchestration Some(Shared)
        Scale Some(Of(0))
        Trait Some(Shared)
        ECS ⋯ Orchestration Some(Shared)
        ECS advantage Ease Some(Of(1))
        ECS worksWith EC2 Some(Shared)
        EKS ⋯ Orchestration Some(Shared)
        EKS advantage Scale Some(Of(0))
        EKS isA Control plane Some(Of(0))
        EKS worksWith EC2 Some(Shared)
        Ease ⋯ Trait Some(Shared)
        Scale ⋯ Trait Some(Shared)
        "##);
    }

    #[test]
    fn what_one_has_and_the_other_is_said_to_lack_is_not_shared() {
        let mut comparison = comparison();
        comparison.shared[0].cells[1][0].status = Status::Denied;
        let map = Map::from(&comparison);
        let ec2 = map.nodes.iter().find(|node| node.item.text() == "EC2");
        assert_eq!(ec2.and_then(|node| node.side), Some(Side::Of(0)));
        let denied = map.edges.iter().find(|edge| edge.status == Status::Denied);
        assert_eq!(denied.map(MapEdge::phrase), Some("✗ worksWith".to_owned()));
    }

    #[test]
    fn a_large_comparison_says_how_much_it_leaves_out() {
        let mut comparison = comparison();
        let many = (0..50).map(|i| entry(value(&format!("V{i}"), "v"))[0].clone());
        comparison.only = vec![row("has", vec![many.collect(), Vec::new()])];
        let map = Map::from(&comparison);
        assert_eq!(map.nodes.len(), 2 + MOST);
        // EC2, Scale, Ease and 27 of the 50 are drawn; the two ancestors are not.
        assert_eq!(map.left_out, 50 - 27 + 2);
    }

    #[test]
    fn the_facts_on_several_paths_are_drawn_once() {
        let step = |subject: &str, object: &str| Step {
            subject: value(subject, subject),
            property: value("uses", "uses"),
            object: value(object, object),
            forward: true,
            status: Status::Stated,
            sources: Vec::new(),
        };
        let path = |steps: Vec<Step>| Path {
            cost: 1.0,
            steps,
            folded: 0,
        };
        let paths = Paths {
            items: vec![value("A", "A"), value("C", "C")],
            paths: vec![
                path(vec![step("A", "B"), step("B", "C")]),
                path(vec![step("A", "B"), step("B", "D"), step("D", "C")]),
            ],
            partial: false,
        };
        let map = Map::from(&paths);
        assert_eq!(map.title, "A → C");
        assert_eq!((map.nodes.len(), map.edges.len()), (4, 4));
        assert_ne!(map.nodes[0].style, map.nodes[1].style);
    }
}
