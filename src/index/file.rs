//! An index as a file: written whole or not at all, mapped, its blocks checked when first touched.

use std::fs::File;
use std::io::{self, BufWriter, Seek, SeekFrom, Write};
use std::ops::{Range, RangeInclusive};
use std::path::{Path, PathBuf};
#[cfg(unix)]
use std::sync::Once;
use std::sync::atomic::{AtomicBool, Ordering};

use memmap2::{Advice, Mmap};

use super::image::{Column, Image, PADDING};
use super::layout::{
    Columns, ENTRY, HEADER, MAGIC, Packed, SECTIONS, Section, VERSION, write_header,
};
use super::{Id, Index};
use crate::cancel;
use crate::error::{Error, Result};
use crate::progress::Stage;

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

fn read_u32(bytes: &[u8], at: usize) -> u32 {
    let bytes = bytes.get(at..at + 4).and_then(|b| b.try_into().ok());
    bytes.map_or(0, u32::from_le_bytes)
}

fn read_u64(bytes: &[u8], at: usize) -> u64 {
    let bytes = bytes.get(at..at + 8).and_then(|b| b.try_into().ok());
    bytes.map_or(0, u64::from_le_bytes)
}

impl Index {
    /// Opens a packed graph. Reads its header; everything else is read, and checked, when first asked for.
    ///
    /// Damage found later ends the work as [`cancel::damaged`] does.
    ///
    /// # Errors
    /// A file that cannot be read, is no packed graph, is of a newer version, or damaged in its header.
    pub fn open(path: &Path) -> Result<Self> {
        Self::map(path, true)
    }

