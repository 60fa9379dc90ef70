//! The W3C's SPARQL query tests, through the program's own way from a query's text to the bytes of its answer.
//!
//! The test data is not part of this project: it is looked for in `../shared/w3c`.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use kgq::graph::Graph;
use kgq::prefixes::Prefixes;
use kgq::render::{self, Format, View};
use kgq::session::Session;
use kgq::sparql::{self, prologue::prologue};
use libtest_mimic::{Failed, Trial};
use oxigraph::io::{RdfFormat, RdfParser};
use oxrdf::{Dataset, GraphName, NamedNode, NamedOrBlankNode, Quad, Term};
use sparesults::QueryResultsFormat;

use crate::solutions::{self, Results};

const MF: &str = "http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#";
const RS: &str = "http://www.w3.org/2001/sw/DataAccess/tests/result-set#";
const QT: &str = "http://www.w3.org/2001/sw/DataAccess/tests/test-query#";

/// Tests that fail, each with the reason.
const EXCEPTIONS: &[(&str, &str)] = &[(
    "functions bnode01",
    "the evaluator's BNODE(str) is the same node in every solution",
)];

pub fn trials() -> Vec<Trial> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/w3c");
    let mut manifests: Vec<PathBuf> = fs::read_dir(&root)
        .into_iter()
        .flatten()
        .filter_map(|entry| Some(entry.ok()?.path().join("manifest.ttl")))
        .filter(|path| path.exists())
        .collect();
    manifests.sort();
    if manifests.is_empty() {
        let name = "W3C query tests did not run: no test data in ../shared/w3c";
        return vec![Trial::test(name, || Ok(())).with_ignored_flag(true)];
    }
    manifests
        .iter()
        .flat_map(|path| read_manifest(path))
        .collect()
}

/// A folder's tests.
fn read_manifest(path: &Path) -> Vec<Trial> {
    let folder = path
        .parent()
        .and_then(Path::file_name)
        .unwrap_or_default()
        .to_string_lossy()
        .into_owned();
    let manifest = Manifest::read(path);
    manifest
        .tests()
        .into_iter()
        .map(|test| {
            let name = format!("w3c {folder} {}", test.name);
            let exception = EXCEPTIONS.iter().find(|(known, _)| name.contains(known));
            match exception {
                Some((_, reason)) => {
                    let reason = *reason;
                    Trial::test(
                        format!("{name}: fails because {reason}"),
                        move || match test.run() {
                            Ok(()) => Err("it passes now: take it off the list".into()),
                            Err(_) => Ok(()),
                        },
                    )
                }
                None => Trial::test(name, move || test.run()),
            }
        })
        .collect()
}

/// The triples of a manifest.
struct Manifest {
    path: PathBuf,
    quads: Vec<Quad>,
}

impl Manifest {
    fn read(path: &Path) -> Self {
        Self {
            path: path.to_owned(),
            quads: read_rdf(path, GraphName::DefaultGraph).expect("a manifest is Turtle"),
        }
    }

    fn objects(&self, subject: &Term, property: &str) -> Vec<Term> {
        self.quads
            .iter()
            .filter(|q| {
                Term::from(q.subject.clone()) == *subject && q.predicate.as_str() == property
            })
            .map(|q| q.object.clone())
            .collect()
    }

    fn object(&self, subject: &Term, property: &str) -> Option<Term> {
        self.objects(subject, property).into_iter().next()
    }

    /// A table of solutions described in RDF.
    fn result_set(&self) -> Results {
        let subject_of = |class: &str| {
            self.quads
                .iter()
                .find(|q| matches!(&q.object, Term::NamedNode(node) if node.as_str() == class))
                .map(|q| Term::from(q.subject.clone()))
        };
        let set = subject_of(&format!("{RS}ResultSet")).expect("a result set");
        let text = |term: Term| match term {
            Term::Literal(literal) => literal.value().to_owned(),
            other => other.to_string(),
        };
        let mut variables: Vec<String> = self
            .objects(&set, &format!("{RS}resultVariable"))
            .into_iter()
            .map(text)
            .collect();
        variables.sort();
        let rows = self
            .objects(&set, &format!("{RS}solution"))
            .iter()
            .map(|solution| {
                let mut row = vec![None; variables.len()];
                for binding in self.objects(solution, &format!("{RS}binding")) {
                    let name = self.object(&binding, &format!("{RS}variable")).map(text);
                    if let Some(at) = variables.iter().position(|v| Some(v) == name.as_ref()) {
                        row[at] = self.object(&binding, &format!("{RS}value"));
                    }
                }
                row
            })
            .collect();
        Results::Solutions(variables, rows)
    }

