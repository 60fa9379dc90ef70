//! `map`: a concept map.

mod central;
mod draw;
pub(super) mod found;
mod links;
mod select;

use std::collections::HashSet;
use std::path::PathBuf;

use super::compare;
use crate::answer::{Answer, Map, Value};
use crate::cli::Options;
use crate::error::Result;
use crate::facts::{self, Scope};
use crate::graph::Node;
use crate::korean::particle::{Particle, with_particle};
use crate::language::Language;
use crate::names;
use crate::session::{COURSE, Session};
use links::Links;
use select::Selection;

/// How far a map reaches from the concepts that it is about.
const DEPTH: usize = 2;

/// Draw a concept map
///
/// It is of concepts and what is near them, of a query's results, or of the most central concepts of the whole graph.
#[derive(Debug, Clone, clap::Args)]
pub struct Args {
    /// The concepts that the map is about, one a word; with --run the query's arguments
    #[arg(value_name = "NAME")]
    pub(super) names: Vec<String>,
    /// Show what the concepts share and how they differ
    #[arg(long, requires = "names", conflicts_with_all = ["query_file", "run"])]
    pub(super) compare: bool,
    /// Draw what the query in this file finds; `-` is standard input
    #[arg(long, value_name = "FILE", conflicts_with_all = ["names", "run"])]
    pub(super) query_file: Option<PathBuf>,
    /// The query from standard input.
    #[arg(skip)]
    pub(super) query: Option<String>,
    /// Draw what this saved query finds
    #[arg(long, value_name = "QUERY")]
    run: Option<String>,
    /// At most this many steps from what it is about
    #[arg(long, value_name = "N")]
    depth: Option<usize>,
    /// At most this many concepts
    #[arg(long, value_name = "N", default_value_t = 25, value_parser = clap::value_parser!(u16).range(1..))]
    max_nodes: u16,
    /// Only concepts of this kind, besides those that the map is about (repeatable)
    #[arg(long, value_name = "KIND")]
    kind: Vec<String>,
    /// Mark what the exam asks; alone: all that is said to be on it or not
    #[arg(long)]
    exam: bool,
}

/// Draws the map.
///
/// # Errors
/// A name that does not resolve; a query that fails; a graph too large to be drawn as a whole; a command that was stopped.
pub fn run(args: &Args, session: &mut Session, options: &Options) -> Result<Answer> {
    let found = found::ask(args, session)?;
    let session = &*session;
    let scope = session.graph.in_rounds(|| Scope::of(session, options))?;
    let map = session.token().run(|| {
        session
            .graph
            .in_rounds(|| map(args, session, &scope, found.as_ref()))
    })??;
    Ok(Answer::Map(Box::new(map)))
}

fn map(args: &Args, session: &Session, scope: &Scope, found: Option<&found::Found>) -> Result<Map> {
    let mut links = Links::new(session, scope);
    if let Some(found) = found {
        return of_query(args, session, &mut links, found);
    }
    if args.compare {
        return compared(args, session, scope);
    }
    let (title, selection) = selected(args, session, scope, &mut links)?;
    draw::draw(session, &mut links, &selection, None, args.exam, title)
}

/// What a query found, with what is near it where a depth is asked for.
fn of_query(
    args: &Args,
    session: &Session,
    links: &mut Links<'_>,
    found: &found::Found,
) -> Result<Map> {
    let most = usize::from(args.max_nodes);
    let selection = match args.depth {
        Some(depth) => select::grow(session, links, &found.nodes, depth, most, |_| true)?,
        None => Selection::first(found.nodes.clone(), most),
    };
    let (edges, title) = (found.edges.clone(), found.title.clone());
    draw::draw(session, links, &selection, edges, args.exam, title)
}

/// A comparison of the concepts named.
fn compared(args: &Args, session: &Session, scope: &Scope) -> Result<Map> {
    let usage = "as in `map EKS ECS --compare`";
    let items = super::two_or_more(session, &args.names, "vs", usage)?;
    let mut map = Map::from(&compare::compare(session, &items, scope, false, false)?);
    let names: Vec<String> = map.sides.iter().map(Value::text).collect();
    map.title = title(&names, true, Language::of(&session.languages));
    Ok(map)
}

