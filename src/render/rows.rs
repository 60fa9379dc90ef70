//! Solutions of SELECT and the truth of ASK: the SPARQL standards' formats, and lines.

use std::io::Write;

use oxrdf::{Literal, Term, Variable};
use serde_json::{Map, Value, json};
use sparesults::{QueryResultsFormat, QueryResultsSerializer};

use super::{Format, text};
use crate::answer::Rows;
use crate::error::{Error, Result};
use crate::prefixes::Prefixes;
use crate::printable::{visible, width};

/// Writes solutions as [SPARQL results](https://www.w3.org/TR/sparql12-results-json/) in CSV, TSV, JSON or XML, as they come.
///
/// # Errors
/// Results that fail, output that fails.
pub fn write_standard(rows: Rows, format: Format, out: &mut dyn Write) -> Result<()> {
    let variables: Vec<Variable> = rows.variables.iter().map(Variable::new_unchecked).collect();
    let mut writer = QueryResultsSerializer::from_format(standard(format))
        .serialize_solutions_to_writer(&mut *out, variables.clone())?;
    for solution in rows.solutions {
        let solution = solution?;
        writer.serialize(
            variables
                .iter()
                .zip(&solution)
                .filter_map(|(variable, term)| Some((variable.as_ref(), term.as_ref()?.as_ref()))),
        )?;
    }
    writer.finish()?;
    end_line(format, out)
}

/// JSON and XML end without a line end.
fn end_line(format: Format, out: &mut dyn Write) -> Result<()> {
    match format {
        Format::Json | Format::Xml => Ok(writeln!(out)?),
        _ => Ok(()),
    }
}

fn standard(format: Format) -> QueryResultsFormat {
    match format {
        Format::Csv => QueryResultsFormat::Csv,
        Format::Json => QueryResultsFormat::Json,
        Format::Xml => QueryResultsFormat::Xml,
        _ => QueryResultsFormat::Tsv,
    }
}

/// Writes the truth of ASK: a word, or a standard format.
///
/// # Errors
/// Output that fails.
pub fn write_boolean(truth: bool, format: Format, out: &mut dyn Write) -> Result<()> {
    match format {
        Format::Json | Format::Xml => {
            QueryResultsSerializer::from_format(standard(format))
                .serialize_boolean_to_writer(&mut *out, truth)?;
            end_line(format, out)
        }
        _ => Ok(writeln!(out, "{truth}")?),
    }
}

/// Writes an object a line: variables to terms as in [SPARQL results in JSON](https://www.w3.org/TR/sparql12-results-json/).
///
/// # Errors
/// Results that fail, output that fails.
pub fn write_json_lines(rows: Rows, out: &mut dyn Write) -> Result<()> {
    for solution in rows.solutions {
        let line: Map<String, Value> = rows
            .variables
            .iter()
            .zip(solution?)
            .filter_map(|(variable, term)| Some((variable.clone(), json_term(&term?))))
            .collect();
        serde_json::to_writer(&mut *out, &line).map_err(|e| Error::Output(e.into()))?;
        writeln!(out)?;
    }
    Ok(())
}

fn json_term(term: &Term) -> Value {
    match term {
        Term::NamedNode(node) => json!({"type": "uri", "value": node.as_str()}),
        Term::BlankNode(node) => json!({"type": "bnode", "value": node.as_str()}),
        Term::Literal(literal) => json_literal(literal),
        Term::Triple(triple) => json!({"type": "triple", "value": {
            "subject": json_term(&Term::from(triple.subject.clone())),
            "predicate": json_term(&Term::from(triple.predicate.clone())),
            "object": json_term(&triple.object),
        }}),
    }
}

fn json_literal(literal: &Literal) -> Value {
    let mut object = json!({"type": "literal", "value": literal.value()});
    if let Some(language) = literal.language() {
        object["xml:lang"] = json!(language);
        if let Some(direction) = literal.direction() {
            object["its:dir"] = json!(direction.to_string());
        }
    } else if literal.datatype() != oxrdf::vocab::xsd::STRING {
        object["datatype"] = json!(literal.datatype().as_str());
    }
    object
}

/// Writes a Markdown table.
///
/// # Errors
/// Results that fail, output that fails.
pub fn write_markdown(rows: Rows, prefixes: &Prefixes, out: &mut dyn Write) -> Result<()> {
    let cells = |cells: Vec<String>| format!("| {} |", cells.join(" | "));
    let heads = rows.variables.iter().map(|v| text::markdown(v)).collect();
    writeln!(out, "{}", cells(heads))?;
    writeln!(
        out,
        "{}",
        cells(vec!["---".to_owned(); rows.variables.len()])
    )?;
    for solution in rows.solutions {
        let line = solution?
            .iter()
            .map(|term| {
                let shown = term.as_ref().map(|t| text::term(t, prefixes));
                text::markdown(&shown.unwrap_or_default())
            })
            .collect();
        writeln!(out, "{}", cells(line))?;
    }
    Ok(())
}

/// Writes a line for each value, solutions set apart by a heading.
///
/// # Errors
/// Results that fail, output that fails.
pub fn write_vertical(rows: Rows, prefixes: &Prefixes, out: &mut dyn Write) -> Result<()> {
    for (i, solution) in rows.solutions.enumerate() {
        write_record(i + 1, &rows.variables, &solution?, prefixes, out)?;
    }
    Ok(())
}

/// Writes one solution, a line for each value, below its number.
///
/// # Errors
/// Output that fails.
pub fn write_record(
    number: usize,
    variables: &[String],
    solution: &[Option<Term>],
    prefixes: &Prefixes,
    out: &mut dyn Write,
) -> Result<()> {
    let widest = variables.iter().map(|v| width(v)).max().unwrap_or(0);
    writeln!(out, "── {number} ──")?;
    for (variable, term) in variables.iter().zip(solution) {
        let shown = term.as_ref().map(|t| text::term(t, prefixes));
        let pad = " ".repeat(widest - width(variable));
        let name = visible(variable);
        writeln!(out, "{pad}{name} │ {}", shown.unwrap_or_default())?;
    }
    Ok(())
}
