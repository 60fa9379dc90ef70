//! Gathers `ontology/` and `data/` for embedding, so that a new file is embedded without a line of Rust.
//!
//! The graphs among them are packed here with the program's own index, so that no Turtle is parsed at start-up.

use std::error::Error;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs, io};

use oxrdf::vocab::rdf;
use oxrdf::{BlankNode, NamedNode, NamedOrBlankNode, Term, Triple};
use oxttl::TurtleParser;

use search::Tier;

// The index and the search need these of the crate, and these each other.
#[allow(dead_code)]
#[path = "src/cancel.rs"]
mod cancel;
#[allow(dead_code)]
#[path = "src/diagnostic.rs"]
mod diagnostic;
#[allow(dead_code)]
#[path = "src/draft.rs"]
mod draft;
#[allow(dead_code)]
#[path = "src/error.rs"]
mod error;
#[allow(dead_code, unused_imports)]
#[path = "src/index/mod.rs"]
mod index;
#[allow(dead_code)]
#[path = "src/korean/mod.rs"]
mod korean;
#[allow(dead_code)]
#[path = "src/meta.rs"]
mod meta;
#[allow(dead_code)]
#[path = "src/printable.rs"]
mod printable;
#[allow(dead_code)]
#[path = "src/progress.rs"]
mod progress;
#[allow(dead_code)]
#[path = "src/search/mod.rs"]
mod search;
#[path = "src/varint.rs"]
mod varint;

/// The graph whose names are searched.
const COURSE: &str = "course";

/// The graph that says which properties name things.
const ROLES: &str = "roles";

/// The graphs that are packed, in this order, each with the files or folders that it is made of.
const GRAPHS: &[(&str, &[&str])] = &[
    ("vocabulary", &["ontology/notes.ttl"]),
    (ROLES, &["ontology/roles.ttl"]),
    (COURSE, &["data", "ontology/notes.ttl"]),
    ("style", &["ontology/style.ttl"]),
];

fn main() -> Result<(), Box<dyn Error>> {
    let root = PathBuf::from(env::var("CARGO_MANIFEST_DIR")?);
    let out = PathBuf::from(env::var("OUT_DIR")?);
    for code in [
        "cancel.rs",
        "diagnostic.rs",
        "error.rs",
        "index",
        "korean",
        "meta.rs",
        "printable.rs",
        "progress.rs",
        "search",
        "varint.rs",
    ] {
        println!("cargo::rerun-if-changed=src/{code}");
    }
    for (name, sources) in GRAPHS {
        let mut files = Vec::new();
        for source in *sources {
            gather(&root.join(source), "ttl", &mut files)?;
        }
        let tiers = match *name {
            COURSE => tiers(&index::Index::open(&out.join(format!("{ROLES}.kgq")))?),
            _ => Vec::new(),
        };
        pack(&files, &tiers, &out.join(format!("{name}.kgq")))?;
    }
    println!("cargo::rustc-env=KGQ_VERSION={}", version(&root)?);
    let mut texts = Vec::new();
    for folder in ["ontology/rules", "ontology/checks", "ontology/queries"] {
        gather(&root.join(folder), "rq", &mut texts)?;
    }
    fs::write(out.join("embedded.rs"), list(&root, &texts)?)?;
    link_for_a_quick_start();
    Ok(())
}

/// What the loader has to do at every start is done here once, where the system lets us.
fn link_for_a_quick_start() {
    let is = |name: &str, value: &str| env::var(name).is_ok_and(|found| found == value);
    if is("CARGO_CFG_TARGET_OS", "linux") && is("CARGO_CFG_TARGET_ENV", "gnu") {
        // Otherwise twenty thousand addresses are put right at every start, a tenth of a short command's time.
        println!("cargo::rustc-link-arg-bins=-no-pie");
        // What unwinds the stack comes with every C compiler as an archive too. The shared libgcc_s asks the processor what
        // it can do when it is loaded, another tenth; found here first, it is not needed.
        println!("cargo::rustc-link-lib=gcc_eh");
    }
}

/// The version with the commit that it was built from, where that is known, and Oxigraph's.
fn version(root: &Path) -> Result<String, Box<dyn Error>> {
    let git = |arguments: &[&str]| {
        let output = Command::new("git")
            .arg("-C")
            .arg(root)
            .args(arguments)
            .output()
            .ok()?;
        let said = String::from_utf8(output.stdout).ok()?;
        output.status.success().then(|| said.trim().to_owned())
    };
    // A package that was unpacked inside another repository has no commit of its own.
    let own = git(&["rev-parse", "--show-toplevel"]).is_some_and(|top| Path::new(&top) == root);
    let commit = git(&["rev-parse", "--short=10", "HEAD"]).filter(|_| own);
    if env::var("PROFILE").is_ok_and(|profile| profile == "release")
        && let Some(log) = git(&["rev-parse", "--git-path", "logs/HEAD"]).filter(|_| own)
    {
        println!("cargo::rerun-if-changed={}", root.join(log).display());
    }
    let lock = fs::read_to_string(root.join("Cargo.lock"))?;
    println!("cargo::rerun-if-changed=Cargo.lock");
    let oxigraph = lock
        .split("[[package]]")
        .find(|package| package.contains("name = \"oxigraph\"\n"))
        .and_then(|package| package.split("version = \"").nth(1)?.split('"').next())
        .ok_or("Cargo.lock names no oxigraph")?;
    let commit = commit
        .map(|commit| format!("commit {commit}, "))
        .unwrap_or_default();
    let version = env::var("CARGO_PKG_VERSION")?;
    Ok(format!("{version} ({commit}Oxigraph {oxigraph})"))
}

