//! A statement as it is sent: the text that was typed, behind the declarations that it lacks.
//!
//! An endpoint gets what the user wrote, since its messages tell places in it, and its optimiser heeds how it is written and
//! what its comments say.

use std::collections::BTreeSet;
use std::fmt;

use crate::lexer::{self, Kind, Token};
use crate::prefixes::Prefixes;

/// A query or an update: what it means, and how it is written.
#[derive(Debug, Clone)]
pub struct Statement<T> {
    /// What it means.
    pub algebra: T,
    /// A text of this meaning for whoever knows no prefixes but those that it declares.
    pub text: String,
    /// How many lines of it stand before what was typed.
    pub added: usize,
}

impl<T> Statement<T> {
    /// What was typed, which means `algebra` to who knows `prefixes` and reads relative IRIs from `base`.
    pub(super) fn typed(algebra: T, text: &str, prefixes: &Prefixes, base: Option<&str>) -> Self {
        let lines = declarations(text, prefixes, base);
        Self {
            algebra,
            text: format!("{}{text}", lines.concat()),
            added: lines.len(),
        }
    }
}

/// A statement that nobody wrote.
impl<T: fmt::Display> From<T> for Statement<T> {
    fn from(algebra: T) -> Self {
        Self {
            text: algebra.to_string(),
            algebra,
            added: 0,
        }
    }
}

/// A line for each declaration that a text needs and lacks.
fn declarations(text: &str, prefixes: &Prefixes, base: Option<&str>) -> Vec<String> {
    let (mut declared, mut lacking) = (BTreeSet::new(), BTreeSet::new());
    let (mut is_based, mut needs_base) = (false, false);
    let mut before: Option<Token<'_>> = None;
    for token in lexer::tokens(text).filter(|token| token.kind != Kind::Comment) {
        let follows = |word| before.as_ref().is_some_and(|before| before.is_word(word));
        match token.kind {
            Kind::PrefixedName => {
                let prefix = token.text.split(':').next().unwrap_or_default();
                if follows("prefix") {
                    declared.insert(prefix);
                } else if !declared.contains(prefix) {
                    lacking.insert(prefix);
                }
            }
            Kind::Iri => {
                needs_base |= !is_based && is_relative(token.text);
                is_based |= follows("base");
            }
            _ => {}
        }
        before = Some(token);
    }
    let base = base.filter(|_| needs_base);
    let base = base.map(|base| format!("BASE <{base}>\n"));
    let known = lacking.into_iter().filter_map(|prefix| {
        let namespace = prefixes.namespace(prefix)?;
        Some(format!("PREFIX {prefix}: <{namespace}>\n"))
    });
    base.into_iter().chain(known).collect()
}

/// Whether an IRI in its brackets has no scheme.
fn is_relative(iri: &str) -> bool {
    let scheme = iri.trim_start_matches('<').split_once(':');
    !scheme.is_some_and(|(scheme, _)| {
        scheme.starts_with(|c: char| c.is_ascii_alphabetic())
            && scheme
                .chars()
                .all(|c| c.is_ascii_alphanumeric() || "+-.".contains(c))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn prefixes() -> Prefixes {
        let mut prefixes = Prefixes::default();
        prefixes.bind("", "x:notes#");
        prefixes.bind("k", "x:ontology#");
        prefixes.bind("이름", "x:names#");
        prefixes
    }

    /// The lines put before a text that is read from `file:/f/`, each without its IRI.
    #[track_caller]
    fn case(text: &str, added: &[&str]) {
        let lines = declarations(text, &prefixes(), Some("file:/f/"));
        let names: Vec<&str> = lines
            .iter()
            .filter_map(|line| Some(line.split_once(" <")?.0))
            .collect();
        assert_eq!(names, added, "{text}");
    }

    #[test]
    fn prefixes_that_are_used_and_not_declared_are_added_once() {
        case("ASK { :a k:b ?x . ?x k:c :d }", &["PREFIX :", "PREFIX k:"]);
        case(
            "ASK { ?쿠버 이름:파드/^k:b* \"1\"^^k:int }",
            &["PREFIX k:", "PREFIX 이름:"],
        );
        case(
            "SELECT (k:f(?x) AS ?y) { << ?s ?p ?o >> ?q ?r }",
            &["PREFIX k:"],
        );
        case("ASK {?s k:p?o}", &["PREFIX k:"]);
        case("ASK { ?s ?p ?o }", &[]);
    }

    #[test]
    fn prefixes_that_the_text_declares_are_not_added() {
        case("PREFIX k: <y:>\nASK { :a k:b ?x }", &["PREFIX :"]);
        case(
            "prefix # k: is ours\r\n\tk:<y:>Prefix :<z:>ASK{:a k:b ?x}",
            &[],
        );
    }

    #[test]
    fn a_prefix_that_is_declared_after_its_use_is_added() {
        case(
            "INSERT DATA { <y:a> k:b 1 } ; PREFIX k: <y:> INSERT DATA { <y:a> k:b 2 }",
            &["PREFIX k:"],
        );
    }

    #[test]
    fn strings_comments_iris_blank_nodes_and_variables_use_no_prefix() {
        case(
            "ASK { ?k \"k:a\" '''\nPREFIX k: <y:> :b''' ; <x:#k:c> _:k # k:d :e\r . ?s <x:\\u00e9#> $k }",
            &[],
        );
    }

    #[test]
    fn what_looks_like_a_comment_or_a_declaration_hides_no_prefix() {
        case("ASK { ?s ?p \"k:a # \" , k:b }", &["PREFIX k:"]);
        case("ASK { ?s ?p 'PREFIX k: <y:>' , k:b }", &["PREFIX k:"]);
        case("ASK { ?s <x:#a> k:b # k:c\n }", &["PREFIX k:"]);
        case("ASK { ?s <x:\\u00e9#a> k:b }", &["PREFIX k:"]);
        case("ASK { # <y:\r ?s ?p k:b }", &["PREFIX k:"]);
    }

    #[test]
    fn a_base_is_added_for_relative_iris_only() {
        case("ASK { <a> ?p ?o }", &["BASE"]);
        case("ASK { <> ?p <#b:c> }", &["BASE"]);
        case("ASK { <urn:a> ?p <http://a/b#c> }", &[]);
        case("BASE <http://a/> ASK { <a> ?p ?o }", &[]);
        case("BASE <b/> ASK { <a> ?p ?o }", &["BASE"]);
        case(
            "PREFIX p: <#> BASE <http://a/> ASK { p:a k:b <c> }",
            &["BASE", "PREFIX k:"],
        );
    }

    #[test]
    fn the_text_itself_stays_as_it_is() {
        let text = "SELECT  ?s\r\n{ ?s k:p \"\t:\" } # hint:\n";
        let statement = Statement::typed((), text, &prefixes(), None);
        assert_eq!(statement.text, format!("PREFIX k: <x:ontology#>\n{text}"));
        assert_eq!(statement.added, 1);
    }
}
