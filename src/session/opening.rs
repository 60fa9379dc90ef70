//! Opening a session: the graph, the prefixes that go with it, the user's own roles.

use std::cell::OnceCell;
use std::path::PathBuf;
use std::sync::Arc;

use oxigraph::io::RdfFormat;
use oxrdf::Triple;

use super::{Session, Settings};
use crate::embedded;
use crate::error::{Error, Result};
use crate::graph::{Graph, load};
use crate::names;
use crate::prefixes::Prefixes;

/// What the embedded graph is called.
pub const COURSE: &str = "the course's notes";

/// Where a session's graph comes from.
#[derive(Debug, Clone, Default)]
pub struct Origin {
    /// RDF files and folders; without any the course's embedded graph.
    pub data: Vec<PathBuf>,
    /// The address of a SPARQL endpoint, instead of files.
    pub endpoint: Option<String>,
    /// The syntax of the files, where their names do not tell.
    pub format: Option<RdfFormat>,
    /// Files of the user's own roles.
    pub roles: Vec<PathBuf>,
}

impl Session {
    /// Opens a graph.
    ///
    /// `languages` are the preferred label languages, most wanted first.
    ///
    /// # Errors
    /// Files that cannot be read or do not parse; an address that is none.
    pub fn open(origin: &Origin, languages: Vec<String>, settings: Settings) -> Result<Self> {
        let own_roles = own_roles(&origin.roles)?;
        let (graph, graph_name) = graph(origin, settings.max_memory)?;
        let mut warnings: Vec<String> = graph.warning().into_iter().collect();
        let prefixes = prefixes(&graph, &mut warnings)?;
        let mut session = Self::over(graph, graph_name, own_roles, prefixes);
        session.languages = languages;
        session.warnings = warnings;
        if !origin.roles.is_empty() && session.graph.packed_names().is_some() {
            // What was packed knows the built-in roles only.
            session.search = OnceCell::from(names::all_names(&session)?);
        }
        let infer = settings.infer;
        session.settings = settings;
        session.infer(infer)?;
        Ok(session)
    }
}

/// The triples of the user's own files of roles.
fn own_roles(files: &[PathBuf]) -> Result<Vec<Triple>> {
    let own = load::load(files, None)?;
    Ok(own.quads.into_iter().map(Triple::from).collect())
}

/// The graph, and what it is called; `longest` bounds an endpoint's answer, in bytes.
fn graph(origin: &Origin, longest: Option<u64>) -> Result<(Graph, String)> {
    let data = origin.data.as_slice();
    match (&origin.endpoint, data) {
        (Some(url), []) => {
            let graph = Graph::endpoint(url, longest)?;
            let name = graph.address().unwrap_or_default();
            Ok((graph, name))
        }
        (Some(_), _) => Err(Error::usage(
            "there are both files and an endpoint",
            "give either -d or -e",
        )),
        (None, []) => {
            let course = Arc::new(embedded::course()?);
            Ok((Graph::Index(course), COURSE.to_owned()))
        }
        (None, data) => {
            let names: Vec<_> = data.iter().map(|p| p.display().to_string()).collect();
            Ok((Graph::read(data, origin.format)?, names.join(", ")))
        }
    }
}

/// The prefixes that the data declare, then those that are known anyway; a warning for each that the data declare twice.
fn prefixes(graph: &Graph, warnings: &mut Vec<String>) -> Result<Prefixes> {
    let mut prefixes = Prefixes::default();
    for (prefix, namespace) in graph.prefixes() {
        if let Some(kept) = prefixes.bind(&prefix, &namespace) {
            let warning =
                format!("prefix {prefix}: stands for <{kept}>; <{namespace}> was set aside");
            if !warnings.contains(&warning) {
                warnings.push(warning);
            }
        }
    }
    let known = embedded::roles()?.prefixes();
    // The default prefix is for the data to say; an endpoint, which says nothing, gets the notes'.
    let is_known = |prefix: &str| graph.is_remote() || !prefix.is_empty();
    prefixes.bind_all(known.iter().filter(|(prefix, _)| is_known(prefix)));
    Ok(prefixes)
}
