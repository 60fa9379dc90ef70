//! What Tab offers: by the place in the grammar, from what the graph holds.

use std::cell::RefCell;
use std::collections::HashSet;
use std::path::Path;

use clap::ValueHint;
use oxrdf::{NamedNode, Term};

use super::position::{self, Position, Slot};
use super::settings::SETTINGS;
use crate::answer::Direction;
use crate::cli;
use crate::embedded;
use crate::error::Result;
use crate::graph::{Node, Pattern, Reach};
use crate::lexer::{self, Kind};
use crate::line;
use crate::render::Format;
use crate::session::Session;

/// At most this many candidates; the line editor fails on very many.
pub const MOST: usize = 200;

/// How many instances of a class, or uses of a predicate, are looked at to rank by use.
const SAMPLE: usize = 500;

/// Something that could stand at the cursor.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Candidate {
    /// What is inserted.
    pub text: String,
    /// What it is, for the list.
    pub about: String,
}

impl Candidate {
    fn plain(text: impl Into<String>) -> Self {
        Self {
            text: text.into(),
            about: String::new(),
        }
    }
}

/// Candidates and where the text that they replace begins.
#[derive(Debug, Default)]
pub struct Offer {
    /// A byte of the line.
    pub start: usize,
    /// At most [`MOST`], best first.
    pub candidates: Vec<Candidate>,
}

/// The predicates and classes of a graph by use, gathered once.
#[derive(Debug, Default)]
pub struct Vocabulary {
    gathered: RefCell<Option<(u64, Terms, Terms)>>,
}

/// Short names with their nodes, most used first.
type Terms = Vec<(String, Node)>;

impl Vocabulary {
    /// Predicates and classes of this graph.
    fn of(&self, session: &Session) -> Result<(Terms, Terms)> {
        let triples = session.graph.totals()?.triples;
        let mut gathered = self.gathered.borrow_mut();
        if let Some((of, predicates, classes)) = &*gathered
            && *of == triples
        {
            return Ok((predicates.clone(), classes.clone()));
        }
        let (predicates, classes) = (predicates(session)?, classes(session)?);
        *gathered = Some((triples, predicates.clone(), classes.clone()));
        Ok((predicates, classes))
    }
}

fn predicates(session: &Session) -> Result<Terms> {
    let mut used = session.graph.predicates()?;
    used.sort_by_key(|predicate| std::cmp::Reverse(predicate.triples));
    Ok(short_names(session, used.iter().map(|p| p.property)))
}

fn classes(session: &Session) -> Result<Terms> {
    let Some(property) = session.type_node else {
        return Ok(Vec::new());
    };
    let nodes = session.graph.objects(property)?;
    let patterns: Vec<Pattern> = nodes
        .iter()
        .map(|&object| Pattern {
            property: Some(property),
            object: Some(object),
            ..Pattern::default()
        })
        .collect();
    let counts = session.graph.counts(&patterns)?;
    let mut ranked: Vec<(u64, Node)> = counts.into_iter().zip(nodes).collect();
    ranked.sort_by_key(|(count, _)| std::cmp::Reverse(*count));
    Ok(short_names(session, ranked.iter().map(|(_, node)| *node)))
}

fn short_names(session: &Session, nodes: impl Iterator<Item = Node>) -> Terms {
    nodes
        .filter_map(|node| match session.graph.term(node) {
            Term::NamedNode(iri) => Some((session.prefixes.display(iri.as_str()), node)),
            _ => None,
        })
        .collect()
}

/// What could stand at `at` in a line.
///
/// # Errors
/// An endpoint that fails.
pub fn offer(session: &Session, vocabulary: &Vocabulary, text: &str, at: usize) -> Result<Offer> {
    let before = &text[..at];
    let mut offer = if let Some(begin) = line::sparql_start(before) {
        let mut offer = sparql(session, vocabulary, &text[begin..], at - begin)?;
        offer.start += begin;
        offer
    } else if before.trim_start().starts_with('.') {
        setting(session, before)
    } else {
        command(session, vocabulary, before)?
    };
    let mut seen = HashSet::new();
    offer.candidates.retain(|c| seen.insert(c.text.clone()));
    offer.candidates.truncate(MOST);
    Ok(offer)
}

