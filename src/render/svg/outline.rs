//! Outlines of concepts and ends of lines as SVG paths.

use std::fmt::Write as _;

use crate::answer::{Head, Shape};
use crate::layout::shape::slope;
use crate::layout::{Path, Rect};

/// The paths of a concept's outline.
pub(super) struct Drawn {
    /// The outline itself, closed.
    pub outline: String,
    /// What else belongs to the shape: folds, rims, a second outline.
    pub inner: String,
}

/// The outline of a shape in a box.
pub(super) fn shape(shape: Shape, rect: &Rect, double: bool) -> Drawn {
    let inner = if double {
        outline(shape, &inset(rect, 3.5))
    } else {
        String::new()
    };
    Drawn {
        outline: outline(shape, rect),
        inner: inner + &fold(shape, rect),
    }
}

fn inset(rect: &Rect, by: f64) -> Rect {
    Rect {
        x: rect.x + by,
        y: rect.y + by,
        width: rect.width - 2.0 * by,
        height: rect.height - 2.0 * by,
    }
}

fn outline(shape: Shape, rect: &Rect) -> String {
    let Rect {
        x,
        y,
        width: w,
        height: h,
    } = *rect;
    let lean = slope(h);
    let corners = match shape {
        Shape::Box | Shape::Component => return rounded(rect, 2.0),
        Shape::Rounded => return rounded(rect, 10.0),
        Shape::Ellipse => {
            let (rx, ry) = (w / 2.0, h / 2.0);
            return format!(
                "M{x:.1} {:.1}a{rx:.1} {ry:.1} 0 0 1 {w:.1} 0a{rx:.1} {ry:.1} 0 0 1 {:.1} 0z",
                y + ry,
                -w
            );
        }
        Shape::Cylinder => {
            let rx = w / 2.0;
            return format!(
                "M{x:.1} {:.1}a{rx:.1} 6 0 0 1 {w:.1} 0v{:.1}a{rx:.1} 6 0 0 1 {:.1} 0z",
                y + 6.0,
                h - 12.0,
                -w
            );
        }
        Shape::Hexagon => vec![
            (lean, 0.0),
            (w - lean, 0.0),
            (w, h / 2.0),
            (w - lean, h),
            (lean, h),
            (0.0, h / 2.0),
        ],
        Shape::Octagon => vec![
            (8.0, 0.0),
            (w - 8.0, 0.0),
            (w, 8.0),
            (w, h - 8.0),
            (w - 8.0, h),
            (8.0, h),
            (0.0, h - 8.0),
            (0.0, 8.0),
        ],
        Shape::Parallelogram => vec![(lean, 0.0), (w, 0.0), (w - lean, h), (0.0, h)],
        Shape::Trapezium => vec![(lean, 0.0), (w - lean, 0.0), (w, h), (0.0, h)],
        Shape::House => vec![(0.0, 9.0), (w / 2.0, 0.0), (w, 9.0), (w, h), (0.0, h)],
        Shape::Note => vec![(0.0, 0.0), (w - 10.0, 0.0), (w, 10.0), (w, h), (0.0, h)],
        Shape::Folder => vec![
            (0.0, 0.0),
            (w * 0.3, 0.0),
            (w * 0.3 + 6.0, 6.0),
            (w, 6.0),
            (w, h),
            (0.0, h),
        ],
    };
    polygon(
        &corners
            .into_iter()
            .map(|(dx, dy)| (x + dx, y + dy))
            .collect::<Vec<_>>(),
    )
}

/// Lines inside an outline.
fn fold(shape: Shape, rect: &Rect) -> String {
    let Rect {
        x,
        y,
        width: w,
        height: h,
    } = *rect;
    match shape {
        Shape::Cylinder => format!("M{x:.1} {:.1}a{:.1} 6 0 0 0 {w:.1} 0", y + 6.0, w / 2.0),
        Shape::Note => format!("M{:.1} {y:.1}v10h10", x + w - 10.0),
        Shape::Component => [0.3, 0.7]
            .map(|share| format!("M{:.1} {:.1}h8v5h-8z", x - 4.0, y + h * share - 2.5))
            .concat(),
        _ => String::new(),
    }
}

fn rounded(rect: &Rect, radius: f64) -> String {
    let Rect {
        x,
        y,
        width: w,
        height: h,
    } = *rect;
    let r = radius.min(w / 2.0).min(h / 2.0);
    let (across, down) = (w - 2.0 * r, h - 2.0 * r);
    format!(
        "M{:.1} {y:.1}h{across:.1}a{r:.1} {r:.1} 0 0 1 {r:.1} {r:.1}v{down:.1}a{r:.1} {r:.1} 0 0 1 {m:.1} {r:.1}h{:.1}a{r:.1} {r:.1} 0 0 1 {m:.1} {m:.1}v{:.1}a{r:.1} {r:.1} 0 0 1 {r:.1} {m:.1}z",
        x + r,
        -across,
        -down,
        m = -r,
    )
}

