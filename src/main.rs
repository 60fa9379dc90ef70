//! The process edge: arguments, terminal, exit code.

fn main() {}
