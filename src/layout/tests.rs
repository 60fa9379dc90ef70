//! What holds of every layout, measured on the drawn geometry of random maps.

use std::sync::LazyLock;
use std::time::Instant;

use super::*;
use crate::answer::sample;

impl Rect {
    /// Whether two rectangles share more than a tenth of a pixel.
    fn overlaps(&self, other: &Rect) -> bool {
        let apart = |a: f64, a_size: f64, b: f64, b_size: f64| {
            a + a_size <= b + 0.1 || b + b_size <= a + 0.1
        };
        !apart(self.x, self.width, other.x, other.width)
            && !apart(self.y, self.height, other.y, other.height)
    }

    fn contains(&self, (x, y): (f64, f64)) -> bool {
        x > self.x + 0.1
            && x < self.x + self.width - 0.1
            && y > self.y + 0.1
            && y < self.y + self.height - 0.1
    }
}

/// Points along a line as it is drawn: between points with different `x` an S of the kind that SVG draws.
fn along(line: &Path) -> Vec<(f64, f64)> {
    let mut points = Vec::new();
    for pair in line.points.windows(2) {
        let ((x0, y0), (x1, y1)) = (pair[0], pair[1]);
        for step in 0..=16 {
            let t = f64::from(step) / 16.0;
            let bend = t * t * (3.0 - 2.0 * t);
            points.push((x0 + (x1 - x0) * bend, y0 + (y1 - y0) * t));
        }
    }
    points
}

/// Everything with a text on it: concepts, phrases, titles.
fn texts(layout: &Layout) -> Vec<Rect> {
    let boxes = layout.boxes.iter().map(|place| place.rect);
    let phrases = layout.phrases.iter().map(|phrase| phrase.rect);
    let titles = layout.frames.iter().map(|frame| frame.title);
    boxes.chain(phrases).chain(titles).collect()
}

/// Random maps with their seeds and layouts, made once for all tests.
static MAPS: LazyLock<Vec<(u64, Map, Layout)>> = LazyLock::new(|| {
    (0..160)
        .map(|seed| {
            let map = sample::random(seed, if seed % 10 == 0 { 90 } else { 35 });
            let layout = lay_out(&map).expect("small enough");
            (seed, map, layout)
        })
        .collect()
});

#[test]
fn no_two_texts_overlap() {
    for (seed, _, layout) in MAPS.iter() {
        let texts = texts(layout);
        for (index, a) in texts.iter().enumerate() {
            for b in &texts[index + 1..] {
                assert!(!a.overlaps(b), "seed {seed}: {a:?} {b:?}");
            }
        }
    }
}

#[test]
fn no_line_runs_behind_a_text() {
    for (seed, _, layout) in MAPS.iter() {
        let texts = texts(layout);
        for line in layout.lines.iter().filter(|line| !line.is_loop) {
            for point in along(line) {
                let behind = texts.iter().find(|text| text.contains(point));
                // A line may end inside the box of an outline that is not rectangular, at that outline.
                let own = |text: &Rect| {
                    [line.points[0], line.points[line.points.len() - 1]]
                        .iter()
                        .any(|&(x, y)| {
                            let reach = text.height / 2.0;
                            x >= text.x
                                && x <= text.x + text.width
                                && (y - text.y).abs().min((y - text.y - text.height).abs()) < reach
                                && y > text.y - 0.1
                                && y < text.y + text.height + 0.1
                        })
                };
                assert!(behind.is_none_or(own), "seed {seed}: {point:?} {behind:?}");
            }
        }
    }
}

#[test]
fn a_frame_holds_its_members_and_no_other_concept() {
    for (seed, map, layout) in MAPS.iter() {
        for (cluster, frame) in map.clusters().iter().zip(&layout.frames) {
            assert_eq!(cluster.label, frame.label);
            for (node, place) in layout.boxes.iter().enumerate() {
                let inside = frame.rect.overlaps(&place.rect);
                assert_eq!(inside, cluster.members.contains(&node), "seed {seed}");
            }
        }
        for (index, a) in layout.frames.iter().enumerate() {
            for b in &layout.frames[index + 1..] {
                assert!(!a.rect.overlaps(&b.rect), "seed {seed}");
            }
        }
    }
}

