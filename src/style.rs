//! How maps are drawn: by kind of concept and by property, as `ontology/style.ttl` says.

use std::sync::Arc;

use oxrdf::vocab::rdf;
use oxrdf::{NamedNodeRef, Term, TermRef};
use serde::Deserialize;
use serde::de::value::{self, StrDeserializer};

use crate::answer::{Direction, EdgeStyle, Head, Line, NodeStyle, Shape, Side, Status};
use crate::embedded;
use crate::error::Result;
use crate::graph::{Graph, Node};
use crate::meta;

/// Styles by kind and property.
#[derive(Debug)]
pub struct Styles {
    graph: Graph,
    /// For kinds without a style of their own.
    palette: Vec<Node>,
    /// For the things of a comparison.
    sides: Vec<Node>,
}

impl Styles {
    /// The built-in styles.
    ///
    /// # Errors
    /// None, unless the program is damaged.
    pub fn built_in() -> Result<Self> {
        let mut styles = Self {
            graph: Graph::Index(Arc::new(embedded::style()?)),
            palette: Vec::new(),
            sides: Vec::new(),
        };
        styles.palette = styles.palette_of(meta::DEFAULT_NODE);
        styles.sides = styles.palette_of(meta::COMPARED_SIDES);
        Ok(styles)
    }

    /// The members of a target's palette, in order.
    fn palette_of(&self, target: NamedNodeRef<'_>) -> Vec<Node> {
        let mut palette = Vec::new();
        let mut rest = self
            .graph
            .node(target)
            .and_then(|node| self.first(node, meta::PALETTE));
        while let Some(cell) = rest {
            palette.extend(self.first(cell, rdf::FIRST));
            rest = self.first(cell, rdf::REST);
        }
        palette
    }

    /// The first value that the styles give a node.
    fn first(&self, node: Node, property: NamedNodeRef<'_>) -> Option<Node> {
        let property = self.graph.node(property)?;
        let found = self
            .graph
            .facts(&[node], Direction::Out, Some(&[property]), 1);
        Some(found.ok()?.first()?.facts.first()?.value)
    }

    fn text(&self, node: Node, property: NamedNodeRef<'_>) -> Option<String> {
        match self.graph.term(self.first(node, property)?) {
            Term::Literal(text) => Some(text.value().to_owned()),
            _ => None,
        }
    }

    /// Whether a kind has a style of its own.
    pub fn knows(&self, kind: &Term) -> bool {
        self.graph
            .node(kind)
            .is_some_and(|node| self.first(node, meta::FILL_COLOR).is_some())
    }

    /// How a concept is drawn: as its kind says, or as the kind at this place of the palette.
    pub fn node(&self, kind: Option<&Term>, place: Option<usize>) -> NodeStyle {
        let own = kind.and_then(|kind| self.graph.node(kind));
        let own = own.filter(|node| self.first(*node, meta::FILL_COLOR).is_some());
        self.node_style(own.or(place.and_then(|place| turn(&self.palette, place))))
    }

    /// How a concept of a comparison is drawn, by whose it is.
    pub fn side(&self, side: Option<Side>) -> NodeStyle {
        self.node_style(match side {
            Some(Side::Shared) => self.graph.node(meta::SHARED_SIDE),
            Some(Side::Of(side)) => turn(&self.sides, side),
            None => None,
        })
    }

    fn node_style(&self, own: Option<Node>) -> NodeStyle {
        let default = self.graph.node(meta::DEFAULT_NODE);
        let said = |property| {
            let sources = [own, default];
            sources
                .into_iter()
                .flatten()
                .find_map(|node| self.text(node, property))
        };
        NodeStyle {
            fill: said(meta::FILL_COLOR).unwrap_or_else(|| "#f2f2f2".to_owned()),
            stroke: said(meta::STROKE_COLOR).unwrap_or_else(|| "#767676".to_owned()),
            shape: said(meta::SHAPE)
                .and_then(|name| named(&name))
                .unwrap_or(Shape::Rounded),
            line: said(meta::LINE_STYLE)
                .and_then(|name| named(&name))
                .unwrap_or(Line::Solid),
            double: said(meta::PERIPHERIES).is_some_and(|n| n != "1"),
        }
    }

    /// What a mark of the exam changes in a style.
    pub fn mark(&self, style: &mut NodeStyle, mark: &Term) {
        let Some(node) = self.graph.node(mark) else {
            return;
        };
        if let Some(fill) = self.text(node, meta::FILL_COLOR) {
            style.fill = fill;
        }
        if let Some(stroke) = self.text(node, meta::STROKE_COLOR) {
            style.stroke = stroke;
        }
        if let Some(name) = self.text(node, meta::LINE_STYLE) {
            style.line = named(&name).unwrap_or(style.line);
        }
    }

    /// How a link of a comparison is drawn whose side has this colour; `steps` when it stands for several steps of a hierarchy.
    pub fn compared_edge(&self, status: Status, steps: bool, color: &str) -> EdgeStyle {
        let own = match status {
            Status::Denied => self.graph.node(meta::DENIED_EDGE),
            Status::Uncertain => self.graph.node(meta::UNCERTAIN_EDGE),
            _ if steps => self.graph.node(meta::STEPS_EDGE),
            _ => None,
        };
        let style = self.edge_style(own, false);
        match own.and_then(|own| self.first(own, meta::LINE_COLOR)) {
            Some(_) => style,
            None => EdgeStyle {
                color: color.to_owned(),
                ..style
            },
        }
    }

