//! The commands: each has a file with its arguments and one function from a session to an answer.

use std::path::PathBuf;

use clap::{Args as _, Subcommand};

use crate::answer::Answer;
use crate::cli::Options;
use crate::error::{Error, Result};
use crate::graph::Node;
use crate::names;
use crate::session::Session;
use crate::sparql;

mod behind;
pub mod check;
pub mod compare;
pub mod complete;
pub mod completions;
pub mod diff;
pub mod export;
pub mod find;
pub mod man;
pub mod map;
pub mod pack;
pub mod path;
pub mod query;
pub mod run;
pub mod show;
pub mod stats;
pub mod tree;
pub mod update;
pub mod why;

/// A command with its arguments, whose doc comments are its help.
#[derive(Debug, Clone, Subcommand)]
#[command(disable_help_subcommand = true)]
#[allow(missing_docs)]
pub enum Command {
    Query(query::Args),
    Update(update::Args),
    Show(show::Args),
    Find(find::Args),
    Compare(compare::Args),
    Path(path::Args),
    Map(map::Args),
    Tree(tree::Args),
    Why(why::Args),
    Check(check::Args),
    Diff(diff::Args),
    Stats(stats::Args),
    Run(run::Args),
    Export(export::Args),
    Pack(pack::Args),
    Completions(completions::Args),
    #[command(hide = true)]
    Complete(complete::Args),
    Man(man::Args),
}

/// What adds a command's arguments to its grammar.
type Arguments = fn(clap::Command) -> clap::Command;

/// The commands again, each with its arguments: the grammar that is derived can only be built of all of them.
const ARGUMENTS: &[(&str, Arguments)] = &[
    ("query", query::Args::augment_args),
    ("update", update::Args::augment_args),
    ("show", show::Args::augment_args),
    ("find", find::Args::augment_args),
    ("compare", compare::Args::augment_args),
    ("path", path::Args::augment_args),
    ("map", map::Args::augment_args),
    ("tree", tree::Args::augment_args),
    ("why", why::Args::augment_args),
    ("check", check::Args::augment_args),
    ("diff", diff::Args::augment_args),
    ("stats", stats::Args::augment_args),
    ("run", run::Args::augment_args),
    ("export", export::Args::augment_args),
    ("pack", pack::Args::augment_args),
    ("completions", completions::Args::augment_args),
    ("complete", complete::Args::augment_args),
    ("man", man::Args::augment_args),
];

impl Command {
    /// The grammar of the command with that name by itself, where there is one: its arguments, and no description.
    pub(crate) fn grammar(verb: &str) -> Option<clap::Command> {
        let (verb, arguments) = ARGUMENTS.iter().find(|(known, _)| *known == verb)?;
        Some(arguments(clap::Command::new(*verb)))
    }

    /// Carries the command out.
    ///
    /// # Errors
    /// What the command cannot do; nothing has been changed or written then.
    pub fn run(&self, session: &mut Session, options: &Options) -> Result<Answer> {
        if options.sparql {
            return behind::queries(self, session, options).map(Answer::Text);
        }
        self.answer(session, options)
    }

    fn answer(&self, session: &mut Session, options: &Options) -> Result<Answer> {
        let graph = session.graph.clone();
        match self {
            Self::Query(args) => query::run(args, session),
            Self::Update(args) => update::run(args, session, options),
            Self::Show(args) => graph.in_rounds(|| show::run(args, session, options)),
            Self::Find(args) => graph.in_rounds(|| find::run(args, session)),
            Self::Compare(args) => graph.in_rounds(|| compare::run(args, session, options)),
            Self::Path(args) => graph.in_rounds(|| path::run(args, session, options)),
            Self::Map(args) => map::run(args, session, options),
            Self::Tree(args) => graph.in_rounds(|| tree::run(args, session)),
            Self::Why(args) => why::run(args, session),
            Self::Check(args) => check::run(args, session),
            Self::Diff(args) => diff::run(args, session, options),
            Self::Stats(args) => graph.in_rounds(|| stats::run(args, session)),
            Self::Export(args) => export::run(args, session),
            Self::Pack(args) => pack::run(args, session, options),
            Self::Run(args) => run::run(args, session),
            Self::Complete(args) => complete::run(args, session),
            Self::Completions(args) => completions::run(args),
            Self::Man(man::Args {}) => man::run(),
        }
    }

