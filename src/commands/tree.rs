//! `tree`: a concept's place in the hierarchy.

use std::collections::{HashMap, HashSet};

use crate::answer::{Answer, Branch, Direction, Tree, Value};
use crate::error::Result;
use crate::graph::{Fact, Node};
use crate::hierarchy;
use crate::names;
use crate::session::Session;

/// How many branches of one concept are shown.
const BRANCHES: usize = 100;

/// How many branches are shown on each side in all.
const CONCEPTS: usize = 5000;

/// How many levels are shown on each side.
const LEVELS: usize = 50;

/// Show a concept's place in the hierarchy
///
/// What it is, and what is one of it.
#[derive(Debug, Clone, clap::Args)]
pub struct Args {
    /// The concept
    #[arg(required = true, value_name = "NAME")]
    name: Vec<String>,
    /// Only what is above it
    #[arg(long, conflicts_with = "down")]
    up: bool,
    /// Only what is below it
    #[arg(long)]
    down: bool,
}

/// Follows the hierarchy up and down.
///
/// # Errors
/// A name that does not resolve; an endpoint that fails.
pub fn run(args: &Args, session: &Session) -> Result<Answer> {
    let root = names::resolve(session, &args.name.join(" "))?;
    let up = match args.down {
        true => Side::default(),
        false => Side::read(session, root, Direction::Out)?,
    };
    let down = match args.up {
        true => Side::default(),
        false => Side::read(session, root, Direction::In)?,
    };
    Ok(Answer::Tree(Tree {
        item: names::value(session, root)?,
        up: up.branches,
        down: down.branches,
        up_left_out: up.left_out,
        down_left_out: down.left_out,
        partial: up.partial || down.partial,
    }))
}

/// One side of a concept.
#[derive(Default)]
struct Side {
    branches: Vec<Branch>,
    /// How many branches of the concept itself a cap left out.
    left_out: usize,
    /// Whether a cap left any branches out.
    partial: bool,
}

impl Side {
    fn read(session: &Session, root: Node, direction: Direction) -> Result<Self> {
        let read = Hierarchy::read(session, root, direction)?;
        Ok(Self {
            left_out: read.left_out.get(&root).copied().unwrap_or(0),
            partial: !read.left_out.is_empty(),
            branches: read.branches(session, root)?,
        })
    }
}

/// The part of the hierarchy on one side of a concept.
struct Hierarchy {
    direction: Direction,
    steps: HashMap<Node, Vec<Fact>>,
    left_out: HashMap<Node, usize>,
}

impl Hierarchy {
    /// Reads it level by level, one look-up a level.
    fn read(session: &Session, root: Node, direction: Direction) -> Result<Self> {
        let mut read = Self {
            direction,
            steps: HashMap::new(),
            left_out: HashMap::new(),
        };
        let mut level = vec![root];
        let mut known = HashSet::from([root]);
        let mut room = CONCEPTS;
        // What comes after the last level is counted.
        for depth in 0..=LEVELS {
            let found = hierarchy::steps(session, &level, direction, depth == 0, BRANCHES)?;
            if depth == LEVELS {
                room = 0;
            }
            let mut next = Vec::new();
            for (&node, steps) in level.iter().zip(found) {
                let (mut steps, more) = (steps.facts, steps.more);
                let mut left_out = steps.len().saturating_sub(room);
                steps.truncate(room);
                room -= steps.len();
                if more {
                    let all = hierarchy::count(session, node, direction, depth == 0)?;
                    let beyond = all.saturating_sub(BRANCHES as u64);
                    left_out += usize::try_from(beyond).unwrap_or(usize::MAX);
                }
                if left_out > 0 {
                    read.left_out.insert(node, left_out);
                }
                for step in &steps {
                    // Below an instance there are no instances of its class.
                    let leaf = direction == Direction::In
                        && session
                            .role_nodes()
                            .first_step_only
                            .contains(&step.property);
                    if !leaf && known.insert(step.value) {
                        next.push(step.value);
                    }
                }
                read.steps.insert(node, steps);
            }
            level = next;
            if level.is_empty() {
                break;
            }
        }
        Ok(read)
    }

    fn branches(self, session: &Session, root: Node) -> Result<Vec<Branch>> {
        let mut nodes: Vec<Node> = self
            .steps
            .values()
            .flatten()
            .flat_map(|step| [step.property, step.value])
            .collect();
        nodes.sort_unstable();
        nodes.dedup();
        let values = names::values(session, &nodes)?;
        let values: HashMap<Node, Value> = nodes.into_iter().zip(values).collect();
        let mut grown = HashSet::from([root]);
        Ok(self.grow(session, root, &values, &mut grown))
    }

