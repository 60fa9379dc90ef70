//! The outcome of checks, as text and Markdown: what failed with its places and cure, then a summary.

use oxrdf::Term;
use oxrdf::vocab::xsd;

use super::inline::{Inline, Tone};
use super::page::Page;
use super::term;
use super::values;
use crate::answer::{Checked, Checks, Fault, Severity, Value};
use crate::error::Result;
use crate::language::Language;
use crate::printable::visible;
use crate::render::View;

/// How many places of a check are written.
const PLACES: usize = 20;

/// Writes what checks found.
///
/// # Errors
/// Output that fails.
pub fn write(checks: &Checks, page: &mut Page<'_>) -> Result<()> {
    let view = page.view;
    let mut failed: Vec<&Checked> = checks.checks.iter().filter(|c| c.count() > 0).collect();
    failed.sort_by_key(|check| check.severity);
    for check in &failed {
        write_failed(check, page)?;
    }
    let idle: Vec<&str> = checks
        .checks
        .iter()
        .filter(|check| !check.applies)
        .map(|check| check.name.as_str())
        .collect();
    if !idle.is_empty() {
        let names = idle.join(", ");
        let text = match view.language {
            Language::English => format!("Do not apply to these data: {names}"),
            Language::Korean => format!("이 데이터에는 해당하지 않음: {names}"),
        };
        Inline::of(&text, Tone::Faint).block(page)?;
    }
    Inline::of(&summary(checks, view.language), Tone::Strong).block(page)?;
    Ok(())
}

fn summary(checks: &Checks, language: Language) -> String {
    let all = checks.checks.len();
    let idle = checks.checks.iter().filter(|check| !check.applies).count();
    let counts = [Severity::Error, Severity::Warning, Severity::Info].map(|s| checks.failed(s));
    let passed = all - idle - counts.iter().sum::<usize>();
    let [errors, warnings, remarks] = counts;
    let parts = match language {
        Language::English => [
            (idle, format!("{idle} not applicable")),
            (errors, format!("{errors} with errors")),
            (warnings, format!("{warnings} with warnings")),
            (remarks, format!("{remarks} with remarks")),
        ],
        Language::Korean => [
            (idle, format!("해당 없음 {idle}개")),
            (errors, format!("오류 {errors}개")),
            (warnings, format!("경고 {warnings}개")),
            (remarks, format!("참고 {remarks}개")),
        ],
    };
    let mut text = match language {
        Language::English => format!("{all} checks: {passed} passed"),
        Language::Korean => format!("점검 {all}개: 통과 {passed}개"),
    };
    for (count, part) in parts {
        if count > 0 {
            text.push_str(", ");
            text.push_str(&part);
        }
    }
    text
}

fn write_failed(check: &Checked, page: &mut Page<'_>) -> Result<()> {
    let view = page.view;
    let language = view.language;
    let severity = match check.severity {
        Severity::Error => language.pick("error", "오류"),
        Severity::Warning => language.pick("warning", "경고"),
        Severity::Info => language.pick("remark", "참고"),
    };
    let count = check.count();
    let title = format!("{severity}: {} ({}, {count})", check.title, check.name);
    if page.is_markdown() {
        writeln!(page.out, "## {}\n", super::markdown(&title))?;
    } else {
        let mark = Inline::of(severity, Tone::Alarming);
        mark.then(&format!(": {}", check.title), Tone::Strong)
            .then(&format!("  {} ×{count}", check.name), Tone::Faint)
            .block(page)?;
    }
    if let Some(problem) = &check.problem {
        Inline::of(problem, Tone::Plain).item(page)?;
    }
    for fault in check.faults.iter().take(PLACES) {
        let text = place(fault, view);
        if page.is_markdown() {
            writeln!(page.out, "  - {}", text.markdown())?;
        } else {
            text.paragraph(&Inline::of("  ▸ ", Tone::Faint), page)?;
        }
    }
    let more = count - count.min(PLACES as u64);
    if more > 0 {
        let text = match language {
            Language::English => format!("and {more} more (-f csv lists them)"),
            Language::Korean => format!("그 밖에 {more}개 (-f csv로 볼 수 있음)"),
        };
        Inline::of(&text, Tone::Faint).item(page)?;
    }
    if let Some(cure) = &check.cure {
        Inline::of(language.pick("Cure:", "고치기:"), Tone::Strong)
            .then(&format!(" {cure}"), Tone::Plain)
            .item(page)?;
    }
    writeln!(page.out)?;
    Ok(())
}

/// Where it is, and what else is said of it.
fn place(fault: &Fault, view: &View<'_>) -> Inline {
    let mut text = match &fault.focus {
        Some(focus) => named(focus, view),
        None => Inline::of("–", Tone::Faint),
    };
    for detail in &fault.details {
        let name = format!("  {}: ", visible(&detail.name));
        text.push(&name, Tone::Faint);
        text.push(&detail_value(&detail.value, view), Tone::Plain);
    }
    text
}

/// A value; texts in quotes, so that white space shows.
fn detail_value(value: &Value, view: &View<'_>) -> String {
    match &value.term {
        Term::Literal(text) if text.language().is_some() || text.datatype() == xsd::STRING => {
            format!("“{}”", text.value())
        }
        _ => values::value(value, view),
    }
}

/// A label with the short name behind it, where that says more.
fn named(value: &Value, view: &View<'_>) -> Inline {
    let label = values::value(value, view);
    let short = term(&value.term, view.prefixes);
    let text = Inline::of(&label, Tone::Plain);
    if value.term.is_named_node() && visible(&label) != short {
        text.then(&format!(" ({short})"), Tone::Faint)
    } else {
        text
    }
}
