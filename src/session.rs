//! What every command works on: a graph, and what is known of reading it.

use std::cell::OnceCell;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::Duration;

use oxrdf::vocab::rdf;
use oxrdf::{Quad, Triple};

use crate::cancel::{self, Token};
use crate::embedded;
use crate::error::{Error, Result};
use crate::graph::{Graph, Node};
use crate::prefixes::Prefixes;
use crate::progress::Progress;
use crate::roles::Roles;
use crate::rules;
pub use opening::{COURSE, Origin};

mod opening;

/// A graph with what is needed to read it.
#[derive(Debug)]
pub struct Session {
    /// The graph.
    pub graph: Graph,
    /// What it is called in messages.
    pub graph_name: String,
    /// The graph by itself, while [`Self::graph`] holds what rules infer too.
    pub(crate) stated: Option<Graph>,
    /// How inference went, where it was asked for.
    pub inference: Option<rules::Summary>,
    /// The user's own roles as triples, which rules see.
    pub own_roles: Vec<Triple>,
    roles: OnceCell<Roles>,
    role_nodes: OnceCell<Roles<Node>>,
    type_node: OnceCell<Option<Node>>,
    reifies_node: OnceCell<Option<Node>>,
    /// Short names for IRIs.
    pub prefixes: Prefixes,
    /// Preferred languages of labels, most wanted first.
    pub languages: Vec<String>,
    /// What the user allows and wants.
    pub settings: Settings,
    /// What the handler of Ctrl-C sets.
    pub interrupted: Arc<AtomicBool>,
    /// The search index over all names, made when it is first needed.
    pub(crate) search: OnceCell<Vec<u8>>,
    /// Hears how far the work has come.
    pub progress: Arc<Progress>,
    /// What a user should know besides the answers; whoever prints takes them.
    pub warnings: Vec<String>,
}

/// What the user allows and wants of a session.
#[derive(Debug, Clone, Default)]
pub struct Settings {
    /// Whether updates may change the graph.
    pub write: bool,
    /// Whether `SERVICE` and `LOAD` may reach the network.
    pub allow_network: bool,
    /// Whether files, the network, the shell and updates are out of reach.
    pub safe: bool,
    /// How long one command may take.
    pub timeout: Option<Duration>,
    /// How much memory, in bytes, one command may use.
    pub max_memory: Option<u64>,
    /// Whether the graph is to hold what rules infer.
    pub infer: bool,
    /// Files and folders of the user's own rules.
    pub rules: Vec<PathBuf>,
    /// How many facts rules may infer; 10 million unless given.
    pub max_inferred: Option<u64>,
}

impl Settings {
    /// Refuses what touches files or other programs, or changes anything, in a safe session; `what` names it, as in
    /// "reading a.rq".
    ///
    /// # Errors
    /// [`Error::Refused`] in a safe session.
    pub fn files(&self, what: &str) -> Result<()> {
        if !self.safe {
            return Ok(());
        }
        Err(Error::Refused {
            what: what.to_owned(),
            hint: "this session was opened with --safe".to_owned(),
        })
    }
}

/// The most triples that are copied from an endpoint for rules to read.
const MOST_COPIED: usize = 1_000_000;

impl Session {
    /// Lets the graph hold what rules infer of it, or takes that out again.
    ///
    /// # Errors
    /// An endpoint that fails or has too much to copy, a rule that cannot be read, too many inferred facts.
    pub fn infer(&mut self, on: bool) -> Result<()> {
        let before = std::mem::replace(&mut self.settings.infer, on);
        let inferred = self.put_inferred(on);
        if inferred.is_err() {
            self.settings.infer = before;
        }
        inferred
    }

