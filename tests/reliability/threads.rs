//! Many threads that ask one graph at once.

use std::sync::Barrier;
use std::thread;

use kgq::cli;
use kgq::embedded;
use kgq::graph::Graph;
use kgq::prefixes::Prefixes;
use kgq::render::{self, View};
use kgq::session::Session;
use oxrdf::Quad;

use super::{Folder, told};

const THREADS: usize = 64;

/// How many of the commands each thread runs.
const EACH: usize = 3;

const COMMANDS: [&[&str]; 13] = [
    &[
        "query",
        "-q",
        "SELECT * { ?s ?p ?o } ORDER BY ?s ?p ?o LIMIT 99 OFFSET 900",
    ],
    &[
        "query",
        "-q",
        "SELECT (COUNT(*) AS ?n) { ?s ?p ?o . ?o ?q ?t }",
    ],
    &[
        "query",
        "-q",
        "SELECT ?p (COUNT(*) AS ?n) { ?s ?p ?o } GROUP BY ?p ORDER BY ?p",
    ],
    &[
        "query",
        "-q",
        "SELECT (COUNT(*) AS ?n) { ?s rdfs:subClassOf+ ?o FILTER EXISTS { ?o ?p ?s } }",
    ],
    &[
        "query",
        "-q",
        "ASK { ?s ?p ?o FILTER(isLiteral(?o) && STRLEN(?o) > 9999) }",
    ],
    &[
        "query",
        "-q",
        "CONSTRUCT { ?o ?p ?s } WHERE { ?s ?p ?o FILTER(isIRI(?o)) }",
    ],
    &["show", "EKS"],
    &["compare", "OpenTofu", "Ansible"],
    &["path", "EKS", "to", "kubelet"],
    &["find", "kubrenetes"],
    &["find", "ㅋㅂㄴㅌㅅ"],
    &["tree", "cluster"],
    &["stats"],
];

/// What a command says, its lines sorted: rows come in any order.
fn said(graph: &Graph, words: &[&str]) -> Vec<String> {
    let mut prefixes = Prefixes::default();
    prefixes.bind_all(&graph.prefixes());
    prefixes.bind_all(&embedded::roles().unwrap().prefixes());
    let mut session = Session::over(graph.clone(), "it".to_owned(), Vec::new(), prefixes);
    session.languages = vec!["en".to_owned()];
    let parsed = cli::parse(["kgq"].iter().chain(words)).unwrap();
    let answer = parsed.command.unwrap().run(&mut session, &parsed.options);
    let answer = answer.unwrap_or_else(|error| panic!("{words:?}: {error}"));
    let (mut out, format) = (Vec::new(), render::default_format(&answer, false));
    render::write(answer, format, &View::plain(&session.prefixes), &mut out).unwrap();
    let mut lines: Vec<String> = String::from_utf8(out)
        .unwrap()
        .lines()
        .map(str::to_owned)
        .collect();
    lines.sort();
    lines
}

#[track_caller]
fn answers_many_threads_as_one(graph: &Graph) {
    let alone = COMMANDS.map(|words| said(graph, words));
    assert!(alone.iter().all(|lines| !lines.is_empty()));
    let start = Barrier::new(THREADS);
    thread::scope(|scope| {
        for thread in 0..THREADS {
            let (start, alone) = (&start, &alone);
            scope.spawn(move || {
                start.wait();
                for turn in 0..EACH {
                    let at = (thread + turn * 5) % COMMANDS.len();
                    assert_eq!(said(graph, COMMANDS[at]), alone[at], "{:?}", COMMANDS[at]);
                }
            });
        }
    });
}

#[test]
fn sixty_four_threads_get_from_a_mapped_graph_what_one_gets() {
    let folder = Folder::new();
    let packed = folder.run(&["pack", "-o", "notes.kgq"]);
    assert!(packed.status.success(), "{}", told(&packed));
    let graph = Graph::read(&[folder.path("notes.kgq")], None).unwrap();
    answers_many_threads_as_one(&graph);
}

#[test]
fn sixty_four_threads_get_from_a_graph_in_memory_what_one_gets() {
    let quads: Vec<Quad> = embedded::course().unwrap().quads().collect();
    answers_many_threads_as_one(&Graph::from_quads(&quads).unwrap());
}
