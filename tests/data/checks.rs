//! The integrity checks of `ontology/checks/`: the notes pass them, and `tests/broken/NAME.ru` breaks the notes in a way that
//! one of them finds. Both with the vocabulary among the data and in a graph of its own.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use kgq::meta;
use libtest_mimic::{Failed, Trial};
use oxigraph::io::{RdfFormat, RdfParser};
use oxigraph::model::{GraphName, Quad, Term};
use oxigraph::sparql::{QueryResults, SparqlEvaluator};
use oxigraph::store::Store;

pub fn trials() -> Vec<Trial> {
    let passes = files("ontology/checks", "rq").into_iter().map(|file| {
        Trial::test(format!("check {} passes", stem(&file)), move || {
            for store in [notes(false)?, notes(true)?] {
                let places = places(&store, &fs::read_to_string(&file)?)?;
                if !places.is_empty() {
                    return Err(format!("it complains of {places:?}").into());
                }
            }
            Ok(())
        })
    });
    let finds = files("tests/broken", "ru").into_iter().map(|file| {
        Trial::test(format!("broken {} is found", stem(&file)), move || {
            let update = fs::read_to_string(&file)?;
            let check = header(&update, "check").ok_or("no `# check:`")?;
            let focus = header(&update, "focus").ok_or("no `# focus:`")?;
            let query = fs::read_to_string(folder("ontology/checks").join(format!("{check}.rq")))?;
            for store in [notes(false)?, notes(true)?] {
                SparqlEvaluator::new()
                    .parse_update(&update)
                    .map_err(|e| e.to_string())?
                    .on_store(&store)
                    .execute()
                    .map_err(|e| e.to_string())?;
                let places = places(&store, &query)?;
                if !places.iter().any(|place| place == focus) {
                    return Err(format!("{check} finds {places:?}, not {focus}").into());
                }
            }
            Ok(())
        })
    });
    passes.chain(finds).collect()
}

/// The notes, the vocabulary among them or apart.
fn notes(vocabulary_apart: bool) -> Result<Store, Failed> {
    static QUADS: OnceLock<Vec<Quad>> = OnceLock::new();
    let store = Store::new().map_err(|e| e.to_string())?;
    let quads = QUADS.get_or_init(|| {
        let vocabulary = folder("ontology").join("notes.ttl");
        let vocabulary = parse(&vocabulary, GraphName::from(meta::VOCABULARY_GRAPH));
        let data = files("data", "ttl").into_iter();
        data.flat_map(|file| parse(&file, GraphName::DefaultGraph))
            .chain(vocabulary)
            .collect()
    });
    let quads = quads.iter().cloned().map(|mut quad| {
        if !vocabulary_apart {
            quad.graph_name = GraphName::DefaultGraph;
        }
        quad
    });
    store.extend(quads).map_err(|e| e.to_string())?;
    Ok(store)
}

fn parse(file: &Path, graph: GraphName) -> Vec<Quad> {
    RdfParser::from_format(RdfFormat::Turtle)
        .with_default_graph(graph)
        .for_slice(&fs::read(file).expect("a file of the project"))
        .collect::<Result<_, _>>()
        .expect("the project's Turtle is sound")
}

/// What a check complains of: the first column of its rows, where it applies.
fn places(store: &Store, check: &str) -> Result<Vec<String>, Failed> {
    let applies: Vec<&str> = check
        .lines()
        .filter_map(|line| line.strip_prefix("# applies: "))
        .collect();
    let ask = format!("{PREFIXES}{}", applies.join("\n"));
    if !applies.is_empty() && !matches!(query(store, &ask)?, QueryResults::Boolean(truth) if truth)
    {
        return Ok(Vec::new());
    }
    let QueryResults::Solutions(rows) = query(store, check)? else {
        return Err("a check is a SELECT".into());
    };
    let focus = rows.variables().first().map(|v| v.as_str().to_owned());
    if focus.as_deref() != Some("focus") {
        return Err("the first column is not ?focus".into());
    }
    let mut places = Vec::new();
    for row in rows {
        let row = row.map_err(|e| e.to_string())?;
        places.push(row.get("focus").map(Term::to_string).unwrap_or_default());
    }
    Ok(places)
}

/// The prefixes that `# applies:` may use.
const PREFIXES: &str = "PREFIX : <https://kgq.example/notes#>
PREFIX k: <https://kgq.example/ontology#>
PREFIX owl: <http://www.w3.org/2002/07/owl#>
PREFIX prov: <http://www.w3.org/ns/prov#>
PREFIX rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
";

fn query(store: &Store, text: &str) -> Result<QueryResults<'static>, Failed> {
    Ok(SparqlEvaluator::new()
        .parse_query(text)
        .map_err(|e| e.to_string())?
        .on_store(store)
        .execute()
        .map_err(|e| e.to_string())?)
}

fn header<'a>(text: &'a str, key: &str) -> Option<&'a str> {
    text.lines().find_map(|line| {
        line.strip_prefix("# ")?
            .strip_prefix(key)?
            .strip_prefix(": ")
    })
}

fn folder(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(name)
}

fn files(name: &str, extension: &str) -> Vec<PathBuf> {
    let mut files: Vec<PathBuf> = fs::read_dir(folder(name))
        .expect("the folder is part of the project")
        .map(|entry| entry.expect("a readable folder").path())
        .filter(|path| path.extension().is_some_and(|e| e == extension))
        .collect();
    files.sort();
    files
}

fn stem(file: &Path) -> String {
    file.file_stem()
        .unwrap_or_default()
        .to_string_lossy()
        .into_owned()
}