    fn put_inferred(&mut self, on: bool) -> Result<()> {
        // A file may have been packed with what is inferred.
        let packed = self.graph.has_inferred() && self.settings.rules.is_empty();
        let graph = match self.stated.take() {
            Some(stated) if on => {
                self.stated = Some(stated);
                return Ok(());
            }
            Some(stated) => {
                self.inference = None;
                stated
            }
            None if !on || packed => return Ok(()),
            None => {
                let at_hand = self.at_hand()?;
                let closure = rules::closure(&at_hand)?;
                let graph = at_hand.graph.with(rules::marked(&closure))?;
                self.inference = Some(closure.summary().clone());
                self.stated = Some(self.graph.clone());
                graph
            }
        };
        self.put(graph);
        Ok(())
    }

    /// What predicates are for: as the user says, then as is built in.
    ///
    /// Read when a command first asks: a query needs none of it.
    pub fn roles(&self) -> &Roles {
        self.roles.get_or_init(|| {
            let mut roles = Roles::built_in();
            roles.extend_with(Roles::read(&self.own_roles));
            roles
        })
    }

    /// The same as nodes of the graph.
    pub fn role_nodes(&self) -> &Roles<Node> {
        self.role_nodes
            .get_or_init(|| self.roles().nodes(&self.graph))
    }

    /// `rdf:type`, where it occurs.
    pub fn type_node(&self) -> Option<Node> {
        *self.type_node.get_or_init(|| self.graph.node(rdf::TYPE))
    }

    /// The predicate that links a reifier to its triple term, where it occurs.
    pub fn reifies_node(&self) -> Option<Node> {
        *self
            .reifies_node
            .get_or_init(|| self.graph.node(rdf::REIFIES))
    }

    /// The graph without what rules infer.
    pub fn stated_graph(&self) -> &Graph {
        self.stated.as_ref().unwrap_or(&self.graph)
    }

    fn put(&mut self, graph: Graph) {
        self.role_nodes = OnceCell::new();
        self.type_node = OnceCell::new();
        self.reifies_node = OnceCell::new();
        self.search = OnceCell::new();
        self.graph = graph;
    }

    /// A session over a graph that is at hand, with no languages preferred and nothing allowed.
    ///
    /// `own_roles` are the user's, as triples.
    pub fn over(
        graph: Graph,
        graph_name: String,
        own_roles: Vec<Triple>,
        prefixes: Prefixes,
    ) -> Self {
        Self {
            graph,
            stated: None,
            inference: None,
            own_roles,
            roles: OnceCell::new(),
            role_nodes: OnceCell::new(),
            type_node: OnceCell::new(),
            reifies_node: OnceCell::new(),
            graph_name,
            prefixes,
            languages: Vec::new(),
            settings: Settings::default(),
            interrupted: Arc::default(),
            search: OnceCell::new(),
            progress: Arc::default(),
            warnings: Vec::new(),
        }
    }

    /// The same session over what is stated, all of it in the default graph, whichever graph states it.
    ///
    /// # Errors
    /// Graphs that together leave no room.
    pub fn merged(&self) -> Result<Self> {
        Ok(self.with_graph(self.stated_graph().merged()?))
    }

    /// The same session over the vocabulary by itself, for data that do not bring it.
    ///
    /// # Errors
    /// None, unless the program is damaged.
    pub fn vocabulary(&self) -> Result<Self> {
        let vocabulary = Graph::Index(Arc::new(embedded::vocabulary()?));
        Ok(self.with_graph(vocabulary))
    }

    /// The same session over a graph that rules can read: what is behind an endpoint is copied.
    ///
    /// # Errors
    /// An endpoint that fails or has too much to copy.
    pub fn at_hand(&self) -> Result<Self> {
        Ok(self.with_graph(self.graph.at_hand(MOST_COPIED)?))
    }

    fn with_graph(&self, graph: Graph) -> Self {
        let mut session = Self::over(
            graph,
            self.graph_name.clone(),
            self.own_roles.clone(),
            self.prefixes.clone(),
        );
        session.languages.clone_from(&self.languages);
        session.settings = self.settings.clone();
        session.interrupted = Arc::clone(&self.interrupted);
        session.progress = Arc::clone(&self.progress);
        session
    }

