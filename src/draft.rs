//! A file that is written whole or not at all: it takes its place when all is there, and the old one stays until then.

use std::ffi::OsStr;
use std::fs::{self, File, OpenOptions, Permissions};
use std::io;
use std::path::{Path, PathBuf};
use std::process;

/// What the names of drafts end with, behind the number of the process and a counter.
const PART: &str = ".part";

/// How many names are tried: those with the process's number may be taken by drafts of another machine.
const ATTEMPTS: u32 = 100;

/// A file that is being written; it is gone unless it takes its place.
///
/// Where the system has files without a name, this is one: then nothing is left of it even by a process that is killed.
pub(crate) struct Draft {
    file: File,
    /// Its name until it takes its place.
    name: Option<PathBuf>,
    target: PathBuf,
    permissions: Option<Permissions>,
}

impl Draft {
    /// A draft of the file with that path, to read and write.
    ///
    /// The permissions of a file that is there are kept, and a link stays a link.
    ///
    /// # Errors
    /// A folder that cannot be written to, or a target that is there and not a regular file.
    pub fn of(path: &Path) -> io::Result<Self> {
        let target = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
        let before = fs::metadata(&target).ok();
        if before.as_ref().is_some_and(|before| !before.is_file()) {
            return Err(match target.is_dir() {
                true => io::ErrorKind::IsADirectory.into(),
                false => io::Error::other("not a regular file"),
            });
        }
        remove_abandoned(&target);
        let (file, name) = match nameless(folder(&target)) {
            Some(file) => (file, None),
            None => named(&target)?,
        };
        // Held until the file is closed. A refusal does no harm.
        let _ = is_locked(&file);
        Ok(Self {
            file,
            name,
            target,
            permissions: before.map(|before| before.permissions()),
        })
    }

    /// The file itself.
    pub fn file(&self) -> &File {
        &self.file
    }

    /// Puts what is written in its place, for good: it is on disk then.
    ///
    /// # Errors
    /// What the system says; the old file is as it was.
    pub fn place(mut self) -> io::Result<()> {
        if let Some(permissions) = self.permissions.take() {
            self.file.set_permissions(permissions)?;
        }
        self.file.sync_all()?;
        if self.name.is_none() {
            self.name = Some(free_name(&self.target, |name| link(&self.file, name))?.1);
        }
        if let Some(name) = &self.name {
            fs::rename(name, &self.target)?;
        }
        self.name = None;
        // The new name itself is on disk once the folder is. Not every system can tell.
        let _ = File::open(folder(&self.target)).and_then(|folder| folder.sync_all());
        Ok(())
    }
}

impl Drop for Draft {
    fn drop(&mut self) {
        if let Some(name) = &self.name {
            let _ = fs::remove_file(name);
        }
    }
}

fn folder(target: &Path) -> &Path {
    match target.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    }
}

/// A file in a folder without a name; `None` where there are no such files, or none that could be named later.
#[cfg(target_os = "linux")]
fn nameless(folder: &Path) -> Option<File> {
    use std::os::unix::fs::OpenOptionsExt;

    let mut options = OpenOptions::new();
    let options = options.read(true).write(true).custom_flags(libc::O_TMPFILE);
    let file = options.open(folder).ok()?;
    fs::metadata(descriptor(&file)).is_ok().then_some(file)
}

#[cfg(not(target_os = "linux"))]
fn nameless(_: &Path) -> Option<File> {
    None
}

/// The path by which a process names a file of its own that has none.
#[cfg(target_os = "linux")]
fn descriptor(file: &File) -> PathBuf {
    use std::os::fd::AsRawFd;
    PathBuf::from(format!("/proc/self/fd/{}", file.as_raw_fd()))
}

/// Gives a file without a name one.
#[cfg(target_os = "linux")]
fn link(file: &File, name: &Path) -> io::Result<()> {
    use rustix::fs::{AtFlags, CWD, linkat};
    linkat(CWD, descriptor(file), CWD, name, AtFlags::SYMLINK_FOLLOW).map_err(io::Error::from)
}

#[cfg(not(target_os = "linux"))]
fn link(_: &File, _: &Path) -> io::Result<()> {
    Err(io::ErrorKind::Unsupported.into())
}

/// A file with a name beside its target.
fn named(target: &Path) -> io::Result<(File, Option<PathBuf>)> {
    let mut options = OpenOptions::new();
    let options = options.read(true).write(true).create_new(true);
    let (file, name) = free_name(target, |name| options.open(name))?;
    Ok((file, Some(name)))
}

/// Makes something with a name that is free beside a target.
fn free_name<T>(target: &Path, make: impl Fn(&Path) -> io::Result<T>) -> io::Result<(T, PathBuf)> {
    let own = target
        .file_name()
        .ok_or_else(|| io::Error::from(io::ErrorKind::IsADirectory))?;
    let mut attempt = 0;
    loop {
        let mut name = own.to_owned();
        name.push(format!(".{}-{attempt}{PART}", process::id()));
        let name = target.with_file_name(name);
        match make(&name) {
            Err(e) if e.kind() == io::ErrorKind::AlreadyExists && attempt < ATTEMPTS => {
                attempt += 1;
            }
            made => return made.map(|made| (made, name)),
        }
    }
}

/// Removes what processes that were killed have left of the same file.
fn remove_abandoned(target: &Path) {
    let Some(own) = target.file_name() else {
        return;
    };
    for entry in fs::read_dir(folder(target)).into_iter().flatten().flatten() {
        let Some(process) = writer(own, &entry.file_name()) else {
            continue;
        };
        // What a process on another machine, or in another container, writes is locked.
        let file = File::options().write(true).open(entry.path());
        if !is_running(process) && file.is_ok_and(|file| is_locked(&file)) {
            let _ = fs::remove_file(entry.path());
        }
    }
}

/// The process that writes a draft of that name, if it is one of the file `own`.
fn writer(own: &OsStr, name: &OsStr) -> Option<i32> {
    let name = name.to_str()?.strip_prefix(own.to_str()?)?;
    let (process, attempt) = name
        .strip_prefix('.')?
        .strip_suffix(PART)?
        .split_once('-')?;
    attempt.parse::<u32>().ok()?;
    process.parse().ok().filter(|&process| process > 0)
}

/// Locks a file for as long as it is open; whether nobody else has.
#[cfg(unix)]
fn is_locked(file: &File) -> bool {
    use rustix::fs::{FlockOperation, flock};
    flock(file, FlockOperation::NonBlockingLockExclusive).is_ok()
}

#[cfg(not(unix))]
fn is_locked(_: &File) -> bool {
    false
}

/// Whether there may be a process of that number.
#[cfg(unix)]
fn is_running(process: i32) -> bool {
    use rustix::io::Errno;
    use rustix::process::{Pid, test_kill_process};
    let asked = Pid::from_raw(process).map(test_kill_process);
    asked != Some(Err(Errno::SRCH))
}

#[cfg(not(unix))]
fn is_running(_: i32) -> bool {
    true
}
