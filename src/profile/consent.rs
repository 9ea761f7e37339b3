//! A consent as data: `true`, `false` (none) or `{ until }`.

use serde::de::{Deserialize, Deserializer, MapAccess};

use crate::time::Timestamp;
use crate::value::Value;
use crate::wire::{Fields, Loose, Shape, Shaped, each_field};

/// A consent and its end, or why it makes no sense; `None` is none.
pub(super) struct LooseConsent(pub(super) Option<Result<Option<Timestamp>, String>>);

/// The table of a consent, whose end may be `null`: then it has none.
#[derive(Default)]
struct Until(Option<Loose>);

impl<'de> Fields<'de> for Until {
    const WHAT: &'static str = "the end of a consent";
    fn names() -> Vec<&'static str> {
        vec!["until"]
    }
    fn field<A: MapAccess<'de>>(&mut self, name: &str, map: &mut A) -> Result<bool, A::Error> {
        if name != "until" {
            return Ok(false);
        }
        self.0 = Some(map.next_value()?);
        Ok(true)
    }
}

struct AsConsent;

impl<'de> Shape<'de> for AsConsent {
    type Out = LooseConsent;
    fn plain(self, found: Loose) -> LooseConsent {
        LooseConsent(match found {
            Loose::Value(Value::Bool(given)) => given.then_some(Ok(None)),
            other => other.instead_of("true, false or a table with `until`").map(Err),
        })
    }
    fn table<A: MapAccess<'de>>(
        self,
        first: Option<crate::value::Text>,
        map: &mut A,
    ) -> Result<LooseConsent, A::Error> {
        let Until(until) = each_field(Until::default(), first, map)?;
        Ok(LooseConsent(Some(match until {
            Some(until) => until.time().transpose(),
            None => Err("found a table without `until`".to_owned()),
        })))
    }
}

impl<'de> Deserialize<'de> for LooseConsent {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_any(Shaped(AsConsent))
    }
}
