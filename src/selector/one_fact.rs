//! Attributes that a profile or a visit keeps as one fact by itself: what can be handed over fact by fact, as a
//! [column](super::Columns) for many visitors or into a [slot](super::Slot) for one.

use super::ExperienceSelector;
use super::lookup::{Access, Lookup, Quick};
use super::reading::{any_kind_of, kind_of};
use crate::attribute::table::{Row, fit};
use crate::attribute::{AttributeId, AttributeType, Origin};
use crate::diagnostic::{Diagnostic, DiagnosticCode as Code, did_you_mean};
use crate::fact::{Fact, Source};
use crate::key::Key;
use crate::named::{Kind, KnownName};
use crate::profile::CustomerProfile;
use crate::value::Value;
use crate::visit::Visit;
use crate::wire::short;

/// An attribute that is kept as one fact by itself.
#[derive(Debug, Clone)]
pub(super) struct OneFact {
    pub(super) id: AttributeId,
    pub(super) of_visit: bool,
    /// A count that is not known is 0.
    pub(super) counts: bool,
    pub(super) at: At,
}

/// Where it is kept.
#[derive(Debug, Clone)]
pub(super) enum At {
    Place(usize, &'static Row),
    /// With the kind under which values of its type are kept.
    Own(KnownName, Kind),
}

impl OneFact {
    /// That of `attribute`, under its name in conditions; `can` is what it should, and `otherwise` what helps where it cannot.
    ///
    /// # Errors
    /// The policy knows no such attribute, or it is not kept as one fact.
    pub(super) fn of(
        selector: &ExperienceSelector,
        attribute: &str,
        can: &str,
        otherwise: &str,
    ) -> Result<Self, Diagnostic> {
        let attributes = &selector.checked().attributes;
        let quoted = short(attribute);
        let Some(id) = attributes.find(attribute) else {
            let message = format!("the policy knows no attribute `{quoted}`");
            let problem = Diagnostic::error(Code::UnknownAttribute, "", message);
            // Their own have no prefix, all others have one.
            let bare = attribute.split_once('.').map_or(attribute, |(_, name)| name);
            let same = |name: &&str| name.split_once('.').map_or(*name, |(_, name)| name) == bare;
            let help = attributes.names().find(same).map(|name| format!("did you mean `{name}`?"));
            let help = help.or_else(|| did_you_mean(attribute, attributes.names()));
            return Err(help.into_iter().fold(problem, Diagnostic::with_help));
        };
        let refused = |why| {
            let message = format!("`{quoted}` cannot {can}: {why}");
            Diagnostic::error(Code::Refused, "", message).with_help(otherwise)
        };
        let known = attributes.get(id);
        if matches!(known.kind, AttributeType::Set(_)) {
            return Err(refused("it is a set"));
        }
        // Hours go by the one, and by the other what consents are worth.
        if id == selector.inner.ids.offset || id == selector.inner.ids.gpc.id {
            return Err(refused("what else is known goes by it"));
        }
        Self::kept(selector, id, &known.origin).ok_or_else(|| refused("it is not kept as one fact by itself"))
    }

    fn kept(selector: &ExperienceSelector, id: AttributeId, origin: &Origin) -> Option<Self> {
        let lookup = selector.inner.lookups.get(usize::from(id.0))?;
        let own = |of_visit, name: &KnownName| {
            let kind = any_kind_of(&lookup.kind);
            Self { id, of_visit, counts: false, at: At::Own(name.clone(), kind) }
        };
        match (&lookup.access, origin) {
            (Access::Profile(name), _) => Some(own(false, name)),
            (Access::Visit(name), _) => Some(own(true, name)),
            (Access::BuiltIn { read, .. }, Origin::BuiltIn { row, .. }) => match Quick::of(*read)? {
                Quick::Kept { of_visit, place, counts } => {
                    Some(Self { id, of_visit, counts, at: At::Place(place, row) })
                }
                Quick::Needs { .. } => None,
            },
            (Access::BuiltIn { .. }, _) => None,
        }
    }

    /// How it is read.
    pub(super) fn lookup<'s>(&self, selector: &'s ExperienceSelector) -> Option<&'s Lookup> {
        selector.inner.lookups.get(usize::from(self.id.0))
    }

    /// Whether the key of any value that is kept says its cell, where nothing limits it: what is kept by place was held against
    /// its type.
    pub(super) fn key_says_all(&self, kind: &AttributeType) -> bool {
        matches!(self.at, At::Place(..)) || kind_of(kind).is_some()
    }

    /// Writes over the fact that is kept, if there is one of that kind, what is of its type and has this key; whether there is.
    #[inline(always)]
    pub(super) fn rewrite(
        &self,
        profile: &mut CustomerProfile,
        visit: &mut Visit,
        labels: (Key, Source),
        write: impl FnOnce(&mut Fact<Value>),
    ) -> bool {
        let unreadable = if self.of_visit { &visit.unreadable } else { &profile.unreadable };
        // What could not be read before is taken off the notes apart.
        (unreadable.is_empty() || !unreadable.contains_key(self.name()))
            && match (&self.at, self.of_visit) {
                (At::Place(place, _), false) => profile.facts.rewrite(*place, labels, write),
                (At::Place(place, _), true) => visit.facts.rewrite(*place, labels, write),
                (At::Own(name, kind), false) => profile.own.rewrite(name, *kind, labels, write),
                (At::Own(name, kind), true) => visit.own.rewrite(name, *kind, labels, write),
            }
    }

    /// Puts a fact in place of what is kept, or takes that away; whether there is one now. A value that cannot be is named as
    /// unreadable, and none.
    #[inline(never)]
    pub(super) fn put(
        &self,
        profile: &mut CustomerProfile,
        visit: &mut Visit,
        fact: Option<Fact<Value>>,
    ) -> bool {
        let fitted = fact.map(|Fact { value, source, learnt }| {
            self.fit(value).map(|value| Fact { value, source, learnt })
        });
        let (fact, problem) = match fitted {
            Some(Err(problem)) => (None, Some(problem)),
            Some(Ok(fact)) => (Some(fact), None),
            None => (None, None),
        };
        let is_kept = fact.is_some();
        match (&self.at, self.of_visit) {
            (At::Place(place, _), false) => profile.facts.edit(*place, |_| fact),
            (At::Place(place, _), true) => visit.facts.edit(*place, |_| fact),
            (At::Own(name, _), false) => profile.own.edit(name.name(), |_| fact),
            (At::Own(name, _), true) => visit.own.edit(name.name(), |_| fact),
        }
        let unreadable = if self.of_visit { &mut visit.unreadable } else { &mut profile.unreadable };
        match problem {
            Some(problem) => unreadable.insert(self.name().into(), problem.into()),
            None => unreadable.remove(self.name()),
        };
        is_kept
    }

    /// As conditions write it.
    fn name(&self) -> &str {
        match &self.at {
            At::Place(_, row) => row.name,
            At::Own(name, _) => name.name(),
        }
    }

    /// The value as it is kept, or why it cannot be.
    fn fit(&self, value: Value) -> Result<Value, String> {
        match (&self.at, value) {
            (At::Place(_, row), value) => fit(row, value),
            (At::Own(..), Value::Float(value)) if value.is_nan() => Err("not a number".to_owned()),
            (At::Own(..), value) => Ok(value),
        }
    }
}
