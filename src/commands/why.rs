//! `why`: the note line behind a fact, or the rule and the facts behind an inferred one.

use std::fs;
use std::path::{Path, PathBuf};

use oxrdf::Term;

use crate::answer::{
    Answer, Direction, NoteLine, Proof, RuleName, Source, Statement, Value, Verdict, Why,
};
use crate::error::{Error, Result};
use crate::graph::{Node, Pattern};
use crate::language::Language;
use crate::meta;
use crate::names;
use crate::provenance;
use crate::rules::{self, Closure, Fact, Step};
use crate::session::Session;

use question::question;

mod question;

/// How many statements are named that come near one that does not hold.
const NEAREST: usize = 8;

/// Up to how many statements with the same subject or object are looked through for what they infer.
const FEW: usize = 1000;

/// Explain why a statement holds
///
/// It tells the statement's lines in the notes, or the rule and the facts that it is inferred from; of a statement that does not
/// hold, what comes nearest to it.
#[derive(Debug, Clone, clap::Args)]
pub struct Args {
    /// Subject, property and object: as three words, or as one text
    #[arg(required = true, value_name = "STATEMENT")]
    words: Vec<String>,
    /// Quote the lines from this copy of the notes
    #[arg(long, value_name = "FILE")]
    notes: Option<PathBuf>,
}

/// Explains a statement; one that does not hold is the negative answer.
///
/// # Errors
/// An endpoint that fails or has too much to copy, names that mean nothing, rules or a copy of the notes that cannot be read.
pub fn run(args: &Args, session: &Session) -> Result<Answer> {
    let notes = args
        .notes
        .as_deref()
        .map(|path| read_notes(path, session))
        .transpose()?;
    session.token().run(|| {
        if session.graph.is_remote() {
            explain(args, &session.at_hand()?, notes)
        } else {
            explain(args, session, notes)
        }
    })?
}

fn explain(args: &Args, session: &Session, notes: Option<Vec<String>>) -> Result<Answer> {
    let mut closure = rules::closure_to_ask(session)?;
    let terms = question(&args.words, session, &mut closure)?;
    let known = terms.clone().map(|term| closure.node(&term));
    closure.ask(&[known])?;
    let triple = match known {
        [Some(s), Some(p), Some(o)] => Some([s, p, o]),
        _ => None,
    };
    let proof = match triple {
        Some(triple) => closure.proof(triple),
        None => None,
    };
    let mut why = Why {
        statement: statements(session, &closure, std::slice::from_ref(&terms))?.remove(0),
        verdict: Verdict::NotKnown,
        proof: None,
        other_ways: 0,
        uncertain: Vec::new(),
        contrary: Vec::new(),
        claims: Vec::new(),
        nearest: Vec::new(),
        lines: Vec::new(),
    };
    spoken_of(session, &terms, &mut why)?;
    if let Some((step, others)) = proof {
        why.verdict = match step.fact {
            Fact::Inferred => Verdict::Inferred,
            Fact::Stated | Fact::Axiom => Verdict::Stated,
        };
        why.other_ways = others;
        why.proof = Some(written(&step, session, &closure)?);
    } else {
        why.contrary = contrary(session, known, &mut closure)?;
        why.verdict = if why.claims.iter().any(|claim| claim.verdict == Some(false)) {
            Verdict::FalseClaim
        } else if !why.uncertain.is_empty() {
            Verdict::Uncertain
        } else if !why.contrary.is_empty() {
            Verdict::Denied
        } else {
            Verdict::NotKnown
        };
        why.nearest = nearest(session, known, &mut closure)?;
        let contrary = &why.contrary;
        why.nearest.retain(|near| !contrary.contains(near));
    }
    why.lines = lines(session, &why, notes.as_deref())?;
    Ok(Answer::Why(Box::new(why)))
}

/// Doubtful statements and claims of the exam that are just this one.
fn spoken_of(session: &Session, terms: &[Term; 3], why: &mut Why) -> Result<()> {
    let Some(subject) = session.graph.node(&terms[0]) else {
        return Ok(());
    };
    let same = |said: &Statement| {
        said.subject.term == terms[0]
            && said.property.term == terms[1]
            && said.object.term == terms[2]
    };
    why.uncertain = provenance::unasserted(session, &[subject])?;
    why.uncertain.retain(same);
    why.claims = provenance::claims(session, &[subject])?;
    why.claims.retain(|claim| claim.statements.iter().any(same));
    Ok(())
}

