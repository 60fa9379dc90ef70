//! The order in which an index numbers terms, for terms that no index numbers.

use oxrdf::Term;

use crate::index::literal_class;

/// Where a term stands: literals by language and datatype, IRIs, blank nodes, triple terms, each by their text.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Place {
    /// The class and the value of a literal.
    Literal(String, String),
    /// An IRI.
    Iri(String),
    /// The name of a blank node.
    Blank(String),
    /// How deep triple terms lie in it, and its components.
    Triple(usize, Box<[Place; 3]>),
}

impl Place {
    /// The place of a term.
    pub fn of(term: &Term) -> Self {
        match term {
            Term::Literal(literal) => {
                let mut class = String::new();
                literal_class(literal.as_ref(), &mut class);
                Self::Literal(class, literal.value().to_owned())
            }
            Term::NamedNode(node) => Self::Iri(node.as_str().to_owned()),
            Term::BlankNode(node) => Self::Blank(node.as_str().to_owned()),
            Term::Triple(triple) => {
                let subject = Self::of(&triple.subject.clone().into());
                let property = Self::of(&triple.predicate.clone().into());
                let object = Self::of(&triple.object);
                let depth = match object {
                    Self::Triple(depth, _) => depth + 1,
                    _ => 0,
                };
                Self::Triple(depth, Box::new([subject, property, object]))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::session::Session;

    #[test]
    fn terms_stand_as_in_an_index() {
        let session = Session::sample(
            r#"
            :s :p :u15, :u15-ecs, :u15.a, :u15é, _:b, _:a1,
                "b", "a", "a!", "a b", "나"@ko, "나-"@ko, "a"@en, "a"@en-gb, "a"@EN--ltr, 1, 10, 2, 1.5, true,
                <<( :u :p "a" )>>, <<( :u- :p "a" )>>, <<( :s :p <<( :s :p :o )>> )>> ."#,
        );
        let quads = session.graph.quads().expect("it is at hand");
        let mut terms: Vec<Term> = quads.map(|quad| quad.expect("a quad").object).collect();
        assert_eq!(terms.len(), 23);
        terms.sort_by_cached_key(Place::of);
        let numbers: Vec<_> = terms.iter().map(|term| session.graph.node(term)).collect();
        assert!(numbers.is_sorted(), "{terms:?}");
    }
}
