//! Explanations of facts of the notes.

use crate::answer::Answer;
use crate::language::Language;
use crate::render::{self, Format, View};
use crate::session::Session;

use super::*;

fn why(session: &Session, words: &[&str]) -> Why {
    let args = Args {
        words: words.iter().map(|word| (*word).to_owned()).collect(),
        notes: None,
    };
    match run(&args, session).expect("it is explained") {
        Answer::Why(why) => *why,
        _ => panic!("an explanation"),
    }
}

fn text(language: &str, words: &[&str]) -> String {
    let session = Session::notes(language);
    let why = why(&session, words);
    let view = View {
        prefixes: &session.prefixes,
        width: None,
        rows: None,
        rest: "",
        terminal: false,
        color: false,
        language: Language::of(&session.languages),
    };
    let mut out = Vec::new();
    render::write(Answer::Why(Box::new(why)), Format::Text, &view, &mut out)
        .expect("it is written");
    String::from_utf8(out).expect("text")
}

#[test]
fn a_stated_fact_names_its_lines_and_their_sections() {
    insta::assert_snapshot!(text("en", &["EKS", "isA", "control plane"]), @"
    The notes say so:

    EKS ─ is a → control plane L5 L37

    Lines of the notes
      L5 (week 11, part 1)
      L37 (week 11, part 2)
    ");
}

#[test]
fn an_inferred_fact_names_its_rule_and_what_it_follows_from() {
    insta::assert_snapshot!(text("en", &["Docker Hub", "replacedBy", "Harbor"]), @"
    It is not stated, but it follows:

    Docker Hub ─ is replaced by → Harbor
    │  because: Being inverse holds both ways. [owl-inverse-inverse]
    ├─ Harbor ─ replaces → Docker Hub L135
    └─ “is replaced by” ─ is the inverse of → “replaces”  (vocabulary)

    Lines of the notes
      L135 (week 13)
    ");
}

#[test]
fn an_inferred_fact_is_explained_in_korean() {
    insta::assert_snapshot!(text("ko", &["하버", "alternativeTo", "도커 허브"]), @"
    적혀 있지는 않지만 따라 나온다:

    하버는 도커 허브의 대안이다
    │  까닭: 한 속성으로 말한 것은 그 위의 속성으로도 성립한다. 어떤 것을 대체하는
    │  것은 그것의 대안이다. [rdfs-subproperty]
    ├─ 하버는 도커 허브를 대체한다 L135
    └─ “대체한다”는 “의 대안이다”의 하위 속성이다  (어휘)

    노트의 줄
      L135 (13주차)
    ");
}

#[test]
fn a_false_claim_of_the_exam_is_corrected() {
    let found = why(&Session::notes("en"), &["EC2", "isA", "ControlPlane"]);
    assert_eq!(found.verdict, Verdict::FalseClaim);
    let correction = &found.claims[0].corrections[0];
    assert_eq!(correction.property.text(), "serves as");
    assert_eq!(correction.object.text(), "data plane");
}

#[test]
fn the_contrary_that_is_stated_is_told() {
    let found = why(&Session::notes("en"), &["EKS", "has", "DataPlane"]);
    assert_eq!(found.verdict, Verdict::Denied);
    let lines: Vec<u32> = found.lines.iter().map(|line| line.line).collect();
    assert!(lines.starts_with(&[5, 6]), "{lines:?}");
}

#[test]
fn a_doubtful_statement_is_told_with_its_doubt() {
    let found = why(&Session::notes("en"), &["ECR", "integratesWith", "EC2"]);
    assert_eq!(found.verdict, Verdict::Uncertain);
    assert_eq!(found.lines.iter().map(|line| line.line).next(), Some(15));
}

#[test]
fn one_text_is_cut_where_three_names_stand() {
    let session = Session::notes("en");
    for asked in [
        "Docker Hub replacedBy Harbor",
        "Docker Hub is replaced by Harbor",
    ] {
        let found = why(&session, &[asked]);
        assert_eq!(found.verdict, Verdict::Inferred, "{asked}");
    }
}

#[test]
fn what_nobody_says_is_not_known_and_names_what_is_near() {
    let found = why(&Session::notes("en"), &["Harbor", "replaces", "EKS"]);
    assert_eq!(found.verdict, Verdict::NotKnown);
    let near: Vec<String> = found
        .nearest
        .iter()
        .map(|near| near.object.text())
        .collect();
    assert!(near.contains(&"Docker Hub".to_owned()), "{near:?}");
}

#[test]
fn data_without_the_vocabulary_are_explained_with_it() {
    let session = Session::sample("n:Harbor k:replaces n:Hub .");
    let found = why(&session, &["n:Hub", "replacedBy", "n:Harbor"]);
    assert_eq!(found.verdict, Verdict::Inferred);
    let proof = found.proof.expect("a proof");
    assert_eq!(
        proof
            .premises
            .iter()
            .filter(|premise| premise.axiom)
            .count(),
        1
    );
}

#[test]
fn an_inferred_fact_is_explained_the_same_when_the_graph_holds_it() {
    let mut session = Session::notes("en");
    let before = why(&session, &["Harbor", "alternativeTo", "DockerHub"]);
    session.infer(true).expect("it infers");
    let after = why(&session, &["Harbor", "alternativeTo", "DockerHub"]);
    assert_eq!(before.verdict, after.verdict);
    assert_eq!(after.verdict, Verdict::Inferred);
}
