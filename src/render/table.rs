//! Solutions as a box for the eye: every line has the same display width, whatever script the text is in.

use std::io::{self, Write};

use anstyle::Style;
use oxrdf::Term;
use oxrdf::vocab::xsd;

use super::cut::{cut, cut_iri};
use super::{View, rows, text};
use crate::answer::Rows;
use crate::error::Result;
use crate::language::Language;
use crate::prefixes::Prefixes;
use crate::printable::{self, grouped, visible};
use sample::Sample;

mod sample;

/// Columns are not squeezed below this; a table that would need it is written a line for each value.
const NARROWEST: usize = 8;

/// Writes a table that fits in the view, head and tail of it where there are more rows than the view shows.
///
/// An error that ends the rows is returned once those before it are written.
///
/// # Errors
/// Results that fail, output that fails.
pub fn write(answer: Rows, view: &View<'_>, out: &mut dyn Write) -> Result<()> {
    let variables = answer.variables;
    let mut sample = Sample::new(view.rows);
    let mut failure = None;
    for solution in answer.solutions {
        match solution {
            Ok(solution) => sample.push(solution),
            Err(error) => {
                failure = Some(error);
                break;
            }
        }
    }
    if failure.is_none() || sample.total > 0 {
        let table = Table::new(&variables, &sample, view);
        match table.fitted(view.width) {
            Some(widths) => table.write(&widths, view, out)?,
            None => write_vertical(&variables, &sample, view, out)?,
        }
        if view.terminal {
            writeln!(out, "{}", footer(&sample, view))?;
        }
    }
    failure.map_or(Ok(()), Err)
}

/// The texts of a table.
struct Table {
    heads: Vec<Cell>,
    lines: Vec<Vec<Cell>>,
    /// Whether a column holds nothing but numbers, which stand to the right.
    numeric: Vec<bool>,
    /// Before which line rows are left out.
    gap: Option<usize>,
}

/// What stands in one place of a table.
#[derive(Clone, Default)]
struct Cell {
    text: String,
    /// Whether it is an IRI as a whole, which is told from others by its end.
    is_iri: bool,
}

impl Cell {
    fn plain(text: String) -> Self {
        let is_iri = false;
        Self { text, is_iri }
    }

    fn of(term: &Term, prefixes: &Prefixes) -> Self {
        let text = text::term(term, prefixes);
        let is_iri = term.is_named_node() && text.starts_with('<');
        Self { text, is_iri }
    }

    /// Cut or filled up to exactly this many columns.
    fn padded(&self, width: usize, right: bool) -> String {
        let cell = if self.is_iri {
            cut_iri(&self.text, width)
        } else {
            cut(&self.text, width)
        };
        let space = " ".repeat(width.saturating_sub(printable::width(&cell)));
        if right { space + &cell } else { cell + &space }
    }
}

impl Table {
    fn new(variables: &[String], sample: &Sample, view: &View<'_>) -> Self {
        let lines = sample
            .rows()
            .map(|(_, row)| {
                row.iter()
                    .map(|term| term.as_ref().map(|t| Cell::of(t, view.prefixes)))
                    .map(Option::unwrap_or_default)
                    .collect()
            })
            .collect();
        let numeric = (0..variables.len())
            .map(|column| {
                let mut bound = sample
                    .rows()
                    .filter_map(|(_, row)| row.get(column)?.as_ref());
                sample.total > 0 && bound.all(is_number)
            })
            .collect();
        Self {
            heads: variables.iter().map(|v| Cell::plain(visible(v))).collect(),
            lines,
            numeric,
            gap: (sample.shown() < sample.total).then_some(sample.head.len()),
        }
    }

    /// The widths of the columns, the widest shrunk first until all fit; `None` when they cannot.
    fn fitted(&self, width: Option<usize>) -> Option<Vec<usize>> {
        let mut widths: Vec<usize> = self
            .heads
            .iter()
            .map(|head| printable::width(&head.text))
            .collect();
        for line in &self.lines {
            for (width, cell) in widths.iter_mut().zip(line) {
                *width = (*width).max(printable::width(&cell.text));
            }
        }
        if self.gap.is_some() {
            widths.iter_mut().for_each(|width| *width = (*width).max(1));
        }
        let Some(width) = width else {
            return Some(widths);
        };
        // Each column has a space on either side and a line behind it; one line begins the row.
        let room = width.checked_sub(3 * widths.len() + 1)?;
        if widths.iter().sum::<usize>() <= room {
            return Some(widths);
        }
        let fits = |cap: usize| widths.iter().map(|&w| w.min(cap)).sum::<usize>() <= room;
        let cap = (NARROWEST..=room).rev().find(|&cap| fits(cap))?;
        let mut left = room - widths.iter().map(|&w| w.min(cap)).sum::<usize>();
        for width in &mut widths {
            // What the even cut leaves over goes to the first that can use it.
            let more = usize::from(*width > cap && left > 0);
            left -= more;
            *width = (*width).min(cap + more);
        }
        Some(widths)
    }

