//! A real endpoint in the tests' own process, over a real graph: the same answers as from the graph itself, in few requests.

use std::net::TcpStream;
use std::path::Path;

use kgq::cancel::Token;
use kgq::graph::Graph;
use kgq::graph::load;
use kgq::language::Language;
use kgq::prefixes::Prefixes;
use kgq::render::{self, Format, View};
use spargebra::SparqlParser;

use crate::server::{Request, Server, head, write};
use crate::{File, Kgq, Said};

/// What the engine behind the endpoint takes.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Engine {
    /// RDF 1.2.
    New,
    /// Nothing of RDF 1.2: triple terms are a syntax error.
    Old,
}

/// Serves RDF files.
fn serve(files: &[&str], engine: Engine) -> Server {
    let paths: Vec<_> = files
        .iter()
        .map(|file| Path::new(file).to_owned())
        .collect();
    let loaded = load::load(&paths, None).unwrap();
    let graph = Graph::from_quads(&loaded.quads).unwrap();
    Server::start(move |request, stream| answer(&graph, engine, request, stream))
}

fn answer(graph: &Graph, engine: Engine, request: &Request, stream: &mut TcpStream) {
    let text = request.sparql();
    let query = match SparqlParser::new().parse_query(&text) {
        Ok(query) if engine == Engine::New || !text.contains("<<(") => query,
        refused => {
            let body = format!("{:?}", refused.err());
            let head = head("400 Bad Request", "content-type: text/plain\r\n");
            write(
                stream,
                format!("{head}content-length: {}\r\n\r\n{body}", body.len()).as_bytes(),
            );
            return;
        }
    };
    let rdf = request.header("accept").unwrap().contains("n-triples");
    let (format, media_type) = match rdf {
        true => (Format::Ntriples, "application/n-triples"),
        false => (Format::Json, "application/sparql-results+json"),
    };
    let mut body = Vec::new();
    let view = View {
        prefixes: &Prefixes::default(),
        width: None,
        terminal: false,
        color: false,
        language: Language::English,
        rows: None,
        rest: "",
    };
    let found = graph.query(query.into(), &Token::default()).unwrap();
    render::write(found, format, &view, &mut body).unwrap();
    let headers = format!(
        "content-type: {media_type}\r\ncontent-length: {}\r\n\r\n",
        body.len()
    );
    write(stream, head("200 OK", &headers).as_bytes());
    write(stream, &body);
}

/// What the same command says of the files themselves.
fn locally(files: &[&str], command: &[&str]) -> Said {
    let mut kgq = std::process::Command::new(env!("CARGO_BIN_EXE_kgq"));
    kgq.env_clear().env("HOME", "/nonexistent");
    for file in files {
        kgq.args(["-d", file]);
    }
    Kgq(kgq).run(command)
}

/// Both doors must say the same; over the endpoint in at most so many requests.
#[track_caller]
fn same(server: &Server, files: &[&str], command: &[&str], requests: usize) {
    let before = server.requests().len();
    let far = Kgq::new(&server.url()).run(command);
    let near = locally(files, command);
    assert_eq!(far.err, near.err, "{command:?}");
    // The name of the graph is where it is.
    let out = far.out.replace(&server.url(), &files.join(", "));
    assert_eq!(out, near.out, "{command:?}");
    assert_eq!(far.status, near.status, "{command:?}");
    let sent = &server.requests()[before..];
    let told = |request: &Request| request.sparql().chars().take(300).collect::<String>();
    let texts: Vec<String> = sent.iter().map(told).collect();
    let (count, texts) = (sent.len(), texts.join("\n"));
    assert!(
        count <= requests,
        "{command:?} took {count} requests:\n{texts}"
    );
}

const NOTES: &[&str] = &["data", "ontology/notes.ttl"];

