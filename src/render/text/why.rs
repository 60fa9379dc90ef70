//! Why a statement holds, as text and Markdown: the verdict, the proof as a tree, the lines of the notes.

use super::inline::{self, Inline, Tone};
use super::page::Page;
use super::show::{claim, sentence, statement};
use super::values;
use crate::answer::{NoteLine, Proof, RuleName, Value, Verdict, Why};
use crate::error::Result;
use crate::language::Language;
use crate::printable::width;
use crate::render::View;

/// Writes an explanation.
///
/// # Errors
/// Output that fails.
pub fn write(why: &Why, page: &mut Page<'_>) -> Result<()> {
    let view = page.view;
    let language = view.language;
    verdict(why, language).block(page)?;
    if let Some(proof) = &why.proof {
        writeln!(page.out)?;
        branch(proof, &Indent::root(), page)?;
    }
    if why.other_ways > 0 {
        let text = match (language, why.other_ways) {
            (Language::English, 1) => "It also follows in another way.".to_owned(),
            (Language::English, n) => format!("It also follows in {n} other ways."),
            (Language::Korean, n) => format!("다른 방법 {n}가지로도 따라 나온다."),
        };
        Inline::of(&text, Tone::Faint).block(page)?;
    }
    let spoken = [
        (&why.uncertain, ("Said with doubt", "불확실하게 적힌 것")),
        (&why.contrary, ("What is stated instead", "반대로 적힌 것")),
    ];
    for (statements, (english, korean)) in spoken {
        if !statements.is_empty() {
            page.heading(language.pick(english, korean))?;
        }
        for said in statements {
            statement(said, view).item(page)?;
        }
    }
    if !why.claims.is_empty() {
        page.heading(language.pick("In the exam", "시험 문장"))?;
        for said in &why.claims {
            claim(said, view).item(page)?;
        }
    }
    if !why.nearest.is_empty() {
        page.heading(language.pick("What comes nearest", "가장 가까운 것"))?;
        for near in &why.nearest {
            statement(near, view).item(page)?;
        }
    }
    lines(&why.lines, page)
}

/// One sentence on whether it holds.
fn verdict(why: &Why, language: Language) -> Inline {
    let sourced = why
        .proof
        .as_ref()
        .is_some_and(|proof| !proof.statement.sources.is_empty());
    let axiom = why.proof.as_ref().is_some_and(|proof| proof.axiom);
    let (yes, english, korean) = match why.verdict {
        Verdict::Stated if sourced => (true, "The notes say so:", "노트에 적혀 있다:"),
        Verdict::Stated if axiom => (true, "The vocabulary says so:", "어휘가 그렇게 정한다:"),
        Verdict::Stated => (true, "It is stated:", "적혀 있다:"),
        Verdict::Inferred => (
            true,
            "It is not stated, but it follows:",
            "적혀 있지는 않지만 따라 나온다:",
        ),
        Verdict::Uncertain => (
            false,
            "Uncertain: the notes may say so.",
            "불확실: 노트가 그런 뜻인지 분명하지 않다.",
        ),
        Verdict::FalseClaim => (
            false,
            "No: the exam may put it, and it is false.",
            "아니다: 시험에 나올 수 있는 틀린 문장이다.",
        ),
        Verdict::Denied => (
            false,
            "No: the contrary is stated.",
            "아니다: 반대로 적혀 있다.",
        ),
        Verdict::NotKnown => (
            false,
            "Nothing says so, and no rule infers it; that is not a no.",
            "어디에도 적혀 있지 않고 규칙으로도 나오지 않는다. 아니라는 뜻은 아니다.",
        ),
    };
    let tone = if yes { Tone::Strong } else { Tone::Alarming };
    Inline::of(language.pick(english, korean), tone)
}

/// Where a line of the tree begins.
struct Indent {
    first: String,
    rest: String,
    depth: usize,
}

impl Indent {
    fn root() -> Self {
        Self {
            first: String::new(),
            rest: String::new(),
            depth: 0,
        }
    }

