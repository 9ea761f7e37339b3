//! The rule language (section 5 of the design): CEL over typed attributes, in three values. The text of a condition comes
//! in; a checked [`Condition`] goes out, or every problem at once. The steps are `token` → `parser` → `syntax` (as
//! written) → `checker` → `tree` (typed, folded) → `evaluate`; `uses` says what is read and in which direction (L8), `print`
//! gives the canonical text. Evaluation is total: it does not fail, panic or allocate, and its depth, its steps and the
//! pieces of a text are bounded when the condition is checked. Called by the policy, by the selector and by hosts.

mod checker;
mod comparisons;
mod evaluate;
mod parser;
mod pattern;
mod print;
mod reads;
mod syntax;
#[cfg(test)]
mod tests;
mod text;
mod token;
mod tree;
mod uses;
mod values;
pub mod when;

use std::fmt;
use std::ops::Range;
use std::sync::Arc;

use crate::attribute::{AttributeId, AttributeType, Attributes};
use crate::diagnostic::{Diagnostic, DiagnosticCode as Code, Place, one_line};
use crate::truth::Truth;
use crate::value::Given;

pub(crate) use self::evaluate::{between, int_with_float};
pub(crate) use self::reads::Reads;
pub(crate) use self::syntax::Relation;
pub(crate) use self::tree::{Kind as NodeKind, Node, Operand, TextTest};
pub(crate) use self::uses::{Direction, Use, Used};
pub use self::values::Values;
use self::when::Expression;

type Span = Range<usize>;

/// The number of a segment in its policy.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct SegmentId(pub(crate) u32);

/// The number of a rule written in Rust in its policy.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct RustRuleId(pub(crate) u16);

/// What a condition may speak of, and how large it may be.
pub(crate) struct Scope<'a> {
    pub(crate) attributes: &'a Attributes,
    pub(crate) segments: &'a dyn Fn(&str) -> Option<SegmentId>,
    /// For suggestions.
    pub(crate) segment_names: &'a [&'a str],
    pub(crate) rules: &'a dyn Fn(&str) -> Option<RustRuleId>,
    /// For suggestions.
    pub(crate) rule_names: &'a [&'a str],
    pub(crate) limits: ConditionLimits,
    pub(crate) patterns: &'a PatternRoom,
}

/// Room for the compiled patterns of all conditions that are checked together: making them takes far more time and memory
/// than their text.
#[derive(Debug)]
pub(crate) struct PatternRoom {
    most: usize,
    left: std::cell::Cell<usize>,
    /// Whether it was said that there is no more.
    told: std::cell::Cell<bool>,
}

impl PatternRoom {
    /// For so many bytes.
    pub(crate) const fn new(most: usize) -> Self {
        Self { most, left: std::cell::Cell::new(most), told: std::cell::Cell::new(false) }
    }
    /// Takes some of it.
    fn take(&self, bytes: usize) {
        self.left.set(self.left.get().saturating_sub(bytes.max(1)));
    }
}

/// The size that a condition may have. What lies within is parsed, checked and evaluated without deep recursion and in
/// bounded time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct ConditionLimits {
    /// Bytes of text.
    pub(crate) length: usize,
    /// Levels of nesting; never more than [`ConditionLimits::MAX_DEPTH`].
    pub(crate) depth: usize,
    /// Operators, names and literals.
    pub(crate) nodes: usize,
    /// Elements of one list.
    pub(crate) list: usize,
    /// Steps of an evaluation at worst: nested `exists` and `all` multiply.
    pub(crate) steps: u64,
    /// Bytes of all compiled patterns of `matches`.
    pub(crate) pattern_bytes: usize,
}

impl ConditionLimits {
    /// Recursion is bounded by the depth, and so must be the depth.
    const MAX_DEPTH: usize = 64;
    fn depth(&self) -> usize {
        self.depth.min(Self::MAX_DEPTH)
    }
}

impl Default for ConditionLimits {
    fn default() -> Self {
        let length = 16 * 1024;
        Self {
            length,
            depth: Self::MAX_DEPTH,
            nodes: 10_000,
            list: 1_000,
            steps: 100_000,
            pattern_bytes: 1 << 20,
        }
    }
}

/// One thing that is wrong with a condition; the span counts bytes in its text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Problem {
    pub(crate) code: Code,
    pub(crate) span: Span,
    pub(crate) message: String,
    pub(crate) help: Option<String>,
}

