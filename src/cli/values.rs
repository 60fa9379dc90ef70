//! The values of options: syntaxes, times and sizes, with their units.

use std::time::Duration;

use oxigraph::io::RdfFormat;
use oxrdf::Literal;

use crate::cancel;

pub(super) fn rdf_syntax(text: &str) -> Result<RdfFormat, String> {
    match text.to_ascii_lowercase().as_str() {
        "turtle" | "ttl" => Ok(RdfFormat::Turtle),
        "ntriples" | "nt" => Ok(RdfFormat::NTriples),
        "nquads" | "nq" => Ok(RdfFormat::NQuads),
        "trig" => Ok(RdfFormat::TriG),
        "rdfxml" | "rdf" | "owl" => Ok(RdfFormat::RdfXml),
        "jsonld" => Ok(RdfFormat::JsonLd {
            profile: oxigraph::io::JsonLdProfileSet::empty(),
        }),
        "n3" => Ok(RdfFormat::N3),
        _ => Err("use turtle, ntriples, nquads, trig, rdfxml, jsonld or n3".to_owned()),
    }
}

/// A time with its unit: `500ms`, `10s`, `2m`, `1h`; without a unit seconds.
pub(super) fn duration(text: &str) -> Result<Duration, String> {
    let (number, unit) = number_and_unit(text)?;
    let seconds = match unit {
        "ms" => number / 1000.0,
        "" | "s" => number,
        "m" | "min" => number * 60.0,
        "h" => number * 3600.0,
        _ => return Err("use a number with ms, s, m or h".to_owned()),
    };
    Duration::try_from_secs_f64(seconds).map_err(|e| e.to_string())
}

/// An amount of bytes with its unit: `500MB`, `2G`; without a unit bytes. A kilobyte has 1000 bytes, a `KiB` 1024.
fn size(text: &str) -> Result<u64, String> {
    let (number, unit) = number_and_unit(text)?;
    let scale = match unit.to_ascii_lowercase().as_str() {
        "" | "b" => 1.0,
        "k" | "kb" => 1e3,
        "m" | "mb" => 1e6,
        "g" | "gb" => 1e9,
        "kib" => 1024.0,
        "mib" => 1024.0 * 1024.0,
        "gib" => 1024.0 * 1024.0 * 1024.0,
        _ => return Err("use a number with KB, MB, GB, KiB, MiB or GiB".to_owned()),
    };
    // A float becomes an integer saturating, which is right for a bound.
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
    Ok((number * scale) as u64)
}

/// A bound of memory, where the system tells how much there is in use: a bound that nobody watches would be none.
pub(super) fn memory(text: &str) -> Result<u64, String> {
    match cancel::used_memory() {
        Some(_) => size(text),
        None => Err("this system does not tell how much memory a process uses".to_owned()),
    }
}

/// A language's tag, such as `ko` or `en-GB`; `en_GB` as systems write it.
pub(crate) fn language(text: &str) -> Result<String, String> {
    let tag = text.replace('_', "-");
    match Literal::new_language_tagged_literal("", &tag) {
        Ok(_) => Ok(tag),
        Err(_) => Err("use a tag such as ko or en".to_owned()),
    }
}

fn number_and_unit(text: &str) -> Result<(f64, &str), String> {
    let end = text
        .find(|c: char| !c.is_ascii_digit() && c != '.')
        .unwrap_or(text.len());
    let number: f64 = text[..end]
        .parse()
        .map_err(|_| "begin with a number".to_owned())?;
    Ok((number, text[end..].trim()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_and_sizes_have_units() {
        assert_eq!(duration("500ms"), Ok(Duration::from_millis(500)));
        assert_eq!(duration("2m"), Ok(Duration::from_secs(120)));
        assert_eq!(size("2G"), Ok(2_000_000_000));
        assert_eq!(size("1KiB"), Ok(1024));
        assert!(duration("soon").is_err() && size("1 parsec").is_err());
    }
}
