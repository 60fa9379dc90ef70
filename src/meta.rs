//! kgq's own meta-terms: the few IRIs that the program itself must know.
//!
//! They name roles that predicates play, and the parts of RDF 1.2 and of provenance that give a statement its sources.
//! What any other vocabulary means is said in `ontology/`, in these terms.

use oxrdf::NamedNodeRef;

macro_rules! terms {
    ($($(#[$doc:meta])* $name:ident = $local:literal;)*) => {
        $(
            $(#[$doc])*
            pub const $name: NamedNodeRef<'static> =
                NamedNodeRef::new_unchecked(concat!("https://kgq.example/ontology#", $local));
        )*
    };
}

/// The namespace of the vocabulary.
pub const NAMESPACE: &str = "https://kgq.example/ontology#";

/// The graph in which rules and checks find the vocabulary when it is not part of the data.
pub const VOCABULARY_GRAPH: NamedNodeRef<'static> =
    NamedNodeRef::new_unchecked("https://kgq.example/ontology");

/// The graph in which inferred triples stand once more, so that they can be told from stated ones.
pub const INFERRED_GRAPH: NamedNodeRef<'static> =
    NamedNodeRef::new_unchecked("https://kgq.example/ontology#inferred");

terms! {
    /// Names the concept for a reader.
    LABEL_PROPERTY = "LabelProperty";
    /// Gives another name by which it may be found.
    ALIAS_PROPERTY = "AliasProperty";
    /// Describes it in a sentence.
    DESCRIPTION_PROPERTY = "DescriptionProperty";
    /// Leads from the particular to the general.
    HIERARCHY_PROPERTY = "HierarchyProperty";
    /// Leads from a statement's annotation to its source.
    SOURCE_PROPERTY = "SourceProperty";
    /// Says whether a concept belongs to the exam, and how it is asked.
    SCOPE_PROPERTY = "ScopeProperty";
    /// Leads from a claim to what it claims.
    CLAIM_PROPERTY = "ClaimProperty";
    /// Tells too little to lead a comparison or a map.
    NOISE_PROPERTY = "NoiseProperty";
    /// Tells nothing of a thing's kind: `owl:Class` and its like.
    BOOKKEEPING_CLASS = "BookkeepingClass";
    /// Is where facts come from, not what they are about.
    SOURCE_CLASS = "SourceClass";
    /// Has properties of at most one value as its instances.
    FUNCTIONAL_CLASS = "FunctionalClass";
    /// Says of two things that nothing is both.
    DISJOINTNESS_PROPERTY = "DisjointnessProperty";
    /// Is climbed from a concept itself only, never after another step.
    FIRST_STEP_ONLY = "firstStepOnly";
    /// The order among properties of one role, least first.
    RANK = "rank";
    /// Values of this property pass down the hierarchy.
    INHERITABLE = "inheritable";
    /// Links a property to the one that denies it.
    DENIED_BY = "deniedBy";
    /// Leads from a line of notes to its section.
    SECTION = "section";
    /// The number of a line of notes.
    LINE = "line";
    /// What is true instead of a claim.
    CORRECTED_BY = "correctedBy";
    /// Whether a claim is true.
    VERDICT = "verdict";
    /// Marks a reified statement as doubtful.
    UNCERTAIN = "uncertain";
    /// Marks a fact that the notes do not say.
    BACKGROUND = "background";
    /// Fills a node of a map.
    FILL_COLOR = "fillColor";
    /// Outlines a node of a map.
    STROKE_COLOR = "strokeColor";
    /// Shapes a node of a map.
    SHAPE = "shape";
    /// How many outlines a node of a map has.
    PERIPHERIES = "peripheries";
    /// Colours a link of a map.
    LINE_COLOR = "lineColor";
    /// Strokes a link or an outline of a map.
    LINE_STYLE = "lineStyle";
    /// Ends a link of a map at its object.
    ARROW_HEAD = "arrowHead";
    /// Styles that kinds without one of their own are given in turn.
    PALETTE = "palette";
    /// What a map draws a concept like, if nothing else is said.
    DEFAULT_NODE = "DefaultNode";
    /// Whose palette colours what only one of the things compared has.
    COMPARED_SIDES = "ComparedSides";
    /// How that is drawn which several of the things compared have.
    SHARED_SIDE = "SharedSide";
    /// How a link is drawn that is said not to hold.
    DENIED_EDGE = "DeniedEdge";
    /// How a doubtful link is drawn.
    UNCERTAIN_EDGE = "UncertainEdge";
    /// How a link is drawn that stands for several steps of a hierarchy.
    STEPS_EDGE = "StepsEdge";
    /// What a map draws a link like, if nothing else is said.
    DEFAULT_EDGE = "DefaultEdge";
    /// Has symmetric properties as its instances.
    SYMMETRIC_CLASS = "SymmetricClass";
}
