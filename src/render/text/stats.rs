//! Counts of a graph, as lists.

use super::page::Page;
use super::term;
use crate::answer::Stats;
use crate::error::Result;
use crate::printable::visible;

/// Writes the totals, then the counts of kinds, named graphs and predicates, and the prefixes.
///
/// # Errors
/// Output that fails.
pub fn write(stats: &Stats, page: &mut Page<'_>) -> Result<()> {
    let prefixes = page.view.prefixes;
    let bullet = if page.is_markdown() { "- " } else { "  " };
    writeln!(
        page.out,
        "{}: {} triples, {} subjects, {} objects",
        visible(&stats.graph),
        stats.triples,
        stats.subjects,
        stats.objects
    )?;
    for (title, counts) in [
        ("Kinds", &stats.kinds),
        ("Named graphs", &stats.named_graphs),
    ] {
        if !counts.is_empty() {
            heading(title, page)?;
        }
        for count in counts {
            let name = term(&count.item.term, prefixes);
            writeln!(page.out, "{bullet}{:>9}  {name}", count.count)?;
        }
    }
    heading("Predicates (triples, subjects, objects)", page)?;
    for predicate in &stats.predicates {
        let name = term(&predicate.item.term, prefixes);
        writeln!(
            page.out,
            "{bullet}{:>9} {:>9} {:>9}  {name}",
            predicate.count, predicate.subjects, predicate.objects
        )?;
    }
    if !stats.file.is_empty() {
        heading("Besides", page)?;
    }
    for (what, said) in &stats.file {
        writeln!(page.out, "{bullet}{}: {}", visible(what), visible(said))?;
    }
    heading("Prefixes", page)?;
    for prefix in &stats.prefixes {
        let iri = visible(&prefix.iri);
        writeln!(page.out, "{bullet}{}: <{iri}>", prefix.prefix)?;
    }
    Ok(())
}

fn heading(text: &str, page: &mut Page<'_>) -> Result<()> {
    match page.is_markdown() {
        true => writeln!(page.out, "\n## {text}\n")?,
        false => writeln!(page.out, "\n{text}")?,
    }
    Ok(())
}
