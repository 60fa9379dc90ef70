//! Where everything stands in the bytes of an index: a header, a table of sections, the sections.
//!
//! ```text
//! 0    magic "\x89kgq\r\n\x1a\n"          8 bytes; shows at once when a transfer changed line ends
//! 8    version                           u32
//! 12   sections                          u32
//! 16   length of the whole file          u64
//! 24   where the block checksums begin   u64; 0 in memory
//! 32   checksum of the block checksums   u32
//! 36   checksum of header and table      u32, itself read as 0
//! 40   table: for each section           start u64, values u64, width u8 and 7 bytes of 0
//! ...  sections, each followed by 8 bytes of 0 and begun at a multiple of 8
//! ...  block checksums                   u32 for each 64 KiB before them
//! ```
//! All integers are little-endian. Checksums are CRC-32 (IEEE).

use super::image::{Column, PADDING, pack, width_of};

pub(super) const MAGIC: [u8; 8] = *b"\x89kgq\r\n\x1a\n";
/// Raised whenever files of the version before can no longer be read.
pub(super) const VERSION: u32 = 2;
pub(super) const HEADER: usize = 40;
pub(super) const ENTRY: usize = 24;

/// The sections of an index, in the order in which they stand.
///
/// "Ids" are numbers of terms, "ranks" numbers of predicates. Literals come first among the ids, class by class (a
/// datatype or a language is a class), then IRIs, blank nodes, triple terms.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(usize)]
pub(super) enum Section {
    /// First id of each class and the id behind the last; the last two classes are IRIs and blank nodes.
    ClassStarts,
    /// End of each class's name in `ClassNames`.
    ClassNameEnds,
    /// Names of the classes: nothing for `xsd:string`, `@language`, `@language--direction`, `^^datatype`, `<`, `_`.
    ClassNames,
    /// Start of each block of [`super::dictionary::BLOCK`] terms in `Text`.
    BlockStarts,
    /// Front-coded texts of the terms.
    Text,
    /// Subject, predicate and object ids of each triple term; the components have smaller ids.
    TermSubjects,
    TermPredicates,
    TermObjects,
    /// Where the triple terms of each depth of nesting start among them, and their number; sorted by components between.
    TermDepths,
    /// Id of each predicate by its rank.
    Predicates,
    /// For each id from the first IRI to the last blank node where its triples start; the order of the triples is by
    /// subject, predicate, object, and their place in it is their position.
    SpoStarts,
    SpoPredicates,
    SpoObjects,
    SpoGraphs,
    /// For each id where the triples with that object start, ordered by object, predicate, subject.
    OpsStarts,
    OpsPredicates,
    OpsSubjects,
    OpsGraphs,
    /// For each rank where its triples start, and their positions, ascending: ordered by predicate, subject, object.
    PsoStarts,
    PsoPositions,
    /// How many distinct subjects and objects each predicate has, by rank.
    DistinctSubjects,
    DistinctObjects,
    /// For each rank where its objects start, and the ids of those, ascending; none where they are not few.
    ObjectStarts,
    FewObjects,
    /// Ids of the named graphs, ascending. Graph 0 is the default graph, graph n the nth of these.
    Graphs,
    /// The sets of graphs in which triples are; `SpoGraphs` and its like number them. Set 0 is the default graph alone.
    SetStarts,
    SetGraphs,
    /// For each graph where its positions start; nothing at all where every triple is in the default graph alone.
    GraphStarts,
    GraphPositions,
    /// Short names and the IRIs they stand for: length and bytes of one after the other.
    Prefixes,
    /// What finds labels; its layout is the search's own affair.
    Search,
}

pub(super) const SECTIONS: usize = Section::Search as usize + 1;

/// The columns of an index by [`Section`]; texts are columns of bytes.
pub(super) type Columns = [Column; SECTIONS];

/// The bytes of one section to be.
#[derive(Default)]
pub(super) struct Packed {
    pub width: usize,
    pub len: usize,
    pub bytes: Vec<u8>,
}

impl Packed {
    /// Integers as narrow as the greatest of them allows.
    pub fn column<V: Copy + Into<u64>>(values: &[V]) -> Self {
        let max = values.iter().map(|&v| v.into()).max().unwrap_or(0);
        Self::iter(values.iter().map(|&v| v.into()), max)
    }

    /// Integers none of which exceeds `max`.
    pub fn iter(values: impl ExactSizeIterator<Item = u64>, max: u64) -> Self {
        let (width, len) = (width_of(max), values.len());
        let bytes = pack(values, width);
        Self { width, len, bytes }
    }

    /// A text, or bytes whose layout is somebody else's affair.
    pub fn bytes(bytes: Vec<u8>) -> Self {
        Self {
            width: 1,
            len: bytes.len(),
            bytes,
        }
    }
}

/// Header, table and sections as one piece, without block checksums.
pub(super) fn assemble(sections: [Packed; SECTIONS]) -> (Vec<u8>, Columns) {
    let mut columns = Columns::default();
    let mut image = vec![0; HEADER + SECTIONS * ENTRY];
    let room: usize = sections.iter().map(|s| s.bytes.len() + 2 * PADDING).sum();
    image.reserve_exact(room);
    for (column, section) in columns.iter_mut().zip(sections) {
        *column = Column {
            start: image.len(),
            width: section.width,
            len: section.len,
        };
        image.extend(section.bytes);
        image.resize((image.len() + PADDING).next_multiple_of(8), 0);
    }
    let length = image.len();
    write_header(&mut image, &columns, length, 0, 0);
    (image, columns)
}

/// Fills in header and table.
pub(super) fn write_header(
    header: &mut [u8],
    columns: &Columns,
    length: usize,
    checks_start: usize,
    checks_checksum: u32,
) {
    let mut put = |at: usize, bytes: &[u8]| header[at..at + bytes.len()].copy_from_slice(bytes);
    put(0, &MAGIC);
    put(8, &VERSION.to_le_bytes());
    put(12, &(SECTIONS as u32).to_le_bytes());
    put(16, &(length as u64).to_le_bytes());
    put(24, &(checks_start as u64).to_le_bytes());
    put(32, &checks_checksum.to_le_bytes());
    put(36, &[0; 4]);
    for (i, column) in columns.iter().enumerate() {
        let at = HEADER + i * ENTRY;
        put(at, &(column.start as u64).to_le_bytes());
        put(at + 8, &(column.len as u64).to_le_bytes());
        put(at + 16, &[column.width as u8, 0, 0, 0, 0, 0, 0, 0]);
    }
    let checksum = crc32fast::hash(&header[..HEADER + SECTIONS * ENTRY]);
    header[36..40].copy_from_slice(&checksum.to_le_bytes());
}
