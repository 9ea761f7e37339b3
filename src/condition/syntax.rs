//! What the parser makes: the tree as written, with spans and without types. The checker turns it into the tree that is
//! evaluated, the printer back into text.

use super::Span;

/// An expression as written. Two are equal if they are written alike but for spans, blanks and needless parentheses.
#[derive(Debug, Clone)]
pub(super) struct Syntax {
    pub(super) kind: Kind,
    pub(super) span: Span,
    /// Levels below and including this one. INVARIANT: at most `ConditionLimits::depth`, upheld by `Parser::make`.
    pub(super) depth: u16,
    /// Whether it stands in parentheses of its own, which some slips ask about.
    pub(super) parenthesised: bool,
}

impl PartialEq for Syntax {
    fn eq(&self, other: &Self) -> bool {
        self.kind == other.kind
    }
}

#[derive(Debug, Clone, PartialEq)]
pub(super) enum Kind {
    /// Already reported.
    Bad,
    /// Pieces of what is no expression: each is looked at, and nothing is asked of their types.
    Pieces(Vec<Syntax>),
    Null,
    Bool(bool),
    Int(i64),
    Float(f64),
    Text(Box<str>),
    /// A bare name; `root` if a dot stands before it.
    Name {
        root: bool,
        name: Box<str>,
    },
    Select(Box<Syntax>, Box<str>),
    Index(Box<[Syntax; 2]>),
    Call(Box<Call>),
    List(Vec<Syntax>),
    Not(Box<Syntax>),
    Negate(Box<Syntax>),
    Binary(Operator, Box<[Syntax; 2]>),
    And(Vec<Syntax>),
    Or(Vec<Syntax>),
    If(Box<[Syntax; 3]>),
}

#[derive(Debug, Clone)]
pub(super) struct Call {
    pub(super) target: Option<Syntax>,
    pub(super) root: bool,
    pub(super) name: Box<str>,
    pub(super) name_span: Span,
    pub(super) arguments: Vec<Syntax>,
}

impl PartialEq for Call {
    fn eq(&self, other: &Self) -> bool {
        (&self.target, self.root, &self.name, &self.arguments)
            == (&other.target, other.root, &other.name, &other.arguments)
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Operator {
    Compare(Relation),
    In,
    Arithmetic(Arithmetic),
}

/// How two values are compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Relation {
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

impl Relation {
    /// The relation that holds when the sides change places.
    pub(crate) const fn mirrored(self) -> Self {
        match self {
            Self::Less => Self::Greater,
            Self::LessOrEqual => Self::GreaterOrEqual,
            Self::Greater => Self::Less,
            Self::GreaterOrEqual => Self::LessOrEqual,
            same => same,
        }
    }
    pub(crate) const fn is_equality(self) -> bool {
        matches!(self, Self::Equal | Self::NotEqual)
    }
    /// Whether it holds of two values in this order; `None`: they have none, as NaN has with anything.
    pub(crate) fn holds(self, order: Option<std::cmp::Ordering>) -> bool {
        match (self, order) {
            (Self::NotEqual, order) => order != Some(std::cmp::Ordering::Equal),
            (_, None) => false,
            (Self::Equal, Some(order)) => order.is_eq(),
            (Self::Less, Some(order)) => order.is_lt(),
            (Self::LessOrEqual, Some(order)) => order.is_le(),
            (Self::Greater, Some(order)) => order.is_gt(),
            (Self::GreaterOrEqual, Some(order)) => order.is_ge(),
        }
    }
}

/// What is done with two numbers, times or lengths of time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Arithmetic {
    Add,
    Subtract,
    Multiply,
    Divide,
    Remainder,
}

impl Operator {
    pub(super) const fn sign(self) -> &'static str {
        match self {
            Self::Compare(Relation::Equal) => "==",
            Self::Compare(Relation::NotEqual) => "!=",
            Self::Compare(Relation::Less) => "<",
            Self::Compare(Relation::LessOrEqual) => "<=",
            Self::Compare(Relation::Greater) => ">",
            Self::Compare(Relation::GreaterOrEqual) => ">=",
            Self::In => "in",
            Self::Arithmetic(Arithmetic::Add) => "+",
            Self::Arithmetic(Arithmetic::Subtract) => "-",
            Self::Arithmetic(Arithmetic::Multiply) => "*",
            Self::Arithmetic(Arithmetic::Divide) => "/",
            Self::Arithmetic(Arithmetic::Remainder) => "%",
        }
    }
    /// How tightly it binds.
    pub(super) const fn level(self) -> u8 {
        match self {
            Self::Compare(_) | Self::In => level::RELATION,
            Self::Arithmetic(Arithmetic::Add | Arithmetic::Subtract) => level::SUM,
            Self::Arithmetic(_) => level::PRODUCT,
        }
    }
}

/// How tightly each kind of expression binds, loosest first.
pub(super) mod level {
    pub(in crate::condition) const IF: u8 = 1;
    pub(in crate::condition) const OR: u8 = 2;
    pub(in crate::condition) const AND: u8 = 3;
    pub(in crate::condition) const RELATION: u8 = 4;
    pub(in crate::condition) const SUM: u8 = 5;
    pub(in crate::condition) const PRODUCT: u8 = 6;
    pub(in crate::condition) const UNARY: u8 = 7;
    pub(in crate::condition) const MEMBER: u8 = 8;
}

impl Syntax {
    /// The dotted name that this is, if it is one: `visit.errors`.
    pub(super) fn path(&self) -> Option<String> {
        match &self.kind {
            Kind::Name { name, .. } => Some(name.to_string()),
            Kind::Select(target, name) => {
                let mut path = target.path()?;
                path.push('.');
                path.push_str(name);
                Some(path)
            }
            _ => None,
        }
    }
    /// Whether its name begins with a dot, and so is none of a variable.
    pub(super) fn starts_at_root(&self) -> bool {
        match &self.kind {
            Kind::Name { root, .. } => *root,
            Kind::Select(target, _) => target.starts_at_root(),
            _ => false,
        }
    }
    /// The text, if it is a text literal.
    pub(super) fn text(&self) -> Option<&str> {
        match &self.kind {
            Kind::Text(text) => Some(text),
            _ => None,
        }
    }
    pub(super) fn is_bad(&self) -> bool {
        self.kind == Kind::Bad
    }
}
