//! A comparison as a board: what is common, then what differs side by side, then the rest.

use std::io::Write;

use super::inline::{self, Inline, Tone};
use super::path::path_text;
use super::show::{claim, statement};
use super::{markdown, width};
use crate::answer::{Comparison, Direction, Entry, Row, Status, Value};
use crate::error::Result;
use crate::language::Language;
use crate::render::{Format, View};

/// The widest column for properties, and the narrowest for an item; with narrower ones items stand below each other.
const PROPERTY_WIDTH: usize = 20;
const ITEM_WIDTH: usize = 16;

/// Between two columns.
const GAP: usize = 2;

/// Writes a comparison.
///
/// # Errors
/// Output that fails.
pub fn write(
    comparison: &Comparison,
    format: Format,
    view: &View<'_>,
    out: &mut dyn Write,
) -> Result<()> {
    if format == Format::Csv {
        return super::csv::write(comparison, out);
    }
    let language = view.language;
    let names: Vec<String> = comparison.items.iter().map(Value::text).collect();
    let title = names.join(" vs ");
    match format {
        Format::Markdown => writeln!(out, "# {}", markdown(&title))?,
        _ => Inline::of(&title, Tone::Strong).paragraph(&Inline::default(), view, out)?,
    }
    Inline::of(&comparison.verdict, Tone::Plain).block(format, view, out)?;
    descriptions(comparison, format, view, out)?;
    if !comparison.relations.is_empty() {
        inline::heading(
            language.pick("Between them", "서로의 관계"),
            format,
            view,
            out,
        )?;
    }
    for relation in &comparison.relations {
        statement(relation, view).item(format, view, out)?;
    }
    if !comparison.ancestors.is_empty() {
        inline::heading(language.pick("Common kind", "공통 종류"), format, view, out)?;
    }
    for ancestor in &comparison.ancestors {
        let content = format!("  ({:.2})", ancestor.information_content);
        let mut text = Inline::of(&inline::value(&ancestor.item, view), Tone::Plain);
        text.extend(inline::sources(&ancestor.sources, view));
        text.push(&content, Tone::Faint);
        text.item(format, view, out)?;
    }
    shared(comparison, format, view, out)?;
    let differences = language.pick("Differences", "차이점");
    table(
        differences,
        &comparison.differences,
        comparison,
        format,
        view,
        out,
    )?;
    alike(comparison, format, view, out)?;
    only(comparison, format, view, out)?;
    let (doubted, denied): (Vec<Row>, Vec<Row>) =
        comparison.denied.iter().cloned().partition(is_doubted);
    let title = language.pick("Said to lack", "없다고 한 것");
    table(title, &denied, comparison, format, view, out)?;
    uncertain(&doubted, comparison, format, view, out)?;
    if !comparison.paths.is_empty() {
        inline::heading(
            language.pick("How they are connected", "이어 주는 길"),
            format,
            view,
            out,
        )?;
    }
    for path in &comparison.paths {
        path_text(path, view).item(format, view, out)?;
    }
    exam(comparison, format, view, out)?;
    remarks(comparison, format, view, out)
}

fn descriptions(
    comparison: &Comparison,
    format: Format,
    view: &View<'_>,
    out: &mut dyn Write,
) -> Result<()> {
    if comparison.descriptions.iter().all(Option::is_none) {
        return Ok(());
    }
    writeln!(out)?;
    for (item, description) in comparison.items.iter().zip(&comparison.descriptions) {
        if let Some(description) = description {
            Inline::of(&inline::value(item, view), Tone::Strong)
                .then(": ", Tone::Plain)
                .then(&shortened(&description.text()), Tone::Plain)
                .item(format, view, out)?;
        }
    }
    Ok(())
}

/// The first sentences of a description, as many as fit in about two lines.
fn shortened(text: &str) -> String {
    const WIDTH: usize = 150;
    if width(text) <= WIDTH {
        return text.to_owned();
    }
    let mut short = String::new();
    for word in text.split_whitespace() {
        if width(&short) + width(word) >= WIDTH {
            break;
        }
        if !short.is_empty() {
            short.push(' ');
        }
        short.push_str(word);
    }
    short.push('…');
    short
}

