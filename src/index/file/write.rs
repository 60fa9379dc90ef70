//! An index on its way into a file.

use std::fs::File;
use std::io::{self, BufWriter, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use super::super::Index;
use super::super::image::{Column, PADDING};
use super::super::layout::{Columns, Packed, SECTIONS, Section, write_header};
use super::{BLOCK, BODY};
use crate::cancel;
use crate::error::{Error, Result};
use crate::progress::Stage;

/// What the names of files end with that are being written, behind the number of the process.
const PART: &str = ".part";

/// Writes an index section by section under a temporary name, which it loses when all is there.
pub(in super::super) struct Writer {
    file: BufWriter<File>,
    path: PathBuf,
    temporary: PathBuf,
    at: usize,
    /// Checksum so far of the block that is being written, and those of the blocks before.
    block: crc32fast::Hasher,
    checks: Vec<u32>,
    columns: Columns,
    finished: bool,
}

impl Writer {
    /// A file beside `path`, for all the bytes behind the header.
    pub fn create(path: &Path) -> Result<Self> {
        remove_abandoned(path);
        let mut name = path.file_name().unwrap_or_default().to_owned();
        name.push(format!(".{}{PART}", std::process::id()));
        let temporary = path.with_file_name(name);
        let file = File::create_new(&temporary).map_err(|e| Error::file(path, e))?;
        // Held until the file is closed. A refusal does no harm.
        let _ = is_locked(&file);
        let mut writer = Self {
            file: BufWriter::with_capacity(1 << 20, file),
            path: path.to_owned(),
            temporary,
            at: BODY,
            block: crc32fast::Hasher::new(),
            checks: Vec::new(),
            columns: [Column {
                start: BODY,
                width: 0,
                len: 0,
            }; SECTIONS],
            finished: false,
        };
        let header = writer.file.write_all(&[0; BODY]);
        header.map_err(|e| Error::file(path, e))?;
        Ok(writer)
    }

    /// Writes a section behind those written so far.
    pub fn section(&mut self, section: Section, packed: &Packed) -> Result<()> {
        self.columns[section as usize] = Column {
            start: self.at,
            width: packed.width,
            len: packed.len,
        };
        self.bytes(&packed.bytes)?;
        let end = (self.at + PADDING).next_multiple_of(8);
        self.bytes(&[0; 2 * PADDING][..end - self.at])?;
        self.begin_writing_back();
        cancel::tell(Stage::Writing(self.at as u64));
        Ok(())
    }

    /// Lets the disk begin with what is written so far, so that little is left to wait for in the end.
    fn begin_writing_back(&self) {
        #[cfg(target_os = "linux")]
        {
            use std::os::fd::AsRawFd;
            // SAFETY: the descriptor is open; no memory is touched. A refusal does no harm.
            unsafe {
                libc::sync_file_range(
                    self.file.get_ref().as_raw_fd(),
                    0,
                    0,
                    libc::SYNC_FILE_RANGE_WRITE,
                );
            }
        }
    }

    fn bytes(&mut self, mut bytes: &[u8]) -> Result<()> {
        let written = self.file.write_all(bytes);
        written.map_err(|e| Error::file(&self.path, e))?;
        while !bytes.is_empty() {
            cancel::poll();
            let room = BLOCK - self.at % BLOCK;
            let (now, later) = bytes.split_at(room.min(bytes.len()));
            self.block.update(now);
            self.at += now.len();
            if self.at.is_multiple_of(BLOCK) {
                self.end_block();
            }
            bytes = later;
        }
        Ok(())
    }

    fn end_block(&mut self) {
        let block = std::mem::replace(&mut self.block, crc32fast::Hasher::new());
        self.checks.push(block.finalize());
    }

    /// The index as far as it is written, for what is still to be made of it. Sections that are missing are empty.
    pub fn peek(&mut self) -> Result<Index> {
        self.complete().map_err(|e| Error::file(&self.path, e))?;
        Index::map(&self.temporary, false)
    }

    /// Completes the file and gives it its name.
    pub fn finish(mut self) -> Result<()> {
        let renamed = self.complete().and_then(|()| {
            self.file.get_ref().sync_all()?;
            std::fs::rename(&self.temporary, &self.path)
        });
        self.finished = renamed.is_ok();
        renamed.map_err(|e| Error::file(&self.path, e))
    }

    /// Writes checksums and header for what is there; more may follow in the place of the checksums.
    fn complete(&mut self) -> io::Result<()> {
        let mut checks = self.checks.clone();
        if !self.at.is_multiple_of(BLOCK) {
            checks.push(self.block.clone().finalize());
        }
        let checks: Vec<u8> = checks
            .iter()
            .flat_map(|check| check.to_le_bytes())
            .collect();
        let mut header = vec![0; BODY];
        let (length, checksum) = (self.at + checks.len(), crc32fast::hash(&checks));
        write_header(&mut header, &self.columns, length, self.at, checksum);
        self.file.write_all(&checks)?;
        self.file.seek(SeekFrom::Start(0))?;
        self.file.write_all(&header)?;
        self.file.seek(SeekFrom::Start(self.at as u64))?;
        Ok(())
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        if !self.finished {
            // An interrupted or failed writing leaves nothing behind.
            let _ = std::fs::remove_file(&self.temporary);
        }
    }
}

/// Removes what processes that were killed have left of the same file.
fn remove_abandoned(path: &Path) {
    let folder = match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    };
    let Some(own) = path.file_name().and_then(|name| name.to_str()) else {
        return;
    };
    let writer = |name: &str| -> Option<i32> {
        let process = name
            .strip_prefix(own)?
            .strip_prefix('.')?
            .strip_suffix(PART)?;
        process.parse().ok()
    };
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        let Some(process) = entry.file_name().to_str().and_then(writer) else {
            continue;
        };
        // What a process on another machine, or in another container, writes is locked.
        let file = File::options().write(true).open(entry.path());
        if !is_running(process) && file.is_ok_and(|file| is_locked(&file)) {
            let _ = std::fs::remove_file(entry.path());
        }
    }
}

/// Locks a file for as long as it is open; whether nobody else has.
#[cfg(unix)]
fn is_locked(file: &File) -> bool {
    use std::os::fd::AsRawFd;
    // SAFETY: the descriptor is open; no memory is touched.
    unsafe { libc::flock(file.as_raw_fd(), libc::LOCK_EX | libc::LOCK_NB) == 0 }
}

#[cfg(not(unix))]
fn is_locked(_: &File) -> bool {
    false
}

/// Whether there is a process of that number.
#[cfg(unix)]
fn is_running(process: i32) -> bool {
    // SAFETY: the signal 0 only asks; no memory is touched.
    let asked = process > 0 && unsafe { libc::kill(process, 0) } == 0;
    asked || io::Error::last_os_error().raw_os_error() != Some(libc::ESRCH)
}

#[cfg(not(unix))]
fn is_running(_: i32) -> bool {
    true
}
