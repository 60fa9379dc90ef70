//! Updates: the one thing that an immutable index cannot do.

use std::ops::{Deref, DerefMut};
use std::thread;
use std::time::Duration;

use oxigraph::sparql::CancellationToken;
use oxigraph::store::Store;
use oxrdf::Quad;
use spargebra::Update;

use crate::cancel::{self, Token};
use crate::error::{Error, Result};
use crate::graph::conform;

/// How often the token is looked at while an update runs.
const LOOK_EVERY: Duration = Duration::from_millis(10);

/// A large value that is freed on a thread of its own: a million quads take a tenth of a second, which nobody waits for who has
/// stopped an update, and a process that ends need not free them at all.
pub struct Large<T: Send + 'static>(Option<T>);

impl<T: Send + 'static> Large<T> {
    /// So a value from now on.
    pub fn new(value: T) -> Self {
        Self(Some(value))
    }
}

impl<T: Send + 'static> Deref for Large<T> {
    type Target = T;

    fn deref(&self) -> &T {
        self.0.as_ref().expect("only `drop` takes it")
    }
}

impl<T: Send + 'static> DerefMut for Large<T> {
    fn deref_mut(&mut self) -> &mut T {
        self.0.as_mut().expect("only `drop` takes it")
    }
}

impl<T: Send + 'static> Drop for Large<T> {
    fn drop(&mut self) {
        let value = self.0.take();
        // Where no thread can be had it is freed here.
        let _ = thread::Builder::new().spawn(move || drop(value));
    }
}

/// The quads that an update leaves of these, sorted.
///
/// # Errors
/// What makes the update impossible, or a token that says stop; nothing has been changed then.
pub fn updated(quads: &[Quad], mut update: Update, token: &Token) -> Result<Large<Vec<Quad>>> {
    conform::conform_update(&mut update);
    let store = Large::new(Store::new().map_err(failure)?);
    let all = quads.iter().cloned().inspect(|_| cancel::poll());
    token.run(|| store.extend(all))?.map_err(failure)?;
    let cancellation = CancellationToken::new();
    let evaluator = conform::update_evaluator().with_cancellation_token(cancellation.clone());
    let evaluated = thread::scope(|scope| {
        let (ended, end) = std::sync::mpsc::channel::<()>();
        scope.spawn(move || {
            // The update's end drops the sender, which ends the watch.
            while end.recv_timeout(LOOK_EVERY) == Err(std::sync::mpsc::RecvTimeoutError::Timeout) {
                if token.check().is_err() {
                    cancellation.cancel();
                }
            }
        });
        let evaluated = evaluator.for_update(update).on_store(&store).execute();
        drop(ended);
        evaluated
    });
    token.check()?;
    evaluated.map_err(failure)?;
    token.run(|| sorted(&store))?
}

fn sorted(store: &Store) -> Result<Large<Vec<Quad>>> {
    let mut texts = Large::new(Vec::new());
    for quad in store.iter() {
        cancel::poll();
        let quad = quad.map_err(failure)?;
        texts.push((quad.to_string(), quad));
    }
    texts.sort_unstable_by(|(text, _), (other, _)| {
        cancel::poll();
        text.cmp(other)
    });
    let mut quads = Large::new(Vec::with_capacity(texts.len()));
    let mut texts = Large::new(std::mem::take(&mut *texts).into_iter());
    for (_, quad) in &mut *texts {
        cancel::poll();
        quads.push(quad);
    }
    Ok(quads)
}

fn failure(error: impl ToString) -> Error {
    Error::Evaluation {
        message: error.to_string(),
        hint: None,
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::time::Instant;

    use oxrdf::{GraphName, Literal, NamedNode};

    use super::*;
    use crate::session::Session;

    #[test]
    fn an_update_is_stopped_before_its_graph_is_loaded() {
        let node = NamedNode::new_unchecked("http://e/n");
        let quad = |n| {
            Quad::new(
                node.clone(),
                node.clone(),
                Literal::from(n),
                GraphName::DefaultGraph,
            )
        };
        let quads: Vec<Quad> = (0..20_000).map(quad).collect();
        let took = |token: &Token| {
            let begun = Instant::now();
            let update = spargebra::SparqlParser::new().parse_update("CLEAR ALL");
            let updated = updated(&quads, update.expect("it parses"), token);
            (begun.elapsed(), updated)
        };
        let (whole, updated) = took(&Token::default());
        assert_eq!(*updated.expect("nothing stops it"), []);
        let (stopped, updated) = took(&Token::new(Arc::new(true.into()), None, None));
        assert!(matches!(updated, Err(Error::Interrupted)));
        assert!(stopped * 4 < whole, "{stopped:?} of {whole:?}");
    }

    /// What `:a` has by `:new` after an update of these lines of Turtle, sorted.
    fn new(turtle: &str, update: &str) -> Vec<String> {
        let session = Session::sample(turtle);
        let quads: Vec<Quad> = session.graph.quads().expect("local").flatten().collect();
        let update = crate::sparql::parse_update(&session, update, None).expect("an update");
        let after = updated(&quads, update.algebra, &Token::default()).expect("it works");
        let new = after.iter().filter(|q| q.predicate.as_str() == "x:new");
        let mut new: Vec<String> = new.map(|quad| quad.object.to_string()).collect();
        new.sort();
        new
    }

    #[test]
    fn an_update_sorts_numbers_among_texts_as_a_query_does() {
        let objects: Vec<String> = (0..2000u32)
            .map(|n| n.wrapping_mul(2_654_435_761) % 5000)
            .map(|n| match n % 3 {
                0 => format!("'{n}'"),
                1 => format!("'{n}'@en"),
                _ => format!("{}", n + 1000),
            })
            .collect();
        let turtle = format!(":a :p {} , 7 .", objects.join(" , "));
        let update =
            "INSERT { :a :new ?v } WHERE { { SELECT ?v { :a :p ?v } ORDER BY ?v LIMIT 1 } }";
        let seven = Literal::from(7).to_string();
        assert_eq!(new(&turtle, update), [seven]);
    }

    #[test]
    fn what_two_alternatives_lead_to_is_found_twice_in_an_update() {
        let update = "INSERT { :a :new ?n } WHERE { { SELECT (COUNT(*) AS ?n) { :a :p|:q ?x } } }";
        let two = Literal::from(2).to_string();
        assert_eq!(new(":a :p :b ; :q :b .", update), [two]);
    }

    #[test]
    fn a_large_value_is_freed_without_waiting_for_it() {
        struct Slow(std::sync::mpsc::Receiver<()>, std::sync::mpsc::Sender<()>);
        impl Drop for Slow {
            fn drop(&mut self) {
                let _ = self.0.recv();
                let _ = self.1.send(());
            }
        }
        let ((go, wait), (freed, end)) = (std::sync::mpsc::channel(), std::sync::mpsc::channel());
        drop(Large::new(Slow(wait, freed)));
        go.send(()).expect("it is not freed yet");
        end.recv().expect("it is freed in the end");
    }
}