/// A property with an arrow where the items are its objects, and a mark where its values exclude each other.
fn property(row: &Row, view: &View<'_>) -> String {
    let arrow = if row.direction == Direction::In {
        "← "
    } else {
        ""
    };
    let mark = if row.exclusive { "≠ " } else { "" };
    format!("{mark}{arrow}{}", inline::property(&row.property, view))
}

/// A property before its values, as a phrase in English, as a heading in Korean, where the phrase would come last.
fn lead(property: &str, view: &View<'_>) -> Inline {
    let colon = view.language.pick(" ", ": ");
    Inline::of(property, Tone::Strong).then(colon, Tone::Plain)
}

/// What is said of all or several: each value once, with the sources of all.
fn shared(
    comparison: &Comparison,
    format: Format,
    view: &View<'_>,
    out: &mut dyn Write,
) -> Result<()> {
    if comparison.shared.is_empty() {
        return Ok(());
    }
    inline::heading(view.language.pick("Same", "공통점"), format, view, out)?;
    for row in &comparison.shared {
        let holders: Vec<(&Value, &Vec<Entry>)> = comparison
            .items
            .iter()
            .zip(&row.cells)
            .filter(|(_, cell)| cell.iter().any(|entry| entry.value.is_some()))
            .collect();
        let mut text = Inline::default();
        if holders.len() < comparison.items.len() {
            let names: Vec<String> = holders.iter().map(|(item, _)| item.text()).collect();
            text.push(&format!("{}: ", names.join(", ")), Tone::Faint);
        }
        text.extend(lead(&property(row, view), view));
        let Some((_, cell)) = holders.first() else {
            continue;
        };
        let merged = cell.iter().map(|entry| {
            let mut entry = entry.clone();
            for (_, other) in &holders[1..] {
                for twin in other.iter().filter(|twin| twin.value == entry.value) {
                    let new = twin.sources.iter().filter(|s| !entry.sources.contains(s));
                    let new: Vec<_> = new.cloned().collect();
                    entry.sources.extend(new);
                    entry.via = entry.via.or_else(|| twin.via.clone());
                }
            }
            inline::entry(&entry, view)
        });
        text.extend(Inline::join(merged, " · "));
        text.push(&more(row.more.iter().copied().max()), Tone::Faint);
        text.item(format, view, out)?;
    }
    Ok(())
}

fn more(count: Option<u64>) -> String {
    match count {
        Some(count) if count > 0 => format!(" (+{count})"),
        _ => String::new(),
    }
}

/// Rows side by side, a column an item; below each other where the columns would be too narrow.
fn table(
    title: &str,
    rows: &[Row],
    comparison: &Comparison,
    format: Format,
    view: &View<'_>,
    out: &mut dyn Write,
) -> Result<()> {
    if rows.is_empty() {
        return Ok(());
    }
    inline::heading(title, format, view, out)?;
    let names: Vec<String> = comparison.items.iter().map(Value::text).collect();
    if format == Format::Markdown {
        return markdown_table(rows, &names, view, out);
    }
    let names_of: Vec<String> = rows.iter().map(|row| property(row, view)).collect();
    let first = names_of.iter().map(|name| width(name)).max().unwrap_or(0);
    let first = first.min(PROPERTY_WIDTH);
    let left = inline::columns(view).saturating_sub(first + 2);
    let column = (left / names.len().max(1)).saturating_sub(GAP);
    if column < ITEM_WIDTH {
        return list(rows, &names, view, out);
    }
    let heads = names.iter().map(|name| Inline::of(name, Tone::Strong));
    let head: Vec<Inline> = [Inline::default()].into_iter().chain(heads).collect();
    side_by_side(&head, first, column, view, out)?;
    for (row, name) in rows.iter().zip(names_of) {
        let mut line = vec![Inline::of(&name, Tone::Plain)];
        line.extend((0..names.len()).map(|i| cell(row, i, view, " · ")));
        side_by_side(&line, first, column, view, out)?;
    }
    Ok(())
}

