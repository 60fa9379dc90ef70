//! `path`: how concepts are connected.

use std::collections::HashSet;

use petgraph::unionfind::UnionFind;

use crate::answer::{Answer, Path, Paths, Status, Step};
use crate::cli::Options;
use crate::error::Result;
use crate::facts::{self, Scope};
use crate::graph::{Link, Node};
use crate::names;
use crate::provenance;
use crate::session::Session;
use crate::walk::{self, Found, Walk, Ways};

/// Find how concepts are connected: `path X to Y`
///
/// Of more than two concepts it finds what joins them all.
#[derive(Debug, Clone, clap::Args)]
pub struct Args {
    /// The concepts: X to Y, or one a word
    #[arg(required = true, value_name = "NAME")]
    names: Vec<String>,
    /// At most this many steps
    #[arg(long, value_name = "N", default_value_t = 6)]
    max_hops: usize,
    /// Not through concepts with more facts than this
    #[arg(long, value_name = "N", default_value_t = 1000)]
    max_degree: u64,
    /// Only through this concept (repeatable)
    #[arg(long, value_name = "NAME")]
    via: Vec<String>,
    /// Not through this concept or property (repeatable)
    #[arg(long, value_name = "NAME")]
    avoid: Vec<String>,
    /// At most this many paths
    #[arg(long, value_name = "K", default_value_t = 3, value_parser = clap::value_parser!(u16).range(1..))]
    top: u16,
}

/// Finds the most telling connections.
///
/// # Errors
/// A name that does not resolve; fewer than two concepts; an endpoint that fails; a command that was stopped.
pub fn run(args: &Args, session: &Session, options: &Options) -> Result<Answer> {
    let usage = "write it as `path X to Y`";
    let nodes = super::two_or_more(session, &args.names, "to", usage)?;
    let scope = Scope::of(session, options)?;
    let via = names::resolve_all(session, &args.via)?;
    let ways = Ways::new(session, args.max_hops, args.max_degree)
        .reaching(&nodes)
        .reaching(&via)
        .avoiding(&names::resolve_all(session, &args.avoid)?)
        .avoiding(&scope.hidden)
        .only(&scope.only);
    let legs = session.token().run(|| match nodes.as_slice() {
        [from, to] => {
            let mut stops = vec![*from];
            stops.extend(&via);
            stops.push(*to);
            stops.dedup();
            through(&ways, &stops, args.top.into())
        }
        several => joining(&ways, several),
    })??;
    Ok(Answer::Paths(Paths {
        items: names::values(session, &nodes)?,
        paths: paths(session, &legs)?,
        partial: legs.partial,
    }))
}

/// Paths with the node that each starts from.
pub(super) struct Legs {
    walks: Vec<(Node, Walk)>,
    partial: bool,
}

impl Legs {
    /// Paths that start from one node.
    pub(super) fn from(start: Node, found: Found) -> Self {
        Self {
            walks: found.walks.into_iter().map(|walk| (start, walk)).collect(),
            partial: found.partial,
        }
    }

    /// All nodes on the paths.
    pub(super) fn nodes(&self) -> impl Iterator<Item = Node> {
        let on = |(start, walk): &(Node, Walk)| {
            let steps: Vec<Node> = walk.steps.iter().map(|step| step.to).collect();
            std::iter::once(*start).chain(steps)
        };
        self.walks.iter().flat_map(on)
    }

    /// Leaves out paths of two steps through any of these nodes.
    pub(super) fn retain_not_through(&mut self, nodes: &HashSet<Node>) {
        self.walks.retain(|(_, walk)| match walk.steps.as_slice() {
            [first, _] => !nodes.contains(&first.to),
            _ => true,
        });
    }

    /// The two ends of each path.
    pub(super) fn ends(&self) -> impl Iterator<Item = (Node, Node)> {
        let end = |(start, walk): &(Node, Walk)| walk.steps.last().map_or(*start, |step| step.to);
        self.walks.iter().map(move |walk| (walk.0, end(walk)))
    }
}

