//! Rules on small graphs, on the notes, and the laws that hold for any graph.

use proptest::prelude::*;

use super::*;
use crate::session::Session;

/// A rule from the text of a file.
fn rule(session: &Session, text: &str) -> Result<Rule> {
    Rule::parse(
        &query_file::QueryFile::new("my/own.rq", text.to_owned()),
        session,
    )
}

/// What is inferred of a few lines of Turtle by the built-in rules, as sorted local names.
fn inferred(turtle: &str) -> Vec<String> {
    inferred_by(&Session::sample(turtle))
}

fn inferred_by(session: &Session) -> Vec<String> {
    let closure = closure(session).expect("it closes");
    let name = |node| names::short_name(session, &closure.term(node));
    let mut found: Vec<String> = closure
        .inferred()
        .map(|triple| triple.map(name).join(" "))
        .collect();
    found.sort();
    found
}

use crate::names;

/// Everything that follows by some rules.
fn close<'s>(session: &'s Session, axioms: &[Triple], rules: &[Rule]) -> Closure<'s> {
    let stated = session.graph.stated().expect("it is at hand");
    let mut closure = Closure::of_axioms(stated, axioms, rules, 10_000).expect("it closes");
    closure.complete().expect("it closes");
    closure
}

#[test]
fn a_member_of_a_class_is_of_every_class_above_it() {
    let found = inferred(":b rdfs:subClassOf :c . :a rdfs:subClassOf :b . :x a :a .");
    assert_eq!(
        found,
        [":a rdfs:subClassOf :c", ":x rdf:type :b", ":x rdf:type :c"]
    );
}

#[test]
fn properties_are_inverted_mirrored_and_chained() {
    let found = inferred(
        ":has owl:inverseOf :of . :near a owl:SymmetricProperty . :uncle owl:propertyChainAxiom ( :parent :brother ) .
         :x :has :y . :u :of :v . :x :near :z . :c :parent :p . :p :brother :b .",
    );
    assert_eq!(
        found,
        [":c :uncle :b", ":v :has :u", ":y :of :x", ":z :near :x"]
    );
}

#[test]
fn a_literal_is_never_a_subject() {
    let found = inferred(":near a owl:SymmetricProperty ; rdfs:range :place . :x :near \"here\" .");
    assert!(found.is_empty(), "{found:?}");
}

#[test]
fn what_is_stated_to_be_lacking_is_not_inherited() {
    let found = inferred(
        "k:hasPart rdfs:subPropertyOf k:has . :car k:has :engine ; k:hasPart :wheel . :toy k:isA :car ; k:lacks :engine , :wheel .",
    );
    let had: Vec<_> = found
        .iter()
        .filter(|f| f.starts_with(":toy k:has"))
        .collect();
    assert!(had.is_empty(), "{had:?}");
}

#[test]
fn a_circle_ends() {
    let found = inferred(":p a owl:TransitiveProperty . :a :p :b . :b :p :c . :c :p :a .");
    assert_eq!(found.len(), 6, "{found:?}");
}

#[test]
fn what_follows_from_the_vocabulary_alone_is_no_news() {
    assert!(inferred(":x :p :y .").is_empty());
}

#[test]
fn more_facts_than_allowed_are_an_error() {
    let mut session =
        Session::sample(":p a owl:TransitiveProperty . :a :p :b . :b :p :c . :c :p :a .");
    session.settings.max_inferred = Some(5);
    let error = closure(&session).map(|_| ()).unwrap_err();
    insta::assert_snapshot!(error, @"the rules infer more than 5 facts (stopped in round 2)");
}

#[test]
fn rules_stop_when_they_are_told_to() {
    let session = Session::sample(":p a owl:TransitiveProperty . :a :p :b . :b :p :c .");
    session
        .interrupted
        .store(true, std::sync::atomic::Ordering::Relaxed);
    assert!(matches!(
        closure(&session),
        Err(crate::error::Error::Interrupted)
    ));
}

#[test]
fn a_question_infers_only_what_it_needs() {
    let members: String = (0..100).map(|n| format!(":m{n} a :c0 . ")).collect();
    let classes: String = (0..9)
        .map(|n| format!(":c{n} rdfs:subClassOf :c{} . ", n + 1))
        .collect();
    let session = Session::sample(&(members + &classes));
    let mut closure = closure_to_ask(&session).unwrap();
    let goal = ["x:m7", oxrdf::vocab::rdf::TYPE.as_str(), "x:c9"]
        .map(|iri| closure.node(oxrdf::NamedNodeRef::new_unchecked(iri)));
    closure.ask(&[goal]).unwrap();
    let [Some(s), Some(p), Some(o)] = goal else {
        panic!("they occur")
    };
    assert_eq!(closure.fact([s, p, o]), Some(Fact::Inferred));
    // The nine classes above, and which class is below which: not a thousand facts on the others.
    let inferred = closure.inferred().count();
    assert!(inferred <= 9 + 36, "{inferred}");
}

