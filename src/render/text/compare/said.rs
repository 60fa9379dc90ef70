//! The parts of a comparison that read line by line: what is common, what is said of one only, denied, doubtful, asked.

use oxrdf::Literal;

use super::super::inline::{Inline, Tone};
use super::super::page::Page;
use super::super::show::{claim, sentence, statement};
use super::super::values;
use super::table::{cell, more, property};
use crate::answer::{Comparison, Direction, Entry, Row, Statement, Status, Value};
use crate::error::Result;
use crate::language::Language;
use crate::render::View;

/// A property before its values, as a phrase in English, as a heading in Korean, where the phrase would come last.
fn lead(property: &str, view: &View<'_>) -> Inline {
    let colon = view.language.pick(" ", ": ");
    Inline::of(property, Tone::Strong).then(colon, Tone::Plain)
}

/// What is said of all or several: each value once, with the sources of all.
pub fn shared(comparison: &Comparison, page: &mut Page<'_>) -> Result<()> {
    let view = page.view;
    if comparison.shared.is_empty() {
        return Ok(());
    }
    page.heading(view.language.pick("Same", "공통점"))?;
    for row in &comparison.shared {
        let holders: Vec<(&Value, &Vec<Entry>)> = comparison
            .items
            .iter()
            .zip(&row.cells)
            .filter(|(_, cell)| cell.iter().any(|entry| entry.value.is_some()))
            .collect();
        let Some((_, cell)) = holders.first() else {
            continue;
        };
        let merged: Vec<Entry> = cell
            .iter()
            .map(|entry| merged(entry, &holders[1..]))
            .collect();
        let names: Vec<String> = holders.iter().map(|(item, _)| item.text()).collect();
        let rest = row.more.iter().copied().max();
        if row.direction == Direction::In {
            incoming(row, &merged, &names, rest, page)?;
            continue;
        }
        let mut text = Inline::default();
        if holders.len() < comparison.items.len() {
            text.push(&format!("{}: ", names.join(", ")), Tone::Faint);
        }
        text.extend(lead(&property(row, view), view));
        let entries = merged.iter().map(|entry| values::entry(entry, view));
        text.extend(Inline::join(entries, " · "));
        text.push(&more(rest), Tone::Faint);
        text.item(page)?;
    }
    Ok(())
}

/// An entry with the sources that others have for the same value.
fn merged(entry: &Entry, others: &[(&Value, &Vec<Entry>)]) -> Entry {
    let mut entry = entry.clone();
    for (_, other) in others {
        for twin in other.iter().filter(|twin| twin.value == entry.value) {
            let new = twin.sources.iter().filter(|s| !entry.sources.contains(s));
            let new: Vec<_> = new.cloned().collect();
            entry.sources.extend(new);
            entry.via = entry.via.or_else(|| twin.via.clone());
        }
    }
    entry
}

/// How many facts with one property are told in sentences of their own.
const SENTENCES: usize = 2;

/// Facts whose objects the items are, as sentences: `AWS ─ provides → EKS and ECS`; many in one.
fn incoming(
    row: &Row,
    entries: &[Entry],
    items: &[String],
    rest: Option<u64>,
    page: &mut Page<'_>,
) -> Result<()> {
    let view = page.view;
    let object = together(items, view);
    if entries.len() > SENTENCES {
        let subjects = entries.iter().map(|entry| values::entry(entry, view));
        return Inline::join(subjects, " · ")
            .then(&more(rest), Tone::Faint)
            .then(" ─ ", Tone::Faint)
            .then(&values::property(&row.property, view), Tone::Plain)
            .then(" → ", Tone::Faint)
            .then(&object.text(), Tone::Plain)
            .item(page)
            .map_err(Into::into);
    }
    for (i, entry) in entries.iter().enumerate() {
        let Some(subject) = &entry.value else {
            continue;
        };
        let mut text = sentence(subject, &row.property, &object, view);
        text.extend(values::standing(entry, view));
        if i + 1 == entries.len() {
            text.push(&more(rest), Tone::Faint);
        }
        text.item(page)?;
    }
    Ok(())
}

/// Several things as one part of a sentence.
fn together(names: &[String], view: &View<'_>) -> Value {
    let text = view.language.listed(names);
    Value {
        term: Literal::new_simple_literal(&text).into(),
        label: Some(text),
    }
}

