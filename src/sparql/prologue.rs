//! The declarations that a statement begins with ([Prologue](https://www.w3.org/TR/sparql12-query/#rPrologue)).

use oxrdf::NamedNode;

use crate::lexer::{self, Kind};

/// What a statement declares.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Prologue {
    /// Prefixes, without their colon, and absolute IRIs.
    pub prefixes: Vec<(String, String)>,
    /// Whether nothing but these declarations stands there.
    pub is_all: bool,
}

/// Reads the declarations that a text begins with.
pub fn prologue(text: &str) -> Prologue {
    let mut prologue = Prologue::default();
    let mut tokens = lexer::tokens(text)
        .filter(|token| token.kind != Kind::Comment)
        .peekable();
    while tokens.next_if(|token| token.is_word("prefix")).is_some() {
        let name = tokens.next_if(|token| token.kind == Kind::PrefixedName);
        let iri = tokens.next_if(|token| token.kind == Kind::Iri);
        let (Some(name), Some(iri)) = (name, iri) else {
            return prologue;
        };
        let iri = iri.text.trim_start_matches('<').trim_end_matches('>');
        if let Some(prefix) = name.text.strip_suffix(':')
            && NamedNode::new(iri).is_ok()
        {
            prologue.prefixes.push((prefix.to_owned(), iri.to_owned()));
        }
    }
    prologue.is_all = !prologue.prefixes.is_empty() && tokens.all(|token| token.text == ";");
    prologue
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn case(text: &str, prefixes: &[(&str, &str)], is_all: bool) {
        let found = prologue(text);
        let names: Vec<_> = found
            .prefixes
            .iter()
            .map(|(prefix, iri)| (prefix.as_str(), iri.as_str()))
            .collect();
        assert_eq!(
            (names.as_slice(), found.is_all),
            (prefixes, is_all),
            "{text}"
        );
    }

    #[test]
    fn declarations_are_read_up_to_the_query() {
        case(
            "PREFIX a: <x:> # one\nprefix : <y:>\nASK { PREFIX b: <z:> }",
            &[("a", "x:"), ("", "y:")],
            false,
        );
    }

    #[test]
    fn declarations_alone_are_all() {
        case("PREFIX a: <x:>", &[("a", "x:")], true);
        case("PREFIX a: <x:> ;", &[("a", "x:")], true);
        case("ASK {}", &[], false);
        case("", &[], false);
    }

    #[test]
    fn what_is_no_declaration_declares_nothing() {
        case("PREFIX a: <relative>", &[], false);
        case("PREFIX a <x:>", &[], false);
        case("PREFIX", &[], false);
    }
}
