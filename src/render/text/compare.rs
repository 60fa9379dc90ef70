//! A comparison as a board: what is common, then what differs side by side, then the rest.

mod said;
mod table;

use super::inline::{Inline, Tone};
use super::markdown;
use super::page::Page;
use super::path::path_text;
use super::show::statement;
use super::values;
use crate::answer::{Comparison, Row, Value};
use crate::error::Result;
use crate::language::Language;
use crate::printable::width;
use crate::render::Format;
use table::table;

/// Writes a comparison.
///
/// # Errors
/// Output that fails.
pub fn write(comparison: &Comparison, page: &mut Page<'_>) -> Result<()> {
    let view = page.view;
    if page.format == Format::Csv {
        return super::csv::write(comparison, page.out);
    }
    let language = view.language;
    let names: Vec<String> = comparison.items.iter().map(Value::text).collect();
    let title = names.join(" vs ");
    match page.format {
        Format::Markdown => writeln!(page.out, "# {}", markdown(&title))?,
        _ => Inline::of(&title, Tone::Strong).paragraph(&Inline::default(), page)?,
    }
    Inline::of(&comparison.verdict, Tone::Plain).block(page)?;
    descriptions(comparison, page)?;
    if !comparison.relations.is_empty() {
        page.heading(language.pick("Between them", "서로의 관계"))?;
    }
    for relation in &comparison.relations {
        statement(relation, view).item(page)?;
    }
    if !comparison.ancestors.is_empty() {
        page.heading(language.pick("Common kind", "공통 종류"))?;
    }
    for ancestor in &comparison.ancestors {
        let content = ancestor.information_content;
        let content = match language {
            Language::English => format!("  (information content {content:.2})"),
            Language::Korean => format!("  (정보량 {content:.2})"),
        };
        let mut text = Inline::of(&values::value(&ancestor.item, view), Tone::Plain);
        text.extend(values::sources(&ancestor.sources, view));
        text.push(&content, Tone::Faint);
        text.item(page)?;
    }
    said::shared(comparison, page)?;
    let differences = language.pick("Differences", "차이점");
    table(differences, &comparison.differences, comparison, page)?;
    said::alike(comparison, page)?;
    said::only(comparison, page)?;
    let (doubted, said): (Vec<Row>, Vec<Row>) = comparison
        .denied
        .iter()
        .cloned()
        .partition(said::is_doubted);
    let (opposed, denied): (Vec<Row>, Vec<Row>) = said.into_iter().partition(|row| row.exclusive);
    let title = language.pick("Said of one, denied of another", "한쪽만 그렇다고 한 것");
    table(title, &opposed, comparison, page)?;
    said::denied(&denied, comparison, page)?;
    said::uncertain(&doubted, comparison, page)?;
    if !comparison.paths.is_empty() {
        page.heading(language.pick("How they are connected", "이어 주는 길"))?;
    }
    for path in &comparison.paths {
        path_text(path, view).item(page)?;
    }
    said::exam(comparison, page)?;
    remarks(comparison, page)
}

fn descriptions(comparison: &Comparison, page: &mut Page<'_>) -> Result<()> {
    let view = page.view;
    if comparison.descriptions.iter().all(Option::is_none) {
        return Ok(());
    }
    writeln!(page.out)?;
    for (item, description) in comparison.items.iter().zip(&comparison.descriptions) {
        if let Some(description) = description {
            Inline::of(&values::value(item, view), Tone::Strong)
                .then(": ", Tone::Plain)
                .then(&shortened(&values::prose(description)), Tone::Plain)
                .item(page)?;
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

fn remarks(comparison: &Comparison, page: &mut Page<'_>) -> Result<()> {
    let view = page.view;
    let language = view.language;
    if comparison.left_out > 0 || comparison.partial {
        writeln!(page.out)?;
    }
    if comparison.left_out > 0 {
        let count = comparison.left_out;
        let text = match language {
            Language::English => format!("{count} more rows: --all shows them."),
            Language::Korean => format!("{count}줄 더 있음: --all로 모두 봄."),
        };
        Inline::of(&text, Tone::Faint).block(page)?;
    }
    if comparison.partial {
        let text = language.pick(
            "Not all facts were read: --exact reads them.",
            "사실을 모두 읽지는 않음: --exact로 모두 읽음.",
        );
        Inline::of(text, Tone::Faint).block(page)?;
    }
    Ok(())
}
