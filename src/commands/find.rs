//! `find`: concepts whose names match a text.

use crate::answer::{Answer, Find, Match};
use crate::error::{Error, Result};
use crate::graph::{Node, Reach};
use crate::names;
use crate::session::Session;

/// Find concepts by any name, initial consonants, wrong layout, typing errors
///
/// Names are labels, aliases and slips. Initial consonants are written as in ㅋㅂㄴㅌㅅ; 파드 typed with the other keyboard layout
/// is vkem. The best matches come first.
#[derive(Debug, Clone, clap::Args)]
pub struct Args {
    /// What to look for
    #[arg(required = true, value_name = "TEXT")]
    text: Vec<String>,
    /// At most this many matches
    #[arg(long, value_name = "N", default_value_t = 20)]
    top: usize,
}

/// Finds concepts; no match is the negative answer.
///
/// # Errors
/// An endpoint that fails.
pub fn run(args: &Args, session: &Session) -> Result<Answer> {
    let text = args.text.join(" ");
    if text.trim().is_empty() {
        return Err(Error::usage(
            "there is nothing to look for",
            "give a text, as in `find helm`",
        ));
    }
    let names = session.names(&text, Reach::Anywhere)?;
    let mut found = names.search()?.find(&text, args.top.saturating_add(1));
    let partial = found.len() > args.top;
    found.truncate(args.top);
    let nodes: Vec<Node> = found.iter().map(|m| Node(m.id)).collect();
    let values = names::values(session, &nodes)?;
    let matches = values
        .into_iter()
        .zip(found)
        .map(|(value, m)| Match {
            iri: value.iri().unwrap_or_default(),
            label: value.text(),
            matched: m.matched,
            score: m.score,
        })
        .collect();
    Ok(Answer::Find(Find { matches, partial }))
}
