//! The process edge: arguments, terminal, exit code.

#![allow(clippy::print_stderr)]

use std::io::{self, BufWriter, IsTerminal, Read, Write};
use std::process::ExitCode;

use kgq::answer::Answer;
use kgq::cli::{self, Options};
use kgq::commands::Command;
use kgq::error::{Error, Result};
use kgq::language::Language;
use kgq::render::{self, View};
use kgq::session::{Origin, Session, Settings};

fn main() -> ExitCode {
    let said = match cli::parse(cli::grammar(), std::env::args_os()) {
        Ok(said) => said,
        Err(error) => error.exit(),
    };
    match run(&said.options, said.command) {
        Ok(code) => code,
        Err(error) if error.is_broken_pipe() => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            if let Some(hint) = error.hint() {
                eprintln!("help: {hint}");
            }
            ExitCode::from(error.exit_code())
        }
    }
}

fn run(options: &Options, command: Option<Command>) -> Result<ExitCode> {
    let mut session = open(options)?;
    for warning in session.warnings.drain(..) {
        eprintln!("warning: {warning}");
    }
    let Some(mut command) = command else {
        return Err(Error::usage(
            "there is no command",
            "`kgq --help` lists them",
        ));
    };
    if let Some(text) = command.standard_input() {
        let mut read = String::new();
        io::stdin()
            .read_to_string(&mut read)
            .map_err(|e| Error::file("standard input", e))?;
        *text = Some(read);
    }
    let answer = command.run(&mut session, options)?;
    let negative = answer.is_negative();
    print(answer, options, &session)?;
    Ok(ExitCode::from(u8::from(negative)))
}

fn open(options: &Options) -> Result<Session> {
    let origin = Origin {
        data: options.data.clone(),
        // What is said beats what the environment says.
        endpoint: options.endpoint.clone().or_else(|| {
            let said = std::env::var("KGQ_ENDPOINT").ok();
            said.filter(|url| options.data.is_empty() && !url.is_empty())
        }),
        format: options.data_format,
        roles: options.roles.clone(),
    };
    let settings = Settings {
        write: options.write,
        allow_network: options.allow_network,
        safe: options.safe,
        timeout: options.timeout,
        max_memory: options.max_memory,
    };
    let languages = if options.lang.is_empty() {
        vec!["en".to_owned()]
    } else {
        options.lang.clone()
    };
    Session::open(&origin, languages, settings)
}

fn print(answer: Answer, options: &Options, session: &Session) -> Result<()> {
    let stdout = io::stdout();
    let terminal = stdout.is_terminal();
    let format = options
        .format
        .unwrap_or_else(|| render::default_format(&answer, terminal));
    let view = View {
        prefixes: &session.prefixes,
        width: terminal.then_some(80),
        terminal,
        color: false,
        language: Language::of(&session.languages),
    };
    let mut out = BufWriter::new(stdout.lock());
    render::write(answer, format, &view, &mut out)?;
    Ok(out.flush()?)
}