/// The cheapest paths that visit all stops in order and no node twice.
fn through(ways: &Ways<'_>, stops: &[Node], top: usize) -> Result<Legs> {
    let mut whole = Found::default();
    for (i, pair) in stops.windows(2).enumerate() {
        let [from, to] = pair else { continue };
        // The other stops have their own turn.
        let others: Vec<Node> = stops
            .iter()
            .copied()
            .filter(|s| s != from && s != to)
            .collect();
        let leg = ways.clone().avoiding(&others).between(*from, *to, top)?;
        whole.partial |= leg.partial;
        if i == 0 {
            whole.walks = leg.walks;
            continue;
        }
        let pairs = whole
            .walks
            .iter()
            .flat_map(|a| leg.walks.iter().map(move |b| (a, b)));
        let mut longer: Vec<Walk> = pairs
            .map(|(a, b)| Walk {
                cost: a.cost + b.cost,
                steps: [a.steps.as_slice(), &b.steps].concat(),
                folded: 0,
            })
            .filter(|walk| is_simple(stops[0], &walk.steps))
            .collect();
        longer.sort_by(Walk::order);
        longer.truncate(top);
        whole.walks = longer;
    }
    Ok(Legs::from(stops[0], whole))
}

fn is_simple(start: Node, steps: &[Link]) -> bool {
    let mut seen = HashSet::from([start]);
    steps.iter().all(|step| seen.insert(step.to))
}

/// The paths of a cheapest connecting subgraph: a minimum spanning tree of the cheapest paths between each two nodes,
/// at most twice as costly as the best (Kou, Markowsky and Berman 1981, <https://doi.org/10.1007/BF00288961>).
pub(super) fn joining(ways: &Ways<'_>, nodes: &[Node]) -> Result<Legs> {
    let mut candidates = Vec::new();
    let mut partial = false;
    for (i, &from) in nodes.iter().enumerate() {
        for (j, &to) in nodes.iter().enumerate().skip(i + 1) {
            let found = ways.between(from, to, 1)?;
            partial |= found.partial;
            candidates.extend(found.walks.into_iter().map(|walk| (i, j, walk)));
        }
    }
    candidates.sort_by(|a, b| walk::rounded(a.2.cost).total_cmp(&walk::rounded(b.2.cost)));
    let mut joined = UnionFind::new(nodes.len());
    candidates.retain(|(i, j, _)| joined.union(*i, *j));
    Ok(Legs {
        walks: candidates
            .into_iter()
            .map(|(i, _, walk)| (nodes[i], walk))
            .collect(),
        partial,
    })
}

/// Paths for a reader, with labels and sources.
pub(super) fn paths(session: &Session, legs: &Legs) -> Result<Vec<Path>> {
    let mut statements = Vec::new();
    for (start, walk) in &legs.walks {
        let mut at = *start;
        for step in &walk.steps {
            statements.push(match step.forward {
                true => (at, step.property, step.to),
                false => (step.to, step.property, at),
            });
            at = step.to;
        }
    }
    let annotations = provenance::annotations(session, &statements)?;
    let nodes: Vec<Node> = statements
        .iter()
        .flat_map(|(s, p, o)| [*s, *p, *o])
        .collect();
    let values = names::values(session, &nodes)?;
    let statuses = statements
        .iter()
        .map(|&statement| facts::status(session, statement));
    let mut parts = values.chunks(3).zip(annotations).zip(statuses);
    let mut paths: Vec<Path> = legs
        .walks
        .iter()
        .map(|(_, walk)| {
            let parts = parts.by_ref().take(walk.steps.len());
            let steps = walk.steps.iter().zip(parts);
            Path {
                cost: walk.cost,
                steps: steps
                    .filter_map(|(step, ((triple, annotation), status))| match triple {
                        [subject, property, object] => Some(Step {
                            subject: subject.clone(),
                            property: property.clone(),
                            object: object.clone(),
                            forward: step.forward,
                            status,
                            sources: annotation.sources,
                        }),
                        _ => None,
                    })
                    .collect(),
                folded: walk.folded,
            }
        })
        .collect();
    // What is inferred often says the same once more.
    paths.sort_by(|a, b| {
        let cost = walk::rounded(a.cost).total_cmp(&walk::rounded(b.cost));
        cost.then_with(|| inferred(a).cmp(&inferred(b)))
    });
    Ok(paths)
}

