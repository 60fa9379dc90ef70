#![doc = include_str!("../README.md")]

// In reading order: what may be said, what is done about it, on what, and what comes out.
pub mod cli;
pub mod commands;
pub mod completion;
pub mod line;
pub mod repl;
pub mod session;

pub mod algebra;
pub mod facts;
pub mod hierarchy;
pub mod language;
pub mod lexer;
pub mod names;
pub mod prefixes;
pub mod provenance;
pub mod query_file;
pub mod rank;
pub mod roles;
pub mod rules;
pub mod sparql;
pub mod style;
pub mod walk;

pub mod cancel;
mod draft;
pub mod folder;
pub mod graph;
pub mod index;
mod input;
pub mod plan;
pub mod progress;

pub mod answer;
pub mod diagnostic;
mod drawn;
pub mod error;
pub mod layout;
pub mod printable;
pub mod render;

pub mod embedded;
pub mod korean;
pub mod meta;
pub mod search;
mod varint;
