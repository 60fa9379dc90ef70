//! How long the search index takes to build, to open and to answer: `cargo bench --bench search [NAMES]`.
//!
//! The names are made up from a vocabulary of English and Korean words, the same in every run. Times are the
//! fastest of several calls, each on all cores, on bytes that are already in memory.
#![allow(clippy::print_stdout)]

use kgq::search::{Search, Tier, build};
use std::hint::black_box;
use std::time::{Duration, Instant};

use random::Random;

mod random;

const NAMES: usize = 1_000_000;
const WORDS: usize = 20_000;

impl Random {
    fn of<'a>(&mut self, all: &[&'a str]) -> &'a str {
        all[self.below(all.len())]
    }
}

fn english(random: &mut Random) -> String {
    const STARTS: [&str; 20] = [
        "b", "c", "d", "f", "g", "h", "k", "l", "m", "n", "p", "r", "s", "t", "v", "st", "tr",
        "pl", "cl", "gr",
    ];
    const ENDS: [&str; 20] = [
        "a", "e", "i", "o", "u", "er", "on", "in", "al", "ate", "ing", "et", "or", "ism", "ar",
        "en", "ic", "um", "ect", "us",
    ];
    (0..2 + random.below(3))
        .map(|_| random.of(&STARTS).to_owned() + random.of(&ENDS))
        .collect()
}

fn korean(random: &mut Random) -> String {
    // Two syllables in three have no final consonant, about as in Korean text.
    let mut syllable = || {
        let open = 0xAC00 + (random.below(19) * 21 + random.below(21)) * 28;
        let last = if random.below(3) == 0 {
            random.below(28)
        } else {
            0
        };
        char::from_u32((open + last) as u32).unwrap_or('가')
    };
    let (first, second) = (syllable(), syllable());
    let rest = (0..random.below(3))
        .map(|_| char::from_u32(0xAC00 + 28 * random.below(399) as u32).unwrap_or('나'));
    [first, second].into_iter().chain(rest).collect()
}

fn names(count: usize) -> Vec<String> {
    let mut random = Random(0x9E37_79B9_7F4A_7C15);
    let english: Vec<String> = (0..WORDS).map(|_| english(&mut random)).collect();
    let korean: Vec<String> = (0..WORDS).map(|_| korean(&mut random)).collect();
    let mut name = |at: usize| {
        let words = match at % 10 {
            0 => return format!("entity {at}"),
            1..=3 => &korean,
            _ => &english,
        };
        let parts: Vec<&str> = (0..1 + random.below(4))
            .map(|_| words[random.below(WORDS)].as_str())
            .collect();
        parts.join(" ")
    };
    let fixed = [
        "Kubernetes Cluster",
        "쿠버네티스 클러스터",
        "OpenTofu",
        "헬름",
        "Docker Hub",
        "파드",
    ];
    let fixed = fixed.into_iter().map(str::to_owned);
    (0..count.saturating_sub(6))
        .map(&mut name)
        .chain(fixed)
        .collect()
}

fn fastest<T>(times: usize, mut work: impl FnMut() -> T) -> (Duration, T) {
    let mut once = || {
        let start = Instant::now();
        let result = black_box(work());
        (start.elapsed(), result)
    };
    let first = once();
    (1..times).map(|_| once()).fold(
        first,
        |best, next| if next.0 < best.0 { next } else { best },
    )
}

fn main() {
    let count = std::env::args()
        .skip(1)
        .find_map(|argument| argument.parse().ok());
    let names = names(count.unwrap_or(NAMES));
    let entries = |count| {
        let names = names[names.len() - count..].iter().enumerate();
        names.map(|(id, name)| (id as u32, Tier::Preferred, name.as_str(), ""))
    };
    let small = names.len().min(500);
    println!(
        "build {small:>9} names  {:>10.3?}",
        fastest(20, || build(entries(small))).0
    );
    let (time, bytes) = fastest(2, || build(entries(names.len())));
    println!(
        "build {:>9} names  {time:>10.3?}  {:.1} bytes a name",
        names.len(),
        bytes.len() as f64 / names.len() as f64
    );
    let (time, search) = fastest(20, || Search::open(&bytes).expect("bytes just built"));
    println!("open                   {time:>10.3?}");
    let (time, found) = fastest(20, || search.exact("docker hub"));
    println!(
        "exact                  {time:>10.3?}  {} terms",
        found.len()
    );
    for (what, text) in [
        ("one letter", "s"),
        ("one stroke", "ㅅ"),
        ("prefix", "kuber"),
        ("word prefix", "clus"),
        ("infix", "ubernet"),
        ("common infix", "on"),
        ("common vowel", "ㅏ"),
        ("infix", "버네"),
        ("number", "entity 12345"),
        ("nothing", "qqqq"),
        ("initials", "ㅋㅂㄴㅌㅅ"),
        ("two initials", "ㅎㄹ"),
        ("two initials", "ㄴㄴ"),
        ("rare initials", "ㅉㅃㅉㅃ"),
        ("keyboard", "vkem"),
        ("keyboard", "znqjspxltm"),
        ("keyboard", "ㅐㅔ두새ㅕ"),
        ("one error", "opntofu"),
        ("two errors", "kubrenets"),
        ("two errors", "konteinersom"),
        ("common letters", "matestoncler muanteding"),
        ("an error", "핼름"),
        ("an error", "쿠버내티스"),
        ("an error", "entitty 4711"),
    ] {
        let (time, found) = fastest(5, || search.find(text, 20));
        let best = found
            .first()
            .map(|best| format!("{:?} {}", best.how, best.matched));
        println!(
            "find   {text:<15} {time:>10.3?}  {:>2} {what}: {}",
            found.len(),
            best.unwrap_or_default()
        );
    }
    for text in ["", "s", "kub", "쿠"] {
        let (time, found) = fastest(5, || search.prefix(text, 200));
        println!("prefix {text:<15} {time:>10.3?}  {}", found.len());
    }
    let (time, found) = fastest(5, || search.nearest("kubernetse clustre", 5));
    println!("nearest                {time:>10.3?}  {}", found.len());
}