#[test]
fn what_is_not_for_rules_is_refused_by_name_with_its_place() {
    let session = Session::sample(":a :b :c .");
    let cases = [
        (
            "CONSTRUCT { ?s :q ?o } WHERE {\n ?s :p ?o .\n OPTIONAL { ?o :p ?x }\n}",
            "my/own.rq:3:2: OPTIONAL is not for rules",
        ),
        (
            "CONSTRUCT { ?s :q ?o } WHERE { { ?s :p ?o } UNION { ?s :r ?o } }",
            "my/own.rq:1:45: UNION is not for rules",
        ),
        (
            "CONSTRUCT { ?s :q ?x } WHERE { ?s :p ?o BIND(?o AS ?x) }",
            "my/own.rq:1:41: BIND is not for rules",
        ),
        (
            "CONSTRUCT { ?s :q ?o } WHERE { ?s :p ?o MINUS { ?s :r ?o } }",
            "my/own.rq:1:41: MINUS is not for rules",
        ),
        (
            "CONSTRUCT { ?s :q ?o } WHERE { ?s :p ?o FILTER NOT EXISTS { ?s :r ?o } }",
            "my/own.rq:1:52: EXISTS is not for rules",
        ),
        (
            "# say: EXISTS\nCONSTRUCT { ?s :q ?o } WHERE { ?s :p+ ?o }",
            "my/own.rq:2:1: a property path is not for rules",
        ),
        (
            "CONSTRUCT { ?s :q [] } WHERE { ?s :p ?o }",
            "my/own.rq:1:1: a blank node in the head is not for rules",
        ),
        (
            "CONSTRUCT { ?s :q ?z } WHERE { ?s :p ?o }",
            "my/own.rq:1:1: a variable of the head that the body does not bind is not for rules",
        ),
        (
            "CONSTRUCT { ?s :q ?o } WHERE { GRAPH ?g { ?s :p ?o } }",
            "my/own.rq:1:32: GRAPH is not for rules",
        ),
        (
            "SELECT * WHERE { ?s :p ?o }",
            "my/own.rq:1:1: a query that is not CONSTRUCT is not for rules",
        ),
        (
            "CONSTRUCT { ?s :q ?o } WHERE { ?s :p ?o } LIMIT 3",
            "my/own.rq:1:43: LIMIT or OFFSET is not for rules",
        ),
        (
            "CONSTRUCT { ?s :q ?o } WHERE { ?s :p ?o FILTER(RAND() > 0.5) }",
            "my/own.rq:1:48: RAND is not for rules",
        ),
    ];
    for (text, expected) in cases {
        let error = rule(&session, text).expect_err(text).to_string();
        assert!(
            error.starts_with(expected),
            "{error}\nshould begin with {expected}"
        );
    }
}

#[test]
fn a_filter_may_compare_values() {
    let session = Session::sample(":a :age 17 . :b :age 18 . :c :age \"old\" .");
    let rules = [rule(
        &session,
        "CONSTRUCT { ?s a :Adult } WHERE { ?s :age ?age FILTER(?age >= 18) }",
    )
    .unwrap()];
    let closure = close(&session, &[], &rules);
    let found: Vec<String> = closure
        .inferred()
        .map(|[s, _, _]| closure.term(s).to_string())
        .collect();
    assert_eq!(found, ["<x:b>"]);
}

/// Whether a proof ends in what is stated, and every premise is known earlier than what it proves.
fn is_sound(
    step: &Step<'_>,
    closure: &Closure<'_>,
    above: &mut Vec<[crate::graph::Node; 3]>,
) -> bool {
    assert!(!above.contains(&step.triple), "a fact proves itself");
    assert_eq!(closure.fact(step.triple), Some(step.fact));
    match step.fact {
        Fact::Stated | Fact::Axiom => step.premises.is_empty(),
        Fact::Inferred if step.repeated => true,
        Fact::Inferred => {
            above.push(step.triple);
            let sound = !step.premises.is_empty()
                && step
                    .premises
                    .iter()
                    .all(|premise| is_sound(premise, closure, above));
            above.pop();
            sound
        }
    }
}

