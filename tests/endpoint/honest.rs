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
use crate::{Kgq, Said};

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
    let found = graph.query(query, &Token::default()).unwrap();
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
    assert_eq!(far.out, near.out, "{command:?}");
    assert_eq!(far.status, near.status, "{command:?}");
    let sent = server.requests().len() - before;
    assert!(sent <= requests, "{command:?} took {sent} requests");
}

const NOTES: &[&str] = &["data", "ontology/notes.ttl"];

#[test]
fn the_notes_are_the_same_behind_an_endpoint() {
    let server = serve(NOTES, Engine::New);
    for (command, requests) in [
        (&["find", "EKS"][..], 99),
        (&["find", "vkem"], 99),
        (&["find", "ㅋㅂㄴㅌㅅ"], 99),
        (&["show", "EKS"], 99),
        (&["show", "Fargate", "--top", "5", "-f", "ntriples"], 99),
        (&["show", "Podman", "-l", "ko", "-f", "json"], 99),
        (&["show", "L30"], 99),
        (&["show", "nonsense"], 99),
        (&["show", "<http://example.org/nowhere>"], 99),
        (&["tree", "ContainerRegistry"], 99),
        (&["path", "EKS", "to", "Kubelet"], 99),
        (&["path", "Fargate", "to", "Harbor", "-f", "json"], 99),
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
