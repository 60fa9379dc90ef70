//! `complete`: what could stand at the end of a command line, for the completion scripts of other shells.

use std::time::Duration;

use clap::ValueEnum;

use crate::answer::Answer;
use crate::cli::{self, Options};
use crate::completion::{self, Candidate, Offer, Vocabulary};
use crate::error::Result;
use crate::line;
use crate::session::Session;

/// How long a user waits for candidates at most.
const PATIENCE: Duration = Duration::from_secs(2);

/// Print what could stand at the end of a line, a candidate a line, with a tab before what it is
#[derive(Debug, Clone, clap::Args)]
pub struct Args {
    /// Whose syntax the line has
    shell: Syntax,
    /// The line up to the cursor
    #[arg(allow_hyphen_values = true)]
    line: String,
}

/// How a shell takes a candidate.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Syntax {
    /// As written in the line; what stands before the last colon or equals sign is there already.
    Bash,
    /// As it is; the shell quotes it.
    Zsh,
    /// As it is.
    Fish,
}

impl Args {
    /// The options of the line, as far as they can be read: they name the graph that is to be looked into.
    pub fn options(&self) -> Options {
        let mut words = words(&self.line);
        words.pop();
        let words = words.into_iter().map(|word| expanded(&word.text));
        let mut options = cli::options_of(words);
        options.timeout = Some(options.timeout.unwrap_or(PATIENCE).min(PATIENCE));
        options
    }
}

/// The candidates.
///
/// # Errors
/// An endpoint that fails; too much to look through in time.
pub fn run(args: &Args, session: &Session) -> Result<Answer> {
    let mut words = words(&args.line);
    let last = words.pop().unwrap_or_default();
    let before: Vec<String> = words.into_iter().skip(1).map(|word| word.text).collect();
    let mut text = String::new();
    for word in candidates(session, &before, &last.text)? {
        let written = match args.shell {
            Syntax::Bash => in_bash(&last, &word.text),
            Syntax::Zsh | Syntax::Fish => Some(word.text),
        };
        if let Some(written) = written {
            text += &format!("{written}\t{}\n", word.about);
        }
    }
    Ok(Answer::Text(text))
}

/// What could be the last word of a command line, unquoted.
fn candidates(session: &Session, before: &[String], typed: &str) -> Result<Vec<Candidate>> {
    let said: String = before.iter().map(|word| line::quoted(word) + " ").collect();
    // A word that waits for its end begins with a quote where it has spaces.
    let quote = if typed.contains(char::is_whitespace) {
        "\""
    } else {
        ""
    };
    let text = format!("{said}{quote}{typed}");
    let offer = completion::command_line(session, &Vocabulary::default(), &text)?;
    let begin = offer.start.min(said.len());
    let phrase = line::words(&said[begin..]).unwrap_or_default();
    let Offer { candidates, .. } = offer;
    let fitting = candidates.into_iter().filter_map(|candidate| {
        let whole = line::words(&candidate.text)?.join(" ");
        if whole.chars().any(char::is_control) {
            return None;
        }
        let about = candidate
            .about
            .chars()
            .filter(|c| !c.is_control())
            .collect();
        let text = rest(&whole, &phrase)?.to_owned();
        Some(Candidate { text, about })
    });
    Ok(fitting.collect())
}

/// What follows these words in a name that begins with them.
fn rest<'a>(name: &'a str, words: &[String]) -> Option<&'a str> {
    let mut rest = name;
    for word in words {
        let (first, behind) = rest.split_once(char::is_whitespace)?;
        if first.to_lowercase() != word.to_lowercase() {
            return None;
        }
        rest = behind.trim_start();
    }
    Some(rest)
}

/// A word of a shell's line.
#[derive(Debug, Default)]
struct Word {
    /// What it means.
    text: String,
    /// The quote that it still has open.
    quote: Option<char>,
    /// What of it stands before a place at which bash begins another word.
    broken: String,
}

/// The words of a command line in the syntax that POSIX shells share; the last is the one being typed, which may be empty.
fn words(line: &str) -> Vec<Word> {
    let mut words = vec![Word::default()];
    let mut chars = line.chars();
    let mut quote = None;
    let mut begun = false;
    while let Some(c) = chars.next() {
        let Some(word) = words.last_mut() else {
            break;
        };
        match (quote, c) {
            (None, c) if c.is_whitespace() => {
                if begun {
                    words.push(Word::default());
                }
                begun = false;
                continue;
            }
            (None, '\'' | '"') => quote = Some(c),
            (Some(open), c) if open == c => quote = None,
            (None | Some('"'), '\\') => word.text.extend(chars.next()),
            (None, ':' | '=') => {
                word.text.push(c);
                word.broken.clone_from(&word.text);
            }
            (_, c) => word.text.push(c),
        }
        word.quote = quote;
        begun = true;
    }
    words
}

