//! Short names for IRIs.

use std::collections::BTreeMap;

/// Prefixes and the namespaces they stand for.
#[derive(Debug, Clone, Default)]
pub struct Prefixes {
    namespaces: BTreeMap<String, String>,
    /// The same the other way round; of two prefixes for one namespace the first bound is used to shorten.
    names: BTreeMap<String, String>,
}

impl Prefixes {
    /// Binds a prefix (without its colon) unless it is bound.
    ///
    /// Returns the namespace that it keeps when that is another one.
    pub fn bind(&mut self, prefix: &str, namespace: &str) -> Option<String> {
        if let Some(bound) = self.namespaces.get(prefix) {
            return (bound != namespace).then(|| bound.clone());
        }
        self.rebind(prefix, namespace);
        None
    }

    /// Binds those of these prefixes that are not bound.
    pub fn bind_all<'a>(&mut self, prefixes: impl IntoIterator<Item = &'a (String, String)>) {
        for (prefix, namespace) in prefixes {
            self.bind(prefix, namespace);
        }
    }

    /// Binds a prefix whatever it stood for.
    pub fn rebind(&mut self, prefix: &str, namespace: &str) {
        if let Some(old) = self
            .namespaces
            .insert(prefix.to_owned(), namespace.to_owned())
            && self.names.get(&old).is_some_and(|name| name == prefix)
        {
            self.names.remove(&old);
        }
        self.names
            .entry(namespace.to_owned())
            .or_insert_with(|| prefix.to_owned());
    }

    /// Prefixes with their namespaces, sorted by prefix.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.namespaces
            .iter()
            .map(|(prefix, namespace)| (prefix.as_str(), namespace.as_str()))
    }

    /// The namespace of a prefix.
    pub fn namespace(&self, prefix: &str) -> Option<&str> {
        self.namespaces.get(prefix).map(String::as_str)
    }

    /// The IRI that a prefixed name stands for; `None` when it is not one or its prefix is unknown.
    pub fn expand(&self, name: &str) -> Option<String> {
        let (prefix, local) = name.split_once(':')?;
        Some(format!("{}{}", self.namespace(prefix)?, unescape(local)))
    }

    /// The prefixed name of an IRI, valid in SPARQL and Turtle; `None` when no namespace fits.
    ///
    /// The longest namespace wins.
    pub fn shorten(&self, iri: &str) -> Option<String> {
        // Only namespaces that begin `iri` can fit, and they sort before it: walk down from it.
        let mut end = iri.len();
        loop {
            let (namespace, prefix) = self
                .names
                .range::<str, _>((
                    std::ops::Bound::Unbounded,
                    std::ops::Bound::Included(&iri[..end]),
                ))
                .next_back()?;
            if let Some(local) = iri.strip_prefix(namespace.as_str()) {
                if is_local_name(local) {
                    return Some(format!("{prefix}:{local}"));
                }
                end = namespace.len().checked_sub(1)?;
            } else {
                end = common_prefix(namespace, iri);
            }
            while !iri.is_char_boundary(end) {
                end -= 1;
            }
            if end == 0 {
                return None;
            }
        }
    }

    /// The prefixed name of an IRI, else the IRI in angle brackets.
    pub fn display(&self, iri: &str) -> String {
        self.shorten(iri).unwrap_or_else(|| format!("<{iri}>"))
    }
}

fn common_prefix(a: &str, b: &str) -> usize {
    a.bytes().zip(b.bytes()).take_while(|(x, y)| x == y).count()
}

/// Removes the backslashes of `PN_LOCAL_ESC` ([SPARQL grammar](https://www.w3.org/TR/sparql12-query/#rPN_LOCAL_ESC)).
fn unescape(local: &str) -> String {
    local.replace('\\', "")
}

/// Whether a text is a `PN_LOCAL` that needs no escape. Stricter than the
/// [grammar](https://www.w3.org/TR/turtle/#grammar-production-PN_LOCAL) in that it takes neither `%` nor `:`.
fn is_local_name(local: &str) -> bool {
    let inner = |c: char| c == '_' || c == '-' || is_name_letter(c);
    let mut chars = local.chars();
    match chars.next() {
        None => true,
        Some(c) if c == '_' || is_name_letter(c) => {
            !local.ends_with('.') && chars.all(|c| inner(c) || c == '.')
        }
        Some(_) => false,
    }
}

/// Letters of `PN_CHARS_BASE`, and digits.
fn is_name_letter(c: char) -> bool {
    c.is_ascii_alphanumeric()
        || matches!(c, '\u{C0}'..='\u{D6}' | '\u{D8}'..='\u{F6}' | '\u{F8}'..='\u{2FF}' | '\u{370}'..='\u{37D}'
            | '\u{37F}'..='\u{1FFF}' | '\u{200C}'..='\u{200D}' | '\u{2070}'..='\u{218F}' | '\u{2C00}'..='\u{2FEF}'
            | '\u{3001}'..='\u{D7FF}' | '\u{F900}'..='\u{FDCF}' | '\u{FDF0}'..='\u{FFFD}' | '\u{10000}'..='\u{EFFFF}')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn prefixes() -> Prefixes {
        let mut prefixes = Prefixes::default();
        prefixes.bind("", "https://kgq.example/notes#");
        prefixes.bind("k", "https://kgq.example/ontology#");
        prefixes.bind("ex", "http://example.org/");
        prefixes.bind("long", "http://example.org/a/");
        prefixes
    }

    #[test]
    fn the_longest_namespace_shortens() {
        assert_eq!(
            prefixes().shorten("http://example.org/a/b").as_deref(),
            Some("long:b")
        );
    }

    #[test]
    fn a_shorter_namespace_is_found_behind_longer_ones_that_do_not_fit() {
        assert_eq!(
            prefixes().shorten("http://example.org/aardvark").as_deref(),
            Some("ex:aardvark")
        );
    }

    #[test]
    fn korean_local_names_need_no_escape() {
        assert_eq!(
            prefixes()
                .shorten("https://kgq.example/notes#쿠버네티스")
                .as_deref(),
            Some(":쿠버네티스")
        );
    }

    #[test]
    fn a_local_name_that_would_need_escapes_is_not_shortened() {
        assert_eq!(prefixes().shorten("http://example.org/b/c"), None);
        assert_eq!(prefixes().shorten("http://example.org/b."), None);
        assert_eq!(
            prefixes().display("http://example.org/b c"),
            "<http://example.org/b c>"
        );
    }

    #[test]
    fn what_shortens_expands_to_the_same() {
        let prefixes = prefixes();
        for iri in [
            "https://kgq.example/ontology#isA",
            "http://example.org/",
            "http://example.org/a/",
        ] {
            let short = prefixes.shorten(iri).expect("a namespace fits");
            assert_eq!(prefixes.expand(&short).as_deref(), Some(iri));
        }
    }

    #[test]
    fn the_first_binding_wins() {
        let mut prefixes = prefixes();
        assert_eq!(
            prefixes.bind("ex", "http://other.example/").as_deref(),
            Some("http://example.org/")
        );
        assert_eq!(prefixes.namespace("ex"), Some("http://example.org/"));
    }
}
