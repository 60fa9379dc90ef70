//! The real binary: what goes to which stream, with which status.

use std::fs;
use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};

const DATA: &str = "\
# a comment
@prefix : <http://e/> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
:EKS a :Service ; :isA :ControlPlane ; rdfs:label \"EKS\"@en , \"이케이에스\"@ko .
:ECS a :Service ; :isA :ControlPlane .
:bad rdfs:comment \"a\\u001B[31mred\" .
";

/// One run of the program in a folder of its own that holds `a.ttl`.
struct Run {
    folder: PathBuf,
    arguments: Vec<String>,
    stdin: String,
}

fn kgq(arguments: &str) -> Run {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    let next = NEXT.fetch_add(1, Ordering::Relaxed);
    let folder = std::env::temp_dir().join(format!("kgq-cli-{}-{next}", std::process::id()));
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).expect("a folder");
    fs::write(folder.join("a.ttl"), DATA).expect("data");
    let arguments = kgq::line::words(arguments).expect("closed quotes");
    Run {
        folder,
        arguments,
        stdin: String::new(),
    }
}

impl Run {
    fn stdin(mut self, text: &str) -> Self {
        text.clone_into(&mut self.stdin);
        self
    }

    fn file(self, name: &str, text: &str) -> Self {
        fs::write(self.folder.join(name), text).expect("a file");
        self
    }

    fn command(&self) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_kgq"));
        command
            .args(&self.arguments)
            .current_dir(&self.folder)
            .env_clear()
            .env("HOME", &self.folder)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        command
    }

    /// Standard output, standard error and the status, as one text.
    fn told(&self) -> String {
        let mut child = self.command().spawn().expect("kgq starts");
        let mut stdin = child.stdin.take().expect("a pipe");
        // A program that does not read its input closes it.
        let _ = stdin.write_all(self.stdin.as_bytes());
        drop(stdin);
        let output = child.wait_with_output().expect("kgq ends");
        let mut told = String::from_utf8(output.stdout).expect("it is text");
        let errors = String::from_utf8(output.stderr).expect("it is text");
        for line in errors.lines() {
            told += &format!("! {line}\n");
        }
        told + &format!("= {}", output.status.code().unwrap_or(-1))
    }

    fn read(&self, name: &str) -> String {
        fs::read_to_string(self.folder.join(name)).unwrap_or_else(|e| format!("{name}: {e}"))
    }

    fn files(&self) -> String {
        let mut names: Vec<String> = fs::read_dir(&self.folder)
            .expect("a folder")
            .filter_map(|entry| entry.ok()?.file_name().into_string().ok())
            .collect();
        names.sort();
        names.join(" ")
    }
}

impl Drop for Run {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.folder);
    }
}