    /// Opens a packed graph, or what there is of one that is being written: that needs no checks, and the list of its
    /// checksums is soon overwritten.
    fn map(path: &Path, is_whole: bool) -> Result<Self> {
        let file = File::open(path).map_err(|e| Error::file(path, e))?;
        let is_file = file.metadata().is_ok_and(|metadata| metadata.is_file());
        if !is_file {
            let kind = io::Error::other("a packed graph must be a file");
            return Err(Error::file(path, kind));
        }
        on_lost_pages();
        // SAFETY: the map is only read. Where another process truncates the file, the signal ends this one with a message;
        // `pack` itself never writes into a file that exists but puts a new one in its place.
        let map = unsafe { Mmap::map(&file) }.map_err(|e| Error::file(path, e))?;
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
        cancel::catch(|| Self::of_image(image, columns))
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

    /// Checks every byte and every number of the index. One in memory is sound.
    ///
    /// # Errors
    /// What is wrong first.
    pub fn verify(&self) -> Result<()> {
        cancel::catch(|| {
            if let Image::Mapped(file) = &self.image {
                for block in 0..file.sound.len() {
                    cancel::poll();
                    file.check(block);
                }
            }
            self.check_structure();
        })
    }

    /// Ends the work where the numbers contradict each other, which checksums made by a stranger would not show.
    fn check_structure(&self) {
        let bad = |what: &str| self.image.damaged(what);
        let ascends = |section: Section, to: u64| {
            let column = self.column(section);
            let mut before = 0;
            for i in 0..column.len {
                cancel::poll();
                let value = self.image.get(column, i);
                if value < before {
                    bad("numbers that should ascend do not");
                }
                before = value;
            }
            if before != to {
                bad("a column does not end where it should");
            }
        };
        let below = |section: Section, bound: u64| {
            let column = self.column(section);
            for i in 0..column.len {
                cancel::poll();
                if self.image.get(column, i) >= bound {
                    bad("a number is greater than there are things");
                }
            }
        };
        let terms = u64::from(self.terms);
        let predicates = self.column(Section::Predicates).len as u64;
        for starts in [Section::SpoStarts, Section::OpsStarts, Section::PsoStarts] {
            ascends(starts, self.len());
        }
        ascends(Section::ClassStarts, self.texts().into());
        ascends(
            Section::ObjectStarts,
            self.column(Section::FewObjects).len as u64,
        );
        ascends(Section::BlockStarts, self.column(Section::Text).len as u64);
        for ids in [Section::SpoObjects, Section::OpsSubjects] {
            below(ids, terms);
        }
        for ranks in [Section::SpoPredicates, Section::OpsPredicates] {
            below(ranks, predicates);
        }
        let sets = self.column(Section::SetStarts).len as u64 - 1;
        for graphs in [Section::SpoGraphs, Section::OpsGraphs] {
            below(graphs, sets);
        }
        for positions in [Section::PsoPositions, Section::GraphPositions] {
            below(positions, self.len());
        }
        for _ in self.texts_of(0..self.texts()) {
            cancel::poll();
        }
        for id in self.texts()..self.terms {
            if self.components(Id(id)).is_none() {
                bad("a triple term has no components");
            }
        }
    }
}

/// The columns and where the checksums of the blocks begin, or what is wrong.
fn read_header(bytes: &[u8]) -> std::result::Result<(Columns, usize), String> {
    if bytes.get(..MAGIC.len()) != Some(&MAGIC) {
        let text_mode = bytes.starts_with(b"\x89kgq") || bytes.starts_with(b"kgq");
        return Err(if text_mode {
            "damaged on its way here: its line ends were changed".to_owned()
        } else {
            "this is not a packed graph".to_owned()
        });
    }
    let version = read_u32(bytes, 8);
    if version > VERSION {
        return Err(format!(
            "packed by a newer kgq (layout {version}; this kgq reads {VERSION})"
        ));
    }
    if version < VERSION {
        return Err(format!(
            "packed by an older kgq (layout {version}; this kgq reads {VERSION}): pack the graph again"
        ));
    }
    let mut header = match bytes.get(..BODY) {
        Some(header) => header.to_vec(),
        None => return Err("damaged: the file is cut short".to_owned()),
    };
    let checksum = read_u32(&header, 36);
    header[36..40].fill(0);
    if !cfg!(fuzzing) && crc32fast::hash(&header) != checksum {
        return Err("damaged: its header does not have its checksum".to_owned());
    }
    if read_u32(bytes, 12) as usize != SECTIONS {
        return Err("damaged: it has not the sections of its layout".to_owned());
    }
    let length = bytes.len() as u64;
    if read_u64(bytes, 16) != length {
        let whole = read_u64(bytes, 16);
        return Err(format!("damaged: {length} bytes long instead of {whole}"));
    }
    let checks_start = read_u64(bytes, 24);
    let blocks = checks_start.div_ceil(BLOCK as u64);
    if checks_start < BODY as u64 || blocks.checked_mul(4) != length.checked_sub(checks_start) {
        return Err("damaged: its checksums are not where they should be".to_owned());
    }
    let checks_start = checks_start as usize;
    if !cfg!(fuzzing) && crc32fast::hash(&bytes[checks_start..]) != read_u32(bytes, 32) {
        return Err("damaged: its list of checksums does not have its checksum".to_owned());
    }
    let mut columns = Columns::default();
    for (i, column) in columns.iter_mut().enumerate() {
        let at = HEADER + i * ENTRY;
        let (start, len, width) = (read_u64(bytes, at), read_u64(bytes, at + 8), bytes[at + 16]);
        let end = len
            .checked_mul(width.into())
            .and_then(|bytes| bytes.checked_add(start))
            .and_then(|end| end.checked_add(PADDING as u64));
        if width > 8 || start < BODY as u64 || end.is_none_or(|end| end > checks_start as u64) {
            return Err("damaged: a section lies outside the file".to_owned());
        }
        *column = Column {
            start: start as usize,
            width: width.into(),
            len: len as usize,
        };
    }
    Ok((columns, checks_start))
}

/// What must hold of the columns' lengths for any question to make sense.
fn check_lengths(columns: &Columns) -> std::result::Result<(), String> {
    let len = |section: Section| columns[section as usize].len;
    let triples = len(Section::SpoObjects);
    let same = [
        (Section::SpoPredicates, triples),
        (Section::SpoGraphs, triples),
        (Section::OpsPredicates, triples),
        (Section::OpsSubjects, triples),
        (Section::OpsGraphs, triples),
        (Section::PsoPositions, triples),
        (Section::ClassStarts, len(Section::ClassNameEnds) + 1),
        (Section::PsoStarts, len(Section::Predicates) + 1),
        (Section::DistinctSubjects, len(Section::Predicates)),
        (Section::DistinctObjects, len(Section::Predicates)),
        (Section::ObjectStarts, len(Section::Predicates) + 1),
        (Section::TermPredicates, len(Section::TermSubjects)),
        (Section::TermObjects, len(Section::TermSubjects)),
    ];
    let consistent = same.iter().all(|&(section, wanted)| len(section) == wanted)
        && len(Section::ClassNameEnds) >= 2
        && len(Section::SetStarts) >= 2
        && [Section::SpoStarts, Section::OpsStarts, Section::BlockStarts]
            .iter()
            .all(|&starts| len(starts) >= 1)
        && matches!(len(Section::GraphStarts), n if n == 0 || n == len(Section::Graphs) + 2);
    match consistent {
        true => Ok(()),
        false => Err("damaged: its sections do not fit together".to_owned()),
    }
}

/// Writes an index section by section under a temporary name, which it loses when all is there.
pub(super) struct Writer {
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
        let mut name = path.file_name().unwrap_or_default().to_owned();
        name.push(format!(".{}.part", std::process::id()));
        let temporary = path.with_file_name(name);
        let file = File::create_new(&temporary).map_err(|e| Error::file(path, e))?;
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
