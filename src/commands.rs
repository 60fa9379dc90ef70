//! The commands: each has a file with its arguments and one function from a session to an answer.

use std::path::PathBuf;

use clap::Subcommand;

use crate::answer::Answer;
use crate::cli::Options;
use crate::error::Result;
use crate::session::Session;

pub mod export;
pub mod find;
pub mod query;
pub mod show;
pub mod stats;
pub mod tree;

/// A command with its arguments. The doc comments of the arguments are its help.
#[derive(Debug, Clone, Subcommand)]
#[command(disable_help_subcommand = true)]
pub enum Command {
    /// Ask a SPARQL query
    Query(query::Args),
    /// Show what is said of a concept, most telling facts first
    Show(show::Args),
    /// Find concepts by name, alias, initial consonants, wrong keyboard layout, with typing errors
    Find(find::Args),
    /// Show a concept's place in the hierarchy
    Tree(tree::Args),
    /// Count what is in the graph
    Stats(stats::Args),
    /// Write the whole graph in an RDF format
    Export(export::Args),
}

impl Command {
    /// Carries the command out.
    ///
    /// # Errors
    /// What the command cannot do; nothing has been changed or written then.
    pub fn run(&self, session: &mut Session, options: &Options) -> Result<Answer> {
        match self {
            Self::Query(args) => query::run(args, session),
            Self::Show(args) => show::run(args, session, options),
            Self::Find(args) => find::run(args, session),
            Self::Tree(args) => tree::run(args, session),
            Self::Stats(args) => stats::run(args, session),
            Self::Export(args) => export::run(args, session),
        }
    }

    /// The command that a SPARQL statement of the shell is short for.
    pub fn of_sparql(text: String) -> Self {
        Self::Query(query::Args::of(text))
    }

    /// Whether the process is to end with 1 when nothing is found.
    pub fn exit_status(&self) -> bool {
        matches!(self, Self::Query(args) if args.exit_status)
    }

    /// The file that the command's answer replaces, where it changes a file in its place.
    pub fn rewrites(&self, _options: &Options) -> Option<PathBuf> {
        None
    }

    /// The place for a text that this command takes from standard input; `None` when it takes nothing from there.
    pub fn standard_input(&mut self) -> Option<&mut Option<String>> {
        match self {
            Self::Query(args) if args.text.is_none() => match &args.file {
                Some(file) if file.as_os_str() != "-" => None,
                _ => Some(&mut args.text),
            },
            _ => None,
        }
    }
}
