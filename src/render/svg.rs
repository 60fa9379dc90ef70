//! Concept maps as pictures that need no other program.
//!
//! Colours stand in a style sheet with a second set for dark pages; every text is escaped, nothing in a label becomes
//! markup, and nothing is loaded from elsewhere.

use std::fmt::Write as _;
use std::io::Write;

use crate::answer::{Line, Map, MapNode, more};
use crate::error::Result;
use crate::language::Language;
use crate::layout::{self, Layout, NodeBox, PHRASE, Path, PhraseBox, shape, text};
use crate::render::color;
use palette::{HEADING, Palette};

mod outline;
mod palette;

/// The empty border of a picture, in pixels.
pub(super) const MARGIN: f64 = 20.0;
/// Writes a map as an SVG image.
///
/// # Errors
/// A map too large to be laid out; what the writer reports.
pub fn write(map: &Map, language: Language, out: &mut dyn Write) -> Result<()> {
    let picture = Picture::of(map, language, false)?;
    let title = text::wrap(&map.title, (picture.width / HEADING).max(16.0), 3);
    let widest = title
        .iter()
        .map(|line| text::width(line) * HEADING)
        .fold(0.0, f64::max);
    let width = picture.width.max(widest + 2.0 * MARGIN);
    let header = title.len() as f64 * HEADING * 1.35 + MARGIN / 2.0;
    let height = picture.height + header;
    writeln!(
        out,
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width:.1}\" height=\"{height:.1}\" viewBox=\"0 0 {width:.1} {height:.1}\" role=\"img\" aria-labelledby=\"title desc\">"
    )?;
    writeln!(out, "<title id=\"title\">{}</title>", escaped(&map.title))?;
    writeln!(
        out,
        "<desc id=\"desc\">{}</desc>",
        escaped(&description(map))
    )?;
    writeln!(out, "<style>{}</style>", picture.style)?;
    writeln!(
        out,
        "<rect class=\"paper\" width=\"100%\" height=\"100%\"/>"
    )?;
    write!(out, "<text class=\"heading\">")?;
    for (number, line) in title.iter().enumerate() {
        let y = MARGIN + (number as f64 + 0.7) * HEADING * 1.35;
        write!(
            out,
            "<tspan x=\"{MARGIN}\" y=\"{y:.1}\">{}</tspan>",
            escaped(line)
        )?;
    }
    writeln!(out, "</text>\n<g transform=\"translate(0 {header:.1})\">")?;
    writeln!(out, "{}</g>\n</svg>", picture.body)?;
    Ok(())
}

/// The propositions of a map, for those who cannot see it.
fn description(map: &Map) -> String {
    let sentences = map
        .edges
        .iter()
        .map(|edge| text::one_line(&map.proposition(edge)));
    sentences.collect::<Vec<_>>().join(". ")
}

/// What a map looks like, to be put into an image or a page.
pub(super) struct Picture {
    /// The elements, from back to front.
    pub body: String,
    /// The style sheet.
    pub style: String,
    /// The width in pixels.
    pub width: f64,
    /// The height in pixels.
    pub height: f64,
}

impl Picture {
    /// Draws a map: for a page, where concepts can be reached by keyboard, or for an image, where they are links.
    pub fn of(map: &Map, language: Language, page: bool) -> Result<Self> {
        let layout = layout::lay_out(map)?;
        let mut palette = Palette::default();
        let mut body = format!("<g transform=\"translate({MARGIN} {MARGIN})\">\n");
        draw_frames(map, &layout, &mut palette, &mut body);
        let cross = map.cross_links();
        for line in &layout.lines {
            draw_line(map, &cross, line, &mut palette, &mut body);
        }
        for phrase in &layout.phrases {
            draw_phrase(map, phrase, &mut palette, &mut body);
        }
        for (index, place) in layout.boxes.iter().enumerate() {
            draw_node(map, index, place, language, page, &mut palette, &mut body);
        }
        let mut height = layout.height;
        if let Some(stub) = map.stub(language) {
            height += 2.0 * MARGIN;
            let _ = writeln!(
                body,
                "<text class=\"stub\" x=\"0\" y=\"{:.1}\">{}</text>",
                height - 6.0,
                escaped(&stub)
            );
        }
        body.push_str("</g>\n");
        Ok(Self {
            body,
            style: palette.style(),
            width: layout.width + 2.0 * MARGIN,
            height: height + 2.0 * MARGIN,
        })
    }
}

