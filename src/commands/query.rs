//! `query`: a SPARQL query from a file, the command line or standard input.

use std::fs;
use std::path::{Path, PathBuf};

use spargebra::Query;

use crate::answer::Answer;
use crate::error::{Error, Result};
use crate::session::Session;
use crate::sparql::binding::Binding;
use crate::sparql::{self, Statement};

/// Ask a SPARQL query
///
/// It may be SELECT, ASK, CONSTRUCT or DESCRIBE. Prefixes of the data and of common vocabularies need no declaration.
#[derive(Debug, Clone, clap::Args)]
pub struct Args {
    /// The file of the query; `-` or none is standard input
    #[arg(value_name = "FILE", conflicts_with = "text")]
    pub(super) file: Option<PathBuf>,
    /// The query itself
    #[arg(short = 'q', long = "query", value_name = "TEXT")]
    pub(super) text: Option<String>,
    /// Bind a variable, as in `concept=:EKS`, `label='"파드"@ko'` or `concept="container image"` (repeatable)
    #[arg(long, value_name = "NAME=TERM")]
    bind: Vec<String>,
    /// Show how the query is carried out, with rows and times, instead of the answer
    #[arg(long)]
    explain: bool,
    /// Exit with 1 when ASK is false or nothing is found
    #[arg(long)]
    pub exit_status: bool,
}

impl Args {
    /// A query that is at hand as a text.
    pub fn of(text: String) -> Self {
        Self {
            file: None,
            text: Some(text),
            bind: Vec::new(),
            explain: false,
            exit_status: false,
        }
    }

    /// A query in a file.
    pub(super) fn in_file(file: &Path) -> Self {
        Self {
            file: Some(file.to_owned()),
            text: None,
            ..Self::of(String::new())
        }
    }

    /// A query of which is to be told how it is carried out.
    pub fn explaining(text: String) -> Self {
        Self {
            explain: true,
            ..Self::of(text)
        }
    }
}

/// Answers the query.
///
/// # Errors
/// A query that does not parse or cannot be evaluated.
pub fn run(args: &Args, session: &mut Session) -> Result<Answer> {
    let query = statement(args, session)?;
    if args.explain {
        let graph = &session.graph;
        return graph.explain(query.algebra, &session.prefixes, &session.token());
    }
    sparql::ask(session, query)
}

/// The query with its variables bound.
///
/// # Errors
/// A query that cannot be read or does not parse.
pub(super) fn statement(args: &Args, session: &Session) -> Result<Statement<Query>> {
    let (text, name) = read_text(args.text.as_deref(), args.file.as_deref(), session)?;
    let text = sparql::without_terminator(&text);
    let mut query = sparql::parse_query(session, text, name.as_deref())?;
    for binding in &args.bind {
        query = Binding::read(session, binding)?
            .apply(query.algebra)?
            .into();
    }
    Ok(query)
}

/// The text given, or that of the file, with the file's name for messages.
pub(super) fn read_text(
    text: Option<&str>,
    file: Option<&Path>,
    session: &Session,
) -> Result<(String, Option<String>)> {
    if let Some(text) = text {
        return Ok((text.to_owned(), None));
    }
    let Some(path) = file else {
        return Err(Error::usage(
            "there is no query",
            "give a file, or the query itself with -q",
        ));
    };
    session
        .settings
        .files(&format!("reading {}", path.display()))?;
    let text = fs::read_to_string(path).map_err(|e| Error::file(path, e))?;
    Ok((text, Some(path.display().to_string())))
}
