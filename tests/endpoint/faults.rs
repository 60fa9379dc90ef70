//! What a server can do wrong, and what the user reads then.

use std::io::Read;
use std::thread;
use std::time::{Duration, Instant};

use crate::server::{Server, be_silent, head, write};
use crate::{Kgq, ROW, SELECT, Said, select};

const JSON: &str = "content-type: application/sparql-results+json\r\n";

/// What it says on standard error, with the server's port taken out; it must have failed with no row printed.
#[track_caller]
fn failure(said: Said) -> String {
    assert_eq!(said.status, 2, "{}", said.err);
    assert!(["", "?s\n"].contains(&said.out.as_str()), "{}", said.out);
    let port = said.err.split("127.0.0.1:").nth(1).and_then(|rest| {
        let digits = rest.find(|c: char| !c.is_ascii_digit())?;
        Some(rest[..digits].to_owned())
    });
    match port {
        Some(port) => said.err.replace(&port, "PORT"),
        None => said.err,
    }
}

#[test]
fn a_page_instead_of_results_shows_its_title() {
    let page = "<!doctype html><html><head><title>Welcome\u{1b}[2J to nginx</title>";
    let server = Server::saying("200 OK", "content-type: text/html; charset=utf-8\r\n", page);
    insta::assert_snapshot!(failure(select(&server.url())), @"
    error: http://127.0.0.1:PORT/sparql: it answers with a web page, not with query results: Welcome[2J to nginx
    help: is it the address of the SPARQL service? It often ends in /sparql or /query
    ");
}

#[test]
fn an_error_page_shows_its_title() {
    let page = "<html><head><title>502 Bad Gateway</title></head><body>…</body></html>";
    let server = Server::saying("502 Bad Gateway", "content-type: text/html\r\n", page);
    insta::assert_snapshot!(failure(select(&server.url())), @"error: http://127.0.0.1:PORT/sparql: it failed (502): 502 Bad Gateway");
}

#[test]
fn a_rejected_query_shows_what_the_endpoint_says() {
    let trace =
        "Parse error at line 1: \x07unexpected `}`\n\tat com.example.Parser.parse(Parser.java:7)";
    let server = Server::saying("400 Bad Request", "content-type: text/plain\r\n", trace);
    insta::assert_snapshot!(failure(select(&server.url())), @"error: http://127.0.0.1:PORT/sparql: it rejects the query: Parse error at line 1: unexpected `}`");
}

#[test]
fn another_content_type_is_not_guessed_at() {
    let server = Server::saying("200 OK", "content-type: text/plain\r\n", ROW);
    let message = failure(select(&server.url()));
    assert!(
        message.contains("something of type text/plain, not with query results"),
        "{message}"
    );
    let server = Server::saying("200 OK", "", ROW);
    let message = failure(select(&server.url()));
    assert!(message.contains("something of no type"), "{message}");
}

#[test]
fn an_answer_that_is_cut_off_is_an_error() {
    let cut = &ROW[..ROW.len() - 20];
    for (how, length) in [
        ("the length says so", ROW.len()),
        ("the JSON says so", cut.len()),
    ] {
        let cut = cut.to_owned();
        let server = Server::start(move |_, stream| {
            let head = head("200 OK", JSON);
            write(
                stream,
                format!("{head}content-length: {length}\r\n\r\n{cut}").as_bytes(),
            );
        });
        let message = failure(select(&server.url()));
        assert!(
            message.contains("its answer is cut off"),
            "{how}: {message}"
        );
    }
}

#[test]
fn a_chunked_answer_without_its_end_is_an_error() {
    let server = Server::start(|_, stream| {
        let head = head("200 OK", JSON);
        write(
            stream,
            format!(
                "{head}transfer-encoding: chunked\r\n\r\n40\r\n{}",
                &ROW[..60]
            )
            .as_bytes(),
        );
    });
    let message = failure(select(&server.url()));
    assert!(message.contains("its answer is cut off"), "{message}");
}

#[test]
fn rows_before_the_break_do_not_make_an_answer() {
    let server = Server::start(|_, stream| {
        let row = r#"{"s":{"type":"uri","value":"http://a/b"}},"#;
        let body = format!(
            r#"{{"head":{{"vars":["s"]}},"results":{{"bindings":[{}"#,
            row.repeat(2000)
        );
        let head = head("200 OK", JSON);
        write(
            stream,
            format!("{head}content-length: 9999999\r\n\r\n{body}").as_bytes(),
        );
    });
    let said = Kgq::new(&server.url()).run(&["query", "-q", SELECT, "-f", "tsv"]);
    assert_eq!(said.status, 2, "{}", said.err);
    assert!(said.err.contains("its answer is cut off"), "{}", said.err);
}

#[test]
fn invalid_utf_8_is_an_error() {
    let mut body = ROW.as_bytes().to_vec();
    let at = ROW.find("http://a").unwrap() + 7;
    body[at] = 0xff;
    let server = Server::saying("200 OK", JSON, body);
    let message = failure(select(&server.url()));
    assert!(message.contains("its answer is no sound"), "{message}");
}

#[test]
fn what_is_no_json_is_an_error() {
    for body in [
        "",
        "{}",
        "[]",
        "null",
        "{\"head\":{\"vars\":[\"s\"]}}",
        "hello",
        "{\"head\":",
    ] {
        let server = Server::saying("200 OK", JSON, body);
        failure(select(&server.url()));
    }
}

/// Results that open triple terms in each other, so many, and end.
fn nested(deep: usize) -> [(&'static str, String); 3] {
    let json = r#"{"type":"triple","value":{"subject":{"type":"uri","value":"x:s"},"predicate":{"type":"uri","value":"x:p"},"object":"#;
    let xml =
        "<triple><subject><uri>x:s</uri></subject><predicate><uri>x:p</uri></predicate><object>";
    let xml_head = r#"<sparql xmlns="http://www.w3.org/2005/sparql-results#"><head><variable name="s"/></head>"#;
    [
        (
            "application/sparql-results+json",
            format!(
                r#"{{"head":{{"vars":["s"]}},"results":{{"bindings":[{{"s":{}"#,
                json.repeat(deep)
            ),
        ),
        (
            "application/sparql-results+xml",
            format!(
                r#"{xml_head}<results><result><binding name="s">{}"#,
                xml.repeat(deep)
            ),
        ),
        (
            "text/tab-separated-values",
            format!("?s\n{}", "<<( <x:s> <x:p> ".repeat(deep)),
        ),
    ]
}

#[test]
fn terms_nested_without_end_are_an_error() {
    for (media_type, body) in nested(100_000) {
        let server = Server::saying("200 OK", &format!("content-type: {media_type}\r\n"), body);
        let message = failure(select(&server.url()));
        assert!(
            message.contains("nested more than 500 deep"),
            "{media_type}: {message}"
        );
    }
}

#[test]
fn terms_nested_as_deeply_as_allowed_and_cut_off_are_an_error() {
    for (media_type, body) in nested(230) {
        let server = Server::saying("200 OK", &format!("content-type: {media_type}\r\n"), body);
        failure(select(&server.url()));
    }
}

#[test]
fn a_busy_server_is_asked_again() {
    for status in ["429 Too Many Requests", "503 Service Unavailable"] {
        let server = Server::start(move |_, stream| {
            write(
                stream,
                head(status, "retry-after: 0\r\ncontent-length: 0\r\n\r\n").as_bytes(),
            );
        });
        let message = failure(select(&server.url()));
        assert!(message.contains("it is busy"), "{message}");
        assert_eq!(server.requests().len(), 5);
        // What it takes cannot be found out meanwhile.
        let message = failure(Kgq::new(&server.url()).run(&["show", "x"]));
        assert!(message.contains("it is busy"), "{message}");
        assert_eq!(server.requests().len(), 10);
    }
}

#[test]
fn a_server_that_is_busy_once_is_answered_by_patience() {
    let busy = std::sync::atomic::AtomicBool::new(true);
    let server = Server::start(move |_, stream| {
        if busy.swap(false, std::sync::atomic::Ordering::SeqCst) {
            write(
                stream,
                head("503 Busy", "retry-after: 1\r\ncontent-length: 0\r\n\r\n").as_bytes(),
            );
        } else {
            let length = ROW.len();
            write(
                stream,
                format!(
                    "{}content-length: {length}\r\n\r\n{ROW}",
                    head("200 OK", JSON)
                )
                .as_bytes(),
            );
        }
    });
    let said = select(&server.url());
    assert_eq!(said.status, 0, "{}", said.err);
    assert!(said.took > Duration::from_millis(900), "{:?}", said.took);
}

#[test]
fn a_server_that_asks_for_an_hour_is_left_alone() {
    let server = Server::saying(
        "429 Too Many Requests",
        "retry-after: 3600\r\n",
        "slow down",
    );
    insta::assert_snapshot!(failure(select(&server.url())), @"
    error: http://127.0.0.1:PORT/sparql: it is busy (429) and asks to be left alone for 3600 s: slow down
    help: try again later
    ");
    assert_eq!(server.requests().len(), 1);
}

#[test]
fn a_redirect_is_followed_without_the_password() {
    let target = Server::answering(ROW);
    let location = format!(
        "location: {}\r\n",
        target.url().replace("127.0.0.1", "localhost")
    );
    let server = Server::saying("307 Temporary Redirect", &location, "");
    let said = Kgq::new(&server.url())
        .env("KGQ_TOKEN", "secret")
        .run(&["query", "-q", SELECT]);
    assert_eq!(said.status, 0, "{}", said.err);
    assert_eq!(
        server.requests()[0].header("authorization"),
        Some("Bearer secret")
    );
    assert_eq!(target.requests()[0].header("authorization"), None);
    assert_eq!(target.requests()[0].sparql(), server.requests()[0].sparql());
}

#[test]
fn a_redirect_within_the_host_keeps_the_password() {
    let server = Server::start(|request, stream| {
        if request.target.starts_with("/sparql") {
            write(
                stream,
                head("301 Moved", "location: /query\r\ncontent-length: 0\r\n\r\n").as_bytes(),
            );
        } else {
            let length = ROW.len();
            write(
                stream,
                format!(
                    "{}content-length: {length}\r\n\r\n{ROW}",
                    head("200 OK", JSON)
                )
                .as_bytes(),
            );
        }
    });
    let said = Kgq::new(&server.url())
        .env("KGQ_TOKEN", "secret")
        .run(&["query", "-q", SELECT]);
    assert_eq!(said.status, 0, "{}", said.err);
    assert_eq!(
        server.requests()[1].header("authorization"),
        Some("Bearer secret")
    );
}

#[test]
fn a_redirect_to_another_scheme_is_refused() {
    for location in ["https://127.0.0.1:1/x", "file:///etc/passwd", "gopher://a/"] {
        let server = Server::saying("302 Found", &format!("location: {location}\r\n"), "");
        let message = failure(select(&server.url()));
        assert!(
            message.contains("redirects") || message.contains("no address"),
            "{message}"
        );
    }
}

#[test]
fn a_redirect_to_where_nothing_listens_names_that_address() {
    let location = "location: http://127.0.0.1:1/there\r\n";
    let server = Server::saying("307 Temporary Redirect", location, "");
    let message = failure(select(&server.url()));
    assert!(
        message.contains("it redirects to http://127.0.0.1:1/there: nothing listens there"),
        "{message}"
    );
}

#[test]
fn redirects_in_a_circle_end() {
    let server = Server::saying("302 Found", "location: /sparql\r\n", "");
    let message = failure(select(&server.url()));
    assert!(
        message.contains("it redirects again and again"),
        "{message}"
    );
    assert_eq!(server.requests().len(), 6);
}

#[test]
fn gigabytes_of_one_value_end_with_an_error() {
    let server = Server::start(|_, stream| {
        write(stream, format!("{}\r\n", head("200 OK", JSON)).as_bytes());
        write(
            stream,
            br#"{"head":{"vars":["s"]},"results":{"bindings":[{"s":{"type":"literal","value":""#,
        );
        while write(stream, &[b'a'; 65536]) {}
    });
    let message = failure(select(&server.url()));
    assert!(
        message.contains("one of its results is too long"),
        "{message}"
    );
}

#[test]
fn gigabytes_of_rows_end_at_the_bound() {
    let server = Server::start(|_, stream| {
        write(stream, format!("{}\r\n", head("200 OK", JSON)).as_bytes());
        write(
            stream,
            br#"{"head":{"vars":["s"]},"results":{"bindings":[{}"#,
        );
        while write(stream, ",{}".repeat(20_000).as_bytes()) {}
    });
    let said =
        Kgq::new(&server.url()).run(&["query", "-q", SELECT, "--max-memory", "20MB", "-f", "tsv"]);
    assert_eq!(said.status, 2);
    assert!(said.err.contains("20 MB"), "{}", said.err);
}

#[test]
fn a_compressed_bomb_ends_at_the_bound() {
    use std::io::Write;
    let mut bomb = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    bomb.write_all(&vec![b' '; 70 << 20]).unwrap();
    let headers = format!("{JSON}content-encoding: gzip\r\n");
    let server = Server::saying("200 OK", &headers, bomb.finish().unwrap());
    let message = failure(select(&server.url()));
    assert!(
        message.contains("one of its results is too long"),
        "{message}"
    );
}

#[test]
fn a_silent_server_ends_with_the_timeout() {
    for sent in [
        "",
        "HTTP/1.1 200 OK\r\n",
        "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n\r\n{",
    ] {
        let server = Server::start(move |_, stream| {
            write(stream, sent.as_bytes());
            be_silent(stream);
        });
        let said = Kgq::new(&server.url()).run(&["query", "-q", SELECT, "--timeout", "300ms"]);
        // The server would be silent for a minute.
        assert!(said.took < Duration::from_secs(20), "{:?}", said.took);
        assert!(failure(said).contains("stopped after 0.3 s"), "{sent}");
    }
}

#[test]
fn a_slow_answer_is_still_an_answer() {
    let server = Server::start(|_, stream| {
        let length = ROW.len();
        write(
            stream,
            format!("{}content-length: {length}\r\n\r\n", head("200 OK", JSON)).as_bytes(),
        );
        for byte in ROW.bytes() {
            write(stream, &[byte]);
            thread::sleep(Duration::from_millis(3));
        }
    });
    let said = select(&server.url());
    assert_eq!(said.status, 0, "{}", said.err);
    assert!(said.out.contains("http://a/b"), "{}", said.out);
}

/// How long a query, and what a command asks under its token, wait for a silent server once they are to stop.
fn stopping_takes() -> [Duration; 2] {
    use kgq::cancel::Token;
    use kgq::error::Error;
    use kgq::graph::Graph;
    use std::sync::Arc;
    use std::sync::atomic::{AtomicBool, Ordering};

    let server = Server::start(|_, stream| be_silent(stream));
    let graph = Graph::endpoint(&server.url(), None).unwrap();
    let interrupted = Arc::new(AtomicBool::new(false));
    let token = Token::new(Arc::clone(&interrupted), None, None);
    let (press, pressed) = std::sync::mpsc::channel();
    thread::spawn(move || {
        thread::sleep(Duration::from_millis(200));
        press.send(Instant::now()).unwrap();
        interrupted.store(true, Ordering::SeqCst);
    });
    let query = spargebra::SparqlParser::new().parse_query(SELECT).unwrap();
    let answer = graph.query(query.into(), &token);
    assert!(matches!(answer, Err(Error::Interrupted)), "{answer:?}");
    let waited = pressed.recv().unwrap().elapsed();
    let start = Instant::now();
    let answer = token.run(|| graph.totals());
    assert!(matches!(
        answer,
        Ok(Err(Error::Interrupted)) | Err(Error::Interrupted)
    ));
    [waited, start.elapsed()]
}

#[test]
fn an_interrupt_ends_the_wait_within_a_tenth_of_a_second() {
    // Again where it takes longer: the machine may be busy with something else.
    let soon = |took: [Duration; 2]| took.iter().all(|took| *took < Duration::from_millis(100));
    assert!((0..5).any(|_| soon(stopping_takes())));
}

#[test]
fn a_server_that_hangs_up_is_asked_once_more() {
    let server = Server::start(|_, _| {});
    let message = failure(select(&server.url()));
    assert!(
        message.contains("closes the connection without an answer"),
        "{message}"
    );
    assert_eq!(server.requests().len(), 2);
}

#[test]
fn what_speaks_no_http_is_told_from_a_failing_server() {
    for greeting in ["220 mail.example.org ESMTP\r\n", "SSH-2.0-x\r\n"] {
        let server = Server::start(move |_, stream| {
            write(stream, greeting.as_bytes());
            let _ = stream.read(&mut [0; 1]);
        });
        insta::allow_duplicates! {
            insta::assert_snapshot!(failure(select(&server.url())), @"
            error: http://127.0.0.1:PORT/sparql: it does not answer in HTTP
            help: is the port right, and is it rather https:// than http://?
            ");
        }
    }
}

#[test]
fn what_speaks_no_tls_is_told_from_a_failing_server() {
    let server = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = server.local_addr().unwrap();
    thread::spawn(move || {
        for stream in server.incoming() {
            write(&mut stream.unwrap(), b"HTTP/1.1 400 Bad Request\r\n\r\n");
        }
    });
    let said = select(&format!("https://{address}/sparql"));
    insta::assert_snapshot!(failure(said), @"
    error: https://127.0.0.1:PORT/sparql: no secure connection comes about: received corrupt message of type InvalidContentType
    help: is the port right, and is it rather http:// than https://?
    ");
}

#[test]
fn where_nothing_listens_it_says_so() {
    let free = std::net::TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap();
    let said = select(&format!("http://{free}/sparql"));
    insta::assert_snapshot!(failure(said), @"
    error: http://127.0.0.1:PORT/sparql: nothing listens there
    help: is the server running, and the port right?
    ");
}

#[test]
fn a_locked_door_names_the_key() {
    let server = Server::saying("401 Unauthorized", "", "");
    insta::assert_snapshot!(failure(select(&server.url())), @"
    error: http://127.0.0.1:PORT/sparql: it does not let us in (401)
    help: set KGQ_TOKEN, or give a login in ~/.netrc
    ");
}

#[test]
fn nonsense_in_the_rows_of_a_command_is_an_error_and_no_crash() {
    let nonsense = [
        ROW.to_owned(),
        ROW.replace("\"s\"", "\"i\""),
        r#"{"head":{"vars":["i","p","v"]},"results":{"bindings":[{"i":{"type":"literal","value":"99999999999"},"p":{"type":"uri","value":"x:p"},"v":{"type":"uri","value":"x:v"}}]}}"#.to_owned(),
        r#"{"head":{"vars":["i","n"]},"results":{"bindings":[{"i":{"type":"literal","value":"-1"},"n":{"type":"literal","value":"x"}}]}}"#.to_owned(),
        r#"{"head":{},"boolean":true}"#.to_owned(),
    ];
    for body in nonsense {
        let server = Server::answering(&body);
        for command in [
            &["stats"][..],
            &["show", "EKS"],
            &["find", "EKS"],
            &["tree", "EKS"],
        ] {
            let said = Kgq::new(&server.url()).run(command);
            assert!(
                matches!(said.status, 1 | 2),
                "{command:?} {body}: {}",
                said.err
            );
            assert!(
                !said.err.contains("panicked"),
                "{command:?} {body}: {}",
                said.err
            );
        }
    }
}
