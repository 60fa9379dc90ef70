//! What is known of the terminal and of the user's surroundings.

use std::env;
use std::io::{self, IsTerminal};

use crate::cli::When;

/// The terminal behind standard output: its width and height, or nothing when it is none.
pub fn size() -> Option<(usize, usize)> {
    if !io::stdout().is_terminal() {
        return None;
    }
    let (width, height) = terminal_size::terminal_size()
        .map_or((80, 24), |(w, h)| (usize::from(w.0), usize::from(h.0)));
    // A terminal that does not know its size says zero.
    let known = |size: usize, default| if size == 0 { default } else { size };
    Some((known(width, 80), known(height, 24)))
}

/// How wide the terminal behind standard error is.
pub fn width_of_errors() -> usize {
    match terminal_size::terminal_size_of(io::stderr()) {
        Some((width, _)) if width.0 > 0 => usize::from(width.0),
        _ => 80,
    }
}

/// Whether a person types at one end and reads at the other.
pub fn is_interactive() -> bool {
    io::stdin().is_terminal() && io::stdout().is_terminal()
}

/// Whether standard output goes to a file.
pub fn is_redirected_to_file() -> bool {
    #[cfg(unix)]
    {
        use rustix::fs::{FileType, fstat};
        fstat(io::stdout())
            .is_ok_and(|stat| FileType::from_raw_mode(stat.st_mode) == FileType::RegularFile)
    }
    #[cfg(not(unix))]
    false
}

/// Whether the terminal can do nothing but print lines.
pub fn is_dumb() -> bool {
    env::var_os("TERM").is_some_and(|term| term == "dumb")
}

/// Whether to colour what goes to a terminal or not: `--color`, then [`NO_COLOR`](https://no-color.org), then
/// `FORCE_COLOR`, then whether it is a terminal.
pub fn colored(when: Option<When>, terminal: bool) -> bool {
    let set = |name| env::var_os(name).is_some_and(|value| !value.is_empty());
    match when {
        Some(When::Always) => true,
        Some(When::Never) => false,
        Some(When::Auto) | None => {
            !set("NO_COLOR") && (set("FORCE_COLOR") || terminal && !is_dumb())
        }
    }
}

/// The languages of the user's [locale](https://pubs.opengroup.org/onlinepubs/9799919799/basedefs/V1_chap08.html#tag_08_02),
/// most wanted first, English behind.
pub fn languages() -> Vec<String> {
    let locale = ["LC_ALL", "LC_MESSAGES", "LANG"]
        .iter()
        .filter_map(|name| env::var(name).ok())
        .find(|value| !value.is_empty());
    languages_of(locale.as_deref().unwrap_or(""))
}

fn languages_of(locale: &str) -> Vec<String> {
    let end = locale
        .find(|c: char| !c.is_ascii_alphabetic())
        .unwrap_or(locale.len());
    let mut languages = match &locale[..end] {
        "" | "C" | "POSIX" => Vec::new(),
        language => vec![language.to_ascii_lowercase()],
    };
    if !languages.iter().any(|language| language == "en") {
        languages.push("en".to_owned());
    }
    languages
}

#[cfg(unix)]
mod echo {
    use std::io;
    use std::sync::Mutex;

    use rustix::process::getpgrp;
    use rustix::termios::{LocalModes, OptionalActions, Termios, tcgetattr, tcgetpgrp, tcsetattr};

    /// The terminal as it was before its echo was turned off.
    static BEFORE: Mutex<Option<Termios>> = Mutex::new(None);

    pub fn off() -> bool {
        let stdin = io::stdin();
        // A background process that changes the terminal is stopped for it.
        if tcgetpgrp(&stdin).ok() != Some(getpgrp()) {
            return false;
        }
        let (Ok(before), Ok(mut kept)) = (tcgetattr(&stdin), BEFORE.lock()) else {
            return false;
        };
        if kept.is_some() {
            return false;
        }
        let mut quiet = before.clone();
        quiet.local_modes &= !LocalModes::ECHO;
        *kept = Some(before);
        tcsetattr(&stdin, OptionalActions::Now, &quiet).is_ok()
    }

    pub fn restore() {
        // Not waited for: a signal handler may be what calls.
        if let Ok(mut kept) = BEFORE.try_lock()
            && let Some(before) = kept.take()
            && tcgetpgrp(io::stdin()).ok() == Some(getpgrp())
        {
            // Nothing is left to be done about a terminal that has gone away.
            let _ = tcsetattr(io::stdin(), OptionalActions::Now, &before);
        }
    }
}

#[cfg(not(unix))]
mod echo {
    pub fn off() -> bool {
        false
    }

    pub fn restore() {}
}

/// Brings the terminal's echo back, wherever it was turned off.
pub fn restore() {
    echo::restore();
}

/// While it lives, keys that are typed do not appear among the output.
#[derive(Debug)]
pub struct Quiet {
    turned_off: bool,
}

impl Quiet {
    /// Turns the echo off, if standard input is a terminal.
    pub fn new() -> Self {
        Self {
            turned_off: io::stdin().is_terminal() && echo::off(),
        }
    }
}

impl Default for Quiet {
    fn default() -> Self {
        Self::new()
    }
}

impl Drop for Quiet {
    fn drop(&mut self) {
        if self.turned_off {
            restore();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_locale_tells_the_language_and_english_serves_behind_it() {
        assert_eq!(languages_of("ko_KR.UTF-8"), ["ko", "en"]);
        assert_eq!(languages_of("en_GB.UTF-8"), ["en"]);
        assert_eq!(languages_of("C.UTF-8"), ["en"]);
        assert_eq!(languages_of(""), ["en"]);
    }
}
