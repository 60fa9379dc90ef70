//! SPARQL as text: names, patterns, titles, and the prefixes that are of use.

use std::cell::Cell;
use std::collections::BTreeSet;
use std::fmt::Write as _;

use oxrdf::Term;

use crate::answer::Value;
use crate::error::Result;
use crate::graph::{Node, Pattern};
use crate::lexer::{self, Kind};
use crate::meta;
use crate::names;
use crate::roles::Roles;
use crate::session::Session;

/// Queries in the making.
pub(super) struct Script<'a> {
    pub(super) session: &'a Session,
    /// What predicates and classes are for, those alone that facts have.
    pub(super) roles: Roles<Node>,
    /// Whether facts stand in named graphs too, where a plain pattern does not find them.
    pub(super) has_graphs: bool,
    /// How many patterns have named their graph.
    graphs: Cell<usize>,
    queries: Vec<String>,
}

impl<'a> Script<'a> {
    /// No query yet.
    ///
    /// # Errors
    /// An endpoint that fails.
    pub(super) fn new(session: &'a Session) -> Result<Self> {
        // Over an endpoint the commands, too, read what it takes for its default graph.
        let graphs = match session.graph.is_remote() {
            true => Vec::new(),
            false => session.graph.named_graphs()?,
        };
        let mut roles = session.role_nodes().clone();
        let predicates = [
            &mut roles.hierarchy,
            &mut roles.label,
            &mut roles.alias,
            &mut roles.hidden,
            &mut roles.source,
            &mut roles.claim,
        ];
        for role in predicates {
            let uses = session.graph.uses(role)?;
            role.retain(|p| uses.iter().any(|u| u.property == *p && u.triples > 0));
        }
        for role in [&mut roles.bookkeeping, &mut roles.source_class] {
            let of_class = |class: &Node| Pattern {
                object: Some(*class),
                ..Pattern::default()
            };
            let patterns: Vec<Pattern> = role.iter().map(of_class).collect();
            let mut counts = session.graph.counts(&patterns)?.into_iter();
            role.retain(|_| counts.next().is_some_and(|count| count > 0));
        }
        let inferred = Term::from(meta::INFERRED_GRAPH.into_owned());
        let is_stated = |&(graph, _): &(Node, u64)| session.graph.term(graph) != inferred;
        Ok(Self {
            session,
            roles,
            has_graphs: graphs.iter().any(is_stated),
            graphs: Cell::new(0),
            queries: Vec::new(),
        })
    }

    /// Adds a query under a comment that says what it finds.
    pub(super) fn add(&mut self, title: &str, query: &str) {
        // A title cannot end its comment.
        let title: String = title
            .chars()
            .map(|c| if c.is_control() { ' ' } else { c })
            .collect();
        self.queries.push(format!("# {title}\n{query}"));
    }

    /// The queries, behind the declarations of the prefixes in them; `;` ends each where there are several.
    pub(super) fn text(&self) -> String {
        let end = if self.queries.len() > 1 { " ;\n" } else { "\n" };
        let queries: Vec<String> = self.queries.iter().map(|q| format!("{q}{end}")).collect();
        let queries = queries.join("\n");
        let used: BTreeSet<&str> = lexer::tokens(&queries)
            .filter(|token| token.kind == Kind::PrefixedName)
            .filter_map(|token| token.text.split_once(':').map(|(prefix, _)| prefix))
            .collect();
        let mut text = String::new();
        for prefix in used {
            if let Some(namespace) = self.session.prefixes.namespace(prefix) {
                let _ = writeln!(text, "PREFIX {prefix}: <{namespace}>");
            }
        }
        if !text.is_empty() {
            text.push('\n');
        }
        text + &queries
    }

    /// A term as SPARQL writes it.
    pub(super) fn name(&self, value: &Value) -> String {
        names::short_name(self.session, &value.term)
    }

    /// Nodes as SPARQL writes them.
    pub(super) fn names(&self, nodes: &[Node]) -> Vec<String> {
        let name = |node: &Node| names::short_name(self.session, &self.session.graph.term(*node));
        nodes.iter().map(name).collect()
    }

    /// A term as it may stand in VALUES; none for a blank node, which no query can name.
    pub(super) fn constant(&self, value: &Value) -> Option<String> {
        (!value.term.is_blank_node()).then(|| self.name(value))
    }

    /// A pattern, in whichever graph it holds.
    pub(super) fn triple(&self, subject: &str, property: &str, object: &str) -> String {
        let triple = format!("{subject} {property} {object}");
        if !self.has_graphs {
            return format!("{triple} .");
        }
        let graph = self.graphs.get() + 1;
        self.graphs.set(graph);
        format!("{{ {triple} }} UNION {{ GRAPH ?graph{graph} {{ {triple} }} }}")
    }

    /// What holds in several graphs is found once.
    pub(super) fn distinct(&self) -> &'static str {
        if self.has_graphs { "DISTINCT " } else { "" }
    }

    /// A line that leaves out what only says where facts come from; empty where the graph has none of that.
    pub(super) fn without_provenance(&self, variable: &str) -> String {
        let roles = &self.roles;
        let mut marks = String::new();
        let mut speaks: Vec<Node> = self.session.reifies_node().into_iter().collect();
        speaks.extend(&roles.claim);
        for property in self.names(&speaks) {
            let said = self.triple(variable, &property, "?statement");
            let _ = writeln!(marks, "  FILTER NOT EXISTS {{ {said} }}");
        }
        if let Some(is_a) = self.session.type_node()
            && let [is_a] = self.names(&[is_a]).as_slice()
        {
            for class in self.names(&roles.source_class) {
                let said = self.triple(variable, is_a, &class);
                let _ = writeln!(marks, "  FILTER NOT EXISTS {{ {said} }}");
            }
        }
        marks
    }
}
