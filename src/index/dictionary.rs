//! Terms and their numbers.
//!
//! A term is a class (plain string, language, datatype, IRI, blank node) and a text. Ids run through the classes in
//! order and through each class's texts in byte order. Texts are front-coded in blocks: the first of a block whole, each
//! other as the length it shares with the one before and the rest.

use std::ops::Range;

use oxrdf::{
    BaseDirection, BlankNode, Literal, LiteralRef, NamedNode, NamedOrBlankNode,
    NamedOrBlankNodeRef, Term, TermRef, Triple,
};

use super::layout::Section;
use super::{Id, Index};
use crate::cancel;
use crate::varint;

/// How many terms a block of the dictionary holds.
pub(super) const BLOCK: usize = 16;

/// Most texts are no longer than this.
const USUAL: usize = 128;

/// The name of the class of IRIs.
pub(super) const IRIS: &str = "<";
/// The name of the class of blank nodes.
pub(super) const BLANKS: &str = "_";

/// How deep triple terms may lie in each other; deeper ones are refused when read and when built.
pub const MAX_DEPTH: usize = 500;

/// What a term is.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Kind {
    /// A literal of any datatype or language.
    Literal,
    /// An IRI.
    Iri,
    /// A blank node.
    Blank,
    /// A triple term of RDF 1.2.
    Triple,
}

/// The class of a literal, written to `name`.
pub(crate) fn literal_class(literal: LiteralRef<'_>, name: &mut String) {
    name.clear();
    if let Some(language) = literal.language() {
        name.push('@');
        name.push_str(language);
        name[1..].make_ascii_lowercase();
        match literal.direction() {
            Some(BaseDirection::Ltr) => name.push_str("--ltr"),
            Some(BaseDirection::Rtl) => name.push_str("--rtl"),
            None => {}
        }
    } else if literal.datatype() != oxrdf::vocab::xsd::STRING {
        name.push_str("^^");
        name.push_str(literal.datatype().as_str());
    }
}

/// A literal of the class with that name; `None` if no class has it.
pub(super) fn literal_of_class(name: &str, value: String) -> Option<Literal> {
    if name.is_empty() {
        return Some(Literal::new_simple_literal(value));
    }
    if let Some(datatype) = name.strip_prefix("^^") {
        return Some(Literal::new_typed_literal(
            value,
            NamedNode::new_unchecked(datatype),
        ));
    }
    let language = name.strip_prefix('@')?;
    let (language, direction) = match language.rsplit_once("--") {
        Some((language, "ltr")) => (language, BaseDirection::Ltr),
        Some((language, "rtl")) => (language, BaseDirection::Rtl),
        _ => {
            return Some(Literal::new_language_tagged_literal_unchecked(
                value, language,
            ));
        }
    };
    Some(Literal::new_directional_language_tagged_literal_unchecked(
        value, language, direction,
    ))
}

/// The number of bytes that a text takes where nothing is shared, then what is shared and the rest.
pub(super) fn push_front_coded(text: &[u8], before: Option<&[u8]>, out: &mut Vec<u8>) {
    let shared = before.map_or(0, |before| {
        text.iter().zip(before).take_while(|(a, b)| a == b).count()
    });
    if before.is_some() {
        varint::push(shared as u64, out);
    }
    varint::push((text.len() - shared) as u64, out);
    out.extend_from_slice(&text[shared..]);
}

/// Takes a number and so many bytes off the front.
#[inline]
pub(super) fn take_text<'a>(bytes: &mut &'a [u8]) -> Option<&'a [u8]> {
    let length = varint::take(bytes)?;
    let (text, rest) = bytes.split_at_checked(length)?;
    *bytes = rest;
    Some(text)
}

impl Index {
    /// The number of a term, if the index has it.
    ///
    /// Terms are the same when RDF says so: language tags in any case, `"x"^^xsd:string` as `"x"`; but `"01"^^xsd:integer` is
    /// not `1`.
    pub fn id(&self, term: TermRef<'_>) -> Option<Id> {
        match term {
            TermRef::NamedNode(node) => self.id_in_class(self.literal_classes(), node.as_str()),
            TermRef::BlankNode(node) => self.id_in_class(self.literal_classes() + 1, node.as_str()),
            TermRef::Literal(literal) => {
                let mut name = String::new();
                literal_class(literal, &mut name);
                self.id_in_class(self.literal_class_number(&name)?, literal.value())
            }
            TermRef::Triple(triple) => {
                let subject = match triple.subject.as_ref() {
                    NamedOrBlankNodeRef::NamedNode(node) => node.into(),
                    NamedOrBlankNodeRef::BlankNode(node) => node.into(),
                };
                let (s, p, o) = (
                    self.id(subject)?,
                    self.id(triple.predicate.as_ref().into())?,
                    self.id(triple.object.as_ref())?,
                );
                self.triple_id(s, p, o)
            }
        }
    }

