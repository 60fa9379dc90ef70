//! Updates: the one thing that an immutable index cannot do.

use std::thread;
use std::time::Duration;

use oxigraph::sparql::{CancellationToken, SparqlEvaluator};
use oxigraph::store::Store;
use oxrdf::Quad;
use spargebra::Update;

use crate::cancel::Token;
use crate::error::{Error, Result};

/// How often the token is looked at while an update runs.
const LOOK_EVERY: Duration = Duration::from_millis(10);

/// The quads that an update leaves of these, sorted.
///
/// # Errors
/// What makes the update impossible, or a token that says stop; nothing has been changed then.
pub fn updated(quads: &[Quad], update: Update, token: &Token) -> Result<Vec<Quad>> {
    let store = Store::new().map_err(failure)?;
    store.extend(quads.iter().cloned()).map_err(failure)?;
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
    let mut quads: Vec<Quad> = store
        .iter()
        .collect::<std::result::Result<_, _>>()
        .map_err(failure)?;
    quads.sort_by_cached_key(ToString::to_string);
    Ok(quads)
}

fn failure(error: impl ToString) -> Error {
    Error::Evaluation {
        message: error.to_string(),
        hint: None,
    }
}
