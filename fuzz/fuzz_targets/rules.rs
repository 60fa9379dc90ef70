//! A file with a heading and a query from a stranger: the heading is read, and a rule infers what its query constructs.
//!
//! Begin with `ontology/rules/`, `ontology/checks/` and `ontology/queries/`, as `fuzz/corpus/rules/`.

#![no_main]

use std::path::PathBuf;
use std::sync::LazyLock;
use std::time::Duration;

use kgq::answer::Answer;
use kgq::graph::Graph;
use kgq::language::Language;
use kgq::query_file;
use kgq::rules::{self, Rule};
use kgq::session::{Session, Settings};
use kgq::sparql;
use libfuzzer_sys::fuzz_target;
use oxrdf::{NamedNode, Quad, Term};

/// A circle, a class above others, and numbers.
fn graph() -> Graph {
    let node = |name: &str| NamedNode::new_unchecked(format!("x:{name}"));
    let rdfs = |name: &str| NamedNode::new_unchecked(format!("http://www.w3.org/2000/01/rdf-schema#{name}"));
    let quad = |s: &str, p: NamedNode, o: Term| Quad::new(node(s), p, o, oxrdf::GraphName::DefaultGraph);
    let mut quads = vec![
        quad("a", node("p"), node("b").into()),
        quad("b", node("p"), node("c").into()),
        quad("c", node("p"), node("a").into()),
        quad("a", node("q"), oxrdf::Literal::from(7).into()),
        quad("b", node("q"), oxrdf::Literal::from("seven").into()),
    ];
    quads.push(quad("C", rdfs("subClassOf"), node("D").into()));
    quads.push(quad("a", oxrdf::vocab::rdf::TYPE.into(), node("C").into()));
    Graph::from_quads(&quads).expect("a few quads")
}

fn session() -> Session {
    let mut session = Session::over(graph(), "it".to_owned(), Vec::new(), kgq::prefixes::Prefixes::default());
    session.settings = Settings {
        timeout: Some(Duration::from_secs(2)),
        max_inferred: Some(2000),
        rules: vec![std::env::temp_dir().join(format!("kgq-fuzz-{}.rq", std::process::id()))],
        ..Settings::default()
    };
    session
}

thread_local! {
    static SESSION: LazyLock<Session> = const { LazyLock::new(session) };
}

fuzz_target!(|text: &str| {
    SESSION.with(|session| {
        let path: &PathBuf = &session.settings.rules[0];
        std::fs::write(path, text).expect("a temporary file");
        let files = query_file::read(&session.settings.rules, &session.settings).expect("it was written");
        let file = &files[0];
        assert!(file.title(Language::Korean).len() <= text.len().max(file.name.len()));
        if let Some(ask) = file.get("applies") {
            let _ = sparql::parse_query(session, &format!("{}{ask}", file.prologue()), Some(&file.path));
        }
        if Rule::parse(file, session).is_err() {
            return;
        }
        // What takes too long or infers too much is no answer; whatever is one holds all that the query constructs.
        let Ok(closure) = rules::closure(session) else { return };
        let query = sparql::parse_query(session, text, Some(&file.path)).expect("a rule is a query");
        let Ok(Answer::Triples(constructed)) = session.graph.query(query, &session.token()) else { return };
        for triple in constructed.quads {
            let Ok(triple) = triple else { return };
            let nodes = [Term::from(triple.subject.clone()), triple.predicate.clone().into(), triple.object.clone()]
                .map(|term| closure.node(&term));
            let known = match nodes {
                [Some(s), Some(p), Some(o)] => closure.fact([s, p, o]).is_some(),
                _ => false,
            };
            assert!(known, "{triple} is not inferred");
        }
    });
});
