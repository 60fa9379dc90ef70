//! The command line: what may be said, in clap's terms. The doc comments here are the help text.
//!
//! The same grammar serves the terminal and the shell's prompt. Options stand before or after the command; a single-valued
//! one that is given in both places is an error rather than a silent choice.

use std::ffi::OsString;
use std::path::PathBuf;
use std::sync::LazyLock;
use std::time::Duration;

use clap::parser::ValueSource;
use clap::{ArgMatches, Args, CommandFactory, FromArgMatches, Parser, ValueEnum};
use oxigraph::io::RdfFormat;

use crate::commands::Command;
use crate::render::Format;

/// Help is no wider than this, in columns.
const WIDTH: usize = 100;

/// Ask, compare, explain and draw a knowledge graph.
///
/// Without -d the graph is a course's lecture notes on AWS container services and cloud-native tools, which are in the
/// program. Without a command: the shell; with a script on standard input: that script.
#[derive(Debug, Parser)]
#[command(name = "kgq", version = env!("KGQ_VERSION"), propagate_version = false, max_term_width = WIDTH)]
#[command(
    after_help = "Exit status: 0 answered, 1 the negative (no match, a failed check), 2 an error, 130 interrupted."
)]
pub struct Cli {
    #[command(flatten)]
    options: Options,
    #[command(subcommand)]
    command: Option<Command>,
}

/// What holds for every command.
#[derive(Debug, Clone, Default, Args)]
#[command(next_help_heading = "Options for every command")]
pub struct Options {
    /// Read this RDF file or folder instead of the notes; several merge; `-` is standard input
    #[arg(short, long, value_name = "PATH")]
    pub data: Vec<PathBuf>,
    /// The RDF syntax of the data, where names do not tell
    #[arg(long, value_name = "SYNTAX", value_parser = rdf_syntax)]
    pub data_format: Option<RdfFormat>,
    /// Ask the SPARQL endpoint at this address instead (KGQ_TOKEN or ~/.netrc lets us in)
    #[arg(short, long, value_name = "URL")]
    pub endpoint: Option<String>,
    /// Read what predicates are for from this file too
    #[arg(long, value_name = "FILE")]
    pub roles: Vec<PathBuf>,
    /// Let SPARQL and the commands see what rules infer; it is marked, and stands in the graph k:inferred too
    #[arg(long)]
    pub infer: bool,
    /// Infer by the rules of this file or folder too (repeatable)
    #[arg(long, value_name = "PATH")]
    pub rules: Vec<PathBuf>,
    /// Stop with an error past this many inferred facts, 10 million unless given
    #[arg(long, value_name = "N")]
    pub max_inferred: Option<u64>,
    /// Write the answer in this format
    #[arg(
        short,
        long,
        value_name = "FORMAT",
        value_enum,
        hide_possible_values = true
    )]
    pub format: Option<Format>,
    /// Write the answer to this file, whole or not at all; its extension tells the format
    #[arg(short, long, value_name = "FILE")]
    pub output: Option<PathBuf>,
    /// Open the answer in the system's viewer: the file of --output, or a page of its own
    #[arg(long)]
    pub open: bool,
    /// Prefer labels in this language (repeatable; default: the system's)
    #[arg(short, long, value_name = "TAG")]
    pub lang: Vec<String>,
    /// Stop with an error after this time, as in 500ms, 10s, 2m
    #[arg(long, value_name = "DURATION", value_parser = duration)]
    pub timeout: Option<Duration>,
    /// Stop with an error past this much memory, as in 500MB, 2G
    #[arg(long, value_name = "SIZE", value_parser = size)]
    pub max_memory: Option<u64>,
    /// Leave this property out (repeatable)
    #[arg(long, value_name = "PROPERTY")]
    pub hide: Vec<String>,
    /// Take this property only (repeatable)
    #[arg(long, value_name = "PROPERTY")]
    pub only: Vec<String>,
    /// Print the SPARQL behind a comparison instead
    #[arg(long)]
    pub sparql: bool,
    /// Allow updates
    #[arg(long)]
    pub write: bool,
    /// Allow SERVICE to reach other endpoints
    #[arg(long)]
    pub allow_network: bool,
    /// No file, no network, no shell and no update for the whole session
    #[arg(long)]
    pub safe: bool,
    /// Colour the answer
    #[arg(long, value_name = "WHEN", value_enum)]
    pub color: Option<When>,
    /// Go on after an error in a script
    #[arg(long)]
    pub keep_going: bool,
}

/// When to use colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum When {
    /// On a terminal.
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

