use std::collections::BTreeMap;

use proptest::prelude::*;

use super::*;

fn found(session: &Session, from: &str, to: &str, top: usize) -> Found {
    Ways::new(session, 6, 1000)
        .between(session.named(from), session.named(to), top)
        .expect("local")
}

/// Paths as their nodes and properties: `:a p :b`, with `^` on a step against its direction.
fn told(session: &Session, from: &str, found: &Found) -> Vec<String> {
    let short = |node: Node| {
        session.prefixes.display(
            session
                .graph
                .term(node)
                .to_string()
                .trim_matches(['<', '>']),
        )
    };
    let step = |step: &Link| {
        let against = if step.forward { "" } else { "^" };
        format!(" {against}{} {}", short(step.property), short(step.to))
    };
    let walk = |walk: &Walk| walk.steps.iter().map(step).collect::<String>();
    found
        .walks
        .iter()
        .map(|w| format!("{from}{}", walk(w)))
        .collect()
}

#[test]
fn a_path_may_follow_facts_against_their_direction() {
    let session = Session::sample(":a :p :b . :c :p :b . :c :q :d .");
    assert_eq!(
        told(&session, ":a", &found(&session, ":a", ":d", 1)),
        [":a :p :b ^:p :c :q :d"]
    );
    assert_eq!(
        told(&session, ":d", &found(&session, ":d", ":a", 1)),
        [":d ^:q :c :p :b ^:p :a"]
    );
}

#[test]
fn a_longer_path_through_little_known_nodes_beats_a_shorter_one_through_a_hub() {
    let mut turtle = ":a :p :hub . :b :p :hub . :a :q :x . :x :q :y . :y :q :b .".to_owned();
    for i in 0..500 {
        turtle += &format!(":s{i} :p :hub .");
    }
    let session = Session::sample(&turtle);
    let told = told(&session, ":a", &found(&session, ":a", ":b", 2));
    assert_eq!(told, [":a :q :x :q :y :q :b", ":a :p :hub ^:p :b"]);
}

#[test]
fn kinds_names_and_reifiers_connect_nothing() {
    let session = Session::sample(
        ":a a :T ; rdfs:label 'x' . :b a :T ; rdfs:label 'x' . :a :p :c {| :comparedTo :b |} . :c :size 1 . :b :size 1 .",
    );
    assert_eq!(found(&session, ":a", ":b", 3).walks, []);
    let type_node = session.type_node().expect("it occurs");
    let ways = Ways::new(&session, 6, 1000).only(&[type_node]);
    let found = ways
        .between(session.named(":a"), session.named(":b"), 3)
        .expect("local");
    assert_eq!(found.walks.len(), 1);
}

#[test]
fn paths_of_one_shape_are_folded() {
    let session =
        Session::sample(":a :p :x , :y , :z . :x :q :b . :y :q :b . :z :q :b . :a :r :b .");
    let found = found(&session, ":a", ":b", 5);
    let folded: Vec<usize> = found.walks.iter().map(|w| w.folded).collect();
    assert_eq!(folded, [0, 2]);
}

#[test]
fn what_two_hubs_have_in_common_is_found_behind_all_else_that_they_have() {
    let mut turtle = ":a :p :z . :b :p :z .".to_owned();
    for i in 0..20_001 {
        turtle += &format!(":a :p :x{i} . :b :p :y{i} .");
    }
    let session = Session::sample(&turtle);
    let found = found(&session, ":a", ":b", 3);
    assert_eq!(told(&session, ":a", &found), [":a :p :z ^:p :b"]);
}

#[test]
fn caps_are_told() {
    let session = Session::sample(":a :p :b . :b :p :c . :c :p :d .");
    let ends = (session.named(":a"), session.named(":d"));
    let short = Ways::new(&session, 2, 1000)
        .between(ends.0, ends.1, 1)
        .expect("local");
    assert!(short.walks.is_empty() && short.partial);
    let narrow = Ways::new(&session, 6, 1)
        .between(ends.0, ends.1, 1)
        .expect("local");
    assert!(narrow.walks.is_empty() && narrow.partial);
}

