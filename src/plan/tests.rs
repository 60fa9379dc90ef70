use oxigraph::io::{RdfFormat, RdfParser};
use spargebra::SparqlParser;

use super::*;
use crate::answer::Answer;
use crate::cancel::Token;
use crate::graph::evaluate::evaluate;
use crate::index::Builder;

const DATA: &str = "
    @prefix : <http://e/> .
    :top :name 'top' .
    :a1 :sub :top . :a2 :sub :top . :b1 :sub :a1 . :b2 :sub :a1 . :c1 :sub :b1 .
    :x1 a :b1 ; :likes :hub . :x2 a :b1 ; :likes :hub . :x3 a :c1 ; :likes :hub .
    :x4 a :a2 ; :likes :hub , :x1 . :hub :likes :x4 .
    :claim :says <<( :x1 :age 01 )>> , <<( :x2 :age 1 )>> .
";

fn index() -> Index {
    let mut builder = Builder::new();
    for quad in RdfParser::from_format(RdfFormat::Turtle).for_slice(DATA.as_bytes()) {
        builder.push(&quad.unwrap()).unwrap();
    }
    builder.finish().unwrap()
}

fn steps(query: &str) -> String {
    let steps = planned(query).steps;
    let lines = steps
        .iter()
        .map(|step| format!("{:.1}  {}", step.rows, step.pattern));
    lines
        .collect::<Vec<_>>()
        .join("\n")
        .replace("http://e/", "")
}

