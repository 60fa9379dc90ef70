//! Answers → bytes. Pure: nothing here knows a graph or a terminal.
//!
//! An answer offers rows, triples, a map, or a text of its own; a format takes one of these. So M answers and N formats need
//! M + N pieces of code.

use std::io::Write;

use clap::ValueEnum;
use oxrdf::{GraphName, Quad};

use crate::answer::{Answer, Map, Rows, Stream, Triples};
use crate::error::{Error, Result};
use crate::language::Language;
use crate::prefixes::Prefixes;

mod canvas;
mod check;
mod color;
mod cut;
mod dot;
mod guard;
mod html;
mod mermaid;
mod rdf;
mod rows;
mod svg;
mod table;
pub(crate) mod text;

pub use cut::cut;

/// How an answer is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, ValueEnum)]
pub enum Format {
    /// A box for the eye.
    Table,
    /// SPARQL results in CSV.
    Csv,
    /// SPARQL results in TSV.
    Tsv,
    /// SPARQL results in JSON; for answers about concepts the answer itself.
    Json,
    /// SPARQL results in XML.
    Xml,
    /// A JSON object a line.
    Jsonl,
    /// Markdown.
    #[value(alias = "md")]
    Markdown,
    /// A line for each value.
    Vertical,
    /// RDF: Turtle.
    #[value(alias = "ttl")]
    Turtle,
    /// RDF: N-Triples.
    #[value(alias = "nt")]
    Ntriples,
    /// RDF: N-Quads.
    #[value(alias = "nq")]
    Nquads,
    /// RDF: TriG.
    Trig,
    /// RDF/XML.
    #[value(alias = "rdf")]
    Rdfxml,
    /// RDF: JSON-LD.
    Jsonld,
    /// Text for reading.
    #[value(alias = "txt")]
    Text,
    /// A map for Graphviz.
    #[value(alias = "gv")]
    Dot,
    /// A map for Mermaid.
    #[value(alias = "mmd")]
    Mermaid,
    /// A map as a picture.
    Svg,
    /// A map as a page.
    #[value(alias = "htm")]
    Html,
    /// A map for Obsidian's canvas.
    Canvas,
}

impl Format {
    /// Its name, as `-f` takes it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Table => "table",
            Self::Csv => "csv",
            Self::Tsv => "tsv",
            Self::Json => "json",
            Self::Xml => "xml",
            Self::Jsonl => "jsonl",
            Self::Markdown => "markdown",
            Self::Vertical => "vertical",
            Self::Turtle => "turtle",
            Self::Ntriples => "ntriples",
            Self::Nquads => "nquads",
            Self::Trig => "trig",
            Self::Rdfxml => "rdfxml",
            Self::Jsonld => "jsonld",
            Self::Text => "text",
            Self::Dot => "dot",
            Self::Mermaid => "mermaid",
            Self::Svg => "svg",
            Self::Html => "html",
            Self::Canvas => "canvas",
        }
    }

    /// Whether it is for programs, which must get the data as they are.
    fn keeps_data(self) -> bool {
        !matches!(
            self,
            Self::Table | Self::Markdown | Self::Vertical | Self::Text
        )
    }

    /// The format of files with this extension, such as `csv`.
    pub fn from_extension(extension: &str) -> Option<Self> {
        Self::from_str(extension, true).ok()
    }
}

/// What a format may need to know of where the answer goes.
#[derive(Debug, Clone)]
pub struct View<'a> {
    /// Short names for IRIs.
    pub prefixes: &'a Prefixes,
    /// The width to fit in, in columns; `None` where nothing needs to fit.
    pub width: Option<usize>,
    /// Whether a person looks at a terminal: no flood, nothing that acts on it.
    pub terminal: bool,
    /// Whether to colour.
    pub color: bool,
    /// The language of headings and remarks.
    pub language: Language,
    /// How many rows of a table are shown; `None` for all.
    pub rows: Option<usize>,
    /// What shows the rest, such as `.last`.
    pub rest: &'a str,
}