/// A proof for a reader: what is stated before what only says what words mean.
fn written(step: &Step<'_>, session: &Session, closure: &Closure<'_>) -> Result<Proof> {
    let language = Language::of(&session.languages);
    let terms = step.triple.map(|node| closure.term(node));
    let statement = statements(session, closure, &[terms])?.remove(0);
    let mut premises = step
        .premises
        .iter()
        .map(|premise| written(premise, session, closure))
        .collect::<Result<Vec<_>>>()?;
    premises.sort_by_key(|premise| premise.axiom);
    let axiom = match step.fact {
        Fact::Axiom => true,
        Fact::Stated => statement.sources.is_empty() && is_axiom(session, &statement)?,
        // What follows from axioms alone is one.
        Fact::Inferred => !premises.is_empty() && premises.iter().all(|premise| premise.axiom),
    };
    Ok(Proof {
        axiom,
        rule: step.rule.map(|rule| RuleName {
            name: rule.file.name.clone(),
            title: rule.file.title(language).to_owned(),
            says: rule.file.get_in("says", language).map(str::to_owned),
            source: rule.file.get_in("source", language).map(str::to_owned),
        }),
        statement,
        premises,
        repeated: step.repeated,
    })
}

/// Whether a stated triple speaks of a word of a vocabulary: its subject is a predicate or a class here.
fn is_axiom(session: &Session, statement: &Statement) -> Result<bool> {
    let subject = &statement.subject.term;
    let Some(node) = session.graph.node(subject) else {
        return Ok(true);
    };
    if subject.is_blank_node()
        || matches!(subject, Term::NamedNode(iri) if iri.as_str().starts_with(meta::NAMESPACE))
    {
        return Ok(true);
    }
    let as_predicate = Pattern {
        property: Some(node),
        ..Pattern::default()
    };
    let as_class = session.type_node().map(|is_a| Pattern {
        property: Some(is_a),
        object: Some(node),
        ..Pattern::default()
    });
    let uses: Vec<Pattern> = [as_predicate].into_iter().chain(as_class).collect();
    Ok(session.graph.counts(&uses)?.iter().any(|n| *n > 0))
}

/// Triples as statements, those of the graph with what their annotations say.
fn statements(
    session: &Session,
    closure: &Closure<'_>,
    triples: &[[Term; 3]],
) -> Result<Vec<Statement>> {
    let graph = &session.graph;
    let values = names::labelled(session, triples.iter().flatten().cloned().collect())?;
    let nodes: Vec<Option<(Node, Node, Node)>> = triples
        .iter()
        .map(|[s, p, o]| Some((graph.node(s)?, graph.node(p)?, graph.node(o)?)))
        .collect();
    let known: Vec<_> = nodes.iter().flatten().copied().collect();
    let mut annotations = provenance::annotations(session, &known)?.into_iter();
    let inferred = |[s, p, o]: &[Term; 3]| {
        let triple = [closure.node(s)?, closure.node(p)?, closure.node(o)?];
        closure.fact(triple).map(|fact| fact == Fact::Inferred)
    };
    Ok(values
        .chunks(3)
        .zip(nodes)
        .zip(triples)
        .filter_map(|((values, node), triple)| {
            let [subject, property, object] = values else {
                return None;
            };
            let annotation = node.and_then(|_| annotations.next()).unwrap_or_default();
            let doubtful = annotation.uncertain;
            Some(Statement {
                subject: subject.clone(),
                property: property.clone(),
                object: object.clone(),
                // What is said with doubt is told apart from what is asserted.
                qualifiers: if doubtful {
                    Vec::new()
                } else {
                    annotation.qualifiers
                },
                inferred: inferred(triple).unwrap_or(false),
                sources: if doubtful {
                    Vec::new()
                } else {
                    annotation.sources
                },
            })
        })
        .collect())
}