/// The files with this extension at or below `path`, sorted.
fn gather(path: &Path, extension: &str, files: &mut Vec<PathBuf>) -> io::Result<()> {
    println!("cargo::rerun-if-changed={}", path.display());
    if path.is_dir() {
        let mut entries: Vec<PathBuf> = fs::read_dir(path)?
            .map(|entry| Ok(entry?.path()))
            .collect::<io::Result<_>>()?;
        entries.sort();
        for entry in entries {
            gather(&entry, extension, files)?;
        }
    } else if path.extension().is_some_and(|e| e == extension) {
        files.push(path.to_owned());
    }
    Ok(())
}

/// Packs Turtle files into one graph with the prefixes that they declare, and with its names as far as anything names them.
fn pack(files: &[PathBuf], tiers: &[(NamedNode, Tier)], into: &Path) -> Result<(), Box<dyn Error>> {
    let mut builder = index::Builder::new();
    let mut prefixes: Vec<(String, String)> = Vec::new();
    for (number, file) in files.iter().enumerate() {
        let text = fs::read_to_string(file)?;
        let mut parser = TurtleParser::new().for_slice(&text);
        // Blank nodes are named by their order, so that the same files always make the same bytes.
        let mut names = Vec::new();
        for triple in parser.by_ref() {
            let triple = triple.map_err(|e| format!("{}: {e}", file.display()))?;
            let triple = renamed(triple, number, &mut names);
            builder.push(triple.as_ref().in_graph(oxrdf::GraphNameRef::DefaultGraph))?;
        }
        // The parser has them in another order each time.
        let mut declared: Vec<(&str, &str)> = parser.prefixes().collect();
        declared.sort_unstable();
        for (prefix, namespace) in declared {
            if !prefixes.iter().any(|(known, _)| known == prefix) {
                prefixes.push((prefix.to_owned(), namespace.to_owned()));
            }
        }
    }
    index::Index::pack(vec![builder], &prefixes, into, |packed| {
        Ok(names(&packed, tiers))
    })?;
    Ok(())
}

/// What finds the names in a graph, by the built-in roles: as the program makes it of any other graph.
fn names(packed: &index::Index, tiers: &[(NamedNode, Tier)]) -> Vec<u8> {
    if tiers.is_empty() {
        return Vec::new();
    }
    let labels = tiers.iter().filter_map(|(property, tier)| {
        let property = packed.id(property.as_ref().into())?;
        let labels = packed.labels(property);
        Some(labels.map(|(node, label)| (node.0, *tier, label)))
    });
    let iris = packed.named_nodes().map(|(node, iri)| (node.0, iri));
    search::build_of_labels(labels.flatten(), iris, false)
}

/// The properties by which things are called, with what kind of name each gives.
fn tiers(roles: &index::Index) -> Vec<(NamedNode, Tier)> {
    let is_hidden = |property: &NamedOrBlankNode| {
        let ranks = roles.triples_with(meta::RANK);
        ranks.iter().any(|rank| {
            let is_high =
                |rank: &oxrdf::Literal| rank.value().parse().is_ok_and(|rank: i64| rank > 1);
            rank.subject == *property
                && matches!(&rank.object, Term::Literal(rank) if is_high(rank))
        })
    };
    let kinds = roles.triples_with(rdf::TYPE).into_iter();
    let tiers = kinds.filter_map(|kind| {
        let tier = match &kind.object {
            Term::NamedNode(role) if *role == meta::LABEL_PROPERTY => Tier::Preferred,
            Term::NamedNode(role) if *role == meta::ALIAS_PROPERTY => {
                match is_hidden(&kind.subject) {
                    true => Tier::Hidden,
                    false => Tier::Alternative,
                }
            }
            _ => return None,
        };
        match kind.subject {
            NamedOrBlankNode::NamedNode(property) => Some((property, tier)),
            NamedOrBlankNode::BlankNode(_) => None,
        }
    });
    tiers.collect()
}

fn renamed(mut triple: Triple, file: usize, names: &mut Vec<BlankNode>) -> Triple {
    let mut rename = |node: &BlankNode| {
        let at = names
            .iter()
            .position(|name| name == node)
            .unwrap_or_else(|| {
                names.push(node.clone());
                names.len() - 1
            });
        BlankNode::new_unchecked(format!("f{file}b{at}"))
    };
    if let NamedOrBlankNode::BlankNode(node) = &triple.subject {
        triple.subject = rename(node).into();
    }
    if let Term::BlankNode(node) = &triple.object {
        triple.object = rename(node).into();
    }
    triple
}

/// Code for a table of names and texts.
fn list(root: &Path, files: &[PathBuf]) -> Result<String, Box<dyn Error>> {
    let mut code = String::from("static FILES: &[(&str, &str)] = &[\n");
    for file in files {
        let name = file
            .strip_prefix(root)?
            .to_string_lossy()
            .replace('\\', "/");
        writeln!(
            code,
            "    ({name:?}, include_str!({:?})),",
            file.display().to_string()
        )?;
    }
    code.push_str("];\n");
    Ok(code)
}
