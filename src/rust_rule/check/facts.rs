//! Facts for the test kit: made from a number alone, the same on every machine, with the ends of ranges and the unknown
//! more often than chance would have them.

use std::collections::BTreeSet;

use crate::attribute::AttributeType;
use crate::time::Timestamp;
use crate::value::{Given, Members, Value};

/// One combination of facts, by position among the attributes that a rule names.
#[derive(Debug)]
pub(super) struct GeneratedFacts(Vec<Option<Value>>);

impl GeneratedFacts {
    /// By attribute: its type and whether it can be unknown, or nothing where it does not exist.
    pub(super) fn new(seed: u32, kinds: &[Option<(&AttributeType, bool)>]) -> Self {
        let mut numbers = Numbers(u64::from(seed));
        let value = |kind: &Option<(&AttributeType, bool)>| {
            let (kind, can_be_unknown) = (*kind)?;
            if can_be_unknown && numbers.below(4) == 0 {
                return None;
            }
            numbers.value(kind)
        };
        Self(kinds.iter().map(value).collect())
    }
    pub(super) fn given(&self, position: usize) -> Given<'_> {
        match self.0.get(position) {
            None | Some(None) => Given::Unknown,
            Some(Some(Value::Bool(v))) => Given::Bool(*v),
            Some(Some(Value::Int(v))) => Given::Int(*v),
            Some(Some(Value::Float(v))) => Given::Float(*v),
            Some(Some(Value::Text(v))) => Given::Text(v),
            Some(Some(Value::Timestamp(v))) => Given::Time(*v),
            Some(Some(Value::Set(v))) => Given::Set(Members::Names(v)),
        }
    }
    /// The facts in words: they are nobody's.
    pub(super) fn told(&self, names: &[String]) -> String {
        let told: Vec<String> = names
            .iter()
            .zip(&self.0)
            .map(|(name, value)| match value {
                None => format!("{name} unknown"),
                Some(Value::Bool(v)) => format!("{name} = {v}"),
                Some(Value::Int(v)) => format!("{name} = {v}"),
                Some(Value::Float(v)) => format!("{name} = {v}"),
                Some(Value::Text(v)) => format!("{name} = `{v}`"),
                Some(Value::Timestamp(v)) => format!("{name} = {v}"),
                Some(Value::Set(v)) => {
                    format!("{name} = [{}]", v.iter().map(|m| &**m).collect::<Vec<_>>().join(", "))
                }
            })
            .collect();
        if told.is_empty() { "no facts".to_owned() } else { told.join(", ") }
    }
}

/// SplitMix64 (Steele, Lea, Flood 2014): a sequence of numbers from one number.
struct Numbers(u64);

impl Numbers {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }
    /// A number below `end`; 0 if there is none.
    fn below(&mut self, end: usize) -> usize {
        (self.next() % (end.max(1) as u64)) as usize
    }
    fn one_of<T: Clone>(&mut self, from: &[T]) -> Option<T> {
        let at = self.below(from.len());
        from.get(at).cloned()
    }
    fn int(&mut self, min: i64, max: i64) -> Option<i64> {
        let (small, any) = (self.next() % 100, self.next());
        let span = max.wrapping_sub(min) as u64;
        let within = if span == u64::MAX { any } else { any % (span + 1) };
        let ends = [min, max, min.saturating_add(1), max.saturating_sub(1), 0, 1, -1, small as i64];
        let (near, far) = (self.one_of(&ends)?, min.wrapping_add_unsigned(within));
        Some(if self.below(2) == 0 { near.clamp(min, max.max(min)) } else { far })
    }
    fn value(&mut self, kind: &AttributeType) -> Option<Value> {
        Some(match kind {
            AttributeType::Bool => Value::Bool(self.below(2) == 1),
            AttributeType::Int { min, max } => Value::Int(self.int(*min, *max)?),
            AttributeType::Float => {
                let few = (self.next() % 20_000) as f64 / 100.0 - 100.0;
                Value::Float(self.one_of(&[
                    0.0,
                    -0.0,
                    1.0,
                    -1.0,
                    few,
                    few,
                    few,
                    1e300,
                    f64::INFINITY,
                    f64::NEG_INFINITY,
                ])?)
            }
            AttributeType::Text => Value::Text(
                self.one_of(&["", "a", "pt", "pt-BR", "de", "prepaid", "Ação", "0", "A longer text."])?
                    .into(),
            ),
            AttributeType::Enum(names) => Value::Text(self.one_of(names)?.into_string().into()),
            AttributeType::Set(names) => {
                let few = self.below(3);
                let members = names.iter().filter(|_| self.below(3) < few);
                Value::Set(members.cloned().collect::<BTreeSet<_>>())
            }
            AttributeType::Timestamp => {
                let seconds = self.int(-2_208_988_800, 4_102_444_800)?;
                Value::Timestamp(Timestamp::from_unix(seconds, 0)?)
            }
        })
    }
}
