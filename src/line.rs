//! A line of the shell, or of a script → what it says.
//!
//! SPARQL leaves before any splitting; what is split into words goes to the same grammar as the program's arguments.

use crate::cli::{self, Said, Unsaid};

use settings::BARE_SETTINGS;
pub use settings::{SETTINGS, TOPICS, help_topics};
pub use statements::{Statement, Statements, is_complete};

mod settings;
mod statements;

/// What one statement of a shell says.
#[derive(Debug)]
pub enum Line {
    /// A command, with options that hold for this line.
    Command(Box<Said>),
    /// A SPARQL query or update.
    Sparql(String),
    /// A setting of the shell: its name without the dot, and what follows.
    Setting(String, String),
    /// Nothing: white space or a comment.
    Blank,
}

/// Why a line cannot be read.
#[derive(Debug)]
pub enum Misread {
    /// A double quote that is not closed.
    OpenQuote,
    /// Help that was asked for, or words that are no command.
    Unsaid(Unsaid),
}

/// Words that begin a SPARQL statement, in lower case.
pub const SPARQL_WORDS: [&str; 20] = [
    "select",
    "ask",
    "construct",
    "describe",
    "prefix",
    "base",
    "version",
    "insert",
    "delete",
    "load",
    "clear",
    "drop",
    "create",
    "copy",
    "move",
    "add",
    "with",
    "@prefix",
    "@base",
    "@version",
];

/// The setting that SPARQL follows.
const EXPLAIN: &str = ".explain";

impl Line {
    /// Reads one statement.
    ///
    /// # Errors
    /// A quote that is not closed, or words that are no command.
    pub fn read(text: &str) -> Result<Self, Misread> {
        let text = text.trim();
        let first = first_word(text);
        if text.is_empty() || text.starts_with('#') {
            return Ok(Self::Blank);
        }
        if is_sparql(text) {
            return Ok(Self::Sparql(text.to_owned()));
        }
        let setting = first
            .strip_prefix('.')
            .or_else(|| BARE_SETTINGS.contains(&first).then_some(first))
            .or_else(|| (first == "?").then_some("help"));
        if let Some(name) = setting {
            let rest = text[first.len()..].trim().to_owned();
            return Ok(Self::Setting(name.to_owned(), rest));
        }
        let command = text.strip_suffix(';').unwrap_or(text);
        let words = words(command).ok_or(Misread::OpenQuote)?;
        let said = cli::parse_line(words).map_err(Misread::Unsaid)?;
        Ok(Self::Command(Box::new(said)))
    }
}

/// The text up to the first white space or bracket.
pub fn first_word(text: &str) -> &str {
    let end = text
        .find(|c: char| c.is_whitespace() || "{(<*;".contains(c))
        .unwrap_or(text.len());
    &text[..end]
}

/// Whether a statement is SPARQL, told by its first word.
pub fn is_sparql(text: &str) -> bool {
    let first = first_word(text.trim_start());
    SPARQL_WORDS
        .iter()
        .any(|word| word.eq_ignore_ascii_case(first))
}

/// Where the SPARQL of a statement begins: at its own begin, or behind the setting that explains it.
pub fn sparql_start(text: &str) -> Option<usize> {
    if is_sparql(text) {
        return Some(0);
    }
    let rest = text.trim_start().strip_prefix(EXPLAIN)?;
    let apart = rest.starts_with(char::is_whitespace);
    (apart && is_sparql(rest)).then_some(text.len() - rest.len())
}

/// Cuts a line into words: at white space, but not inside double quotes, nor inside single quotes that begin a word.
///
/// A single quote inside a word is an apostrophe, and one that begins a word closes at one that ends a word. Nothing is a
/// comment. `None` when a double quote is not closed.
pub fn words(line: &str) -> Option<Vec<String>> {
    let mut words = Vec::new();
    let mut rest = line.trim_start();
    while !rest.is_empty() {
        let (word, length) = word(rest)?;
        words.push(word);
        rest = rest[length..].trim_start();
    }
    Some(words)
}

