//! What `.help` tells.

use crate::cli;
use crate::error::{Error, Result};
use crate::names;
use crate::session::Session;

use super::settings::SETTINGS;

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

/// The help on a topic: a command, a setting, `keys`, `settings`, or without one an overview.
///
/// # Errors
/// A topic that there is not.
pub fn text(topic: &str, session: &Session) -> Result<String> {
    let topic = topic.trim();
    let name = topic.trim_start_matches('.');
    match name {
        "" => return Ok(overview(session)),
        "keys" => return Ok(KEYS.to_owned()),
        "settings" => return Ok(settings()),
        _ => {}
    }
    let mut grammar = cli::line_grammar();
    grammar.build();
    if !topic.starts_with('.')
        && let Some(command) = grammar.find_subcommand_mut(name)
    {
        return Ok(command.render_long_help().to_string());
    }
    if let Some((name, argument, meaning)) = SETTINGS.iter().find(|(known, _, _)| *known == name) {
        return Ok(format!(".{name} {argument}\n  {meaning}\n"));
    }
    let topics = cli::verbs()
        .chain(SETTINGS.iter().map(|(name, _, _)| *name))
        .chain(["keys", "settings"]);
    let cure = match names::nearest(name, topics) {
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
    for command in cli::line_grammar().get_subcommands() {
        let about = command.get_about().map(ToString::to_string);
        text += &format!(
            "  {:<12} {}\n",
            command.get_name(),
            about.unwrap_or_default()
        );
    }
    text += "\nSettings\n";
    text += &settings();
    text +=
        "\n`help COMMAND` and `COMMAND --help` tell more of a command, `help keys` what keys do.\n";
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
