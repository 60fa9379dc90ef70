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

/// The graph's quads, sorted.
///
/// # Errors
/// An endpoint, which does not give out its whole graph.
pub fn run(args: &Args, session: &Session) -> Result<Answer> {
    let mut quads: Vec<_> = session.graph.quads()?.collect();
    if args.no_provenance {
        crate::provenance::remove(session, &mut quads);
    }
    Ok(Answer::Triples(Triples {
        quads: Stream::from(quads),
    }))
}
