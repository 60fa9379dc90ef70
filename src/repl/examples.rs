//! Example lines for the commands, made of what the graph at hand holds.

use std::collections::HashSet;

use crate::answer::Direction;
use crate::completion::vocabulary;
use crate::error::Result;
use crate::facts;
use crate::graph::Node;
use crate::line;
use crate::names;
use crate::rank;
use crate::session::Session;

/// How many of a class are looked at for the best known.
const SAMPLE: usize = 50;

/// How many classes are tried, the most used first.
const CLASSES: usize = 8;

/// How many facts of a concept are looked at for one to ask about.
const FACTS: usize = 100;

/// Lines to try with a command; none where it needs no example or the graph offers none.
///
/// # Errors
/// An endpoint that fails.
pub fn of(session: &Session, command: &str) -> Result<Vec<String>> {
    let lines = match command {
        "query" => &[
            "query -q \"ASK { ?s ?p ?o }\"",
            "query question.rq -o rows.csv",
        ],
        "update" => &["update -q \"DELETE WHERE { ?s ?p ?o }\" -o empty.ttl"][..],
        "check" => &["check", "check -f json"],
        "diff" => &["diff old.ttl new.ttl"],
        "stats" => &["stats", "stats -f json"],
        "export" => &[
            "export -o graph.trig",
            "export --no-provenance -o graph.rdf",
        ],
        "pack" => &["pack -o graph.kgq", "pack --infer -o graph.kgq"],
        "run" => &["run"],
        "completions" => &["completions bash"],
        _ => return of_concepts(session, command),
    };
    Ok(lines.iter().map(|line| (*line).to_owned()).collect())
}

fn of_concepts(session: &Session, command: &str) -> Result<Vec<String>> {
    let pair = well_known(session)?;
    let [(node, a), rest @ ..] = pair.as_slice() else {
        return Ok(Vec::new());
    };
    let b = rest.first().map(|(_, name)| name);
    let mut lines = match command {
        "show" => vec![format!("show {a}"), format!("show {a} --top 5")],
        "find" => vec![format!("find {}", a.chars().take(4).collect::<String>())],
        "tree" => vec![format!("tree {a}"), format!("tree {a} --up")],
        "map" => vec![
            format!("map {}", line::quoted(a)),
            format!("map {} -o map.svg", line::quoted(a)),
        ],
        "why" => fact(session, *node)?.into_iter().collect(),
        _ => Vec::new(),
    };
    if let Some(b) = b {
        match command {
            "compare" => lines.extend([
                format!("compare {a} vs {b}"),
                format!("compare {a} vs {b} --all"),
            ]),
            "path" => lines.extend([
                format!("path {a} to {b}"),
                format!("path {a} to {b} --top 3"),
            ]),
            "map" => {
                let (a, b) = (line::quoted(a), line::quoted(b));
                lines.push(format!("map {a} {b} --compare"));
            }
            _ => {}
        }
    }
    Ok(lines)
}

/// Up to two concepts of one class that have names and the most links, with what they are called.
fn well_known(session: &Session) -> Result<Vec<(Node, String)>> {
    let Some(property) = session.type_node() else {
        return Ok(Vec::new());
    };
    let graph = &session.graph;
    let classes = vocabulary::classes(session)?;
    let mut words: HashSet<Node> = classes.iter().map(|(_, class)| *class).collect();
    words.extend(graph.predicates()?.iter().map(|used| used.property));
    let mut best = Vec::new();
    for (_, class) in classes.into_iter().take(CLASSES) {
        let of_it = graph.facts(&[class], Direction::In, Some(&[property]), SAMPLE)?;
        let nodes: Vec<Node> = of_it
            .iter()
            .flat_map(|f| &f.facts)
            .map(|f| f.value)
            .collect();
        // A class of classes or predicates is about the vocabulary.
        if 2 * nodes.iter().filter(|node| words.contains(node)).count() > nodes.len() {
            continue;
        }
        let provenance = facts::provenance_among(session, &nodes)?;
        let named = named(session, &nodes, &provenance)?;
        let asked: Vec<Node> = named.iter().map(|(node, _)| *node).collect();
        let degrees = graph.degrees(&asked)?;
        let mut ranked: Vec<_> = named.into_iter().zip(degrees).collect();
        ranked.sort_by_key(|(_, degree)| std::cmp::Reverse(*degree));
        let found: Vec<_> = ranked.into_iter().map(|(named, _)| named).take(2).collect();
        if found.len() > best.len() {
            best = found;
        }
        if best.len() == 2 {
            break;
        }
    }
    Ok(best)
}

/// Those of the nodes whose label means nothing else and can be typed as it is.
fn named(
    session: &Session,
    nodes: &[Node],
    provenance: &HashSet<Node>,
) -> Result<Vec<(Node, String)>> {
    let mut named = Vec::new();
    for (&node, value) in nodes.iter().zip(names::values(session, nodes)?) {
        let plain = |label: &String| {
            let words = label.split(' ');
            !label.contains(|c: char| c.is_control() || "\"'\\".contains(c))
                && words.clone().count() <= 3
                && words.clone().all(|word| !["", "vs", "to"].contains(&word))
                && !label.starts_with(['-', '<'])
        };
        if let Some(label) = value.label.filter(plain)
            && !provenance.contains(&node)
            && value.term.is_named_node()
            && names::resolve(session, &label).is_ok_and(|meant| meant == node)
        {
            named.push((node, label));
        }
    }
    Ok(named)
}

/// A question about a link of this node.
fn fact(session: &Session, node: Node) -> Result<Option<String>> {
    let graph = &session.graph;
    let said = graph.facts(&[node], Direction::Out, None, FACTS)?;
    let link = said.iter().flat_map(|f| &f.facts).find(|fact| {
        Some(fact.property) != session.type_node()
            && !rank::is_noise(session, fact.property)
            && graph.term(fact.value).is_named_node()
    });
    let short = |node: Node| names::short_name(session, &graph.term(node));
    Ok(link.map(|link| {
        let (s, p, o) = (short(node), short(link.property), short(link.value));
        format!("why {s} {p} {o}")
    }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::line::Line;

    #[test]
    fn examples_are_of_the_graph_at_hand() {
        let session = Session::sample(
            "@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> . \
             :b a :Ship ; rdfs:label \"Beagle\" ; :builtBy :w . :t a :Ship ; rdfs:label \"Titanic\" ; :builtBy :w ; :owner :l .",
        );
        let told = |command| of(&session, command).expect("it is at hand").join("\n");
        insta::assert_snapshot!(told("compare"), @r"
        compare Titanic vs Beagle
        compare Titanic vs Beagle --all
        ");
        insta::assert_snapshot!(told("why"), @"why :t :builtBy :w");
        insta::assert_snapshot!(told("map"), @r#"
        map Titanic
        map Titanic -o map.svg
        map Titanic Beagle --compare
        "#);
    }

    #[test]
    fn a_graph_without_names_offers_none() {
        let session = Session::sample(":b :p :c .");
        assert!(of(&session, "compare").expect("it is at hand").is_empty());
    }

    #[test]
    fn every_example_is_a_line_of_the_shell() {
        let session = Session::notes("ko");
        for command in crate::cli::verbs() {
            for line in of(&session, command).expect("it is at hand") {
                let read = Line::read(&line);
                assert!(matches!(read, Ok(Line::Command(_))), "{line}: {read:?}");
            }
        }
    }
}
