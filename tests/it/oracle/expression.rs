//! The tree of a condition, and the one text that stands for it.

use std::fmt::Write;

#[derive(Debug, Clone, PartialEq)]
pub enum Expr {
    Bool(bool),
    Int(i64),
    Float(f64),
    Text(String),
    List(Vec<Expr>),
    /// By its full name.
    Attribute(String),
    Segment(String),
    /// The name that `exists` or `all` binds.
    Variable(String),
    Not(Box<Expr>),
    Negative(Box<Expr>),
    /// An operator of two operands, by its sign; `in` and `[]` too.
    Pair(&'static str, Box<Expr>, Box<Expr>),
    If(Box<Expr>, Box<Expr>, Box<Expr>),
    /// `exists`, or `all`.
    Each {
        all: bool,
        over: Box<Expr>,
        name: String,
        body: Box<Expr>,
    },
    /// A function or, with its receiver first, a method.
    Call(String, Vec<Expr>),
}

pub const FUNCTIONS: [&str; 12] = [
    "size",
    "known",
    "declared",
    "has",
    "bucket",
    "rule",
    "duration",
    "timestamp",
    "int",
    "double",
    "string",
    "bool",
];

pub fn pair(sign: &'static str, a: Expr, b: Expr) -> Expr {
    Expr::Pair(sign, Box::new(a), Box::new(b))
}
pub fn not(a: Expr) -> Expr {
    Expr::Not(Box::new(a))
}
pub fn attribute(name: impl AsRef<str>) -> Expr {
    Expr::Attribute(name.as_ref().to_owned())
}
pub fn text(text: impl AsRef<str>) -> Expr {
    Expr::Text(text.as_ref().to_owned())
}
pub fn call(name: &str, args: Vec<Expr>) -> Expr {
    Expr::Call(name.to_owned(), args)
}
pub fn each(all: bool, over: Expr, name: &str, body: Expr) -> Expr {
    Expr::Each { all, over: Box::new(over), name: name.to_owned(), body: Box::new(body) }
}

impl Expr {
    /// The parts of it.
    pub fn children(&self) -> Vec<&Expr> {
        match self {
            Self::List(items) | Self::Call(_, items) => items.iter().collect(),
            Self::Not(a) | Self::Negative(a) => vec![a],
            Self::Pair(_, a, b) => vec![a, b],
            Self::If(a, b, c) => vec![a, b, c],
            Self::Each { over, body, .. } => vec![over, body],
            _ => Vec::new(),
        }
    }
    /// It and all its parts.
    pub fn walk<'a>(&'a self, see: &mut dyn FnMut(&'a Expr)) {
        see(self);
        for child in self.children() {
            child.walk(see);
        }
    }
    /// CEL text: a bracket wherever one could matter, and none around what stands alone.
    pub fn print(&self) -> String {
        let mut out = String::new();
        self.write(&mut out);
        out
    }
    fn operand(&self, out: &mut String) {
        let alone = !matches!(self, Self::Pair(..) | Self::If(..) | Self::Not(_) | Self::Negative(_))
            || matches!(self, Self::Pair("[]", ..));
        let negative = matches!(self, Self::Int(n) if *n < 0) || matches!(self, Self::Float(n) if *n < 0.0);
        if alone && !negative {
            self.write(out);
        } else {
            out.push('(');
            self.write(out);
            out.push(')');
        }
    }
    fn write(&self, out: &mut String) {
        match self {
            Self::Bool(value) => write!(out, "{value}").expect("a text grows"),
            Self::Int(value) => write!(out, "{value}").expect("a text grows"),
            Self::Float(value) => write!(out, "{value:?}").expect("a text grows"),
            Self::Text(value) => {
                let escaped = value.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n");
                write!(out, "\"{escaped}\"").expect("a text grows");
            }
            Self::List(items) => {
                out.push('[');
                list(items, out);
                out.push(']');
            }
            Self::Attribute(name) | Self::Variable(name) => out.push_str(name),
            Self::Segment(name) => write!(out, "segment.{name}").expect("a text grows"),
            Self::Not(a) => {
                out.push('!');
                a.operand(out);
            }
            Self::Negative(a) => {
                out.push('-');
                a.operand(out);
            }
            Self::Pair("[]", a, b) => {
                a.operand(out);
                out.push('[');
                b.write(out);
                out.push(']');
            }
            Self::Pair(sign, a, b) => {
                a.operand(out);
                write!(out, " {sign} ").expect("a text grows");
                b.operand(out);
            }
            Self::If(test, yes, no) => {
                test.operand(out);
                out.push_str(" ? ");
                yes.operand(out);
                out.push_str(" : ");
                no.operand(out);
            }
            Self::Each { all, over, name, body } => {
                over.operand(out);
                write!(out, ".{}({name}, ", if *all { "all" } else { "exists" }).expect("a text grows");
                body.write(out);
                out.push(')');
            }
            Self::Call(name, args) if FUNCTIONS.contains(&name.as_str()) => {
                write!(out, "{name}(").expect("a text grows");
                list(args, out);
                out.push(')');
            }
            Self::Call(name, args) => {
                let (receiver, args) = args.split_first().expect("a method has a receiver");
                receiver.operand(out);
                write!(out, ".{name}(").expect("a text grows");
                list(args, out);
                out.push(')');
            }
        }
    }
}

fn list(items: &[Expr], out: &mut String) {
    for (n, item) in items.iter().enumerate() {
        if n > 0 {
            out.push_str(", ");
        }
        item.write(out);
    }
}