#[test]
fn the_rarest_pattern_comes_first_however_it_is_written() {
    insta::assert_snapshot!(steps("SELECT * { ?x :likes :hub . ?x a :c1 }"), @r"
    1.0  ?x <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <c1>
    0.8  ?x <likes> <hub>
    ");
    assert_eq!(
        steps("SELECT * { ?x :likes :hub . ?x a :c1 }"),
        steps("SELECT * { ?x a :c1 . ?x :likes :hub }")
    );
}

#[test]
fn patterns_follow_those_that_they_share_a_variable_with() {
    insta::assert_snapshot!(steps("SELECT * { ?a :likes ?b . ?b a ?t . ?t :sub :top }"), @r"
    4.0  ?b <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> ?t
    1.6  ?t <sub> <top>
    3.2  ?a <likes> ?b
    ");
}

#[test]
fn a_closure_is_counted_from_the_node_that_is_known() {
    insta::assert_snapshot!(steps("SELECT * { ?x a ?c . ?c :sub* :a1 }"), @r"
    4.0  ?x <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> ?c
    2.0  ?c <sub>* <a1>
    ");
}

fn rewritten(query: &str) -> String {
    planned(query).query.to_string().replace("http://e/", "")
}

#[test]
fn triples_are_looked_up_for_the_few_rows_of_a_union() {
    insta::assert_snapshot!(
        rewritten("SELECT ?i { { ?x :name 'top' } UNION { ?x :name 'other' } ?i a ?y . ?y :sub ?x }"),
        @r#"SELECT ?i WHERE { { ?x <name> "top" . } UNION { ?x <name> "other" . } LATERAL { ?y <sub> ?x . } LATERAL { ?i <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> ?y . } }"#
    );
}

#[test]
fn triples_are_looked_up_for_the_rows_of_a_table_that_mostly_join_nothing() {
    let looked_up = |values: &str| {
        let query = "SELECT * { { VALUES ?x { … } } UNION { ?x :none ?z } ?x :likes ?y }";
        rewritten(&query.replace('…', values)).contains("LATERAL { ?x <likes> ?y")
    };
    let absent: String = (0..1000).map(|i| format!(":absent{i} ")).collect();
    assert!(looked_up(&absent));
    assert!(!looked_up(&":x4 ".repeat(1000)));
}

#[test]
fn triples_are_gone_through_once_where_a_union_is_large() {
    insta::assert_snapshot!(
        rewritten("SELECT ?y { { ?x :sub ?a } UNION { ?x :likes ?a } UNION { ?x a ?a } ?x :likes ?y }"),
        @"SELECT ?y WHERE { { { ?x <sub> ?a . } UNION { ?x <likes> ?a . } } UNION { ?x <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> ?a . } { SELECT ?x ?y WHERE { ?x <likes> ?y . } } }"
    );
}

#[test]
fn patterns_of_another_graph_are_planned_for_the_rows_that_they_are_looked_up_for() {
    insta::assert_snapshot!(
        rewritten("SELECT ?y { ?x a :c1 . GRAPH ?g { ?y :name 'top' . ?x :likes ?y } }"),
        @r#"SELECT ?y WHERE { ?x <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <c1> . LATERAL { GRAPH ?g { ?y <name> "top" . LATERAL { ?x <likes> ?y . } } } }"#
    );
    insta::assert_snapshot!(
        steps("SELECT ?y { ?x a :c1 . GRAPH ?g { ?y :name 'top' . ?x :likes ?y } }"),
        @r#"
    1.0  ?x <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <c1>
    1.0  ?y <name> "top" ?g
    0.4  ?x <likes> ?y ?g
    "#
    );
}

#[test]
fn a_group_with_optional_parts_is_looked_up_for_the_rows_before_it() {
    insta::assert_snapshot!(
        rewritten("SELECT * { ?x a :c1 . { ?y :likes ?z . ?x :likes ?y OPTIONAL { ?z :name ?n } } }"),
        @"SELECT ?n ?x ?y ?z WHERE { ?x <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <c1> . LATERAL { ?x <likes> ?y . LATERAL { ?y <likes> ?z . } OPTIONAL { ?z <name> ?n . } } }"
    );
}

#[test]
fn distinct_classes_and_predicates_are_a_table() {
    let table = |query| rewritten(query).contains("VALUES");
    assert!(table("SELECT DISTINCT ?y { ?x a ?y }"));
    assert!(table("SELECT DISTINCT ?p { ?x ?p ?y }"));
    assert!(!table("SELECT DISTINCT ?x { ?x a ?y }"));
}

#[test]
fn a_count_of_one_pattern_is_a_table() {
    insta::assert_snapshot!(steps("SELECT (COUNT(*) AS ?n) { ?x :likes ?y }"), @"1.0  counts of ?x <likes> ?y");
    insta::assert_snapshot!(steps("SELECT ?c (COUNT(*) AS ?n) { ?x a ?c } GROUP BY ?c"), @"3.0  counts of ?x <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> ?c");
}

#[test]
fn a_count_of_a_join_is_a_table_made_in_the_best_order() {
    insta::assert_snapshot!(steps("SELECT ?h (COUNT(*) AS ?n) { ?x :likes ?h . ?x a/:sub* :a1 } GROUP BY ?h").lines().count(), @"1");
    insta::assert_snapshot!(steps("SELECT (COUNT(*) AS ?n) { ?x :likes :hub . ?x a :c1 }"), @"1.0  counts of ?x <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <c1> . ?x <likes> <hub>");
}

fn planned(query: &str) -> Plan {
    let query = format!("PREFIX : <http://e/> {query}");
    plan(&index(), &SparqlParser::new().parse_query(&query).unwrap())
}

#[test]
fn of_a_table_of_counts_only_what_a_limit_may_leave_is_kept() {
    let kept = |end: &str| {
        let counts = "SELECT ?c (COUNT(*) AS ?n) { ?x a ?c } GROUP BY ?c";
        let planned = planned(&format!("{counts} {end}")).query.to_string();
        planned.matches("<http://e/").count()
    };
    assert_eq!(kept("ORDER BY DESC(?n) LIMIT 1"), 1);
    // Two classes have one instance each, and either may be told.
    assert_eq!(kept("ORDER BY DESC(?n) LIMIT 2"), 3);
    assert_eq!(kept("ORDER BY DESC(?n) OFFSET 1 LIMIT 1"), 3);
    for end in [
        "ORDER BY DESC(?n)",
        "ORDER BY ?n LIMIT 1",
        "ORDER BY DESC(?c) LIMIT 1",
        "LIMIT 1",
    ] {
        assert_eq!(kept(end), 3, "{end}");
    }
}

#[test]
fn a_closure_is_searched_for_in_each_named_graph_where_all_are_asked() {
    let graphs = |query: &str| {
        let relations = planned(query).relations.into_iter();
        let graph = relations.map(|relation| match relation {
            Relation::Closure(closure) => closure.graph,
            Relation::Part(part) => panic!("{part:?}"),
        });
        graph.collect::<Vec<_>>()
    };
    let path = "?x :sub+ ?y";
    assert_eq!(graphs(&format!("SELECT * {{ {path} }}")), [Some(0)]);
    assert_eq!(
        graphs(&format!("SELECT * {{ GRAPH ?g {{ {path} }} }}")),
        [None]
    );
    // There may be fewer named graphs, or the default graph may be another.
    for (from, of) in [("FROM NAMED :g", "GRAPH ?g"), ("FROM :g", "")] {
        let query = format!("SELECT * {from} {{ {of} {{ {path} }} }}");
        assert_eq!(graphs(&query), [], "{query}");
    }
}

#[test]
fn a_count_that_the_index_does_not_know_is_counted() {
    assert!(!steps("SELECT (COUNT(*) AS ?n) { ?x :likes ?y FILTER(?x != ?y) }").contains("counts"));
    assert!(!steps("SELECT (COUNT(*) AS ?n) { GRAPH ?g { ?x :likes ?y } }").contains("counts"));
    assert!(!steps("SELECT (SUM(?y) AS ?n) { ?x :likes ?y }").contains("counts"));
}

#[test]
fn parts_of_triple_terms_keep_their_lexical_form() {
    let index = std::sync::Arc::new(index());
    let query = "PREFIX : <http://e/> SELECT ?n { ?c :says <<( ?x :age ?n )>> } ORDER BY ?x";
    let query = SparqlParser::new().parse_query(query).unwrap();
    let answer = evaluate(&index, &query, Default::default(), &Token::default());
    let Ok(Answer::Rows(rows)) = answer else {
        panic!("a SELECT gives rows")
    };
    let cells = rows
        .solutions
        .map(|row| row.unwrap()[0].clone().unwrap().to_string());
    insta::assert_snapshot!(cells.collect::<Vec<_>>().join(" "), @r#""01"^^<http://www.w3.org/2001/XMLSchema#integer> "1"^^<http://www.w3.org/2001/XMLSchema#integer>"#);
}
