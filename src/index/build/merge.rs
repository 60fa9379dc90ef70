//! The dictionaries of several gatherers made one.

use std::cmp::Ordering;
use std::collections::HashMap;
use std::ops::Range;

use super::super::dictionary::{BLANKS, BLOCK, IRIS, push_front_coded};
use super::super::layout::{Packed, Section};
use super::sort::Sorted;
use super::{BLANK_CLASS, Builder, IRI_CLASS, Sink, TRIPLE, TripleTerm, each, too_many_terms};
use crate::cancel;
use crate::error::Result;

/// Quads as gathered, with what their numbers mean in the index.
pub(super) struct Part {
    pub quads: Vec<[u32; 3]>,
    /// The graph of each quad, as far as any is in a named graph.
    pub graphs: Vec<u32>,
    texts: Vec<u32>,
    triples: Vec<u32>,
}

impl Part {
    /// The id of a term.
    #[inline]
    pub fn id(&self, number: u32) -> u32 {
        match number & TRIPLE {
            0 => self.texts[number as usize],
            _ => self.triples[(number ^ TRIPLE) as usize],
        }
    }
}

/// How the ids are divided.
pub(super) struct Numbers {
    /// What can be a subject.
    pub nodes: Range<u32>,
    pub terms: usize,
}

/// Writes the dictionary but for the texts themselves, which are long and come back.
pub(super) fn dictionaries(
    parts: Vec<Builder>,
    many: bool,
    sink: &mut Sink<'_>,
) -> Result<(Numbers, Vec<Part>, Packed)> {
    let mut names: Vec<String> = parts
        .iter()
        .flat_map(|part| &part.classes)
        .cloned()
        .collect();
    names.sort_unstable();
    names.dedup();
    write_class_names(&names, sink)?;
    let parts = each(many, parts, |part| Sorting::new(part, &names));
    let (literals, mut parts, text) = merge(parts, names.len() + 2, sink)?;
    let texts = literals.end as usize;
    let triples = triple_terms(&mut parts, texts, sink)?;
    let numbers = Numbers {
        nodes: literals.start..literals.end,
        terms: texts + triples,
    };
    let parts = parts.into_iter().map(|(part, _)| part).collect();
    Ok((numbers, parts, text))
}

fn write_class_names(names: &[String], sink: &mut Sink<'_>) -> Result<()> {
    let (mut ends, mut text) = (Vec::new(), Vec::new());
    for name in names.iter().map(String::as_str).chain([IRIS, BLANKS]) {
        text.extend_from_slice(name.as_bytes());
        ends.push(text.len() as u64);
    }
    sink(Section::ClassNameEnds, Packed::column(&ends))?;
    sink(Section::ClassNames, Packed::bytes(text))
}

/// A part whose texts are sorted and not yet numbered.
struct Sorting {
    sorted: Sorted,
    part: Part,
    triples: Vec<TripleTerm>,
}

impl Sorting {
    /// `names` are the names of all parts' classes of literals, sorted.
    fn new(part: Builder, names: &[String]) -> Self {
        let mut rank = vec![0; part.classes.len() + 2];
        rank[IRI_CLASS as usize] = names.len() as u32;
        rank[BLANK_CLASS as usize] = names.len() as u32 + 1;
        for (class, name) in part.classes.iter().enumerate() {
            rank[class + 2] = names.partition_point(|other| other < name) as u32;
        }
        let texts = part.texts.into_texts();
        Self {
            part: Part {
                quads: part.quads,
                graphs: part.graphs,
                texts: vec![0; texts.len()],
                triples: vec![0; part.triples.len()],
            },
            sorted: Sorted::new(texts, &rank, names.len() + 2),
            triples: part.triples,
        }
    }
}

type Unnumbered = (Part, Vec<TripleTerm>);

