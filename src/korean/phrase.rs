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
    fn alone_a_phrase_needs_no_particle() {
        assert_eq!(alone("과(와) 함께 쓰인다"), "함께 쓰인다");
        assert_eq!(alone("의 일종이다"), "일종이다");
        assert_eq!(alone("구현한다"), "구현한다");
        assert_eq!(alone("의무"), "의무");
    }
}
