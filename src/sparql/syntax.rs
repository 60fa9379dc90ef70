//! What the parser says of a text that is no SPARQL → a diagnostic with its place and a cure.
//!
//! The parser gives the place in its message only: "error at L:C: expected …". This is the one place that reads it.

use crate::diagnostic::Diagnostic;
use crate::error::Error;
use crate::lexer::{self, Kind, Token};
use crate::names;
use crate::prefixes::Prefixes;
use crate::session::Session;

/// The words of the language, for "did you mean".
pub const KEYWORDS: &str = "SELECT CONSTRUCT DESCRIBE ASK PREFIX BASE VERSION WHERE FROM NAMED DISTINCT REDUCED AS GROUP \
    ORDER BY ASC DESC HAVING LIMIT OFFSET VALUES UNDEF OPTIONAL UNION MINUS GRAPH SERVICE SILENT BIND FILTER EXISTS NOT IN \
    INSERT DELETE DATA WITH USING LOAD INTO CLEAR DROP CREATE COPY MOVE ADD TO ALL DEFAULT \
    COUNT SUM MIN MAX AVG SAMPLE GROUP_CONCAT SEPARATOR STR LANG LANGMATCHES DATATYPE BOUND IRI URI BNODE RAND ABS CEIL \
    FLOOR ROUND CONCAT STRLEN UCASE LCASE ENCODE_FOR_URI CONTAINS STRSTARTS STRENDS STRBEFORE STRAFTER YEAR MONTH DAY HOURS \
    MINUTES SECONDS TIMEZONE TZ NOW UUID STRUUID MD5 SHA1 SHA256 SHA384 SHA512 COALESCE IF STRLANG STRDT SAMETERM ISIRI \
    ISURI ISBLANK ISLITERAL ISNUMERIC REGEX SUBSTR REPLACE LATERAL TRIPLE SUBJECT PREDICATE OBJECT ISTRIPLE HASLANG \
    LANGDIR TRUE FALSE";

/// Where the parser stopped, and what it says of it.
struct Stop<'a> {
    /// The token that it objects to; none where the text ends too early.
    token: Option<Token<'a>>,
    /// What it says itself, where that is a sentence.
    cause: Option<String>,
}

/// Finds the token that the parser objects to.
///
/// The parser names the furthest place at which it looked, and it looks as many characters ahead as its longest keyword
/// has. So it is asked about the same tokens set far apart, where that place can be no other token's.
fn stop<'a>(text: &'a str, parse: impl Fn(&str) -> Option<String>) -> Option<Stop<'a>> {
    let tokens: Vec<Token<'a>> = lexer::tokens(text)
        .filter(|token| token.kind != Kind::Comment)
        .collect();
    let mut apart = String::with_capacity(text.len() + tokens.len() * GAP.len());
    let mut starts = Vec::with_capacity(tokens.len());
    for (i, token) in tokens.iter().enumerate() {
        if i > 0 && !holds_together(&tokens[i - 1], token) {
            apart.push_str(GAP);
        }
        starts.push(apart.len());
        apart.push_str(token.text);
    }
    apart.push_str(GAP);
    let message = parse(&apart)?;
    let (place, cause) = message.strip_prefix("error at ")?.split_once(": ")?;
    let (line, column) = place.split_once(':')?;
    let at = offset(&apart, line.parse().ok()?, column.parse().ok()?);
    let token = (at < apart.len())
        .then(|| starts.partition_point(|start| *start <= at).checked_sub(1))
        .flatten()
        .map(|i| tokens[i].clone());
    Some(Stop {
        token,
        cause: sentence(cause),
    })
}

/// More than the parser looks ahead.
const GAP: &str = "                                        ";

