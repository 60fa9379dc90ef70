//! What completes a line that begins with a command or a setting.

use std::path::Path;

use clap::ValueHint;

use super::vocabulary::Vocabulary;
use super::{Candidate, Offer, beginning, names, terms};
use crate::cli;
use crate::embedded;
use crate::error::Result;
use crate::line::{self, SETTINGS};
use crate::render::Format;
use crate::session::Session;

/// What completes a setting.
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
        "help" => beginning(typed, line::help_topics().map(str::to_owned)),
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

/// What completes a command with its options, as far as it is typed.
///
/// # Errors
/// An endpoint that fails.
pub fn command(session: &Session, vocabulary: &Vocabulary, before: &str) -> Result<Offer> {
    let start = word_start(before);
    let typed = &before[start..];
    let said = line::words(&before[..start]).unwrap_or_default();
    let offer = |candidates| Ok(Offer { start, candidates });
    let grammar = cli::line_grammar();
    let verb = verb_place(&grammar, &said);
    if verb.is_some_and(|at| said[at] == "help") {
        return offer(beginning(typed, line::help_topics().map(str::to_owned)));
    }
    let (command, words) = match verb {
        None => (&grammar, said.as_slice()),
        Some(at) => match grammar.find_subcommand(&said[at]) {
            Some(command) => (command, &said[at + 1..]),
            None => return offer(Vec::new()),
        },
    };
    let by_option = words.last().and_then(|word| option(command, word));
    if by_option.is_none() && typed.starts_with('-') {
        return offer(flags(command, typed));
    }
    if by_option.is_none() && verb.is_none() {
        return offer(first_words(typed));
    }
    let Some(argument) = by_option.or_else(|| command.get_positionals().next()) else {
        return offer(Vec::new());
    };
    let possible = argument.get_possible_values();
    if !possible.is_empty() {
        let names = possible.iter().map(|value| value.get_name().to_owned());
        return offer(beginning(typed, names));
    }
    let value = argument.get_value_names().and_then(|names| names.first());
    let value = value.map_or("", |name| name.as_str());
    let verb = verb.map_or("", |at| said[at].as_str());
    offer(match value {
        _ if argument.get_value_hint() == ValueHint::AnyPath => files(typed),
        "FILE" | "PATH" if !session.settings.safe => files(typed),
        "PROPERTY" => {
            let (predicates, _) = vocabulary.of(session)?;
            terms(typed, &predicates)
        }
        "QUERY" if words.is_empty() => beginning(typed, saved_queries()),
        "TEXT" if verb == "find" && by_option.is_none() => {
            return names_offer(session, before, start, verb);
        }
        "TEXT" | "N" | "TAG" | "DURATION" | "SIZE" | "URL" | "FILE" | "PATH" | "NAME=TERM" => {
            Vec::new()
        }
        _ => return names_offer(session, before, start, verb),
    })
}

/// Where the command stands among words that may begin with options.
fn verb_place(grammar: &clap::Command, words: &[String]) -> Option<usize> {
    let mut at = 0;
    while words.get(at)?.starts_with('-') {
        at += if option(grammar, &words[at]).is_some() {
            2
        } else {
            1
        };
    }
    (at < words.len()).then_some(at)
}

/// The option of this name, if a value follows it.
fn option<'a>(command: &'a clap::Command, word: &str) -> Option<&'a clap::Arg> {
    command.get_arguments().find(|argument| {
        let long = argument.get_long().map(|long| format!("--{long}"));
        let short = argument.get_short().map(|short| format!("-{short}"));
        let named = long.as_deref() == Some(word) || short.as_deref() == Some(word);
        named && argument.get_action().takes_values()
    })
}

/// The options that begin as typed, by their long names.
fn flags(command: &clap::Command, typed: &str) -> Vec<Candidate> {
    let shown = command.get_arguments().filter(|a| !a.is_hide_set());
    let flags = shown.filter_map(|argument| {
        Some(Candidate {
            text: format!("--{}", argument.get_long()?),
            about: argument
                .get_help()
                .map(ToString::to_string)
                .unwrap_or_default(),
        })
    });
    flags.filter(|flag| flag.text.starts_with(typed)).collect()
}

/// The commands that begin as typed.
fn first_words(typed: &str) -> Vec<Candidate> {
    let grammar = cli::line_grammar();
    let shown = grammar.get_subcommands().filter(|c| !c.is_hide_set());
    let commands = shown.map(|command| Candidate {
        text: command.get_name().to_owned(),
        about: command
            .get_about()
            .map(ToString::to_string)
            .unwrap_or_default(),
    });
    let typed = typed.to_lowercase();
    commands.filter(|c| c.text.starts_with(&typed)).collect()
}

/// What besides commands may begin a line of the shell: words of queries, settings without their dot.
pub fn other_first_words(typed: &str) -> Vec<Candidate> {
    let words = [
        "SELECT",
        "ASK",
        "CONSTRUCT",
        "DESCRIBE",
        "PREFIX",
        "INSERT",
        "DELETE",
        "help",
        "quit",
        "exit",
    ];
    beginning(typed, words.map(str::to_owned))
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
    let after_verb = before
        .match_indices(verb)
        .find(|(at, _)| before[..*at].trim_end().len() < *at || *at == 0)
        .map_or(0, |(at, _)| at + verb.len());
    let phrase_start = [" vs ", " to "]
        .iter()
        .filter_map(|separator| before.rfind(separator).map(|at| at + separator.len()))
        .max()
        .unwrap_or(after_verb);
    let phrase = before[phrase_start.min(start)..].trim_start();
    if phrase.contains(char::is_whitespace) && !phrase.ends_with(char::is_whitespace) {
        let candidates = names(session, phrase)?;
        if !candidates.is_empty() {
            return Ok(Offer {
                start: before.len() - phrase.len(),
                candidates,
            });
        }
    }
    let candidates = names(session, typed)?;
    Ok(Offer { start, candidates })
}
