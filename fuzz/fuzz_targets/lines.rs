//! N-Quads from a stranger: the fast way and the full parser take the same texts.

#![no_main]

use kgq::index::{Builder, LineReader, Lines};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &[u8]| {
    let mut builder = Builder::new();
    if LineReader::new(Lines::NQuads, "f1_").read(text, &mut builder).is_ok() {
        let index = builder.finish().expect("few terms have numbers");
        for quad in index.quads() {
            let line = format!("{quad} .");
            let mut again = Builder::new();
            let read = LineReader::new(Lines::NQuads, "").read(line.as_bytes(), &mut again);
            assert!(read.is_ok(), "{line} was written and cannot be read");
        }
    }
});
