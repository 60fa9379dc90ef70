//! Tests that are data: adding a file adds a test.

mod behind;
mod checks;
mod questions;
mod solutions;
mod summaries;
mod w3c;

use libtest_mimic::{Arguments, Trial};

fn main() {
    let arguments = Arguments::from_args();
    let mut trials: Vec<Trial> = questions::trials();
    trials.extend(checks::trials());
    trials.extend(behind::trials());
    trials.extend(summaries::trials());
    trials.extend(w3c::trials());
    libtest_mimic::run(&arguments, trials).exit();
}
