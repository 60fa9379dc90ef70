//! A program on a pseudo-terminal, its screen read as a person would.

use std::fs::{self, File};
use std::io::{Read, Write};
use std::ops::Deref;
use std::os::fd::{AsRawFd, FromRawFd, OwnedFd};
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use tempfile::TempDir;

/// How long anything may take on a machine that is busy.
const PATIENCE: Duration = Duration::from_secs(60);

/// A query over [`numbers`] that finds nothing in a lifetime.
pub const ENDLESS: &str = "SELECT (COUNT(*) AS ?n) { ?a :number ?x . ?b :number ?y . ?c :number ?z . ?d :number ?w FILTER(?x + ?y + ?z + ?w < 0) }";

/// Three hundred numbers: their products are too many to count.
fn numbers() -> String {
    let mut text = String::from(
        "@prefix : <http://e/> . @prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .\n",
    );
    for n in 1..=300 {
        text += &format!(":i{n} :number {n} ; a :Integer ; rdfs:label \"number {n}\" .\n");
    }
    text + ":zero :number 0 ; rdfs:label \"쿠버네티스\"@ko , \"Zero Point\"@en .\n"
}

/// A program on a terminal.
pub struct Terminal {
    master: File,
    child: Child,
    screen: Arc<Mutex<vt100::Parser>>,
    /// All that was written, as it came.
    written: Option<thread::JoinHandle<Vec<u8>>>,
    pub home: Home,
}

/// Where programs are looked for: kgq's own folder first.
fn path() -> std::ffi::OsString {
    let own = Path::new(env!("CARGO_BIN_EXE_kgq"));
    let folders = own.parent().map(Path::to_path_buf).into_iter();
    let path = std::env::var_os("PATH").unwrap_or_default();
    std::env::join_paths(folders.chain(std::env::split_paths(&path))).expect("no colon in a path")
}

/// A folder for one test, which goes with the last who holds it.
#[derive(Clone)]
pub struct Home(Arc<TempDir>);

impl Deref for Home {
    type Target = Path;

    fn deref(&self) -> &Path {
        self.0.path()
    }
}

/// A folder that holds [`numbers`].
pub fn home() -> Home {
    let home = Home(Arc::new(TempDir::new().expect("a folder for the test")));
    fs::write(home.join("numbers.ttl"), numbers()).expect("data for the test");
    home
}

impl Terminal {
    pub fn start() -> Self {
        Self::with(home(), (80, 24), &[], &[])
    }

    /// kgq over [`numbers`] in this folder, once it prompts.
    pub fn with(home: Home, size: (u16, u16), args: &[&str], env: &[(&str, &str)]) -> Self {
        let mut command = Command::new(env!("CARGO_BIN_EXE_kgq"));
        command.args(["-d", "numbers.ttl"]).args(args);
        let mut shell = Self::run(command, home, size, env);
        shell.wait_for("kgq> ");
        shell
    }

    /// A program in a folder, on a terminal of this size (columns, rows), whose keys reach it.
    pub fn run(command: Command, home: Home, size: (u16, u16), env: &[(&str, &str)]) -> Self {
        Self::begin(command, home, size, env, true)
    }

    /// All that a program writes to such a terminal until it ends, with what colours it.
    ///
    /// The terminal does not control the program: the end of one that is controlled hangs its terminal up, and what was not
    /// read by then is lost.
    #[track_caller]
    pub fn written(command: Command, home: Home, size: (u16, u16), env: &[(&str, &str)]) -> String {
        let mut terminal = Self::begin(command, home, size, env, false);
        terminal.end();
        let written = terminal.written.take().expect("nobody took it");
        String::from_utf8(written.join().expect("it reads to the end")).expect("text")
    }

