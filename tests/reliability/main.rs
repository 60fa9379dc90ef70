//! What goes wrong around kgq rather than in it: full disks, other processes, files that change, queries without end.

#![cfg(unix)]
#![allow(clippy::unwrap_used)]

use std::fs;
use std::io::{Read, Write};
use std::path::PathBuf;
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};

mod threads;

const KGQ: &str = env!("CARGO_BIN_EXE_kgq");

/// A folder of its own with a graph of two thousand facts in it.
struct Folder(tempfile::TempDir);

impl Folder {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let line = |i: usize| format!("<x:s{i}> <x:p{}> <x:o{}> .\n", i % 7, i % 300);
        let text: String = (0..2000).map(line).collect();
        fs::write(folder.path().join("a.nt"), text).unwrap();
        Self(folder)
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    /// Packs a file of it into `a.kgq`.
    #[track_caller]
    fn pack(&self, data: &str) {
        let output = self.run(&["-d", data, "pack", "-o", "a.kgq"]);
        assert!(output.status.success(), "{}", told(&output));
    }

    /// The names of the files in it.
    fn files(&self) -> Vec<String> {
        let entries = fs::read_dir(self.0.path()).unwrap();
        let name = |entry: fs::DirEntry| entry.file_name().into_string().unwrap();
        let mut names: Vec<String> = entries.map(|entry| name(entry.unwrap())).collect();
        names.sort();
        names
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(KGQ);
        command
            .env_clear()
            .env("HOME", "/nonexistent")
            .current_dir(self.0.path())
            .args(arguments)
            .stdin(Stdio::null());
        command
    }

    fn run(&self, arguments: &[&str]) -> Output {
        self.command(arguments).output().unwrap()
    }

    /// The same, by a shell that first limits what it may use.
    fn limited(&self, limit: &str, arguments: &str) -> Output {
        let mut command = Command::new("sh");
        command
            .args(["-c", &format!("{limit}; exec {KGQ} {arguments}")])
            .current_dir(self.0.path());
        command.output().unwrap()
    }
}

