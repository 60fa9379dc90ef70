//! What changed between two graphs, as text and Markdown.

use super::inline::{Inline, Tone};
use super::page::Page;
use super::show::{sentence, statement};
use super::term;
use super::values;
use crate::answer::{Change, ChangeKind, Changed, Diff, Note, Standing};
use crate::error::Result;
use crate::language::Language;
use crate::printable::visible;
use crate::render::View;

/// Writes changes by concept, then how many there are.
///
/// # Errors
/// Output that fails.
pub fn write(diff: &Diff, page: &mut Page<'_>) -> Result<()> {
    let view = page.view;
    for (i, concept) in diff.concepts.iter().enumerate() {
        if i > 0 && !page.is_markdown() {
            writeln!(page.out)?;
        }
        head(concept, page)?;
        for change in &concept.changes {
            let text = changed(change, view);
            if page.is_markdown() {
                writeln!(page.out, "- {}", text.markdown())?;
            } else {
                text.paragraph(&Inline::of("  ", Tone::Plain), page)?;
            }
        }
    }
    if !diff.concepts.is_empty() {
        writeln!(page.out)?;
    }
    Inline::of(&summary(diff, view.language), Tone::Strong).block(page)?;
    Ok(())
}

fn head(concept: &Changed, page: &mut Page<'_>) -> Result<()> {
    let view = page.view;
    let language = view.language;
    let Some(item) = &concept.item else {
        let text = language.pick("Blank nodes", "빈 노드");
        page.heading(text)?;
        return Ok(());
    };
    let label = values::value(item, view);
    let short = term(&item.term, view.prefixes);
    let standing = match concept.standing {
        Standing::New => language.pick(" is new", " 새로 생김"),
        Standing::Gone => language.pick(" is gone", " 없어짐"),
        Standing::Changed => "",
    };
    if page.is_markdown() {
        writeln!(
            page.out,
            "\n## {}\n",
            super::markdown(&format!("{label}{standing}"))
        )?;
        return Ok(());
    }
    let mut text = Inline::of(&label, Tone::Strong).then(standing, Tone::Alarming);
    if visible(&label) != short {
        text.push(&format!("  {short}"), Tone::Faint);
    }
    text.block(page)?;
    Ok(())
}

/// A change in words.
fn changed(change: &Change, view: &View<'_>) -> Inline {
    let language = view.language;
    let said = &change.statement;
    let (word, mut text) = match change.change {
        ChangeKind::Removed => (
            language.pick("no longer: ", "더는 아님: "),
            statement(said, view),
        ),
        ChangeKind::Added => (language.pick("now: ", "새로: "), statement(said, view)),
        ChangeKind::Annotated => (
            language.pick("as before: ", "그대로: "),
            sentence(&said.subject, &said.property, &said.object, view),
        ),
    };
    let tone = match change.change {
        ChangeKind::Annotated => Tone::Faint,
        _ => Tone::Alarming,
    };
    let sides = [
        (&change.no_longer, language.pick("no longer", "더는 아님")),
        (&change.now, language.pick("now", "새로")),
    ];
    let notes: Vec<String> = sides
        .into_iter()
        .filter(|(notes, _)| !notes.is_empty())
        .map(|(notes, word)| {
            let notes: Vec<String> = notes.iter().map(|note| of_note(note, view)).collect();
            format!("{word} {}", notes.join(", "))
        })
        .collect();
    if !notes.is_empty() {
        text.push(&format!(" — {}", notes.join("; ")), Tone::Alarming);
    }
    let mut whole = Inline::of(word, tone);
    whole.extend(text);
    whole
}

/// A source by its line, anything else by property and value.
fn of_note(note: &Note, view: &View<'_>) -> String {
    match &note.source {
        Some(source) => values::source_name(source, view),
        None => format!(
            "{} {}",
            note.property.text(),
            values::value(&note.value, view)
        ),
    }
}

fn summary(diff: &Diff, language: Language) -> String {
    if diff.is_empty() {
        return language
            .pick("Nothing changed.", "바뀐 것이 없음.")
            .to_owned();
    }
    let (concepts, added, removed) = (diff.concepts.len(), diff.added, diff.removed);
    let mut parts = match language {
        Language::English => vec![
            format!(
                "{concepts} {}: {added} {} added",
                if concepts == 1 { "concept" } else { "concepts" },
                if added == 1 {
                    "statement"
                } else {
                    "statements"
                },
            ),
            format!("{removed} removed"),
        ],
        Language::Korean => vec![
            format!("개념 {concepts}개: 추가 {added}개"),
            format!("삭제 {removed}개"),
        ],
    };
    let more = [
        (diff.annotated, "with other annotations", "주석이 바뀐 것"),
        (
            diff.unmatched_before,
            "blank nodes only before",
            "앞쪽에만 있는 빈 노드",
        ),
        (
            diff.unmatched_after,
            "blank nodes only after",
            "뒤쪽에만 있는 빈 노드",
        ),
        (diff.left_out, "not listed", "보이지 않은 것"),
    ];
    for (count, english, korean) in more {
        if count > 0 {
            parts.push(match language {
                Language::English => format!("{count} {english}"),
                Language::Korean => format!("{korean} {count}개"),
            });
        }
    }
    parts.join(", ")
}
