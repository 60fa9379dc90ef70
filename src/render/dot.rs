//! Concept maps for Graphviz.
//!
//! The output is sorted as the map is, so that the same map is the same bytes and a diff of two shows what changed.

use std::cmp::Ordering;
use std::io::Write;

use crate::answer::{Cluster, Head, Line, Map, MapEdge, MapNode, Shape, more};
use crate::error::Result;
use crate::language::Language;
use crate::layout::{rank, text};
use crate::render::color::{self, Color};

/// Fonts that have Hangul, on Linux, Windows and macOS.
const FONTS: &str = "Noto Sans CJK KR,NanumGothic,Malgun Gothic,Apple SD Gothic Neo,sans-serif";
/// The size of a concept's label, in points; Graphviz measures widths in inches of 72 points.
const SIZE: f64 = 14.0;
/// The longest line of a label, in em.
const LINE: f64 = 13.0;

/// Writes a map as a DOT graph: the general above the particular, cross-links dashed, clusters by kind.
///
/// # Errors
/// Only what the writer reports.
pub fn write(map: &Map, language: Language, out: &mut dyn Write) -> Result<()> {
    let title = text::one_line(&map.title);
    writeln!(out, "digraph {} {{", id(&title))?;
    writeln!(
        out,
        "  graph [charset=\"UTF-8\", rankdir=TB, newrank=true, label={title}, tooltip={title}, labelloc=t, fontname=\"{FONTS}\", fontsize=20, fontcolor=\"{ink}\", nodesep=0.3, ranksep=0.45, pad=0.2]",
        title = label(&title),
        ink = color::INK,
    )?;
    writeln!(
        out,
        "  node [fontname=\"{FONTS}\", fontsize={SIZE}, margin=\"0.15,0.08\"]"
    )?;
    writeln!(
        out,
        "  edge [fontname=\"{FONTS}\", fontsize=11, arrowsize=0.8]"
    )?;
    let clusters = map.clusters();
    let mut clustered = vec![false; map.nodes.len()];
    for cluster in &clusters {
        write_cluster(map, cluster, language, out)?;
        for &member in &cluster.members {
            clustered[member] = true;
        }
    }
    for (node, _) in map
        .nodes
        .iter()
        .zip(&clustered)
        .filter(|(_, inside)| !**inside)
    {
        write_node(node, "  ", language, out)?;
    }
    if let Some(stub) = map.stub(language) {
        writeln!(
            out,
            "  \"+\" [label={stub}, tooltip={stub}, shape=plaintext, fontcolor=\"#666666\"]",
            stub = label(&stub)
        )?;
    }
    let levels = levels(map, &clusters);
    let cross = map.cross_links();
    for (edge, cross) in map.edges.iter().zip(&cross) {
        write_edge(map, edge, *cross, &levels, out)?;
    }
    write_levels(map, &levels, &cross, out)?;
    writeln!(out, "}}")?;
    Ok(())
}

/// Tells Graphviz which concepts stand side by side, and that each row is below the one before it.
fn write_levels(map: &Map, levels: &[usize], cross: &[bool], out: &mut dyn Write) -> Result<()> {
    let mut rows = vec![Vec::new(); levels.iter().map(|level| level + 1).max().unwrap_or(0)];
    for (node, &level) in map.nodes.iter().zip(levels) {
        rows[level].push(id(&node.id()));
    }
    for row in rows.iter().filter(|row| row.len() > 1) {
        writeln!(out, "  {{ rank=same; {} }}", row.join("; "))?;
    }
    for (upper, pair) in rows.windows(2).enumerate() {
        let linked = map.edges.iter().zip(cross).any(|(edge, cross)| {
            let ends = [levels[edge.source], levels[edge.target]];
            !cross && (ends == [upper, upper + 1] || ends == [upper + 1, upper])
        });
        if let ([first, ..], [below, ..], false) = (&pair[0][..], &pair[1][..], linked) {
            writeln!(out, "  {first} -> {below} [style=invis, weight=0]")?;
        }
    }
    Ok(())
}

