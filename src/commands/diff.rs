//! `diff`: what changed between two graphs, by concept.

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::path::PathBuf;

use oxrdf::Term;

use crate::answer::{
    Answer, Change, ChangeKind, Changed, Diff, Note, Source, Standing, Statement, Value,
};
use crate::cancel;
use crate::cli::Options;
use crate::error::Result;
use crate::graph::{Kind, Node, Stated};
use crate::names;
use crate::provenance;
use crate::session::{Origin, Session, Settings};

use matching::Matching;

mod matching;

/// How many changes are listed.
const LISTED: usize = 20_000;

/// How far a blank node is followed to the concept that it belongs to.
const OWNER_STEPS: usize = 64;

/// Say what changed between two graphs, by concept
///
/// A difference ends the program with 1.
#[derive(Debug, Clone, clap::Args)]
pub struct Args {
    /// The graph before: an RDF file, a folder or a packed file
    #[arg(value_name = "BEFORE")]
    before: PathBuf,
    /// The graph after
    #[arg(value_name = "AFTER")]
    after: PathBuf,
}

/// Compares what two graphs state, over all their named graphs; a difference is the negative answer.
///
/// # Errors
/// Files that cannot be read or do not parse, a session that keeps files out of reach.
pub fn run(args: &Args, session: &Session, options: &Options) -> Result<Answer> {
    session.settings.files("reading the graphs")?;
    let open = |path: &PathBuf| {
        let origin = Origin {
            data: vec![path.clone()],
            format: options.data_format,
            roles: options.roles.clone(),
            ..Origin::default()
        };
        let settings = Settings {
            infer: false,
            ..session.settings.clone()
        };
        Session::open(&origin, session.languages.clone(), settings)
    };
    let (a, b) = (open(&args.before)?, open(&args.after)?);
    let found = session.token().run(|| compare(&a, &b))??;
    described(&a, &b, found)
}

/// A triple of one of the two graphs.
type Numbers = [Node; 3];

/// An annotation: the triple that it is about, by its term, and what it says.
type Annotation = [Node; 3];

/// What differs, in the numbers of the graph that has it.
#[derive(Default)]
struct Found {
    removed: Vec<Numbers>,
    added: Vec<Numbers>,
    /// Annotations of triples that both graphs state.
    no_longer: Vec<Annotation>,
    now: Vec<Annotation>,
    unmatched: [u64; 2],
}

fn compare(a: &Session, b: &Session) -> Result<Found> {
    let (a, b) = (Version::new(a)?, Version::new(b)?);
    let reifiers = [a.reifiers.clone(), b.reifiers.clone()];
    let matching = Matching::new(a.stated, b.stated, reifiers);
    let (removed, no_longer) = a.without(&b, &matching.forwards);
    let (added, now) = b.without(&a, &matching.backwards);
    Ok(Found {
        removed,
        added,
        no_longer,
        now,
        unmatched: [
            a.unmatched(&matching.forwards),
            b.unmatched(&matching.backwards),
        ],
    })
}

/// One of the two graphs.
struct Version<'s> {
    stated: Stated<'s>,
    reifies: Option<Node>,
    /// For each term whether it is a blank node that reifies and of which nothing else is said to anybody.
    reifiers: Vec<bool>,
}

impl<'s> Version<'s> {
    fn new(session: &'s Session) -> Result<Self> {
        let stated = session.graph.stated()?;
        let reifies = session.reifies_node();
        let mut reifiers = vec![false; stated.terms() as usize];
        let pairs = reifies.map(|reifies| stated.matches([None, Some(reifies), None]));
        for [reifier, _, _] in pairs.into_iter().flatten() {
            if stated.kind(reifier) == Kind::Blank
                && stated.matches([None, None, Some(reifier)]).next().is_none()
            {
                reifiers[reifier.0 as usize] = true;
            }
        }
        Ok(Self {
            stated,
            reifies,
            reifiers,
        })
    }

    fn is_reifier(&self, node: Node) -> bool {
        self.reifiers[node.0 as usize]
    }