    fn write(&self, widths: &[usize], view: &View<'_>, out: &mut dyn Write) -> io::Result<()> {
        let (frame, bold) = if view.color {
            (Style::new().dimmed(), Style::new().bold())
        } else {
            (Style::new(), Style::new())
        };
        let rule = |out: &mut dyn Write, left: char, middle: char, right: char| {
            let mut line = String::from(left);
            for (i, width) in widths.iter().enumerate() {
                if i > 0 {
                    line.push(middle);
                }
                line.extend(std::iter::repeat_n('─', width + 2));
            }
            line.push(right);
            writeln!(out, "{frame}{line}{frame:#}")
        };
        let line = |out: &mut dyn Write, cells: &[Cell], style: Style| {
            write!(out, "{frame}│{frame:#}")?;
            for ((cell, &width), &numeric) in cells.iter().zip(widths).zip(&self.numeric) {
                let cell = cell.padded(width, numeric);
                write!(out, " {style}{cell}{style:#} {frame}│{frame:#}")?;
            }
            writeln!(out)
        };
        rule(out, '┌', '┬', '┐')?;
        line(out, &self.heads, bold)?;
        rule(out, '├', '┼', '┤')?;
        for (i, cells) in self.lines.iter().enumerate() {
            if self.gap == Some(i) {
                let dots = vec![Cell::plain("⋮".to_owned()); widths.len()];
                line(out, &dots, frame)?;
            }
            line(out, cells, Style::new())?;
        }
        rule(out, '└', '┴', '┘')
    }
}

fn is_number(term: &Term) -> bool {
    let numbers = [xsd::INTEGER, xsd::DECIMAL, xsd::DOUBLE, xsd::FLOAT];
    matches!(term, Term::Literal(literal) if numbers.contains(&literal.datatype()))
}

/// A line for each value, for what is too wide for a box.
fn write_vertical(
    variables: &[String],
    sample: &Sample,
    view: &View<'_>,
    out: &mut dyn Write,
) -> Result<()> {
    let mut last = 0;
    for (number, row) in sample.rows() {
        if number != last + 1 {
            writeln!(out, "⋮")?;
        }
        rows::write_record(number, variables, row, view.prefixes, out)?;
        last = number;
    }
    Ok(())
}

