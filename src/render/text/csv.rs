//! A comparison as CSV ([RFC 4180](https://www.rfc-editor.org/rfc/rfc4180)): a line for each value.

use std::io::Write;

use crate::answer::{Comparison, Direction, Entry, Value};
use crate::error::Result;

/// Writes section, property, direction, item, value, status, via and sources of every relation, cell and exam remark.
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
    for said in &comparison.relations {
        let entry = Entry {
            value: Some(said.object.clone()),
            status: said.status(),
            via: None,
            qualifiers: Vec::new(),
            sources: said.sources.clone(),
        };
        let item = &said.subject;
        fact(
            "relation",
            &said.property,
            Direction::Out,
            item,
            &entry,
            out,
        )?;
    }
    for (section, rows) in comparison.sections() {
        for row in rows {
            for (item, cell) in comparison.items.iter().zip(&row.cells) {
                for entry in cell {
                    fact(section, &row.property, row.direction, item, entry, out)?;
                }
            }
        }
    }
    for (item, groups) in comparison.items.iter().zip(&comparison.exam.items) {
        for group in groups {
            for entry in &group.values {
                fact("exam", &group.property, group.direction, item, entry, out)?;
            }
        }
    }
    Ok(())
}

fn fact(
    section: &str,
    property: &Value,
    direction: Direction,
    item: &Value,
    entry: &Entry,
    out: &mut dyn Write,
) -> Result<()> {
    let text = |value: &Option<Value>| value.as_ref().map(Value::text).unwrap_or_default();
    let sources = entry.sources.iter().map(|source| match source.line {
        Some(line) => format!("L{line}"),
        None => source.iri.clone(),
    });
    let sources: Vec<String> = sources.collect();
    line(
        &[
            section,
            &property.text(),
            direction.name(),
            &item.text(),
            &text(&entry.value),
            entry.status.name(),
            &text(&entry.via),
            &sources.join(" "),
        ],
        out,
    )
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
