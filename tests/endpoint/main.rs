//! kgq against endpoints that are slow, broken, rude or plainly hostile, and what it sends to decent ones.

#![allow(clippy::unwrap_used)]

mod faults;
mod honest;
mod load;
mod protocol;
mod server;
mod tls;
mod typed;

use std::fs;
use std::path::PathBuf;
use std::process::{Command, Output};
use std::time::{Duration, Instant};

/// kgq, run on an endpoint with nothing of this machine's own settings.
struct Kgq(Command);

/// What kgq said.
struct Said {
    status: i32,
    out: String,
    err: String,
    took: Duration,
}

impl Kgq {
    fn new(url: &str) -> Self {
        let mut command = Command::new(env!("CARGO_BIN_EXE_kgq"));
        command
            .env_clear()
            .env("HOME", "/nonexistent")
            .args(["-e", url]);
        Self(command)
    }

    fn env(mut self, name: &str, value: &str) -> Self {
        self.0.env(name, value);
        self
    }

    fn input(mut self, path: &str) -> Self {
        self.0.stdin(fs::File::open(path).unwrap());
        self
    }

    fn run(mut self, arguments: &[&str]) -> Said {
        let start = Instant::now();
        let Output {
            status,
            stdout,
            stderr,
        } = self.0.args(arguments).output().unwrap();
        Said {
            status: status.code().unwrap(),
            out: String::from_utf8(stdout).unwrap(),
            err: String::from_utf8(stderr).unwrap(),
            took: start.elapsed(),
        }
    }
}

/// A file of a test's own, removed at its end.
struct File(PathBuf);

impl File {
    fn new(name: &str, text: &str) -> Self {
        let path = std::env::temp_dir().join(format!("kgq-{}-{name}", std::process::id()));
        fs::write(&path, text).unwrap();
        Self(path)
    }

    fn path(&self) -> &str {
        self.0.to_str().unwrap()
    }
}

impl Drop for File {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.0);
    }
}

/// Runs a SELECT on the endpoint.
fn select(url: &str) -> Said {
    Kgq::new(url).run(&["query", "-q", SELECT])
}

const SELECT: &str = "SELECT * { ?s ?p ?o }";

/// An answer with one row.
const ROW: &str =
    r#"{"head":{"vars":["s"]},"results":{"bindings":[{"s":{"type":"uri","value":"http://a/b"}}]}}"#;
