//! A few things by name. The head of each, its name in two words with the kind of the thing and what is asked of it most,
//! stands in a row of its own: on the path of a decision all names are compared at once, as numbers, and what is behind them is
//! rarely read.

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
    /// INVARIANT: as long as `things`, each the head of the thing in the same place; upheld by `edit` and `rewrite`, the only ways in.
    heads: Vec<Head>,
    /// By name.
    things: Vec<(Text, T)>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Head {
    label: Label,
    key: Key,
    source: Source,
}

impl<T> Default for Named<T> {
    fn default() -> Self {
        Self { heads: Vec::new(), things: Vec::new() }
    }
}

/// The first 14 bytes of a name, then half a byte for its length, which is 15 for one that is longer, and half a byte for the
/// kind of what bears it. In the order of names, but that long names with one beginning are not told apart.
type Label = [u64; 2];

/// A label without the kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct ShortName([u64; 2]);

impl ShortName {
    const WHOLE: usize = 14;
    const LONG: u8 = 15;
    fn new(name: &str) -> Self {
        let mut bytes = [0; Self::WHOLE + 2];
        bytes.iter_mut().take(Self::WHOLE).zip(name.bytes()).for_each(|(to, from)| *to = from);
        let length = if name.len() <= Self::WHOLE { name.len() as u8 } else { Self::LONG };
        let [.., last] = &mut bytes;
        *last = length << 4;
        let (halves, _) = bytes.as_chunks();
        Self(std::array::from_fn(|n| halves.get(n).copied().map_or(0, u64::from_be_bytes)))
    }
    const fn is_whole(self) -> bool {
        let [_, end] = self.0;
        end as u8 >> 4 != Self::LONG
    }
}

/// The half byte of the kind.
const KIND: u64 = 15;

const fn label(name: ShortName, kind: Kind) -> Label {
    let [start, end] = name.0;
    [start, end | kind as u64]
}

const fn name_of([start, end]: Label) -> ShortName {
    ShortName([start, end & !KIND])
}

const fn kind_of([_, end]: Label) -> Kind {
    match end & KIND {
        0 => Kind::Bool,
        1 => Kind::Int,
        2 => Kind::Float,
        3 => Kind::Text,
        4 => Kind::Time,
        _ => Kind::Other,
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
    pub(crate) fn name(&self) -> &str {
        &self.name
    }
    pub(crate) const fn expected(&self) -> usize {
        self.expected
    }
}

/// Names that are looked for together, each with the kind of what should bear it. Of whom all is known, and nothing else, has
/// just these.
#[derive(Debug, Clone, Default)]
pub(crate) struct Shape {
    labels: Vec<Label>,
    /// What labels do not hold whole, with its place.
    long: Vec<(usize, Text)>,
}

impl Shape {
    /// Of names in the order of the places where they are expected, which are all from 0 on.
    pub(crate) fn of<'n>(names: impl Iterator<Item = (&'n KnownName, Kind)>) -> Self {
        let mut made = Self::default();
        for (place, (name, kind)) in names.enumerate() {
            made.labels.push(label(name.short, kind));
            if !name.short.is_whole() {
                made.long.push((place, name.name.clone()));
            }
        }
        made
    }
}

/// Things, and whether they have the shape that is looked for.
#[derive(Debug)]
pub(crate) struct Shaped<'t, T> {
    things: &'t Named<T>,
    is_as_expected: bool,
}

impl<T> Clone for Shaped<'_, T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Shaped<'_, T> {}

impl<T> Shaped<'_, T> {
    #[inline(always)]
    pub(crate) const fn is_as_expected(self) -> bool {
        self.is_as_expected
    }
    /// The same, where it is known that they have the shape.
    #[inline(always)]
    pub(crate) const fn as_expected(self) -> Self {
        Self { is_as_expected: true, ..self }
    }
}

