//! Ask, compare, explain and draw a knowledge graph.

pub mod answer;
pub mod diagnostic;
pub mod error;
