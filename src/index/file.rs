//! An index as a file: written whole or not at all, mapped, its blocks checked when first touched.

use std::fs::File;
use std::io;
use std::ops::{Range, RangeInclusive};
use std::path::{Path, PathBuf};
#[cfg(unix)]
use std::sync::Once;
use std::sync::atomic::{AtomicBool, Ordering};

use memmap2::{Advice, Mmap};

use super::Index;
use super::image::Image;
use super::layout::{ENTRY, HEADER, MAGIC, SECTIONS};
use crate::cancel;
use crate::error::{Error, Result};
use header::{check_lengths, read_header, read_u32};

pub(super) use write::Writer;

mod header;
mod verify;
mod write;

/// How many bytes share a checksum.
const BLOCK: usize = 1 << 16;

/// Where header and table end.
const BODY: usize = HEADER + SECTIONS * ENTRY;

/// A mapped file.
pub(super) struct Mapped {
    map: Mmap,
    path: PathBuf,
    checks_start: usize,
    /// Of each block, whether its bytes were found to have their checksum.
    sound: Vec<AtomicBool>,
}

impl Mapped {
    pub fn path(&self) -> &Path {
        &self.path
    }

    pub fn len(&self) -> usize {
        self.map.len()
    }

    /// The bytes of `range`; `None` where they lie outside what checksums cover.
    #[inline]
    pub fn read(&self, range: Range<usize>) -> Option<&[u8]> {
        if range.end > self.checks_start {
            return None;
        }
        let (first, last) = (range.start / BLOCK, range.end.saturating_sub(1) / BLOCK);
        if first != last || !self.sound.get(first)?.load(Ordering::Relaxed) {
            self.check_all(first..=last)?;
        }
        self.map.get(range)
    }

    /// Checks those of some blocks that were not checked before; `None` where there are no such blocks.
    #[cold]
    fn check_all(&self, blocks: RangeInclusive<usize>) -> Option<()> {
        for (block, sound) in blocks.clone().zip(self.sound.get(blocks)?) {
            if !sound.load(Ordering::Relaxed) {
                self.check(block);
            }
        }
        Some(())
    }

    /// Ends the work where a block does not have its checksum.
    #[cold]
    fn check(&self, block: usize) {
        if !self.is_sound(block) {
            let place = block * BLOCK;
            let what = format!("damaged: the bytes from {place} on do not have their checksum");
            cancel::damaged(self.path.clone(), what);
        }
        self.sound[block].store(true, Ordering::Relaxed);
    }

    fn is_sound(&self, block: usize) -> bool {
        // The header has a checksum of its own.
        let start = (block * BLOCK).max(BODY);
        let end = (block * BLOCK + BLOCK).min(self.checks_start);
        // All of it is read now, and that in one go rather than page by page. Advice may be refused without harm.
        let _ = self
            .map
            .advise_range(Advice::WillNeed, start, end.saturating_sub(start));
        let stored = read_u32(&self.map, self.checks_start + 4 * block);
        // A fuzzer is not to spend its life on guessing checksums.
        cfg!(fuzzing) || crc32fast::hash(&self.map[start..end]) == stored
    }
}

impl Index {
    /// Opens a packed graph. Reads its header; everything else is read, and checked, when first asked for.
    ///
    /// Damage found later ends the work as [`cancel::damaged`] does.
    ///
    /// # Errors
    /// A file that cannot be read, is no packed graph, is of a newer version, or damaged in its header.
    pub fn open(path: &Path) -> Result<Self> {
        let file = File::open(path).map_err(|e| Error::file(path, e))?;
        Self::map(&file, path, true)
    }

    /// Maps a packed graph, or what there is of one that is being written: that needs no checks, and the list of its
    /// checksums is soon overwritten.
    fn map(file: &File, path: &Path, is_whole: bool) -> Result<Self> {
        let is_file = file.metadata().is_ok_and(|metadata| metadata.is_file());
        if !is_file {
            let kind = io::Error::other("a packed graph must be a file");
            return Err(Error::file(path, kind));
        }
        on_lost_pages();
        // SAFETY: the map is only read. Where another process truncates the file, the signal ends this one with a message;
        // `pack` itself never writes into a file that exists but puts a new one in its place.
        let map = unsafe { Mmap::map(file) }.map_err(|e| Error::file(path, e))?;
        // Advice may be refused without harm.
        let _ = map.advise(Advice::Random);
        let damaged = |message: &str| Error::Damaged {
            path: path.to_owned(),
            message: message.to_owned(),
        };
        let (columns, checks_start) = read_header(&map).map_err(|message| damaged(&message))?;
        if is_whole {
            check_lengths(&columns).map_err(|message| damaged(&message))?;
        }
        let blocks = checks_start.div_ceil(BLOCK);
        let image = Image::Mapped(Mapped {
            map,
            path: path.to_owned(),
            checks_start,
            sound: (0..blocks).map(|_| AtomicBool::new(!is_whole)).collect(),
        });
        cancel::catch(|| {
            let index = Self::of_image(image, columns);
            if is_whole {
                index.check_terms();
            }
            index
        })
    }

    /// Opens a packed graph that is part of the program.
    ///
    /// # Errors
    /// Bytes that are no packed graph of this version.
    pub fn embedded(bytes: &'static [u8]) -> Result<Self> {
        let header = read_header(bytes);
        let header = header.and_then(|(columns, _)| check_lengths(&columns).map(|()| columns));
        let columns = header.map_err(|message| Error::Damaged {
            path: PathBuf::from("embedded graph"),
            message,
        })?;
        cancel::catch(|| Self::of_image(Image::Owned(bytes.into()), columns))
    }

    /// Whether a file begins as packed graphs do. What comes through a pipe could not be read again, and is none.
    pub fn is_packed(path: &Path) -> bool {
        let mut magic = [0; MAGIC.len()];
        let file = path.is_file().then(|| File::open(path));
        file.unwrap_or_else(|| Err(io::ErrorKind::InvalidInput.into()))
            .and_then(|mut file| io::Read::read_exact(&mut file, &mut magic))
            .is_ok_and(|()| magic == MAGIC)
    }
}

/// Ends the process with a message when pages of a mapped file are gone, because another process cut the file short.
fn on_lost_pages() {
    #[cfg(unix)]
    static ONCE: Once = Once::new();
    #[cfg(unix)]
    ONCE.call_once(|| {
        extern "C" fn lost(_: libc::c_int) {
            let message = b"kgq: a packed graph was changed or cut short while it was being read\n";
            // SAFETY: `write` and `_exit` may be called in a signal handler, and the message is static.
            unsafe {
                libc::write(2, message.as_ptr().cast(), message.len());
                libc::_exit(2);
            }
        }
        // SAFETY: the handler calls nothing that a signal handler may not. Nothing else in this process uses the signal.
        unsafe {
            libc::signal(
                libc::SIGBUS,
                lost as extern "C" fn(libc::c_int) as libc::sighandler_t,
            );
        }
    });
}
