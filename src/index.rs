//! Stand-in until the packed index lands.
#![allow(missing_docs, clippy::len_without_is_empty, clippy::type_complexity)]
use oxrdf::*;
use std::collections::{BTreeSet, HashMap};

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Id(pub u32);

#[derive(Default, Debug)]
pub struct Builder {
    index: Index,
}
#[derive(Default, Debug)]
pub struct Index {
    terms: Vec<Term>,
    ids: HashMap<Term, u32>,
    spo: BTreeSet<(u32, u32, u32)>,
    ops: BTreeSet<(u32, u32, u32)>,
    pso: BTreeSet<(u32, u32, u32)>,
    pub dataset: Dataset,
}
impl Builder {
    pub fn new() -> Self {
        Self::default()
    }
    pub fn push(&mut self, quad: QuadRef<'_>) {
        let i = &mut self.index;
        let mut id = |t: Term| {
            *i.ids.entry(t.clone()).or_insert_with(|| {
                i.terms.push(t);
                (i.terms.len() - 1) as u32
            })
        };
        let s = id(TermRef::from(quad.subject).into_owned());
        let p = id(quad.predicate.into_owned().into());
        let o = id(quad.object.into_owned());
        i.spo.insert((s, p, o));
        i.ops.insert((o, p, s));
        i.pso.insert((p, s, o));
        i.dataset.insert(quad);
    }
    pub fn finish(self) -> Index {
        self.index
    }
}
impl Index {
    pub fn id(&self, term: TermRef<'_>) -> Option<Id> {
        self.ids.get(&term.into_owned()).map(|i| Id(*i))
    }
    pub fn term(&self, id: Id) -> Term {
        self.terms[id.0 as usize].clone()
    }
    pub fn is_literal(&self, id: Id) -> bool {
        self.terms[id.0 as usize].is_literal()
    }
    pub fn outgoing(&self, s: Id) -> impl Iterator<Item = (Id, Id)> {
        self.spo
            .range((s.0, 0, 0)..=(s.0, u32::MAX, u32::MAX))
            .map(|(_, p, o)| (Id(*p), Id(*o)))
    }
    pub fn incoming(&self, o: Id) -> impl Iterator<Item = (Id, Id)> {
        self.ops
            .range((o.0, 0, 0)..=(o.0, u32::MAX, u32::MAX))
            .map(|(_, p, o)| (Id(*p), Id(*o)))
    }
    pub fn outgoing_with(&self, s: Id, p: Id) -> impl Iterator<Item = Id> {
        self.spo
            .range((s.0, p.0, 0)..=(s.0, p.0, u32::MAX))
            .map(|(_, _, o)| Id(*o))
    }
    pub fn incoming_with(&self, o: Id, p: Id) -> impl Iterator<Item = Id> {
        self.ops
            .range((o.0, p.0, 0)..=(o.0, p.0, u32::MAX))
            .map(|(_, _, o)| Id(*o))
    }
    pub fn contains(&self, s: Id, p: Id, o: Id) -> bool {
        self.spo.contains(&(s.0, p.0, o.0))
    }
    pub fn count(&self, s: Option<Id>, p: Option<Id>, o: Option<Id>) -> u64 {
        self.spo
            .iter()
            .filter(|t| {
                s.is_none_or(|x| x.0 == t.0)
                    && p.is_none_or(|x| x.0 == t.1)
                    && o.is_none_or(|x| x.0 == t.2)
            })
            .count() as u64
    }
    pub fn predicates(&self) -> Vec<(Id, u64, u64, u64)> {
        let ps: BTreeSet<u32> = self.pso.iter().map(|t| t.0).collect();
        ps.into_iter()
            .map(|p| {
                let t: Vec<_> = self
                    .pso
                    .range((p, 0, 0)..=(p, u32::MAX, u32::MAX))
                    .collect();
                let s: BTreeSet<_> = t.iter().map(|t| t.1).collect();
                let o: BTreeSet<_> = t.iter().map(|t| t.2).collect();
                (Id(p), t.len() as u64, s.len() as u64, o.len() as u64)
            })
            .collect()
    }
    pub fn pairs(&self, p: Id) -> impl Iterator<Item = (Id, Id)> {
        self.pso
            .range((p.0, 0, 0)..=(p.0, u32::MAX, u32::MAX))
            .map(|(_, p, o)| (Id(*p), Id(*o)))
    }
    pub fn len(&self) -> u64 {
        self.spo.len() as u64
    }
    pub fn quads(&self) -> impl Iterator<Item = Quad> + '_ {
        self.dataset.iter().map(|q| q.into_owned())
    }
    pub fn named_nodes(&self) -> impl Iterator<Item = (Id, String)> + '_ {
        self.terms.iter().enumerate().filter_map(|(i, t)| match t {
            Term::NamedNode(n) => Some((Id(i as u32), n.as_str().to_owned())),
            _ => None,
        })
    }
    pub fn named_graphs(&self) -> Vec<(Id, u64)> {
        Vec::new()
    }
    pub fn subjects(&self) -> u64 {
        self.spo.iter().map(|t| t.0).collect::<BTreeSet<_>>().len() as u64
    }
    pub fn objects(&self) -> u64 {
        self.ops.iter().map(|t| t.0).collect::<BTreeSet<_>>().len() as u64
    }
}
