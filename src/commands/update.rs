//! `update`: SPARQL updates, of the session's graph or into a file.

use std::collections::{HashMap, HashSet};
use std::path::PathBuf;

use oxigraph::io::RdfFormat;
use oxrdf::{BlankNode, Quad};
use spargebra::{GraphUpdateOperation, Update};

use super::query::read_text;
use crate::answer::{Answer, Stream, Triples};
use crate::cli::Options;
use crate::error::{Error, Result};
use crate::graph::load::{self, Loaded};
use crate::graph::update::{self, Large};
use crate::graph::{load_documents, rename_in_quad, source};
use crate::session::Session;
use crate::sparql::{self, Statement};

/// Change a graph by SPARQL update
///
/// The result goes to a new file with -o, or with --in-place to the file that was read. With --write it stays: at an endpoint, or
/// at the prompt for the rest of the session.
#[derive(Debug, Clone, clap::Args)]
pub struct Args {
    /// The file of the update; `-` or none is standard input
    #[arg(value_name = "FILE", conflicts_with = "text")]
    pub(super) file: Option<PathBuf>,
    /// The update itself
    #[arg(short = 'q', long = "query", value_name = "TEXT")]
    pub(super) text: Option<String>,
    /// Write the result into the one RDF file that -d names; its comments and layout go
    #[arg(long)]
    pub(super) in_place: bool,
}

impl Args {
    /// An update that is at hand as a text.
    pub fn of(text: String) -> Self {
        Self {
            file: None,
            text: Some(text),
            in_place: false,
        }
    }
}

/// The text of the update as it is sent to an endpoint.
///
/// # Errors
/// A file that cannot be read, an update that does not parse.
pub(super) fn text(args: &Args, session: &Session) -> Result<String> {
    Ok(parsed(args, session)?.text)
}

fn parsed(args: &Args, session: &Session) -> Result<Statement<Update>> {
    let (text, name) = read_text(args.text.as_deref(), args.file.as_deref(), session)?;
    sparql::parse_update(session, &text, name.as_deref())
}

/// Carries the update out.
///
/// Returns the changed graph where it is to be written, else how many triples changed.
///
/// # Errors
/// An update that does not parse or that the session does not allow.
pub fn run(args: &Args, session: &mut Session, options: &Options) -> Result<Answer> {
    session.settings.files("an update")?;
    if args.in_place && options.output.is_some() {
        return Err(Error::usage(
            "--in-place and -o say two different places",
            "leave one of them out",
        ));
    }
    let written = args.in_place || options.output.is_some();
    if !written && !session.settings.write {
        return Err(Error::Refused {
            what: "an update".to_owned(),
            hint: "say where the result goes with -o FILE or --in-place, or allow updates with --write"
                .to_owned(),
        });
    }
    let mut update = parsed(args, session)?;
    if !session.stated_graph().is_remote() || written {
        if !session.settings.allow_network {
            refuse_network(&update.algebra)?;
        }
        load_documents(
            &mut update.algebra,
            session.settings.max_memory,
            &session.token(),
        )?;
    }
    if args.in_place {
        let path = single_file(options)?;
        let loaded = load::load(std::slice::from_ref(path), options.data_format)?;
        session.warnings.push(format!(
            "comments and layout of {} are not kept",
            path.display()
        ));
        return rewritten(loaded, update.algebra, session);
    }
    let graph = session.stated_graph();
    if session.settings.write && !written && graph.update(&update, &session.token())?.is_some() {
        // What has been inferred is of a copy from before.
        let infer = session.settings.infer;
        session.infer(false)?;
        session.infer(infer)?;
        let graph = &session.graph_name;
        return Ok(Answer::Done(format!("{graph} has carried the update out")));
    }
    let mut before = Large::new(Vec::new());
    for quad in session.stated_graph().quads()? {
        before.push(quad?);
    }
    let mut after = update::updated(&before, update.algebra, &session.token())?;
    if written {
        let after = std::mem::take(&mut *after);
        return Ok(Answer::Triples(Triples::from(Stream::from(after))));
    }
    let told = difference(&before, &after);
    session.replace_graph(&after)?;
    Ok(Answer::Done(told))
}

/// The contents of a file after the update, with the prefixes that it declares.
fn rewritten(loaded: Loaded, changes: Update, session: &Session) -> Result<Answer> {
    let mut quads = update::updated(&loaded.quads, changes, &session.token())?;
    rename_blank_nodes(&mut quads);
    Ok(Answer::Triples(Triples {
        quads: Stream::from(std::mem::take(&mut *quads)),
        prefixes: Some(loaded.prefixes),
    }))
}

/// `LOAD` would read what the user has not named.
fn refuse_network(update: &Update) -> Result<()> {
    let loads = update
        .operations
        .iter()
        .any(|operation| matches!(operation, GraphUpdateOperation::Load { .. }));
    if !loads {
        return Ok(());
    }
    Err(Error::Refused {
        what: "LOAD".to_owned(),
        hint: "allow it with --allow-network, or fetch the file and name it with -d".to_owned(),
    })
}

/// The one RDF text file that an update in place rewrites.
///
/// # Errors
/// None or several, a folder, standard input, something compressed or packed.
pub fn single_file(options: &Options) -> Result<&PathBuf> {
    let [path] = options.data.as_slice() else {
        return Err(Error::usage(
            "--in-place rewrites exactly one file",
            "name it with -d, as in `kgq -d notes.ttl update --in-place change.ru`",
        ));
    };
    let is_packed =
        |e: &std::ffi::OsStr| e.eq_ignore_ascii_case("gz") || e.eq_ignore_ascii_case("kgq");
    let refused = path.as_os_str() == "-"
        || path.is_dir()
        || path.extension().is_some_and(is_packed)
        || source::format_of(path).is_none();
    if refused {
        return Err(Error::usage(
            format!("{} is no RDF text file to rewrite", path.display()),
            "--in-place takes .ttl, .nt, .nq, .trig, .rdf, .owl or .jsonld; -o writes elsewhere",
        ));
    }
    if source::format_of(path) == Some(RdfFormat::N3) {
        return Err(Error::usage(
            format!("{}: N3 can be read but not written", path.display()),
            "write Turtle elsewhere with -o",
        ));
    }
    Ok(path)
}

/// Blank nodes get short names in order, so that the same update writes the same file.
fn rename_blank_nodes(quads: &mut [Quad]) {
    let mut names: HashMap<BlankNode, BlankNode> = HashMap::new();
    let mut rename = |node: &mut BlankNode| {
        let next = names.len();
        *node = names
            .entry(node.clone())
            .or_insert_with(|| BlankNode::new_unchecked(format!("b{next}")))
            .clone();
    };
    for quad in quads {
        rename_in_quad(quad, &mut rename);
    }
}

/// How many triples an update added and took away.
fn difference(before: &[Quad], after: &[Quad]) -> String {
    let set = |quads: &'_ [Quad]| -> HashSet<Quad> { quads.iter().cloned().collect() };
    let (before, after) = (set(before), set(after));
    let added = after.difference(&before).count();
    let removed = before.difference(&after).count();
    format!(
        "{added} added, {removed} removed; the graph has {} triples",
        after.len()
    )
}
