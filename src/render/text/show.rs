//! What is said of a concept, as text and Markdown.

use super::inline::{Inline, Tone};
use super::markdown;
use super::page::Page;
use super::values;
use crate::answer::{Claim, Direction, FactGroup, Show, Statement, Usage, Value};
use crate::error::Result;
use crate::korean;
use crate::language::Language;
use crate::printable::{visible, width};
use crate::render::View;

/// The widest column for properties.
const PROPERTY_WIDTH: usize = 26;

/// Writes what is said of a concept.
///
/// # Errors
/// Output that fails.
pub fn write(show: &Show, page: &mut Page<'_>) -> Result<()> {
    let view = page.view;
    head(show, page)?;
    if !show.facts.is_empty() {
        writeln!(page.out)?;
    }
    groups(&show.facts, page)?;
    if show.left_out > 0 {
        let left_out = show.left_out;
        let text = match view.language {
            Language::English => format!("{left_out} more: --top shows more"),
            Language::Korean => format!("{left_out}개 더 있음: --top으로 더 볼 수 있음"),
        };
        Inline::of(&text, Tone::Faint).item(page)?;
    }
    if let Some(usage) = &show.usage {
        write_usage(&show.item, usage, page)?;
    }
    let spoken = [
        (&show.derived, ("What comes from it", "여기서 나온 사실")),
        (&show.uncertain, ("Uncertain", "불확실한 것")),
    ];
    for (statements, (english, korean)) in spoken {
        if !statements.is_empty() {
            page.heading(view.language.pick(english, korean))?;
        }
        for said in statements {
            statement(said, view).item(page)?;
        }
    }
    if !show.claims.is_empty() {
        page.heading(view.language.pick("Claims", "시험 문장"))?;
    }
    for said in &show.claims {
        claim(said, view).item(page)?;
    }
    Ok(())
}

/// Label and short name, the other names, the description in the reader's language.
fn head(show: &Show, page: &mut Page<'_>) -> Result<()> {
    let view = page.view;
    let label = show.item.text();
    let short = super::term(&show.item.term, view.prefixes);
    if page.is_markdown() {
        writeln!(
            page.out,
            "# {}\n\n`{}`",
            markdown(&label),
            short.replace('`', "'")
        )?;
    } else {
        let mut title = Inline::of(&label, Tone::Strong);
        if visible(&label) != short {
            title.push(&format!("  {short}"), Tone::Faint);
        }
        title.block(page)?;
    }
    let mut names: Vec<String> = Vec::new();
    for name in show.names.iter().map(Value::text) {
        if name != label && !names.contains(&name) {
            names.push(name);
        }
    }
    if !names.is_empty() {
        Inline::of(&names.join(" · "), Tone::Faint).block(page)?;
    }
    if let Some(description) = show.descriptions.first() {
        Inline::of(&values::prose(description), Tone::Plain).block(page)?;
    }
    Ok(())
}

/// Groups of facts: a property a paragraph, values behind one another; `←` before what is said of the concept as object.
///
/// # Errors
/// Output that fails.
pub fn groups(groups: &[FactGroup], page: &mut Page<'_>) -> Result<()> {
    let view = page.view;
    let name = |group: &FactGroup| {
        let arrow = match group.direction {
            Direction::Out => "  ",
            Direction::In => "← ",
        };
        format!(
            "{arrow}{}",
            visible(&values::property(&group.property, view))
        )
    };
    let column = groups
        .iter()
        .map(|group| width(&name(group)))
        .filter(|width| *width <= PROPERTY_WIDTH)
        .max()
        .unwrap_or(0);
    for group in groups {
        let name = name(group);
        let entries = group.values.iter().map(|entry| values::entry(entry, view));
        let values = Inline::join(entries, " · ");
        if page.is_markdown() {
            writeln!(
                page.out,
                "- **{}**: {}",
                markdown(name.trim_start()),
                values.markdown()
            )?;
        } else if width(&name) <= column {
            let pad = " ".repeat(column - width(&name) + 2);
            let first = Inline::of(&name, Tone::Strong).then(&pad, Tone::Plain);
            values.paragraph(&first, page)?;
        } else {
            Inline::of(&name, Tone::Strong).paragraph(&Inline::default(), page)?;
            let indent = Inline::of(&" ".repeat(column + 2), Tone::Plain);
            values.paragraph(&indent, page)?;
        }
    }
    Ok(())
}

fn write_usage(item: &Value, usage: &Usage, page: &mut Page<'_>) -> Result<()> {
    let view = page.view;
    let language = view.language;
    let title = language.pick("Its use as a property", "속성으로 쓰인 곳");
    page.heading(title)?;
    let counts = match language {
        Language::English => format!(
            "{} triples, {} subjects, {} objects",
            usage.triples, usage.subjects, usage.objects
        ),
        Language::Korean => format!(
            "트리플 {}개, 주어 {}개, 목적어 {}개",
            usage.triples, usage.subjects, usage.objects
        ),
    };
    Inline::of(&counts, Tone::Plain).item(page)?;
    for (subject, object) in &usage.examples {
        sentence(subject, item, object, view).item(page)?;
    }
    Ok(())
}

/// A claim with its verdict, what is true instead, and sources.
pub fn claim(claim: &Claim, view: &View<'_>) -> Inline {
    let verdict = match claim.verdict {
        Some(true) => view.language.pick("true: ", "O: "),
        Some(false) => view.language.pick("false: ", "X: "),
        None => "",
    };
    let mut text = Inline::of(verdict, Tone::Alarming);
    text.push(&format!("“{}”", claim.claim.text()), Tone::Plain);
    if !claim.corrections.is_empty() {
        text.push(view.language.pick(" Instead: ", " 바르게: "), Tone::Plain);
        let said = claim.corrections.iter().map(|c| statement(c, view));
        text.extend(Inline::join(said, "; "));
    }
    text.extend(values::sources(&claim.sources, view));
    text
}

/// A statement as a sentence, with what else is said of it and its sources.
pub fn statement(said: &Statement, view: &View<'_>) -> Inline {
    let mut text = sentence(&said.subject, &said.property, &said.object, view);
    if said.inferred {
        text.extend(values::inferred(view));
    }
    text.extend(values::qualifiers(&said.qualifiers, view));
    text.extend(values::sources(&said.sources, view));
    text
}

/// Subject, linking phrase and object: in Korean as a sentence where the phrase makes one, else with the phrase on an arrow,
/// so that it reads in any language.
pub fn sentence(subject: &Value, property: &Value, object: &Value, view: &View<'_>) -> Inline {
    if view.language == Language::Korean {
        let [s, p, o] = [subject, property, object].map(|value| values::value(value, view));
        if let Some(said) = korean::phrase::sentence(&s, &p, &o) {
            return Inline::of(&said, Tone::Plain);
        }
    }
    Inline::of(&values::value(subject, view), Tone::Plain)
        .then(" ─ ", Tone::Faint)
        .then(&values::property(property, view), Tone::Plain)
        .then(" → ", Tone::Faint)
        .then(&values::value(object, view), Tone::Plain)
}