    /// The number of the triple term that has these components, if the index has it.
    pub fn triple_id(&self, s: Id, p: Id, o: Id) -> Option<Id> {
        let column = |section| self.column(section);
        let subjects = column(Section::TermSubjects);
        // Triple terms are ordered by depth, then by components, so that each depth is a sorted stretch.
        let depths = column(Section::TermDepths);
        (0..depths.len.saturating_sub(1)).find_map(|depth| {
            let range = self.image.row(depths, depth);
            let range = self.image.equal_range(subjects, range, s.0.into());
            let range = self
                .image
                .equal_range(column(Section::TermPredicates), range, p.0.into());
            let range = self
                .image
                .equal_range(column(Section::TermObjects), range, o.0.into());
            (!range.is_empty()).then(|| Id(self.texts() + range.start as u32))
        })
    }

    /// The components of a triple term; `None` for every other term.
    pub fn components(&self, id: Id) -> Option<(Id, Id, Id)> {
        let i = id.0.checked_sub(self.texts())? as usize;
        let get = |section| Id(self.image.get_u32(self.column(section), i));
        let components = (
            get(Section::TermSubjects),
            get(Section::TermPredicates),
            get(Section::TermObjects),
        );
        if components.0.max(components.1).max(components.2) >= id {
            self.image.damaged("a triple term contains itself");
        }
        Some(components)
    }

    /// The term with that number.
    ///
    /// Numbers come from this index; any other ends the work as damage does.
    pub fn term(&self, id: Id) -> Term {
        self.term_at_depth(id, 0)
    }

    fn term_at_depth(&self, id: Id, depth: usize) -> Term {
        match self.kind(id) {
            Kind::Literal => self.literal(id, self.text(id)).into(),
            Kind::Iri => NamedNode::new_unchecked(self.text(id)).into(),
            Kind::Blank => BlankNode::new_unchecked(self.text(id)).into(),
            Kind::Triple => {
                let Some((s, p, o)) = self.components(id).filter(|_| depth < MAX_DEPTH) else {
                    self.image
                        .damaged("triple terms lie too deep in each other")
                };
                let subject = match self.term_at_depth(s, depth + 1) {
                    Term::NamedNode(node) => NamedOrBlankNode::from(node),
                    Term::BlankNode(node) => node.into(),
                    _ => self
                        .image
                        .damaged("a subject is neither IRI nor blank node"),
                };
                let Term::NamedNode(predicate) = self.term_at_depth(p, depth + 1) else {
                    self.image.damaged("a predicate is not an IRI")
                };
                Triple::new(subject, predicate, self.term_at_depth(o, depth + 1)).into()
            }
        }
    }

    /// What the term with that number is, without decoding it.
    #[inline]
    pub fn kind(&self, id: Id) -> Kind {
        match id.0 {
            id if id < self.literals => Kind::Literal,
            id if id < self.iris_end => Kind::Iri,
            id if id < self.blanks_end => Kind::Blank,
            _ => Kind::Triple,
        }
    }

    /// Whether the term with that number is a literal.
    #[inline]
    pub fn is_literal(&self, id: Id) -> bool {
        id.0 < self.literals
    }

    /// The text of a term that is no triple term: lexical form, IRI, or blank node label.
    pub fn text(&self, id: Id) -> String {
        self.reader().text(id).to_owned()
    }