    /// The command that a SPARQL statement of the shell is short for.
    pub fn of_sparql(text: String) -> Self {
        if sparql::is_update(&text) {
            Self::Update(update::Args::of(text))
        } else {
            Self::Query(query::Args::of(text))
        }
    }

    /// Whether the process is to end with 1 when nothing is found.
    pub fn exit_status(&self) -> bool {
        matches!(self, Self::Query(args) if args.exit_status)
    }

    /// The file that the command's answer replaces, where it changes a file in its place.
    pub fn rewrites(&self, options: &Options) -> Option<PathBuf> {
        match self {
            Self::Update(args) if args.in_place => update::single_file(options).ok().cloned(),
            _ => None,
        }
    }

    /// Whether this command reads the files given with `-d` itself, so that no session need do it before.
    pub fn reads_data(&self) -> bool {
        matches!(self, Self::Pack(_))
    }

    /// The place for a text that this command takes from standard input; `None` when it takes nothing from there.
    pub fn standard_input(&mut self) -> Option<&mut Option<String>> {
        match self {
            Self::Query(args) => unread(&args.file, &mut args.text),
            Self::Update(args) => unread(&args.file, &mut args.text),
            Self::Map(args) if args.query_file.is_some() => {
                unread(&args.query_file, &mut args.query)
            }
            _ => None,
        }
    }
}

/// The place for a text that neither a file nor the command line gives.
fn unread<'a>(
    file: &Option<PathBuf>,
    text: &'a mut Option<String>,
) -> Option<&'a mut Option<String>> {
    let elsewhere = file.as_ref().is_some_and(|file| file.as_os_str() != "-");
    (text.is_none() && !elsewhere).then_some(text)
}

/// The names among a command's words: what stands between the bare word `separator`, or without it each word.
fn names_said(words: &[String], separator: &str) -> Vec<String> {
    if !words
        .iter()
        .any(|word| word.eq_ignore_ascii_case(separator))
    {
        return words.to_vec();
    }
    words
        .split(|word| word.eq_ignore_ascii_case(separator))
        .map(|name| name.join(" "))
        .filter(|name| !name.is_empty())
        .collect()
}

/// The different nodes of the [names among a command's words](names_said).
///
/// # Errors
/// A name that does not resolve.
fn nodes_said(session: &Session, words: &[String], separator: &str) -> Result<Vec<Node>> {
    let mut nodes: Vec<Node> = Vec::new();
    for name in names_said(words, separator) {
        let node = names::resolve(session, &name)?;
        if !nodes.contains(&node) {
            nodes.push(node);
        }
    }
    Ok(nodes)
}

/// [`nodes_said`] for a command that takes two or more; `usage` says how to write it.
///
/// # Errors
/// A name that does not resolve; fewer than two nodes.
fn two_or_more(
    session: &Session,
    words: &[String],
    separator: &str,
    usage: &str,
) -> Result<Vec<Node>> {
    let nodes = nodes_said(session, words, separator)?;
    if nodes.len() < 2 {
        return Err(Error::usage("it takes two different concepts", usage));
    }
    Ok(nodes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_several_words_stand_between_the_separator() {
        let said = |text: &str| {
            let words: Vec<String> = text.split(' ').map(str::to_owned).collect();
            names_said(&words, "vs")
        };
        assert_eq!(
            said("Docker Hub vs Harbor VS ECR"),
            ["Docker Hub", "Harbor", "ECR"]
        );
        assert_eq!(said("EKS ECS"), ["EKS", "ECS"]);
        assert_eq!(said("vs EKS"), ["EKS"]);
    }
}
