//! The command line: what may be said, in clap's terms. The doc comments here are the help text.
//!
//! The same grammar serves the terminal and the shell's prompt. Options stand before or after the command; a single-valued
//! one that is given in both places is an error rather than a silent choice.

use std::ffi::OsString;
use std::sync::LazyLock;

use clap::{ArgMatches, CommandFactory, FromArgMatches, Parser};

use crate::commands::Command;
use crate::error::Error;

use mistake::Door;

pub use options::{Options, When};
pub(crate) use values::language;

mod mistake;
mod options;
mod values;

/// Help is no wider than this, in columns.
const WIDTH: usize = 100;

/// What the help ends with.
const AFTER: &str = "\
Environment: KGQ_DATA or KGQ_ENDPOINT stand in for -d or -e, KGQ_TOKEN lets into an endpoint; NO_COLOR and FORCE_COLOR stand in \
for --color; LC_ALL, LC_MESSAGES or LANG for --lang; PAGER shows long answers of the shell, VISUAL or EDITOR is its editor.

Exit status: 0 answered, 1 the negative (no match, a failed check), 2 an error, 130 interrupted.";

/// Ask, compare, explain and draw a knowledge graph.
///
/// Without -d the graph is a course's lecture notes on AWS container services and cloud-native tools, which are in the
/// program. Without a command: the shell; with a script on standard input: that script.
#[derive(Debug, Parser)]
#[command(name = "kgq", version = env!("KGQ_VERSION"), propagate_version = false, max_term_width = WIDTH)]
#[command(after_help = AFTER)]
pub struct Cli {
    #[command(flatten)]
    options: Options,
    #[command(subcommand)]
    command: Option<Command>,
}

/// What a line says: options, and a command unless it is the shell that is wanted.
#[derive(Debug)]
pub struct Said {
    /// The options of both places.
    pub options: Options,
    /// The command.
    pub command: Option<Command>,
}

/// Why words say nothing that can be carried out.
#[derive(Debug)]
pub enum Unsaid {
    /// Help or the version is asked for, which goes to standard output.
    Help(clap::Error),
    /// Something is wrong with the words.
    Mistake(Error),
}

/// The words of those commands whose arguments are more than names one after the other.
const FORMS: [(&str, &str); 3] = [
    ("compare", "X vs Y [vs Z…]"),
    ("path", "X to Y"),
    ("why", "SUBJECT PROPERTY OBJECT"),
];

/// The whole grammar of the command line.
pub fn grammar() -> clap::Command {
    whole_grammar(Door::Program, Some(&options::grammar()))
}

/// The grammar of all commands, each with these options besides its own.
fn whole_grammar(door: Door, options: Option<&clap::Command>) -> clap::Command {
    let mut grammar = Cli::command();
    let verbs: Vec<String> = grammar
        .get_subcommands()
        .map(|verb| verb.get_name().to_owned())
        .collect();
    for verb in verbs {
        let form = FORMS.iter().find(|(known, _)| *known == verb);
        // The arguments alone: flattening would put the options' own description in the command's place.
        let arguments = options.into_iter().flat_map(clap::Command::get_arguments);
        grammar = grammar.mut_subcommand(verb, |mut command| {
            if let Some((verb, words)) = form {
                let usage = format!("{}{verb} [OPTIONS] {words}", door.program());
                command = command.override_usage(usage);
            }
            command.args(arguments)
        });
    }
    at(door, grammar)
}

/// The grammar of no other commands than are among the words, without anything that only help and mistakes need.
///
/// Building that of all commands takes a third of the time of a short process.
fn grammar_of(door: Door, options: &clap::Command, words: &[OsString]) -> clap::Command {
    let mut grammar = clap::Command::new("kgq").args(options.get_arguments());
    for command in words
        .iter()
        .filter_map(|word| Command::grammar(word.to_str()?))
    {
        if grammar.find_subcommand(command.get_name()).is_none() {
            grammar = grammar.subcommand(command.args(options.get_arguments()));
        }
    }
    at(door, grammar)
}

/// A grammar for words that are said at this door.
fn at(door: Door, grammar: clap::Command) -> clap::Command {
    match door {
        Door::Program => grammar,
        Door::Prompt => grammar
            .no_binary_name(true)
            .disable_version_flag(true)
            .subcommand_required(true),
    }
}

/// The grammar of a line of the shell: the same without the program's name.
pub fn line_grammar() -> clap::Command {
    whole_grammar(Door::Prompt, Some(&options::grammar()))
}