/// What bash is to put in the place of the word that is typed, behind its last colon or equals sign.
fn in_bash(typed: &Word, text: &str) -> Option<String> {
    let text = text.strip_prefix(&typed.broken)?;
    let special = match typed.quote {
        Some('"') => "\\\"`$",
        Some(_) => return (!text.contains('\'')).then(|| text.to_owned()),
        None => " \\'\"`$&|;<>()[]{}*?!#~",
    };
    let mut written = String::with_capacity(text.len());
    for c in text.chars() {
        if special.contains(c) {
            written.push('\\');
        }
        written.push(c);
    }
    Some(written)
}

/// A word with the user's own folder for `~`.
fn expanded(word: &str) -> String {
    match (word.strip_prefix("~/"), std::env::home_dir()) {
        (Some(rest), Some(home)) => home.join(rest).to_string_lossy().into_owned(),
        _ => word.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn complete(shell: Syntax, line: &str) -> String {
        let session = Session::sample(
            "@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> . \
             :WorkerNode rdfs:label \"worker node\"@en , \"워커 노드\"@ko . :WorkFlow rdfs:label \"workflow $x\"@en .",
        );
        let line = line.to_owned();
        match run(&Args { shell, line }, &session).expect("it is at hand") {
            Answer::Text(text) => text.replace('\t', " | "),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn words_are_read_as_shells_do() {
        let texts = |line| {
            let texts = words(line).into_iter().map(|word| word.text);
            texts.collect::<Vec<_>>().join("|")
        };
        assert_eq!(texts("kgq show a\\ b 'c d' \"e f"), "kgq|show|a b|c d|e f");
        assert_eq!(texts("kgq show "), "kgq|show|");
        assert_eq!(texts("kgq find Let\\'s"), "kgq|find|Let's");
    }

    #[test]
    fn names_are_escaped_for_bash_and_plain_for_the_others() {
        insta::assert_snapshot!(complete(Syntax::Bash, "kgq show work"), @r"
        workflow\ \$x | :WorkFlow
        worker\ node | :WorkerNode
        ");
        insta::assert_snapshot!(complete(Syntax::Zsh, "kgq show work"), @r"
        workflow $x | :WorkFlow
        worker node | :WorkerNode
        ");
        insta::assert_snapshot!(complete(Syntax::Bash, "kgq show \"worker n"), @"worker node | :WorkerNode");
        insta::assert_snapshot!(complete(Syntax::Fish, "kgq show 워커"), @"워커 노드 | :WorkerNode");
        insta::assert_snapshot!(complete(Syntax::Fish, "kgq show ㅇㅋ"), @"워커 노드 | :WorkerNode");
    }

    #[test]
    fn names_of_several_words_go_on_where_they_are_typed() {
        insta::assert_snapshot!(complete(Syntax::Bash, "kgq compare worker n"), @"node | :WorkerNode");
        insta::assert_snapshot!(complete(Syntax::Bash, "kgq compare worker node vs work"), @r"
        workflow\ \$x | :WorkFlow
        worker\ node | :WorkerNode
        ");
    }

    #[test]
    fn bash_wants_what_stands_behind_the_colon() {
        insta::assert_snapshot!(complete(Syntax::Bash, "kgq show :WorkerN"), @"WorkerNode | worker node");
    }

    #[test]
    fn commands_options_and_their_values_are_completed_wherever_they_stand() {
        insta::assert_snapshot!(complete(Syntax::Fish, "kgq co"), @r"
        compare | Compare concepts: `compare X vs Y`
        completions | Write the completion script of a shell
        ");
        insta::assert_snapshot!(complete(Syntax::Fish, "kgq -d x.ttl --lang ko sh"), @"show | Show what is said of a concept, most telling facts first");
        insta::assert_snapshot!(complete(Syntax::Fish, "kgq find x --to"), @"--top | At most this many matches");
        insta::assert_snapshot!(complete(Syntax::Fish, "kgq -f js"), @r"
        json | 
        jsonl | 
        jsonld |
        ");
        insta::assert_snapshot!(complete(Syntax::Fish, "kgq --al"), @"--allow-network | Allow SERVICE and LOAD to reach the network");
    }

    #[test]
    fn the_options_of_an_unfinished_line_are_read() {
        let options = |line: &str| {
            let line = line.to_owned();
            let shell = Syntax::Bash;
            Args { shell, line }.options()
        };
        assert_eq!(
            options("kgq -d a.ttl compare X v").data,
            [std::path::PathBuf::from("a.ttl")]
        );
        assert_eq!(
            options("kgq why --data 'a b.ttl' ").data,
            [std::path::PathBuf::from("a b.ttl")]
        );
        assert_eq!(options("kgq show -l ko --top 3 x").lang, ["ko"]);
    }
}