#[test]
fn everything_lies_on_the_page() {
    for (seed, _, layout) in MAPS.iter() {
        let frames = layout.frames.iter().map(|frame| frame.rect);
        for rect in texts(layout).into_iter().chain(frames) {
            assert!(rect.x >= -0.1 && rect.y >= -0.1, "seed {seed}: {rect:?}");
            assert!(
                rect.x + rect.width <= layout.width + 0.1,
                "seed {seed}: {rect:?}"
            );
            assert!(
                rect.y + rect.height <= layout.height + 0.1,
                "seed {seed}: {rect:?}"
            );
        }
    }
}

#[test]
fn every_link_is_drawn_from_end_to_end_and_named() {
    for (seed, map, layout) in MAPS.iter() {
        for (index, edge) in map.edges.iter().enumerate() {
            let twin = map.edges[..index].iter().any(|other| {
                (other.source, other.target) == (edge.source, edge.target)
                    && other.property == edge.property
            });
            let drawn = layout
                .lines
                .iter()
                .filter(|line| line.edges.contains(&index))
                .count();
            let named = layout
                .phrases
                .iter()
                .filter(|phrase| phrase.edges.contains(&index))
                .count();
            let is_loop = edge.source == edge.target;
            let expected = if is_loop {
                (1, 1)
            } else if twin {
                continue;
            } else {
                (2, 1)
            };
            assert_eq!((drawn, named), expected, "seed {seed} edge {index}");
        }
    }
}

#[test]
fn the_same_map_has_the_same_layout() {
    for (_, map, layout) in &MAPS[..20] {
        assert_eq!(lay_out(map).expect("small enough"), *layout);
    }
}

#[test]
fn an_empty_map_and_a_map_of_one_concept_are_laid_out() {
    let empty = lay_out(&sample::map("")).expect("small enough");
    assert_eq!((empty.boxes.len(), empty.lines.len()), (0, 0));
    let one = lay_out(&sample::map("A - a")).expect("small enough");
    assert!(one.width >= one.boxes[0].rect.width);
}

#[test]
fn two_loops_stand_below_each_other_beside_their_concept() {
    let map = sample::map("A - a\n A worksWith A\n A servesAs A");
    let layout = lay_out(&map).expect("small enough");
    let [first, second] = &layout.phrases[..] else {
        panic!("two phrases");
    };
    assert!(first.rect.y + first.rect.height <= second.rect.y);
    assert!(first.rect.x > layout.boxes[0].rect.x + layout.boxes[0].rect.width);
}

#[test]
fn parallel_links_are_told_apart() {
    let map = sample::map("A - a\n B - b\n A servesAs B\n A runsOn B\n B manages A");
    let layout = lay_out(&map).expect("small enough");
    assert_eq!((layout.phrases.len(), layout.lines.len()), (3, 6));
}

#[test]
fn links_that_say_the_same_fan_out_from_one_phrase() {
    let map = sample::map("A - a\n B - b\n C - c\n B isA A\n C isA A");
    let layout = lay_out(&map).expect("small enough");
    assert_eq!((layout.phrases.len(), layout.lines.len()), (1, 3));
    // The general stands above, and the one line between it and the phrase begins at it.
    assert!(layout.boxes[0].rect.y < layout.boxes[1].rect.y);
    assert_eq!(
        layout.lines.iter().filter(|line| line.from_object).count(),
        1
    );
}

#[test]
fn a_map_that_nobody_can_read_is_refused_with_a_cure() {
    let text: String = (0..=MOST).map(|i| format!("N{i} - n\n")).collect();
    let error = lay_out(&sample::map(&text)).expect_err("too large");
    assert!(
        error
            .hint()
            .is_some_and(|hint| hint.contains("--max-nodes"))
    );
}

#[test]
fn five_hundred_concepts_are_laid_out_while_one_waits() {
    let mut text = String::new();
    let mut dice = sample::Dice(1);
    for i in 0..MOST {
        text.push_str(&format!(
            "N{i} {} n\n",
            ["Tool", "Service", "Practice", "-"][i % 4]
        ));
        for property in ["isA", "worksWith"] {
            text.push_str(&format!("N{i} {property} N{}\n", dice.below(i + 1)));
        }
    }
    let map = sample::map(&text);
    let start = Instant::now();
    lay_out(&map).expect("small enough");
    // Unoptimised, and on a machine that has other things to do, it may take long.
    let limit = if cfg!(debug_assertions) { 120 } else { 1 };
    assert!(start.elapsed().as_secs() < limit, "{:?}", start.elapsed());
}
