//! The options that hold for every command, which stand before it or after it.

use std::path::PathBuf;
use std::time::Duration;

use clap::parser::ValueSource;
use clap::{ArgMatches, Args, FromArgMatches, ValueEnum};
use oxigraph::io::RdfFormat;

use super::values;
use crate::error::Error;
use crate::render::Format;

/// What holds for every command.
#[derive(Debug, Clone, Default, Args)]
#[command(next_help_heading = "Options for every command")]
pub struct Options {
    /// Read this RDF file, folder or packed file instead of the notes; several merge; `-` is standard input
    #[arg(short, long, value_name = "PATH")]
    pub data: Vec<PathBuf>,
    /// The RDF syntax of the data, where names do not tell
    #[arg(long, value_name = "SYNTAX", value_parser = values::rdf_syntax)]
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
    /// Write the answer in this format; what an answer can be is said where it cannot
    ///
    /// Rows: table, csv, tsv, json, jsonl, xml, markdown, vertical. Graphs: turtle, ntriples, nquads, trig, rdfxml, jsonld.
    /// Answers about concepts: text, markdown, json, and dot, mermaid, svg, html, canvas where they can be drawn.
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
    #[arg(short, long, value_name = "TAG", value_delimiter = ',', value_parser = values::language)]
    pub lang: Vec<String>,
    /// Stop with an error after this time, as in 500ms, 10s, 2m
    #[arg(long, value_name = "DURATION", value_parser = values::duration)]
    pub timeout: Option<Duration>,
    /// Stop with an error past this much memory, as in 500MB, 2G
    #[arg(long, value_name = "SIZE", value_parser = values::memory)]
    pub max_memory: Option<u64>,
    /// Leave this property out (repeatable)
    #[arg(long, value_name = "PROPERTY")]
    pub hide: Vec<String>,
    /// Take this property only (repeatable)
    #[arg(long, value_name = "PROPERTY")]
    pub only: Vec<String>,
    /// Print the SPARQL behind the answer instead
    #[arg(long)]
    pub sparql: bool,
    /// Allow updates, at the prompt and of an endpoint
    #[arg(long)]
    pub write: bool,
    /// Allow SERVICE and LOAD to reach the network
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

/// The options that hold for every command, by themselves.
pub(super) fn grammar() -> clap::Command {
    Options::augment_args(clap::Command::new("options"))
}

/// Joins options before the command with those after it.
pub(super) fn merge(
    every: &clap::Command,
    mut options: Options,
    outer: &ArgMatches,
    inner: &ArgMatches,
) -> Result<Options, Error> {
    let given =
        |matches: &ArgMatches, id: &str| matches.value_source(id) == Some(ValueSource::CommandLine);
    for argument in every.get_arguments() {
        let id = argument.get_id().as_str();
        if given(outer, id) && given(inner, id) {
            let name = argument.get_long().unwrap_or(id);
            return Err(Error::usage(
                format!("--{name} is given before the command and after it"),
                "give it once",
            ));
        }
    }
    let before = options.clone();
    options
        .update_from_arg_matches(inner)
        .map_err(|error| Error::usage(error.to_string(), "give each option once"))?;
    // A flag that is not given is there as false, which must not undo the one before the command.
    for (flag, before) in [
        (&mut options.write, before.write),
        (&mut options.allow_network, before.allow_network),
        (&mut options.safe, before.safe),
        (&mut options.keep_going, before.keep_going),
        (&mut options.infer, before.infer),
        (&mut options.open, before.open),
        (&mut options.sparql, before.sparql),
    ] {
        *flag |= before;
    }
    Ok(options)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::parse;

    #[test]
    fn options_may_stand_on_either_side_of_the_command() {
        let said = parse(["kgq", "-d", "a.ttl", "find", "EKS", "-l", "ko"]).expect("parses");
        assert_eq!(said.options.data, [PathBuf::from("a.ttl")]);
        assert_eq!(said.options.lang, ["ko"]);
    }

    #[test]
    fn every_flag_holds_before_the_command_as_after_it() {
        let grammar = grammar();
        let flags = grammar
            .get_arguments()
            .filter(|argument| !argument.get_action().takes_values())
            .filter_map(clap::Arg::get_long);
        let options = |words: [&str; 3]| format!("{:?}", parse(words).expect("parses").options);
        for flag in flags {
            let flag = format!("--{flag}");
            let after = options(["kgq", "stats", &flag]);
            assert_eq!(options(["kgq", &flag, "stats"]), after);
            assert!(after.contains("true"), "{flag}: {after}");
        }
    }
}
