//! Maps for tests, written as a few lines of text.

use oxrdf::{NamedNode, Term};

use super::{
    Direction, EdgeStyle, Entry, FactGroup, Head, Line, Map, MapEdge, MapNode, NodeStyle, Shape,
    Source, Status, Value,
};

/// A term of the example namespace whose label is not its name.
pub(crate) fn value(name: &str, label: &str) -> Value {
    Value {
        term: Term::from(NamedNode::new_unchecked(format!(
            "https://kgq.example/notes#{name}"
        ))),
        label: Some(label.to_owned()),
    }
}

/// A map from lines `Name Kind label | second label` for concepts and `Subject property Object` for links, in any order;
/// `isA` is the hierarchy, `worksWith` symmetric, a property that begins with `?` doubtful and with `!` denied.
pub(crate) fn map(text: &str) -> Map {
    let kinds = ["Service", "Tool", "Component", "Practice"];
    let fills = ["#cfe8fc", "#fde2c4", "#d8efd3", "#e8dcf5"];
    let strokes = ["#0072b2", "#d55e00", "#1b7837", "#762a83"];
    let shapes = [Shape::Rounded, Shape::Hexagon, Shape::Box, Shape::Ellipse];
    let mut map = Map {
        title: "What runs a container?".to_owned(),
        nodes: Vec::new(),
        edges: Vec::new(),
        sides: Vec::new(),
        left_out: 0,
        partial: false,
    };
    let mut links = Vec::new();
    for line in text.lines().map(str::trim).filter(|line| !line.is_empty()) {
        let (name, rest) = line.split_once(' ').expect("two words");
        let (second, rest) = rest.split_once(' ').expect("three words");
        let kind = kinds.iter().position(|kind| *kind == second);
        if kind.is_none() && second != "-" {
            links.push((name, second, rest));
            continue;
        }
        let (label, second_label) = match rest.split_once(" | ") {
            Some((label, second)) => (label, Some(second.to_owned())),
            None => (rest, None),
        };
        map.nodes.push(MapNode {
            item: value(name, label),
            second_label,
            kind: kind.map(|kind| value(kinds[kind], kinds[kind])),
            description: Some(format!("{label} \"described\"")),
            style: NodeStyle {
                fill: kind.map_or("#eeeeee", |kind| fills[kind]).to_owned(),
                stroke: kind.map_or("#555555", |kind| strokes[kind]).to_owned(),
                shape: kind.map_or(Shape::Box, |kind| shapes[kind]),
                line: Line::Solid,
                double: second == "Practice",
            },
            side: None,
            more: 0,
            facts: vec![FactGroup {
                property: value("stands", "stands in"),
                direction: Direction::Out,
                values: vec![Entry {
                    value: Some(value("Notes", "the notes")),
                    status: Status::Stated,
                    via: None,
                    qualifiers: Vec::new(),
                    sources: vec![Source {
                        iri: "https://kgq.example/notes#L5".to_owned(),
                        line: Some(5),
                    }],
                }],
            }],
        });
    }
    map.nodes.sort_by_key(MapNode::id);
    for (subject, property, object) in links {
        let index = |name: &str| {
            let id = value(name, "").iri();
            map.nodes.iter().position(|node| node.item.iri() == id)
        };
        let status = match property.as_bytes()[0] {
            b'?' => Status::Uncertain,
            b'!' => Status::Denied,
            _ => Status::Stated,
        };
        let name = property.trim_start_matches(['?', '!']);
        map.edges.push(MapEdge {
            source: index(subject).expect("the subject is a node"),
            target: index(object).expect("the object is a node"),
            property: value(name, name),
            hierarchy: name == "isA",
            symmetric: name == "worksWith",
            status,
            style: EdgeStyle {
                color: if name == "isA" { "#555555" } else { "#0072b2" }.to_owned(),
                line: Line::Solid,
                head: match (name, status) {
                    (_, Status::Denied) => Head::Tee,
                    ("isA", _) => Head::Empty,
                    ("worksWith", _) => Head::None,
                    _ => Head::Normal,
                },
            },
            side: None,
            sources: Vec::new(),
        });
    }
    map.edges
        .sort_by_key(|edge| (edge.source, edge.property.iri(), edge.target));
    map
}

