//! What completes a line that is being typed: by the place in the grammar, from what the graph holds.

use std::collections::HashSet;

use oxrdf::Term;

use crate::error::Result;
use crate::graph::{Node, Reach};
use crate::line;
use crate::names;
use crate::search;
use crate::session::Session;

pub use vocabulary::Vocabulary;

mod command;
mod position;
mod query;
pub mod vocabulary;

/// At most this many candidates; the line editor fails on very many.
pub const MOST: usize = 200;

/// Something that could stand at the cursor.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Candidate {
    /// What is inserted.
    pub text: String,
    /// What it is, for the list.
    pub about: String,
}

impl Candidate {
    fn plain(text: impl Into<String>) -> Self {
        Self {
            text: text.into(),
            about: String::new(),
        }
    }
}

/// Candidates and where the text that they replace begins.
#[derive(Debug, Default)]
pub struct Offer {
    /// A byte of the line.
    pub start: usize,
    /// At most [`MOST`], best first.
    pub candidates: Vec<Candidate>,
}

impl Offer {
    /// Leaves out what comes twice, and what is too much.
    fn limit(&mut self) {
        let mut seen = HashSet::new();
        self.candidates.retain(|c| seen.insert(c.text.clone()));
        self.candidates.truncate(MOST);
    }
}

/// What could stand at `at` in a line.
///
/// # Errors
/// An endpoint that fails.
pub fn offer(session: &Session, vocabulary: &Vocabulary, text: &str, at: usize) -> Result<Offer> {
    let before = &text[..at];
    let mut offer = if let Some(begin) = line::sparql_start(before) {
        let mut offer = query::sparql(session, vocabulary, &text[begin..], at - begin)?;
        offer.start += begin;
        offer
    } else if before.trim_start().starts_with('.') {
        command::setting(session, before)
    } else {
        let mut offer = command::command(session, vocabulary, before)?;
        if offer.start == 0 && !before.is_empty() {
            offer.candidates.extend(command::other_first_words(before));
        }
        offer
    };
    offer.limit();
    Ok(offer)
}

/// What could stand at the end of a line that begins with a command or its options.
///
/// # Errors
/// An endpoint that fails.
pub fn command_line(session: &Session, vocabulary: &Vocabulary, line: &str) -> Result<Offer> {
    let mut offer = command::command(session, vocabulary, line)?;
    offer.limit();
    Ok(offer)
}

/// Those of these texts that begin as typed, in capitals or not.
fn beginning(typed: &str, texts: impl IntoIterator<Item = String>) -> Vec<Candidate> {
    let typed = typed.to_lowercase();
    texts
        .into_iter()
        .filter(|text| text.to_lowercase().starts_with(&typed))
        .map(Candidate::plain)
        .collect()
}

/// Terms whose short name, or its part behind the colon, begins as typed.
fn terms(typed: &str, terms: &[(String, Node)]) -> Vec<Candidate> {
    let lower = typed.to_lowercase();
    let begins = |text: &str| text.to_lowercase().starts_with(&lower);
    terms
        .iter()
        .map(|(short, _)| short)
        .filter(|short| {
            let local = short.split_once(':').map_or("", |(_, local)| local);
            begins(short) || (!typed.contains(':') && begins(local))
        })
        .map(Candidate::plain)
        .collect()
}

/// Concepts by prefixed name or by any of their names, as a query writes them.
fn nodes(session: &Session, typed: &str) -> Result<Vec<Candidate>> {
    let short = |found: Vec<Found>| {
        let candidates = found.into_iter().map(|found| Candidate {
            text: found.short,
            about: found.name,
        });
        candidates.collect::<Vec<_>>()
    };
    let Some((_, local)) = typed.split_once(':') else {
        return Ok(short(concepts(session, typed)?));
    };
    let mut found = short(concepts(session, local)?);
    found.retain(|candidate| candidate.text.starts_with(typed));
    Ok(found)
}

/// Concepts as a command takes them: by the name that begins as typed, else by prefixed name.
fn names(session: &Session, typed: &str) -> Result<Vec<Candidate>> {
    if typed.contains(':') && !typed.contains(char::is_whitespace) {
        return nodes(session, typed);
    }
    let candidates = concepts(session, typed)?
        .into_iter()
        .map(|found| Candidate {
            text: line::quoted(&found.name),
            about: found.short,
        });
    Ok(candidates.collect())
}

/// A concept with how it is written in a query, and the name that was found.
struct Found {
    short: String,
    name: String,
}

/// Concepts one of whose names begins as typed; failing that, those that `find` finds.
///
/// Where several names begin so, the label that the concept is shown with is taken.
fn concepts(session: &Session, typed: &str) -> Result<Vec<Found>> {
    if typed.is_empty() {
        return Ok(Vec::new());
    }
    let names = session.names(typed, Reach::Anywhere)?;
    let search = names.search()?;
    let mut found = search.prefix(typed, MOST);
    if found.is_empty() {
        found = search.find(typed, MOST / 4);
    }
    let nodes: Vec<Node> = found.iter().map(|m| Node(m.id)).collect();
    let values = names::values(session, &nodes)?;
    let concepts = found.into_iter().zip(values).filter_map(|(m, value)| {
        let Term::NamedNode(iri) = &value.term else {
            return None;
        };
        let label = value.label.filter(|label| search::begins(label, typed));
        Some(Found {
            short: session.prefixes.display(iri.as_str()),
            name: label.unwrap_or(m.matched),
        })
    });
    let visible = |found: &Found| !found.name.chars().any(char::is_control);
    Ok(concepts.filter(visible).collect())
}
