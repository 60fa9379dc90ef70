//! A row of an answer, read by the names of its variables: engines may bring them in any order.

use std::sync::atomic::Ordering;

use oxrdf::Term;

use super::client::{Operation, SOLUTIONS};
use super::results::{self, Results};
use super::{Remote, terms};
use crate::cancel;
use crate::error::Result;

/// What the queries' variables are bound to, each where it occurs.
#[derive(Debug, Default)]
pub struct Row {
    /// `?k`, the number of the part that it answers.
    pub part: Option<usize>,
    /// `?i`, the number of the question in its part.
    pub question: Option<usize>,
    /// `?n`, how many there are.
    pub count: u64,
    /// `?subjects` and `?objects`, how many distinct ones.
    pub distinct: [u64; 2],
    /// `?s`, `?p`, `?o`: a triple.
    pub triple: [Option<Term>; 3],
    /// `?g`, a graph.
    pub graph: Option<Term>,
    /// `?v`, a value of the property `?p`.
    pub value: Option<Term>,
    /// `?inner` and `?innermost`: what is said of that value or of who speaks.
    pub inner: Option<(Term, Term)>,
    /// `?r`, who speaks of the triple.
    pub speaker: Option<Term>,
    /// `?l`, a name.
    pub label: Option<Term>,
}

impl Remote {
    /// The rows of a query's answer, their blank nodes told apart from those of other answers.
    ///
    /// # Errors
    /// An endpoint that fails, or sends something else than was asked for.
    pub(super) fn rows(&self, query: &str) -> Result<Vec<Row>> {
        let token = cancel::current();
        let response = self
            .client
            .send(Operation::Query(query), SOLUTIONS, &token)?;
        let response_number = self.responses.fetch_add(1, Ordering::Relaxed);
        let Results::Solutions(solutions) = results::solutions(&self.client, response)? else {
            return Err(self.strange("a truth instead of rows"));
        };
        let variables = solutions.variables();
        solutions
            .map(|solution| {
                let mut row = Row::default();
                let (mut inner, mut innermost) = (None, None);
                for (name, term) in variables.iter().zip(solution?) {
                    let Some(term) = term else { continue };
                    let term = terms::apart(term, response_number);
                    match name.as_str() {
                        "k" => row.part = Some(self.place(&term)?),
                        "i" => row.question = Some(self.place(&term)?),
                        "n" => row.count = self.integer(&term)?,
                        "subjects" => row.distinct[0] = self.integer(&term)?,
                        "objects" => row.distinct[1] = self.integer(&term)?,
                        "s" => row.triple[0] = Some(term),
                        "p" => row.triple[1] = Some(term),
                        "o" => row.triple[2] = Some(term),
                        "g" => row.graph = Some(term),
                        "v" => row.value = Some(term),
                        "inner" => inner = Some(term),
                        "innermost" => innermost = Some(term),
                        "r" => row.speaker = Some(term),
                        "l" => row.label = Some(term),
                        _ => {}
                    }
                }
                row.inner = inner.zip(innermost);
                Ok(row)
            })
            .collect()
    }

    fn place(&self, term: &Term) -> Result<usize> {
        let place = usize::try_from(self.integer(term)?);
        place.map_err(|_| self.unasked())
    }

    fn integer(&self, term: &Term) -> Result<u64> {
        let Term::Literal(literal) = term else {
            return Err(self.strange("no number where one was asked for"));
        };
        // Some engines count in decimals.
        let digits = match literal.value().split_once('.') {
            Some((whole, zeros)) if zeros.bytes().all(|b| b == b'0') => whole,
            _ => literal.value(),
        };
        digits
            .parse()
            .map_err(|_| self.strange("no number where one was asked for"))
    }
}
