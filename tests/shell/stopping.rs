//! Ctrl-C, whatever is running. An optimised build stops within 100 ms; here a busy machine and a build without
//! optimisation have their say, and what is told of the work says that it has begun.

use std::fs::{self, OpenOptions};
use std::io::Write;
use std::process::Command;
use std::thread;
use std::time::{Duration, Instant};

use crate::terminal::{Terminal, home};

/// How long stopping may take here, of work that would go on for minutes.
pub const SOON: Duration = Duration::from_secs(10);

fn kgq(args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_kgq"));
    command.args(args);
    command
}

/// A program that infers millions of facts from a chain.
pub fn inferring() -> Terminal {
    let home = home();
    let mut data = String::new();
    for n in 0..3000 {
        data += &format!("<x:{n}> <x:before> <x:{}> .\n", n + 1);
    }
    fs::write(home.join("chain.nt"), data).expect("data");
    let rule = "# title: Before\n# says: What is before is before all that follows.\n\
                CONSTRUCT { ?a <x:before> ?c } WHERE { ?a <x:before> ?b . ?b <x:before> ?c }\n";
    fs::write(home.join("before.rq"), rule).expect("a rule");
    let rules = ["--rules", "before.rq", "--infer", "stats"];
    let mut command = kgq(&["-d", "chain.nt"]);
    command.args(rules);
    Terminal::run(command, home, (80, 24), &[])
}

/// Presses Ctrl-C: the program ends with 130, and soon.
#[track_caller]
fn ends_soon(mut shell: Terminal) {
    let pressed = Instant::now();
    shell.send("\x03");
    assert_eq!(shell.status(), 130);
    assert!(pressed.elapsed() < SOON, "{:?}", pressed.elapsed());
}

/// Presses Ctrl-C while a line runs at the prompt: it is cancelled soon, and the shell goes on.
#[track_caller]
fn is_cancelled_soon(shell: &mut Terminal, line: &str) {
    shell.enter(line);
    shell.wait_for("Ctrl-C stops");
    let pressed = Instant::now();
    shell.send("\x03");
    shell.wait_for("cancelled");
    assert!(pressed.elapsed() < SOON, "{:?}", pressed.elapsed());
    shell.wait_for_prompt();
    shell.send("\x0c");
    shell.wait_until("an empty screen", |screen| !screen.contains("cancelled"));
}

#[test]
fn rules_are_stopped() {
    let mut shell = inferring();
    shell.wait_for("inferring: round ");
    ends_soon(shell);
}

#[test]
fn updates_at_the_prompt_are_stopped() {
    let mut shell = Terminal::with(home(), (80, 24), &["--write"], &[]);
    is_cancelled_soon(
        &mut shell,
        "INSERT { ?a :n ?d } WHERE { ?a :number ?x . ?b :number ?y . ?c :number ?z . ?d :number 1 FILTER(?x + ?y + ?z < 0) }",
    );
    is_cancelled_soon(
        &mut shell,
        "DELETE { ?a :number ?x } WHERE { ?a :number ?x . ?b :number ?y . ?c :number ?z }",
    );
    shell.enter("ASK { :i7 :number 7 }");
    shell.wait_for("true");
}

#[test]
fn reading_from_a_pipe_that_stalls_is_stopped() {
    let home = home();
    let pipe = home.join("slow.nt");
    let made = Command::new("mkfifo").arg(&pipe).status();
    assert!(made.is_ok_and(|status| status.success()), "a named pipe");
    let mut shell = Terminal::run(kgq(&["-d", "slow.nt", "stats"]), home, (80, 24), &[]);
    let mut slow = OpenOptions::new().write(true).open(&pipe).expect("a pipe");
    writeln!(slow, "<x:a> <x:b> <x:c> .").expect("it reads");
    shell.wait_for("Ctrl-C stops");
    ends_soon(shell);
}

#[test]
fn waiting_for_a_query_to_be_typed_is_stopped() {
    let mut shell = Terminal::run(kgq(&["query"]), home(), (80, 24), &[]);
    shell.send("SELECT *\r");
    // Nothing on the screen says that it waits.
    thread::sleep(Duration::from_secs(2));
    ends_soon(shell);
}
