//! `completions`: what a shell needs to complete kgq's commands and options.

use clap_complete::Shell;

use crate::answer::Answer;
use crate::cli;
use crate::error::Result;

/// Write the completion script of a shell
#[derive(Debug, Clone, clap::Args)]
pub struct Args {
    /// The shell
    #[arg(value_enum)]
    shell: Shell,
}

/// The script.
///
/// # Errors
/// None.
pub fn run(args: &Args) -> Result<Answer> {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut cli::grammar(), "kgq", &mut script);
    Ok(Answer::Text(String::from_utf8_lossy(&script).into_owned()))
}
