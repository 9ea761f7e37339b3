//! [`PolicyDocument`] → its shortest form, by serde: what is as usual is left out, and what has a short form is written
//! in it. Field order is fixed, tables and sets are sorted, so that equal documents give equal bytes.

use serde::de::Error;
use serde::ser::{Serialize, SerializeMap, Serializer};

use super::node::from_format;
use super::{
    ArmEntry, AttributeEntry, ChannelEntry, Defaults, ExperimentEntry, FindingEntry, GuaranteeEntry,
    HoldoutEntry, LimitEntry, PolicyDocument, RuleEntry, SegmentEntry, Text, WeightsEntry, read,
};
use crate::attribute::AttributeType;
use crate::channel::Reach;
use crate::fact::Source;
use crate::limits::Limits;

/// Writes one field after the other, leaving out what is as usual.
struct Table<M>(M);

impl<M: SerializeMap> Table<M> {
    fn field(&mut self, key: &str, value: &(impl Serialize + ?Sized)) -> Result<(), M::Error> {
        self.0.serialize_entry(key, value)
    }
    fn unless<T: Serialize + PartialEq>(&mut self, usual: &T, key: &str, value: &T) -> Result<(), M::Error> {
        if value == usual { Ok(()) } else { self.field(key, value) }
    }
    fn some<T: Serialize>(&mut self, key: &str, value: &Option<T>) -> Result<(), M::Error> {
        value.as_ref().map_or(Ok(()), |value| self.field(key, value))
    }
    fn any<'v, T>(&mut self, key: &str, values: &'v T) -> Result<(), M::Error>
    where
        T: Serialize,
        &'v T: IntoIterator,
    {
        if values.into_iter().next().is_none() { Ok(()) } else { self.field(key, values) }
    }
}

fn table<S: Serializer>(
    serializer: S,
    write: impl FnOnce(&mut Table<S::SerializeMap>) -> Result<(), S::Error>,
) -> Result<S::Ok, S::Error> {
    let mut table = Table(serializer.serialize_map(None)?);
    write(&mut table)?;
    table.0.end()
}

impl Serialize for PolicyDocument {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        table(serializer, |t| {
            t.field("format", &1)?;
            t.field("name", &self.name)?;
            t.any("purposes", &self.purposes)?;
            t.any("gpc", &self.gpc)?;
            t.unless(&Defaults::default(), "defaults", &self.defaults)?;
            t.unless(&WeightsEntry::default(), "weights", &self.weights)?;
            t.some("holdout", &self.holdout)?;
            t.unless(&true, "people", &self.people)?;
            t.field("last_resort", &self.last_resort)?;
            t.field("channels", &self.channels)?;
            if !self.attributes.is_empty() || !self.limits.is_empty() {
                t.field("attributes", &AttributesTable(self))?;
            }
            t.any("segments", &self.segments)?;
            t.any("rules", &self.rules)?;
            t.any("experiments", &self.experiments)?;
            t.any("guarantees", &self.guarantees)?;
            t.any("findings", &self.findings)?;
            t.any("tests", &self.tests)
        })
    }
}

/// Both kinds of attributes in one table, the built-in ones nested by their dots.
struct AttributesTable<'a>(&'a PolicyDocument);

impl Serialize for AttributesTable<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut homes =
            std::collections::BTreeMap::<&str, std::collections::BTreeMap<&str, &LimitEntry>>::new();
        for (name, limit) in &self.0.limits {
            // A name without a dot belongs nowhere; written like this it is refused when it is read.
            let (home, rest) = name.split_once('.').unwrap_or((name, ""));
            homes.entry(home).or_default().insert(rest, limit);
        }
        table(serializer, |t| {
            self.0.attributes.iter().try_for_each(|(name, entry)| t.field(name, entry))?;
            homes.iter().try_for_each(|(home, limits)| t.field(home, limits))
        })
    }
}

impl Serialize for Defaults {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let usual = Self::default();
        table(serializer, |t| {
            t.unless(&usual.layout, "layout", &self.layout)?;
            t.unless(&usual.assistance, "assistance", &self.assistance)
        })
    }
}

impl Serialize for WeightsEntry {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let usual = Self::default();
        table(serializer, |t| {
            t.unless(&usual.habit, "habit", &self.habit)?;
            t.unless(&usual.continuity, "continuity", &self.continuity)?;
            t.unless(&usual.need, "need", &self.need)?;
            t.unless(&usual.margin, "margin", &self.margin)
        })
    }
}

impl Serialize for HoldoutEntry {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        table(serializer, |t| {
            t.field("unit", &self.unit)?;
            t.field("percent", &self.percent)?;
            t.some("salt", &self.salt)
        })
    }
}

impl Serialize for ChannelEntry {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        table(serializer, |t| {
            t.field("name", &self.name)?;
            t.unless(&0, "base", &self.base)?;
            t.unless(&false, "own", &self.own)?;
            t.unless(&false, "staffed", &self.staffed)?;
            t.unless(&Reach::Unknown, "reach", &self.reach)?;
            t.some("consent", &self.consent)?;
            t.some("quiet", &self.quiet)?;
            t.any("open", &self.open)?;
            t.some("contacts_at_most", &self.contacts_at_most)?;
            t.some("layout_at_most", &self.layout_at_most)?;
            t.any("conflicts", &self.conflicts)
        })
    }
}