/// A small map as the notes have it.
pub(crate) fn containers() -> Map {
    map(CONTAINERS)
}

const CONTAINERS: &str = "
    Container Component 컨테이너 | container
    ControlPlane Component 컨트롤 플레인 | control plane
    DataPlane Component 데이터 플레인 | data plane
    EC2 Service EC2
    EKS Service EKS | Elastic Kubernetes Service
    Fargate Service 파게이트 | AWS Fargate
    Serverless Practice 서버리스 | serverless
    Kubernetes - 쿠버네티스 | Kubernetes
    EKS isA ControlPlane
    Fargate isA Serverless
    EC2 servesAs DataPlane
    Fargate servesAs DataPlane
    EKS worksWith EC2
    EKS provides Kubernetes
    ControlPlane communicatesThrough DataPlane
    Fargate operates Container
    EC2 ?operates Container
    EC2 !isA Serverless
";

/// What a hostile graph calls its concepts.
pub(crate) const HOSTILE: [&str; 9] = [
    "<script>alert(1)</script>",
    "\"]; } end \\",
    "a\nb\r\tc\u{0}\u{1b}[31m\u{202e}",
    "</text></svg><img src=x onerror=alert(2)>",
    "&lt;&amp;&#39; %%{init: {}}%% #quot; `x` [[y]]",
    "\\N \\G \\E \\l end",
    "]]> --> <!-- '\"",
    "",
    "👩‍👩‍👧 𝓐 \u{110F}\u{116E}버네티스 쿠버네티스 쿠버네티스 쿠버네티스 쿠버네티스 쿠버네티스",
];

/// A map that a seed decides: up to `most` concepts, some in kinds, some with hostile names, with links of all sorts,
/// loops, parallel links and separate parts.
pub(crate) fn random(seed: u64, most: usize) -> Map {
    let mut dice = Dice(seed);
    let concepts = dice.below(most) + 1;
    let kinds = ["Service", "Tool", "Component", "Practice", "-", "-"];
    let variety = dice.below(kinds.len()) + 1;
    let words = [
        "쿠버네티스",
        "Pod",
        "컨트롤 플레인",
        "Elastic Container Registry",
        "S3",
    ];
    let mut text = String::new();
    for i in 0..concepts {
        let kind = kinds[dice.below(variety)];
        let label = words[dice.below(words.len())];
        let second = if dice.below(2) == 0 { " | second" } else { "" };
        text.push_str(&format!("N{i} {kind} {label}{second}\n"));
    }
    let properties = [
        "isA",
        "isA",
        "worksWith",
        "servesAs",
        "?runsOn",
        "!isA",
        "communicatesThrough",
    ];
    for _ in 0..concepts * (1 + dice.below(20)) / 8 {
        let (a, b) = (dice.below(concepts), dice.below(concepts));
        let property = properties[dice.below(properties.len())];
        text.push_str(&format!("N{a} {property} N{b}\n"));
    }
    let mut map = map(&text);
    for node in &mut map.nodes {
        node.more = dice.below(3) * 4;
        if dice.below(6) == 0 {
            node.item.label = Some(HOSTILE[dice.below(HOSTILE.len())].to_owned());
        }
    }
    map.left_out = dice.below(3);
    map
}

/// Numbers that look random and are the same everywhere (Steele, Lea and Flood's SplitMix64).
pub(crate) struct Dice(pub u64);

impl Dice {
    /// A number below a limit.
    pub fn below(&mut self, limit: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((z ^ (z >> 31)) % limit as u64) as usize
    }
}
