//! Loads N-Triples with the crate `reasonable`, infers, and prints seconds of each and how many triples there are before and then; writes
//! the latter to a second file.

use std::fs::File;
use std::io::{BufWriter, Write};
use std::time::Instant;

fn main() {
    let path = std::env::args().nth(1).expect("usage: reasonable-peer FILE [OUT]");
    let mut reasoner = reasonable::reasoner::Reasoner::new();
    let begun = Instant::now();
    reasoner.load_file(&path).expect("N-Triples");
    let loaded = begun.elapsed().as_secs_f64();
    let stated = reasoner.get_input().len();
    let begun = Instant::now();
    reasoner.reason();
    let reasoned = begun.elapsed().as_secs_f64();
    let all = reasoner.view_output().len();
    println!("{loaded:.3} {reasoned:.3} {stated} {all}");
    if let Some(path) = std::env::args().nth(2) {
        let mut file = BufWriter::new(File::create(path).expect("a place to write"));
        for triple in reasoner.view_output() {
            writeln!(file, "{triple} .").expect("it is written");
        }
    }
}
