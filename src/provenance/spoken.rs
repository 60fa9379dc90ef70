//! Statements that are spoken of rather than asserted: doubtful ones, claims, and what comes from a source.

use oxrdf::{Literal, Term, Triple};

use super::{Annotation, of_reifiers};
use crate::answer::{Claim, Direction, Statement};
use crate::error::Result;
use crate::graph::{Fact, Node, Pattern};
use crate::meta;
use crate::names;
use crate::session::Session;

/// Up to how many reifiers are looked through for those that speak of a concept; in larger graphs only the ones that are
/// marked as doubtful are.
const REIFIERS: u64 = 50_000;

/// How many statements of one source are read.
const STATEMENTS: usize = 1000;

/// What comes from a source.
#[derive(Debug, Clone, Default)]
pub struct Derived {
    /// Asserted statements.
    pub stated: Vec<Statement>,
    /// Statements that are reified only.
    pub uncertain: Vec<Statement>,
    /// Claims.
    pub claims: Vec<Claim>,
    /// Whether there are more.
    pub more: bool,
}

/// The statements and claims that come from a source, such as a line of the notes.
///
/// # Errors
/// An endpoint that fails.
pub fn derived_from(session: &Session, source: Node) -> Result<Derived> {
    let roles = session.role_nodes();
    let found = session
        .graph
        .facts(&[source], Direction::In, Some(&roles.source), STATEMENTS)?
        .pop()
        .unwrap_or_default();
    let mut nodes: Vec<Node> = found.facts.iter().map(|f| f.value).collect();
    nodes.sort_unstable();
    nodes.dedup();
    let (stated, uncertain) = of(session, reified_by(session, &nodes)?)?;
    Ok(Derived {
        stated,
        uncertain,
        claims: claims_among(session, &nodes)?,
        more: found.more,
    })
}

/// Statements about any of these nodes that are reified and not asserted.
///
/// # Errors
/// An endpoint that fails.
pub fn unasserted(session: &Session, nodes: &[Node]) -> Result<Vec<Statement>> {
    Ok(of(session, reified_about(session, nodes)?)?.1)
}

/// Claims about any of these nodes.
///
/// # Errors
/// An endpoint that fails.
pub fn claims(session: &Session, nodes: &[Node]) -> Result<Vec<Claim>> {
    let graph = &session.graph;
    let mut claims = Vec::new();
    let speaking = session.role_nodes().claim.iter().copied();
    for property in speaking.chain(graph.node(meta::CORRECTED_BY)) {
        let found = graph.mentioning(property, nodes)?;
        claims.extend(found.into_iter().map(|(claim, _)| claim));
    }
    claims.sort_unstable();
    claims.dedup();
    claims_among(session, &claims)
}

/// Reifiers with the triple that they speak of.
type Reified = Vec<(Node, Triple)>;

/// Reifiers of statements about any of these nodes; in a large file only those that are marked as doubtful.
fn reified_about(session: &Session, nodes: &[Node]) -> Result<Reified> {
    let graph = &session.graph;
    let Some(reifies) = session.reifies_node() else {
        return Ok(Vec::new());
    };
    let all = Pattern {
        property: Some(reifies),
        ..Pattern::default()
    };
    if graph.is_remote() || graph.counts(&[all])?.iter().all(|n| *n <= REIFIERS) {
        let about = graph.mentioning(reifies, nodes)?.into_iter();
        return Ok(about
            .filter_map(|(reifier, object)| Some((reifier, as_triple(graph.term(object))?)))
            .collect());
    }
    let marked = match (
        graph.node(meta::UNCERTAIN),
        graph.node(&Literal::from(true)),
    ) {
        (Some(property), Some(truth)) => {
            graph.facts(&[truth], Direction::In, Some(&[property]), STATEMENTS)?
        }
        _ => Vec::new(),
    };
    let marked: Vec<Node> = marked
        .iter()
        .flat_map(|f| &f.facts)
        .map(|f| f.value)
        .collect();
    let about: Vec<Term> = nodes.iter().map(|&node| graph.term(node)).collect();
    let mut reified = reified_by(session, &marked)?;
    reified.retain(|(_, triple)| {
        about.contains(&triple.object)
            || about.contains(&Term::from(triple.subject.clone()))
            || about.contains(&Term::from(triple.predicate.clone()))
    });
    Ok(reified)
}

fn reified_by(session: &Session, reifiers: &[Node]) -> Result<Reified> {
    let graph = &session.graph;
    let Some(reifies) = session.reifies_node() else {
        return Ok(Vec::new());
    };
    let said = graph.facts(reifiers, Direction::Out, Some(&[reifies]), STATEMENTS)?;
    Ok(reifiers
        .iter()
        .zip(said)
        .flat_map(|(&reifier, said)| said.facts.into_iter().map(move |f| (reifier, f.value)))
        .filter_map(|(reifier, object)| Some((reifier, as_triple(graph.term(object))?)))
        .collect())
}

fn as_triple(term: Term) -> Option<Triple> {
    match term {
        Term::Triple(triple) => Some(*triple),
        _ => None,
    }
}

