//! The notes broken in many ways: the right check names the place and the cure.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use oxigraph::io::RdfFormat;
use oxrdf::Quad;

use super::*;
use crate::graph::Graph;
use crate::graph::load::{self, Loaded};

/// A file of the notes or of their vocabulary.
struct Source {
    name: String,
    text: String,
    quads: Vec<Quad>,
}

static SOURCES: LazyLock<Vec<Source>> = LazyLock::new(|| {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut paths: Vec<PathBuf> = fs::read_dir(root.join("data"))
        .expect("the notes are there")
        .map(|entry| entry.expect("a file").path())
        .collect();
    paths.push(root.join("ontology/notes.ttl"));
    paths
        .iter()
        .map(|path| {
            let text = fs::read_to_string(path).expect("a text");
            Source {
                name: path
                    .file_stem()
                    .expect("a name")
                    .to_string_lossy()
                    .into_owned(),
                quads: parsed(&text),
                text,
            }
        })
        .collect()
});

fn parsed(text: &str) -> Vec<Quad> {
    let mut loaded = Loaded::default();
    load::read(text.as_bytes(), "copy", RdfFormat::Turtle, &mut loaded).expect("it parses");
    loaded.quads
}

/// What one check says of the notes when the first `old` is replaced by `new` in one of their files.
fn broken(check: &str, file: &str, old: &str, new: &str) -> Checked {
    let mut quads = Vec::new();
    for source in SOURCES.iter() {
        if source.name == file {
            assert!(source.text.contains(old), "{file} lacks {old}");
            quads.extend(parsed(&source.text.replacen(old, new, 1)));
        } else {
            quads.extend(source.quads.iter().cloned());
        }
    }
    let notes = Session::notes("en");
    let graph = Graph::from_quads(&quads).expect("it fits");
    let mut session = Session::over(graph, "copy".to_owned(), notes.roles, notes.prefixes);
    session.languages = notes.languages;
    let queries = query_file::built_in(FOLDER);
    let query = queries
        .iter()
        .find(|query| query.name == check)
        .expect("a check");
    let session = session.with_vocabulary().expect("it fits");
    checked(query, &session).expect("it runs")
}

/// A place as `focus detail …`.
fn shown(fault: &Fault) -> String {
    let focus = fault.focus.iter();
    let values: Vec<String> = focus
        .chain(fault.details.iter().map(|detail| &detail.value))
        .map(short)
        .collect();
    values.join(" ")
}

/// The last part of an IRI, or a text in quotes.
fn short(value: &crate::answer::Value) -> String {
    match &value.term {
        Term::NamedNode(iri) => names::local_part(iri.as_str())
            .unwrap_or_default()
            .to_owned(),
        Term::Literal(text) => format!("{:?}", text.value()),
        _ => "_".to_owned(),
    }
}

