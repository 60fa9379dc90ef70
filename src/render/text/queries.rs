//! The saved queries that there are.

use super::markdown;
use super::page::Page;
use crate::answer::Queries;
use crate::error::Result;
use crate::printable::{visible, width};

/// Writes each query's name and title, and its parameters below.
///
/// # Errors
/// Output that fails.
pub fn write(queries: &Queries, page: &mut Page<'_>) -> Result<()> {
    let widest = queries.queries.iter().map(|q| width(&q.name)).max();
    for query in &queries.queries {
        let title = visible(&query.title);
        let name = visible(&query.name);
        if page.is_markdown() {
            writeln!(page.out, "- **{}** {}", markdown(&name), markdown(&title))?;
        } else {
            let pad = widest.unwrap_or(0) - width(&name);
            writeln!(page.out, "{name}{}  {title}", " ".repeat(pad))?;
        }
        for parameter in &query.parameters {
            let default = match &parameter.default {
                Some(default) => format!(" (default: {default})"),
                None => String::new(),
            };
            let told = format!("{}: {}{default}", parameter.name, parameter.description);
            if page.is_markdown() {
                writeln!(page.out, "  - {}", markdown(&told))?;
            } else {
                writeln!(
                    page.out,
                    "{}  {}",
                    " ".repeat(widest.unwrap_or(0)),
                    visible(&told)
                )?;
            }
        }
    }
    Ok(())
}
