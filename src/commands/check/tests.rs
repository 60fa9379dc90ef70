//! Checks of the notes as they are, of broken copies, and of other data. `tests/broken` has many more ways to break them.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use oxigraph::io::RdfFormat;
use oxrdf::Quad;

use super::*;
use crate::graph::Graph;
use crate::graph::load::{self, Loaded};

/// A file of the notes or of their vocabulary.
struct Source {
    name: String,
    text: String,
    quads: Vec<Quad>,
}

static SOURCES: LazyLock<Vec<Source>> = LazyLock::new(|| {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut paths: Vec<PathBuf> = fs::read_dir(root.join("data"))
        .expect("the notes are there")
        .map(|entry| entry.expect("a file").path())
        .collect();
    paths.push(root.join("ontology/notes.ttl"));
    paths
        .iter()
        .map(|path| {
            let text = fs::read_to_string(path).expect("a text");
            Source {
                name: path
                    .file_stem()
                    .expect("a name")
                    .to_string_lossy()
                    .into_owned(),
                quads: parsed(&text),
                text,
            }
        })
        .collect()
});

fn parsed(text: &str) -> Vec<Quad> {
    let mut loaded = Loaded::default();
    load::read(text.as_bytes(), "copy", RdfFormat::Turtle, &mut loaded).expect("it parses");
    loaded.quads
}

/// What one check says of the notes when the first `old` is replaced by `new` in one of their files.
fn broken(check: &str, file: &str, old: &str, new: &str) -> Checked {
    let mut quads = Vec::new();
    for source in SOURCES.iter() {
        if source.name == file {
            assert!(source.text.contains(old), "{file} lacks {old}");
            quads.extend(parsed(&source.text.replacen(old, new, 1)));
        } else {
            quads.extend(source.quads.iter().cloned());
        }
    }
    let notes = Session::notes("en");
    let graph = Graph::from_quads(&quads).expect("it fits");
    let mut session = Session::over(graph, "copy".to_owned(), notes.own_roles, notes.prefixes);
    session.languages = notes.languages;
    let queries = query_file::built_in(FOLDER);
    let query = queries
        .iter()
        .find(|query| query.name == check)
        .expect("a check");
    let session = session.with_vocabulary().expect("it fits");
    checked(query, &session).expect("it runs")
}

/// A place as `focus detail …`.
fn shown(fault: &Fault) -> String {
    let focus = fault.focus.iter();
    let values: Vec<String> = focus
        .chain(fault.details.iter().map(|detail| &detail.value))
        .map(short)
        .collect();
    values.join(" ")
}

/// The last part of an IRI, or a text in quotes.
fn short(value: &crate::answer::Value) -> String {
    match &value.term {
        Term::NamedNode(iri) => names::local_part(iri.as_str())
            .unwrap_or_default()
            .to_owned(),
        Term::Literal(text) => format!("{:?}", text.value()),
        _ => "_".to_owned(),
    }
}

/// What is done to the notes, the file, the text that is replaced and by what, the check, and the place it should name.
const BREAKS: &[(&str, &str, &str, &str, &str, &str)] = &[
    (
        "a misspelt property",
        "Harbor",
        "k:replaces",
        "k:replacse",
        "undeclared-property",
        "replacse",
    ),
    (
        "two labels in English",
        "Kubelet",
        "\"kubelet\"@en",
        "\"kubelet\"@en , \"agent\"@en",
        "duplicate-label",
        "Kubelet \"en\"",
    ),
    (
        "a source that is no line",
        "Harbor",
        "k:advantage :Backup {| prov:wasDerivedFrom :L134 |}",
        "k:advantage :Backup {| prov:wasDerivedFrom :L999 |}",
        "unknown-source",
        "Harbor L999",
    ),
    (
        "a number used twice",
        "lines",
        "k:line 6 ;",
        "k:line 5 ;",
        "line-numbers",
        "L6",
    ),
    (
        "a claim without its verdict",
        "claims",
        "    k:verdict false ;\n",
        "",
        "claim-incomplete",
        "claim-ec2-control-plane verdict",
    ),
];

#[test]
fn what_named_graphs_state_is_checked_too() {
    let text = "PREFIX skos: <http://www.w3.org/2004/02/skos/core#> PREFIX : <x:>
        GRAPH :g { :a skos:broader :b } GRAPH :h { :b skos:broader :a }";
    let mut loaded = Loaded::default();
    load::read(text.as_bytes(), "a", RdfFormat::TriG, &mut loaded).expect("it parses");
    let graph = Graph::from_quads(&loaded.quads).expect("it fits");
    let session = Session::notes("en").with_vocabulary().expect("it fits");
    let session = Session::over(graph, "a".to_owned(), Vec::new(), session.prefixes);
    let answer = run(&Args { checks: Vec::new() }, &session).expect("it runs");
    let Answer::Checks(checks) = answer else {
        panic!("{answer:?}")
    };
    let cycle = checks.checks.iter().find(|c| c.name == "hierarchy-cycle");
    let cycle = cycle.expect("a check");
    assert!(cycle.applies);
    assert_eq!(cycle.faults.iter().map(shown).count(), 2);
}

#[test]
fn what_is_wrong_is_named_with_its_place_and_cure() {
    let mut missed = Vec::new();
    for &(what, file, old, new, check, place) in BREAKS {
        let found = broken(check, file, old, new);
        assert!(found.applies && found.cure.is_some(), "{what}");
        let places: Vec<String> = found.faults.iter().map(shown).collect();
        if place.is_empty() || !places.iter().any(|p| p.starts_with(place)) {
            missed.push(format!("{what}: {place} is not among {places:?}"));
        }
    }
    assert!(missed.is_empty(), "{}", missed.join("\n"));
}

#[test]
fn the_notes_pass_every_check() {
    let Ok(Answer::Checks(checks)) = run(&Args { checks: Vec::new() }, &Session::notes("en"))
    else {
        panic!("checks run");
    };
    for check in &checks.checks {
        assert!(check.applies, "{} does not apply", check.name);
        assert_eq!(check.count(), 0, "{}", check.name);
    }
}

#[test]
fn checks_of_the_notes_do_not_apply_to_other_data() {
    let session = Session::sample(":a foaf:name \"A\" ; foaf:knows :b . :b foaf:name \"B\" .");
    let Ok(Answer::Checks(checks)) = run(&Args { checks: Vec::new() }, &session) else {
        panic!("checks run");
    };
    let faults: u64 = checks.checks.iter().map(Checked::count).sum();
    assert_eq!(faults, 0);
    let applies = |name: &str| checks.checks.iter().any(|c| c.name == name && c.applies);
    assert!(!applies("line-unaccounted") && !applies("fact-without-source"));
}