/// Makes the texts one sequence and numbers them; gives the numbers of the nodes, and the texts.
fn merge(
    parts: Vec<Sorting>,
    classes: usize,
    sink: &mut Sink<'_>,
) -> Result<(Range<u32>, Vec<Unnumbered>, Packed)> {
    let (mut sorted, mut rest) = (Vec::new(), Vec::new());
    for part in parts {
        sorted.push(part.sorted);
        rest.push((part.part, part.triples));
    }
    let mut class_starts = vec![0_u32];
    let (mut blocks, mut text) = (vec![0_u64], Vec::new());
    let mut id = 0_u32;
    let mut next = vec![0; sorted.len()];
    // The parts that have the least text.
    let mut having = Vec::new();
    for class in 0..classes {
        let ends: Vec<usize> = sorted
            .iter()
            .map(|part| part.class_starts[class + 1])
            .collect();
        let mut before: Option<&[u8]> = None;
        loop {
            cancel::poll();
            let mut least: Option<&[u8]> = None;
            for (part, sorted) in sorted.iter().enumerate() {
                if next[part] == ends[part] {
                    continue;
                }
                let text = sorted.text(next[part]);
                let order = least.map_or(Ordering::Less, |least| text.cmp(least));
                if order.is_lt() {
                    least = Some(text);
                    having.clear();
                }
                if order.is_le() {
                    having.push(part);
                }
            }
            let Some(least) = least else {
                break;
            };
            if (id as usize).is_multiple_of(BLOCK) {
                if id > 0 {
                    blocks.push(text.len() as u64);
                }
                push_front_coded(least, None, &mut text);
            } else {
                // The first of a class shares nothing with the last of the class before.
                push_front_coded(least, Some(before.unwrap_or_default()), &mut text);
            }
            before = Some(least);
            for &part in &having {
                let number = sorted[part].numbers[next[part]];
                rest[part].0.texts[number as usize] = id;
                next[part] += 1;
            }
            id = id.checked_add(1).ok_or_else(too_many_terms)?;
        }
        class_starts.push(id);
    }
    blocks.push(text.len() as u64);
    let nodes = class_starts[classes - 2]..id;
    sink(Section::ClassStarts, Packed::column(&class_starts))?;
    sink(Section::BlockStarts, Packed::column(&blocks))?;
    Ok((nodes, rest, Packed::bytes(text)))
}

/// Writes the triple terms and numbers them from `texts` on; gives how many there are.
fn triple_terms(parts: &mut [Unnumbered], texts: usize, sink: &mut Sink<'_>) -> Result<usize> {
    let mut columns: [Vec<u32>; 3] = Default::default();
    let mut depths = vec![0];
    let all = parts.iter().flat_map(|(_, triples)| triples);
    let levels = all.map(|term| term.depth + 1).max().unwrap_or(0);
    // The shallow first, so that what a term contains is numbered before it.
    for depth in 0..levels {
        let mut ids: HashMap<[u32; 3], u32> = HashMap::new();
        let mut level = Vec::new();
        for (part, triples) in parts.iter() {
            let here = triples.iter().filter(|term| term.depth == depth);
            level.extend(here.map(|term| term.components.map(|number| part.id(number))));
        }
        level.sort_unstable();
        level.dedup();
        for components in level {
            let id = u32::try_from(texts + columns[0].len()).map_err(|_| too_many_terms())?;
            ids.insert(components, id);
            for (column, component) in columns.iter_mut().zip(components) {
                column.push(component);
            }
        }
        depths.push(columns[0].len() as u64);
        for (part, triples) in parts.iter_mut() {
            for (number, term) in triples.iter().enumerate() {
                if term.depth == depth {
                    part.triples[number] = ids[&term.components.map(|number| part.id(number))];
                }
            }
        }
    }
    sink(Section::TermDepths, Packed::column(&depths))?;
    let sections = [
        Section::TermSubjects,
        Section::TermPredicates,
        Section::TermObjects,
    ];
    for (section, column) in sections.into_iter().zip(&columns) {
        sink(section, Packed::column(column))?;
    }
    Ok(columns[0].len())
}