/// Which concepts stand on the map, and what it is about: those named and what is near them, what the exam marks, or the most
/// central ones.
fn selected(
    args: &Args,
    session: &Session,
    scope: &Scope,
    links: &mut Links<'_>,
) -> Result<(String, Selection)> {
    let language = Language::of(&session.languages);
    let most = usize::from(args.max_nodes);
    let seeds = super::nodes_said(session, &args.names, "vs")?;
    let kinds = names::resolve_all(session, &args.kind)?;
    let members = select::of_kinds(session, &kinds)?;
    let wanted = |node: Node| kinds.is_empty() || members.contains(&node);
    if !seeds.is_empty() {
        let names = names::values(session, &seeds)?;
        let names: Vec<String> = names.iter().map(Value::text).collect();
        let mut start = seeds.clone();
        start.extend(select::joined(session, &seeds, scope)?);
        let depth = args.depth.unwrap_or(DEPTH);
        let selection = select::grow(session, links, &start, depth, most, wanted)?;
        return Ok((title(&names, false, language), selection));
    }
    if args.exam {
        let mut marked = marked(session)?;
        marked.retain(|node| wanted(*node));
        let title = language.pick("What is on the exam?", "시험에 무엇이 나오는가?");
        return Ok((title.to_owned(), Selection::first(marked, most)));
    }
    let name = match session.graph_name.as_str() {
        COURSE => language.pick(COURSE, "강의 노트"),
        name => name,
    };
    let title = match language {
        Language::English => format!("What is in {name}?"),
        Language::Korean => format!("무엇이 들어 있는가? ({name})"),
    };
    Ok((title, central::central(session, links, most, wanted)?))
}

/// The focus question of a map.
fn title(names: &[String], compare: bool, language: Language) -> String {
    let listed = language.listed(names);
    match language {
        Language::English if compare => format!("How do {listed} differ?"),
        Language::English if names.len() == 1 => {
            format!("What is {listed}, and what is it linked to?")
        }
        Language::English => format!("How are {listed} linked?"),
        Language::Korean => {
            let topic = with_particle(&listed, Particle::Topic);
            match names.len() {
                _ if compare => format!("{topic} 어떻게 다른가?"),
                1 => format!("{topic} 무엇이고 무엇과 이어져 있는가?"),
                _ => format!("{topic} 어떻게 이어져 있는가?"),
            }
        }
    }
}

/// The concepts of which the exam's scope is said, those with the rarest mark first.
fn marked(session: &Session) -> Result<Vec<Node>> {
    let Some(&property) = session.role_nodes().scope.first() else {
        return Ok(Vec::new());
    };
    let mut pairs: Vec<(Node, Node)> = session.graph.pairs(property, None)?;
    let subjects: Vec<Node> = pairs.iter().map(|(subject, _)| *subject).collect();
    let provenance = facts::provenance_among(session, &subjects)?;
    pairs.retain(|(subject, _)| !provenance.contains(subject));
    let count = |mark: Node| pairs.iter().filter(|(_, m)| *m == mark).count();
    let mut order: Vec<(usize, Node, Node)> =
        pairs.iter().map(|(s, m)| (count(*m), *m, *s)).collect();
    order.sort_unstable();
    let mut seen = HashSet::new();
    let nodes = order.into_iter().map(|(_, _, subject)| subject);
    Ok(nodes.filter(|node| seen.insert(*node)).collect())
}

#[cfg(test)]
mod tests {
    use clap::{Args as _, FromArgMatches as _};

    use super::*;

    fn drawn(session: &mut Session, words: &[&str]) -> Map {
        drawn_with(session, words, &Options::default())
    }

    fn drawn_with(session: &mut Session, words: &[&str], options: &Options) -> Map {
        let grammar = Args::augment_args(clap::Command::new("map").no_binary_name(true));
        let matches = grammar.try_get_matches_from(words).expect("it parses");
        let args = Args::from_arg_matches(&matches).expect("it parses");
        match run(&args, session, options) {
            Ok(Answer::Map(map)) => *map,
            other => panic!("{other:?}"),
        }
    }

    fn labels(map: &Map) -> Vec<String> {
        let mut labels: Vec<String> = map.nodes.iter().map(|node| node.item.text()).collect();
        labels.sort();
        labels
    }

    fn edges(map: &Map) -> Vec<String> {
        let text = |i: usize| map.nodes[i].item.text();
        let edge = |e: &crate::answer::MapEdge| {
            format!(
                "{} {} {}",
                text(e.source),
                e.property.text(),
                text(e.target)
            )
        };
        map.edges.iter().map(edge).collect()
    }

