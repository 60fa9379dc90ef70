//! What the index as a whole promises, on small and on random graphs.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use oxigraph::io::{RdfFormat, RdfParser};
use oxrdf::{GraphName, Literal, NamedNode, Quad, Term, Triple};
use proptest::prelude::*;
use spargebra::SparqlParser;

use super::*;
use crate::answer::Answer;
use crate::cancel::Token;
use crate::error::{Error, Result};
use crate::graph::evaluate::evaluate;

mod damage;

fn builder_of(trig: &str) -> Builder {
    let prologue = "@prefix : <http://e/> . @prefix xsd: <http://www.w3.org/2001/XMLSchema#> . ";
    let mut builder = Builder::new();
    let text = format!("{prologue}{trig}");
    for quad in RdfParser::from_format(RdfFormat::TriG).for_slice(text.as_bytes()) {
        builder.push(&quad.unwrap()).unwrap();
    }
    builder
}

fn index_of(trig: &str) -> Arc<Index> {
    Arc::new(builder_of(trig).finish().unwrap())
}

fn run(index: &Arc<Index>, query: &str, token: &Token) -> Result<String> {
    let query = format!("PREFIX : <http://e/> {query}");
    let query = SparqlParser::new().parse_query(&query).unwrap();
    let mut lines = Vec::new();
    match evaluate(index, &query, Default::default(), token)? {
        Answer::Boolean(truth) => return Ok(truth.to_string()),
        Answer::Rows(rows) => {
            for row in rows.solutions {
                let cells = row?.into_iter();
                let cells = cells.map(|cell| cell.map_or("-".to_owned(), |term| term.to_string()));
                lines.push(cells.collect::<Vec<_>>().join(" "));
            }
        }
        Answer::Triples(triples) => {
            for quad in triples.quads {
                lines.push(quad?.to_string());
            }
        }
        other => panic!("a query answered with {}", other.kind()),
    }
    lines.sort();
    Ok(lines.join("\n").replace("http://e/", ""))
}

fn ask(index: &Arc<Index>, query: &str) -> String {
    run(index, query, &Token::default()).unwrap()
}

fn iri(name: &str) -> NamedNode {
    NamedNode::new_unchecked(format!("http://e/{name}"))
}

#[test]
fn an_empty_index_knows_nothing() {
    let index = index_of("");
    assert_eq!((index.len(), index.terms()), (0, 0));
    assert_eq!(index.id(iri("a").as_ref().into()), None);
    assert_eq!(
        index.quads().count() + index.predicates().count() + index.named_graphs().count(),
        0
    );
    assert_eq!(ask(&index, "ASK { ?s ?p ?o }"), "false");
}

#[test]
fn a_triple_is_found_by_every_part_of_it() {
    let index = index_of(":a :p :b , :c . :a :q :b . :d :p :b .");
    let id = |name| index.id(iri(name).as_ref().into());
    let (a, b, p) = (id("a").unwrap(), id("b").unwrap(), id("p").unwrap());
    let names = |pairs: Vec<(Id, Id)>| -> Vec<String> {
        let name = |id| index.term(id).to_string().replace("http://e/", "");
        pairs.into_iter().map(|(p, o)| name(p) + &name(o)).collect()
    };
    assert_eq!(
        names(index.outgoing(a).collect()),
        ["<p><b>", "<p><c>", "<q><b>"]
    );
    assert_eq!(
        names(index.incoming(b).collect()),
        ["<p><a>", "<p><d>", "<q><a>"]
    );
    assert_eq!(
        names(index.pairs(p).collect()),
        ["<a><b>", "<a><c>", "<d><b>"]
    );
    assert_eq!(index.outgoing_with(a, p).count(), 2);
    assert_eq!(index.incoming_with(b, p).count(), 2);
    assert!(index.contains(a, p, b) && !index.contains(b, p, a));
    assert_eq!(index.count(Some(a), None, Some(b)), 2);
}

#[test]
fn predicates_are_counted_with_their_ends() {
    let index = index_of(":a :p :b , :c . :d :p :b . :a :q 1 .");
    let counts: Vec<_> = index
        .predicates()
        .map(|p| (p.count, p.subjects, p.objects))
        .collect();
    assert_eq!(counts, [(3, 2, 2), (1, 1, 1)]);
}

