//! A packed graph from a stranger: whatever its bytes, reading it ends in an answer or an error.
//!
//! Begin with a small file that `kgq pack` wrote, as `fuzz/corpus/packed/small.kgq`.

#![no_main]

use kgq::cancel;
use kgq::index::{Id, Index};
use kgq::search::Search;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let path = std::env::temp_dir().join(format!("kgq-fuzz-{}.kgq", std::process::id()));
    if std::fs::write(&path, bytes).is_err() {
        return;
    }
    if let Ok(index) = Index::open(&path) {
        let _ = index.verify();
        let _ = cancel::catch(|| index.quads().take(1000).count());
        let _ = cancel::catch(|| {
            let uses = index.predicates().map(|used| index.object_counts(used.id).len());
            (uses.sum::<usize>(), index.prefixes().len(), index.named_graphs().count())
        });
        if let Ok(Ok(search)) = cancel::catch(|| Search::open(index.search())) {
            for text in ["pod", "ㅍㄷ", "vkem", "kuberentes", "파"] {
                search.exact(text);
                search.prefix(text, 10);
                search.nearest(text, 10);
            }
        }
        for id in (0..index.terms().min(100)).map(Id) {
            let _ = cancel::catch(|| {
                let term = index.term(id);
                index.id(term.as_ref());
                index.outgoing(id).take(10).count() + index.incoming(id).take(10).count()
            });
        }
    }
});
