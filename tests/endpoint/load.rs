//! LOAD fetches a document, where that is allowed.

use std::process::Command;

use crate::server::Server;
use crate::{Kgq, Said};

const TURTLE: &str = "@prefix : <#> . :a :p [ :q 1 ] .";

/// Runs an update of an empty file with these options; what it would write is its output.
fn update(text: &str, options: &[&str]) -> Said {
    let name = format!(
        "kgq-load-{}-{:?}",
        std::process::id(),
        std::thread::current().id()
    );
    let folder = std::env::temp_dir().join(name);
    std::fs::create_dir_all(&folder).unwrap();
    let (data, output) = (folder.join("data.ttl"), folder.join("out.nq"));
    std::fs::write(&data, "").unwrap();
    let mut kgq = Command::new(env!("CARGO_BIN_EXE_kgq"));
    kgq.env_clear()
        .env("HOME", "/nonexistent")
        .env("KGQ_TOKEN", "secret")
        .arg("-d")
        .arg(&data)
        .args(options);
    let mut said = Kgq(kgq).run(&["update", "-q", text, "-o", output.to_str().unwrap()]);
    said.out = std::fs::read_to_string(&output).unwrap_or_default();
    std::fs::remove_dir_all(&folder).unwrap();
    said
}

#[test]
fn a_document_is_loaded_into_a_graph_without_sending_the_password() {
    let server = Server::saying("200 OK", "content-type: text/turtle\r\n", TURTLE);
    let url = server.url();
    let load = format!("LOAD <{url}> INTO GRAPH <x:g>");
    assert_eq!(update(&load, &[]).status, 2);
    assert!(server.requests().is_empty());
    let said = update(&load, &["--allow-network"]);
    assert_eq!(said.status, 0, "{}", said.err);
    assert_eq!(said.out.lines().count(), 2, "{}", said.out);
    assert!(
        said.out.contains(&format!("<{url}#a> <{url}#p> _:")),
        "{}",
        said.out
    );
    assert!(
        said.out.lines().all(|line| line.ends_with("<x:g> .")),
        "{}",
        said.out
    );
    let requests = server.requests();
    assert_eq!(
        (requests.len(), requests[0].target.as_str()),
        (1, "/sparql")
    );
    assert_eq!(requests[0].header("authorization"), None);
}

#[test]
fn a_document_may_begin_with_a_byte_order_mark() {
    let marked = format!("\u{FEFF}{TURTLE}");
    let server = Server::saying("200 OK", "content-type: text/turtle\r\n", marked);
    let said = update(&format!("LOAD <{}>", server.url()), &["--allow-network"]);
    assert_eq!(
        (said.status, said.out.lines().count()),
        (0, 2),
        "{}",
        said.err
    );
}

#[test]
fn the_name_tells_the_syntax_where_the_server_does_not() {
    let server = Server::saying("200 OK", "content-type: text/plain\r\n", TURTLE);
    let named = format!("LOAD <{}.ttl>", server.url());
    let said = update(&named, &["--allow-network"]);
    assert_eq!(said.status, 0, "{}", said.err);
    let unnamed = update(&format!("LOAD <{}>", server.url()), &["--allow-network"]);
    assert!(
        unnamed.err.contains("text/plain, not with RDF"),
        "{}",
        unnamed.err
    );
}

#[test]
fn what_cannot_be_loaded_changes_nothing_unless_it_may_be_silent() {
    let server = Server::saying("404 Not Found", "", "");
    let insert = "INSERT DATA { <x:a> <x:p> 1 }";
    let loud = update(
        &format!("{insert} ; LOAD <{}>", server.url()),
        &["--allow-network"],
    );
    assert_eq!((loud.status, loud.out.as_str()), (2, ""));
    assert!(
        loud.err.contains("there is nothing at this address"),
        "{}",
        loud.err
    );
    let silent = update(
        &format!("{insert} ; LOAD SILENT <{}>", server.url()),
        &["--allow-network"],
    );
    assert_eq!(
        (silent.status, silent.out.lines().count()),
        (0, 1),
        "{}",
        silent.err
    );
    let file = update("LOAD <file:///etc/passwd>", &["--allow-network"]);
    assert_eq!(file.status, 2, "{}", file.out);
}

#[test]
fn a_document_without_end_is_cut_at_the_bound() {
    use crate::server::{head, write};
    let server = Server::start(|_, stream| {
        write(
            stream,
            format!("{}\r\n", head("200 OK", "content-type: text/turtle\r\n")).as_bytes(),
        );
        while write(stream, "<x:a> <x:p> <x:b> .\n".repeat(2000).as_bytes()) {}
    });
    let load = format!("LOAD <{}>", server.url());
    let said = update(&load, &["--allow-network", "--max-memory", "30MB"]);
    assert_eq!((said.status, said.out.as_str()), (2, ""));
    assert!(said.err.contains("30 MB"), "{}", said.err);
}
