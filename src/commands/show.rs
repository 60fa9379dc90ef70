//! `show`: what is said of a concept.

use crate::answer::{Answer, Direction, Show, Usage, Value};
use crate::cli::Options;
use crate::error::Result;
use crate::facts::{self, Scope};
use crate::graph::Node;
use crate::names;
use crate::provenance;
use crate::rank::{self, Choice};
use crate::session::Session;

/// How many statements with a property stand for its use.
const EXAMPLES: usize = 5;

/// Show what is said of a concept, most telling facts first
///
/// Facts in which it is the object come last. Of a line of the notes it shows what comes from it.
#[derive(Debug, Clone, clap::Args)]
pub struct Args {
    /// The concept
    #[arg(required = true, value_name = "NAME")]
    name: Vec<String>,
    /// At most this many facts
    #[arg(long, value_name = "N", default_value_t = 100)]
    top: usize,
}

/// Tells what is said of a concept.
///
/// # Errors
/// A name that does not resolve; an endpoint that fails.
pub fn run(args: &Args, session: &Session, options: &Options) -> Result<Answer> {
    let node = names::resolve(session, &args.name.join(" "))?;
    let scope = Scope::of(session, options)?;
    let groups = facts::read(session, node, &scope, facts::CAP.max(args.top))?;
    let is_told = |property: Node, direction: Direction| {
        direction == Direction::In || !is_name_or_description(session, property)
    };
    let total: u64 = groups
        .iter()
        .filter(|group| is_told(group.property, group.direction))
        .map(|group| group.total)
        .sum();
    let mut ranked = rank::rank(session, &groups)?;
    ranked.truncate(args.top);
    let mut told: Vec<Choice> = ranked.clone();
    told.retain(|(property, direction, _)| is_told(*property, *direction));
    let mut facts = facts::groups_of(session, node, &told)?;
    // A value that was postponed must not put its property among the incoming ones.
    facts.sort_by_key(|group| group.direction);
    let derived = provenance::derived_from(session, node)?;
    let mut uncertain = provenance::unasserted(session, &[node])?;
    uncertain.extend(derived.uncertain);
    let mut claims = provenance::claims(session, &[node])?;
    claims.extend(derived.claims);
    Ok(Answer::Show(Box::new(Show {
        item: names::value(session, node)?,
        names: texts(
            session,
            node,
            &[&session.role_nodes().label, &session.role_nodes().alias],
        )?,
        descriptions: texts(session, node, &[&session.role_nodes().description])?,
        facts,
        triples: ranked
            .iter()
            .map(|&(property, direction, value)| facts::statement(node, property, direction, value))
            .filter_map(|statement| session.graph.triple(statement))
            .collect(),
        derived: derived.stated,
        uncertain,
        claims,
        usage: usage(session, node)?,
        left_out: total.saturating_sub(told.len() as u64),
    })))
}

fn is_name_or_description(session: &Session, property: Node) -> bool {
    let roles = session.role_nodes();
    [
        &roles.label,
        &roles.alias,
        &roles.hidden,
        &roles.description,
    ]
    .iter()
    .any(|role| role.contains(&property))
}

/// Literals that a node has by properties of these roles: in the order of the roles, in each the reader's language first.
fn texts(session: &Session, node: Node, roles: &[&Vec<Node>]) -> Result<Vec<Value>> {
    let mut texts: Vec<Value> = Vec::new();
    for properties in roles {
        let said = session
            .graph
            .facts(&[node], Direction::Out, Some(properties), facts::CAP)?;
        let nodes: Vec<Node> = said
            .iter()
            .flat_map(|f| &f.facts)
            .map(|f| f.value)
            .collect();
        let mut values = names::values(session, &nodes)?;
        values.retain(|value| value.term.is_literal());
        values.sort_by_key(|value| names::text_rank(session, &value.term));
        for value in values {
            if !texts.contains(&value) {
                texts.push(value);
            }
        }
    }
    Ok(texts)
}

