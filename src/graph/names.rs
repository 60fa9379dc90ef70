//! What things are called.

use oxrdf::Literal;

use super::{Graph, Node};
use crate::error::Result;

/// From how many triples on names are gone through by several threads.
const MANY: u64 = 1 << 16;

/// Names as they come.
pub struct Names<'a> {
    /// Node, property and label.
    pub labels: Box<dyn Iterator<Item = (Node, Node, Literal)> + Send + 'a>,
    /// IRIs, whose last parts are names too.
    pub iris: Box<dyn Iterator<Item = (Node, String)> + Send + 'a>,
    /// Whether these are all that there are.
    pub complete: bool,
    /// Whether they are so many that labels and IRIs are better gone through side by side.
    pub many: bool,
}

/// What things are called at an endpoint.
#[derive(Debug, Default, Clone)]
pub(crate) struct RemoteNames {
    pub(super) labels: Vec<(Node, Node, Literal)>,
    pub(super) iris: Vec<(Node, String)>,
    pub(super) complete: bool,
}

impl From<RemoteNames> for Names<'_> {
    fn from(names: RemoteNames) -> Self {
        Self {
            labels: Box::new(names.labels.into_iter()),
            iris: Box::new(names.iris.into_iter()),
            complete: names.complete,
            many: false,
        }
    }
}

/// How far a look for names goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Reach {
    /// Names that are the text.
    Exact,
    /// Names with the text inside, as typed or with the other keyboard layout.
    Anywhere,
}

impl Graph {
    /// Who is called what by these properties, and every IRI: all there is, or, behind an endpoint with many labels, what
    /// `text` may mean as far as `reach` goes.
    ///
    /// # Errors
    /// An endpoint that fails.
    pub fn names<'a>(
        &'a self,
        properties: &'a [Node],
        text: &str,
        languages: &[String],
        reach: Reach,
    ) -> Result<Names<'a>> {
        let index = match self {
            Self::Remote(remote) => {
                let names = remote.names(properties, text, languages, reach)?;
                return Ok(names.into());
            }
            Self::Index(index) => index,
        };
        let labels = properties.iter().flat_map(move |&property| {
            let labels = index.labels(property);
            labels.map(move |(node, label)| (node, property, label))
        });
        Ok(Names {
            labels: Box::new(labels),
            iris: Box::new(index.named_nodes()),
            complete: true,
            many: index.len() > MANY,
        })
    }

    /// The names that were packed with the graph, ready to be searched.
    pub fn packed_names(&self) -> Option<&[u8]> {
        match self {
            Self::Index(index) => Some(index.search()).filter(|names| !names.is_empty()),
            Self::Remote(_) => None,
        }
    }
}