    /// The triples and the annotations that this graph has and the other has not; `pairs` are the nodes of the other.
    fn without(&self, other: &Self, pairs: &[Option<Node>]) -> (Vec<Numbers>, Vec<Annotation>) {
        let same = |triple: Numbers| -> Option<Numbers> {
            let [s, p, o] = triple.map(|node| pairs[node.0 as usize]);
            Some([s?, p?, o?])
        };
        let mut triples = Vec::new();
        for triple in self.stated.matches([None; 3]) {
            cancel::poll();
            let is_there = || same(triple).is_some_and(|triple| other.stated.contains(triple));
            if !self.is_reifier(triple[0]) && !is_there() {
                triples.push(triple);
            }
        }
        let gone: HashSet<Numbers> = triples.iter().copied().collect();
        let known: HashSet<Annotation> = other.annotations().collect();
        let mut annotations = Vec::new();
        for annotation in self.annotations() {
            cancel::poll();
            // What is annotated goes with its annotations.
            let about = asserted(self.stated, annotation[0]);
            if about.is_some_and(|triple| gone.contains(&triple)) {
                continue;
            }
            if !same(annotation).is_some_and(|annotation| known.contains(&annotation)) {
                annotations.push(annotation);
            }
        }
        annotations.sort_unstable();
        annotations.dedup();
        (triples, annotations)
    }

    /// What annotations say of triples, each by the term of the triple.
    fn annotations(&self) -> impl Iterator<Item = Annotation> + '_ {
        let pairs = self.reifies.into_iter().flat_map(|reifies| {
            let pairs = self.stated.matches([None, Some(reifies), None]);
            pairs.filter(|[reifier, _, _]| self.is_reifier(*reifier))
        });
        pairs.flat_map(|[reifier, _, term]| {
            let said = self.stated.matches([Some(reifier), None, None]);
            said.filter(|[_, p, _]| Some(*p) != self.reifies)
                .map(move |[_, p, o]| [term, p, o])
        })
    }

    /// How many blank nodes have no counterpart in the other graph.
    fn unmatched(&self, pairs: &[Option<Node>]) -> u64 {
        let nodes = (0..self.stated.terms()).map(Node);
        let blank = nodes.filter(|&node| self.stated.kind(node) == Kind::Blank);
        let alone = |node: &Node| !self.is_reifier(*node) && pairs[node.0 as usize].is_none();
        blank.filter(alone).count() as u64
    }
}

/// The triple that a term stands for, where its parts have nodes.
fn asserted(stated: Stated<'_>, term: Node) -> Option<Numbers> {
    let Term::Triple(triple) = stated.term(term) else {
        return None;
    };
    Some([
        stated.node(triple.subject.as_ref())?,
        stated.node(triple.predicate.as_ref())?,
        stated.node(triple.object.as_ref())?,
    ])
}

/// Changes in words: by concept, with labels and sources.
fn described(a: &Session, b: &Session, found: Found) -> Result<Answer> {
    let mut concepts = Concepts {
        before: a,
        after: b,
        groups: BTreeMap::new(),
    };
    let mut left_out = 0;
    for (session, triples, kind) in [
        (a, &found.removed, ChangeKind::Removed),
        (b, &found.added, ChangeKind::Added),
    ] {
        let listed = &triples[..triples.len().min(LISTED)];
        left_out += (triples.len() - listed.len()) as u64;
        for (triple, statement) in listed.iter().zip(statements(session, listed)?) {
            concepts.add(session, Some(triple[0]), Change::of(kind, statement))?;
        }
    }
    let (annotated, unlisted) = annotated(a, b, &found)?;
    left_out += unlisted;
    let count = annotated.len() as u64 + unlisted;
    for change in annotated {
        let subject = b.graph.node(&change.statement.subject.term);
        concepts.add(b, subject, change)?;
    }
    Ok(Answer::Diff(Box::new(Diff {
        before: a.graph_name.clone(),
        after: b.graph_name.clone(),
        concepts: concepts.sorted(),
        added: found.added.len() as u64,
        removed: found.removed.len() as u64,
        annotated: count,
        unmatched_before: found.unmatched[0],
        unmatched_after: found.unmatched[1],
        left_out,
    })))
}

/// The statements that stayed with other annotations, and how many more of them there are than are listed.
fn annotated(a: &Session, b: &Session, found: &Found) -> Result<(Vec<Change>, u64)> {
    let mut changes: BTreeMap<String, Change> = BTreeMap::new();
    let mut unlisted = BTreeSet::new();
    for (session, annotations, is_now) in [(a, &found.no_longer, false), (b, &found.now, true)] {
        let stated = session.graph.stated()?;
        for annotation in annotations {
            let Some(about) = asserted(stated, annotation[0]) else {
                continue;
            };
            let key = stated.term(annotation[0]).to_string();
            if !changes.contains_key(&key) && changes.len() >= LISTED {
                unlisted.insert(key);
                continue;
            }
            let change = match changes.entry(key) {
                Entry::Occupied(known) => known.into_mut(),
                Entry::Vacant(new) => {
                    let mut statement = statements(session, &[about])?.remove(0);
                    statement.qualifiers = Vec::new();
                    statement.sources = Vec::new();
                    new.insert(Change::of(ChangeKind::Annotated, statement))
                }
            };
            let notes = match is_now {
                true => &mut change.now,
                false => &mut change.no_longer,
            };
            notes.push(note(session, annotation)?);
        }
    }
    Ok((changes.into_values().collect(), unlisted.len() as u64))
}

