//! SPARQL text → algebra: known prefixes, errors with their place, variables bound from outside.

use spargebra::algebra::GraphPattern;
use spargebra::{Query, SparqlParser, SparqlSyntaxError, Update};

use crate::algebra;
use crate::answer::Answer;
use crate::error::{Error, Result};
use crate::graph::load;
use crate::lexer::{self, Kind};
use crate::prefixes::Prefixes;
use crate::session::Session;

pub mod binding;
pub mod prologue;
mod remarks;
mod statement;
mod syntax;
mod walk;

pub use statement::Statement;

/// How deep brackets may nest; deeper text could exhaust the stack of the parser.
pub const DEEPEST: usize = 500;

/// How many operators may follow each other; they nest in the algebra though no bracket does.
pub const LONGEST: usize = 10_000;

/// Reads a query; the session's prefixes need no declaration, and the query's own win.
///
/// # Errors
/// Where and why the text is no query; `name` is its file's.
pub fn parse_query(session: &Session, text: &str, name: Option<&str>) -> Result<Statement<Query>> {
    let text = without_mark(text);
    refuse_deep(text)?;
    let base = name.and_then(load::file_iri);
    let parse = |text: &str| based(parser(&session.prefixes), base.as_deref()).parse_query(text);
    let mut query = parse(text).map_err(|e| {
        let parse = |text: &str| message(&parse(text));
        syntax::error(session, text, &e.to_string(), name, parse)
    })?;
    if selects_all(text) {
        in_order_of_text(&mut query, text);
    }
    Ok(Statement::typed(
        query,
        text,
        &session.prefixes,
        base.as_deref(),
    ))
}

/// A text without the mark of byte order that some editors put before it, where no declaration could stand.
fn without_mark(text: &str) -> &str {
    text.strip_prefix('\u{FEFF}').unwrap_or(text)
}

/// Whether the outermost SELECT is `SELECT *`.
fn selects_all(text: &str) -> bool {
    lexer::tokens(text)
        .skip_while(|token| !token.is_word("select"))
        .skip(1)
        .find(|token| !token.is_word("distinct") && !token.is_word("reduced"))
        .is_some_and(|token| token.text == "*")
}

/// `SELECT *` shows its variables as the text brings them; the parser sorts them by name.
fn in_order_of_text(query: &mut Query, text: &str) {
    let Query::Select { pattern, .. } = query else {
        return;
    };
    let mut inner = pattern;
    loop {
        match inner {
            GraphPattern::Project { variables, .. } => {
                let place = |name: &str| {
                    lexer::tokens(text)
                        .position(|token| token.kind == Kind::Variable && &token.text[1..] == name)
                };
                variables.sort_by_cached_key(|variable| place(variable.as_str()));
                return;
            }
            GraphPattern::Distinct { inner: next }
            | GraphPattern::Reduced { inner: next }
            | GraphPattern::Slice { inner: next, .. } => inner = next,
            _ => return,
        }
    }
}

/// Answers a query, with remarks on what in it may be a slip among the session's warnings.
///
/// # Errors
/// A query that the session does not allow or that cannot be evaluated.
pub fn ask(session: &mut Session, query: Statement<Query>) -> Result<Answer> {
    session
        .warnings
        .extend(remarks::never_bound(&query.algebra));
    let mut answer = if session.settings.allow_network {
        let longest = session.settings.max_memory;
        let graph = &session.graph;
        graph.query_with_services(query.clone(), &session.token(), longest)?
    } else {
        // What an endpoint asks of others is for it to allow.
        if session.settings.safe || !session.graph.is_remote() {
            refuse_network(&query.algebra)?;
        }
        session.graph.query(query.clone(), &session.token())?
    };
    if session.graph.address().is_none() && answer.is_empty()? {
        let absent = remarks::absent(session, &query.algebra)?;
        session.warnings.extend(absent);
    }
    Ok(answer)
}

/// `SERVICE` would send the query elsewhere.
fn refuse_network(query: &Query) -> Result<()> {
    if !algebra::asks_services(algebra::pattern(query)) {
        return Ok(());
    }
    Err(Error::Refused {
        what: "SERVICE".to_owned(),
        hint: "allow it with --allow-network, or ask that endpoint itself with -e URL".to_owned(),
    })
}

/// Reads an update, likewise.
///
/// # Errors
/// Where and why the text is no update.
pub fn parse_update(
    session: &Session,
    text: &str,
    name: Option<&str>,
) -> Result<Statement<Update>> {
    let text = without_mark(text);
    refuse_deep(text)?;
    let base = name.and_then(load::file_iri);
    let parse = |text: &str| based(parser(&session.prefixes), base.as_deref()).parse_update(text);
    let update = parse(text).map_err(|e| {
        let parse = |text: &str| message(&parse(text));
        syntax::error(session, text, &e.to_string(), name, parse)
    })?;
    Ok(Statement::typed(
        update,
        text,
        &session.prefixes,
        base.as_deref(),
    ))
}

