//! Paths as sentences with arrows.

use super::inline::{Inline, Tone};
use super::page::Page;
use super::values;
use crate::answer::{Path, Paths, Status, Value};
use crate::error::Result;
use crate::language::Language;
use crate::render::View;

/// Writes paths, one a paragraph, with its sources.
///
/// # Errors
/// Output that fails.
pub fn write(paths: &Paths, page: &mut Page<'_>) -> Result<()> {
    let view = page.view;
    let language = view.language;
    if paths.paths.is_empty() {
        let names: Vec<String> = paths.items.iter().map(Value::text).collect();
        let text = language.pick("no path found between ", "이어 주는 길을 찾지 못함: ");
        let text = Inline::of(text, Tone::Plain).then(&names.join(" · "), Tone::Strong);
        text.block(page)?;
    }
    for (i, path) in paths.paths.iter().enumerate() {
        let text = path_text(path, view);
        let number = format!("{}. ", i + 1);
        if page.is_markdown() {
            writeln!(page.out, "{number}{}", text.markdown())?;
        } else {
            text.paragraph(&Inline::of(&number, Tone::Faint), page)?;
        }
    }
    if paths.partial {
        let text = language.pick(
            "There may be more: --max-hops and --max-degree widen the search.",
            "더 있을 수 있음: --max-hops와 --max-degree로 넓혀 찾음.",
        );
        Inline::of(text, Tone::Faint).block(page)?;
    }
    Ok(())
}

/// A path as it is read from its first concept to its last: `EKS ─ requires → data plane ← serves as ─ EC2  L6`.
pub fn path_text(path: &Path, view: &View<'_>) -> Inline {
    let mut text = Inline::default();
    let mut sources = Vec::new();
    for (i, step) in path.steps.iter().enumerate() {
        let (from, to) = step.ends();
        if i == 0 {
            text.push(&values::value(from, view), Tone::Strong);
        }
        let (before, after) = match step.forward {
            true => (" ─ ", " → "),
            false => (" ← ", " ─ "),
        };
        text.push(before, Tone::Faint);
        text.push(&values::property(&step.property, view), Tone::Plain);
        if step.status == Status::Inferred {
            text.extend(values::inferred(view));
        }
        text.push(after, Tone::Faint);
        text.push(&values::value(to, view), Tone::Strong);
        for source in &step.sources {
            if !sources.contains(source) {
                sources.push(source.clone());
            }
        }
    }
    if !sources.is_empty() {
        text.push(" ", Tone::Plain);
        text.extend(values::sources(&sources, view));
    }
    if path.folded > 0 {
        let folded = match view.language {
            Language::English => format!("  (+{} of this shape)", path.folded),
            Language::Korean => format!("  (같은 꼴 +{}개)", path.folded),
        };
        text.push(&folded, Tone::Faint);
    }
    text
}
