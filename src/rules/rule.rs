//! A rule: a CONSTRUCT query of triple patterns, constants and FILTER.

use oxrdf::{Term, Variable};
use spargebra::Query;
use spargebra::algebra::{Expression, Function, GraphPattern};
use spargebra::term::{NamedNodePattern, TermPattern, TriplePattern};
use sparopt::algebra::GraphPattern as Optimizable;

use crate::algebra;
use crate::diagnostic::Diagnostic;
use crate::error::{Error, Result};
use crate::lexer;
use crate::query_file::QueryFile;
use crate::session::Session;
use crate::sparql;

/// A rule with what its heading says.
#[derive(Debug, Clone)]
pub struct Rule {
    /// The file it comes from, with its heading.
    pub file: QueryFile,
    pub(super) head: Vec<[Slot; 3]>,
    pub(super) body: Vec<[Slot; 3]>,
    pub(super) filters: Vec<Filter>,
    /// The variables by number.
    pub(super) variables: Vec<Variable>,
}

/// A place of a triple pattern.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Slot {
    Variable(usize),
    Constant(Term),
}

/// A condition on a solution.
#[derive(Debug, Clone)]
pub(super) enum Filter {
    /// What kind of term a variable is bound to; told without reading the term.
    Kind(Kinds),
    /// Any other, with the variables that it reads.
    Other(sparopt::algebra::Expression, Vec<usize>),
}

/// A condition on kinds of terms.
#[derive(Debug, Clone)]
pub(super) enum Kinds {
    IsIri(usize),
    IsBlank(usize),
    IsLiteral(usize),
    Not(Box<Kinds>),
    And(Box<Kinds>, Box<Kinds>),
    Or(Box<Kinds>, Box<Kinds>),
}

/// What a rule may not contain: its name, and the word by which it is found in the text.
type Refusal = (&'static str, &'static str);

impl Rule {
    /// Reads a rule.
    ///
    /// # Errors
    /// Text that is no CONSTRUCT query, or one outside the subset: the part is named, with file and line.
    pub fn parse(file: &QueryFile, session: &Session) -> Result<Self> {
        let query = sparql::parse_query(session, &file.text, Some(&file.path))?;
        let Query::Construct {
            template,
            pattern,
            dataset,
            ..
        } = query.algebra
        else {
            return Err(refused(file, ("a query that is not CONSTRUCT", "")));
        };
        if dataset.is_some() {
            return Err(refused(file, ("FROM", "FROM")));
        }
        let mut rule = Self {
            file: file.clone(),
            head: Vec::new(),
            body: Vec::new(),
            filters: Vec::new(),
            variables: Vec::new(),
        };
        rule.read_body(&pattern)
            .map_err(|part| refused(file, part))?;
        let bound = rule.variables.len();
        for triple in &template {
            let head = rule
                .slots(triple, true)
                .map_err(|part| refused(file, part))?;
            rule.head.push(head);
        }
        if rule.variables.len() > bound {
            return Err(refused(
                file,
                (
                    "a variable of the head that the body does not bind",
                    "CONSTRUCT",
                ),
            ));
        }
        if rule.head.is_empty() || rule.body.is_empty() {
            return Err(refused(file, ("an empty head or body", "CONSTRUCT")));
        }
        Ok(rule)
    }

    fn read_body(&mut self, pattern: &GraphPattern) -> std::result::Result<(), Refusal> {
        match pattern {
            GraphPattern::Bgp { patterns } => {
                for triple in patterns {
                    let slots = self.slots(triple, false)?;
                    self.body.push(slots);
                }
                Ok(())
            }
            GraphPattern::Join { left, right } => {
                self.read_body(left)?;
                self.read_body(right)
            }
            GraphPattern::Filter { expr, inner } => {
                self.read_body(inner)?;
                let filter = self.filter(expr)?;
                self.filters.push(filter);
                Ok(())
            }
            GraphPattern::Project { inner, .. } => match **inner {
                // What the parser wraps around every body; a subquery brings its own.
                GraphPattern::Project { .. } => Err(("a subquery", "SELECT")),
                _ => self.read_body(inner),
            },
            GraphPattern::Path { .. } => Err(("a property path", "")),
            GraphPattern::LeftJoin { .. } => Err(("OPTIONAL", "OPTIONAL")),
            GraphPattern::Union { .. } => Err(("UNION", "UNION")),
            GraphPattern::Graph { .. } => Err(("GRAPH", "GRAPH")),
            GraphPattern::Extend { .. } => Err(("BIND", "BIND")),
            GraphPattern::Minus { .. } => Err(("MINUS", "MINUS")),
            GraphPattern::Values { .. } => Err(("VALUES", "VALUES")),
            GraphPattern::OrderBy { .. } => Err(("ORDER BY", "ORDER")),
            GraphPattern::Slice { .. } => Err(("LIMIT or OFFSET", "LIMIT")),
            GraphPattern::Group { .. } => Err(("an aggregate", "GROUP")),
            GraphPattern::Service { .. } => Err(("SERVICE", "SERVICE")),
            GraphPattern::Distinct { .. } | GraphPattern::Reduced { .. } => {
                Err(("a subquery", "SELECT"))
            }
            GraphPattern::Lateral { .. } => Err(("LATERAL", "LATERAL")),
        }
    }

    fn slots(
        &mut self,
        triple: &TriplePattern,
        head: bool,
    ) -> std::result::Result<[Slot; 3], Refusal> {
        let predicate = match &triple.predicate {
            NamedNodePattern::NamedNode(node) => Slot::Constant(node.clone().into()),
            NamedNodePattern::Variable(variable) => self.variable(variable),
        };
        Ok([
            self.slot(&triple.subject, head)?,
            predicate,
            self.slot(&triple.object, head)?,
        ])
    }

