//! `pack`: a graph as a file that opens at once.

use std::path::Path;

use crate::answer::Answer;
use crate::cli::Options;
use crate::error::{Error, Result};
use crate::graph::gather::{self, Gathered};
use crate::graph::{Graph, source};
use crate::index::Index;
use crate::names;
use crate::session::Session;

/// Write the graph to a packed file, which opens at once
///
/// The same data always gives the same bytes. An existing file is replaced when the new one is whole.
#[derive(Debug, Clone, clap::Args)]
pub struct Args {}

/// Packs the files given with `-d`, or else the session's graph, into the file given with `-o`.
///
/// # Errors
/// Files that cannot be read or do not parse, a place that cannot be written to, a stop; nothing is left behind then.
pub fn run(_args: &Args, session: &Session, options: &Options) -> Result<Answer> {
    let Some(path) = &options.output else {
        return Err(Error::usage(
            "there is no file to pack into",
            "name it with -o, as in `pack -o graph.kgq`",
        ));
    };
    session.settings.files("writing a file")?;
    let gathered = match options.data.as_slice() {
        // What rules infer is in no file.
        _ if session.settings.infer => of_graph(&session.graph)?,
        [] => of_graph(&session.graph)?,
        data => {
            let sources = source::sources(data, options.data_format)?;
            gather::gather(&sources)?
        }
    };
    pack(gathered, session, path)
}

fn of_graph(graph: &Graph) -> Result<Gathered> {
    let mut gathered = Gathered::default();
    for quad in graph.quads()? {
        gathered.parts[0].push(&quad?)?;
    }
    gathered.prefixes = graph.prefixes();
    Ok(gathered)
}

fn pack(gathered: Gathered, session: &Session, path: &Path) -> Result<Answer> {
    let mut triples = 0;
    Index::pack(gathered.parts, &gathered.prefixes, path, |index| {
        triples = index.len();
        let (roles, prefixes) = (session.own_roles.clone(), session.prefixes.clone());
        let graph = Graph::Index(index.into());
        let packed = Session::over(graph, String::new(), roles, prefixes);
        names::all_names(&packed)
    })?;
    let size = std::fs::metadata(path)
        .map_err(|e| Error::file(path, e))?
        .len();
    Ok(Answer::Done(format!(
        "packed {triples} triples into {} ({:.1} MB)",
        path.display(),
        size as f64 / 1e6
    )))
}
