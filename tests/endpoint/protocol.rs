//! What kgq sends: method, headers, credentials, how many requests.

use crate::server::Server;
use crate::{Kgq, ROW, SELECT, select};

#[test]
fn a_short_query_is_fetched() {
    let server = Server::answering(ROW);
    assert_eq!(select(&server.url()).status, 0);
    let requests = server.requests();
    assert_eq!((requests.len(), requests[0].method.as_str()), (1, "GET"));
    let accept = requests[0].header("accept").unwrap();
    assert!(
        accept.starts_with("application/sparql-results+json"),
        "{accept}"
    );
    assert!(requests[0].sparql().starts_with("SELECT"));
}

#[test]
fn a_long_query_is_posted() {
    let server = Server::answering(ROW);
    let query = format!("SELECT * {{ ?s ?p \"{}\" }}", "긴".repeat(2000));
    let said = Kgq::new(&server.url()).run(&["query", "-q", &query]);
    assert_eq!(said.status, 0, "{}", said.err);
    let requests = server.requests();
    assert_eq!((requests.len(), requests[0].method.as_str()), (1, "POST"));
    assert_eq!(requests[0].target, "/sparql");
    assert!(requests[0].sparql().contains(&"긴".repeat(2000)));
}

#[test]
fn parameters_of_the_address_stay() {
    let server = Server::answering(ROW);
    let url = format!("{}?default-graph-uri=http%3A%2F%2Fa", server.url());
    let said = select(&url);
    assert_eq!(said.status, 0, "{}", said.err);
    let target = &server.requests()[0].target;
    assert!(
        target.starts_with("/sparql?default-graph-uri=http%3A%2F%2Fa&query="),
        "{target}"
    );
}

#[test]
fn a_login_in_the_address_is_sent_and_not_shown() {
    let server = Server::saying("403 Forbidden", "", "");
    let url = server.url().replace("http://", "http://ann:secret@");
    let said = select(&url);
    assert!(!said.err.contains("secret"), "{}", said.err);
    let header = server.requests()[0]
        .header("authorization")
        .map(str::to_owned);
    assert_eq!(header.as_deref(), Some("Basic YW5uOnNlY3JldA=="));
}

#[test]
fn netrc_lets_us_in() {
    let path = std::env::temp_dir().join(format!("kgq-netrc-{}", std::process::id()));
    std::fs::write(&path, "machine 127.0.0.1 login ann password secret\n").unwrap();
    let server = Server::answering(ROW);
    let said = Kgq::new(&server.url())
        .env("NETRC", path.to_str().unwrap())
        .run(&["query", "-q", SELECT]);
    assert_eq!(said.status, 0, "{}", said.err);
    let header = server.requests()[0]
        .header("authorization")
        .map(str::to_owned);
    assert_eq!(header.as_deref(), Some("Basic YW5uOnNlY3JldA=="));
    std::fs::remove_file(path).unwrap();
}

#[test]
fn the_environment_names_an_endpoint_unless_files_are_given() {
    let server = Server::answering(ROW);
    let mut kgq = std::process::Command::new(env!("CARGO_BIN_EXE_kgq"));
    kgq.env("KGQ_ENDPOINT", server.url())
        .args(["query", "-q", SELECT]);
    assert!(kgq.output().unwrap().status.success());
    assert_eq!(server.requests().len(), 1);
    kgq.args(["-d", "ontology/roles.ttl"]);
    assert!(kgq.output().unwrap().status.success());
    assert_eq!(server.requests().len(), 1);
}

#[test]
fn other_result_formats_are_read() {
    let xml = r#"<?xml version="1.0"?><sparql xmlns="http://www.w3.org/2005/sparql-results#"><head><variable name="s"/></head><results><result><binding name="s"><uri>http://a/b</uri></binding></result></results></sparql>"#;
    for (media_type, body) in [
        ("application/json", ROW),
        ("application/sparql-results+xml; charset=utf-8", xml),
        ("text/tab-separated-values", "?s\n<http://a/b>\n"),
    ] {
        let server = Server::saying("200 OK", &format!("content-type: {media_type}\r\n"), body);
        let said = Kgq::new(&server.url()).run(&["query", "-q", SELECT, "-f", "tsv"]);
        assert_eq!(
            (said.status, said.out.as_str()),
            (0, "?s\n<http://a/b>\n"),
            "{media_type}: {}",
            said.err
        );
    }
}

#[test]
fn what_an_engine_tells_behind_the_results_is_passed_over() {
    let body = ROW.replace("]}}", "]},\n\"metadata\": { \"httpRequests\": 0 }}\n");
    let said = select(&Server::answering(&body).url());
    assert_eq!(said.status, 0, "{}", said.err);
    assert!(said.out.contains("http://a/b"), "{}", said.out);
}

#[test]
fn plain_http_to_elsewhere_warns() {
    // Nobody listens at this address of documentation (RFC 5737): the warning comes first.
    let said =
        Kgq::new("http://192.0.2.1:1/sparql").run(&["query", "-q", SELECT, "--timeout", "100ms"]);
    assert!(said.err.contains("warning: http://192.0.2.1:1/sparql: queries, answers and any password travel unencrypted"), "{}", said.err);
}
