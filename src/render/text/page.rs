//! Where a text for reading is written.

use std::io::{self, Write};

use super::inline::{Inline, Tone};
use super::markdown;
use crate::render::{Format, View};

/// What a text is written to, as what, and how it looks there.
pub struct Page<'a> {
    /// Text or Markdown; of a comparison CSV too.
    pub format: Format,
    /// How it looks.
    pub view: &'a View<'a>,
    /// What it is written to.
    pub out: &'a mut dyn Write,
}

impl Page<'_> {
    /// Whether the text is Markdown, rather than for the eye.
    pub fn is_markdown(&self) -> bool {
        self.format == Format::Markdown
    }

    /// Writes a heading of a section.
    ///
    /// # Errors
    /// Output that fails.
    pub fn heading(&mut self, text: &str) -> io::Result<()> {
        writeln!(self.out)?;
        if self.is_markdown() {
            return writeln!(self.out, "## {}\n", markdown(text));
        }
        Inline::of(text, Tone::Strong).write(self.view.color, self.out)?;
        writeln!(self.out)
    }
}