/// Whether two tokens are one thing that no space may part: a literal and what types it, a sign and its number.
fn holds_together(left: &Token<'_>, right: &Token<'_>) -> bool {
    let touching = left.span().end == right.start;
    let typed = left.kind == Kind::String && (right.kind == Kind::At || right.text == "^^");
    let r#type = left.text == "^^";
    let sign = matches!(left.text, "+" | "-") && right.kind == Kind::Number;
    touching && (typed || r#type || sign)
}

/// What the parser says besides listing characters and keywords that it would have taken.
fn sentence(cause: &str) -> Option<String> {
    let list = cause.strip_prefix("expected ").unwrap_or(cause);
    let list = list.strip_prefix("one of ").unwrap_or(list);
    let is_sentence = |item: &&str| item.contains(' ') && item.starts_with(char::is_alphabetic);
    let mut sentence = list.split(", ").find(is_sentence)?.to_owned();
    if let Some(first) = sentence.chars().next() {
        sentence.replace_range(..first.len_utf8(), &first.to_lowercase().to_string());
    }
    Some(sentence)
}

/// Whether a text is no SPARQL only because it ends too early.
pub fn is_at_end(text: &str, parse: impl Fn(&str) -> Option<String>) -> bool {
    stop(text, parse).is_some_and(|stop| stop.token.is_none() && stop.cause.is_none())
}

/// The error for a text that is no SPARQL; `parse` gives the parser's message for a text, `message` is the one for this.
pub fn error(
    session: &Session,
    text: &str,
    message: &str,
    name: Option<&str>,
    parse: impl Fn(&str) -> Option<String>,
) -> Error {
    let mut diagnostic = diagnose(session, text, message, parse);
    if let Some(name) = name {
        diagnostic = diagnostic.in_file(name);
    }
    Error::Syntax(Box::new(diagnostic))
}

fn diagnose(
    session: &Session,
    text: &str,
    message: &str,
    parse: impl Fn(&str) -> Option<String>,
) -> Diagnostic {
    let stop = stop(text, parse).unwrap_or_else(|| Stop {
        token: lexer::tokens(text).next(),
        cause: Some(message.to_owned()),
    });
    if let Some(unclosed) = unclosed(text, stop.token.is_none()) {
        return unclosed;
    }
    let place = stop.token.as_ref().map_or(text.len(), |token| token.start);
    if let Some(undeclared) = undeclared(text, place, &session.prefixes) {
        return undeclared;
    }
    let Some(token) = stop.token else {
        return at_end(text, stop.cause);
    };
    let told = stop.cause.is_some();
    let cause = stop
        .cause
        .unwrap_or_else(|| format!("`{}` is not expected here", shown(token.text)));
    let diagnostic = at_token(text, &token, cause);
    match cure(session, text, &token).filter(|_| !told) {
        Some(cure) => diagnostic.with_cure(cure),
        None => diagnostic,
    }
}

/// What the user may have meant.
fn cure(session: &Session, text: &str, token: &Token<'_>) -> Option<String> {
    if let Some(command) = other_command(text, token) {
        return Some(format!("`{command}` takes it"));
    }
    if let Some(near) = misspelt(token) {
        return Some(format!("did you mean {near}?"));
    }
    // An endpoint may take long to look for a name: the mistake is told at once.
    if token.kind == Kind::Word
        && !session.graph.is_remote()
        && let Ok(node) = names::resolve(session, token.text)
    {
        let short = names::short_name(session, &session.graph.term(node));
        return Some(format!("did you mean {short}?"));
    }
    let before = lexer::tokens(&text[..token.start]).last()?;
    let is_term = |kind| {
        use Kind::{BlankNode, Iri, Number, PrefixedName, String, Variable};
        matches!(
            kind,
            Variable | Iri | PrefixedName | BlankNode | String | Number
        )
    };
    (is_term(token.kind) && is_term(before.kind))
        .then(|| "a `.` or `;` may be missing before it".to_owned())
}

/// The command for a statement that is whole but not what was asked for: an update given as a query, or a query as an update.
fn other_command(text: &str, token: &Token<'_>) -> Option<&'static str> {
    let first = super::statement(text)?;
    let queries = ["select", "ask", "construct", "describe"];
    if first.start != token.start {
        None
    } else if super::is_update(text) {
        Some("update")
    } else {
        let asks = queries.iter().any(|word| first.is_word(word));
        asks.then_some("query")
    }
}

/// A string or bracket that is not closed, where that is what the parser stumbled over.
fn unclosed(text: &str, at_end: bool) -> Option<Diagnostic> {
    let brackets = lexer::brackets(text);
    if let Some(at) = brackets.string {
        let token = lexer::tokens(text).find(|token| token.start == at)?;
        return Some(
            at_token(text, &token, "this string is not closed".to_owned())
                .with_cure("close it with the quote it begins with; quotes inside it need a `\\`"),
        );
    }
    if let Some((at, bracket)) = brackets.stray {
        let token = lexer::tokens(text).find(|token| token.start == at)?;
        return Some(at_token(
            text,
            &token,
            format!("`{bracket}` closes nothing"),
        ));
    }
    let (at, bracket) = brackets.open?;
    let token = lexer::tokens(text).find(|token| token.start == at)?;
    at_end.then(|| at_token(text, &token, format!("`{bracket}` is not closed")))
}

/// The first prefix that is neither declared nor known, up to a place.
fn undeclared(text: &str, place: usize, prefixes: &Prefixes) -> Option<Diagnostic> {
    let mut declared: Vec<&str> = Vec::new();
    let mut declares = false;
    for token in lexer::tokens(text).take_while(|token| token.start <= place) {
        if token.kind == Kind::PrefixedName {
            let (prefix, _) = token.text.split_once(':')?;
            if declares {
                declared.push(prefix);
            } else if !declared.contains(&prefix) && prefixes.namespace(prefix).is_none() {
                let known = prefixes.iter().map(|(known, _)| known);
                let cure = match names::nearest(prefix, known.chain(declared.iter().copied())) {
                    Some(near) => format!("did you mean {near}: ?"),
                    None => format!("declare it: PREFIX {prefix}: <…>"),
                };
                let mut diagnostic =
                    at_token(text, &token, format!("the prefix {prefix}: is not known"));
                diagnostic.length = prefix.chars().count() + 1;
                return Some(diagnostic.with_cure(cure));
            }
        }
        declares = token.is_word("prefix") || token.text.eq_ignore_ascii_case("@prefix");
    }
    None
}

fn at_end(text: &str, cause: Option<String>) -> Diagnostic {
    let line = text.trim_end().lines().count().max(1);
    let last = text.lines().nth(line - 1).unwrap_or("").trim_end();
    let column = last.chars().count() + 1;
    let cause = cause.unwrap_or_else(|| "the statement ends too early".to_owned());
    Diagnostic::at(text, line, column, cause)
}

fn at_token(text: &str, token: &Token<'_>, cause: String) -> Diagnostic {
    let before = &text[..token.start];
    let line = before.matches('\n').count() + 1;
    let start = before.rfind('\n').map_or(0, |at| at + 1);
    let column = before[start..].chars().count() + 1;
    let mut diagnostic = Diagnostic::at(text, line, column, cause);
    let first_line = token.text.lines().next().unwrap_or("");
    diagnostic.length = first_line.chars().count().max(1);
    diagnostic
}

/// A keyword that is spelt nearly like this word.
fn misspelt(token: &Token<'_>) -> Option<&'static str> {
    let is_word = token.kind == Kind::Word && !token.is_word("a");
    let word = token.text.to_ascii_uppercase();
    if !is_word || KEYWORDS.split_whitespace().any(|known| known == word) {
        return None;
    }
    names::nearest(&word, KEYWORDS.split_whitespace())
}

fn shown(text: &str) -> String {
    let mut chars = text.chars();
    let start: String = chars.by_ref().take(40).collect();
    if chars.next().is_some() {
        start + "…"
    } else {
        start
    }
}

/// The byte where a line and column, both from 1 and in characters, stand.
fn offset(text: &str, line: usize, column: usize) -> usize {
    let start: usize = text
        .split_inclusive('\n')
        .take(line.saturating_sub(1))
        .map(str::len)
        .sum();
    text[start..]
        .char_indices()
        .nth(column.saturating_sub(1))
        .map_or(text.len(), |(at, _)| start + at)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::graph::Graph;
    use crate::sparql;

    #[track_caller]
    fn told(text: &str) -> String {
        let mut prefixes = Prefixes::default();
        prefixes.bind("k", "https://kgq.example/ontology#");
        let graph = Graph::from_quads(&[]).expect("an empty graph");
        let session = Session::over(graph, String::new(), Vec::new(), prefixes);
        let error = sparql::parse_query(&session, text, None).expect_err("it is no query");
        let hint = error.hint().map(|hint| format!("\nhelp: {hint}"));
        format!("{error}{}", hint.unwrap_or_default())
    }

    #[test]
    fn an_update_is_for_the_command_that_takes_it() {
        insta::assert_snapshot!(told("PREFIX x: <x:> DROP ALL"), @"
        line 1, column 16: `DROP` is not expected here
         1 | PREFIX x: <x:> DROP ALL
           |                ^^^^
        help: `update` takes it
        ");
        let graph = Graph::from_quads(&[]).expect("an empty graph");
        let session = Session::over(graph, String::new(), Vec::new(), Prefixes::default());
        let error = sparql::parse_update(&session, "ASK {}", None).expect_err("no update");
        assert_eq!(error.hint().as_deref(), Some("`query` takes it"));
    }

    #[test]
    fn a_misspelt_keyword_is_pointed_at() {
        insta::assert_snapshot!(told("SELCT * { ?s ?p ?o }"), @r"
        line 1, column 1: `SELCT` is not expected here
         1 | SELCT * { ?s ?p ?o }
           | ^^^^^
        help: did you mean SELECT?
        ");
        insta::assert_snapshot!(told("SELECT * {\n  ?s ?p ?o FILTR(?s = 1)\n}"), @r"
        line 2, column 12: `FILTR` is not expected here
         2 |   ?s ?p ?o FILTR(?s = 1)
           |            ^^^^^
        help: did you mean FILTER?
        ");
        insta::assert_snapshot!(told("SELECT * { ?s ?p ?o } LIMT 3"), @r"
        line 1, column 23: `LIMT` is not expected here
         1 | SELECT * { ?s ?p ?o } LIMT 3
           |                       ^^^^
        help: did you mean LIMIT?
        ");
    }

    #[test]
    fn a_bracket_or_string_that_is_not_closed_is_pointed_at() {
        insta::assert_snapshot!(told("SELECT * { ?s ?p ?o . { ?a ?b ?c }"), @r"
        line 1, column 10: `{` is not closed
         1 | SELECT * { ?s ?p ?o . { ?a ?b ?c }
           |          ^
        ");
        insta::assert_snapshot!(told("SELECT * { ?s ?p \"쿠버 }"), @r#"
        line 1, column 18: this string is not closed
         1 | SELECT * { ?s ?p "쿠버 }
           |                  ^^^^^^^
        help: close it with the quote it begins with; quotes inside it need a `\`
        "#);
        insta::assert_snapshot!(told("SELECT * { ?s ?p ?o } }"), @r"
        line 1, column 23: `}` closes nothing
         1 | SELECT * { ?s ?p ?o } }
           |                       ^
        ");
    }

    #[test]
    fn a_prefix_that_is_not_known_is_pointed_at() {
        insta::assert_snapshot!(told("ASK { ?쿠버 kk:isA ?o }"), @r"
        line 1, column 11: the prefix kk: is not known
         1 | ASK { ?쿠버 kk:isA ?o }
           |             ^^^
        help: declare it: PREFIX kk: <…>
        ");
        insta::assert_snapshot!(told("ASK { ?s nothing:like ?o }"), @r"
        line 1, column 10: the prefix nothing: is not known
         1 | ASK { ?s nothing:like ?o }
           |          ^^^^^^^^
        help: declare it: PREFIX nothing: <…>
        ");
    }

    #[test]
    fn a_missing_dot_is_guessed() {
        insta::assert_snapshot!(told("ASK { ?s ?p ?o ?x ?y ?z }"), @r"
        line 1, column 16: `?x` is not expected here
         1 | ASK { ?s ?p ?o ?x ?y ?z }
           |                ^^
        help: a `.` or `;` may be missing before it
        ");
    }

    #[test]
    fn a_text_that_ends_too_early_has_its_caret_at_the_end() {
        insta::assert_snapshot!(told("SELECT * WHERE"), @r"
        line 1, column 15: the statement ends too early
         1 | SELECT * WHERE
           |               ^
        ");
    }

    #[test]
    fn what_the_parser_says_itself_is_told() {
        insta::assert_snapshot!(told("SELECT ?s (COUNT(?o) AS ?n) { ?s ?p ?o }"), @r"
        line 1, column 41: the SELECT contains a variable that is unbound
         1 | SELECT ?s (COUNT(?o) AS ?n) { ?s ?p ?o }
           |                                         ^
        ");
        insta::assert_snapshot!(told("SELECT * { ?s ?p ?o } GROUP BY ?s"), @r"
        line 1, column 34: sELECT * is not authorized with GROUP BY
         1 | SELECT * { ?s ?p ?o } GROUP BY ?s
           |                                  ^
        ");
    }
}
