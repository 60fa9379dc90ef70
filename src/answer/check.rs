//! What `check` returns.

use serde::Serialize;

use super::Value;
use super::value::is_zero;

/// The outcome of checks (`check`).
#[derive(Debug, Serialize)]
pub struct Checks {
    /// Every check that was run, in order of name; a user's own behind those of the program.
    pub checks: Vec<Checked>,
}

/// The outcome of one check.
#[derive(Debug, Clone, Serialize)]
pub struct Checked {
    /// The name of its file.
    pub name: String,
    /// What it is called.
    pub title: String,
    /// How grave a fault is.
    pub severity: Severity,
    /// What is wrong with the places that it finds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub problem: Option<String>,
    /// What to do about it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cure: Option<String>,
    /// Whether it applies to data like these.
    pub applies: bool,
    /// The places at fault.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub faults: Vec<Fault>,
    /// How many more places there are than are listed.
    #[serde(skip_serializing_if = "is_zero")]
    pub left_out: u64,
}

/// A place at fault.
#[derive(Debug, Clone, Serialize)]
pub struct Fault {
    /// Where it is: the first of the values that were found.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub focus: Option<Value>,
    /// What else the check says of it, by variable.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub details: Vec<Detail>,
}

/// Something that a check says of a place.
#[derive(Debug, Clone, Serialize)]
pub struct Detail {
    /// What the query calls it.
    pub name: String,
    /// What it is.
    pub value: Value,
}

/// How grave a fault is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Severity {
    /// The data are wrong.
    Error,
    /// The data may be wrong, or are poor.
    Warning,
    /// Good to know.
    Info,
}

impl Severity {
    /// Its name in headings and in JSON.
    pub fn name(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warning => "warning",
            Self::Info => "info",
        }
    }
}

impl Checked {
    /// How many places are at fault.
    pub fn count(&self) -> u64 {
        self.faults.len() as u64 + self.left_out
    }
}

impl Checks {
    /// How many checks found faults of this severity.
    pub fn failed(&self, severity: Severity) -> usize {
        let failed = self
            .checks
            .iter()
            .filter(|c| c.severity == severity && c.count() > 0);
        failed.count()
    }
}