    /// Reads texts, at little cost where their numbers ascend.
    pub(super) fn reader(&self) -> Reader<'_> {
        Reader {
            index: self,
            next: usize::MAX,
            rest: &[],
            text: Vec::with_capacity(USUAL),
        }
    }

    /// The texts of neighbouring terms, none of them a triple term.
    pub(super) fn texts_of(&self, ids: Range<u32>) -> impl Iterator<Item = (Id, String)> + use<'_> {
        let mut reader = self.reader();
        ids.map(move |id| (Id(id), reader.text(Id(id)).to_owned()))
    }

    /// The subjects of a predicate with the literals that are its objects, in the order of the literals.
    pub fn labels(&self, p: Id) -> impl Iterator<Item = (Id, Literal)> + use<'_> {
        let literals = self.pairs(p).filter(|(_, label)| self.is_literal(*label));
        let mut literals: Vec<(Id, Id)> = literals.map(|(s, label)| (label, s)).collect();
        literals.sort_unstable();
        let mut reader = self.reader();
        literals.into_iter().map(move |(label, s)| {
            cancel::poll();
            (s, self.literal(label, reader.text(label).to_owned()))
        })
    }

    fn literal(&self, id: Id, text: String) -> Literal {
        match literal_of_class(self.literal_class_name(id), text) {
            Some(literal) => literal,
            None => self.image.damaged("a class of literals has no meaning"),
        }
    }

    /// Whether a term is a literal without language and of type `xsd:string`, told without reading it.
    pub fn is_simple_literal(&self, id: Id) -> bool {
        self.is_literal(id) && self.literal_class_name(id).is_empty()
    }

    /// The class of a literal as [`literal_class`] writes it.
    fn literal_class_name(&self, id: Id) -> &str {
        let starts = self.column(Section::ClassStarts);
        let last = self.image.first(0..self.literal_classes(), |class| {
            self.image.get_u32(starts, class + 1) > id.0
        });
        self.class_name(last)
    }

    fn class_name(&self, class: usize) -> &str {
        let ends = self.column(Section::ClassNameEnds);
        let start = match class {
            0 => 0,
            class => self.image.get_usize(ends, class - 1),
        };
        let range = start..self.image.get_usize(ends, class);
        let bytes = self.image.slice(self.column(Section::ClassNames), range);
        match std::str::from_utf8(bytes) {
            Ok(name) => name,
            Err(_) => self.image.damaged("the name of a class is not UTF-8"),
        }
    }

    /// The classes but those of IRIs and blank nodes.
    fn literal_classes(&self) -> usize {
        self.column(Section::ClassNameEnds).len - 2
    }

    fn literal_class_number(&self, name: &str) -> Option<usize> {
        let classes = 0..self.literal_classes();
        let class = self
            .image
            .first(classes.clone(), |class| self.class_name(class) >= name);
        (class < classes.end && self.class_name(class) == name).then_some(class)
    }

    fn id_in_class(&self, class: usize, text: &str) -> Option<Id> {
        let ids = self.image.row(self.column(Section::ClassStarts), class);
        let text = text.as_bytes();
        // Blocks that begin inside the class; the class itself may begin inside the block before.
        let blocks = ids.start.div_ceil(BLOCK)..ids.end.div_ceil(BLOCK);
        let after = self
            .image
            .first(blocks, |block| self.block_head(block) > text);
        let block = after.checked_sub(1)?;
        self.find_in_block(block, ids, text)
    }

    fn find_in_block(&self, block: usize, ids: Range<usize>, wanted: &[u8]) -> Option<Id> {
        let mut rest = self.block(block);
        // How much of `wanted` the text before begins with.
        let mut common = 0;
        for id in block * BLOCK..ids.end.min((block + 1) * BLOCK) {
            let shared = match id % BLOCK {
                0 => Some(0),
                _ => varint::take(&mut rest),
            };
            let (Some(shared), Some(own)) = (shared, take_text(&mut rest)) else {
                self.image.damaged("a block of terms cannot be read");
            };
            // One that shares more with the text before it differs from `wanted` where that does.
            if shared <= common {
                let pairs = own.iter().zip(&wanted[shared..]);
                common = shared + pairs.take_while(|(a, b)| a == b).count();
                let whole = common == wanted.len() && shared + own.len() == wanted.len();
                if whole && id >= ids.start {
                    return Some(Id(id as u32));
                }
            }
        }
        None
    }

    fn block(&self, block: usize) -> &[u8] {
        let range = self.image.row(self.column(Section::BlockStarts), block);
        self.image.slice(self.column(Section::Text), range)
    }

    fn block_head(&self, block: usize) -> &[u8] {
        match take_text(&mut self.block(block)) {
            Some(head) => head,
            None => self.image.damaged("a block of terms cannot be read"),
        }
    }

    /// Turns `text` into the one after it in its block.
    #[inline]
    fn next_text(&self, rest: &mut &[u8], is_head: bool, text: &mut Vec<u8>) -> Option<()> {
        let shared = if is_head { 0 } else { varint::take(rest)? };
        if shared > text.len() {
            return None;
        }
        text.truncate(shared);
        text.extend_from_slice(take_text(rest)?);
        Some(())
    }

    /// How many terms are in the dictionary of texts; triple terms are numbered from here on.
    #[inline]
    pub(super) fn texts(&self) -> u32 {
        self.blanks_end
    }
}

/// Reads the texts of an index.
pub(super) struct Reader<'a> {
    index: &'a Index,
    /// The term that comes next in the block at hand; none is at hand yet where there is no such term.
    next: usize,
    rest: &'a [u8],
    text: Vec<u8>,
}

impl Reader<'_> {
    /// The text of a term that is no triple term.
    #[inline]
    pub fn text(&mut self, id: Id) -> &str {
        let id = id.0 as usize;
        if id < self.next || id / BLOCK != (self.next - 1) / BLOCK {
            self.next = id / BLOCK * BLOCK;
            self.rest = self.index.block(id / BLOCK);
        }
        while self.next <= id {
            let is_head = self.next.is_multiple_of(BLOCK);
            let read = self
                .index
                .next_text(&mut self.rest, is_head, &mut self.text);
            if read.is_none() {
                self.index.image.damaged("a block of terms cannot be read");
            }
            self.next += 1;
        }
        match std::str::from_utf8(&self.text) {
            Ok(text) => text,
            Err(_) => self.index.image.damaged("a term is not UTF-8"),
        }
    }
}
