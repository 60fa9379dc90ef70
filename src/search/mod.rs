//! Finding names: an immutable index of labels in bytes, and every way in which a user may type one.
//!
//! A name is compared by its *key* (`key::encode`): letters and digits only, folded, Hangul as the strokes
//! that type it. That one form makes spacing, width, normalisation and syllables in progress disappear, turns a
//! wrong keyboard layout into a letter-by-letter exchange, and makes one wrong jamo one error.
//!
//! The build script packs the names of the embedded notes with this module, which is why it stands in a `mod.rs`, as
//! [`crate::index`] does, and uses nothing of the crate but `korean`, `cancel` and `varint`.
//!
//! Keys lie sorted in one piece of memory. Beginnings are found by bisection; all else is a scan, which costs
//! some milliseconds for a million names and needs no further structure: nothing to build, to store or to verify.

mod blocks;
mod errors;
mod hits;
mod initials;
mod key;
mod layout;
mod literal;
mod typing;
mod words;
mod write;

use crate::korean::keyboard;
use hits::{Hit, Hits, Way};
use initials::Abbreviation;
use key::LONGEST;
use layout::{Key, Names};
use literal::Place;
use oxrdf::Literal;
use std::fmt;
use std::ops::Range;
use typing::Typed;

/// What kind of name of a term an entry is, in the order in which names are resolved.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Tier {
    /// The last part of its IRI.
    LocalName,
    /// The label it is shown with.
    Preferred,
    /// Another label.
    Alternative,
    /// A label that is searched but not shown: a slip, an old name.
    Hidden,
}

/// How a text found a name, best first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum How {
    /// The same but for letter case, white space and Unicode normalisation.
    Exact,
    /// The same but for spaces, punctuation, width and accents: `crio`, CRI-O.
    Spacing,
    /// The name begins with it, a last syllable may be in progress: `쿠벌`, 쿠버ㄹ….
    Prefix,
    /// A word of the name begins with it: `hub`, Docker Hub.
    WordPrefix,
    /// It stands inside the name.
    Infix,
    /// Initial consonants, all or some: `ㅋㅂㄴㅌㅅ`, `쿠ㅂㄴ`.
    Initials,
    /// Typed with the other keyboard layout: `vkem` for 파드, `ㅏㅕㅠㄷ` for kube.
    Keyboard,
    /// With typing errors: `핼름` for 헬름, `teraform` for Terraform.
    Typo,
}

/// A term that a text found, by the best of its names.
#[derive(Clone, Debug, PartialEq)]
pub struct Match {
    /// The term.
    pub id: u32,
    /// The name that was found, as written.
    pub matched: String,
    /// Its language tag, or "".
    pub language: String,
    /// What kind of name it is.
    pub tier: Tier,
    /// How the text found it.
    pub how: How,
    /// From 1, the name itself, down towards 0: orders matches, of different texts too.
    pub score: f64,
}

/// Bytes that are no search index; says why.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Damaged(pub &'static str);

impl fmt::Display for Damaged {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "the search index cannot be read: {}", self.0)
    }
}

impl std::error::Error for Damaged {}

/// Letters from which on one typing error is taken, and two.
const ERRORS_FOUND: [usize; 2] = [4, 8];
/// The same for suggestions, which nobody takes for an answer: one, two, three.
const ERRORS_SUGGESTED: [usize; 3] = [3, 6, 10];

/// Writes the index of some names: of each its term, its tier, its text and its language tag (or "").
///
/// The order of the names does not matter: the same names give the same bytes. A name of nothing but white space is left out.
pub fn build<T, L>(names: impl Iterator<Item = (u32, Tier, T, L)> + Send) -> Vec<u8>
where
    T: AsRef<str>,
    L: AsRef<str>,
{
    write::write(vec![names])
}

/// [`build`] of labels, each with its term and tier, and of the last parts of IRIs; where they are `many`, side by side.
pub fn build_of_labels<'n>(
    labels: impl Iterator<Item = (u32, Tier, Literal)> + Send + 'n,
    iris: impl Iterator<Item = (u32, String)> + Send + 'n,
    many: bool,
) -> Vec<u8> {
    type Part<'n> = Box<dyn Iterator<Item = (u32, Tier, String, String)> + Send + 'n>;
    // One at a time: a large graph's names are not all held beside their index.
    let labels = labels.map(|(term, tier, label)| {
        let (text, _, language, _) = label.destruct();
        (term, tier, text, language.unwrap_or_default())
    });
    let locals = iris.filter_map(|(term, iri)| {
        let local = local_part(&iri)?.to_owned();
        Some((term, Tier::LocalName, local, String::new()))
    });
    let parts: Vec<Part<'n>> = match many {
        true => vec![Box::new(labels), Box::new(locals)],
        false => vec![Box::new(labels.chain(locals))],
    };
    write::write(parts)
}