fn setting(session: &Session, before: &str) -> Offer {
    let trimmed = before.trim_start();
    let Some((name, rest)) = trimmed.split_once(char::is_whitespace) else {
        let start = before.len() - trimmed.len();
        let names = SETTINGS.iter().map(|(name, _, meaning)| Candidate {
            text: format!(".{name}"),
            about: (*meaning).to_owned(),
        });
        return Offer {
            start,
            candidates: names.filter(|c| c.text.starts_with(trimmed)).collect(),
        };
    };
    let typed = rest.trim_start();
    let start = before.len() - typed.len();
    let candidates = match &name[1..] {
        "mode" | "last" => beginning(typed, formats()),
        "help" => beginning(typed, topics()),
        "timer" | "infer" => beginning(typed, ["on", "off"].map(str::to_owned)),
        "lang" => beginning(typed, session.languages.clone()),
        "read" | "output" | "once" if !session.settings.safe => files(typed),
        _ => Vec::new(),
    };
    Offer { start, candidates }
}

fn formats() -> Vec<String> {
    use clap::ValueEnum;
    let names = Format::value_variants().iter().map(|f| f.name().to_owned());
    names.collect()
}

fn topics() -> Vec<String> {
    cli::verbs()
        .chain(SETTINGS.iter().map(|(name, _, _)| *name))
        .chain(["keys", "settings"])
        .map(str::to_owned)
        .collect()
}

/// Those of these texts that begin as typed, in capitals or not.
fn beginning(typed: &str, texts: impl IntoIterator<Item = String>) -> Vec<Candidate> {
    let typed = typed.to_lowercase();
    texts
        .into_iter()
        .filter(|text| text.to_lowercase().starts_with(&typed))
        .map(Candidate::plain)
        .collect()
}

/// Files and folders whose path begins as typed.
fn files(typed: &str) -> Vec<Candidate> {
    let (folder, name) = match typed.rfind('/') {
        Some(slash) => typed.split_at(slash + 1),
        None => ("", typed),
    };
    let read = std::fs::read_dir(if folder.is_empty() {
        Path::new(".")
    } else {
        Path::new(folder)
    });
    let mut found: Vec<Candidate> = read
        .into_iter()
        .flatten()
        .flatten()
        .filter_map(|entry| {
            let file = entry.file_name().into_string().ok()?;
            let hidden = file.starts_with('.') && !name.starts_with('.');
            let slash = if entry.path().is_dir() { "/" } else { "" };
            (file.starts_with(name) && !hidden && !file.chars().any(char::is_control))
                .then(|| Candidate::plain(format!("{folder}{file}{slash}")))
        })
        .collect();
    found.sort_by(|a, b| a.text.cmp(&b.text));
    found
}

