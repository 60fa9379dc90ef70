//! The plain data that commands return. Its `serde` form is the documented JSON.
//!
//! An answer keeps terms, with the labels that the command looked up, so that every format can still make links,
//! identifiers and RDF of them. [`Rows`] and [`Triples`] alone are a header and a stream of results.

use oxrdf::{NamedOrBlankNode, Quad, Term, Triple};
use serde::ser::{SerializeMap, Serializer};
use serde::{Deserialize, Serialize};

pub use crate::answer::check::*;
pub use crate::answer::comparison::*;
pub use crate::answer::diff::*;
pub use crate::answer::map::*;
pub use crate::answer::stream::{BATCH, Stream};
pub(crate) use crate::answer::stream::{GLANCE, deliver};
pub use crate::answer::why::*;

mod check;
mod comparison;
mod diff;
mod drawn;
mod map;
#[cfg(test)]
pub(crate) mod sample;
mod stream;
mod why;

/// What a command found.
#[derive(Debug)]
pub enum Answer {
    /// The solutions of a SELECT query.
    Rows(Rows),
    /// The truth of an ASK query.
    Boolean(bool),
    /// The triples of a CONSTRUCT or DESCRIBE query, or of an export.
    Triples(Triples),
    /// What is said of a concept.
    Show(Box<Show>),
    /// Concepts whose names match a text.
    Find(Find),
    /// How concepts are alike and how they differ.
    Comparison(Box<Comparison>),
    /// How concepts are connected.
    Paths(Paths),
    /// A concept map.
    Map(Box<Map>),
    /// A concept's place in the hierarchy.
    Tree(Tree),
    /// Why a statement holds.
    Why(Box<Why>),
    /// What changed between two graphs.
    Diff(Box<Diff>),
    /// The outcome of checks.
    Checks(Checks),
    /// Counts of a graph.
    Stats(Box<Stats>),
    /// The saved queries that there are.
    Queries(Queries),
    /// A text that is the answer as it stands: SPARQL behind a command, a completion script, a manual page.
    Text(String),
    /// Done, with nothing to print but this sentence on standard error.
    Done(String),
}

impl Answer {
    /// What kind of answer it is, for messages.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Rows(_) => "a table of rows",
            Self::Boolean(_) => "a yes or no",
            Self::Triples(_) => "a graph",
            Self::Show(_) => "what is said of a concept",
            Self::Find(_) => "a list of matches",
            Self::Comparison(_) => "a comparison",
            Self::Paths(_) => "a list of paths",
            Self::Map(_) => "a concept map",
            Self::Tree(_) => "a tree",
            Self::Why(_) => "an explanation",
            Self::Diff(_) => "a list of changes",
            Self::Checks(_) => "the outcome of checks",
            Self::Stats(_) => "statistics",
            Self::Queries(_) => "the list of saved queries",
            Self::Text(_) | Self::Done(_) => "a text",
        }
    }

    /// Whether this is the negative answer of a command that has one (`find` without a match, `check` with an error, `diff` with a difference, `why` of what
    /// does not hold).
    pub fn is_negative(&self) -> bool {
        match self {
            Self::Find(find) => find.matches.is_empty(),
            Self::Why(why) => !why.verdict.holds(),
            Self::Diff(diff) => !diff.is_empty(),
            Self::Checks(checks) => checks.failed(Severity::Error) > 0,
            _ => false,
        }
    }

    /// Whether a query found nothing: no row, no triple, or false. Waits for the first result.
    ///
    /// # Errors
    /// What the first result says instead.
    pub fn is_empty(&mut self) -> crate::error::Result<bool> {
        match self {
            Self::Rows(rows) => rows.solutions.is_empty(),
            Self::Triples(triples) => triples.quads.is_empty(),
            Self::Boolean(truth) => Ok(!*truth),
            _ => Ok(false),
        }
    }
}

/// Solutions of a SELECT query, as they come.
#[derive(Debug)]
pub struct Rows {
    /// The projected variables, without `?`, in order.
    pub variables: Vec<String>,
    /// A cell for each variable, `None` where it is unbound.
    pub solutions: Stream<Vec<Option<Term>>>,
}

