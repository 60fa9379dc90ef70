//! Which facts of a concept to tell first.
//!
//! A rule that looks at the facts and the graph's own counts only. Properties take turns, one value a round: outgoing before
//! incoming; the ones with few values first, where texts weigh as two values more and numbers as four; of those that weigh the
//! same, things and dates first, then what says of what kind it is, then what is common in the graph. Names and bookkeeping
//! end each round. Of a property's values the rarest goes first, but kinds of the vocabularies that also describe the concept
//! before all others. What is empty or says again what was told comes last. `benches/ranking/` measures it.

use std::cmp::Reverse;
use std::collections::HashSet;

use oxrdf::Term;
use oxrdf::vocab::xsd;

use crate::answer::{Direction, Value};
use crate::error::Result;
use crate::facts::Group;
use crate::graph::{Node, Pattern};
use crate::names;
use crate::search::local_part;
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
    let patterns: Vec<Pattern> = groups
        .iter()
        .map(|group| Pattern {
            property: Some(group.property),
            ..Pattern::default()
        })
        .collect();
    let common = session.graph.counts(&patterns)?;
    let mut told = nodes
        .into_iter()
        .zip(values)
        .zip(uses)
        .map(|((node, value), uses)| Told::new(node, &value, uses));
    let properties: Vec<Term> = groups
        .iter()
        .map(|group| session.graph.term(group.property))
        .collect();
    let vocabularies: HashSet<&str> = properties.iter().filter_map(namespace).collect();
    let mut queues: Vec<Queue> = Vec::new();
    for (group, common) in groups.iter().zip(common) {
        let values = told.by_ref().take(group.values.len());
        let values = values.collect();
        queues.push(Queue::of_group(
            session,
            group,
            common,
            values,
            &vocabularies,
        ));
    }
    let hierarchy = &session.role_nodes().hierarchy;
    queues.sort_by_key(|queue| {
        let step = hierarchy.iter().position(|p| *p == queue.property);
        let tied = (step.is_none(), step, Reverse(queue.common), queue.hash);
        let weight = queue.weight();
        (queue.noise, queue.direction, weight, queue.form, tied)
    });
    Ok(in_turns(queues))
}

/// How much a value tells by its form alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Form {
    /// A thing, or a point in time.
    ThingOrDate,
    Text,
    /// A bare number, which says little without its unit and what is usual.
    Number,
}

impl Form {
    fn of(term: &Term) -> Self {
        let Term::Literal(literal) = term else {
            return Self::ThingOrDate;
        };
        let text = literal.value().trim();
        let digits = |range: std::ops::Range<usize>| {
            let part = text.as_bytes().get(range);
            part.is_some_and(|part| part.iter().all(u8::is_ascii_digit))
        };
        let is_date = digits(0..4) && text.as_bytes().get(4) == Some(&b'-') && digits(5..7);
        // Of numbers with four digits those that are years are by far the most.
        let is_year = text.len() == 4 && digits(0..4) && ("1000".."2100").contains(&text);
        if is_date || is_year || literal.datatype() == xsd::G_YEAR {
            Self::ThingOrDate
        } else if text.parse::<f64>().is_ok_and(f64::is_finite) {
            Self::Number
        } else {
            Self::Text
        }
    }
}

/// A value with what decides when it is told.
struct Told {
    node: Node,
    form: Form,
    uses: u64,
    hash: u64,
    text: Option<String>,
}

impl Told {
    fn new(node: Node, value: &Value, uses: u64) -> Self {
        Self {
            node,
            form: Form::of(&value.term),
            uses,
            hash: hash(&value.term),
            text: normalised(value),
        }
    }

    /// The year of a date, which it makes needless to tell.
    fn year(&self) -> Option<String> {
        let date = self.text.as_ref()?.get(..8)?;
        let is_date = self.form == Form::ThingOrDate && date.bytes().all(|b| b.is_ascii_digit());
        is_date.then(|| date[..4].to_owned())
    }
}

/// The values of a property in one direction, rarest first.
struct Queue {
    property: Node,
    direction: Direction,
    form: Form,
    total: u64,
    /// How many triples have the property.
    common: u64,
    noise: bool,
    hash: u64,
    values: Vec<Told>,
}

impl Queue {
    /// The values of a group; kinds of vocabularies that do not describe the concept wait behind the others, and behind
    /// these the kinds that tell nothing apart.
    fn of_group(
        session: &Session,
        group: &Group,
        common: u64,
        mut values: Vec<Told>,
        vocabularies: &HashSet<&str>,
    ) -> Self {
        let is_kind =
            Some(group.property) == session.type_node() && group.direction == Direction::Out;
        let is_dull =
            |value: &Told| is_kind && session.role_nodes().bookkeeping.contains(&value.node);
        let is_foreign = |value: &Told| {
            let kind = session.graph.term(value.node);
            is_kind && namespace(&kind).is_none_or(|namespace| !vocabularies.contains(namespace))
        };
        values.sort_by_cached_key(|value| {
            (is_dull(value), is_foreign(value), value.uses, value.hash)
        });
        let dull = values.iter().filter(|value| is_dull(value)).count();
        let only_dull = dull == values.len();
        Self {
            property: group.property,
            direction: group.direction,
            form: values.iter().map(|v| v.form).min().unwrap_or(Form::Number),
            total: match only_dull {
                true => group.total,
                false => group.total - dull as u64,
            },
            common,
            noise: only_dull || is_noise(session, group.property),
            hash: hash(&session.graph.term(group.property)),
            values,
        }
    }

