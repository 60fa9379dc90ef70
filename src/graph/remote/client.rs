//! A client of the [SPARQL 1.1 Protocol](https://www.w3.org/TR/sparql11-protocol/): one request, whatever it takes.

use std::fmt;
use std::fs;
use std::sync::Arc;
use std::time::Duration;

use ureq::Agent;
use ureq::http::{Request, header};
use ureq::tls::{PemItem, RootCerts, TlsConfig};

use super::address::Address;
use super::credentials::Authorization;
use super::transfer::{self, Body, Failure, Head, SILENCE};
use crate::cancel::Token;
use crate::error::{Error, Result};
use crate::progress::Stage;

use trouble::is_dropped;

mod trouble;

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
                Err(Failure::Http(error)) => return Err(self.unreachable(&address, &error)),
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
                    token.tell(Stage::Refused(busy.into(), TRIES.into()));
                    transfer::pause(wait, token)?;
                    token.tell(Stage::Working);
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