impl<T: Glance> Shaped<'_, T> {
    /// What bears that name, of this kind or another, with its place. Names that are asked for one after the other are found one
    /// after the other: `shift` is how far the last was from where it was expected.
    #[inline(always)]
    pub(crate) fn glance(&self, name: &KnownName, kind: Kind, shift: &mut usize) -> Glanced {
        let place = if self.is_as_expected {
            name.expected
        } else {
            match self.things.glance(name, shift) {
                None => return Glanced::Nothing,
                Some((found, _)) if found != kind => return Glanced::Other,
                Some((_, place)) => place,
            }
        };
        // INVARIANT: there is a head at every place.
        self.things.heads.get(place).map_or(Glanced::Nothing, |head| Glanced::This(head.key, place))
    }
}

impl<'t, T: Glance> Shaped<'t, T> {
    /// Where it comes from that stands at a place that a glance gave.
    #[inline(always)]
    pub(crate) fn source(&self, place: usize) -> Source {
        self.things.heads.get(place).map_or(Source::Inferred, |head| head.source)
    }
    /// What stands there.
    pub(crate) fn at(&self, place: usize) -> Option<&'t T> {
        self.things.at(place)
    }
}

/// What a glance finds.
pub(crate) enum Glanced {
    Nothing,
    /// Something of another kind.
    Other,
    /// The key of what is of that kind, and its place.
    This(Key, usize),
}

