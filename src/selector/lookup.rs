//! How the attributes of a policy are read: all that can be found out once, when a selector is compiled.

use crate::attribute::read::Read;
use crate::attribute::table::Kind;
use crate::attribute::{Attribute, AttributeId, AttributeType, Origin};
use crate::channel::Channel;
use crate::named::KnownName;
use crate::policy::{Checked, FactLimit};

/// How one attribute is read under a policy: all that can be found out once.
#[derive(Debug, Clone)]
pub(super) struct Lookup {
    pub(super) quick: Option<Quick>,
    pub(super) access: Access,
    pub(super) kind: AttributeType,
    pub(super) limit: Option<FactLimit>,
    pub(super) can_be_unknown: bool,
    /// An enum of which no other name can have been kept.
    pub(super) only_its_names: bool,
    /// Whether the profile alone settles it, whatever the visit is, as long as D1 hides the same.
    pub(super) stays: bool,
}

/// What nothing limits and needs no check, so that the value alone is enough.
#[derive(Debug, Clone, Copy)]
pub(super) enum Quick {
    /// A fact that was held against its type when it was kept. A count that is not there is 0.
    Kept { of_visit: bool, place: usize, counts: bool },
    /// The needs on record, all or the required ones.
    Needs { required: bool },
}

impl Quick {
    pub(super) const fn of(read: Read) -> Option<Self> {
        Some(match read {
            Read::Profile(fact) => Self::Kept { of_visit: false, place: fact as usize, counts: false },
            Read::ProfileCount(fact) => Self::Kept { of_visit: false, place: fact as usize, counts: true },
            Read::Visit(fact) => Self::Kept { of_visit: true, place: fact as usize, counts: false },
            Read::VisitCount(fact) => Self::Kept { of_visit: true, place: fact as usize, counts: true },
            Read::Needs { required } => Self::Needs { required },
            Read::By(..) | Read::Clock(_) => return None,
        })
    }
}

#[derive(Debug, Clone)]
pub(super) enum Access {
    BuiltIn { read: Read, channel: Option<Channel> },
    Profile(KnownName),
    Visit(KnownName),
}

impl Lookup {
    pub(super) const fn can_be_declared(&self) -> bool {
        match self.access {
            Access::BuiltIn { read, .. } => read.sources().0,
            Access::Profile(_) | Access::Visit(_) => true,
        }
    }
    /// Those of all attributes of a policy, by [`AttributeId`].
    pub(super) fn all(checked: &Checked) -> Vec<Self> {
        // A profile keeps its facts by name.
        let mut by_name: Vec<(bool, &str)> =
            checked.attributes.all().filter_map(|(_, a)| own_key(a)).collect();
        by_name.sort_unstable();
        let expected = |attribute: &Attribute| {
            let first = |key| by_name.partition_point(|&other| other < key);
            own_key(attribute).map_or(0, |key| first(key) - first((key.0, "")))
        };
        let limit = |id: AttributeId| checked.limits.get(usize::from(id.0)).copied().flatten();
        let lookup = |(id, attribute): (AttributeId, &Attribute)| Self {
            quick: match attribute.origin {
                Origin::BuiltIn { row, .. } if limit(id).is_none() => Quick::of(row.read),
                _ => None,
            },
            access: match &attribute.origin {
                Origin::BuiltIn { row, channel } => Access::BuiltIn { read: row.read, channel: *channel },
                Origin::Profile => Access::Profile(KnownName::new(&attribute.name, expected(attribute))),
                Origin::Visit => Access::Visit(KnownName::new(&attribute.name, expected(attribute))),
            },
            kind: sorted(attribute),
            stays: match &attribute.origin {
                Origin::BuiltIn { row, .. } => match row.read {
                    Read::Profile(_) | Read::ProfileCount(_) | Read::Needs { .. } => true,
                    Read::Visit(_) | Read::VisitCount(_) | Read::Clock(_) => false,
                    Read::By(..) => row.of_profile,
                },
                Origin::Profile => true,
                Origin::Visit => false,
            },
            limit: limit(id),
            can_be_unknown: attribute.can_be_unknown(),
            // The host's own values and the channels are kept as they come: the profile does not know the policy.
            only_its_names: matches!(&attribute.origin, Origin::BuiltIn { row, .. } if row.kind != Kind::Channel),
        };
        checked.attributes.all().map(lookup).collect()
    }
}

/// The type; the members of a set of the host's own in their order, so that a large set is soon held against them. What
/// stands at which place of the domain means something in built-in sets only.
fn sorted(attribute: &Attribute) -> AttributeType {
    let mut kind = attribute.kind.clone();
    if let (Origin::Profile | Origin::Visit, AttributeType::Set(names)) = (&attribute.origin, &mut kind) {
        let mut in_order = names.to_vec();
        in_order.sort_unstable();
        *names = in_order.into();
    }
    kind
}

/// Whether an attribute of the host's own is in the visit, and its name.
fn own_key(attribute: &Attribute) -> Option<(bool, &str)> {
    match attribute.origin {
        Origin::BuiltIn { .. } => None,
        Origin::Profile => Some((false, &attribute.name)),
        Origin::Visit => Some((true, &attribute.name)),
    }
}
