//! `run`: saved queries.

use std::fs;
use std::path::{Path, PathBuf};

use spargebra::Query;

use crate::answer::{Answer, Parameter, Queries, SavedQuery};
use crate::embedded;
use crate::error::{Error, Result};
use crate::names;
use crate::session::Session;
use crate::sparql;
use crate::sparql::binding::Binding;

/// Run a saved query; without a name list them with their parameters
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

/// A saved query with its text.
struct Saved {
    heading: SavedQuery,
    text: String,
    /// Its file, for messages.
    file: String,
}

/// Answers the query, or lists what there is.
///
/// # Errors
/// A name that no query has, arguments that do not fit, a query that is none.
pub fn run(args: &Args, session: &mut Session) -> Result<Answer> {
    let saved = saved(args, session)?;
    let Some(name) = &args.name else {
        let queries = saved.into_iter().map(|query| query.heading).collect();
        return Ok(Answer::Queries(Queries { queries }));
    };
    let query = bound(session, named(&saved, name)?, &args.arguments)?;
    sparql::ask(session, query)
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

/// The text of the query that is to be run, with what its parameters are; none where they are to be listed.
///
/// # Errors
/// A name that no query has, arguments that do not fit, a query that is none.
pub(super) fn text(args: &Args, session: &Session) -> Result<Option<String>> {
    let Some(name) = &args.name else {
        return Ok(None);
    };
    let saved = saved(args, session)?;
    let found = named(&saved, name)?;
    if found.heading.parameters.is_empty() {
        return Ok(Some(found.text.clone()));
    }
    let query = bound(session, found, &args.arguments)?;
    Ok(Some(format!("# {}\n{query}", found.heading.title)))
}

fn named<'a>(saved: &'a [Saved], name: &str) -> Result<&'a Saved> {
    let found = saved.iter().find(|query| query.heading.name == name);
    found.ok_or_else(|| {
        let known = saved.iter().map(|query| query.heading.name.as_str());
        let cure = match names::nearest(name, known) {
            Some(near) => format!("did you mean {near}?"),
            None => "`run` lists them".to_owned(),
        };
        Error::usage(format!("there is no saved query {name}"), cure)
    })
}

/// A saved query with its parameters bound.
fn bound(session: &Session, saved: &Saved, given: &[String]) -> Result<Query> {
    let mut query = sparql::parse_query(session, &saved.text, Some(&saved.file))?;
    for (parameter, argument) in arguments(&saved.heading, given)? {
        query = Binding::new(session, &parameter.name, &argument)?.apply(query)?;
    }
    Ok(query)
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
                    format!("give it, as in `run {} {}`", query.name, "EKS"),
                )
            })?;
            Ok((parameter, argument))
        })
        .collect()
}

/// The user's own queries, then the built-in ones whose names they leave free; by name.
fn saved(args: &Args, session: &Session) -> Result<Vec<Saved>> {
    let mut found: Vec<Saved> = Vec::new();
    for path in &args.queries {
        session
            .settings
            .files(&format!("reading {}", path.display()))?;
        let before = found.len();
        for file in query_files(path)? {
            let text = fs::read_to_string(&file).map_err(|e| Error::file(&file, e))?;
            add(&mut found, &file.display().to_string(), &text);
        }
        if found.len() == before {
            return Err(Error::usage(
                format!("{}: no saved query here", path.display()),
                "saved queries end in .rq",
            ));
        }
    }
    for (name, text) in embedded::queries("ontology/queries/") {
        add(&mut found, name, text);
    }
    found.sort_by(|a, b| a.heading.name.cmp(&b.heading.name));
    Ok(found)
}

fn add(found: &mut Vec<Saved>, file: &str, text: &str) {
    let stem = Path::new(file).file_stem().unwrap_or_default();
    let heading = heading(&stem.to_string_lossy(), text);
    if found.iter().all(|known| known.heading.name != heading.name) {
        found.push(Saved {
            heading,
            text: text.to_owned(),
            file: file.to_owned(),
        });
    }
}

fn query_files(path: &Path) -> Result<Vec<PathBuf>> {
    if !path.is_dir() {
        return Ok(vec![path.to_owned()]);
    }
    let mut files = Vec::new();
    for entry in fs::read_dir(path).map_err(|e| Error::file(path, e))? {
        let file = entry.map_err(|e| Error::file(path, e))?.path();
        if file.extension().is_some_and(|extension| extension == "rq") {
            files.push(file);
        }
    }
    files.sort();
    Ok(files)
}

/// Reads a query's heading, its leading comment lines: `# title: …`, `# param NAME: what it is (default: …)`.
fn heading(name: &str, text: &str) -> SavedQuery {
    let mut query = SavedQuery {
        name: name.to_owned(),
        title: String::new(),
        parameters: Vec::new(),
    };
    for line in text.lines().take_while(|line| line.starts_with('#')) {
        let line = line.trim_start_matches('#').trim();
        if let Some(title) = line.strip_prefix("title:") {
            query.title = title.trim().to_owned();
        } else if let Some((name, description)) =
            line.strip_prefix("param ").and_then(|p| p.split_once(':'))
        {
            query.parameters.push(parameter(name, description.trim()));
        }
    }
    query
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
        let query = heading(
            "uses",
            "# title: What uses it\n# param concept: the concept\n# param lang: labels (default: \"en\")\n\nASK {}",
        );
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

    #[test]
    fn every_built_in_query_has_a_title() {
        for (name, text) in embedded::queries("ontology/queries/") {
            assert!(!heading(name, text).title.is_empty(), "{name}");
        }
    }
}
