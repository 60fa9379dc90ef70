//! `export`: the whole graph.

use crate::answer::{Answer, Stream, Triples};
use crate::error::Result;
use crate::session::Session;

/// Write the whole graph in an RDF format
#[derive(Debug, Clone, clap::Args)]
pub struct Args {
    /// Leave out annotations and whatever else only says where facts come from
    #[arg(long)]
    no_provenance: bool,
}

/// The graph's quads; those of files are sorted.
///
/// # Errors
/// An endpoint that fails.
pub fn run(args: &Args, session: &Session) -> Result<Answer> {
    let mut quads = session.graph.quads()?;
    if args.no_provenance {
        let mut all = quads.collect::<Result<Vec<_>>>()?;
        crate::provenance::remove(session, &mut all);
        quads = Stream::from(all);
    }
    Ok(Answer::Triples(Triples::from(quads)))
}
