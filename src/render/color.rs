//! Colours of maps: reading them, keeping text readable on them, and their look on a dark page.

use std::fmt;

use crate::answer::{MapEdge, MapNode};

/// A colour of the sRGB space.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Color(pub u8, pub u8, pub u8);

/// Text and lines on a light page.
pub(super) const INK: Color = Color(0x1f, 0x29, 0x33);
/// Text on a dark page.
pub(super) const CHALK: Color = Color(0xf1, 0xf4, 0xf7);
/// A light page.
pub(super) const PAPER: Color = Color(0xff, 0xff, 0xff);
/// A dark page.
pub(super) const BOARD: Color = Color(0x16, 0x1b, 0x22);
/// What a colour that cannot be read becomes.
const NEUTRAL: Color = Color(0xee, 0xf1, 0xf4);
impl Color {
    /// Reads `#rrggbb`.
    pub fn parse(text: &str) -> Option<Self> {
        let digits = text.strip_prefix('#')?;
        if digits.len() != 6 || !digits.bytes().all(|b| b.is_ascii_hexdigit()) {
            return None;
        }
        let value = u32::from_str_radix(digits, 16).ok()?.to_be_bytes();
        Some(Self(value[1], value[2], value[3]))
    }

    /// This colour with a share of another in it, from 0 to 1.
    pub fn mix(self, other: Self, share: f64) -> Self {
        let channel =
            |a: u8, b: u8| (f64::from(a) * (1.0 - share) + f64::from(b) * share).round() as u8;
        Self(
            channel(self.0, other.0),
            channel(self.1, other.1),
            channel(self.2, other.2),
        )
    }

    /// The relative luminance of WCAG 2, from 0 (black) to 1 (white).
    fn luminance(self) -> f64 {
        let linear = |channel: u8| {
            let c = f64::from(channel) / 255.0;
            if c <= 0.040_45 {
                c / 12.92
            } else {
                ((c + 0.055) / 1.055).powf(2.4)
            }
        };
        0.2126 * linear(self.0) + 0.7152 * linear(self.1) + 0.0722 * linear(self.2)
    }

    /// The contrast ratio of WCAG 2, from 1 (none) to 21.
    pub fn contrast(self, other: Self) -> f64 {
        let (a, b) = (self.luminance(), other.luminance());
        (a.max(b) + 0.05) / (a.min(b) + 0.05)
    }

    /// The colour of text on this one: soft where that is readable, else black or white, of which one always has 4.5.
    pub fn text(self) -> Self {
        let readable = [INK, CHALK]
            .into_iter()
            .find(|soft| self.contrast(*soft) >= 7.0);
        readable.unwrap_or_else(|| {
            let (black, white) = (Self(0, 0, 0), Self(255, 255, 255));
            if self.contrast(black) > self.contrast(white) {
                black
            } else {
                white
            }
        })
    }

    /// This colour, moved away from a ground until what it draws can be told from it with this contrast.
    pub fn visible_on(self, ground: Self, ratio: f64) -> Self {
        let away = ground.text();
        (0..=10)
            .map(|step| self.mix(away, f64::from(step) / 10.0))
            .find(|color| color.contrast(ground) >= ratio)
            .unwrap_or(away)
    }

    /// The fill that does on a dark page what this one does on a light page: as dark, and of a hue as easy to see.
    pub fn on_board(self) -> Self {
        let mean = (f64::from(self.0) + f64::from(self.1) + f64::from(self.2)) / 3.0;
        let vivid =
            |channel: u8| (mean + (f64::from(channel) - mean) * 3.0).clamp(0.0, 255.0) as u8;
        Self(vivid(self.0), vivid(self.1), vivid(self.2)).mix(BOARD, 0.7)
    }
}

impl fmt::Display for Color {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "#{:02x}{:02x}{:02x}", self.0, self.1, self.2)
    }
}

/// A node's fill.
pub(super) fn fill(node: &MapNode) -> Color {
    Color::parse(&node.style.fill).unwrap_or(NEUTRAL)
}

/// A node's outline, which can be told from a light page.
pub(super) fn stroke(node: &MapNode) -> Color {
    let own = Color::parse(&node.style.stroke).unwrap_or(INK);
    own.visible_on(PAPER, 3.0)
}

/// A link's colour, which can be told from a light page.
pub(super) fn line(edge: &MapEdge) -> Color {
    let own = Color::parse(&edge.style.color).unwrap_or(INK);
    own.visible_on(PAPER, 3.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_six_hexadecimal_digits_are_a_colour() {
        assert_eq!(Color::parse("#0a0B0c"), Some(Color(10, 11, 12)));
        for text in [
            "",
            "#fff",
            "0a0b0c",
            "#0a0b0g",
            "#+a0b0c",
            "red\"/><script>",
        ] {
            assert_eq!(Color::parse(text), None, "{text}");
        }
    }

    #[test]
    fn black_on_white_has_the_greatest_contrast() {
        assert_eq!(Color(0, 0, 0).contrast(Color(255, 255, 255)), 21.0);
    }

    #[test]
    fn text_is_readable_on_every_fill_light_or_dark() {
        for channels in 0..5_u8.pow(3) {
            let channel = |n: u8| (channels / n % 5) * 63;
            let fill = Color(channel(1), channel(5), channel(25));
            assert!(fill.contrast(fill.text()) >= 4.5, "{fill}");
            let dark = fill.on_board();
            assert!(dark.contrast(dark.text()) >= 4.5, "{dark}");
        }
    }

    #[test]
    fn a_line_that_is_lost_on_its_ground_moves_away_from_it() {
        assert!(
            Color(0xff, 0xff, 0x00)
                .visible_on(PAPER, 3.0)
                .contrast(PAPER)
                >= 3.0
        );
        assert!(
            Color(0x00, 0x00, 0x60)
                .visible_on(BOARD, 4.5)
                .contrast(BOARD)
                >= 4.5
        );
    }
}
