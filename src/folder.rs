//! A path that a user gives: a file, or a folder with the files below it.

use std::fs;
use std::path::{Path, PathBuf};

use crate::error::{Error, Result};

/// The file itself, whatever its name, or the wanted files below a folder, sorted by path.
///
/// # Errors
/// A path that cannot be read; a folder without a wanted file, of which `none` says what is missing and what is wanted.
pub fn files(path: &Path, wanted: fn(&Path) -> bool, none: [&str; 2]) -> Result<Vec<PathBuf>> {
    let metadata = fs::metadata(path).map_err(|e| Error::file(path, e))?;
    if !metadata.is_dir() {
        return Ok(vec![path.to_owned()]);
    }
    let mut found = Vec::new();
    gather(path, wanted, &mut found)?;
    if found.is_empty() {
        let [missing, hint] = none;
        let message = format!("{}: no {missing} in this folder", path.display());
        return Err(Error::usage(message, hint));
    }
    found.sort();
    Ok(found)
}

fn gather(folder: &Path, wanted: fn(&Path) -> bool, found: &mut Vec<PathBuf>) -> Result<()> {
    for entry in fs::read_dir(folder).map_err(|e| Error::file(folder, e))? {
        let entry = entry.map_err(|e| Error::file(folder, e))?;
        let path = entry.path();
        // Links to folders are not followed, so that a circle of links ends.
        if entry.file_type().is_ok_and(|kind| kind.is_dir()) {
            gather(&path, wanted, found)?;
        } else if wanted(&path) {
            found.push(path);
        }
    }
    Ok(())
}
