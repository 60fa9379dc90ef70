//! Checks of the notes as they are, of broken copies, and of other data. `tests/broken` has many more ways to break them.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use oxigraph::io::RdfFormat;
use oxrdf::Quad;

use super::*;
use crate::graph::Graph;
use crate::graph::load::{self, Loaded};
use crate::names;

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
    let data = Data::new(&session).expect("it fits");
    checked(query, &data).expect("it runs")
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
    let session = Session::over(
        graph,
        "a".to_owned(),
        Vec::new(),
        Session::notes("en").prefixes,
    );
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

#[test]
fn no_built_in_check_needs_a_copy_of_the_data_to_see_the_vocabulary() {
    let session = Session::sample(":a :p :b .");
    let vocabulary = session.vocabulary().expect("it is sound");
    for check in query_file::built_in(FOLDER) {
        let ask = check
            .get("applies")
            .map(|ask| format!("{}{ask}", check.prologue()));
        for text in [Some(check.text.clone()), ask].into_iter().flatten() {
            let query = sparql::parse_query(&session, &text, None).expect("a query");
            let answered = answered::answered(&query.algebra, &vocabulary).expect("it runs");
            assert!(answered.is_some(), "{}", check.name);
        }
    }
}

/// How many rows a check's query has on a graph of one kind of the notes and one thing, beside the vocabulary.
fn rows_beside_the_vocabulary(pattern: &str) -> usize {
    let session = Session::sample(":a a k:Tool ; :p :b .");
    let data = Data::new(&session).expect("it fits");
    let query = format!("SELECT * WHERE {{ {pattern} }}");
    let query = sparql::parse_query(&session, &query, None).expect("a query");
    match data.ask(query) {
        Ok(Answer::Rows(rows)) => rows.solutions.count(),
        _ => panic!("rows"),
    }
}

const VOCABULARY: &str = "GRAPH <https://kgq.example/ontology>";

#[test]
fn a_check_finds_in_the_vocabulary_what_the_data_use() {
    let pattern = format!("?x a ?kind . {VOCABULARY} {{ ?kind rdfs:subClassOf k:Concept }}");
    assert_eq!(rows_beside_the_vocabulary(&pattern), 1);
}

#[test]
fn a_check_sees_blank_nodes_of_the_vocabulary() {
    let pattern = format!("{VOCABULARY} {{ ?all a owl:AllDisjointClasses }}");
    assert_eq!(rows_beside_the_vocabulary(&pattern), 1);
}

#[test]
fn a_check_that_asks_for_all_graphs_finds_the_vocabulary_among_them() {
    assert_eq!(
        rows_beside_the_vocabulary("GRAPH ?g { k:Tool a owl:Class }"),
        1
    );
}

#[test]
fn an_expression_inside_the_graph_of_the_vocabulary_sees_the_row_of_exists() {
    let pattern = format!(
        "?x a ?kind . FILTER EXISTS {{ {VOCABULARY} {{ ?c a owl:Class FILTER(?c = ?kind) }} }}"
    );
    assert_eq!(rows_beside_the_vocabulary(&pattern), 1);
}

#[test]
fn a_path_that_may_have_no_step_is_not_answered_by_a_table() {
    let session = Session::sample(":a :p :b .");
    let vocabulary = session.vocabulary().expect("it is sound");
    let text = format!("ASK {{ {VOCABULARY} {{ ?x rdfs:subClassOf* ?y }} }}");
    let query = sparql::parse_query(&session, &text, None).expect("a query");
    let answered = answered::answered(&query.algebra, &vocabulary).expect("it runs");
    assert!(answered.is_none());
}

/// What the check of labels that several things share says of a graph: pairs of local names.
fn shared(turtle: &str) -> Vec<String> {
    let data = Data::new(&Session::sample(turtle)).expect("it fits");
    let queries = query_file::built_in(FOLDER);
    let query = queries.iter().find(|query| query.name == "shared-label");
    let found = checked(query.expect("a check"), &data).expect("it runs");
    let mut pairs: Vec<String> = found.faults.iter().map(shown).collect();
    pairs.sort();
    pairs
}

#[test]
fn of_things_with_one_label_the_first_is_told_with_each_of_the_others() {
    assert_eq!(
        shared(
            "<x:n/a> skos:prefLabel 'A'@en . <x:n/b> skos:prefLabel 'A'@en . \
             <x:n/c> skos:prefLabel 'A'@en . <x:n/d> skos:prefLabel 'A'@ko ."
        ),
        ["a b \"A\"", "a c \"A\""]
    );
}

#[test]
fn a_thing_of_the_vocabulary_is_called_what_the_vocabulary_calls_it() {
    let data = Data::new(&Session::sample(":a a k:Tool .")).expect("it fits");
    let tool = oxrdf::NamedNode::new_unchecked("https://kgq.example/ontology#Tool");
    let values = data.labelled(vec![tool.into()]).expect("it runs");
    assert_eq!(values[0].label.as_deref(), Some("tool"));
}
