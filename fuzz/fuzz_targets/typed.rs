//! What is typed, key by key: completion at any place, and what is said of a statement that is wrong.

#![no_main]

use std::sync::LazyLock;

use kgq::completion::{self, MOST, Vocabulary};
use kgq::session::{Origin, Session, Settings};
use kgq::sparql;
use libfuzzer_sys::fuzz_target;

thread_local! {
    static SESSION: LazyLock<(Session, Vocabulary)> = const { LazyLock::new(|| {
        let session = Session::open(&Origin::default(), vec!["en".to_owned()], Settings::default());
        (session.expect("the notes open"), Vocabulary::default())
    }) };
}

fuzz_target!(|typed: (u16, &str)| {
    let (at, text) = typed;
    SESSION.with(|open| {
        let (session, vocabulary) = &**open;
        let at = text.floor_char_boundary(usize::from(at));
        if let Ok(offer) = completion::offer(session, vocabulary, text, at) {
            assert!(offer.start <= at && text.is_char_boundary(offer.start));
            assert!(offer.candidates.len() <= MOST);
        }
        if let Err(error) = sparql::parse_query(session, text, None) {
            assert!(!error.to_string().is_empty());
            let _ = error.hint();
        }
    });
});
