//! What completes a line that begins with a command or a setting.

use std::path::Path;

use clap::ValueHint;

use super::vocabulary::Vocabulary;
use super::{Candidate, Offer, beginning, concepts, terms};
use crate::cli;
use crate::embedded;
use crate::error::Result;
use crate::line;
use crate::render::Format;
use crate::repl::help::TOPICS;
use crate::repl::settings::SETTINGS;
use crate::session::Session;

pub fn setting(session: &Session, before: &str) -> Offer {
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
        .chain(TOPICS)
        .map(str::to_owned)
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

pub fn command(session: &Session, vocabulary: &Vocabulary, before: &str) -> Result<Offer> {
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
        let candidates = concepts(session, phrase, |_, name| line::quoted(name))?;
        if !candidates.is_empty() {
            return Ok(Offer {
                start: before.len() - phrase.len(),
                candidates,
            });
        }
    }
    let candidates = concepts(session, typed, |_, name| line::quoted(name))?;
    Ok(Offer { start, candidates })
}