    /// How a link is drawn.
    pub fn edge<'a>(&self, property: impl Into<TermRef<'a>>, symmetric: bool) -> EdgeStyle {
        self.edge_style(self.graph.node(property), symmetric)
    }

    fn edge_style(&self, own: Option<Node>, symmetric: bool) -> EdgeStyle {
        let default = self.graph.node(meta::DEFAULT_EDGE);
        let said = |property| {
            let sources = [own, default].into_iter().flatten();
            sources
                .into_iter()
                .find_map(|node| self.text(node, property))
        };
        EdgeStyle {
            color: said(meta::LINE_COLOR).unwrap_or_else(|| "#767676".to_owned()),
            line: said(meta::LINE_STYLE)
                .and_then(|name| named(&name))
                .unwrap_or(Line::Solid),
            head: match said(meta::ARROW_HEAD) {
                _ if symmetric => Head::None,
                name => name.and_then(|name| named(&name)).unwrap_or(Head::Normal),
            },
        }
    }
}

/// The member of a palette whose turn it is.
fn turn(palette: &[Node], place: usize) -> Option<Node> {
    palette.get(place % palette.len().max(1)).copied()
}

/// The shape, line or arrowhead of a name; `None` for a name that is none.
fn named<'a, T: Deserialize<'a>>(name: &'a str) -> Option<T> {
    T::deserialize(StrDeserializer::<value::Error>::new(name)).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The properties that styles are read by.
    const READ: [oxrdf::NamedNodeRef<'_>; 8] = [
        meta::FILL_COLOR,
        meta::STROKE_COLOR,
        meta::SHAPE,
        meta::PERIPHERIES,
        meta::LINE_COLOR,
        meta::LINE_STYLE,
        meta::ARROW_HEAD,
        meta::PALETTE,
    ];

    #[test]
    fn every_term_that_is_read_is_said_somewhere() {
        let styles = Styles::built_in().expect("the styles are sound");
        for term in READ {
            let node = styles.graph.node(term);
            let used = node.is_some_and(|node| {
                let pairs = styles.graph.pairs(node, Some(1));
                pairs.is_ok_and(|pairs| !pairs.is_empty())
            });
            assert!(used, "{term} is said of nothing");
        }
    }

    #[test]
    fn every_name_in_the_styles_is_known() {
        let styles = Styles::built_in().expect("the styles are sound");
        let names = |property| -> Vec<String> {
            let node = styles.graph.node(property).expect("it occurs");
            let pairs = styles.graph.pairs(node, None).expect("local");
            let objects = pairs
                .into_iter()
                .map(|(_, object)| styles.graph.term(object));
            objects
                .filter_map(|term| match term {
                    Term::Literal(text) => Some(text.value().to_owned()),
                    _ => None,
                })
                .collect()
        };
        for name in names(meta::SHAPE) {
            assert!(named::<Shape>(&name).is_some(), "{name}");
        }
        for name in names(meta::LINE_STYLE) {
            assert!(named::<Line>(&name).is_some(), "{name}");
        }
        for name in names(meta::ARROW_HEAD) {
            assert!(named::<Head>(&name).is_some(), "{name}");
        }
    }

    #[test]
    fn every_term_that_is_said_is_read() {
        let styles = Styles::built_in().expect("the styles are sound");
        let targets = [
            meta::DEFAULT_NODE,
            meta::DEFAULT_EDGE,
            meta::COMPARED_SIDES,
            meta::SHARED_SIDE,
            meta::DENIED_EDGE,
            meta::UNCERTAIN_EDGE,
            meta::STEPS_EDGE,
        ];
        let declared = |class: &str| -> Vec<String> {
            let node = |iri: &str| styles.graph.node(oxrdf::NamedNodeRef::new_unchecked(iri));
            let class = node(class).expect("it occurs");
            let said = styles
                .graph
                .facts(
                    &[class],
                    Direction::In,
                    node(rdf::TYPE.as_str()).as_ref().map(std::slice::from_ref),
                    99,
                )
                .expect("local");
            let nodes = said[0]
                .facts
                .iter()
                .map(|fact| styles.graph.term(fact.value));
            nodes.map(|term| term.to_string()).collect()
        };
        let owl = "http://www.w3.org/2002/07/owl#";
        for class in [
            format!("{owl}DatatypeProperty"),
            format!("{owl}ObjectProperty"),
            "https://kgq.example/ontology#StyleTarget".to_owned(),
        ] {
            for term in declared(&class) {
                let is_read = READ
                    .iter()
                    .chain(&targets)
                    .any(|known| known.to_string() == term);
                assert!(is_read, "nothing reads {term}");
            }
        }
    }

    #[test]
    fn a_kind_has_its_own_outline() {
        let styles = Styles::built_in().expect("the styles are sound");
        let kind = |iri: &str| Term::from(oxrdf::NamedNode::new_unchecked(iri));
        let stroke = |iri: &str| styles.node(Some(&kind(iri)), None).stroke;
        assert_ne!(
            stroke("https://kgq.example/ontology#Component"),
            stroke("https://kgq.example/ontology#Platform")
        );
    }
}
