//! How a query is carried out: its operators with the rows that each gave and the time that it took.

use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError, sync_channel};
use std::thread;
use std::time::Duration;

use spareval::{QueryEvaluator, QueryResults};
use spargebra::Query;

use super::dataset::Dataset;
use super::evaluate::{STACK, evaluation_error, guarded, no_thread};
use crate::answer::{Answer, GLANCE, Rows, Stream};
use crate::cancel::{self, Token};
use crate::error::{Error, Result};
use crate::index::Index;
use crate::plan;
use crate::prefixes::Prefixes;
use operators::{List, Node, Operator};

mod operators;

/// Runs a query and answers with its operators instead of its results, the outermost first.
///
/// Each row tells an operator, how many rows it gave, how many were expected where the planner counted, and the
/// milliseconds that it took without its parts. What `token` stops is told as far as it came, followed by the error.
pub fn explain(
    index: &Arc<Index>,
    query: Query,
    evaluator: QueryEvaluator,
    prefixes: &Prefixes,
    token: &Token,
) -> Result<Answer> {
    let (found, operators) = sync_channel(1);
    let (rows, solutions) = Stream::channel();
    let work = Work {
        index: index.clone(),
        query,
        evaluator,
        prefixes: prefixes.clone(),
        token: token.part(),
    };
    let started = thread::Builder::new()
        .stack_size(STACK)
        .spawn(move || found.send(work.carry_out()));
    started.map_err(|e| no_thread(&e))?;
    let token = token.clone();
    let waiting = thread::Builder::new().spawn(move || {
        let (operators, stopped) = wait(&operators, &token);
        // Refused where nobody waits for them any more.
        let _ = rows.send(Ok(operators.iter().map(Operator::row).collect()));
        if let Some(error) = stopped {
            let _ = rows.send(Err(error));
        }
    });
    waiting.map_err(|e| no_thread(&e))?;
    Ok(Answer::Rows(Rows {
        variables: ["step", "rows", "expected", "ms"].map(str::to_owned).into(),
        solutions,
    }))
}

/// What was carried out, and why no more of it.
type Outcome = (Vec<Operator>, Option<Error>);

/// How long work that was stopped may take to tell how far it came.
const GRACE: Duration = Duration::from_millis(60);

/// Waits for the outcome; a moment longer once the token says stop, because work that heeds it tells how far it came.
fn wait(outcome: &Receiver<Outcome>, token: &Token) -> Outcome {
    let mut stopped = None;
    loop {
        let patience = if stopped.is_none() { GLANCE } else { GRACE };
        match outcome.recv_timeout(patience) {
            Ok(outcome) => return outcome,
            Err(RecvTimeoutError::Timeout) if stopped.is_none() => stopped = token.check().err(),
            Err(_) => return (Vec::new(), stopped),
        }
    }
}

struct Work {
    index: Arc<Index>,
    query: Query,
    evaluator: QueryEvaluator,
    prefixes: Prefixes,
    token: Token,
}

impl Work {
    fn carry_out(self) -> Outcome {
        let plan = plan::plan(&self.index, &self.query);
        let dataset = Dataset {
            index: &self.index,
            relations: &plan.relations,
        };
        let evaluator = self.evaluator.compute_statistics();
        let mut told = None;
        let ended = guarded(&self.token, || {
            let (results, explanation) = evaluator.prepare(&plan.query).explain(dataset);
            told = Some(explanation);
            match results.map_err(evaluation_error)? {
                QueryResults::Boolean(_) => {}
                QueryResults::Solutions(solutions) => pass(solutions)?,
                QueryResults::Graph(triples) => pass(triples)?,
            }
            self.token.check()
        });
        let mut list = List::new(&self.index, &plan.relations, &self.prefixes);
        match told.map(|told| Node::read(&told)) {
            Some(Ok(root)) => list.carried_out(&root, plan.steps),
            Some(Err(error)) => return (Vec::new(), Some(error)),
            // Stopped where nothing is told yet, in a sort or a count: what was planned is known at least.
            None => plan.steps.into_iter().for_each(|step| list.planned(step)),
        }
        (list.operators, ended.err())
    }
}