/// How many rows there are and how to see the rest.
fn footer(sample: &Sample, view: &View<'_>) -> String {
    let total = grouped(sample.total);
    let mut line = match (view.language, sample.total) {
        (Language::Korean, _) => format!("{total}행"),
        (Language::English, 1) => format!("{total} row"),
        (Language::English, _) => format!("{total} rows"),
    };
    let shown = sample.shown();
    if shown < sample.total {
        line += &match view.language {
            Language::English => format!(" ({shown} shown) · {} shows all", view.rest),
            Language::Korean => format!(" ({shown}행 표시) · {} 모두 보기", view.rest),
        };
    }
    line
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::answer::Stream;
    use crate::error::Error;
    use oxrdf::Literal;
    use proptest::prelude::*;

    fn table(variables: &[&str], rows: Vec<Vec<Option<Term>>>, width: Option<usize>) -> String {
        let prefixes = Prefixes::default();
        let view = View {
            width,
            terminal: width.is_some(),
            rows: width.map(|_| 4),
            rest: ".last",
            ..View::plain(&prefixes)
        };
        let mut out = Vec::new();
        let rows = Rows {
            variables: variables.iter().map(|v| (*v).to_owned()).collect(),
            solutions: Stream::from(rows),
        };
        write(rows, &view, &mut out).expect("memory takes it");
        String::from_utf8(out).expect("it is text")
    }

    fn word(text: &str) -> Option<Term> {
        Some(Literal::new_simple_literal(text).into())
    }

    fn number(n: i64) -> Option<Term> {
        Some(Literal::from(n).into())
    }

    #[test]
    fn hangul_decomposed_hangul_and_emoji_stand_in_line() {
        let rows = vec![
            vec![word("쿠버네티스"), number(1)],
            vec![word("\u{110F}\u{116E}\u{1107}\u{1165}"), number(200)],
            vec![word("👩‍💻 e\u{301}"), None],
        ];
        insta::assert_snapshot!(table(&["이름", "n"], rows, Some(40)), @r"
        ┌────────────┬─────┐
        │ 이름       │   n │
        ├────────────┼─────┤
        │ 쿠버네티스 │   1 │
        │ 쿠버       │ 200 │
        │ 👩‍💻 é       │     │
        └────────────┴─────┘
        3 rows
        ");
    }

    #[test]
    fn the_widest_columns_shrink_first() {
        let rows = vec![vec![
            word(&"a".repeat(60)),
            word("short"),
            word(&"가".repeat(30)),
        ]];
        insta::assert_snapshot!(table(&["x", "y", "z"], rows, Some(50)), @r"
        ┌────────────────────┬───────┬───────────────────┐
        │ x                  │ y     │ z                 │
        ├────────────────────┼───────┼───────────────────┤
        │ aaaaaaaaaaaaaaaaa… │ short │ 가가가가가가가가… │
        └────────────────────┴───────┴───────────────────┘
        1 row
        ");
    }

    #[test]
    fn an_iri_that_is_cut_keeps_the_end_that_tells_it_from_others() {
        let iri = |n: u32| {
            let iri = format!("http://example.org/a/long/way/to/thing{n}");
            Some(oxrdf::NamedNode::new_unchecked(iri).into())
        };
        let rows = vec![
            vec![iri(1), iri(20), word("<b>no iri at all, but long</b>")],
            vec![iri(300), iri(4000), None],
        ];
        insta::assert_snapshot!(table(&["s", "o", "text"], rows, Some(50)), @r"
        ┌────────────────┬───────────────┬───────────────┐
        │ s              │ o             │ text          │
        ├────────────────┼───────────────┼───────────────┤
        │ <…y/to/thing1> │ <…to/thing20> │ <b>no iri at… │
        │ <…to/thing300> │ <…/thing4000> │               │
        └────────────────┴───────────────┴───────────────┘
        2 rows
        ");
    }

    #[test]
    fn what_cannot_fit_in_a_box_is_written_a_line_a_value() {
        let rows = vec![(0..5).map(|_| word("long enough")).collect()];
        insta::assert_snapshot!(table(&["a", "b", "c", "d", "e"], rows, Some(40)), @r"
        ── 1 ──
        a │ long enough
        b │ long enough
        c │ long enough
        d │ long enough
        e │ long enough
        1 row
        ");
    }

    #[test]
    fn head_and_tail_are_shown_of_many_rows() {
        let rows = (1..=1204).map(|n| vec![number(n)]).collect();
        insta::assert_snapshot!(table(&["n"], rows, Some(80)), @r"
        ┌──────┐
        │    n │
        ├──────┤
        │    1 │
        │    2 │
        │    ⋮ │
        │ 1203 │
        │ 1204 │
        └──────┘
        1,204 rows (4 shown) · .last shows all
        ");
    }

    #[test]
    fn off_a_terminal_all_is_shown_whole() {
        let rows = (1..=100).map(|n| vec![word(&"x".repeat(n))]).collect();
        let text = table(&["n"], rows, None);
        assert_eq!(text.lines().count(), 104);
        assert!(text.contains(&"x".repeat(100)));
    }

    #[test]
    fn an_error_comes_after_the_rows_before_it() {
        let (sender, solutions) = Stream::channel();
        sender.send(Ok(vec![vec![number(1)]])).expect("it is read");
        sender.send(Err(Error::Interrupted)).expect("it is read");
        drop(sender);
        let variables = vec!["n".to_owned()];
        let mut out = Vec::new();
        let prefixes = Prefixes::default();
        let rows = Rows {
            variables,
            solutions,
        };
        let written = write(rows, &View::plain(&prefixes), &mut out);
        assert!(matches!(written, Err(Error::Interrupted)));
        assert!(String::from_utf8_lossy(&out).contains("│ 1 │"));
    }

    #[test]
    fn thousands_are_grouped() {
        assert_eq!(
            [0, 12, 999, 1000, 1_234_567].map(grouped).join(" "),
            "0 12 999 1,000 1,234,567"
        );
    }

    fn texts() -> impl Strategy<Value = String> {
        prop_oneof![
            "\\PC{0,40}",
            "[가-힣ᄀ-ᇿ]{0,30}",
            "[👩‍💻🇰🇷❤\u{FE0F}\u{301}a1#\u{20E3} ]{0,20}",
            "[a-z ]{0,80}",
        ]
    }

    proptest! {
        #[test]
        fn every_line_of_a_box_has_the_same_width_and_fits(
            heads in prop::collection::vec("[a-z가-힣]{1,9}", 1..5),
            cells in prop::collection::vec(texts(), 1..40),
            width in prop_oneof![Just(40_usize), Just(80), Just(200)],
        ) {
            let names: Vec<&str> = heads.iter().map(String::as_str).collect();
            let rows = cells
                .chunks_exact(names.len())
                .map(|row| row.iter().map(|cell| word(cell)).collect())
                .collect();
            let text = table(&names, rows, Some(width));
            let lines: Vec<&str> = text.lines().take_while(|line| !line.contains("row")).collect();
            if lines.first().is_some_and(|line| line.starts_with('┌')) {
                let widths: Vec<usize> = lines.iter().map(|line| printable::width(line)).collect();
                prop_assert!(widths.iter().all(|w| *w == widths[0] && *w <= width), "{}", text);
            }
        }

        #[test]
        fn a_cut_text_is_never_wider_than_asked(text in texts(), width in 0_usize..30) {
            prop_assert!(printable::width(&cut(&text, width)) <= width);
            prop_assert!(printable::width(&cut_iri(&text, width)) <= width);
        }
    }
}
