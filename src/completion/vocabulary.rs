//! The predicates and classes of a graph, most used first.

use std::cell::RefCell;
use std::rc::Rc;

use oxrdf::Term;

use crate::error::Result;
use crate::graph::Node;
use crate::session::Session;

/// The predicates and classes of a graph by use, gathered once.
#[derive(Debug, Default)]
pub struct Vocabulary {
    gathered: RefCell<Option<Gathered>>,
}

/// Of which graph, by how many triples it has; its predicates and its classes.
type Gathered = (Option<u64>, Rc<Terms>, Rc<Terms>);

/// Short names with their nodes, most used first.
pub type Terms = Vec<(String, Node)>;

impl Vocabulary {
    /// Predicates and classes of this graph.
    pub fn of(&self, session: &Session) -> Result<(Rc<Terms>, Rc<Terms>)> {
        let triples = session.graph.triples_at_hand();
        let mut gathered = self.gathered.borrow_mut();
        if let Some((of, predicates, classes)) = &*gathered
            && *of == triples
        {
            return Ok((Rc::clone(predicates), Rc::clone(classes)));
        }
        let found = (Rc::new(predicates(session)?), Rc::new(classes(session)?));
        *gathered = Some((triples, Rc::clone(&found.0), Rc::clone(&found.1)));
        Ok(found)
    }
}

fn predicates(session: &Session) -> Result<Terms> {
    let mut used = session.graph.predicates()?;
    used.sort_by_key(|predicate| std::cmp::Reverse(predicate.triples));
    Ok(short_names(session, used.iter().map(|p| p.property)))
}

/// The classes of a graph, those with the most instances first.
///
/// # Errors
/// An endpoint that fails.
pub fn classes(session: &Session) -> Result<Terms> {
    let Some(property) = session.type_node() else {
        return Ok(Vec::new());
    };
    let mut classes = session.graph.object_counts(property)?;
    classes.sort_by_key(|(_, instances)| std::cmp::Reverse(*instances));
    Ok(short_names(
        session,
        classes.into_iter().map(|(class, _)| class),
    ))
}

/// The nodes that are named, with their short names.
pub fn short_names(session: &Session, nodes: impl Iterator<Item = Node>) -> Terms {
    nodes
        .filter_map(|node| match session.graph.term(node) {
            Term::NamedNode(iri) => Some((session.prefixes.display(iri.as_str()), node)),
            _ => None,
        })
        .collect()
}
