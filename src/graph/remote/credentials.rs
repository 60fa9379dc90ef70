//! Who we are to an endpoint: `KGQ_TOKEN`, the URL itself, or `~/.netrc`, in this order.

use std::env;
use std::fmt;
use std::fs;
use std::path::PathBuf;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use ureq::http::HeaderValue;

use super::address::Address;
use crate::error::{Error, Result};

/// The value of an `Authorization` header. It is never printed.
#[derive(Clone)]
pub struct Authorization(HeaderValue);

impl fmt::Debug for Authorization {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Authorization")
    }
}

impl Authorization {
    /// What the user's environment holds for the endpoint of this session.
    ///
    /// # Errors
    /// A token with characters that no header may hold.
    pub fn of_session(address: &Address) -> Result<Option<Self>> {
        match env::var("KGQ_TOKEN") {
            Ok(token) if !token.trim().is_empty() => Self::bearer(token.trim()).map(Some),
            _ => Ok(Self::of_host(address)),
        }
    }

    /// What the URL itself or `~/.netrc` (or the file that `NETRC` names) holds for this host.
    pub fn of_host(address: &Address) -> Option<Self> {
        if let Some(userinfo) = address.userinfo() {
            return Self::basic(&userinfo);
        }
        let path = env::var_os("NETRC")
            .map(PathBuf::from)
            .or_else(|| Some(env::home_dir()?.join(".netrc")))?;
        let text = fs::read_to_string(path).ok()?;
        Self::basic(&login(&text, address.host())?)
    }

    fn bearer(token: &str) -> Result<Self> {
        Self::header(&format!("Bearer {token}")).ok_or_else(|| {
            Error::usage(
                "KGQ_TOKEN holds characters that cannot be sent",
                "set it to the token alone, on one line",
            )
        })
    }

    /// `login` is `user:password`: [RFC 7617](https://www.rfc-editor.org/rfc/rfc7617).
    fn basic(login: &str) -> Option<Self> {
        Self::header(&format!("Basic {}", STANDARD.encode(login)))
    }

    fn header(text: &str) -> Option<Self> {
        let mut value = HeaderValue::from_str(text).ok()?;
        value.set_sensitive(true);
        Some(Self(value))
    }

    /// The header's value.
    pub fn value(&self) -> &HeaderValue {
        &self.0
    }
}

/// `user:password` of a host in the text of a netrc file; `default` serves hosts that have no entry.
fn login(netrc: &str, host: &str) -> Option<String> {
    let mut words = words(netrc).into_iter();
    let (mut serves, mut user, mut password) = (false, None, None);
    while let Some(word) = words.next() {
        match word.as_str() {
            "machine" | "default" => {
                if serves {
                    break;
                }
                serves = word == "default" || words.next()?.eq_ignore_ascii_case(host);
            }
            "login" if serves => user = words.next(),
            "password" if serves => password = words.next(),
            "login" | "password" | "account" => drop(words.next()),
            // A macro's text is not ours to read, and ends where nothing tells but a blank line: stop here.
            "macdef" => break,
            _ => {}
        }
    }
    Some(format!("{}:{}", user?, password?))
}

/// The words of a netrc file; comments left out, quoted words without their quotes.
fn words(text: &str) -> Vec<String> {
    let mut words = Vec::new();
    for line in text.lines() {
        let mut rest = line.trim_start();
        while !rest.is_empty() && !rest.starts_with('#') {
            let (word, after) = match rest.strip_prefix('"') {
                Some(quoted) => quoted.split_once('"').unwrap_or((quoted, "")),
                None => rest.split_once(char::is_whitespace).unwrap_or((rest, "")),
            };
            words.push(word.to_owned());
            rest = after.trim_start();
        }
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    const NETRC: &str = "\
# mine
machine a.org login ann password secret
machine b.org
  login bob
  password \"two words\"
default login guest password g
";

    #[test]
    fn each_host_has_its_own_login() {
        assert_eq!(login(NETRC, "a.org").as_deref(), Some("ann:secret"));
        assert_eq!(login(NETRC, "B.org").as_deref(), Some("bob:two words"));
        assert_eq!(login(NETRC, "c.org").as_deref(), Some("guest:g"));
        assert_eq!(login("machine a.org login ann", "a.org"), None);
        assert_eq!(login("machine a.org login x password y", "b.org"), None);
    }

    #[test]
    fn a_login_is_encoded_as_the_standard_says() {
        let header = Authorization::basic("Aladdin:open sesame").expect("a header");
        assert_eq!(header.value(), "Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==");
    }

    #[test]
    fn a_token_of_two_lines_is_refused_and_never_shown() {
        let error = Authorization::bearer("se\ncret").expect_err("refused");
        assert!(!error.to_string().contains("cret"));
        let header = Authorization::bearer("secret").expect("a header");
        assert!(!format!("{header:?} {:?}", header.value()).contains("secret"));
    }
}
