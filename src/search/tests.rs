//! What a student may type for the names of the course.

use super::*;
use proptest::prelude::*;

const NAMES: [(u32, Tier, &str, &str); 43] = [
    (1, Tier::LocalName, "Kubernetes", ""),
    (1, Tier::Preferred, "Kubernetes", "en"),
    (1, Tier::Preferred, "쿠버네티스", "ko"),
    (1, Tier::Alternative, "k8s", "en"),
    (2, Tier::LocalName, "Pod", ""),
    (2, Tier::Preferred, "Pod", "en"),
    (2, Tier::Preferred, "파드", "ko"),
    (3, Tier::LocalName, "Helm", ""),
    (3, Tier::Preferred, "헬름", "ko"),
    (3, Tier::Hidden, "핼름", "ko"),
    (4, Tier::LocalName, "CRIO", ""),
    (4, Tier::Preferred, "CRI-O", "en"),
    (4, Tier::Hidden, "crio", "en"),
    (5, Tier::LocalName, "DockerHub", ""),
    (5, Tier::Preferred, "Docker Hub", "en"),
    (5, Tier::Preferred, "도커 허브", "ko"),
    (5, Tier::Hidden, "dockerhub", "en"),
    (6, Tier::LocalName, "Docker", ""),
    (6, Tier::Preferred, "도커", "ko"),
    (7, Tier::LocalName, "DaemonSet", ""),
    (7, Tier::Hidden, "deamonset", "en"),
    (8, Tier::LocalName, "Terraform", ""),
    (8, Tier::Preferred, "HashiCorp Terraform", "en"),
    (8, Tier::Preferred, "테라폼", "ko"),
    (9, Tier::LocalName, "Fargate", ""),
    (9, Tier::Preferred, "AWS Fargate", "en"),
    (9, Tier::Hidden, "farget", "en"),
    (10, Tier::LocalName, "OCI", ""),
    (10, Tier::Preferred, "Open Container Initiative", "en"),
    (11, Tier::LocalName, "EKS", ""),
    (11, Tier::Preferred, "Amazon EKS", "en"),
    (12, Tier::LocalName, "NginxIngressController", ""),
    (12, Tier::Preferred, "NGINX Ingress Controller", "en"),
    (12, Tier::Preferred, "NGINX 인그레스 컨트롤러", "ko"),
    (13, Tier::LocalName, "ControlPlane", ""),
    (13, Tier::Preferred, "컨트롤 플레인", "ko"),
    (13, Tier::Hidden, "마스터", "ko"),
    (14, Tier::LocalName, "Podman", ""),
    (15, Tier::Preferred, "C++", "en"),
    (16, Tier::Preferred, "C#", "en"),
    (17, Tier::Preferred, "サーバーレス", "ja"),
    (18, Tier::Preferred, "Кубернетес", "ru"),
    (19, Tier::Preferred, "블록체인", "ko"),
];

fn index() -> Vec<u8> {
    build(NAMES.iter().copied())
}

fn ids(matches: &[Match]) -> Vec<u32> {
    matches.iter().map(|found| found.id).collect()
}

/// The best match of a text: term, name, how.
#[track_caller]
fn best(text: &str) -> (u32, String, How) {
    let bytes = index();
    let found = Search::open(&bytes).unwrap().find(text, 10);
    let first = found
        .into_iter()
        .next()
        .unwrap_or_else(|| panic!("{text} finds nothing"));
    (first.id, first.matched, first.how)
}

#[track_caller]
fn finds(text: &str, name: &str, how: How) {
    let (_, matched, found) = best(text);
    assert_eq!((matched.as_str(), found), (name, how));
}

fn finds_nothing(text: &str) -> bool {
    Search::open(&index()).unwrap().find(text, 10).is_empty()
}

#[test]
fn a_name_is_resolved_by_its_tiers() {
    let bytes = index();
    let search = Search::open(&bytes).unwrap();
    assert_eq!(search.exact("EKS"), [(11, Tier::LocalName)]);
    assert_eq!(search.exact("  amazon \t eks"), [(11, Tier::Preferred)]);
    assert_eq!(search.exact("쿠버네티스"), [(1, Tier::Preferred)]);
    assert_eq!(
        search.exact("\u{1111}\u{1161}\u{1103}\u{1173}"),
        [(2, Tier::Preferred)]
    );
    assert_eq!(search.exact("FARGET"), [(9, Tier::Hidden)]);
    assert_eq!(
        search.exact("crio"),
        [(4, Tier::LocalName), (4, Tier::Hidden)]
    );
    assert_eq!(search.exact("cri o"), []);
    assert_eq!(search.exact("c"), []);
    assert_eq!(search.exact("c#"), [(16, Tier::Preferred)]);
    assert_eq!(search.exact(" "), []);
}

