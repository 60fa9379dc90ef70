//! One or two sentences that say what matters, made from the rows; never from what is uncertain.

use crate::answer::{Ancestor, Comparison, Direction, Entry, Row, Statement, Status, Value};
use crate::korean::particle::{Particle, with_particle};
use crate::korean::phrase;
use crate::language::Language;

/// How many values of a cell are named.
const NAMED: usize = 3;

/// How many letters a value may have that is named.
const LONGEST: usize = 60;

/// The verdict on a comparison that is complete but for it.
pub fn verdict(comparison: &Comparison, language: Language) -> String {
    let names: Vec<String> = comparison.items.iter().map(Value::text).collect();
    let mut first: Vec<String> = Vec::new();
    first.extend(
        comparison
            .ancestors
            .first()
            .map(|a| kind(&names, a, language)),
    );
    first.extend(comparison.relations.first().map(|r| relation(r, language)));
    let contrast = contrast(comparison, &names, language);
    let sentences: Vec<String> = [first, contrast]
        .into_iter()
        .filter(|clauses| !clauses.is_empty())
        .map(|clauses| format!("{}.", clauses.join(language.pick("; ", ". "))))
        .collect();
    if sentences.is_empty() {
        let all = language.listed(&names);
        return match language {
            Language::English => format!("Nothing said of {all} links or tells them apart."),
            Language::Korean => {
                format!(
                    "{} 잇거나 구별하는 말이 없다.",
                    with_particle(&all, Particle::Object)
                )
            }
        };
    }
    sentences.join(" ")
}

fn kind(names: &[String], ancestor: &Ancestor, language: Language) -> String {
    let kind = ancestor.item.text();
    let all = language.listed(names);
    if let Some(top) = ancestor.distances.iter().position(|d| *d == 0) {
        let others: Vec<String> = names
            .iter()
            .enumerate()
            .filter(|(i, _)| *i != top)
            .map(|(_, name)| name.clone())
            .collect();
        let is_one = others.len() == 1;
        let others = language.listed(&others);
        return match language {
            Language::English if is_one => format!("{others} is a kind of {kind}"),
            Language::English => format!("{others} are kinds of {kind}"),
            Language::Korean => format!(
                "{} {kind}의 일종이다",
                with_particle(&others, Particle::Topic)
            ),
        };
    }
    match language {
        Language::English => {
            // Quotes, because a label may be no noun that takes an article.
            let each = if names.len() == 2 { "both" } else { "all" };
            format!("{all} are {each} of the kind “{kind}”")
        }
        Language::Korean => format!(
            "{} 모두 {kind}에 속한다",
            with_particle(&all, Particle::Topic)
        ),
    }
}

fn relation(relation: &Statement, language: Language) -> String {
    sentence(
        &relation.subject.text(),
        &relation.property,
        &relation.object.text(),
        language,
    )
}

/// The strongest contrast: what one denies and another has, then what they have differently, then what one has.
fn contrast(comparison: &Comparison, names: &[String], language: Language) -> Vec<String> {
    let firm = |row: &&Row| {
        row.cells
            .iter()
            .flatten()
            .any(|e| e.status != Status::Uncertain)
    };
    let outgoing = || comparison.differences.iter().filter(|row| is_outgoing(row));
    let mut rows = comparison
        .denied
        .iter()
        .filter(|row| row.exclusive)
        .chain(comparison.differences.iter().filter(|row| row.exclusive))
        .chain(outgoing().filter(|row| tells_apart(row)))
        .chain(outgoing())
        .chain(comparison.denied.iter());
    if let Some(row) = rows.find(firm) {
        return clauses(row, names, language);
    }
    let mut said = Vec::new();
    for i in 0..names.len() {
        let mine = comparison.only.iter().filter(|row| is_outgoing(row));
        let mine = mine.filter(|row| is_said(&row.cells[i])).take(1);
        for row in mine {
            let clauses = clauses(row, names, language);
            let only = match language {
                Language::English => "Only of one it is said:",
                Language::Korean => "한쪽만:",
            };
            if said.is_empty() && !clauses.is_empty() {
                said.push(format!("{only} {}", clauses.join("; ")));
            } else {
                said.extend(clauses);
            }
        }
    }
    said
}

/// Whether a row reads as a sentence about its items: they are its subjects, and its values are short.
fn is_outgoing(row: &Row) -> bool {
    let values = row
        .cells
        .iter()
        .flatten()
        .filter_map(|entry| entry.value.as_ref());
    row.direction == Direction::Out
        && values
            .map(Value::text)
            .all(|text| text.chars().count() <= LONGEST)
}

/// Whether no two items have a value in common.
fn tells_apart(row: &Row) -> bool {
    let mut seen: Vec<&Value> = Vec::new();
    let values = row.cells.iter().flatten().filter_map(|e| e.value.as_ref());
    values.into_iter().all(|value| {
        let new = !seen.contains(&value);
        seen.push(value);
        new
    })
}

fn is_said(cell: &[Entry]) -> bool {
    cell.iter().any(|entry| entry.value.is_some())
}

/// What a row says of each item, as clauses; of several in the same words once.
fn clauses(row: &Row, names: &[String], language: Language) -> Vec<String> {
    let mut said: Vec<(Vec<String>, &Value, String)> = Vec::new();
    for (name, cell) in names.iter().zip(&row.cells) {
        for denied in [true, false] {
            let texts: Vec<String> = cell
                .iter()
                .filter(|e| (e.status == Status::Denied) == denied && e.status != Status::Uncertain)
                .filter_map(|e| e.value.as_ref().map(Value::text))
                .collect();
            if texts.is_empty() {
                continue;
            }
            let property = match (&row.denied_property, denied) {
                (Some(denial), true) => denial,
                _ => &row.property,
            };
            let mut object = language.listed(&texts[..texts.len().min(NAMED)]);
            if texts.len() > NAMED {
                object.push('…');
            }
            let same = said.iter_mut().find(|s| s.1 == property && s.2 == object);
            match same {
                Some((names, ..)) => names.push(name.clone()),
                None => said.push((vec![name.clone()], property, object)),
            }
        }
    }
    let clause = |(names, property, object): &(Vec<String>, &Value, String)| match row.direction {
        Direction::Out => clause(names, property, object, language),
        Direction::In => sentence(object, property, &language.listed(names), language),
    };
    said.iter().map(clause).collect()
}

/// What is said of several: `a has c, as does b`, so that the verb agrees with its subject.
fn clause(names: &[String], property: &Value, object: &str, language: Language) -> String {
    match (language, names) {
        (Language::English, [first, others @ ..]) if !others.is_empty() => {
            let does = if others.len() == 1 { "does" } else { "do" };
            let said = sentence(first, property, object, language);
            format!("{said}, as {does} {}", language.listed(others))
        }
        _ => sentence(&language.listed(names), property, object, language),
    }
}

fn sentence(subject: &str, property: &Value, object: &str, language: Language) -> String {
    let property = property.text();
    match language {
        Language::English => format!("{subject} {property} {object}"),
        Language::Korean => match phrase::predicate(object, &property) {
            Some(predicate) => format!("{} {predicate}", with_particle(subject, Particle::Topic)),
            None => format!("{subject} – {property}: {object}"),
        },
    }
}
