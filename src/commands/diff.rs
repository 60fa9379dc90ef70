//! `diff`: what changed between two graphs, by concept.

use std::collections::{BTreeMap, HashSet};
use std::path::PathBuf;

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

/// Say what changed between two graphs, by concept; a difference ends with 1
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
    let (of_a, of_b) = (a.graph.stated()?, b.graph.stated()?);
    let reifiers = [reifiers(a, of_a), reifiers(b, of_b)];
    let matching = Matching::new(of_a, of_b, reifiers.clone());
    let [reifiers_a, reifiers_b] = reifiers;
    let (removed, no_longer) = only(
        a,
        of_a,
        of_b,
        &reifiers_a,
        &matching.forwards,
        b,
        &reifiers_b,
    );
    let (added, now) = only(
        b,
        of_b,
        of_a,
        &reifiers_b,
        &matching.backwards,
        a,
        &reifiers_a,
    );
    let unmatched = |stated: Stated<'_>, reifiers: &[bool], pairs: &[Option<Node>]| {
        let blank = |node: &Node| stated.kind(*node) == Kind::Blank;
        let alone = |node: &Node| !reifiers[node.0 as usize] && pairs[node.0 as usize].is_none();
        (0..stated.terms())
            .map(Node)
            .filter(|n| blank(n) && alone(n))
            .count() as u64
    };
    Ok(Found {
        removed,
        added,
        no_longer,
        now,
        unmatched: [
            unmatched(of_a, &reifiers_a, &matching.forwards),
            unmatched(of_b, &reifiers_b, &matching.backwards),
        ],
    })
}

/// For each term whether it is a blank node that reifies and of which nothing else is said to anybody.
fn reifiers(session: &Session, stated: Stated<'_>) -> Vec<bool> {
    let mut reifiers = vec![false; stated.terms() as usize];
    let Some(reifies) = session.reifies_node() else {
        return reifiers;
    };
    for [reifier, _, _] in stated.matches([None, Some(reifies), None]) {
        if stated.kind(reifier) == Kind::Blank
            && stated.matches([None, None, Some(reifier)]).next().is_none()
        {
            reifiers[reifier.0 as usize] = true;
        }
    }
    reifiers
}

/// The triples and the annotations that one graph has and the other has not.
fn only(
    session: &Session,
    here: Stated<'_>,
    there: Stated<'_>,
    reifiers: &[bool],
    pairs: &[Option<Node>],
    other: &Session,
    other_reifiers: &[bool],
) -> (Vec<Numbers>, Vec<Annotation>) {
    let same = |triple: Numbers| -> Option<Numbers> {
        let [s, p, o] = triple.map(|node| pairs[node.0 as usize]);
        Some([s?, p?, o?])
    };
    let mut triples = Vec::new();
    let mut annotations = Vec::new();
    let known: HashSet<Annotation> = annotations_of(other, there, other_reifiers).collect();
    for triple in here.matches([None; 3]) {
        cancel::poll();
        let annotates = reifiers[triple[0].0 as usize];
        if !annotates && !same(triple).is_some_and(|triple| there.contains(triple)) {
            triples.push(triple);
        }
    }
    let gone: HashSet<Numbers> = triples.iter().copied().collect();
    for annotation in annotations_of(session, here, reifiers) {
        cancel::poll();
        let about = asserted(session, here, annotation[0]);
        // What is annotated goes with its annotations.
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
fn annotations_of<'g>(
    session: &Session,
    stated: Stated<'g>,
    reifiers: &'g [bool],
) -> impl Iterator<Item = Annotation> + 'g {
    let reifies = session.reifies_node();
    let pairs = reifies
        .into_iter()
        .flat_map(move |p| stated.matches([None, Some(p), None]));
    pairs
        .filter(|[reifier, _, _]| reifiers[reifier.0 as usize])
        .flat_map(move |[reifier, _, term]| {
            let said = stated.matches([Some(reifier), None, None]);
            said.filter(move |[_, p, _]| Some(*p) != reifies)
                .map(move |[_, p, o]| [term, p, o])
        })
}

