//! Running text with emphasis: wrapped for the eye, or as Markdown.

use std::io::{self, Write};

use anstyle::{AnsiColor, Style};
use unicode_width::UnicodeWidthChar;

use super::markdown;
use super::page::Page;
use crate::printable::{visible, width};
use crate::render::View;

/// The width that texts fit in where no terminal says its own.
const WIDTH: usize = 80;

/// What a piece of text is to the reader.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tone {
    /// The text itself.
    Plain,
    /// What it is about.
    Strong,
    /// What may be passed over: sources, remarks.
    Faint,
    /// What one should notice.
    Alarming,
}

impl Tone {
    fn style(self) -> Style {
        match self {
            Self::Plain => Style::new(),
            Self::Strong => Style::new().bold(),
            Self::Faint => Style::new().dimmed(),
            Self::Alarming => AnsiColor::Yellow.on_default(),
        }
    }
}

/// Pieces of text in a row.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Inline {
    pieces: Vec<(String, Tone)>,
}

impl Inline {
    /// A text of one tone.
    pub fn of(text: &str, tone: Tone) -> Self {
        Self::default().then(text, tone)
    }

    /// The same with a piece added as it stands: spaces are the caller's.
    pub fn then(mut self, text: &str, tone: Tone) -> Self {
        self.push(text, tone);
        self
    }

    /// Adds a piece as it stands.
    pub fn push(&mut self, text: &str, tone: Tone) {
        if !text.is_empty() {
            self.pieces.push((visible(text), tone));
        }
    }

    /// Adds all pieces of another text.
    pub fn extend(&mut self, other: Self) {
        self.pieces.extend(other.pieces);
    }

    /// Whether there is nothing to read.
    pub fn is_empty(&self) -> bool {
        self.pieces.is_empty()
    }

    /// Texts with something between them.
    pub fn join(texts: impl IntoIterator<Item = Self>, between: &str) -> Self {
        let mut joined = Self::default();
        for (i, text) in texts.into_iter().enumerate() {
            if i > 0 {
                joined.push(between, Tone::Plain);
            }
            joined.extend(text);
        }
        joined
    }

    /// As Markdown.
    pub fn markdown(&self) -> String {
        self.pieces
            .iter()
            .map(|(text, tone)| match tone {
                Tone::Strong => format!("**{}**", markdown(text)),
                _ => markdown(text),
            })
            .collect()
    }

    /// Without emphasis, on one line.
    pub fn plain(&self) -> String {
        self.pieces.iter().map(|(text, _)| text.as_str()).collect()
    }

    /// Lines of at most `columns`, broken at spaces; a word that is wider than a line is broken where it must be.
    pub fn lines(&self, columns: usize) -> Vec<Self> {
        let columns = columns.max(8);
        let mut lines = vec![Self::default()];
        let mut used = 0;
        for word in self.words() {
            let word_width = width(word.plain().trim_end());
            if used + word_width > columns && used > 0 {
                lines.push(Self::default());
                used = 0;
            }
            // Spaces neither begin a line nor end one.
            if word_width == 0 && (used == 0 || used + 1 >= columns) {
                continue;
            }
            if word_width > columns {
                for part in word.broken(columns) {
                    used = width(&part.plain());
                    match lines.last_mut() {
                        Some(line) if line.is_empty() => *line = part,
                        _ => lines.push(part),
                    }
                }
                continue;
            }
            used += width(&word.plain());
            if let Some(line) = lines.last_mut() {
                line.extend(word);
            }
        }
        lines
    }

    /// The pieces cut after each run of spaces; a word may consist of several pieces.
    fn words(&self) -> Vec<Self> {
        let mut words: Vec<Self> = Vec::new();
        let mut open = false;
        for (text, tone) in &self.pieces {
            for part in text.split_inclusive(' ') {
                if !open {
                    words.push(Self::default());
                }
                if let Some(word) = words.last_mut() {
                    word.pieces.push((part.to_owned(), *tone));
                }
                open = !part.ends_with(' ');
            }
        }
        words
    }