/// The part of an IRI behind its last `#`, `/` or `:`.
pub fn local_part(iri: &str) -> Option<&str> {
    let (_, local) = iri.rsplit_once(['#', '/', ':'])?;
    (!local.is_empty()).then_some(local)
}

/// A search index, read where it lies.
#[derive(Clone, Copy, Debug)]
pub struct Search<'a> {
    names: Names<'a>,
}

impl<'a> Search<'a> {
    /// Reads an index that [`build`] wrote, in constant time.
    ///
    /// Errs if the bytes are no index of this version or not of the length that they say. Damage inside makes
    /// answers wrong or empty, never a panic: whoever stores the bytes keeps a checksum.
    pub fn open(bytes: &'a [u8]) -> Result<Self, Damaged> {
        Ok(Self {
            names: Names::read(bytes)?,
        })
    }

    /// How many names the index has.
    pub fn len(&self) -> usize {
        self.names.count()
    }

    /// Whether the index has no names.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The terms of which `text` is a name, after NFC, case folding and white space, with each tier in which it is one.
    /// Ordered by tier, then by term.
    pub fn exact(&self, text: &str) -> Vec<(u32, Tier)> {
        let key = key_of(text);
        let first = self.names.with_prefix(&key).start;
        let equal = (first..).zip(literal::equal(&self.names, &key, text));
        let same = equal.filter(|(_, is_same)| *is_same);
        let mut terms: Vec<_> = same
            .map(|(name, _)| (self.names.term(name), self.names.tier(name)))
            .collect();
        terms.sort_unstable_by_key(|(term, tier)| (*tier, *term));
        terms.dedup();
        terms
    }

    /// The terms with a name that begins with `text`, for completion; all of them for an empty text.
    ///
    /// At most `limit`, one match a term, ordered as [`Self::find`] does.
    pub fn prefix(&self, text: &str, limit: usize) -> Vec<Match> {
        let mut hits = Hits::new(&self.names, limit);
        self.beginnings(text, &key_of(text), &mut hits);
        hits.settle();
        self.matches(hits)
    }

    /// The terms that `text` finds: at most `limit`, one match a term.
    ///
    /// Ordered by how they were found, then tier, then how little of the name is left over, then by name. The other
    /// keyboard layout and typing errors are guesses: they are tried where no word begins with the text as typed and it
    /// is no initial consonants (but a whole name typed with the other layout is always found). An empty text finds nothing.
    pub fn find(&self, text: &str, limit: usize) -> Vec<Match> {
        self.search(text, limit, &ERRORS_FOUND)
    }

    /// What `text`, which is no name, may have meant: as [`Self::find`], with more typing errors.
    pub fn nearest(&self, text: &str, limit: usize) -> Vec<Match> {
        self.search(text, limit, &ERRORS_SUGGESTED)
    }

    fn search(&self, text: &str, limit: usize, error_lengths: &[usize]) -> Vec<Match> {
        let mut hits = Hits::new(&self.names, limit);
        let key = key_of(text);
        if limit == 0 || key.is_empty() {
            return Vec::new();
        }
        self.beginnings(text, &key, &mut hits);
        if hits.settle() {
            return self.matches(hits);
        }
        hits.scan(self.all(), |range, best| {
            literal::infixes(range, &key, best, |place| match place {
                Place::Word => Some((How::WordPrefix, 0)),
                _ => Some((How::Infix, 0)),
            });
        });
        if !hits.settle() && initials::are_in(text) {
            self.abbreviated(&key, &mut hits, |place| (How::Initials, place as u32));
        }
        if !hits.settle() {
            self.other_layouts(text, &mut hits);
            hits.settle();
        }
        if is_guess(&hits) && !hits.has_keyboard_beginning() {
            self.misspelt(text, error_lengths, &mut hits);
            hits.settle();
        }
        self.matches(hits)
    }