#[test]
fn a_triple_of_several_graphs_is_one_triple() {
    let index = index_of(":a :p :b . :g1 { :a :p :b } :g2 { :a :p :b . :a :p :c }");
    assert_eq!(index.len(), 2);
    assert_eq!(index.quads().count(), 4);
    assert_eq!(ask(&index, "SELECT ?o { :a :p ?o }"), "<b>");
    assert_eq!(
        ask(&index, "SELECT ?g ?o { GRAPH ?g { :a :p ?o } }"),
        "<g1> <b>\n<g2> <b>\n<g2> <c>"
    );
    assert_eq!(
        ask(&index, "SELECT ?o { GRAPH :g2 { ?s ?p ?o } }"),
        "<b>\n<c>"
    );
    assert_eq!(ask(&index, "SELECT ?g { GRAPH ?g {} }"), "<g1>\n<g2>");
    assert_eq!(ask(&index, "SELECT ?o FROM :g1 { ?s ?p ?o }"), "<b>");
}

#[test]
fn lexical_forms_are_kept_apart_and_spellings_of_one_term_are_not() {
    let index = index_of(
        r#":a :p 1 , "01"^^xsd:integer , "x"^^xsd:string , "x" , "y"@en-US , "y"@EN-us , "\u00E9" , "é" ."#,
    );
    assert_eq!(index.len(), 5);
    assert_eq!(ask(&index, "SELECT ?s { ?s ?p 1 }"), "<a>");
    assert_eq!(ask(&index, r#"ASK { :a :p "y"@En-Us }"#), "true");
    assert_eq!(ask(&index, "ASK { :a :p 001 }"), "false");
    assert_eq!(
        ask(&index, "SELECT ?o { :a :p ?o FILTER(?o = 1) }"),
        "\"01\"^^<http://www.w3.org/2001/XMLSchema#integer>\n\"1\"^^<http://www.w3.org/2001/XMLSchema#integer>"
    );
}

#[test]
fn every_kind_of_term_comes_back_as_it_was() {
    let index = index_of(
        r#":a :p "x"@en--rtl , "x"@en--ltr , "x"@en , "" , "2020-01-01"^^xsd:date , _:b , <<( :a :p <<( :b :q _:c )>> )>> , <<( :a :p "t" )>> ."#,
    );
    let text: Vec<String> = index
        .outgoing(index.id(iri("a").as_ref().into()).unwrap())
        .map(|(_, o)| index.term(o).to_string().replace("http://e/", ""))
        .collect();
    insta::assert_snapshot!(text.join("\n"), @r#"
    ""
    "x"@en
    "x"@en--ltr
    "x"@en--rtl
    "2020-01-01"^^<http://www.w3.org/2001/XMLSchema#date>
    _:b
    <<( <a> <p> "t" )>>
    <<( <a> <p> <<( <b> <q> _:c )>> )>>
    "#);
    for id in (0..index.terms()).map(Id) {
        assert_eq!(index.id(index.term(id).as_ref()), Some(id));
    }
}

#[test]
fn terms_that_a_query_makes_meet_those_of_the_graph() {
    let index = index_of(":a :p 1 , 2 , 3 .");
    assert_eq!(
        ask(
            &index,
            "SELECT (STR(?y) AS ?t) { :a :p ?x BIND(?x + 1 AS ?y) :a :p ?y }"
        ),
        "\"2\"\n\"3\""
    );
    assert_eq!(
        ask(
            &index,
            "SELECT (COUNT(DISTINCT ?y) AS ?n) { :a :p ?x BIND(STR(?x > 0) AS ?y) }"
        ),
        "\"1\"^^<http://www.w3.org/2001/XMLSchema#integer>"
    );
}

#[test]
fn paths_run_through_the_index() {
    let index = index_of(":a :p :b . :b :p :c . :c :p :a . :c :q :d .");
    assert_eq!(ask(&index, "SELECT ?x { :a :p+ ?x }"), "<a>\n<b>\n<c>");
    assert_eq!(
        ask(&index, "SELECT ?x { ?x (:p|:q)* :d }"),
        "<a>\n<b>\n<c>\n<d>"
    );
}

#[test]
fn an_answer_cut_short_is_an_error_whatever_the_query_form() {
    let lines: Vec<String> = (0..3000)
        .map(|n| format!(":s{} :p{} :o{n} , {n} .", n % 50, n % 3))
        .collect();
    let index = index_of(&lines.join("\n"));
    let huge = "?a ?b ?c . ?d ?e ?f . ?g ?h ?i";
    let forms = [
        format!("SELECT * {{ {huge} FILTER(?c = ?f && ?f = ?i && ?a != ?d) }}"),
        format!("SELECT (COUNT(*) AS ?n) {{ {huge} FILTER(?c != ?i) }}"),
        format!("SELECT ?b (COUNT(*) AS ?n) {{ {huge} FILTER(?c != ?i) }} GROUP BY ?b"),
        "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?c . ?d ?f ?g . ?h ?i ?g . ?h ?j ?k . ?l ?m ?k }"
            .to_owned(),
        format!("SELECT DISTINCT ?c ?f {{ {huge} FILTER(?c = ?i) }} ORDER BY ?c"),
        format!("SELECT ?c {{ {huge} }} ORDER BY STR(?c) LIMIT 1"),
        format!(
            "SELECT ?c {{ ?a ?b ?c FILTER EXISTS {{ {} FILTER(?c = ?d) }} }}",
            huge.replace("?a ?b ?c . ", "")
        ),
        format!("SELECT ?x {{ :s1 :p1 ?x MINUS {{ {huge} }} }}"),
        format!("SELECT ?x {{ :s1 :p1 ?x OPTIONAL {{ {huge} FILTER(?a = ?c) }} }}"),
        format!("SELECT (MAX(?c) AS ?m) {{ {huge} }}"),
        format!("SELECT ?x {{ {{ SELECT (SUM(?c) AS ?x) {{ {huge} }} }} }}"),
        format!("ASK {{ {huge} FILTER(?c = ?d) }}"),
        format!("ASK {{ FILTER NOT EXISTS {{ {huge} FILTER(?c = ?d) }} }}"),
        format!("CONSTRUCT {{ ?a ?b ?f }} {{ {huge} FILTER(?c = ?d) }}"),
        format!("DESCRIBE ?a {{ {huge} FILTER(?c = ?d) }}"),
        "SELECT (COUNT(*) AS ?n) { ?a (!:x|^:p1)* ?b . ?c (!:x|^:p1)* ?d . ?e (!:x|^:p1)* ?f }"
            .to_owned(),
    ];
    for form in forms {
        let takes = || {
            let begun = Instant::now();
            let token = Token::new(Arc::default(), Some(Duration::from_millis(30)), None);
            let answer = run(&index, &form, &token);
            assert!(
                matches!(answer, Err(Error::TimedOut(_))),
                "{form} gave {answer:?}"
            );
            begun.elapsed()
        };
        // Again where it takes longer: the machine may be busy with something else.
        let soon = (0..5).any(|_| takes() < Duration::from_secs(2));
        assert!(soon, "{form} goes on");
    }
}

/// How long a sort goes on after Ctrl-C.
fn stopping_a_sort_takes() -> Duration {
    let flag = Arc::new(AtomicBool::new(false));
    let lines: Vec<String> = (0..300).map(|n| format!(":s :p {n} .")).collect();
    let index = index_of(&lines.join("\n"));
    let token = Token::new(flag.clone(), None, None);
    let ctrl_c = std::thread::spawn(move || {
        std::thread::sleep(Duration::from_millis(100));
        flag.store(true, Ordering::Relaxed);
        Instant::now()
    });
    let query = "SELECT ?a { ?s ?p ?a . ?s ?p ?b . ?s ?p ?c } ORDER BY (?a * ?b * ?c)";
    let answer = run(&index, query, &token);
    let stopped = Instant::now();
    assert!(matches!(answer, Err(Error::Interrupted)), "{answer:?}");
    stopped - ctrl_c.join().unwrap()
}

#[test]
fn ctrl_c_stops_a_sort_within_a_tenth_of_a_second() {
    // Again where it takes longer: the machine may be busy with something else.
    assert!((0..5).any(|_| stopping_a_sort_takes() < Duration::from_millis(100)));
}

#[test]
fn a_reader_that_leaves_ends_the_query() {
    let lines: Vec<String> = (0..2000).map(|n| format!(":s{n} :p {n} .")).collect();
    let index = index_of(&lines.join("\n"));
    let query = "SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }";
    let query = SparqlParser::new().parse_query(query).unwrap();
    let Answer::Rows(rows) =
        evaluate(&index, &query, Default::default(), &Token::default()).unwrap()
    else {
        panic!("a SELECT gives rows")
    };
    assert_eq!(
        rows.solutions.take(1000).filter(Result::is_ok).count(),
        1000
    );
    // The thread lets go of the index when it has ended.
    let begun = Instant::now();
    while Arc::strong_count(&index) > 1 && begun.elapsed() < Duration::from_secs(60) {
        std::thread::sleep(Duration::from_millis(1));
    }
    assert_eq!(Arc::strong_count(&index), 1);
}

fn node() -> impl Strategy<Value = NamedNode> {
    (0..6_u8).prop_map(|n| iri(&format!("n{n}")))
}

fn term() -> impl Strategy<Value = Term> {
    let leaf = prop_oneof![
        node().prop_map(Term::from),
        (0..3_u8).prop_map(|n| oxrdf::BlankNode::new_unchecked(format!("b{n}")).into()),
        "[a-b가-각]{0,2}".prop_map(|text| Literal::new_simple_literal(text).into()),
        (0..12_i32).prop_map(|n| Literal::from(n).into()),
        "0?[0-9]".prop_map(|n| Literal::new_typed_literal(n, oxrdf::vocab::xsd::INTEGER).into()),
        ("[ab]", "(en|ko)").prop_map(|(text, tag)| {
            Literal::new_language_tagged_literal_unchecked(text, tag).into()
        }),
    ];
    leaf.prop_recursive(2, 4, 1, |inner| {
        (node(), node(), inner).prop_map(|(s, p, o)| Triple::new(s, p, o).into())
    })
}

fn quad() -> impl Strategy<Value = Quad> {
    let graph = prop_oneof![
        3 => Just(GraphName::DefaultGraph),
        1 => node().prop_map(GraphName::from),
    ];
    (node(), node(), term(), graph).prop_map(|(s, p, o, g)| Quad::new(s, p, o, g))
}

#[test]
fn what_is_built_does_not_depend_on_who_gathered_it() {
    let lines: Vec<String> = (0..66_000)
        .map(|n| {
            format!(
                "<http://e/s{}> <http://e/p{}> \"{n}\"@en .\n",
                n % 9000,
                n % 5
            )
        })
        .chain([
            "_:x <http://e/p> <<( <http://e/a> <http://e/p> \"01\"^^<http://e/d> )>> .\n".into(),
        ])
        .collect();
    let build = |parts: usize, lines: &[String]| {
        let mut builders: Vec<Builder> = (0..parts).map(|_| Builder::new()).collect();
        for (i, builder) in builders.iter_mut().enumerate() {
            let text: String = lines.iter().skip(i).step_by(parts).cloned().collect();
            let mut reader = LineReader::new(Lines::NTriples, "");
            reader.read(text.as_bytes(), builder).unwrap();
        }
        match Index::build(builders, &[]).unwrap().image {
            Image::Owned(bytes) => bytes.into_owned(),
            Image::Mapped(_) => unreachable!(),
        }
    };
    let one = build(1, &lines);
    let backwards: Vec<String> = lines.iter().rev().cloned().collect();
    assert!(one == build(3, &backwards));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn every_pattern_finds_what_a_scan_finds(quads in prop::collection::vec(quad(), 0..14)) {
        let mut builder = Builder::new();
        for quad in &quads {
            builder.push(quad).unwrap();
        }
        let index = builder.finish().unwrap();
        let given: BTreeSet<String> = quads.iter().map(Quad::to_string).collect();
        let read: Vec<String> = index.quads().map(|quad| quad.to_string()).collect();
        prop_assert_eq!(read.len(), given.len());
        prop_assert_eq!(read.into_iter().collect::<BTreeSet<_>>(), given);

        let id = |term: Term| index.id(term.as_ref()).unwrap();
        let triples: BTreeSet<[Id; 3]> = quads
            .iter()
            .map(|quad| [id(quad.subject.clone().into()), id(quad.predicate.clone().into()), id(quad.object.clone())])
            .collect();
        let ends: Vec<Option<Id>> = (0..index.terms()).map(|n| Some(Id(n))).chain([None]).collect();
        for &s in &ends {
            for &p in &ends {
                for &o in &ends {
                    let wanted: BTreeSet<[Id; 3]> = triples
                        .iter()
                        .filter(|t| [s, p, o].iter().zip(*t).all(|(w, t)| w.is_none_or(|w| w == *t)))
                        .copied()
                        .collect();
                    let found: Vec<[Id; 3]> = index.matches(s, p, o).map(|f| [f.s, f.p, f.o]).collect();
                    prop_assert_eq!(found.len(), wanted.len());
                    prop_assert_eq!(index.count(s, p, o), wanted.len() as u64);
                    prop_assert_eq!(found.into_iter().collect::<BTreeSet<_>>(), wanted);
                }
            }
        }
    }
}
