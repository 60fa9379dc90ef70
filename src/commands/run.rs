//! `run`: saved queries.

use std::path::PathBuf;

use spargebra::Query;

use crate::answer::{Answer, Parameter, Queries, SavedQuery};
use crate::error::{Error, Result};
use crate::names;
use crate::query_file::{self, QueryFile};
use crate::session::Session;
use crate::sparql::binding::Binding;
use crate::sparql::{self, Statement};

/// Run a saved query; without a name list them
///
/// The list tells what arguments each query takes.
#[derive(Debug, Clone, clap::Args)]
pub struct Args {
    /// The query's name
    #[arg(value_name = "QUERY")]
    name: Option<String>,
    /// What its parameters are, in their order: names of concepts, or terms in Turtle syntax
    #[arg(value_name = "ARG", requires = "name")]
    arguments: Vec<String>,
    /// A file or folder of your own queries (repeatable)
    #[arg(long, value_name = "PATH")]
    queries: Vec<PathBuf>,
}

/// Where the built-in queries lie.
const FOLDER: &str = "ontology/queries/";

/// A saved query with its file.
struct Saved {
    heading: SavedQuery,
    file: QueryFile,
}

/// Answers the query, or lists what there is.
///
/// # Errors
/// A name that no query has, arguments that do not fit, a query that is none.
pub fn run(args: &Args, session: &mut Session) -> Result<Answer> {
    match statement(args, session)? {
        Some(query) => sparql::ask(session, query),
        None => {
            let saved = saved(args, session)?.into_iter();
            let queries = saved.map(|query| query.heading).collect();
            Ok(Answer::Queries(Queries { queries }))
        }
    }
}

impl Args {
    /// The built-in query of this name with these arguments.
    pub(super) fn of(name: &str, arguments: &[String]) -> Self {
        Self {
            name: Some(name.to_owned()),
            arguments: arguments.to_vec(),
            queries: Vec::new(),
        }
    }
}

/// The query that is to be run; none where they are to be listed.
///
/// # Errors
/// A name that no query has, arguments that do not fit, a query that is none.
pub(super) fn statement(args: &Args, session: &Session) -> Result<Option<Statement<Query>>> {
    let Some(name) = &args.name else {
        return Ok(None);
    };
    let saved = saved(args, session)?;
    bound(session, named(&saved, name)?, &args.arguments).map(Some)
}

fn named<'a>(saved: &'a [Saved], name: &str) -> Result<&'a Saved> {
    let found = saved.iter().find(|query| query.heading.name == name);
    found.ok_or_else(|| {
        let known = saved.iter().map(|query| query.heading.name.as_str());
        let cure = names::did_you_mean(name, known, "`run` lists them");
        Error::usage(format!("there is no saved query {name}"), cure)
    })
}

/// A saved query with its parameters bound.
fn bound(session: &Session, saved: &Saved, given: &[String]) -> Result<Statement<Query>> {
    let query = sparql::parse_query(session, &saved.file.text, Some(&saved.file.path))?;
    let arguments = arguments(&saved.heading, given)?;
    if arguments.is_empty() {
        return Ok(query);
    }
    let mut algebra = query.algebra;
    for (parameter, argument) in arguments {
        algebra = Binding::new(session, &parameter.name, &argument)?.apply(algebra)?;
    }
    Ok(Statement {
        text: format!("# {}\n{algebra}", saved.heading.title),
        algebra,
        added: 0,
    })
}

/// Each parameter with what it is.
fn arguments<'a>(query: &'a SavedQuery, given: &[String]) -> Result<Vec<(&'a Parameter, String)>> {
    let parameters = &query.parameters;
    if given.len() > parameters.len() {
        return Err(Error::usage(
            format!(
                "{} takes {} arguments, not {}",
                query.name,
                parameters.len(),
                given.len()
            ),
            "put names of several words in quotes",
        ));
    }
    parameters
        .iter()
        .enumerate()
        .map(|(i, parameter)| {
            let argument = given.get(i).or(parameter.default.as_ref());
            let argument = argument.cloned().ok_or_else(|| {
                Error::usage(
                    format!(
                        "{} needs {}: {}",
                        query.name, parameter.name, parameter.description
                    ),
                    format!("give it, as in `run {} EKS`", query.name),
                )
            })?;
            Ok((parameter, argument))
        })
        .collect()
}

/// The user's own queries, then the built-in ones whose names they leave free; by name.
fn saved(args: &Args, session: &Session) -> Result<Vec<Saved>> {
    let mut files = query_file::read(&args.queries, &session.settings)?;
    files.extend(query_file::built_in(FOLDER));
    let mut found: Vec<Saved> = Vec::new();
    for file in files {
        if found.iter().all(|known| known.file.name != file.name) {
            let heading = heading(&file);
            found.push(Saved { heading, file });
        }
    }
    found.sort_by(|a, b| a.file.name.cmp(&b.file.name));
    Ok(found)
}

/// What a heading says of a query: `title: …`, `param NAME: what it is (default: …)`.
fn heading(file: &QueryFile) -> SavedQuery {
    let parameters = file.lines().filter_map(|(key, value)| {
        let name = key.strip_prefix("param ")?;
        Some(parameter(name, value))
    });
    SavedQuery {
        name: file.name.clone(),
        title: file.get("title").unwrap_or_default().to_owned(),
        parameters: parameters.collect(),
    }
}

fn parameter(name: &str, description: &str) -> Parameter {
    let split = description
        .strip_suffix(')')
        .and_then(|d| d.rsplit_once("(default:"));
    let (description, default) = match split {
        Some((description, default)) => (description.trim(), Some(default.trim().to_owned())),
        None => (description, None),
    };
    Parameter {
        name: name.trim().trim_start_matches('?').to_owned(),
        description: description.to_owned(),
        default,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_heading_tells_title_and_parameters() {
        let query = heading(&QueryFile::new(
            "uses.rq",
            "# title: What uses it\n# param concept: the concept\n# param lang: labels (default: \"en\")\n\nASK {}"
                .to_owned(),
        ));
        assert_eq!(query.title, "What uses it");
        let told: Vec<_> = query
            .parameters
            .iter()
            .map(|p| {
                (
                    p.name.as_str(),
                    p.description.as_str(),
                    p.default.as_deref(),
                )
            })
            .collect();
        assert_eq!(
            told,
            [
                ("concept", "the concept", None),
                ("lang", "labels", Some("\"en\""))
            ]
        );
    }
}