#[test]
fn several_terms_of_one_name_are_all_told() {
    let names = [
        (7, Tier::Alternative, "Node", "en"),
        (3, Tier::Preferred, "node", "en"),
        (5, Tier::Preferred, "NODE", ""),
    ];
    let bytes = build(names.into_iter());
    let terms = Search::open(&bytes).unwrap().exact("Node");
    assert_eq!(
        terms,
        [
            (3, Tier::Preferred),
            (5, Tier::Preferred),
            (7, Tier::Alternative)
        ]
    );
}

#[test]
fn what_is_typed_is_found_before_what_may_be_meant() {
    finds("eks", "EKS", How::Exact);
    finds("kube", "Kubernetes", How::Prefix);
    finds("hub", "DockerHub", How::WordPrefix);
    finds("set", "DaemonSet", How::WordPrefix);
    finds("플레인", "컨트롤 플레인", How::WordPrefix);
    finds("버네", "쿠버네티스", How::Infix);
    finds("체인", "블록체인", How::Infix);
}

#[test]
fn spaces_and_signs_do_not_matter() {
    finds("cri o", "CRIO", How::Spacing);
    finds("c.r.i.o", "CRIO", How::Spacing);
    finds("docker-hub", "DockerHub", How::Spacing);
    finds("도커허브", "도커 허브", How::Spacing);
    finds(
        "open-container  initiative",
        "Open Container Initiative",
        How::Spacing,
    );
    finds("블록 체인", "블록체인", How::Spacing);
}

#[test]
fn width_and_composition_do_not_matter() {
    finds("ＥＫＳ", "EKS", How::Spacing);
    finds(
        "\u{110F}\u{116E}\u{1107}\u{1165}",
        "쿠버네티스",
        How::Prefix,
    );
}

#[test]
fn a_syllable_in_progress_is_a_beginning() {
    finds("쿱", "쿠버네티스", How::Prefix);
    finds("쿠번", "쿠버네티스", How::Prefix);
    finds("도ㅋ", "도커", How::Prefix);
}

#[test]
fn initial_consonants_find_a_name() {
    finds("ㅋㅂㄴㅌㅅ", "쿠버네티스", How::Initials);
    finds("ㅋㅂ", "쿠버네티스", How::Initials);
    finds("ㄴㅌㅅ", "쿠버네티스", How::Initials);
    finds("쿠ㅂㄴㅌㅅ", "쿠버네티스", How::Initials);
    finds("ㅋㅂ네ㅌㅅ", "쿠버네티스", How::Initials);
    finds("쿱ㄴㅌㅅ", "쿠버네티스", How::Initials);
    finds("ㄷㅋ ㅎㅂ", "도커 허브", How::Initials);
    finds("ㅍㄹㅇ", "컨트롤 플레인", How::Initials);
    assert!(finds_nothing("ㅋㅂㄴㅌㅋ"));
}

#[test]
fn initials_at_the_beginning_come_first_wherever_the_others_are() {
    let names = [
        (1, Tier::Preferred, "하나 하라", "ko"),
        (2, Tier::Preferred, "마 하라", "ko"),
        (3, Tier::Preferred, "하라마", "ko"),
    ];
    let bytes = build(names.into_iter());
    let search = Search::open(&bytes).unwrap();
    assert_eq!(ids(&search.find("ㅎㄹ", 2)), [3, 2]);
    assert_eq!(ids(&search.find("ㅎㄹ", 3)), [3, 2, 1]);
}

#[test]
fn the_other_keyboard_layout_is_read() {
    finds("vkem", "파드", How::Keyboard);
    finds("znqjspxltm", "쿠버네티스", How::Keyboard);
    finds("znqj", "쿠버네티스", How::Keyboard);
    finds("ㅏㅕㅠㄷ구ㄷㅅㄷㄴ", "Kubernetes", How::Keyboard);
    finds("단", "EKS", How::Keyboard);
    finds("ㅇㅐㅊㅏㄷㄱ", "Docker", How::Keyboard);
    finds("zqsxt", "쿠버네티스", How::Keyboard);
}

#[test]
fn typing_errors_are_forgiven() {
    finds("헬롬", "헬름", How::Typo);
    finds("teraform", "Terraform", How::Typo);
    finds("terrafrom", "Terraform", How::Typo);
    finds("kubernets", "Kubernetes", How::Typo);
    finds("kuberntees", "Kubernetes", How::Typo);
    finds(
        "open container initaitive",
        "Open Container Initiative",
        How::Typo,
    );
    finds(
        "ngix ingress controller",
        "NginxIngressController",
        How::Typo,
    );
    finds("인그래스", "NGINX 인그레스 컨트롤러", How::Typo);
    finds("쿠버내티스", "쿠버네티스", How::Typo);
    finds("サーバレス", "サーバーレス", How::Typo);
    finds("кубернетис", "Кубернетес", How::Typo);
    assert!(finds_nothing("helmet"));
    assert!(finds_nothing("eka"));
}

