//! The boxes of concepts: how large their outlines have to be, and where lines meet them.

use super::text;
use crate::answer::{MapNode, Shape};

/// The size of a label's letters, in pixels.
pub const LABEL: f64 = 14.0;
/// The size of the second language's letters, in pixels.
pub const SECOND: f64 = 11.0;
/// How much higher than its letters a line of text is.
pub const LEADING: f64 = 1.3;
/// The longest line of a label, in em.
const LINE: f64 = 12.0;
/// Room between the label and the outline, in pixels: at the sides and above and below.
const PADDING: (f64, f64) = (11.0, 7.0);

/// A concept's label as lines.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Label {
    /// In the reader's language.
    pub first: Vec<String>,
    /// In the second language, smaller; often empty.
    pub second: Vec<String>,
}

impl Label {
    /// The label of a concept, broken into lines.
    pub fn of(node: &MapNode) -> Self {
        let second = node.second_label.as_deref();
        Self {
            first: text::wrap(&node.item.text(), LINE, 3),
            second: second.map_or_else(Vec::new, |label| text::wrap(label, LINE * 1.2, 2)),
        }
    }

    /// Its width and height in pixels.
    pub fn size(&self) -> (f64, f64) {
        let widest = |lines: &[String]| lines.iter().map(|l| text::width(l)).fold(0.0, f64::max);
        let width = (widest(&self.first) * LABEL).max(widest(&self.second) * SECOND);
        let height = self.first.len() as f64 * LABEL + self.second.len() as f64 * SECOND;
        (width, height * LEADING)
    }
}

/// The width and height of the outline around a label of this size, and how far below its middle the label stands.
pub fn outline(shape: Shape, (width, height): (f64, f64)) -> (f64, f64, f64) {
    let (w, h) = (
        (width + 2.0 * PADDING.0).max(44.0),
        height + 2.0 * PADDING.1,
    );
    match shape {
        Shape::Box | Shape::Rounded => (w, h, 0.0),
        Shape::Ellipse => (w * 1.22, h * 1.22, 0.0),
        Shape::Hexagon => (w + 2.0 * slope(h), h, 0.0),
        Shape::Octagon => (w + 8.0, h, 0.0),
        Shape::Parallelogram | Shape::Trapezium => (w + 2.0 * slope(h) - 6.0, h, 0.0),
        Shape::Note | Shape::Component => (w + 10.0, h, 0.0),
        Shape::Folder => (w, h + 6.0, 3.0),
        Shape::Cylinder => (w, h + 12.0, 3.0),
        Shape::House => (w + 4.0, h + 9.0, 4.0),
    }
}

/// How far a slanting side leans inwards.
pub fn slope(height: f64) -> f64 {
    (height * 0.28).min(14.0)
}

/// How far below the top of its box an outline lies, and how far above the bottom, at a distance from the left.
pub fn insets(shape: Shape, (width, height): (f64, f64), left: f64) -> (f64, f64) {
    let left = left.clamp(0.0, width);
    let right = width - left;
    let share = (2.0 * left / width - 1.0).abs();
    let arc = |depth: f64| depth * (1.0 - (1.0 - share * share).sqrt());
    // How far a corner that is cut off keeps the outline away, `across` and `down` being the size of what is cut off.
    let cut = |from: f64, across: f64, down: f64| (1.0 - from / across).max(0.0) * down;
    let lean = slope(height);
    match shape {
        Shape::Ellipse => (arc(height / 2.0), arc(height / 2.0)),
        Shape::Cylinder => (arc(6.0), arc(6.0)),
        Shape::House => (9.0 * share, 0.0),
        Shape::Folder => (6.0 * f64::from(left > width * 0.3), 0.0),
        Shape::Note => (cut(right, 10.0, 10.0), 0.0),
        Shape::Octagon => {
            let corner = cut(left.min(right), 8.0, 8.0);
            (corner, corner)
        }
        Shape::Hexagon => {
            let corner = cut(left.min(right), lean, height / 2.0);
            (corner, corner)
        }
        Shape::Parallelogram => (cut(left, lean, height), cut(right, lean, height)),
        Shape::Trapezium => (cut(left.min(right), lean, height), 0.0),
        Shape::Box | Shape::Rounded | Shape::Component => (0.0, 0.0),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_outline_holds_its_label() {
        use Shape::*;
        for shape in [
            Box,
            Rounded,
            Ellipse,
            Hexagon,
            Note,
            Cylinder,
            Octagon,
            Component,
            Folder,
            Parallelogram,
            Trapezium,
            House,
        ] {
            let (width, height, drop) = outline(shape, (100.0, 20.0));
            assert!(width >= 110.0 && height >= 30.0, "{shape:?}");
            assert!(20.0 / 2.0 + drop < height / 2.0, "{shape:?}");
        }
    }

    #[test]
    fn an_ellipse_is_met_lower_away_from_its_middle() {
        assert_eq!(insets(Shape::Ellipse, (80.0, 40.0), 40.0), (0.0, 0.0));
        assert_eq!(insets(Shape::Ellipse, (80.0, 40.0), 80.0), (20.0, 20.0));
    }

    #[test]
    fn a_slanting_side_is_met_where_it_is() {
        let size = (100.0, 40.0);
        let lean = slope(40.0);
        assert_eq!(insets(Shape::Parallelogram, size, lean / 2.0), (20.0, 0.0));
        assert_eq!(insets(Shape::Hexagon, size, lean / 2.0), (10.0, 10.0));
        assert_eq!(insets(Shape::Hexagon, size, 50.0), (0.0, 0.0));
    }
}