/// What follows a command's name, as in `X vs Y`.
fn form(verb: &str, grammar: &clap::Command) -> String {
    if let Some((_, words)) = FORMS.iter().find(|(known, _)| *known == verb) {
        return (*words).to_owned();
    }
    let command = grammar.find_subcommand(verb);
    let words = command.into_iter().flat_map(clap::Command::get_positionals);
    let words = words.map(|argument| {
        let name = match argument.get_value_names() {
            Some([name, ..]) => name.as_str(),
            _ => argument.get_id().as_str(),
        };
        if argument.is_required_set() {
            name.to_uppercase()
        } else {
            format!("[{}]", name.to_uppercase())
        }
    });
    words.collect::<Vec<_>>().join(" ")
}

/// The help on a command of the shell, without the options that every command takes.
pub fn command_help(verb: &str) -> Option<String> {
    let mut grammar = whole_grammar(Door::Prompt, None);
    let command = grammar.find_subcommand_mut(verb)?;
    let mut command = std::mem::take(command).bin_name(verb.to_owned());
    Some(command.render_help().to_string())
}

/// The help on the options that every command takes.
pub fn options_help() -> String {
    let mut options = options::grammar()
        .disable_help_flag(true)
        .max_term_width(WIDTH)
        .help_template("{options}\n");
    options.render_help().to_string()
}

/// The names of the commands.
pub fn verbs() -> impl Iterator<Item = &'static str> {
    static VERBS: LazyLock<Vec<String>> = LazyLock::new(|| {
        Cli::command()
            .get_subcommands()
            .filter(|verb| !verb.is_hide_set())
            .map(|verb| verb.get_name().to_owned())
            .collect()
    });
    VERBS.iter().map(String::as_str)
}

/// Reads what was said to the program, whose name comes first.
///
/// # Errors
/// Help that is asked for; what is wrong with the words.
pub fn parse(words: impl IntoIterator<Item = impl Into<OsString>>) -> Result<Said, Unsaid> {
    read(words, Door::Program)
}

/// Reads a line of the shell.
///
/// # Errors
/// As [`parse`].
pub fn parse_line(words: impl IntoIterator<Item = impl Into<OsString>>) -> Result<Said, Unsaid> {
    read(words, Door::Prompt)
}

fn read(words: impl IntoIterator<Item = impl Into<OsString>>, door: Door) -> Result<Said, Unsaid> {
    let words: Vec<OsString> = words.into_iter().map(Into::into).collect();
    let every = options::grammar();
    let read = |grammar: &mut clap::Command| {
        let matches = grammar.try_get_matches_from_mut(&words)?;
        Ok((Cli::from_arg_matches(&matches)?, matches))
    };
    let quick = read(&mut grammar_of(door, &every, &words));
    let (cli, matches) = quick.or_else(|_: clap::Error| {
        let mut grammar = whole_grammar(door, Some(&every));
        read(&mut grammar).map_err(|error| {
            if !error.use_stderr() {
                return Unsaid::Help(error);
            }
            let verb = verbs().find(|verb| words.iter().any(|word| word == verb));
            Unsaid::Mistake(mistake::mistake(&error, verb, &grammar, door))
        })
    })?;
    let mut options = cli.options;
    if let Some((_, inner)) = matches.subcommand() {
        options = options::merge(&every, options, &matches, inner).map_err(Unsaid::Mistake)?;
    }
    Ok(Said {
        options,
        command: cli.command,
    })
}

