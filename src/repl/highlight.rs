//! Colours while typing.

use anstyle::{AnsiColor, Style};

use crate::cli;
use crate::lexer::{self, Kind, Token};
use crate::line;
use crate::sparql;

/// The same text with colours; its width on the screen is the same.
pub fn highlight(text: &str) -> String {
    if line::is_sparql(text) || text.trim_start().starts_with('#') {
        return colored(text, sparql_style);
    }
    let first = line::first_word(text.trim_start());
    let known = cli::verbs().any(|verb| verb == first) || first.starts_with('.');
    let start = text.len() - text.trim_start().len();
    if !known {
        return text.to_owned();
    }
    let style = AnsiColor::Blue.on_default().bold();
    let rest = &text[start + first.len()..];
    if line::sparql_start(text).is_some() {
        let rest = colored(rest, sparql_style);
        return format!("{}{style}{first}{style:#}{rest}", &text[..start]);
    }
    format!("{}{style}{first}{style:#}{}", &text[..start], words(rest))
}

fn colored(text: &str, style: impl Fn(&Token<'_>) -> Option<Style>) -> String {
    let mut out = String::with_capacity(text.len() * 2);
    let mut end = 0;
    for token in lexer::tokens(text) {
        out.push_str(&text[end..token.start]);
        match style(&token) {
            // A line break inside must not carry a colour over.
            Some(style) => {
                for (i, part) in token.text.split('\n').enumerate() {
                    if i > 0 {
                        out.push('\n');
                    }
                    out.push_str(&format!("{style}{part}{style:#}"));
                }
            }
            None => out.push_str(token.text),
        }
        end = token.span().end;
    }
    out.push_str(&text[end..]);
    out
}

fn sparql_style(token: &Token<'_>) -> Option<Style> {
    let color = match token.kind {
        Kind::Word if sparql::is_keyword(token.text) => {
            return Some(AnsiColor::Blue.on_default().bold());
        }
        Kind::Comment => return Some(Style::new().dimmed()),
        Kind::String if token.unclosed => AnsiColor::Red,
        Kind::Variable => AnsiColor::Cyan,
        Kind::String | Kind::At => AnsiColor::Green,
        Kind::Iri | Kind::PrefixedName => AnsiColor::Yellow,
        Kind::Number => AnsiColor::Magenta,
        _ => return None,
    };
    Some(color.on_default())
}

/// Options, quoted names and the words between names stand out.
fn words(text: &str) -> String {
    let mut out = String::new();
    for piece in text.split_inclusive(char::is_whitespace) {
        let word = piece.trim_end();
        let style = match word {
            "vs" | "to" => Style::new().dimmed(),
            word if word.starts_with("--") => AnsiColor::Cyan.on_default(),
            word if word.starts_with('"') => AnsiColor::Green.on_default(),
            _ => Style::new(),
        };
        out.push_str(&format!("{style}{word}{style:#}{}", &piece[word.len()..]));
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is left of a text without its escapes.
    fn stripped(text: &str) -> String {
        let mut out = String::new();
        let mut rest = text;
        while let Some(at) = rest.find('\u{1b}') {
            out.push_str(&rest[..at]);
            let end = rest[at..].find('m').map_or(rest.len(), |m| at + m + 1);
            rest = &rest[end..];
        }
        out + rest
    }

    #[test]
    fn keywords_variables_and_strings_are_told_apart() {
        let text = highlight("SELECT ?x { ?x a \"y\" }");
        assert!(text.contains("\u{1b}[1m\u{1b}[34mSELECT"), "{text:?}");
        assert!(text.contains("\u{1b}[36m?x") && text.contains("\u{1b}[32m\"y\""));
    }

    #[test]
    fn a_command_stands_out_and_an_unknown_word_does_not() {
        assert!(highlight("find x --top 3").contains("\u{1b}[36m--top"));
        assert_eq!(highlight("fnid x"), "fnid x");
    }

    proptest::proptest! {
        #[test]
        fn only_colours_are_added(text in "(SELECT |find |\\.mode |)[^\u{1b}]{0,60}") {
            assert_eq!(stripped(&highlight(&text)), text);
        }
    }
}