#[test]
fn the_notes_are_the_same_behind_an_endpoint() {
    let server = serve(NOTES, Engine::New);
    for (command, requests) in [
        (&["find", "EKS"][..], 4),
        (&["find", "vkem"], 4),
        (&["find", "ㅋㅂㄴㅌㅅ"], 4),
        (&["find", "nothing of the kind"], 4),
        (&["show", "EKS"], 5),
        (&["show", "Fargate", "--top", "5", "-f", "ntriples"], 5),
        (&["show", "Podman", "-l", "ko", "-f", "json"], 5),
        (&["show", "k:isA"], 5),
        (&["show", "L30"], 5),
        (&["show", "nonsense"], 5),
        (&["show", "<http://example.org/nowhere>"], 5),
        (&["show", "파드", "-l", "ko"], 8),
        (&["tree", "ContainerRegistry"], 5),
        (&["tree", "k:Concept", "--down"], 7),
        (&["compare", "EKS", "vs", "ECS"], 10),
        (&["compare", "EC2", "Fargate", "--all", "-f", "json"], 10),
        (
            &["compare", "Terraform", "Ansible", "OpenTofu", "-l", "ko"],
            10,
        ),
        (&["compare", "EKS", "Helm", "--only", "k:isA"], 10),
        (&["compare", "Harbor", "ECR", "-l", "ko"], 10),
        (&["compare", "EKS", "ECS", "--sparql"], 10),
        (&["path", "EKS", "to", "Kubelet"], 10),
        (&["path", "Fargate", "to", "Harbor", "-f", "json"], 12),
        (&["path", "EKS", "Kubelet", "Harbor"], 16),
        (
            &["path", "EKS", "to", "Harbor", "--via", "Helm", "--top", "5"],
            16,
        ),
        (&["map", "EKS"], 12),
        (&["map", "EKS", "ECS", "-f", "json"], 12),
        (&["map", "EKS", "ECS", "--compare"], 10),
        (&["map", "EKS", "--depth", "3", "--max-nodes", "60"], 12),
        (&["map", "-f", "mermaid"], 12),
        (&["map", "--exam", "-l", "ko"], 12),
        (&["map", "--kind", "Tool"], 12),
        (&["stats", "-f", "csv"], 8),
        (&["why", "EKS", "isA", "ControlPlane"], 3),
        (
            &["why", "Docker Hub", "replacedBy", "Harbor", "-l", "ko"],
            3,
        ),
        (&["why", "ECS", "isA", "ControlPlane"], 3),
        (&["show", "Podman", "--infer"], 3),
        (&["compare", "EKS", "ECS", "--infer", "-f", "json"], 3),
        (
            &[
                "query",
                "--infer",
                "-q",
                "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }",
            ],
            3,
        ),
        (&["run", "uses", "EKS"], 2),
        (&["run", "replacements"], 1),
        (
            &["query", "-q", "SELECT ?s ?o { ?s k:isA ?o } ORDER BY ?s ?o"],
            1,
        ),
        (&["query", "-q", "ASK { :EKS k:isA :ControlPlane }"], 1),
        (
            &[
                "query",
                "-q",
                "CONSTRUCT WHERE { :EKS k:isA ?x }",
                "-f",
                "ntriples",
            ],
            1,
        ),
    ] {
        same(&server, NOTES, command, requests);
    }
}

#[test]
fn what_rules_read_is_copied_whole_or_not_at_all() {
    let file = File::new("few.ttl", "<x:a> <x:p> 1 , 2 , 3 .");
    let server = serve(&[file.path()], Engine::New);
    let graph = Graph::endpoint(&server.url(), None).unwrap();
    assert_eq!(graph.at_hand(3).unwrap().triples_at_hand(), Some(3));
    let refused = graph.at_hand(2).unwrap_err();
    assert!(
        refused.to_string().contains("more than 2 triples"),
        "{refused}"
    );
}

const PREFIXES: &str = "\
@base <http://example.org/> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
";

