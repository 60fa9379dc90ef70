//! Where in the grammar of SPARQL a cursor stands.
//!
//! Unfinished text cannot be parsed; what follows from the tokens before the cursor is enough to know what may come.

use std::collections::HashMap;

use crate::lexer::{self, Kind, Token};

/// What may come at a place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Slot {
    /// Outside all braces: keywords, variables.
    Head,
    /// A triple's subject, or a keyword such as OPTIONAL.
    Subject,
    /// A triple's predicate, or the next step of a path.
    Predicate,
    /// A triple's object.
    Object,
    /// The object of `a`: a class.
    Class,
    /// Inside an expression.
    Expression,
    /// Behind an object: `.`, `;`, `,`, or a keyword.
    End,
    /// A name of anything: a graph's, or an entry of VALUES.
    Name,
    /// The prefix that is being declared.
    Declaration,
}

/// A place in a query.
#[derive(Debug, Clone)]
pub struct Position<'a> {
    /// What may come.
    pub slot: Slot,
    /// The subject of the triple at hand, as written.
    pub subject: Option<&'a str>,
    /// The predicate of the triple at hand, as written.
    pub predicate: Option<&'a str>,
    /// Classes that the query says subjects to be of, both as written.
    pub classes: HashMap<&'a str, &'a str>,
}

/// The place behind this text.
pub fn position(before: &str) -> Position<'_> {
    let mut state = State::default();
    for token in lexer::tokens(before) {
        if token.kind != Kind::Comment {
            state.take(&token);
        }
    }
    let slot = match state.slot {
        // A predicate that stands whole waits for its object.
        Slot::Predicate if state.whole && state.predicate == Some("a") => Slot::Class,
        Slot::Predicate if state.whole => Slot::Object,
        Slot::Object if state.predicate == Some("a") => Slot::Class,
        slot => slot,
    };
    Position {
        slot,
        subject: state.subject,
        predicate: state.predicate,
        classes: state.classes,
    }
}

struct State<'a> {
    slot: Slot,
    /// Whether the predicate so far could be all of it.
    whole: bool,
    subject: Option<&'a str>,
    predicate: Option<&'a str>,
    classes: HashMap<&'a str, &'a str>,
    /// What each open bracket interrupted.
    outer: Vec<(Slot, Option<&'a str>, Option<&'a str>)>,
}

impl Default for State<'_> {
    fn default() -> Self {
        Self {
            slot: Slot::Head,
            whole: false,
            subject: None,
            predicate: None,
            classes: HashMap::new(),
            outer: Vec::new(),
        }
    }
}

impl<'a> State<'a> {
    fn take(&mut self, token: &Token<'a>) {
        match token.kind {
            Kind::Open => self.open(token.text),
            Kind::Close => self.close(token.text),
            Kind::Separator => self.separate(token.text),
            Kind::Operator => self.operate(token.text),
            Kind::Word if !matches!(token.text, "a" | "true" | "false") => self.keyword(token),
            Kind::At | Kind::Comment => {}
            _ => self.term(token.text),
        }
    }

    fn open(&mut self, bracket: &str) {
        self.outer.push((self.slot, self.subject, self.predicate));
        let is_path = self.slot == Slot::Predicate && !self.whole;
        self.slot = match bracket {
            "{" if self.slot == Slot::Name => Slot::Name,
            "{" | "<<" | "<<(" => Slot::Subject,
            "[" | "{|" => Slot::Predicate,
            "(" if is_path => Slot::Predicate,
            "(" if matches!(self.slot, Slot::Subject | Slot::Object | Slot::Name) => Slot::Name,
            _ => Slot::Expression,
        };
        self.whole = false;
    }

    fn close(&mut self, bracket: &str) {
        let Some((slot, subject, predicate)) = self.outer.pop() else {
            return;
        };
        (self.subject, self.predicate) = (subject, predicate);
        self.slot = slot;
        match bracket {
            "}" if self.outer.is_empty() => self.slot = Slot::Head,
            "}" => self.slot = Slot::Subject,
            "|}" => self.slot = Slot::End,
            ")" if slot == Slot::Predicate => self.whole = true,
            ")" if slot == Slot::Expression && !self.outer.is_empty() => self.slot = Slot::Subject,
            ")" if matches!(slot, Slot::Expression | Slot::Head) => {}
            _ => self.term("[]"),
        }
    }

    fn separate(&mut self, sign: &str) {
        if matches!(self.slot, Slot::Head | Slot::Expression | Slot::Name) {
            return;
        }
        self.slot = match sign {
            "." => Slot::Subject,
            ";" => Slot::Predicate,
            _ => Slot::Object,
        };
        self.whole = false;
    }

