//! One HTTP exchange on a thread of its own, so that whoever waits for it can stop waiting.
//!
//! A blocked read cannot be interrupted; a wait for a channel can. When nobody listens any more the thread ends with its
//! next chunk, or with its own time limits.

use std::io::{self, Read};
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, sync_channel};
use std::thread;
use std::time::{Duration, Instant};

use ureq::Agent;
use ureq::http::{HeaderMap, HeaderName, Request, header};

use crate::cancel::Token;
use crate::error::{Error, Result};

/// How long a wait may go without looking whether it should end.
const LOOK_EVERY: Duration = Duration::from_millis(20);

/// How long a server may say nothing.
pub const SILENCE: Duration = Duration::from_secs(300);

/// How many bytes travel together.
const CHUNK: usize = 128 * 1024;

/// How many chunks may wait for a slow reader before the server waits too.
const WAITING: usize = 4;

/// What the thread of an exchange reports.
enum Event {
    Head(Head),
    Chunk(Vec<u8>),
    End,
    Failed(ureq::Error),
    Broken(io::Error),
}

/// The beginning of a response.
#[derive(Debug)]
pub struct Head {
    /// The status code.
    pub status: u16,
    headers: HeaderMap,
}

impl Head {
    fn text(&self, name: HeaderName) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    /// The media type, in lower case and without parameters.
    pub fn media_type(&self) -> Option<String> {
        let value = self.text(header::CONTENT_TYPE)?;
        let media_type = value.split(';').next().unwrap_or_default();
        Some(media_type.trim().to_ascii_lowercase())
    }

    /// Where a redirect leads.
    pub fn location(&self) -> Option<&str> {
        self.text(header::LOCATION)
    }

    /// How long the server asks us to wait; only the form in seconds is read.
    pub fn retry_after(&self) -> Option<Duration> {
        let seconds = self.text(header::RETRY_AFTER)?.trim().parse().ok()?;
        Some(Duration::from_secs(seconds))
    }
}

/// Why there is no response.
pub enum Failure {
    /// The exchange failed.
    Http(ureq::Error),
    /// We stopped waiting.
    Stopped(Error),
}

/// The body of a response as it arrives, at most so many bytes of it.
pub struct Body {
    events: Receiver<Event>,
    token: Token,
    chunk: Vec<u8>,
    at: usize,
    left: u64,
    most: u64,
    ended: bool,
}

/// What a body's reader reports in an [`io::Error`] when it is not the network's fault.
#[derive(Debug)]
pub enum Cut {
    /// Longer than is allowed, in bytes.
    TooLong(u64),
    /// Nothing came for so long.
    Silent,
    /// The command was stopped.
    Stopped(Error),
}

impl std::fmt::Display for Cut {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{self:?}")
    }
}

impl std::error::Error for Cut {}

/// Sends a request and waits for the head of its response. `body` makes it a POST.
///
/// # Errors
/// A failed exchange, or `token` saying stop.
pub fn send(
    agent: &Agent,
    request: Request<()>,
    body: Option<String>,
    most: u64,
    token: &Token,
) -> std::result::Result<(Head, Body), Failure> {
    let (sender, events) = sync_channel(WAITING);
    let agent = agent.clone();
    let started = thread::Builder::new()
        .name("endpoint".to_owned())
        .spawn(move || exchange(&agent, request, body, &sender));
    if let Err(error) = started {
        return Err(Failure::Http(error.into()));
    }
    let mut body = Body {
        events,
        token: token.clone(),
        chunk: Vec::new(),
        at: 0,
        left: most,
        most,
        ended: false,
    };
    match body.wait() {
        Ok(Event::Head(head)) => Ok((head, body)),
        Ok(Event::Failed(error)) => Err(Failure::Http(error)),
        Ok(_) => Err(Failure::Http(ureq::Error::ConnectionFailed)),
        Err(Cut::Stopped(error)) => Err(Failure::Stopped(error)),
        Err(_) => Err(Failure::Http(ureq::Error::Timeout(
            ureq::Timeout::RecvResponse,
        ))),
    }
}

/// A refused send means that nobody waits: nothing is left to do.
fn exchange(agent: &Agent, request: Request<()>, body: Option<String>, events: &SyncSender<Event>) {
    let answer = match body {
        Some(body) => agent.run(request.map(|()| body)),
        None => agent.run(request),
    };
    let response = match answer {
        Ok(response) => response,
        Err(error) => return drop(events.send(Event::Failed(error))),
    };
    let (parts, body) = response.into_parts();
    let head = Head {
        status: parts.status.as_u16(),
        headers: parts.headers,
    };
    if events.send(Event::Head(head)).is_err() {
        return;
    }
    let mut reader = body.into_reader();
    loop {
        let mut chunk = vec![0; CHUNK];
        let event = match reader.read(&mut chunk) {
            Ok(0) => Event::End,
            Ok(read) => {
                chunk.truncate(read);
                Event::Chunk(chunk)
            }
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(error) => Event::Broken(error),
        };
        let last = !matches!(event, Event::Chunk(_));
        if events.send(event).is_err() || last {
            return;
        }
    }
}

impl Body {
    fn wait(&mut self) -> std::result::Result<Event, Cut> {
        let started = Instant::now();
        loop {
            self.token.check().map_err(Cut::Stopped)?;
            match self.events.recv_timeout(LOOK_EVERY) {
                Ok(event) => return Ok(event),
                Err(RecvTimeoutError::Disconnected) => {
                    return Ok(Event::Broken(io::ErrorKind::UnexpectedEof.into()));
                }
                Err(RecvTimeoutError::Timeout) if started.elapsed() > SILENCE => {
                    return Err(Cut::Silent);
                }
                Err(RecvTimeoutError::Timeout) => {}
            }
        }
    }

    /// The beginning of a body that explains an error; what cannot be read is left out.
    pub fn excerpt(self, most: u64) -> Vec<u8> {
        let mut bytes = Vec::new();
        // A page that breaks off still says something.
        let _ = self.take(most).read_to_end(&mut bytes);
        bytes
    }
}

impl Read for Body {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while self.at == self.chunk.len() {
            if self.ended {
                return Ok(0);
            }
            match self.wait().map_err(io::Error::other)? {
                Event::Chunk(chunk) => {
                    let read = chunk.len() as u64;
                    self.left = match self.left.checked_sub(read) {
                        Some(left) => left,
                        None => return Err(io::Error::other(Cut::TooLong(self.most))),
                    };
                    (self.chunk, self.at) = (chunk, 0);
                }
                Event::Broken(error) => return Err(error),
                Event::Failed(error) => return Err(error.into_io()),
                Event::End | Event::Head(_) => self.ended = true,
            }
        }
        let rest = &self.chunk[self.at..];
        let read = rest.len().min(buffer.len());
        buffer[..read].copy_from_slice(&rest[..read]);
        self.at += read;
        Ok(read)
    }
}

/// Waits, unless `token` says stop.
///
/// # Errors
/// Why it was stopped.
pub fn pause(time: Duration, token: &Token) -> Result<()> {
    let end = Instant::now() + time;
    loop {
        token.check()?;
        let left = end.saturating_duration_since(Instant::now());
        if left.is_zero() {
            return Ok(());
        }
        thread::sleep(left.min(LOOK_EVERY));
    }
}
