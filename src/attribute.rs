//! The attributes that conditions can speak of: the built-in ones, from one table, and the host's own, which a policy
//! declares. An [`Attributes`] resolves a name to a dense [`AttributeId`] and says the type; the checker of the rule
//! language, the selector, the docs and the generators are all fed from here.

pub(crate) mod read;
pub(crate) mod table;

use std::sync::Arc;

use crate::channel::{Channel, is_snake_case};
use crate::diagnostic::{Diagnostic, DiagnosticCode as Code};

/// The names that an enum or a set may have, in order of declaration.
pub type Names = Arc<[Box<str>]>;

/// The type of an attribute.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum AttributeType {
    /// True or false.
    Bool,
    /// A whole number in a range; what lies outside is unknown, and comparing with it is an error (L3).
    Int {
        /// The least value.
        min: i64,
        /// The greatest value.
        max: i64,
    },
    /// A number.
    Float,
    /// A text.
    Text,
    /// One of these names; in conditions it is compared with them as a string.
    Enum(Names),
    /// Any of these names.
    Set(Names),
    /// A point in time.
    Timestamp,
}

impl AttributeType {
    /// Any 64-bit integer.
    pub const INT: Self = Self::Int { min: i64::MIN, max: i64::MAX };
    /// An enum of these names.
    #[must_use]
    pub fn enum_of<'a>(names: impl IntoIterator<Item = &'a str>) -> Self {
        Self::Enum(names.into_iter().map(Into::into).collect())
    }
    /// A set over these members.
    #[must_use]
    pub fn set_of<'a>(names: impl IntoIterator<Item = &'a str>) -> Self {
        Self::Set(names.into_iter().map(Into::into).collect())
    }
    /// The word for it in documents.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Bool => "bool",
            Self::Int { .. } => "int",
            Self::Float => "float",
            Self::Text => "string",
            Self::Enum(_) => "enum",
            Self::Set(_) => "set",
            Self::Timestamp => "timestamp",
        }
    }
}

/// The dense number of an attribute in one [`Attributes`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct AttributeId(pub(crate) u16);

/// Where an attribute's value comes from.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Origin {
    /// A row of the table; the channel where the row is one for each channel.
    BuiltIn { row: &'static table::Row, channel: Option<Channel> },
    /// The host's own, in the profile.
    Profile,
    /// The host's own, in the visit.
    Visit,
}

/// One attribute of an [`Attributes`].
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Attribute {
    pub(crate) name: Box<str>,
    pub(crate) kind: AttributeType,
    pub(crate) origin: Origin,
}

impl Attribute {
    /// Whether a value of it is left out of explanations unless asked for.
    pub(crate) fn is_sensitive(&self) -> bool {
        matches!(&self.origin, Origin::BuiltIn { row, .. } if row.sensitive)
    }
    /// Whether what is not recorded of it is none, or 0: what is counted, and sets that are always known.
    pub(crate) fn is_none_if_absent(&self) -> bool {
        let is_of_the_clock = |row: &table::Row| matches!(row.read, read::Read::Clock(_));
        matches!(&self.origin, Origin::BuiltIn { row, .. } if row.always_known && !is_of_the_clock(row))
    }
    /// Whether the source of its value can be the person, and whether it can be anyone else.
    pub(crate) fn sources(&self) -> (bool, bool) {
        match self.origin {
            Origin::BuiltIn { row, .. } => row.read.sources(),
            Origin::Profile | Origin::Visit => (true, true),
        }
    }
    /// Whether it can be unknown at all.
    pub(crate) fn can_be_unknown(&self) -> bool {
        !matches!(&self.origin, Origin::BuiltIn { row, .. } if row.always_known)
    }
}

/// All attributes that a condition may speak of.
#[derive(Debug, Clone)]
pub struct Attributes {
    list: Vec<Attribute>,
    by_name: ahash::AHashMap<Box<str>, AttributeId>,
}

impl Default for Attributes {
    fn default() -> Self {
        Self::new()
    }
}

impl Attributes {
    /// The most attributes of a host's own.
    pub const MAX_OWN: usize = 4_096;

    /// The built-in attributes, for the built-in channels and no purposes.
    #[must_use]
    pub fn new() -> Self {
        Self::for_policy(&[], &[])
    }

    /// The built-in attributes where the policy has the channels `own` beside the built-in ones, and `purposes`.
    pub(crate) fn for_policy(own: &[Channel], purposes: &[Box<str>]) -> Self {
        let channels: Vec<Channel> = Channel::BUILT_IN.iter().chain(own).copied().collect();
        let mut all = Self { list: Vec::new(), by_name: ahash::AHashMap::new() };
        for row in table::ROWS {
            let kind = row.kind.resolve(&channels, purposes);
            match row.name.strip_suffix(table::CHANNEL) {
                Some(family) => {
                    for &channel in &channels {
                        let origin = Origin::BuiltIn { row, channel: Some(channel) };
                        all.push(format!("{family}{channel}"), kind.clone(), origin);
                    }
                }
                None => all.push(row.name.to_owned(), kind, Origin::BuiltIn { row, channel: None }),
            }
        }
        all
    }