/// What an evaluation asks of its surroundings. Everything must be the same however often it is asked.
pub(crate) trait Facts {
    /// The value after D1; INVARIANT: of the attribute's declared type, else unknown.
    fn given(&self, id: AttributeId) -> Given<'_>;
    fn is_declared(&self, id: AttributeId) -> bool;
    fn segment(&self, id: SegmentId) -> Truth;
    fn rust_rule(&self, id: RustRuleId) -> Truth;
    /// 0 to 9,999; `None` without an id of the person.
    fn bucket(&self, salt: &str) -> Option<u16>;
    /// Something failed, and is unknown from here on: noted for explanations.
    fn failed(&self, _what: Failure) {}
    /// How much was noted of what is unknown, and back to that: what is unknown in a part that is decided all the same left
    /// nothing undecided.
    fn noted(&self) -> usize {
        0
    }
    fn take_back(&self, _noted: usize) {}
}

/// Why a part of a condition has no value although all it reads is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Failure {
    /// An int beyond 64 bits, or a time or length of time beyond its range.
    Overflow,
    /// Division by zero, and its remainder.
    DivisionByZero,
    /// A list has no element of that number.
    NoSuchElement,
    /// A value that cannot be converted.
    BadConversion,
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Overflow => "a number or time went out of its range",
            Self::DivisionByZero => "something was divided by zero",
            Self::NoSuchElement => "a list has no element of that number",
            Self::BadConversion => "a value could not be converted",
        })
    }
}

/// A checked condition: an expression of the rule language that is true, false or unknown of a visitor.
///
/// # Example
/// ```
/// use maitre::{Attributes, Condition, Truth, Values};
/// let condition = Condition::parse("profile.age >= 65 || segments > 2", &{
///     let mut attributes = Attributes::new();
///     attributes.declare("segments", maitre::AttributeType::INT)?;
///     attributes
/// })?;
/// assert_eq!(condition.evaluate(&Values::new().with("profile.age", 70)), Truth::True);
/// assert_eq!(condition.evaluate(&Values::new().with("profile.age", 40)), Truth::Unknown);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
pub struct Condition {
    inner: Arc<Checked>,
}

#[derive(Debug)]
struct Checked {
    text: Box<str>,
    tree: Node,
    uses: Box<[Use]>,
    /// Name and type of what is read, by id.
    reads: Box<[Read]>,
}

#[derive(Debug)]
struct Read {
    id: AttributeId,
    name: Box<str>,
    kind: AttributeType,
    /// What is not recorded is none, or 0.
    is_none_if_absent: bool,
}

/// What is wrong with a condition, and what it reads as far as that could be made out.
pub(crate) struct Faulty {
    pub(crate) problems: Vec<Problem>,
    pub(crate) uses: Vec<Use>,
}

impl Condition {
    /// Reads and checks a condition over `attributes`. There are no segments and no rules written in Rust: these need
    /// a policy.
    ///
    /// # Errors
    /// Everything that is wrong with it, at once.
    pub fn parse(text: &str, attributes: &Attributes) -> Result<Self, ConditionError> {
        let scope = Scope {
            attributes,
            segments: &|_| None,
            segment_names: &[],
            rules: &|_| None,
            rule_names: &[],
            limits: ConditionLimits::default(),
            patterns: &PatternRoom::new(ConditionLimits::default().pattern_bytes),
        };
        Self::check(text, &scope).map_err(|faulty| ConditionError::new(text, faulty.problems))
    }

    /// Checks an expression that was made in Rust, by the same checker; places are those in its text.
    ///
    /// # Errors
    /// Everything that is wrong with it, at once.
    pub fn build(expression: Expression, attributes: &Attributes) -> Result<Self, ConditionError> {
        Self::parse(&expression.to_string(), attributes)
    }

    /// Reads and checks a condition in a policy. Problems are ordered by place.
    pub(crate) fn check(text: &str, scope: &Scope<'_>) -> Result<Self, Faulty> {
        let mut problems = Vec::new();
        let syntax = parser::parse(text, &scope.limits, &mut problems);
        if problems.iter().any(|problem| problem.code == Code::Limit) {
            // What was read is a part only, about which nothing more is known.
            return Err(Faulty { problems, uses: Vec::new() });
        }
        let tree = checker::check(text, &syntax, scope, &mut problems);
        if !problems.is_empty() {
            problems.sort_by(|a, b| {
                (a.span.start, a.span.end, &a.message).cmp(&(b.span.start, b.span.end, &b.message))
            });
            problems.dedup();
            return Err(Faulty { problems, uses: uses::uses(&syntax, scope) });
        }
        let uses = uses::uses(&syntax, scope);
        let mut ids: Vec<AttributeId> = uses
            .iter()
            .filter_map(|one| if let Used::Attribute(id) = one.what { Some(id) } else { None })
            .collect();
        ids.sort_unstable();
        ids.dedup();
        let read = |id: AttributeId| {
            let attribute = scope.attributes.get(id);
            Read {
                id,
                name: attribute.name.clone(),
                kind: attribute.kind.clone(),
                is_none_if_absent: attribute.is_none_if_absent(),
            }
        };
        let reads = ids.into_iter().map(read).collect();
        let inner = Checked { text: syntax.to_string().into(), tree, uses: uses.into(), reads };
        Ok(Self { inner: Arc::new(inner) })
    }