/// Asserted and not asserted statements, each once, in the order of their sources.
fn of(session: &Session, reified: Reified) -> Result<(Vec<Statement>, Vec<Statement>)> {
    let (reifiers, triples): (Vec<Node>, Vec<Triple>) = reified.into_iter().unzip();
    let annotations = of_reifiers(session, &reifiers)?;
    let statements = statements(session, &triples)?;
    let asserted = are_asserted(session, &triples)?;
    let mut all: Vec<(bool, Statement)> = Vec::new();
    for ((asserted, statement), annotation) in asserted.into_iter().zip(statements).zip(annotations)
    {
        let statement = with(statement, annotation);
        let same = all.iter_mut().map(|(_, s)| s).find(|s| {
            s.subject == statement.subject
                && s.property == statement.property
                && s.object == statement.object
        });
        match same {
            Some(known) => {
                known.sources.extend(statement.sources);
                super::sort_sources(&mut known.sources);
                known.qualifiers.extend(statement.qualifiers);
            }
            None => all.push((asserted, statement)),
        }
    }
    all.sort_by_key(|(_, s)| s.sources.first().map(|s| (s.line, s.iri.clone())));
    let (stated, rest): (Vec<_>, Vec<_>) = all.into_iter().partition(|(asserted, _)| *asserted);
    let bare = |all: Vec<(bool, Statement)>| all.into_iter().map(|(_, s)| s).collect();
    Ok((bare(stated), bare(rest)))
}

fn with(statement: Statement, annotation: Annotation) -> Statement {
    Statement {
        qualifiers: annotation.qualifiers,
        sources: annotation.sources,
        ..statement
    }
}

/// Which triples any graph states.
fn are_asserted(session: &Session, triples: &[Triple]) -> Result<Vec<bool>> {
    let graph = &session.graph;
    let patterns: Vec<Option<Pattern>> = triples
        .iter()
        .map(|triple| {
            Some(Pattern {
                subject: Some(graph.node(&Term::from(triple.subject.clone()))?),
                property: Some(graph.node(&triple.predicate)?),
                object: Some(graph.node(&triple.object)?),
            })
        })
        .collect();
    let known: Vec<Pattern> = patterns.iter().copied().flatten().collect();
    let mut counts = graph.counts(&known)?.into_iter();
    Ok(patterns
        .into_iter()
        .map(|pattern| pattern.is_some() && counts.next().is_some_and(|n| n > 0))
        .collect())
}

/// The claims among these nodes.
fn claims_among(session: &Session, nodes: &[Node]) -> Result<Vec<Claim>> {
    let graph = &session.graph;
    let roles = session.role_nodes();
    if roles.claim.is_empty() {
        return Ok(Vec::new());
    }
    let correction = graph.node(meta::CORRECTED_BY);
    let verdict = graph.node(meta::VERDICT);
    let said = graph.facts(nodes, Direction::Out, None, STATEMENTS)?;
    let mut found = Vec::new();
    for (&node, said) in nodes.iter().zip(said) {
        let triples = |is: &dyn Fn(&Fact) -> bool| -> Vec<Triple> {
            let said = said.facts.iter().filter(|f| is(f));
            said.filter_map(|f| as_triple(graph.term(f.value)))
                .collect()
        };
        let claimed = triples(&|f| roles.claim.contains(&f.property));
        let corrections = triples(&|f| Some(f.property) == correction);
        let all: Vec<Triple> = claimed.iter().chain(&corrections).cloned().collect();
        if claimed.is_empty() {
            continue;
        }
        let verdict = said.facts.iter().find_map(|f| match graph.term(f.value) {
            Term::Literal(truth) if Some(f.property) == verdict => truth.value().parse().ok(),
            _ => None,
        });
        found.push((node, claimed.len(), all, verdict));
    }
    let nodes: Vec<Node> = found.iter().map(|(node, ..)| *node).collect();
    let triples: Vec<Triple> = found
        .iter()
        .flat_map(|(_, _, all, _)| all)
        .cloned()
        .collect();
    let mut statements = statements(session, &triples)?.into_iter();
    let named = names::values(session, &nodes)?;
    let annotations = of_reifiers(session, &nodes)?;
    let mut claims: Vec<Claim> = found
        .into_iter()
        .zip(named)
        .zip(annotations)
        .map(|(((_, claimed, all, verdict), claim), annotation)| Claim {
            claim,
            statements: statements.by_ref().take(claimed).collect(),
            verdict,
            corrections: statements.by_ref().take(all.len() - claimed).collect(),
            sources: annotation.sources,
        })
        .collect();
    claims.sort_by_key(|claim| claim.claim.term.to_string());
    Ok(claims)
}

/// Triples as statements, with labels in one look-up.
fn statements(session: &Session, triples: &[Triple]) -> Result<Vec<Statement>> {
    let terms: Vec<Term> = triples
        .iter()
        .flat_map(|t| {
            let subject = Term::from(t.subject.clone());
            [subject, Term::from(t.predicate.clone()), t.object.clone()]
        })
        .collect();
    Ok(names::labelled(session, terms)?
        .chunks(3)
        .filter_map(|chunk| match chunk {
            [subject, property, object] => Some(Statement {
                subject: subject.clone(),
                property: property.clone(),
                object: object.clone(),
                qualifiers: Vec::new(),
                inferred: false,
                sources: Vec::new(),
            }),
            _ => None,
        })
        .collect())
}
