//! What is told of work that takes long, while it lasts and where a person sees it.

use std::fs::OpenOptions;
use std::io::{Read, Write};
use std::net::TcpListener;
use std::process::{Command, Stdio};
use std::thread;
use std::time::Duration;

use crate::stopping::inferring;
use crate::terminal::{ENDLESS, Terminal, home};

fn kgq(args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_kgq"));
    command.args(args);
    command
}

#[test]
fn a_query_without_results_so_far_tells_how_long_it_works() {
    let mut shell = Terminal::start();
    shell.enter(ENDLESS);
    shell.wait_until("how long it works", |screen| {
        let told = screen.split("working · ").nth(1);
        told.is_some_and(|told| {
            told.trim_start_matches(char::is_numeric)
                .starts_with(" s · Ctrl-C stops")
        })
    });
    shell.send("\x03");
    shell.wait_for("cancelled");
    assert!(!shell.text().contains("working"), "{}", shell.text());
}

#[test]
fn rows_are_counted_while_the_table_waits_for_the_last() {
    let mut shell = Terminal::start();
    shell.enter("SELECT ?x ?y ?z { ?a :number ?x . ?b :number ?y . ?c :number ?z }");
    shell.wait_for(" results · ");
    shell.send("\x03");
    shell.wait_for("cancelled");
    assert!(!shell.text().contains("results"), "{}", shell.text());
}

#[test]
fn rows_are_counted_while_they_go_to_a_file() {
    let home = home();
    let script = format!(
        "exec {} -d numbers.ttl query -q 'SELECT ?x ?y ?z {{ ?a :number ?x . ?b :number ?y . ?c :number ?z }}' > rows.tsv",
        env!("CARGO_BIN_EXE_kgq")
    );
    let mut command = Command::new("sh");
    command.args(["-c", &script]);
    let mut shell = Terminal::run(command, home, (80, 24), &[]);
    shell.wait_for(" results · ");
    shell.send("\x03");
    assert_eq!(shell.status(), 130);
}

#[test]
fn rules_tell_rounds_and_facts() {
    let mut shell = inferring();
    shell.wait_until("rounds and facts", |screen| {
        screen.contains("inferring: round ") && screen.contains(" facts · ")
    });
    shell.send("\x03");
    assert_eq!(shell.status(), 130);
}

#[test]
fn packing_tells_how_much_has_been_read() {
    let home = home();
    let pipe = home.join("slow.nt");
    let made = Command::new("mkfifo").arg(&pipe).status();
    assert!(made.is_ok_and(|status| status.success()), "a named pipe");
    let command = kgq(&["-d", "slow.nt", "pack", "-o", "slow.kgq"]);
    let mut shell = Terminal::run(command, home.clone(), (80, 24), &[]);
    let mut slow = OpenOptions::new().write(true).open(&pipe).expect("a pipe");
    for n in 0..200_000 {
        writeln!(slow, "<x:subject{n}> <x:predicate> \"object {n}\" .").expect("it reads");
    }
    shell.wait_for("reading: ");
    shell.wait_for(" MB · ");
    drop(slow);
    shell.wait_for("done: packed 200000 triples");
    assert!(!shell.text().contains("reading"), "{}", shell.text());
    assert_eq!(shell.status(), 0);
}

#[test]
fn a_busy_endpoint_is_told_while_it_is_asked_again() {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let url = format!("http://{}", listener.local_addr().expect("an address"));
    thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.expect("a client");
            let _ = stream.read(&mut [0; 4096]);
            let busy = b"HTTP/1.1 503 Busy\r\nconnection: close\r\ncontent-length: 0\r\n\r\n";
            let _ = stream.write_all(busy);
        }
    });
    for command in [&["show", "x"][..], &["query", "-q", "ASK {}"]] {
        let mut command = kgq(&[&["-e", &url], command].concat());
        command.env_remove("KGQ_TOKEN");
        let mut shell = Terminal::run(command, home(), (80, 24), &[]);
        shell.wait_for("the endpoint is busy: asking again (2 of 5 tries) · ");
        shell.send("\x03");
        assert_eq!(shell.status(), 130);
    }
}

#[test]
fn off_a_terminal_nothing_is_told() {
    let home = home();
    let mut command = kgq(&[
        "-d",
        "numbers.ttl",
        "--timeout",
        "2s",
        "query",
        "-q",
        ENDLESS,
    ]);
    let command = command.current_dir(&*home).env_clear();
    let command = command.stdin(Stdio::null()).output().expect("it runs");
    let told = String::from_utf8_lossy(&command.stderr);
    insta::assert_snapshot!(told, @r"
    error: stopped after 2 s
    help: give it longer with --timeout, or ask for less
    ");
    assert!(command.stdout.is_empty());
}

#[test]
fn what_is_quick_tells_nothing() {
    let mut shell = Terminal::start();
    shell.enter("ASK { :i1 :number 1 }");
    shell.wait_for("true");
    thread::sleep(Duration::from_millis(700));
    assert!(!shell.text().contains("working"), "{}", shell.text());
}
