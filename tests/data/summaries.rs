//! Summaries of entities whose description is the whole graph, as benchmarks of entity summaries score them.
//!
//! `summaries/NAME.nt` names its entity in a comment on the first line. What is scored is the first lines of
//! `show IRI --top N -f ntriples`.

use std::collections::HashSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use libtest_mimic::{Failed, Trial};

/// How many facts the benchmarks ask for, and more than there are.
const DEPTHS: [usize; 4] = [1, 5, 10, 1000];

/// Under how many other names for everything an entity is told again.
const SPELLINGS: usize = 12;

pub fn trials() -> Vec<Trial> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/summaries");
    let files = fs::read_dir(folder).expect("it is part of the project");
    let mut files: Vec<PathBuf> = files.map(|file| file.expect("readable").path()).collect();
    files.sort();
    assert!(!files.is_empty(), "there are entities");
    let trial = |file: PathBuf| {
        let name = file.file_stem().unwrap_or_default().to_string_lossy();
        Trial::test(format!("summary {name}"), move || summary(&file))
    };
    files.into_iter().map(trial).collect()
}

fn summary(file: &Path) -> Result<(), Failed> {
    let text = fs::read_to_string(file)?;
    let (first, facts) = text.split_once('\n').ok_or("an entity and its facts")?;
    let entity = first.trim_start_matches("# ");
    let known: HashSet<&str> = facts.lines().collect();
    let whole = told(file, entity, 1000)?;
    for depth in DEPTHS {
        let lines = told(file, entity, depth)?;
        let distinct: HashSet<&str> = lines.iter().map(String::as_str).collect();
        check(
            lines.len() == depth.min(known.len()) && distinct.len() == lines.len(),
            "as many facts as asked for, each once",
            &lines,
        )?;
        check(
            distinct.is_subset(&known),
            "the facts as they are given",
            &lines,
        )?;
        check(whole.starts_with(&lines), "the order of all facts", &lines)?;
    }
    let has_names = |line: &String| line.contains("#label>") || line.contains("/name>");
    check(
        !whole[..5].iter().any(has_names),
        "no name first",
        &whole[..5],
    )?;
    let group = |line: &String| {
        let property = line.split(' ').nth(1).unwrap_or_default().to_owned();
        (property, line.starts_with(&format!("<{entity}>")))
    };
    let groups: HashSet<(String, bool)> = whole[..5].iter().map(group).collect();
    check(groups.len() == 5, "each of another property", &whole[..5])?;
    spelling(entity, facts)
}

/// The facts that kgq tells, a line each.
fn told(file: &Path, entity: &str, depth: usize) -> Result<Vec<String>, Failed> {
    let run = Command::new(env!("CARGO_BIN_EXE_kgq"))
        .arg("-d")
        .arg(file)
        .args(["show", &format!("<{entity}>"), "-f", "ntriples", "--top"])
        .arg(depth.to_string())
        .output()?;
    if !run.status.success() {
        return Err(String::from_utf8_lossy(&run.stderr).into_owned().into());
    }
    let lines = String::from_utf8(run.stdout)?;
    Ok(lines.lines().map(str::to_owned).collect())
}

fn check(holds: bool, law: &str, lines: &[String]) -> Result<(), Failed> {
    match holds {
        true => Ok(()),
        false => Err(format!("not {law}:\n{}", lines.join("\n")).into()),
    }
}

/// Facts that tie in every count come in an order that their names' alphabetical order does not tell.
fn spelling(entity: &str, facts: &str) -> Result<(), Failed> {
    let folder = tempfile::tempdir()?;
    let file = folder.path().join("renamed.nt");
    let mut orders = HashSet::new();
    for spelling in 0..SPELLINGS {
        // The names go on to sort as they did, and nothing else that is known of them changes.
        let renamed = |text: &str, way: bool| {
            let mut text = text.to_owned();
            for space in ["resource", "ontology", "movie"] {
                let names = (format!("/{space}/"), format!("/{space}-{spelling}/"));
                let (from, to) = if way { names } else { (names.1, names.0) };
                text = text.replace(&from, &to);
            }
            text
        };
        fs::write(&file, renamed(facts, true))?;
        let lines = told(&file, &renamed(entity, true), 5)?;
        orders.insert(renamed(&lines.join("\n"), false));
    }
    let orders: Vec<String> = orders.into_iter().collect();
    check(orders.len() > 1, "blind to the names of what ties", &orders)
}