fn command(session: &Session, vocabulary: &Vocabulary, before: &str) -> Result<Offer> {
    let start = word_start(before);
    let typed = &before[start..];
    let said = line::words(&before[..start]).unwrap_or_default();
    let Some((verb, words)) = said.split_first() else {
        return Ok(Offer {
            start,
            candidates: first_words(typed),
        });
    };
    let grammar = cli::line_grammar();
    let Some(command) = grammar.find_subcommand(verb) else {
        let topics = if verb == "help" { topics() } else { Vec::new() };
        return Ok(Offer {
            start,
            candidates: beginning(typed, topics),
        });
    };
    if typed.starts_with('-') {
        let flags = command.get_arguments().filter_map(|argument| {
            Some(Candidate {
                text: format!("--{}", argument.get_long()?),
                about: argument
                    .get_help()
                    .map(ToString::to_string)
                    .unwrap_or_default(),
            })
        });
        let candidates = flags.filter(|flag| flag.text.starts_with(typed)).collect();
        return Ok(Offer { start, candidates });
    }
    let by_option = words
        .last()
        .filter(|word| word.starts_with('-'))
        .and_then(|option| {
            command.get_arguments().find(|argument| {
                let long = argument.get_long().map(|long| format!("--{long}"));
                let short = argument.get_short().map(|short| format!("-{short}"));
                let takes = argument.get_action().takes_values();
                takes && (long.as_ref() == Some(option) || short.as_ref() == Some(option))
            })
        });
    let argument = by_option.or_else(|| command.get_positionals().next());
    let Some(argument) = argument else {
        return Ok(Offer {
            start,
            candidates: Vec::new(),
        });
    };
    let possible: Vec<String> = argument
        .get_possible_values()
        .iter()
        .map(|value| value.get_name().to_owned())
        .collect();
    if !possible.is_empty() {
        return Ok(Offer {
            start,
            candidates: beginning(typed, possible),
        });
    }
    let value = argument.get_value_names().and_then(|names| names.first());
    let value = value.map_or("", |name| name.as_str());
    let candidates = match value {
        _ if argument.get_value_hint() == ValueHint::AnyPath => files(typed),
        "FILE" | "PATH" if !session.settings.safe => files(typed),
        "PROPERTY" => {
            let (predicates, _) = vocabulary.of(session)?;
            terms(typed, &predicates)
        }
        "QUERY" if words.is_empty() => beginning(typed, saved_queries()),
        "TEXT" | "N" | "TAG" | "DURATION" | "SIZE" | "URL" | "FILE" | "PATH" => Vec::new(),
        _ => return names_offer(session, before, start, verb),
    };
    Ok(Offer { start, candidates })
}

/// Commands, then words that begin a query.
fn first_words(typed: &str) -> Vec<Candidate> {
    let grammar = cli::line_grammar();
    let commands = grammar.get_subcommands().map(|command| Candidate {
        text: command.get_name().to_owned(),
        about: command
            .get_about()
            .map(ToString::to_string)
            .unwrap_or_default(),
    });
    let lower = typed.to_lowercase();
    let mut found: Vec<Candidate> = commands
        .filter(|command| !typed.is_empty() && command.text.starts_with(&lower) || typed.is_empty())
        .collect();
    let words = [
        "SELECT",
        "ASK",
        "CONSTRUCT",
        "DESCRIBE",
        "PREFIX",
        "INSERT",
        "DELETE",
    ];
    if !typed.is_empty() {
        found.extend(beginning(typed, words.map(str::to_owned)));
        found.extend(beginning(
            typed,
            ["help", "quit", "exit"].map(str::to_owned),
        ));
    }
    found
}

fn saved_queries() -> Vec<String> {
    embedded::queries("ontology/queries/")
        .filter_map(|(name, _)| Some(Path::new(name).file_stem()?.to_str()?.to_owned()))
        .collect()
}

/// Where the word that a text ends in begins, quotes counted in.
fn word_start(text: &str) -> usize {
    let mut start = 0;
    let mut quoted = false;
    for (at, c) in text.char_indices() {
        match c {
            '"' => quoted = !quoted,
            c if c.is_whitespace() && !quoted => start = at + c.len_utf8(),
            _ => {}
        }
    }
    start
}

/// Names of concepts: by the whole phrase since the last separator, else by the last word.
fn names_offer(session: &Session, before: &str, start: usize, verb: &str) -> Result<Offer> {
    let typed = before[start..].trim_start_matches('"');
    let after_verb = before.find(verb).map_or(0, |at| at + verb.len());
    let phrase_start = [" vs ", " to "]
        .iter()
        .filter_map(|separator| before.rfind(separator).map(|at| at + separator.len()))
        .max()
        .unwrap_or(after_verb);
    let phrase = before[phrase_start.min(start)..].trim_start();
    if phrase.contains(char::is_whitespace) && !phrase.ends_with(char::is_whitespace) {
        let candidates = concepts(session, phrase, |_, name| quoted(name))?;
        if !candidates.is_empty() {
            return Ok(Offer {
                start: before.len() - phrase.len(),
                candidates,
            });
        }
    }
    let candidates = concepts(session, typed, |_, name| quoted(name))?;
    Ok(Offer { start, candidates })
}

