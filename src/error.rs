//! What can go wrong, said once: message, hint and exit code.

use std::fmt;
use std::io;
use std::path::PathBuf;

use crate::diagnostic::Diagnostic;

/// Every failure that reaches a user.
///
/// `Display` gives the cause, [`Error::hint`] the cure and [`Error::exit_code`] the status of the process.
#[derive(Debug)]
pub enum Error {
    /// The command's words do not fit together.
    Usage {
        /// What is wrong.
        message: String,
        /// What to do instead.
        hint: Option<String>,
    },
    /// Nothing in the graph has this name.
    UnknownName {
        /// What the user typed.
        name: String,
        /// The nearest names that exist, best first.
        suggestions: Vec<String>,
    },
    /// Several things have this name.
    AmbiguousName {
        /// What the user typed.
        name: String,
        /// The things it may mean, as short names with their labels.
        candidates: Vec<String>,
    },
    /// Text that does not parse: a query, an RDF file, a term.
    Syntax(Box<Diagnostic>),
    /// A query that parses but cannot be answered.
    Evaluation {
        /// What is wrong.
        message: String,
        /// What to do instead.
        hint: Option<String>,
    },
    /// Something that the user has not allowed in this session.
    Refused {
        /// What was refused.
        what: String,
        /// The flag that allows it, or the reason why nothing does.
        hint: String,
    },
    /// This kind of answer cannot be written in the format asked for.
    Format {
        /// The format asked for.
        format: String,
        /// The kind of answer, as in "a table of rows".
        answer: &'static str,
        /// The formats that can be had.
        possible: Vec<&'static str>,
    },
    /// A file that cannot be read or written.
    File {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// A file that is not what it should be: damaged, foreign, of a newer version.
    Damaged {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        message: String,
    },
    /// A SPARQL endpoint that fails or cannot be reached.
    Endpoint {
        /// Its address, without credentials.
        url: String,
        /// What happened.
        message: String,
        /// What to try.
        hint: Option<String>,
        /// Whether it did not look at what was asked: it is busy, or cannot be reached.
        unheard: bool,
    },
    /// Stopped by Ctrl-C.
    Interrupted,
    /// Stopped because it took longer than `--timeout`, in seconds.
    TimedOut(f64),
    /// Stopped because it needed more than `--max-memory`, in bytes.
    OutOfMemory(u64),
    /// Writing the answer failed.
    Output(io::Error),
    /// Something in a script.
    InScript {
        /// The script's name.
        name: String,
        /// The line where the statement begins, from 1.
        line: usize,
        /// What is wrong there.
        error: Box<Error>,
    },
}

/// What functions of this crate return.
pub type Result<T> = std::result::Result<T, Error>;

impl Error {
    /// A mistake in how a command was used, with its cure.
    pub fn usage(message: impl Into<String>, hint: impl Into<String>) -> Self {
        Self::Usage {
            message: message.into(),
            hint: Some(hint.into()),
        }
    }

    /// A file that could not be read or written.
    pub fn file(path: impl Into<PathBuf>, source: io::Error) -> Self {
        Self::File {
            path: path.into(),
            source,
        }
    }

    /// One sentence on what to do about it, if there is one.
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::Usage { hint, .. }
            | Self::Evaluation { hint, .. }
            | Self::Endpoint { hint, .. } => hint.clone(),
            Self::UnknownName { suggestions, .. } => match suggestions.as_slice() {
                [] => Some("`find TEXT` searches all names".to_owned()),
                [one] => Some(format!("did you mean {one}?")),
                several => Some(format!("did you mean one of: {}?", several.join(", "))),
            },
            Self::AmbiguousName { candidates, .. } => {
                Some(format!("write one of: {}", candidates.join(", ")))
            }
            Self::Syntax(diagnostic) => diagnostic.cure.clone(),
            Self::Refused { hint, .. } => Some(hint.clone()),
            Self::Format { possible, .. } => Some(format!("use one of: {}", possible.join(", "))),
            Self::TimedOut(_) => Some("give it longer with --timeout, or ask for less".to_owned()),
            Self::OutOfMemory(_) => {
                Some("allow more with --max-memory, or ask for less (LIMIT)".to_owned())
            }
            Self::Damaged { .. } => Some("pack it again from its source with `pack`".to_owned()),
            Self::InScript { error, .. } => error.hint(),
            Self::File { .. } | Self::Interrupted | Self::Output(_) => None,
        }
    }

    /// The status of a process that ends with this error: 130 when interrupted, else 2.
    pub fn exit_code(&self) -> u8 {
        match self {
            Self::Interrupted => 130,
            _ => 2,
        }
    }

    /// Whether the reader of our output went away, which ends a command quietly.
    pub fn is_broken_pipe(&self) -> bool {
        matches!(self, Self::Output(e) if e.kind() == io::ErrorKind::BrokenPipe)
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Usage { message, .. } | Self::Evaluation { message, .. } => f.write_str(message),
            Self::UnknownName { name, .. } => write!(f, "nothing here is called `{name}`"),
            Self::AmbiguousName { name, candidates } => {
                write!(f, "`{name}` may mean {} things", candidates.len())
            }
            Self::Syntax(diagnostic) => diagnostic.fmt(f),
            Self::Refused { what, .. } => write!(f, "{what} is not allowed here"),
            Self::Format { format, answer, .. } => {
                write!(f, "{answer} cannot be written as {format}")
            }
            Self::File { path, source } => write!(f, "{}: {source}", path.display()),
            Self::Damaged { path, message } => write!(f, "{}: {message}", path.display()),
            Self::Endpoint { url, message, .. } => write!(f, "{url}: {message}"),
            Self::Interrupted => f.write_str("cancelled"),
            Self::TimedOut(seconds) => write!(f, "stopped after {seconds} s"),
            Self::OutOfMemory(bytes) => write!(
                f,
                "stopped: it needs more than {} MB of memory",
                bytes / 1_000_000
            ),
            Self::Output(source) => write!(f, "cannot write the answer: {source}"),
            Self::InScript { name, line, error } => write!(f, "{name}:{line}: {error}"),
        }
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::File { source, .. } | Self::Output(source) => Some(source),
            _ => None,
        }
    }
}

impl From<io::Error> for Error {
    fn from(source: io::Error) -> Self {
        Self::Output(source)
    }
}