/// Goes through results for what is learnt on the way.
fn pass<T>(
    results: impl Iterator<Item = std::result::Result<T, spareval::QueryEvaluationError>>,
) -> Result<()> {
    for result in results {
        cancel::poll();
        result.map_err(evaluation_error)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use oxrdf::Term;

    use super::*;
    use crate::graph::Graph;
    use crate::session::Session;
    use crate::sparql;

    /// What comes of a query over a few triples.
    fn carried_out(query: &str, token: &Token) -> Outcome {
        let session = Session::sample(
            ":a :p :b , :c ; a :T . :b :p :c . :c :label \"c\" . :d :isA :c . :c :isA :top .",
        );
        let Graph::Index(index) = &session.graph else {
            panic!("no index")
        };
        let work = Work {
            index: index.clone(),
            query: sparql::parse_query(&session, query, None)
                .expect("it parses")
                .algebra,
            evaluator: QueryEvaluator::new(),
            prefixes: session.prefixes.clone(),
            token: token.clone(),
        };
        work.carry_out()
    }

    /// The same as text, times left out.
    fn told(query: &str, token: &Token) -> String {
        let (operators, stopped) = carried_out(query, token);
        let text = |cell: &Option<Term>| match cell {
            Some(Term::Literal(literal)) => literal.value().to_owned(),
            _ => "-".to_owned(),
        };
        let mut lines = String::new();
        for operator in operators {
            let cells: Vec<String> = operator.row().iter().take(3).map(text).collect();
            lines += &format!("{} | {} | {}\n", cells[0], cells[1], cells[2]);
        }
        if let Some(error) = stopped {
            lines += &format!("! {error}\n");
        }
        lines
    }

    fn explained(query: &str) -> String {
        told(query, &Token::default())
    }

    #[test]
    fn patterns_tell_how_many_rows_they_gave_and_were_expected_to_give() {
        insta::assert_snapshot!(explained("SELECT ?x { ?x a :T . ?x :p ?y . ?y :label ?l } ORDER BY ?x LIMIT 3"), @r"
        LIMIT 3 | 1 | -
          SELECT ?x | 1 | -
            ORDER BY ASC(?x) | 1 | -
              join, row by row | 1 | -
                ?x rdf:type :T | 1 | 1.0
                ?x :p ?y | 2 | 1.5
                ?y :label ?l | 1 | 1.5
        ");
    }

    #[test]
    fn closures_are_told_as_the_paths_that_they_are() {
        insta::assert_snapshot!(explained("ASK { :d :isA+ :top }"), @r"
        ASK | 1 | -
          :d :isA+ :top | 1 | 0.5
        ");
    }

    #[test]
    fn counts_that_the_index_knows_are_told_as_such() {
        insta::assert_snapshot!(explained("SELECT (COUNT(*) AS ?n) { ?x :p ?y }"), @r"
        SELECT ?n | 1 | -
          BIND ?_1 -> ?n | 1 | -
            counts of ?x :p ?y | 1 | 1.0
        ");
    }

    #[test]
    fn optional_parts_and_filters_are_told_in_the_words_of_sparql() {
        insta::assert_snapshot!(explained("SELECT DISTINCT ?x { ?x :p ?y OPTIONAL { ?y :label ?l } FILTER(?x != :b) MINUS { ?x a :U } }"), @r"
        DISTINCT | 1 | -
          SELECT ?x | 2 | -
            MINUS, in memory, on ?x | 2 | -
              OPTIONAL, row by row | 2 | -
                FILTER !sameTerm(?x, :b) | 2 | -
                  ?x :p ?y | 3 | 3.0
                ?y :label ?l | 1 | 1.0
              ?x rdf:type :U | 0 | 0.0
        ");
    }

    #[test]
    fn a_count_that_is_stopped_tells_what_was_planned() {
        let token = Token::new(Arc::default(), Some(std::time::Duration::ZERO), None);
        insta::assert_snapshot!(told("SELECT (COUNT(*) AS ?n) { ?x :p ?y . ?y :label ?z FILTER(?x != ?z) }", &token), @r"
        ?y :label ?z | - | 1.0
        ?x :p ?y | - | 1.5
        ! stopped after 0 s
        ");
    }

    #[test]
    fn a_query_that_is_stopped_tells_how_far_it_came() {
        let endless = "SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l . ?m ?n ?o . ?q ?r ?s . ?t ?u ?v . ?w ?x ?y . ?z ?aa ?bb . ?cc ?dd ?ee . ?ff ?gg ?hh . ?ii ?jj ?kk }";
        let timeout = Some(std::time::Duration::from_millis(30));
        let token = Token::new(Arc::default(), timeout, None);
        let (operators, stopped) = carried_out(endless, &token);
        let patterns = operators.iter().filter(|o| o.row()[2].is_some());
        assert_eq!(patterns.count(), 12);
        assert!(matches!(stopped, Some(Error::TimedOut(_))), "{stopped:?}");
    }
}
