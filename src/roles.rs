//! What the ontology says a predicate is for.
//!
//! The program works on any graph, so which predicate is a label, a hierarchy or noise is data: `ontology/roles.ttl`, and
//! a user's own file of the same form.

use std::collections::{HashMap, HashSet};

use oxrdf::vocab::{rdf, rdfs};
use oxrdf::{Literal, NamedNode, NamedNodeRef, NamedOrBlankNode, Term, Triple};

use crate::embedded;
use crate::graph::{Graph, Node};
use crate::meta;

/// Predicates by role, each list in order of rank: as IRIs, or as the nodes of one graph.
#[derive(Debug, Clone)]
pub struct Roles<P = NamedNode> {
    /// Name a concept for a reader.
    pub label: Vec<P>,
    /// Give other names to find it by.
    pub alias: Vec<P>,
    /// Give names that are never shown, such as slips: aliases of rank 2 and more.
    pub hidden: Vec<P>,
    /// Describe it.
    pub description: Vec<P>,
    /// Lead from the particular to the general.
    pub hierarchy: Vec<P>,
    /// Lead from an annotation to its source.
    pub source: Vec<P>,
    /// Say whether and how it is asked in the exam.
    pub scope: Vec<P>,
    /// Lead from a claim to what it claims.
    pub claim: Vec<P>,
    /// Tell too little to lead a comparison or a map.
    pub noise: Vec<P>,
    /// Classes that tell nothing of a thing's kind.
    pub bookkeeping: Vec<P>,
    /// Classes of things that are where facts come from.
    pub source_class: Vec<P>,
    /// Classes of properties that have at most one value.
    pub functional_class: Vec<P>,
    /// Classes of properties that hold both ways.
    pub symmetric_class: Vec<P>,
    /// Say of two things that nothing is both.
    pub disjointness: Vec<P>,
    /// Hierarchy properties that are climbed from the concept itself only: a kind of a kind is no instance.
    pub first_step_only: Vec<P>,
    /// Pass their values down the hierarchy.
    pub inheritable: Vec<P>,
    /// A property and the one that denies it.
    pub denied_by: Vec<(P, P)>,
    /// What predicates are called where the data do not say, besides [`built_in_names`]; not kept as nodes.
    pub names: Vec<(NamedNode, Literal)>,
}

impl<P> Default for Roles<P> {
    fn default() -> Self {
        Self {
            label: Vec::new(),
            alias: Vec::new(),
            hidden: Vec::new(),
            description: Vec::new(),
            hierarchy: Vec::new(),
            source: Vec::new(),
            scope: Vec::new(),
            claim: Vec::new(),
            noise: Vec::new(),
            bookkeeping: Vec::new(),
            source_class: Vec::new(),
            functional_class: Vec::new(),
            symmetric_class: Vec::new(),
            disjointness: Vec::new(),
            first_step_only: Vec::new(),
            inheritable: Vec::new(),
            denied_by: Vec::new(),
            names: Vec::new(),
        }
    }
}

impl Roles {
    /// The same roles as nodes of a graph; predicates that do not occur there are left out.
    pub fn nodes(&self, graph: &Graph) -> Roles<Node> {
        let nodes = |predicates: &[NamedNode]| -> Vec<Node> {
            predicates.iter().filter_map(|p| graph.node(p)).collect()
        };
        Roles {
            label: nodes(&self.label),
            alias: nodes(&self.alias),
            hidden: nodes(&self.hidden),
            description: nodes(&self.description),
            hierarchy: nodes(&self.hierarchy),
            source: nodes(&self.source),
            scope: nodes(&self.scope),
            claim: nodes(&self.claim),
            noise: nodes(&self.noise),
            bookkeeping: nodes(&self.bookkeeping),
            source_class: nodes(&self.source_class),
            functional_class: nodes(&self.functional_class),
            symmetric_class: nodes(&self.symmetric_class),
            disjointness: nodes(&self.disjointness),
            first_step_only: nodes(&self.first_step_only),
            inheritable: nodes(&self.inheritable),
            denied_by: self
                .denied_by
                .iter()
                .filter_map(|(p, denial)| Some((graph.node(p)?, graph.node(denial)?)))
                .collect(),
            names: Vec::new(),
        }
    }

    /// The roles that are built in, without [`built_in_names`].
    pub fn built_in() -> Self {
        const SAY_ROLES: [NamedNodeRef<'_>; 5] = [
            rdf::TYPE,
            meta::RANK,
            meta::INHERITABLE,
            meta::FIRST_STEP_ONLY,
            meta::DENIED_BY,
        ];
        let index = embedded::roles().expect("a session opened it for its prefixes");
        let triples: Vec<Triple> = SAY_ROLES
            .iter()
            .flat_map(|&predicate| index.triples_with(predicate))
            .collect();
        Self::read(&triples)
    }

    /// Reads roles from the triples of a roles file; what plays no role is passed over.
    pub fn read(triples: &[Triple]) -> Self {
        let mut ranks: HashMap<&NamedNode, i64> = HashMap::new();
        let mut rows: Vec<(&NamedNode, &Triple)> = Vec::new();
        for triple in triples {
            let NamedOrBlankNode::NamedNode(subject) = &triple.subject else {
                continue;
            };
            if triple.predicate == meta::RANK {
                if let Term::Literal(rank) = &triple.object
                    && let Ok(rank) = rank.value().parse()
                {
                    ranks.insert(subject, rank);
                }
            } else {
                rows.push((subject, triple));
            }
        }
        // A stable sort: predicates without a rank keep the file's order, after those that have one.
        rows.sort_by_cached_key(|(subject, _)| ranks.get(subject).copied().unwrap_or(i64::MAX));
        let mut roles = Self::default();
        for (subject, triple) in rows {
            let hidden = ranks.get(subject).is_some_and(|&rank| rank > 1);
            roles.add(subject, triple, hidden);
        }
        roles
    }

