//! Concepts whose names match, a line each.

use super::inline::{Inline, Tone};
use super::markdown;
use super::page::Page;
use crate::answer::Find;
use crate::error::Result;
use crate::printable::visible;

/// Writes the label and the short name of each concept, and the name that matched where that is another.
///
/// # Errors
/// Output that fails.
pub fn write(find: &Find, page: &mut Page<'_>) -> Result<()> {
    for found in &find.matches {
        let short = visible(&page.view.prefixes.display(&found.iri));
        let label = visible(&found.label);
        let matched = visible(&found.matched);
        let through = if matched == label {
            String::new()
        } else {
            format!(" ({matched})")
        };
        if page.is_markdown() {
            let (label, through) = (markdown(&label), markdown(&through));
            writeln!(page.out, "- **{label}** `{short}`{through}")?;
        } else {
            writeln!(page.out, "{label}  {short}{through}")?;
        }
    }
    if find.partial {
        let text = page.view.language.pick(
            "There are more: --top shows more.",
            "더 있음: --top으로 더 볼 수 있음.",
        );
        Inline::of(text, Tone::Faint).block(page)?;
    }
    Ok(())
}
