//! What is typed or piped into the shell: tokens, words, statements, lines and prefixed names.

#![no_main]

use kgq::line::{self, Line, Statements};
use kgq::prefixes::Prefixes;
use kgq::lexer;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let mut end = 0;
    for token in lexer::tokens(text) {
        assert!(token.start >= end, "tokens overlap");
        assert_eq!(&text[token.span()], token.text);
        end = token.start + token.text.len();
    }
    if let Some(words) = line::words(text) {
        let again: Vec<String> = words.iter().map(|word| line::quoted(word)).collect();
        assert_eq!(line::words(&again.join(" ")), Some(words));
    }
    let mut prefixes = Prefixes::default();
    prefixes.bind("e", "http://e/");
    prefixes.bind("e2", text);
    if let Some(short) = prefixes.shorten(text) {
        assert_eq!(prefixes.expand(&short).as_deref(), Some(text));
    }
    let mut statements = Statements::default();
    for line in text.lines() {
        statements.push(line, &prefixes);
    }
    statements.finish();
    while let Some(statement) = statements.next_ready() {
        let _ = Line::read(&statement.text);
    }
});
