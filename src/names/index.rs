//! All names of a graph as a search index, made when they are first asked for.

use std::collections::HashMap;

use crate::error::{Error, Result};
use crate::graph::{Node, Reach};
use crate::search::{self, Search, Tier};
use crate::session::Session;

/// Names to search in.
#[derive(Debug)]
pub enum Names<'a> {
    /// All that the graph has.
    All(&'a [u8]),
    /// Those that one text may mean, where an endpoint has too many.
    Candidates(Vec<u8>),
}

impl Names<'_> {
    /// Whether these are all the names that the graph has.
    pub fn are_all(&self) -> bool {
        matches!(self, Self::All(_))
    }

    /// The search over them.
    ///
    /// # Errors
    /// Names in a damaged file.
    pub fn search(&self) -> Result<Search<'_>> {
        let bytes = match self {
            Self::All(bytes) => bytes,
            Self::Candidates(bytes) => bytes.as_slice(),
        };
        Search::open(bytes).map_err(|damaged| Error::Damaged {
            path: "names".into(),
            message: damaged.to_string(),
        })
    }
}

impl Session {
    /// The names of the graph, or, behind an endpoint with many, those that `text` may mean.
    ///
    /// # Errors
    /// An endpoint that fails.
    pub fn names(&self, text: &str, reach: Reach) -> Result<Names<'_>> {
        if let Some(all) = self.search.get() {
            return Ok(Names::All(all));
        }
        if let Some(packed) = self.graph.packed_names() {
            return Ok(Names::All(packed));
        }
        let (bytes, complete) = index_names(self, text, reach)?;
        Ok(if complete {
            Names::All(self.search.get_or_init(|| bytes))
        } else {
            Names::Candidates(bytes)
        })
    }
}

/// All names of a graph that is at hand, as a search index.
///
/// # Errors
/// An endpoint that fails.
pub fn all_names(session: &Session) -> Result<Vec<u8>> {
    Ok(index_names(session, "", Reach::Anywhere)?.0)
}

/// Names as a search index, and whether they are all.
fn index_names(session: &Session, text: &str, reach: Reach) -> Result<(Vec<u8>, bool)> {
    let roles = session.role_nodes();
    let tiers: HashMap<Node, Tier> = roles
        .alias
        .iter()
        .map(|&p| (p, Tier::Alternative))
        .chain(roles.hidden.iter().map(|&p| (p, Tier::Hidden)))
        .chain(roles.label.iter().map(|&p| (p, Tier::Preferred)))
        .collect();
    let mut properties: Vec<Node> = tiers.keys().copied().collect();
    properties.sort_unstable();
    let names = session
        .graph
        .names(&properties, text, &session.languages, reach)?;
    let labels = names.labels.filter_map(|(node, property, label)| {
        let tier = *tiers.get(&property)?;
        Some((node.0, tier, label))
    });
    let iris = names.iris.map(|(node, iri)| (node.0, iri));
    let bytes = search::build_of_labels(labels, iris, names.many);
    Ok((bytes, names.complete))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_names_that_are_packed_with_the_notes_are_those_that_the_roles_find() {
        let session = Session::notes("en");
        let found = all_names(&session).expect("it is at hand");
        assert_eq!(session.graph.packed_names(), Some(found.as_slice()));
    }
}