    #[test]
    fn a_map_of_the_notes_holds_what_is_near_and_the_links_between() {
        let map = drawn(&mut Session::notes("en"), &["Harbor", "--depth", "1"]);
        let edges = edges(&map);
        assert!(
            edges.contains(&"Harbor replaces Docker Hub".to_owned()),
            "{edges:?}"
        );
        assert!(
            edges.contains(&"Docker Hub is a container registry".to_owned()),
            "{edges:?}"
        );
        assert!(map.nodes.iter().all(|node| node.kind.is_some()));
        assert!(
            map.nodes
                .iter()
                .any(|node| node.second_label.as_deref() == Some("하버"))
        );
    }

    #[test]
    fn concepts_that_are_named_are_joined() {
        let turtle = ":a :p :x . :x :p :b . :a :q :c , :d , :e , :f . :b :q :g , :h , :i .";
        let map = drawn(
            &mut Session::sample(turtle),
            &[":a", ":b", "--max-nodes", "3"],
        );
        assert_eq!(labels(&map), [":a", ":b", ":x"]);
        assert!(map.left_out > 0);
    }

    #[test]
    fn steps_of_a_hierarchy_that_others_imply_are_left_out() {
        let turtle = ":a k:isA :b , :c . :b k:isA :c . :a :p :c .";
        let map = drawn(&mut Session::sample(turtle), &[":a"]);
        assert_eq!(edges(&map), [":a k:isA :b", ":a :p :c", ":b k:isA :c"]);
    }

    #[test]
    fn of_two_links_the_one_whose_property_is_a_case_of_the_other_stays() {
        let turtle = ":p rdfs:subPropertyOf :q . :a :p :b ; :q :b .";
        assert_eq!(
            edges(&drawn(&mut Session::sample(turtle), &[":a"])),
            [":a :p :b"]
        );
    }

    #[test]
    fn the_whole_graph_is_drawn_by_its_most_central_concepts() {
        let mut turtle = ":hub rdfs:label 'hub' .".to_owned();
        for i in 0..20 {
            turtle += &format!(":s{i} :p :hub . :s{i} :q :t{i} .");
        }
        let map = drawn(&mut Session::sample(&turtle), &["--max-nodes", "5"]);
        assert_eq!(map.nodes.len(), 5);
        assert!(labels(&map).contains(&"hub".to_owned()));
        assert_eq!(map.edges.len(), 4);
        assert_eq!(map.left_out, 36);
    }

    #[test]
    fn the_map_of_the_exam_clusters_by_its_marks_and_holds_no_lines() {
        let map = drawn(&mut Session::notes("en"), &["--exam", "--max-nodes", "60"]);
        let helm = map
            .nodes
            .iter()
            .find(|node| node.item.text() == "Helm")
            .expect("Helm");
        assert_eq!(
            helm.kind.as_ref().map(|k| k.text()).as_deref(),
            Some("emphasised")
        );
        assert!(labels(&map).iter().all(|label| !label.starts_with(":L")));
    }

    #[test]
    fn only_concepts_of_a_kind_join_those_that_are_named() {
        let turtle =
            ":a :p :b , :c . :b a :K . :c a :L . :b :p :d . :d a :M . :M rdfs:subClassOf :K .";
        let map = drawn(&mut Session::sample(turtle), &[":a", "--kind", ":K"]);
        assert_eq!(labels(&map), [":a", ":b", ":d"]);
    }

    #[test]
    fn one_property_may_be_drawn_alone() {
        let options = Options {
            only: vec![":q".to_owned()],
            ..Options::default()
        };
        let turtle = ":a :p :b ; :q :c .";
        let map = drawn_with(&mut Session::sample(turtle), &[":a"], &options);
        assert_eq!(edges(&map), [":a :q :c"]);
    }

    #[test]
    fn a_construct_is_drawn_as_it_is() {
        let file = std::env::temp_dir().join(format!("kgq-map-{}.rq", std::process::id()));
        std::fs::write(
            &file,
            "# Who knows whom\nCONSTRUCT { ?a :knows ?b } { ?a :p ?b }",
        )
        .expect("a file");
        let mut session = Session::sample(":a :p :b . :b :knows :c .");
        let map = drawn(&mut session, &["--query-file", &file.display().to_string()]);
        std::fs::remove_file(&file).expect("it is there");
        assert_eq!(
            (map.title.as_str(), edges(&map)),
            ("Who knows whom", vec![":a :knows :b".to_owned()])
        );
    }

    #[test]
    fn a_comparison_is_drawn_with_its_sides() {
        let map = drawn(&mut Session::notes("ko"), &["EKS", "ECS", "--compare"]);
        assert_eq!(map.sides.len(), 2);
        assert_eq!(map.title, "EKS와 ECS는 어떻게 다른가?");
    }
}
