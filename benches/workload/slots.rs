//! Visitors as a service has them whose facts are in types of its own: one guest, into whose slots each is put.

use std::error::Error;

use maitre::{ExperienceSelector, Guest, Slot};

use super::schema::{Attribute, Kind, Value};
use super::visitor::{self, Visitor};

/// Each of them followed.
pub fn follow_all(selector: &ExperienceSelector, visitors: &[visitor::Guest]) -> Vec<Guest> {
    visitors.iter().map(|(profile, visit)| selector.follow(profile.clone(), visit.clone())).collect()
}

/// A slot for each attribute of a schema.
pub struct Slots(Vec<OfKind>);

enum OfKind {
    Bool(Slot<bool>),
    Int(Slot<i64>),
    Float(Slot<f64>),
    Text(Slot<str>),
}

impl Slots {
    /// # Errors
    /// The policy has no slot for an attribute.
    pub fn of(selector: &ExperienceSelector, schema: &[Attribute]) -> Result<Self, Box<dyn Error>> {
        let slot = |attribute: &Attribute| {
            let name = &attribute.name;
            Ok(match attribute.kind {
                Kind::Bool(_) => OfKind::Bool(selector.slot(name)?),
                Kind::Int(_) => OfKind::Int(selector.slot(name)?),
                Kind::Float(_) => OfKind::Float(selector.slot(name)?),
                Kind::Enum(_) | Kind::Text(_) => OfKind::Text(selector.slot(name)?),
            })
        };
        schema.iter().map(slot).collect::<Result<_, _>>().map(Self)
    }

    /// Puts the facts of a visitor in place of what was there.
    pub fn put(&self, guest: &mut Guest, visitor: &Visitor) {
        for (slot, value) in self.0.iter().zip(&visitor.values) {
            match (slot, value) {
                (OfKind::Bool(slot), Some(Value::Bool(value))) => guest.put(slot, *value),
                (OfKind::Int(slot), Some(Value::Int(value))) => guest.put(slot, *value),
                (OfKind::Float(slot), Some(Value::Float(value))) => guest.put(slot, *value),
                (OfKind::Text(slot), Some(Value::Text(value))) => guest.put(slot, &**value),
                (OfKind::Bool(slot), _) => guest.forget(slot),
                (OfKind::Int(slot), _) => guest.forget(slot),
                (OfKind::Float(slot), _) => guest.forget(slot),
                (OfKind::Text(slot), _) => guest.forget(slot),
            }
        }
    }
}
