//! A comparison as CSV ([RFC 4180](https://www.rfc-editor.org/rfc/rfc4180)): a line for each value.

use std::io::Write;

use crate::answer::{Comparison, Direction, Row, Status, Value};
use crate::error::Result;

/// Writes section, property, direction, item, value, status, via and sources of every cell.
///
/// # Errors
/// Output that fails.
pub fn write(comparison: &Comparison, out: &mut dyn Write) -> Result<()> {
    line(
        &[
            "section",
            "property",
            "direction",
            "item",
            "value",
            "status",
            "via",
            "sources",
        ],
        out,
    )?;
    let sections = [
        ("same", &comparison.shared),
        ("difference", &comparison.differences),
        ("only", &comparison.only),
        ("denied", &comparison.denied),
    ];
    for (section, rows) in sections {
        for row in rows {
            cells(section, row, &comparison.items, out)?;
        }
    }
    Ok(())
}

fn cells(section: &str, row: &Row, items: &[Value], out: &mut dyn Write) -> Result<()> {
    let direction = match row.direction {
        Direction::Out => "out",
        Direction::In => "in",
    };
    for (item, cell) in items.iter().zip(&row.cells) {
        for entry in cell {
            let status = match entry.status {
                Status::Stated => "stated",
                Status::Inferred => "inferred",
                Status::Denied => "denied",
                Status::Inherited => "inherited",
                Status::Uncertain => "uncertain",
                Status::NotStated => "not-stated",
            };
            let text = |value: &Option<Value>| value.as_ref().map(Value::text).unwrap_or_default();
            let sources = entry.sources.iter().map(|source| match source.line {
                Some(line) => format!("L{line}"),
                None => source.iri.clone(),
            });
            let sources: Vec<String> = sources.collect();
            line(
                &[
                    section,
                    &row.property.text(),
                    direction,
                    &item.text(),
                    &text(&entry.value),
                    status,
                    &text(&entry.via),
                    &sources.join(" "),
                ],
                out,
            )?;
        }
    }
    Ok(())
}

fn line(fields: &[&str], out: &mut dyn Write) -> Result<()> {
    let quoted = fields.iter().map(|field| {
        if field.contains(['"', ',', '\n', '\r']) {
            format!("\"{}\"", field.replace('"', "\"\""))
        } else {
            (*field).to_owned()
        }
    });
    let quoted: Vec<String> = quoted.collect();
    Ok(write!(out, "{}\r\n", quoted.join(","))?)
}
