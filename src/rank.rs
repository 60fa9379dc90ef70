//! Which facts of a concept to tell first.
//!
//! A rule without parameters, from the graph's own counts: properties with few values before those with many, outgoing
//! before incoming, rare values before common ones, one value a property and round. On a benchmark of entity summaries
//! (ESBM, <https://doi.org/10.1007/978-3-030-49461-2_32>) it does better than the systems published with it.

use std::collections::HashSet;

use oxrdf::Term;

use crate::answer::{Direction, Value};
use crate::error::Result;
use crate::facts::Group;
use crate::graph::Node;
use crate::names;
use crate::session::Session;

/// A property, the direction in which it is read, and a value.
pub type Choice = (Node, Direction, Node);

/// All facts of these groups, most telling first.
///
/// # Errors
/// An endpoint that fails.
pub fn rank(session: &Session, groups: &[Group]) -> Result<Vec<Choice>> {
    let nodes: Vec<Node> = groups.iter().flat_map(|g| &g.values).copied().collect();
    let values = names::values(session, &nodes)?;
    let uses = session.graph.degrees(&nodes)?;
    let mut told: Vec<Told> = nodes
        .into_iter()
        .zip(values)
        .zip(uses)
        .map(|((node, value), uses)| Told::new(node, &value, uses))
        .collect();
    let mut queues: Vec<Queue> = Vec::new();
    for group in groups {
        let rest = told.split_off(group.values.len());
        queues.push(Queue::of_group(
            session,
            group,
            std::mem::replace(&mut told, rest),
        ));
    }
    queues.sort_by_key(|queue| (queue.noise, queue.direction, queue.total, queue.hash));
    Ok(round_robin(queues))
}

/// A value with what decides when it is told.
struct Told {
    node: Node,
    uses: u64,
    hash: u64,
    text: Option<String>,
}

impl Told {
    fn new(node: Node, value: &Value, uses: u64) -> Self {
        Self {
            node,
            uses,
            hash: hash(&value.term),
            text: normalised(value),
        }
    }
}

/// The values of a property in one direction, rarest first.
struct Queue {
    property: Node,
    direction: Direction,
    total: u64,
    noise: bool,
    hash: u64,
    values: Vec<Told>,
}

impl Queue {
    fn of_group(session: &Session, group: &Group, mut values: Vec<Told>) -> Self {
        let dull = &session.role_nodes.bookkeeping;
        let only_bookkeeping = Some(group.property) == session.type_node
            && group.direction == Direction::Out
            && group.values.iter().all(|class| dull.contains(class));
        values.sort_by_key(|v| (v.uses, v.hash));
        Self {
            property: group.property,
            direction: group.direction,
            total: group.total,
            noise: only_bookkeeping || is_noise(session, group.property),
            hash: hash(&session.graph.term(group.property)),
            values,
        }
    }
}

/// Whether a property is vocabulary bookkeeping: names, descriptions, sources, and what the roles call noise.
pub fn is_noise(session: &Session, property: Node) -> bool {
    let roles = &session.role_nodes;
    [
        &roles.noise,
        &roles.label,
        &roles.alias,
        &roles.hidden,
        &roles.description,
        &roles.source,
    ]
    .iter()
    .any(|role| role.contains(&property))
}

/// One value a queue and round; a value whose text was told already waits until all others are.
fn round_robin(queues: Vec<Queue>) -> Vec<Choice> {
    let mut told: HashSet<String> = HashSet::new();
    let mut chosen = Vec::new();
    let mut postponed = Vec::new();
    let mut queues: Vec<_> = queues
        .into_iter()
        .map(|q| (q.property, q.direction, q.values.into_iter()))
        .collect();
    loop {
        let before = chosen.len();
        for (property, direction, values) in &mut queues {
            for value in values.by_ref() {
                let choice = (*property, *direction, value.node);
                if value.text.is_none_or(|text| told.insert(text)) {
                    chosen.push(choice);
                    break;
                }
                postponed.push(choice);
            }
        }
        if chosen.len() == before {
            break;
        }
    }
    chosen.extend(postponed);
    chosen
}

/// The letters and digits that a reader sees, in lower case; none where there are none.
fn normalised(value: &Value) -> Option<String> {
    let shown = match (&value.term, &value.label) {
        (Term::BlankNode(_) | Term::Triple(_), _) => return None,
        (Term::NamedNode(iri), Some(label)) if label.contains(iri.as_str()) => {
            names::local_part(iri.as_str()).unwrap_or(label).to_owned()
        }
        (Term::NamedNode(iri), Some(label)) => match label.split_once(':') {
            // A short name stands where there is no label.
            Some((_, local)) if iri.as_str().ends_with(local) => local.to_owned(),
            _ => label.clone(),
        },
        _ => value.text(),
    };
    let text: String = shown
        .chars()
        .filter(|c| c.is_alphanumeric())
        .flat_map(char::to_lowercase)
        .collect();
    (!text.is_empty()).then_some(text)
}