/// What a line says: options, and a command unless it is the shell that is wanted.
#[derive(Debug)]
pub struct Said {
    /// The options of both places.
    pub options: Options,
    /// The command.
    pub command: Option<Command>,
}

/// The whole grammar of the command line.
pub fn grammar() -> clap::Command {
    grammar_with(&options_grammar(), |_| true)
}

/// The options that hold for every command, by themselves.
fn options_grammar() -> clap::Command {
    Options::augment_args(clap::Command::new("options"))
}

/// The grammar in which only some of the commands take the options that hold for every command.
///
/// Giving them to all commands takes a third of the time of a short process; only those that were said need them.
fn grammar_with(options: &clap::Command, takes_options: impl Fn(&str) -> bool) -> clap::Command {
    let mut grammar = Cli::command();
    let verbs: Vec<String> = grammar
        .get_subcommands()
        .map(|verb| verb.get_name().to_owned())
        .filter(|verb| takes_options(verb))
        .collect();
    for verb in verbs {
        // The arguments alone: flattening would put the options' own description in the command's place.
        grammar = grammar.mut_subcommand(verb, |verb| verb.args(options.get_arguments()));
    }
    grammar
}

/// The grammar of a line of the shell: the same without the program's name.
pub fn line_grammar() -> clap::Command {
    of_line(grammar())
}

fn of_line(grammar: clap::Command) -> clap::Command {
    grammar
        .no_binary_name(true)
        .disable_version_flag(true)
        .subcommand_required(true)
}

/// The help on a command of the shell, without the options that every command takes.
pub fn command_help(verb: &str) -> Option<String> {
    let mut grammar = Cli::command();
    let command = grammar.find_subcommand_mut(verb)?;
    let mut command = std::mem::take(command).bin_name(verb.to_owned());
    Some(command.render_help().to_string())
}