/// The values of a cell.
fn cell(row: &Row, item: usize, view: &View<'_>, between: &str) -> Inline {
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
    let denial = row.denied_property.as_ref();
    let entries = entries.iter().map(|entry| match denial {
        Some(denial) if entry.status == Status::Denied => {
            let stated = Entry {
                status: Status::Stated,
                ..entry.clone()
            };
            let mut text = Inline::of(&inline::property(denial, view), Tone::Alarming);
            text.push(" ", Tone::Plain);
            text.extend(inline::entry(&stated, view));
            text
        }
        _ => inline::entry(entry, view),
    });
    let mut text = Inline::join(entries, between);
    text.push(&more(rest), Tone::Faint);
    text
}

/// One line of a table: cells wrapped in their columns.
fn side_by_side(
    cells: &[Inline],
    first: usize,
    column: usize,
    view: &View<'_>,
    out: &mut dyn Write,
) -> Result<()> {
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
        line.write(view.color, out)?;
        writeln!(out)?;
    }
    Ok(())
}

fn list(rows: &[Row], names: &[String], view: &View<'_>, out: &mut dyn Write) -> Result<()> {
    for row in rows {
        Inline::of(&property(row, view), Tone::Strong).item(Format::Text, view, out)?;
        for (i, name) in names.iter().enumerate() {
            let first = Inline::of(&format!("    {name}: "), Tone::Faint);
            cell(row, i, view, " · ").paragraph(&first, view, out)?;
        }
    }
    Ok(())
}

fn markdown_table(
    rows: &[Row],
    names: &[String],
    view: &View<'_>,
    out: &mut dyn Write,
) -> Result<()> {
    let names: Vec<String> = names.iter().map(|name| markdown(name)).collect();
    writeln!(out, "| | {} |", names.join(" | "))?;
    writeln!(out, "|---{}|", "|---".repeat(names.len()))?;
    for row in rows {
        let cells = (0..names.len()).map(|i| cell(row, i, view, "; ").markdown());
        let cells: Vec<String> = cells.collect();
        writeln!(
            out,
            "| {} | {} |",
            markdown(&property(row, view)),
            cells.join(" | ")
        )?;
    }
    Ok(())
}

/// Values that differ and are of one kind.
fn alike(
    comparison: &Comparison,
    format: Format,
    view: &View<'_>,
    out: &mut dyn Write,
) -> Result<()> {
    if comparison.alike.is_empty() {
        return Ok(());
    }
    let title = view
        .language
        .pick("Different, but alike", "다르지만 같은 종류");
    inline::heading(title, format, view, out)?;
    for alike in &comparison.alike {
        let mut values: Vec<String> = Vec::new();
        for value in alike
            .cells
            .iter()
            .flatten()
            .filter_map(|e| e.value.as_ref())
        {
            let text = inline::value(value, view);
            if !values.contains(&text) {
                values.push(text);
            }
        }
        let arrow = if alike.direction == Direction::In {
            "← "
        } else {
            ""
        };
        let property = inline::property(&alike.property, view);
        lead(&format!("{arrow}{property}"), view)
            .then(&values.join(" · "), Tone::Plain)
            .then(" ⊂ ", Tone::Faint)
            .then(&inline::value(&alike.ancestor, view), Tone::Plain)
            .item(format, view, out)?;
    }
    Ok(())
}

fn is_doubted(row: &Row) -> bool {
    row.cells
        .iter()
        .flatten()
        .any(|entry| entry.status == Status::Uncertain)
}

