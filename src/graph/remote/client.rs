//! A client of the [SPARQL 1.1 Protocol](https://www.w3.org/TR/sparql11-protocol/): one request, whatever it takes.

use std::fmt;
use std::fs;
use std::io;
use std::sync::Arc;
use std::time::Duration;

use ureq::Agent;
use ureq::http::{Request, header};
use ureq::tls::{PemItem, RootCerts, TlsConfig};

use super::address::Address;
use super::credentials::Authorization;
use super::page;
use super::transfer::{self, Body, Cut, Failure, Head, SILENCE};
use crate::cancel::Token;
use crate::error::{Error, Result};

/// How long a server may take to be reached.
const CONNECT: Duration = Duration::from_secs(15);

/// A query longer than this is posted; servers commonly refuse a request line of more than 8 KiB.
const LONGEST_GET: usize = 2048;

/// How often a request that a busy server refuses is sent.
const TRIES: u32 = 5;

/// How long we wait for a busy server before the second try; twice as long before each further one.
const FIRST_WAIT: Duration = Duration::from_millis(500);

/// How long we wait at most when a server says how long.
const LONGEST_WAIT: Duration = Duration::from_secs(60);

/// How many redirects are followed.
const REDIRECTS: u32 = 5;

/// How much of an error's page is read, in bytes.
const EXCERPT: u64 = 64 * 1024;

/// The longest answer, in bytes, unless the user sets a bound for memory.
const LONGEST_ANSWER: u64 = 4 << 30;

/// Result formats, those that lose nothing first.
pub const SOLUTIONS: &str = "application/sparql-results+json, application/sparql-results+xml;q=0.8, \
    text/tab-separated-values;q=0.5, text/csv;q=0.2";

/// RDF formats, the simplest first.
pub const TRIPLES: &str = "application/n-triples, text/turtle;q=0.9, application/rdf+xml;q=0.7, application/ld+json;q=0.5";

/// What is asked of an endpoint.
#[derive(Debug, Clone, Copy)]
pub enum Operation<'a> {
    /// A query's text.
    Query(&'a str),
    /// An update's text.
    Update(&'a str),
    /// Nothing: what lies at the address is wanted.
    Document,
}

/// An endpoint and how to speak with it.
pub struct Client {
    agent: Agent,
    address: Address,
    authorization: Option<Authorization>,
    longest: u64,
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Client of {}", self.address.shown())
    }
}

/// A response with a body worth reading.
pub struct Response {
    /// Its media type, in lower case and without parameters.
    pub media_type: Option<String>,
    /// Its body.
    pub body: Body,
}

impl Client {
    /// A client of the endpoint at `address`; `longest` bounds an answer, in bytes.
    ///
    /// # Errors
    /// A file of certificates (`SSL_CERT_FILE`) that cannot be read.
    pub fn new(
        address: Address,
        authorization: Option<Authorization>,
        longest: Option<u64>,
    ) -> Result<Self> {
        let mut config = Agent::config_builder()
            .http_status_as_error(false)
            .max_redirects(0)
            .max_redirects_will_error(false)
            .timeout_connect(Some(CONNECT))
            .timeout_recv_response(Some(SILENCE))
            .timeout_per_read(Some(SILENCE))
            .tls_config(
                TlsConfig::builder()
                    .root_certs(root_certificates()?)
                    .build(),
            )
            .user_agent(concat!("kgq/", env!("CARGO_PKG_VERSION")));
        if address.is_loopback() {
            config = config.proxy(None);
        }
        Ok(Self {
            agent: config.build().into(),
            address,
            authorization,
            longest: longest.unwrap_or(LONGEST_ANSWER),
        })
    }

    /// Where it is.
    pub fn address(&self) -> &Address {
        &self.address
    }

    /// Sends one operation and waits for the head of its answer.
    ///
    /// A busy server is asked again, a few times and ever more slowly. Redirects are followed within the scheme, and
    /// credentials stay with the host that they are for.
    ///
    /// # Errors
    /// [`Error::Endpoint`] with cause and cure, or `token` saying stop.
    pub fn send(&self, operation: Operation<'_>, accept: &str, token: &Token) -> Result<Response> {
        let mut address = self.address.clone();
        let mut redirects = 0;
        let mut busy = 0;
        let mut dropped = false;
        loop {
            let (head, body) = match self.exchange(&address, operation, accept, token) {
                Ok(answer) => answer,
                Err(Failure::Stopped(error)) => return Err(error),
                // A kept connection that the server has closed meanwhile: once more, on a new one.
                Err(Failure::Http(error))
                    if !dropped
                        && !matches!(operation, Operation::Update(_))
                        && is_dropped(&error) =>
                {
                    dropped = true;
                    continue;
                }
                Err(Failure::Http(error)) => return Err(self.unreachable(&error)),
            };
            match head.status {
                200..=299 => {
                    return Ok(Response {
                        media_type: head.media_type(),
                        body,
                    });
                }
                301 | 302 | 303 | 307 | 308 if redirects < REDIRECTS => {
                    redirects += 1;
                    address = self.redirect(&address, operation, &head)?;
                }
                429 | 503 if busy < TRIES - 1 => {
                    let wait = head.retry_after().unwrap_or(FIRST_WAIT * (1 << busy));
                    if wait > LONGEST_WAIT {
                        return Err(self.refusal(operation, &head, body));
                    }
                    busy += 1;
                    drop(body);
                    transfer::pause(wait, token)?;
                }
                _ => return Err(self.refusal(operation, &head, body)),
            }
        }
    }

