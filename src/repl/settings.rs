//! The settings of the shell carried out.

use std::fs;
use std::io::Write;
use std::path::PathBuf;

use clap::ValueEnum;

use super::print::Destination;
use super::{Flow, Shell, editor, help, terminal};
use crate::answer::Answer;
use crate::cli::{self, Options};
use crate::commands::{Command, query};
use crate::error::{Error, Result};
use crate::line::SETTINGS;
use crate::names;
use crate::render::Format;
use crate::sparql;

impl Shell {
    /// Carries out a setting.
    ///
    /// # Errors
    /// A setting that is not one, or what is wrong with its argument.
    pub(super) fn setting(&mut self, name: &str, rest: &str) -> Result<Flow> {
        match name {
            "mode" => self.set_mode(rest)?,
            "output" => self.set_output(rest)?,
            "once" => self.set_once(rest)?,
            "last" => self.show_last(rest)?,
            "timer" => self.timer = on_or_off("timer", rest)?,
            "explain" => self.explain(rest)?,
            "prefix" => self.set_prefix(rest)?,
            "infer" => self.set_inference(on_or_off("infer", rest)?)?,
            "lang" => self.set_languages(rest)?,
            "read" if rest.is_empty() => return Err(lacking("read", "a file")),
            "read" => return self.read_script(&unquoted(rest)),
            "edit" => return self.edit(),
            "sparql" => self.show_sparql()?,
            "history" => self.show(&editor::history_text(&self.session.settings, rest)?)?,
            "help" => {
                let running = self.interrupt.running();
                let text = help::text(rest, &self.session)?;
                drop(running);
                self.show(&text)?;
            }
            "quit" | "exit" => return Ok(Flow::Quit),
            _ => return Err(unknown(name)),
        }
        Ok(Flow::On)
    }

    /// Shows a text about the shell itself.
    pub(super) fn show(&self, text: &str) -> Result<()> {
        let mut screen = self.screen();
        screen.write_all(text.as_bytes())?;
        screen.finish()
    }

    fn set_inference(&mut self, on: bool) -> Result<()> {
        let interrupt = self.interrupt.clone();
        let _running = interrupt.running();
        let _quiet = terminal::Quiet::new();
        let _waiting = self.waiting.begin();
        self.session.infer(on)
    }

    fn set_mode(&mut self, rest: &str) -> Result<()> {
        self.mode = match rest {
            "" | "auto" => None,
            name => Some(format(name)?),
        };
        Ok(())
    }

    fn set_output(&mut self, rest: &str) -> Result<()> {
        if rest.is_empty() || rest == "stdout" {
            self.output = None;
            return Ok(());
        }
        let path = PathBuf::from(unquoted(rest));
        self.session
            .settings
            .files(&format!("writing {}", path.display()))?;
        // Said now rather than with the first answer.
        fs::File::create(&path).map_err(|e| Error::file(&path, e))?;
        self.output = Some(path);
        Ok(())
    }

    fn set_once(&mut self, rest: &str) -> Result<()> {
        if rest.is_empty() {
            return Err(lacking("once", "a file, or `|` and a program"));
        }
        self.once = Some(match rest.strip_prefix('|') {
            Some(program) => {
                self.session.settings.files("running another program")?;
                Destination::Program(program.trim().to_owned())
            }
            None => {
                self.session.settings.files(&format!("writing {rest}"))?;
                Destination::File(PathBuf::from(unquoted(rest)))
            }
        });
        Ok(())
    }

    fn show_last(&mut self, rest: &str) -> Result<()> {
        let Some(answer) = self.last() else {
            let cure = match self.interactive {
                true => "ask a SELECT query first",
                false => "a script keeps none: write it with `.once FILE`, before the query",
            };
            return Err(Error::usage("there is no table to show again", cure));
        };
        let chosen = if rest.is_empty() {
            None
        } else {
            Some(format(rest)?)
        };
        self.show_again(answer, chosen)
    }