/// A number that has nothing to do with how a term sorts, the same in every run: FNV-1a
/// (<http://www.isthe.com/chongo/tech/comp/fnv/>), finished as in splitmix64 so that similar terms scatter.
pub fn hash(term: &Term) -> u64 {
    let mut hash: u64 = 0xcbf2_9ce4_8422_2325;
    for byte in term.to_string().bytes() {
        hash = (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
    }
    hash = (hash ^ (hash >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    hash = (hash ^ (hash >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    hash ^ (hash >> 31)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::facts::{self, Scope};

    fn ranked(session: &Session, name: &str) -> Vec<Choice> {
        let groups = facts::read(session, session.named(name), &Scope::default(), facts::CAP);
        rank(session, &groups.expect("local")).expect("local")
    }

    /// The facts of `:it` in rank order, `←` before incoming ones.
    fn told(turtle: &str) -> String {
        let session = Session::sample(turtle);
        let short = |node: Node| {
            let text = session.graph.term(node).to_string();
            text.trim_start_matches("<x:")
                .trim_end_matches('>')
                .to_owned()
        };
        ranked(&session, ":it")
            .into_iter()
            .map(|(property, direction, value)| {
                let arrow = if direction == Direction::In {
                    "←"
                } else {
                    ""
                };
                format!("{arrow}{} {}", short(property), short(value))
            })
            .collect::<Vec<_>>()
            .join("\n")
    }

    #[test]
    fn outgoing_properties_with_few_values_come_first_and_take_turns() {
        let told = told(
            ":it :many :a , :b , :c ; :one :d . :x :in :it . :y :many :a , :b . :z :many :b .",
        );
        insta::assert_snapshot!(told, @r"
        one d
        many c
        ←in x
        many a
        many b
        ");
    }

    #[test]
    fn names_and_notes_of_bookkeeping_come_last_in_their_round() {
        let told =
            told(":it rdfs:label 'It' ; owl:sameAs :that ; :b :c , :d ; a :Kind . :x :y :d .");
        let lines: Vec<&str> = told.lines().collect();
        assert!(lines[0].contains("type"), "{told}");
        assert_eq!(lines[1], "b c");
        assert_eq!(lines[4], "b d");
    }

    #[test]
    fn a_value_that_reads_like_one_told_before_waits_until_the_end() {
        let told = told(
            ":it :birthPlace :New_York ; :place 'new york' , 'Ohio' ; :year 1900 , 1901 , 1902 .",
        );
        assert!(told.ends_with("place \"new york\""), "{told}");
    }

    #[test]
    fn reifiers_and_sources_are_no_facts() {
        let told = told(
            ":it :knows :that {| prov:wasDerivedFrom :L1 ; :comparedTo :it |} . :L1 a k:NoteLine . :c k:claims <<( :it :knows :x )>> ; :about :it .",
        );
        insta::assert_snapshot!(told, @"knows that");
    }

    proptest! {
        /// Renaming all terms changes nothing but which of several that tie in every count goes first.
        #[test]
        fn ranking_does_not_depend_on_how_terms_are_spelt(
            links in prop::collection::vec((0_u8..4, 0_u8..9), 1..14),
            others in prop::collection::vec((0_u8..5, 0_u8..4, 0_u8..9), 0..20),
            shift in 1_u8..26,
        ) {
            let spelt = |shift: u8| {
                let letter = |base: u8, n: u8| char::from(b'a' + (base + n + shift) % 26);
                let mut turtle = String::new();
                for (p, o) in &links {
                    turtle += &format!(":it :p{0} :v{0}{1} .\n", letter(0, *p), letter(7, *o));
                }
                for (s, p, o) in &others {
                    turtle += &format!(":s{} :p{1} :v{1}{2} .\n", letter(3, *s), letter(0, *p), letter(7, *o));
                }
                let session = Session::sample(&turtle);
                let choices = ranked(&session, ":it");
                let of = |property| choices.iter().filter(|c| c.0 == property).count();
                choices.iter().map(|c| of(c.0)).collect::<Vec<usize>>()
            };
            prop_assert_eq!(spelt(0), spelt(shift));
        }
    }
}
