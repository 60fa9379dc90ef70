//! How long the packed index takes to build, to open and to answer: `cargo bench --bench index [ENTITIES]`.
//!
//! The graph is made up, the same in every run: entities with a class, labels in two languages, a weight and links, most of
//! them to few. 120,000 entities make about a million triples. Times are of one thread, in this process, with the file in
//! memory: medians of many different questions, and of the whole the fastest of some runs.
#![allow(clippy::print_stdout)]

use std::fmt::Write as _;
use std::hint::black_box;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use kgq::answer::Direction;
use kgq::graph::{Graph, Node, Pattern};
use kgq::names;
use kgq::session::{Origin, Session, Settings};
use kgq::walk::Ways;
use oxrdf::NamedNode;

use random::Random;

mod random;

const ENTITIES: usize = 120_000;
const QUESTIONS: usize = 1000;

impl Random {
    /// Small numbers far more often than great ones: the cube of an even distribution.
    fn hub(&mut self, end: usize) -> usize {
        let share = self.below(1 << 20) as f64 / f64::from(1 << 20);
        (end as f64 * share.powi(3)) as usize
    }
}

fn triples(entities: usize) -> String {
    const TYPE: &str = "<http://www.w3.org/1999/02/22-rdf-syntax-ns#type>";
    const LABEL: &str = "<http://www.w3.org/2000/01/rdf-schema#label>";
    const SUBCLASS: &str = "<http://www.w3.org/2000/01/rdf-schema#subClassOf>";
    const INTEGER: &str = "<http://www.w3.org/2001/XMLSchema#integer>";
    let mut random = Random(0x9E37_79B9_7F4A_7C15);
    let mut text = String::new();
    let classes = (entities / 2000).max(50);
    let iri = |name: &str, number: usize| format!("<http://e/{name}{number}>");
    let mut add = |s: &str, p: &str, o: &str| {
        // Writing to a string cannot fail.
        let _ = writeln!(text, "{s} {p} {o} .");
    };
    for class in 0..classes {
        let s = iri("C", class);
        if class > 0 {
            add(&s, SUBCLASS, &iri("C", random.below(class.div_ceil(2))));
        }
        add(&s, LABEL, &format!("\"class {class}\"@en"));
    }
    for entity in 0..entities {
        let s = iri("E", entity);
        add(&s, TYPE, &iri("C", random.hub(classes)));
        add(&s, LABEL, &format!("\"entity {entity}\"@en"));
        if entity % 3 == 0 {
            add(&s, LABEL, &format!("\"개체 {entity}\"@ko"));
        }
        let weight = random.below(1000);
        add(&s, &iri("weight", 0), &format!("\"{weight}\"^^{INTEGER}"));
        for _ in 0..2 + random.below(8) {
            let p = iri("p", random.hub(20));
            add(&s, &p, &iri("E", random.hub(entities)));
        }
    }
    text
}

/// Files that go when the run ends.
struct Scratch(PathBuf);

impl Drop for Scratch {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

fn fastest<T>(times: usize, mut work: impl FnMut() -> T) -> Duration {
    let once = |_| {
        let begun = Instant::now();
        black_box(work());
        begun.elapsed()
    };
    (0..times).map(once).min().unwrap_or_default()
}

/// Prints the median and the 99th percentile of many different questions.
fn questions<T>(what: &str, mut ask: impl FnMut(usize) -> T) {
    let mut times: Vec<Duration> = (0..QUESTIONS)
        .map(|number| {
            let begun = Instant::now();
            black_box(ask(number));
            begun.elapsed()
        })
        .collect();
    times.sort_unstable();
    let (median, late) = (times[QUESTIONS / 2], times[QUESTIONS * 99 / 100]);
    println!("{what:<34} {median:>10.2?} median  {late:>10.2?} at 99 %");
}

fn open(path: &Path) -> Session {
    let origin = Origin {
        data: vec![path.to_owned()],
        ..Origin::default()
    };
    Session::open(&origin, vec!["en".to_owned()], Settings::default()).expect("it was just packed")
}

fn main() {
    let entities = std::env::args()
        .skip(1)
        .find_map(|argument| argument.parse().ok())
        .unwrap_or(ENTITIES);
    let folder = std::env::temp_dir().join(format!("kgq-bench-{}", std::process::id()));
    std::fs::create_dir_all(&folder).expect("the temporary folder can be written to");
    let scratch = Scratch(folder);
    let (text, packed) = (scratch.0.join("data.nt"), scratch.0.join("data.kgq"));
    std::fs::write(&text, triples(entities)).expect("the temporary folder has room");
    let pack = || {
        let words = ["kgq", "pack", "-d"].map(Into::into);
        let files = [text.clone().into(), "-o".into(), packed.clone().into()];
        let said = kgq::cli::parse(words.into_iter().chain::<[std::ffi::OsString; 3]>(files));
        let said = said.expect("the words are a command");
        let mut session = Session::open(&Origin::default(), Vec::new(), Settings::default())
            .expect("the notes open");
        let command = said.command.expect("there is a command");
        command.run(&mut session, &said.options).expect("it packs")
    };
    let build = fastest(3, pack);
    let session = open(&packed);
    let graph = &session.graph;
    let totals = graph.totals().expect("it is at hand");
    let size = std::fs::metadata(&packed).expect("it is there").len();
    println!(
        "{} triples, {:.1} bytes each; built in {build:.2?}, opened in {:.2?}",
        totals.triples,
        size as f64 / totals.triples as f64,
        fastest(20, || open(&packed)),
    );
    ask(&session, graph, entities);
}

fn ask(session: &Session, graph: &Graph, entities: usize) {
    let mut random = Random(0xD1B5_4A32_D192_ED03);
    let mut some = |count: usize| -> Vec<Node> {
        let mut node = || {
            let iri = format!("http://e/E{}", random.below(entities));
            graph
                .node(&NamedNode::new_unchecked(iri))
                .expect("every entity is a node")
        };
        (0..count).map(|_| node()).collect()
    };
    let (ones, others) = (some(QUESTIONS), some(QUESTIONS));
    let terms: Vec<_> = ones.iter().map(|&node| graph.term(node)).collect();
    questions("a term's number", |n| graph.node(&terms[n]));
    questions("a number's term", |n| graph.term(ones[n]));
    questions("facts of a node", |n| {
        graph.facts(&ones[n..=n], Direction::Out, None, 1000)
    });
    questions("how many facts point to a node", |n| {
        let pattern = Pattern {
            object: Some(ones[n]),
            ..Pattern::default()
        };
        graph.counts(&[pattern])
    });
    questions("name to node", |n| {
        names::resolve(session, &format!("entity {}", n * entities / QUESTIONS))
    });
    let ways = Ways::new(session, 6, 1000);
    questions("the cheapest path between two nodes", |n| {
        ways.between(ones[n], others[n], 1)
    });
    questions("three paths between two nodes", |n| {
        ways.between(ones[n], others[n], 3)
    });
}
