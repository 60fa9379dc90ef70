//! The process edge: arguments, terminal, exit code.

use std::io::{self, BufReader, IsTerminal};
use std::panic;
use std::path::Path;
use std::process::ExitCode;

use kgq::cli::{self, Said, Unsaid, When};
use kgq::commands::Command;
use kgq::error::{Error, Result};
use kgq::repl::{self, Shell, terminal};

/// How much stack there is to work on: long chains of operators nest deeply in the algebra. Only what is used is real.
const STACK: usize = 256 << 20;

fn main() -> ExitCode {
    take_memory_in_large_pieces();
    take_a_full_disk_for_an_error();
    // A thread would cost a tenth of a short command's time.
    stacker::grow(STACK, || panic::catch_unwind(work)).unwrap_or_else(|_| {
        // The panic has been told.
        ExitCode::from(2)
    })
}

/// Lets a thread's memory begin with a megabyte: by default it grows by a few pages at a time, a system call each.
fn take_memory_in_large_pieces() {
    #[cfg(all(target_os = "linux", target_env = "gnu"))]
    // SAFETY: no other thread runs yet.
    unsafe {
        libc::mallopt(libc::M_TOP_PAD, 1 << 20);
    }
}

/// Lets writing past what a user may write (`ulimit -f`) fail as on a full disk, rather than kill the process half-way.
fn take_a_full_disk_for_an_error() {
    #[cfg(unix)]
    // SAFETY: no handler is set, and no other thread runs yet.
    unsafe {
        libc::signal(libc::SIGXFSZ, libc::SIG_IGN);
    }
}

fn work() -> ExitCode {
    let said = match cli::parse(std::env::args_os()) {
        Ok(said) => said,
        Err(Unsaid::Help(help)) => {
            // A closed pipe is nobody's mistake.
            let _ = help.print();
            return ExitCode::SUCCESS;
        }
        Err(Unsaid::Mistake(error)) => return failed(&error, None),
    };
    let color = said.options.color;
    match run(said) {
        Ok(code) => ExitCode::from(code),
        Err(error) if error.is_broken_pipe() => ExitCode::SUCCESS,
        Err(error) => failed(&error, color),
    }
}

/// Tells an error; the process's status.
fn failed(error: &Error, color: Option<When>) -> ExitCode {
    repl::report(error, terminal::colored(color, io::stderr().is_terminal()));
    ExitCode::from(error.exit_code())
}

/// Runs one command, a script, or the shell; the process's status.
fn run(said: Said) -> Result<u8> {
    let mut options = said.options.clone();
    match &said.command {
        Some(Command::Complete(line)) => options = line.options(),
        Some(command) if command.reads_data() => options.data.clear(),
        _ => {}
    }
    let mut shell = Shell::open(options)?;
    match said.command {
        Some(command) => {
            let negative = shell.command(command, &said.options)?;
            Ok(u8::from(negative))
        }
        None if io::stdin().is_terminal() && io::stdout().is_terminal() => {
            shell.prompt()?;
            Ok(0)
        }
        None if io::stdin().is_terminal() => Err(Error::usage(
            "there is no command, and no terminal for the shell",
            "`kgq --help` lists the commands",
        )),
        None => {
            let stdin = BufReader::new(io::stdin());
            let (_, well) = shell.script(Path::new("standard input"), stdin)?;
            Ok(if well { 0 } else { 2 })
        }
    }
}
