//! What `.help` tells.

use super::examples;
use crate::cli;
use crate::error::{Error, Result};
use crate::line::{self, SETTINGS};
use crate::names;
use crate::session::Session;

const KEYS: &str = "\
Enter        runs what is whole, else goes on in the next line; after a blank line or `;` it runs anyway
Alt-Enter    begins a new line
Tab          completes: commands, concepts, prefixes, classes, predicates, variables, settings, files
Right, End   take the grey hint
Up, Down     earlier and later statements; Ctrl-R searches them
Ctrl-C       stops what runs, or clears the line; the third in a row ends the program
Ctrl-D       leaves, on an empty line
Ctrl-L       clears the screen
Ctrl-A/E     to the begin and end of the line; Alt-B/F by words
Ctrl-W/U/K   delete a word, to the begin, to the end; Ctrl-Y puts it back; Ctrl-_ undoes
";

/// The help on a topic: a command, a setting, one of [`line::TOPICS`], or without one an overview.
///
/// # Errors
/// A topic that there is not; an endpoint that fails.
pub fn text(topic: &str, session: &Session) -> Result<String> {
    let topic = topic.trim();
    let name = topic.trim_start_matches('.');
    match name {
        "" => return Ok(overview(session)),
        "keys" => return Ok(KEYS.to_owned()),
        "options" => return Ok(cli::options_help()),
        "settings" => return Ok(settings()),
        _ => {}
    }
    if !topic.starts_with('.')
        && let Some(mut help) = cli::command_help(name)
    {
        let examples = session.token().run(|| examples::of(session, name))??;
        if !examples.is_empty() {
            help += "\nExamples:\n";
        }
        for example in examples {
            help += &format!("  {example}\n");
        }
        help += "\n`help options` lists the options that every command takes.\n";
        return Ok(help);
    }
    if let Some((name, argument, meaning)) = SETTINGS.iter().find(|(known, _, _)| *known == name) {
        return Ok(format!(".{name} {argument}\n  {meaning}\n"));
    }
    let cure = match names::nearest(name, line::help_topics()) {
        Some(near) => format!("did you mean `.help {near}`?"),
        None => "`.help` lists what there is".to_owned(),
    };
    Err(Error::usage(format!("there is no help on `{topic}`"), cure))
}

fn overview(session: &Session) -> String {
    let mut text = format!(
        "Type a SPARQL statement or a command. Prefixes that are known here need no declaration.\n\
         The graph: {}\n\nCommands\n",
        session.graph_name
    );
    let grammar = cli::line_grammar();
    for command in grammar.get_subcommands().filter(|c| !c.is_hide_set()) {
        let about = command.get_about().map(ToString::to_string);
        text += &format!(
            "  {:<12} {}\n",
            command.get_name(),
            about.unwrap_or_default()
        );
    }
    text += "\nSettings\n";
    text += &settings();
    text += "\n`help COMMAND` tells more of a command, `help options` what all take, `help keys` what keys do.\n";
    text
}

fn settings() -> String {
    SETTINGS
        .iter()
        .map(|(name, argument, meaning)| {
            let said = format!(".{name} {argument}");
            format!("  {said:<20} {meaning}\n")
        })
        .collect()
}
