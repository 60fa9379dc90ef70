//! The proof of a statement as a map.

use oxrdf::{Literal, Term};

use crate::answer::{
    EdgeStyle, Head, Line, Map, MapEdge, MapNode, NodeStyle, Proof, RuleName, Shape, Statement,
    Status, Value, Why,
};

/// Fill and outline of a statement: stated by the data, inferred, part of the vocabulary.
const STATED: (&str, &str) = ("#c9ebdd", "#008f68");
const INFERRED: (&str, &str) = ("#fbe3b3", "#a66f00");
const AXIOM: (&str, &str) = ("#f2f2f2", "#767676");

impl From<&Why> for Map {
    /// The proof: statements, each linked to what is inferred from it by the rule's name. What has no proof stands alone.
    fn from(why: &Why) -> Self {
        let mut map = Map {
            title: sentence(&why.statement),
            nodes: Vec::new(),
            edges: Vec::new(),
            sides: Vec::new(),
            left_out: 0,
            partial: false,
        };
        let mut found: Vec<&Proof> = Vec::new();
        let mut next: Vec<&Proof> = why.proof.iter().collect();
        while let Some(proof) = next.pop() {
            next.extend(&proof.premises);
            found.push(proof);
        }
        // The proof of a statement is written out at one of its places only.
        found.sort_by_key(|proof| (key(&proof.statement), proof.repeated));
        found.dedup_by_key(|proof| key(&proof.statement));
        map.nodes = found.iter().map(|proof| node(proof)).collect();
        for (target, proof) in found.iter().enumerate() {
            for premise in &proof.premises {
                let place =
                    found.binary_search_by_key(&key(&premise.statement), |p| key(&p.statement));
                if let (Ok(source), Some(rule)) = (place, &proof.rule) {
                    map.edges.push(edge(source, target, rule, premise));
                }
            }
        }
        map
    }
}

fn key(statement: &Statement) -> String {
    let terms = [&statement.subject, &statement.property, &statement.object];
    terms.map(|value| value.term.to_string()).join(" ")
}

fn sentence(statement: &Statement) -> String {
    let terms = [&statement.subject, &statement.property, &statement.object];
    terms.map(Value::text).join(" ")
}

/// A statement about words, which stand in quotes.
fn mention(statement: &Statement) -> String {
    let (subject, object) = (statement.subject.text(), statement.object.text());
    format!("“{subject}” {} “{object}”", statement.property.text())
}

fn node(proof: &Proof) -> MapNode {
    let (fill, stroke) = match (proof.axiom, proof.statement.inferred) {
        (true, _) => AXIOM,
        (false, true) => INFERRED,
        (false, false) => STATED,
    };
    let mut label = if proof.axiom {
        mention(&proof.statement)
    } else {
        sentence(&proof.statement)
    };
    for source in &proof.statement.sources {
        if let Some(line) = source.line {
            label.push_str(&format!(" L{line}"));
        }
    }
    MapNode {
        // A statement has no IRI: its own text names it.
        item: Value {
            term: Term::from(Literal::from(key(&proof.statement))),
            label: Some(label),
        },
        second_label: None,
        kind: None,
        description: None,
        style: NodeStyle {
            fill: fill.to_owned(),
            stroke: stroke.to_owned(),
            shape: if proof.axiom {
                Shape::Note
            } else {
                Shape::Rounded
            },
            line: Line::Solid,
            double: false,
        },
        side: None,
        more: 0,
        facts: Vec::new(),
    }
}

fn edge(source: usize, target: usize, rule: &RuleName, premise: &Proof) -> MapEdge {
    MapEdge {
        source,
        target,
        property: Value {
            term: Term::from(Literal::from(rule.name.as_str())),
            label: Some(rule.title.clone()),
        },
        hierarchy: true,
        symmetric: false,
        status: Status::Stated,
        style: EdgeStyle {
            color: if premise.axiom { AXIOM.1 } else { INFERRED.1 }.to_owned(),
            line: if premise.axiom {
                Line::Dotted
            } else {
                Line::Solid
            },
            head: Head::Normal,
        },
        side: None,
        sources: premise.statement.sources.clone(),
    }
}
