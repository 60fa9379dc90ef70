//! Comparisons, paths and proofs as maps, for the formats that draw.

mod drawing;
mod proof;

use crate::answer::{Comparison, Entry, FactGroup, Map, Paths, Row, Value};
use drawing::Drawing;

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
        map.partial = paths.partial;
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
            drawing.add_edge(ends, &fact.property, fact.status(), &fact.sources);
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
        map.partial = comparison.partial;
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

#[cfg(test)]
mod tests {
    use super::drawing::MOST;
    use super::*;
    use crate::answer::sample::value;
    use crate::answer::{Alike, Ancestor, Direction, Exam, MapEdge, Path, Side, Status, Step};

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
