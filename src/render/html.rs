//! Concept maps as pages: one file that needs no network and no other program, to be looked at, searched and read.
//!
//! Labels become text and JSON, never markup, and a Content-Security-Policy admits nothing but the page's own script and
//! style, named by their hashes ([CSP 3, section 6.7.2](https://www.w3.org/TR/CSP3/#match-element-to-source-list)).

use std::io::Write;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::json;
use sha2::{Digest, Sha256};

use crate::answer::Map;
use crate::error::{Error, Result};
use crate::language::Language;
use crate::layout::text;
use crate::render::svg::{self, Picture};

const SCRIPT: &str = include_str!("html/page.js");
const STYLE: &str = include_str!("html/page.css");

/// Writes a map as a page.
///
/// # Errors
/// A map too large to be laid out; what the writer reports.
pub fn write(map: &Map, language: Language, out: &mut dyn Write) -> Result<()> {
    let picture = Picture::of(map, language, true)?;
    let style = format!("{STYLE}{}", picture.style);
    let title = svg::escaped(&text::one_line(&map.title));
    let word = |english, korean| language.pick(english, korean);
    write!(
        out,
        "<!doctype html>\n\
         <html lang=\"{lang}\">\n\
         <head>\n\
         <meta charset=\"utf-8\">\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; script-src '{script_hash}'; style-src '{style_hash}'; base-uri 'none'; form-action 'none'\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <meta name=\"generator\" content=\"kgq\">\n\
         <title>{title}</title>\n\
         <style>{style}</style>\n\
         </head>\n\
         <body>\n\
         <header>\n\
         <h1>{title}</h1>\n\
         <div class=\"search\"><input id=\"search\" type=\"search\" role=\"combobox\" aria-autocomplete=\"list\" aria-controls=\"matches\" aria-expanded=\"false\" autocomplete=\"off\" spellcheck=\"false\" placeholder=\"{search}  /\" aria-label=\"{search}\"><ul id=\"matches\" role=\"listbox\" aria-label=\"{search}\" hidden></ul></div>\n\
         <div id=\"kinds\" role=\"group\" aria-label=\"{kinds}\"></div>\n\
         <div class=\"zoom\"><button id=\"out\" type=\"button\" aria-label=\"{farther}\" title=\"{farther} (-)\">−</button><button id=\"in\" type=\"button\" aria-label=\"{nearer}\" title=\"{nearer} (+)\">+</button><button id=\"fit\" type=\"button\" title=\"{whole} (0)\">{whole}</button></div>\n\
         </header>\n\
         <main>\n\
         <svg id=\"map\" viewBox=\"0 0 {width:.1} {height:.1}\" data-margin=\"{margin}\" role=\"group\" aria-label=\"{title}\">\n{body}</svg>\n\
         </main>\n\
         <aside id=\"panel\" aria-live=\"polite\" aria-label=\"{facts}\"></aside>\n\
         <script type=\"application/json\" id=\"data\">{data}</script>\n\
         <script>{SCRIPT}</script>\n\
         </body>\n\
         </html>\n",
        lang = word("en", "ko"),
        script_hash = hash(SCRIPT),
        style_hash = hash(&style),
        search = word("Search", "검색"),
        kinds = word("Kinds that are shown", "보이는 종류"),
        farther = word("Zoom out", "축소"),
        nearer = word("Zoom in", "확대"),
        whole = word("Whole", "전체"),
        facts = word("Facts", "사실"),
        width = picture.width,
        height = picture.height,
        margin = svg::MARGIN,
        body = picture.body,
        data = data(map, language)?,
    )?;
    Ok(())
}

/// The map and the words of the page as JSON that nothing in it can leave: `<` is written by its number.
fn data(map: &Map, language: Language) -> Result<String> {
    let word = |english, korean| language.pick(english, korean);
    let words = json!({
        "hint": word("Choose a concept to see what is said of it.", "개념을 고르면 그 개념에 관한 사실이 보입니다."),
        "concepts": word("Concepts", "개념"),
        "links": word("Links", "관계"),
        "facts": word("What is said of it", "이 개념에 관한 사실"),
        "neighbours": word("On this map", "이 지도에서"),
        "more": word("+# neighbours that are not on this map", "이 지도에 없는 이웃 +#개"),
        "line": word("line #", "#행"),
        "nothing": word("nothing found", "찾은 것이 없습니다"),
        "other": word("Other", "그 밖"),
        "inferred": word("inferred", "추론됨"),
        "denied": word("said not to be so", "아니라고 적힘"),
        "inherited": word("inherited", "물려받음"),
        "uncertain": word("uncertain", "불확실"),
        "not-stated": word("not stated", "적혀 있지 않음"),
        "keysTitle": word("Keys", "단축키"),
        "keys": [
            ["/", word("search", "검색")],
            ["+ −", word("zoom", "확대와 축소")],
            ["0", word("the whole map", "지도 전체")],
            ["← ↑ ↓ →", word("move the map", "지도 움직이기")],
            ["Tab Enter", word("go to a concept, choose it", "개념으로 가서 고르기")],
            ["Esc", word("choose nothing", "고르기 취소")],
        ],
    });
    let json = serde_json::to_string(&json!({ "map": map, "words": words }))
        .map_err(|e| Error::Output(e.into()))?;
    Ok(json.replace('<', "\\u003c"))
}

/// The source expression that admits an inline script or style with this text.
fn hash(text: &str) -> String {
    format!("sha256-{}", STANDARD.encode(Sha256::digest(text)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::answer::sample;

    fn page(map: &Map) -> String {
        let mut bytes = Vec::new();
        write(map, Language::Korean, &mut bytes).expect("small enough");
        String::from_utf8(bytes).expect("labels are text")
    }

    #[test]
    fn the_hash_of_nothing_is_the_known_one() {
        assert_eq!(
            hash(""),
            "sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="
        );
    }

    #[test]
    fn the_policy_admits_only_the_script_and_style_of_the_page() {
        let page = page(&sample::containers());
        let between = |from: &str, to: &str| {
            let rest = page.split_once(from).expect("it begins").1;
            rest.split_once(to).expect("it ends").0.to_owned()
        };
        let script = between("<script>", "</script>");
        let style = between("<style>", "</style>");
        let policy = format!(
            "default-src 'none'; script-src '{}'; style-src '{}'; base-uri 'none'; form-action 'none'",
            hash(&script),
            hash(&style)
        );
        assert!(page.contains(&policy));
        assert!(!page.contains(" style=") && !page.contains("javascript:"));
    }

    #[test]
    fn hostile_labels_open_and_close_nothing() {
        for seed in 0..60 {
            let page = page(&sample::random(seed, 30));
            assert_eq!(page.matches("<script").count(), 2, "seed {seed}");
            assert_eq!(page.matches("</script>").count(), 2, "seed {seed}");
            assert!(
                !page.contains("<img") && !page.contains("<!--"),
                "seed {seed}"
            );
        }
    }

    #[test]
    fn the_facts_are_in_the_page_as_json() {
        let page = page(&sample::containers());
        let rest = page.split_once("id=\"data\">").expect("the data begin").1;
        let json = rest.split_once("</script>").expect("they end").0;
        let data: serde_json::Value = serde_json::from_str(json).expect("it is JSON");
        let fact = &data["map"]["nodes"][0]["facts"][0];
        assert_eq!(fact["values"][0]["sources"][0]["line"], 5);
    }
}
