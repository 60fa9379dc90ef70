//! Maps of what a query finds.

use std::collections::HashSet;

use oxrdf::Term;

use super::{Args, draw};
use crate::answer::Answer;
use crate::commands::{query, run};
use crate::error::{Error, Result};
use crate::graph::Node;
use crate::session::Session;
use crate::sparql;

/// The text of the query that the map is of as it is sent to an endpoint, if it is of one.
///
/// # Errors
/// A query that there is not, or that cannot be read.
pub(in crate::commands) fn text(args: &Args, session: &Session) -> Result<Option<String>> {
    if let Some(name) = &args.run {
        run::text(&run::Args::of(name, &args.names), session)
    } else if let Some(file) = &args.query_file {
        let (text, name) = query::read_text(None, Some(file), session)?;
        let query = sparql::parse_query(session, &text, name.as_deref())?;
        Ok(Some(query.text))
    } else {
        Ok(None)
    }
}

/// What a query found.
pub(super) struct Found {
    pub(super) title: String,
    pub(super) nodes: Vec<Node>,
    pub(super) edges: Option<Vec<draw::Edge>>,
}

/// Asks the query that the map is of, if it is of one.
pub(super) fn ask(args: &Args, session: &mut Session) -> Result<Option<Found>> {
    let (title, answer) = if let Some(name) = &args.run {
        (
            name.clone(),
            run::run(&run::Args::of(name, &args.names), session)?,
        )
    } else if let Some(file) = &args.query_file {
        let (text, name) = query::read_text(None, Some(file), session)?;
        let title = text.lines().find_map(|line| line.strip_prefix('#'));
        let title = title.map_or_else(|| file.display().to_string(), |t| t.trim().to_owned());
        let query = sparql::parse_query(session, &text, name.as_deref())?;
        (title, sparql::ask(session, query)?)
    } else {
        return Ok(None);
    };
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