    fn broken(&self, columns: usize) -> Vec<Self> {
        let mut lines = vec![Self::default()];
        let mut used = 0;
        for (text, tone) in &self.pieces {
            for c in text.chars() {
                let wide = c.width().unwrap_or(0);
                if used + wide > columns {
                    lines.push(Self::default());
                    used = 0;
                }
                used += wide;
                let Some(line) = lines.last_mut() else {
                    continue;
                };
                match line.pieces.last_mut() {
                    Some((last, same)) if same == tone => last.push(c),
                    _ => line.pieces.push((c.to_string(), *tone)),
                }
            }
        }
        lines
    }

    /// Writes one line as it is, styled if colour is wanted; spaces at its end are dropped.
    ///
    /// # Errors
    /// Output that fails.
    pub fn write(&self, color: bool, out: &mut dyn Write) -> io::Result<()> {
        let whole = self.plain().trim_end().len();
        let mut written = 0;
        for (text, tone) in &self.pieces {
            let text = &text[..text.len().min(whole.saturating_sub(written))];
            written += text.len();
            let style = tone.style();
            if color && !text.is_empty() && style != Style::new() {
                write!(out, "{style}{text}{style:#}")?;
            } else {
                out.write_all(text.as_bytes())?;
            }
        }
        Ok(())
    }

    /// Writes a paragraph: its first line behind `first`, the others behind spaces of the same width.
    ///
    /// # Errors
    /// Output that fails.
    pub fn paragraph(&self, first: &Self, page: &mut Page<'_>) -> io::Result<()> {
        let view = page.view;
        let indent = width(&first.plain());
        let lines = self.lines(columns(view).saturating_sub(indent));
        for (i, line) in lines.into_iter().enumerate() {
            let mut whole = if i == 0 {
                first.clone()
            } else {
                Self::of(&" ".repeat(indent), Tone::Plain)
            };
            whole.extend(line);
            whole.write(page.view.color, page.out)?;
            writeln!(page.out)?;
        }
        Ok(())
    }

    /// Writes an item of a list: behind an indent, in Markdown behind a dash.
    ///
    /// # Errors
    /// Output that fails.
    pub fn item(&self, page: &mut Page<'_>) -> io::Result<()> {
        if page.is_markdown() {
            writeln!(page.out, "- {}", self.markdown())
        } else {
            self.paragraph(&Self::of("  ", Tone::Plain), page)
        }
    }

    /// Writes a text that stands for itself.
    ///
    /// # Errors
    /// Output that fails.
    pub fn block(&self, page: &mut Page<'_>) -> io::Result<()> {
        if page.is_markdown() {
            writeln!(page.out, "\n{}", self.markdown())
        } else {
            self.paragraph(&Self::default(), page)
        }
    }
}

/// The columns that a text may take.
pub fn columns(view: &View<'_>) -> usize {
    view.width.unwrap_or(WIDTH).max(24)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(text: &str, columns: usize) -> Vec<String> {
        let lines = Inline::of(text, Tone::Plain).lines(columns);
        lines
            .iter()
            .map(|line| line.plain().trim_end().to_owned())
            .collect()
    }

    #[test]
    fn a_line_breaks_at_spaces_and_counts_hangul_double() {
        assert_eq!(
            lines("컨트롤 플레인 node", 10),
            ["컨트롤", "플레인", "node"]
        );
        assert_eq!(lines("one two three", 8), ["one two", "three"]);
    }

    #[test]
    fn a_word_wider_than_the_line_is_broken() {
        assert_eq!(lines("a 0123456789x b", 8), ["a", "01234567", "89x b"]);
    }

    #[test]
    fn pieces_without_a_space_between_them_stay_together() {
        let text = Inline::of("one “", Tone::Plain)
            .then("two", Tone::Strong)
            .then("”.", Tone::Plain);
        let lines: Vec<String> = text.lines(8).iter().map(Inline::plain).collect();
        assert_eq!(lines, ["one ", "“two”."]);
    }

    #[test]
    fn what_could_act_on_a_terminal_or_in_markdown_does_not() {
        let text = Inline::of("\u{1b}[31m<b>*x*", Tone::Strong);
        assert_eq!(text.plain(), "\\u001B[31m<b>*x*");
        assert_eq!(text.markdown(), "**\\\\u001B\\[31m&lt;b&gt;\\*x\\***");
    }
}
