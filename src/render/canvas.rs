//! Concept maps as [JSON Canvas 1.0](https://jsoncanvas.org/spec/1.0/), which Obsidian opens and lets one rearrange.

use std::io::Write;

use serde_json::{Value, json};

use crate::answer::{Head, Map};
use crate::error::{Error, Result};
use crate::language::Language;
use crate::layout::{self, Rect, text};
use crate::render::color;

/// How much larger cards are than the boxes of a picture: their text is larger, and they have a wide inner border.
const SCALE: f64 = 2.0;

/// Writes a map as cards, groups and arrows where kgq's own layout puts them.
///
/// # Errors
/// A map too large to be laid out; what the writer reports.
pub fn write(map: &Map, language: Language, out: &mut dyn Write) -> Result<()> {
    let layout = layout::lay_out(map)?;
    let mut nodes: Vec<Value> = vec![card(
        "title",
        &Rect {
            x: 0.0,
            y: -60.0,
            width: layout.width.max(240.0),
            height: 40.0,
        },
        format!("# {}", escaped(&text::one_line(&map.title))),
    )];
    // Groups before cards, because what comes later lies above.
    for (cluster, frame) in map.clusters().iter().zip(&layout.frames) {
        let mut group = place(&format!("group {}", cluster.id), &frame.rect);
        let color = color::stroke(&map.nodes[cluster.members[0]]).to_string();
        group["type"] = json!("group");
        group["label"] = json!(text::one_line(&cluster.label));
        group["color"] = json!(color);
        nodes.push(group);
    }
    for (node, place) in map.nodes.iter().zip(&layout.boxes) {
        let mut lines = format!("**{}**", escaped(&shortened(&node.item.text())));
        if let Some(second) = &node.second_label {
            lines.push('\n');
            lines.push_str(&escaped(&shortened(second)));
        }
        let mut card = card(&node.id(), &place.rect, lines);
        card["color"] = json!(color::stroke(node).to_string());
        nodes.push(card);
    }
    if let Some(stub) = map.stub(language) {
        let rect = Rect {
            x: 0.0,
            y: layout.height + 20.0,
            width: 90.0,
            height: 36.0,
        };
        nodes.push(card("more", &rect, escaped(&stub)));
    }
    let edges: Vec<Value> = (0..map.edges.len())
        .map(|index| arrow(map, index, &layout))
        .collect();
    serde_json::to_writer_pretty(&mut *out, &json!({ "nodes": nodes, "edges": edges }))
        .map_err(|e| Error::Output(e.into()))?;
    Ok(writeln!(out)?)
}

fn place(id: &str, rect: &Rect) -> Value {
    let pixels = |length: f64| (length * SCALE).round() as i64;
    json!({
        "id": id,
        "type": "text",
        "x": pixels(rect.x),
        "y": pixels(rect.y),
        "width": pixels(rect.width),
        "height": pixels(rect.height),
    })
}

fn card(id: &str, rect: &Rect, text: String) -> Value {
    let mut card = place(id, rect);
    card["text"] = json!(text);
    card
}

/// A link from side to side: from above to below, or beside a concept that is linked with itself.
fn arrow(map: &Map, index: usize, layout: &layout::Layout) -> Value {
    let edge = &map.edges[index];
    let height = |node: usize| layout.boxes[node].rect.y;
    let (from, to) = if edge.source == edge.target {
        ("right", "bottom")
    } else if height(edge.source) < height(edge.target) {
        ("bottom", "top")
    } else {
        ("top", "bottom")
    };
    let directed = !edge.symmetric && edge.style.head != Head::None;
    json!({
        "id": format!("link {index}"),
        "fromNode": map.nodes[edge.source].id(),
        "fromSide": from,
        "toNode": map.nodes[edge.target].id(),
        "toSide": to,
        "toEnd": if directed { "arrow" } else { "none" },
        "color": color::line(edge).to_string(),
        "label": text::one_line(&edge.phrase()),
    })
}

