//! `export`: the whole graph.

use oxrdf::{GraphName, Quad};

use crate::answer::{Answer, Stream, Triples};
use crate::error::Result;
use crate::meta;
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
    if session.graph.has_inferred() {
        // Inferred triples are in the default graph; which they are is for this program only.
        let stated = |quad: &Result<Quad>| match quad {
            Ok(quad) => quad.graph_name != GraphName::from(meta::INFERRED_GRAPH),
            Err(_) => true,
        };
        quads = Stream::from(quads.filter(stated).collect::<Result<Vec<_>>>()?);
    }
    if args.no_provenance {
        let mut all = quads.collect::<Result<Vec<_>>>()?;
        crate::provenance::remove(session, &mut all);
        quads = Stream::from(all);
    }
    Ok(Answer::Triples(Triples::from(quads)))
}
