//! New names for blank nodes, wherever in a quad or a term they stand.

use oxrdf::{BlankNode, GraphName, NamedOrBlankNode, Quad, Term};

/// Lets `rename` give each blank node of a quad another name: that of the graph, of the subject, of the object.
pub fn rename_in_quad(quad: &mut Quad, rename: &mut impl FnMut(&mut BlankNode)) {
    if let GraphName::BlankNode(node) = &mut quad.graph_name {
        rename(node);
    }
    if let NamedOrBlankNode::BlankNode(node) = &mut quad.subject {
        rename(node);
    }
    rename_in_term(&mut quad.object, rename);
}

/// Lets `rename` give a blank node, or each of a triple term, another name.
pub fn rename_in_term(term: &mut Term, rename: &mut impl FnMut(&mut BlankNode)) {
    match term {
        Term::BlankNode(node) => rename(node),
        Term::Triple(triple) => {
            if let NamedOrBlankNode::BlankNode(node) = &mut triple.subject {
                rename(node);
            }
            rename_in_term(&mut triple.object, rename);
        }
        Term::NamedNode(_) | Term::Literal(_) => {}
    }
}
