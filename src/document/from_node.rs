//! What other types read of a document, through their own serde: the visitors of tests. An error keeps the path at which
//! it was found.

use std::borrow::Cow;
use std::cell::Cell;

use serde::de::{
    DeserializeSeed, Deserializer, Expected, MapAccess, SeqAccess, Unexpected, Visitor,
    value::StrDeserializer,
};

use super::at::At;
use super::name::cut;
use super::node::{Kind, Node, TOML_DATETIME};
use super::path::{Path, Step};
use super::source::{Aim, Problem};
use crate::diagnostic::DiagnosticCode as Code;
use crate::journey::LooseJourney;
use crate::profile::CustomerProfile;
use crate::visit::UndatedVisit;
use crate::wire::Fields;

/// Why a value cannot be read.
#[derive(Debug)]
pub(super) struct Misfit {
    path: Option<Path>,
    /// What was read last where it was found.
    word: Option<Word>,
    message: String,
}

#[derive(Debug)]
enum Word {
    Key(Box<str>),
    Text(Box<str>),
}

impl std::fmt::Display for Misfit {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.message)
    }
}
impl std::error::Error for Misfit {}
impl serde::de::Error for Misfit {
    fn custom<T: std::fmt::Display>(message: T) -> Self {
        Self { path: None, word: None, message: message.to_string() }
    }
    fn invalid_type(found: Unexpected<'_>, expected: &dyn Expected) -> Self {
        let found = match found {
            Unexpected::Bool(true) => "`true`",
            Unexpected::Bool(false) => "`false`",
            Unexpected::Unsigned(_) | Unexpected::Signed(_) => "an int",
            Unexpected::Float(_) => "a float",
            Unexpected::Seq => "a list",
            Unexpected::Map => "a table",
            _ => "a string",
        };
        Self::custom(format!("found {found}, expected {expected}"))
    }
}

impl Misfit {
    /// Where it was found, if it was not found deeper.
    fn at(mut self, at: &At<'_>) -> Self {
        if self.path.is_none() {
            self.path = Some(at.path());
            if let Kind::Text(text) = &at.node.kind {
                self.word = self.word.or_else(|| Some(Word::Text(text.clone())));
            }
        }
        self
    }
    fn into_problem(self) -> Problem {
        let Self { path, word, message } = self;
        let path = path.unwrap_or_default();
        // A word from outside may hold what parts a message from its advice.
        let behind = |word: &str| {
            let shown = format!("`{}`", crate::wire::short(word));
            message.find(&shown).map(|start| start + shown.len())
        };
        let told = word.and_then(|word| {
            let (text, is_key) = match &word {
                Word::Key(key) => (key, true),
                Word::Text(text) => (text, false),
            };
            Some((behind(text)?, is_key.then(|| text.clone())))
        });
        let (start, key) = told.unwrap_or_default();
        let (about, rest) = message.split_at(start);
        let (message, help) = match rest.split_once("; ") {
            Some((rest, help)) => (format!("{about}{rest}"), Some(help.to_owned())),
            None => (message, None),
        };
        let help = help.or_else(|| advice(&path, &message));
        let plain =
            |text: &str| -> String { text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect() };
        let message = plain(&message);
        let code = match message.split(' ').collect::<Vec<_>>().as_slice() {
            ["unknown", "field", ..] => Code::UnknownField,
            ["unknown", ..] => Code::UnknownValue,
            [.., "is", "given", "twice"] => Code::Duplicate,
            _ => Code::WrongType,
        };
        let (path, aim) = match &key {
            Some(key) => (path.key(key), Aim::Key),
            None => (path, Aim::Value),
        };
        let shown = key.map(|key| cut(&plain(&key))).unwrap_or_default();
        let message = match code {
            Code::UnknownField => format!("unknown key `{shown}`"),
            Code::Duplicate => format!("`{shown}` stands here twice"),
            _ => message,
        };
        Problem::new(code, path, message).aimed(aim).with_help(help)
    }
}

