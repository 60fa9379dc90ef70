//! Maps of what a query finds.

use std::collections::HashSet;

use oxrdf::Term;
use spargebra::Query;

use super::{Args, draw};
use crate::answer::Answer;
use crate::commands::{query, run};
use crate::error::{Error, Result};
use crate::graph::Node;
use crate::session::Session;
use crate::sparql::{self, Statement};

/// The query that the map is of, if it is of one, with its title.
///
/// # Errors
/// A query that there is not, or that cannot be read.
pub(in crate::commands) fn query(
    args: &Args,
    session: &Session,
) -> Result<Option<(String, Statement<Query>)>> {
    if let Some(name) = &args.run {
        let query = run::statement(&run::Args::of(name, &args.names), session)?;
        Ok(query.map(|query| (name.clone(), query)))
    } else if let Some(file) = &args.query_file {
        let asked = match &args.query {
            Some(text) => query::Args::of(text.clone()),
            None => query::Args::in_file(file),
        };
        let query = query::statement(&asked, session)?;
        let title = title(&query.text).map_or_else(|| file.display().to_string(), str::to_owned);
        Ok(Some((title, query)))
    } else {
        Ok(None)
    }
}

/// The first comment of a query that says something of it, which the one for the system at a file's beginning does not.
fn title(query: &str) -> Option<&str> {
    let comments = query.lines().filter_map(|line| line.strip_prefix('#'));
    let mut comments = comments.filter(|comment| !comment.starts_with('!'));
    let comment = comments.next()?.trim();
    Some(comment.strip_prefix("title:").unwrap_or(comment).trim())
}

/// What a query found.
pub(super) struct Found {
    pub(super) title: String,
    pub(super) nodes: Vec<Node>,
    pub(super) edges: Option<Vec<draw::Edge>>,
}

/// Asks the query that the map is of, if it is of one.
pub(super) fn ask(args: &Args, session: &mut Session) -> Result<Option<Found>> {
    let Some((title, query)) = query(args, session)? else {
        return Ok(None);
    };
    let answer = sparql::ask(session, query)?;
    let mut nodes: Vec<Node> = Vec::new();
    let mut edges = None;
    match answer {
        Answer::Rows(rows) => {
            for row in rows.solutions {
                let terms = row?.into_iter().flatten();
                nodes.extend(terms.filter_map(|term| known(session, &term)));
            }
        }
        Answer::Triples(triples) => {
            let mut found = Vec::new();
            for quad in triples.quads {
                let quad = quad?;
                let ends = (
                    known(session, &Term::from(quad.subject)),
                    session.graph.node(&quad.predicate),
                    known(session, &quad.object),
                );
                if let (Some(subject), Some(property), Some(object)) = ends {
                    nodes.extend([subject, object]);
                    found.push((subject, property, object));
                }
            }
            edges = Some(found);
        }
        other => {
            return Err(Error::usage(
                format!("{} cannot be drawn", other.kind()),
                "use SELECT or CONSTRUCT",
            ));
        }
    }
    let mut seen = HashSet::new();
    nodes.retain(|node| seen.insert(*node));
    Ok(Some(Found {
        title,
        nodes,
        edges,
    }))
}

/// The node of a term that may stand on a map.
fn known(session: &Session, term: &Term) -> Option<Node> {
    term.is_named_node().then(|| session.graph.node(term))?
}
