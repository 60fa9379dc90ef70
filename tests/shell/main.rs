//! The shell on a terminal: the real binary behind a pseudo-terminal, its screen read as a person would.

#![cfg(unix)]

mod completions;
mod formats;
mod progress;
mod prompt;
mod readme;
mod stopping;
mod terminal;
