//! Graphs in the RDF syntaxes.

use std::collections::BTreeSet;
use std::io::Write;

use oxigraph::io::{JsonLdProfileSet, RdfFormat, RdfSerializer};
use oxrdf::{GraphName, Term};

use super::Format;
use crate::answer::Triples;
use crate::error::{Error, Result};
use crate::prefixes::Prefixes;

/// How many quads are looked at for the prefixes that they use; with more, all known prefixes are declared.
const LOOKED_AT: usize = 20_000;

/// Writes quads as they come.
///
/// # Errors
/// Triple terms or named graphs in a syntax that cannot hold them, results that fail, output that fails.
pub fn write(
    mut triples: Triples,
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
        let declared = match &triples.prefixes {
            Some(own) => own.clone(),
            None => used_prefixes(&mut triples, prefixes)?,
        };
        for (prefix, namespace) in &declared {
            // A prefix that the syntax cannot take is left out: its IRIs are written in full.
            if let Ok(with) = serializer.clone().with_prefix(prefix, namespace) {
                serializer = with;
            }
        }
    }
    // What may turn out to be impossible is written when all of it is possible: nobody wants half a document.
    let mut held = Vec::new();
    let may_fail = matches!(format, Format::Jsonld | Format::Rdfxml);
    let target: &mut dyn Write = if may_fail { &mut held } else { &mut *out };
    let mut writer = serializer.for_writer(target);
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
    writer.finish()?;
    Ok(out.write_all(&held)?)
}

/// The prefixes that the first quads use; all of them where there are too many quads to look at.
fn used_prefixes(triples: &mut Triples, prefixes: &Prefixes) -> Result<Vec<(String, String)>> {
    let all = prefixes.iter().map(|(p, n)| (p.to_owned(), n.to_owned()));
    let mut looked_at = Vec::new();
    while looked_at.len() < LOOKED_AT
        && let Some(quad) = triples.quads.next()
    {
        looked_at.push(quad?);
    }
    let whole = looked_at.len() < LOOKED_AT;
    let mut used = BTreeSet::new();
    for quad in looked_at.iter().filter(|_| whole) {
        used_in_term(&quad.subject.clone().into(), prefixes, &mut used);
        used_in_term(&quad.predicate.clone().into(), prefixes, &mut used);
        used_in_term(&quad.object, prefixes, &mut used);
        if let GraphName::NamedNode(name) = &quad.graph_name {
            used_in_term(&name.clone().into(), prefixes, &mut used);
        }
    }
    triples.quads.put_back(looked_at);
    Ok(all
        .filter(|(prefix, _)| !whole || used.contains(prefix))
        .collect())
}

fn used_in_term(term: &Term, prefixes: &Prefixes, used: &mut BTreeSet<String>) {
    let iri = match term {
        Term::NamedNode(node) => node.as_str(),
        Term::Literal(literal) => literal.datatype().as_str(),
        Term::BlankNode(_) => return,
        Term::Triple(triple) => {
            used_in_term(&triple.subject.clone().into(), prefixes, used);
            used_in_term(&triple.predicate.clone().into(), prefixes, used);
            return used_in_term(&triple.object, prefixes, used);
        }
    };
    let name = prefixes.shorten(iri);
    used.extend(name.and_then(|name| Some(name.split_once(':')?.0.to_owned())));
}