/// The help on the options that every command takes.
pub fn options_help() -> String {
    let mut options = options_grammar()
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
/// What clap finds wrong, help asked for, or an option given on both sides of the command.
pub fn parse(words: impl IntoIterator<Item = impl Into<OsString>>) -> Result<Said, clap::Error> {
    read(words, |grammar| grammar)
}

/// Reads a line of the shell.
///
/// # Errors
/// As [`parse`].
pub fn parse_line(
    words: impl IntoIterator<Item = impl Into<OsString>>,
) -> Result<Said, clap::Error> {
    read(words, of_line)
}

fn read(
    words: impl IntoIterator<Item = impl Into<OsString>>,
    adapt: impl FnOnce(clap::Command) -> clap::Command,
) -> Result<Said, clap::Error> {
    let words: Vec<OsString> = words.into_iter().map(Into::into).collect();
    let every = options_grammar();
    let said = |verb: &str| words.iter().any(|word| word == verb);
    let mut grammar = adapt(grammar_with(&every, said));
    let matches = grammar.try_get_matches_from_mut(words)?;
    let cli = Cli::from_arg_matches(&matches)?;
    let mut options = cli.options;
    if let Some((_, inner)) = matches.subcommand() {
        options = merge(&mut grammar, &every, options, &matches, inner)?;
    }
    Ok(Said {
        options,
        command: cli.command,
    })
}

/// The options among the words of a command line that need not be whole.
pub fn options_of(words: impl IntoIterator<Item = String>) -> Options {
    let mut grammar = grammar().ignore_errors(true);
    let matches = grammar.clone().try_get_matches_from(words);
    let read = |matches: ArgMatches| {
        let options = Options::from_arg_matches(&matches)?;
        match matches.subcommand() {
            Some((_, inner)) => merge(&mut grammar, &options_grammar(), options, &matches, inner),
            None => Ok(options),
        }
    };
    matches.and_then(read).unwrap_or_default()
}

/// Joins options before the command with those after it.
fn merge(
    grammar: &mut clap::Command,
    every: &clap::Command,
    mut options: Options,
    outer: &ArgMatches,
    inner: &ArgMatches,
) -> Result<Options, clap::Error> {
    let given =
        |matches: &ArgMatches, id: &str| matches.value_source(id) == Some(ValueSource::CommandLine);
    for argument in every.get_arguments() {
        let id = argument.get_id().as_str();
        if given(outer, id) && given(inner, id) {
            let name = argument.get_long().unwrap_or(id);
            return Err(grammar.error(
                clap::error::ErrorKind::ArgumentConflict,
                format!("--{name} is given before the command and after it: give it once"),
            ));
        }
    }
    let before = options.clone();
    options.update_from_arg_matches(inner)?;
    // A flag that is not given is there as false, which must not undo the one before the command.
    for (flag, before) in [
        (&mut options.write, before.write),
        (&mut options.allow_network, before.allow_network),
        (&mut options.safe, before.safe),
        (&mut options.keep_going, before.keep_going),
        (&mut options.infer, before.infer),
    ] {
        *flag |= before;
    }
    Ok(options)
}

fn rdf_syntax(text: &str) -> Result<RdfFormat, String> {
    match text.to_ascii_lowercase().as_str() {
        "turtle" | "ttl" => Ok(RdfFormat::Turtle),
        "ntriples" | "nt" => Ok(RdfFormat::NTriples),
        "nquads" | "nq" => Ok(RdfFormat::NQuads),
        "trig" => Ok(RdfFormat::TriG),
        "rdfxml" | "rdf" | "owl" => Ok(RdfFormat::RdfXml),
        "jsonld" => Ok(RdfFormat::JsonLd {
            profile: oxigraph::io::JsonLdProfileSet::empty(),
        }),
        "n3" => Ok(RdfFormat::N3),
        _ => Err("use turtle, ntriples, nquads, trig, rdfxml, jsonld or n3".to_owned()),
    }
}

/// A time with its unit: `500ms`, `10s`, `2m`, `1h`; without a unit seconds.
fn duration(text: &str) -> Result<Duration, String> {
    let (number, unit) = number_and_unit(text)?;
    let seconds = match unit {
        "ms" => number / 1000.0,
        "" | "s" => number,
        "m" | "min" => number * 60.0,
        "h" => number * 3600.0,
        _ => return Err("use a number with ms, s, m or h".to_owned()),
    };
    Duration::try_from_secs_f64(seconds).map_err(|e| e.to_string())
}

/// An amount of bytes with its unit: `500MB`, `2G`; without a unit bytes. A kilobyte has 1000 bytes, a `KiB` 1024.
fn size(text: &str) -> Result<u64, String> {
    let (number, unit) = number_and_unit(text)?;
    let scale = match unit.to_ascii_lowercase().as_str() {
        "" | "b" => 1.0,
        "k" | "kb" => 1e3,
        "m" | "mb" => 1e6,
        "g" | "gb" => 1e9,
        "kib" => 1024.0,
        "mib" => 1024.0 * 1024.0,
        "gib" => 1024.0 * 1024.0 * 1024.0,
        _ => return Err("use a number with KB, MB, GB, KiB, MiB or GiB".to_owned()),
    };
    // A float becomes an integer saturating, which is right for a bound.
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
    Ok((number * scale) as u64)
}

fn number_and_unit(text: &str) -> Result<(f64, &str), String> {
    let end = text
        .find(|c: char| !c.is_ascii_digit() && c != '.')
        .unwrap_or(text.len());
    let number: f64 = text[..end]
        .parse()
        .map_err(|_| "begin with a number".to_owned())?;
    Ok((number, text[end..].trim()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_grammar_is_sound() {
        grammar().debug_assert();
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
        assert!(help.contains("Usage: compare [OPTIONS] <NAME>...") && help.contains("--exact"));
        assert!(!help.contains("--timeout") && options_help().contains("--timeout"));
        assert!(command_help("nothing").is_none());
    }

    #[test]
    fn options_may_stand_on_either_side_of_the_command() {
        let said = parse(["kgq", "-d", "a.ttl", "find", "EKS", "-l", "ko"]).expect("parses");
        assert_eq!(said.options.data, [PathBuf::from("a.ttl")]);
        assert_eq!(said.options.lang, ["ko"]);
    }

    #[test]
    fn a_flag_before_the_command_holds() {
        let said = parse(["kgq", "--safe", "--infer", "stats"]).expect("parses");
        assert!(said.options.safe && said.options.infer && !said.options.write);
    }

    #[test]
    fn an_option_on_both_sides_of_the_command_is_refused() {
        let error = parse(["kgq", "-d", "a", "find", "EKS", "-d", "b"]).expect_err("twice");
        assert!(
            error.to_string().contains("--data is given before"),
            "{error}"
        );
    }

    #[test]
    fn a_broken_option_before_the_command_is_an_error() {
        // Found by fuzzing: what is near to it is sought in every command.
        let words = ["--rule\0\0\0\0\0\0\0\0sA*#"].map(str::to_owned);
        assert!(parse_line(words).is_err());
    }

    #[test]
    fn times_and_sizes_have_units() {
        assert_eq!(duration("500ms"), Ok(Duration::from_millis(500)));
        assert_eq!(duration("2m"), Ok(Duration::from_secs(120)));
        assert_eq!(size("2G"), Ok(2_000_000_000));
        assert_eq!(size("1KiB"), Ok(1024));
        assert!(duration("soon").is_err() && size("1 parsec").is_err());
    }
}
