//! Graphs in the RDF syntaxes.

use std::io::{self, Write};

use oxigraph::io::{JsonLdProfileSet, RdfFormat, RdfSerializer};

use super::Format;
use crate::answer::Triples;
use crate::error::{Error, Result};
use crate::prefixes::Prefixes;

/// Writes quads as they come.
///
/// # Errors
/// Triple terms or named graphs in a syntax that cannot hold them, results that fail, output that fails.
pub fn write(
    triples: Triples,
    format: Format,
    prefixes: &Prefixes,
    out: &mut dyn Write,
) -> Result<()> {
    let syntax = match format {
        Format::Turtle => RdfFormat::Turtle,
        Format::Nquads => RdfFormat::NQuads,
        Format::Trig => RdfFormat::TriG,
        Format::Rdfxml => RdfFormat::RdfXml,
        Format::Jsonld => RdfFormat::JsonLd {
            profile: JsonLdProfileSet::empty(),
        },
        _ => RdfFormat::NTriples,
    };
    let mut serializer = RdfSerializer::from_format(syntax);
    if matches!(
        format,
        Format::Turtle | Format::Trig | Format::Rdfxml | Format::Jsonld
    ) {
        for (prefix, namespace) in prefixes.iter() {
            // A prefix that the syntax cannot take is left out: its IRIs are written in full.
            if let Ok(with) = serializer.clone().with_prefix(prefix, namespace) {
                serializer = with;
            }
        }
    }
    let mut writer = serializer.for_writer(out);
    for quad in triples.quads {
        let quad = quad?;
        if quad.object.is_triple() && matches!(format, Format::Jsonld | Format::Rdfxml) {
            return Err(Error::Format {
                format: format!(
                    "{}: it cannot hold RDF 1.2 triple terms (--no-provenance leaves them out)",
                    format.name()
                ),
                answer: "a graph",
                possible: vec!["turtle", "ntriples", "nquads", "trig"],
            });
        }
        if syntax.supports_datasets() || quad.graph_name.is_default_graph() {
            writer.serialize_quad(&quad)?;
        } else {
            return Err(Error::Format {
                format: format!("{}: it cannot hold named graphs", format.name()),
                answer: "a graph",
                possible: vec!["nquads", "trig", "jsonld"],
            });
        }
    }
    let _: &mut dyn io::Write = writer.finish()?;
    Ok(())
}
