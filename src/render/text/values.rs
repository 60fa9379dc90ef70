//! Values, sources and entries as they are read, in running text.

use super::inline::{Inline, Tone};
use crate::answer::{Entry, Qualifier, Source, Status, Value};
use crate::korean::phrase;
use crate::language::Language;
use crate::render::View;

/// A value as it is read: a label, or a literal's lexical form.
pub fn value(value: &Value, view: &View<'_>) -> String {
    match (&value.label, &value.term) {
        (Some(label), _) => label.clone(),
        (None, oxrdf::Term::Literal(text)) => text.value().to_owned(),
        (None, term) => super::term(term, view.prefixes),
    }
}

/// Sentences as one paragraph, however the data break their lines.
pub fn prose(text: &Value) -> String {
    let text = text.text();
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// A property as it is read where it stands alone.
pub fn property(property: &Value, view: &View<'_>) -> String {
    let text = value(property, view);
    match view.language {
        Language::Korean => phrase::alone(&text).to_owned(),
        Language::English => text,
    }
}

/// Sources behind what they support: ` L5 L37`.
pub fn sources(sources: &[Source], view: &View<'_>) -> Inline {
    let mut text = Inline::default();
    for source in sources {
        text.push(&format!(" {}", source_name(source, view)), Tone::Faint);
    }
    text
}

/// A source's line, as in `L5`; for other sources the short name.
pub fn source_name(source: &Source, view: &View<'_>) -> String {
    match source.line {
        Some(line) => format!("L{line}"),
        None => view.prefixes.display(&source.iri),
    }
}

/// What an annotation says besides the sources, in parentheses; nothing where it says nothing.
pub fn qualifiers(qualifiers: &[Qualifier], view: &View<'_>) -> Inline {
    let mut said: Vec<(&Value, String)> = Vec::new();
    for qualifier in qualifiers {
        let text = value(&qualifier.value, view);
        let text = text.strip_suffix('.').unwrap_or(&text);
        let property = &qualifier.property;
        let colon = if qualifier.value.label.is_none() {
            ":"
        } else {
            ""
        };
        if property.label.is_none() {
            said.push((property, text.to_owned()));
        } else if text == "true" {
            said.push((property, property.text()));
        } else if let Some((_, known)) = said.iter_mut().find(|(p, _)| *p == property) {
            known.push_str(", ");
            known.push_str(text);
        } else {
            said.push((property, format!("{}{colon} {text}", property.text())));
        }
    }
    if said.is_empty() {
        return Inline::default();
    }
    let said: Vec<String> = said.into_iter().map(|(_, text)| text).collect();
    Inline::of(&format!(" ({})", said.join("; ")), Tone::Faint)
}

/// An entry as it is read: value, how it is known, qualifiers, sources.
pub fn entry(entry: &Entry, view: &View<'_>) -> Inline {
    let Some(said) = &entry.value else {
        return Inline::of("–", Tone::Faint);
    };
    let language = view.language;
    let mut text = Inline::default();
    match entry.status {
        Status::Denied => text.push(language.pick("not: ", "아님: "), Tone::Alarming),
        Status::Uncertain => text.push("? ", Tone::Alarming),
        _ => {}
    }
    text.push(&value(said, view), Tone::Plain);
    text.extend(standing(entry, view));
    text
}

/// How an entry is known: from what it is inherited, what else is said of it, and its sources.
pub fn standing(entry: &Entry, view: &View<'_>) -> Inline {
    let mut text = Inline::default();
    if let Some(via) = &entry.via {
        text.push(&inherited(&value(via, view), view.language), Tone::Faint);
    } else if entry.status == Status::Inferred {
        text.extend(inferred(view));
    }
    text.extend(qualifiers(&entry.qualifiers, view));
    text.extend(sources(&entry.sources, view));
    text
}

/// The mark of what a rule infers.
pub fn inferred(view: &View<'_>) -> Inline {
    Inline::of(view.language.pick(" (inferred)", " (추론)"), Tone::Faint)
}

fn inherited(via: &str, language: Language) -> String {
    match language {
        Language::English => format!(" (via {via})"),
        Language::Korean => format!(" ({via}에서 물려받음)"),
    }
}