    /// How many values the property has, more where their form tells little.
    fn weight(&self) -> u64 {
        let more = match self.form {
            Form::ThingOrDate => 0,
            Form::Text => 2,
            Form::Number => 4,
        };
        self.total.saturating_add(more)
    }
}

/// What an IRI begins with that those of its vocabulary share.
fn namespace(term: &Term) -> Option<&str> {
    let Term::NamedNode(iri) = term else {
        return None;
    };
    iri.as_str().strip_suffix(local_part(iri.as_str())?)
}

/// Whether a property is vocabulary bookkeeping: names, descriptions, sources, and what the roles call noise.
pub fn is_noise(session: &Session, property: Node) -> bool {
    let roles = session.role_nodes();
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

/// One value a queue and round; a value whose text is empty or was told, or a year whose date is there, waits until all others
/// are.
fn in_turns(queues: Vec<Queue>) -> Vec<Choice> {
    let years = queues.iter().flat_map(|q| &q.values).filter_map(Told::year);
    let mut told: HashSet<String> = years.chain([String::new()]).collect();
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

/// The letters and digits that a reader sees, in lower case; nothing to compare where other characters are all there is.
fn normalised(value: &Value) -> Option<String> {
    let shown = match (&value.term, &value.label) {
        (Term::BlankNode(_) | Term::Triple(_), _) => return None,
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
    (!text.is_empty() || shown.trim().is_empty()).then_some(text)
}

/// A number that has nothing to do with how a term sorts, the same in every run: FNV-1a
/// (<http://www.isthe.com/chongo/tech/comp/fnv/>), [scattered].
pub fn hash(term: &Term) -> u64 {
    let mut hash: u64 = 0xcbf2_9ce4_8422_2325;
    for byte in term.to_string().bytes() {
        hash = (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
    }
    scattered(hash)
}

/// Other bits for each number, so that similar numbers are far apart: the last steps of
/// [splitmix64](https://doi.org/10.1145/2714064.2660195).
pub fn scattered(mut bits: u64) -> u64 {
    bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    bits ^ (bits >> 31)
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
        assert_eq!([lines[1], lines[4]], ["b c", "b d"]);
    }

    #[test]
    fn a_kind_that_everything_is_of_comes_after_the_other_kinds() {
        let mixed = told(":it a owl:Thing , :Film , :Work ; :by :a , :b , :c .");
        let lines: Vec<&str> = mixed.lines().collect();
        assert_eq!(lines.len(), 6);
        assert!(lines[4].ends_with("owl#Thing"), "{mixed}");
        let alone = told(":it a owl:Thing ; :by :a , :b .");
        assert!(alone.starts_with("by"), "{alone}");
    }

    #[test]
    fn a_kind_of_a_vocabulary_that_describes_the_thing_comes_before_rarer_ones() {
        let told = told(":it a <other:C> , :Film ; :by :a . :x a :Film . :y a :Film .");
        let kinds: Vec<&str> = told.lines().filter(|l| l.contains("type")).collect();
        assert!(kinds[0].ends_with(" Film"), "{told}");
        assert!(kinds[1].ends_with("other:C"), "{told}");
    }

    #[test]
    fn a_text_comes_before_one_of_many_things() {
        let told = told(":it :motto 'go' ; :by :a , :b , :c , :d .");
        assert!(told.starts_with("motto"), "{told}");
    }

    #[test]
    fn an_empty_text_waits_until_the_end() {
        let told = told(":it :id ' ' ; :sign '+' ; :by :a , :b , :c , :d , :e , :f .");
        assert!(told.starts_with("sign"), "{told}");
        assert!(told.ends_with("id \" \""), "{told}");
    }

    #[test]
    fn things_and_dates_come_before_texts_and_these_before_numbers() {
        let told = told(
            ":it :height 1.8 ; :runtime '118' ; :motto 'go' ; :died '1917'^^xsd:gYear ; :by :a , :b ; :born '1900-01-02' .",
        );
        let properties: Vec<&str> = told.lines().filter_map(|l| l.split(' ').next()).collect();
        let mut first = properties[..2].to_vec();
        first.sort_unstable();
        assert_eq!(first, ["born", "died"]);
        assert_eq!(properties[2..4], ["by", "motto"]);
        assert_eq!(properties[6], "by");
    }

    #[test]
    fn of_properties_that_tie_the_one_that_is_more_common_in_the_graph_goes_first() {
        let others = ":x :often :k . :y :often :l . :z :often :m .";
        for (a, b) in [("seldom", "rarely"), ("rarely", "seldom")] {
            let told = told(&format!(":it :{a} :a ; :often :b ; :{b} :c . {others}"));
            assert!(told.starts_with("often"), "{told}");
        }
    }

    #[test]
    fn what_a_thing_is_comes_before_what_else_is_said_of_it_as_briefly() {
        let told = told(":it :p :a ; k:isA :b ; a :C . :x :p :y . :z :p :y . :u :p :y .");
        let lines: Vec<&str> = told.lines().collect();
        assert!(
            lines[0].contains("isA") && lines[1].contains("type"),
            "{told}"
        );
    }

    #[test]
    fn the_year_of_a_date_that_is_told_waits_until_the_end() {
        let told = told(":it :year '1900'^^xsd:gYear ; :born '1900-01-02'^^xsd:date ; :size 3 .");
        assert!(told.starts_with("born"), "{told}");
        assert!(
            told.lines().last().is_some_and(|l| l.starts_with("year")),
            "{told}"
        );
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
