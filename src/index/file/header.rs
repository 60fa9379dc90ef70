//! What a packed file says of itself, read without trusting it.

use super::super::image::{Column, PADDING};
use super::super::layout::{Columns, ENTRY, HEADER, MAGIC, SECTIONS, Section, VERSION};
use super::{BLOCK, BODY};

pub(super) fn read_u32(bytes: &[u8], at: usize) -> u32 {
    let bytes = bytes.get(at..at + 4).and_then(|b| b.try_into().ok());
    bytes.map_or(0, u32::from_le_bytes)
}

fn read_u64(bytes: &[u8], at: usize) -> u64 {
    let bytes = bytes.get(at..at + 8).and_then(|b| b.try_into().ok());
    bytes.map_or(0, u64::from_le_bytes)
}

/// The columns and where the checksums of the blocks begin, or what is wrong.
pub(super) fn read_header(bytes: &[u8]) -> std::result::Result<(Columns, usize), String> {
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
            "packed by a newer kgq (layout {version}; this kgq reads {VERSION}): update kgq"
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
        // Equal numbers take no bytes, but there is some number of each thing that differs from thing to thing.
        if len > length {
            return Err("damaged: a section says that it holds more than the file can".to_owned());
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
pub(super) fn check_lengths(columns: &Columns) -> std::result::Result<(), String> {
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
