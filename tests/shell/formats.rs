//! Every format of rows, where it may go and how wide that is, in many scripts of text.

use std::collections::BTreeMap;
use std::process::{Command, Stdio};

use crate::terminal::{Terminal, home};

/// Texts that are wider or narrower than their letters count, or that a terminal might obey.
const QUERY: &str = r#"SELECT ?script ?text ?n {
  VALUES (?script ?text ?n) {
    ("Latin" "plain" 1)
    ("Hangul" "쿠버네티스 클러스터"@ko 20)
    ("Hangul, decomposed" "쿠버" 300)
    ("emoji" "🚀 go ❤️" 1.5)
    ("emoji, joined" "👩‍💻 👨‍👩‍👧 🇰🇷 1️⃣" 2)
    ("combining marks" "é ñ" 3)
    ("Hebrew" "שלום" 4)
    ("Arabic" "مرحبا" 5)
    ("Devanagari" "नमस्ते" 6)
    ("kanji" "日本語" 7)
    ("control" "a\u001B[31mred\tb\nc" 8)
    ("quotes" "say \"hi\", <b>|x|" 9)
    ("IRI" <http://e/number> 10)
    ("unbound" UNDEF 11)
    ("long" "the quick brown fox jumps over the lazy dog and goes on until no narrow window can hold it any more" 12)
  }
}"#;

const FORMATS: [&str; 8] = [
    "table", "vertical", "markdown", "csv", "tsv", "json", "jsonl", "xml",
];

type Place = (
    &'static str,
    Option<u16>,
    &'static [(&'static str, &'static str)],
);

/// Where an answer goes: a name, the width of the terminal, and what the environment says.
const PLACES: [Place; 9] = [
    ("terminal, 40", Some(40), &[]),
    ("terminal, 80", Some(80), &[]),
    ("terminal, 200", Some(200), &[]),
    ("NO_COLOR, 40", Some(40), &[("NO_COLOR", "1")]),
    ("NO_COLOR, 80", Some(80), &[("NO_COLOR", "1")]),
    ("NO_COLOR, 200", Some(200), &[("NO_COLOR", "1")]),
    ("pipe", None, &[]),
    ("pipe, NO_COLOR", None, &[("NO_COLOR", "1")]),
    ("pipe, FORCE_COLOR", None, &[("FORCE_COLOR", "1")]),
];

fn answer(format: &str, width: Option<u16>, env: &[(&str, &str)]) -> String {
    let mut command = Command::new(env!("CARGO_BIN_EXE_kgq"));
    command.args(["-d", "numbers.ttl", "query", "-f", format, "-q", QUERY]);
    let text = match width {
        Some(width) => {
            let mut surroundings = vec![("NO_COLOR", "")];
            surroundings.extend(env);
            Terminal::written(command, home(), (width, 60), &surroundings)
        }
        None => {
            let home = home();
            command.current_dir(&*home).env_clear();
            command.envs(env.iter().copied()).stdin(Stdio::null());
            let told = command.output().expect("it runs");
            String::from_utf8(told.stdout).expect("text")
        }
    };
    text.replace("\r\n", "\n")
        .replace('\u{1B}', "␛")
        .replace('\r', "␍")
        .replace('\t', "␉")
}

#[test]
fn rows_are_written_as_each_place_can_take_them() {
    for format in FORMATS {
        // Places that get the same are told together, in the order of the first of them.
        let mut told: BTreeMap<usize, Vec<&str>> = BTreeMap::new();
        let mut answers: Vec<String> = Vec::new();
        for (place, width, env) in PLACES {
            let answer = answer(format, width, env);
            let at = answers.iter().position(|known| *known == answer);
            let at = at.unwrap_or_else(|| {
                answers.push(answer);
                answers.len() - 1
            });
            told.entry(at).or_default().push(place);
        }
        let text: String = told
            .iter()
            .map(|(at, places)| format!("== {}\n{}", places.join(" · "), answers[*at]))
            .collect();
        insta::assert_snapshot!(format, text);
    }
}
