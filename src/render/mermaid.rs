//! Concept maps as Mermaid flowcharts, which Obsidian and GitHub draw.

use std::cmp::Reverse;
use std::fmt::Write as _;
use std::io::Write;

use crate::answer::{Head, Line, Map, MapEdge, Shape, more};
use crate::error::Result;
use crate::language::Language;
use crate::layout::text;
use crate::render::color;

/// The most links that are written: with many more Mermaid's drawing cannot be read, and past 500 it refuses.
const MOST: usize = 100;

/// Writes a map as a flowchart in which links lead upwards, so that the general stands above the particular.
///
/// # Errors
/// Only what the writer reports.
pub fn write(map: &Map, language: Language, out: &mut dyn Write) -> Result<()> {
    let title = text::one_line(&map.title);
    writeln!(out, "---\ntitle: {}\n---\nflowchart BT", yaml(&title))?;
    let mut clustered = vec![false; map.nodes.len()];
    for (number, cluster) in map.clusters().iter().enumerate() {
        writeln!(out, "  subgraph k{number}[{}]", quoted(&cluster.label))?;
        for &member in &cluster.members {
            write_node(map, member, "    ", out)?;
            clustered[member] = true;
        }
        writeln!(out, "  end")?;
    }
    for node in (0..map.nodes.len()).filter(|&node| !clustered[node]) {
        write_node(map, node, "  ", out)?;
    }
    let cross = map.cross_links();
    let written = telling_edges(map, &cross);
    for &index in &written {
        write_edge(&map.edges[index], cross[index], out)?;
    }
    if let Some(stub) = map.stub(language) {
        writeln!(out, "  more[\"{stub}\"]")?;
    }
    let unwritten = map.edges.len() - written.len();
    if unwritten > 0 {
        let links = language.pick("links", "관계");
        writeln!(
            out,
            "  more_links[\"{links} {}\"]",
            more(unwritten, language)
        )?;
    }
    write_styles(map, &written, out)
}

/// The links that are written, in the map's order: the frame before cross-links where there are too many.
fn telling_edges(map: &Map, cross: &[bool]) -> Vec<usize> {
    let mut edges: Vec<usize> = (0..map.edges.len()).collect();
    edges.sort_by_key(|&i| (cross[i], Reverse(map.edges[i].hierarchy), i));
    edges.truncate(MOST);
    edges.sort_unstable();
    edges
}

fn write_node(map: &Map, index: usize, indent: &str, out: &mut dyn Write) -> Result<()> {
    let node = &map.nodes[index];
    let mut label = escaped(&shortened(&node.item.text()));
    if let Some(second) = &node.second_label {
        label.push_str("<br>");
        label.push_str(&escaped(&shortened(second)));
    }
    let (open, close) = match node.style.shape {
        Shape::Box | Shape::Component | Shape::Note | Shape::Folder => ("[", "]"),
        Shape::Rounded => ("(", ")"),
        Shape::Ellipse => ("([", "])"),
        Shape::Hexagon | Shape::Octagon => ("{{", "}}"),
        Shape::Cylinder => ("[(", ")]"),
        Shape::Parallelogram => ("[/", "/]"),
        Shape::Trapezium | Shape::House => ("[/", "\\]"),
    };
    writeln!(out, "{indent}n{index}{open}\"{label}\"{close}")?;
    Ok(())
}

fn write_edge(edge: &MapEdge, cross: bool, out: &mut dyn Write) -> Result<()> {
    let line = match edge.style.line {
        Line::Bold => "==",
        Line::Solid if !cross => "--",
        Line::Solid | Line::Dashed | Line::Dotted => "-.-",
    };
    let head = match (edge.symmetric, edge.style.head, line) {
        (false, Head::Tee, _) => "x",
        (true, ..) | (_, Head::None, _) => match line {
            "--" => "-",
            "==" => "=",
            _ => "",
        },
        (false, ..) => ">",
    };
    let phrase = quoted(&shortened(&edge.phrase()));
    writeln!(
        out,
        "  n{} {line}{head}|{phrase}| n{}",
        edge.source, edge.target
    )?;
    Ok(())
}