#[test]
fn suggestions_forgive_more() {
    let bytes = index();
    let search = Search::open(&bytes).unwrap();
    assert_eq!(ids(&search.nearest("ESK", 3)), [11]);
    assert_eq!(ids(&search.nearest("Pdo", 3)), [2]);
    assert_eq!(ids(&search.nearest("farrgaet", 3)), [9]);
    assert_eq!(ids(&search.nearest("dokcer", 3)), [6, 5]);
    assert_eq!(ids(&search.nearest("zzzz", 3)), Vec::<u32>::new());
}

#[test]
fn each_term_is_found_once_by_its_best_name() {
    let bytes = index();
    let found = Search::open(&bytes).unwrap().find("dock", 10);
    assert_eq!(ids(&found), [6, 5]);
    assert_eq!(found[1].matched, "DockerHub");
    assert_eq!(found[1].tier, Tier::LocalName);
}

#[test]
fn a_match_says_its_language_and_its_score() {
    let bytes = index();
    let found = Search::open(&bytes).unwrap().find("пикс кубернетес", 10);
    assert!(found.is_empty());
    let found = Search::open(&bytes).unwrap().find("кубер", 10);
    assert_eq!(
        (found[0].language.as_str(), found[0].how),
        ("ru", How::Prefix)
    );
    assert!(found[0].score < 1.0 && found[0].score > 0.5);
    assert_eq!(Search::open(&bytes).unwrap().find("EKS", 1)[0].score, 1.0);
}

#[test]
fn completion_offers_what_begins_with_the_text() {
    let bytes = index();
    let search = Search::open(&bytes).unwrap();
    assert_eq!(ids(&search.prefix("po", 10)), [2, 14]);
    assert_eq!(ids(&search.prefix("도", 10)), [6, 5]);
    assert_eq!(search.prefix("", 100).len(), 19);
    assert_eq!(search.prefix("", 5).len(), 5);
    assert_eq!(search.prefix("ubernetes", 5), []);
}

#[test]
fn nothing_is_found_by_an_empty_text() {
    assert!(
        ["", " ", "\t\r\n", "\u{3000}"]
            .into_iter()
            .all(finds_nothing)
    );
}

#[test]
fn control_characters_and_huge_texts_are_just_not_found() {
    assert!(
        ["\u{1b}[31m", "\0", "\u{202e}"]
            .into_iter()
            .all(finds_nothing)
    );
    for huge in ["x", "쿠", "ㅋ", "🐳", "é", " ", "e\u{301}"] {
        assert!(finds_nothing(&huge.repeat(1_000_000 / huge.len())));
    }
}

#[test]
fn a_name_longer_than_a_key_is_found_as_a_whole_and_by_its_beginning() {
    let long = "이름 ".repeat(500);
    let names = [
        (1, Tier::Preferred, long.as_str(), "ko"),
        (2, Tier::Preferred, &long[..2996], "ko"),
    ];
    let bytes = build(names.into_iter());
    let search = Search::open(&bytes).unwrap();
    assert_eq!(search.exact(&long), [(1, Tier::Preferred)]);
    assert_eq!(ids(&search.find(&long, 10)), [1]);
    assert_eq!(ids(&search.find("이름 이름", 10)), [1, 2]);
}

#[test]
fn names_that_several_threads_look_through_are_all_found() {
    let names = (0..110_000).map(|id| (id, Tier::Preferred, format!("{id} z"), ""));
    let bytes = build(names.chain([(110_000, Tier::Preferred, "99999 zebra".to_owned(), "")]));
    let search = Search::open(&bytes).unwrap();
    assert_eq!(ids(&search.find("z", 3)), [0, 1, 2]);
    assert_eq!(ids(&search.find("zeb", 3)), [110_000]);
    assert_eq!(ids(&search.find("zebar", 3)), [110_000]);
    assert_eq!(search.prefix("", 200_000).len(), 110_001);
}

