//! Where the concepts and links of a map stand.

pub mod rank;
pub mod text;
