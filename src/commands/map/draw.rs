//! Chosen concepts → a map: labels, kinds, styles, links between them.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use oxrdf::{Literal, Term};
use petgraph::algo::{is_cyclic_directed, toposort, tred};
use petgraph::graph::DiGraph;

use super::links::Links;
use super::select::{self, Selection};
use crate::answer::{Direction, FactGroup, Map, MapEdge, MapNode, Value};
use crate::commands::compare;
use crate::error::Result;
use crate::facts::{self, Scope};
use crate::graph::{Facts, Node};
use crate::language::Language;
use crate::names;
use crate::provenance;
use crate::rank;
use crate::session::Session;
use crate::style::Styles;

/// How many facts of a concept a page shows.
const FACTS: usize = 30;

/// A link: subject, property, object.
pub type Edge = (Node, Node, Node);

/// Draws concepts with all links between them; `given` are links that are drawn as they are.
///
/// # Errors
/// An endpoint that fails.
pub fn draw(
    session: &Session,
    links: &mut Links<'_>,
    selection: &Selection,
    given: Option<Vec<Edge>>,
    exam: bool,
    title: String,
) -> Result<Map> {
    let mut order = selection.nodes.clone();
    let ids: HashMap<Node, String> = order
        .iter()
        .map(|&node| (node, session.graph.term(node).to_string()))
        .collect();
    order.sort_by(|a, b| ids[a].cmp(&ids[b]));
    order.dedup();
    let places: HashMap<Node, usize> = order.iter().enumerate().map(|(i, n)| (*n, i)).collect();
    let edges = match given {
        Some(edges) => edges,
        None => links_among(session, links, &order)?,
    };
    let styles = Styles::built_in()?;
    let edges = drawn_edges(session, &styles, &edges, &places)?;
    let nodes = drawn_nodes(session, links, &styles, &order, exam)?;
    Ok(Map {
        title,
        nodes,
        edges,
        sides: Vec::new(),
        left_out: selection.left_out,
        partial: selection.partial,
    })
}

/// All links between chosen concepts, less those that others imply.
fn links_among(session: &Session, links: &mut Links<'_>, nodes: &[Node]) -> Result<Vec<Edge>> {
    let chosen: BTreeSet<Node> = nodes.iter().copied().collect();
    let mut edges: BTreeSet<Edge> = BTreeSet::new();
    for &node in nodes {
        for link in &links.of(node)?.links {
            if chosen.contains(&link.to) {
                edges.insert(match link.forward {
                    true => (node, link.property, link.to),
                    false => (link.to, link.property, node),
                });
            }
        }
    }
    drop_broader(session, &mut edges)?;
    reduce(session, &mut edges);
    Ok(edges.into_iter().collect())
}

/// Of two links between the same concepts drops the one whose property the other's is a case of, and the second of a
/// symmetric pair.
fn drop_broader(session: &Session, edges: &mut BTreeSet<Edge>) -> Result<()> {
    let mut drop = Vec::new();
    for &(s, p, o) in edges.iter() {
        let mut broader = compare::with_broader(session, p)?;
        broader.remove(&p);
        drop.extend(broader.into_iter().map(|b| (s, b, o)));
        if s < o && is_symmetric(session, p)? {
            drop.push((o, p, s));
        }
    }
    for edge in drop {
        edges.remove(&edge);
    }
    Ok(())
}

/// Drops steps of a hierarchy that lead where two or more others lead (transitive reduction); cycles stay as they are.
fn reduce(session: &Session, edges: &mut BTreeSet<Edge>) {
    let hierarchy = &session.role_nodes().hierarchy;
    let steps: Vec<Edge> = edges
        .iter()
        .copied()
        .filter(|(_, p, _)| hierarchy.contains(p))
        .collect();
    let mut graph: DiGraph<Node, ()> = DiGraph::new();
    let mut at = BTreeMap::new();
    for node in steps.iter().flat_map(|(s, _, o)| [*s, *o]) {
        at.entry(node).or_insert_with(|| graph.add_node(node));
    }
    for (s, _, o) in &steps {
        graph.update_edge(at[s], at[o], ());
    }
    if is_cyclic_directed(&graph) {
        return;
    }
    let Ok(order) = toposort(&graph, None) else {
        return;
    };
    let (list, places) = tred::dag_to_toposorted_adjacency_list::<_, u32>(&graph, &order);
    let (reduction, _) = tred::dag_transitive_reduction_closure(&list);
    for edge in steps {
        let (from, to) = (places[at[&edge.0].index()], places[at[&edge.2].index()]);
        if !reduction.contains_edge(from, to) {
            edges.remove(&edge);
        }
    }
}