#[test]
fn rows_are_tab_separated_off_a_terminal() {
    let run = kgq("-d a.ttl query -q \"SELECT ?s ?o { ?s :isA ?o } ORDER BY ?s\"");
    insta::assert_snapshot!(run.told(), @r"
        ?s	?o
        <http://e/ECS>	<http://e/ControlPlane>
        <http://e/EKS>	<http://e/ControlPlane>
        = 0
        ");
}

#[test]
fn a_false_ask_ends_with_1_only_when_asked_to() {
    insta::assert_snapshot!(kgq("-d a.ttl query -q \"ASK { :EKS :isA :EKS }\"").told(), @r"
        false
        = 0
        ");
    let strict = kgq("-d a.ttl query --exit-status -q \"ASK { :EKS :isA :EKS }\"");
    insta::assert_snapshot!(strict.told(), @r"
        false
        = 1
        ");
    let none = kgq("-d a.ttl query --exit-status -q \"SELECT * { :EKS :isA :EKS }\"");
    insta::assert_snapshot!(none.told(), @r"

        = 1
        ");
}

#[test]
fn find_without_a_match_ends_with_1() {
    insta::assert_snapshot!(kgq("-d a.ttl find zzzz").told(), @"= 1");
}

#[test]
fn a_query_that_does_not_parse_is_pointed_at() {
    let run =
        kgq("-d a.ttl query q.rq").file("q.rq", "SELECT *\nWHERE { ?s :isA ?o .\n  FILTR(?o) }\n");
    insta::assert_snapshot!(run.told(), @r"
        ! error: q.rq:3:3: `FILTR` is not expected here
        !  3 |   FILTR(?o) }
        !    |   ^^^^^
        ! help: did you mean FILTER?
        = 2
        ");
}

#[test]
fn a_mistyped_command_and_option_are_guessed() {
    insta::assert_snapshot!(kgq("fnid EKS").told(), @r"
        ! error: there is no command `fnid`
        ! help: did you mean `kgq find`?
        = 2
        ");
    insta::assert_snapshot!(kgq("find EKS --tpo 3").told(), @r"
        ! error: `find` takes no --tpo
        ! help: did you mean --top?
        = 2
        ");
}

#[test]
fn a_script_runs_statements_commands_and_settings() {
    let run = kgq("-d a.ttl").stdin(
        "# a script\nSELECT ?s { ?s :isA ?o }\nORDER BY ?s\n\n.mode csv\nSELECT ?s { ?s :isA ?o } ORDER BY ?s;\nfind EKS\n",
    );
    insta::assert_snapshot!(run.told(), @r"
        ?s
        <http://e/ECS>
        <http://e/EKS>
        s
        http://e/ECS
        http://e/EKS
        EKS  :EKS
        = 0
        ");
}

#[test]
fn prefixes_hold_for_the_statements_that_follow_their_own() {
    let script = "PREFIX x: <http://e/> ASK { x:EKS a x:Service };\nASK { x:ECS a x:Service }\n.read more.kgq\nPREFIX y: <http://e/>;\nASK { y:ECS a z:Service }\n";
    let run = kgq("-d a.ttl").stdin(script);
    let run = run.file(
        "more.kgq",
        "ASK { x:EKS a x:Nothing }\nPREFIX z: <http://e/>\nASK {}\n",
    );
    insta::assert_snapshot!(run.told(), @r"
        true
        true
        false
        true
        true
        ! warning: :Nothing does not occur here
        = 0
        ");
}

#[test]
fn the_operations_of_an_update_share_their_prefixes_in_a_script_too() {
    let script = "PREFIX x: <http://e/>\nINSERT DATA { x:Fargate a x:Service } ;\nINSERT DATA { x:Batch a x:Service } ;\nSELECT (COUNT(*) AS ?n) { ?s a x:Service }\n";
    let told = kgq("-d a.ttl --write").stdin(script).told();
    assert!(told.contains("?n\n4\n") && told.ends_with("= 0"), "{told}");
}

#[test]
fn a_script_stops_at_its_first_error_with_its_line() {
    let script = "ASK { :EKS a :Service };\n\nshow nothing\nASK { :ECS a :Service }\n";
    insta::assert_snapshot!(kgq("-d a.ttl").stdin(script).told(), @r"
        true
        ! error: standard input:3: nothing here is called `nothing`
        ! help: `find TEXT` searches all names
        = 2
        ");
    insta::assert_snapshot!(kgq("-d a.ttl --keep-going").stdin(script).told(), @r"
        true
        true
        ! error: standard input:3: nothing here is called `nothing`
        ! help: `find TEXT` searches all names
        = 2
        ");
}

#[test]
fn scripts_read_scripts_beside_them_but_not_themselves_for_ever() {
    let run = kgq("-d a.ttl")
        .stdin(".read sub/one.kgq\n")
        .file("two.kgq", "ASK { :EKS a :Service }\n");
    fs::create_dir(run.folder.join("sub")).expect("a folder");
    let run = run.file("sub/one.kgq", ".read ../two.kgq\nASK { :EKS a :Nothing }\n");
    insta::assert_snapshot!(run.told(), @r"
        true
        false
        ! warning: :Nothing does not occur here
        = 0
        ");
    let run = kgq("")
        .stdin(".read loop.kgq\n")
        .file("loop.kgq", ".read loop.kgq\n");
    insta::assert_snapshot!(run.told(), @r"
        ! error: loop.kgq:1: scripts read each other 16 deep
        ! help: a script probably reads itself
        = 2
        ");
}

#[test]
fn an_output_file_is_written_whole_or_not_at_all() {
    let run = kgq("-d a.ttl query -q \"SELECT ?s { ?s :isA ?o } ORDER BY ?s\" -o out.csv");
    assert_eq!(run.told(), "= 0");
    assert_eq!(run.read("out.csv"), "s\r\nhttp://e/ECS\r\nhttp://e/EKS\r\n");
    let failing = kgq("-d a.ttl query -q \"ASK { :a :b\" -o out.csv").file("out.csv", "old");
    assert!(failing.told().ends_with("= 2"));
    assert_eq!(failing.read("out.csv"), "old");
    assert_eq!(failing.files(), "a.ttl out.csv");
}

#[test]
fn an_option_in_both_places_is_refused() {
    insta::assert_snapshot!(kgq("-f csv find EKS -f json").told(), @r"
        ! error: --format is given before the command and after it
        ! help: give it once
        = 2
        ");
}

#[test]
fn updates_need_a_place_to_go() {
    let update = "\"INSERT DATA { :Fargate a :Service }\"";
    insta::assert_snapshot!(kgq(&format!("-d a.ttl update -q {update}")).told(), @r"
        ! error: an update is not allowed here
        ! help: say where the result goes with -o FILE or --in-place, or allow updates with --write
        = 2
        ");
    let run = kgq(&format!("-d a.ttl update -q {update} -o b.nt"));
    assert_eq!(run.told(), "= 0");
    assert!(run.read("b.nt").contains("<http://e/Fargate>"));
    assert_eq!(run.read("a.ttl"), DATA);
}

#[test]
fn an_update_in_place_keeps_prefixes_and_warns_about_comments() {
    let run = kgq(
        "-d a.ttl update --in-place -q \"DELETE WHERE { ?s rdfs:comment ?o }; INSERT DATA { :Fargate a :Service }\"",
    );
    insta::assert_snapshot!(run.told(), @r"
        ! warning: comments and layout of a.ttl are not kept
        = 0
        ");
    insta::assert_snapshot!(run.read("a.ttl"), @r#"
        @prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
        @prefix : <http://e/> .
        :ECS :isA :ControlPlane ;
        	a :Service .
        :EKS :isA :ControlPlane ;
        	a :Service ;
        	rdfs:label "EKS"@en , "이케이에스"@ko .
        :Fargate a :Service .
        "#);
    assert_eq!(run.files(), "a.ttl");
}

#[test]
fn a_written_session_sees_its_updates() {
    let run = kgq("-d a.ttl --write").stdin(
        "INSERT DATA { :Fargate a :Service }\n\nSELECT (COUNT(*) AS ?n) { ?s a :Service }\nfind Fargate\n",
    );
    insta::assert_snapshot!(run.told(), @r"
        ?n
        3
        :Fargate  :Fargate (Fargate)
        ! done: 1 added, 0 removed; the graph has 8 triples
        = 0
        ");
}

#[test]
fn a_mark_of_byte_order_is_no_part_of_a_script() {
    let marked = kgq("-d a.ttl").stdin("\u{FEFF}ASK { ?s a :Service }\n");
    insta::assert_snapshot!(marked.told(), @r"
        true
        = 0
        ");
}

#[test]
fn service_and_load_are_refused() {
    let service = kgq("-d a.ttl query -q \"SELECT * { SERVICE <http://e/> { ?s ?p ?o } }\"");
    insta::assert_snapshot!(service.told(), @r"
        ! error: SERVICE is not allowed here
        ! help: allow it with --allow-network, or ask that endpoint itself with -e URL
        = 2
        ");
    let load = kgq("-d a.ttl --write").stdin("LOAD <http://e/data>\n");
    insta::assert_snapshot!(load.told(), @r"
        ! error: standard input:1: LOAD is not allowed here
        ! help: allow it with --allow-network, or fetch the file and name it with -d
        = 2
        ");
}

#[test]
fn deep_nesting_is_refused_before_the_parser_sees_it() {
    for deep in ["{", "(", "[", "<<(", "{ ?s ?p << "] {
        let query = format!("SELECT * {{ {} }}", deep.repeat(50_000));
        let told = kgq("-d a.ttl query -").stdin(&query).told();
        assert!(
            told.contains("nest at most 500 deep") && told.ends_with("= 2"),
            "{told}"
        );
    }
}

#[test]
fn long_chains_are_answered_or_refused_but_never_crash() {
    let chains = [
        (" || ", "?o = 1", "SELECT * { ?s ?p ?o FILTER(", ") }"),
        (" UNION ", "{ ?s ?p 1 }", "SELECT * { ", " }"),
        ("+", "1", "SELECT * { ?s ?p ?o FILTER(?o = ", ") }"),
        ("/", ":p", "SELECT * { ?s ", " ?o }"),
    ];
    for (between, part, before, after) in chains {
        for (length, refused) in [(1_000, false), (20_000, true)] {
            let query = format!("{before}{}{after}", vec![part; length].join(between));
            let told = kgq("-d a.ttl query -").stdin(&query).told();
            assert_eq!(told.contains("chain at most 10000"), refused, "{told}");
            assert!(
                told.ends_with(if refused { "= 2" } else { "= 0" }),
                "{told}"
            );
        }
    }
    let told = kgq("-d a.ttl query -")
        .stdin(&format!("ASK {{ FILTER({}true) }}", "!".repeat(50_000)))
        .told();
    assert!(told.contains("nest at most 500 deep"), "{told}");
}

#[test]
fn a_timeout_is_an_error() {
    let endless = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l . ?m ?n2 ?o . ?p ?q ?r . ?s ?t ?u FILTER(STR(?a) = STR(?u)) }";
    let run = kgq(&format!("-d a.ttl query --timeout 200ms -q \"{endless}\""));
    insta::assert_snapshot!(run.told(), @r"
        ! error: stopped after 0.2 s
        ! help: give it longer with --timeout, or ask for less
        = 2
        ");
}

#[test]
fn a_closed_pipe_ends_quietly() {
    let run =
        kgq("-d a.ttl query -f csv -q \"SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }\"");
    let mut child = run.command().spawn().expect("kgq starts");
    let mut some = [0; 64];
    let mut stdout = child.stdout.take().expect("a pipe");
    stdout.read_exact(&mut some).expect("some output");
    drop(stdout);
    let output = child.wait_with_output().expect("kgq ends");
    assert_eq!(output.status.code(), Some(0));
    assert_eq!(String::from_utf8_lossy(&output.stderr), "");
}

#[cfg(unix)]
#[test]
fn a_file_with_a_first_line_for_the_system_is_a_program() {
    use std::os::unix::fs::PermissionsExt;
    let run = kgq("").file("ask.rq", "#!/usr/bin/env -S kgq query\nASK { ?s ?p ?o }\n");
    let script = run.folder.join("ask.rq");
    fs::set_permissions(&script, fs::Permissions::from_mode(0o755)).expect("a file");
    let bin = Path::new(env!("CARGO_BIN_EXE_kgq"))
        .parent()
        .expect("a folder");
    let path = std::env::var("PATH").unwrap_or_default();
    let output = Command::new(&script)
        .env("PATH", format!("{}:{path}", bin.display()))
        .output()
        .expect("env -S");
    assert_eq!(String::from_utf8_lossy(&output.stdout), "true\n");
}

#[cfg(unix)]
#[test]
fn an_update_that_is_killed_leaves_the_old_file_or_the_new_one() {
    let mut data = String::from("@prefix : <http://e/> .\n");
    for n in 0..3000 {
        data += &format!(":s{n} :p {n} .\n");
    }
    for delay in [5_u64, 20, 40, 80, 160, 320] {
        let run = kgq("-d a.ttl update --in-place -q \"DELETE { ?s :p ?o } INSERT { ?s :q ?o } WHERE { ?s :p ?o }\"")
            .file("a.ttl", &data);
        let mut child = run.command().spawn().expect("kgq starts");
        std::thread::sleep(std::time::Duration::from_millis(delay));
        let _ = child.kill();
        let _ = child.wait();
        let after = run.read("a.ttl");
        let whole = after == data
            || (after.matches("http://e/q").count() + after.matches(":q ").count() >= 3000
                && after.ends_with(" .\n"));
        assert!(
            whole,
            "after {delay} ms:\n{}",
            &after[..after.len().min(300)]
        );
    }
}

#[test]
fn the_version_names_the_program_and_oxigraph() {
    let told = kgq("--version").told();
    assert!(
        told.starts_with(concat!("kgq ", env!("CARGO_PKG_VERSION"), " (")),
        "{told}"
    );
    assert!(told.contains("Oxigraph 0.5."), "{told}");
}

/// What `--open` does where the system's opener keeps what it was given in `opened`.
#[cfg(target_os = "linux")]
fn opened(arguments: &str) -> (Run, std::process::Output) {
    use std::os::unix::fs::PermissionsExt;
    let run = kgq(arguments).file(
        "xdg-open",
        "#!/bin/sh\necho \"$1\" > opened.path\n/bin/cat \"$1\" > opened\n",
    );
    let opener = run.folder.join("xdg-open");
    fs::set_permissions(opener, PermissionsExt::from_mode(0o755)).expect("a mode");
    let mut command = run.command();
    command.env("PATH", &run.folder).env("TMPDIR", &run.folder);
    let output = command.output().expect("kgq runs");
    (run, output)
}

#[test]
#[cfg(target_os = "linux")]
fn an_answer_opens_as_a_page_in_the_systems_viewer() {
    let (run, output) = opened("-d a.ttl map EKS --open");
    assert!(
        output.status.success() && output.stdout.is_empty(),
        "{output:?}"
    );
    assert!(run.read("opened").starts_with("<!doctype html>"));
    assert!(run.read("opened.path").ends_with(".html\n"));
}

#[test]
#[cfg(target_os = "linux")]
fn the_file_that_is_written_is_the_one_that_opens() {
    let (run, _) = opened("-d a.ttl map EKS --open -o map.svg");
    assert_eq!(run.read("opened.path"), "map.svg\n");
    assert_eq!(run.read("opened"), run.read("map.svg"));
}

#[test]
#[cfg(target_os = "linux")]
fn what_no_viewer_opens_says_where_the_answer_is() {
    let run = kgq("-d a.ttl show EKS --open -o eks.txt");
    insta::assert_snapshot!(run.told(), @r"
    ! error: `xdg-open` does not open eks.txt
    ! help: the answer is in that file: open it yourself
    = 2
    ");
    assert!(run.read("eks.txt").contains("EKS"));
    let safe = kgq("-d a.ttl map EKS --open --safe");
    insta::assert_snapshot!(safe.told(), @r"
    ! error: opening the answer in another program is not allowed here
    ! help: this session was opened with --safe
    = 2
    ");
}

#[test]
fn an_executable_needs_no_terminal_for_help() {
    let help = kgq("--help").told();
    for option in [
        "--data",
        "--format",
        "--output",
        "--open",
        "--lang",
        "--timeout",
        "--color",
        "--safe",
    ] {
        assert!(help.contains(option), "{option}");
    }
    assert!(help.ends_with("= 0"));
}

#[test]
fn escapes_in_data_do_not_reach_a_reader_of_text() {
    let run = kgq("-d a.ttl query -f table -q \"SELECT ?c { ?s rdfs:comment ?c }\"");
    insta::assert_snapshot!(run.told(), @r"
        ┌────────────────┐
        │ c              │
        ├────────────────┤
        │ a\u001B[31mred │
        └────────────────┘
        = 0
        ");
}

#[test]
fn the_lines_of_a_description_are_read_as_one_paragraph() {
    let data =
        "<x:a> <http://www.w3.org/2000/01/rdf-schema#comment> \"\\n  It has\\n\\tlines.\\n\" .";
    insta::assert_snapshot!(kgq("-d b.ttl show <x:a>").file("b.ttl", data).told(), @r"
        a  <x:a>
        It has lines.
        = 0
        ");
}

#[test]
fn a_format_that_cannot_tell_what_is_left_out_warns_of_it() {
    insta::assert_snapshot!(kgq("-d a.ttl show EKS --top 1 -f ntriples").told(), @r"
        <http://e/EKS> <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <http://e/Service> .
        ! warning: there is more than ntriples shows: text and json tell what is left out
        = 0
        ");
    let whole = kgq("-d a.ttl show EKS -f ntriples").told();
    assert!(!whole.contains("warning"), "{whole}");
    let members: String = (0..30)
        .map(|i| format!("<x:a> <x:p> <x:{i}> . <x:b> <x:p> <x:b{i}> . "))
        .collect();
    let compared = kgq("-d b.ttl compare <x:a> vs <x:b> -f csv").file("b.ttl", &members);
    assert!(
        compared
            .told()
            .contains("! warning: there is more than csv shows")
    );
    let linked = "<x:a> <x:p> <x:b> .";
    let drawn = kgq("-d b.ttl path <x:a> to <x:b> -f dot --max-hops 0").file("b.ttl", linked);
    assert!(
        drawn
            .told()
            .contains("! warning: there is more than dot shows")
    );
}

#[test]
fn a_language_is_told_by_its_tag() {
    insta::assert_snapshot!(kgq("show EKS -l 한국어").told(), @r"
        ! error: --lang takes no `한국어`
        ! help: use a tag such as ko or en
        = 2
        ");
    insta::assert_snapshot!(kgq("-d a.ttl").stdin(".lang ko_KR,en\n.lang\n.lang 한국어\n").told(), @r"
        ko-KR en
        ! error: standard input:3: `한국어` is no language
        ! help: use a tag such as ko or en
        = 2
        ");
    let label = kgq("-d a.ttl find EKS -l fr,ko").told();
    assert!(label.starts_with("이케이에스"), "{label}");
}

#[test]
fn a_map_without_links_says_so() {
    insta::assert_snapshot!(kgq("-d a.ttl map --kind :Service -f text").told(), @r"
        What is in a.ttl?

        There are no concepts with links between them.
        = 0
        ");
}

#[test]
fn a_script_keeps_no_table_to_show_again_and_says_so() {
    let told = kgq("-d a.ttl")
        .stdin("SELECT ?s { ?s :nothing ?o }\n.last\n")
        .told();
    assert!(
        told.contains("! help: a script keeps none: write it with `.once FILE`"),
        "{told}"
    );
}

#[test]
fn saved_queries_take_arguments() {
    let run = kgq("-d a.ttl run kind :Service --queries .").file(
        "kind.rq",
        "# title: What is of a kind\n# param class: the kind\nSELECT ?s { ?s a ?class } ORDER BY ?s\n",
    );
    insta::assert_snapshot!(run.told(), @r"
        ?s
        <http://e/ECS>
        <http://e/EKS>
        = 0
        ");
    let run = kgq("-d a.ttl run kidn").told();
    assert!(run.contains("did you mean kind?"), "{run}");
}

#[test]
fn triples_that_lie_in_named_graphs_only_are_pointed_at() {
    let run = kgq("-d b.nq query -q \"SELECT * { ?s ?p ?o }\"")
        .file("b.nq", "<a:b> <a:c> <a:d> <a:graph> .\n");
    insta::assert_snapshot!(run.told(), @r"
        ?s	?p	?o
        ! warning: all triples lie in named graphs: ask them with GRAPH ?g { … }
        = 0
        ");
}

#[test]
fn a_syntax_that_cannot_hold_annotations_gets_no_half_document() {
    for format in ["jsonld", "rdfxml"] {
        let run = kgq(&format!("export -f {format}"));
        let told = run.told();
        assert!(
            told.starts_with("! error: a graph cannot be written as"),
            "{told}"
        );
        assert!(
            told.contains("--no-provenance") && told.ends_with("= 2"),
            "{told}"
        );
    }
}

#[test]
fn a_command_that_cannot_print_its_sparql_says_so() {
    insta::assert_snapshot!(kgq("stats --sparql").told(), @r"
        ! error: no SPARQL query gives this command's answer
        ! help: query, update, run, show, find, compare, path, map and tree have one
        = 2
        ");
}

#[test]
fn a_printed_query_may_be_piped_on() {
    let told = kgq("-d a.ttl tree EKS --sparql").told();
    let query = told.strip_suffix("= 0").expect("it is answered");
    insta::assert_snapshot!(kgq("-d a.ttl query -").stdin(query).told(), @r"
        ?below	?above
        <http://e/EKS>	<http://e/Service>
        = 0
        ");
}

#[test]
fn a_map_asks_the_query_of_a_file_as_query_does() {
    let text = "#!/usr/bin/env -S kgq query\n# title: Who is what\nSELECT ?s ?o { ?s :isA ?o };\n";
    let drawn = kgq("-d a.ttl map --query-file ask.rq -f text").file("ask.rq", text);
    insta::assert_snapshot!(drawn.told(), @r"
        Who is what

        :ECS  :Service
          :isA → :ControlPlane
        EKS  :Service
          :isA → :ControlPlane
        = 0
        ");
    let piped = kgq("-d a.ttl map --query-file - -f text").stdin(text);
    assert_eq!(piped.told(), drawn.told());
    let told = kgq("-d a.ttl map --query-file ask.rq --sparql").file("ask.rq", text);
    let asked = kgq("-d a.ttl query ask.rq --sparql").file("ask.rq", text);
    assert_eq!(told.told(), asked.told());
}

#[test]
fn the_prompt_shows_the_sparql_behind_whatever_came_last() {
    let lines = "show EKS\n.sparql\nASK {}\n.sparql\nstats -f json -o s.json\n.sparql\n";
    let told = kgq("-d a.ttl --only rdf:type").stdin(lines).told();
    insta::assert_snapshot!(told, @r#"
        EKS  :EKS
        이케이에스

          is of kind  :Service
        PREFIX : <http://e/>
        PREFIX rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#>

        # what is said of EKS
        SELECT ?property ?direction ?value {
          { VALUES (?place ?property) { (0 rdf:type) }
            :EKS ?property ?value . BIND("out" AS ?direction) }
        }
        ORDER BY ?place
        true
        ASK {}
        ! error: standard input:6: no SPARQL query gives this command's answer
        ! help: query, update, run, show, find, compare, path, map and tree have one
        = 2
        "#);
}
