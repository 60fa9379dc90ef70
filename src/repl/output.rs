//! Where answers go: standard output, a file that is written whole or not at all, another program.

use std::fs::{self, File, OpenOptions};
use std::io::{self, BufWriter, Write};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use crate::cancel::Token;
use crate::draft::Draft;
use crate::error::{Error, Result};

/// Writes a file whole or not at all.
///
/// The permissions of a file that is there are kept, and a link stays a link. What is no plain file (a device, a pipe) is
/// written as it comes.
///
/// # Errors
/// What `write` returns, or a file that cannot be written; the old file is then as it was.
pub fn write_file(path: &Path, write: impl FnOnce(&mut dyn Write) -> Result<()>) -> Result<()> {
    let failed = |e: io::Error| Error::file(path, e);
    if fs::metadata(path).is_ok_and(|there| !there.is_file()) {
        let file = OpenOptions::new().write(true).open(path).map_err(failed)?;
        let mut out = BufWriter::new(file);
        write(&mut out)?;
        return out.flush().map_err(failed);
    }
    let draft = Draft::of(path).map_err(failed)?;
    let mut out = BufWriter::new(draft.file());
    write(&mut out).map_err(|error| match error {
        Error::Output(source) => failed(source),
        other => other,
    })?;
    out.flush().map_err(failed)?;
    drop(out);
    draft.place().map_err(failed)
}

/// Waits until no other process rewrites a file, and keeps it so for as long as what this returns lives: of two updates in
/// place at once the second starts from what the first has written.
///
/// # Errors
/// A file that cannot be opened; `token` saying stop.
#[cfg(unix)]
pub fn alone_with(path: &Path, token: &Token) -> Result<File> {
    use rustix::fs::{FlockOperation, flock};
    use std::os::unix::fs::MetadataExt;

    let failed = |e: io::Error| Error::file(path, e);
    loop {
        let file = File::open(path).map_err(failed)?;
        match flock(&file, FlockOperation::NonBlockingLockExclusive) {
            Ok(()) => {
                let of = |found: fs::Metadata| (found.dev(), found.ino());
                let held = of(file.metadata().map_err(failed)?);
                // Meanwhile another file may have taken its place.
                if fs::metadata(path).is_ok_and(|found| of(found) == held) {
                    return Ok(file);
                }
            }
            Err(rustix::io::Errno::WOULDBLOCK) => {
                token.check()?;
                std::thread::sleep(std::time::Duration::from_millis(10));
            }
            // Not every file system has locks.
            Err(_) => return Ok(file),
        }
    }
}

/// As on other systems, without the waiting.
#[cfg(not(unix))]
pub fn alone_with(path: &Path, _token: &Token) -> Result<File> {
    File::open(path).map_err(|e| Error::file(path, e))
}

/// Another program that reads what is written: a pager, or what stands behind `.once |`.
#[derive(Debug)]
pub struct Reader {
    child: Child,
}

impl Reader {
    /// Starts a program by the shell.
    ///
    /// # Errors
    /// A shell that cannot be started.
    pub fn start(command: &str) -> Result<Self> {
        let (shell, flag) = if cfg!(windows) {
            ("cmd", "/C")
        } else {
            ("sh", "-c")
        };
        let child = Command::new(shell)
            .arg(flag)
            .arg(command)
            .stdin(Stdio::piped())
            .spawn()
            .map_err(|e| Error::file(command, e))?;
        Ok(Self { child })
    }

    /// Hands over what `write` writes and waits for the program's end.
    ///
    /// A program that has read enough and goes away is no error.
    ///
    /// # Errors
    /// What `write` returns besides.
    pub fn read(mut self, write: impl FnOnce(&mut dyn Write) -> Result<()>) -> Result<()> {
        let written = match self.child.stdin.take() {
            Some(stdin) => {
                let mut out = BufWriter::new(stdin);
                write(&mut out).and_then(|()| Ok(out.flush()?))
            }
            None => Ok(()),
        };
        self.child.wait()?;
        match written {
            Err(e) if e.is_broken_pipe() => Ok(()),
            other => other,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;
    use std::process;

    use super::*;

    fn folder(name: &str) -> PathBuf {
        let folder = std::env::temp_dir().join(format!("kgq-output-{}-{name}", process::id()));
        let _ = fs::remove_dir_all(&folder);
        fs::create_dir_all(&folder).unwrap();
        folder
    }

    #[test]
    fn a_file_that_fails_halfway_is_as_it_was_and_nothing_is_left_beside_it() {
        let folder = folder("fails");
        let path = folder.join("a.ttl");
        fs::write(&path, "old").unwrap();
        let failed = write_file(&path, |out| {
            out.write_all(b"new")?;
            Err(Error::Interrupted)
        });
        assert!(matches!(failed, Err(Error::Interrupted)));
        assert_eq!(fs::read_to_string(&path).unwrap(), "old");
        assert_eq!(fs::read_dir(&folder).unwrap().count(), 1);
        fs::remove_dir_all(folder).unwrap();
    }

    #[cfg(unix)]
    #[test]
    fn permissions_and_links_are_kept() {
        use std::os::unix::fs::{PermissionsExt, symlink};
        let folder = folder("links");
        let (file, link) = (folder.join("a.ttl"), folder.join("b.ttl"));
        fs::write(&file, "old").unwrap();
        fs::set_permissions(&file, fs::Permissions::from_mode(0o640)).unwrap();
        symlink(&file, &link).unwrap();
        write_file(&link, |out| Ok(out.write_all(b"new")?)).unwrap();
        assert_eq!(fs::read_to_string(&file).unwrap(), "new");
        assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
        assert_eq!(
            fs::metadata(&file).unwrap().permissions().mode() & 0o777,
            0o640
        );
        fs::remove_dir_all(folder).unwrap();
    }
}