    /// What it says of these values. What is not among them is unknown (needs, consents and counts are none, or 0), and so
    /// is a value of the wrong type, outside the range of an int, or not among the names of an enum or set.
    ///
    /// # Cost
    /// A look-up by name for each attribute read; no allocation.
    #[must_use]
    pub fn evaluate(&self, values: &Values) -> Truth {
        self.truth(&values::Known { values, reads: &self.inner.reads })
    }

    /// The names of the attributes it reads, in no order that means anything, each once.
    pub fn attributes(&self) -> impl Iterator<Item = &str> {
        self.inner.reads.iter().map(|read| &*read.name)
    }

    /// What it says of these facts.
    pub(crate) fn truth<F: Facts>(&self, facts: &F) -> Truth {
        evaluate::truth(&self.inner.tree, facts)
    }

    /// What a part of it says of these facts; unknown where there is no such part.
    pub(crate) fn truth_of_part<F: Facts>(&self, path: &[u16], facts: &F) -> Truth {
        self.part(path).map_or(Truth::Unknown, |part| evaluate::truth(part, facts))
    }

    /// Its tree.
    pub(crate) fn tree(&self) -> &Node {
        &self.inner.tree
    }

    /// The part of its tree to which `path` leads: at each step the place among the parts.
    pub(crate) fn part(&self, path: &[u16]) -> Option<&Node> {
        path.iter().try_fold(self.tree(), |node, &place| node.parts().get(usize::from(place)))
    }

    /// Tells conditions apart while they live; means nothing else.
    pub(crate) fn address(&self) -> usize {
        Arc::as_ptr(&self.inner).addr()
    }

    /// Every attribute, segment and rule in Rust that it reads, where, and in which direction (L8).
    pub(crate) fn uses(&self) -> &[Use] {
        &self.inner.uses
    }

    /// The constants that attributes are compared with; what a timestamp's age is compared with is an
    /// [`Operand::Duration`], what the size of a text or set is compared with an [`Operand::Int`].
    pub(crate) fn comparisons(&self) -> Vec<(AttributeId, Operand)> {
        comparisons::comparisons(&self.inner.tree)
    }
    /// The same of one part.
    pub(crate) fn comparisons_at(&self, path: &[u16]) -> Vec<(AttributeId, Operand)> {
        self.part(path).map(comparisons::comparisons).unwrap_or_default()
    }

    /// Its value, if it depends on nothing.
    #[cfg(any(feature = "http", test))]
    pub(crate) fn is_constant(&self) -> Option<Truth> {
        match &self.inner.tree {
            Node::Constant(Operand::Bool(value)) => Some((*value).into()),
            Node::Failure(_) => Some(Truth::Unknown),
            _ => None,
        }
    }
}

impl fmt::Display for Condition {
    /// The canonical text: it parses back to the same condition.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.inner.text)
    }
}
impl fmt::Debug for Condition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Condition").field(&self.inner.text).finish()
    }
}
impl PartialEq for Condition {
    /// Whether they are written alike but for blanks and needless parentheses.
    fn eq(&self, other: &Self) -> bool {
        self.inner.text == other.inner.text
    }
}

/// What is wrong with a condition: everything, not only the first.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}", shown(.diagnostics))]
pub struct ConditionError {
    diagnostics: Vec<Diagnostic>,
}

fn shown(diagnostics: &[Diagnostic]) -> String {
    diagnostics.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
}

impl ConditionError {
    fn new(text: &str, problems: Vec<Problem>) -> Self {
        let diagnostics = problems
            .into_iter()
            .map(|Problem { code, span, message, help }| {
                let mut diagnostic =
                    Diagnostic::error(code, "", message).with_place(Some(Place::of(text, span)));
                diagnostic.help = help.map(one_line);
                diagnostic
            })
            .collect();
        Self { diagnostics }
    }
    /// The problems, by place.
    #[must_use]
    pub fn diagnostics(&self) -> &[Diagnostic] {
        &self.diagnostics
    }
}