    fn operate(&mut self, sign: &str) {
        if self.slot == Slot::Predicate && matches!(sign, "/" | "|" | "^" | "!") {
            self.whole = false;
        }
    }

    fn keyword(&mut self, token: &Token<'a>) {
        let is = |words: &[&str]| words.iter().any(|word| token.is_word(word));
        if is(&["filter", "bind", "having"]) {
            // The bracket that follows is an expression's.
            self.slot = if self.outer.is_empty() {
                Slot::Head
            } else {
                Slot::Expression
            };
        } else if is(&["values", "graph", "service", "from", "describe", "into"]) {
            self.slot = Slot::Name;
        } else if is(&["prefix"]) {
            self.slot = Slot::Declaration;
        } else if is(&[
            "select",
            "construct",
            "ask",
            "where",
            "limit",
            "order",
            "group",
        ]) {
            self.slot = Slot::Head;
        } else if is(&["optional", "union", "minus", "lateral"]) {
            self.slot = Slot::Subject;
        }
    }

    fn term(&mut self, text: &'a str) {
        match self.slot {
            Slot::Subject | Slot::End => {
                self.subject = Some(text);
                self.slot = Slot::Predicate;
                self.whole = false;
            }
            Slot::Predicate if self.whole => self.object(text),
            Slot::Predicate => {
                self.predicate = Some(text);
                self.whole = true;
            }
            Slot::Object | Slot::Class => self.object(text),
            Slot::Declaration => {
                if text.starts_with('<') {
                    self.slot = Slot::Head;
                }
            }
            // `VALUES ?x` goes on with its block, `GRAPH ?g` with a group.
            Slot::Name | Slot::Head | Slot::Expression => {}
        }
    }

    fn object(&mut self, text: &'a str) {
        if let (Some(subject), Some("a")) = (self.subject, self.predicate) {
            self.classes.insert(subject, text);
        }
        self.slot = Slot::End;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn case(before: &str, slot: Slot) {
        assert_eq!(position(before).slot, slot, "{before}");
    }

    #[test]
    fn a_triple_has_three_places() {
        case("SELECT * { ", Slot::Subject);
        case("SELECT * { ?s ", Slot::Predicate);
        case("SELECT * { ?s :p ", Slot::Object);
        case("SELECT * { ?s :p ?o ", Slot::End);
        case("SELECT * { ?s :p ?o . ", Slot::Subject);
        case("SELECT * { ?s :p ?o ; ", Slot::Predicate);
        case("SELECT * { ?s :p ?o , ", Slot::Object);
    }

    #[test]
    fn a_class_follows_a() {
        case("ASK { ?s a ", Slot::Class);
        case("ASK { ?s :p 1 ; a ", Slot::Class);
        case("ASK { ?s a :X , ", Slot::Class);
    }

    #[test]
    fn a_path_goes_on_behind_its_operators() {
        case("ASK { ?s :p/", Slot::Predicate);
        case("ASK { ?s :p/:q* ", Slot::Object);
        case("ASK { ?s (:p|", Slot::Predicate);
        case("ASK { ?s (:p|^:q)+ ", Slot::Object);
    }

    #[test]
    fn groups_and_expressions_come_and_go() {
        case("ASK { ?s :p ?o FILTER(", Slot::Expression);
        case("ASK { ?s :p ?o FILTER(?o > 1) ", Slot::Subject);
        case("ASK { OPTIONAL { ?s ", Slot::Predicate);
        case("ASK { OPTIONAL { ?s :p ?o } ", Slot::Subject);
        case("SELECT * { ?s :p ?o } ", Slot::Head);
        case("SELECT (COUNT(", Slot::Expression);
    }

    #[test]
    fn annotations_and_blank_nodes_nest() {
        case("ASK { ?s :p [ ", Slot::Predicate);
        case("ASK { ?s :p [ :q 1 ] ", Slot::End);
        case("ASK { ?s :p ?o {| ", Slot::Predicate);
        case("ASK { ?s :p ?o {| :q 1 |} ", Slot::End);
    }

    #[test]
    fn classes_of_subjects_are_remembered() {
        let position = position("ASK { ?s a :Service ; ");
        assert_eq!(position.classes.get("?s"), Some(&":Service"));
        assert_eq!(position.subject, Some("?s"));
    }

    #[test]
    fn declarations_are_told() {
        case("PREFIX ", Slot::Declaration);
        case("PREFIX a: <x:> SELECT ", Slot::Head);
    }
}