    fn exchange(
        &self,
        address: &Address,
        operation: Operation<'_>,
        accept: &str,
        token: &Token,
    ) -> std::result::Result<(Head, Body), Failure> {
        let mut request = Request::builder().header(header::ACCEPT, accept);
        if let Some(authorization) = &self.authorization
            && address.same_host(&self.address)
        {
            request = request.header(header::AUTHORIZATION, authorization.value());
        }
        let (url, form) = match operation {
            Operation::Update(text) => (address.request(), Some(parameter("update", text))),
            Operation::Document => (address.request(), None),
            Operation::Query(text) => {
                let form = parameter("query", text);
                let url = address.with_parameters(&form);
                if url.len() <= LONGEST_GET {
                    (url, None)
                } else {
                    (address.request(), Some(form))
                }
            }
        };
        request = request.uri(url);
        if form.is_some() {
            request = request
                .method("POST")
                .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
        }
        let request = request
            .body(())
            .map_err(|e| Failure::Http(ureq::Error::Http(e)))?;
        transfer::send(&self.agent, request, form, self.longest, token)
    }

    fn redirect(&self, from: &Address, operation: Operation<'_>, head: &Head) -> Result<Address> {
        let target = match head.location() {
            Some(location) => from.redirected(location)?,
            None => {
                return Err(self.error("it redirects and does not say where".to_owned(), None));
            }
        };
        let cure = format!("if you trust it, ask it directly: -e {}", target.shown());
        if target.scheme() != from.scheme() {
            let message = format!("it redirects from {} to {}", from.scheme(), target.scheme());
            return Err(self.error(message, Some(cure)));
        }
        if matches!(operation, Operation::Update(_)) {
            let message = format!("it redirects the update to {}", target.shown());
            return Err(self.error(message, Some(cure)));
        }
        Ok(target)
    }

    /// An error of this endpoint.
    pub fn error(&self, message: String, hint: Option<String>) -> Error {
        Error::Endpoint {
            url: self.address.shown(),
            message,
            hint,
        }
    }

    fn unreachable(&self, error: &ureq::Error) -> Error {
        let (message, hint) = match error {
            ureq::Error::HostNotFound => (
                format!("there is no host `{}`", self.address.host()),
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
            other if is_dropped(other) => (
                "it closes the connection without an answer".to_owned(),
                "try again; is it a SPARQL service over HTTP?",
            ),
            other => (told(other), "check the address and the network"),
        };
        self.error(message, Some(hint.to_owned()))
    }

    /// A status that is no success.
    fn refusal(&self, operation: Operation<'_>, head: &Head, body: Body) -> Error {
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
        self.error(message, hint.map(str::to_owned))
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
fn is_dropped(error: &ureq::Error) -> bool {
    matches!(error, ureq::Error::Io(io) if matches!(
        io.kind(),
        io::ErrorKind::ConnectionReset
            | io::ErrorKind::ConnectionAborted
            | io::ErrorKind::BrokenPipe
            | io::ErrorKind::UnexpectedEof
    ))
}

/// The authorities that we trust: those of the file that `SSL_CERT_FILE` names, else Mozilla's.
fn root_certificates() -> Result<RootCerts> {
    let Some(path) = std::env::var_os("SSL_CERT_FILE").filter(|path| !path.is_empty()) else {
        return Ok(RootCerts::WebPki);
    };
    let pem = fs::read(&path).map_err(|e| Error::file(&path, e))?;
    let certificates = ureq::tls::parse_pem(&pem)
        .filter_map(|item| match item {
            Ok(PemItem::Certificate(certificate)) => Some(certificate),
            _ => None,
        })
        .collect();
    Ok(RootCerts::Specific(Arc::new(certificates)))
}

/// `name=value` as a form has it: [application/x-www-form-urlencoded](https://url.spec.whatwg.org/#urlencoded-serializing).
fn parameter(name: &str, value: &str) -> String {
    let mut encoded = format!("{name}=");
    for byte in value.bytes() {
        match byte {
            b'*' | b'-' | b'.' | b'_' | b'0'..=b'9' | b'A'..=b'Z' | b'a'..=b'z' => {
                encoded.push(char::from(byte));
            }
            // `%20` rather than `+`, which some servers leave as it is in a URL.
            _ => encoded.push_str(&format!("%{byte:02X}")),
        }
    }
    encoded
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_parameter_is_encoded_byte_by_byte() {
        assert_eq!(
            parameter("query", "ASK { ?s ?p \"한+&\" }"),
            "query=ASK%20%7B%20%3Fs%20%3Fp%20%22%ED%95%9C%2B%26%22%20%7D"
        );
    }
}
