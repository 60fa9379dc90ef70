//! What was asked: three names, or a text that can be cut into three.

use oxrdf::Term;
use oxrdf::vocab::rdf;

use crate::error::{Error, Result};
use crate::line;
use crate::names;
use crate::rules::Closure;
use crate::session::Session;

/// How many words a text may have in order to be cut in every way.
const WORDS: usize = 12;

/// Subject, property and object.
///
/// # Errors
/// A name that means nothing here, or a text that cannot be cut into three names.
pub fn question(
    words: &[String],
    session: &Session,
    closure: &mut Closure<'_>,
) -> Result<[Term; 3]> {
    let mut asked = Asked {
        session,
        vocabulary: session.vocabulary()?,
        closure,
    };
    let quoted;
    let words: Vec<&str> = match words {
        [text] => {
            quoted = line::words(text).ok_or_else(not_three)?;
            quoted.iter().map(String::as_str).collect()
        }
        several => several.iter().map(String::as_str).collect(),
    };
    if let [s, p, o] = words.as_slice() {
        return asked.terms([s, p, o]);
    }
    if words.len() < 3 || words.len() > WORDS {
        return Err(not_three());
    }
    // A long name of a property before a short one: `is used with` is not `is` of `used with X`.
    let mut cuts: Vec<(usize, usize)> = (1..words.len() - 1)
        .flat_map(|i| (i + 1..words.len()).map(move |j| (i, j)))
        .collect();
    cuts.sort_by_key(|(i, j)| std::cmp::Reverse(j - i));
    for (i, j) in cuts {
        let [s, p, o] = [&words[..i], &words[i..j], &words[j..]].map(|part| part.join(" "));
        let Ok(property) = asked.property(&p) else {
            continue;
        };
        if !asked.is_property(&property) {
            continue;
        }
        let Ok(subject) = asked.name(&s) else {
            continue;
        };
        if let Ok(object) = asked.object(&subject, &property, &o) {
            return Ok([subject, property, object]);
        }
    }
    Err(not_three())
}

fn not_three() -> Error {
    Error::usage(
        "this does not read as subject, property and object",
        "quote names with spaces, as in: why \"Docker Hub\" replacedBy Harbor",
    )
}

struct Asked<'a, 'g> {
    session: &'a Session,
    /// Its properties may be inferred.
    vocabulary: Session,
    closure: &'a mut Closure<'g>,
}

impl Asked<'_, '_> {
    fn terms(&mut self, [s, p, o]: [&str; 3]) -> Result<[Term; 3]> {
        let subject = self.name(s)?;
        let property = self.property(p)?;
        let object = self.object(&subject, &property, o)?;
        Ok([subject, property, object])
    }

    fn name(&self, text: &str) -> Result<Term> {
        match names::resolve(self.session, text) {
            Ok(node) => Ok(self.session.graph.term(node)),
            Err(error @ Error::AmbiguousName { .. }) => Err(error),
            Err(error) => match names::resolve(&self.vocabulary, text) {
                Ok(node) => Ok(self.vocabulary.graph.term(node)),
                Err(_) => Err(error),
            },
        }
    }

    /// A name, or SPARQL's word for `rdf:type`.
    fn property(&self, text: &str) -> Result<Term> {
        match self.name(text) {
            Err(_) if text == "a" => Ok(rdf::TYPE.into_owned().into()),
            named => named,
        }
    }

    /// A name; or a text that the subject has for this property.
    fn object(&mut self, subject: &Term, property: &Term, text: &str) -> Result<Term> {
        let named = self.name(text);
        if named.is_ok() {
            return named;
        }
        let wanted = text.trim().trim_matches('"');
        let place = [
            self.closure.node(subject),
            self.closure.node(property),
            None,
        ];
        if place[0].is_none() || place[1].is_none() {
            return named;
        }
        self.closure.ask(&[place])?;
        let literal = {
            let found = self
                .closure
                .matches(place)
                .map(|[_, _, o]| self.closure.term(o));
            found
                .into_iter()
                .find(|term| matches!(term, Term::Literal(said) if said.value() == wanted))
        };
        literal.map_or(named, Ok)
    }

    fn is_property(&self, term: &Term) -> bool {
        self.closure
            .node(term)
            .is_some_and(|p| self.closure.is_predicate(p))
    }
}
