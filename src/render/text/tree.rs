//! A place in the hierarchy, as an outline.

use super::inline::{Inline, Tone};
use super::page::Page;
use super::values;
use crate::answer::{Branch, Tree};
use crate::error::Result;
use crate::language::Language;
use crate::render::View;

/// Writes what is above a concept, then what is below it.
///
/// # Errors
/// Output that fails.
pub fn write(tree: &Tree, page: &mut Page<'_>) -> Result<()> {
    let view = page.view;
    let item = Inline::of(&values::value(&tree.item, view), Tone::Strong);
    if tree.up.is_empty() && tree.down.is_empty() && !tree.partial {
        let remark = ("  nothing above or below it", "  위아래에 아무것도 없음");
        let text = item.then(view.language.pick(remark.0, remark.1), Tone::Faint);
        return root(&text, page);
    }
    let sides = [
        (&tree.up, tree.up_left_out, ("  ↑ above", "  ↑ 위")),
        (&tree.down, tree.down_left_out, ("  ↓ below", "  ↓ 아래")),
    ];
    let filled = sides
        .into_iter()
        .filter(|(side, left_out, _)| !side.is_empty() || *left_out > 0);
    for (i, (side, left_out, (english, korean))) in filled.enumerate() {
        if i > 0 {
            writeln!(page.out)?;
        }
        let text = item.clone();
        let mut text = text.then(view.language.pick(english, korean), Tone::Faint);
        more(&mut text, left_out, view);
        root(&text, page)?;
        branches(side, "", page)?;
    }
    if tree.partial {
        let text = view.language.pick(
            "Not all of it is shown: --sparql gives a query for more.",
            "모두 보인 것은 아님: --sparql로 나머지를 찾을 질의를 얻음.",
        );
        writeln!(page.out)?;
        Inline::of(text, Tone::Faint).block(page)?;
    }
    Ok(())
}

fn root(text: &Inline, page: &mut Page<'_>) -> Result<()> {
    if page.is_markdown() {
        writeln!(page.out, "- {}", text.markdown())?;
    } else {
        text.paragraph(&Inline::default(), page)?;
    }
    Ok(())
}

fn branches(branches: &[Branch], indent: &str, page: &mut Page<'_>) -> Result<()> {
    let view = page.view;
    for (i, branch) in branches.iter().enumerate() {
        let text = branch_text(branch, view);
        let last = i + 1 == branches.len();
        let deeper = if page.is_markdown() {
            writeln!(page.out, "{indent}  - {}", text.markdown())?;
            "  "
        } else {
            let mark = if last { "└─ " } else { "├─ " };
            let first = Inline::of(&format!("{indent}{mark}"), Tone::Faint);
            text.paragraph(&first, page)?;
            if last { "   " } else { "│  " }
        };
        let indent = format!("{indent}{deeper}");
        self::branches(&branch.branches, &indent, page)?;
    }
    Ok(())
}

fn branch_text(branch: &Branch, view: &View<'_>) -> Inline {
    let mut text = Inline::of(&values::value(&branch.item, view), Tone::Plain);
    let property = values::property(&branch.property, view);
    text.push(&format!("  {property}"), Tone::Faint);
    if branch.repeated {
        text.push(
            view.language.pick(" (see above)", " (위에 있음)"),
            Tone::Faint,
        );
    }
    more(&mut text, branch.left_out, view);
    text
}

/// Tells how many branches are not shown.
fn more(text: &mut Inline, left_out: usize, view: &View<'_>) {
    if left_out > 0 {
        let more = match view.language {
            Language::English => format!(" (+{left_out} more)"),
            Language::Korean => format!(" (+{left_out}개)"),
        };
        text.push(&more, Tone::Faint);
    }
}