#[test]
fn completion_among_very_many_names_offers_the_same_as_a_look_at_each() {
    // More than one thread takes at once, and more than are kept at a time; the best lie anywhere.
    let tiers = [
        Tier::Alternative,
        Tier::Preferred,
        Tier::Hidden,
        Tier::LocalName,
    ];
    let names: Vec<(u32, Tier, String)> = (0..120_000_u32)
        .map(|n| {
            let mixed = n.wrapping_mul(2_654_435_761);
            let tail = "x y".repeat((mixed >> 20) as usize % 9);
            (
                n / 2,
                tiers[(mixed >> 28) as usize % 4],
                format!("ent {}{tail}", n % 70_000),
            )
        })
        .collect();
    let bytes = build(
        names
            .iter()
            .map(|(id, tier, name)| (*id, *tier, name, "en")),
    );
    let search = Search::open(&bytes).expect("an index");
    let (limit, key) = (50, key_of("ent"));
    let mut each: Vec<(Tier, usize, Vec<u8>, u32)> = names
        .iter()
        .map(|(id, tier, name)| {
            let found = key_of(name);
            (*tier, found.len() - key.len(), found, *id)
        })
        .collect();
    each.sort();
    let mut seen = std::collections::HashSet::new();
    each.retain(|(.., id)| seen.insert(*id));
    let expected: Vec<(Tier, usize)> = each[..limit].iter().map(|e| (e.0, e.1)).collect();
    let found: Vec<(Tier, usize)> = search
        .prefix("ent", limit)
        .iter()
        .map(|found| (found.tier, key_of(&found.matched).len() - key.len()))
        .collect();
    assert_eq!(found, expected);
}

#[test]
fn the_same_names_give_the_same_bytes() {
    assert!(index() == build(NAMES.iter().rev().copied()));
}

#[test]
fn an_index_of_no_names_finds_nothing() {
    let bytes = build(std::iter::empty::<(u32, Tier, &str, &str)>());
    let search = Search::open(&bytes).unwrap();
    assert!(search.is_empty() && search.find("x", 1).is_empty() && search.prefix("", 1).is_empty());
    assert!(search.exact("x").is_empty());
}

#[test]
fn foreign_and_cut_bytes_are_refused() {
    let bytes = index();
    assert!(Search::open(b"").is_err());
    assert!(Search::open(&[0; 200]).is_err());
    assert!((0..bytes.len()).all(|length| Search::open(&bytes[..length]).is_err()));
    assert!(Search::open(&[&bytes[..], b"x"].concat()).is_err());
}

/// Asks everything once.
fn ask_all(bytes: &[u8], text: &str) {
    if let Ok(search) = Search::open(bytes) {
        let _ = (
            search.exact(text),
            search.prefix(text, 5),
            search.prefix("", 99),
        );
        let _ = (search.find(text, 5), search.nearest(text, 99));
    }
}

proptest! {
    #[test]
    fn every_name_finds_itself_first(texts in prop::collection::vec("\\PC{1,12}|[가-힣 ]{1,6}|[a-c]{1,4}", 1..20)) {
        let names = texts.iter().enumerate().map(|(id, text)| (id as u32, Tier::Preferred, text, ""));
        let bytes = build(names);
        let search = Search::open(&bytes).unwrap();
        for text in texts.iter().filter(|text| !text.trim().is_empty()) {
            let found = search.find(text, 99);
            prop_assert_eq!(found[0].how, How::Exact);
            prop_assert_eq!(key::fold(&found[0].matched), key::fold(text));
            prop_assert!(search.exact(text).contains(&(found[0].id, Tier::Preferred)));
        }
    }

    #[test]
    fn matches_are_ranked_and_of_different_terms(text in "[a-e가-갛ㄱㄴ ]{1,5}", limit in 1usize..8) {
        let bytes = index();
        let found = Search::open(&bytes).unwrap().find(&text, limit);
        prop_assert!(found.len() <= limit);
        prop_assert!(found.is_sorted_by(|left, right| left.score >= right.score && left.how <= right.how));
        let mut terms = ids(&found);
        terms.sort_unstable();
        terms.dedup();
        prop_assert_eq!(terms.len(), found.len());
    }

    #[test]
    fn more_limit_only_adds_matches(text in "[a-eA-Z가-갛ㄱㄴ]{1,4}", limit in 1usize..6) {
        let bytes = index();
        let search = Search::open(&bytes).unwrap();
        let (few, many) = (search.find(&text, limit), search.find(&text, 99));
        prop_assert_eq!(&few[..], &many[..few.len()]);
    }

    #[test]
    fn any_text_is_answered(text in any::<String>()) {
        ask_all(&index(), &text);
    }

    #[test]
    fn damaged_bytes_never_panic(
        damage in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..9),
        text in "쿠버|ㅋㅂ|vkem|kubernets|er|",
    ) {
        let mut bytes = index();
        for (at, byte) in damage {
            let at = at.index(bytes.len());
            bytes[at] = byte;
        }
        ask_all(&bytes, &text);
    }
}
