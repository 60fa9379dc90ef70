//! The SPARQL behind a place in the hierarchy.

use std::collections::BTreeSet;

use super::script::Script;
use crate::answer::{Branch, Tree, Value};
use crate::graph::Node;

/// The properties that lead up, as alternatives of a property path.
pub(super) struct Steps {
    /// From the concept itself.
    pub(super) first: String,
    /// From what is above it, too; none when instances alone have something above them.
    pub(super) further: Option<String>,
}

impl Script<'_> {
    pub(super) fn steps(&self) -> Steps {
        let roles = &self.roles;
        let further: Vec<Node> = roles
            .hierarchy
            .iter()
            .copied()
            .filter(|p| !roles.first_step_only.contains(p))
            .collect();
        let joined = |nodes: &[Node]| self.names(nodes).join("|");
        Steps {
            first: joined(&roles.hierarchy),
            further: (!further.is_empty()).then(|| joined(&further)),
        }
    }

    /// What is above a concept and below it: each step.
    pub(super) fn tree(&mut self, tree: &Tree) {
        let steps = self.steps();
        let item = self.name(&tree.item);
        if !tree.up.is_empty() {
            let mut ways = vec![self.step(&item, &steps.first, &item, "?above", "?below")];
            if let Some(further) = &steps.further {
                let at = match self.has_graphs {
                    false => format!("{item} ({})/({further})* ?below .", steps.first),
                    true => self.at("?below", None, &tree.up),
                };
                ways.push(format!(
                    "  {{ {at} {} }}",
                    self.triple("?below", &format!("({further})"), "?above")
                ));
            }
            self.steps_query(&format!("what {} is", tree.item.text()), &ways, "?above");
        }
        if !tree.down.is_empty() {
            let at = match (&steps.further, self.has_graphs) {
                (Some(further), false) => format!("?above ({further})* {item} ."),
                (Some(_), true) => self.at("?above", Some(&tree.item), &tree.down),
                (None, _) => format!("VALUES ?above {{ {item} }}"),
            };
            let first = format!("({})", steps.first);
            let ways = [format!(
                "  {{ {at} {} }}",
                self.triple("?below", &first, "?above")
            )];
            self.steps_query(&format!("what is {}", tree.item.text()), &ways, "?below");
        }
    }

    /// The steps from the concept itself.
    fn step(&self, item: &str, steps: &str, subject: &str, object: &str, itself: &str) -> String {
        let triple = self.triple(subject, &format!("({steps})"), object);
        format!("  {{ {triple} BIND({item} AS {itself}) }}")
    }

    fn steps_query(&mut self, title: &str, ways: &[String], end: &str) {
        let dull = self.without_dull(end);
        self.add(
            title,
            &format!(
                "SELECT DISTINCT ?below ?above {{\n{}\n  FILTER(?below != ?above && isIRI({end}))\n{dull}}}",
                ways.join(" UNION\n")
            ),
        );
    }

    /// A line that leaves out classes that tell nothing of a kind.
    pub(super) fn without_dull(&self, variable: &str) -> String {
        let dull = self.names(&self.roles.bookkeeping);
        match dull.is_empty() {
            true => String::new(),
            false => format!("  FILTER({variable} NOT IN ({}))\n", dull.join(", ")),
        }
    }

    /// Where further steps begin, by name: a property path stays in one graph.
    fn at(&self, variable: &str, item: Option<&Value>, branches: &[Branch]) -> String {
        let mut names: BTreeSet<String> = item.map(|item| self.name(item)).into_iter().collect();
        self.inner(branches, &mut names);
        let names: Vec<String> = names.into_iter().collect();
        format!("VALUES {variable} {{ {} }}", names.join(" "))
    }

    fn inner(&self, branches: &[Branch], names: &mut BTreeSet<String>) {
        for branch in branches.iter().filter(|branch| !branch.branches.is_empty()) {
            names.insert(self.name(&branch.item));
            self.inner(&branch.branches, names);
        }
    }
}
