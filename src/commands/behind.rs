//! The SPARQL behind an answer (`--sparql`): queries that find its rows again in the same graph.
//!
//! What a command reads is more than one query can say: ranking, caps and walks are its own. So the queries are made from
//! the answer: each is the plainest one whose solutions are the answer's rows, in their order where they have one.

mod comparison;
mod hierarchy;
mod script;

use std::collections::BTreeSet;
use std::fmt::Write as _;

use super::{Command, compare, map, query, run, update};
use crate::answer::{Answer, Direction, FactGroup, Find, Map, Path, Paths, Show, Value};
use crate::cli::Options;
use crate::error::{Error, Result};
use crate::facts;
use crate::graph::Node;
use crate::names;
use crate::session::Session;
use script::Script;

/// The SPARQL behind the answer that a command would give: one query, or several that `;` ends.
///
/// # Errors
/// A command whose answer no query gives; what the command itself cannot do.
pub(super) fn queries(
    command: &Command,
    session: &mut Session,
    options: &Options,
) -> Result<String> {
    let written = match command {
        Command::Query(args) => Some(query::statement(args, session)?.text),
        Command::Update(args) => Some(update::text(args, session)?),
        Command::Run(args) => run::statement(args, session)?.map(|query| query.text),
        Command::Map(args) => map::found::query(args, session)?.map(|(_, query)| query.text),
        _ => None,
    };
    if let Some(mut text) = written {
        if !text.ends_with('\n') {
            text.push('\n');
        }
        return Ok(text);
    }
    let answer = match command {
        // The links on such a map are the rows of the comparison.
        Command::Map(args) if args.compare => {
            let args = compare::Args::of(args.names.clone());
            Command::Compare(args).answer(session, options)?
        }
        Command::Show(_)
        | Command::Find(_)
        | Command::Compare(_)
        | Command::Path(_)
        | Command::Map(_)
        | Command::Tree(_) => command.answer(session, options)?,
        _ => {
            return Err(Error::usage(
                "no SPARQL query gives this command's answer",
                "query, update, run, show, find, compare, path, map and tree have one",
            ));
        }
    };
    let session = &*session;
    session.graph.in_rounds(|| {
        let mut script = Script::new(session)?;
        match &answer {
            Answer::Show(show) => script.show(show),
            Answer::Find(find) => script.find(find),
            Answer::Comparison(comparison) => script.comparison(comparison),
            Answer::Paths(Paths { paths, .. }) => script.paths(paths),
            Answer::Map(map) => script.map(map)?,
            Answer::Tree(tree) => script.tree(tree),
            _ => {}
        }
        Ok(script.text())
    })
}

