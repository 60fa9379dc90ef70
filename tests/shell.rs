//! The shell on a terminal: the real binary behind a pseudo-terminal, its screen read as a person would.

#![cfg(unix)]

use std::fs::{self, File};
use std::io::{Read, Write};
use std::os::fd::{AsRawFd, FromRawFd, OwnedFd};
use std::os::unix::fs::PermissionsExt;
use std::os::unix::process::CommandExt;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

/// How long anything may take on a machine that is busy.
const PATIENCE: Duration = Duration::from_secs(60);

/// Three hundred numbers: their products are too many to count.
fn numbers() -> String {
    let mut text = String::from(
        "@prefix : <http://e/> . @prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .\n",
    );
    for n in 1..=300 {
        text += &format!(":i{n} :number {n} ; a :Integer ; rdfs:label \"number {n}\" .\n");
    }
    text + ":zero :number 0 ; rdfs:label \"쿠버네티스\"@ko , \"Zero Point\"@en .\n"
}

/// A shell over [`numbers`] on a terminal.
struct Shell {
    master: File,
    child: Child,
    screen: Arc<Mutex<vt100::Parser>>,
    home: PathBuf,
}

/// A folder for one test.
fn home() -> PathBuf {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    let next = NEXT.fetch_add(1, Ordering::Relaxed);
    let home = std::env::temp_dir().join(format!("kgq-shell-{}-{next}", std::process::id()));
    let _ = fs::remove_dir_all(&home);
    fs::create_dir_all(&home).expect("a folder for the test");
    fs::write(home.join("numbers.ttl"), numbers()).expect("data for the test");
    home
}

impl Shell {
    fn start() -> Self {
        Self::with(home(), (80, 24), &[], &[])
    }

    fn with(home: PathBuf, size: (u16, u16), args: &[&str], env: &[(&str, &str)]) -> Self {
        let (master, terminal) = open_terminal(size);
        let stdio = || Stdio::from(terminal.try_clone().expect("a terminal"));
        let mut command = Command::new(env!("CARGO_BIN_EXE_kgq"));
        command
            .args(["-d", "numbers.ttl"])
            .args(args)
            .current_dir(&home)
            .env_clear()
            .env("HOME", &home)
            .env("PATH", std::env::var_os("PATH").unwrap_or_default())
            .env("TERM", "xterm-256color")
            .env("LANG", "en_US.UTF-8")
            .env("NO_COLOR", "1")
            .env("PAGER", "cat")
            .envs(env.iter().copied())
            .stdin(stdio())
            .stdout(stdio())
            .stderr(stdio());
        // SAFETY: both calls are async-signal-safe, and nothing else happens between fork and exec.
        unsafe {
            command.pre_exec(|| {
                if libc::setsid() < 0 || libc::ioctl(0, libc::TIOCSCTTY, 0) < 0 {
                    return Err(std::io::Error::last_os_error());
                }
                Ok(())
            });
        }
        let child = command.spawn().expect("kgq starts");
        drop(terminal);
        let screen = Arc::new(Mutex::new(vt100::Parser::new(size.1, size.0, 0)));
        let mut output = master.try_clone().expect("a terminal");
        let shown = Arc::clone(&screen);
        thread::spawn(move || {
            let mut bytes = [0; 4096];
            while let Ok(read) = output.read(&mut bytes) {
                if read == 0 {
                    break;
                }
                shown
                    .lock()
                    .expect("no reader panics")
                    .process(&bytes[..read]);
            }
        });
        let mut shell = Self {
            master,
            child,
            screen,
            home,
        };
        shell.wait_for("kgq> ");
        shell
    }

    fn send(&mut self, keys: &str) {
        self.master.write_all(keys.as_bytes()).expect("kgq reads");
        self.master.flush().expect("kgq reads");
    }

    /// Types a line and Enter.
    fn enter(&mut self, line: &str) {
        self.send(line);
        self.send("\r");
    }

    fn text(&self) -> String {
        self.screen
            .lock()
            .expect("no reader panics")
            .screen()
            .contents()
    }

    /// Waits until the screen shows a text.
    #[track_caller]
    fn wait_for(&mut self, text: &str) {
        self.wait_until(text, |screen| screen.contains(text));
    }

    /// Waits until the last line of the screen is an empty prompt.
    #[track_caller]
    fn wait_for_prompt(&mut self) {
        self.wait_until("a prompt", |screen| {
            screen
                .trim_end()
                .lines()
                .last()
                .is_some_and(|l| l.trim_end() == "kgq>")
        });
    }