fn told(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

#[test]
fn where_no_more_can_be_written_the_file_is_named_and_nothing_left() {
    let folder = Folder::new();
    for (command, file) in [("pack", "a.kgq"), ("export", "b.nt")] {
        let output = folder.limited("ulimit -f 2", &format!("-d a.nt {command} -o {file}"));
        assert_eq!(output.status.code(), Some(2), "{}", told(&output));
        let expected = format!("{file}: File too large");
        assert!(told(&output).contains(&expected), "{}", told(&output));
        assert_eq!(folder.files(), ["a.nt"]);
    }
}

#[test]
fn a_file_that_is_called_packed_and_is_not_is_an_error() {
    let folder = Folder::new();
    for content in ["", "<a:a> <a:b> <a:c> ."] {
        fs::write(folder.path("b.kgq"), content).unwrap();
        let output = folder.run(&["-d", "b.kgq", "stats"]);
        assert_eq!(output.status.code(), Some(2));
        assert!(
            told(&output).contains("b.kgq: this is not a packed graph"),
            "{}",
            told(&output)
        );
    }
}

#[test]
#[cfg(target_os = "linux")]
fn a_full_disk_is_an_error() {
    let folder = Folder::new();
    let full = fs::OpenOptions::new()
        .write(true)
        .open("/dev/full")
        .unwrap();
    let mut export = folder.command(&["-d", "a.nt", "export", "-f", "ntriples"]);
    let output = export.stdout(full).output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert!(told(&output).contains("No space left"), "{}", told(&output));
}

#[test]
fn a_folder_that_is_not_there_is_an_error() {
    let folder = Folder::new();
    let output = folder.run(&["-d", "a.nt", "pack", "-o", "no/such/a.kgq"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(told(&output).contains("no/such/a.kgq"), "{}", told(&output));
}

/// The owner of a folder, and who must not write there. What the system allows anybody it allows root.
#[cfg(target_os = "linux")]
fn as_nobody(command: &Command) -> Command {
    const NOBODY: &str = "65534";
    let mut lesser = Command::new("setpriv");
    lesser
        .args(["--reuid", NOBODY, "--regid", NOBODY, "--clear-groups"])
        .arg(command.get_program())
        .args(command.get_args())
        .env_clear();
    if let Some(folder) = command.get_current_dir() {
        lesser.current_dir(folder);
    }
    lesser
}

#[test]
#[cfg(target_os = "linux")]
fn what_must_not_be_read_or_written_is_an_error() {
    use std::os::unix::fs::{MetadataExt, PermissionsExt};
    let folder = Folder::new();
    folder.pack("a.nt");
    let set = |name: &str, mode| {
        fs::set_permissions(folder.path(name), fs::Permissions::from_mode(mode)).unwrap();
    };
    // Root may do everything, and does these as somebody else.
    let is_root = fs::metadata("/proc/self").unwrap().uid() == 0;
    let program = folder.path("kgq");
    let run = |arguments: &[&str]| {
        let mut command = folder.command(arguments);
        if is_root {
            let mut own = Command::new(&program);
            own.args(arguments).current_dir(folder.0.path());
            command = as_nobody(&own);
        }
        command.output().unwrap()
    };
    if is_root {
        fs::copy(KGQ, &program).unwrap();
        set("kgq", 0o755);
    }
    set(".", 0o755);
    for name in ["a.nt", "a.kgq"] {
        set(name, 0o644);
        let read = run(&["-d", name, "stats"]);
        assert!(read.status.success(), "{}", told(&read));
        set(name, 0o000);
        let refused = run(&["-d", name, "stats"]);
        assert_eq!(refused.status.code(), Some(2));
        let message = format!("{name}: Permission denied");
        assert!(told(&refused).contains(&message), "{}", told(&refused));
        set(name, 0o644);
    }
    set(".", 0o555);
    let refused = run(&["-d", "a.nt", "pack", "-o", "b.kgq"]);
    set(".", 0o755);
    assert_eq!(refused.status.code(), Some(2));
    let message = "b.kgq: Permission denied";
    assert!(told(&refused).contains(message), "{}", told(&refused));
    assert!(!folder.files().iter().any(|name| name.starts_with("b.kgq")));
}

#[test]
fn pack_removes_what_a_killed_one_left_and_nothing_else() {
    let folder = Folder::new();
    let mut ended = Command::new("true").spawn().unwrap();
    ended.wait().unwrap();
    let left = format!("a.kgq.{}-0.part", ended.id());
    let others = [
        format!("a.kgq.{}-0.part", std::process::id()),
        format!("b.kgq.{}-0.part", ended.id()),
        format!("a.kgq.{}.part", ended.id()),
        "a.kgq.x-0.part".to_owned(),
    ];
    for name in others.iter().chain([&left]) {
        fs::write(folder.path(name), "part").unwrap();
    }
    folder.pack("a.nt");
    let files = folder.files();
    assert!(!files.contains(&left), "{files:?}");
    assert!(others.iter().all(|name| files.contains(name)), "{files:?}");
}

/// Whether a process has a file of a folder open that it may write.
#[cfg(target_os = "linux")]
fn writes_in(process: &Child, folder: &Folder) -> bool {
    use std::os::unix::fs::MetadataExt;
    let folder = folder.0.path().canonicalize().unwrap();
    let descriptors = fs::read_dir(format!("/proc/{}/fd", process.id()));
    let mut files = descriptors.into_iter().flatten().flatten();
    files.any(|descriptor| {
        let (descriptor, file) = (descriptor.path(), fs::read_link(descriptor.path()));
        // Its owner may write through it: https://man7.org/linux/man-pages/man5/proc_pid_fd.5.html
        let is_writable = |found: fs::Metadata| found.mode() & 0o200 != 0;
        file.is_ok_and(|file| file.starts_with(&folder))
            && fs::symlink_metadata(descriptor).is_ok_and(is_writable)
    })
}

#[test]
#[cfg_attr(
    not(target_os = "linux"),
    ignore = "only Linux has files without a name, and tells which files a process has open"
)]
fn pack_that_is_killed_while_it_writes_leaves_the_file_that_was_there_and_nothing_else() {
    #[cfg(target_os = "linux")]
    for before in [None, Some("before")] {
        let folder = Folder::new();
        let line = |i: usize| format!("<x:s{i}> <x:p> \"object {i}\" .\n");
        fs::write(
            folder.path("b.nt"),
            (0..100_000).map(line).collect::<String>(),
        )
        .unwrap();
        if let Some(before) = before {
            fs::write(folder.path("a.kgq"), before).unwrap();
        }
        let files = folder.files();
        let mut pack = folder.command(&["-d", "b.nt", "pack", "-o", "a.kgq"]);
        let mut pack = pack.stderr(Stdio::null()).spawn().unwrap();
        while !writes_in(&pack, &folder) {
            assert_eq!(pack.try_wait().unwrap(), None, "it ended too soon");
        }
        pack.kill().unwrap();
        let status = pack.wait().unwrap();
        assert_eq!(
            std::os::unix::process::ExitStatusExt::signal(&status),
            Some(9)
        );
        assert_eq!(folder.files(), files);
        let after = fs::read_to_string(folder.path("a.kgq")).ok();
        assert_eq!(after.as_deref(), before);
    }
}

#[test]
fn pack_keeps_links_and_permissions() {
    use std::os::unix::fs::{MetadataExt, PermissionsExt, symlink};
    let folder = Folder::new();
    fs::write(folder.path("b.kgq"), "before").unwrap();
    fs::set_permissions(folder.path("b.kgq"), fs::Permissions::from_mode(0o640)).unwrap();
    symlink("b.kgq", folder.path("a.kgq")).unwrap();
    folder.pack("a.nt");
    let link = fs::symlink_metadata(folder.path("a.kgq")).unwrap();
    assert!(link.is_symlink());
    let file = fs::symlink_metadata(folder.path("b.kgq")).unwrap();
    assert!(file.is_file() && file.len() > 1000);
    assert_eq!(file.mode() & 0o777, 0o640);
    assert_eq!(folder.files(), ["a.kgq", "a.nt", "b.kgq"]);
}

#[test]
fn pack_replaces_no_pipe_and_no_folder() {
    use std::os::unix::fs::FileTypeExt;
    let folder = Folder::new();
    fs::create_dir(folder.path("folder")).unwrap();
    let made = Command::new("mkfifo").arg(folder.path("pipe")).status();
    assert!(made.unwrap().success());
    for (name, message) in [
        ("folder", "folder: is a directory"),
        ("pipe", "pipe: not a regular file"),
    ] {
        let refused = folder.run(&["-d", "a.nt", "pack", "-o", name]);
        assert_eq!(refused.status.code(), Some(2));
        assert!(told(&refused).contains(message), "{}", told(&refused));
    }
    let pipe = fs::symlink_metadata(folder.path("pipe")).unwrap();
    assert!(pipe.file_type().is_fifo());
}

/// A shell that has asked one query of a packed file and waits for the next.
fn waiting(folder: &Folder) -> Child {
    let mut shell = folder.command(&["-d", "a.kgq"]);
    let mut shell = shell
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let input = shell.stdin.as_mut().unwrap();
    input.write_all(b"ASK { <x:s1> ?p ?o }\n\n").unwrap();
    let mut answer = [0; 5];
    let output = shell.stdout.as_mut().unwrap();
    output.read_exact(&mut answer).unwrap();
    assert_eq!(&answer, b"true\n");
    shell
}

const ALL: &[u8] = b"SELECT (SUM(STRLEN(STR(?s)) + STRLEN(STR(?o))) AS ?n) { ?s ?p ?o }\n";

#[test]
fn a_packed_file_that_is_cut_short_while_it_is_read_ends_the_process_with_a_message() {
    let folder = Folder::new();
    folder.pack("a.nt");
    let mut shell = waiting(&folder);
    let file = fs::OpenOptions::new()
        .write(true)
        .open(folder.path("a.kgq"))
        .unwrap();
    file.set_len(4096).unwrap();
    shell.stdin.as_mut().unwrap().write_all(ALL).unwrap();
    let output = shell.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(2), "{}", told(&output));
    assert!(told(&output).contains("cut short"), "{}", told(&output));
}