impl LimitEntry {
    fn write<M: SerializeMap>(&self, t: &mut Table<M>) -> Result<(), M::Error> {
        t.unless(&Source::Inferred, "min_source", &self.min_source)?;
        t.some("max_age_days", &self.max_age_days)?;
        t.some("consent", &self.consent)
    }
}

impl Serialize for LimitEntry {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        table(serializer, |t| self.write(t))
    }
}

impl Serialize for AttributeEntry {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let short = !self.on_visit && self.limit == LimitEntry::default();
        match &self.kind {
            AttributeType::Enum(values) if short => return List(values).serialize(serializer),
            AttributeType::Bool
            | AttributeType::Float
            | AttributeType::Text
            | AttributeType::Timestamp
            | &AttributeType::INT
                if short =>
            {
                return serializer.serialize_str(self.kind.name());
            }
            _ => {}
        }
        table(serializer, |t| {
            match &self.kind {
                AttributeType::Enum(values) => t.field("values", &List(values))?,
                AttributeType::Set(members) => t.field("members", &List(members))?,
                AttributeType::Int { min, max } => {
                    t.field("type", "int")?;
                    t.unless(&i64::MIN, "min", min)?;
                    t.unless(&i64::MAX, "max", max)?;
                }
                kind => t.field("type", kind.name())?,
            }
            if self.on_visit {
                t.field("on", "visit")?;
            }
            self.limit.write(t)
        })
    }
}

/// The names of an enum or a set, sorted: their order means nothing.
struct List<'a>(&'a [Box<str>]);

impl Serialize for List<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut names: Vec<&str> = self.0.iter().map(|name| &**name).collect();
        names.sort_unstable();
        serializer.collect_seq(names)
    }
}

impl Serialize for SegmentEntry {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if !self.include_unknown && self.because.is_none() {
            return serializer.serialize_str(&self.when);
        }
        table(serializer, |t| {
            t.field("when", &self.when)?;
            if self.include_unknown {
                t.field("on_unknown", "include")?;
            }
            t.some("because", &self.because)
        })
    }
}

impl Serialize for RuleEntry {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        table(serializer, |t| {
            t.field("when", &self.when)?;
            t.unless(&0, "layout", &self.layout)?;
            t.unless(&0, "assistance", &self.assistance)?;
            t.any("channels", &self.channels)?;
            t.some("layout_at_most", &self.layout_at_most)?;
            t.some("assistance_at_least", &self.assistance_at_least)?;
            t.any("adapt", &self.adapt)?;
            t.any("never", &self.never)?;
            t.some("because", &self.because)
        })
    }
}

impl Serialize for ExperimentEntry {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        table(serializer, |t| {
            t.some("when", &self.when)?;
            t.field("unit", &self.unit)?;
            t.some("salt", &self.salt)?;
            t.field("arms", &self.arms)
        })
    }
}

impl Serialize for ArmEntry {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        table(serializer, |t| {
            t.field("name", &self.name)?;
            t.field("weight", &self.weight)?;
            t.unless(&0, "layout", &self.layout)?;
            t.unless(&0, "assistance", &self.assistance)?;
            t.any("channels", &self.channels)
        })
    }
}

impl Serialize for GuaranteeEntry {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        table(serializer, |t| {
            t.field("when", &self.when)?;
            t.some("layout_at_most", &self.layout_at_most)?;
            t.some("assistance_at_least", &self.assistance_at_least)?;
            t.any("never", &self.never)?;
            if self.inconclusive_warns {
                t.field("inconclusive", "warn")?;
            }
            t.some("because", &self.because)
        })
    }
}

impl Serialize for FindingEntry {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if self.except.is_empty() {
            return self.level.serialize(serializer);
        }
        table(serializer, |t| {
            t.field("level", &self.level)?;
            t.field("except", &self.except)
        })
    }
}

impl Serialize for super::TestEntry {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        table(serializer, |t| {
            t.field("name", &self.name)?;
            t.field("profile", &self.profile)?;
            t.field("visit", &self.visit)?;
            t.field("expect", &self.expect)
        })
    }
}

impl<'de> serde::Deserialize<'de> for PolicyDocument {
    /// Reads a document within the usual [`Limits`]. The error is the text of all problems, each with its path; the
    /// same with codes gives [`PolicyLoader::deserialize`](crate::PolicyLoader::deserialize).
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let limits = Limits::default();
        let node = from_format(deserializer, &limits).map_err(|(_, error)| error)?;
        let reading = read(&node, &limits);
        let problems = Text { text: None, root: Some(&node) }.place(reading.problems, &limits);
        let errors: Vec<String> = problems
            .iter()
            .filter(|problem| problem.severity() == crate::diagnostic::Severity::Error)
            .map(ToString::to_string)
            .collect();
        if errors.is_empty() {
            Ok(reading.document.into_owned())
        } else {
            Err(D::Error::custom(errors.join("\n")))
        }
    }
}
