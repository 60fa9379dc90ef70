//! Properties of several items side by side.

mod lines;

use std::collections::{BTreeMap, BTreeSet, HashSet};

use super::profile::{self, Key, Known, Profile};
use super::siblings::Siblings;
use crate::answer::{Direction, Status};
use crate::error::Result;
use crate::facts;
use crate::graph::{Kind, Node, Pattern};
use crate::rank;
use crate::session::Session;

/// A row before its labels and sources are looked up.
#[derive(Debug, Clone)]
pub struct Line {
    /// Property and direction.
    pub key: Key,
    /// The values of each item; none where nothing is stated.
    pub cells: Vec<Vec<Known>>,
    /// How many more values each item has.
    pub more: Vec<u64>,
    /// Whether the values exclude each other.
    pub exclusive: bool,
    /// The share of siblings with this property, where most have it and an item does not.
    pub notable_absence: Option<f64>,
    /// How telling it is.
    pub score: f64,
}

/// What items have in common and not.
#[derive(Debug, Default)]
pub struct Aligned {
    /// Facts between items.
    pub relations: Vec<(Node, Node, Node)>,
    /// What several have, what all have first.
    pub shared: Vec<Line>,
    /// What several have differently.
    pub differences: Vec<Line>,
    /// What one has.
    pub only: Vec<Line>,
    /// What one is said not to have.
    pub denied: Vec<Line>,
    /// Whether a cap was met.
    pub partial: bool,
}

impl Aligned {
    /// The lines of all sections.
    pub fn lines(&self) -> impl Iterator<Item = &Line> {
        let sections = [&self.shared, &self.differences, &self.only, &self.denied];
        sections.into_iter().flatten()
    }

    /// Leaves so many lines a section and the rarest values, so many a cell; gives the number of lines left out.
    ///
    /// # Errors
    /// An endpoint that fails.
    pub fn shorten(&mut self, session: &Session, rows: usize, values: usize) -> Result<usize> {
        let mut left_out = 0;
        for lines in [&mut self.shared, &mut self.differences, &mut self.only] {
            left_out += lines.len().saturating_sub(rows);
            lines.truncate(rows);
        }
        let cells = self.lines().flat_map(|line| &line.cells);
        let mut nodes: Vec<Node> = cells.flatten().map(|known| known.value).collect();
        nodes.sort_unstable();
        nodes.dedup();
        let uses = session.graph.degrees(&nodes)?;
        let rarity = |known: &Known| {
            let uses = nodes.binary_search(&known.value).map(|at| uses[at]);
            (uses, rank::hash(&session.graph.term(known.value)))
        };
        let sections = [
            &mut self.shared,
            &mut self.differences,
            &mut self.only,
            &mut self.denied,
        ];
        for line in sections.into_iter().flatten() {
            for (cell, more) in line.cells.iter_mut().zip(&mut line.more) {
                let before = cell.len();
                if before > values {
                    // What has no name tells a reader nothing.
                    cell.retain(|known| session.graph.kind(known.value) != Kind::Blank);
                }
                cell.sort_by_cached_key(rarity);
                cell.truncate(values);
                *more += (before - cell.len()) as u64;
            }
        }
        Ok(left_out)
    }
}

/// Aligns the profiles of items; what more than `cap` values for each two have in common of a property is cut short.
///
/// # Errors
/// An endpoint that fails.
pub fn align(
    session: &Session,
    items: &[Node],
    mut profiles: Vec<Profile>,
    siblings: &Siblings,
    cap: usize,
) -> Result<Aligned> {
    let mut aligned = Aligned {
        relations: relations(session, items, &mut profiles)?,
        denied: denied(session, &mut profiles)?,
        ..Aligned::default()
    };
    let keys: BTreeSet<Key> = profiles
        .iter()
        .flat_map(|p| p.values.keys().copied())
        .collect();
    for key in keys {
        let rest = complete(session, items, &mut profiles, key, cap)?;
        aligned.partial |= rest.partial;
        lines::add(session, &profiles, key, rest.shared, siblings, &mut aligned)?;
    }
    for lines in [
        &mut aligned.shared,
        &mut aligned.differences,
        &mut aligned.only,
        &mut aligned.denied,
    ] {
        let silent = |line: &Line| line.cells.iter().filter(|cell| cell.is_empty()).count();
        let hash = |line: &Line| rank::hash(&session.graph.term(line.key.1));
        let is_kind = |line: &Line| session.role_nodes().hierarchy.contains(&line.key.1);
        // Links between concepts tell more than texts and addresses do.
        let is_text = |line: &Line| {
            let mut values = line.cells.iter().flatten();
            values.all(|known| session.graph.is_literal(known.value))
        };
        lines.sort_by(|a, b| {
            b.exclusive
                .cmp(&a.exclusive)
                .then_with(|| is_kind(a).cmp(&is_kind(b)))
                .then_with(|| is_text(a).cmp(&is_text(b)))
                .then_with(|| silent(a).cmp(&silent(b)))
                .then_with(|| a.key.0.cmp(&b.key.0))
                .then_with(|| b.score.total_cmp(&a.score))
                .then_with(|| hash(a).cmp(&hash(b)))
                .then_with(|| a.key.cmp(&b.key))
        });
    }
    Ok(aligned)
}

