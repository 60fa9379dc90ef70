//! Rows of a comparison side by side.

use super::super::inline::{self, Inline, Tone};
use super::super::markdown;
use super::super::page::Page;
use super::super::values;
use crate::answer::{Comparison, Direction, Entry, Row, Status, Value};
use crate::error::Result;
use crate::printable::width;
use crate::render::View;

/// The widest column for properties, and the narrowest for an item; with narrower ones items stand below each other.
const PROPERTY_WIDTH: usize = 20;
const ITEM_WIDTH: usize = 16;

/// Between two columns.
const GAP: usize = 2;

/// A property with an arrow where the items are its objects, and a mark where its values exclude each other.
pub fn property(row: &Row, view: &View<'_>) -> String {
    let arrow = if row.direction == Direction::In {
        "← "
    } else {
        ""
    };
    let mark = if row.exclusive { "≠ " } else { "" };
    format!("{mark}{arrow}{}", values::property(&row.property, view))
}

/// How many more values there are, if any.
pub fn more(count: Option<u64>) -> String {
    match count {
        Some(count) if count > 0 => format!(" (+{count})"),
        _ => String::new(),
    }
}

/// Rows side by side, a column an item; below each other where the columns would be too narrow.
///
/// # Errors
/// Output that fails.
pub fn table(
    title: &str,
    rows: &[Row],
    comparison: &Comparison,
    page: &mut Page<'_>,
) -> Result<()> {
    let view = page.view;
    if rows.is_empty() {
        return Ok(());
    }
    page.heading(title)?;
    let names: Vec<String> = comparison.items.iter().map(Value::text).collect();
    if page.is_markdown() {
        return markdown_table(rows, &names, page);
    }
    let names_of: Vec<String> = rows.iter().map(|row| property(row, view)).collect();
    let first = names_of.iter().map(|name| width(name)).max().unwrap_or(0);
    let first = first.min(PROPERTY_WIDTH);
    let left = inline::columns(view).saturating_sub(first + 2);
    let column = (left / names.len().max(1)).saturating_sub(GAP);
    if column < ITEM_WIDTH {
        return list(rows, &names, page);
    }
    let heads = names.iter().map(|name| Inline::of(name, Tone::Strong));
    let head: Vec<Inline> = [Inline::default()].into_iter().chain(heads).collect();
    side_by_side(&head, first, column, page)?;
    for (row, name) in rows.iter().zip(names_of) {
        let mut line = vec![Inline::of(&name, Tone::Plain)];
        line.extend((0..names.len()).map(|i| cell(row, i, view, " · ")));
        side_by_side(&line, first, column, page)?;
    }
    Ok(())
}

/// The values of a cell.
pub fn cell(row: &Row, item: usize, view: &View<'_>, between: &str) -> Inline {
    let entries = row.cells.get(item).map(Vec::as_slice).unwrap_or_default();
    let rest = row.more.get(item).copied();
    let said = entries.iter().any(|entry| entry.value.is_some());
    if !said && rest.is_none_or(|rest| rest == 0) && row.notable_absence.is_some() {
        return Inline::of(
            view.language
                .pick("– (most others have)", "– (대개는 있음)"),
            Tone::Alarming,
        );
    }
    // Where one is said not to have what another has, both are marked.
    let is_contrast = row.denied_property.is_some();
    let entries = entries.iter().map(|entry| {
        let mark = match entry.status {
            Status::Denied => Inline::of("✗ ", Tone::Alarming),
            _ if is_contrast && entry.value.is_some() => Inline::of("✓ ", Tone::Plain),
            _ => return values::entry(entry, view),
        };
        let stated = Entry {
            status: match entry.status {
                Status::Denied => Status::Stated,
                other => other,
            },
            ..entry.clone()
        };
        let mut text = mark;
        text.extend(values::entry(&stated, view));
        text
    });
    let mut text = Inline::join(entries, between);
    text.push(&more(rest), Tone::Faint);
    text
}

/// One line of a table: cells wrapped in their columns.
fn side_by_side(cells: &[Inline], first: usize, column: usize, page: &mut Page<'_>) -> Result<()> {
    let widths: Vec<usize> = (0..cells.len())
        .map(|i| if i == 0 { first } else { column })
        .collect();
    let wrapped: Vec<Vec<Inline>> = cells
        .iter()
        .zip(&widths)
        .map(|(cell, width)| cell.lines(*width))
        .collect();
    let height = wrapped.iter().map(Vec::len).max().unwrap_or(0);
    for y in 0..height {
        let mut line = Inline::of("  ", Tone::Plain);
        for (lines, columns) in wrapped.iter().zip(&widths) {
            let part = lines.get(y).cloned().unwrap_or_default();
            let used = width(&part.plain());
            line.extend(part);
            line.push(
                &" ".repeat((columns + GAP).saturating_sub(used)),
                Tone::Plain,
            );
        }
        line.write(page.view.color, page.out)?;
        writeln!(page.out)?;
    }
    Ok(())
}

fn list(rows: &[Row], names: &[String], page: &mut Page<'_>) -> Result<()> {
    let view = page.view;
    for row in rows {
        Inline::of(&property(row, view), Tone::Strong).item(page)?;
        for (i, name) in names.iter().enumerate() {
            let first = Inline::of(&format!("    {name}: "), Tone::Faint);
            cell(row, i, view, " · ").paragraph(&first, page)?;
        }
    }
    Ok(())
}

fn markdown_table(rows: &[Row], names: &[String], page: &mut Page<'_>) -> Result<()> {
    let view = page.view;
    let names: Vec<String> = names.iter().map(|name| markdown(name)).collect();
    writeln!(page.out, "| | {} |", names.join(" | "))?;
    writeln!(page.out, "|---{}|", "|---".repeat(names.len()))?;
    for row in rows {
        let cells = (0..names.len()).map(|i| cell(row, i, view, "; ").markdown());
        let cells: Vec<String> = cells.collect();
        writeln!(
            page.out,
            "| {} | {} |",
            markdown(&property(row, view)),
            cells.join(" | ")
        )?;
    }
    Ok(())
}
