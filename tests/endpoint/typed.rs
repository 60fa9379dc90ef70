//! The text that goes out is the text that was typed.

use crate::server::{Server, head, write};
use crate::{File, Kgq, ROW};

const NOTES: &str = "PREFIX : <https://kgq.example/notes#>\n";
const VOCABULARY: &str = "PREFIX k: <https://kgq.example/ontology#>\n";

/// The one text that the command sends to the server; `--sparql` must print just that and send nothing.
#[track_caller]
fn sent(server: &Server, command: &[&str]) -> String {
    let before = server.requests().len();
    let said = Kgq::new(&server.url()).run(command);
    assert_eq!(said.status, 0, "{command:?}: {}", said.err);
    assert!(!said.err.contains("warning"), "{}", said.err);
    let requests = server.requests()[before..].to_vec();
    assert_eq!(requests.len(), 1, "{command:?}");
    let text = requests[0].sparql();
    let told = Kgq::new(&server.url()).run(&[command, &["--sparql"]].concat());
    assert_eq!(told.out.trim_end(), text.trim_end(), "{}", told.err);
    assert_eq!(server.requests().len(), before + 1, "{command:?}");
    text
}

#[test]
fn a_query_goes_out_as_it_was_typed() {
    let server = Server::answering(ROW);
    for (added, text) in [
        ("", "SELECT ?p ?s { ?s ?p ?o }"),
        ("", "select  *\n\tWHERE\r\n{?s?p?o}# the end"),
        (
            "",
            "#hint: none\nSELECT ?s { hint:Query hint:optimizer \"None\" . ?s ?p ?o }",
        ),
        (
            VOCABULARY,
            "SELECT ?s # k:isA\n { ?s k:isA <http://a/b#c> }",
        ),
        (
            concat!(
                "PREFIX : <https://kgq.example/notes#>\n",
                "PREFIX k: <https://kgq.example/ontology#>\n"
            ),
            "SELECT ?이름 { :EKS k:isA ?이름 . FILTER(?이름 != \"PREFIX k: <x:>\"@ko) }",
        ),
        (
            NOTES,
            "PREFIX k: <http://mine/>\nSELECT ?s { ?s k:isA :쿠버네티스 }",
        ),
        (
            "",
            "PREFIX k: <http://mine/> SELECT ?s { ?s k:isA '''k:\n:b \" <x#''' }",
        ),
        ("", "BASE <http://a/> SELECT ?s { ?s <b#c> <#d> }"),
    ] {
        // The engine's own namespace has to be declared: nobody else can tell what it stands for.
        let text = match text.contains("hint:Query") {
            true => format!("PREFIX hint: <http://www.bigdata.com/queryHints#> {text}"),
            false => text.to_owned(),
        };
        assert_eq!(
            sent(&server, &["query", "-q", &text]),
            format!("{added}{text}")
        );
    }
}

#[test]
fn what_ends_a_statement_of_the_shell_is_no_part_of_the_query() {
    let server = Server::answering(ROW);
    let text = sent(&server, &["query", "-q", "SELECT ?s { ?s ?p ?o } ; "]);
    assert_eq!(text, "SELECT ?s { ?s ?p ?o } ");
}

#[test]
fn a_file_goes_out_as_it_is_without_its_mark_of_byte_order() {
    let server = Server::answering(ROW);
    let text = "# 제목\r\nSELECT ?s\r\n{ ?s k:isA ?o }\r\n";
    let marked = File::new("marked.rq", &format!("\u{FEFF}{text}"));
    let goes_out = sent(&server, &["query", marked.path()]);
    assert_eq!(goes_out, format!("{VOCABULARY}{text}"));
}

#[test]
fn a_file_with_relative_iris_tells_where_it_lies() {
    let server = Server::answering(ROW);
    let file = File::new("relative.rq", "SELECT ?s { ?s k:isA <other> }");
    let goes_out = sent(&server, &["query", file.path()]);
    let base = format!("BASE <file://{}>\n", file.path());
    assert_eq!(
        goes_out,
        format!("{base}{VOCABULARY}SELECT ?s {{ ?s k:isA <other> }}")
    );
}

#[test]
fn a_saved_query_goes_out_with_its_heading() {
    let server = Server::answering(ROW);
    let file = File::new("mine.rq", "# title: Mine\nSELECT ?s { ?s k:isA ?o }\n");
    let name = file.path().rsplit('/').next().unwrap().replace(".rq", "");
    let goes_out = sent(&server, &["run", &name, "--queries", file.path()]);
    let text = "# title: Mine\nSELECT ?s { ?s k:isA ?o }\n";
    assert_eq!(goes_out, format!("{VOCABULARY}{text}"));
}