/// The word that a text begins with, and how many bytes it takes.
fn word(text: &str) -> Option<(String, usize)> {
    if let Some(quoted) = text.strip_prefix('\'')
        && let Some(end) = quoted.match_indices('\'').map(|(at, _)| at).find(|at| {
            quoted[at + 1..]
                .chars()
                .next()
                .is_none_or(char::is_whitespace)
        })
    {
        return Some((quoted[..end].to_owned(), end + 2));
    }
    let mut word = String::new();
    let mut quoted = false;
    let mut chars = text.char_indices();
    while let Some((at, c)) = chars.next() {
        match c {
            '"' => quoted = !quoted,
            '\\' if quoted && chars.as_str().starts_with(['"', '\\']) => {
                word.extend(chars.next().map(|(_, c)| c));
            }
            c if c.is_whitespace() && !quoted => return Some((word, at)),
            c => word.push(c),
        }
    }
    (!quoted).then_some((word, text.len()))
}

/// A name as one word of a line.
pub fn quoted(name: &str) -> String {
    let breaks = |c: char| c.is_whitespace() || c == '"';
    if name.is_empty() || name.contains(breaks) || name.starts_with(['-', '\'']) {
        format!("\"{}\"", name.replace('\\', "\\\\").replace('"', "\\\""))
    } else {
        name.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn split(line: &str) -> String {
        words(line).map_or("open quote".to_owned(), |words| words.join("|"))
    }

    #[test]
    fn an_apostrophe_is_part_of_its_word() {
        assert_eq!(split("show Let's Encrypt"), "show|Let's|Encrypt");
        assert_eq!(split("show 'tis the season"), "show|'tis|the|season");
    }

    #[test]
    fn quotes_hold_words_together() {
        assert_eq!(
            split(r#"compare "Container Image" 'Docker Hub'"#),
            "compare|Container Image|Docker Hub"
        );
        assert_eq!(split(r#"show "a \"b\" c" x"y z""#), r#"show|a "b" c|xy z"#);
        assert_eq!(split("show 'Let's Encrypt' x"), "show|Let's Encrypt|x");
        assert_eq!(split("show \"\" ''"), "show||");
    }

    #[test]
    fn a_double_quote_that_is_not_closed_is_said() {
        assert_eq!(split("show \"EKS"), "open quote");
    }

    #[test]
    fn a_quoted_name_is_one_word_again() {
        for name in [
            "EKS",
            "Docker Hub",
            "a \"b\" c",
            "-x",
            "Let's",
            "'tis",
            "\\ x",
            "",
        ] {
            assert_eq!(words(&quoted(name)), Some(vec![name.to_owned()]), "{name}");
        }
    }

    #[test]
    fn nothing_is_a_comment() {
        assert_eq!(split("find C# x"), "find|C#|x");
    }

    #[test]
    fn turtle_terms_survive_in_single_quotes() {
        assert_eq!(
            split(r#"query --bind 'x="a b"@ko'"#),
            r#"query|--bind|x="a b"@ko"#
        );
    }

    #[test]
    fn the_first_word_tells_sparql_from_commands() {
        for sparql in [
            "SELECT * {}",
            "select(1 as ?x){}",
            "ASK{}",
            "PREFIX : <x>",
            "Describe<x>",
        ] {
            assert!(is_sparql(sparql), "{sparql}");
        }
        for other in ["show select", "selection", ".mode", ""] {
            assert!(!is_sparql(other), "{other}");
        }
    }

    #[test]
    fn a_dot_begins_a_setting_and_three_words_need_none() {
        let setting = |text| match Line::read(text) {
            Ok(Line::Setting(name, rest)) => format!("{name}|{rest}"),
            other => format!("{other:?}"),
        };
        assert_eq!(setting(".mode csv"), "mode|csv");
        assert_eq!(setting("help compare"), "help|compare");
        assert_eq!(setting("exit"), "exit|");
        assert_eq!(setting(" .once | sort -u "), "once|| sort -u");
    }
}
