//! Ask, compare, explain and draw a knowledge graph.
