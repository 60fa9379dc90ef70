//! Texts cut to a number of columns.

use unicode_segmentation::UnicodeSegmentation;

use crate::printable;

/// A text cut to at most this many columns between what a reader takes for characters; `…` marks the cut.
pub fn cut(text: &str, width: usize) -> String {
    if printable::width(text) <= width {
        return text.to_owned();
    }
    let mut kept = String::new();
    for grapheme in text.graphemes(true) {
        let before = kept.len();
        kept.push_str(grapheme);
        if printable::width(&kept) + 1 > width {
            kept.truncate(before);
            break;
        }
    }
    if width > 0 {
        kept.push('…');
    }
    kept
}

/// An IRI in angle brackets cut to at most this many columns: its end is kept, which tells it from others.
pub fn cut_iri(iri: &str, width: usize) -> String {
    if printable::width(iri) <= width {
        return iri.to_owned();
    }
    let mut kept = String::new();
    for grapheme in iri.graphemes(true).rev() {
        if printable::width(grapheme) + printable::width(&kept) + 2 > width {
            break;
        }
        kept.insert_str(0, grapheme);
    }
    cut(&format!("<…{kept}"), width)
}