/// The levels of kgq's own layout. Graphviz is given them because its own choice may put the general below the
/// particular, and because version 2 fails on a labelled link between two nodes of a level.
fn levels(map: &Map, clusters: &[Cluster]) -> Vec<usize> {
    let widths: Vec<f64> = map
        .nodes
        .iter()
        .map(|node| width(node) * 72.0 + 30.0)
        .collect();
    rank::levels(map, clusters, &widths)
}

fn write_cluster(
    map: &Map,
    cluster: &Cluster,
    language: Language,
    out: &mut dyn Write,
) -> Result<()> {
    let hue = color::stroke(&map.nodes[cluster.members[0]]);
    writeln!(
        out,
        "  subgraph {} {{",
        id(&format!("cluster_{}", cluster.id))
    )?;
    writeln!(
        out,
        "    graph [label={name}, tooltip={name}, style=rounded, labeljust=l, fontsize=12, color=\"{}\", fontcolor=\"{hue}\"]",
        hue.mix(color::PAPER, 0.5),
        name = label(&text::one_line(&cluster.label)),
    )?;
    for &member in &cluster.members {
        write_node(&map.nodes[member], "    ", language, out)?;
    }
    writeln!(out, "  }}")?;
    Ok(())
}

fn write_node(node: &MapNode, indent: &str, language: Language, out: &mut dyn Write) -> Result<()> {
    let (shape, style, _) = shape(node.style.shape);
    let mut style = style.to_owned();
    let fill = color::fill(node);
    write!(
        out,
        "{indent}{} [label={}, tooltip={}",
        id(&node.id()),
        label(&lines(node).join("\n")),
        label(&tooltip(node, language)),
    )?;
    if let Some(url) = node.url() {
        write!(out, ", URL={}", label(&url))?;
    }
    if node.style.line != Line::Solid {
        style.push(',');
        style.push_str(stroke(node.style.line));
    }
    if node.style.double {
        write!(out, ", peripheries=2")?;
    }
    writeln!(
        out,
        ", shape={shape}, style=\"{style}\", width={:.1}, fillcolor=\"{fill}\", color=\"{}\", fontcolor=\"{}\"]",
        width(node),
        color::stroke(node),
        fill.text(),
    )?;
    Ok(())
}

/// A concept's label, the second language below.
fn lines(node: &MapNode) -> Vec<String> {
    let mut lines = text::wrap(&node.item.text(), LINE, 3);
    if let Some(second) = &node.second_label {
        lines.extend(text::wrap(second, LINE, 2));
    }
    lines
}

/// A concept's width in inches: Graphviz measures Hangul too narrow where it has no font with it.
fn width(node: &MapNode) -> f64 {
    let lines = lines(node);
    let em = lines
        .iter()
        .map(|line| text::width(line))
        .fold(0.0, f64::max);
    let (_, _, room) = shape(node.style.shape);
    em * SIZE / 72.0 * room + 0.3
}

/// What is shown while the pointer rests on a concept.
fn tooltip(node: &MapNode, language: Language) -> String {
    let mut lines = vec![text::one_line(&node.item.text())];
    lines.extend(node.description.as_deref().map(text::one_line));
    if node.more > 0 {
        lines.push(more(node.more, language));
    }
    lines.join("\n")
}

/// Graphviz' name of a shape, its style, and how much wider than its label it has to be.
fn shape(shape: Shape) -> (&'static str, &'static str, f64) {
    match shape {
        Shape::Box => ("box", "filled", 1.0),
        Shape::Rounded => ("box", "filled,rounded", 1.0),
        Shape::Ellipse => ("ellipse", "filled", 1.3),
        Shape::Hexagon => ("hexagon", "filled", 1.2),
        Shape::Note => ("note", "filled", 1.0),
        Shape::Cylinder => ("cylinder", "filled", 1.0),
        Shape::Octagon => ("octagon", "filled", 1.2),
        Shape::Component => ("component", "filled", 1.1),
        Shape::Folder => ("folder", "filled", 1.0),
        Shape::Parallelogram => ("parallelogram", "filled", 1.4),
        Shape::Trapezium => ("trapezium", "filled", 1.4),
        Shape::House => ("house", "filled", 1.2),
    }
}

