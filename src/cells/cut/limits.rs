//! Where constants lie among the keys of an axis.

use crate::condition::{Operand, Relation};
use crate::key::{self, Key};

/// Where a constant lies among the keys of an attribute.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Limits {
    /// The least key of a value that is the constant or more, and of one that is more; `None`: there is none.
    Between(Option<Key>, Option<Key>),
    /// Not a number: equal to nothing, more or less than nothing.
    Nowhere,
}

/// What kind of value an axis has, as far as constants are compared with it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Scale {
    Whole,
    Float,
    /// Times, and lengths of time.
    Time,
}

impl Limits {
    /// Where `operand` lies; `None` if it cannot be cut there.
    pub(crate) fn of(scale: Scale, operand: &Operand) -> Option<Self> {
        let point = |key: Key| Self::Between(Some(key), key.checked_add(1));
        let limits = match (scale, operand) {
            (_, Operand::Float(value)) if value.is_nan() => Self::Nowhere,
            // False is the least, true the greatest.
            (Scale::Whole, Operand::Bool(false)) => Self::Between(Some(Key::MIN), Some(1)),
            (Scale::Whole, Operand::Bool(true)) => Self::Between(Some(1), None),
            (Scale::Whole, Operand::Int(value)) => point(*value),
            (Scale::Whole, Operand::Float(value)) => {
                const ABOVE: f64 = 9_223_372_036_854_775_808.0;
                match (value.ceil(), value.floor()) {
                    (from, _) if from >= ABOVE => Self::Between(None, None),
                    (_, below) if below < -ABOVE => Self::Between(Some(Key::MIN), Some(Key::MIN)),
                    (from, below) => Self::Between(Some(from as Key), (below as Key).checked_add(1)),
                }
            }
            (Scale::Float, Operand::Float(value)) => point(key::of_float(*value)),
            (Scale::Float, Operand::Int(value)) => {
                let near = *value as f64;
                let key = key::of_float(near);
                match crate::condition::int_with_float(*value, near)? {
                    std::cmp::Ordering::Equal => point(key),
                    std::cmp::Ordering::Less => Self::Between(Some(key), Some(key)),
                    std::cmp::Ordering::Greater => Self::Between(Some(key + 1), Some(key + 1)),
                }
            }
            (Scale::Time, Operand::Time(time)) if time.nanoseconds() % 1_000_000_000 == 0 => {
                point(key::of_time(*time))
            }
            (Scale::Time, Operand::Duration(long)) if long.nanoseconds() % 1_000_000_000 == 0 => {
                point(key::of_duration(*long))
            }
            _ => return None,
        };
        // The greatest key marks the end of the bounds.
        let is_last = |key: Option<Key>| key == Some(Key::MAX);
        match limits {
            Self::Between(from, behind) if is_last(from) || is_last(behind) => None,
            limits => Some(limits),
        }
    }
    /// Where an axis must be cut for a relation to these limits.
    pub(crate) fn bounds(self, relation: Relation) -> impl Iterator<Item = Key> {
        use Relation::{Equal, Greater, GreaterOrEqual, Less, LessOrEqual, NotEqual};
        let (from, behind) = match (self, relation) {
            (Self::Between(from, _), Less | GreaterOrEqual) => (from, None),
            (Self::Between(_, behind), LessOrEqual | Greater) => (None, behind),
            (Self::Between(from, behind), Equal | NotEqual) => (from, behind),
            (Self::Nowhere, _) => (None, None),
        };
        // Below the least key there is nothing to part.
        [from, behind].into_iter().flatten().filter(|&key| key > Key::MIN)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::time::Timestamp;

    #[test]
    fn numbers_of_two_types_are_cut_where_they_differ() {
        let of = |scale, operand: Operand| Limits::of(scale, &operand);
        let between = |from, behind| Some(Limits::Between(Some(from), Some(behind)));
        assert_eq!(of(Scale::Whole, Operand::Float(2.5)), between(3, 3));
        assert_eq!(of(Scale::Whole, Operand::Float(-2.0)), between(-2, -1));
        assert_eq!(of(Scale::Whole, Operand::Float(1e300)), Some(Limits::Between(None, None)));
        assert_eq!(of(Scale::Whole, Operand::Float(-1e300)), between(Key::MIN, Key::MIN));
        let large = (1_i64 << 53) + 2;
        assert_eq!(of(Scale::Whole, Operand::Float(large as f64)), between(large, large + 1));
        assert_eq!(of(Scale::Float, Operand::Float(f64::NAN)), Some(Limits::Nowhere));
        // 2^53 + 1 lies between two floats.
        let above = key::of_float(9_007_199_254_740_994.0);
        assert_eq!(of(Scale::Float, Operand::Int((1 << 53) + 1)), between(above, above));
        let whole = Timestamp::from_unix(5, 0).unwrap();
        assert_eq!(of(Scale::Time, Operand::Time(whole)), between(10, 11));
        assert_eq!(of(Scale::Time, Operand::Time(Timestamp::from_unix(5, 1).unwrap())), None);
    }
}