    fn push(&mut self, name: String, kind: AttributeType, origin: Origin) {
        // INVARIANT: fewer than 65,536: the table is small and `declare` stops at MAX_OWN.
        let id = AttributeId(self.list.len() as u16);
        self.by_name.insert(name.clone().into(), id);
        self.list.push(Attribute { name: name.into(), kind, origin });
    }

    /// Adds an attribute of the host's own, in the profile: a bare name in snake case.
    ///
    /// # Errors
    /// The name is not snake case, is taken or has a meaning in the rule language; or there are too many.
    pub fn declare(&mut self, name: &str, kind: AttributeType) -> Result<(), Diagnostic> {
        self.declare_at(name, kind, Origin::Profile)
    }

    pub(crate) fn declare_at(
        &mut self,
        name: &str,
        kind: AttributeType,
        origin: Origin,
    ) -> Result<(), Diagnostic> {
        let problem =
            |code, message: String| Err(Diagnostic::error(code, format!("attributes.{name}"), message));
        if !is_snake_case(name) || name.len() > 64 {
            return problem(
                Code::BadName,
                format!("`{name}` is not a name: expected up to 64 of a-z, 0-9 and _, from a letter"),
            );
        }
        if [table::RESERVED, &table::KEPT_BY_CEL, &table::NEVER_A_NAME]
            .iter()
            .any(|words| words.contains(&name))
        {
            return problem(
                Code::BadName,
                format!("`{name}` has a meaning in conditions, and cannot name an attribute"),
            );
        }
        if self.by_name.contains_key(name) {
            return problem(Code::Duplicate, format!("attribute `{name}` is declared twice"));
        }
        if self.list.iter().filter(|a| !matches!(a.origin, Origin::BuiltIn { .. })).count() >= Self::MAX_OWN {
            return problem(Code::Limit, format!("more than {} attributes of your own", Self::MAX_OWN));
        }
        self.push(name.to_owned(), kind, origin);
        Ok(())
    }

    /// Every attribute with its type, the built-in ones first; those that there are for each channel once for each.
    ///
    /// # Example
    /// ```
    /// let attributes = maitre::Attributes::new();
    /// assert!(attributes.iter().any(|(name, kind)| name == "profile.habit.phone" && kind.name() == "int"));
    /// ```
    pub fn iter(&self) -> impl Iterator<Item = (&str, &AttributeType)> {
        self.list.iter().map(|attribute| (&*attribute.name, &attribute.kind))
    }
    /// The type of the attribute of that name, if there is one.
    #[must_use]
    pub fn kind(&self, name: &str) -> Option<&AttributeType> {
        self.find(name).map(|id| &self.get(id).kind)
    }

    pub(crate) fn find(&self, name: &str) -> Option<AttributeId> {
        self.by_name.get(name).copied()
    }
    #[expect(
        clippy::indexing_slicing,
        reason = "INVARIANT: an id is only made by `push`, of the same Attributes"
    )]
    pub(crate) fn get(&self, id: AttributeId) -> &Attribute {
        &self.list[usize::from(id.0)]
    }
    pub(crate) fn all(&self) -> impl Iterator<Item = (AttributeId, &Attribute)> {
        self.list.iter().enumerate().map(|(n, attribute)| (AttributeId(n as u16), attribute))
    }
    /// Every name, for suggestions.
    pub(crate) fn names(&self) -> impl Iterator<Item = &str> {
        self.list.iter().map(|attribute| &*attribute.name)
    }
}

/// A built-in attribute, for people: what [`built_in_attributes`] lists.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct AttributeInfo {
    /// The name in conditions; `CHANNEL` stands for the name of a channel.
    pub name: &'static str,
    /// The type: `bool`, `int`, `float`, `string`, `enum`, `set` or `timestamp`.
    pub kind: &'static str,
    /// The names that an enum or set has, or the range of an int; empty where any value is possible.
    pub values: String,
    /// The unit, empty where there is none.
    pub unit: &'static str,
    /// What it means.
    pub meaning: &'static str,
    /// Whether it always has a value, so that no condition is left undecided by it.
    pub always_known: bool,
    /// Whether a policy may limit it by source, age or consent (D1).
    pub limitable: bool,
    /// Whether explanations leave its value out unless asked for.
    pub sensitive: bool,
}

/// Every built-in attribute that conditions can speak of, with type, unit and meaning, in the order of the docs.
///
/// # Example
/// ```
/// let age = maitre::built_in_attributes().into_iter().find(|a| a.name == "profile.age").unwrap();
/// assert_eq!((age.kind, age.unit), ("int", "years"));
/// ```
#[must_use]
pub fn built_in_attributes() -> Vec<AttributeInfo> {
    table::ROWS
        .iter()
        .map(|row| {
            let kind = row.kind.resolve(&Channel::BUILT_IN, &[]);
            let values = match &kind {
                AttributeType::Int { min, max: i64::MAX } if *min > i64::MIN => format!("{min} or more"),
                AttributeType::Int { min, max } if *min > i64::MIN => format!("{min} to {max}"),
                AttributeType::Enum(names) | AttributeType::Set(names) => names.join(", "),
                _ => String::new(),
            };
            AttributeInfo {
                name: row.name,
                kind: kind.name(),
                values,
                unit: row.unit,
                meaning: row.meaning,
                always_known: row.always_known,
                limitable: row.limitable,
                sensitive: row.sensitive,
            }
        })
        .collect()
}