#[test]
fn a_query_whose_variables_are_bound_goes_out_as_what_it_means() {
    let server = Server::answering(ROW);
    let command = &[
        "query",
        "-q",
        "SELECT ?s { ?s k:isA ?o }",
        "--bind",
        "o=:Tool",
    ];
    insta::assert_snapshot!(sent(&server, command), @"SELECT ?s WHERE { ?s <https://kgq.example/ontology#isA> <https://kgq.example/notes#Tool> . }");
    let file = File::new(
        "bound.rq",
        "# title: Bound\n# param o: its kind\nSELECT ?s { ?s k:isA ?o }\n",
    );
    let name = file.path().rsplit('/').next().unwrap().replace(".rq", "");
    let command = &["run", &name, ":Tool", "--queries", file.path()];
    let text = sent(&server, command).replace(file.path(), "FILE");
    insta::assert_snapshot!(text, @"
    # Bound
    BASE <file://FILE>
    SELECT ?s WHERE { ?s <https://kgq.example/ontology#isA> <https://kgq.example/notes#Tool> . }
    ");
}

#[test]
fn statements_of_the_shell_go_out_as_they_were_typed() {
    let server = Server::answering(ROW);
    let script = File::new(
        "script",
        "PREFIX my: <http://mine/>\n\nSELECT ?s # all\n{\n  ?s my:p ?o\n}\n",
    );
    let said = Kgq::new(&server.url()).input(script.path()).run(&[]);
    let texts: Vec<String> = server.requests().iter().map(|r| r.sparql()).collect();
    assert_eq!(
        texts,
        ["PREFIX my: <http://mine/>\n\nSELECT ?s # all\n{\n  ?s my:p ?o\n}"],
        "{}",
        said.err
    );
}

#[test]
fn an_update_goes_out_as_it_was_typed_and_only_with_write() {
    let server = Server::saying("204 No Content", "", "");
    let update = "INSERT DATA { :a k:b '새로' } ; # first\nDELETE WHERE { :a <http://a/b#c> ?x } ;";
    let refused = Kgq::new(&server.url()).run(&["update", "-q", update]);
    assert_eq!(refused.status, 2, "{}", refused.err);
    assert!(server.requests().is_empty());
    let text = sent(&server, &["--write", "update", "-q", update]);
    assert_eq!(text, format!("{NOTES}{VOCABULARY}{update}"));
}

#[test]
fn an_update_is_no_query_however_it_is_spelt() {
    let server = Server::answering(ROW);
    for text in [
        "DROP ALL",
        "\u{FEFF}DROP ALL",
        "\\u0044ROP ALL",
        "# SELECT\nDROP ALL",
    ] {
        let said = Kgq::new(&server.url()).run(&["query", "-q", text]);
        assert_eq!(said.status, 2, "{text}");
    }
    assert!(server.requests().is_empty());
}

#[test]
fn what_only_an_engine_of_its_own_would_take_is_refused_here() {
    let server = Server::answering(ROW);
    for (text, place) in [
        (
            "SELECT ?s { ?s ?p ?o option(transitive) }",
            "`option` is not expected here",
        ),
        (
            "SELECT (sql:sum(?n) AS ?m) { ?s ?p ?n }",
            "the prefix sql: is not known",
        ),
        (
            "DEFINE input:inference 'x' SELECT * { ?s ?p ?o }",
            "`DEFINE` is not expected here",
        ),
    ] {
        let said = Kgq::new(&server.url()).run(&["query", "-q", text]);
        assert_eq!(said.status, 2, "{text}");
        assert!(said.err.contains(place), "{}", said.err);
    }
    assert!(server.requests().is_empty());
}

#[test]
fn a_service_in_the_text_is_for_the_endpoint_to_ask() {
    let (server, other) = (Server::answering(ROW), Server::answering(ROW));
    let text = format!(
        "SELECT ?s ?sLabel {{ ?s ?p ?o SERVICE <{}> {{ <http://a/language> <http://a/is> \"ko,en\" }} }}",
        other.url()
    );
    assert_eq!(sent(&server, &["query", "-q", &text]), text);
    sent(&server, &["query", "--allow-network", "-q", &text]);
    assert!(other.requests().is_empty());
    let safe = Kgq::new(&server.url()).run(&["query", "--safe", "-q", &text]);
    assert_eq!(safe.status, 2);
    assert_eq!(server.requests().len(), 2);
}

#[test]
fn columns_stand_as_the_query_brings_them_whatever_order_the_engine_likes() {
    let server = Server::answering(
        r#"{"head":{"vars":["added","a","b"]},"results":{"bindings":[
        {"a":{"type":"literal","value":"1"},"b":{"type":"literal","value":"2"},"added":{"type":"literal","value":"3"}},
        {"b":{"type":"literal","value":"4"}}]}}"#,
    );
    let said = Kgq::new(&server.url()).run(&["query", "-q", "SELECT * { ?b ?p ?a }", "-f", "csv"]);
    assert_eq!(said.out, "b,a,added\r\n2,1,3\r\n4,,\r\n");
}

#[test]
fn a_complaint_is_told_with_the_line_in_which_the_text_begins() {
    let server = Server::start(|_, stream| {
        let text = "line 3: no";
        let headers = format!("content-length: {}\r\n\r\n{text}", text.len());
        write(stream, head("400 Bad Request", &headers).as_bytes());
    });
    let said = Kgq::new(&server.url()).run(&["query", "-q", "SELECT * { :a k:b ?c }"]);
    let told = said.err.replace(&server.url(), "URL");
    insta::assert_snapshot!(told, @"
    error: URL: it rejects the query: line 3: no
    help: what you wrote begins in line 3 of what was sent, which --sparql prints
    ");
    let own = Kgq::new(&server.url()).run(&["query", "-q", "SELECT * { ?a ?b ?c }"]);
    let told = own.err.replace(&server.url(), "URL");
    insta::assert_snapshot!(told, @"error: URL: it rejects the query: line 3: no");
}
