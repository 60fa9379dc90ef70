//! The numbers of the terms that an endpoint has sent so far.

use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};

use oxrdf::{BlankNode, NamedOrBlankNode, Term};

use crate::graph::{Node, rename_in_term};

/// Terms by number and numbers by term; grows for as long as the session lives.
#[derive(Debug, Default)]
pub struct Terms {
    table: RwLock<Table>,
}

#[derive(Debug, Default)]
struct Table {
    terms: Vec<Arc<Term>>,
    numbers: HashMap<Arc<Term>, Node>,
}

impl Terms {
    /// The number of a term, given to it now if it has none.
    pub fn number(&self, term: Term) -> Node {
        if let Some(node) = self.known(&term) {
            return node;
        }
        let mut table = self.table.write().unwrap_or_else(PoisonError::into_inner);
        if let Some(&node) = table.numbers.get(&term) {
            return node;
        }
        let term = Arc::new(term);
        // Four billion terms do not fit into memory before they do not fit into a number.
        let node = Node(u32::try_from(table.terms.len()).unwrap_or(u32::MAX));
        table.terms.push(Arc::clone(&term));
        table.numbers.insert(term, node);
        node
    }

    /// The number of a term that has one.
    pub fn known(&self, term: &Term) -> Option<Node> {
        let table = self.table.read().unwrap_or_else(PoisonError::into_inner);
        table.numbers.get(term).copied()
    }

    /// The term of a number that this table gave.
    pub fn term(&self, node: Node) -> Arc<Term> {
        let table = self.table.read().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(&table.terms[node.0 as usize])
    }
}

/// Gives the blank nodes of one response names of their own: in another response the same label is another node.
pub fn apart(mut term: Term, response: u64) -> Term {
    rename_in_term(&mut term, &mut |node| {
        *node = BlankNode::new_unchecked(format!("r{response}.{}", node.as_str()));
    });
    term
}

/// Whether a term is or holds a blank node, which no second query can name.
pub fn is_anonymous(term: &Term) -> bool {
    match term {
        Term::BlankNode(_) => true,
        Term::Triple(triple) => {
            matches!(triple.subject, NamedOrBlankNode::BlankNode(_)) || is_anonymous(&triple.object)
        }
        Term::NamedNode(_) | Term::Literal(_) => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use oxrdf::{NamedNode, Triple};

    #[test]
    fn a_term_keeps_its_number() {
        let terms = Terms::default();
        let iri = Term::from(NamedNode::new_unchecked("x:a"));
        assert_eq!(terms.known(&iri), None);
        let node = terms.number(iri.clone());
        assert_eq!(terms.number(iri.clone()), node);
        assert_eq!(*terms.term(node), iri);
    }

    #[test]
    fn blank_nodes_of_two_responses_are_two_even_inside_triple_terms() {
        let blank = BlankNode::new_unchecked("b");
        let triple = Triple::new(blank.clone(), NamedNode::new_unchecked("x:p"), blank);
        let term = Term::from(triple);
        assert_ne!(apart(term.clone(), 1), apart(term.clone(), 2));
        assert_eq!(apart(term.clone(), 1), apart(term.clone(), 1));
        assert!(is_anonymous(&term));
    }
}
