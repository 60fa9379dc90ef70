//! The colours of a picture, as classes of its style sheet.

use std::fmt::Write as _;

use crate::answer::MapNode;
use crate::layout::{PHRASE, TITLE, shape};
use crate::render::color::{self, BOARD, CHALK, Color, INK, PAPER};

/// Fonts that have Hangul, on Linux, Windows, macOS and phones.
const FONTS: &str = "'Noto Sans KR','Noto Sans CJK KR','Apple SD Gothic Neo','Malgun Gothic',NanumGothic,system-ui,sans-serif";
/// The size of the title's letters.
pub(super) const HEADING: f64 = 20.0;

/// The classes of colours that a picture uses, in the order of their first use.
#[derive(Default)]
pub(super) struct Palette {
    boxes: Vec<(Color, Color)>,
    lines: Vec<Color>,
}

impl Palette {
    /// The class of a node's colours.
    pub fn of_node(&mut self, node: &MapNode) -> usize {
        position(&mut self.boxes, (color::fill(node), color::stroke(node)))
    }

    /// The class of a line's colour.
    pub fn of_line(&mut self, color: Color) -> usize {
        position(&mut self.lines, color)
    }

    /// The style sheet: plain values, because not every program that shows SVG knows variables.
    pub fn style(&self) -> String {
        let mut style = format!(
            "text{{font-family:{FONTS};font-size:{label}px;text-anchor:middle;fill:{INK}}}\
             .heading{{font-size:{HEADING}px;font-weight:600;text-anchor:start}}\
             .stub{{font-size:13px;text-anchor:start;opacity:.7}}\
             .paper{{fill:{PAPER}}}\
             .frame{{fill-opacity:.05;stroke-opacity:.45;stroke-width:1}}\
             .cluster text{{font-size:{TITLE}px;text-anchor:start}}\
             .shape{{stroke-width:1.4}}.fold{{fill:none;stroke-width:1.4}}\
             .lesser{{font-size:{second}px;opacity:.8}}\
             .line,.head{{fill:none;stroke-width:1.4;stroke-linecap:round;stroke-linejoin:round}}\
             .dashed{{stroke-dasharray:6 4}}.dotted{{stroke-dasharray:1.2 4}}.bold{{stroke-width:2.4}}\
             .phrase text{{font-size:{PHRASE}px}}",
            label = shape::LABEL,
            second = shape::SECOND,
        );
        style.push_str(&self.colors(false));
        let _ = write!(
            style,
            "@media (prefers-color-scheme:dark){{@media screen{{text{{fill:{CHALK}}}.paper{{fill:{BOARD}}}{}}}}}",
            self.colors(true)
        );
        style
    }

    /// The colours of all classes, for a light page or a dark one.
    fn colors(&self, dark: bool) -> String {
        let mut style = String::new();
        let (ground, ratio) = if dark { (BOARD, 4.5) } else { (PAPER, 3.0) };
        for (number, &(fill, stroke)) in self.boxes.iter().enumerate() {
            let fill = if dark { fill.on_board() } else { fill };
            let stroke = stroke.visible_on(ground, ratio);
            let ink = fill.text();
            let _ = write!(
                style,
                ".b{number} .shape{{fill:{fill};stroke:{stroke}}}.b{number} .fold{{stroke:{stroke}}}.b{number} text{{fill:{ink}}}"
            );
        }
        for (number, &line) in self.lines.iter().enumerate() {
            let line = line.visible_on(ground, ratio);
            let ink = line.mix(ground.text(), 0.35);
            let _ = write!(
                style,
                ".l{number}{{stroke:{line}}}.l{number}.full{{fill:{line}}}.l{number}.hollow{{fill:{ground}}}.l{number}.frame{{fill:{line}}}.l{number} text{{fill:{ink};stroke:none}}"
            );
        }
        style
    }
}

fn position<T: PartialEq>(known: &mut Vec<T>, value: T) -> usize {
    known.iter().position(|k| *k == value).unwrap_or_else(|| {
        known.push(value);
        known.len() - 1
    })
}