/// Triples, or quads, as they come.
#[derive(Debug)]
pub struct Triples {
    /// The quads; all in the default graph when they are a query's.
    pub quads: Stream<Quad>,
    /// The prefixes to write them with; `None` for those of the session that are of use.
    pub prefixes: Option<Vec<(String, String)>>,
}

impl From<Stream<Quad>> for Triples {
    fn from(quads: Stream<Quad>) -> Self {
        Self {
            quads,
            prefixes: None,
        }
    }
}

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
    let subject = match &triple.subject {
        NamedOrBlankNode::NamedNode(node) => Term::from(node.clone()),
        NamedOrBlankNode::BlankNode(node) => Term::from(node.clone()),
    };
    [
        subject,
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

/// What is said of a concept (`show`).
#[derive(Debug, Serialize)]
pub struct Show {
    /// The concept.
    pub item: Value,
    /// Its labels and aliases, all languages, preferred first.
    pub names: Vec<Value>,
    /// Its descriptions, the reader's language first.
    pub descriptions: Vec<Value>,
    /// The facts, most telling first, grouped by property and direction.
    pub facts: Vec<FactGroup>,
    /// The chosen facts as triples, in rank order.
    #[serde(skip)]
    pub triples: Vec<Triple>,
    /// The statements that come from it, where it is a source such as a line of the notes.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub derived: Vec<Statement>,
    /// Statements that are reified and not asserted: doubtful ones.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub uncertain: Vec<Statement>,
    /// Claims about the concept and their verdicts.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub claims: Vec<Claim>,
    /// How it is used, where it is a property.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub usage: Option<Usage>,
    /// How many facts `--top` left out.
    pub left_out: u64,
}

/// How a property is used.
#[derive(Debug, Clone, Serialize)]
pub struct Usage {
    /// Triples with it.
    pub triples: u64,
    /// Distinct subjects.
    pub subjects: u64,
    /// Distinct objects.
    pub objects: u64,
    /// Subject and object of some of them.
    pub examples: Vec<(Value, Value)>,
}

/// The values of one property of a concept in one direction.
#[derive(Debug, Clone, Serialize)]
pub struct FactGroup {
    /// The property.
    pub property: Value,
    /// Whether the concept is the subject or the object.
    pub direction: Direction,
    /// The values.
    pub values: Vec<Entry>,
}

/// A statement that is spoken of rather than asserted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Statement {
    /// Its subject.
    pub subject: Value,
    /// Its property.
    pub property: Value,
    /// Its object.
    pub object: Value,
    /// What else is said of it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub qualifiers: Vec<Qualifier>,
    /// Whether a rule infers it.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub inferred: bool,
    /// Where it comes from.
    pub sources: Vec<Source>,
}

/// A claim, as in an exam question: what is asked is not what is true.
#[derive(Debug, Clone, Serialize)]
pub struct Claim {
    /// The claim itself.
    pub claim: Value,
    /// What it says.
    pub statements: Vec<Statement>,
    /// Whether it is true; none when that is not said.
    pub verdict: Option<bool>,
    /// What is true instead.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub corrections: Vec<Statement>,
    /// Where it comes from.
    pub sources: Vec<Source>,
}

/// Concepts whose names match a text (`find`).
#[derive(Debug, Serialize)]
pub struct Find {
    /// The matches, best first.
    pub matches: Vec<Match>,
}

/// A concept one of whose names matches.
#[derive(Debug, Serialize)]
pub struct Match {
    /// The concept's IRI.
    pub iri: String,
    /// Its label in the reader's language.
    pub label: String,
    /// The name that matched, as it is written in the graph.
    pub matched: String,
    /// How well it matched, from 0 to 1.
    pub score: f64,
}

/// How concepts are connected (`path`).
#[derive(Debug, Serialize)]
pub struct Paths {
    /// The concepts to be connected.
    pub items: Vec<Value>,
    /// The paths, cheapest first.
    pub paths: Vec<Path>,
    /// Whether a cap on degree or hops may have hidden others.
    pub partial: bool,
}

/// A chain of facts from one concept to another.
#[derive(Debug, Clone, Serialize)]
pub struct Path {
    /// Its weight: lower is more telling.
    pub cost: f64,
    /// The facts in order.
    pub steps: Vec<Step>,
    /// How many paths of the same shape are folded into this one.
    #[serde(skip_serializing_if = "is_zero")]
    pub folded: usize,
}

