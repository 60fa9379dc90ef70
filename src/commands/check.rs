//! `check`: integrity checks, each a SELECT query whose rows are faults.

use std::path::PathBuf;

use oxrdf::Term;

use crate::answer::{Answer, Checked, Checks, Detail, Fault, Rows, Severity};
use crate::error::{Error, Result};
use crate::language::Language;
use crate::query_file::{self, QueryFile};
use crate::session::Session;
use crate::sparql;
use data::Data;

mod answered;
mod data;

/// Where the built-in checks lie.
const FOLDER: &str = "ontology/checks/";

/// How many places of one check are listed.
const LISTED: usize = 1000;

/// Check the data: what is missing, contradicts itself or breaks the vocabulary
///
/// A check without a fault passes; a fault that is an error ends the program with 1.
#[derive(Debug, Clone, clap::Args)]
pub struct Args {
    /// Run the checks of this file or folder too (repeatable)
    #[arg(long, value_name = "PATH")]
    checks: Vec<PathBuf>,
}

/// Runs all checks on what is stated; a fault with severity error is the negative answer.
///
/// # Errors
/// A check that cannot be read or is not what a check should be.
pub fn run(args: &Args, session: &Session) -> Result<Answer> {
    let mut queries = query_file::built_in(FOLDER);
    queries.extend(query_file::read(&args.checks, &session.settings)?);
    let data = Data::new(session)?;
    let checks = queries
        .iter()
        .map(|query| checked(query, &data))
        .collect::<Result<_>>()?;
    Ok(Answer::Checks(Checks { checks }))
}

fn checked(check: &QueryFile, data: &Data) -> Result<Checked> {
    let language = Language::of(&data.session.languages);
    let said = |key: &str| check.get_in(key, language).map(str::to_owned);
    let mut checked = Checked {
        name: check.name.clone(),
        title: check.title(language).to_owned(),
        severity: severity(check)?,
        problem: said("problem"),
        cure: said("cure"),
        applies: applies(check, data)?,
        faults: Vec::new(),
        left_out: 0,
    };
    if checked.applies {
        let query = sparql::parse_query(&data.session, &check.text, Some(&check.path))?;
        match data.ask(query)? {
            Answer::Rows(rows) => find_faults(rows, data, &mut checked)?,
            _ => return Err(not_a_check(check, "it is no SELECT query")),
        }
    }
    Ok(checked)
}

fn severity(check: &QueryFile) -> Result<Severity> {
    match check.get("severity") {
        Some("error") | None => Ok(Severity::Error),
        Some("warning") => Ok(Severity::Warning),
        Some("info") => Ok(Severity::Info),
        Some(other) => {
            let cause = format!("its severity is {other}, not error, warning or info");
            Err(not_a_check(check, &cause))
        }
    }
}

/// Whether the check's own ASK query says that it applies; one without always does.
fn applies(check: &QueryFile, data: &Data) -> Result<bool> {
    let Some(ask) = check.get("applies") else {
        return Ok(true);
    };
    let text = format!("{}{ask}", check.prologue());
    let query = sparql::parse_query(&data.session, &text, Some(&check.path))?;
    match data.ask(query)? {
        Answer::Boolean(truth) => Ok(truth),
        _ => Err(not_a_check(check, "`applies` is no ASK query")),
    }
}

fn not_a_check(check: &QueryFile, cause: &str) -> Error {
    Error::usage(
        format!("{}: {cause}", check.path),
        "a check is a SELECT query whose rows are faults, `?focus` first, headed by # title:, problem:, cure:, severity: and applies:",
    )
}

fn find_faults(rows: Rows, data: &Data, checked: &mut Checked) -> Result<()> {
    let mut found: Vec<Vec<Option<Term>>> = Vec::new();
    for row in rows.solutions {
        let row = row?;
        // An aggregate over nothing is one row that says nothing.
        if row.iter().all(Option::is_none) {
            continue;
        }
        if found.len() < LISTED {
            found.push(row);
        } else {
            checked.left_out += 1;
        }
    }
    let terms = found.iter().flatten().flatten().cloned().collect();
    let mut values = data.labelled(terms)?.into_iter();
    for row in found {
        let cells = row
            .iter()
            .map(|cell| cell.as_ref().and_then(|_| values.next()));
        let mut cells: Vec<_> = rows.variables.iter().zip(cells).collect();
        let focus = cells.remove(0).1;
        let details = cells.into_iter().filter_map(|(name, value)| {
            Some(Detail {
                name: name.clone(),
                value: value?,
            })
        });
        checked.faults.push(Fault {
            focus,
            details: details.collect(),
        });
    }
    Ok(())
}

#[cfg(test)]
mod tests;