    /// Tests of a kind that is run, in the order of their names.
    fn tests(&self) -> Vec<Test> {
        let mut tests = BTreeMap::new();
        for quad in &self.quads {
            let Term::NamedNode(class) = &quad.object else {
                continue;
            };
            let Some(kind) = class.as_str().strip_prefix(MF) else {
                continue;
            };
            if !kind.ends_with("Test") {
                continue;
            }
            let NamedOrBlankNode::NamedNode(test) = &quad.subject else {
                continue;
            };
            let short = test.as_str().rsplit('#').next().unwrap_or_default();
            tests.insert(short.to_owned(), self.test(short, kind, test));
        }
        tests.into_values().collect()
    }

    fn test(&self, name: &str, kind: &str, test: &NamedNode) -> Test {
        let test = Term::from(test.clone());
        let action = self
            .object(&test, &format!("{MF}action"))
            .expect("a test has an action");
        let query = self
            .object(&action, &format!("{QT}query"))
            .unwrap_or(action.clone());
        let graphs = self
            .objects(&action, &format!("{QT}graphData"))
            .into_iter()
            .map(|graph| {
                let data = self.object(&graph, &format!("{QT}graph")).unwrap_or(graph);
                (file_of(&data), iri_of(&data))
            })
            .collect();
        Test {
            name: name.to_owned(),
            kind: kind.to_owned(),
            folder: self.path.parent().unwrap_or(Path::new("")).to_owned(),
            query: file_of(&query),
            data: self
                .objects(&action, &format!("{QT}data"))
                .iter()
                .map(file_of)
                .collect(),
            graphs,
            result: self
                .object(&test, &format!("{MF}result"))
                .map(|t| file_of(&t)),
        }
    }
}

fn iri_of(term: &Term) -> NamedNode {
    match term {
        Term::NamedNode(node) => node.clone(),
        other => panic!("{other} should be a file"),
    }
}

fn file_of(term: &Term) -> PathBuf {
    PathBuf::from(iri_of(term).as_str().trim_start_matches("file://"))
}

struct Test {
    name: String,
    kind: String,
    folder: PathBuf,
    query: PathBuf,
    data: Vec<PathBuf>,
    graphs: Vec<(PathBuf, NamedNode)>,
    result: Option<PathBuf>,
}

impl Test {
    fn run(&self) -> Result<(), Failed> {
        let text = fs::read_to_string(&self.query)?;
        let name = self.query.display().to_string();
        let session = self.session()?;
        let query = sparql::parse_query(&session, &text, Some(&name));
        if self.kind.starts_with("NegativeSyntax") {
            return match query {
                Ok(_) => Err("it should not parse".into()),
                Err(_) => Ok(()),
            };
        }
        let query = query.map_err(|e| e.to_string())?;
        if !query.text.ends_with(&text) {
            return Err(format!("it is sent as\n{}", query.text).into());
        }
        let sent = self.sent(&text, &name)?;
        let query = sparql::parse_query(&session, &sent, None).map_err(|e| e.to_string())?;
        let answer = session
            .graph
            .query(query, &session.token())
            .map_err(|e| e.to_string())?;
        let expected = self.result.as_ref().ok_or("the test has no result")?;
        let extension = expected.extension().unwrap_or_default().to_string_lossy();
        let format = match extension.as_ref() {
            "srx" => Format::Xml,
            "srj" => Format::Json,
            "csv" => Format::Csv,
            "tsv" => Format::Tsv,
            "ttl" if text.to_ascii_uppercase().contains("CONSTRUCT") => Format::Turtle,
            // A table described in RDF.
            "ttl" => Format::Json,
            other => return Err(format!("{} ends in {other}", expected.display()).into()),
        };
        let view = View::plain(&session.prefixes);
        let mut written = Vec::new();
        render::write(answer, format, &view, &mut written).map_err(|e| e.to_string())?;
        if extension == "ttl" && format == Format::Json {
            let answer = solutions::read(&written, QueryResultsFormat::Json)?;
            return match Manifest::read(expected).result_set() {
                expected if solutions::same(&answer, &expected, false) => Ok(()),
                expected => Err(format!("expected\n{expected:?}\nbut found\n{answer:?}").into()),
            };
        }
        self.compare(&written, &fs::read(expected)?, format, &text)
    }

