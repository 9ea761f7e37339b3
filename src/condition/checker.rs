//! The checker: the tree as written to the typed tree, or problems. It resolves names, checks types (L3), computes what is
//! constant, measures what an evaluation can cost, and knows the usual slips by name. It goes on behind a problem, so that
//! all are reported; what follows from one that was reported is not. Called by `Condition::check` alone.

mod advice;
mod arithmetic;
mod conversions;
mod functions;
mod lists;
mod measure;
mod names;
mod operators;
mod ours;
mod quantifiers;
mod slips;
mod types;

use self::measure::Measure;
use self::types::Type;
use super::evaluate;
use super::syntax::{Kind as Written, Syntax};
use super::text::MAX_PIECES;
use super::token::shorten;
use super::tree::{Kind, Node, Operand};
use super::{Code, Failure, Problem, Scope, Span};

/// The deepest recursion of an evaluation, elements behind variables included.
const MAX_EVALUATION_DEPTH: u32 = 128;
/// Names for which a suggestion is looked up; behind these it is plain that something else is wrong.
const MAX_SUGGESTIONS: usize = 24;

pub(super) fn check(text: &str, syntax: &Syntax, scope: &Scope<'_>, problems: &mut Vec<Problem>) -> Node {
    let mut checker = Checker {
        text,
        scope,
        problems,
        variables: Vec::new(),
        pattern_bytes: scope.limits.pattern_bytes,
        patterns_told: false,
        folded_steps: 0,
        over: false,
        suggestions: 0,
    };
    let whole = checker.check(syntax);
    // Where something is wrong inside, what it is as a whole says little.
    if checker.problems.is_empty() && !whole.kind.fits(&Type::Bool) {
        let message = format!("the condition is {}, expected a bool", whole.kind);
        let help = checker.bool_help(syntax, &whole.kind, "");
        checker.problem(Code::TypeMismatch, syntax, message, help);
    }
    whole.node
}

struct Checker<'s, 'p> {
    text: &'s str,
    scope: &'s Scope<'s>,
    problems: &'p mut Vec<Problem>,
    /// Of the quantifiers around, outermost first.
    variables: Vec<Variable>,
    /// What is left for compiled patterns.
    pattern_bytes: usize,
    /// Whether it was said that there is no more.
    patterns_told: bool,
    /// Steps that computing constants took.
    folded_steps: u64,
    /// A limit was reported, once for all.
    over: bool,
    suggestions: usize,
}

struct Variable {
    name: Box<str>,
    kind: Type,
    /// Of the element it stands for.
    measure: Measure,
}

/// A part with its type and what it costs.
#[derive(Debug, Clone)]
struct Checked {
    node: Node,
    kind: Type,
    measure: Measure,
}

impl Checked {
    /// What stands for a part with a problem, and fits everywhere.
    fn bad() -> Self {
        Self { node: Node::Failure(Failure::BadConversion), kind: Type::Any, measure: Measure::ONE }
    }
    /// The same where the type is known all the same.
    fn bad_of(kind: Type) -> Self {
        Self { kind, ..Self::bad() }
    }
    fn one(node: Node, kind: Type) -> Self {
        Self { node, kind, measure: Measure::ONE }
    }
    fn is_bad(&self) -> bool {
        self.kind == Type::Any && matches!(self.node, Node::Failure(_))
    }
}

