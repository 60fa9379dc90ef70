//! The prompt: typing, running, stopping.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::thread;
use std::time::{Duration, Instant};

use crate::stopping::SOON;
use crate::terminal::{ENDLESS, Terminal, home};

#[test]
fn a_query_over_several_lines_runs_when_it_is_whole() {
    let mut shell = Terminal::start();
    shell.enter("SELECT ?n {");
    shell.enter("  :i7 :number ?n");
    shell.enter("}");
    shell.wait_for("│ 7 │");
    shell.wait_for("1 row");
}

#[test]
fn ctrl_c_stops_a_running_query_and_the_shell_goes_on() {
    let mut shell = Terminal::start();
    shell.enter(ENDLESS);
    shell.wait_for("Ctrl-C stops");
    let pressed = Instant::now();
    shell.send("\x03");
    shell.wait_for("cancelled");
    assert!(pressed.elapsed() < SOON, "{:?}", pressed.elapsed());
    shell.enter("ASK { :i1 :number 1 }");
    shell.wait_for("true");
}

#[test]
fn a_cancelled_answer_shows_the_rows_so_far_without_the_pager() {
    let mut shell = Terminal::with(home(), (80, 24), &[], &[("PAGER", "sed s/^/paged:/")]);
    shell.enter("SELECT ?x ?y ?z { ?a :number ?x . ?b :number ?y . ?c :number ?z }");
    shell.wait_for(" results · ");
    shell.send("\x03");
    shell.wait_for("rows (40 shown)");
    shell.wait_for("cancelled");
    assert!(!shell.text().contains("paged:"), "{}", shell.text());
}

#[test]
fn ctrl_c_stops_a_sort() {
    let mut shell = Terminal::start();
    shell.enter(
        "SELECT * { ?a :number ?x . ?b :number ?y . ?c :number ?z } ORDER BY DESC(?x * ?y) ?z",
    );
    shell.wait_for("Ctrl-C stops");
    shell.send("\x03");
    shell.wait_for("cancelled");
    shell.enter("ASK { :i1 :number 1 }");
    shell.wait_for("true");
}

#[test]
fn ctrl_c_at_the_prompt_clears_the_line() {
    let mut shell = Terminal::start();
    shell.send("find nonsense");
    shell.wait_for("nonsense");
    shell.send("\x03");
    shell.wait_for_prompt();
    shell.enter("ASK { :i1 :number 1 }");
    shell.wait_for("true");
}

#[test]
fn the_third_ctrl_c_in_a_row_ends_with_130() {
    let mut shell = Terminal::start();
    for _ in 0..3 {
        shell.send("\x03");
        thread::sleep(Duration::from_millis(200));
    }
    assert_eq!(shell.status(), 130);
}

#[test]
fn ctrl_d_leaves_on_an_empty_line_only() {
    let mut shell = Terminal::start();
    shell.send("ASK { :i1 :number 1 }\x04");
    shell.send("\r");
    shell.wait_for("true");
    shell.wait_for_prompt();
    shell.send("\x04");
    assert_eq!(shell.status(), 0);
}

#[test]
fn a_paste_of_several_statements_with_tabs_runs_each() {
    let mut shell = Terminal::start();
    shell.send(
        "\x1b[200~SELECT ?n\n{\n\t:i5\t:number\t?n }\n\nASK { :i1 :number 2 }\nfind zero\x1b[201~",
    );
    shell.send("\r");
    shell.wait_for("│ 5 │");
    shell.wait_for("false");
    shell.wait_for("Zero Point");
}

#[test]
fn tab_completes_what_is_unique_and_lists_what_is_not() {
    let mut shell = Terminal::start();
    shell.send("SELECT * { ?x :num\t");
    shell.wait_for("?x :number");
    shell.send(" 0 }\r");
    shell.wait_for(":zero");
    shell.send("show number 29\t\t");
    shell.wait_for("number 299");
    shell.wait_for("number 290");
}

#[test]
fn tab_finds_a_concept_by_its_label_in_any_language() {
    let mut shell = Terminal::start();
    shell.send("SELECT ?n { 쿠버\t");
    shell.wait_for("{ :zero");
    shell.send(" :number ?n }\r");
    shell.wait_for("│ 0 │");
}

#[test]
fn alt_enter_breaks_the_line() {
    let mut shell = Terminal::start();
    shell.send("SELECT ?n { :i7 :number ?n }\x1b\r");
    shell.enter("LIMIT 1");
    shell.wait_for("│ 7 │");
}

#[test]
fn history_is_kept_for_the_next_shell_but_not_what_begins_with_a_space() {
    let mut shell = Terminal::start();
    shell.enter("ASK { :i1 :number 1 }");
    shell.wait_for("true");
    shell.wait_for_prompt();
    shell.enter(" ASK { :secret :number 1 }");
    shell.wait_for("false");
    shell.wait_for_prompt();
    let home = shell.home.clone();
    drop(shell);
    let file = home.join(".local/state/kgq/history");
    let kept = fs::read_to_string(&file).expect("a history");
    assert!(kept.contains(":i1") && !kept.contains("secret"), "{kept}");
    let mode = fs::metadata(&file).expect("a history").permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
    let mut next = Terminal::with(home, (80, 24), &[], &[]);
    next.send("\x1b[A");
    next.wait_for("kgq> ASK { :i1 :number 1 }");
}