    /// What an endpoint gets of the query when its prefixes are not declared in it but known to the session.
    fn sent(&self, text: &str, name: &str) -> Result<String, String> {
        let mut session = self.session()?;
        session.prefixes.bind_all(&prologue(text).prefixes);
        let declares = |line: &str| {
            let word = line.split_whitespace().next().unwrap_or_default();
            word.eq_ignore_ascii_case("prefix")
        };
        let typed = text.split_inclusive('\n').filter(|line| !declares(line));
        let typed = typed.collect::<String>();
        let query = sparql::parse_query(&session, &typed, Some(name)).map_err(|e| e.to_string())?;
        match query.text.ends_with(&typed) {
            true => Ok(query.text),
            false => Err(format!("{typed}\nis sent as\n{}", query.text)),
        }
    }

    fn compare(
        &self,
        written: &[u8],
        expected: &[u8],
        format: Format,
        query: &str,
    ) -> Result<(), Failed> {
        let same = match format {
            Format::Turtle => isomorphic(written, expected)?,
            // CSV is lossy: it is compared as lines, blank nodes by kind.
            Format::Csv => csv_lines(written) == csv_lines(expected),
            _ => {
                let format = match format {
                    Format::Json => QueryResultsFormat::Json,
                    Format::Tsv => QueryResultsFormat::Tsv,
                    _ => QueryResultsFormat::Xml,
                };
                let (left, right): (Results, Results) = (
                    solutions::read(written, format)?,
                    solutions::read(expected, format)?,
                );
                let ordered = query.to_ascii_uppercase().contains("ORDER BY")
                    && !self.folder.ends_with("subquery");
                solutions::same(&left, &right, ordered)
            }
        };
        if same {
            return Ok(());
        }
        Err(format!(
            "expected\n{}\nbut the answer is\n{}",
            String::from_utf8_lossy(expected),
            String::from_utf8_lossy(written)
        )
        .into())
    }

    fn session(&self) -> Result<Session, String> {
        let mut quads = Vec::new();
        for file in &self.data {
            quads.extend(read_rdf(file, GraphName::DefaultGraph)?);
        }
        for (file, name) in &self.graphs {
            quads.extend(read_rdf(file, name.clone().into())?);
        }
        Ok(Session::over(
            Graph::from_quads(&quads).map_err(|e| e.to_string())?,
            self.name.clone(),
            Vec::new(),
            Prefixes::default(),
        ))
    }
}

fn read_rdf(path: &Path, graph: GraphName) -> Result<Vec<Quad>, String> {
    let path = path
        .canonicalize()
        .map_err(|e| format!("{}: {e}", path.display()))?;
    let format = kgq::graph::source::format_of(&path)
        .ok_or_else(|| format!("{}: unknown syntax", path.display()))?;
    let text = fs::read(&path).map_err(|e| e.to_string())?;
    RdfParser::from_format(format)
        .with_base_iri(format!("file://{}", path.display()))
        .map_err(|e| e.to_string())?
        .with_default_graph(graph)
        .rename_blank_nodes()
        .for_slice(&text)
        .collect::<Result<_, _>>()
        .map_err(|e| format!("{}: {e}", path.display()))
}

fn isomorphic(left: &[u8], right: &[u8]) -> Result<bool, String> {
    let read = |text: &[u8]| -> Result<Dataset, String> {
        let mut dataset = RdfParser::from_format(RdfFormat::Turtle)
            .with_base_iri("http://example.org/")
            .map_err(|e| e.to_string())?
            .for_slice(text)
            .collect::<Result<Dataset, _>>()
            .map_err(|e| e.to_string())?;
        dataset.canonicalize(oxrdf::dataset::CanonicalizationAlgorithm::Unstable);
        Ok(dataset)
    };
    Ok(read(left)? == read(right)?)
}

fn csv_lines(text: &[u8]) -> Vec<String> {
    let text = String::from_utf8_lossy(text);
    let mut lines: Vec<String> = text
        .lines()
        .map(|line| {
            line.split(',')
                .map(|cell| if cell.starts_with("_:") { "_:" } else { cell })
                .collect::<Vec<_>>()
                .join(",")
        })
        .collect();
    lines[1..].sort();
    lines
}
