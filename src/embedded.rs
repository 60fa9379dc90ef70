//! The files of `ontology/` and `data/`, in the binary: graphs packed, queries as text.

use std::sync::OnceLock;

use crate::error::Result;
use crate::index::Index;

include!(concat!(env!("OUT_DIR"), "/embedded.rs"));

/// The course's graph: the notes and their vocabulary.
///
/// # Errors
/// None, unless the program is damaged.
pub fn course() -> Result<Index> {
    Index::embedded(include_bytes!(concat!(env!("OUT_DIR"), "/course.kgq")))
}

/// The vocabulary of the notes by itself.
///
/// # Errors
/// None, unless the program is damaged.
pub fn vocabulary() -> Result<Index> {
    Index::embedded(include_bytes!(concat!(env!("OUT_DIR"), "/vocabulary.kgq")))
}

/// What predicates are for; its prefixes are those that need no declaration anywhere.
///
/// # Errors
/// None, unless the program is damaged.
pub fn roles() -> Result<&'static Index> {
    // Asked for the name of every predicate without a label.
    static ROLES: OnceLock<Index> = OnceLock::new();
    if let Some(opened) = ROLES.get() {
        return Ok(opened);
    }
    let index = Index::embedded(include_bytes!(concat!(env!("OUT_DIR"), "/roles.kgq")))?;
    Ok(ROLES.get_or_init(|| index))
}

/// How maps are drawn.
///
/// # Errors
/// None, unless the program is damaged.
pub fn style() -> Result<Index> {
    Index::embedded(include_bytes!(concat!(env!("OUT_DIR"), "/style.kgq")))
}

/// Name and text of the queries below a folder, such as `ontology/checks/`, sorted by name.
pub fn queries(folder: &str) -> impl Iterator<Item = (&'static str, &'static str)> {
    FILES
        .iter()
        .copied()
        .filter(move |(name, _)| name.starts_with(folder))
}
