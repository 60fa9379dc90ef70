//! What goes wrong with an endpoint, said with cause and cure.

use std::io;

use super::{CONNECT, Client, Operation, TRIES};
use crate::error::Error;
use crate::graph::remote::address::Address;
use crate::graph::remote::page;
use crate::graph::remote::transfer::{Body, Cut, Head, SILENCE};

/// How much of an error's page is read, in bytes.
const EXCERPT: u64 = 64 * 1024;

impl Client {
    /// An error of this endpoint.
    pub fn error(&self, message: String, hint: Option<String>) -> Error {
        Error::Endpoint {
            url: self.address.shown(),
            message,
            hint,
            unheard: false,
        }
    }

    /// A server that does not answer at the address that was asked, of this endpoint or where it redirects to.
    pub(super) fn unreachable(&self, asked: &Address, error: &ureq::Error) -> Error {
        let (message, hint) = match error {
            ureq::Error::HostNotFound => (
                format!("there is no host `{}`", asked.host()),
                "check the address and the network",
            ),
            ureq::Error::Timeout(ureq::Timeout::Connect | ureq::Timeout::Resolve) => (
                format!("it cannot be reached within {} s", CONNECT.as_secs()),
                "check the address and the network",
            ),
            ureq::Error::Timeout(_) => (silent(), "ask for less (LIMIT), or try again later"),
            ureq::Error::Io(io) if io.kind() == io::ErrorKind::ConnectionRefused => (
                "nothing listens there".to_owned(),
                "is the server running, and the port right?",
            ),
            other if other.to_string().contains("certificate") => (
                format!("its certificate is not accepted: {}", told(other)),
                "for a private authority set SSL_CERT_FILE to its certificate",
            ),
            ureq::Error::Io(io) if io.kind() == io::ErrorKind::InvalidData => (
                format!("no secure connection comes about: {}", told(error)),
                "is the port right, and is it rather http:// than https://?",
            ),
            ureq::Error::Protocol(_) | ureq::Error::LargeResponseHeader(..) => (
                "it does not answer in HTTP".to_owned(),
                "is the port right, and is it rather https:// than http://?",
            ),
            other if is_dropped(other) => (
                "it closes the connection without an answer".to_owned(),
                "try again; is it a SPARQL service over HTTP?",
            ),
            other => (told(other), "check the address and the network"),
        };
        let message = match asked.shown() == self.address.shown() {
            true => message,
            false => format!("it redirects to {}: {message}", asked.shown()),
        };
        Error::Endpoint {
            url: self.address.shown(),
            message,
            hint: Some(hint.to_owned()),
            // What a server cannot take may be why it hangs up.
            unheard: !is_dropped(error),
        }
    }

    /// A status that is no success.
    pub(super) fn refusal(&self, operation: Operation<'_>, head: &Head, body: Body) -> Error {
        let said = page::gist(&body.excerpt(EXCERPT));
        let what = match operation {
            Operation::Update(_) => "update",
            Operation::Query(_) => "query",
            Operation::Document => "request",
        };
        let (message, hint) = match head.status {
            400 => (format!("it rejects the {what}"), None),
            401 | 403 => (
                format!("it does not let us in ({})", head.status),
                Some("set KGQ_TOKEN, or give a login in ~/.netrc"),
            ),
            404 | 410 => (
                format!("there is nothing at this address ({})", head.status),
                Some("the address of the SPARQL service often ends in /sparql or /query"),
            ),
            405 | 501 => (
                format!("it does not take a {what} ({})", head.status),
                Some("updates often have an address of their own, as in /update"),
            ),
            408 | 504 => (
                format!("it gave up on the {what} ({})", head.status),
                Some("ask for less: fewer patterns, a LIMIT"),
            ),
            429 | 503 => (
                match head.retry_after() {
                    Some(wait) => format!(
                        "it is busy ({}) and asks to be left alone for {} s",
                        head.status,
                        wait.as_secs()
                    ),
                    None => format!("it is still busy after {TRIES} tries ({})", head.status),
                },
                Some("try again later"),
            ),
            300..=399 => ("it redirects again and again".to_owned(), None),
            status => (format!("it failed ({status})"), None),
        };
        let message = match said {
            Some(said) => format!("{message}: {said}"),
            None => message,
        };
        Error::Endpoint {
            url: self.address.shown(),
            message,
            hint: hint.map(str::to_owned),
            unheard: matches!(head.status, 429 | 503),
        }
    }

    /// What broke an answer while it was read.
    pub fn broken(&self, error: io::Error) -> Error {
        let error = match error.downcast::<Cut>() {
            Ok(Cut::Stopped(error)) => return error,
            Ok(Cut::Silent) => return self.error(silent(), Some("try again later".to_owned())),
            Ok(Cut::TooLong(most)) => {
                return self.error(
                    format!("its answer is longer than {} MB", most / 1_000_000),
                    Some("ask for less (LIMIT), or allow more with --max-memory".to_owned()),
                );
            }
            Err(error) => error,
        };
        self.error(
            match error.kind() {
                io::ErrorKind::TimedOut | io::ErrorKind::WouldBlock => silent(),
                _ => "its answer is cut off".to_owned(),
            },
            Some("what came of it is not the whole answer; try again".to_owned()),
        )
    }
}

/// An error of the network in one harmless line: a server has a say in some of them.
fn told(error: &ureq::Error) -> String {
    let text = error.to_string();
    let text = text.strip_prefix("io: ").unwrap_or(&text);
    page::gist(text.as_bytes()).unwrap_or_default()
}

fn silent() -> String {
    format!("it said nothing for {} s", SILENCE.as_secs())
}

/// Whether the server closed the connection before it answered.
pub(super) fn is_dropped(error: &ureq::Error) -> bool {
    matches!(error, ureq::Error::Io(io) if matches!(
        io.kind(),
        io::ErrorKind::ConnectionReset
            | io::ErrorKind::ConnectionAborted
            | io::ErrorKind::BrokenPipe
            | io::ErrorKind::UnexpectedEof
    ))
}
