//! kgq against SPARQL servers that others wrote: each command says the same over the network as of the files.
//!
//! `pip install oxigraph rdflib-endpoint uvicorn` and `npm install @comunica/query-sparql-file@4` install them; a server that
//! is not there is reported as ignored.

#![allow(clippy::unwrap_used)]

use std::fs;
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

use libtest_mimic::{Arguments, Failed, Trial};

/// What is asked of every server.
const COMMANDS: &[&[&str]] = &[
    &["find", "EKS"],
    &["find", "vkem"],
    &["find", "ㅋㅂㄴㅌㅅ"],
    &["show", "EKS"],
    &["show", "Fargate", "--top", "5", "-f", "ntriples"],
    &["show", "Podman", "-l", "ko", "-f", "json"],
    &["show", "nonsense"],
    &["tree", "ContainerRegistry"],
    &["compare", "EKS", "vs", "ECS"],
    &[
        "compare",
        "Terraform",
        "vs",
        "Ansible",
        "vs",
        "OpenTofu",
        "-l",
        "ko",
    ],
    &["compare", "Harbor", "vs", "ECR", "-l", "ko"],
    &["map", "EKS", "-l", "ko"],
    &["path", "EKS", "to", "Kubelet"],
    &["path", "Fargate", "to", "Harbor", "-f", "json"],
    &["stats", "-f", "json"],
    &["why", "Docker Hub", "replacedBy", "Harbor"],
    &["show", "Podman", "--infer"],
    &["query", "-q", "SELECT ?s ?o { ?s k:isA ?o } ORDER BY ?s ?o"],
    &[
        "query",
        "-q",
        "SELECT ?o (COUNT(*) AS ?n) { ?s a ?o } GROUP BY ?o ORDER BY ?n ?o",
    ],
    &[
        "query",
        "-q",
        "SELECT ?x { :EKS (k:isA|k:requires)+ ?x } ORDER BY ?x",
    ],
    &[
        "query",
        "-q",
        "SELECT ?l { :EKS skos:prefLabel ?l FILTER(lang(?l) = \"ko\") }",
    ],
    &[
        "query",
        "-q",
        "SELECT * { :EKS k:isA ?o OPTIONAL { ?o k:nothing ?x } BIND(1 + 1 AS ?two) }",
    ],
    &["query", "-q", "ASK { :EKS k:isA :ControlPlane }"],
    &[
        "query",
        "-q",
        "SELECT * { ?t k:isA ?a OPTIONAL { ?a k:nothing ?zz } } ORDER BY ?t ?a",
    ],
    &[
        "query",
        "-q",
        "CONSTRUCT { ?o k:of ?s } WHERE { ?s k:isA ?o . FILTER(?s = :EKS) }",
        "-f",
        "ntriples",
    ],
];

/// What is asked of a server that takes a second for what others do in a millisecond.
const SLOW: &[&[&str]] = &[
    &["find", "vkem"],
    &["show", "EKS"],
    &["tree", "ContainerRegistry"],
    &["compare", "EKS", "vs", "ECS"],
    &["path", "EKS", "to", "Kubelet"],
    &["stats", "-f", "json"],
    &["why", "Docker Hub", "replacedBy", "Harbor"],
    &["query", "-q", "SELECT ?s ?o { ?s k:isA ?o } ORDER BY ?s ?o"],
    &["query", "-q", "ASK { :EKS k:isA :ControlPlane }"],
    &[
        "query",
        "-q",
        "SELECT * { ?t k:isA ?a OPTIONAL { ?a k:nothing ?zz } } ORDER BY ?t ?a",
    ],
];

const COMUNICA: &str = "comunica-sparql-file-http";

fn main() {
    let arguments = Arguments::from_args();
    let trials = vec![
        trial("oxigraph", "pip install oxigraph", oxigraph),
        trial(
            "rdflib-endpoint",
            "pip install rdflib-endpoint uvicorn",
            rdflib,
        ),
        trial(
            COMUNICA,
            "npm install @comunica/query-sparql-file@4",
            comunica,
        ),
    ];
    libtest_mimic::run(&arguments, trials).exit();
}

fn trial(program: &'static str, cure: &str, test: fn() -> Result<(), Failed>) -> Trial {
    let installed = Command::new(program)
        .arg("--help")
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        // Comunica tells its help with status 1.
        .status()
        .is_ok();
    if installed {
        return Trial::test(program, test);
    }
    let name = format!("{program} DID NOT RUN, it is not installed: {cure}");
    Trial::test(name, || Ok(())).with_ignored_flag(true)
}

/// A server in a process of its own, with a folder of its own, both gone when it is dropped.
struct Server {
    process: Child,
    folder: Arc<Folder>,
    port: u16,
}

struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Arc<Self> {
        let path = std::env::temp_dir().join(format!("kgq-{name}-{}", std::process::id()));
        fs::create_dir_all(&path).unwrap();
        Arc::new(Self(path))
    }

    fn file(&self, name: &str) -> PathBuf {
        self.0.join(name)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

impl Server {
    /// Starts a program that is told to listen at a free port, and waits until it does.
    fn start(folder: &Arc<Folder>, command: impl FnOnce(u16) -> Command) -> Result<Self, Failed> {
        let port = TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
        let mut command = command(port);
        let log = fs::File::create(folder.file("log"))?;
        let process = command.stdout(log.try_clone()?).stderr(log).spawn()?;
        let mut server = Self {
            process,
            folder: Arc::clone(folder),
            port,
        };
        let start = Instant::now();
        while TcpStream::connect(("127.0.0.1", port)).is_err() {
            let ended = server.process.try_wait()?.is_some();
            if ended || start.elapsed() > Duration::from_secs(60) {
                let log = fs::read_to_string(server.folder.file("log"))?;
                return Err(format!("it does not listen: {log}").into());
            }
            std::thread::sleep(Duration::from_millis(50));
        }
        Ok(server)
    }

    fn url(&self, path: &str) -> String {
        format!("http://127.0.0.1:{}{path}", self.port)
    }
}

fn kgq(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_kgq"))
        .env_remove("KGQ_DATA")
        .env_remove("KGQ_ENDPOINT")
        .env_remove("KGQ_TOKEN")
        .env("LC_ALL", "C.UTF-8")
        .args(arguments)
        .output()
        .unwrap()
}

/// Writes the course's graph to a file.
fn export(file: &Path, options: &[&str]) -> Result<(), Failed> {
    let exported = kgq(&[&["export", "-o", file.to_str().unwrap()], options].concat());
    if exported.status.success() {
        return Ok(());
    }
    Err(String::from_utf8_lossy(&exported.stderr)
        .into_owned()
        .into())
}

/// Every command says the same of the endpoint as of the file.
fn same_answers(url: &str, file: &Path, commands: &[&[&str]]) -> Result<(), Failed> {
    let file = file.to_str().unwrap();
    let mut wrong = String::new();
    for command in commands {
        let far = kgq(&[&["-e", url], *command].concat());
        let near = kgq(&[&["-d", file], *command].concat());
        let text = |output: &Output| {
            let text = String::from_utf8_lossy(&output.stdout).into_owned();
            // The graph's name is the one thing that differs.
            text.replace(url, "GRAPH").replace(file, "GRAPH")
        };
        if far.status != near.status || text(&far) != text(&near) {
            let said = String::from_utf8_lossy(&far.stderr);
            wrong += &format!(
                "{command:?}: {said}\n--- far\n{}--- near\n{}",
                text(&far),
                text(&near)
            );
        }
    }
    if wrong.is_empty() {
        Ok(())
    } else {
        Err(wrong.into())
    }
}

fn oxigraph() -> Result<(), Failed> {
    let folder = Folder::new("oxigraph");
    let (file, store) = (folder.file("notes.ttl"), folder.file("store"));
    export(&file, &[])?;
    let loaded = Command::new("oxigraph")
        .args(["load", "--location"])
        .arg(&store)
        .arg("--file")
        .arg(&file)
        .output()?;
    if !loaded.status.success() {
        return Err(String::from_utf8_lossy(&loaded.stderr).into_owned().into());
    }
    let server = Server::start(&folder, |port| {
        let mut command = Command::new("oxigraph");
        command.args(["serve", "--location"]).arg(&store);
        command.args(["--bind", &format!("127.0.0.1:{port}")]);
        command
    })?;
    same_answers(&server.url("/query"), &file, COMMANDS)?;
    update(&server)
}

/// An update reaches the endpoint, with `--write` only.
fn update(server: &Server) -> Result<(), Failed> {
    let (url, insert) = (
        server.url("/update"),
        "INSERT DATA { <x:a> <x:b> \"새로\" }",
    );
    let refused = kgq(&["-e", &url, "update", "-q", insert]);
    let asked = || {
        kgq(&[
            "-e",
            &server.url("/query"),
            "query",
            "-q",
            "ASK { <x:a> <x:b> \"새로\" }",
        ])
    };
    if refused.status.code() != Some(2) || asked().stdout != b"false\n" {
        return Err("an update was carried out without --write".into());
    }
    let done = kgq(&["-e", &url, "--write", "update", "-q", insert]);
    if !done.status.success() || asked().stdout != b"true\n" {
        return Err(format!(
            "the update failed: {}",
            String::from_utf8_lossy(&done.stderr)
        )
        .into());
    }
    Ok(())
}

fn rdflib() -> Result<(), Failed> {
    let folder = Folder::new("rdflib");
    let file = folder.file("notes.ttl");
    // It knows nothing of RDF 1.2.
    export(&file, &["--no-provenance"])?;
    let server = Server::start(&folder, |port| {
        let mut command = Command::new("rdflib-endpoint");
        command.args(["serve", "--host", "127.0.0.1", "--port", &port.to_string()]);
        command.arg(&file);
        command
    })?;
    same_answers(&server.url("/"), &file, SLOW)
}

fn comunica() -> Result<(), Failed> {
    let folder = Folder::new("comunica");
    let file = folder.file("notes.ttl");
    export(&file, &["--no-provenance"])?;
    let server = Server::start(&folder, |port| {
        let mut command = Command::new(COMUNICA);
        command.args(["--port", &port.to_string()]).arg(&file);
        command
    })?;
    same_answers(&server.url("/sparql"), &file, SLOW)
}