    #[track_caller]
    fn wait_until(&mut self, what: &str, shows: impl Fn(&str) -> bool) {
        let started = Instant::now();
        while !shows(&self.text()) {
            assert!(
                started.elapsed() < PATIENCE,
                "no {what:?} on the screen:\n{}",
                self.text()
            );
            thread::sleep(Duration::from_millis(10));
        }
    }

    /// Waits for the end and gives the status.
    #[track_caller]
    fn status(mut self) -> i32 {
        let started = Instant::now();
        loop {
            if let Some(status) = self.child.try_wait().expect("a child") {
                return status.code().unwrap_or(-1);
            }
            assert!(
                started.elapsed() < PATIENCE,
                "it does not end:\n{}",
                self.text()
            );
            thread::sleep(Duration::from_millis(10));
        }
    }

    fn resize(&mut self, (columns, rows): (u16, u16)) {
        let size = window((columns, rows));
        // SAFETY: the descriptor is open and the size is a winsize.
        let set = unsafe { libc::ioctl(self.master.as_raw_fd(), libc::TIOCSWINSZ, &size) };
        assert_eq!(set, 0);
        let mut screen = self.screen.lock().expect("no reader panics");
        screen.screen_mut().set_size(rows, columns);
    }
}

impl Drop for Shell {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn window((columns, rows): (u16, u16)) -> libc::winsize {
    libc::winsize {
        ws_row: rows,
        ws_col: columns,
        ws_xpixel: 0,
        ws_ypixel: 0,
    }
}

fn open_terminal(size: (u16, u16)) -> (File, OwnedFd) {
    let (mut master, mut terminal) = (0, 0);
    let mut size = window(size);
    // SAFETY: all pointers are to live values or null, which openpty allows for the name and the modes.
    let opened = unsafe {
        libc::openpty(
            &raw mut master,
            &raw mut terminal,
            std::ptr::null_mut(),
            std::ptr::null_mut(),
            &raw mut size,
        )
    };
    assert_eq!(opened, 0, "a terminal");
    // SAFETY: openpty gave both descriptors, and nobody else owns them.
    unsafe { (File::from_raw_fd(master), OwnedFd::from_raw_fd(terminal)) }
}

const ENDLESS: &str = "SELECT (COUNT(*) AS ?n) { ?a :number ?x . ?b :number ?y . ?c :number ?z . ?d :number ?w FILTER(?x + ?y + ?z + ?w < 0) }";

#[test]
fn a_query_over_several_lines_runs_when_it_is_whole() {
    let mut shell = Shell::start();
    shell.enter("SELECT ?n {");
    shell.enter("  :i7 :number ?n");
    shell.enter("}");
    shell.wait_for("│ 7 │");
    shell.wait_for("1 row");
}

#[test]
fn ctrl_c_stops_a_running_query_and_the_shell_goes_on() {
    let mut shell = Shell::start();
    shell.enter(ENDLESS);
    thread::sleep(Duration::from_millis(500));
    let pressed = Instant::now();
    shell.send("\x03");
    shell.wait_for("cancelled");
    assert!(pressed.elapsed() < Duration::from_secs(5));
    shell.enter("ASK { :i1 :number 1 }");
    shell.wait_for("true");
}

#[test]
fn a_cancelled_answer_shows_the_rows_so_far_without_the_pager() {
    let mut shell = Shell::with(home(), (80, 24), &[], &[("PAGER", "sed s/^/paged:/")]);
    shell.enter("SELECT ?x ?y ?z { ?a :number ?x . ?b :number ?y . ?c :number ?z }");
    thread::sleep(Duration::from_millis(500));
    shell.send("\x03");
    shell.wait_for("rows (40 shown)");
    shell.wait_for("cancelled");
    assert!(!shell.text().contains("paged:"), "{}", shell.text());
}

#[test]
fn ctrl_c_stops_a_sort() {
    let mut shell = Shell::start();
    shell.enter(
        "SELECT * { ?a :number ?x . ?b :number ?y . ?c :number ?z } ORDER BY DESC(?x * ?y) ?z",
    );
    thread::sleep(Duration::from_millis(500));
    shell.send("\x03");
    shell.wait_for("cancelled");
    shell.enter("ASK { :i1 :number 1 }");
    shell.wait_for("true");
}

#[test]
fn ctrl_c_at_the_prompt_clears_the_line() {
    let mut shell = Shell::start();
    shell.send("find nonsense");
    shell.wait_for("nonsense");
    shell.send("\x03");
    shell.wait_for_prompt();
    shell.enter("ASK { :i1 :number 1 }");
    shell.wait_for("true");
}

#[test]
fn the_third_ctrl_c_in_a_row_ends_with_130() {
    let mut shell = Shell::start();
    for _ in 0..3 {
        shell.send("\x03");
        thread::sleep(Duration::from_millis(200));
    }
    assert_eq!(shell.status(), 130);
}

#[test]
fn ctrl_d_leaves_on_an_empty_line_only() {
    let mut shell = Shell::start();
    shell.send("ASK { :i1 :number 1 }\x04");
    shell.send("\r");
    shell.wait_for("true");
    shell.wait_for_prompt();
    shell.send("\x04");
    assert_eq!(shell.status(), 0);
}

#[test]
fn a_paste_of_several_statements_with_tabs_runs_each() {
    let mut shell = Shell::start();
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
    let mut shell = Shell::start();
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
    let mut shell = Shell::start();
    shell.send("SELECT ?n { 쿠버\t");
    shell.wait_for("{ :zero");
    shell.send(" :number ?n }\r");
    shell.wait_for("│ 0 │");
}

#[test]
fn alt_enter_breaks_the_line() {
    let mut shell = Shell::start();
    shell.send("SELECT ?n { :i7 :number ?n }\x1b\r");
    shell.enter("LIMIT 1");
    shell.wait_for("│ 7 │");
}

#[test]
fn history_is_kept_for_the_next_shell_but_not_what_begins_with_a_space() {
    let mut shell = Shell::start();
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
    let mut next = Shell::with(home, (80, 24), &[], &[]);
    next.send("\x1b[A");
    next.wait_for("kgq> ASK { :i1 :number 1 }");
}

#[test]
fn a_dumb_terminal_reads_plain_lines() {
    let mut shell = Shell::with(home(), (80, 24), &[], &[("TERM", "dumb")]);
    shell.send("SELECT ?n {\n :i9 :number ?n }\n");
    shell.wait_for("│ 9 │");
    shell.send("quit\n");
    assert_eq!(shell.status(), 0);
}

#[test]
fn many_rows_are_shown_by_head_and_tail_and_the_rest_by_last() {
    let mut shell = Shell::with(home(), (80, 60), &[], &[]);
    shell.enter("SELECT ?x ?n { ?x :number ?n } ORDER BY ?n");
    shell.wait_for("301 rows (40 shown) · .last shows all");
    shell.wait_for("⋮");
    shell.enter(".once all.csv");
    shell.enter(".last csv");
    shell.wait_for("300");
}

#[test]
fn a_long_answer_goes_through_the_pager() {
    let mut shell = Shell::with(home(), (80, 24), &[], &[("PAGER", "sed s/^/paged:/")]);
    shell.enter("SELECT ?n { ?x :number ?n } ORDER BY ?n");
    shell.wait_for("paged:301 rows");
    shell.enter("ASK {}");
    shell.wait_for("\ntrue");
}

#[test]
fn tables_follow_the_size_of_the_window() {
    let mut shell = Shell::with(home(), (100, 30), &[], &[]);
    let query = "SELECT ?a ?b { VALUES (?a ?b) { (\"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\" \"bbbbbbbbbbbbbbbbbbbb\") } }";
    shell.enter(query);
    shell.wait_for("│ aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa │");
    shell.wait_for_prompt();
    shell.resize((50, 30));
    thread::sleep(Duration::from_millis(500));
    shell.enter(query);
    shell.wait_for("aaa… │");
}

#[test]
fn keys_typed_while_a_query_runs_do_not_appear_among_its_output() {
    let mut shell = Shell::start();
    shell.enter(ENDLESS);
    thread::sleep(Duration::from_millis(800));
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
    let mut shell = Shell::with(home, (80, 24), &[], &[]);
    shell.enter("SELECT ?n { :i7 :number ?n }");
    shell.wait_for("\nn\n7");
}

#[test]
fn a_safe_shell_touches_neither_files_nor_programs() {
    let mut shell = Shell::with(home(), (80, 24), &["--safe"], &[]);
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
    let mut shell = Shell::start();
    shell.enter("SELECT * { ?s :isa ?o FILTR(?o) }");
    shell.wait_for("did you mean FILTER?");
    shell.enter("SELECT * { ?s :numbr ?o }");
    shell.wait_for(":numbr does not occur here; nearest: :number");
    shell.enter("quit");
    assert_eq!(shell.status(), 0);
}
