//! The queries that reproduce the rows of a comparison.

use std::fmt::Write as _;

use super::script::Script;
use crate::answer::{Comparison, Direction, Entry, Row, Status};

impl Script<'_> {
    /// A query for each row of each section, in the comparison's order. Inherited values are asked for where they are stated.
    pub(super) fn comparison(&mut self, comparison: &Comparison) {
        let items: Vec<String> = comparison
            .items
            .iter()
            .map(|item| self.name(item))
            .collect();
        if !comparison.relations.is_empty() {
            self.relations(comparison, &items);
        }
        if !comparison.ancestors.is_empty() && !self.has_graphs {
            self.common_kinds(&items);
        }
        for (section, rows) in comparison.sections() {
            for row in rows {
                let query = self.row(row, &items);
                self.add(&format!("{section}: {}", row.property.text()), &query);
            }
        }
        self.paths(&comparison.paths);
        for (item, groups) in comparison.items.iter().zip(&comparison.exam.items) {
            if !groups.is_empty() {
                self.facts(&format!("exam: {}", item.text()), item, groups, true);
            }
        }
    }

    fn relations(&mut self, comparison: &Comparison, items: &[String]) {
        let all = items.join(" ");
        let mut properties: Vec<String> = comparison
            .relations
            .iter()
            .map(|r| self.name(&r.property))
            .collect();
        properties.sort();
        properties.dedup();
        let triple = self.triple("?subject", "?property", "?object");
        self.add(
            "relations",
            &format!(
                "SELECT {}?subject ?property ?object {{\n  VALUES ?subject {{ {all} }} VALUES ?object {{ {all} }} VALUES ?property {{ {} }}\n  {triple}\n  FILTER(?subject != ?object)\n}}",
                self.distinct(),
                properties.join(" ")
            ),
        );
    }

    /// What is above all items and above nothing else that is.
    fn common_kinds(&mut self, items: &[String]) {
        let steps = self.steps();
        let further = steps.further.as_deref();
        let way = match further {
            Some(further) => format!("(({})/({further})*)?", steps.first),
            None => format!("({})?", steps.first),
        };
        let above = |kind: &str| -> String {
            let up = |item: &String| format!("{item} {way} {kind} . ");
            items.iter().map(up).collect()
        };
        let lower = further.map_or(String::new(), |further| {
            format!(
                "  FILTER NOT EXISTS {{ {}?lower ({further})+ ?kind FILTER(?lower != ?kind) }}\n",
                above("?lower")
            )
        });
        let dull = self.without_dull("?kind");
        let query = format!(
            "SELECT DISTINCT ?kind {{\n  {}\n{lower}{dull}}}",
            above("?kind").trim_end()
        );
        self.add("common kind", &query);
    }

    /// What the items have, each from whom it has it.
    fn row(&self, row: &Row, items: &[String]) -> String {
        let mut branches: Vec<String> = Vec::new();
        for (item, cell) in items.iter().zip(&row.cells) {
            let entries = cell.iter().filter(|entry| entry.value.is_some());
            for entry in entries {
                let branch = format!(
                    "  {{ {} BIND({item} AS ?item) }}",
                    self.entry(row, entry, item)
                );
                if !branches.contains(&branch) {
                    branches.push(branch);
                }
            }
        }
        format!(
            "SELECT {}?item ?value {{\n{}\n}}",
            self.distinct(),
            branches.join(" UNION\n")
        )
    }

    fn entry(&self, row: &Row, entry: &Entry, item: &str) -> String {
        let holder = match &entry.via {
            Some(via) => self.name(via),
            None => item.to_owned(),
        };
        let property = match (&row.denied_property, entry.status) {
            (Some(denial), Status::Denied) => denial,
            _ => &row.property,
        };
        let property = self.name(property);
        let mut pattern = String::new();
        if let Some(value) = entry.value.as_ref().and_then(|value| self.constant(value)) {
            let _ = write!(pattern, "VALUES ?value {{ {value} }} ");
        }
        let (subject, object) = match row.direction {
            Direction::Out => (holder.as_str(), "?value"),
            Direction::In => ("?value", holder.as_str()),
        };
        if entry.status == Status::Uncertain
            && let Some(reifies) = self.session.reifies_node()
        {
            let statement = format!("<<( {subject} {property} {object} )>>");
            return pattern
                + &self.triple("?reifier", &self.names(&[reifies]).concat(), &statement);
        }
        pattern + &self.triple(subject, &property, object)
    }
}
