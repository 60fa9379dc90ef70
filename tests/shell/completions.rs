//! The completion scripts, in the shells that they are for.

use std::io::Write;
use std::process::Command;

use crate::terminal::{Terminal, home};

/// A shell that has read its script; `None`, said on standard error, where there is no such shell.
fn shell(name: &str, args: &[&str], script: &str) -> Option<Terminal> {
    let mut command = Command::new(name);
    if command.arg("--version").output().is_err() {
        // Past the test harness, which would hide it.
        let _ = writeln!(std::io::stderr(), "NOT TESTED: there is no {name} here");
        return None;
    }
    let mut command = Command::new(name);
    command.args(args);
    let env = [("LC_ALL", "C.UTF-8"), ("PS1", "$ "), ("fish_greeting", "")];
    let mut shell = Terminal::run(command, home(), (100, 30), &env);
    // What is typed before the first prompt may be lost.
    shell.wait_until("a prompt", |screen| !screen.trim().is_empty());
    shell.enter(script);
    shell.enter("echo rea''dy");
    shell.wait_for("\nready");
    Some(shell)
}

fn bash() -> Option<Terminal> {
    let script = "PS1='$ '; bind 'set bell-style none'; source <(kgq completions bash)";
    shell("bash", &["--norc", "--noprofile", "-i"], script)
}

fn zsh() -> Option<Terminal> {
    let script = "PS1='$ '; autoload -Uz compinit; compinit -u; source <(kgq completions zsh)";
    shell("zsh", &["-f", "-i"], script)
}

fn fish() -> Option<Terminal> {
    shell(
        "fish",
        &["--no-config", "-i"],
        "kgq completions fish | source",
    )
}

/// Types a line with a Tab at its end, waits for what is completed, and clears the line.
fn completes(shell: &mut Terminal, typed: &str, completed: &str) {
    shell.send(typed);
    shell.send("\t");
    shell.wait_for(completed);
    shell.send("\x15");
    // What the next line completes must not be found in this one.
    shell.wait_until("an empty line", |screen| !screen.contains(completed));
}

/// What every shell completes in its own way.
fn completes_options_and_files(shell: &mut Terminal) {
    completes(shell, "kgq show -d numb", "show -d numbers.ttl");
    completes(shell, "kgq find x --timeo", "find x --timeout");
}

/// Names of the graph, where the shell leaves the choice to kgq.
fn completes_names(shell: &mut Terminal) {
    let of = "kgq -d numbers.ttl";
    completes(shell, &format!("{of} show zer"), "show Zero\\ Point");
    completes(shell, &format!("{of} show zero p"), "show zero Point");
    completes(shell, &format!("{of} tree 쿠버"), "tree 쿠버네티스");
    completes(shell, &format!("{of} tree ㅋㅂㄴ"), "tree 쿠버네티스");
    completes(shell, &format!("{of} show :zer"), "show :zero");
}

#[test]
fn bash_completes_commands_options_and_names() {
    let Some(mut shell) = bash() else { return };
    completes(&mut shell, "kgq comp\tare", "kgq compare");
    completes_names(&mut shell);
    completes(
        &mut shell,
        "kgq -d numbers.ttl show \"zero p",
        "show \"Zero Point\"",
    );
    completes_options_and_files(&mut shell);
    completes(&mut shell, "kgq stats -f mer", "stats -f mermaid");
}

#[test]
fn bash_runs_what_it_completed() {
    let Some(mut shell) = bash() else { return };
    shell.send("kgq -d numbers.ttl show zer\t\r");
    shell.wait_for("Zero Point  :zero");
}

#[test]
fn zsh_completes_commands_options_and_names() {
    let Some(mut shell) = zsh() else { return };
    completes_names(&mut shell);
    completes_options_and_files(&mut shell);
}

#[test]
fn fish_completes_commands_options_and_names() {
    let Some(mut shell) = fish() else { return };
    completes(
        &mut shell,
        "kgq -d numbers.ttl show Zer",
        "show Zero\\ Point",
    );
    completes(
        &mut shell,
        "kgq -d numbers.ttl tree 쿠버",
        "tree 쿠버네티스",
    );
    completes_options_and_files(&mut shell);
}
