//! What the body of an error response says, in one harmless line: SPARQL servers answer with stack traces, web pages, JSON.

use serde_json::Value;

/// How many characters of it are worth showing.
const LONGEST: usize = 300;

/// The title or first line of a page, the message of a JSON object, the first line of a text; `None` when it says nothing.
pub fn gist(body: &[u8]) -> Option<String> {
    let text = String::from_utf8_lossy(body);
    let text = text.trim_start_matches('\u{feff}').trim();
    let said = if text.starts_with('{') {
        json_message(text).or_else(|| first_line(text))
    } else if is_page(text) {
        title(text).or_else(|| first_line(&without_tags(text)))
    } else {
        first_line(text)
    }?;
    Some(shortened(&said))
}

/// Whether a text is a web page.
pub fn is_page(text: &str) -> bool {
    let start: String = text.trim_start().chars().take(256).collect();
    let start = start.to_ascii_lowercase();
    start.starts_with("<!doctype html") || start.contains("<html") || start.starts_with("<head")
}

fn json_message(text: &str) -> Option<String> {
    let object: Value = serde_json::from_str(text).ok()?;
    ["exception", "message", "error", "detail", "detailedMessage"]
        .iter()
        .find_map(|key| object.get(key)?.as_str())
        .and_then(first_line)
}

fn title(page: &str) -> Option<String> {
    // ASCII folding keeps every byte where it is.
    let folded = page.to_ascii_lowercase();
    let start = folded.find("<title")?;
    let start = start + folded[start..].find('>')? + 1;
    let end = start + folded[start..].find("</title")?;
    let title = without_tags(&page[start..end]);
    first_line(&title.split_whitespace().collect::<Vec<_>>().join(" "))
}

/// The text of a page: tags, scripts and styles removed, the five common entities read.
fn without_tags(page: &str) -> String {
    let folded = page.to_ascii_lowercase();
    let mut text = String::new();
    let mut at = 0;
    while let Some(open) = page[at..].find('<').map(|i| at + i) {
        text.push_str(&page[at..open]);
        text.push('\n');
        let hidden = ["script", "style"]
            .iter()
            .find(|name| folded[open + 1..].starts_with(**name));
        let from = match hidden {
            None => Some(open),
            Some(name) => folded[open..].find(&format!("</{name}")).map(|i| open + i),
        };
        at = from
            .and_then(|from| page[from..].find('>').map(|i| from + i + 1))
            .unwrap_or(page.len());
    }
    text.push_str(&page[at..]);
    for (entity, character) in [
        ("&lt;", "<"),
        ("&gt;", ">"),
        ("&quot;", "\""),
        ("&#39;", "'"),
        ("&nbsp;", " "),
        ("&amp;", "&"),
    ] {
        text = text.replace(entity, character);
    }
    text
}

/// The first line that says something, with the next one where it announces that by a colon.
fn first_line(text: &str) -> Option<String> {
    let mut lines = text
        .lines()
        .map(|line| line.split_whitespace().collect::<Vec<_>>().join(" "))
        .filter(|line| !line.is_empty());
    let first = lines.next()?;
    match lines.next().filter(|_| first.ends_with(':')) {
        Some(next) => Some(format!("{first} {next}")),
        None => Some(first),
    }
}

/// Without control characters and signs that turn the direction of writing, and cut where it is long.
fn shortened(text: &str) -> String {
    let harmless = |c: &char| {
        !c.is_control() && !matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    };
    let mut characters = text.chars().filter(harmless);
    let mut line: String = characters.by_ref().take(LONGEST).collect();
    if characters.next().is_some() {
        line.push('…');
    }
    line
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(text: &str) -> String {
        gist(text.as_bytes()).unwrap_or_default()
    }

    #[test]
    fn a_page_is_its_title() {
        let page =
            "<!DOCTYPE html>\n<html><head><TITLE lang='en'>502 Bad\n Gateway</TITLE></head><body>…";
        assert_eq!(said(page), "502 Bad Gateway");
        assert_eq!(said("<html><title> &lt;Login&gt; </title>"), "<Login>");
    }

    #[test]
    fn a_page_without_a_title_is_its_first_text() {
        let page = "<html><style>body{}</style><script>alert(1)</script><h1>Not <b>here</b></h1>";
        assert_eq!(said(page), "Not");
    }

    #[test]
    fn a_line_that_announces_the_next_brings_it() {
        let text = "Parse error on line 7:\n\n  ?s ?p <<( ?a\n--------^\nExpecting 'VAR'";
        assert_eq!(said(text), "Parse error on line 7: ?s ?p <<( ?a");
        assert_eq!(said("it failed:\n"), "it failed:");
    }

    #[test]
    fn a_json_object_is_its_message() {
        assert_eq!(
            said(r#"{"status":"ERROR","exception":"no such prefix\nat 1"}"#),
            "no such prefix"
        );
        assert_eq!(said(r#"{"a":1}"#), r#"{"a":1}"#);
    }

    #[test]
    fn a_text_is_its_first_line_without_control_characters() {
        assert_eq!(
            said("\n  \u{1b}[31mLexical error\u{7} at 1:2\nat org.apache…"),
            "[31mLexical error at 1:2"
        );
        assert_eq!(
            gist(b"\xff\xfe bad").as_deref(),
            Some("\u{fffd}\u{fffd} bad")
        );
        assert_eq!(gist(b" \n\t"), None);
    }

    #[test]
    fn a_long_line_is_cut() {
        let line = said(&"한".repeat(5000));
        assert_eq!(line.chars().count(), LONGEST + 1);
        assert!(line.ends_with('…'));
    }

    #[test]
    fn unclosed_tags_end_with_the_page() {
        assert_eq!(gist(b"<html><script>x"), None);
        assert_eq!(gist(b"<html><title>x"), Some("x".to_owned()));
        assert_eq!(gist("<html>한<".as_bytes()), Some("한".to_owned()));
    }
}