/// Doubtful statements as sentences, a remark that several share once.
fn uncertain(
    rows: &[Row],
    comparison: &Comparison,
    format: Format,
    view: &View<'_>,
    out: &mut dyn Write,
) -> Result<()> {
    if !rows.is_empty() {
        inline::heading(
            view.language.pick("Uncertain", "불확실한 것"),
            format,
            view,
            out,
        )?;
    }
    for row in rows {
        for (item, cell) in comparison.items.iter().zip(&row.cells) {
            let said = cell.iter().filter_map(|entry| entry.value.as_ref());
            let values: Vec<String> = said.map(|value| inline::value(value, view)).collect();
            let Some(first) = cell.first().filter(|_| !values.is_empty()) else {
                continue;
            };
            let (mut subject, mut object) = (inline::value(item, view), values.join(" · "));
            if row.direction == Direction::In {
                std::mem::swap(&mut subject, &mut object);
            }
            let mut text = Inline::of(&subject, Tone::Plain)
                .then(" ─ ", Tone::Faint)
                .then(&inline::property(&row.property, view), Tone::Plain)
                .then(" → ", Tone::Faint)
                .then(&object, Tone::Plain);
            text.extend(inline::qualifiers(&first.qualifiers, view));
            text.extend(inline::sources(&first.sources, view));
            text.item(format, view, out)?;
        }
    }
    Ok(())
}

/// What is said of one item only, by item.
fn only(
    comparison: &Comparison,
    format: Format,
    view: &View<'_>,
    out: &mut dyn Write,
) -> Result<()> {
    for (i, item) in comparison.items.iter().enumerate() {
        let mine = |row: &&Row| {
            let said = row
                .cells
                .get(i)
                .is_some_and(|c| c.iter().any(|e| e.value.is_some()));
            said || row.more.get(i).is_some_and(|more| *more > 0)
        };
        let rows: Vec<&Row> = comparison.only.iter().filter(mine).collect();
        if rows.is_empty() {
            continue;
        }
        let name = item.text();
        let title = match view.language {
            Language::English => format!("Only said of {name}"),
            Language::Korean => format!("{name}에 대해서만 적힌 것"),
        };
        inline::heading(&title, format, view, out)?;
        for row in rows {
            let mut text = lead(&property(row, view), view);
            text.extend(cell(row, i, view, " · "));
            if let Some(share) = row.notable_absence {
                let percent = share * 100.0;
                let remark = match view.language {
                    Language::English => format!("  ({percent:.0} % of its kind have this)"),
                    Language::Korean => format!("  (같은 종류의 {percent:.0} %에 있음)"),
                };
                text.push(&remark, Tone::Alarming);
            }
            text.item(format, view, out)?;
        }
    }
    Ok(())
}

fn exam(
    comparison: &Comparison,
    format: Format,
    view: &View<'_>,
    out: &mut dyn Write,
) -> Result<()> {
    let exam = &comparison.exam;
    if exam.claims.is_empty() && exam.items.iter().all(Vec::is_empty) {
        return Ok(());
    }
    inline::heading(view.language.pick("Exam", "시험"), format, view, out)?;
    for (item, said) in comparison.items.iter().zip(&exam.items) {
        for group in said {
            let entries = group.values.iter().map(|entry| inline::entry(entry, view));
            let mut text = Inline::of(&inline::value(item, view), Tone::Strong);
            let property = inline::property(&group.property, view);
            let colon = view.language.pick("", ":");
            text.push(&format!(" {property}{colon} "), Tone::Plain);
            text.extend(Inline::join(entries, " · "));
            text.item(format, view, out)?;
        }
    }
    for said in &exam.claims {
        claim(said, view).item(format, view, out)?;
    }
    Ok(())
}

fn remarks(
    comparison: &Comparison,
    format: Format,
    view: &View<'_>,
    out: &mut dyn Write,
) -> Result<()> {
    let language = view.language;
    if comparison.left_out > 0 || comparison.partial {
        writeln!(out)?;
    }
    if comparison.left_out > 0 {
        let count = comparison.left_out;
        let text = match language {
            Language::English => format!("{count} more rows: --all shows them."),
            Language::Korean => format!("{count}줄 더 있음: --all로 모두 봄."),
        };
        Inline::of(&text, Tone::Faint).block(format, view, out)?;
    }
    if comparison.partial {
        let text = language.pick(
            "Not all facts were read: --exact reads them.",
            "사실을 모두 읽지는 않음: --exact로 모두 읽음.",
        );
        Inline::of(text, Tone::Faint).block(format, view, out)?;
    }
    Ok(())
}