#[test]
fn a_packed_file_that_is_replaced_while_it_is_read_stays_what_it_was() {
    let folder = Folder::new();
    folder.pack("a.nt");
    let before = folder.run(&[
        "-d",
        "a.kgq",
        "query",
        "-q",
        std::str::from_utf8(ALL).unwrap(),
    ]);
    let mut shell = waiting(&folder);
    fs::write(folder.path("b.nt"), "<x:a> <x:b> <x:c> .\n").unwrap();
    folder.pack("b.nt");
    shell.stdin.as_mut().unwrap().write_all(ALL).unwrap();
    let output = shell.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(0), "{}", told(&output));
    assert!(output.stdout.ends_with(&before.stdout));
}

#[test]
fn updates_in_place_at_once_lose_nothing() {
    let folder = Folder::new();
    fs::write(folder.path("c.ttl"), "<x:a> <x:p> <x:o> .\n").unwrap();
    let inserts: Vec<String> = (0..8)
        .map(|i| format!("INSERT DATA {{ <x:a> <x:p> <x:o{i}> }}"))
        .collect();
    let start = |text: &String| {
        let mut update = folder.command(&["-d", "c.ttl", "update", "--in-place", "-q", text]);
        update.stderr(Stdio::null()).spawn().unwrap()
    };
    let updates: Vec<Child> = inserts.iter().map(start).collect();
    for mut update in updates {
        assert!(update.wait().unwrap().success());
    }
    let count = folder.run(&[
        "-d",
        "c.ttl",
        "query",
        "-f",
        "csv",
        "-q",
        "SELECT ?o { ?s ?p ?o }",
    ]);
    assert_eq!(String::from_utf8_lossy(&count.stdout).lines().count(), 10);
    assert_eq!(folder.files(), ["a.nt", "c.ttl"]);
}

