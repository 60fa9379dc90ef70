//! A damaged, foreign or newer file is refused, or its damaged part when first touched; never a wrong answer.

use std::fs;
use std::path::PathBuf;

use super::*;
use crate::cancel::catch;
use crate::index::layout::{ENTRY, HEADER, SECTIONS, Section};

const BODY: usize = HEADER + SECTIONS * ENTRY;

/// A file that goes when the test ends.
struct Scratch(PathBuf);

impl Scratch {
    fn new(name: &str) -> Self {
        Self(std::env::temp_dir().join(format!("kgq-{}-{name}.kgq", std::process::id())))
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.0);
    }
}

/// A file of several blocks with everything in it that a file can have.
fn packed(name: &str) -> (Scratch, Vec<u8>, Vec<String>) {
    let facts =
        (0..2500).map(|n| format!(":s{n} :p{} :o{} , \"주제 {n}\"@ko , {n} .", n % 7, n % 50));
    let graphs = (0..40).map(|g| format!(":g{g} {{ :s{g} :in _:b{g} . :s1 :p1 :o1 . }}"));
    let terms = [":a :says <<( :a :p <<( :b :q 01 )>> )>> , \"x\"@ar--rtl .".to_owned()];
    let text: Vec<String> = facts.chain(graphs).chain(terms).collect();
    let scratch = Scratch::new(name);
    let prefixes = [("e".to_owned(), "http://e/".to_owned())];
    let mut quads = Vec::new();
    Index::pack(
        vec![builder_of(&text.join("\n"))],
        &prefixes,
        &scratch.0,
        |index| {
            quads = index.quads().map(|quad| quad.to_string()).collect();
            Ok(b"labels".to_vec())
        },
    )
    .unwrap();
    let bytes = fs::read(&scratch.0).unwrap();
    (scratch, bytes, quads)
}

/// Everything that can be read of a file, or the error that reading it ends with.
fn read_all(path: &std::path::Path) -> Result<Vec<String>> {
    let index = Index::open(path)?;
    catch(|| {
        let p1 = index.id(iri("p1").as_ref().into());
        if let Some(p1) = p1 {
            assert_eq!(
                index.pairs(p1).take(1 << 16).count() as u64,
                index.count(None, Some(p1), None).min(1 << 16)
            );
        }
        index.prefixes();
        assert!(index.search() == b"labels" || index.search().len() != 6);
        index
            .quads()
            .take(1 << 16)
            .map(|quad| quad.to_string())
            .collect()
    })
}

#[test]
fn a_packed_graph_opens_as_what_was_packed() {
    let (file, _, quads) = packed("round");
    assert!(Index::is_packed(&file.0));
    let index = Index::open(&file.0).unwrap();
    index.verify().unwrap();
    assert_eq!(index.search(), b"labels");
    assert_eq!(index.prefixes(), [("e".to_owned(), "http://e/".to_owned())]);
    assert_eq!(
        index
            .quads()
            .map(|quad| quad.to_string())
            .collect::<Vec<_>>(),
        quads
    );
    assert_eq!(index.named_graphs().len(), 40);
}

#[test]
fn packing_twice_gives_the_same_bytes() {
    assert_eq!(packed("once").1, packed("twice").1);
}

#[test]
fn a_flipped_bit_anywhere_is_found_and_never_gives_another_answer() {
    let (file, bytes, quads) = packed("flip");
    assert!(bytes.len() > 2 << 16, "several blocks");
    // Every byte of the header, and a spread over all the rest.
    let places = (0..BODY)
        .step_by(3)
        .chain((BODY..bytes.len()).step_by(9001));
    for (i, place) in places.enumerate() {
        let mut damaged = bytes.clone();
        damaged[place] ^= 1 << (i % 8);
        fs::write(&file.0, &damaged).unwrap();
        let verified = Index::open(&file.0).and_then(|index| index.verify());
        assert!(
            matches!(verified, Err(Error::Damaged { .. })),
            "byte {place}: {verified:?}"
        );
        match read_all(&file.0) {
            Err(Error::Damaged { .. }) => {}
            Ok(read) => assert_eq!(read, quads, "byte {place} changed the answer"),
            Err(error) => panic!("byte {place}: {error}"),
        }
    }
}

#[test]
fn a_file_cut_short_anywhere_is_refused() {
    let (file, bytes, _) = packed("cut");
    for length in (0..bytes.len())
        .step_by(4999)
        .chain([7, 8, 39, 40, bytes.len() - 1])
    {
        fs::write(&file.0, &bytes[..length]).unwrap();
        assert!(
            matches!(
                Index::open(&file.0),
                Err(Error::Damaged { .. } | Error::File { .. })
            ),
            "{length}"
        );
    }
}

#[test]
fn foreign_newer_and_older_files_are_refused_by_name() {
    let (file, mut bytes, _) = packed("foreign");
    let name = file.0.display().to_string();
    let refusal = |bytes: &[u8]| {
        fs::write(&file.0, bytes).unwrap();
        Index::open(&file.0)
            .unwrap_err()
            .to_string()
            .replace(&name, "x.kgq")
    };
    insta::assert_snapshot!(refusal(b"<a> <b> <c> ."), @"x.kgq: this is not a packed graph");
    let text_mode = [&b"\x89kgq\n\x1a\n"[..], &bytes[8..]].concat();
    insta::assert_snapshot!(refusal(&text_mode), @"x.kgq: damaged on its way here: its line ends were changed");
    bytes[8] = 9;
    insta::assert_snapshot!(refusal(&bytes), @"x.kgq: packed by a newer kgq (layout 9; this kgq reads 2): update kgq");
    bytes[8] = 1;
    insta::assert_snapshot!(refusal(&bytes), @"x.kgq: packed by an older kgq (layout 1; this kgq reads 2): pack the graph again");
}