    /// The names that equal the text or begin with it.
    fn beginnings(&self, text: &str, key: &[u8], hits: &mut Hits<'a>) {
        let names = &self.names;
        let range = names.with_prefix(key);
        let equal = literal::equal(names, key, text);
        let first = range.start;
        let longer = first + equal.len()..range.end;
        let is_cut = key.len() >= LONGEST;
        hits.scan(first..longer.start, |range, best| {
            for name in range {
                let is_same = equal[name - first];
                if is_same || !is_cut {
                    let how = if is_same { How::Exact } else { How::Spacing };
                    best.take(name, (how, 0), 0);
                }
            }
        });
        if !is_cut {
            hits.scan(longer, |range, best| {
                literal::beginnings(range, key, best, (How::Prefix, 0));
            });
        }
    }

    /// The names that a key abbreviates.
    fn abbreviated(&self, key: &[u8], hits: &mut Hits<'a>, way: impl Fn(Place) -> Way + Sync) {
        let Some(abbreviation) = Abbreviation::new(key) else {
            return;
        };
        hits.scan(self.names.with_prefix(&key[..1]), |range, best| {
            abbreviation.beginnings(range, best, way(Place::Start));
        });
        // All others come behind these.
        if !hits.settle() {
            hits.scan(self.all(), |range, best| {
                abbreviation.infixes(range, best, &way);
            });
        }
    }

    /// The names that the keys of the text type in the other keyboard layout.
    fn other_layouts(&self, text: &str, hits: &mut Hits<'a>) {
        let typed: String = text.chars().take(LONGEST).collect();
        let is_guess = is_guess(hits);
        for other in [keyboard::to_hangul(&typed), keyboard::to_latin(&typed)] {
            let key = key_of(&other);
            if other == typed || key.is_empty() {
                continue;
            }
            hits.scan(self.names.with_prefix(&key), |range, best| {
                for (name, bytes) in self.names.keys_by_name(range) {
                    let own = Key::read(bytes).bytes;
                    let extra = own.len().saturating_sub(key.len());
                    if extra == 0 || is_guess {
                        best.take(name, (How::Keyboard, u32::from(extra > 0)), extra);
                    }
                }
            });
            if !is_guess {
                continue;
            }
            let is_long = key.len() > 2;
            hits.scan(self.all(), |range, best| {
                literal::infixes(range, &key, best, |place| {
                    let is_telling = is_long || place == Place::Word;
                    is_telling.then_some((How::Keyboard, 1 + place as u32))
                });
            });
            if is_long && initials::are_in(&other) {
                self.abbreviated(&key, hits, |place| (How::Keyboard, 4 + place as u32));
            }
        }
    }

    /// The names that the text means if it has typing errors.
    fn misspelt(&self, text: &str, error_lengths: &[usize], hits: &mut Hits<'a>) {
        let (mut key, mut words) = (Vec::new(), Vec::new());
        key::encode(text, &mut key, &mut words);
        layout::push_lengths(&mut key, &words);
        let Some(typed) = Typed::new(Key::read(&key), error_lengths) else {
            return;
        };
        hits.scan(self.all(), |range, best| typed.scan(range, best));
        let candidates = typed.candidates(&self.names);
        hits.scan(0..candidates.len(), |range, best| {
            typed.scan_words(&candidates[range], best);
        });
    }

    fn all(&self) -> Range<usize> {
        0..self.names.count()
    }

    fn matches(&self, hits: Hits) -> Vec<Match> {
        let show = |hit: &Hit| Match {
            id: self.names.term(hit.name()),
            matched: self.names.text(hit.name()),
            language: self.names.language(hit.name()),
            tier: self.names.tier(hit.name()),
            how: hit.how(),
            score: hit.score(),
        };
        hits.into_ranked().iter().map(show).collect()
    }
}

/// Whether no word begins with the text as typed, so that something else may be meant.
fn is_guess(hits: &Hits) -> bool {
    matches!(hits.best(), None | Some(How::Infix | How::Keyboard))
}

/// Whether a name begins as typed, letter case, white space and Unicode normalisation aside.
pub fn begins(name: &str, typed: &str) -> bool {
    key_of(name).starts_with(&key_of(typed))
}

fn key_of(text: &str) -> Vec<u8> {
    let mut bytes = Vec::new();
    key::encode(text, &mut bytes, &mut Vec::new());
    bytes
}

#[cfg(test)]
mod tests;