fn inferred(path: &Path) -> usize {
    let inferred = |step: &&Step| step.status == Status::Inferred;
    path.steps.iter().filter(inferred).count()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::answer::Value;

    fn paths(session: &Session, words: &str, change: impl Fn(&mut Args)) -> Paths {
        let mut args = Args {
            names: words.split(' ').map(str::to_owned).collect(),
            max_hops: 6,
            max_degree: 1000,
            via: Vec::new(),
            avoid: Vec::new(),
            top: 3,
        };
        change(&mut args);
        match run(&args, session, &Options::default()) {
            Ok(Answer::Paths(paths)) => paths,
            other => panic!("{other:?}"),
        }
    }

    fn told(paths: &Paths) -> Vec<String> {
        let step = |step: &Step| {
            let parts = [&step.subject, &step.property, &step.object].map(Value::text);
            let lines = step.sources.iter().filter_map(|s| s.line);
            format!("{} {:?}", parts.join(" "), lines.collect::<Vec<_>>())
        };
        paths
            .paths
            .iter()
            .map(|path| path.steps.iter().map(step).collect::<Vec<_>>().join("; "))
            .collect()
    }

    #[test]
    fn the_notes_connect_eks_and_the_kubelet_through_the_control_plane() {
        let told = told(&paths(&Session::notes("en"), "EKS to kubelet", |_| {}));
        let way = "EKS provides control plane [5]; control plane communicates through kubelet [18]";
        assert!(told.contains(&way.to_owned()), "{told:#?}");
    }

    #[test]
    fn a_path_goes_through_what_is_asked_for_and_avoids_what_is_not_wanted() {
        let session = Session::sample(":a :p :b . :b :p :d . :a :p :c . :c :p :d . :c :q :d .");
        let via = paths(&session, ":a :d", |args| args.via = vec![":c".to_owned()]);
        assert!(told(&via).iter().all(|path| path.contains(":c")) && via.paths.len() == 2);
        let end = paths(&session, ":a :d", |args| args.via = vec![":a".to_owned()]);
        assert_eq!(told(&end), told(&paths(&session, ":a :d", |_| {})));
        assert_eq!(end.paths.len(), 2);
        let avoid = paths(&session, ":a :d", |args| {
            args.avoid = vec![":b".to_owned(), ":q".to_owned()];
        });
        assert_eq!(told(&avoid), [":a :p :c []; :c :p :d []"]);
    }

    #[test]
    fn a_class_of_anything_is_reached_where_it_is_asked_for_but_joins_no_others() {
        let session = Session::sample(":a :p owl:Thing . :b :p owl:Thing .");
        let way = [":a :p owl:Thing []"];
        assert_eq!(told(&paths(&session, ":a owl:Thing", |_| {})), way);
        assert_eq!(told(&paths(&session, ":a :b", |_| {})), [""; 0]);
        let via = paths(&session, ":a :b", |args| {
            args.via = vec!["owl:Thing".to_owned()]
        });
        assert_eq!(told(&via), [":a :p owl:Thing []; :b :p owl:Thing []"]);
    }

    #[test]
    fn of_paths_that_cost_the_same_the_stated_one_is_told_first() {
        let mut session = Session::notes("en");
        session.infer(true).unwrap();
        let told = told(&paths(&session, "Harbor to DockerHub", |_| {}));
        assert_eq!(told[0], "Harbor replaces Docker Hub [135]");
    }

    #[test]
    fn more_than_two_concepts_are_joined_by_as_few_paths_as_need_be() {
        let session = Session::sample(":a :p :x . :b :p :x . :c :q :b . :a :r :c .");
        let joined = paths(&session, ":a to :b to :c", |_| {});
        assert_eq!(told(&joined), [":a :r :c []", ":c :q :b []"]);
    }
}
