//! The lines of one property: what all items have, what several have alike, what they have differently, what one has.

use super::{Aligned, Line};
use crate::answer::Direction;
use crate::commands::compare::profile::{Key, Known, Profile};
use crate::commands::compare::siblings::Siblings;
use crate::error::Result;
use crate::facts;
use crate::graph::Node;
use crate::session::Session;

/// From this share of siblings on it is notable that an item is not said to have a property.
const NOTABLE: f64 = 0.8;

/// Adds the lines of one property, of which all items have so many values besides those that were read.
pub(super) fn add(
    session: &Session,
    profiles: &[Profile],
    key: Key,
    unread_by_all: u64,
    siblings: &Siblings,
    aligned: &mut Aligned,
) -> Result<()> {
    let cells: Vec<&[Known]> = profiles
        .iter()
        .map(|p| p.values.get(&key).map_or(&[][..], |v| v.known.as_slice()))
        .collect();
    let everyone = profiles.len();
    let mut values: Vec<Node> = cells
        .iter()
        .flat_map(|cell| cell.iter().map(|known| known.value))
        .collect();
    values.sort_unstable();
    let holders = || values.chunk_by(Node::eq);
    let common: Vec<Node> = holders()
        .filter(|same| same.len() == everyone)
        .map(|same| same[0])
        .collect();
    let held_by_all = |known: &Known| common.binary_search(&known.value).is_ok();
    let held = |by_all: bool| -> Vec<Vec<Known>> {
        let wanted = |known: &&Known| held_by_all(known) == by_all;
        let cells = cells.iter();
        cells
            .map(|cell| cell.iter().filter(wanted).copied().collect())
            .collect()
    };
    let more: Vec<u64> = profiles
        .iter()
        .map(|p| p.values.get(&key).map_or(0, |v| v.unread))
        .collect();
    let is_kind = key.0 == Direction::Out && session.role_nodes().hierarchy.contains(&key.1);
    // What all are is their common kind.
    if !common.is_empty() && !is_kind {
        let mut line = shared(session, key, held(true), siblings)?;
        line.more.fill(unread_by_all);
        aligned.shared.push(line);
    }
    let cells = held(false);
    let speak = (0..everyone)
        .filter(|&i| !cells[i].is_empty() || more[i] > 0)
        .count();
    let agree = holders().all(|same| [speak, everyone].contains(&same.len()));
    if speak > 1 && agree && more.iter().all(|n| *n == 0) {
        aligned.shared.push(shared(session, key, cells, siblings)?);
        return Ok(());
    }
    let values = cells
        .iter()
        .zip(&more)
        .map(|(cell, n)| cell.len() as u64 + n);
    let values = values.max().unwrap_or(0).max(1);
    let coverage = siblings.coverage(key);
    let silent = profiles.iter().any(|p| !p.values.contains_key(&key));
    let line = Line {
        key,
        exclusive: speak > 1 && is_exclusive(session, key, &cells)?,
        notable_absence: coverage.filter(|share| silent && *share >= NOTABLE),
        score: coverage.unwrap_or(0.5).max(0.05) / values as f64,
        cells,
        more,
    };
    match speak {
        0 => {}
        1 => aligned.only.push(line),
        _ => aligned.differences.push(line),
    }
    Ok(())
}

/// A line of what several have alike.
fn shared(
    session: &Session,
    key: Key,
    cells: Vec<Vec<Known>>,
    siblings: &Siblings,
) -> Result<Line> {
    let mut score: f64 = 0.0;
    for known in cells.iter().flatten() {
        score = score.max(siblings.surprise(session, key, known.value)?);
    }
    Ok(Line {
        key,
        more: vec![0; cells.len()],
        exclusive: false,
        notable_absence: None,
        score,
        cells,
    })
}

/// Whether values exclude each other: the property has at most one, or the values are said to be disjoint.
fn is_exclusive(session: &Session, key: Key, cells: &[Vec<Known>]) -> Result<bool> {
    let roles = session.role_nodes();
    let graph = &session.graph;
    if key.0 == Direction::In {
        return Ok(false);
    }
    if let Some(is_of_kind) = session.type_node() {
        for &class in &roles.functional_class {
            if graph.contains(key.1, is_of_kind, class)? {
                return Ok(true);
            }
        }
    }
    if roles.disjointness.is_empty() {
        return Ok(false);
    }
    let mut spoken: Vec<(Node, usize)> = cells
        .iter()
        .enumerate()
        .flat_map(|(i, cell)| cell.iter().map(move |known| (known.value, i)))
        .filter(|(value, _)| !graph.is_literal(*value))
        .collect();
    spoken.sort_unstable();
    let values: Vec<Node> = spoken.iter().map(|(value, _)| *value).collect();
    let said = graph.facts(
        &values,
        Direction::Out,
        Some(&roles.disjointness),
        facts::CAP,
    )?;
    let spoken_of_others = |value: Node, i: usize| {
        let start = spoken.partition_point(|other| *other < (value, 0));
        let same = spoken[start..].iter().take_while(|other| other.0 == value);
        same.into_iter().any(|other| other.1 != i)
    };
    Ok(spoken.iter().zip(&said).any(|((_, i), said)| {
        let mut disjoint = said.facts.iter().map(|fact| fact.value);
        disjoint.any(|value| spoken_of_others(value, *i))
    }))
}
