//! Takes out what some engines tell behind the results in JSON, such as Comunica's `"metadata"`: the format has only
//! [`head` and `results` or `boolean`](https://www.w3.org/TR/sparql11-results-json/#json-result-object), and the parser
//! refuses others there.

use std::io::{self, Read};

/// A reader that turns members behind `head` and `results` into white space.
pub struct WithoutSurplus<R> {
    input: R,
    depth: usize,
    in_string: bool,
    escaped: bool,
    /// The last text on the outermost level: the name of the member that follows.
    name: Vec<u8>,
    has_head: bool,
    has_results: bool,
}

/// No name that matters is longer.
const LONGEST_NAME: usize = 16;

impl<R: Read> WithoutSurplus<R> {
    pub fn new(input: R) -> Self {
        Self {
            input,
            depth: 0,
            in_string: false,
            escaped: false,
            name: Vec::new(),
            has_head: false,
            has_results: false,
        }
    }

    /// Whether a byte belongs to what is told.
    fn keeps(&mut self, byte: u8) -> bool {
        let kept = !(self.has_head && self.has_results);
        if self.in_string {
            match byte {
                _ if self.escaped => self.escaped = false,
                b'\\' => self.escaped = true,
                b'"' => self.in_string = false,
                _ if self.depth == 1 && self.name.len() < LONGEST_NAME => self.name.push(byte),
                _ => {}
            }
            return kept;
        }
        match byte {
            b'"' => {
                self.in_string = true;
                if self.depth == 1 {
                    self.name.clear();
                }
            }
            b'{' | b'[' => self.depth += 1,
            b'}' | b']' => {
                self.depth = self.depth.saturating_sub(1);
                if self.depth == 1 {
                    self.has_head |= self.name == b"head";
                    self.has_results |= self.name == b"results";
                }
                // The brace that ends all stays.
                return kept || self.depth == 0;
            }
            _ => {}
        }
        kept
    }
}

impl<R: Read> Read for WithoutSurplus<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.input.read(buffer)?;
        for byte in &mut buffer[..read] {
            if !self.keeps(*byte) {
                *byte = b' ';
            }
        }
        Ok(read)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The text without white space outside of strings, as far as that can be told simply.
    fn told(text: &str) -> String {
        let mut told = String::new();
        WithoutSurplus::new(text.as_bytes())
            .read_to_string(&mut told)
            .expect("text");
        assert_eq!(told.len(), text.len());
        told.split_whitespace().collect()
    }

    #[test]
    fn what_stands_behind_the_results_is_left_out() {
        let results =
            r#"{"head":{"vars":["results"]},"results":{"bindings":[{"a":{"value":"}\"]{"}}]}"#;
        let surplus = r#"{"head":{"vars":["results"]},"results":{"bindings":[{"a":{"value":"}\"]{"}}]},"metadata":{"n":[0,"}"]},"more":null}"#;
        assert_eq!(told(surplus), format!("{results}}}"));
        assert_eq!(told(&format!("{results}}}")), format!("{results}}}"));
    }

    #[test]
    fn an_answer_that_is_cut_off_stays_so() {
        let text = r#"{"head":{},"results":{"bindings":[]},"metadata":{"n":0"#;
        assert_eq!(told(text), r#"{"head":{},"results":{"bindings":[]}"#);
    }

    #[test]
    fn a_head_behind_the_results_stays() {
        let text = r#"{"results":{"bindings":[]},"head":{"vars":[]}}"#;
        assert_eq!(told(text), text);
    }
}