#[test]
fn every_inferred_fact_of_the_notes_has_a_proof_that_ends_in_what_is_stated() {
    let session = Session::notes("en");
    let closure = closure(&session).unwrap();
    assert!(closure.summary().inferred > 300, "{:?}", closure.summary());
    for triple in closure.inferred() {
        let (step, _) = closure.proof(triple).expect("a proof");
        assert!(is_sound(&step, &closure, &mut Vec::new()));
    }
}

/// Some triples over few nodes, with axioms for their predicates.
fn graphs() -> impl Strategy<Value = String> {
    let axiom = prop_oneof![
        Just("rdfs:subClassOf"),
        Just("rdfs:subPropertyOf"),
        Just("owl:inverseOf"),
        Just("rdfs:domain"),
        Just("rdf:type"),
        Just(":p0"),
        Just(":p1"),
    ];
    let end = prop_oneof![
        (0..6_u8).prop_map(|n| format!(":n{n}")),
        Just(":p0".to_owned()),
        Just(":p1".to_owned()),
        Just("owl:TransitiveProperty".to_owned()),
        Just("owl:SymmetricProperty".to_owned()),
    ];
    let triple = (end.clone(), axiom, end).prop_map(|(s, p, o)| format!("{s} {p} {o} .\n"));
    prop::collection::vec(triple, 0..16).prop_map(|triples| triples.concat())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(16))]

    #[test]
    fn a_closure_has_nothing_more_to_infer(turtle in graphs()) {
        let session = Session::sample(&turtle);
        let closed = {
            let closure = closure(&session).unwrap();
            let quads = marked(&closure).into_iter().filter(|quad| quad.graph_name.is_default_graph());
            session.graph.with(quads).unwrap()
        };
        let again = Session::over(closed, String::new(), Vec::new(), session.prefixes.clone());
        prop_assert_eq!(inferred_by(&again), Vec::<String>::new());
    }

    #[test]
    fn the_order_of_rules_does_not_matter(turtle in graphs()) {
        let session = Session::sample(&turtle);
        let mut rules = of_session(&session).unwrap();
        let axioms = axioms(&session).unwrap();
        let all = |rules: &[Rule]| {
            let closure = close(&session, &axioms, rules);
            let mut found: Vec<[String; 3]> =
                closure.inferred().map(|t| t.map(|node| closure.term(node).to_string())).collect();
            found.sort();
            (found, closure.summary().rounds)
        };
        let forwards = all(&rules);
        rules.reverse();
        prop_assert_eq!(forwards, all(&rules));
    }

    #[test]
    fn a_question_gets_the_answer_of_the_whole_closure(turtle in graphs(), s in 0..6_u8, p in 0..3_u8, o in 0..8_u8) {
        let session = Session::sample(&turtle);
        let whole = closure(&session).unwrap();
        let mut asked = closure_to_ask(&session).unwrap();
        let node = |iri: String| whole.node(&oxrdf::NamedNode::new_unchecked(iri));
        let property = match p {
            2 => oxrdf::vocab::rdf::TYPE.as_str().to_owned(),
            n => format!("x:p{n}"),
        };
        // Six and seven stand for everything.
        let goal = [node(format!("x:n{s}")), node(property), node(format!("x:n{o}"))];
        let pattern = [goal[0], goal[1], goal[2].filter(|_| o < 6)];
        asked.ask(&[pattern]).unwrap();
        let sorted = |closure: &Closure<'_>| {
            let mut found: Vec<_> = closure.matches(pattern).collect();
            found.sort();
            found
        };
        prop_assert_eq!(sorted(&whole), sorted(&asked));
        fn size(step: &Step<'_>) -> usize {
            1 + step.premises.iter().map(size).sum::<usize>()
        }
        for triple in sorted(&whole) {
            prop_assert_eq!(whole.fact(triple), asked.fact(triple));
            let (ours, theirs) = (asked.proof(triple).unwrap(), whole.proof(triple).unwrap());
            prop_assert_eq!((size(&ours.0), ours.1), (size(&theirs.0), theirs.1));
        }
    }

    #[test]
    fn every_proof_ends_in_what_is_stated(turtle in graphs()) {
        let session = Session::sample(&turtle);
        let closure = closure(&session).unwrap();
        for triple in closure.inferred() {
            let (step, _) = closure.proof(triple).expect("a proof");
            prop_assert!(is_sound(&step, &closure, &mut Vec::new()));
        }
    }
}
