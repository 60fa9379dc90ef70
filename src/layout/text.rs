//! How wide a label is, and how it is broken into lines.

use unicode_width::UnicodeWidthChar;

use crate::printable::visible;

/// The width of a text in em, for the usual sans-serif fonts: an estimate on the wide side.
pub fn width(text: &str) -> f64 {
    text.chars().map(char_width).sum()
}

fn char_width(c: char) -> f64 {
    match c {
        'M' | 'W' | 'm' | 'w' | '%' | '@' => 0.9,
        'i' | 'l' | 'j' | '\'' | '|' | '.' | ',' | ':' | ';' | ' ' => 0.3,
        'A'..='Z' => 0.7,
        '\u{1F000}'..='\u{1FAFF}' => 1.3,
        c => match c.width().unwrap_or(0) {
            0 => 0.0,
            1 => 0.58,
            _ => 1.0,
        },
    }
}

/// A label on one line: white space runs are one space, and characters that act on a screen instead of standing on it
/// (controls, changes of writing direction) are written out.
pub fn one_line(label: &str) -> String {
    let words: Vec<&str> = label.split_whitespace().collect();
    visible(&words.join(" "))
}

/// A label in at most `lines` lines of about `em` width each, broken between words where it can be; what does not fit is
/// cut with `…`. An empty label is one empty line.
pub fn wrap(label: &str, em: f64, lines: usize) -> Vec<String> {
    let mut done: Vec<String> = Vec::new();
    let mut line = String::new();
    for word in one_line(label).split(' ') {
        let joined = if line.is_empty() {
            width(word)
        } else {
            width(&line) + char_width(' ') + width(word)
        };
        if joined <= em {
            if !line.is_empty() {
                line.push(' ');
            }
            line.push_str(word);
            continue;
        }
        if !line.is_empty() {
            done.push(std::mem::take(&mut line));
        }
        for c in word.chars() {
            if !line.is_empty() && width(&line) + char_width(c) > em {
                done.push(std::mem::take(&mut line));
            }
            line.push(c);
        }
    }
    done.push(line);
    if done.len() > lines {
        done.truncate(lines);
        if let Some(last) = done.last_mut() {
            while width(last) + char_width('…') > em && last.pop().is_some() {}
            last.push('…');
        }
    }
    done
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hangul_is_one_em_wide_whether_composed_or_not() {
        assert_eq!(width("쿠버"), 2.0);
        assert_eq!(width("\u{110F}\u{116E}"), 1.0);
    }

    #[test]
    fn a_label_breaks_between_words() {
        assert_eq!(
            wrap("NGINX Ingress Controller", 10.0, 3),
            ["NGINX Ingress", "Controller"]
        );
    }

    #[test]
    fn a_word_that_is_too_long_breaks_inside() {
        assert_eq!(wrap("가나다라마바사", 3.0, 3), ["가나다", "라마바", "사"]);
    }

    #[test]
    fn what_does_not_fit_is_cut_visibly() {
        assert_eq!(wrap("가나다라마바사", 3.0, 2), ["가나다", "라마…"]);
    }

    #[test]
    fn characters_that_act_on_a_screen_are_written_out() {
        assert_eq!(
            one_line("a\u{1b}[2J\n\tb\u{202e}c"),
            "a\\u001B[2J b\\u202Ec"
        );
    }

    #[test]
    fn an_empty_label_is_an_empty_line() {
        assert_eq!(wrap("", 5.0, 2), [""]);
    }
}
