//! `man`: the manual page.

use std::io;

use clap_mangen::Man;

use crate::answer::Answer;
use crate::cli;
use crate::error::Result;

/// Write the manual page
///
/// It is in roff, for `kgq man | man -l -`.
#[derive(Debug, Clone, clap::Args)]
pub struct Args {}

/// The page: the program, then each command in a section of its own.
///
/// # Errors
/// None that memory does not make.
pub fn run() -> Result<Answer> {
    let mut page = Vec::new();
    render(&mut page)?;
    Ok(Answer::Text(String::from_utf8_lossy(&page).into_owned()))
}

fn render(page: &mut Vec<u8>) -> io::Result<()> {
    let mut grammar = cli::grammar();
    grammar.build();
    Man::new(grammar.clone()).render(page)?;
    for command in grammar.get_subcommands().filter(|c| !c.is_hide_set()) {
        // A subcommand's own title would begin another page.
        let section = Man::new(command.clone());
        page.extend_from_slice(
            format!(".SH \"KGQ {}\"\n", command.get_name().to_uppercase()).as_bytes(),
        );
        section.render_description_section(page)?;
        section.render_synopsis_section(page)?;
    }
    Ok(())
}
