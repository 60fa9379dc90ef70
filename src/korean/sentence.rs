//! A fact as a Korean sentence: the linking phrase follows the object and says which particle it takes.

use super::particle::{Particle, particle};

/// Particles at the head of a linking phrase whose form the object decides, as they are written before it is known.
const EITHER: &[(&str, Particle)] = &[
    ("은(는)", Particle::Topic),
    ("이(가)", Particle::Subject),
    ("을(를)", Particle::Object),
    ("과(와)", Particle::With),
    ("(으)로", Particle::By),
];

/// Particles with one form, which stand behind the object without a space.
const FIXED: &[&str] = &[
    "의", "에", "에서", "까지", "마다", "부터", "에게", "보다", "처럼",
];

/// `하버는 도커 허브를 대체한다` of 하버, 대체한다 and 도커 허브; `None` where the phrase is no predicate of a sentence.
///
/// A phrase that begins with no particle takes its object with 을 or 를.
pub fn sentence(subject: &str, phrase: &str, object: &str) -> Option<String> {
    if !phrase.ends_with('다') {
        return None;
    }
    let topic = particle(subject, Particle::Topic);
    let said = if let Some((rest, kind)) = EITHER
        .iter()
        .find_map(|(head, kind)| Some((phrase.strip_prefix(head)?, *kind)))
    {
        format!("{object}{}{rest}", particle(object, kind))
    } else if FIXED
        .iter()
        .any(|head| phrase.split(' ').next() == Some(head))
    {
        format!("{object}{phrase}")
    } else {
        format!("{object}{} {phrase}", particle(object, Particle::Object))
    };
    Some(format!("{subject}{topic} {said}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_object_takes_the_particle_that_the_phrase_asks_for() {
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
}
