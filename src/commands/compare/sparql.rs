//! The queries that reproduce the rows of a comparison.

use std::fmt::Write as _;

use crate::answer::{Comparison, Direction, Row, Status};
use crate::names;
use crate::session::Session;

/// A query for each row, under a comment that says what it finds. Inherited values are asked for where they are stated.
pub fn queries(session: &Session, comparison: &Comparison) -> String {
    let items: Vec<String> = comparison
        .items
        .iter()
        .map(|item| names::short_name(session, &item.term))
        .collect();
    let mut text = String::new();
    if !comparison.relations.is_empty() {
        let all = items.join(" ");
        add(
            &mut text,
            "relations",
            &format!(
                "SELECT ?subject ?property ?object {{\n  VALUES ?subject {{ {all} }} VALUES ?object {{ {all} }}\n  ?subject ?property ?object\n}}"
            ),
        );
    }
    let sections = [
        ("same", &comparison.shared),
        ("difference", &comparison.differences),
        ("only", &comparison.only),
        ("denied", &comparison.denied),
    ];
    for (section, rows) in sections {
        for row in rows {
            let title = format!("{section}: {}", one_line(&row.property.text()));
            add(&mut text, &title, &query(session, row, &items));
        }
    }
    text
}

fn add(text: &mut String, title: &str, query: &str) {
    // Writing to a String cannot fail.
    let _ = writeln!(text, "# {title}\n{query} ;\n");
}

/// A title cannot end its comment.
fn one_line(text: &str) -> String {
    text.chars()
        .map(|c| if c.is_control() { ' ' } else { c })
        .collect()
}

/// What the items have, each from whom it has it.
fn query(session: &Session, row: &Row, items: &[String]) -> String {
    let mut branches: Vec<String> = Vec::new();
    for (item, cell) in items.iter().zip(&row.cells) {
        for entry in cell.iter().filter(|entry| entry.value.is_some()) {
            let holder = match &entry.via {
                Some(via) => names::short_name(session, &via.term),
                None => item.clone(),
            };
            let property = match (&row.denied_property, entry.status) {
                (Some(denial), Status::Denied) => denial,
                _ => &row.property,
            };
            let property = names::short_name(session, &property.term);
            let triple = match row.direction {
                Direction::Out => format!("{holder} {property} ?value"),
                Direction::In => format!("?value {property} {holder}"),
            };
            let pattern = match entry.status {
                Status::Uncertain => format!("[] rdf:reifies <<( {triple} )>>"),
                _ => triple,
            };
            let branch = format!("  {{ {pattern} BIND({item} AS ?item) }}");
            if !branches.contains(&branch) {
                branches.push(branch);
            }
        }
    }
    format!("SELECT ?item ?value {{\n{}\n}}", branches.join(" UNION\n"))
}
