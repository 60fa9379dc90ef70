//! The settings of the shell, which begin with a dot, and what there is help on.

use crate::cli;

/// Name, argument and meaning of each setting.
pub const SETTINGS: [(&str, &str, &str); 15] = [
    (
        "mode",
        "[FORMAT]",
        "write answers in this format; without one as suits each answer",
    ),
    (
        "output",
        "[FILE]",
        "add answers to this file; without one show them again",
    ),
    (
        "once",
        "FILE | CMD",
        "write the next answer to a file, or with `| CMD` to a program",
    ),
    (
        "last",
        "[FORMAT]",
        "show all rows of the last answer, without asking again",
    ),
    ("timer", "on|off", "tell how long each command takes"),
    (
        "explain",
        "[QUERY]",
        "run a query, or the last one, and tell its plan with rows and times",
    ),
    (
        "prefix",
        "[P: <IRI>]",
        "list the prefixes, or make one known",
    ),
    ("infer", "on|off", "see what rules infer, or not"),
    (
        "lang",
        "[TAG…]",
        "prefer labels in these languages, most wanted first",
    ),
    ("read", "FILE", "run the statements of a file"),
    (
        "edit",
        "",
        "edit the last SPARQL statement in $VISUAL or $EDITOR, then run what was changed",
    ),
    ("sparql", "", "show the SPARQL behind the last command"),
    (
        "history",
        "[TEXT]",
        "list what was typed before, or what of it holds a text",
    ),
    (
        "help",
        "[TOPIC]",
        "tell what there is, or more of a command, a setting, `options` or `keys`",
    ),
    ("quit", "", "leave; so do exit and Ctrl-D"),
];

/// Settings that may be said without their dot.
pub(super) const BARE_SETTINGS: [&str; 3] = ["help", "quit", "exit"];

/// What there is help on besides commands and settings.
pub const TOPICS: [&str; 3] = ["keys", "options", "settings"];

/// All topics of the help: commands, settings and [`TOPICS`].
pub fn help_topics() -> impl Iterator<Item = &'static str> {
    let settings = SETTINGS.iter().map(|(name, _, _)| *name);
    cli::verbs().chain(settings).chain(TOPICS)
}