/// What to do about a persona that cannot be read, where its type does not say it.
pub(super) fn advice(path: &Path, message: &str) -> Option<String> {
    let keys: Vec<&str> = path
        .0
        .iter()
        .map(|step| match step {
            Step::Key(key) => &**key,
            Step::Index(_) => "",
        })
        .collect();
    let unknown = message.strip_prefix("unknown field `").and_then(|key| key.strip_suffix('`'));
    if let (Some(key), [.., "profile" | "visit" | "journey"]) = (unknown, keys.as_slice())
        && let Some(home) = home_of(key)
    {
        return Some(home);
    }
    let advice = match keys.as_slice() {
        [.., "visit"] if ["unknown field `hour`", "unknown field `weekday`"].contains(&message) => {
            Some("it comes of `at` and `offset`")
        }
        [.., "profile"] if message == "unknown field `required_needs`" => {
            Some("each need with its strength, as `needs = { large_text = \"required\" }`")
        }
        [.., "profile"] if message.starts_with("unknown field") => {
            Some("an attribute of the policy's own stands one deeper, in `profile.attributes`")
        }
        [.., "visit"] if message.starts_with("unknown field") => {
            Some("an attribute of the policy's own stands one deeper, in `visit.attributes`")
        }
        [.., "needs"] if message.starts_with("found") => Some("as `{ large_text = \"required\" }`"),
        [.., "needs", _] if message.starts_with("found") => Some("known here: `preferred`, `required`"),
        [.., "journey"] if message.starts_with("found") => {
            Some("as `{ name = \"billing\", failed_steps = 3 }`")
        }
        _ => None,
    };
    advice.map(str::to_owned)
}

/// Where a key of a persona stands.
pub(crate) fn home_of(key: &str) -> Option<String> {
    let all = [
        ("profile", CustomerProfile::names()),
        ("visit", UndatedVisit::names()),
        ("journey", LooseJourney::names()),
    ];
    let homes =
        all.iter().filter(|(_, names)| names.contains(&key) && !["attributes", "unreadable"].contains(&key));
    let homes: Vec<String> = homes.map(|(home, _)| format!("`{home}`")).collect();
    (!homes.is_empty()).then(|| format!("`{key}` stands in {}", homes.join(" or ")))
}

/// Reads a `T`, or reports why not: what is wrong is left out, and the rest read, so that what else is wrong is reported too.
pub(super) fn read<T: serde::de::DeserializeOwned>(at: &At<'_>) -> Option<T> {
    /// So many mistakes are told; each time all is read again.
    const MOST: usize = 64;
    let start = at.path();
    let mut node = Cow::Borrowed(at.node);
    for count in 0..=MOST {
        let problem = match T::deserialize(at.instead(&node)) {
            Ok(value) => return Some(value),
            Err(misfit) => misfit.at(at).into_problem(),
        };
        if count == MOST {
            let message = format!("more than {MOST} mistakes; what else is wrong here is not told");
            at.add(at.problem(Code::Limit, message));
            return None;
        }
        // Of what stands there twice the second is told, and of two the first that is wrong.
        let is_second = problem.code == Code::Duplicate;
        let steps = problem.path.0.get(start.0.len()..).unwrap_or_default();
        let is_left_out = leave_out(node.to_mut(), steps, is_second);
        // It may only lack what was left out of it.
        if !at.shared.problems.has_within(&problem.path) {
            at.add(problem);
        }
        if !is_left_out || at.shared.problems.is_full() {
            return None;
        }
    }
    None
}

/// Takes out what stands at the end of these steps; of a list all, so that no other entry gets another number.
fn leave_out(node: &mut Node, steps: &[Step], is_second: bool) -> bool {
    let (Kind::Table(entries), Some((Step::Key(key), rest))) = (&mut node.kind, steps.split_first()) else {
        return false;
    };
    let mut places = entries.iter().enumerate().filter(|(_, (known, _))| known.text == *key);
    let place = if is_second && rest.is_empty() { places.next_back() } else { places.next() };
    let Some((place, _)) = place else { return false };
    if !entries.get_mut(place).is_some_and(|(_, inner)| leave_out(inner, rest, is_second)) {
        entries.remove(place);
    }
    true
}

