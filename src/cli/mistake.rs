//! What is wrong with the words of a line, said as the rest of the program says it: one cause, one cure.

use std::error::Error as _;
use std::num::ParseIntError;

use clap::error::{ContextKind, ContextValue, ErrorKind};

use super::{form, verbs};
use crate::error::Error;
use crate::line::SPARQL_WORDS;
use crate::names;

/// Where the words were said: before a command's name, what is said there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Door {
    /// At a terminal, behind the program's name.
    Program,
    /// At the shell's prompt or in a script.
    Prompt,
}

impl Door {
    /// What stands before a command's name.
    pub(super) fn program(self) -> &'static str {
        match self {
            Self::Program => "kgq ",
            Self::Prompt => "",
        }
    }

    /// How to ask for help, on a command or at all.
    fn help(self, verb: Option<&str>) -> String {
        match (self, verb) {
            (Self::Program, Some(verb)) => format!("`kgq {verb} --help`"),
            (Self::Program, None) => "`kgq --help`".to_owned(),
            (Self::Prompt, Some(verb)) => format!("`help {verb}`"),
            (Self::Prompt, None) => "`help`".to_owned(),
        }
    }
}

/// What clap finds wrong with words of which `verb` is the command, in terms of the `grammar` and of where they were said.
pub(super) fn mistake(
    error: &clap::Error,
    verb: Option<&str>,
    grammar: &clap::Command,
    door: Door,
) -> Error {
    let said = |kind| text(error, kind);
    let argument = said(ContextKind::InvalidArg);
    let name = argument.split([' ', '=']).next().unwrap_or_default();
    let subject = match verb {
        Some(verb) => format!("`{verb}`"),
        None => "the line".to_owned(),
    };
    let whole = verb.map(|verb| {
        let line = format!("{}{verb} {}", door.program(), form(verb, grammar));
        format!("write it as `{}`", line.trim_end())
    });
    let more = format!("{} tells what there is", door.help(verb));
    let (message, cure) = match error.kind() {
        ErrorKind::InvalidSubcommand => {
            let typed = said(ContextKind::InvalidSubcommand);
            let message = format!("there is no command `{typed}`");
            let cure = match meant(&typed, door) {
                Some(near) => format!("did you mean `{near}`?"),
                None => format!("{} lists the commands", door.help(None)),
            };
            (message, cure)
        }
        ErrorKind::MissingSubcommand => (
            "there is no command in this line".to_owned(),
            format!("{} lists the commands", door.help(None)),
        ),
        ErrorKind::MissingRequiredArgument => {
            let lacking = argument.replace(['<', '>', '.'], "");
            let lacking = lacking.replace(", ", " and ");
            (format!("{subject} needs {lacking}"), whole.unwrap_or(more))
        }
        ErrorKind::UnknownArgument if argument.starts_with('-') => {
            let cure = match option_meant(name, verb, grammar) {
                Some(near) => format!("did you mean {near}?"),
                None => more,
            };
            (format!("{subject} takes no {name}"), cure)
        }
        ErrorKind::UnknownArgument => {
            let message = format!("{subject} takes no `{argument}`");
            (message, whole.unwrap_or(more))
        }
        ErrorKind::InvalidValue => invalid_value(error, &argument, name),
        ErrorKind::ValueValidation => {
            let wrong = said(ContextKind::InvalidValue);
            let cure = match error.source() {
                Some(source) if source.is::<ParseIntError>() => "use a whole number".to_owned(),
                Some(source) => source.to_string(),
                None => more,
            };
            (format!("{name} takes no `{wrong}`"), cure)
        }
        ErrorKind::ArgumentConflict => {
            let prior = said(ContextKind::PriorArg);
            let prior = prior.split(' ').next().unwrap_or_default();
            let message = if prior == name {
                format!("{name} is given twice")
            } else {
                format!("{name} and {prior} exclude each other")
            };
            let cure = if prior == name {
                "give it once"
            } else {
                "leave one of them out"
            };
            (message, cure.to_owned())
        }
        _ => {
            let told = error.render().to_string();
            let first = told.lines().next().unwrap_or_default();
            let first = first.strip_prefix("error: ").unwrap_or(first);
            (first.to_owned(), more)
        }
    };
    Error::usage(message, cure)
}

/// A value that an option does not take, or that is lacking.
fn invalid_value(error: &clap::Error, argument: &str, name: &str) -> (String, String) {
    let wrong = text(error, ContextKind::InvalidValue);
    if wrong.is_empty() {
        let value = argument.replace(['<', '>'], "");
        return (
            format!("{name} needs a value"),
            format!("write it as `{value}`"),
        );
    }
    let possible = match error.get(ContextKind::ValidValue) {
        Some(ContextValue::Strings(values)) => values.as_slice(),
        _ => &[],
    };
    let cure = match names::nearest(&wrong, possible.iter().map(String::as_str)) {
        Some(near) => format!("did you mean {near}?"),
        None => format!("use one of: {}", possible.join(", ")),
    };
    let name = if name.starts_with('-') {
        name.to_owned()
    } else {
        argument.replace(['<', '>', '.'], "")
    };
    (format!("{name} takes no `{wrong}`"), cure)
}

/// The command that was meant; at the prompt SPARQL's first words and settings are commands too.
fn meant(typed: &str, door: Door) -> Option<String> {
    if door == Door::Program {
        return names::nearest(typed, verbs()).map(|verb| format!("kgq {verb}"));
    }
    let settings = crate::line::SETTINGS.iter();
    let settings: Vec<String> = settings.map(|(name, _, _)| format!(".{name}")).collect();
    let is_setting = settings.iter().find(|setting| setting[1..] == *typed);
    if let Some(setting) = is_setting {
        return Some(setting.clone());
    }
    let words = verbs().chain(SPARQL_WORDS);
    let near = names::nearest(typed, words)?;
    Some(if SPARQL_WORDS.contains(&near) {
        near.to_uppercase()
    } else {
        near.to_owned()
    })
}

/// The option of a command that was meant.
fn option_meant(name: &str, verb: Option<&str>, grammar: &clap::Command) -> Option<String> {
    let command = match verb {
        Some(verb) => grammar.find_subcommand(verb)?,
        None => grammar,
    };
    let long = |name: &str| format!("--{name}");
    let options: Vec<String> = command
        .get_arguments()
        .filter_map(|argument| argument.get_long().map(long))
        .collect();
    names::nearest(name, options.iter().map(String::as_str)).map(str::to_owned)
}

fn text(error: &clap::Error, kind: ContextKind) -> String {
    match error.get(kind) {
        Some(ContextValue::String(text)) => text.clone(),
        Some(ContextValue::Strings(texts)) => texts.join(", "),
        _ => String::new(),
    }
}