/// What is done to the notes, the file, the text that is replaced and by what, the check, and the place it should name.
const BREAKS: &[(&str, &str, &str, &str, &str, &str)] = &[
    (
        "a misspelt property",
        "Harbor",
        "k:replaces",
        "k:replacse",
        "undeclared-property",
        "replacse",
    ),
    (
        "a misspelt class",
        "EKS",
        "a k:Service",
        "a k:Servise",
        "undeclared-class",
        "Servise",
    ),
    (
        "a subject outside the domain",
        "EKS",
        "k:advantage :Sc",
        "k:firstLine 3 ; k:advantage :Sc",
        "domain",
        "EKS firstLine Section Service",
    ),
    (
        "a text where a thing should be",
        "EKS",
        "k:advantage :Scalability",
        "k:advantage \"scale\"",
        "range",
        "EKS advantage \"scale\" Trait",
    ),
    (
        "an object outside the range",
        "Harbor",
        "k:advantage :Backup",
        "k:usedBy :Backup",
        "range",
        "Harbor usedBy Backup Role",
    ),
    (
        "a part had and lacked",
        "EKS",
        "k:requires :DataPlane",
        "k:hasPart :DataPlane",
        "has-and-lacks",
        "EKS DataPlane hasPart",
    ),
    (
        "fit and unfit",
        "Fargate",
        "k:suitableFor :NonFullNode",
        "k:suitableFor :GPUTraining",
        "disjoint-properties",
        "Fargate GPUTraining suitableFor unsuitableFor",
    ),
    (
        "a concept that is a claim",
        "EKS",
        "a k:Service",
        "a k:Service , k:Claim",
        "disjoint-classes",
        "EKS Claim Service",
    ),
    (
        "two kinds",
        "EKS",
        "a k:Service",
        "a k:Service , k:Tool",
        "one-kind",
        "EKS",
    ),
    (
        "a circle of kinds",
        "ControlPlane",
        "a k:Component ;",
        "a k:Component ; k:isA :EKS ;",
        "hierarchy-cycle",
        "EKS isA",
    ),
    (
        "a step that follows from two",
        "RookCeph",
        "k:isA :DistributedStorage",
        "k:isA :Storage , :DistributedStorage",
        "closure-stated",
        "RookCeph Storage DistributedStorage",
    ),
    (
        "no Korean label",
        "Kubelet",
        "\"kubelet\"@en , \"kubelet\"@ko",
        "\"kubelet\"@en",
        "missing-label",
        "Kubelet \"ko\"",
    ),
    (
        "two labels in English",
        "Kubelet",
        "\"kubelet\"@en",
        "\"kubelet\"@en , \"agent\"@en",
        "duplicate-label",
        "Kubelet \"en\"",
    ),
    (
        "the label of another thing",
        "Speed",
        "\"speed\"@en",
        "\"EKS\"@en",
        "shared-label",
        "EKS Speed \"EKS\"",
    ),
    (
        "a label that ends with a space",
        "Kubelet",
        "\"kubelet\"@en",
        "\"kubelet \"@en",
        "label-white-space",
        "Kubelet prefLabel \"kubelet \"",
    ),
    (
        "a label with a tab inside",
        "Kubelet",
        "\"kubelet\"@en",
        "\"kube\tlet\"@en",
        "label-white-space",
        "Kubelet prefLabel \"kube\\tlet\"",
    ),
    (
        "no English definition",
        "Harbor",
        "\"A container registry that one runs oneself.\"@en , ",
        "",
        "missing-definition",
        "Harbor \"en\"",
    ),
    (
        "a concept that nothing speaks of",
        "Speed",
        ":Speed a k:Trait",
        ":Lonely a k:Trait . :Speed a k:Trait",
        "orphan-concept",
        "Lonely",
    ),
    (
        "a fact without a source",
        "Harbor",
        "k:advantage :Backup {| prov:wasDerivedFrom :L134 |}",
        "k:advantage :Backup",
        "fact-without-source",
        "Harbor advantage Backup",
    ),
    (
        "a source that is no line",
        "Harbor",
        "k:advantage :Backup {| prov:wasDerivedFrom :L134 |}",
        "k:advantage :Backup {| prov:wasDerivedFrom :L999 |}",
        "unknown-source",
        "Harbor L999",
    ),
    (
        "a line without a reason",
        "lines",
        "k:section :ExamSection ; k:accountedFor :BlankLine",
        "k:section :ExamSection",
        "line-unaccounted",
        "L3 \"3\"",
    ),
    (
        "a line both empty and a source",
        "lines",
        ":L5 a k:NoteLine ;",
        ":L5 a k:NoteLine ; k:accountedFor :BlankLine ;",
        "line-accounted-twice",
        "L5 BlankLine",
    ),
    (
        "a number used twice",
        "lines",
        "k:line 6 ;",
        "k:line 5 ;",
        "line-numbers",
        "L6",
    ),
    (
        "in and out of scope on one line",
        "EKS",
        "k:examScope :InScope {| prov:wasDerivedFrom :L33 |}",
        "k:examScope :InScope {| prov:wasDerivedFrom :L33 |} ; k:examScope :OutOfScope {| prov:wasDerivedFrom :L33 |}",
        "scope-conflict",
        "EKS InScope L33",
    ),
    (
        "a false claim asserted",
        "EC2",
        "k:servesAs :DataPlane {|",
        "k:servesAs :ControlPlane , :DataPlane {|",
        "false-claim-asserted",
        "claim-ec2-control-plane EC2 servesAs ControlPlane",
    ),
    (
        "a claim without its verdict",
        "claims",
        "    k:verdict false ;\n",
        "",
        "claim-incomplete",
        "claim-ec2-control-plane verdict",
    ),
    (
        "a false claim whose correction is not stated",
        "claims",
        "k:correctedBy <<( :EC2 k:servesAs :DataPlane )>>",
        "k:correctedBy <<( :EC2 k:servesAs :Kubelet )>>",
        "claim-incomplete",
        "claim-ec2-control-plane correctedBy",
    ),
    (
        "a doubtful statement asserted",
        "EC2",
        "a k:Service ;",
        "a k:Service . :ECR k:integratesWith :EC2 . :EC2",
        "uncertain-asserted",
        "ECR integratesWith EC2 u15",
    ),
    (
        "a name that stands for nothing",
        "Harbor",
        "k:usedIn :PaaS",
        "k:usedIn :Pass",
        "dangling-reference",
        "Pass Harbor usedIn",
    ),
];

#[test]
fn every_way_to_break_the_notes_is_found_by_its_check() {
    let mut missed = Vec::new();
    for &(what, file, old, new, check, place) in BREAKS {
        let found = broken(check, file, old, new);
        assert!(found.applies && found.cure.is_some(), "{what}");
        let places: Vec<String> = found.faults.iter().map(shown).collect();
        if place.is_empty() || !places.iter().any(|p| p.starts_with(place)) {
            missed.push(format!("{what}: {place} is not among {places:?}"));
        }
    }
    assert!(missed.is_empty(), "{}", missed.join("\n"));
}

#[test]
fn the_notes_pass_every_check() {
    let Ok(Answer::Checks(checks)) = run(&Args { checks: Vec::new() }, &Session::notes("en"))
    else {
        panic!("checks run");
    };
    for check in &checks.checks {
        assert!(check.applies, "{} does not apply", check.name);
        assert_eq!(check.count(), 0, "{}", check.name);
    }
}

#[test]
fn checks_of_the_notes_do_not_apply_to_other_data() {
    let session = Session::sample(":a foaf:name \"A\" ; foaf:knows :b . :b foaf:name \"B\" .");
    let Ok(Answer::Checks(checks)) = run(&Args { checks: Vec::new() }, &session) else {
        panic!("checks run");
    };
    let faults: u64 = checks.checks.iter().map(Checked::count).sum();
    assert_eq!(faults, 0);
    let applies = |name: &str| checks.checks.iter().any(|c| c.name == name && c.applies);
    assert!(!applies("line-unaccounted") && !applies("fact-without-source"));
}
