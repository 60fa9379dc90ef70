//! The language of kgq's own words: headings, verdicts, remarks.
//!
//! Labels come from the graph in whatever language it has; what the program itself says it says in one of these.

use crate::korean::particle::{Particle, with_particle};

/// A language in which the program speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Language {
    /// English.
    #[default]
    English,
    /// Korean.
    Korean,
}

impl Language {
    /// The first of the reader's languages that the program speaks; English without one.
    pub fn of(languages: &[String]) -> Self {
        languages
            .iter()
            .find_map(|tag| {
                let primary = tag.split(['-', '_']).next().unwrap_or_default();
                match primary.to_ascii_lowercase().as_str() {
                    "en" => Some(Self::English),
                    "ko" => Some(Self::Korean),
                    _ => None,
                }
            })
            .unwrap_or_default()
    }

    /// The word for this language out of both.
    pub fn pick<'a>(self, english: &'a str, korean: &'a str) -> &'a str {
        match self {
            Self::English => english,
            Self::Korean => korean,
        }
    }

    /// Names in a row: `a, b and c`; `a, b와 c`.
    pub fn listed(self, names: &[String]) -> String {
        match names {
            [] => String::new(),
            [one] => one.clone(),
            [several @ .., before, last] => {
                let mut text: String = several.iter().map(|name| format!("{name}, ")).collect();
                text.push_str(&match self {
                    Self::English => format!("{before} and {last}"),
                    Self::Korean => format!("{} {last}", with_particle(before, Particle::With)),
                });
                text
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_of_several_names_is_joined_by_a_word() {
        let names = ["EKS", "하버", "도커"].map(str::to_owned);
        assert_eq!(Language::English.listed(&names), "EKS, 하버 and 도커");
        assert_eq!(Language::Korean.listed(&names), "EKS, 하버와 도커");
        assert_eq!(Language::Korean.listed(&names[..1]), "EKS");
    }

    #[test]
    fn the_first_language_that_the_program_speaks_is_taken() {
        let of = |tags: &[&str]| {
            let tags: Vec<String> = tags.iter().map(|t| (*t).to_owned()).collect();
            Language::of(&tags)
        };
        assert_eq!(of(&["de", "ko-KR", "en"]), Language::Korean);
        assert_eq!(of(&["en-GB", "ko"]), Language::English);
        assert_eq!(of(&[]), Language::English);
    }
}