/// Gives bytes the checksums that a malicious author would give them.
fn seal(bytes: &mut [u8]) {
    let checks_start = u64::from_le_bytes(bytes[24..32].try_into().unwrap()) as usize;
    let Some((body, checks)) = bytes.split_at_mut_checked(checks_start) else {
        return;
    };
    for (block, check) in checks.chunks_exact_mut(4).enumerate() {
        let range = (block << 16).max(BODY)..((block + 1) << 16).min(body.len());
        check.copy_from_slice(&crc32fast::hash(body.get(range).unwrap_or_default()).to_le_bytes());
    }
    let checksum = crc32fast::hash(checks);
    body[32..36].copy_from_slice(&checksum.to_le_bytes());
    body[36..40].fill(0);
    let checksum = crc32fast::hash(&body[..BODY]);
    body[36..40].copy_from_slice(&checksum.to_le_bytes());
}

#[test]
fn nonsense_with_right_checksums_does_not_crash() {
    let (file, bytes, _) = packed("nonsense");
    let mut random = 0x9E37_79B9_7F4A_7C15_u64;
    for round in 0..40 {
        let mut nonsense = bytes.clone();
        for _ in 0..=round % 5 {
            random ^= random << 13;
            random ^= random >> 7;
            random ^= random << 17;
            let table = round % 2 == 0;
            let place = random as usize % if table { BODY } else { bytes.len() };
            nonsense[place] = (random >> 32) as u8;
        }
        nonsense[..16].copy_from_slice(&bytes[..16]);
        seal(&mut nonsense);
        fs::write(&file.0, &nonsense).unwrap();
        for outcome in [
            read_all(&file.0).map(drop),
            Index::open(&file.0).and_then(|index| index.verify()),
        ] {
            assert!(
                matches!(outcome, Ok(()) | Err(Error::Damaged { .. })),
                "round {round}: {outcome:?}"
            );
        }
    }
}

#[test]
fn a_file_that_says_it_holds_more_than_it_can_is_refused_at_once() {
    let (file, mut bytes, _) = packed("endless");
    let of_triples = [
        Section::SpoObjects,
        Section::SpoPredicates,
        Section::SpoGraphs,
        Section::OpsPredicates,
        Section::OpsSubjects,
        Section::OpsGraphs,
        Section::PsoPositions,
    ];
    for section in of_triples {
        // Numbers of no bytes each: all of them zero, and as many as one likes.
        let at = HEADER + section as usize * ENTRY;
        bytes[at + 8..at + 16].copy_from_slice(&(1_u64 << 40).to_le_bytes());
        bytes[at + 16] = 0;
    }
    seal(&mut bytes);
    fs::write(&file.0, &bytes).unwrap();
    let refused = Index::open(&file.0).map(drop);
    assert!(matches!(refused, Err(Error::Damaged { .. })), "{refused:?}");
}

#[test]
fn a_file_that_says_it_has_more_terms_than_rows_is_refused_at_once() {
    let (file, mut bytes, _) = packed("terms");
    let entry = HEADER + Section::ClassStarts as usize * ENTRY;
    let number = |at: usize| u64::from_le_bytes(bytes[at..at + 8].try_into().unwrap()) as usize;
    let (start, len, width) = (number(entry), number(entry + 8), bytes[entry + 16] as usize);
    // The number behind the last text.
    bytes[start + (len - 1) * width..start + len * width].fill(0xFF);
    seal(&mut bytes);
    fs::write(&file.0, &bytes).unwrap();
    let refused = Index::open(&file.0).map(drop).unwrap_err().to_string();
    assert!(refused.ends_with("as there are terms"), "{refused}");
}

#[test]
fn a_predicate_that_says_it_has_more_objects_than_the_file_can_hold_is_damage() {
    let (file, mut bytes, _) = packed("objects");
    let entry = |section: Section| HEADER + section as usize * ENTRY;
    let (text, starts) = (entry(Section::Text), entry(Section::ObjectStarts));
    // Some text for numbers of eight bytes.
    bytes.copy_within(text..text + 8, starts);
    bytes[starts + 16] = 8;
    seal(&mut bytes);
    fs::write(&file.0, &bytes).unwrap();
    let index = Index::open(&file.0).unwrap();
    let mut counted = index
        .predicates()
        .map(|used| catch(|| index.object_counts(used.id)));
    assert!(counted.any(|counts| matches!(counts, Err(Error::Damaged { .. }))));
}

#[test]
fn a_failed_packing_leaves_no_file() {
    let file = Scratch::new("failed");
    let packed = Index::pack(vec![builder_of(":a :p :b .")], &[], &file.0, |_| {
        Err(Error::Interrupted)
    });
    assert!(matches!(packed, Err(Error::Interrupted)), "{packed:?}");
    let name = file.0.file_name().unwrap().to_str().unwrap();
    let left = fs::read_dir(file.0.parent().unwrap()).unwrap();
    let left = left.filter(|entry| {
        entry
            .as_ref()
            .unwrap()
            .file_name()
            .to_string_lossy()
            .starts_with(name)
    });
    assert_eq!(left.count(), 0);
}
