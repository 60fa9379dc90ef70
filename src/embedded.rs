//! The files of `ontology/` and `data/`, in the binary.

include!(concat!(env!("OUT_DIR"), "/embedded.rs"));

/// The embedded file of this name, such as `ontology/roles.ttl`; empty when there is none.
pub fn file(name: &str) -> &'static str {
    FILES
        .binary_search_by(|(have, _)| (*have).cmp(name))
        .map_or("", |at| FILES[at].1)
}

/// Name and text of the files below a folder, such as `data/`, sorted by name.
pub fn folder(folder: &str) -> &'static [(&'static str, &'static str)] {
    let start = FILES.partition_point(|(name, _)| *name < folder);
    let length = FILES[start..].partition_point(|(name, _)| name.starts_with(folder));
    &FILES[start..start + length]
}
