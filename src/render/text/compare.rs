//! A comparison as a board: what is common, then what differs side by side, then the rest.

mod table;

use std::io::Write;

use super::inline::{self, Inline, Tone};
use super::path::path_text;
use super::show::{claim, statement};
use super::{markdown, width};
use crate::answer::{Comparison, Direction, Entry, Row, Statement, Status, Value};
use crate::error::Result;
use crate::language::Language;
use crate::render::{Format, View};
use table::{cell, more, property, table};

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
        let content = ancestor.information_content;
        let content = match language {
            Language::English => format!("  (information content {content:.2})"),
            Language::Korean => format!("  (정보량 {content:.2})"),
        };
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
    let (doubted, said): (Vec<Row>, Vec<Row>) =
        comparison.denied.iter().cloned().partition(is_doubted);
    let (opposed, denied): (Vec<Row>, Vec<Row>) = said.into_iter().partition(|row| row.exclusive);
    let title = language.pick("Said of one, denied of another", "한쪽만 그렇다고 한 것");
    table(title, &opposed, comparison, format, view, out)?;
    self::denied(&denied, comparison, format, view, out)?;
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

/// What is said not to be and nobody else is said to be, as sentences.
fn denied(
    rows: &[Row],
    comparison: &Comparison,
    format: Format,
    view: &View<'_>,
    out: &mut dyn Write,
) -> Result<()> {
    if rows.is_empty() {
        return Ok(());
    }
    let title = view.language.pick("Denied", "아니라고 한 것");
    inline::heading(title, format, view, out)?;
    for row in rows {
        let property = row.denied_property.as_ref().unwrap_or(&row.property);
        for (item, cell) in comparison.items.iter().zip(&row.cells) {
            for entry in cell {
                let Some(value) = &entry.value else {
                    continue;
                };
                let denial = Statement {
                    subject: item.clone(),
                    property: property.clone(),
                    object: value.clone(),
                    qualifiers: entry.qualifiers.clone(),
                    inferred: false,
                    sources: entry.sources.clone(),
                };
                statement(&denial, view).item(format, view, out)?;
            }
        }
    }
    Ok(())
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
    // What is said of several in the same words is said once.
    let mut lines: Vec<(Vec<String>, Inline)> = Vec::new();
    for (item, said) in comparison.items.iter().zip(&exam.items) {
        for group in said {
            let entries = group.values.iter().map(|entry| inline::entry(entry, view));
            let property = inline::property(&group.property, view);
            let colon = view.language.pick("", ":");
            let mut text = Inline::of(&format!(" {property}{colon} "), Tone::Plain);
            text.extend(Inline::join(entries, " · "));
            let name = inline::value(item, view);
            match lines.iter_mut().find(|(_, same)| *same == text) {
                Some((names, _)) => names.push(name),
                None => lines.push((vec![name], text)),
            }
        }
    }
    for (names, said) in lines {
        let mut text = Inline::of(&names.join(", "), Tone::Strong);
        text.extend(said);
        text.item(format, view, out)?;
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