#[test]
fn a_path_of_few_steps_is_found_among_a_great_many_cheaper_ones_of_too_many_steps() {
    let mut turtle = String::new();
    for (layer, a, b) in (1..7).flat_map(|l| (0..144).map(move |i| (l, i / 12, i % 12))) {
        turtle += &format!(":l{layer}n{a} :p :l{}n{b} .", layer + 1);
    }
    for i in 0..12 {
        turtle += &format!(":a :p :l1n{i} . :l7n{i} :p :b .");
    }
    turtle += ":a :q :h1 . :h1 :q :h2 . :h2 :q :h3 . :h3 :q :h4 . :h4 :q :h5 . :h5 :q :b .";
    for (hub, i) in (1..6).flat_map(|hub| (0..900).map(move |i| (hub, i))) {
        turtle += &format!(":h{hub} :q :x{hub}n{i} .");
    }
    let session = Session::sample(&turtle);
    let path = ":a :q :h1 :q :h2 :q :h3 :q :h4 :q :h5 :q :b";
    assert_eq!(
        told(&session, ":a", &found(&session, ":a", ":b", 1)),
        [path]
    );
}

/// A triple of small numbers.
type Edge = (u8, u8, u8);

/// A step of a path: the node it comes from, the property, whether it is along it, the node it leads to.
type Hop = (u8, u8, bool, u8);

/// Looks at every path without a node twice from the last of `path` to node 1.
fn all_paths(
    edges: &[Edge],
    at: u8,
    hops: usize,
    path: &mut Vec<Hop>,
    visit: &mut impl FnMut(&[Hop]),
) {
    if at == 1 {
        return visit(path);
    }
    if path.len() == hops {
        return;
    }
    for &(s, p, o) in edges {
        for (from, to, forward) in [(s, o, true), (o, s, false)] {
            let visited = path.iter().any(|hop| hop.0 == to) || to == at;
            if from == at && !visited {
                path.push((from, p, forward, to));
                all_paths(edges, to, hops, path, visit);
                path.pop();
            }
        }
    }
}

/// The costs of all paths from node 0 to node 1 of each shape, told by its properties and their directions.
fn brute_force(
    edges: &[Edge],
    hops: usize,
    max_degree: u64,
) -> BTreeMap<Vec<(u8, bool)>, Vec<f64>> {
    let count = |is: &dyn Fn(&Edge) -> bool| edges.iter().filter(|e| is(e)).count() as f64;
    let mut shapes: BTreeMap<_, Vec<f64>> = BTreeMap::new();
    all_paths(edges, 0, hops, &mut Vec::new(), &mut |path| {
        let cost = path.iter().map(|&(_, p, _, to)| {
            let degree = count(&|e| e.0 == to) + count(&|e| e.2 == to);
            let node = match to {
                1 => 0.0,
                _ if degree > max_degree as f64 => f64::INFINITY,
                _ => (1.0 + degree).log2(),
            };
            1.0 + 0.5 * count(&|e| e.1 == p).ln() + node
        });
        let cost: f64 = cost.sum();
        if cost.is_finite() {
            let shape = path.iter().map(|hop| (hop.1, hop.2)).collect();
            shapes.entry(shape).or_default().push(cost);
        }
    });
    shapes
}

proptest! {
    #[test]
    fn the_cheapest_paths_are_those_that_trying_all_finds(
        edges in prop::collection::btree_set((0_u8..9, 0_u8..4, 0_u8..9), 1..24),
        hops in 1_usize..6,
        max_degree in prop::sample::select(vec![3, 5, 1000]),
        top in prop::sample::select(vec![1, 2, 3, 40]),
    ) {
        let edges: Vec<Edge> = edges.into_iter().collect();
        let mut turtle = ":n0 :known :n0 . :n1 :known :n1 .".to_owned();
        for (s, p, o) in &edges {
            turtle += &format!(":n{s} :p{p} :n{o} .\n");
        }
        let session = Session::sample(&turtle);
        let found = Ways::new(&session, hops, max_degree)
            .between(session.named(":n0"), session.named(":n1"), top)
            .expect("local");
        let shapes = brute_force(&edges, hops, max_degree);
        let cheapest = shapes.values().map(|costs| costs.iter().copied().fold(f64::INFINITY, f64::min));
        // Sums of the same costs in another order differ in the last digit.
        let mut costs: Vec<f64> = cheapest.map(|cost| (cost * 1e6).round()).collect();
        costs.sort_by(f64::total_cmp);
        costs.truncate(top);
        let mine: Vec<f64> = found.walks.iter().map(|w| (w.cost * 1e6).round()).collect();
        let all: usize = shapes.values().map(Vec::len).sum();
        if all <= 16 * top {
            prop_assert_eq!(mine, costs);
        } else {
            prop_assert!(costs.starts_with(&mine) && !mine.is_empty());
        }
        if shapes.len() < top && all <= 16 * top {
            prop_assert_eq!(found.walks.iter().map(|w| 1 + w.folded).sum::<usize>(), all);
        }
    }
}