impl<'a> View<'a> {
    /// What a pipe or a file gets: everything, plainly.
    pub fn plain(prefixes: &'a Prefixes) -> Self {
        Self {
            prefixes,
            width: None,
            terminal: false,
            color: false,
            rows: None,
            rest: "",
            language: Language::default(),
        }
    }
}

/// The formats that an answer can take, its default first for a terminal, second for a pipe.
pub fn formats(answer: &Answer) -> &'static [Format] {
    use Format::*;
    match answer {
        Answer::Rows(_) => &[Table, Tsv, Csv, Json, Xml, Jsonl, Markdown, Vertical],
        Answer::Boolean(_) => &[Text, Text, Csv, Tsv, Json, Xml],
        Answer::Triples(_) => &[Turtle, Ntriples, Nquads, Trig, Rdfxml, Jsonld],
        Answer::Show(_) => &[Text, Text, Markdown, Json, Ntriples, Turtle],
        Answer::Comparison(_) => &[
            Text, Text, Markdown, Json, Csv, Dot, Mermaid, Svg, Html, Canvas,
        ],
        Answer::Paths(_) => &[Text, Text, Markdown, Json, Dot, Mermaid, Svg, Html, Canvas],
        Answer::Map(_) => &[Text, Dot, Mermaid, Svg, Html, Canvas, Json, Markdown],
        Answer::Why(_) => &[Text, Text, Markdown, Json, Dot, Mermaid, Svg, Html, Canvas],
        Answer::Checks(_) => &[Text, Text, Markdown, Json, Csv, Tsv],
        Answer::Diff(_)
        | Answer::Find(_)
        | Answer::Tree(_)
        | Answer::Stats(_)
        | Answer::Queries(_) => &[Text, Text, Markdown, Json],
        Answer::Text(_) | Answer::Done(_) => &[Text, Text],
    }
}

/// Whether an answer is not the whole, and this format has no place to tell it, as text and JSON have.
pub fn hides_a_cut(answer: &Answer, format: Format) -> bool {
    if matches!(format, Format::Text | Format::Markdown | Format::Json) {
        return false;
    }
    match answer {
        Answer::Show(show) => show.left_out > 0,
        Answer::Comparison(comparison) if format == Format::Csv => {
            let rows = comparison.sections().into_iter().flat_map(|(_, rows)| rows);
            let mut more = rows.flat_map(|row| &row.more);
            comparison.partial || comparison.left_out > 0 || more.any(|more| *more > 0)
        }
        Answer::Comparison(comparison) => comparison.partial,
        Answer::Paths(paths) => paths.partial,
        Answer::Map(map) => map.partial,
        _ => false,
    }
}

/// The format that an answer takes when none is asked for.
pub fn default_format(answer: &Answer, terminal: bool) -> Format {
    formats(answer)[usize::from(!terminal)]
}

/// Writes an answer.
///
/// # Errors
/// A format that this answer cannot take; results that failed to arrive; output that cannot be written.
pub fn write(answer: Answer, format: Format, view: &View<'_>, out: &mut dyn Write) -> Result<()> {
    let possible = formats(&answer);
    if !possible.contains(&format) {
        let mut names: Vec<_> = possible.iter().map(|f| f.name()).collect();
        names.dedup();
        return Err(Error::Format {
            format: format.name().to_owned(),
            answer: answer.kind(),
            possible: names,
        });
    }
    let mut guard;
    let out = if view.terminal && format.keeps_data() {
        guard = guard::Guard::new(out);
        &mut guard
    } else {
        out
    };
    match answer {
        Answer::Rows(solutions) => write_rows(solutions, format, view, out),
        Answer::Boolean(truth) => rows::write_boolean(truth, format, out),
        Answer::Triples(triples) => rdf::write(triples, format, view.prefixes, out),
        Answer::Checks(checks) if matches!(format, Format::Csv | Format::Tsv) => {
            rows::write_standard(check::rows(&checks, view), format, out)
        }
        Answer::Text(text) | Answer::Done(text) => Ok(out.write_all(text.as_bytes())?),
        other => match format {
            Format::Json => write_json(&other, out),
            Format::Ntriples | Format::Turtle => {
                rdf::write(facts(other), format, view.prefixes, out)
            }
            Format::Dot => write_map(&other, dot::write, view, out),
            Format::Mermaid => write_map(&other, mermaid::write, view, out),
            Format::Svg => write_map(&other, svg::write, view, out),
            Format::Html => write_map(&other, html::write, view, out),
            Format::Canvas => write_map(&other, canvas::write, view, out),
            _ => text::write(&other, format, view, out),
        },
    }
}

