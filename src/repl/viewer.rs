//! `--open`: showing an answer in the program that the system opens such files with.

use std::fs::DirBuilder;
use std::io;
use std::path::{Path, PathBuf};
use std::process::{self, Command, Stdio};

use crate::error::{Error, Result};
use crate::render::Format;

/// A new file's place. The file stays when kgq ends, because a viewer may read it any time later; the system cleans its
/// folder of temporary files.
///
/// # Errors
/// A folder that cannot be made.
pub fn temporary(format: Format) -> Result<PathBuf> {
    let extension = match format {
        Format::Markdown => "md",
        Format::Text | Format::Table | Format::Vertical => "txt",
        other => other.name(),
    };
    Ok(temporary_folder()?.join(format!("answer.{extension}")))
}

/// A new folder that nobody else can write to.
///
/// # Errors
/// A folder that cannot be made.
pub fn temporary_folder() -> Result<PathBuf> {
    let mut builder = DirBuilder::new();
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    for attempt in 0_u32.. {
        let folder = std::env::temp_dir().join(format!("kgq-{}-{attempt}", process::id()));
        match builder.create(&folder) {
            Ok(()) => return Ok(folder),
            Err(e) if e.kind() == io::ErrorKind::AlreadyExists && attempt < 1000 => {}
            Err(e) => return Err(Error::file(&folder, e)),
        }
    }
    Err(Error::usage("no name for a temporary file", "use -o FILE"))
}

/// Opens a file in its viewer.
///
/// # Errors
/// An opener that is not there or fails; the message says where the file is.
pub fn open(path: &Path) -> Result<()> {
    let opener = if cfg!(target_os = "macos") {
        "open"
    } else if cfg!(windows) {
        "explorer"
    } else {
        "xdg-open"
    };
    let status = Command::new(opener)
        .arg(path)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status();
    // The Explorer tells failure whatever happens.
    let opened = status.is_ok_and(|status| status.success() || cfg!(windows));
    if opened {
        return Ok(());
    }
    Err(Error::usage(
        format!("`{opener}` does not open {}", path.display()),
        "the answer is in that file: open it yourself",
    ))
}