fn draw_frames(map: &Map, layout: &Layout, palette: &mut Palette, out: &mut String) {
    for (cluster, frame) in map.clusters().iter().zip(&layout.frames) {
        let class = palette.of_line(color::stroke(&map.nodes[cluster.members[0]]));
        let rect = &frame.rect;
        let _ = writeln!(
            out,
            "<g class=\"cluster l{class}\" data-members=\"{}\"><rect class=\"frame l{class}\" x=\"{:.1}\" y=\"{:.1}\" width=\"{:.1}\" height=\"{:.1}\" rx=\"8\"/><text x=\"{:.1}\" y=\"{:.1}\">{}</text></g>",
            numbers(&cluster.members),
            rect.x,
            rect.y,
            rect.width,
            rect.height,
            frame.title.x,
            frame.title.y + frame.title.height * 0.76,
            escaped(&frame.label),
        );
    }
}

fn draw_line(map: &Map, cross: &[bool], line: &Path, palette: &mut Palette, out: &mut String) {
    let edge = &map.edges[line.edges[0]];
    let class = palette.of_line(color::line(edge));
    let stroke = match edge.style.line {
        Line::Solid if line.edges.iter().all(|&edge| cross[edge]) => " dashed",
        Line::Solid => "",
        Line::Dashed => " dashed",
        Line::Dotted => " dotted",
        Line::Bold => " bold",
    };
    let head = outline::head(edge.style.head, edge.symmetric);
    let (path, heads) = outline::line(line, head);
    let _ = write!(
        out,
        "<g class=\"edge\" data-edges=\"{}\"><path class=\"line l{class}{stroke}\" d=\"{path}\"/>",
        numbers(&line.edges)
    );
    for (path, fill) in heads {
        let _ = write!(out, "<path class=\"head l{class} {fill}\" d=\"{path}\"/>");
    }
    out.push_str("</g>\n");
}

fn draw_phrase(map: &Map, phrase: &PhraseBox, palette: &mut Palette, out: &mut String) {
    let edge = &map.edges[phrase.edges[0]];
    let class = palette.of_line(color::line(edge));
    let _ = write!(
        out,
        "<g class=\"phrase l{class}\" data-edges=\"{}\"><title>{}</title><text>",
        numbers(&phrase.edges),
        escaped(&phrase_tooltip(map, &phrase.edges)),
    );
    let x = phrase.rect.x + phrase.rect.width / 2.0;
    for (number, line) in phrase.lines.iter().enumerate() {
        let y = phrase.rect.y + (number as f64 + 0.78) * PHRASE * 1.25;
        let _ = write!(
            out,
            "<tspan x=\"{x:.1}\" y=\"{y:.1}\">{}</tspan>",
            escaped(line)
        );
    }
    out.push_str("</text></g>\n");
}

/// The whole propositions that a phrase is part of.
fn phrase_tooltip(map: &Map, edges: &[usize]) -> String {
    let sentences = edges
        .iter()
        .map(|&edge| text::one_line(&map.proposition(&map.edges[edge])));
    let sentences: Vec<String> = sentences.collect();
    sentences.join("\n")
}

fn draw_node(
    map: &Map,
    index: usize,
    place: &NodeBox,
    language: Language,
    page: bool,
    palette: &mut Palette,
    out: &mut String,
) {
    let node = &map.nodes[index];
    let class = palette.of_node(node);
    let url = node.url().filter(|_| !page);
    if let Some(url) = &url {
        let _ = write!(out, "<a href=\"{}\">", escaped(url));
    }
    let name = text::one_line(&node.item.text());
    let _ = write!(out, "<g class=\"node b{class}\"");
    if page {
        let second = node
            .second_label
            .iter()
            .map(|label| format!(", {}", text::one_line(label)));
        let kind = node
            .kind
            .iter()
            .map(|kind| format!(", {}", text::one_line(&kind.text())));
        let spoken: String = second.chain(kind).collect();
        let _ = write!(
            out,
            " data-id=\"{}\" data-node=\"{index}\" tabindex=\"0\" role=\"button\" aria-label=\"{}{}\"",
            escaped(&node.id()),
            escaped(&name),
            escaped(&spoken),
        );
    }
    let _ = write!(
        out,
        "><title>{}</title>",
        escaped(&tooltip(node, name, language))
    );
    let stroke = match node.style.line {
        Line::Solid => "",
        Line::Dashed => " dashed",
        Line::Dotted => " dotted",
        Line::Bold => " bold",
    };
    let drawn = outline::shape(node.style.shape, &place.rect, node.style.double);
    let _ = write!(
        out,
        "<path class=\"shape{stroke}\" d=\"{}\"/>",
        drawn.outline
    );
    if !drawn.inner.is_empty() {
        let _ = write!(out, "<path class=\"fold\" d=\"{}\"/>", drawn.inner);
    }
    draw_label(place, out);
    out.push_str("</g>");
    if url.is_some() {
        out.push_str("</a>");
    }
    out.push('\n');
}

