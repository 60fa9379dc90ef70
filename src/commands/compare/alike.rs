//! Values that differ and are of one kind.

use std::collections::{BTreeMap, BTreeSet};

use oxrdf::vocab::rdfs;

use super::align::Line;
use super::profile::Known;
use crate::answer::Direction;
use crate::error::Result;
use crate::facts;
use crate::graph::Node;
use crate::hierarchy::{self, Ancestry};
use crate::session::Session;

/// How many values of a cell are looked at.
const VALUES: usize = 20;

/// How much a shared ancestor has to tell: what half of everything is tells nothing.
const TELLING: f64 = 0.25;

/// What the values of a line have in common.
#[derive(Debug)]
pub struct Common {
    /// The line's place among the differences.
    pub line: usize,
    /// The ancestor.
    pub ancestor: Node,
    /// The values below it.
    pub cells: Vec<Vec<Known>>,
}

/// For each line the most telling ancestor that values of several items share.
///
/// # Errors
/// An endpoint that fails.
pub fn alike(session: &Session, lines: &[Line]) -> Result<Vec<Common>> {
    let mut nodes: Vec<Node> = lines
        .iter()
        .flat_map(|line| &line.cells)
        .flat_map(|cell| cell.iter().take(VALUES))
        .map(|known| known.value)
        .filter(|&value| !session.graph.is_literal(value))
        .collect();
    nodes.sort_unstable();
    nodes.dedup();
    let ancestries: BTreeMap<Node, Ancestry> = nodes
        .iter()
        .copied()
        .zip(hierarchy::ancestries(session, &nodes)?)
        .collect();
    let mut found = Vec::new();
    for (at, line) in lines.iter().enumerate() {
        // What kinds have in common is told as the common kind of the items.
        if session.role_nodes().hierarchy.contains(&line.key.1) {
            continue;
        }
        let below = |ancestor: Node| -> Vec<Vec<Known>> {
            let is_below = |known: &&Known| {
                ancestries
                    .get(&known.value)
                    .is_some_and(|a| a.distances.contains_key(&ancestor))
            };
            let cells = line.cells.iter();
            cells
                .map(|cell| cell.iter().take(VALUES).filter(is_below).copied().collect())
                .collect()
        };
        let several = |cells: &[Vec<Known>]| {
            let values: BTreeSet<Node> = cells.iter().flatten().map(|known| known.value).collect();
            values.len() > 1 && cells.iter().filter(|c| !c.is_empty()).count() > 1
        };
        let expected = expected(session, line)?;
        let values = line.cells.iter().flatten();
        let candidates: BTreeSet<Node> = values
            .filter_map(|known| ancestries.get(&known.value))
            .flat_map(|ancestry| ancestry.distances.keys().copied())
            .filter(|ancestor| !expected.contains(ancestor) && several(&below(*ancestor)))
            .collect();
        let candidates: Vec<Node> = candidates.into_iter().collect();
        let information = hierarchy::information(session, &candidates)?;
        let best = candidates
            .iter()
            .zip(information)
            .filter(|(_, information)| *information >= TELLING)
            .max_by(|a, b| a.1.total_cmp(&b.1).then_with(|| b.0.cmp(a.0)));
        if let Some((&ancestor, _)) = best {
            found.push(Common {
                line: at,
                ancestor,
                cells: below(ancestor),
            });
        }
    }
    Ok(found)
}

/// The classes that values of a property belong to in any case.
fn expected(session: &Session, line: &Line) -> Result<BTreeSet<Node>> {
    let declares = match line.key.0 {
        Direction::Out => rdfs::RANGE,
        Direction::In => rdfs::DOMAIN,
    };
    let Some(declares) = session.graph.node(declares) else {
        return Ok(BTreeSet::new());
    };
    let said = session
        .graph
        .facts(&[line.key.1], Direction::Out, Some(&[declares]), facts::CAP)?;
    Ok(said
        .iter()
        .flat_map(|s| &s.facts)
        .map(|f| f.value)
        .collect())
}
