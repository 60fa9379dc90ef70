//! The integrity checks of `ontology/checks/`, run by the program itself: the notes pass them, and `tests/broken/NAME.ru` breaks
//! the notes in a way that one of them finds, with its place and its cure.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use libtest_mimic::{Failed, Trial};
use serde_json::Value;

/// The notes with the vocabulary among them, as they are embedded.
const EMBEDDED: &[&str] = &[];

/// The notes alone, so that the program's own vocabulary lies in a graph beside them.
const DATA: &[&str] = &["-d", "data"];

pub fn trials() -> Vec<Trial> {
    let passes = [EMBEDDED, DATA].into_iter().map(|data| {
        let name = format!("the notes pass every check {}", data.join(" "));
        Trial::test(name.trim_end(), move || passes(data))
    });
    let finds = files("tests/broken", "ru").into_iter().map(|file| {
        let name = file.file_stem().unwrap_or_default().to_string_lossy();
        Trial::test(format!("broken {name} is found"), move || finds(&file))
    });
    passes.chain(finds).collect()
}

fn passes(data: &[&str]) -> Result<(), Failed> {
    let (checks, output) = checks(data)?;
    let shipped = files("ontology/checks", "rq").len();
    if checks.len() != shipped || shipped == 0 {
        return Err(format!("{} of {shipped} checks ran", checks.len()).into());
    }
    let complaints: Vec<&Value> = checks.iter().filter(|c| !c["faults"].is_null()).collect();
    if !complaints.is_empty() || output.status.code() != Some(0) {
        return Err(format!("{}: {complaints:?}", output.status).into());
    }
    Ok(())
}

fn finds(update: &Path) -> Result<(), Failed> {
    let text = fs::read_to_string(update)?;
    let name = header(&text, "check").ok_or("no `# check:`")?;
    let focus = header(&text, "focus").ok_or("no `# focus:`")?;
    let broken = tempfile::Builder::new().suffix(".nq").tempfile()?;
    let path = broken.path().to_str().ok_or("a path in UTF-8")?;
    let update = update.to_str().ok_or("a path in UTF-8")?;
    let changed = kgq(&[DATA, &["update", update, "-o", path]].concat())?;
    if !changed.status.success() {
        return Err(String::from_utf8_lossy(&changed.stderr).into_owned().into());
    }
    let (checks, output) = checks(&["-d", path])?;
    let check = checks.iter().find(|check| check["name"] == name);
    let check = check.ok_or("no such check")?;
    let faults = check["faults"].as_array().map_or(&[][..], Vec::as_slice);
    let place = focus.trim_matches(['<', '>']);
    let at = |fault: &Value| fault["focus"]["iri"] == place;
    if !faults.iter().any(at) {
        return Err(format!("{name} finds {faults:?}, not {focus}").into());
    }
    if check["cure"].as_str().is_none_or(str::is_empty) {
        return Err(format!("{name} names no cure").into());
    }
    // Some fault may be of severity error though the check asked for is a warning.
    let error = checks
        .iter()
        .any(|check| check["severity"] == "error" && !check["faults"].is_null());
    if output.status.code() != Some(i32::from(error)) {
        return Err(format!("{}, though errors: {error}", output.status).into());
    }
    Ok(())
}

/// What `check` says in JSON of some data.
fn checks(data: &[&str]) -> Result<(Vec<Value>, Output), Failed> {
    let output = kgq(&[data, &["check", "-f", "json"]].concat())?;
    let answer: Value = serde_json::from_slice(&output.stdout)
        .map_err(|e| format!("{e}: {}", String::from_utf8_lossy(&output.stderr)))?;
    let checks = answer["checks"].as_array().ok_or("no checks")?;
    Ok((checks.clone(), output))
}

fn kgq(arguments: &[&str]) -> std::io::Result<Output> {
    Command::new(env!("CARGO_BIN_EXE_kgq"))
        .args(arguments)
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
}

fn header<'a>(text: &'a str, key: &str) -> Option<&'a str> {
    text.lines().find_map(|line| {
        line.strip_prefix("# ")?
            .strip_prefix(key)?
            .strip_prefix(": ")
    })
}

fn files(name: &str, extension: &str) -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join(name);
    let mut files: Vec<PathBuf> = fs::read_dir(folder)
        .expect("the folder is part of the project")
        .map(|entry| entry.expect("a readable folder").path())
        .filter(|path| path.extension().is_some_and(|e| e == extension))
        .collect();
    files.sort();
    files
}
