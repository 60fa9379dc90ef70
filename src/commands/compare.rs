//! `compare`: how concepts are alike and how they differ.

mod align;
mod alike;
mod profile;
mod siblings;
mod told;
mod verdict;

use std::collections::HashSet;

use crate::answer::{Ancestor, Answer, Comparison, Exam, Path};
use crate::cli::Options;
use crate::error::Result;
use crate::facts::{self, Scope};
use crate::graph::Node;
use crate::hierarchy::{self, Ancestry};
use crate::language::Language;
use crate::names;
use crate::provenance;
use crate::rank;
use crate::session::Session;
use crate::walk::Ways;
use siblings::Siblings;

pub(super) use profile::with_broader;
pub(super) use told::descriptions;

/// How many rows a section has unless all are asked for.
const ROWS: usize = 12;

/// How many values a cell names unless all are asked for.
const VALUES: usize = 8;

/// How many least common ancestors are told.
const ANCESTORS: usize = 3;

/// How many values of a property two concepts are seen to share, unless everything is read.
const COMMON: usize = 5_000;

/// How long a path between two concepts without a direct link may be, and through how many facts of a concept it may go.
const HOPS: usize = 4;
const DEGREE: u64 = 1000;

/// Compare concepts: `compare X vs Y`
///
/// What they share, how they differ, and what is said of one only. Silence is never taken for a no.
#[derive(Debug, Clone, clap::Args)]
pub struct Args {
    /// The concepts: X vs Y [vs Z…], or one a word
    #[arg(required = true, value_name = "NAME")]
    names: Vec<String>,
    /// Read everything, however long that takes
    #[arg(long)]
    exact: bool,
    /// Show all rows and values
    #[arg(long)]
    all: bool,
}

impl Args {
    /// Compares what stands in these words, without reading everything.
    pub(super) fn of(names: Vec<String>) -> Self {
        Self {
            names,
            exact: false,
            all: false,
        }
    }
}

/// Compares concepts.
///
/// # Errors
/// A name that does not resolve; fewer than two concepts; an endpoint that fails; a command that was stopped.
pub fn run(args: &Args, session: &Session, options: &Options) -> Result<Answer> {
    let usage = "write it as `compare X vs Y`";
    let items = super::two_or_more(session, &args.names, "vs", usage)?;
    let scope = Scope::of(session, options)?;
    let comparison = session
        .token()
        .run(|| compare(session, &items, &scope, args.exact, args.all))??;
    Ok(Answer::Comparison(Box::new(comparison)))
}

/// Compares nodes; see [`Args`] for `exact` and `all`.
///
/// # Errors
/// An endpoint that fails.
pub fn compare(
    session: &Session,
    items: &[Node],
    scope: &Scope,
    exact: bool,
    all: bool,
) -> Result<Comparison> {
    let (cap, common) = match exact {
        true => (usize::MAX - 1, usize::MAX - 1),
        false => (facts::CAP, COMMON),
    };
    let ancestries = hierarchy::ancestries(session, items)?;
    let mut profiles = Vec::new();
    for (&item, ancestry) in items.iter().zip(&ancestries) {
        profiles.push(profile::read(session, item, ancestry, scope, cap)?);
    }
    let siblings = Siblings::of(session, items, &ancestries)?;
    let scopes: Vec<_> = profiles
        .iter()
        .map(|profile| profile.scope.clone())
        .collect();
    let mut aligned = align::align(session, items, profiles, &siblings, common)?;
    let paths = match aligned.relations.is_empty() {
        true => paths(session, items, scope, &aligned)?,
        false => Vec::new(),
    };
    let (rows, values) = match all {
        true => (usize::MAX, usize::MAX),
        false => (ROWS, VALUES),
    };
    let left_out = aligned.shorten(session, rows, values)?;
    let alike = alike::alike(session, &aligned.differences)?;
    let told = told::Told::read(session, &aligned, &alike)?;
    let mut denied = told.rows(&aligned.denied);
    denied.extend(told::uncertain(session, items)?);
    let mut exam = Exam {
        items: Vec::new(),
        claims: provenance::claims(session, items)?,
    };
    for (&item, scope) in items.iter().zip(&scopes) {
        exam.items.push(facts::groups_of(session, item, scope)?);
    }
    let mut comparison = Comparison {
        items: names::values(session, items)?,
        descriptions: told::descriptions(session, items)?,
        verdict: String::new(),
        relations: told.statements(session, &aligned.relations),
        ancestors: ancestors(session, &ancestries)?,
        shared: told.rows(&aligned.shared),
        differences: told.rows(&aligned.differences),
        alike: told.alike(&aligned.differences, &alike),
        only: told.rows(&aligned.only),
        denied,
        paths,
        exam,
        left_out,
        partial: aligned.partial,
    };
    let language = Language::of(&session.languages);
    comparison.verdict = verdict::verdict(&comparison, language);
    Ok(comparison)
}

/// What is least above all items, most informative first, with the sources of the steps up to it.
fn ancestors(session: &Session, ancestries: &[Ancestry]) -> Result<Vec<Ancestor>> {
    let all: Vec<&Ancestry> = ancestries.iter().collect();
    let least = hierarchy::least_common(&all);
    let information = hierarchy::information(session, &least)?;
    let mut found: Vec<(Node, f64)> = least.into_iter().zip(information).collect();
    let hash = |node: Node| rank::hash(&session.graph.term(node));
    found.sort_by(|a, b| b.1.total_cmp(&a.1).then_with(|| hash(a.0).cmp(&hash(b.0))));
    found.truncate(ANCESTORS);
    let nodes: Vec<Node> = found.iter().map(|(node, _)| *node).collect();
    let values = names::values(session, &nodes)?;
    let mut ancestors = Vec::new();
    for (item, (node, information_content)) in values.into_iter().zip(found) {
        let steps: Vec<_> = all.iter().flat_map(|a| a.way_to(node)).collect();
        let annotations = provenance::annotations(session, &steps)?;
        let mut sources: Vec<_> = annotations.into_iter().flat_map(|a| a.sources).collect();
        provenance::sort_sources(&mut sources);
        ancestors.push(Ancestor {
            item,
            information_content,
            distances: all
                .iter()
                .filter_map(|a| a.distances.get(&node).copied())
                .collect(),
            sources,
        });
    }
    Ok(ancestors)
}

/// How items without a direct link are connected, whichever is named first, unless by something that they share, which
/// is told already. That one is denied what another has connects nothing.
fn paths(
    session: &Session,
    items: &[Node],
    scope: &Scope,
    aligned: &align::Aligned,
) -> Result<Vec<Path>> {
    let denials = session.role_nodes().denied_by.iter();
    let denials: Vec<Node> = denials.map(|(_, denial)| *denial).collect();
    let ways = Ways::new(session, HOPS, DEGREE)
        .reaching(items)
        .avoiding(&scope.hidden)
        .avoiding(&denials)
        .only(&scope.only);
    let mut ends = items.to_vec();
    ends.sort_by_cached_key(|node| rank::hash(&session.graph.term(*node)));
    let mut legs = super::path::joining(&ways, &ends)?;
    let shared = aligned.shared.iter().flat_map(|line| &line.cells).flatten();
    let shared: HashSet<Node> = shared.map(|known| known.value).collect();
    legs.retain_not_through(&shared);
    let mut paths = super::path::paths(session, &legs)?;
    let place = |node: Node| items.iter().position(|item| *item == node);
    for (path, (start, end)) in paths.iter_mut().zip(legs.ends()) {
        if place(start) > place(end) {
            path.turn();
        }
    }
    Ok(paths)
}

#[cfg(test)]
mod tests;