/// The options among the words of a command line that need not be whole.
pub fn options_of(words: impl IntoIterator<Item = String>) -> Options {
    let matches = grammar().ignore_errors(true).try_get_matches_from(words);
    let read = |matches: ArgMatches| {
        let options = Options::from_arg_matches(&matches).ok()?;
        match matches.subcommand() {
            Some((_, inner)) => options::merge(&options::grammar(), options, &matches, inner).ok(),
            None => Some(options),
        }
    };
    matches.ok().and_then(read).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_grammar_is_sound() {
        grammar().debug_assert();
    }

    #[test]
    fn a_command_that_is_said_has_the_same_arguments_in_the_grammar_of_it_alone() {
        fn arguments(command: &clap::Command) -> Vec<&str> {
            let arguments = command.get_arguments();
            arguments
                .map(|argument| argument.get_id().as_str())
                .collect()
        }
        let whole = grammar();
        for command in whole.get_subcommands() {
            let word = OsString::from(command.get_name());
            let alone = grammar_of(Door::Program, &options::grammar(), &[word]);
            assert_eq!(arguments(&alone), arguments(&whole));
            let alone = alone.find_subcommand(command.get_name());
            assert_eq!(alone.map(arguments), Some(arguments(command)));
        }
    }

    #[test]
    fn every_command_keeps_its_own_description() {
        for command in [grammar(), line_grammar()] {
            for verb in command.get_subcommands() {
                let about = verb
                    .get_about()
                    .map(ToString::to_string)
                    .unwrap_or_default();
                assert!(
                    !about.is_empty() && !about.contains("every command"),
                    "{}: {about}",
                    verb.get_name()
                );
            }
        }
    }

    #[test]
    fn the_help_on_a_command_of_the_shell_names_what_is_its_own() {
        let help = command_help("compare").expect("a command");
        assert!(
            help.contains("Usage: compare [OPTIONS] X vs Y [vs Z…]") && help.contains("--exact")
        );
        assert!(!help.contains("--timeout") && options_help().contains("--timeout"));
        assert!(command_help("nothing").is_none());
    }

    fn wrong(said: Result<Said, Unsaid>) -> String {
        match said {
            Err(Unsaid::Mistake(error)) => {
                format!("{error}: {}", error.hint().unwrap_or_default())
            }
            other => panic!("{other:?}"),
        }
    }

    fn words(line: &str) -> Vec<String> {
        line.split(' ').map(str::to_owned).collect()
    }

    #[test]
    fn mistakes_speak_as_the_door_at_which_they_were_made() {
        let mut told = String::new();
        for line in [
            "compare",
            "path -l ko",
            "diff a.ttl",
            "find x --tpo 3",
            "nothing",
        ] {
            let prompt = wrong(parse_line(words(line)));
            let program = wrong(parse(["kgq".to_owned()].into_iter().chain(words(line))));
            told += &format!("{line}\n  {prompt}\n  {program}\n");
        }
        insta::assert_snapshot!(told, @r"
        compare
          `compare` needs NAME: write it as `compare X vs Y [vs Z…]`
          `compare` needs NAME: write it as `kgq compare X vs Y [vs Z…]`
        path -l ko
          `path` needs NAME: write it as `path X to Y`
          `path` needs NAME: write it as `kgq path X to Y`
        diff a.ttl
          `diff` needs AFTER: write it as `diff BEFORE AFTER`
          `diff` needs AFTER: write it as `kgq diff BEFORE AFTER`
        find x --tpo 3
          `find` takes no --tpo: did you mean --top?
          `find` takes no --tpo: did you mean --top?
        nothing
          there is no command `nothing`: `help` lists the commands
          there is no command `nothing`: `kgq --help` lists the commands
        ");
    }

    #[test]
    fn a_mistake_is_told_with_one_cure() {
        let lines = [
            "copare EKS vs ECS",
            "selct * { }",
            "timer on",
            "-l ko",
            "show EKS --zzzz",
            "stats all",
            "show EKS --top few",
            "show EKS --timeout 3parsec",
            "show EKS -f jsn",
            "show EKS -l",
            "tree EKS --up --down",
            "find x --top 1 --top 2",
            "completions ksh",
            "--safe=yes stats",
            "--rule x stats",
        ];
        let told: String = lines
            .iter()
            .map(|line| format!("{line}\n  {}\n", wrong(parse_line(words(line)))))
            .collect();
        insta::assert_snapshot!(told, @r"
        copare EKS vs ECS
          there is no command `copare`: did you mean `compare`?
        selct * { }
          there is no command `selct`: did you mean `SELECT`?
        timer on
          there is no command `timer`: did you mean `.timer`?
        -l ko
          there is no command in this line: `help` lists the commands
        show EKS --zzzz
          `show` takes no --zzzz: `help show` tells what there is
        stats all
          `stats` takes no `all`: write it as `stats`
        show EKS --top few
          --top takes no `few`: use a whole number
        show EKS --timeout 3parsec
          --timeout takes no `3parsec`: use a number with ms, s, m or h
        show EKS -f jsn
          --format takes no `jsn`: did you mean json?
        show EKS -l
          --lang needs a value: write it as `--lang TAG`
        tree EKS --up --down
          --up and --down exclude each other: leave one of them out
        find x --top 1 --top 2
          --top is given twice: give it once
        completions ksh
          SHELL takes no `ksh`: did you mean zsh?
        --safe=yes stats
          unexpected value 'yes' for '--safe' found; no more were expected: `help stats` tells what there is
        --rule x stats
          `stats` takes no --rule: did you mean --rules?
        ");
    }

    #[test]
    fn an_option_on_both_sides_of_the_command_is_refused() {
        insta::assert_snapshot!(wrong(parse(["kgq", "-d", "a", "find", "EKS", "-d", "b"])), @"--data is given before the command and after it: give it once");
    }

    #[test]
    fn a_broken_option_before_the_command_is_an_error() {
        // Found by fuzzing: what is near to it is sought in every command.
        let words = ["--rule\0\0\0\0\0\0\0\0sA*#"].map(str::to_owned);
        assert!(parse_line(words).is_err());
    }
}
