//! Values that several nodes have, by walking the shorter lists and looking into the longer ones.

use crate::answer::Direction;
use crate::cancel;
use crate::index::{Id as Node, Index};

/// From how many times as many values on one list are looked up there one by one, rather than read along.
const PROBED: u64 = 16;

/// Values that more than one node has.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Several {
    /// The values, ascending.
    pub values: Vec<Node>,
    /// How many there are besides; one that several pairs of nodes have counts for each pair.
    pub more: u64,
}

/// The values that a property gives more than one of these nodes, at most `limit` for each two.
///
/// Takes time in proportion to the shorter list of each two, or to both where they are about as long.
pub fn several(
    index: &Index,
    nodes: &[Node],
    property: Node,
    direction: Direction,
    limit: usize,
) -> Several {
    let list = |node: Node| -> Box<dyn Iterator<Item = Node> + '_> {
        match direction {
            Direction::Out => Box::new(index.outgoing_with(node, property)),
            Direction::In => Box::new(index.incoming_with(node, property)),
        }
    };
    let has = |node: Node, value: Node| match direction {
        Direction::Out => index.contains(node, property, value),
        Direction::In => index.contains(value, property, node),
    };
    let length = |node: Node| match direction {
        Direction::Out => index.count(Some(node), Some(property), None),
        Direction::In => index.count(None, Some(property), Some(node)),
    };
    let mut lists: Vec<(u64, Node)> = nodes.iter().map(|&node| (length(node), node)).collect();
    lists.sort_unstable();
    let mut found = Several::default();
    for (i, &(short, a)) in lists.iter().enumerate() {
        for &(long, b) in &lists[i + 1..] {
            cancel::poll();
            let mut take = |values: &mut dyn Iterator<Item = Node>| {
                found.values.extend((&mut *values).take(limit));
                found.more += values.count() as u64;
            };
            if long / PROBED > short {
                take(&mut list(a).filter(|&value| has(b, value)));
            } else {
                take(&mut both(list(a), list(b)));
            }
        }
    }
    found.values.sort_unstable();
    found.values.dedup();
    found
}

/// What two ascending lists both hold.
fn both<'a>(
    a: impl Iterator<Item = Node> + 'a,
    b: impl Iterator<Item = Node> + 'a,
) -> impl Iterator<Item = Node> + 'a {
    let mut b = b.peekable();
    a.filter(move |value| {
        while b.next_if(|other| other < value).is_some() {}
        b.peek() == Some(value)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::graph::Graph;
    use crate::session::Session;

    /// The letters that follow `:p` of several of these nodes.
    fn held(turtle: &str, nodes: &[&str], limit: usize) -> (String, u64) {
        let session = Session::sample(turtle);
        let nodes: Vec<Node> = nodes.iter().map(|name| session.named(name)).collect();
        let Graph::Index(index) = &session.graph else {
            panic!("a sample is at hand");
        };
        let found = several(index, &nodes, session.named(":p"), Direction::Out, limit);
        let values = found
            .values
            .iter()
            .map(|&v| session.graph.term(v).to_string());
        let letters: Vec<String> = values
            .map(|v| v.trim_matches(['<', '>']).replace("x:", ""))
            .collect();
        (letters.concat(), found.more)
    }

    #[test]
    fn what_two_of_three_have_is_found() {
        let turtle = ":a :p :k , :l , :m . :b :p :l , :n . :c :p :m , :o ; :q :k .";
        assert_eq!(held(turtle, &[":a", ":b", ":c"], 9), ("lm".to_owned(), 0));
    }

    #[test]
    fn a_long_list_is_looked_into() {
        let many: String = (0..99).map(|i| format!(":a :p :m{i} .")).collect();
        let turtle = format!("{many} :a :p :k . :b :p :k , :l .");
        assert_eq!(held(&turtle, &[":a", ":b"], 9), ("k".to_owned(), 0));
    }

    #[test]
    fn no_more_are_given_than_asked_for_but_all_are_counted() {
        let turtle = ":a :p :k , :l , :m . :b :p :k , :l , :m .";
        assert_eq!(held(turtle, &[":a", ":b"], 2), ("kl".to_owned(), 1));
        assert_eq!(held(turtle, &[":a", ":b"], 3), ("klm".to_owned(), 0));
    }
}
