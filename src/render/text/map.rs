//! A concept map as an outline: each concept with the links that begin there.

use super::inline::{Inline, Tone};
use super::markdown;
use super::page::Page;
use super::values;
use crate::answer::{Map, MapNode};
use crate::error::Result;
use crate::language::Language;
use crate::render::{Format, View};

/// Writes the outline.
///
/// # Errors
/// Output that fails.
pub fn write(map: &Map, page: &mut Page<'_>) -> Result<()> {
    let view = page.view;
    match page.format {
        Format::Markdown => writeln!(page.out, "# {}\n", markdown(&map.title))?,
        _ => {
            Inline::of(&map.title, Tone::Strong).paragraph(&Inline::default(), page)?;
            writeln!(page.out)?;
        }
    }
    if map.nodes.is_empty() {
        let text = view.language.pick(
            "There are no concepts with links between them.",
            "서로 이어진 개념이 없음.",
        );
        Inline::of(text, Tone::Plain).block(page)?;
    }
    let linked = |node: usize| {
        map.edges
            .iter()
            .filter(move |e| e.source == node || e.target == node)
    };
    let mut order: Vec<usize> = (0..map.nodes.len()).collect();
    order.sort_by_key(|&node| (std::cmp::Reverse(linked(node).count()), node));
    for node in order {
        // What is only linked to stands where the links begin.
        if map.edges.iter().all(|e| e.source != node) && linked(node).count() > 0 {
            continue;
        }
        let head = head(&map.nodes[node], view);
        if page.is_markdown() {
            writeln!(page.out, "- {}", head.markdown())?;
        } else {
            head.paragraph(&Inline::default(), page)?;
        }
        for edge in map.edges.iter().filter(|e| e.source == node) {
            let mut text = Inline::of(&values::property(&edge.property, view), Tone::Plain);
            text.push(if edge.symmetric { " ─ " } else { " → " }, Tone::Faint);
            text.push(
                &values::value(&map.nodes[edge.target].item, view),
                Tone::Plain,
            );
            text.extend(values::sources(&edge.sources, view));
            if page.is_markdown() {
                writeln!(page.out, "  - {}", text.markdown())?;
            } else {
                text.item(page)?;
            }
        }
    }
    if map.left_out > 0 {
        let left_out = map.left_out;
        let text = match view.language {
            Language::English => format!("+{left_out} more: --max-nodes shows more"),
            Language::Korean => format!("+{left_out}개: --max-nodes로 더 볼 수 있음"),
        };
        writeln!(page.out)?;
        Inline::of(&text, Tone::Faint).block(page)?;
    }
    if map.partial {
        let text = view.language.pick(
            "Not all of the graph was read for this.",
            "그래프를 모두 읽고 고른 것은 아님.",
        );
        Inline::of(text, Tone::Faint).block(page)?;
    }
    Ok(())
}

fn head(node: &MapNode, view: &View<'_>) -> Inline {
    let mut text = Inline::of(&values::value(&node.item, view), Tone::Strong);
    if let Some(kind) = &node.kind {
        text.push(&format!("  {}", values::value(kind, view)), Tone::Faint);
    }
    if node.more > 0 {
        text.push(&format!("  +{}", node.more), Tone::Faint);
    }
    text
}
