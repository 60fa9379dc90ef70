//! Text for reading: terms as they are shown, and the answers about concepts.

use std::io::Write;

use oxrdf::vocab::xsd;
use oxrdf::{Literal, Term};

use super::{Format, View};
use crate::answer::{Answer, Find, Stats};
use crate::error::Result;
use crate::prefixes::Prefixes;
use crate::printable::visible;

mod check;
mod compare;
mod csv;
mod diff;
pub mod inline;
mod map;
mod path;
mod queries;
mod show;
mod tree;
mod why;

/// Writes an answer about concepts.
///
/// # Errors
/// Output that fails.
pub fn write(answer: &Answer, format: Format, view: &View<'_>, out: &mut dyn Write) -> Result<()> {
    match answer {
        Answer::Find(find) => write_find(find, format, view, out),
        Answer::Stats(stats) => write_stats(stats, format, view, out),
        Answer::Comparison(comparison) => compare::write(comparison, format, view, out),
        Answer::Map(map) => map::write(map, format, view, out),
        Answer::Paths(paths) => path::write(paths, format, view, out),
        Answer::Why(why) => why::write(why, format, view, out),
        Answer::Diff(diff) => diff::write(diff, format, view, out),
        Answer::Checks(checks) => check::write(checks, format, view, out),
        Answer::Show(show) => show::write(show, format, view, out),
        Answer::Tree(tree) => tree::write(tree, format, view, out),
        Answer::Queries(queries) => queries::write(queries, format, out),
        _ => Ok(()),
    }
}

/// A term for the eye: short IRIs, plain strings, numbers as numbers; control characters made visible.
pub fn term(term: &Term, prefixes: &Prefixes) -> String {
    match term {
        Term::NamedNode(node) => visible(&prefixes.display(node.as_str())),
        Term::BlankNode(node) => node.to_string(),
        Term::Literal(literal) => shown_literal(literal, prefixes),
        Term::Triple(triple) => format!(
            "<<( {} {} {} )>>",
            self::term(&Term::from(triple.subject.clone()), prefixes),
            self::term(&Term::from(triple.predicate.clone()), prefixes),
            self::term(&triple.object, prefixes),
        ),
    }
}

fn shown_literal(literal: &Literal, prefixes: &Prefixes) -> String {
    let value = visible(literal.value());
    if let Some(language) = literal.language() {
        return format!("{value} @{language}");
    }
    let plain = [
        xsd::STRING,
        xsd::INTEGER,
        xsd::DECIMAL,
        xsd::DOUBLE,
        xsd::BOOLEAN,
    ];
    if plain.contains(&literal.datatype()) {
        return value;
    }
    format!(
        "{value} ^^{}",
        visible(&prefixes.display(literal.datatype().as_str()))
    )
}

/// A text that Markdown and HTML take literally inside a table's cell.
pub fn markdown(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in visible(text).chars() {
        match c {
            '\\' | '`' | '*' | '_' | '[' | ']' | '|' | '~' | '#' | '$' => {
                out.push('\\');
                out.push(c);
            }
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '&' => out.push_str("&amp;"),
            c => out.push(c),
        }
    }
    out
}

fn write_find(find: &Find, format: Format, view: &View<'_>, out: &mut dyn Write) -> Result<()> {
    for found in &find.matches {
        let short = visible(&view.prefixes.display(&found.iri));
        let label = visible(&found.label);
        let matched = visible(&found.matched);
        let through = if matched == label {
            String::new()
        } else {
            format!(" ({matched})")
        };
        if format == Format::Markdown {
            let line = format!("- **{}** `{short}`{}", markdown(&label), markdown(&through));
            writeln!(out, "{line}")?;
        } else {
            writeln!(out, "{label}  {short}{through}")?;
        }
    }
    Ok(())
}

fn write_stats(stats: &Stats, format: Format, view: &View<'_>, out: &mut dyn Write) -> Result<()> {
    let heading = |out: &mut dyn Write, text: &str| match format {
        Format::Markdown => writeln!(out, "\n## {text}\n"),
        _ => writeln!(out, "\n{text}"),
    };
    let bullet = if format == Format::Markdown {
        "- "
    } else {
        "  "
    };
    writeln!(
        out,
        "{}: {} triples, {} subjects, {} objects",
        visible(&stats.graph),
        stats.triples,
        stats.subjects,
        stats.objects
    )?;
    for (title, counts) in [
        ("Kinds", &stats.kinds),
        ("Named graphs", &stats.named_graphs),
    ] {
        if !counts.is_empty() {
            heading(out, title)?;
        }
        for count in counts {
            let name = term(&count.item.term, view.prefixes);
            writeln!(out, "{bullet}{:>9}  {name}", count.count)?;
        }
    }
    heading(out, "Predicates (triples, subjects, objects)")?;
    for predicate in &stats.predicates {
        let name = term(&predicate.item.term, view.prefixes);
        writeln!(
            out,
            "{bullet}{:>9} {:>9} {:>9}  {name}",
            predicate.count, predicate.subjects, predicate.objects
        )?;
    }
    if !stats.file.is_empty() {
        heading(out, "Besides")?;
    }
    for (what, said) in &stats.file {
        writeln!(out, "{bullet}{}: {}", visible(what), visible(said))?;
    }
    heading(out, "Prefixes")?;
    for prefix in &stats.prefixes {
        writeln!(out, "{bullet}{}: <{}>", prefix.prefix, visible(&prefix.iri))?;
    }
    Ok(())
}