impl<T: Glance> Named<T> {
    /// These, and whether they have that shape.
    #[inline(always)]
    pub(crate) fn shaped(&self, shape: &Shape) -> Shaped<'_, T> {
        let is_there =
            |(place, name): &(usize, Text)| self.things.get(*place).is_some_and(|thing| thing.0 == *name);
        // All at once: nearly everybody has the same.
        let mut differences = 0;
        for (head, label) in self.heads.iter().zip(&shape.labels) {
            let ([start, end], [start_there, end_there]) = (head.label, *label);
            differences |= start ^ start_there | end ^ end_there;
        }
        let are_same = self.heads.len() == shape.labels.len() && differences == 0;
        let is_as_expected = are_same && shape.long.iter().all(is_there);
        Shaped { things: self, is_as_expected }
    }
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
        let at = |place: usize| self.heads.get(place).map(|head| name_of(head.label));
        let mut place = expected.min(self.heads.len().checked_sub(1)?);
        let mut found = at(place)?;
        while found > name.short {
            place = place.checked_sub(1)?;
            found = at(place)?;
        }
        while found < name.short {
            place += 1;
            found = at(place)?;
        }
        if found != name.short {
            return None;
        }
        if name.short.is_whole() { Some(place) } else { self.place(&name.name).ok() }
    }
    /// What bears that name.
    pub(crate) fn find(&self, name: &KnownName) -> Option<&T> {
        self.things.get(self.place_of(name)?).map(|(_, thing)| thing)
    }
    /// The key of what bears that name, and what stands behind it.
    #[inline(always)]
    pub(crate) fn key_of<'t>(&'t self, name: &KnownName) -> Option<(Key, impl FnOnce() -> Option<&'t T>)> {
        let (_, place) = self.glance(name, &mut 0)?;
        self.heads.get(place).map(|head| (head.key, move || self.at(place)))
    }
    /// The kind and the place of what bears that name, looked for where the last was shifted to.
    #[inline(always)]
    fn glance(&self, name: &KnownName, shift: &mut usize) -> Option<(Kind, usize)> {
        // A profile that has what the policy asks for has it where the policy has it, or near.
        let expected = name.expected.wrapping_add(*shift);
        if let Some(head) = self.heads.get(expected)
            && name_of(head.label) == name.short
            && name.short.is_whole()
        {
            return Some((kind_of(head.label), expected));
        }
        let place = self.place_near(name, expected)?;
        *shift = place.wrapping_sub(name.expected);
        self.heads.get(place).map(|head| (kind_of(head.label), place))
    }
    fn at(&self, place: usize) -> Option<&T> {
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
            self.heads.insert(place, Head { label: label(ShortName::new(name), kind), key, source });
            self.things.insert(place, (name.into(), new));
        }
    }
    /// Writes over what bears a name, if something of that kind does, what has this key and source; whether it does.
    #[inline(always)]
    pub(crate) fn rewrite(
        &mut self,
        name: &KnownName,
        kind: Kind,
        (key, source): (Key, Source),
        write: impl FnOnce(&mut T),
    ) -> bool {
        let Some((_, place)) = self.glance(name, &mut 0).filter(|(found, _)| *found == kind) else {
            return false;
        };
        let (Some(head), Some((_, thing))) = (self.heads.get_mut(place), self.things.get_mut(place)) else {
            return false;
        };
        (head.key, head.source) = (key, source);
        write(thing);
        true
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

    fn key_of(glanced: Glanced) -> Option<i64> {
        if let Glanced::This(key, _) = glanced { Some(key) } else { None }
    }

    #[test]
    fn things_have_a_shape_only_with_just_its_names_and_kinds() {
        let names = ["age_of_line", "fourteen_bytes", "fifteen_bytes_a", "plan"].map(|name| name.to_owned());
        let mut sorted = names.clone();
        sorted.sort_unstable();
        let known: Vec<KnownName> =
            sorted.iter().enumerate().map(|(n, name)| KnownName::new(name, n)).collect();
        let shape = Shape::of(known.iter().map(|name| (name, Kind::Int)));
        let of = |names: &[&str]| {
            let mut things = Named::default();
            names.iter().zip(0_i64..).for_each(|(name, n)| things.edit(name, |_| Some(n)));
            things
        };
        let all = of(&["age_of_line", "fourteen_bytes", "fifteen_bytes_a", "plan"]);
        assert!(all.shaped(&shape).is_as_expected);
        let others: [&[&str]; 4] = [
            &["age_of_line", "fourteen_bytes", "plan"],
            &["age_of_line", "fourteen_bytes", "fifteen_bytes_b", "plan"],
            &["age_of_line", "fourteen_bytes", "fifteen_bytes_a", "plan", "zone"],
            &["age_of_lines", "fourteen_bytes", "fifteen_bytes_a", "plan"],
        ];
        for others in others {
            let others = of(others);
            assert!(!others.shaped(&shape).is_as_expected);
            for name in &known {
                let key = key_of(others.shaped(&shape).glance(name, Kind::Int, &mut 0));
                assert_eq!(key, others.get(&name.name).copied(), "{}", name.name);
            }
        }
        let kinds = Shape::of(known.iter().map(|name| (name, Kind::Text)));
        assert!(!all.shaped(&kinds).is_as_expected);
        assert!(
            known
                .iter()
                .all(|name| matches!(all.shaped(&kinds).glance(name, Kind::Text, &mut 0), Glanced::Other))
        );
        for name in &known {
            assert_eq!(
                key_of(all.shaped(&shape).glance(name, Kind::Int, &mut 0)),
                all.get(&name.name).copied()
            );
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
        for (name, expected) in [("plan", 2), ("zone", 0), (long, 1), ("new", 3), ("gone", 9)] {
            let known = KnownName::new(name, expected);
            let was = things.get(name).copied();
            let mut write =
                |kind, new| things.rewrite(&known, kind, (new, Source::Declared), |thing| *thing = new);
            assert!(!write(Kind::Text, 77), "{name}");
            assert_eq!(write(Kind::Int, 77), was.is_some(), "{name}");
            let key = things.key_of(&known).map(|(key, _)| key);
            assert_eq!((things.get(name).copied(), key), (was.map(|_| 77), was.map(|_| 77)), "{name}");
            was.into_iter().for_each(|was| things.edit(name, |_| Some(was)));
        }
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
                    let key =
                        key_of(things.shaped(&Shape::default()).glance(&known, Kind::Int, &mut { shift }));
                    assert_eq!(key, value, "{name} at {place}");
                }
            }
        }
        assert_eq!(things.len(), 4);
        assert_eq!(Named::<i64>::default().find(&KnownName::new("plan", 3)), None);
    }
}