#[test]
fn facts_in_named_graphs_count_once_however_many_graphs_state_them() {
    let text = format!(
        "{PREFIXES}
        <a> rdfs:label \"A\" ; <p> <b> .
        GRAPH <g> {{ <a> <p> <b>, <c> . <c> rdfs:label \"C\" }}
        GRAPH <h> {{ <a> <p> <c> ; <q> <d> }}"
    );
    let file = File::new("graphs.trig", &text);
    let files = &[file.path()];
    let server = serve(files, Engine::Old);
    let name = "<http://example.org/a>";
    for command in [
        &["show", name][..],
        &["show", "A"],
        &["find", "c"],
        &["tree", name],
        &["path", name, "to", "<http://example.org/d>"],
        &["stats", "-f", "json"],
    ] {
        let before = server.requests().len();
        let far = Kgq::new(&server.url()).run(command);
        // The name of the graph is where it is.
        let near = locally(files, command)
            .out
            .replace(file.path(), &server.url());
        // So are the prefixes that `:` is among: an endpoint may hold the notes.
        let facts = |text: &str| text.split("\"prefixes\"").next().map(str::to_owned);
        assert_eq!(facts(&far.out), facts(&near), "{command:?}: {}", far.err);
        assert!(server.requests().len() - before <= 9, "{command:?}");
    }
}

#[test]
fn all_quads_can_be_exported() {
    let text = format!("{PREFIXES} <a> <p> 1 . GRAPH <g> {{ <a> <p> 1, 2 . _:x <q> _:y }}");
    let file = File::new("export.trig", &text);
    let server = serve(&[file.path()], Engine::New);
    let far = Kgq::new(&server.url()).run(&["export", "-f", "nquads"]);
    let lines = |said: &Said| {
        let named: Vec<String> = said
            .out
            .lines()
            .filter(|l| !l.contains("_:"))
            .map(str::to_owned)
            .collect();
        (
            std::collections::BTreeSet::from_iter(named),
            said.out.lines().count(),
        )
    };
    assert_eq!(
        lines(&far),
        lines(&locally(&[file.path()], &["export", "-f", "nquads"]))
    );
}

#[test]
fn blank_nodes_come_with_what_is_said_of_them() {
    use kgq::answer::Direction;
    use oxrdf::{NamedNode, Term};

    let text = format!("{PREFIXES} <a> <p> [ <q> 1 ; <r> [ <s> 2 ] ], [ <q> 3 ] .");
    let file = File::new("blank.ttl", &text);
    let server = serve(&[file.path()], Engine::Old);
    let graph = Graph::endpoint(&server.url(), None).unwrap();
    let a = graph
        .node(&NamedNode::new("http://example.org/a").unwrap())
        .unwrap();
    let facts = graph
        .facts(&[a], Direction::Out, None, 10)
        .unwrap()
        .remove(0);
    let blank: Vec<_> = facts.facts.iter().map(|fact| fact.value).collect();
    assert_eq!(blank.len(), 2);
    let requests = server.requests().len();
    let inner = graph.facts(&blank, Direction::Out, None, 10).unwrap();
    let mut numbers: Vec<String> = inner
        .iter()
        .flat_map(|facts| &facts.facts)
        .filter_map(|fact| match graph.term(fact.value) {
            Term::Literal(literal) => Some(literal.value().to_owned()),
            _ => None,
        })
        .collect();
    numbers.sort();
    assert_eq!(numbers, ["1", "3"]);
    assert_eq!(
        server.requests().len(),
        requests,
        "a blank node was asked about"
    );
    for request in server.requests() {
        assert!(!request.sparql().contains("_:"), "{}", request.sparql());
    }
}

#[test]
fn what_a_bound_keeps_from_the_answer_is_told() {
    let narrower: String = (0..230)
        .map(|i| format!("<n{i}> <http://www.w3.org/2004/02/skos/core#broader> <hub> .\n"))
        .collect();
    let file = File::new("bounded.ttl", &format!("{PREFIXES}{narrower}<u> <q> <v> ."));
    let server = serve(&[file.path()], Engine::New);
    let hub = "<http://example.org/hub>";
    let between = ["path", "n1", "to", "n2", "--max-degree", "10"];
    let json = ["-f", "json"];
    for (command, told) in [
        (&["tree", hub, "--down"][..], "↓ below (+130 more)\n"),
        (&["tree", hub, "-l", "ko"], "↓ 아래 (+130개)\n"),
        (
            &["tree", hub],
            "\nNot all of it is shown: --sparql gives a query for more.",
        ),
        (&["tree", hub, "-f", "json"], "\"down_left_out\": 130"),
        (&["tree", hub, "-f", "json"], "\"partial\": true"),
        (&["find", "n1"], "\nThere are more: --top shows more.\n"),
        (&["find", "n1", "-f", "json"], "\"partial\": true"),
        (&["find", "n123", "-f", "json"], "\"partial\": false"),
        (&["show", hub], "130 more: --top shows more"),
        (&["show", hub, "-f", "json"], "\"left_out\": 130"),
        (&between, "\nThere may be more: --max-hops and --max-degree"),
        (&[&between[..], &json].concat(), "\"partial\": true"),
        (
            &["path", "u", "to", "v", "-f", "json"],
            "\"partial\": false",
        ),
        (&["compare", "n1", "n2", "-f", "json"], "\"partial\": false"),
        (&["map", hub, "-f", "json"], "\"partial\": true"),
        (
            &["map", hub, "-f", "text"],
            "Not all of the graph was read for this.",
        ),
        (
            &["map", hub, "-f", "text", "-l", "ko"],
            "그래프를 모두 읽고 고른 것은 아님.",
        ),
    ] {
        for said in [
            Kgq::new(&server.url()).run(command),
            locally(&[file.path()], command),
        ] {
            assert!(said.out.contains(told), "{command:?}: {}", said.out);
        }
    }
}

#[test]
fn a_hub_does_not_crowd_others_out() {
    use kgq::answer::Direction;
    use oxrdf::NamedNode;

    let mut text = PREFIXES.to_owned();
    for i in 0..7000 {
        text.push_str(&format!("<x{i}> <p> <hub> .\n"));
    }
    for i in 0..40 {
        text.push_str(&format!("<x{i}> <p> <n{i}> .\n"));
    }
    let file = File::new("hub.ttl", &text);
    let server = serve(&[file.path()], Engine::Old);
    let graph = Graph::endpoint(&server.url(), None).unwrap();
    let node = |name: &str| {
        let iri = NamedNode::new(format!("http://example.org/{name}")).unwrap();
        graph.node(&iri).unwrap()
    };
    let mut nodes: Vec<_> = (0..40).map(|i| node(&format!("n{i}"))).collect();
    nodes.insert(7, node("hub"));
    let found = graph.facts(&nodes, Direction::In, None, 100).unwrap();
    for (i, facts) in found.iter().enumerate() {
        let expected = if i == 7 { (100, true) } else { (1, false) };
        assert_eq!((facts.facts.len(), facts.more), expected, "{i}");
    }
    let groups = graph.by_property(node("hub"), Direction::In, 5).unwrap();
    assert_eq!(
        (groups.len(), groups[0].total, groups[0].values.len()),
        (1, 7000, 5)
    );
    assert!(server.requests().len() <= 8, "{}", server.requests().len());
}

/// A file of links between 3000 things, of which some are hubs.
fn hubs(name: &str) -> File {
    let mut text = PREFIXES.to_owned();
    let mut state: u64 = 7;
    let mut below = |n: u64| {
        // A linear congruential generator (Knuth, TAOCP 2, 3.3.4), so that the graph is the same each time.
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) % n
    };
    for i in 0..3000 {
        text.push_str(&format!(
            "<x{i}> a <Kind{}> ; <p> <x{}>, <x{}> ; <near> <x{}> .\n",
            i % 40,
            below(3000),
            below(12),
            below(3000)
        ));
        if i < 40 {
            text.push_str(&format!("<x{i}> rdfs:label \"Thing {i}\" .\n"));
        }
    }
    File::new(name, &text)
}

#[test]
fn hubs_and_many_siblings_take_no_more_requests() {
    let file = hubs("many.ttl");
    let files = &[file.path()];
    let server = serve(files, Engine::Old);
    for (command, requests) in [
        (&["show", "Thing 3"][..], 7),
        (&["show", "Thing 30"], 7),
        (&["tree", "Thing 3"], 7),
        (&["compare", "Thing 1", "vs", "Thing 2"], 15),
        (&["compare", "Thing 30", "vs", "Thing 31"], 20),
        (&["path", "Thing 20", "to", "Thing 21", "--top", "1"], 20),
        (&["path", "Thing 1", "to", "Thing 30", "--top", "1"], 20),
        (&["map", "Thing 30", "--max-nodes", "15"], 25),
        (&["map", "Thing 3", "Thing 31"], 25),
    ] {
        same(&server, files, command, requests);
    }
}

#[test]
fn threads_that_share_an_endpoint_do_not_mix_what_they_hear() {
    use kgq::answer::Direction;
    use oxrdf::NamedNode;

    let file = hubs("shared.ttl");
    let server = serve(&[file.path()], Engine::Old);
    let graph = Graph::endpoint(&server.url(), None).unwrap();
    let known = at_hand(file.path());
    let reached = |graph: &Graph, start: usize| -> Vec<String> {
        let iri = NamedNode::new(format!("http://example.org/x{start}")).unwrap();
        let start = graph.node(&iri).unwrap();
        let found = graph.in_rounds(|| {
            let mut reached = Vec::new();
            for said in graph.facts(&[start], Direction::Out, None, 9)? {
                for fact in said.facts {
                    reached.push(fact.value);
                    for said in graph.facts(&[fact.value], Direction::Out, None, 9)? {
                        reached.extend(said.facts.iter().map(|fact| fact.value));
                    }
                }
            }
            Ok(reached)
        });
        let mut terms: Vec<String> = found
            .unwrap()
            .into_iter()
            .map(|node| graph.term(node).to_string())
            .collect();
        terms.sort();
        terms
    };
    std::thread::scope(|scope| {
        for start in 0..16 {
            let (graph, known, reached) = (&graph, &known, &reached);
            scope.spawn(move || {
                let work = || reached(graph, start);
                let far = Token::default().run(work).unwrap();
                assert_eq!(far, reached(known, start));
            });
        }
    });
}

/// A file as a graph at hand.
fn at_hand(file: &str) -> Graph {
    let loaded = load::load(&[file.into()], None).unwrap();
    Graph::from_quads(&loaded.quads).unwrap()
}

#[test]
fn where_labels_are_many_a_name_is_looked_up() {
    let mut text = PREFIXES.to_owned();
    for i in 0..6000 {
        text.push_str(&format!("<x{i}> rdfs:label \"Thing {i}\"@en .\n"));
    }
    text.push_str("<k> rdfs:label \"파드\"@ko ; <p> <x7> .");
    let file = File::new("labels.ttl", &text);
    let files = &[file.path()];
    let server = serve(files, Engine::Old);
    for (command, requests) in [
        (&["tree", "Thing 77"][..], 7),
        (&["tree", "thing 77"], 7),
        (&["tree", "THING 77", "-f", "json"], 7),
        (&["find", "thing 5999"], 5),
        (&["find", "vkem"], 5),
        (&["find", "파드"], 5),
        (&["find", "nothing of the kind"], 5),
    ] {
        same(&server, files, command, requests);
    }
}

#[test]
fn service_asks_another_endpoint_where_that_is_allowed_and_keeps_the_token() {
    let server = serve(NOTES, Engine::New);
    let query = format!(
        "SELECT ?new WHERE {{ :Harbor k:isA ?kind SERVICE <{}> {{ ?new k:replaces :DockerHub }} }}",
        server.url()
    );
    let ask = |allowed: &[&str]| {
        let mut kgq = std::process::Command::new(env!("CARGO_BIN_EXE_kgq"));
        kgq.env_clear()
            .env("HOME", "/nonexistent")
            .env("KGQ_TOKEN", "secret")
            .args(allowed);
        Kgq(kgq).run(&["query", "-q", &query, "-f", "csv"])
    };
    let refused = ask(&[]);
    assert_eq!(refused.status, 2);
    assert!(refused.err.contains("--allow-network"), "{}", refused.err);
    assert!(server.requests().is_empty());

    let answered = ask(&["--allow-network"]);
    assert_eq!(answered.err, "");
    assert_eq!(answered.out, "new\r\nhttps://kgq.example/notes#Harbor\r\n");
    let requests = server.requests();
    assert!(!requests.is_empty());
    assert!(requests.iter().all(|r| r.header("authorization").is_none()));
}

#[test]
fn a_service_that_fails_is_an_error_and_no_answer() {
    let server = Server::saying("500 Internal Server Error", "", "down");
    let query = format!("SELECT * {{ SERVICE <{}> {{ ?s ?p ?o }} }}", server.url());
    let mut kgq = std::process::Command::new(env!("CARGO_BIN_EXE_kgq"));
    kgq.env_clear().env("HOME", "/nonexistent");
    let said = Kgq(kgq).run(&["query", "-q", &query, "--allow-network"]);
    assert_eq!(said.status, 2, "{}", said.out);
    assert_eq!(said.out, "");
}
