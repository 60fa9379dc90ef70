//! Steps from the particular to the general and back, over whatever predicates the roles call a hierarchy.

use crate::answer::Direction;
use crate::error::Result;
use crate::graph::{Facts, Node};
use crate::session::Session;

/// The steps that lead from each of these nodes one level up (`Out`) or down (`In`), at most `cap` a node.
///
/// `from_itself` tells that these are the concepts in question: only from them does an instance lead to its class.
/// Steps to classes that tell nothing of a thing's kind, to blank nodes and from a node to itself are left out, and of
/// several between the same two nodes all but the one of the first rank.
///
/// # Errors
/// An endpoint that fails.
pub fn steps(
    session: &Session,
    nodes: &[Node],
    direction: Direction,
    from_itself: bool,
    cap: usize,
) -> Result<Vec<Facts>> {
    let graph = &session.graph;
    let roles = &session.role_nodes;
    let properties: Vec<Node> = roles
        .hierarchy
        .iter()
        .copied()
        .filter(|p| from_itself || direction == Direction::In || !roles.first_step_only.contains(p))
        .collect();
    let mut steps = graph.facts(nodes, direction, Some(&properties), cap)?;
    for (&node, steps) in nodes.iter().zip(&mut steps) {
        let mut seen = Vec::new();
        steps.facts.retain(|step| {
            let new = !seen.contains(&step.value);
            seen.push(step.value);
            new && step.value != node
                && !roles.bookkeeping.contains(&step.value)
                && graph.term(step.value).is_named_node()
        });
    }
    Ok(steps)
}
