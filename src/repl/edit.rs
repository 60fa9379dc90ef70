//! `.edit`: the last SPARQL statement in the user's editor.

use std::env;
use std::fs;
use std::process::Command;

use super::{Flow, Shell, viewer};
use crate::error::{Error, Result};
use crate::line::Statements;

impl Shell {
    /// Lets the user edit the last SPARQL statement, and runs what comes of it. What was not changed is not run.
    ///
    /// # Errors
    /// An editor that cannot be started; what is wrong with what was written.
    pub(super) fn edit(&mut self) -> Result<Flow> {
        self.session.settings.files("starting an editor")?;
        let editor = ["VISUAL", "EDITOR"]
            .iter()
            .find_map(|name| env::var(name).ok().filter(|value| !value.is_empty()))
            .unwrap_or_else(|| "vi".to_owned());
        let folder = viewer::temporary_folder()?;
        let path = folder.join("statement.rq");
        let failed = |e| Error::file(&path, e);
        let before = self.last_sparql.clone().unwrap_or_default();
        let edited = fs::write(&path, format!("{before}\n")).and_then(|()| {
            let ended = Command::new("sh")
                .arg("-c")
                .arg(format!("{editor} \"$1\""))
                .arg("sh")
                .arg(&path)
                .status()?;
            Ok((ended.success(), fs::read_to_string(&path)?))
        });
        let _ = fs::remove_dir_all(&folder);
        let (saved, text) = edited.map_err(failed)?;
        let text = text.trim();
        if !saved || text.is_empty() || text == before.trim() {
            return Ok(Flow::On);
        }
        self.edited = Some(text.to_owned());
        for statement in Statements::of(text, &self.session.prefixes) {
            if self.run(&statement.text)? == Flow::Quit {
                return Ok(Flow::Quit);
            }
        }
        Ok(Flow::On)
    }
}