impl<'s> Checker<'s, '_> {
    fn problem(&mut self, code: Code, at: &Syntax, message: impl Into<String>, help: Option<String>) {
        self.problem_at(code, at.span.clone(), message, help);
    }
    fn problem_at(&mut self, code: Code, span: Span, message: impl Into<String>, help: Option<String>) {
        self.problems.push(Problem { code, span, message: message.into(), help });
    }
    /// A part as it was written, for a message.
    fn written(&self, part: &Syntax) -> String {
        shorten(self.text.get(part.span.clone()).unwrap_or_default())
    }

    fn check(&mut self, syntax: &Syntax) -> Checked {
        match &syntax.kind {
            Written::Bad => Checked::bad(),
            Written::Pieces(pieces) => {
                pieces.iter().for_each(|piece| drop(self.check(piece)));
                Checked::bad()
            }
            Written::Null => self.null(syntax),
            Written::Bool(value) => Checked::one(Node::of_bool(*value), Type::Bool),
            Written::Int(value) => Checked::one(Node::Constant(Operand::Int(*value)), Type::Int),
            Written::Float(value) => Checked::one(Node::Constant(Operand::Float(*value)), Type::Float),
            Written::Text(text) => {
                Checked::one(Node::Constant(Operand::Text(text.clone())), Type::Text(None))
            }
            Written::Name { .. } | Written::Select(..) => self.name(syntax),
            Written::Index(sides) => self.index(syntax, sides),
            Written::Call(call) => self.call(syntax, call),
            Written::List(elements) => self.list(syntax, elements),
            Written::Not(operand) => {
                let checked = self.bool_operand(operand, "!");
                self.not(syntax, checked)
            }
            Written::Negate(operand) => self.negate(syntax, operand),
            Written::Binary(operator, sides) => self.binary(syntax, *operator, sides),
            Written::And(parts) => self.joined(syntax, parts, true),
            Written::Or(parts) => self.joined(syntax, parts, false),
            Written::If(parts) => self.choice(syntax, parts),
        }
    }

    /// A part that must be a bool.
    fn bool_operand(&mut self, operand: &Syntax, sign: &str) -> Checked {
        let before = self.problems.len();
        let checked = self.check(operand);
        if !checked.kind.fits(&Type::Bool) {
            // Where something is wrong inside, it is not to be compared as it stands.
            if self.problems.len() == before {
                let message =
                    format!("`{sign}` needs a bool, but `{}` is {}", self.written(operand), checked.kind);
                let help = self.bool_help(operand, &checked.kind, sign);
                self.problem(Code::TypeMismatch, operand, message, help);
            }
            return Checked::bad_of(Type::Bool);
        }
        checked
    }

    fn not(&mut self, syntax: &Syntax, operand: Checked) -> Checked {
        let measure = Measure::over([&operand.measure]);
        let node = match operand.node {
            Node::Not(inner) => *inner,
            node => Node::Not(Box::new(node)),
        };
        self.finish(syntax, Checked { node, kind: Type::Bool, measure })
    }

    /// `&&` (`and`) or `||` over any number of parts. Constants that decide nothing are left out, one that decides it all
    /// is the whole.
    fn joined(&mut self, syntax: &Syntax, parts: &[Syntax], and: bool) -> Checked {
        let sign = if and { "&&" } else { "||" };
        let checked: Vec<Checked> = parts.iter().map(|part| self.bool_operand(part, sign)).collect();
        let measure = Measure::over(checked.iter().map(|part| &part.measure));
        let mut nodes = Vec::with_capacity(checked.len());
        let mut decided = false;
        for part in checked {
            match part.node {
                Node::Constant(Operand::Bool(value)) => decided |= value != and,
                Node::And(inner) if and => nodes.extend(inner),
                Node::Or(inner) if !and => nodes.extend(inner),
                node => nodes.push(node),
            }
        }
        let failed = nodes.iter().all(|node| matches!(node, Node::Failure(_)));
        // What absorbs may stand anywhere (L1), so what costs least is asked first.
        nodes.sort_by_cached_key(Node::cost);
        let node = if decided {
            Node::of_bool(!and)
        } else if nodes.len() < 2 || failed {
            nodes.into_iter().next().unwrap_or(Node::of_bool(and))
        } else if and {
            Node::And(nodes.into())
        } else {
            Node::Or(nodes.into())
        };
        self.finish(syntax, Checked { node, kind: Type::Bool, measure })
    }

    fn choice(&mut self, syntax: &Syntax, parts: &[Syntax; 3]) -> Checked {
        let [test, yes, no] = parts;
        let (test, mut yes_checked, mut no_checked) =
            (self.bool_operand(test, "? :"), self.check(yes), self.check(no));
        let Some(kind) = yes_checked.kind.join(&no_checked.kind) else {
            let message = format!(
                "the branches of `? :` differ: `{}` is {}, `{}` is {}",
                self.written(yes),
                yes_checked.kind,
                self.written(no),
                no_checked.kind
            );
            self.problem(Code::TypeMismatch, syntax, message, None);
            return Checked::bad();
        };
        if matches!(kind, Type::Set(_)) {
            let help = "choose between two conditions instead: `test ? \"x\" in a : \"x\" in b`";
            self.problem(
                Code::Refused,
                syntax,
                "a choice between sets has no use here",
                Some(help.to_owned()),
            );
            return Checked::bad();
        }
        let measure = Measure::choice(&test.measure, &yes_checked.measure, &no_checked.measure);
        match test.node {
            Node::Constant(Operand::Bool(value)) => {
                let taken = if value { &mut yes_checked } else { &mut no_checked };
                let node = std::mem::replace(&mut taken.node, Node::of_bool(false));
                self.finish(syntax, Checked { node, kind, measure })
            }
            Node::Failure(failure) => Checked { node: Node::Failure(failure), kind, measure },
            test => {
                let node = Node::If(Box::new([test, yes_checked.node, no_checked.node]));
                self.finish(syntax, Checked { node, kind, measure })
            }
        }
    }

    /// The last step of every part: limits, and computing what is constant.
    fn finish(&mut self, syntax: &Syntax, mut part: Checked) -> Checked {
        let limits = &self.scope.limits;
        let over = if part.measure.steps > limits.steps {
            Some(format!(
                "an evaluation could take {} steps: at most {} are allowed",
                part.measure.steps, limits.steps
            ))
        } else if part.measure.depth > MAX_EVALUATION_DEPTH {
            Some(format!(
                "an evaluation could go {} levels deep: at most {MAX_EVALUATION_DEPTH} are allowed",
                part.measure.depth
            ))
        } else if part.measure.pieces > MAX_PIECES as u64 {
            Some(format!(
                "a string is joined from {} pieces: at most {MAX_PIECES} are allowed",
                part.measure.pieces
            ))
        } else {
            None
        };
        if let Some(message) = over {
            if !self.over {
                self.over = true;
                self.problem(Code::Limit, syntax, message, None);
            }
            return Checked::bad();
        }
        let foldable = match &part.node {
            Node::Constant(_) | Node::Failure(_) | Node::List(_) | Node::Concatenate(_) => false,
            Node::InSet { .. } => false,
            Node::Quantifier { .. } => is_closed(&part.node, 0),
            node => !node.parts().is_empty() && node.parts().iter().all(Node::is_constant),
        };
        if foldable && !self.over {
            self.folded_steps = self.folded_steps.saturating_add(part.measure.steps);
            // What is folded within a larger constant is computed once more: never more than depth times.
            if self.folded_steps <= limits.steps.saturating_mul(16) {
                part.node = match Kind::from(&part.kind) {
                    Kind::Text => evaluate::constant_text(&part.node),
                    Kind::Scalar => evaluate::constant(&part.node),
                    Kind::Set | Kind::List { .. } => part.node,
                };
                if matches!(part.node, Node::Constant(_) | Node::Failure(_)) {
                    part.measure = Measure::ONE;
                }
            }
        }
        part
    }
}

/// The failure in a constant, lists within lists included.
fn failure(node: &Node) -> Option<Failure> {
    match node {
        Node::Failure(failure) => Some(*failure),
        Node::List(elements) => elements.iter().find_map(failure),
        _ => None,
    }
}

/// Whether it depends on no fact and on no variable but its own.
fn is_closed(node: &Node, inside: u16) -> bool {
    match node {
        Node::Variable(levels) => *levels < inside,
        Node::Quantifier { list, body, .. } => is_closed(list, inside) && is_closed(body, inside + 1),
        Node::Constant(_) | Node::Failure(_) => true,
        Node::InSet { .. } => false,
        Node::List(parts) => parts.iter().all(|part| is_closed(part, inside)),
        _ => !node.parts().is_empty() && node.parts().iter().all(|part| is_closed(part, inside)),
    }
}
