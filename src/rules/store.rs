//! Triples under inference: what is stated, and runs of what has been inferred, each in three orders.

use std::collections::HashMap;

use oxrdf::{Term, TermRef};

use crate::cancel;
use crate::graph::{Kind, Node, Stated};

/// A triple by the numbers of its terms.
pub type Numbers = [Node; 3];

/// A triple pattern by numbers; `None` matches everything.
pub type Wanted = [Option<Node>; 3];

/// Which triples count.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Part {
    /// All before the last round.
    Old,
    /// Those of the last round.
    Last,
    /// All.
    All,
}

/// Triples sorted in three orders, so that every pattern is a stretch of one.
#[derive(Debug, Default)]
pub(super) struct Run {
    spo: Vec<Numbers>,
    pos: Vec<Numbers>,
    osp: Vec<Numbers>,
}

impl Run {
    pub fn new(mut triples: Vec<Numbers>) -> Self {
        let mut pos: Vec<Numbers> = triples.iter().map(|&[s, p, o]| [p, o, s]).collect();
        let mut osp: Vec<Numbers> = triples.iter().map(|&[s, p, o]| [o, s, p]).collect();
        triples.sort_unstable();
        cancel::poll();
        pos.sort_unstable();
        cancel::poll();
        osp.sort_unstable();
        Self {
            spo: triples,
            pos,
            osp,
        }
    }

    pub fn len(&self) -> usize {
        self.spo.len()
    }

    pub fn triples(&self) -> &[Numbers] {
        &self.spo
    }

    fn contains(&self, triple: &Numbers) -> bool {
        self.spo.binary_search(triple).is_ok()
    }

    /// The stretch of triples that match, and how many places they are rotated by.
    fn matches(&self, [s, p, o]: Wanted) -> (&[Numbers], usize) {
        match (s, p, o) {
            (Some(_), None, Some(_)) | (None, None, Some(_)) => (stretch(&self.osp, [o, s, p]), 1),
            (None, Some(_), _) => (stretch(&self.pos, [p, o, s]), 2),
            _ => (stretch(&self.spo, [s, p, o]), 0),
        }
    }
}

/// The triples that begin with what is wanted; wanted places come first.
fn stretch(triples: &[Numbers], wanted: Wanted) -> &[Numbers] {
    let bounds = |other: u32| wanted.map(|node| node.unwrap_or(Node(other)));
    let (least, most) = (bounds(0), bounds(u32::MAX));
    let start = triples.partition_point(|triple| *triple < least);
    let rest = &triples[start..];
    &rest[..rest.partition_point(|triple| *triple <= most)]
}

/// All triples, and the terms that only axioms and rules have.
pub(super) struct Store<'g> {
    stated: Stated<'g>,
    /// Whether what is stated counts, or the axioms alone.
    pub with_data: bool,
    /// The first number of a term of its own.
    first: u32,
    terms: Vec<Term>,
    numbers: HashMap<Term, Node>,
    /// Axioms and what follows from them alone, which is no news of the data.
    pub axioms: Run,
    /// Inferred in earlier rounds, large runs first.
    old: Vec<Run>,
    /// Inferred in the last round.
    last: Run,
}

impl<'g> Store<'g> {
    pub fn new(stated: Stated<'g>) -> Self {
        Self {
            first: stated.terms(),
            stated,
            with_data: false,
            terms: Vec::new(),
            numbers: HashMap::new(),
            axioms: Run::default(),
            old: Vec::new(),
            last: Run::default(),
        }
    }

    /// The number of a term, given where it has none.
    pub fn number(&mut self, term: &Term) -> Node {
        if let Some(known) = self.node(term.as_ref()) {
            return known;
        }
        // Fewer than a few thousand: an index leaves them room.
        let number = Node(self.first.saturating_add(self.terms.len() as u32));
        self.terms.push(term.clone());
        self.numbers.insert(term.clone(), number);
        number
    }

    /// The number of a term, where it has one.
    pub fn node(&self, term: TermRef<'_>) -> Option<Node> {
        let stated = self.stated.node(term);
        stated.or_else(|| self.numbers.get(&term.into_owned()).copied())
    }

    pub fn term(&self, node: Node) -> Term {
        match node.0.checked_sub(self.first) {
            Some(own) => self.terms[own as usize].clone(),
            None => self.stated.term(node),
        }
    }

    pub fn kind(&self, node: Node) -> Kind {
        let Some(own) = node.0.checked_sub(self.first) else {
            return self.stated.kind(node);
        };
        match self.terms[own as usize] {
            Term::NamedNode(_) => Kind::Iri,
            Term::BlankNode(_) => Kind::Blank,
            Term::Literal(_) => Kind::Literal,
            Term::Triple(_) => Kind::Triple,
        }
    }

    /// Adds a round.
    pub fn push(&mut self, triples: Vec<Numbers>) {
        let last = std::mem::replace(&mut self.last, Run::new(triples));
        if last.len() > 0 {
            self.old.push(last);
        }
        // Runs that are not much larger than the next are merged, so that there are few.
        while let [.., before, after] = self.old.as_slice()
            && before.len() < 2 * after.len()
        {
            let mut merged = Vec::with_capacity(before.len() + after.len());
            merged.extend_from_slice(before.triples());
            merged.extend_from_slice(after.triples());
            self.old.truncate(self.old.len() - 2);
            self.old.push(Run::new(merged));
        }
    }

    /// Takes all inferred triples out.
    pub fn take_inferred(&mut self) -> Vec<Numbers> {
        let runs = std::mem::take(&mut self.old);
        let last = std::mem::take(&mut self.last);
        runs.into_iter()
            .chain([last])
            .flat_map(|run| run.spo)
            .collect()
    }

    /// All inferred triples.
    pub fn inferred(&self) -> impl Iterator<Item = Numbers> + '_ {
        let runs = self.old.iter().chain([&self.last]);
        runs.flat_map(|run| run.spo.iter().copied())
    }

    pub fn is_stated(&self, triple: Numbers) -> bool {
        self.with_data && self.stated.contains(triple)
    }

    pub fn contains(&self, triple: Numbers) -> bool {
        let runs = || self.old.iter().chain([&self.last, &self.axioms]);
        runs().any(|run| run.contains(&triple)) || self.is_stated(triple)
    }

    /// At most how many triples match.
    pub fn bound(&self, wanted: Wanted, part: Part) -> usize {
        let stated = match part {
            Part::Old | Part::All if self.with_data => self.stated.bound(wanted),
            _ => 0,
        };
        let runs = self.runs(part).map(|run| run.matches(wanted).0.len());
        stated + runs.sum::<usize>()
    }

    fn runs(&self, part: Part) -> impl Iterator<Item = &Run> {
        let old = (part != Part::Last).then(|| self.old.iter().chain([&self.axioms]));
        let last = (part != Part::Old).then_some(&self.last);
        old.into_iter().flatten().chain(last)
    }

    /// The triples that match, each once.
    pub fn matches(&self, wanted: Wanted, part: Part) -> impl Iterator<Item = Numbers> + '_ {
        let counts = self.with_data && part != Part::Last;
        let stated = counts.then(|| self.stated.matches(wanted));
        let inferred = self.runs(part).flat_map(move |run| {
            let (triples, rotated) = run.matches(wanted);
            triples.iter().map(move |&[a, b, c]| match rotated {
                0 => [a, b, c],
                1 => [b, c, a],
                _ => [c, a, b],
            })
        });
        stated.into_iter().flatten().chain(inferred)
    }
}
