//! Opening the graph that options name, and letting the options of a line hold for that line.

use std::sync::Arc;

use super::interrupt::Interrupt;
use super::waiting::Waiting;
use super::{Shell, terminal};
use crate::cancel::Token;
use crate::cli::Options;
use crate::error::{Error, Result};
use crate::session::{Origin, Session, Settings};

impl Shell {
    /// The options of the program with those of the line over them.
    pub(super) fn options_for(&self, line: &Options) -> Options {
        let mut options = line.clone();
        if options.hide.is_empty() {
            options.hide.clone_from(&self.options.hide);
        }
        if options.only.is_empty() {
            options.only.clone_from(&self.options.only);
        }
        if options.data.is_empty() {
            options.data.clone_from(&self.options.data);
        }
        options.data_format = options.data_format.or(self.options.data_format);
        options
    }

    /// Lets the options of a line hold; returns what they stand in for.
    pub(super) fn enter(&mut self, line: &Options) -> Result<Before> {
        let allowed = self.session.settings.clone();
        if allowed.safe && (line.write || line.allow_network || self.concerns_graph(line)) {
            return Err(Error::Refused {
                what: "widening what the session may do".to_owned(),
                hint: "it was opened with --safe".to_owned(),
            });
        }
        let session = if self.concerns_graph(line) {
            let opened = open(line, &self.interrupt, &self.waiting)?;
            Some(std::mem::replace(&mut self.session, opened))
        } else {
            None
        };
        let before = Before {
            session,
            settings: allowed.clone(),
            languages: self.session.languages.clone(),
        };
        self.session.settings = Settings {
            write: allowed.write || line.write,
            allow_network: allowed.allow_network || line.allow_network,
            safe: allowed.safe || line.safe,
            timeout: line.timeout.or(allowed.timeout),
            max_memory: line.max_memory.or(allowed.max_memory),
            infer: allowed.infer || line.infer,
            rules: if line.rules.is_empty() {
                allowed.rules
            } else {
                line.rules.clone()
            },
            max_inferred: line.max_inferred.or(allowed.max_inferred),
        };
        if line.infer
            && let Err(error) = self.session.infer(true)
        {
            self.leave(before);
            return Err(error);
        }
        if !line.lang.is_empty() {
            self.session.languages.clone_from(&line.lang);
        }
        Ok(before)
    }

    /// Whether a line of the shell names a graph of its own.
    fn concerns_graph(&self, line: &Options) -> bool {
        let own = &self.options;
        (!line.data.is_empty() && line.data != own.data)
            || (line.endpoint.is_some() && line.endpoint != own.endpoint)
            || (!line.roles.is_empty() && line.roles != own.roles)
    }

    /// Takes back what [`Self::enter`] did.
    pub(super) fn leave(&mut self, before: Before) {
        if let Some(session) = before.session {
            self.session = session;
        }
        let infer = before.settings.infer;
        self.session.settings = before.settings;
        // Taking inferred facts out again cannot fail.
        let _ = self.session.infer(infer);
        self.session.languages = before.languages;
    }
}

/// What the options of a line stand in for.
pub(super) struct Before {
    session: Option<Session>,
    settings: Settings,
    languages: Vec<String>,
}

/// Opens the graph that options name.
pub(super) fn open(options: &Options, interrupt: &Interrupt, waiting: &Waiting) -> Result<Session> {
    let origin = Origin {
        data: options.data.clone(),
        endpoint: options.endpoint.clone(),
        format: options.data_format,
        roles: options.roles.clone(),
    };
    let settings = Settings {
        write: options.write,
        allow_network: options.allow_network,
        safe: options.safe,
        timeout: options.timeout,
        max_memory: options.max_memory,
        infer: options.infer,
        rules: options.rules.clone(),
        max_inferred: options.max_inferred,
    };
    if settings.safe && (settings.write || settings.allow_network) {
        return Err(Error::usage(
            "--safe allows neither updates nor the network",
            "leave out --safe, or --write and --allow-network",
        ));
    }
    let languages = if options.lang.is_empty() {
        terminal::languages()
    } else {
        options.lang.clone()
    };
    let progress = &waiting.progress;
    let token = Token::new(interrupt.flag(), settings.timeout, settings.max_memory)
        .telling(Arc::clone(progress));
    let _begun = waiting.begin();
    let mut session = token.run(|| Session::open(&origin, languages, settings))??;
    session.interrupted = interrupt.flag();
    session.progress = Arc::clone(progress);
    Ok(session)
}
