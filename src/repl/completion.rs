//! What Tab offers: by the place in the grammar, from what the graph holds.

use std::collections::HashSet;

use oxrdf::Term;

use crate::error::Result;
use crate::graph::{Node, Reach};
use crate::line;
use crate::session::Session;

pub use vocabulary::Vocabulary;

mod command;
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
        command::command(session, vocabulary, before)?
    };
    let mut seen = HashSet::new();
    offer.candidates.retain(|c| seen.insert(c.text.clone()));
    offer.candidates.truncate(MOST);
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

/// Concepts one of whose names begins as typed; failing that, those that `find` finds.
fn concepts(
    session: &Session,
    typed: &str,
    written: impl Fn(&str, &str) -> String,
) -> Result<Vec<Candidate>> {
    if typed.is_empty() {
        return Ok(Vec::new());
    }
    let names = session.names(typed, Reach::Anywhere)?;
    let search = names.search()?;
    let mut found = search.prefix(typed, MOST);
    if found.is_empty() {
        found = search.find(typed, MOST / 4);
    }
    Ok(found
        .into_iter()
        .filter(|m| !m.matched.chars().any(char::is_control))
        .filter_map(|m| match session.graph.term(Node(m.id)) {
            Term::NamedNode(iri) => {
                let short = session.prefixes.display(iri.as_str());
                let text = written(&short, &m.matched);
                let about = if text == short { m.matched } else { short };
                Some(Candidate { text, about })
            }
            _ => None,
        })
        .collect())
}