    fn slot(&mut self, term: &TermPattern, head: bool) -> std::result::Result<Slot, Refusal> {
        match term {
            TermPattern::NamedNode(node) => Ok(Slot::Constant(node.clone().into())),
            TermPattern::Literal(literal) => Ok(Slot::Constant(literal.clone().into())),
            TermPattern::Variable(variable) => Ok(self.variable(variable)),
            TermPattern::BlankNode(_) if head => Err(("a blank node in the head", "CONSTRUCT")),
            // In a pattern a blank node is a variable without a name; a space keeps it apart from those that have one.
            TermPattern::BlankNode(node) => {
                Ok(self.variable(&Variable::new_unchecked(format!(" {}", node.as_str()))))
            }
            TermPattern::Triple(_) => Err(("a triple term", "<<")),
        }
    }

    fn variable(&mut self, variable: &Variable) -> Slot {
        Slot::Variable(self.number(variable))
    }

    fn number(&mut self, variable: &Variable) -> usize {
        let known = self.variables.iter().position(|known| known == variable);
        known.unwrap_or_else(|| {
            self.variables.push(variable.clone());
            self.variables.len() - 1
        })
    }

    fn filter(&mut self, expression: &Expression) -> std::result::Result<Filter, Refusal> {
        let mut read = Vec::new();
        examine(expression, &mut read)?;
        if let Some(kinds) = self.kinds(expression) {
            return Ok(Filter::Kind(kinds));
        }
        let numbers = read.iter().map(|variable| self.number(variable)).collect();
        let filter = GraphPattern::Filter {
            expr: expression.clone(),
            inner: Box::new(GraphPattern::Bgp {
                patterns: Vec::new(),
            }),
        };
        match Optimizable::from(&filter) {
            Optimizable::Filter { expression, .. } => Ok(Filter::Other(expression, numbers)),
            _ => Err(("this FILTER", "FILTER")),
        }
    }

    fn kinds(&mut self, expression: &Expression) -> Option<Kinds> {
        let boxed = |kinds: Option<Kinds>| kinds.map(Box::new);
        match expression {
            Expression::Not(inner) => Some(Kinds::Not(boxed(self.kinds(inner))?)),
            Expression::And(a, b) => Some(Kinds::And(boxed(self.kinds(a))?, boxed(self.kinds(b))?)),
            Expression::Or(a, b) => Some(Kinds::Or(boxed(self.kinds(a))?, boxed(self.kinds(b))?)),
            Expression::FunctionCall(function, arguments) => {
                let [Expression::Variable(variable)] = arguments.as_slice() else {
                    return None;
                };
                let number = self.variables.iter().position(|known| known == variable)?;
                match function {
                    Function::IsIri => Some(Kinds::IsIri(number)),
                    Function::IsBlank => Some(Kinds::IsBlank(number)),
                    Function::IsLiteral => Some(Kinds::IsLiteral(number)),
                    _ => None,
                }
            }
            _ => None,
        }
    }
}

/// Collects the variables of a condition; refuses what depends on more than its variables.
fn examine(expression: &Expression, read: &mut Vec<Variable>) -> std::result::Result<(), Refusal> {
    match expression {
        Expression::Variable(variable) | Expression::Bound(variable)
            if !read.contains(variable) =>
        {
            read.push(variable.clone());
        }
        Expression::Exists(_) => return Err(("EXISTS", "EXISTS")),
        Expression::FunctionCall(Function::Rand, _) => return Err(("RAND", "RAND")),
        Expression::FunctionCall(Function::Now, _) => return Err(("NOW", "NOW")),
        Expression::FunctionCall(Function::Uuid | Function::StrUuid, _) => {
            return Err(("UUID", "UUID"));
        }
        Expression::FunctionCall(Function::BNode, _) => return Err(("BNODE", "BNODE")),
        Expression::FunctionCall(Function::Custom(_), _) => {
            return Err(("a function of an extension", "FILTER"));
        }
        _ => {}
    }
    algebra::operands(expression)
        .into_iter()
        .try_for_each(|operand| examine(operand, read))
}

/// The error for a part of a query that rules have not.
fn refused(file: &QueryFile, (part, word): Refusal) -> Error {
    let (line, column) = place(&file.text, word);
    let message = format!("{part} is not for rules");
    Error::Syntax(Box::new(
        Diagnostic::at(&file.text, line, column, message)
            .in_file(&file.path)
            .with_cure("a rule is a CONSTRUCT of triple patterns, constants and FILTER, without blank nodes in its head"),
    ))
}

/// Line and column, from 1, where a word first stands; without one, where the query begins.
fn place(text: &str, word: &str) -> (usize, usize) {
    let comment = |token: &lexer::Token<'_>| token.kind == lexer::Kind::Comment;
    let mut tokens = lexer::tokens(text)
        .filter(|token| !comment(token))
        .peekable();
    let first = tokens.peek().map_or(0, |token| token.start);
    let found = tokens.find(|token| {
        !word.is_empty() && (token.is_word(word) || word == "<<" && token.text.starts_with(word))
    });
    let before = &text[..found.map_or(first, |token| token.start)];
    let line = before.matches('\n').count() + 1;
    let column = before
        .rsplit('\n')
        .next()
        .unwrap_or_default()
        .chars()
        .count()
        + 1;
    (line, column)
}
