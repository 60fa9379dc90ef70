//! The page of a map, written by the program and driven in a real browser by `page.test.mjs`.
//!
//! Ignored, and shown as such, where Chromium, Node or `npm ci` in this folder is missing.

use std::path::Path;
use std::process::Command;

use libtest_mimic::{Arguments, Failed, Trial};

fn main() {
    let arguments = Arguments::from_args();
    let page = Trial::test("the page of a map holds in a browser", drive);
    libtest_mimic::run(&arguments, vec![page.with_ignored_flag(!can_drive())]).exit();
}

fn folder() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/browser"))
}

fn can_drive() -> bool {
    let chromium = std::env::var("CHROMIUM").unwrap_or_else(|_| "/usr/bin/chromium".to_owned());
    let node = Command::new("node").arg("--version").output();
    Path::new(&chromium).exists() && node.is_ok() && folder().join("node_modules").exists()
}

fn drive() -> Result<(), Failed> {
    let page = Path::new(env!("CARGO_TARGET_TMPDIR")).join("page.html");
    let written = Command::new(env!("CARGO_BIN_EXE_kgq"))
        .arg("-d")
        .arg(folder().join("notes.ttl"))
        .args(["compare", "쿠버네티스", "vs", "노매드", "-l", "ko", "-o"])
        .arg(&page)
        .output()?;
    if !written.status.success() {
        return Err(String::from_utf8_lossy(&written.stderr).into_owned().into());
    }
    let driven = Command::new("node")
        .arg(folder().join("page.test.mjs"))
        .arg(&page)
        .output()?;
    if driven.status.success() {
        return Ok(());
    }
    Err(String::from_utf8_lossy(&driven.stdout).into_owned().into())
}