/// What is stated that denies the statement: that something lacks what it is asked to have, or has what it is asked to lack.
fn contrary(
    session: &Session,
    known: [Option<Node>; 3],
    closure: &mut Closure<'_>,
) -> Result<Vec<Statement>> {
    let [Some(s), Some(p), Some(o)] = known else {
        return Ok(Vec::new());
    };
    let mut found = Vec::new();
    for (property, denial) in &session.roles().denied_by {
        let (Some(property), Some(denial)) = (closure.node(property), closure.node(denial)) else {
            continue;
        };
        let other = match p {
            _ if p == property => denial,
            _ if p == denial => property,
            _ => continue,
        };
        closure.ask(&[[Some(s), Some(other), Some(o)]])?;
        if closure.fact([s, other, o]).is_some() {
            found.push([s, other, o].map(|node| closure.term(node)));
        }
    }
    statements(session, closure, &found)
}

/// What holds and has the most in common with a statement that does not: the other way round, between the same two, of the same
/// subject or object with the same property.
fn nearest(
    session: &Session,
    known: [Option<Node>; 3],
    closure: &mut Closure<'_>,
) -> Result<Vec<Statement>> {
    let [s, p, o] = known;
    let patterns = [
        [o, p, s],
        [s, None, o],
        [o, None, s],
        [s, p, None],
        [None, p, o],
    ];
    let mut found: Vec<[Node; 3]> = Vec::new();
    for pattern in patterns {
        let places = pattern.iter().flatten().count();
        if places < 2 || pattern.iter().filter(|place| place.is_none()).count() > 1 {
            continue;
        }
        if closure.matches(pattern).nth(FEW).is_none() {
            closure.ask(&[pattern])?;
        }
        for triple in closure.matches(pattern) {
            if found.len() >= NEAREST {
                break;
            }
            if !found.contains(&triple) && closure.fact(triple).is_some() {
                found.push(triple);
            }
        }
    }
    let terms: Vec<[Term; 3]> = found
        .iter()
        .map(|t| t.map(|node| closure.term(node)))
        .collect();
    statements(session, closure, &terms)
}

/// The lines of the notes that an answer names, by number.
fn lines(session: &Session, why: &Why, notes: Option<&[String]>) -> Result<Vec<NoteLine>> {
    let mut sources: Vec<&Source> = Vec::new();
    let mut proofs: Vec<&Proof> = why.proof.iter().collect();
    while let Some(proof) = proofs.pop() {
        sources.extend(&proof.statement.sources);
        proofs.extend(&proof.premises);
    }
    let said = why.uncertain.iter().chain(&why.contrary);
    let said = said.chain(&why.nearest);
    sources.extend(said.flat_map(|statement| &statement.sources));
    for claim in &why.claims {
        sources.extend(&claim.sources);
    }
    let mut lines = Vec::new();
    for source in sources {
        if let Some(line) = source.line {
            lines.push((line, source.iri.clone()));
        }
    }
    lines.sort();
    lines.dedup();
    let sections = sections(session, &lines)?;
    Ok(lines
        .into_iter()
        .zip(sections)
        .map(|((line, iri), section)| NoteLine {
            iri,
            line,
            section,
            text: notes.and_then(|notes| {
                let at = usize::try_from(line).ok()?.checked_sub(1)?;
                notes.get(at).cloned()
            }),
        })
        .collect())
}

fn sections(session: &Session, lines: &[(u32, String)]) -> Result<Vec<Option<Value>>> {
    let graph = &session.graph;
    let mut sections = vec![None; lines.len()];
    let Some(property) = graph.node(meta::SECTION) else {
        return Ok(sections);
    };
    for ((_, iri), section) in lines.iter().zip(&mut sections) {
        let Some(line) = oxrdf::NamedNode::new(iri.as_str())
            .ok()
            .and_then(|iri| graph.node(&iri))
        else {
            continue;
        };
        let said = graph.facts(&[line], Direction::Out, Some(&[property]), 1)?;
        if let Some(fact) = said.first().and_then(|said| said.facts.first()) {
            *section = Some(names::value(session, fact.value)?);
        }
    }
    Ok(sections)
}

/// The lines of the user's own copy of the notes.
fn read_notes(path: &Path, session: &Session) -> Result<Vec<String>> {
    session
        .settings
        .files(&format!("reading {}", path.display()))?;
    let bytes = fs::read(path).map_err(|e| Error::file(path, e))?;
    let text = String::from_utf8_lossy(&bytes);
    let text = text.trim_start_matches('\u{FEFF}');
    Ok(text.lines().map(str::to_owned).collect())
}

#[cfg(test)]
mod tests;