/// A name as one word of a line.
fn quoted(name: &str) -> String {
    if name.contains(char::is_whitespace) || name.starts_with('-') {
        format!("\"{}\"", name.replace('\\', "\\\\").replace('"', "\\\""))
    } else {
        name.to_owned()
    }
}

/// Concepts one of whose names begins as typed; failing that, those that `find` finds.
fn concepts(
    session: &Session,
    typed: &str,
    written: impl Fn(&str, &str) -> String,
) -> Result<Vec<Candidate>> {
    if typed.is_empty() {
        return Ok(Vec::new());
    }
    let names = session.names(typed, Reach::Anywhere)?;
    let search = names.search()?;
    let mut found = search.prefix(typed, MOST);
    if found.is_empty() {
        found = search.find(typed, MOST / 4);
    }
    Ok(found
        .into_iter()
        .filter(|m| !m.matched.chars().any(char::is_control))
        .filter_map(|m| match session.graph.term(Node(m.id)) {
            Term::NamedNode(iri) => {
                let short = session.prefixes.display(iri.as_str());
                let text = written(&short, &m.matched);
                let about = if text == short { m.matched } else { short };
                Some(Candidate { text, about })
            }
            _ => None,
        })
        .collect())
}

fn sparql(session: &Session, vocabulary: &Vocabulary, text: &str, at: usize) -> Result<Offer> {
    let before = &text[..at];
    let last = lexer::tokens(before)
        .last()
        .filter(|token| token.span().end == at)
        .filter(|token| {
            let sign = matches!(token.text, "?" | "$");
            let named = matches!(token.kind, Kind::Word | Kind::PrefixedName | Kind::Variable);
            named || (sign && token.kind == Kind::Operator)
        });
    let start = last.as_ref().map_or(at, |token| token.start);
    let typed = &before[start..];
    let position = position::position(&before[..start]);
    let candidates = if typed.starts_with(['?', '$']) {
        variables(text, start, typed)
    } else {
        in_slot(session, vocabulary, &position, typed)?
    };
    Ok(Offer { start, candidates })
}

/// The variables of the text other than the one at `start`, as they come.
fn variables(text: &str, start: usize, typed: &str) -> Vec<Candidate> {
    lexer::tokens(text)
        .filter(|token| token.kind == Kind::Variable && token.start != start)
        .filter(|token| token.text[1..].starts_with(&typed[1..]))
        .map(|token| Candidate::plain(format!("{}{}", &typed[..1], &token.text[1..])))
        .collect()
}

fn in_slot(
    session: &Session,
    vocabulary: &Vocabulary,
    position: &Position<'_>,
    typed: &str,
) -> Result<Vec<Candidate>> {
    let (predicates, classes) = vocabulary.of(session)?;
    let mut found = Vec::new();
    match position.slot {
        Slot::Predicate => {
            let ranked = of_class_first(session, position, predicates)?;
            found.extend(terms(typed, &ranked));
            if typed.is_empty() {
                found.insert(0, Candidate::plain("a"));
            }
        }
        Slot::Class => found.extend(terms(typed, &classes)),
        Slot::Object if typed.is_empty() => found.extend(objects(session, position)?),
        Slot::Object | Slot::Name => found.extend(nodes(session, typed)?),
        Slot::Subject => {
            found.extend(keywords(typed, "OPTIONAL FILTER UNION MINUS GRAPH BIND VALUES SELECT"));
            found.extend(nodes(session, typed)?);
        }
        Slot::End => found.extend(keywords(typed, "FILTER OPTIONAL MINUS BIND UNION VALUES")),
        Slot::Head => found.extend(keywords(
            typed,
            "SELECT WHERE DISTINCT FROM ORDER BY GROUP LIMIT OFFSET HAVING COUNT AS ASK CONSTRUCT DESCRIBE DESC ASC \
             PREFIX INSERT DELETE DATA VALUES",
        )),
        Slot::Expression => found.extend(keywords(
            typed,
            "BOUND COALESCE CONCAT CONTAINS COUNT DATATYPE DISTINCT EXISTS GROUP_CONCAT IF IN ISBLANK ISIRI ISLITERAL \
             LANG LANGMATCHES LCASE MAX MIN NOT REGEX REPLACE SAMPLE STR STRAFTER STRBEFORE STRENDS STRLEN STRSTARTS \
             SUBSTR SUM UCASE AVG ABS CEIL FLOOR ROUND IRI AS YEAR MONTH DAY NOW",
        )),
        Slot::Declaration => {
            let known = session.prefixes.iter();
            let declared = known.map(|(prefix, iri)| format!("{prefix}: <{iri}>"));
            return Ok(beginning(typed, declared));
        }
    }
    let in_triple = !matches!(position.slot, Slot::Head | Slot::End);
    if in_triple && !typed.is_empty() && !typed.contains(':') {
        let prefixes = session
            .prefixes
            .iter()
            .map(|(prefix, _)| format!("{prefix}:"));
        found.extend(beginning(typed, prefixes));
    }
    Ok(found)
}

