//! How a need comes to be in force, and who somebody is without it and with it.

use super::{WITH, WITHOUT};
use crate::attribute::AttributeId;
use crate::need::{AccessNeed, NeedStrength};
use crate::search::{Person, Said};
use crate::value::Value;

/// How a need comes to be in force, or to be needed more: what is so without it, and with it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Comes {
    pub(crate) need: AccessNeed,
    /// How much it is needed, on record.
    pub(super) record: [Option<NeedStrength>; 2],
    /// Something that a device may ask for, and whether it does.
    pub(super) device: Option<(AttributeId, [Option<bool>; 2])>,
    /// Something else for the same need that it asks for in any case.
    pub(super) beside: Option<AttributeId>,
    /// Whether the person says themselves what the device asks for, and the device does not send it.
    pub(super) declared: bool,
}

impl Comes {
    /// All ways, where devices ask for these needs.
    pub(crate) fn all(asked: &[(AttributeId, AccessNeed)]) -> Vec<Self> {
        use NeedStrength::{Preferred, Required};
        let on_record = AccessNeed::ALL.iter().flat_map(|&need| {
            let ways = [[None, Some(Required)], [None, Some(Preferred)], [Some(Preferred), Some(Required)]];
            ways.map(|record| Self { need, record, device: None, beside: None, declared: true })
        });
        let by_device = asked.iter().flat_map(|&(id, need)| {
            let ways = [
                ([None, None], [Some(false), Some(true)]),
                ([None, None], [None, Some(true)]),
                // Both at once.
                ([None, Some(Preferred)], [None, Some(true)]),
                ([None, Some(Required)], [None, Some(true)]),
                ([None, Some(Preferred)], [Some(false), Some(true)]),
                ([None, Some(Required)], [Some(false), Some(true)]),
                // What a device asks for that then comes on record too, and the other way round.
                ([None, Some(Preferred)], [Some(true), Some(true)]),
                ([None, Some(Required)], [Some(true), Some(true)]),
                ([Some(Preferred), Some(Preferred)], [None, Some(true)]),
                ([Some(Preferred), Some(Preferred)], [Some(false), Some(true)]),
                ([Some(Required), Some(Required)], [None, Some(true)]),
                ([Some(Required), Some(Required)], [Some(false), Some(true)]),
            ];
            let of = move |(record, truths)| Self {
                need,
                record,
                device: Some((id, truths)),
                beside: None,
                declared: true,
            };
            let others = asked.iter().filter(move |(other, of)| *of == need && *other != id);
            let beside = others.flat_map(move |&(other, _)| {
                let of = move |truths| Self {
                    need,
                    record: [None, None],
                    device: Some((id, truths)),
                    beside: Some(other),
                    declared: true,
                };
                [[Some(false), Some(true)], [None, Some(true)]].map(of)
            });
            ways.map(of).into_iter().chain(beside).collect::<Vec<_>>()
        });
        on_record.chain(by_device).collect()
    }

    /// How much it is needed, without what comes and with it; on record, or by the device.
    fn strengths(&self) -> [Option<NeedStrength>; 2] {
        let asked = |side: usize| {
            let asks = self.device.is_some_and(|(_, truths)| truths.get(side) == Some(&Some(true)));
            (asks || self.beside.is_some()).then_some(NeedStrength::Preferred)
        };
        let [without, with] = self.record;
        [without.or(asked(WITHOUT)), with.or(asked(WITH))]
    }
    /// How much it is needed.
    pub(crate) fn strength(&self) -> NeedStrength {
        self.strengths()[WITH].unwrap_or(NeedStrength::Preferred)
    }
    /// How much who has it less needs it, if at all.
    pub(crate) fn instead_of(&self) -> Option<NeedStrength> {
        self.strengths()[WITHOUT]
    }
    /// What the device asks for, where nothing new is on record.
    pub(crate) fn asked_by(&self) -> Option<AttributeId> {
        let (id, _) = self.device?;
        (self.record[WITHOUT] == self.record[WITH]).then_some(id)
    }

    fn on(&self, side: usize, person: &Person) -> Person {
        let person = match self.record.get(side).copied().flatten() {
            Some(strength) => person.with_need(self.need, strength),
            None => person.without_need(self.need),
        };
        let person = match self.beside {
            Some(id) => person.with_truth(id, Some(true), self.declared),
            None => person,
        };
        match self.device {
            Some((id, truths)) => person.with_truth(id, truths.get(side).copied().flatten(), self.declared),
            None => person,
        }
    }
    /// A person with it.
    pub(crate) fn with(&self, person: &Person) -> Person {
        self.on(WITH, person)
    }
    /// The same person without it, or who needs it less: where it is not there at all, no device asks for it either.
    pub(crate) fn without(&self, person: &Person, asked: &[(AttributeId, AccessNeed)]) -> Person {
        let without = self.on(WITHOUT, person);
        if self.instead_of().is_some() {
            return without;
        }
        let is_true = |person: &Person, id: AttributeId| {
            person.said.iter().any(|said| matches!(said, Said::Fact(one, Value::Bool(true), _) if *one == id))
        };
        let asked = asked.iter().filter(|(_, need)| *need == self.need);
        asked.fold(
            without,
            |person, &(id, _)| {
                if is_true(&person, id) { person.with_truth(id, None, true) } else { person }
            },
        )
    }
}
