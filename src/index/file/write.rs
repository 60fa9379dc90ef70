//! An index on its way into a file.

use std::fs::File;
use std::io::{self, BufWriter, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use super::super::Index;
use super::super::image::{Column, PADDING};
use super::super::layout::{Columns, Packed, SECTIONS, Section, write_header};
use super::{BLOCK, BODY};
use crate::cancel;
use crate::draft::Draft;
use crate::error::{Error, Result};
use crate::progress::Stage;

/// Writes an index section by section into a draft of its file.
pub(in super::super) struct Writer {
    file: BufWriter<File>,
    draft: Draft,
    path: PathBuf,
    at: usize,
    /// Checksum so far of the block that is being written, and those of the blocks before.
    block: crc32fast::Hasher,
    checks: Vec<u32>,
    columns: Columns,
}

impl Writer {
    /// A draft of the file `path`, for all the bytes behind the header.
    pub fn create(path: &Path) -> Result<Self> {
        let failed = |e: io::Error| Error::file(path, e);
        let draft = Draft::of(path).map_err(failed)?;
        let file = draft.file().try_clone().map_err(failed)?;
        let mut writer = Self {
            file: BufWriter::with_capacity(1 << 20, file),
            draft,
            path: path.to_owned(),
            at: BODY,
            block: crc32fast::Hasher::new(),
            checks: Vec::new(),
            columns: [Column {
                start: BODY,
                width: 0,
                len: 0,
            }; SECTIONS],
        };
        writer.file.write_all(&[0; BODY]).map_err(failed)?;
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
        Index::map(self.draft.file(), &self.path, false)
    }

    /// Completes the file and puts it in its place.
    pub fn finish(mut self) -> Result<()> {
        let placed = self.complete().and_then(|()| self.draft.place());
        placed.map_err(|e| Error::file(self.path, e))
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
