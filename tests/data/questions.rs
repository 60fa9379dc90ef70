//! Competency questions: `ontology/questions/NN-slug.rq` with its answer as `.csv`.

use std::fs;
use std::path::{Path, PathBuf};

use kgq::render::{self, Format, View};
use kgq::session::{Origin, Session, Settings};
use libtest_mimic::{Failed, Trial};

pub fn trials() -> Vec<Trial> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("ontology/questions");
    let mut files: Vec<PathBuf> = fs::read_dir(&folder)
        .expect("ontology/questions is part of the project")
        .map(|entry| entry.expect("a readable folder").path())
        .filter(|path| path.extension().is_some_and(|e| e == "rq"))
        .collect();
    files.sort();
    files
        .into_iter()
        .map(|file| {
            let name = file
                .file_stem()
                .unwrap_or_default()
                .to_string_lossy()
                .into_owned();
            Trial::test(format!("question {name}"), move || answers(&file))
        })
        .collect()
}

fn answers(file: &Path) -> Result<(), Failed> {
    let text = fs::read_to_string(file)?;
    let expected = fs::read_to_string(file.with_extension("csv"))
        .map_err(|e| format!("no answer beside the question: {e}"))?;
    let session = Session::open(
        &Origin::default(),
        vec!["en".to_owned()],
        Settings::default(),
    )
    .map_err(|e| e.to_string())?;
    let query = kgq::sparql::parse_query(&session, &text, None).map_err(|e| e.to_string())?;
    let answer = session
        .graph
        .query(query, &session.token())
        .map_err(|e| e.to_string())?;
    let view = View::plain(&session.prefixes);
    let mut written = Vec::new();
    render::write(answer, Format::Csv, &view, &mut written).map_err(|e| e.to_string())?;
    let written = String::from_utf8(written)?;
    let ordered = text.to_ascii_uppercase().contains("ORDER BY");
    if lines(&written, ordered) == lines(&expected, ordered) {
        return Ok(());
    }
    Err(format!("expected\n{expected}\nbut the answer is\n{written}").into())
}

/// The heading, then the rows, sorted where the query does not order them.
fn lines(csv: &str, ordered: bool) -> Vec<&str> {
    let mut lines: Vec<&str> = csv.lines().collect();
    if !ordered && lines.len() > 1 {
        lines[1..].sort_unstable();
    }
    lines
}
