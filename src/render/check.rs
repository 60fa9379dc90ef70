//! The outcome of checks as rows, a fault a row.

use oxrdf::{Literal, Term};

use super::View;
use super::text::values;
use crate::answer::{Checks, Rows, Stream};

/// A row for each fault: severity, check, place, what else is said of it, problem and cure.
pub fn rows(checks: &Checks, view: &View<'_>) -> Rows {
    let variables = ["severity", "check", "focus", "details", "problem", "cure"];
    let text = |text: &str| (!text.is_empty()).then(|| Term::from(Literal::from(text)));
    let mut solutions = Vec::new();
    for check in &checks.checks {
        for fault in &check.faults {
            let details: Vec<String> = fault
                .details
                .iter()
                .map(|d| format!("{}: {}", d.name, values::value(&d.value, view)))
                .collect();
            solutions.push(vec![
                text(check.severity.name()),
                text(&check.name),
                fault.focus.as_ref().map(|focus| focus.term.clone()),
                text(&details.join("; ")),
                text(check.problem.as_deref().unwrap_or_default()),
                text(check.cure.as_deref().unwrap_or_default()),
            ]);
        }
    }
    Rows {
        variables: variables.map(str::to_owned).to_vec(),
        solutions: Stream::from(solutions),
    }
}
