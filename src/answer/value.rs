//! Terms and facts as answers hold them.

use oxrdf::{Term, Triple};
use serde::ser::{SerializeMap, Serializer};
use serde::{Deserialize, Serialize};

/// A term with the label that a reader should see.
///
/// JSON: `{iri,label}`, `{literal,lang?,datatype?}` or `{triple:[s,p,o]}`.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Value {
    /// The term itself.
    pub term: Term,
    /// Its label in the reader's language; for a node without one its short name; `None` for literals.
    pub label: Option<String>,
}

impl Value {
    /// The IRI, or `_:` and the blank node's name; `None` for literals and triples.
    pub fn iri(&self) -> Option<String> {
        match &self.term {
            Term::NamedNode(node) => Some(node.as_str().to_owned()),
            Term::BlankNode(node) => Some(node.to_string()),
            _ => None,
        }
    }

    /// What a reader sees: the label, or a literal's lexical form.
    pub fn text(&self) -> String {
        match (&self.label, &self.term) {
            (Some(label), _) => label.clone(),
            (None, Term::Literal(literal)) => literal.value().to_owned(),
            (None, term) => term.to_string(),
        }
    }
}

impl Serialize for Value {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        match &self.term {
            Term::NamedNode(node) => map.serialize_entry("iri", node.as_str())?,
            Term::BlankNode(node) => map.serialize_entry("iri", &node.to_string())?,
            Term::Literal(literal) => {
                map.serialize_entry("literal", literal.value())?;
                if let Some(language) = literal.language() {
                    map.serialize_entry("lang", language)?;
                } else if literal.datatype() != oxrdf::vocab::xsd::STRING {
                    map.serialize_entry("datatype", literal.datatype().as_str())?;
                }
            }
            Term::Triple(triple) => map.serialize_entry("triple", &triple_values(triple))?,
        }
        if let Some(label) = &self.label {
            map.serialize_entry("label", label)?;
        }
        map.end()
    }
}

fn triple_values(triple: &Triple) -> [Value; 3] {
    [
        Term::from(triple.subject.clone()),
        Term::from(triple.predicate.clone()),
        triple.object.clone(),
    ]
    .map(|term| Value { term, label: None })
}

/// Where a fact comes from.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize)]
pub struct Source {
    /// The source's IRI.
    pub iri: String,
    /// The line of the notes, where the source is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub line: Option<u32>,
}

/// Which way a fact is read from the concept in question.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Direction {
    /// The concept is the subject.
    Out,
    /// The concept is the object.
    In,
}

impl Direction {
    /// Its name, as in JSON.
    pub fn name(self) -> &'static str {
        match self {
            Self::Out => "out",
            Self::In => "in",
        }
    }
}

/// How firmly something is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Status {
    /// The graph says so.
    Stated,
    /// A rule derives it.
    Inferred,
    /// The graph says that it is not so.
    Denied,
    /// Said of something above it in the hierarchy.
    Inherited,
    /// Said with doubt, and not asserted.
    Uncertain,
    /// Nothing is said, which is not a no.
    NotStated,
}

impl Status {
    /// Its name, as in JSON.
    pub fn name(self) -> &'static str {
        match self {
            Self::Stated => "stated",
            Self::Inferred => "inferred",
            Self::Denied => "denied",
            Self::Inherited => "inherited",
            Self::Uncertain => "uncertain",
            Self::NotStated => "not-stated",
        }
    }
}

/// A value of a property, how firmly it is known and from where.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Entry {
    /// The value; none when nothing is stated.
    #[serde(
        flatten,
        serialize_with = "nested_value",
        skip_serializing_if = "Option::is_none"
    )]
    pub value: Option<Value>,
    /// How firmly it is known.
    pub status: Status,
    /// For inherited values, what they are inherited from.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub via: Option<Value>,
    /// What else the annotation of the fact says: reasons, restrictions, what is compared.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub qualifiers: Vec<Qualifier>,
    /// Where it comes from.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub sources: Vec<Source>,
}

impl Entry {
    /// The entry of a cell about which the graph is silent.
    pub fn not_stated() -> Self {
        Self {
            value: None,
            status: Status::NotStated,
            via: None,
            qualifiers: Vec::new(),
            sources: Vec::new(),
        }
    }
}

/// An entry's value stands under the key `value`.
fn nested_value<S: Serializer>(value: &Option<Value>, serializer: S) -> Result<S::Ok, S::Error> {
    let mut map = serializer.serialize_map(None)?;
    if let Some(value) = value {
        map.serialize_entry("value", value)?;
    }
    map.end()
}

/// Something that a fact's annotation says besides its source.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Qualifier {
    /// The annotation's property.
    pub property: Value,
    /// Its value.
    pub value: Value,
}

/// Whether a count is not worth a key.
pub(super) fn is_zero<N: Default + PartialEq>(n: &N) -> bool {
    *n == N::default()
}
