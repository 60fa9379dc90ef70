//! The operators of a plan as rows, in the words of SPARQL.

use oxrdf::vocab::xsd;
use oxrdf::{Literal, Term};
use serde::Deserialize;
use serde::de::Error as _;
use spareval::QueryExplanation;

use crate::error::{Error, Result};
use crate::index::Index;
use crate::lexer::{self, Kind};
use crate::plan;
use crate::prefixes::Prefixes;

/// An operator as evaluation tells of it.
#[derive(Debug, Deserialize)]
pub struct Node {
    name: String,
    #[serde(rename = "number of results")]
    rows: u64,
    #[serde(rename = "duration in seconds", default)]
    seconds: f64,
    children: Vec<Node>,
}

impl Node {
    /// Reads what evaluation tells.
    ///
    /// # Errors
    /// A form that is not known, which a test would have shown.
    pub fn read(told: &QueryExplanation) -> Result<Self> {
        #[derive(Deserialize)]
        struct Told {
            plan: Node,
        }
        let mut json = Vec::new();
        let mut read = || {
            told.write_in_json(&mut json)
                .map_err(serde_json::Error::custom)?;
            let mut reader = serde_json::Deserializer::from_slice(&json);
            // This thread's stack is made for deep queries.
            reader.disable_recursion_limit();
            Told::deserialize(&mut reader)
        };
        let told: std::result::Result<Told, serde_json::Error> = read();
        told.map(|told| told.plan).map_err(|e| Error::Evaluation {
            message: format!("the plan cannot be told: {e}"),
            hint: None,
        })
    }
}

/// An operator with what is told of it.
pub struct Operator {
    what: String,
    rows: Option<u64>,
    expected: Option<f64>,
    milliseconds: Option<f64>,
}

impl Operator {
    /// It as a row: what it is, its rows, the rows expected, its own milliseconds.
    pub fn row(&self) -> Vec<Option<Term>> {
        let number = |n: f64, digits| {
            let text = format!("{n:.digits$}");
            Term::from(Literal::new_typed_literal(text, xsd::DECIMAL))
        };
        vec![
            Some(Literal::from(self.what.as_str()).into()),
            self.rows.map(|rows| Literal::from(rows).into()),
            // A product with zero may be a negative zero.
            self.expected.map(|rows| number(rows.max(0.0), 1)),
            self.milliseconds.map(|ms| number(ms, 3)),
        ]
    }
}

/// The operators of a plan, each behind the one that it serves and a little to the right of it.
pub struct List<'a> {
    /// Those so far.
    pub operators: Vec<Operator>,
    /// What the planner expects, in its order, of patterns that have not come yet.
    expected: Vec<plan::Step>,
    index: &'a Index,
    relations: &'a [plan::Relation],
    prefixes: &'a Prefixes,
    /// The variables met that the parser made up.
    made_up: Vec<String>,
}

impl<'a> List<'a> {
    /// An empty list for a plan over this index.
    pub fn new(index: &'a Index, relations: &'a [plan::Relation], prefixes: &'a Prefixes) -> Self {
        Self {
            operators: Vec::new(),
            expected: Vec::new(),
            index,
            relations,
            prefixes,
            made_up: Vec::new(),
        }
    }

    /// Adds what was carried out, with what the planner had expected of it.
    pub fn carried_out(&mut self, root: &Node, expected: Vec<plan::Step>) {
        self.expected = expected;
        self.add(root, 0);
    }

    /// Adds a step that was only planned.
    pub fn planned(&mut self, step: plan::Step) {
        let what = self.short(&step.pattern);
        self.operators.push(Operator {
            what,
            rows: None,
            expected: Some(step.rows),
            milliseconds: None,
        });
    }

    fn add(&mut self, node: &Node, depth: usize) {
        let parts: f64 = node.children.iter().map(|child| child.seconds).sum();
        let pattern = self.with_relations(&node.name);
        let (what, place) = described(&pattern);
        let expected = self.expected.iter().position(|step| match place {
            Place::Pattern => step.pattern == what,
            Place::Values => step.pattern.starts_with("counts of "),
            Place::Other => false,
        });
        let expected = expected.map(|at| self.expected.remove(at));
        let what = match &expected {
            Some(step) if place == Place::Values => step.pattern.clone(),
            _ => what,
        };
        let what = self.short(&what);
        let counting = expected.as_ref().map_or(0.0, |step| step.seconds);
        self.operators.push(Operator {
            what: format!("{}{what}", "  ".repeat(depth)),
            rows: Some(node.rows),
            expected: expected.map(|step| step.rows),
            milliseconds: Some(((node.seconds - parts).max(0.0) + counting) * 1000.0),
        });
        let mut links = Vec::new();
        chain(node, &mut links);
        for link in links {
            self.add(link, depth + 1);
        }
    }

