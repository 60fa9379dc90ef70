//! `--bind` from a stranger: whatever the value says, the query asks the same with one term in place of the variable.

#![no_main]

use std::sync::LazyLock;

use kgq::session::{Origin, Session, Settings};
use kgq::sparql::{self, binding::Binding};
use libfuzzer_sys::fuzz_target;

const QUERY: &str = "SELECT ?x { ?x ?p ?o FILTER EXISTS { ?o ?q ?x } }";

thread_local! {
    static SESSION: LazyLock<Session> = const { LazyLock::new(|| {
        Session::open(&Origin::default(), vec!["en".to_owned()], Settings::default()).expect("the notes open")
    }) };
}

fuzz_target!(|value: &str| {
    SESSION.with(|session| {
        let Ok(binding) = Binding::new(session, "o", value) else {
            return;
        };
        let query = sparql::parse_query(session, QUERY, None).expect("a query");
        let Ok(bound) = binding.apply(query.algebra) else {
            return;
        };
        let again = sparql::parse_query(session, &bound.to_string(), None);
        assert!(again.is_ok(), "{value:?} makes {bound}");
    });
});