/// A label without more words than a card bears.
fn shortened(label: &str) -> String {
    text::wrap(label, 36.0, 1).concat()
}

/// A label in which nothing is Markdown's: [a backslash before any punctuation](https://spec.commonmark.org/0.31.2/#backslash-escapes).
fn escaped(label: &str) -> String {
    let mut out = String::with_capacity(label.len());
    for c in label.chars() {
        if c.is_ascii_punctuation() {
            out.push('\\');
        }
        out.push(c);
    }
    out
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::answer::sample;

    fn canvas(map: &Map) -> Value {
        let mut bytes = Vec::new();
        write(map, Language::English, &mut bytes).expect("small enough");
        serde_json::from_slice(&bytes).expect("it is JSON")
    }

    /// What [JSON Canvas 1.0](https://jsoncanvas.org/spec/1.0/) asks of a canvas.
    fn check(canvas: &Value) {
        let is_color = |color: &Value| {
            let text = color.as_str().unwrap_or_default();
            let hex = text.strip_prefix('#').unwrap_or_default();
            let is_hex = hex.len() == 6 && hex.bytes().all(|b| b.is_ascii_hexdigit());
            color.is_null() || is_hex || matches!(text, "1" | "2" | "3" | "4" | "5" | "6")
        };
        let nodes = canvas["nodes"].as_array().expect("nodes");
        let mut ids: Vec<&str> = Vec::new();
        for node in nodes {
            ids.push(node["id"].as_str().expect("an id"));
            assert!(["text", "group"].contains(&node["type"].as_str().expect("a type")));
            for key in ["x", "y", "width", "height"] {
                assert!(node[key].is_i64(), "{key} is an integer");
            }
            assert_eq!(node["type"] == "text", node["text"].is_string());
            assert!(is_color(&node["color"]), "{}", node["color"]);
        }
        let count = ids.len();
        ids.sort_unstable();
        ids.dedup();
        assert_eq!(ids.len(), count, "ids are unique");
        let edges = canvas["edges"].as_array().expect("edges");
        let edge_ids: BTreeSet<&str> = edges.iter().filter_map(|e| e["id"].as_str()).collect();
        assert_eq!(edge_ids.len(), edges.len(), "edges have ids of their own");
        for edge in edges {
            for key in ["fromSide", "toSide"] {
                let side = edge[key].as_str().expect("a side");
                assert!(["top", "right", "bottom", "left"].contains(&side), "{side}");
            }
            assert!(is_color(&edge["color"]), "{}", edge["color"]);
            let end = edge["toEnd"].as_str().expect("an end");
            assert!(["none", "arrow"].contains(&end), "{end}");
            for key in ["fromNode", "toNode"] {
                let end = edge[key].as_str().expect("an end");
                assert!(ids.binary_search(&end).is_ok(), "{end} is there");
            }
        }
    }

    #[test]
    fn every_map_is_a_canvas_as_specified() {
        for seed in 0..60 {
            check(&canvas(&sample::random(seed, 30)));
        }
        check(&canvas(&sample::map("")));
    }

    #[test]
    fn a_card_has_both_languages_and_an_arrow_its_phrase() {
        let canvas = canvas(&sample::containers());
        let nodes = canvas["nodes"].as_array().expect("nodes");
        assert!(
            nodes
                .iter()
                .any(|node| node["text"] == "**쿠버네티스**\nKubernetes")
        );
        let edge = &canvas["edges"][4];
        assert_eq!(edge["fromNode"], "https://kgq.example/notes#EKS");
        assert_eq!(
            (&edge["label"], &edge["fromSide"]),
            (&json!("isA"), &json!("top"))
        );
    }

    #[test]
    fn nothing_in_a_label_is_markdown() {
        assert_eq!(escaped("[[a]] <b> #c *d*"), r"\[\[a\]\] \<b\> \#c \*d\*");
    }
}
