//! Queries in files, each with a heading: the checks, rules and saved queries of `ontology/`, and a user's own.
//!
//! The heading is the `#` comment lines with which the file begins; each says `key: value`, and `key@ko: value` says the same
//! in Korean.

use std::fs;
use std::path::{Path, PathBuf};

use crate::embedded;
use crate::error::{Error, Result};
use crate::folder;
use crate::language::Language;
use crate::session::Settings;

/// A query with its heading.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QueryFile {
    /// The file's name without folder and extension.
    pub name: String,
    /// Where it lies, for messages.
    pub path: String,
    /// The whole text; the heading in it is a comment.
    pub text: String,
    heading: Vec<(String, String)>,
}

impl QueryFile {
    pub(crate) fn new(path: &str, text: String) -> Self {
        let name = Path::new(path)
            .file_stem()
            .map(|stem| stem.to_string_lossy());
        Self {
            name: name.unwrap_or_default().into_owned(),
            path: path.to_owned(),
            heading: heading(&text),
            text,
        }
    }

    /// What the heading says under a key.
    pub fn get(&self, key: &str) -> Option<&str> {
        self.lines()
            .find(|(known, _)| *known == key)
            .map(|(_, value)| value)
    }

    /// The lines of the heading, in order.
    pub fn lines(&self) -> impl Iterator<Item = (&str, &str)> {
        let lines = self.heading.iter();
        lines.map(|(key, value)| (key.as_str(), value.as_str()))
    }

    /// What the heading says under a key, in a language where it says it in that.
    pub fn get_in(&self, key: &str, language: Language) -> Option<&str> {
        match language {
            Language::English => self.get(key),
            Language::Korean => self.get(&format!("{key}@ko")).or_else(|| self.get(key)),
        }
    }

    /// The title, or the name of a file without one.
    pub fn title(&self, language: Language) -> &str {
        self.get_in("title", language).unwrap_or(&self.name)
    }

    /// The lines that declare prefixes, for other queries of the heading.
    pub fn prologue(&self) -> String {
        let declares = |line: &&str| {
            let word = line.split_whitespace().next().unwrap_or_default();
            word.eq_ignore_ascii_case("prefix") || word.eq_ignore_ascii_case("base")
        };
        self.text
            .lines()
            .filter(declares)
            .flat_map(|line| [line, "\n"])
            .collect()
    }
}

/// `key: value` of the comment lines at the beginning.
fn heading(text: &str) -> Vec<(String, String)> {
    text.trim_start_matches('\u{FEFF}')
        .lines()
        .map_while(|line| line.strip_prefix('#'))
        .filter_map(|line| line.split_once(':'))
        .map(|(key, value)| (key.trim().to_owned(), value.trim().to_owned()))
        .collect()
}

/// The queries of a folder of `ontology/`, such as `ontology/checks/`, that are part of the program, by name.
pub fn built_in(folder: &str) -> Vec<QueryFile> {
    embedded::queries(folder)
        .map(|(path, text)| QueryFile::new(path, text.to_owned()))
        .collect()
}

/// A user's own: files, and folders with all `.rq` files below them, sorted by path.
///
/// # Errors
/// A path that cannot be read, a folder without such a file, a session that keeps files out of reach.
pub fn read(paths: &[PathBuf], settings: &Settings) -> Result<Vec<QueryFile>> {
    let mut queries = Vec::new();
    for path in paths {
        settings.files(&format!("reading {}", path.display()))?;
        for file in folder::files(path, is_query, ["query", "files of queries end in .rq"])? {
            let text = fs::read_to_string(&file).map_err(|e| Error::file(&file, e))?;
            queries.push(QueryFile::new(&file.display().to_string(), text));
        }
    }
    Ok(queries)
}

fn is_query(path: &Path) -> bool {
    path.extension().is_some_and(|e| e == "rq")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_heading_ends_where_the_query_begins() {
        let query = QueryFile::new(
            "a/b-c.rq",
            "# title: One\n# title@ko: 하나\n# applies: ASK { ?s ?p <x:y> }\n\nPREFIX x: <x:>\n# says: no\n".to_owned(),
        );
        assert_eq!(query.name, "b-c");
        assert_eq!(query.title(Language::English), "One");
        assert_eq!(query.title(Language::Korean), "하나");
        assert_eq!(query.get("applies"), Some("ASK { ?s ?p <x:y> }"));
        assert_eq!(query.get_in("says", Language::Korean), None);
        assert_eq!(query.prologue(), "PREFIX x: <x:>\n");
    }

    #[test]
    fn a_safe_session_reads_no_file() {
        let settings = Settings {
            safe: true,
            ..Settings::default()
        };
        let error = read(&["x.rq".into()], &settings).unwrap_err();
        insta::assert_snapshot!(error, @"reading x.rq is not allowed here");
    }

    #[test]
    fn every_check_and_rule_says_what_it_is_for() {
        let keys = [
            (
                "ontology/checks/",
                &["title", "problem", "cure", "severity", "applies"][..],
            ),
            ("ontology/rules/", &["title", "says", "source"]),
            ("ontology/queries/", &["title"]),
        ];
        for (folder, keys) in keys {
            let queries = built_in(folder);
            assert!(!queries.is_empty(), "{folder}");
            for query in queries {
                for key in keys {
                    assert!(query.get(key).is_some(), "{} lacks {key}", query.path);
                }
                for key in ["title", "says", "problem", "cure"] {
                    let korean = query.get(&format!("{key}@ko"));
                    let both = folder == "ontology/queries/"
                        || query.get(key).is_some() == korean.is_some();
                    assert!(both, "{} says {key} in one language", query.path);
                }
            }
        }
    }
}