fn keywords(typed: &str, words: &str) -> Vec<Candidate> {
    if typed.is_empty() {
        return Vec::new();
    }
    beginning(typed, words.split_whitespace().map(str::to_owned))
}

/// Terms whose short name, or its part behind the colon, begins as typed.
fn terms(typed: &str, terms: &[(String, Node)]) -> Vec<Candidate> {
    let lower = typed.to_lowercase();
    let begins = |text: &str| text.to_lowercase().starts_with(&lower);
    terms
        .iter()
        .map(|(short, _)| short)
        .filter(|short| {
            let local = short.split_once(':').map_or("", |(_, local)| local);
            begins(short) || (!typed.contains(':') && begins(local))
        })
        .map(Candidate::plain)
        .collect()
}

/// Concepts by prefixed name or by any of their names.
fn nodes(session: &Session, typed: &str) -> Result<Vec<Candidate>> {
    let Some((_, local)) = typed.split_once(':') else {
        return concepts(session, typed, |short, _| short.to_owned());
    };
    let found = concepts(session, local, |short, _| short.to_owned())?;
    Ok(found
        .into_iter()
        .filter(|candidate| candidate.text.starts_with(typed))
        .collect())
}

/// What the predicate at hand leads to.
fn objects(session: &Session, position: &Position<'_>) -> Result<Vec<Candidate>> {
    let Some(property) = position.predicate.and_then(|text| node(session, text)) else {
        return Ok(Vec::new());
    };
    let mut found = Vec::new();
    for pair in session.graph.pairs(property, Some(SAMPLE * 20))? {
        let object = pair.1;
        if found.len() >= MOST {
            break;
        }
        if !session.graph.is_literal(object) && !found.contains(&object) {
            found.push(object);
        }
    }
    Ok(short_names(session, found.into_iter())
        .into_iter()
        .map(|(short, _)| Candidate::plain(short))
        .collect())
}

/// Predicates, those first that things of the subject's class have.
fn of_class_first(session: &Session, position: &Position<'_>, predicates: Terms) -> Result<Terms> {
    let class = position
        .subject
        .and_then(|subject| position.classes.get(subject))
        .and_then(|class| node(session, class));
    let (Some(class), Some(property)) = (class, session.type_node) else {
        return Ok(predicates);
    };
    let of = session
        .graph
        .facts(&[class], Direction::In, Some(&[property]), SAMPLE)?;
    let instances: Vec<Node> = of.iter().flat_map(|f| &f.facts).map(|f| f.value).collect();
    let said = session
        .graph
        .facts(&instances, Direction::Out, None, SAMPLE)?;
    let used: HashSet<Node> = said
        .iter()
        .flat_map(|f| &f.facts)
        .map(|f| f.property)
        .collect();
    let (mut first, rest): (Terms, Terms) = predicates
        .into_iter()
        .partition(|(_, node)| used.contains(node));
    first.extend(rest);
    Ok(first)
}

/// The node of a term as written in a query.
fn node(session: &Session, text: &str) -> Option<Node> {
    let iri = match text.strip_prefix('<').and_then(|iri| iri.strip_suffix('>')) {
        Some(iri) => iri.to_owned(),
        None => session.prefixes.expand(text)?,
    };
    session.graph.node(&NamedNode::new(iri).ok()?)
}