fn is_symmetric(session: &Session, property: Node) -> Result<bool> {
    let Some(is_of_kind) = session.type_node() else {
        return Ok(false);
    };
    for &class in &session.role_nodes().symmetric_class {
        if session.graph.contains(property, is_of_kind, class)? {
            return Ok(true);
        }
    }
    Ok(false)
}

fn drawn_edges(
    session: &Session,
    styles: &Styles,
    edges: &[Edge],
    places: &HashMap<Node, usize>,
) -> Result<Vec<MapEdge>> {
    let annotations = provenance::annotations(session, edges)?;
    let properties: Vec<Node> = edges.iter().map(|(_, p, _)| *p).collect();
    let values = names::values(session, &properties)?;
    let mut drawn = Vec::new();
    for ((edge, property), annotation) in edges.iter().zip(values).zip(annotations) {
        let (Some(&source), Some(&target)) = (places.get(&edge.0), places.get(&edge.2)) else {
            continue;
        };
        let symmetric = is_symmetric(session, edge.1)?;
        drawn.push(MapEdge {
            source,
            target,
            style: styles.edge(&property.term, symmetric),
            property,
            hierarchy: session.role_nodes().hierarchy.contains(&edge.1),
            symmetric,
            status: facts::status(session, *edge),
            side: None,
            sources: annotation.sources,
        });
    }
    drawn.sort_by_cached_key(|edge| (edge.source, edge.target, edge.property.term.to_string()));
    Ok(drawn)
}

fn drawn_nodes(
    session: &Session,
    links: &mut Links<'_>,
    styles: &Styles,
    nodes: &[Node],
    exam: bool,
) -> Result<Vec<MapNode>> {
    let values = names::values(session, nodes)?;
    let kinds = kinds(session, nodes)?;
    let marks = marks(session, nodes)?;
    let unstyled: BTreeSet<String> = kinds
        .iter()
        .flatten()
        .filter(|kind| !styles.knows(&kind.term))
        .map(|kind| kind.term.to_string())
        .collect();
    let place = |kind: &Value| {
        unstyled
            .iter()
            .position(|known| *known == kind.term.to_string())
    };
    let descriptions = compare::descriptions(session, nodes)?;
    let mut drawn = Vec::new();
    for (i, (&node, item)) in nodes.iter().zip(values).enumerate() {
        let kind = kinds[i].clone();
        let mut style = styles.node(
            kind.as_ref().map(|kind| &kind.term),
            kind.as_ref().and_then(place),
        );
        let mark = marks[i].clone();
        if let (true, Some(mark)) = (exam, &mark) {
            styles.mark(&mut style, &mark.term);
        }
        let neighbours = links.of(node)?;
        let on_map = |to: Node| nodes.binary_search(&to).is_ok() || nodes.contains(&to);
        let others: BTreeSet<Node> = neighbours
            .links
            .iter()
            .map(|link| link.to)
            .filter(|to| !on_map(*to))
            .collect();
        let unread = usize::try_from(neighbours.unread).unwrap_or(usize::MAX);
        drawn.push(MapNode {
            second_label: second_label(session, node, &item)?,
            item,
            kind: if exam { mark.or(kind) } else { kind },
            description: descriptions[i].as_ref().map(Value::text),
            style,
            side: None,
            more: others.len().saturating_add(unread),
            facts: facts_of(session, node)?,
        });
    }
    Ok(drawn)
}

