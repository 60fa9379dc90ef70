//! Stand-in until the search index lands.
#![allow(missing_docs)]
use crate::error::Result;
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Tier {
    LocalName,
    Preferred,
    Alternative,
    Hidden,
}
pub struct Match {
    pub id: u32,
    pub matched: String,
    pub score: f64,
}
pub fn build<'a>(entries: impl Iterator<Item = (u32, Tier, &'a str, &'a str)>) -> Vec<u8> {
    let all: Vec<(u32, u8, String)> = entries
        .map(|(i, t, s, _)| (i, t as u8, s.to_lowercase()))
        .collect();
    serde_json::to_vec(&all).unwrap_or_default()
}
pub struct Search<'a> {
    bytes: &'a [u8],
}
impl<'a> Search<'a> {
    pub fn open(bytes: &'a [u8]) -> Result<Self> {
        Ok(Self { bytes })
    }
    fn all(&self) -> Vec<(u32, u8, String)> {
        serde_json::from_slice(self.bytes).unwrap_or_default()
    }
    pub fn exact(&self, text: &str) -> Vec<(u32, Tier)> {
        self.all()
            .into_iter()
            .filter(|e| e.2 == text.to_lowercase())
            .map(|e| {
                (
                    e.0,
                    [
                        Tier::LocalName,
                        Tier::Preferred,
                        Tier::Alternative,
                        Tier::Hidden,
                    ][e.1 as usize],
                )
            })
            .collect()
    }
    pub fn find(&self, text: &str, limit: usize) -> Vec<Match> {
        self.all()
            .into_iter()
            .filter(|e| e.2.contains(&text.to_lowercase()))
            .take(limit)
            .map(|e| Match {
                id: e.0,
                matched: e.2,
                score: 1.0,
            })
            .collect()
    }
    pub fn nearest(&self, text: &str, limit: usize) -> Vec<Match> {
        self.find(text, limit)
    }
}
