//! The SPARQL behind answers: each line of `behind.txt` is a command line; every query that its `--sparql` prints is run on the
//! same graph, and all of them together find the rows of its answer.

use std::collections::BTreeSet;
use std::path::Path;
use std::process::Command;

use libtest_mimic::{Failed, Trial};
use serde_json::Value;

const COMMANDS: &str = include_str!("behind.txt");

/// A row as what its terms are.
type Row = Vec<String>;

pub fn trials() -> Vec<Trial> {
    let commands = COMMANDS.lines().filter(|line| !line.starts_with('#'));
    let trial = |line: &'static str| Trial::test(format!("behind {line}"), move || behind(line));
    let trials: Vec<Trial> = commands.map(trial).collect();
    assert!(trials.len() > 5, "there are commands");
    trials
}

fn behind(line: &str) -> Result<(), Failed> {
    let words = kgq::line::words(line).ok_or("closed quotes")?;
    let graph: &[String] = match words.first().map(String::as_str) {
        Some("-d") => &words[..2],
        _ => &[],
    };
    let with = |more: &[&str]| -> Vec<String> {
        words
            .iter()
            .cloned()
            .chain(more.iter().map(|w| (*w).to_owned()))
            .collect()
    };
    let answer: Value = serde_json::from_str(&kgq(&with(&["-f", "json"]))?)?;
    let script = kgq(&with(&["--sparql"]))?;
    let (prologue, queries) = script.split_once("\n\n").ok_or("prefixes, then queries")?;
    let mut found = Vec::new();
    for query in queries.trim_end().trim_end_matches(';').split(" ;\n\n") {
        let query = format!("{prologue}\n{query}");
        let mut command: Vec<String> = graph.to_vec();
        // Only what the printed prefixes declare is known to a stranger.
        command.extend(["query", "-q", &query, "-f"].map(str::to_owned));
        let construct = query.contains("CONSTRUCT");
        command.push(if construct { "ntriples" } else { "json" }.to_owned());
        let told = kgq(&command)?;
        found.push(match construct {
            true => told.lines().map(|line| vec![line.to_owned()]).collect(),
            false => solutions(&serde_json::from_str(&told)?)?,
        });
    }
    let verb = &words[graph.len()];
    let expected = match verb.as_str() {
        "show" => vec![facts(&answer)],
        "find" => vec![rows(&answer["matches"], |m| {
            vec![vec![text(&m["iri"]), text(&m["matched"])]]
        })],
        "tree" => tree(&answer),
        "path" => return paths(&answer, &found),
        "map" => vec![edges(&answer)],
        "compare" => comparison(&answer, graph.is_empty()),
        other => return Err(format!("what are the rows of {other}?").into()),
    };
    if found.len() < expected.len() {
        return Err(format!("{} queries for {} sections", found.len(), expected.len()).into());
    }
    for (found, expected) in found.iter().zip(&expected) {
        if found != expected || expected.is_empty() {
            return Err(
                format!("{script}\nfinds {found:#?}\nbut the answer has {expected:#?}").into(),
            );
        }
    }
    Ok(())
}

fn kgq(arguments: &[String]) -> Result<String, Failed> {
    let run = Command::new(env!("CARGO_BIN_EXE_kgq"))
        .args(arguments)
        .current_dir(Path::new(env!("CARGO_MANIFEST_DIR")))
        .output()?;
    if !run.status.success() {
        return Err(format!("{arguments:?}: {}", String::from_utf8_lossy(&run.stderr)).into());
    }
    Ok(String::from_utf8(run.stdout)?)
}

/// The solutions of a query, the variables in the order of its heading; of ASK a row without terms where it holds.
fn solutions(json: &Value) -> Result<BTreeSet<Row>, Failed> {
    if let Some(truth) = json["boolean"].as_bool() {
        return Ok(truth.then(Vec::new).into_iter().collect());
    }
    let variables = json["head"]["vars"].as_array().ok_or("variables")?;
    let of = |row: &Value| {
        let cell = |variable: &Value| text(&row[text(variable)]["value"]);
        vec![variables.iter().map(cell).collect()]
    };
    Ok(rows(&json["results"]["bindings"], of))
}

fn rows(list: &Value, of: impl Fn(&Value) -> Vec<Row>) -> BTreeSet<Row> {
    list.as_array().into_iter().flatten().flat_map(of).collect()
}