/// Takes the facts that link two items out of the profiles.
fn relations(
    session: &Session,
    items: &[Node],
    profiles: &mut [Profile],
) -> Result<Vec<(Node, Node, Node)>> {
    let mut found = BTreeSet::new();
    for (&item, profile) in items.iter().zip(profiles.iter_mut()) {
        for (key, values) in &mut profile.values {
            if values.unread > 0 {
                let statements = items.iter().filter(|other| **other != item);
                for other in statements {
                    let (s, p, o) = facts::statement(item, key.1, key.0, *other);
                    if session.graph.contains(s, p, o)? {
                        found.insert((s, p, o));
                    }
                }
            }
            values.known.retain(|known| {
                let links = items.contains(&known.value);
                if links {
                    found.insert(known.statement);
                }
                !links
            });
        }
        profile.values.retain(|_, values| !values.known.is_empty());
    }
    let mut found: Vec<_> = found.into_iter().collect();
    // What is stated before what is inferred; the rarer a property, the more it tells.
    let patterns: Vec<Pattern> = found
        .iter()
        .map(|(_, property, _)| Pattern {
            property: Some(*property),
            ..Pattern::default()
        })
        .collect();
    let uses = session.graph.counts(&patterns)?;
    let hash = |node: Node| rank::hash(&session.graph.term(node));
    let mut order: Vec<usize> = (0..found.len()).collect();
    order.sort_by_cached_key(|&i| {
        let (s, p, o) = found[i];
        (
            session.graph.is_inferred(s, p, o),
            uses.get(i).copied(),
            hash(found[i].1),
            hash(found[i].0),
            hash(found[i].2),
        )
    });
    found = order.into_iter().map(|i| found[i]).collect();
    Ok(found)
}

/// Takes what is denied, and what others have of it, out of the profiles.
fn denied(session: &Session, profiles: &mut [Profile]) -> Result<Vec<Line>> {
    let mut wanted: BTreeSet<(Node, Node)> = BTreeSet::new();
    for profile in profiles.iter() {
        wanted.extend(profile.denied.iter().map(|(p, known)| (*p, known.value)));
    }
    let mut lines: BTreeMap<Node, Line> = BTreeMap::new();
    for (property, value) in wanted {
        let mut cells = Vec::new();
        for profile in profiles.iter_mut() {
            let denials = profile.denied.iter();
            let mut cell: Vec<Known> = denials
                .filter(|(p, known)| *p == property && known.value == value)
                .map(|(_, known)| *known)
                .collect();
            for (key, values) in &mut profile.values {
                let says_it = key.0 == Direction::Out
                    && profile::with_broader(session, key.1)?.contains(&property);
                if says_it {
                    let (said, rest) = values.known.iter().partition(|known| known.value == value);
                    values.known = rest;
                    cell.extend::<Vec<Known>>(said);
                }
            }
            profile
                .values
                .retain(|_, values| !values.known.is_empty() || values.unread > 0);
            cells.push(cell);
        }
        let contrast = cells
            .iter()
            .flatten()
            .any(|known| known.status != Status::Denied);
        let line = lines.entry(property).or_insert_with(|| Line {
            key: (Direction::Out, property),
            cells: vec![Vec::new(); profiles.len()],
            more: vec![0; profiles.len()],
            exclusive: false,
            notable_absence: None,
            score: 0.0,
        });
        line.exclusive |= contrast;
        for (all, cell) in line.cells.iter_mut().zip(cells) {
            all.extend(cell);
        }
    }
    Ok(lines.into_values().collect())
}

/// What could not be read of what items share of a property.
#[derive(Default)]
struct Rest {
    /// How many more values all have.
    shared: u64,
    /// Whether more may have them than is known.
    partial: bool,
}

/// Where not all values of an item were read, adds those that another has too, at most so many for each two.
fn complete(
    session: &Session,
    items: &[Node],
    profiles: &mut [Profile],
    key: Key,
    cap: usize,
) -> Result<Rest> {
    let unread = |profile: &Profile| profile.values.get(&key).map_or(0, |values| values.unread);
    if profiles.iter().all(|profile| unread(profile) == 0) {
        return Ok(Rest::default());
    }
    let mut rest = Rest::default();
    let candidates = match session.graph.several(items, key.1, key.0, cap) {
        Some(several) => {
            // Two share exactly what several of them have.
            match items.len() {
                2 => rest.shared = several.more,
                _ => rest.partial = several.more > 0,
            }
            several.values
        }
        None => {
            // If one item's values are all read, everything that all share is asked for.
            rest.partial = profiles.iter().all(|profile| unread(profile) > 0);
            let read = profiles.iter().filter_map(|p| p.values.get(&key));
            let read = read.flat_map(|values| values.known.iter().map(|known| known.value));
            let mut candidates: Vec<Node> = read.collect();
            candidates.sort_unstable();
            candidates.dedup();
            candidates
        }
    };
    for (&item, profile) in items.iter().zip(profiles.iter_mut()) {
        let Some(values) = profile.values.get_mut(&key).filter(|v| v.unread > 0) else {
            continue;
        };
        let known: HashSet<Node> = values.known.iter().map(|known| known.value).collect();
        let statement = |value| facts::statement(item, key.1, key.0, value);
        let asked: Vec<Node> = candidates
            .iter()
            .copied()
            .filter(|value| !known.contains(value))
            .collect();
        let patterns: Vec<Pattern> = asked
            .iter()
            .map(|&value| {
                let (subject, property, object) = statement(value);
                Pattern {
                    subject: Some(subject),
                    property: Some(property),
                    object: Some(object),
                }
            })
            .collect();
        for (&value, count) in asked.iter().zip(session.graph.counts(&patterns)?) {
            if count > 0 {
                values.unread = values.unread.saturating_sub(1);
                values.known.push(Known {
                    value,
                    status: facts::status(session, statement(value)),
                    via: None,
                    statement: statement(value),
                });
            }
        }
        values.unread = values.unread.saturating_sub(rest.shared);
    }
    Ok(rest)
}
