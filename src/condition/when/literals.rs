//! What Rust has a literal for, as a value in a condition; and a condition, whose value is a bool.

use super::{Expression, Term, quoted};
use crate::condition::syntax::level;
use crate::time::{Duration, Timestamp};

impl From<Expression> for Term {
    /// Whether the condition holds, as a bool.
    fn from(condition: Expression) -> Self {
        Self { text: condition.text, level: condition.level }
    }
}

macro_rules! literals {
    ($($from:ty => |$v:ident| $to:expr),+ $(,)?) => {
        $(impl From<$from> for Term {
            fn from($v: $from) -> Self {
                Self { text: $to, level: level::MEMBER }
            }
        })+
    };
}
literals! {
    bool => |v| v.to_string(),
    i64 => |v| v.to_string(),
    i32 => |v| v.to_string(),
    u32 => |v| v.to_string(),
    &str => |v| quoted(v),
    String => |v| quoted(&v),
    Timestamp => |v| format!("timestamp({})", quoted(&v.to_string())),
    Duration => |v| format!("duration({})", quoted(&v.to_string())),
    f64 => |v| match v {
        v if v.is_finite() => format!("{v:?}"),
        // There is no literal for these.
        v if v.is_nan() => "double(\"NaN\")".to_owned(),
        v => format!("double(\"{}\")", if v > 0.0 { "inf" } else { "-inf" }),
    },
}
