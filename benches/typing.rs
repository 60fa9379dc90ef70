//! How long a key stroke takes in the shell over a large graph: `cargo bench --bench typing -- FILE.kgq`.
//!
//! For each line: the time of completing at its end, best of several, and how many candidates there are.
#![allow(clippy::print_stdout)]

use kgq::completion::{self, Vocabulary};
use kgq::session::{Origin, Session, Settings};
use std::path::PathBuf;
use std::time::Instant;

/// What is typed; the names are those of the generated benchmark data.
const LINES: [&str; 16] = [
    "SELECT (COUNT",
    "SELECT * { ?s a ",
    "SELECT * { ?s a c",
    "SELECT * { ?s ",
    "SELECT * { ?s p",
    "SELECT * { ?s a <https://kgq.example/bench#C1> ; ",
    "SELECT * { ?s <https://kgq.example/bench#p2> ",
    "SELECT * { ?s ?p e",
    "SELECT * { ?s ?p enti",
    "SELECT * { ?s ?p nothing",
    "SELECT * { ?s ?p ㅋㅂ",
    "SELECT * { FILTER(ST",
    "show e",
    "show entity 12",
    "show ㅋㅂㄴ",
    "compare entity 1 vs entity 2",
];

fn main() {
    let file = std::env::args().skip(1).find(|word| word != "--bench");
    let origin = Origin {
        data: file.into_iter().map(PathBuf::from).collect(),
        ..Origin::default()
    };
    let languages = vec!["en".to_owned()];
    let session = Session::open(&origin, languages, Settings::default()).expect("a graph");
    let vocabulary = Vocabulary::default();
    for line in LINES {
        let mut first = None;
        let mut best = f64::MAX;
        let mut count = 0;
        for _ in 0..5 {
            let started = Instant::now();
            let offer = completion::offer(&session, &vocabulary, line, line.len());
            count = offer.expect("the graph is at hand").candidates.len();
            let took = started.elapsed().as_secs_f64() * 1000.0;
            first = first.or(Some(took));
            best = best.min(took);
        }
        let first = first.unwrap_or_default();
        println!("{best:8.2} ms  (first {first:8.2} ms)  {count:4}  {line}");
    }
}