fn polygon(corners: &[(f64, f64)]) -> String {
    let mut path = String::new();
    for (number, (x, y)) in corners.iter().enumerate() {
        let command = if number == 0 { 'M' } else { 'L' };
        let _ = write!(path, "{command}{x:.1} {y:.1}");
    }
    path.push('z');
    path
}

/// The end of a line: its outline with the tip at the origin, pointing down; how much of the line it covers; how it is
/// filled.
pub(super) struct End {
    corners: &'static [(f64, f64)],
    closed: bool,
    covers: f64,
    fill: &'static str,
}

/// How a link ends at its object; nothing where it has no direction.
pub(super) fn head(head: Head, symmetric: bool) -> Option<End> {
    let end = |corners, closed, covers, fill| {
        Some(End {
            corners,
            closed,
            covers,
            fill,
        })
    };
    match head {
        _ if symmetric => None,
        Head::None => None,
        Head::Normal => end(&[(0.0, 0.0), (4.0, -9.0), (-4.0, -9.0)], true, 8.0, "full"),
        Head::Vee => end(&[(-4.5, -9.0), (0.0, 0.0), (4.5, -9.0)], false, 1.0, "open"),
        Head::Empty => end(
            &[(0.0, 0.0), (5.0, -9.5), (-5.0, -9.5)],
            true,
            9.5,
            "hollow",
        ),
        Head::Diamond => end(
            &[(0.0, 0.0), (4.0, -6.0), (0.0, -12.0), (-4.0, -6.0)],
            true,
            11.0,
            "full",
        ),
        Head::OpenDiamond => end(
            &[(0.0, 0.0), (4.0, -6.0), (0.0, -12.0), (-4.0, -6.0)],
            true,
            12.0,
            "hollow",
        ),
        Head::Tee => end(&[(-5.5, -3.0), (5.5, -3.0)], false, 3.0, "open"),
        Head::Dot => end(
            &[
                (0.0, 0.0),
                (2.5, -1.0),
                (3.5, -3.5),
                (2.5, -6.0),
                (0.0, -7.0),
                (-2.5, -6.0),
                (-3.5, -3.5),
                (-2.5, -1.0),
            ],
            true,
            6.0,
            "full",
        ),
    }
}

/// The path of a line and those of its ends with their fills.
pub(super) fn line(line: &Path, head: Option<End>) -> (String, Vec<(String, &'static str)>) {
    let mut points = line.points.clone();
    let mut heads = Vec::new();
    let last = points.len() - 1;
    if let Some(head) = head {
        if line.is_loop {
            heads.push((placed(&head, points[last], (-1.0, 0.0)), head.fill));
            points[last].0 += head.covers;
        } else {
            if line.from_object {
                heads.push((placed(&head, points[0], (0.0, -1.0)), head.fill));
                points[0].1 += head.covers;
            }
            if line.to_object {
                heads.push((placed(&head, points[last], (0.0, 1.0)), head.fill));
                points[last].1 -= head.covers;
            }
        }
    }
    if line.is_loop {
        let ([(x0, y0), (reach, _), (x1, y1)], rise) = ([points[0], points[1], points[2]], 4.0);
        // A cubic curve comes three quarters of the way to its control points.
        let out = x0 + (reach - x0) * 4.0 / 3.0;
        let path = format!(
            "M{x0:.1} {y0:.1}C{out:.1} {:.1} {out:.1} {:.1} {x1:.1} {y1:.1}",
            y0 - rise,
            y1 + rise,
        );
        return (path, heads);
    }
    let mut path = format!("M{:.1} {:.1}", points[0].0, points[0].1);
    for pair in points.windows(2) {
        let ((x0, y0), (x1, y1)) = (pair[0], pair[1]);
        if (x0 - x1).abs() < 0.05 {
            let _ = write!(path, "V{y1:.1}");
        } else {
            let middle = (y0 + y1) / 2.0;
            let _ = write!(
                path,
                "C{x0:.1} {middle:.1} {x1:.1} {middle:.1} {x1:.1} {y1:.1}"
            );
        }
    }
    (path, heads)
}

/// An end with its tip at a point, turned into a direction.
fn placed(end: &End, (x, y): (f64, f64), (dx, dy): (f64, f64)) -> String {
    let corners: Vec<(f64, f64)> = end
        .corners
        .iter()
        .map(|&(across, along)| (x + across * dy + along * dx, y - across * dx + along * dy))
        .collect();
    let path = polygon(&corners);
    if end.closed {
        path
    } else {
        path.trim_end_matches('z').to_owned()
    }
}
