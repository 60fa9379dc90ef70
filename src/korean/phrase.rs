//! Sentences of three parts, whose linking phrase begins with the particle of the object: `과(와) 함께 쓰인다`.

use super::particle::{Particle, particle, with_particle};

/// Particles that stand at the beginning of linking phrases and have one form.
const FIXED: [&str; 8] = [
    "의 ",
    "에 ",
    "에서 ",
    "마다 ",
    "까지 ",
    "번 ",
    "페이지부터 ",
    "주차부터 ",
];

/// Particles with two forms, as linking phrases write them.
const EITHER: [(&str, Particle); 5] = [
    ("과(와)", Particle::With),
    ("이(가)", Particle::Subject),
    ("을(를)", Particle::Object),
    ("은(는)", Particle::Topic),
    ("(으)로", Particle::By),
];

/// Object and linking phrase joined by the particle: `EC2와 함께 쓰인다`, `확장성을 장점으로 가진다`.
///
/// `None` for a phrase that is no predicate, as labels of other vocabularies are.
pub fn predicate(object: &str, phrase: &str) -> Option<String> {
    if !phrase.ends_with('다') {
        return None;
    }
    for (written, form) in EITHER {
        if let Some(rest) = phrase.strip_prefix(written) {
            return Some(format!("{object}{}{rest}", particle(object, form)));
        }
    }
    if FIXED.iter().any(|fixed| phrase.starts_with(fixed)) {
        return Some(format!("{object}{phrase}"));
    }
    Some(format!(
        "{} {phrase}",
        with_particle(object, Particle::Object)
    ))
}

/// A fact as a sentence: `하버는 도커 허브를 대체한다` of 하버, 대체한다 and 도커 허브.
///
/// `None` for a phrase that is no predicate.
pub fn sentence(subject: &str, phrase: &str, object: &str) -> Option<String> {
    let said = predicate(object, phrase)?;
    Some(format!(
        "{} {said}",
        with_particle(subject, Particle::Topic)
    ))
}

/// A linking phrase without the particle at its beginning, for where it stands alone: `함께 쓰인다`.
pub fn alone(phrase: &str) -> &str {
    if !phrase.ends_with('다') {
        return phrase;
    }
    let written = EITHER.iter().map(|(written, _)| *written);
    written
        .chain(FIXED.iter().take(5).copied())
        .find_map(|particle| phrase.strip_prefix(particle))
        .map_or(phrase, str::trim_start)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_particle_follows_the_object() {
        let said = |object, phrase| predicate(object, phrase).expect("a predicate");
        assert_eq!(said("EC2", "과(와) 함께 쓰인다"), "EC2와 함께 쓰인다");
        assert_eq!(
            said("확장성", "장점으로 가진다"),
            "확장성을 장점으로 가진다"
        );
        assert_eq!(
            said("컨트롤 플레인", "의 일종이다"),
            "컨트롤 플레인의 일종이다"
        );
        assert_eq!(predicate("서울", "출생지"), None);
    }

    #[test]
    fn a_sentence_begins_with_its_topic() {
        let said = |s, p, o| sentence(s, p, o).unwrap_or_default();
        assert_eq!(
            said("하버", "대체한다", "도커 허브"),
            "하버는 도커 허브를 대체한다"
        );
        assert_eq!(
            said("EKS", "의 일종이다", "컨트롤 플레인"),
            "EKS는 컨트롤 플레인의 일종이다"
        );
        assert_eq!(
            said("EKS", "과(와) 다르다", "쿠버네티스"),
            "EKS는 쿠버네티스와 다르다"
        );
        assert_eq!(
            said("도커 허브", "(으)로 대체된다", "하버"),
            "도커 허브는 하버로 대체된다"
        );
        assert_eq!(
            said("Harbor", "에서 쓰인다", "PaaS"),
            "Harbor는 PaaS에서 쓰인다"
        );
    }

    #[test]
    fn a_phrase_that_is_no_predicate_makes_no_sentence() {
        assert_eq!(sentence("하버", "replaces", "도커 허브"), None);
    }

    #[test]
    fn alone_a_phrase_needs_no_particle() {
        assert_eq!(alone("과(와) 함께 쓰인다"), "함께 쓰인다");
        assert_eq!(alone("의 일종이다"), "일종이다");
        assert_eq!(alone("구현한다"), "구현한다");
        assert_eq!(alone("의무"), "의무");
    }
}