fn write_edge(
    map: &Map,
    edge: &MapEdge,
    cross: bool,
    levels: &[usize],
    out: &mut dyn Write,
) -> Result<()> {
    // Every link is written from the upper concept to the lower one: in a hierarchy from the general to the particular.
    let ends = (edge.source, edge.target);
    let upwards = match levels[edge.source].cmp(&levels[edge.target]) {
        Ordering::Less => false,
        Ordering::Equal => edge.hierarchy,
        Ordering::Greater => true,
    };
    let (from, to) = if upwards { (ends.1, ends.0) } else { ends };
    let hue = color::line(edge);
    write!(
        out,
        "  {} -> {} [label={}, tooltip={}, color=\"{hue}\", fontcolor=\"{}\"",
        id(&map.nodes[from].id()),
        id(&map.nodes[to].id()),
        label(&phrase(edge)),
        label(&text::one_line(&map.proposition(edge))),
        hue.mix(Color(0, 0, 0), 0.2),
    )?;
    let head = head(edge.style.head);
    match (edge.symmetric || edge.style.head == Head::None, upwards) {
        (true, _) => write!(out, ", dir=none")?,
        (false, true) => write!(out, ", dir=back, arrowtail={head}")?,
        (false, false) => write!(out, ", arrowhead={head}")?,
    }
    match (edge.style.line, cross) {
        (Line::Solid, false) => {}
        (Line::Solid, true) => write!(out, ", style=dashed")?,
        (line, _) => write!(out, ", style={}", stroke(line))?,
    }
    if cross {
        out.write_all(b", constraint=false")?;
    }
    writeln!(out, "]")?;
    Ok(())
}

/// Graphviz' name of a line's end.
fn head(head: Head) -> &'static str {
    match head {
        Head::Normal => "normal",
        Head::Vee => "vee",
        Head::Empty => "empty",
        Head::Diamond => "diamond",
        Head::OpenDiamond => "odiamond",
        Head::Tee => "tee",
        Head::Dot => "dot",
        Head::None => "none",
    }
}

/// Graphviz' name of a stroke.
fn stroke(line: Line) -> &'static str {
    match line {
        Line::Solid => "solid",
        Line::Dashed => "dashed",
        Line::Dotted => "dotted",
        Line::Bold => "bold",
    }
}

/// A link's label, with room at its sides because Graphviz sets it against the line.
fn phrase(edge: &MapEdge) -> String {
    let lines = text::wrap(&edge.phrase(), LINE, 2);
    format!(" {} ", lines.join(" \n "))
}

/// A quoted name: nothing but the quote ends it, but Graphviz reads a backslash before the quote as part of it.
fn id(name: &str) -> String {
    format!("\"{}\"", name.replace('\\', "\\\\").replace('"', "\\\""))
}

/// A quoted text, in which Graphviz reads backslashes as commands and `&…;` as HTML's names of characters.
fn label(text: &str) -> String {
    let mut quoted = String::from("\"");
    for c in text.chars() {
        match c {
            '"' => quoted.push_str("\\\""),
            '\\' => quoted.push_str("\\\\"),
            '\n' => quoted.push_str("\\n"),
            '&' => quoted.push_str("&amp;"),
            '<' => quoted.push_str("&lt;"),
            '>' => quoted.push_str("&gt;"),
            c => quoted.push(c),
        }
    }
    quoted.push('"');
    quoted
}

#[cfg(test)]
mod tests {
    use std::process::{Command, Stdio};

    use super::*;
    use crate::answer::sample;

    fn dot(map: &Map) -> String {
        let mut bytes = Vec::new();
        write(map, Language::English, &mut bytes).expect("writable");
        String::from_utf8(bytes).expect("writable")
    }

