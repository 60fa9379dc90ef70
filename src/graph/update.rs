//! Updates: the one thing that an immutable index cannot do.

use std::thread;
use std::time::Duration;

use oxigraph::sparql::{CancellationToken, SparqlEvaluator};
use oxigraph::store::Store;
use oxrdf::Quad;
use spargebra::Update;

use crate::cancel::{self, Token};
use crate::error::{Error, Result};

/// How often the token is looked at while an update runs.
const LOOK_EVERY: Duration = Duration::from_millis(10);

/// The quads that an update leaves of these, sorted.
///
/// # Errors
/// What makes the update impossible, or a token that says stop; nothing has been changed then.
pub fn updated(quads: &[Quad], update: Update, token: &Token) -> Result<Vec<Quad>> {
    let store = Store::new().map_err(failure)?;
    let all = quads.iter().cloned().inspect(|_| cancel::poll());
    token.run(|| store.extend(all))?.map_err(failure)?;
    let cancellation = CancellationToken::new();
    let evaluator = SparqlEvaluator::new().with_cancellation_token(cancellation.clone());
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

fn sorted(store: &Store) -> Result<Vec<Quad>> {
    let with_text = |quad: Quad| {
        cancel::poll();
        (quad.to_string(), quad)
    };
    let quads = store.iter().map(|quad| quad.map(with_text));
    let quads: std::result::Result<Vec<_>, _> = quads.collect();
    let mut quads = quads.map_err(failure)?;
    quads.sort_unstable_by(|(text, _), (other, _)| {
        cancel::poll();
        text.cmp(other)
    });
    Ok(quads.into_iter().map(|(_, quad)| quad).collect())
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
        assert_eq!(updated.expect("nothing stops it"), []);
        let (stopped, updated) = took(&Token::new(Arc::new(true.into()), None, None));
        assert!(matches!(updated, Err(Error::Interrupted)), "{updated:?}");
        assert!(stopped * 4 < whole, "{stopped:?} of {whole:?}");
    }
}
