//! Comparisons of the notes and of small graphs.

use proptest::prelude::*;

use super::*;
use crate::answer::{Direction, Entry, Row, Status};

fn compared(session: &Session, names: &[&str]) -> Comparison {
    let items: Vec<Node> = names.iter().map(|name| session.named(name)).collect();
    compare(session, &items, &Scope::default(), false, false).expect("local")
}

fn cell(cell: &[Entry]) -> String {
    let entry = |entry: &Entry| {
        let value = entry.value.as_ref().map_or("–".to_owned(), |v| v.text());
        let via = entry
            .via
            .as_ref()
            .map_or(String::new(), |v| format!(" via {}", v.text()));
        let mark = match entry.status {
            Status::Denied => "not ",
            Status::Uncertain => "? ",
            _ => "",
        };
        let lines: String = entry
            .sources
            .iter()
            .filter_map(|s| s.line)
            .map(|n| format!(" L{n}"))
            .collect();
        format!("{mark}{value}{via}{lines}")
    };
    let entries: Vec<String> = cell.iter().map(entry).collect();
    entries.join(", ")
}

fn told(rows: &[Row]) -> Vec<String> {
    let row = |row: &Row| {
        let arrow = if row.direction == Direction::In {
            "← "
        } else {
            ""
        };
        let cells: Vec<String> = row.cells.iter().map(|c| cell(c)).collect();
        format!("{arrow}{}: {}", row.property.text(), cells.join(" | "))
    };
    rows.iter().map(row).collect()
}

fn has(rows: &[Row], wanted: &str) {
    let told = told(rows);
    assert!(
        told.contains(&wanted.to_owned()),
        "{wanted} is not in {told:#?}"
    );
}

#[test]
fn relations_that_a_rule_infers_are_marked_and_follow_what_is_stated() {
    let mut session = Session::notes("en");
    session.infer(true).expect("the rules hold");
    let comparison = compared(&session, &["Harbor", "Docker Hub"]);
    let relation = |said: &crate::answer::Statement| (said.property.text(), said.inferred);
    let relations: Vec<(String, bool)> = comparison.relations.iter().map(relation).collect();
    assert_eq!(relations[0], ("replaces".to_owned(), false));
    assert!(relations.contains(&("is replaced by".to_owned(), true)));
    assert!(
        relations[1..].iter().all(|(_, inferred)| *inferred),
        "{relations:?}"
    );
}

#[test]
fn the_notes_tell_eks_from_ecs_by_their_advantages() {
    let found = compared(&Session::notes("en"), &["EKS", "ECS"]);
    has(
        &found.differences,
        "has the advantage: scalability L11 | low learning cost L12",
    );
    has(&found.only, "is usable on: – | AWS L9");
    has(&found.denied, "has: not data plane L5 L6 | –");
    assert_eq!(found.ancestors[0].item.text(), "service");
    assert_eq!(
        found.verdict,
        "EKS and ECS are both of the kind “service”. EKS has the advantage scalability; ECS has the advantage low learning cost."
    );
}

#[test]
fn the_notes_tell_podman_from_docker_by_the_daemon() {
    let found = compared(&Session::notes("ko"), &["Podman", "Docker"]);
    has(&found.denied, "가진다: not 데몬 L119 | 데몬");
    assert!(found.denied[0].exclusive);
    assert!(
        found
            .verdict
            .ends_with("포드맨은 데몬을 가지지 않는다. 도커는 데몬을 가진다."),
        "{}",
        found.verdict
    );
}

#[test]
fn of_three_two_may_share() {
    let found = compared(&Session::notes("en"), &["Terraform", "Ansible", "OpenTofu"]);
    assert_eq!(found.ancestors[0].item.text(), "infrastructure tool");
    has(
        &found.differences,
        "is used in: new environment L93 | existing environment L94 | –",
    );
    let alike: Vec<String> = found.alike.iter().map(|a| a.ancestor.text()).collect();
    assert!(alike.contains(&"environment".to_owned()), "{alike:?}");
    let relation = &found.relations[0];
    assert_eq!(
        (relation.subject.text(), relation.object.text()),
        ("OpenTofu".to_owned(), "Terraform".to_owned())
    );
}

#[test]
fn the_exam_and_its_claims_stand_apart() {
    let found = compared(&Session::notes("en"), &["EC2", "Fargate"]);
    assert_eq!(found.exam.claims.len(), 2);
    assert!(
        found
            .exam
            .claims
            .iter()
            .all(|claim| claim.verdict == Some(false))
    );
    has(&found.denied, "← integrates with: ? ECR L15 | –");
    assert!(!found.verdict.contains("control plane"));
}

#[test]
fn what_kinds_have_is_inherited_unless_it_is_denied() {
    let session = Session::sample(
        ":a k:isA :top . :b k:isA :mid . :mid k:isA :top . :c k:isA :mid ; k:lacks :wheel . :top k:has :wheel ; k:requires :road .",
    );
    let found = compared(&session, &[":a", ":b"]);
    has(&found.shared, "k:has: :wheel via :top | :wheel via :top");
    let found = compared(&session, &[":a", ":c"]);
    has(&found.denied, "k:has: :wheel via :top | not :wheel");
    has(&found.shared, "k:requires: :road via :top | :road via :top");
}

#[test]
fn a_functional_property_and_disjoint_values_differ_others_only_list() {
    let session = Session::sample(
        ":born a owl:FunctionalProperty . :a :born :x ; :likes :x ; :in :u . :b :born :y ; :likes :y ; :in :v . :u owl:disjointWith :v .",
    );
    let found = compared(&session, &[":a", ":b"]);
    let exclusive = |name: &str| {
        found
            .differences
            .iter()
            .find(|r| r.property.text() == name)
            .map(|r| r.exclusive)
    };
    assert_eq!(
        [exclusive(":born"), exclusive(":in"), exclusive(":likes")],
        [Some(true), Some(true), Some(false)]
    );
}