#[test]
fn a_dumb_terminal_reads_plain_lines() {
    let mut shell = Terminal::with(home(), (80, 24), &[], &[("TERM", "dumb")]);
    shell.send("SELECT ?n {\n :i9 :number ?n }\n");
    shell.wait_for("│ 9 │");
    shell.send("quit\n");
    assert_eq!(shell.status(), 0);
}

#[test]
fn many_rows_are_shown_by_head_and_tail_and_the_rest_by_last() {
    let mut shell = Terminal::with(home(), (80, 60), &[], &[]);
    shell.enter("SELECT ?x ?n { ?x :number ?n } ORDER BY ?n");
    shell.wait_for("301 rows (40 shown) · .last shows all");
    shell.wait_for("⋮");
    shell.enter(".once all.csv");
    shell.enter(".last csv");
    shell.wait_for("300");
}

#[test]
fn a_long_answer_goes_through_the_pager() {
    let mut shell = Terminal::with(home(), (80, 24), &[], &[("PAGER", "sed s/^/paged:/")]);
    shell.enter("SELECT ?n { ?x :number ?n } ORDER BY ?n");
    shell.wait_for("paged:301 rows");
    shell.enter("ASK {}");
    shell.wait_for("\ntrue");
}

#[test]
fn tables_follow_the_size_of_the_window() {
    let mut shell = Terminal::with(home(), (100, 30), &[], &[]);
    let query = "SELECT ?a ?b { VALUES (?a ?b) { (\"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\" \"bbbbbbbbbbbbbbbbbbbb\") } }";
    shell.enter(query);
    shell.wait_for("│ aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa │");
    shell.wait_for_prompt();
    shell.resize((50, 30));
    shell.enter(query);
    shell.wait_for("aaa… │");
}

#[test]
fn keys_typed_while_a_query_runs_do_not_appear_among_its_output() {
    let mut shell = Terminal::start();
    shell.enter(ENDLESS);
    shell.wait_for("Ctrl-C stops");
    shell.send("typed ahead");
    thread::sleep(Duration::from_millis(300));
    assert!(!shell.text().contains("typed ahead"), "{}", shell.text());
    shell.send("\x03");
    shell.wait_for("cancelled");
}

#[test]
fn the_users_own_script_is_read_first() {
    let home = home();
    fs::create_dir_all(home.join(".config/kgq")).expect("a folder");
    fs::write(home.join(".config/kgq/init.kgq"), ".mode csv\n").expect("a script");
    let mut shell = Terminal::with(home, (80, 24), &[], &[]);
    shell.enter("SELECT ?n { :i7 :number ?n }");
    shell.wait_for("\nn\n7");
}

#[test]
fn what_was_edited_runs_and_stands_in_the_history() {
    let home = home();
    fs::write(home.join("editor"), "#!/bin/sh\nsed -i 's/i7/i8/' \"$1\"\n").expect("an editor");
    let env = [("EDITOR", "sh editor")];
    let mut shell = Terminal::with(home, (80, 24), &[], &env);
    shell.enter("SELECT ?n { :i7 :number ?n }");
    shell.wait_for("│ 7 │");
    shell.wait_for_prompt();
    shell.enter(".edit");
    shell.wait_for("│ 8 │");
    shell.wait_for_prompt();
    shell.send("\x1b[A");
    shell.wait_for("kgq> SELECT ?n { :i8 :number ?n }");
}

#[test]
fn a_prefix_declared_at_the_prompt_holds_for_the_statements_that_follow() {
    let mut shell = Terminal::start();
    shell.enter("PREFIX other: <http://e/>");
    // The statement goes on in the next line.
    shell.wait_for("kgq> PREFIX other: <http://e/>");
    shell.enter("SELECT ?n { other:i7 other:number ?n }");
    shell.wait_for("│ 7 │");
    shell.wait_for_prompt();
    shell.enter("PREFIX other: <http://elsewhere/> ASK { other:i7 ?p ?o }");
    shell.wait_for("false");
    shell.wait_for_prompt();
    shell.enter("show other:i7");
    shell.wait_for("nothing here is called `other:i7`");
}

#[test]
fn mistakes_at_the_prompt_speak_as_the_prompt_does() {
    let mut shell = Terminal::start();
    shell.enter("compare");
    shell.wait_for("error: `compare` needs NAME\nhelp: write it as `compare X vs Y [vs Z…]`\nkgq>");
    shell.enter("number 7");
    shell.wait_for("error: `number 7` is a name, not a command\nhelp: `show number 7` tells");
}

#[test]
fn a_safe_shell_touches_neither_files_nor_programs() {
    let mut shell = Terminal::with(home(), (80, 24), &["--safe"], &[]);
    shell.enter(".once | touch made");
    shell.wait_for("not allowed");
    shell.enter(".read numbers.ttl");
    shell.wait_for("reading numbers.ttl is not allowed");
    shell.enter("INSERT DATA { :a :b :c }");
    shell.wait_for("an update is not allowed");
    assert!(!shell.home.join("made").exists());
    assert!(!shell.home.join(".local").exists());
}

#[test]
fn an_error_keeps_the_shell_and_points_at_the_place() {
    let mut shell = Terminal::start();
    shell.enter("SELECT * { ?s :isa ?o FILTR(?o) }");
    shell.wait_for("did you mean FILTER?");
    shell.enter("SELECT * { ?s :numbr ?o }");
    shell.wait_for(":numbr does not occur here; nearest: :number");
    shell.enter("quit");
    assert_eq!(shell.status(), 0);
}