    #[test]
    fn a_map_is_written_with_the_general_above_and_cross_links_dashed() {
        let map = sample::map(
            "EKS Service EKS | Elastic Kubernetes Service
             ControlPlane Component 컨트롤 플레인 | control plane
             DataPlane Component 데이터 플레인 | data plane
             EKS isA ControlPlane
             EKS worksWith DataPlane
             DataPlane communicatesThrough ControlPlane",
        );
        let dot = dot(&map).replace("https://kgq.example/notes#", "");
        let graph = dot.split_once("  subgraph ").expect("a cluster").1;
        insta::assert_snapshot!(graph, @r##"
        "cluster_Component" {
            graph [label="Component", tooltip="Component", style=rounded, labeljust=l, fontsize=12, color="#8dbc9b", fontcolor="#1b7837"]
            "ControlPlane" [label="컨트롤 플레인\ncontrol plane", tooltip="컨트롤 플레인\n컨트롤 플레인 \"described\"", URL="ControlPlane", shape=box, style="filled", width=1.6, fillcolor="#d8efd3", color="#1b7837", fontcolor="#1f2933"]
            "DataPlane" [label="데이터 플레인\ndata plane", tooltip="데이터 플레인\n데이터 플레인 \"described\"", URL="DataPlane", shape=box, style="filled", width=1.5, fillcolor="#d8efd3", color="#1b7837", fontcolor="#1f2933"]
          }
          "EKS" [label="EKS\nElastic Kubernetes\nService", tooltip="EKS\nEKS \"described\"", URL="EKS", shape=box, style="filled,rounded", width=2.2, fillcolor="#cfe8fc", color="#0072b2", fontcolor="#1f2933"]
          "DataPlane" -> "ControlPlane" [label=" communicatesThrough ", tooltip="데이터 플레인 ─ communicatesThrough → 컨트롤 플레인", color="#0072b2", fontcolor="#005b8e", arrowhead=normal]
          "ControlPlane" -> "EKS" [label=" isA ", tooltip="EKS ─ isA → 컨트롤 플레인", color="#555555", fontcolor="#444444", dir=back, arrowtail=empty]
          "DataPlane" -> "EKS" [label=" worksWith ", tooltip="EKS ─ worksWith → 데이터 플레인", color="#0072b2", fontcolor="#005b8e", dir=none, style=dashed, constraint=false]
        }
        "##);
    }

    #[test]
    fn the_same_map_is_the_same_bytes() {
        assert_eq!(dot(&sample::containers()), dot(&sample::containers()));
    }

    #[test]
    fn nothing_in_a_label_ends_it() {
        let quoted = label("\"];\n} \\ <b>&amp;</b> \\");
        assert_eq!(quoted, r#""\"];\n} \\ &lt;b&gt;&amp;amp;&lt;/b&gt; \\""#);
        assert_eq!(id("a\\\"b\\"), r#""a\\\"b\\""#);
    }

    #[test]
    fn only_addresses_of_the_web_become_links() {
        let mut map = sample::map("A - a");
        map.nodes[0].item.term = oxrdf::NamedNode::new_unchecked("javascript:alert(1)").into();
        assert!(!dot(&map).contains("URL"));
    }

    #[test]
    fn what_a_map_leaves_out_is_a_stub() {
        let mut map = sample::map("A - a");
        map.left_out = 12;
        assert!(dot(&map).contains("label=\"+12 more\""));
    }

    #[test]
    #[ignore = "needs Graphviz"]
    fn graphviz_draws_every_map_without_a_warning() {
        let empty = sample::map("");
        let random = (0..150).map(|seed| sample::random(seed, 60));
        for (seed, map) in random.chain([empty, sample::containers()]).enumerate() {
            let mut graphviz = Command::new("dot")
                .arg("-Tsvg")
                .stdin(Stdio::piped())
                .stdout(Stdio::null())
                .stderr(Stdio::piped())
                .spawn()
                .expect("dot is installed");
            let stdin = graphviz.stdin.take().expect("its input is a pipe");
            write(&map, Language::English, &mut &stdin).expect("dot reads");
            drop(stdin);
            let output = graphviz.wait_with_output().expect("dot ends");
            let said = String::from_utf8_lossy(&output.stderr);
            assert!(
                output.status.success() && said.is_empty(),
                "map {seed}: {said}"
            );
        }
    }
}