/// What a page shows of a concept.
fn facts_of(session: &Session, node: Node) -> Result<Vec<FactGroup>> {
    let groups = facts::read(session, node, &Scope::default(), FACTS)?;
    let mut ranked = rank::rank(session, &groups)?;
    ranked.retain(|(property, _, _)| !rank::is_noise(session, *property));
    ranked.truncate(FACTS);
    let mut told = facts::groups_of(session, node, &ranked)?;
    told.sort_by_key(|group| group.direction);
    Ok(told)
}

/// The most special kind of each concept: of several the one with the fewest members.
fn kinds(session: &Session, nodes: &[Node]) -> Result<Vec<Option<Value>>> {
    let roles = session.role_nodes();
    let is_a = session.type_node();
    let mut instance_of: Vec<Node> = is_a.into_iter().collect();
    instance_of.extend(roles.first_step_only.iter().filter(|p| Some(**p) != is_a));
    let said = session
        .graph
        .facts(nodes, Direction::Out, Some(&instance_of), facts::CAP)?;
    let mut all: Vec<(Node, Node)> = said
        .iter()
        .flat_map(|s| &s.facts)
        .map(|f| (f.property, f.value))
        .filter(|(_, kind)| !roles.bookkeeping.contains(kind))
        .collect();
    all.sort_unstable();
    all.dedup();
    let mut sizes: HashMap<Node, (u64, u64)> = HashMap::new();
    for &property in &instance_of {
        let kinds: Vec<Node> = all
            .iter()
            .filter(|(p, _)| *p == property)
            .map(|(_, k)| *k)
            .collect();
        for (kind, size) in kinds.iter().zip(select::sizes(session, property, &kinds)?) {
            sizes.insert(*kind, (size, rank::hash(&session.graph.term(*kind))));
        }
    }
    let best = |said: &Facts| {
        let kinds = said
            .facts
            .iter()
            .map(|f| f.value)
            .filter(|kind| sizes.contains_key(kind));
        kinds.min_by_key(|kind| sizes[kind])
    };
    labelled(session, said.iter().map(best).collect())
}

/// What the exam says of each concept: of several marks the rarest.
fn marks(session: &Session, nodes: &[Node]) -> Result<Vec<Option<Value>>> {
    let Some(&property) = session.role_nodes().scope.first() else {
        return Ok(vec![None; nodes.len()]);
    };
    let said = session
        .graph
        .facts(nodes, Direction::Out, Some(&[property]), facts::CAP)?;
    let mut all: Vec<Node> = said
        .iter()
        .flat_map(|s| &s.facts)
        .map(|f| f.value)
        .collect();
    all.sort_unstable();
    all.dedup();
    let sizes: HashMap<Node, u64> = all
        .iter()
        .copied()
        .zip(select::sizes(session, property, &all)?)
        .collect();
    let best = |said: &Facts| {
        said.facts
            .iter()
            .map(|f| f.value)
            .min_by_key(|mark| (sizes.get(mark).copied(), *mark))
    };
    labelled(session, said.iter().map(best).collect())
}

fn labelled(session: &Session, nodes: Vec<Option<Node>>) -> Result<Vec<Option<Value>>> {
    let known: Vec<Node> = nodes.iter().flatten().copied().collect();
    let mut values = names::values(session, &known)?.into_iter();
    Ok(nodes
        .into_iter()
        .map(|node| node.and_then(|_| values.next()))
        .collect())
}

/// The label in the other of the program's languages, where it differs.
fn second_label(session: &Session, node: Node, item: &Value) -> Result<Option<String>> {
    let other = Language::of(&session.languages).pick("ko", "en");
    let said = session.graph.facts(
        &[node],
        Direction::Out,
        Some(&session.role_nodes().label),
        facts::CAP,
    )?;
    let in_other = |label: &Literal| {
        let tag = label.language().unwrap_or("");
        tag.split('-')
            .next()
            .is_some_and(|tag| tag.eq_ignore_ascii_case(other))
    };
    let label =
        said.iter()
            .flat_map(|s| &s.facts)
            .find_map(|f| match session.graph.term(f.value) {
                Term::Literal(label) if in_other(&label) => Some(label.value().to_owned()),
                _ => None,
            });
    Ok(label.filter(|label| *label != item.text()))
}
