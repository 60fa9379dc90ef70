//! `--bind NAME=TERM`: a variable gets its value before the query is asked.
//!
//! The variable is replaced by its term in the algebra, not in the text, so that no text can change the query. It is
//! replaced throughout, subqueries and EXISTS included, and added again as a column where it is projected.

use oxrdf::{Literal, NamedNode, Term, Triple, Variable};
use spargebra::Query;
use spargebra::algebra::{Expression, Function, GraphPattern};
use spargebra::term::{GroundTerm, NamedNodePattern, TermPattern, TriplePattern};

use super::walk;
use crate::algebra;
use crate::error::{Error, Result};
use crate::lexer::{self, Kind};
use crate::names;
use crate::session::Session;

/// A variable and the term that it stands for.
#[derive(Debug, Clone)]
pub struct Binding {
    variable: Variable,
    term: Term,
}

impl Binding {
    /// Reads `NAME=TERM`: TERM in Turtle syntax, or a name of something in the graph.
    ///
    /// # Errors
    /// No `=`, no variable's name before it, no term and no known name behind it.
    pub fn read(session: &Session, text: &str) -> Result<Self> {
        let (name, value) = text.split_once('=').ok_or_else(|| {
            Error::usage(
                format!("`{text}` binds nothing"),
                "write NAME=TERM, as in `--bind service=:EKS`",
            )
        })?;
        Ok(Self {
            variable: variable(name.trim())?,
            term: term(session, value.trim())?,
        })
    }

    /// Binds a variable to what `value` says, as [`Binding::read`] reads TERM.
    ///
    /// # Errors
    /// No variable's name, no term and no known name.
    pub fn new(session: &Session, name: &str, value: &str) -> Result<Self> {
        Ok(Self {
            variable: variable(name)?,
            term: term(session, value.trim())?,
        })
    }

    /// The query with the variable bound.
    ///
    /// # Errors
    /// A variable that the query does not use, or gives a value itself; a literal where only an IRI can stand.
    pub fn apply(&self, mut query: Query) -> Result<Query> {
        self.check(&query)?;
        if let Query::Construct { template, .. } = &mut query {
            self.triples(template)?;
        }
        self.pattern(algebra::pattern_mut(&mut query))?;
        Ok(query)
    }

    fn check(&self, query: &Query) -> Result<()> {
        let variables = walk::variables(query);
        let name = self.variable.as_str();
        if variables.assigned.contains(&self.variable) {
            return Err(Error::usage(
                format!("?{name} cannot be bound: the query gives it a value itself"),
                "bind a variable that the query only reads",
            ));
        }
        if variables.used.contains(&self.variable) {
            return Ok(());
        }
        let known = variables.used.iter().map(Variable::as_str);
        let otherwise = "it is case-sensitive and stands without its question mark";
        let cure = names::did_you_mean(name, known, otherwise);
        Err(Error::usage(
            format!("the query has no variable ?{name}"),
            cure,
        ))
    }

    /// Replaces the variable in a pattern and in all that lies inside it.
    fn pattern(&self, pattern: &mut GraphPattern) -> Result<()> {
        // MINUS asks whether both sides share a variable: where they share this one, they keep it.
        let is_shared = match pattern {
            GraphPattern::Minus { left, right } => {
                self.is_in_scope(left) && self.is_in_scope(right)
            }
            _ => false,
        };
        for inner in algebra::inner_mut(pattern) {
            self.pattern(inner)?;
        }
        for expression in algebra::expressions_mut(pattern) {
            self.expression(expression)?;
        }
        match pattern {
            GraphPattern::Bgp { patterns } => self.triples(patterns),
            GraphPattern::Path {
                subject, object, ..
            } => {
                self.place(subject)?;
                self.place(object)
            }
            GraphPattern::Graph { name, .. } | GraphPattern::Service { name, .. } => {
                self.name(name)
            }
            GraphPattern::Project { inner, variables }
            | GraphPattern::Group {
                inner, variables, ..
            } if variables.contains(&self.variable) => {
                self.extend(inner);
                Ok(())
            }
            GraphPattern::Minus { left, right } if is_shared => {
                self.extend(left);
                self.extend(right);
                Ok(())
            }
            _ => Ok(()),
        }
    }

    /// Lets the solutions of a pattern have the variable with its value.
    fn extend(&self, pattern: &mut GraphPattern) {
        if !self.is_in_scope(pattern) {
            *pattern = GraphPattern::Extend {
                inner: Box::new(std::mem::take(pattern)),
                variable: self.variable.clone(),
                expression: constant(&self.term),
            };
        }
    }

    fn is_in_scope(&self, pattern: &GraphPattern) -> bool {
        let mut found = false;
        pattern.on_in_scope_variable(|variable| found |= *variable == self.variable);
        found
    }

    fn triples(&self, triples: &mut [TriplePattern]) -> Result<()> {
        triples
            .iter_mut()
            .try_for_each(|triple| self.triple(triple))
    }

    fn triple(&self, triple: &mut TriplePattern) -> Result<()> {
        self.place(&mut triple.subject)?;
        self.name(&mut triple.predicate)?;
        self.place(&mut triple.object)
    }