/// Colours of nodes as classes, one a style, and of links by their numbers.
fn write_styles(map: &Map, written: &[usize], out: &mut dyn Write) -> Result<()> {
    let mut styles: Vec<(String, Vec<String>)> = Vec::new();
    for (index, node) in map.nodes.iter().enumerate() {
        let fill = color::fill(node);
        let stroke = color::stroke(node);
        let style = format!("fill:{fill},stroke:{stroke},color:{}", fill.text());
        push(&mut styles, style, format!("n{index}"));
    }
    for (number, (style, nodes)) in styles.iter().enumerate() {
        writeln!(out, "  classDef s{number} {style}")?;
        writeln!(out, "  class {} s{number}", nodes.join(","))?;
    }
    let mut colors: Vec<(String, Vec<String>)> = Vec::new();
    for (number, &index) in written.iter().enumerate() {
        let stroke = format!("stroke:{}", color::line(&map.edges[index]));
        push(&mut colors, stroke, number.to_string());
    }
    for (stroke, links) in colors {
        writeln!(out, "  linkStyle {} {stroke}", links.join(","))?;
    }
    Ok(())
}

fn push(styles: &mut Vec<(String, Vec<String>)>, style: String, member: String) {
    match styles.iter_mut().find(|(known, _)| *known == style) {
        Some((_, members)) => members.push(member),
        None => styles.push((style, vec![member])),
    }
}

/// A label without more words than a box bears.
fn shortened(label: &str) -> String {
    text::wrap(label, 40.0, 1).concat()
}

fn quoted(label: &str) -> String {
    format!("\"{}\"", escaped(&text::one_line(label)))
}

/// A label in which punctuation that Mermaid, its directives or HTML could read as theirs is named by its number.
fn escaped(label: &str) -> String {
    let mut out = String::with_capacity(label.len());
    for c in label.chars() {
        if c.is_ascii_punctuation() && !matches!(c, '-' | '_' | '.' | ',' | '/' | '+' | '?' | '!') {
            // Writing to a String cannot fail.
            let _ = write!(out, "#{};", u32::from(c));
        } else {
            out.push(c);
        }
    }
    if out.trim().is_empty() {
        out.push_str("#8203;");
    }
    out
}

/// A title as a YAML string.
fn yaml(title: &str) -> String {
    format!("\"{}\"", title.replace('\\', "\\\\").replace('"', "\\\""))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::answer::sample;

    fn mermaid(map: &Map) -> String {
        let mut bytes = Vec::new();
        write(map, Language::English, &mut bytes).expect("a Vec takes everything");
        String::from_utf8(bytes).expect("labels are text")
    }

    #[test]
    fn a_map_is_a_flowchart_that_leads_upwards() {
        insta::assert_snapshot!(mermaid(&sample::containers()), @r##"
        ---
        title: "What runs a container?"
        ---
        flowchart BT
          subgraph k0["Component"]
            n0["컨테이너<br>container"]
            n1["컨트롤 플레인<br>control plane"]
            n2["데이터 플레인<br>data plane"]
          end
          subgraph k1["Service"]
            n3("EC2")
            n4("EKS<br>Elastic Kubernetes Service")
            n5("파게이트<br>AWS Fargate")
          end
          n6["쿠버네티스<br>Kubernetes"]
          n7(["서버리스<br>serverless"])
          n1 -.->|"communicatesThrough"| n2
          n3 --x|"✗ isA"| n7
          n3 -->|"operates ?"| n0
          n3 -->|"servesAs"| n2
          n4 -->|"isA"| n1
          n4 -->|"provides"| n6
          n4 ---|"worksWith"| n3
          n5 -->|"isA"| n7
          n5 -.->|"operates"| n0
          n5 -.->|"servesAs"| n2
          classDef s0 fill:#d8efd3,stroke:#1b7837,color:#1f2933
          class n0,n1,n2 s0
          classDef s1 fill:#cfe8fc,stroke:#0072b2,color:#1f2933
          class n3,n4,n5 s1
          classDef s2 fill:#eeeeee,stroke:#555555,color:#1f2933
          class n6 s2
          classDef s3 fill:#e8dcf5,stroke:#762a83,color:#1f2933
          class n7 s3
          linkStyle 0,2,3,5,6,8,9 stroke:#0072b2
          linkStyle 1,4,7 stroke:#555555
        "##);
    }

    #[test]
    fn nothing_in_a_label_is_read_as_mermaid_or_html() {
        assert_eq!(
            escaped("a \"b\" <script>] end; %%{init}%% #lt; `c`"),
            "a #34;b#34; #60;script#62;#93; end#59; #37;#37;#123;init#125;#37;#37; #35;lt#59; #96;c#96;"
        );
    }

    #[test]
    fn a_hundred_links_are_written_and_the_rest_counted() {
        let mut text = String::new();
        for i in 0..30 {
            text.push_str(&format!("N{i} - n\n"));
            for j in 0..i {
                text.push_str(&format!("N{i} servesAs N{j}\n"));
            }
        }
        let map = sample::map(&text);
        let written = mermaid(&map);
        assert_eq!(written.matches("|\"").count(), 100);
        assert!(written.contains(&format!("links +{} more", map.edges.len() - 100)));
    }
}