    fn add(&mut self, subject: &NamedNode, triple: &Triple, hidden: bool) {
        if triple.predicate == rdf::TYPE {
            let Term::NamedNode(class) = &triple.object else {
                return;
            };
            let role = match class.as_ref() {
                meta::LABEL_PROPERTY => &mut self.label,
                meta::ALIAS_PROPERTY if hidden => &mut self.hidden,
                meta::ALIAS_PROPERTY => &mut self.alias,
                meta::DESCRIPTION_PROPERTY => &mut self.description,
                meta::HIERARCHY_PROPERTY => &mut self.hierarchy,
                meta::SOURCE_PROPERTY => &mut self.source,
                meta::SCOPE_PROPERTY => &mut self.scope,
                meta::CLAIM_PROPERTY => &mut self.claim,
                meta::NOISE_PROPERTY => &mut self.noise,
                meta::BOOKKEEPING_CLASS => &mut self.bookkeeping,
                meta::SOURCE_CLASS => &mut self.source_class,
                meta::FUNCTIONAL_CLASS => &mut self.functional_class,
                meta::SYMMETRIC_CLASS => &mut self.symmetric_class,
                meta::DISJOINTNESS_PROPERTY => &mut self.disjointness,
                _ => return,
            };
            if !role.contains(subject) {
                role.push(subject.clone());
            }
        } else if triple.predicate == meta::INHERITABLE {
            if is_true(&triple.object) {
                self.inheritable.push(subject.clone());
            }
        } else if triple.predicate == meta::FIRST_STEP_ONLY {
            if is_true(&triple.object) {
                self.first_step_only.push(subject.clone());
            }
        } else if triple.predicate == rdfs::LABEL
            && let Term::Literal(name) = &triple.object
        {
            self.names.push((subject.clone(), name.clone()));
        } else if triple.predicate == meta::DENIED_BY
            && let Term::NamedNode(denial) = &triple.object
        {
            self.denied_by.push((subject.clone(), denial.clone()));
        }
    }

    /// Adds a user's roles; theirs come first.
    pub fn extend_with(&mut self, own: Self) {
        for (mine, mut theirs) in [
            (&mut self.label, own.label),
            (&mut self.alias, own.alias),
            (&mut self.hidden, own.hidden),
            (&mut self.description, own.description),
            (&mut self.hierarchy, own.hierarchy),
            (&mut self.source, own.source),
            (&mut self.scope, own.scope),
            (&mut self.claim, own.claim),
            (&mut self.noise, own.noise),
            (&mut self.bookkeeping, own.bookkeeping),
            (&mut self.source_class, own.source_class),
            (&mut self.functional_class, own.functional_class),
            (&mut self.symmetric_class, own.symmetric_class),
            (&mut self.disjointness, own.disjointness),
            (&mut self.first_step_only, own.first_step_only),
            (&mut self.inheritable, own.inheritable),
        ] {
            let known: HashSet<&NamedNode> = theirs.iter().collect();
            let rest: Vec<_> = mine.drain(..).filter(|p| !known.contains(p)).collect();
            theirs.extend(rest);
            *mine = theirs;
        }
        self.denied_by.extend(own.denied_by);
        let mut names = own.names;
        names.append(&mut self.names);
        self.names = names;
    }
}

/// What a predicate of a common vocabulary is called where the data do not say.
///
/// They are looked up when asked for: most commands need none of them.
pub fn built_in_names(predicate: &NamedNode) -> Vec<Term> {
    let names = || -> Option<Vec<Term>> {
        let index = embedded::roles().ok()?;
        let (named, by) = (index.id(predicate.into())?, index.id(rdfs::LABEL.into())?);
        let names = index.outgoing_with(named, by);
        Some(names.map(|name| index.term(name)).collect())
    };
    names().unwrap_or_default()
}

fn is_true(term: &Term) -> bool {
    matches!(term, Term::Literal(value) if value.value() == "true")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_a(subject: &str, class: NamedNodeRef<'_>) -> Triple {
        Triple::new(NamedNode::new_unchecked(subject), rdf::TYPE, class)
    }

    #[test]
    fn predicates_of_a_role_come_in_order_of_rank() {
        let rank = |subject: &str, rank: i64| {
            Triple::new(
                NamedNode::new_unchecked(subject),
                meta::RANK,
                oxrdf::Literal::from(rank),
            )
        };
        let roles = Roles::read(&[
            is_a("x:unranked", meta::LABEL_PROPERTY),
            is_a("x:second", meta::LABEL_PROPERTY),
            rank("x:second", 2),
            is_a("x:first", meta::LABEL_PROPERTY),
            rank("x:first", 1),
        ]);
        let order: Vec<_> = roles.label.iter().map(NamedNode::as_str).collect();
        assert_eq!(order, ["x:first", "x:second", "x:unranked"]);
    }

    #[test]
    fn a_users_roles_come_before_the_built_in_ones() {
        let mut roles = Roles::read(&[
            is_a("x:a", meta::LABEL_PROPERTY),
            is_a("x:b", meta::LABEL_PROPERTY),
        ]);
        roles.extend_with(Roles::read(&[is_a("x:b", meta::LABEL_PROPERTY)]));
        let order: Vec<_> = roles.label.iter().map(NamedNode::as_str).collect();
        assert_eq!(order, ["x:b", "x:a"]);
    }
}