    fn place(&self, place: &mut TermPattern) -> Result<()> {
        match place {
            TermPattern::Variable(v) if *v == self.variable => *place = self.term.clone().into(),
            TermPattern::Triple(triple) => self.triple(triple)?,
            _ => {}
        }
        Ok(())
    }

    fn name(&self, name: &mut NamedNodePattern) -> Result<()> {
        if !matches!(name, NamedNodePattern::Variable(v) if *v == self.variable) {
            return Ok(());
        }
        let Term::NamedNode(node) = &self.term else {
            let (variable, term) = (self.variable.as_str(), &self.term);
            return Err(Error::usage(
                format!("?{variable} cannot be {term}: it stands where only an IRI can"),
                "bind it to an IRI, a prefixed name or a concept's name",
            ));
        };
        *name = node.clone().into();
        Ok(())
    }

    fn expression(&self, expression: &mut Expression) -> Result<()> {
        match expression {
            Expression::Variable(v) if *v == self.variable => *expression = constant(&self.term),
            Expression::Bound(v) if *v == self.variable => {
                *expression = Literal::from(true).into();
            }
            Expression::Exists(pattern) => self.pattern(pattern)?,
            _ => {
                for operand in algebra::operands_mut(expression) {
                    self.expression(operand)?;
                }
            }
        }
        Ok(())
    }
}

fn variable(name: &str) -> Result<Variable> {
    let name = name.trim_start_matches(['?', '$']);
    Variable::new(name).map_err(|_| {
        Error::usage(
            format!("`{name}` is no name of a variable"),
            "use letters, digits and `_`",
        )
    })
}

/// The term that a text writes in Turtle syntax, else what the graph calls so.
fn term(session: &Session, text: &str) -> Result<Term> {
    if is_one_term(text)
        && let Some(term) = written(session, text)
    {
        return Ok(term);
    }
    match session.graph.term(names::resolve(session, text)?) {
        Term::BlankNode(_) => Err(Error::usage(
            format!("{text} is a blank node, which no query can name"),
            "bind the variable to something that has an IRI",
        )),
        term => Ok(term),
    }
}

/// Whether a text is one term and nothing else, so that it can be put into a query's text.
fn is_one_term(text: &str) -> bool {
    let tokens: Vec<_> = lexer::tokens(text).collect();
    let whole = tokens
        .iter()
        .all(|token| !token.unclosed && token.kind != Kind::Comment);
    let kinds: Vec<Kind> = tokens.iter().map(|token| token.kind).collect();
    whole
        && match kinds.as_slice() {
            [Kind::Iri | Kind::PrefixedName | Kind::Number | Kind::String]
            | [Kind::String, Kind::At] => true,
            [Kind::Word] => matches!(text, "true" | "false"),
            [Kind::Operator, Kind::Number] => matches!(tokens[0].text, "+" | "-"),
            [Kind::String, Kind::Operator, Kind::Iri | Kind::PrefixedName] => {
                tokens[1].text == "^^"
            }
            [Kind::Open, .., Kind::Close] => tokens[0].text == "<<(" && kinds.len() <= 16,
            _ => false,
        }
}

fn written(session: &Session, text: &str) -> Option<Term> {
    let query = format!("SELECT * {{ VALUES ?term {{ {text} }} }}");
    let parsed = super::parser(&session.prefixes).parse_query(&query).ok()?;
    let Query::Select { pattern, .. } = parsed else {
        return None;
    };
    let GraphPattern::Project { inner, .. } = pattern else {
        return None;
    };
    let GraphPattern::Values { bindings, .. } = *inner else {
        return None;
    };
    match bindings.into_iter().next()?.into_iter().next()?? {
        GroundTerm::NamedNode(node) => Some(node.into()),
        GroundTerm::Literal(literal) => Some(literal.into()),
        GroundTerm::Triple(triple) => Some(Triple::from(*triple).into()),
    }
}