#[test]
fn processes_that_pack_the_same_file_at_once_leave_a_whole_one() {
    let folder = Folder::new();
    let pack = |_| {
        let mut pack = folder.command(&["-d", "a.nt", "pack", "-o", "a.kgq"]);
        pack.stderr(Stdio::null()).spawn().unwrap()
    };
    let packs: Vec<Child> = (0..8).map(pack).collect();
    for mut pack in packs {
        assert!(pack.wait().unwrap().success());
    }
    assert!(
        folder
            .run(&["-d", "a.kgq", "stats", "--verify"])
            .status
            .success()
    );
    assert_eq!(folder.files(), ["a.kgq", "a.nt"]);
}

#[test]
fn sixty_four_processes_read_one_packed_file() {
    let folder = Folder::new();
    folder.pack("a.nt");
    let query = "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }";
    let start = |_| {
        let mut kgq = folder.command(&["-d", "a.kgq", "query", "-f", "csv", "-q", query]);
        kgq.stdout(Stdio::piped()).spawn().unwrap()
    };
    let readers: Vec<Child> = (0..64).map(start).collect();
    for reader in readers {
        let output = reader.wait_with_output().unwrap();
        assert_eq!(output.stdout, b"n\r\n2000\r\n");
    }
}

/// Forms of a query that has eight billion solutions.
const ENDLESS: [&str; 7] = [
    "SELECT * { ALL }",
    "SELECT * { ALL } ORDER BY ?a ?e ?i",
    "SELECT DISTINCT ?a ?d ?i { ALL }",
    "SELECT ?a ?d (COUNT(*) AS ?n) { ALL } GROUP BY ?a ?d",
    "SELECT (COUNT(DISTINCT ?i) AS ?n) { ALL FILTER(?a != ?i) }",
    "ASK { ?x ?y ?z FILTER EXISTS { ALL FILTER(CONCAT(STR(?a), STR(?d), STR(?i)) = '') } }",
    "CONSTRUCT { ?a ?b ?f } { ALL }",
];

fn endless() -> impl Iterator<Item = String> {
    let all = "?a ?b ?c . ?d ?e ?f . ?g ?h ?i";
    ENDLESS
        .into_iter()
        .map(move |query| query.replace("ALL", all))
}

#[test]
fn a_query_without_end_ends_with_the_timeout_and_is_no_answer() {
    let folder = Folder::new();
    for query in endless() {
        let start = Instant::now();
        let mut kgq = folder.command(&["-d", "a.nt", "--timeout", "500ms", "query", "-q", &query]);
        let output = kgq.stdout(Stdio::null()).output().unwrap();
        assert_eq!(output.status.code(), Some(2), "{query}: {}", told(&output));
        assert!(
            told(&output).contains("stopped after 0.5 s"),
            "{query}: {}",
            told(&output)
        );
        assert!(
            start.elapsed() < Duration::from_secs(60),
            "{query}: {:?}",
            start.elapsed()
        );
    }
}

#[test]
#[cfg(target_os = "linux")]
fn a_query_that_needs_more_memory_than_allowed_is_stopped() {
    let folder = Folder::new();
    let sorted = endless().nth(1).unwrap();
    let output = folder.run(&["-d", "a.nt", "--max-memory", "80MB", "query", "-q", &sorted]);
    assert_eq!(output.status.code(), Some(2));
    assert_eq!(output.stdout, b"");
    assert!(
        told(&output).contains("more than 80 MB"),
        "{}",
        told(&output)
    );
}