    fn set_prefix(&mut self, rest: &str) -> Result<()> {
        if rest.is_empty() {
            let lines: String = self
                .session
                .prefixes
                .iter()
                .map(|(prefix, namespace)| format!("PREFIX {prefix}: <{namespace}>\n"))
                .collect();
            return self.show(&lines);
        }
        let declared = rest.split_once(':').and_then(|(prefix, iri)| {
            let iri = iri.trim().strip_prefix('<')?.strip_suffix('>')?;
            oxrdf::NamedNode::new(iri).ok()?;
            Some((prefix.trim(), iri))
        });
        let Some((prefix, iri)) = declared else {
            return Err(Error::usage(
                format!("`{rest}` declares no prefix"),
                "write it as in `.prefix ex: <http://example.org/>`",
            ));
        };
        self.session.prefixes.rebind(prefix, iri);
        Ok(())
    }

    fn set_languages(&mut self, rest: &str) -> Result<()> {
        if rest.is_empty() {
            return self.show(&format!("{}\n", self.session.languages.join(" ")));
        }
        self.session.languages = rest
            .split([' ', ','])
            .filter(|tag| !tag.is_empty())
            .map(|tag| {
                cli::language(tag)
                    .map_err(|cure| Error::usage(format!("`{tag}` is no language"), cure))
            })
            .collect::<Result<_>>()?;
        Ok(())
    }

    /// Tells how a query is carried out: the one given, else the last.
    fn explain(&mut self, rest: &str) -> Result<()> {
        let text = match rest {
            "" => self.last_sparql.clone().ok_or_else(no_sparql)?,
            text => text.to_owned(),
        };
        if sparql::is_update(&text) {
            return Err(Error::usage(
                "an update has no plan to show",
                "explain the query in it: what stands in WHERE",
            ));
        }
        self.last_sparql = Some(text.clone());
        let command = Command::Query(query::Args::explaining(text));
        self.command(command, &Options::default())?;
        Ok(())
    }

    /// Shows the SPARQL behind the last command, as its `--sparql` does.
    fn show_sparql(&mut self) -> Result<()> {
        let Some((command, options)) = self.last_command.clone() else {
            return Err(Error::usage(
                "there is no command yet",
                "type one, or see `help`",
            ));
        };
        let options = Options {
            sparql: true,
            format: None,
            output: None,
            open: false,
            ..options
        };
        self.command(command, &options)?;
        Ok(())
    }

    fn show_again(&self, answer: Answer, chosen: Option<Format>) -> Result<()> {
        let options = Options {
            format: chosen,
            ..Options::default()
        };
        self.print_whole(answer, &options)
    }
}

fn format(name: &str) -> Result<Format> {
    Format::from_extension(name).ok_or_else(|| {
        let names: Vec<&str> = Format::value_variants().iter().map(|f| f.name()).collect();
        let all = format!("use one of: {}", names.join(", "));
        let cure = names::did_you_mean(name, names.iter().copied(), &all);
        Error::usage(format!("`{name}` is no format"), cure)
    })
}

fn on_or_off(setting: &str, rest: &str) -> Result<bool> {
    match rest {
        "on" => Ok(true),
        "off" => Ok(false),
        _ => Err(lacking(setting, "on or off")),
    }
}

fn no_sparql() -> Error {
    Error::usage(
        "there is no SPARQL statement yet",
        "type one, or see `help`",
    )
}

fn lacking(setting: &str, what: &str) -> Error {
    Error::usage(
        format!(".{setting} needs {what}"),
        format!("`.help {setting}` tells more"),
    )
}

fn unknown(name: &str) -> Error {
    let near = names::nearest(name, SETTINGS.iter().map(|(known, _, _)| *known));
    let cure = match near {
        Some(near) => format!("did you mean .{near}?"),
        None => "`.help settings` lists them".to_owned(),
    };
    Error::usage(format!("there is no setting .{name}"), cure)
}

/// A file name, which quotes may hold.
fn unquoted(text: &str) -> String {
    let text = text.trim();
    ['"', '\'']
        .iter()
        .find_map(|&quote| text.strip_prefix(quote)?.strip_suffix(quote))
        .unwrap_or(text)
        .to_owned()
}