/// A term as an expression.
fn constant(term: &Term) -> Expression {
    match term {
        Term::NamedNode(node) => node.clone().into(),
        Term::Literal(literal) => literal.clone().into(),
        // No query can name a blank node, and `term` refuses them.
        Term::BlankNode(node) => Expression::from(NamedNode::new_unchecked(node.to_string())),
        Term::Triple(triple) => Expression::FunctionCall(
            Function::Triple,
            vec![
                constant(&triple.subject.clone().into()),
                constant(&triple.predicate.clone().into()),
                constant(&triple.object),
            ],
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::render::{self, Format, View};
    use crate::sparql;

    const DATA: &str = "@prefix : <x:> . @prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
        :EKS a :Service ; :isA :ControlPlane ; :port 443 ; rdfs:label \"Elastic Kubernetes\"@en .
        :ECS a :Service ; :isA :ControlPlane .
        :EC2 a :Server ; :isA :DataPlane .";

    #[track_caller]
    fn asked(binding: &str, query: &str) -> String {
        let mut session = Session::sample(DATA);
        let query = sparql::parse_query(&session, query, None).expect("it parses");
        let query = match Binding::read(&session, binding).and_then(|b| b.apply(query.algebra)) {
            Ok(query) => query,
            Err(error) => {
                let hint = error.hint().unwrap_or_default();
                return format!("{error}; {hint}");
            }
        };
        let answer = sparql::ask(&mut session, query.into()).expect("it is answered");
        let format = match &answer {
            crate::answer::Answer::Triples(_) => Format::Ntriples,
            _ => Format::Csv,
        };
        let mut out = Vec::new();
        let view = View::plain(&session.prefixes);
        render::write(answer, format, &view, &mut out).expect("memory takes it");
        String::from_utf8_lossy(&out).replace("\r\n", "\n")
    }

    #[test]
    fn a_bound_variable_is_still_a_column() {
        assert_eq!(
            asked("s=:EKS", "SELECT ?s ?o { ?s :isA ?o }"),
            "s,o\nx:EKS,x:ControlPlane\n"
        );
    }

    #[test]
    fn a_variable_that_is_not_projected_is_bound_too() {
        assert_eq!(
            asked("s=:EC2", "SELECT ?o { ?s :isA ?o }"),
            "o\nx:DataPlane\n"
        );
    }

    #[test]
    fn names_literals_and_iris_are_terms() {
        assert_eq!(
            asked("s=elastic kubernetes", "SELECT ?o { ?s :isA ?o }"),
            "o\nx:ControlPlane\n"
        );
        assert_eq!(asked("n=443", "SELECT ?s { ?s :port ?n }"), "s\nx:EKS\n");
        assert_eq!(asked("p=<x:port>", "SELECT ?n { ?s ?p ?n }"), "n\n443\n");
        assert_eq!(
            asked("l=\"Elastic Kubernetes\"@en", "SELECT ?s { ?s ?p ?l }"),
            "s\nx:EKS\n"
        );
    }

    #[test]
    fn it_reaches_subqueries_exists_unions_and_filters() {
        assert_eq!(
            asked(
                "c=:Service",
                "SELECT (COUNT(?s) AS ?n) { { SELECT ?s { ?s a ?c } } }"
            ),
            "n\n2\n"
        );
        assert_eq!(
            asked(
                "c=:Server",
                "SELECT ?s { ?s :isA ?o FILTER EXISTS { ?s a ?c } }"
            ),
            "s\nx:EC2\n"
        );
        assert_eq!(
            asked(
                "c=:EC2",
                "SELECT ?o { { ?c :isA ?o } UNION { ?x :none ?o } }"
            ),
            "o\nx:DataPlane\n"
        );
        assert_eq!(
            asked("c=:EC2", "SELECT ?s { ?s :isA ?o FILTER(?s = ?c) }"),
            "s\nx:EC2\n"
        );
    }

    #[test]
    fn minus_still_shares_the_variable() {
        assert_eq!(
            asked(
                "s=:EKS",
                "SELECT ?s { ?s a :Service MINUS { ?s :isA :ControlPlane } }"
            ),
            "s\n"
        );
    }

    #[test]
    fn groups_and_templates_keep_it() {
        assert_eq!(
            asked(
                "o=:ControlPlane",
                "SELECT ?o (COUNT(*) AS ?n) { ?s :isA ?o } GROUP BY ?o"
            ),
            "o,n\nx:ControlPlane,2\n"
        );
        assert_eq!(
            asked("s=:EC2", "CONSTRUCT { ?o :of ?s } { ?s :isA ?o }"),
            "<x:DataPlane> <x:of> <x:EC2> .\n"
        );
    }

    #[test]
    fn text_that_is_more_than_a_term_is_no_term() {
        let injected = asked("s=:EKS } } # ", "SELECT ?o { ?s :isA ?o }");
        assert!(injected.starts_with("nothing here is called"), "{injected}");
        let quoted = asked("s=\"a\" ) { ?x ?y ?z }", "SELECT ?o { ?s :isA ?o }");
        assert!(quoted.starts_with("nothing here is called"), "{quoted}");
    }

    #[test]
    fn what_the_query_assigns_cannot_be_bound() {
        insta::assert_snapshot!(asked("x=1", "SELECT ?x { BIND(2 AS ?x) }"), @"?x cannot be bound: the query gives it a value itself; bind a variable that the query only reads");
        insta::assert_snapshot!(asked("x=1", "SELECT ?x { VALUES ?x { 2 } }"), @"?x cannot be bound: the query gives it a value itself; bind a variable that the query only reads");
    }

    #[test]
    fn a_variable_that_is_not_there_is_guessed() {
        insta::assert_snapshot!(asked("concpet=:EKS", "SELECT * { ?concept ?p ?o }"), @"the query has no variable ?concpet; did you mean concept?");
    }

    #[test]
    fn a_literal_is_no_predicate() {
        insta::assert_snapshot!(asked("p=1", "SELECT * { ?s ?p ?o }"), @r#"?p cannot be "1"^^<http://www.w3.org/2001/XMLSchema#integer>: it stands where only an IRI can; bind it to an IRI, a prefixed name or a concept's name"#);
    }
}
