//! The language of kgq's own words: headings, verdicts, remarks.
//!
//! Labels come from the graph in whatever language it has; what the program itself says it says in one of these.

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
}

#[cfg(test)]
mod tests {
    use super::*;

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
