//! What was typed before, kept from one shell to the next.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};

use rustyline::history::{FileHistory, History as _};
use rustyline::{Config, Editor, Helper};

use crate::error::{Error, Result};
use crate::session::Settings;

/// How many entries are kept.
pub const ENTRIES: usize = 10_000;

/// The history's file; none in a safe session, or where there is no home.
#[derive(Debug)]
pub struct History {
    path: Option<PathBuf>,
}

impl History {
    /// The history of this user; its folder is made if need be.
    pub fn open(settings: &Settings) -> Self {
        let path = path(settings).filter(|path| {
            path.parent()
                .is_some_and(|folder| make_folder(folder).is_ok())
        });
        Self { path }
    }

    /// Reads what there is. A history that cannot be read is an empty one.
    pub fn load<H: Helper>(&mut self, editor: &mut Editor<H, FileHistory>) {
        if let Some(path) = &self.path {
            let _ = editor.load_history(path);
        }
    }

    /// Adds what was entered and writes it at once; what begins with a space is not kept.
    pub fn add<H: Helper>(&mut self, editor: &mut Editor<H, FileHistory>, text: &str) {
        let text = text.trim_end();
        if text.is_empty() || !matches!(editor.add_history_entry(text), Ok(true)) {
            return;
        }
        if let Some(path) = &self.path {
            let _ = editor.append_history(path);
        }
    }
}

/// The entries that hold a text, oldest first, one after the other.
///
/// # Errors
/// A safe session, which keeps none.
pub fn text(settings: &Settings, wanted: &str) -> Result<String> {
    let Some(path) = path(settings) else {
        return Err(Error::usage(
            "there is no history here",
            "a safe session keeps none",
        ));
    };
    let mut history = FileHistory::with_config(
        &Config::builder()
            .max_history_size(ENTRIES)
            .map_err(|e| Error::file(&path, std::io::Error::other(e)))?
            .build(),
    );
    if path.exists() {
        history
            .load(&path)
            .map_err(|e| Error::file(&path, std::io::Error::other(e)))?;
    }
    Ok(history
        .iter()
        .filter(|entry| entry.contains(wanted))
        .map(|entry| format!("{entry}\n"))
        .collect())
}

fn path(settings: &Settings) -> Option<PathBuf> {
    if settings.safe {
        return None;
    }
    Some(xdg("XDG_STATE_HOME", ".local/state")?.join("history"))
}

/// The folder of the user's own settings.
pub fn config_folder() -> Option<PathBuf> {
    xdg("XDG_CONFIG_HOME", ".config")
}

/// A folder of kgq's by the [XDG base directories](https://specifications.freedesktop.org/basedir-spec/latest/).
fn xdg(variable: &str, default: &str) -> Option<PathBuf> {
    let set = env::var_os(variable)
        .map(PathBuf::from)
        .filter(|path| path.is_absolute());
    let base = match set {
        Some(path) => path,
        None => env::home_dir()?.join(default),
    };
    Some(base.join("kgq"))
}

fn make_folder(folder: &Path) -> std::io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::DirBuilderExt;
        builder.mode(0o700);
    }
    builder.create(folder)
}
