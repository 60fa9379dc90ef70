//! `query`: a SPARQL query from a file, the command line or standard input.

use std::fs;
use std::path::{Path, PathBuf};

use oxrdf::Literal;
use oxrdf::vocab::xsd;

use crate::answer::{Answer, Rows};
use crate::error::{Error, Result};
use crate::plan;
use crate::session::Session;
use crate::sparql;
use crate::sparql::binding::Binding;

/// Ask a SPARQL query: SELECT, ASK, CONSTRUCT or DESCRIBE
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
    /// Show in which order the patterns are matched, and how many rows are expected, instead of the answer
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
}

/// Answers the query.
///
/// # Errors
/// A query that does not parse or cannot be evaluated.
pub fn run(args: &Args, session: &mut Session) -> Result<Answer> {
    let (text, name) = read_text(args.text.as_deref(), args.file.as_deref(), session)?;
    let text = sparql::without_terminator(&text);
    let mut query = sparql::parse_query(session, text, name.as_deref())?;
    for binding in &args.bind {
        query = Binding::read(session, binding)?.apply(query)?;
    }
    if args.explain {
        return Ok(explained(session.graph.explain(&query)?));
    }
    sparql::ask(session, query)
}

/// The steps of a plan as rows.
fn explained(steps: Vec<plan::Step>) -> Answer {
    let row = |(number, step): (usize, plan::Step)| {
        let cells: [Literal; 3] = [
            (number as u64 + 1).into(),
            Literal::new_typed_literal(format!("{:.1}", step.rows), xsd::DECIMAL),
            step.pattern.into(),
        ];
        cells.map(|cell| Some(cell.into())).to_vec()
    };
    let rows: Vec<_> = steps.into_iter().enumerate().map(row).collect();
    Answer::Rows(Rows {
        variables: ["step", "rows", "pattern"].map(str::to_owned).to_vec(),
        solutions: rows.into(),
    })
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