/// The facts of an answer as triples, in their order.
fn facts(answer: Answer) -> Triples {
    let triples = match answer {
        Answer::Show(show) => show.triples,
        _ => Vec::new(),
    };
    let quads: Vec<Quad> = triples
        .into_iter()
        .map(|triple| triple.in_graph(GraphName::DefaultGraph))
        .collect();
    Triples::from(Stream::from(quads))
}

/// Writes an answer that can be drawn with a format for maps.
fn write_map(
    answer: &Answer,
    write: fn(&Map, Language, &mut dyn Write) -> Result<()>,
    view: &View<'_>,
    out: &mut dyn Write,
) -> Result<()> {
    match answer {
        Answer::Map(map) => write(map, view.language, out),
        Answer::Paths(paths) => write(&Map::from(paths), view.language, out),
        Answer::Why(why) => write(&Map::from(&**why), view.language, out),
        Answer::Comparison(comparison) => write(&Map::from(&**comparison), view.language, out),
        _ => Ok(()),
    }
}

fn write_rows(solutions: Rows, format: Format, view: &View<'_>, out: &mut dyn Write) -> Result<()> {
    match format {
        Format::Csv | Format::Tsv | Format::Json | Format::Xml => {
            rows::write_standard(solutions, format, out)
        }
        Format::Jsonl => rows::write_json_lines(solutions, out),
        Format::Markdown => rows::write_markdown(solutions, view.prefixes, out),
        Format::Vertical => rows::write_vertical(solutions, view.prefixes, out),
        _ => table::write(solutions, view, out),
    }
}

/// The answer's serde form, indented.
fn write_json(answer: &Answer, out: &mut dyn Write) -> Result<()> {
    let written = match answer {
        Answer::Show(show) => serde_json::to_writer_pretty(&mut *out, show),
        Answer::Find(find) => serde_json::to_writer_pretty(&mut *out, find),
        Answer::Comparison(comparison) => serde_json::to_writer_pretty(&mut *out, comparison),
        Answer::Paths(paths) => serde_json::to_writer_pretty(&mut *out, paths),
        Answer::Map(map) => serde_json::to_writer_pretty(&mut *out, map),
        Answer::Tree(tree) => serde_json::to_writer_pretty(&mut *out, tree),
        Answer::Why(why) => serde_json::to_writer_pretty(&mut *out, why),
        Answer::Diff(diff) => serde_json::to_writer_pretty(&mut *out, diff),
        Answer::Checks(checks) => serde_json::to_writer_pretty(&mut *out, checks),
        Answer::Stats(stats) => serde_json::to_writer_pretty(&mut *out, stats),
        Answer::Queries(queries) => serde_json::to_writer_pretty(&mut *out, queries),
        Answer::Rows(_)
        | Answer::Boolean(_)
        | Answer::Triples(_)
        | Answer::Text(_)
        | Answer::Done(_) => Ok(()),
    };
    written.map_err(|e| Error::Output(e.into()))?;
    Ok(writeln!(out)?)
}