impl<'de> Deserializer<'de> for At<'_> {
    type Error = Misfit;
    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Misfit> {
        let last_key = Cell::default();
        let value = match &self.node.kind {
            Kind::Null => visitor.visit_unit(),
            Kind::Bool(value) => visitor.visit_bool(*value),
            Kind::Int(value) => visitor.visit_i64(*value),
            Kind::BigInt(digits) => match digits.parse() {
                Ok(value) => visitor.visit_u64(value),
                Err(_) => Err(serde::de::Error::custom("a number too large")),
            },
            Kind::Float(value) => visitor.visit_f64(*value),
            Kind::Text(text) => visitor.visit_str(text),
            Kind::Time(text) => visitor.visit_map(Time(Some(text))),
            Kind::List(_) => visitor.visit_seq(Entries::of(&self, &last_key)),
            Kind::Table(_) => visitor.visit_map(Entries::of(&self, &last_key)),
        };
        value.map_err(|misfit| {
            let key = last_key.take().filter(|_| misfit.path.is_none()).map(Word::Key);
            Misfit { word: misfit.word.or(key), ..misfit }.at(&self)
        })
    }
    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Misfit> {
        match self.node.kind {
            Kind::Null => visitor.visit_none(),
            _ => visitor.visit_some(self),
        }
    }
    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, Misfit> {
        visitor.visit_newtype_struct(self)
    }
    fn deserialize_enum<V: Visitor<'de>>(
        self,
        name: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Misfit> {
        match &self.node.kind {
            Kind::Text(text) => StrDeserializer::new(text).deserialize_enum(name, variants, visitor),
            _ => Err(serde::de::Error::custom(format!("found {}, expected a name", self.node.describe()))),
        }
    }
    serde::forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf unit unit_struct seq tuple
        tuple_struct map struct identifier ignored_any
    }
}

/// A date and time, as the `toml` crate hands it over.
struct Time<'a>(Option<&'a str>);

impl<'de> MapAccess<'de> for Time<'_> {
    type Error = Misfit;
    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, Misfit> {
        self.0.map(|_| seed.deserialize(StrDeserializer::new(TOML_DATETIME))).transpose()
    }
    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, Misfit> {
        seed.deserialize(StrDeserializer::new(self.0.take().unwrap_or_default()))
    }
}

/// The entries of a list or a table, one after the other.
struct Entries<'a> {
    at: &'a At<'a>,
    next: usize,
    /// The key that was read last.
    last_key: &'a Cell<Option<Box<str>>>,
}

impl<'a> Entries<'a> {
    const fn of(at: &'a At<'a>, last_key: &'a Cell<Option<Box<str>>>) -> Self {
        Self { at, next: 0, last_key }
    }
}

impl<'de> SeqAccess<'de> for Entries<'_> {
    type Error = Misfit;
    fn next_element_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<Option<T::Value>, Misfit> {
        let Kind::List(entries) = &self.at.node.kind else { return Ok(None) };
        let Some(node) = entries.get(self.next) else { return Ok(None) };
        let at = self.at.entry(self.next, node);
        self.next += 1;
        seed.deserialize(at).map(Some)
    }
}

impl<'de> MapAccess<'de> for Entries<'_> {
    type Error = Misfit;
    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, Misfit> {
        let Kind::Table(entries) = &self.at.node.kind else { return Ok(None) };
        let Some((key, node)) = entries.get(self.next) else { return Ok(None) };
        let at = self.at.field(&key.text, node);
        self.last_key.set(Some(key.text.clone()));
        seed.deserialize(StrDeserializer::<Misfit>::new(&key.text)).map(Some).map_err(|misfit| misfit.at(&at))
    }
    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, Misfit> {
        let Kind::Table(entries) = &self.at.node.kind else {
            return Err(serde::de::Error::custom("no table"));
        };
        let Some((key, node)) = entries.get(self.next) else {
            return Err(serde::de::Error::custom("no entry"));
        };
        self.next += 1;
        let at = self.at.field(&key.text, node);
        seed.deserialize(at).map_err(|misfit| misfit.at(&at))
    }
}