    /// The text with paths for the predicates that the planner put in their place.
    fn with_relations(&self, text: &str) -> String {
        let mut text = text.to_owned();
        for (number, relation) in self.relations.iter().enumerate() {
            let iri = plan::relation_iri(number).to_string();
            text = text.replace(&iri, &plan::described(self.index, relation));
        }
        text
    }

    /// The text with short names for IRIs and for variables that the parser made up.
    fn short(&mut self, text: &str) -> String {
        let mut short = String::with_capacity(text.len());
        let mut end = 0;
        for token in lexer::tokens(text) {
            let made = token.kind == Kind::Variable && is_made_up(&token.text[1..]);
            if token.kind != Kind::Iri && !made {
                continue;
            }
            short += &text[end..token.start];
            short += &if made {
                self.numbered(token.text)
            } else {
                self.prefixes.display(token.text.trim_matches(['<', '>']))
            };
            end = token.span().end;
        }
        short + &text[end..]
    }

    fn numbered(&mut self, variable: &str) -> String {
        let known = self.made_up.iter().position(|known| known == variable);
        let number = known.unwrap_or_else(|| {
            self.made_up.push(variable.to_owned());
            self.made_up.len() - 1
        });
        format!("?_{}", number + 1)
    }
}

/// Whether the parser gave a variable its name: 128 random bits, leading zeros left out.
fn is_made_up(name: &str) -> bool {
    (24..=32).contains(&name.len()) && name.bytes().all(|b| b.is_ascii_hexdigit())
}

/// The parts of an operator; of joins row by row all links of the chain, in the order in which they are made.
fn chain<'a>(node: &'a Node, links: &mut Vec<&'a Node>) {
    for (i, child) in node.children.iter().enumerate() {
        if i == 0 && node.name == LATERAL && child.name == LATERAL {
            chain(child, links);
        } else {
            links.push(child);
        }
    }
}

/// What evaluation calls a join that matches its second part for each row of its first.
const LATERAL: &str = "Lateral";

/// What an operator is, as far as expectations go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    Pattern,
    Values,
    Other,
}

/// An operator in the words of SPARQL.
fn described(name: &str) -> (String, Place) {
    let (head, rest) = name.split_once('(').unwrap_or((name, ""));
    let rest = rest.strip_suffix(')').unwrap_or(rest);
    let other = |text: String| (text, Place::Other);
    match head {
        "QuadPattern" | "Path" => (rest.to_owned(), Place::Pattern),
        "StaticBindings" => (format!("VALUES {rest}"), Place::Values),
        // A query without variables only asks whether there is an answer.
        "Project" if rest.is_empty() => other("ASK".to_owned()),
        "Project" => other(format!("SELECT {}", rest.replace(", ", " "))),
        "Distinct" => other("DISTINCT".to_owned()),
        "Reduced" => other("REDUCED".to_owned()),
        "Filter" => other(format!("FILTER {rest}")),
        "Extend" => other(format!("BIND {rest}")),
        "Graph" => other(format!("GRAPH {rest}")),
        "Aggregate" => other(format!("GROUP BY {rest}")),
        "Sort" => other(format!("ORDER BY {}", rest.replace(", ", " "))),
        "Slice" => other(
            rest.replace("start = 0, ", "")
                .replace("start = ", "OFFSET ")
                .replace("length = ", "LIMIT ")
                .replace(", ", " "),
        ),
        "Union" => other("UNION".to_owned()),
        "Service" => other(format!("SERVICE {rest}")),
        LATERAL => other("join, row by row".to_owned()),
        "ForLoopLeftJoin" => other(format!("OPTIONAL, row by row{}", condition(rest))),
        "Join" => other(format!("join, in memory{}", condition(rest))),
        "LeftJoin" => other(format!("OPTIONAL, in memory{}", condition(rest))),
        "AntiJoin" => other(format!("MINUS, in memory{}", condition(rest))),
        _ => other(name.to_owned()),
    }
}

/// What a join demands, without what every join says of itself.
fn condition(rest: &str) -> String {
    let (_, after) = rest.split_once("keys = ").unwrap_or(("", rest));
    let after = after.strip_prefix("expression = ").unwrap_or(after);
    let (keys, expression) = after.split_once(", expression = ").unwrap_or((after, ""));
    let always = "\"true\"^^<http://www.w3.org/2001/XMLSchema#boolean>";
    let mut text = String::new();
    for demand in [keys, expression] {
        if !demand.is_empty() && demand != always && demand != "true" {
            text += &format!(", on {demand}");
        }
    }
    text
}