fn text(json: &Value) -> String {
    json.as_str().unwrap_or_default().to_owned()
}

/// A value of an answer as a query's result writes it.
fn term(json: &Value) -> String {
    match json["iri"].as_str() {
        Some(iri) => iri.trim_start_matches("_:").to_owned(),
        None => text(&json["literal"]),
    }
}

fn facts(answer: &Value) -> BTreeSet<Row> {
    rows(&answer["facts"], |group| {
        let values = group["values"].as_array().into_iter().flatten();
        let row = |entry: &Value| {
            vec![
                term(&group["property"]),
                text(&group["direction"]),
                term(&entry["value"]),
            ]
        };
        values.map(row).collect()
    })
}

fn edges(answer: &Value) -> BTreeSet<Row> {
    let node = |end: &Value| {
        let place = end.as_u64().unwrap_or(u64::MAX);
        term(&answer["nodes"][usize::try_from(place).unwrap_or(usize::MAX)])
    };
    rows(&answer["edges"], |edge| {
        let [from, to] = [node(&edge["source"]), node(&edge["target"])];
        vec![vec![format!(
            "<{from}> <{}> <{to}> .",
            term(&edge["property"])
        )]]
    })
}

/// Each step from a concept to what is above it: a section for what is above the tree's concept, one for what is below.
fn tree(answer: &Value) -> Vec<BTreeSet<Row>> {
    fn walk(at: &Value, branches: &Value, up: bool, steps: &mut BTreeSet<Row>) {
        for branch in branches.as_array().into_iter().flatten() {
            let (here, there) = (term(at), term(&branch["item"]));
            steps.insert(if up {
                vec![here, there]
            } else {
                vec![there, here]
            });
            walk(&branch["item"], &branch["branches"], up, steps);
        }
    }
    let mut sections = Vec::new();
    for (side, up) in [("up", true), ("down", false)] {
        let mut steps = BTreeSet::new();
        walk(&answer["item"], &answer[side], up, &mut steps);
        if !steps.is_empty() {
            sections.push(steps);
        }
    }
    sections
}

/// Each path is among what its query finds, with those that are folded into it.
fn paths(answer: &Value, found: &[BTreeSet<Row>]) -> Result<(), Failed> {
    let paths = answer["paths"].as_array().ok_or("paths")?;
    if paths.is_empty() || paths.len() != found.len() {
        return Err(format!("{} queries for {} paths", found.len(), paths.len()).into());
    }
    for (path, found) in paths.iter().zip(found) {
        let steps = path["steps"].as_array().ok_or("steps")?;
        let via = |step: &Value| {
            let to = if step["forward"] == true {
                "object"
            } else {
                "subject"
            };
            term(&step[to])
        };
        let row: Row = steps[..steps.len() - 1].iter().map(via).collect();
        let folded = path["folded"].as_u64().unwrap_or(0) as usize;
        if !found.contains(&row) || found.len() < folded + 1 {
            return Err(format!("{row:?} and {folded} more are not {found:?}").into());
        }
    }
    Ok(())
}

/// The sections that have queries, in the order of these.
///
/// No query climbs from graph to graph, so that common kinds have none where there are several.
fn comparison(answer: &Value, one_graph: bool) -> Vec<BTreeSet<Row>> {
    let mut sections = Vec::new();
    let relations = rows(&answer["relations"], |said| {
        vec![
            ["subject", "property", "object"]
                .map(|part| term(&said[part]))
                .to_vec(),
        ]
    });
    if !relations.is_empty() {
        sections.push(relations);
    }
    let ancestors = rows(&answer["ancestors"], |kind| vec![vec![term(&kind["item"])]]);
    if one_graph && !ancestors.is_empty() {
        sections.push(ancestors);
    }
    let items = answer["items"].as_array().map_or(&[][..], Vec::as_slice);
    for section in ["shared", "differences", "only", "denied"] {
        for row in answer[section].as_array().into_iter().flatten() {
            let cells = row["cells"].as_array().into_iter().flatten();
            let entries = items.iter().zip(cells).flat_map(|(item, cell)| {
                let entries = cell.as_array().into_iter().flatten();
                let said = entries.filter(|entry| !entry["value"].is_null());
                said.map(|entry| vec![term(item), term(&entry["value"])])
            });
            sections.push(entries.collect());
        }
    }
    sections
}