#[test]
fn what_most_siblings_have_is_a_notable_absence() {
    let siblings: String = (0..9)
        .map(|i| format!(":s{i} a :T ; :size {i} . "))
        .collect();
    let session = Session::sample(&format!(
        "{siblings} :a a :T ; :size 20 . :b a :T ; :odd 1 ."
    ));
    let found = compared(&session, &[":a", ":b"]);
    let row = |name: &str| {
        found
            .only
            .iter()
            .find(|r| r.property.text() == name)
            .expect("a row")
    };
    assert_eq!(row(":size").notable_absence, Some(1.0));
    assert_eq!(row(":odd").notable_absence, None);
}

#[test]
fn a_cycle_in_the_hierarchy_is_one_kind() {
    let session =
        Session::sample(":a k:isA :x . :b k:isA :y . :x k:isA :y . :y k:isA :x . :x k:isA :root .");
    assert_eq!(compared(&session, &[":a", ":b"]).ancestors.len(), 1);
}

/// Two hubs, each the object of 1,500 facts, 100 of them about the same subjects.
fn hubs() -> String {
    let fact = |i| format!(":s{i:04} :p :a . :s{:04} :p :b .", i + 1400);
    (0..1500).map(fact).collect()
}

#[test]
fn what_two_hubs_share_is_found_though_they_are_not_all_read() {
    let session = Session::sample(&hubs());
    let found = compared(&session, &[":a", ":b"]);
    assert!(!found.partial);
    assert_eq!(found.shared[0].more, [92, 92]);
    assert_eq!(found.differences[0].more, [1392, 1392]);
    let items = [session.named(":a"), session.named(":b")];
    let exact = compare(&session, &items, &Scope::default(), true, true).expect("local");
    assert_eq!(exact.shared[0].cells[0].len(), 100);
    assert_eq!(exact.differences[0].cells[0].len(), 1400);
    let session = Session::sample(&(hubs() + ":s1400 :p :c . :s0001 :p :c . :zz :p :c ."));
    has(
        &compared(&session, &[":b", ":c"]).shared,
        "← :p: :s1400 | :s1400",
    );
}

#[test]
fn what_each_two_hubs_of_several_share_is_cut_short_and_the_answer_says_so() {
    let hubs: String = (0..5500).map(|i| format!(":s{i} :p :a , :b . ")).collect();
    let session = Session::sample(&(hubs + ":c :q :d ."));
    let two = compared(&session, &[":a", ":b"]);
    assert!(!two.partial);
    assert_eq!(two.shared[0].more, [5492, 5492]);
    let items = [":a", ":b", ":c"].map(|name| session.named(name));
    let all = |exact| compare(&session, &items, &Scope::default(), exact, false).expect("local");
    assert!(all(false).partial);
    assert!(!all(true).partial);
}

/// How long it takes to compare two hubs whose facts come from things of two classes in a hierarchy of thirty.
fn comparing_takes(facts: usize) -> std::time::Duration {
    let classes: String = (1..30)
        .map(|c| format!(":c{c} rdfs:subClassOf :c{} . ", c / 2))
        .collect();
    let fact = |i: usize| {
        let half = if i.is_multiple_of(2) { ", :b" } else { "" };
        format!(
            ":s{i} a :c{} ; :p :a {half} ; :q{} :b . ",
            28 + i % 2,
            i % 9
        )
    };
    let hubs: String = (0..facts).map(fact).collect();
    let session = Session::sample(&(classes + &hubs + ":a a :c30 . :b a :c30 ."));
    let start = std::time::Instant::now();
    compared(&session, &[":a", ":b"]);
    start.elapsed()
}

#[test]
fn the_time_to_compare_does_not_grow_with_the_square_of_the_facts() {
    // Again where it seems to: the machine may be busy with something else.
    assert!((0..5).any(|_| comparing_takes(16_000) / 16 < comparing_takes(2_000)));
}

/// The same with the two columns swapped, as far as it does not name one item first.
fn swapped(mut comparison: Comparison) -> serde_json::Value {
    for rows in [
        &mut comparison.shared,
        &mut comparison.differences,
        &mut comparison.only,
        &mut comparison.denied,
    ] {
        for row in rows {
            row.cells.reverse();
            row.more.reverse();
        }
    }
    for alike in &mut comparison.alike {
        alike.cells.reverse();
    }
    for ancestor in &mut comparison.ancestors {
        ancestor.distances.reverse();
    }
    for path in &mut comparison.paths {
        path.turn();
    }
    comparison.items.reverse();
    comparison.descriptions.reverse();
    comparison.exam.items.reverse();
    comparison.verdict.clear();
    serde_json::to_value(comparison).expect("it is plain data")
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn comparing_the_other_way_round_swaps_the_columns(
        facts in prop::collection::vec((0_u8..6, 0_u8..5, 0_u8..8), 1..30),
    ) {
        let properties = [":p", ":q", "k:isA", "k:has", "k:lacks"];
        let mut turtle = ":n0 a :T . :n1 a :T .".to_owned();
        for (s, p, o) in facts {
            turtle += &format!(":n{s} {} :n{o} .\n", properties[usize::from(p)]);
        }
        let session = Session::sample(&turtle);
        let one = serde_json::to_value({
            let mut one = compared(&session, &[":n0", ":n1"]);
            one.verdict.clear();
            one
        }).expect("plain data");
        prop_assert_eq!(one, swapped(compared(&session, &[":n1", ":n0"])));
    }
}