    fn grow(
        &self,
        session: &Session,
        node: Node,
        values: &HashMap<Node, Value>,
        grown: &mut HashSet<Node>,
    ) -> Vec<Branch> {
        let mut steps: Vec<(&Fact, &Value, &Value)> = self
            .steps
            .get(&node)
            .into_iter()
            .flatten()
            .filter_map(|step| Some((step, values.get(&step.property)?, values.get(&step.value)?)))
            .collect();
        let rank = |property: Node| {
            session
                .role_nodes()
                .hierarchy
                .iter()
                .position(|p| *p == property)
        };
        steps.sort_by_cached_key(|(step, _, item)| (rank(step.property), item.text()));
        steps
            .into_iter()
            .map(|(step, property, item)| {
                let leaf = self.direction == Direction::In
                    && session
                        .role_nodes()
                        .first_step_only
                        .contains(&step.property);
                let repeated = !leaf && !grown.insert(step.value);
                let branches = if leaf || repeated {
                    Vec::new()
                } else {
                    self.grow(session, step.value, values, grown)
                };
                Branch {
                    item: item.clone(),
                    property: property.clone(),
                    // Nothing is hidden behind a concept that has nothing on it.
                    repeated: repeated
                        && self.steps.get(&step.value).is_some_and(|s| !s.is_empty()),
                    left_out: self.left_out.get(&step.value).copied().unwrap_or(0),
                    branches,
                }
            })
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tree(session: &Session, name: &str) -> Tree {
        let args = Args {
            name: vec![name.to_owned()],
            up: false,
            down: false,
        };
        match run(&args, session) {
            Ok(Answer::Tree(tree)) => tree,
            other => panic!("{other:?}"),
        }
    }

    fn outline(branches: &[Branch]) -> String {
        let branches = branches.iter().map(|branch| {
            let below = match branch.branches.as_slice() {
                [] => String::new(),
                below => format!("({})", outline(below)),
            };
            let mark = if branch.repeated { "*" } else { "" };
            format!("{}{mark}{below}", branch.item.text())
        });
        branches.collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn kinds_are_followed_up_but_an_instance_of_a_class_is_no_instance_of_its_metaclass() {
        let session = Session::sample(":a k:isA :b . :b k:isA :c . :b a :Part . :a a :Service .");
        assert_eq!(outline(&tree(&session, ":a").up), ":b(:c) :Service");
    }

    #[test]
    fn instances_hang_below_their_class_and_its_kinds() {
        let session = Session::sample(":Sub rdfs:subClassOf :Top . :i a :Sub . :j k:isA :i .");
        assert_eq!(outline(&tree(&session, ":Top").down), ":Sub(:i)");
    }

    #[test]
    fn a_cycle_ends_where_it_closes() {
        let session = Session::sample(":a k:isA :b . :b k:isA :c . :c k:isA :a .");
        assert_eq!(outline(&tree(&session, ":a").up), ":b(:c(:a*))");
    }

    #[test]
    fn what_is_reached_twice_is_followed_once() {
        let session =
            Session::sample(":a k:isA :b , :c . :b k:isA :d . :c k:isA :d . :d k:isA :e .");
        assert_eq!(outline(&tree(&session, ":a").up), ":b(:d(:e)) :c(:d*)");
    }

    #[test]
    fn what_a_cap_leaves_out_is_counted() {
        let many: String = (0..130)
            .map(|i| format!(":s{i:03} k:isA :top . "))
            .collect();
        let tree = tree(&Session::sample(&format!("{many} :top k:isA :x .")), ":x");
        assert_eq!(tree.down[0].left_out, 30);
        assert_eq!(tree.down_left_out, 0);
    }

    #[test]
    fn what_a_cap_leaves_out_of_the_concept_itself_is_counted() {
        let many: String = (0..130)
            .map(|i| format!(":s{i:03} k:isA :top . :top k:isA :t{i:03} . "))
            .collect();
        let tree = tree(&Session::sample(&many), ":top");
        assert_eq!((tree.down.len(), tree.down_left_out), (100, 30));
        assert_eq!((tree.up.len(), tree.up_left_out), (100, 30));
    }

    #[test]
    fn steps_that_a_cap_leaves_out_are_those_that_would_be_followed() {
        let many: String = (0..130).map(|i| format!(":b k:isA :t{i:03} . ")).collect();
        let turtle = format!("{many} :a k:isA :b . :b a :Part , :Service .");
        let tree = tree(&Session::sample(&turtle), ":a");
        assert_eq!(tree.up[0].left_out, 30);
    }

    #[test]
    fn of_a_wide_hierarchy_what_is_not_shown_is_counted_where_it_hangs() {
        let mut turtle = String::new();
        for i in 0..60 {
            turtle += &format!(":m{i:02} k:isA :top . ");
            for j in 0..100 {
                turtle += &format!(
                    ":s{i:02}{j:02} k:isA :m{i:02} . :l{i:02}{j:02} k:isA :s{i:02}{j:02} . "
                );
            }
        }
        let tree = tree(&Session::sample(&turtle), ":top");
        fn counts(branches: &[Branch]) -> (usize, usize) {
            branches.iter().fold((0, 0), |(shown, left_out), branch| {
                let below = counts(&branch.branches);
                (shown + 1 + below.0, left_out + branch.left_out + below.1)
            })
        }
        // Of 6,000 concepts of the third level 4,940 find room, each of which hides one of the fourth.
        assert_eq!(counts(&tree.down), (5000, 1060 + 4940));
        assert!(tree.partial);
    }

    #[test]
    fn what_is_deeper_than_a_tree_goes_is_counted() {
        let chain: String = (0..60)
            .map(|i| format!(":c{i} k:isA :c{} . ", i + 1))
            .collect();
        let whole = tree(&Session::sample(&chain), ":c10");
        assert!(!whole.partial);
        let tree = tree(&Session::sample(&chain), ":c0");
        let last = std::iter::successors(tree.up.first(), |branch| branch.branches.first()).last();
        let last = last.map(|branch| (branch.item.text(), branch.left_out));
        assert_eq!((last, tree.partial), (Some((":c50".to_owned(), 1)), true));
    }

    #[test]
    fn the_notes_call_three_registries() {
        let tree = tree(&Session::notes("en"), "container registry");
        assert_eq!(outline(&tree.down), "Docker Hub ECR Harbor");
    }
}
