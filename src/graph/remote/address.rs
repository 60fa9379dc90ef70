//! Where an endpoint is: its URL, taken apart once.

use std::net::IpAddr;
use std::path::Path;

use oxiri::Iri;
use ureq::http::Uri;

use crate::error::{Error, Result};

/// The URL of an endpoint, its user name and password set aside.
#[derive(Clone)]
pub struct Address {
    uri: Uri,
    /// `user:password`, as in `http://user:password@host/`; still percent-encoded.
    userinfo: Option<String>,
}

impl Address {
    /// Reads a URL.
    ///
    /// # Errors
    /// What is no `http` or `https` URL.
    pub fn parse(text: &str) -> Result<Self> {
        let wrong = |why: &str| {
            Error::usage(
                format!(
                    "`{}` is no address of an endpoint: {why}",
                    text.escape_debug()
                ),
                "write it as in `-e https://example.org/sparql`",
            )
        };
        let text = text.trim();
        let without_fragment = text.split('#').next().unwrap_or_default();
        let uri: Uri = without_fragment
            .parse()
            .map_err(|_| wrong("it is not a URL (characters past ASCII are percent-encoded)"))?;
        if !matches!(uri.scheme_str(), Some("http" | "https")) {
            return Err(wrong("it does not begin with http:// or https://"));
        }
        let authority = uri.authority().map_or("", |a| a.as_str());
        let Some((userinfo, host)) = authority.rsplit_once('@') else {
            return Ok(Self {
                uri,
                userinfo: None,
            });
        };
        let userinfo = Some(userinfo.to_owned());
        let mut parts = uri.clone().into_parts();
        parts.authority = Some(host.parse().map_err(|_| wrong("its host is not one"))?);
        let uri = Uri::from_parts(parts).map_err(|_| wrong("it is not a URL"))?;
        Ok(Self { uri, userinfo })
    }

    /// The address that a redirect leads to.
    ///
    /// # Errors
    /// A location that is no URL.
    pub fn redirected(&self, location: &str) -> Result<Self> {
        let base = Iri::parse(self.uri.to_string()).map_err(|e| self.strange(&e.to_string()))?;
        let target = base
            .resolve(location)
            .map_err(|e| self.strange(&e.to_string()))?;
        Self::parse(target.as_str())
    }

    fn strange(&self, why: &str) -> Error {
        Error::Endpoint {
            url: self.shown(),
            message: format!("it redirects to something that is no address: {why}"),
            hint: None,
            unheard: false,
        }
    }

    /// The URL for a request, with parameters behind its own.
    pub fn with_parameters(&self, parameters: &str) -> String {
        let joint = match self.uri.query() {
            None => "?",
            Some(_) => "&",
        };
        format!("{}{joint}{parameters}", self.uri)
    }

    /// The URL as it is, for a request.
    pub fn request(&self) -> String {
        self.uri.to_string()
    }

    /// The URL for messages: without user name, password and parameters, which may hold a key.
    pub fn shown(&self) -> String {
        format!(
            "{}://{}{}",
            self.scheme(),
            self.uri.authority().map_or("", |a| a.as_str()),
            self.uri.path()
        )
    }

    /// What stands behind the host, as a path.
    pub fn path(&self) -> &Path {
        Path::new(self.uri.path())
    }

    /// `http` or `https`.
    pub fn scheme(&self) -> &str {
        self.uri.scheme_str().unwrap_or_default()
    }

    /// The host, without the brackets of an IPv6 address.
    pub fn host(&self) -> &str {
        let host = self.uri.host().unwrap_or_default();
        host.strip_prefix('[')
            .and_then(|h| h.strip_suffix(']'))
            .unwrap_or(host)
    }

    /// User name and password that stand in the URL itself, decoded.
    pub fn userinfo(&self) -> Option<String> {
        self.userinfo.as_deref().map(percent_decoded)
    }

    fn port(&self) -> u16 {
        self.uri.port_u16().unwrap_or(match self.scheme() {
            "https" => 443,
            _ => 80,
        })
    }

    /// Whether requests to both reach the same server.
    pub fn same_host(&self, other: &Self) -> bool {
        self.host().eq_ignore_ascii_case(other.host())
            && self.port() == other.port()
            && self.scheme() == other.scheme()
    }

    /// Whether it is this machine.
    pub fn is_loopback(&self) -> bool {
        let host = self.host();
        match host.parse::<IpAddr>() {
            Ok(ip) => ip.is_loopback(),
            Err(_) => host.eq_ignore_ascii_case("localhost") || host.ends_with(".localhost"),
        }
    }
}

fn percent_decoded(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((&byte, after)) = rest.split_first() {
        let code = after
            .get(..2)
            .and_then(|hex| std::str::from_utf8(hex).ok())
            .and_then(|hex| u8::from_str_radix(hex, 16).ok());
        match (byte, code) {
            (b'%', Some(decoded)) => {
                bytes.push(decoded);
                rest = &after[2..];
            }
            _ => {
                bytes.push(byte);
                rest = after;
            }
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn address(text: &str) -> Address {
        Address::parse(text).expect("an address")
    }

    #[test]
    fn messages_show_neither_password_nor_key() {
        let address = address("https://ann:s%3Acret@example.org:8443/sparql?apikey=1#x");
        assert_eq!(address.shown(), "https://example.org:8443/sparql");
        assert_eq!(address.userinfo().as_deref(), Some("ann:s:cret"));
        assert_eq!(
            address.with_parameters("query=x"),
            "https://example.org:8443/sparql?apikey=1&query=x"
        );
    }

    #[test]
    fn what_is_no_web_address_is_refused() {
        for text in [
            "",
            "file:///etc/passwd",
            "example.org/sparql",
            "http://",
            "http://a b/",
        ] {
            assert!(Address::parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn redirects_may_be_relative() {
        let from = address("https://example.org/a/sparql");
        let to = |location| from.redirected(location).expect("an address").request();
        assert_eq!(to("/query"), "https://example.org/query");
        assert_eq!(to("query"), "https://example.org/a/query");
        assert_eq!(to("//other.org/q"), "https://other.org/q");
        assert!(from.redirected("file:///etc/passwd").is_err());
    }

    #[test]
    fn another_port_is_another_host() {
        let one = address("http://example.org/sparql");
        assert!(one.same_host(&address("http://EXAMPLE.org:80/query")));
        assert!(!one.same_host(&address("http://example.org:8080/sparql")));
        assert!(!one.same_host(&address("https://example.org/sparql")));
    }

    #[test]
    fn this_machine_has_several_names() {
        for text in [
            "http://localhost:1/",
            "http://127.0.0.1/",
            "http://[::1]:7878/query",
        ] {
            assert!(address(text).is_loopback(), "{text}");
        }
        assert!(!address("http://localhost.example.org/").is_loopback());
    }
}