/// How a node is used as a predicate, where it is.
fn usage(session: &Session, node: Node) -> Result<Option<Usage>> {
    let graph = &session.graph;
    let Some(found) = graph.predicate(node)? else {
        return Ok(None);
    };
    let pairs = graph.pairs(node, Some(EXAMPLES))?;
    let nodes: Vec<Node> = pairs.iter().flat_map(|(s, o)| [*s, *o]).collect();
    let values = names::values(session, &nodes)?;
    Ok(Some(Usage {
        triples: found.triples,
        subjects: found.subjects,
        objects: found.objects,
        examples: values
            .chunks(2)
            .filter_map(|pair| Some((pair.first()?.clone(), pair.get(1)?.clone())))
            .collect(),
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn show(session: &Session, name: &str) -> Show {
        let args = Args {
            name: vec![name.to_owned()],
            top: 100,
        };
        match run(&args, session, &Options::default()) {
            Ok(Answer::Show(show)) => *show,
            other => panic!("{other:?}"),
        }
    }

    /// Property, arrow and values with their lines, a group a line.
    fn facts(show: &Show) -> Vec<String> {
        show.facts
            .iter()
            .map(|group| {
                let values = group.values.iter().map(|entry| {
                    let lines = entry.sources.iter().filter_map(|s| s.line);
                    let lines: Vec<String> = lines.map(|line| format!(" L{line}")).collect();
                    let value = entry.value.as_ref().map(Value::text).unwrap_or_default();
                    format!("{value}{}", lines.concat())
                });
                let arrow = if group.direction == Direction::In {
                    "← "
                } else {
                    ""
                };
                let values: Vec<String> = values.collect();
                format!("{arrow}{}: {}", group.property.text(), values.join(", "))
            })
            .collect()
    }

    #[test]
    fn a_concept_of_the_notes_is_shown_with_the_lines_that_say_so() {
        let show = show(&Session::notes("en"), "Harbor");
        let facts = facts(&show);
        assert!(
            facts.contains(&"replaces: Docker Hub L135".to_owned()),
            "{facts:?}"
        );
        assert!(show.names.iter().any(|name| name.text() == "하버"));
    }

    #[test]
    fn a_line_of_the_notes_shows_what_comes_from_it() {
        let show = show(&Session::notes("en"), "L62");
        let said: Vec<String> = show
            .derived
            .iter()
            .map(|s| {
                format!(
                    "{} {} {}",
                    s.subject.text(),
                    s.property.text(),
                    s.object.text()
                )
            })
            .collect();
        assert!(
            said.contains(&"EC2 is used in AI service".to_owned()),
            "{said:?}"
        );
        let reasons = show.derived.iter().flat_map(|s| &s.qualifiers);
        let reasons: Vec<&str> = reasons
            .filter_map(|q| q.property.label.as_deref())
            .collect();
        assert!(reasons.contains(&"because"), "{reasons:?}");
    }

    #[test]
    fn what_is_doubtful_or_claimed_is_told_apart_from_the_facts() {
        let show = show(&Session::notes("en"), "EC2");
        assert!(
            show.uncertain
                .iter()
                .any(|s| s.sources.iter().any(|s| s.line == Some(15)))
        );
        assert_eq!(
            show.claims.iter().map(|c| c.verdict).collect::<Vec<_>>(),
            [Some(false)]
        );
        assert!(
            facts(&show)
                .iter()
                .all(|fact| !fact.contains("control plane"))
        );
    }

    #[test]
    fn a_property_shows_its_use() {
        let session = Session::sample(":a :p :b . :c :p :b . :p rdfs:label 'pee' .");
        let usage = show(&session, ":p").usage.expect("it is used");
        assert_eq!((usage.triples, usage.subjects, usage.objects), (2, 2, 1));
    }

    #[test]
    fn a_hub_is_counted_and_not_read_whole() {
        let mut turtle = ":a :rare :hub .".to_owned();
        for i in 0..2500 {
            turtle += &format!(":s{i} :common :hub .");
        }
        let show = show(&Session::sample(&turtle), ":hub");
        assert_eq!(show.left_out, 2401);
        assert_eq!(show.facts[0].property.text(), ":rare");
    }

    #[test]
    fn hidden_properties_are_left_out() {
        let session = Session::sample(":a :p :b ; :q :c .");
        let options = Options {
            hide: vec![":p".to_owned()],
            ..Options::default()
        };
        let args = Args {
            name: vec![":a".to_owned()],
            top: 9,
        };
        let Ok(Answer::Show(show)) = run(&args, &session, &options) else {
            panic!("it is shown");
        };
        assert_eq!(facts(&show), [":q: :c"]);
    }
}
