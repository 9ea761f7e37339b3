//! A few things by name. The head of each, its name in one word and what is asked of it most, stands in a row of its own:
//! on the path of a decision names are compared as numbers, and what is behind them is rarely read.

use crate::fact::Source;
use crate::key::Key;
use crate::value::Text;

/// What is known of a thing at a glance, beside its name.
pub(crate) trait Glance {
    /// The kind of the thing, its key, and where it comes from; of one kind the key tells things apart as [`crate::key`]
    /// says.
    fn glance(&self) -> (Kind, Key, Source);
}

/// The kind of a thing, as far as a glance must know it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Bool,
    Int,
    Float,
    Text,
    Time,
    Other,
}

/// Things by name.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Named<T> {
    /// INVARIANT: as long as `things`, each the head of the thing in the same place; upheld by `edit`, the only way in.
    heads: Vec<Head>,
    /// By name.
    things: Vec<(Text, T)>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Head {
    name: ShortName,
    key: Key,
    kind: Kind,
    source: Source,
}

impl<T> Default for Named<T> {
    fn default() -> Self {
        Self { heads: Vec::new(), things: Vec::new() }
    }
}

/// The first 15 bytes of a name, then its length, or 255 for one that is longer: in the order of names, but that long names
/// with one beginning are not told apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct ShortName(u128);

impl ShortName {
    const WHOLE: usize = 15;
    const LONG: u8 = 255;
    fn new(name: &str) -> Self {
        let mut bytes = [0; Self::WHOLE + 1];
        bytes.iter_mut().take(Self::WHOLE).zip(name.bytes()).for_each(|(to, from)| *to = from);
        let length = if name.len() <= Self::WHOLE { name.len() as u8 } else { Self::LONG };
        Self(u128::from_be_bytes(bytes) | u128::from(length))
    }
    const fn is_whole(self) -> bool {
        self.0 as u8 != Self::LONG
    }
}

/// A name that is looked for often.
#[derive(Debug, Clone)]
pub(crate) struct KnownName {
    short: ShortName,
    name: Text,
    /// The place among the names that are looked for together.
    expected: usize,
}

impl KnownName {
    pub(crate) fn new(name: &str, expected: usize) -> Self {
        Self { short: ShortName::new(name), name: name.into(), expected }
    }
    pub(crate) const fn expected(&self) -> usize {
        self.expected
    }
}

