//! An error in a text, with a caret under its place.

use std::fmt;

use unicode_width::UnicodeWidthChar;

use crate::printable::is_hidden;

/// Where a text goes wrong, why, and what to do.
///
/// `Display` prints the cause after `name:line:column`, then the line with a caret under the place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diagnostic {
    /// The file's name, or nothing for what was typed.
    pub name: Option<String>,
    /// The line of the text that is at fault, without its line end; empty when it is not known.
    pub text: String,
    /// Its number, from 1.
    pub line: usize,
    /// The character of that line where the fault begins, from 1.
    pub column: usize,
    /// How many characters are at fault, at least 1.
    pub length: usize,
    /// What is wrong.
    pub cause: String,
    /// What to do about it.
    pub cure: Option<String>,
}

/// The longest piece of a line that is shown around a fault, in columns.
const SHOWN: usize = 76;

impl Diagnostic {
    /// A fault at a line and column of `source`, both from 1.
    pub fn at(source: &str, line: usize, column: usize, cause: impl Into<String>) -> Self {
        let text = source.lines().nth(line.saturating_sub(1)).unwrap_or("");
        Self {
            name: None,
            text: text.to_owned(),
            line: line.max(1),
            column: column.max(1),
            length: 1,
            cause: cause.into(),
            cure: None,
        }
    }

    /// The same fault with what to do about it.
    pub fn with_cure(mut self, cure: impl Into<String>) -> Self {
        self.cure = Some(cure.into());
        self
    }

    /// The same fault in a named file.
    pub fn in_file(mut self, name: impl Into<String>) -> Self {
        self.name = Some(name.into());
        self
    }

    /// The excerpt of the line that is shown, and the caret line below it.
    fn excerpt(&self) -> (String, String) {
        let chars: Vec<char> = self.text.chars().collect();
        let at = (self.column - 1).min(chars.len());
        let mut start = at;
        let mut width = 0;
        let whole: usize = chars.iter().map(|&c| printed_width(c)).sum();
        let before = if whole <= SHOWN { SHOWN } else { SHOWN / 2 };
        while start > 0 && width + printed_width(chars[start - 1]) <= before {
            start -= 1;
            width += printed_width(chars[start]);
        }
        let mut shown = String::new();
        let mut caret_line = String::new();
        if start > 0 {
            shown.push('…');
            caret_line.push(' ');
        }
        let mut used = 0;
        for (i, &c) in chars.iter().enumerate().skip(start) {
            let w = printed_width(c);
            if used + w > SHOWN {
                shown.push('…');
                break;
            }
            used += w;
            push_printed(&mut shown, c);
            let mark = if i >= at && i < at + self.length {
                '^'
            } else {
                ' '
            };
            if i < at + self.length {
                caret_line.extend(std::iter::repeat_n(mark, w));
            }
        }
        if at >= chars.len() {
            caret_line.push('^');
        }
        (shown, caret_line.trim_end().to_owned())
    }
}

/// The columns that a character takes once it cannot act on a terminal.
fn printed_width(c: char) -> usize {
    match c {
        '\t' => 1,
        c if is_hidden(c) => 6,
        c => c.width().unwrap_or(0),
    }
}

/// Writes a character so that it cannot act on a terminal.
fn push_printed(out: &mut String, c: char) {
    match c {
        '\t' => out.push(' '),
        c if is_hidden(c) => out.push_str(&format!("\\u{:04X}", u32::from(c))),
        c => out.push(c),
    }
}

impl fmt::Display for Diagnostic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(name) = &self.name {
            write!(f, "{name}:{}:{}: ", self.line, self.column)?;
        } else {
            write!(f, "line {}, column {}: ", self.line, self.column)?;
        }
        f.write_str(&self.cause)?;
        if !self.text.is_empty() {
            let (shown, caret) = self.excerpt();
            let number = self.line.to_string();
            write!(
                f,
                "\n {number} | {shown}\n {:1$} | {caret}",
                "",
                number.len()
            )?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_caret_stands_under_the_fault_in_display_columns() {
        let d = Diagnostic::at("첫 줄\n  쿠버 ?x", 2, 6, "a variable cannot stand here");
        insta::assert_snapshot!(d, @r"
        line 2, column 6: a variable cannot stand here
         2 |   쿠버 ?x
           |        ^
        ");
    }

    #[test]
    fn a_fault_past_the_end_of_the_line_has_its_caret_after_it() {
        let d = Diagnostic::at("SELECT", 1, 7, "more is expected").in_file("q.rq");
        insta::assert_snapshot!(d, @r"
        q.rq:1:7: more is expected
         1 | SELECT
           |       ^
        ");
    }

    #[test]
    fn a_long_line_is_cut_around_the_fault() {
        let long = format!("{}!{}", "a".repeat(500), "b".repeat(500));
        let text = Diagnostic::at(&long, 1, 501, "x").to_string();
        assert!(text.lines().all(|line| line.chars().count() < 90), "{text}");
        assert!(text.contains('!') && text.contains('^'));
    }

    #[test]
    fn what_would_act_on_a_terminal_is_printed_visibly() {
        let text = Diagnostic::at("a\u{1b}[31m\u{202e}b", 1, 2, "x").to_string();
        assert!(!text.contains(['\u{1b}', '\u{202e}']));
        assert!(text.contains("\\u001B[31m\\u202Eb"));
    }
}
