//! The tree as written, back to text: one canonical form, with parentheses only where the tree needs them, that parses
//! to the same tree again.

use std::fmt::{self, Write};

use super::syntax::{Kind, Syntax, level};

impl fmt::Display for Syntax {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.kind {
            Kind::Bad | Kind::Pieces(_) => f.write_str("?"),
            Kind::Null => f.write_str("null"),
            Kind::Bool(value) => write!(f, "{value}"),
            Kind::Int(value) => write!(f, "{value}"),
            // Debug keeps the point or the exponent, without which it would be an int.
            Kind::Float(value) => write!(f, "{value:?}"),
            Kind::Text(text) => quote(f, text),
            Kind::Name { root, name } => write!(f, "{}{name}", if *root { "." } else { "" }),
            Kind::Select(target, name) => write!(f, "{}.{name}", At(target, level::MEMBER)),
            Kind::Index(sides) => {
                let [target, index] = &**sides;
                write!(f, "{}[{index}]", At(target, level::MEMBER))
            }
            Kind::Call(call) => {
                if let Some(target) = &call.target {
                    write!(f, "{}.", At(target, level::MEMBER))?;
                }
                write!(f, "{}{}(", if call.root { "." } else { "" }, call.name)?;
                separated(f, &call.arguments, ", ", level::IF)?;
                f.write_str(")")
            }
            Kind::List(elements) => {
                f.write_str("[")?;
                separated(f, elements, ", ", level::IF)?;
                f.write_str("]")
            }
            Kind::Not(operand) => write!(f, "!{}", At(operand, level::UNARY)),
            Kind::Negate(operand) => {
                // A sign right before a digit would become part of the literal.
                let operand = At(operand, level::UNARY).to_string();
                if operand.starts_with(|c: char| c.is_ascii_digit()) {
                    write!(f, "-({operand})")
                } else {
                    write!(f, "-{operand}")
                }
            }
            Kind::Binary(operator, sides) => {
                let [left, right] = &**sides;
                let level = operator.level();
                write!(f, "{} {} {}", At(left, level), operator.sign(), At(right, level + 1))
            }
            Kind::And(parts) => separated(f, parts, " && ", level::RELATION),
            Kind::Or(parts) => separated(f, parts, " || ", level::AND),
            Kind::If(parts) => {
                let [test, yes, no] = &**parts;
                write!(f, "{} ? {} : {}", At(test, level::OR), At(yes, level::OR), At(no, level::IF))
            }
        }
    }
}

impl Kind {
    /// How tightly it binds.
    pub(super) const fn level(&self) -> u8 {
        match self {
            Self::If(_) => level::IF,
            Self::Or(_) => level::OR,
            Self::And(_) => level::AND,
            Self::Binary(operator, _) => operator.level(),
            Self::Not(_) | Self::Negate(_) => level::UNARY,
            _ => level::MEMBER,
        }
    }
}

/// An expression where at least this level is needed.
struct At<'s>(&'s Syntax, u8);
impl fmt::Display for At<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0.kind.level() < self.1 { write!(f, "({})", self.0) } else { write!(f, "{}", self.0) }
    }
}

fn separated(f: &mut fmt::Formatter<'_>, parts: &[Syntax], separator: &str, level: u8) -> fmt::Result {
    for (n, part) in parts.iter().enumerate() {
        if n > 0 {
            f.write_str(separator)?;
        }
        write!(f, "{}", At(part, level))?;
    }
    Ok(())
}

/// A text as a literal in double quotes.
pub(super) fn quote(f: &mut impl Write, text: &str) -> fmt::Result {
    f.write_char('"')?;
    for c in text.chars() {
        match c {
            '"' => f.write_str("\\\"")?,
            '\\' => f.write_str("\\\\")?,
            '\n' => f.write_str("\\n")?,
            '\r' => f.write_str("\\r")?,
            '\t' => f.write_str("\\t")?,
            c if c.is_control() => write!(f, "\\u{:04x}", u32::from(c))?,
            c => f.write_char(c)?,
        }
    }
    f.write_char('"')
}
