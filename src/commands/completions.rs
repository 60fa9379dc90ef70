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

/// The script. In bash, zsh and fish it asks [`complete`](super::complete), which knows the names of the graph; in others it
/// knows commands and options.
///
/// # Errors
/// None.
pub fn run(args: &Args) -> Result<Answer> {
    let script = match args.shell {
        Shell::Bash => include_str!("completions/kgq.bash").to_owned(),
        Shell::Zsh => include_str!("completions/kgq.zsh").to_owned(),
        Shell::Fish => include_str!("completions/kgq.fish").to_owned(),
        other => {
            let mut script = Vec::new();
            clap_complete::generate(other, &mut cli::grammar(), "kgq", &mut script);
            String::from_utf8_lossy(&script).into_owned()
        }
    };
    Ok(Answer::Text(script))
}