/// The triple that a term stands for, where its parts have nodes.
fn asserted(_session: &Session, stated: Stated<'_>, term: Node) -> Option<Numbers> {
    let oxrdf::Term::Triple(triple) = stated.term(term) else {
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
    let mut diff = Diff {
        before: a.graph_name.clone(),
        after: b.graph_name.clone(),
        concepts: Vec::new(),
        added: found.added.len() as u64,
        removed: found.removed.len() as u64,
        annotated: 0,
        unmatched_before: found.unmatched[0],
        unmatched_after: found.unmatched[1],
        left_out: 0,
    };
    let mut groups: BTreeMap<Option<String>, Changed> = BTreeMap::new();
    for (session, triples, kind) in [
        (a, &found.removed, ChangeKind::Removed),
        (b, &found.added, ChangeKind::Added),
    ] {
        let listed = &triples[..triples.len().min(LISTED)];
        diff.left_out += (triples.len() - listed.len()) as u64;
        let owners: Vec<Option<Node>> = listed
            .iter()
            .map(|triple| owner(session, triple[0]))
            .collect::<Result<_>>()?;
        for (statement, owner) in statements(session, listed)?.into_iter().zip(owners) {
            let group = group(a, b, session, owner, &mut groups)?;
            group.changes.push(Change {
                change: kind,
                statement,
                no_longer: Vec::new(),
                now: Vec::new(),
            });
        }
    }
    let mut annotated: BTreeMap<String, (Option<Node>, Change)> = BTreeMap::new();
    for (session, annotations, is_now) in [(a, &found.no_longer, false), (b, &found.now, true)] {
        let stated = session.graph.stated()?;
        let abouts: Vec<Option<Numbers>> = annotations
            .iter()
            .map(|annotation| asserted(session, stated, annotation[0]))
            .collect();
        for (annotation, about) in annotations.iter().zip(abouts).take(LISTED) {
            let Some(about) = about else { continue };
            let key = stated.term(annotation[0]).to_string();
            if !annotated.contains_key(&key) {
                let mut statement = statements(session, &[about])?.remove(0);
                statement.qualifiers = Vec::new();
                statement.sources = Vec::new();
                let change = Change {
                    change: ChangeKind::Annotated,
                    statement,
                    no_longer: Vec::new(),
                    now: Vec::new(),
                };
                annotated.insert(key.clone(), (Some(about[0]), change));
            }
            let note = note(session, annotation)?;
            if let Some((_, change)) = annotated.get_mut(&key) {
                if is_now {
                    &mut change.now
                } else {
                    &mut change.no_longer
                }
                .push(note);
            }
        }
    }
    diff.annotated = annotated.len() as u64;
    for (_, change) in annotated.into_values() {
        let subject = b.graph.node(&change.statement.subject.term);
        let owner = match subject {
            Some(node) => owner(b, node)?,
            None => None,
        };
        group(a, b, b, owner, &mut groups)?.changes.push(change);
    }
    diff.concepts = groups.into_values().collect();
    for concept in &mut diff.concepts {
        concept.changes.sort_by_cached_key(|change| {
            let said = &change.statement;
            (said.property.text(), change.change, said.object.text())
        });
    }
    diff.concepts
        .sort_by_cached_key(|c| (c.item.is_none(), c.item.as_ref().map(Value::text)));
    Ok(Answer::Diff(Box::new(diff)))
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

fn group<'c>(
    a: &Session,
    b: &Session,
    session: &Session,
    owner: Option<Node>,
    groups: &'c mut BTreeMap<Option<String>, Changed>,
) -> Result<&'c mut Changed> {
    let term = owner.map(|node| session.graph.term(node));
    let key = term.as_ref().map(ToString::to_string);
    if !groups.contains_key(&key) {
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
        groups.insert(
            key.clone(),
            Changed {
                item,
                standing,
                changes: Vec::new(),
            },
        );
    }
    Ok(groups.entry(key).or_insert_with(|| Changed {
        item: None,
        standing: Standing::Changed,
        changes: Vec::new(),
    }))
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