    fn deeper(&self, last: bool) -> Self {
        let (mark, bar) = if last {
            ("└─ ", "   ")
        } else {
            ("├─ ", "│  ")
        };
        Self {
            first: format!("{}{mark}", self.rest),
            rest: format!("{}{bar}", self.rest),
            depth: self.depth + 1,
        }
    }
}

/// A statement with what it is inferred from.
fn branch(proof: &Proof, indent: &Indent, page: &mut Page<'_>) -> Result<()> {
    let view = page.view;
    let statement = of_proof(proof, view);
    let rule = proof.rule.as_ref();
    let rule = rule.map(|rule| of_rule(rule, view.language));
    if page.is_markdown() {
        let margin = "  ".repeat(indent.depth);
        writeln!(page.out, "{margin}- {}", statement.markdown())?;
        if let Some(rule) = rule {
            writeln!(page.out, "{margin}  {}", rule.markdown())?;
        }
    } else {
        let bar = if proof.premises.is_empty() {
            ""
        } else {
            "│  "
        };
        let rest = format!("{}{bar}", indent.rest);
        in_tree(&statement, &indent.first, &rest, page)?;
        if let Some(rule) = rule {
            in_tree(&rule, &rest, &rest, page)?;
        }
    }
    for (i, premise) in proof.premises.iter().enumerate() {
        let last = i + 1 == proof.premises.len();
        branch(premise, &indent.deeper(last), page)?;
    }
    Ok(())
}

/// Writes a paragraph whose first line begins otherwise than the rest, so that the bars of a tree go on.
fn in_tree(text: &Inline, first: &str, rest: &str, page: &mut Page<'_>) -> Result<()> {
    let view = page.view;
    let indent = width(first).max(width(rest));
    let columns = inline::columns(view).saturating_sub(indent);
    for (i, line) in text.lines(columns).into_iter().enumerate() {
        let begin = if i == 0 { first } else { rest };
        let mut whole = Inline::of(begin, Tone::Faint);
        whole.extend(line);
        whole.write(page.view.color, page.out)?;
        writeln!(page.out)?;
    }
    Ok(())
}

fn of_proof(proof: &Proof, view: &View<'_>) -> Inline {
    let language = view.language;
    let said = &proof.statement;
    // Words that are spoken of stand in quotes.
    let mention = |value: &Value| match &value.label {
        Some(label) if proof.axiom => Value {
            label: Some(format!("“{label}”")),
            ..value.clone()
        },
        _ => value.clone(),
    };
    let (subject, object) = (mention(&said.subject), mention(&said.object));
    let mut text = sentence(&subject, &said.property, &object, view);
    text.extend(values::qualifiers(&said.qualifiers, view));
    text.extend(values::sources(&said.sources, view));
    if proof.axiom {
        text.push(language.pick("  (vocabulary)", "  (어휘)"), Tone::Faint);
    }
    if proof.repeated {
        text.push(language.pick("  (see above)", "  (위에 있음)"), Tone::Faint);
    }
    text
}

fn of_rule(rule: &RuleName, language: Language) -> Inline {
    let because = language.pick("because: ", "까닭: ");
    let mut text = Inline::of(because, Tone::Faint);
    text.push(rule.says.as_deref().unwrap_or(&rule.title), Tone::Faint);
    text.push(&format!(" [{}]", rule.name), Tone::Faint);
    text
}

/// The lines of the notes with their section, and as they are written where a copy is at hand.
fn lines(lines: &[NoteLine], page: &mut Page<'_>) -> Result<()> {
    let view = page.view;
    if lines.is_empty() {
        return Ok(());
    }
    page.heading(view.language.pick("Lines of the notes", "노트의 줄"))?;
    for line in lines {
        let mut text = Inline::of(&format!("L{}", line.line), Tone::Strong);
        if let Some(section) = &line.section {
            text.push(&format!(" ({})", values::value(section, view)), Tone::Faint);
        }
        if let Some(quote) = &line.text {
            text.push(&format!(": {}", quote.trim()), Tone::Plain);
        }
        text.item(page)?;
    }
    Ok(())
}