impl Script<'_> {
    /// What is said of a concept, in the order of the properties; what comes from it, where it is a source.
    fn show(&mut self, show: &Show) {
        if !show.facts.is_empty() {
            let title = format!("what is said of {}", show.item.text());
            self.facts(&title, &show.item, &show.facts, show.left_out > 0);
        }
        if let (false, Some(reifies)) = (show.derived.is_empty(), self.session.reifies_node()) {
            self.derived(&show.item, reifies);
        }
    }

    /// The statements that come from a source.
    fn derived(&mut self, source: &Value, reifies: Node) {
        let reifies = self.names(&[reifies]).concat();
        let from = self.names(&self.roles.source).join("|");
        let patterns = [
            self.triple("?reifier", &format!("({from})"), &self.name(source)),
            self.triple("?reifier", &reifies, "<<( ?subject ?property ?object )>>"),
            self.triple("?subject", "?property", "?object"),
        ];
        self.add(
            &format!("what comes from {}", source.text()),
            &format!(
                "SELECT DISTINCT ?subject ?property ?object {{\n  {}\n}}",
                patterns.join("\n  ")
            ),
        );
    }

    /// Groups of facts: whole ones by their property alone; of ones that are `cut` each value.
    fn facts(&mut self, title: &str, item: &Value, groups: &[FactGroup], cut: bool) {
        let item = self.name(item);
        let mut branches = Vec::new();
        for direction in [Direction::Out, Direction::In] {
            let (mut whole, mut single) = (String::new(), String::new());
            for (place, group) in groups.iter().enumerate() {
                if group.direction != direction {
                    continue;
                }
                let property = self.name(&group.property);
                let values: Option<Vec<String>> = group
                    .values
                    .iter()
                    .map(|e| self.constant(e.value.as_ref()?))
                    .collect();
                match values {
                    Some(values) if cut => {
                        for value in values {
                            let _ = write!(single, " ({place} {property} {value})");
                        }
                    }
                    _ => {
                        let _ = write!(whole, " ({place} {property})");
                    }
                }
            }
            let way = direction.name();
            let pattern = match direction {
                Direction::Out => self.triple(&item, "?property", "?value"),
                Direction::In => self.triple("?value", "?property", &item),
            };
            for (variables, rows) in [
                ("?place ?property", whole),
                ("?place ?property ?value", single),
            ] {
                if !rows.is_empty() {
                    branches.push(format!(
                        "  {{ VALUES ({variables}) {{{rows} }}\n    {pattern} BIND(\"{way}\" AS ?direction) }}"
                    ));
                }
            }
        }
        let filter = match cut {
            true => String::new(),
            false => self.without_provenance("?value"),
        };
        self.add(
            title,
            &format!(
                "SELECT {}?property ?direction ?value {{\n{}\n{filter}}}\nORDER BY ?place",
                self.distinct(),
                branches.join(" UNION\n")
            ),
        );
    }

    /// The names that matched, each of its concept; the last part of an IRI counts as a name.
    fn find(&mut self, find: &Find) {
        if find.matches.is_empty() {
            return;
        }
        let rows: String = find
            .matches
            .iter()
            .enumerate()
            .filter(|(_, found)| !found.iri.starts_with("_:"))
            .map(|(place, found)| {
                let concept = self.session.prefixes.display(&found.iri);
                let text = oxrdf::Literal::new_simple_literal(&found.matched);
                format!("\n    ({place} {concept} {text})")
            })
            .collect();
        let roles = &self.roles;
        let named: Vec<Node> = [&roles.label, &roles.alias, &roles.hidden]
            .into_iter()
            .flatten()
            .copied()
            .collect();
        let is_local = "STRENDS(STR(?concept), ?matched)";
        let test = match self.names(&named).as_slice() {
            [] => is_local.to_owned(),
            named => {
                let said = self.triple("?concept", "?called", "?name");
                format!(
                    "EXISTS {{ VALUES ?called {{ {} }} {said} FILTER(STR(?name) = ?matched) }} || {is_local}",
                    named.join(" ")
                )
            }
        };
        self.add(
            "the names that match",
            &format!(
                "SELECT ?concept ?matched {{\n  VALUES (?place ?concept ?matched) {{{rows}\n  }}\n  FILTER({test})\n}}\nORDER BY ?place"
            ),
        );
    }

    /// A query for each path: all that lead through the same properties, so that what is folded is found too.
    fn paths(&mut self, paths: &[Path]) {
        for path in paths {
            self.path(path);
        }
    }

    fn path(&mut self, path: &Path) {
        let last = path.steps.len();
        let (Some(first), Some(final_step)) = (path.steps.first(), path.steps.last()) else {
            return;
        };
        let (start, end) = (first.ends().0, final_step.ends().1);
        let node = |place: usize| match place {
            0 => self.name(start),
            _ if place == last => self.name(end),
            _ => format!("?via{place}"),
        };
        let nodes: Vec<String> = (0..=last).map(node).collect();
        let mut said = start.text();
        let mut pattern = String::new();
        for (place, step) in path.steps.iter().enumerate() {
            let property = self.name(&step.property);
            let (from, to) = (&nodes[place], &nodes[place + 1]);
            let triple = match step.forward {
                true => self.triple(from, &property, to),
                false => self.triple(to, &property, from),
            };
            let next = step.ends().1;
            let _ = writeln!(pattern, "  {triple}");
            let (open, close) = if step.forward {
                ("─", "→")
            } else {
                ("←", "─")
            };
            let _ = write!(
                said,
                " {open} {} {close} {}",
                step.property.text(),
                next.text()
            );
        }
        let query = match &nodes[1..last] {
            [] => format!("ASK {{\n{pattern}}}"),
            between => {
                for (place, via) in between.iter().enumerate() {
                    let others: Vec<&str> = nodes[..=place]
                        .iter()
                        .chain(&nodes[last..])
                        .map(String::as_str)
                        .collect();
                    let _ = writeln!(pattern, "  FILTER({via} NOT IN ({}))", others.join(", "));
                }
                format!(
                    "SELECT {}{} {{\n{pattern}}}",
                    self.distinct(),
                    between.join(" ")
                )
            }
        };
        self.add(&said, &query);
    }

    /// The links of a map, as a graph that `map --query-file` draws again.
    fn map(&mut self, map: &Map) -> Result<()> {
        let nodes: BTreeSet<String> = map
            .nodes
            .iter()
            .filter_map(|node| self.constant(&node.item))
            .collect();
        let drawn: BTreeSet<[String; 3]> = map
            .edges
            .iter()
            .map(|edge| {
                let [from, to] = [edge.source, edge.target].map(|n| self.name(&map.nodes[n].item));
                [from, self.name(&edge.property), to]
            })
            .collect();
        let properties: BTreeSet<&str> = drawn.iter().map(|edge| edge[1].as_str()).collect();
        let properties: Vec<&str> = properties.into_iter().collect();
        let nodes = nodes.into_iter().collect::<Vec<_>>().join(" ");
        let pattern = self.triple("?subject", "?property", "?object");
        let mut implied = String::new();
        for triple in self.links_among(map)? {
            if !drawn.contains(&triple) {
                let _ = write!(implied, "\n    ({})", triple.join(" "));
            }
        }
        if !implied.is_empty() {
            // What other links on the map say already.
            implied =
                format!("  MINUS {{ VALUES (?subject ?property ?object) {{{implied}\n  }} }}\n");
        }
        self.add(
            &map.title,
            &format!(
                "CONSTRUCT {{ ?subject ?property ?object }} {{\n  VALUES ?subject {{ {nodes} }}\n  VALUES ?object {{ {nodes} }}\n  VALUES ?property {{ {} }}\n  {pattern}\n{implied}}}",
                properties.join(" ")
            ),
        );
        Ok(())
    }

    /// All facts between concepts of a map with any of its properties.
    fn links_among(&self, map: &Map) -> Result<BTreeSet<[String; 3]>> {
        let graph = &self.session.graph;
        let node = |value: &Value| graph.node(&value.term);
        let nodes: Vec<Node> = map.nodes.iter().filter_map(|n| node(&n.item)).collect();
        let mut properties: Vec<Node> =
            map.edges.iter().filter_map(|e| node(&e.property)).collect();
        properties.sort_unstable();
        properties.dedup();
        let said = graph.facts(&nodes, Direction::Out, Some(&properties), facts::CAP)?;
        let name = |node: Node| names::short_name(self.session, &graph.term(node));
        Ok(nodes
            .iter()
            .zip(&said)
            .flat_map(|(from, said)| said.facts.iter().map(move |fact| (from, fact)))
            .filter(|(_, fact)| nodes.contains(&fact.value))
            .map(|(from, fact)| [name(*from), name(fact.property), name(fact.value)])
            .collect())
    }
}