    /// Puts another graph in the place of this one, as an update does.
    ///
    /// # Errors
    /// More terms than an index can number.
    pub fn replace_graph(&mut self, quads: &[Quad]) -> Result<()> {
        self.put(Graph::from_quads(quads)?);
        self.stated = None;
        self.inference = None;
        self.infer(self.settings.infer)
    }

    /// A token for a command that starts now, or, while one runs, for a part of it.
    pub fn token(&self) -> Token {
        match cancel::work() {
            Some(running) => running.part(),
            None => Token::new(
                Arc::clone(&self.interrupted),
                self.settings.timeout,
                self.settings.max_memory,
            )
            .telling(Arc::clone(&self.progress)),
        }
    }
}

#[cfg(test)]
impl Session {
    /// A session over a few lines of Turtle, with the built-in roles; its default prefix is `x:`.
    pub(crate) fn sample(turtle: &str) -> Self {
        let mut prefixes = Prefixes::default();
        let known = embedded::roles().expect("the built-in roles are sound");
        prefixes.bind_all(&known.prefixes());
        let mut text = "@prefix : <x:> . @prefix n: <https://kgq.example/notes#> .\n".to_owned();
        for (prefix, namespace) in prefixes.iter().filter(|(prefix, _)| !prefix.is_empty()) {
            text.push_str(&format!("@prefix {prefix}: <{namespace}> .\n"));
        }
        text.push_str(turtle);
        prefixes.rebind("", "x:");
        let format = oxigraph::io::RdfFormat::Turtle;
        let mut loaded = crate::graph::load::Loaded::default();
        crate::graph::load::read(text.as_bytes(), "sample", format, &mut loaded)
            .expect("the sample parses");
        for (prefix, namespace) in &loaded.prefixes {
            prefixes.bind(prefix, namespace);
        }
        let graph = Graph::from_quads(&loaded.quads).expect("the sample fits");
        Self::over(graph, "sample".to_owned(), Vec::new(), prefixes)
    }

    /// The notes, in a language.
    pub(crate) fn notes(language: &str) -> Self {
        Self::open(
            &Origin::default(),
            vec![language.to_owned()],
            Settings::default(),
        )
        .expect("the notes parse")
    }

    /// The node of a name that is known to be there.
    pub(crate) fn named(&self, name: &str) -> Node {
        crate::names::resolve(self, name).expect("the name resolves")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prefixes_of_a_file_go_before_those_that_are_known_anyway() {
        let file = std::env::temp_dir().join(format!("kgq-prefixes-{}.ttl", std::process::id()));
        let text =
            "@prefix : <http://own/> . @prefix schema: <https://schema.org/> . :a schema:b :c .";
        std::fs::write(&file, text).expect("the temporary folder can be written");
        let origin = Origin {
            data: vec![file.clone()],
            ..Origin::default()
        };
        let session = Session::open(&origin, Vec::new(), Settings::default());
        std::fs::remove_file(&file).expect("the file is there");
        let session = session.expect("the file parses");
        assert_eq!(session.prefixes.namespace(""), Some("http://own/"));
        assert_eq!(
            session.prefixes.namespace("schema"),
            Some("https://schema.org/")
        );
        assert!(session.prefixes.namespace("skos").is_some());
        assert!(session.warnings.is_empty(), "{:?}", session.warnings);
    }

    #[test]
    fn without_a_default_prefix_in_the_data_there_is_none() {
        let file = std::env::temp_dir().join(format!("kgq-none-{}.nt", std::process::id()));
        std::fs::write(&file, "<a:b> <a:c> <a:d> .\n")
            .expect("the temporary folder can be written");
        let origin = Origin {
            data: vec![file.clone()],
            ..Origin::default()
        };
        let session = Session::open(&origin, Vec::new(), Settings::default());
        std::fs::remove_file(&file).expect("the file is there");
        assert_eq!(
            session.expect("the file parses").prefixes.namespace(""),
            None
        );
    }
}