impl Path {
    /// Reads it from its other end.
    pub fn turn(&mut self) {
        self.steps.reverse();
        for step in &mut self.steps {
            step.forward = !step.forward;
        }
    }
}

fn is_zero(n: &usize) -> bool {
    *n == 0
}

/// A fact on a path.
#[derive(Debug, Clone, Serialize)]
pub struct Step {
    /// The fact's subject.
    pub subject: Value,
    /// Its property.
    pub property: Value,
    /// Its object.
    pub object: Value,
    /// Whether the path goes from subject to object.
    pub forward: bool,
    /// How firmly it is known.
    pub status: Status,
    /// Where it comes from.
    pub sources: Vec<Source>,
}

impl Step {
    /// Where the path comes from and where it goes.
    pub fn ends(&self) -> (&Value, &Value) {
        match self.forward {
            true => (&self.subject, &self.object),
            false => (&self.object, &self.subject),
        }
    }
}

/// A concept's place in the hierarchy (`tree`).
#[derive(Debug, Serialize)]
pub struct Tree {
    /// The concept asked for.
    pub item: Value,
    /// What is above it, each with what is above that.
    pub up: Vec<Branch>,
    /// What is below it, each with what is below that.
    pub down: Vec<Branch>,
}

/// A node of a tree with what hangs on it.
#[derive(Debug, Clone, Serialize)]
pub struct Branch {
    /// The concept.
    pub item: Value,
    /// The hierarchy property that links it to its parent in the tree.
    pub property: Value,
    /// What hangs on it.
    pub branches: Vec<Branch>,
    /// Whether it was already printed elsewhere, or closes a cycle, and is not followed again.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub repeated: bool,
    /// How many branches a cap left out.
    #[serde(skip_serializing_if = "is_zero")]
    pub left_out: usize,
}

/// Counts of a graph (`stats`).
#[derive(Debug, Serialize)]
pub struct Stats {
    /// What the graph is: file names, "embedded notes", an address.
    pub graph: String,
    /// Triples in all graphs.
    pub triples: u64,
    /// Distinct subjects.
    pub subjects: u64,
    /// Distinct objects.
    pub objects: u64,
    /// Named graphs with their triples, most first.
    pub named_graphs: Vec<Count>,
    /// Classes with their instances, most first.
    pub kinds: Vec<Count>,
    /// Predicates with their use, most first.
    pub predicates: Vec<PredicateCount>,
    /// Prefixes that need no declaration here.
    pub prefixes: Vec<Prefix>,
    /// What a packed file holds besides, or what its verification found.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub file: Vec<(String, String)>,
}

/// How often something occurs.
#[derive(Debug, Serialize)]
pub struct Count {
    /// What occurs.
    pub item: Value,
    /// How often.
    pub count: u64,
}

/// How a predicate is used.
#[derive(Debug, Serialize)]
pub struct PredicateCount {
    /// The predicate.
    pub item: Value,
    /// Triples with it.
    pub count: u64,
    /// Distinct subjects.
    pub subjects: u64,
    /// Distinct objects.
    pub objects: u64,
}

/// A short name for a namespace.
#[derive(Debug, Serialize)]
pub struct Prefix {
    /// The prefix, without its colon.
    pub prefix: String,
    /// The namespace.
    pub iri: String,
}

/// The saved queries that there are (`run`).
#[derive(Debug, Serialize)]
pub struct Queries {
    /// The queries, by name.
    pub queries: Vec<SavedQuery>,
}

/// A saved query's heading.
#[derive(Debug, Clone, Serialize)]
pub struct SavedQuery {
    /// What `run` calls it.
    pub name: String,
    /// What it answers.
    pub title: String,
    /// Its parameters in order.
    pub parameters: Vec<Parameter>,
}

/// A variable of a saved query that an argument binds.
#[derive(Debug, Clone, Serialize)]
pub struct Parameter {
    /// The variable, without `?`.
    pub name: String,
    /// What it is.
    pub description: String,
    /// The term that it has when no argument is given; without one an argument is needed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub default: Option<String>,
}