/// A parser to which relative IRIs of a file are meant from where it lies.
fn based(parser: SparqlParser, base: Option<&str>) -> SparqlParser {
    match base {
        Some(base) => parser.clone().with_base_iri(base).unwrap_or(parser),
        None => parser,
    }
}

/// A parser that knows the prefixes.
pub fn parser(prefixes: &Prefixes) -> SparqlParser {
    let known = prefixes
        .iter()
        .filter(|(_, namespace)| oxiri::Iri::parse(*namespace).is_ok());
    known.fold(SparqlParser::new(), |parser, (prefix, namespace)| {
        let with = parser.with_prefix(prefix, namespace);
        with.expect("the namespace is an IRI")
    })
}

/// Whether a word is one of the language's, in capitals or not.
pub fn is_keyword(word: &str) -> bool {
    word == "a"
        || syntax::KEYWORDS
            .split_whitespace()
            .any(|known| known.eq_ignore_ascii_case(word))
}

/// Whether a text is an update rather than a query, told by its first word behind the declarations.
pub fn is_update(text: &str) -> bool {
    const UPDATES: [&str; 10] = [
        "insert", "delete", "load", "clear", "drop", "create", "copy", "move", "add", "with",
    ];
    statement(text).is_some_and(|first| UPDATES.iter().any(|word| first.is_word(word)))
}

/// The first token behind the declarations.
fn statement(text: &str) -> Option<lexer::Token<'_>> {
    let mut declared = false;
    for token in lexer::tokens(text) {
        match token.kind {
            Kind::Word
                if ["prefix", "base", "version"]
                    .iter()
                    .any(|w| token.is_word(w)) =>
            {
                declared = true;
            }
            Kind::Comment | Kind::Iri | Kind::At | Kind::String => {}
            Kind::PrefixedName if declared => {}
            _ => return Some(token),
        }
    }
    None
}

/// Whether a statement can be run, or fails in a way that no further text would mend.
pub fn is_whole(text: &str, prefixes: &Prefixes) -> bool {
    let brackets = lexer::brackets(text);
    if !brackets.closed() {
        return false;
    }
    // What is refused anyway must not reach the parser from here either.
    if refuse_deep(text).is_err() {
        return true;
    }
    let parser = parser(prefixes);
    if is_update(text) {
        // Declarations alone are an update that does nothing.
        match parser.clone().parse_update(text) {
            Ok(update) => !update.operations.is_empty(),
            Err(_) => !syntax::is_at_end(text, |text| message(&parser.clone().parse_update(text))),
        }
    } else {
        let text = without_terminator(text);
        parser.clone().parse_query(text).is_ok()
            || !syntax::is_at_end(text, |text| message(&parser.clone().parse_query(text)))
    }
}

/// What the parser says of a text that it does not take.
fn message<T>(parsed: &std::result::Result<T, SparqlSyntaxError>) -> Option<String> {
    parsed.as_ref().err().map(ToString::to_string)
}

/// The text without the `;` that ends a statement of the shell.
pub fn without_terminator(text: &str) -> &str {
    let trimmed = text.trim_end();
    match trimmed.strip_suffix(';') {
        Some(rest) if !is_update(text) => rest,
        _ => text,
    }
}

fn refuse_deep(text: &str) -> Result<()> {
    let deepest = lexer::brackets(text).deepest.max(longest_prefix(text));
    if deepest > DEEPEST {
        return Err(Error::usage(
            format!("the statement is nested {deepest} deep"),
            format!("nest at most {DEEPEST} deep"),
        ));
    }
    let chained = lexer::tokens(text).filter(chains).count();
    if chained > LONGEST {
        return Err(Error::usage(
            format!("the statement chains {chained} operators"),
            format!("chain at most {LONGEST}; VALUES and IN take longer lists"),
        ));
    }
    Ok(())
}

/// The longest run of signs such as `!!!!`, each of which nests what follows.
fn longest_prefix(text: &str) -> usize {
    let mut run = 0;
    let mut longest = 0;
    for token in lexer::tokens(text) {
        run = if matches!(token.text, "!" | "-" | "+" | "^") {
            run + 1
        } else {
            0
        };
        longest = longest.max(run);
    }
    longest
}

/// Whether a token makes the algebra one deeper although no bracket nests.
fn chains(token: &lexer::Token<'_>) -> bool {
    let words = ["union", "optional", "minus", "filter", "bind", "lateral"];
    match token.kind {
        // The sign of a number in data is one too, but nobody asks about so many.
        Kind::Operator => matches!(token.text, "||" | "&&" | "+" | "*" | "/" | "|"),
        Kind::Open => token.text == "{",
        Kind::Word => words.iter().any(|word| token.is_word(word)),
        _ => false,
    }
}