    fn begin(
        mut command: Command,
        home: Home,
        size: (u16, u16),
        env: &[(&str, &str)],
        controls: bool,
    ) -> Self {
        let (master, terminal) = open_terminal(size);
        let stdio = || Stdio::from(terminal.try_clone().expect("a terminal"));
        command
            .current_dir(&*home)
            .env_clear()
            .env("HOME", &*home)
            .env("PATH", path())
            .env("TERM", "xterm-256color")
            .env("LANG", "en_US.UTF-8")
            .env("NO_COLOR", "1")
            .env("PAGER", "cat")
            .envs(env.iter().copied())
            .stdin(stdio())
            .stdout(stdio())
            .stderr(stdio());
        // SAFETY: both calls are async-signal-safe, and nothing else happens between fork and exec.
        unsafe {
            command.pre_exec(move || {
                if libc::setsid() < 0 || controls && libc::ioctl(0, libc::TIOCSCTTY, 0) < 0 {
                    return Err(std::io::Error::last_os_error());
                }
                Ok(())
            });
        }
        let child = command.spawn().expect("the program starts");
        drop(command);
        drop(terminal);
        let screen = Arc::new(Mutex::new(vt100::Parser::new(size.1, size.0, 0)));
        let mut output = master.try_clone().expect("a terminal");
        let shown = Arc::clone(&screen);
        let written = thread::spawn(move || {
            let mut all = Vec::new();
            let mut bytes = [0; 4096];
            while let Ok(read) = output.read(&mut bytes) {
                if read == 0 {
                    break;
                }
                all.extend_from_slice(&bytes[..read]);
                shown
                    .lock()
                    .expect("no reader panics")
                    .process(&bytes[..read]);
            }
            all
        });
        Self {
            master,
            child,
            screen,
            written: Some(written),
            home,
        }
    }

    pub fn send(&mut self, keys: &str) {
        self.master.write_all(keys.as_bytes()).expect("kgq reads");
        self.master.flush().expect("kgq reads");
    }

    /// Types a line and Enter.
    pub fn enter(&mut self, line: &str) {
        self.send(line);
        self.send("\r");
    }

    pub fn text(&self) -> String {
        self.screen
            .lock()
            .expect("no reader panics")
            .screen()
            .contents()
    }

    /// Waits until the screen shows a text.
    #[track_caller]
    pub fn wait_for(&mut self, text: &str) {
        self.wait_until(text, |screen| screen.contains(text));
    }

    /// Waits until the last line of the screen is an empty prompt.
    #[track_caller]
    pub fn wait_for_prompt(&mut self) {
        self.wait_until("a prompt", |screen| {
            screen
                .trim_end()
                .lines()
                .last()
                .is_some_and(|l| l.trim_end() == "kgq>")
        });
    }

    #[track_caller]
    pub fn wait_until(&mut self, what: &str, shows: impl Fn(&str) -> bool) {
        let started = Instant::now();
        while !shows(&self.text()) {
            assert!(
                started.elapsed() < PATIENCE,
                "no {what:?} on the screen:\n{}",
                self.text()
            );
            thread::sleep(Duration::from_millis(10));
        }
    }

    /// Waits for the end and gives the status.
    #[track_caller]
    pub fn status(mut self) -> i32 {
        self.end()
    }

    #[track_caller]
    fn end(&mut self) -> i32 {
        let started = Instant::now();
        loop {
            if let Some(status) = self.child.try_wait().expect("a child") {
                return status.code().unwrap_or(-1);
            }
            assert!(
                started.elapsed() < PATIENCE,
                "it does not end:\n{}",
                self.text()
            );
            thread::sleep(Duration::from_millis(10));
        }
    }

    pub fn resize(&mut self, (columns, rows): (u16, u16)) {
        let size = window((columns, rows));
        // SAFETY: the descriptor is open and the size is a winsize.
        let set = unsafe { libc::ioctl(self.master.as_raw_fd(), libc::TIOCSWINSZ, &size) };
        assert_eq!(set, 0);
        let mut screen = self.screen.lock().expect("no reader panics");
        screen.screen_mut().set_size(rows, columns);
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn window((columns, rows): (u16, u16)) -> libc::winsize {
    libc::winsize {
        ws_row: rows,
        ws_col: columns,
        ws_xpixel: 0,
        ws_ypixel: 0,
    }
}

fn open_terminal(size: (u16, u16)) -> (File, OwnedFd) {
    let (mut master, mut terminal) = (0, 0);
    let mut size = window(size);
    // SAFETY: all pointers are to live values or null, which openpty allows for the name and the modes.
    let opened = unsafe {
        libc::openpty(
            &raw mut master,
            &raw mut terminal,
            std::ptr::null_mut(),
            std::ptr::null_mut(),
            &raw mut size,
        )
    };
    assert_eq!(opened, 0, "a terminal");
    // SAFETY: openpty gave both descriptors, and nobody else owns them.
    unsafe { (File::from_raw_fd(master), OwnedFd::from_raw_fd(terminal)) }
}
