//! The README's session at the prompt is what the shell shows.

use std::fs;
use std::path::Path;
use std::process::Command;

use crate::terminal::{Terminal, home};

/// Large enough for the whole session.
const SIZE: (u16, u16) = (80, 100);

#[test]
fn the_session_in_the_readme_is_what_the_shell_shows() {
    let readme = Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md");
    let readme = fs::read_to_string(readme).expect("the README");
    let (_, section) = readme.split_once("## At the prompt").expect("its section");
    let (_, session) = section.split_once("```text\n").expect("its session");
    let (session, _) = session.split_once("```").expect("the end of its session");
    let command = Command::new(env!("CARGO_BIN_EXE_kgq"));
    let mut shell = Terminal::run(command, home(), SIZE, &[]);
    shell.wait_for_prompt();
    let lines: Vec<&str> = session
        .lines()
        .filter_map(|line| line.strip_prefix("kgq> "))
        .collect();
    assert!(lines.len() > 2, "{session}");
    for line in lines {
        shell.enter(line);
        shell.wait_until(line, |screen| screen.contains(line));
        shell.wait_for_prompt();
    }
    // What it says at the start names the version.
    let screen = shell.text();
    let (_, screen) = screen.split_once("kgq> ").expect("a prompt");
    let shown: Vec<&str> = screen.lines().map(str::trim_end).collect();
    let shown = format!("kgq> {}", shown.join("\n"));
    let shown = shown.trim_end().trim_end_matches("kgq>").trim_end();
    assert_eq!(shown, session.trim_end(), "the screen shows\n{shown}");
}
