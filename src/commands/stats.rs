//! `stats`: counts of the graph.

use std::cmp::Reverse;

use crate::answer::{Answer, Count, PredicateCount, Prefix, Stats};
use crate::error::Result;
use crate::graph::Node;
use crate::names;
use crate::session::Session;

/// Count what is in the graph
///
/// Triples, kinds, predicates with their use, named graphs, prefixes.
#[derive(Debug, Clone, clap::Args)]
pub struct Args {
    /// Check all of a packed file, and say what is inside
    #[arg(long)]
    verify: bool,
}

/// Counts the graph.
///
/// # Errors
/// An endpoint that fails; with `--verify` what is wrong with the file.
pub fn run(args: &Args, session: &Session) -> Result<Answer> {
    let graph = &session.graph;
    let mut file = inference(session);
    if args.verify {
        graph.verify()?;
        let parts = graph.parts().into_iter();
        file.extend(parts.map(|(part, bytes)| (part.to_owned(), format!("{bytes} bytes"))));
        file.push(("verified".to_owned(), "sound".to_owned()));
    }
    let mut uses = graph.predicates()?;
    uses.sort_by_key(|u| Reverse(u.triples));
    let nodes: Vec<_> = uses.iter().map(|u| u.property).collect();
    let predicates = names::values(session, &nodes)?
        .into_iter()
        .zip(&uses)
        .map(|(item, u)| PredicateCount {
            item,
            count: u.triples,
            subjects: u.subjects,
            objects: u.objects,
        })
        .collect();
    let totals = graph.totals()?;
    Ok(Answer::Stats(Box::new(Stats {
        graph: session.graph_name.clone(),
        triples: totals.triples,
        subjects: totals.subjects,
        objects: totals.objects,
        named_graphs: counts(session, graph.named_graphs()?)?,
        kinds: kinds(session)?,
        predicates,
        prefixes: session
            .prefixes
            .iter()
            .map(|(prefix, iri)| Prefix {
                prefix: prefix.to_owned(),
                iri: iri.to_owned(),
            })
            .collect(),
        file,
    })))
}

/// What rules inferred: how much, in how many rounds, and which rule found it first.
fn inference(session: &Session) -> Vec<(String, String)> {
    let Some(summary) = &session.inference else {
        return Vec::new();
    };
    let whole = format!("{} facts in {} rounds", summary.inferred, summary.rounds);
    let rules = summary.by_rule.iter();
    let rules = rules.map(|(rule, found)| (format!("inferred by {rule}"), found.to_string()));
    [("inferred".to_owned(), whole)]
        .into_iter()
        .chain(rules)
        .collect()
}

/// Classes with their instances, most first.
fn kinds(session: &Session) -> Result<Vec<Count>> {
    match session.type_node() {
        Some(is_a) => counts(session, session.graph.object_counts(is_a)?),
        None => Ok(Vec::new()),
    }
}

/// Nodes with their labels and how often each occurs, most first.
fn counts(session: &Session, mut counted: Vec<(Node, u64)>) -> Result<Vec<Count>> {
    counted.sort_by_key(|(_, count)| Reverse(*count));
    let nodes: Vec<Node> = counted.iter().map(|(node, _)| *node).collect();
    Ok(names::values(session, &nodes)?
        .into_iter()
        .zip(counted)
        .map(|(item, (_, count))| Count { item, count })
        .collect())
}