/// Changes by the concept that they belong to.
struct Concepts<'s> {
    before: &'s Session,
    after: &'s Session,
    /// By the concept's term; what belongs to no concept stands together.
    groups: BTreeMap<Option<String>, Changed>,
}

impl Concepts<'_> {
    /// Adds a change to a statement about a node of this session, if it has the node.
    fn add(&mut self, session: &Session, node: Option<Node>, change: Change) -> Result<()> {
        let owner = match node {
            Some(node) => owner(session, node)?,
            None => None,
        };
        let term = owner.map(|node| session.graph.term(node));
        let key = term.as_ref().map(ToString::to_string);
        let group = match self.groups.entry(key) {
            Entry::Occupied(known) => known.into_mut(),
            Entry::Vacant(new) => new.insert(concept(self.before, self.after, term)?),
        };
        group.changes.push(change);
        Ok(())
    }

    fn sorted(self) -> Vec<Changed> {
        let mut concepts: Vec<Changed> = self.groups.into_values().collect();
        for concept in &mut concepts {
            concept.changes.sort_by_cached_key(|change| {
                let said = &change.statement;
                (said.property.text(), change.change, said.object.text())
            });
        }
        concepts.sort_by_cached_key(|c| (c.item.is_none(), c.item.as_ref().map(Value::text)));
        concepts
    }
}

/// A concept of which no change is known yet; without a term what belongs to none.
fn concept(a: &Session, b: &Session, term: Option<Term>) -> Result<Changed> {
    let (mut item, mut standing) = (None, Standing::Changed);
    if let Some(term) = term {
        let (before, after) = (a.graph.describes(&term)?, b.graph.describes(&term)?);
        standing = match (before, after) {
            (false, true) => Standing::New,
            (true, false) => Standing::Gone,
            _ => Standing::Changed,
        };
        let labels = if after { b } else { a };
        item = names::labelled(labels, vec![term])?.pop();
    }
    Ok(Changed {
        item,
        standing,
        changes: Vec::new(),
    })
}

/// The named node that a node is or belongs to: a blank node belongs to what points to it.
fn owner(session: &Session, node: Node) -> Result<Option<Node>> {
    let stated = session.graph.stated()?;
    let mut at = node;
    for _ in 0..OWNER_STEPS {
        if stated.kind(at) == Kind::Iri {
            return Ok(Some(at));
        }
        match stated.matches([None, None, Some(at)]).next() {
            Some([above, _, _]) => at = above,
            None => return Ok(None),
        }
    }
    Ok(None)
}

fn statements(session: &Session, triples: &[Numbers]) -> Result<Vec<Statement>> {
    let nodes: Vec<Node> = triples.iter().flatten().copied().collect();
    let values = names::values(session, &nodes)?;
    let known: Vec<(Node, Node, Node)> = triples.iter().map(|&[s, p, o]| (s, p, o)).collect();
    let annotations = provenance::annotations(session, &known)?;
    Ok(values
        .chunks(3)
        .zip(annotations)
        .filter_map(|(values, annotation)| match values {
            [subject, property, object] => Some(Statement {
                subject: subject.clone(),
                property: property.clone(),
                object: object.clone(),
                qualifiers: annotation.qualifiers,
                inferred: false,
                sources: annotation.sources,
            }),
            _ => None,
        })
        .collect())
}

fn note(session: &Session, &[_, property, value]: &Annotation) -> Result<Note> {
    let is_source = session.role_nodes().source.contains(&property);
    let source: Option<Source> = if is_source {
        provenance::sources(session, [value].into_iter())?.remove(&value)
    } else {
        None
    };
    let mut values = names::values(session, &[property, value])?;
    let value = values.remove(1);
    Ok(Note {
        property: values.remove(0),
        value,
        source,
    })
}

#[cfg(test)]
mod tests;
