//! What `--help` tells: the table of commands and options, kept as it is until someone means to change it.

use std::process::Command;

/// The commands of the contract, each with the options that are its own.
const COMMANDS: [(&str, &[&str]); 18] = [
    ("query", &["-q", "--bind", "--explain", "--exit-status"]),
    ("update", &["-q", "--in-place"]),
    ("show", &["--top"]),
    ("find", &[]),
    ("compare", &["--exact", "--all"]),
    (
        "path",
        &["--max-hops", "--max-degree", "--via", "--avoid", "--top"],
    ),
    (
        "map",
        &[
            "--compare",
            "--query-file",
            "--run",
            "--depth",
            "--max-nodes",
            "--kind",
            "--exam",
        ],
    ),
    ("tree", &["--up", "--down"]),
    ("why", &["--notes"]),
    ("check", &["--checks"]),
    ("diff", &[]),
    ("stats", &["--verify"]),
    ("run", &["--queries"]),
    ("export", &["--no-provenance"]),
    ("pack", &[]),
    ("completions", &[]),
    ("man", &[]),
    // Hidden: the scripts of `completions` call it.
    ("complete", &[]),
];

/// The options of the contract that every command takes.
const OPTIONS: [&str; 23] = [
    "-d, --data",
    "--data-format",
    "-e, --endpoint",
    "--roles",
    "--rules",
    "--infer",
    "-f, --format",
    "-o, --output",
    "-l, --lang",
    "--timeout",
    "--max-memory",
    "--sparql",
    "--hide",
    "--only",
    "--write",
    "--allow-network",
    "--safe",
    "--color",
    "--keep-going",
    "--open",
    "--max-inferred",
    "-h, --help",
    "-V, --version",
];

/// Where the options begin that every command takes.
const SHARED: &str = "Options for every command:\n";

fn help(words: &[&str]) -> String {
    let output = Command::new(env!("CARGO_BIN_EXE_kgq"))
        .args(words)
        .arg("--help")
        .output()
        .expect("the program runs");
    assert!(output.status.success() && output.stderr.is_empty());
    String::from_utf8(output.stdout).expect("text")
}

#[test]
fn the_help_is_as_it_was() {
    insta::assert_snapshot!("kgq", help(&[]));
    let mut own = String::new();
    for (command, _) in COMMANDS {
        let help = help(&[command]);
        let (before, _) = help.split_once(SHARED).expect("shared options");
        own += &format!("== {command}\n{}\n\n", before.trim_end());
    }
    insta::assert_snapshot!("commands", own);
}

#[test]
fn every_command_takes_the_options_that_hold_for_every_command() {
    let whole = help(&[]);
    let (_, shared) = whole.split_once(SHARED).expect("shared options");
    let shared = shared.split("\n\nEnvironment:").next().unwrap_or_default();
    for (command, _) in COMMANDS {
        let help = help(&[command]);
        let (_, taken) = help.split_once(SHARED).expect("shared options");
        assert_eq!(taken.trim_end(), shared.trim_end(), "{command}");
    }
}

#[test]
fn what_the_contract_names_is_there() {
    let has = |help: &str, name: &str| {
        let mut words = help.split([' ', '\n', ',']);
        words.any(|word| word == name)
    };
    let whole = help(&[]);
    for option in OPTIONS {
        for name in option.split(", ") {
            assert!(has(&whole, name), "{name} is not in kgq --help");
        }
    }
    for (command, options) in COMMANDS {
        let is_hidden = command == "complete";
        assert_eq!(has(&whole, command), !is_hidden, "{command}");
        let help = help(&[command]);
        for option in options {
            assert!(has(&help, option), "{option} is not in {command} --help");
        }
    }
}