fn draw_label(place: &NodeBox, out: &mut String) {
    let x = place.rect.x + place.rect.width / 2.0;
    let (_, height) = place.label.size();
    let mut y = place.rect.y + place.rect.height / 2.0 + place.drop - height / 2.0;
    let parts = [
        (&place.label.first, shape::LABEL, "first"),
        (&place.label.second, shape::SECOND, "lesser"),
    ];
    for (lines, size, class) in parts {
        if lines.is_empty() {
            continue;
        }
        let _ = write!(out, "<text class=\"{class}\">");
        for line in lines {
            let baseline = y + size * shape::LEADING * 0.77;
            let _ = write!(
                out,
                "<tspan x=\"{x:.1}\" y=\"{baseline:.1}\">{}</tspan>",
                escaped(line)
            );
            y += size * shape::LEADING;
        }
        out.push_str("</text>");
    }
}

/// What is shown while the pointer rests on a concept.
fn tooltip(node: &MapNode, name: String, language: Language) -> String {
    let mut lines = vec![name];
    lines.extend(node.description.as_deref().map(text::one_line));
    if node.more > 0 {
        lines.push(more(node.more, language));
    }
    lines.join("\n")
}

fn numbers(indices: &[usize]) -> String {
    let numbers: Vec<String> = indices.iter().map(usize::to_string).collect();
    numbers.join(" ")
}

/// A text for an element or an attribute of XML and HTML.
pub(super) fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            '\n' => out.push_str("&#10;"),
            // Not characters of XML 1.0, section 2.2.
            c if c.is_control() || matches!(c, '\u{FFFE}' | '\u{FFFF}') => out.push('\u{FFFD}'),
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::answer::sample;
    use crate::render::color::BOARD;

    fn svg(map: &Map) -> String {
        let mut bytes = Vec::new();
        write(map, Language::English, &mut bytes).expect("small enough");
        String::from_utf8(bytes).expect("labels are text")
    }

    /// The names of all elements.
    fn elements(svg: &str) -> BTreeSet<&str> {
        let opened = svg.split('<').skip(1).filter(|rest| !rest.starts_with('/'));
        opened
            .map(|rest| {
                rest.split(|c: char| !c.is_alphanumeric())
                    .next()
                    .unwrap_or_default()
            })
            .collect()
    }

    #[test]
    fn nothing_in_a_label_becomes_markup() {
        for seed in 0..60 {
            let svg = svg(&sample::random(seed, 30));
            let known = [
                "a", "desc", "g", "path", "rect", "style", "svg", "text", "title", "tspan",
            ];
            assert!(
                elements(&svg).is_subset(&BTreeSet::from(known)),
                "seed {seed}"
            );
            assert_eq!(
                svg.matches('<').count(),
                svg.matches('>').count(),
                "seed {seed}"
            );
            assert!(
                !svg.contains(|c: char| c.is_control() && c != '\n'),
                "seed {seed}"
            );
        }
    }

    #[test]
    fn a_picture_says_its_propositions_to_those_who_cannot_see_it() {
        let svg = svg(&sample::containers());
        assert!(svg.contains("<title id=\"title\">What runs a container?</title>"));
        assert!(svg.contains("EKS ─ isA → 컨트롤 플레인."));
    }

    #[test]
    fn a_picture_has_colours_for_a_dark_page() {
        let svg = svg(&sample::containers());
        let dark = svg
            .split_once("prefers-color-scheme:dark")
            .expect("a second set")
            .1;
        assert!(dark.contains(&format!(".paper{{fill:{BOARD}}}")));
    }

    #[test]
    fn every_colour_can_be_seen_on_its_page() {
        let mut map = sample::map("A - a\n B - b\n A servesAs B");
        map.edges[0].style.color = "#ffffff".to_owned();
        map.nodes[0].style.stroke = "\"/><script>".to_owned();
        let svg = svg(&map);
        assert!(!svg.contains("stroke:#ffffff"));
        assert!(!svg.contains("script"));
    }

    #[test]
    fn what_a_map_leaves_out_is_written_below_it() {
        let mut map = sample::containers();
        map.left_out = 7;
        assert!(svg(&map).contains(">+7 more</text>"));
    }

    #[test]
    fn all_lengths_have_one_decimal_place() {
        let svg = svg(&sample::containers());
        let paths = svg
            .split(" d=\"")
            .skip(1)
            .filter_map(|rest| rest.split('"').next());
        for path in paths {
            for number in path.split(|c: char| !c.is_ascii_digit() && c != '.') {
                let decimals = number.split_once('.').map_or(0, |(_, d)| d.len());
                assert!(decimals <= 1, "{path}");
            }
        }
    }
}
