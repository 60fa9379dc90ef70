//! The saved queries that there are.

use std::io::Write;

use super::markdown;
use crate::answer::Queries;
use crate::error::Result;
use crate::printable::{visible, width};
use crate::render::Format;

/// Writes each query's name and title, and its parameters below.
///
/// # Errors
/// Output that fails.
pub fn write(queries: &Queries, format: Format, out: &mut dyn Write) -> Result<()> {
    let widest = queries.queries.iter().map(|q| width(&q.name)).max();
    for query in &queries.queries {
        let title = visible(&query.title);
        let name = visible(&query.name);
        if format == Format::Markdown {
            writeln!(out, "- **{}** {}", markdown(&name), markdown(&title))?;
        } else {
            let pad = widest.unwrap_or(0) - width(&name);
            writeln!(out, "{name}{}  {title}", " ".repeat(pad))?;
        }
        for parameter in &query.parameters {
            let default = match &parameter.default {
                Some(default) => format!(" (default: {default})"),
                None => String::new(),
            };
            let told = format!("{}: {}{default}", parameter.name, parameter.description);
            if format == Format::Markdown {
                writeln!(out, "  - {}", markdown(&told))?;
            } else {
                writeln!(
                    out,
                    "{}  {}",
                    " ".repeat(widest.unwrap_or(0)),
                    visible(&told)
                )?;
            }
        }
    }
    Ok(())
}