/// Values that differ and are of one kind.
pub fn alike(comparison: &Comparison, page: &mut Page<'_>) -> Result<()> {
    let view = page.view;
    if comparison.alike.is_empty() {
        return Ok(());
    }
    let title = view
        .language
        .pick("Different, but alike", "다르지만 같은 종류");
    page.heading(title)?;
    for alike in &comparison.alike {
        let mut values: Vec<String> = Vec::new();
        for value in alike
            .cells
            .iter()
            .flatten()
            .filter_map(|e| e.value.as_ref())
        {
            let text = values::value(value, view);
            if !values.contains(&text) {
                values.push(text);
            }
        }
        let arrow = if alike.direction == Direction::In {
            "← "
        } else {
            ""
        };
        let property = values::property(&alike.property, view);
        lead(&format!("{arrow}{property}"), view)
            .then(&values.join(" · "), Tone::Plain)
            .then(" ⊂ ", Tone::Faint)
            .then(&values::value(&alike.ancestor, view), Tone::Plain)
            .item(page)?;
    }
    Ok(())
}

/// What is said of one item only, by item.
pub fn only(comparison: &Comparison, page: &mut Page<'_>) -> Result<()> {
    let view = page.view;
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
        page.heading(&title)?;
        for row in rows {
            let entries = row.cells.get(i).map(Vec::as_slice).unwrap_or_default();
            let is_told = entries.iter().any(|entry| entry.value.is_some());
            if row.direction == Direction::In && is_told && row.notable_absence.is_none() {
                let items = [values::value(item, view)];
                let rest = row.more.get(i).copied();
                incoming(row, entries, &items, rest, page)?;
                continue;
            }
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
            text.item(page)?;
        }
    }
    Ok(())
}

/// Whether a row is of doubtful statements.
pub fn is_doubted(row: &Row) -> bool {
    row.cells
        .iter()
        .flatten()
        .any(|entry| entry.status == Status::Uncertain)
}

/// What is said not to be and nobody else is said to be, as sentences.
pub fn denied(rows: &[Row], comparison: &Comparison, page: &mut Page<'_>) -> Result<()> {
    let view = page.view;
    if rows.is_empty() {
        return Ok(());
    }
    let title = view.language.pick("Denied", "아니라고 한 것");
    page.heading(title)?;
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
                statement(&denial, view).item(page)?;
            }
        }
    }
    Ok(())
}

/// Doubtful statements as sentences, a remark that several share once.
pub fn uncertain(rows: &[Row], comparison: &Comparison, page: &mut Page<'_>) -> Result<()> {
    let view = page.view;
    if !rows.is_empty() {
        page.heading(view.language.pick("Uncertain", "불확실한 것"))?;
    }
    for row in rows {
        for (item, cell) in comparison.items.iter().zip(&row.cells) {
            let said = cell.iter().filter_map(|entry| entry.value.as_ref());
            let values: Vec<String> = said.map(|value| values::value(value, view)).collect();
            let Some(first) = cell.first().filter(|_| !values.is_empty()) else {
                continue;
            };
            let (mut subject, mut object) = (values::value(item, view), values.join(" · "));
            if row.direction == Direction::In {
                std::mem::swap(&mut subject, &mut object);
            }
            let mut text = Inline::of(&subject, Tone::Plain)
                .then(" ─ ", Tone::Faint)
                .then(&values::property(&row.property, view), Tone::Plain)
                .then(" → ", Tone::Faint)
                .then(&object, Tone::Plain);
            text.extend(values::qualifiers(&first.qualifiers, view));
            text.extend(values::sources(&first.sources, view));
            text.item(page)?;
        }
    }
    Ok(())
}

/// What the exam asks of the items, and the claims about them.
pub fn exam(comparison: &Comparison, page: &mut Page<'_>) -> Result<()> {
    let view = page.view;
    let exam = &comparison.exam;
    if exam.claims.is_empty() && exam.items.iter().all(Vec::is_empty) {
        return Ok(());
    }
    page.heading(view.language.pick("Exam", "시험"))?;
    // What is said of several in the same words is said once.
    let mut lines: Vec<(Vec<String>, &Value, &Entry)> = Vec::new();
    for (item, said) in comparison.items.iter().zip(&exam.items) {
        let name = values::value(item, view);
        for group in said {
            for entry in &group.values {
                let same = |line: &&mut (Vec<String>, &Value, &Entry)| {
                    line.1 == &group.property && line.2 == entry
                };
                match lines.iter_mut().find(same) {
                    Some((names, ..)) => names.push(name.clone()),
                    None => lines.push((vec![name.clone()], &group.property, entry)),
                }
            }
        }
    }
    for (names, property, entry) in lines {
        if let Some(object) = &entry.value {
            let mut text = sentence(&together(&names, view), property, object, view);
            text.extend(values::standing(entry, view));
            text.item(page)?;
        }
    }
    for said in &exam.claims {
        claim(said, view).item(page)?;
    }
    Ok(())
}