impl<T: Glance> Named<T> {
    /// The place of what bears that name.
    #[inline]
    fn place_of(&self, name: &KnownName) -> Option<usize> {
        self.place_near(name, name.expected)
    }
    /// The same, looked for around `expected`.
    #[inline(never)]
    fn place_near(&self, name: &KnownName, expected: usize) -> Option<usize> {
        // Nothing is before the first.
        let expected = if expected > usize::MAX / 2 { 0 } else { expected };
        let mut place = expected.min(self.heads.len().checked_sub(1)?);
        let mut head = self.heads.get(place)?;
        while head.name > name.short {
            place = place.checked_sub(1)?;
            head = self.heads.get(place)?;
        }
        while head.name < name.short {
            place += 1;
            head = self.heads.get(place)?;
        }
        if head.name != name.short {
            return None;
        }
        if name.short.is_whole() { Some(place) } else { self.place(&name.name).ok() }
    }
    /// What bears that name.
    pub(crate) fn find(&self, name: &KnownName) -> Option<&T> {
        self.things.get(self.place_of(name)?).map(|(_, thing)| thing)
    }
    /// The same at a glance, with its place. Names that are asked for one after the other are found one after the other:
    /// `shift` is how far the last was from where it was expected.
    #[inline(always)]
    pub(crate) fn glance(&self, name: &KnownName, shift: &mut usize) -> Option<(Kind, Key, usize)> {
        // A profile that has what the policy asks for has it where the policy has it, or near.
        let expected = name.expected.wrapping_add(*shift);
        if let Some(head) = self.heads.get(expected)
            && head.name == name.short
            && name.short.is_whole()
        {
            return Some((head.kind, head.key, expected));
        }
        let place = self.place_near(name, expected)?;
        *shift = place.wrapping_sub(name.expected);
        self.heads.get(place).map(|head| (head.kind, head.key, place))
    }
    /// Where it comes from that stands at a place that a glance gave.
    #[inline(always)]
    pub(crate) fn source(&self, place: usize) -> Source {
        self.heads.get(place).map_or(Source::Inferred, |head| head.source)
    }
    /// What stands at a place that a glance gave.
    pub(crate) fn at(&self, place: usize) -> Option<&T> {
        self.things.get(place).map(|(_, thing)| thing)
    }
    pub(crate) fn get(&self, name: &str) -> Option<&T> {
        self.at(self.place(name).ok()?)
    }
    fn place(&self, name: &str) -> Result<usize, usize> {
        self.things.binary_search_by(|(kept, _)| (**kept).cmp(name))
    }
    /// Makes room for so many more.
    pub(crate) fn reserve(&mut self, more: usize) {
        self.heads.reserve(more);
        self.things.reserve(more);
    }
    /// Changes what bears `name`, or takes it away.
    pub(crate) fn edit(&mut self, name: &str, change: impl FnOnce(Option<T>) -> Option<T>) {
        let (place, old) = match self.place(name) {
            Ok(place) => {
                self.heads.remove(place);
                (place, Some(self.things.remove(place).1))
            }
            Err(place) => (place, None),
        };
        if let Some(new) = change(old) {
            let (kind, key, source) = new.glance();
            self.heads.insert(place, Head { name: ShortName::new(name), key, kind, source });
            self.things.insert(place, (name.into(), new));
        }
    }
    /// All of them, by name.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (&str, &T)> {
        self.things.iter().map(|(name, thing)| (&**name, thing))
    }
    /// Reads a little of what a glance reads: see `fetch` in `selector/walk.rs` for why.
    pub(crate) fn touch(&self) -> u8 {
        self.heads.iter().step_by(2).fold(0, |all, head| all ^ head.key as u8)
    }
    pub(crate) const fn len(&self) -> usize {
        self.things.len()
    }
}

impl Glance for crate::fact::Fact<crate::value::Value> {
    fn glance(&self) -> (Kind, Key, Source) {
        use crate::value::Value;
        let kind = match self.value {
            Value::Bool(_) => Kind::Bool,
            Value::Int(_) => Kind::Int,
            Value::Float(_) => Kind::Float,
            Value::Text(_) => Kind::Text,
            Value::Timestamp(_) => Kind::Time,
            Value::Set(_) => Kind::Other,
        };
        (kind, crate::key::of_value(&self.value), self.source)
    }
}

/// The end of a consent, if it has one.
impl Glance for Option<crate::time::Timestamp> {
    fn glance(&self) -> (Kind, Key, Source) {
        (Kind::Time, self.map_or(Key::MAX, crate::key::of_time), Source::Declared)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    impl Glance for i64 {
        fn glance(&self) -> (Kind, Key, Source) {
            (Kind::Int, *self, Source::Declared)
        }
    }

    #[test]
    fn a_thing_is_found_by_name_and_by_known_name_whatever_the_order_of_keeping() {
        let mut things = Named::default();
        let long = "a_name_of_more_than_15_bytes";
        for (name, value) in
            [("plan", 1), ("age_of_line", 2), ("zone", 3), ("plan", 4), ("gone", 5), (long, 6)]
        {
            things.edit(name, |_| Some(value));
        }
        things.edit("gone", |_| None);
        assert_eq!(
            things.iter().map(|(name, _)| name).collect::<Vec<_>>(),
            [long, "age_of_line", "plan", "zone"]
        );
        let expected =
            [("plan", Some(4)), ("age_of_line", Some(2)), ("zone", Some(3)), (long, Some(6)), ("gone", None)];
        for (name, value) in expected {
            assert_eq!(things.get(name).copied(), value);
            for place in 0..9 {
                let known = KnownName::new(name, place);
                assert_eq!(things.find(&known).copied(), value, "{name} at {place}");
                for shift in [0, 1, usize::MAX] {
                    let key = things.glance(&known, &mut { shift }).map(|(_, key, _)| key);
                    assert_eq!(key, value, "{name} at {place}");
                }
            }
        }
        assert_eq!(things.len(), 4);
        assert_eq!(Named::<i64>::default().find(&KnownName::new("plan", 3)), None);
    }
}
