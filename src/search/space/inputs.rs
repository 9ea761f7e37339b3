//! The axes that choosing reads whatever the conditions say (D2 to D10): where it cuts them, and in which cells what is so.

use crate::cells::{AxisId, Beside, Builder, Cell, CellSet, Cut, Literals, Measure, UNKNOWN};
use crate::channel::Reach;
use crate::experience::{AssistanceLevel, LayoutComplexity};
use crate::key::Key;
use crate::need::{ASKED_BY_DEVICE, AccessNeed};
use crate::policy::{Checked, PolicyChannel};

const PREFERENCES: [&str; 3] =
    ["profile.preferred_channel", "profile.preferred_layout", "profile.preferred_assistance"];

/// Something that is so or not: an axis, and the cells in which it is.
#[derive(Debug, Clone)]
pub(in crate::search) struct Member {
    pub(in crate::search) axis: AxisId,
    pub(in crate::search) there: CellSet,
}

/// An axis of names, with the cells of those that count: of channels by their place in the policy, of levels in order.
#[derive(Debug, Clone)]
pub(in crate::search) struct Choice {
    pub(in crate::search) axis: AxisId,
    pub(in crate::search) cells: Vec<CellSet>,
}

/// A preference: what it is, and whether it was declared.
#[derive(Debug, Clone)]
pub(in crate::search) struct Preference {
    pub(in crate::search) value: Choice,
    pub(in crate::search) declared: AxisId,
}

/// What rules a channel of the policy out, each as cells of an axis, and what its habit is.
#[derive(Debug, Clone)]
pub(in crate::search) struct OfChannel {
    /// Conflicts with required needs.
    pub(in crate::search) conflicts: Vec<Member>,
    /// The cells of the house's clock in which it is closed.
    pub(in crate::search) closed: CellSet,
    pub(in crate::search) blocked: Member,
    /// What limits only the contacts that we begin, but for being blocked: reach, consent, quiet hours, contacts.
    pub(in crate::search) limits: Vec<Member>,
    pub(in crate::search) habit: AxisId,
}

/// The axes that choosing reads whatever the conditions say.
#[derive(Debug, Clone)]
pub(in crate::search) struct Inputs {
    /// By need.
    pub(in crate::search) needs: Vec<Member>,
    pub(in crate::search) required: Vec<Member>,
    pub(in crate::search) channel: Preference,
    pub(in crate::search) layout: Preference,
    pub(in crate::search) assistance: Preference,
    pub(in crate::search) open_cases: Member,
    pub(in crate::search) in_use: Choice,
    pub(in crate::search) journey_channel: Choice,
    /// The hints of a device, each with the need that it puts in force.
    pub(in crate::search) hints: Vec<(Member, AccessNeed)>,
    /// By channel of the policy.
    pub(in crate::search) channels: Vec<OfChannel>,
    pub(in crate::search) house: AxisId,
    pub(in crate::search) prior_layout: AxisId,
    pub(in crate::search) prior_assistance: AxisId,
    /// By experiment.
    pub(in crate::search) arms: Vec<AxisId>,
}

/// Cuts the axes where choosing does.
pub(super) fn decided_by(checked: &Checked, literals: &mut Literals) {
    let find = |name: &str| checked.attributes.find(name);
    let channels: Vec<&str> = checked.channels.iter().map(|channel| channel.channel.as_str()).collect();
    let named = [
        ("profile.preferred_channel", channels.as_slice()),
        ("visit.channel", &channels),
        ("journey.channel", &channels),
        ("profile.preferred_layout", LayoutComplexity::NAMES),
        ("profile.preferred_assistance", AssistanceLevel::NAMES),
    ];
    let of_reach = channels.iter().map(|channel| (format!("profile.reach.{channel}"), Reach::NAMES));
    for (name, texts) in named.iter().map(|&(name, texts)| (name.to_owned(), texts)).chain(of_reach) {
        if let Some(id) = find(&name) {
            literals.of(Measure::Value(id)).texts.extend(texts.iter().map(|&text| text.into()));
        }
    }
    for id in PREFERENCES.iter().filter_map(|name| find(name)) {
        literals.of(Measure::Declared(id)).bounds.push(1);
    }
    let mut value = |name: &str, bounds: std::ops::RangeInclusive<Key>| {
        if let Some(id) = find(name) {
            literals.of(Measure::Value(id)).bounds.extend(bounds);
        }
    };
    value("profile.open_cases", 1..=1);
    ASKED_BY_DEVICE.iter().for_each(|(name, _)| value(name, 1..=1));
    for channel in &checked.channels {
        value(&format!("profile.habit.{}", channel.channel), 1..=4);
        if let Some(most) = channel.contacts_at_most.filter(|&most| most > 0) {
            value(&format!("profile.contacts_30d.{}", channel.channel), most.into()..=most.into());
        }
    }
    let mut beside = |beside: Beside, bounds: &mut dyn Iterator<Item = Key>| {
        // Below the least key there is nothing to part.
        literals.of(Measure::Beside(beside)).bounds.extend(bounds.filter(|&bound| bound > 0));
    };
    let open = checked.channels.iter().flat_map(|channel| channel.open.iter().flatten());
    beside(Beside::HouseMinute, &mut open.flat_map(|span| [span.start, span.end]).map(Key::from));
    let quiet = checked.channels.iter().filter_map(|channel| channel.quiet);
    beside(Beside::VisitorMinute, &mut quiet.flat_map(|quiet| [quiet.start, quiet.end]).map(Key::from));
    beside(Beside::PriorLayout, &mut (1..=LayoutComplexity::ALL.len() as Key));
    beside(Beside::PriorAssistance, &mut (1..=AssistanceLevel::ALL.len() as Key));
    for (number, experiment) in checked.experiments.iter().enumerate() {
        beside(Beside::Arm(number as u8), &mut (1..=experiment.arms.len() as Key));
    }
    let needs: Vec<Box<str>> = AccessNeed::NAMES.iter().map(|&name| name.into()).collect();
    for (set, members) in [
        ("profile.needs", &needs),
        ("profile.required_needs", &needs),
        ("profile.consents", &checked.purposes),
    ] {
        let Some(set) = find(set) else { continue };
        literals.members.extend(members.iter().zip(0..).map(|(name, place)| (set, place, name.clone())));
    }
}

/// Finds axes by what they measure.
pub(super) struct Finder<'a, 'p> {
    pub(super) checked: &'a Checked,
    pub(super) builder: &'a Builder<'p>,
}

impl Finder<'_, '_> {
    fn axis(&self, measure: Measure) -> Option<AxisId> {
        self.builder.axis_of(&measure)
    }
    fn value(&self, name: &str) -> Option<AxisId> {
        self.axis(Measure::Value(self.checked.attributes.find(name)?))
    }
    fn beside(&self, beside: Beside) -> Option<AxisId> {
        self.axis(Measure::Beside(beside))
    }
    /// The cells of an axis of numbers, known to be there, of which every key is `least` or more.
    fn from(&self, name: &str, least: Key) -> Option<Member> {
        let axis = self.value(name)?;
        let Cut::Steps(steps) = &self.builder.grid().axis(axis)?.cut else { return None };
        let there = CellSet::of(steps.cells(), |cell| cell > UNKNOWN && steps.keys(cell).0 >= least);
        Some(Member { axis, there })
    }
    fn choice(&self, name: &str, names: &[&str]) -> Option<Choice> {
        let axis = self.value(name)?;
        let Cut::Names(cut) = &self.builder.grid().axis(axis)?.cut else { return None };
        Some(Choice { axis, cells: names.iter().map(|name| cut.one(name)).collect() })
    }
    fn preference(&self, name: &str, names: &[&str]) -> Option<Preference> {
        let declared = self.axis(Measure::Declared(self.checked.attributes.find(name)?))?;
        Some(Preference { value: self.choice(name, names)?, declared })
    }
    fn members(&self, name: &str, count: usize) -> Option<Vec<Member>> {
        let set = self.checked.attributes.find(name)?;
        let one = |place| self.builder.member(set, place).map(|(axis, there)| Member { axis, there });
        (0..count as u16).map(one).collect()
    }
    /// The cells of a clock in which `is_so` at their first minute.
    fn minutes(&self, axis: AxisId, is_so: impl Fn(u16) -> bool) -> Option<CellSet> {
        let Cut::Steps(steps) = &self.builder.grid().axis(axis)?.cut else { return None };
        let first = |cell: Cell| u16::try_from(steps.keys(cell).0.max(0)).unwrap_or(u16::MAX);
        Some(CellSet::of(steps.cells(), |cell| cell > UNKNOWN && is_so(first(cell))))
    }

    pub(super) fn inputs(&self) -> Option<Inputs> {
        let checked = self.checked;
        let channels: Vec<&str> = checked.channels.iter().map(|channel| channel.channel.as_str()).collect();
        let required = self.members("profile.required_needs", AccessNeed::ALL.len())?;
        let consents = self.members("profile.consents", checked.purposes.len())?;
        let (house, clock) = (self.beside(Beside::HouseMinute)?, self.beside(Beside::VisitorMinute)?);
        let of_channel = |channel: &PolicyChannel| {
            let name = channel.channel;
            let reach = self.choice(&format!("profile.reach.{name}"), Reach::NAMES)?;
            let of_reach = |is_so: &dyn Fn(Reach) -> bool| {
                let found = Reach::ALL.iter().zip(&reach.cells).filter(|(reach, _)| is_so(**reach));
                let there = found.fold(CellSet::empty(), |all, (_, cells)| all.union(cells));
                Member { axis: reach.axis, there }
            };
            let mut limits = vec![of_reach(&|reach| reach != Reach::Blocked && reach < channel.reach)];
            for (place, member) in consents.iter().enumerate() {
                if channel.consent >> place & 1 == 1 {
                    let there = member.there.complement(self.builder.grid().cells(member.axis));
                    limits.push(Member { axis: member.axis, there });
                }
            }
            if let Some(quiet) = channel.quiet {
                limits.push(Member { axis: clock, there: self.minutes(clock, |minute| quiet.has(minute))? });
            }
            match channel.contacts_at_most {
                None => {}
                // Reached by everybody.
                Some(0) => {
                    let there = CellSet::range(UNKNOWN, self.builder.grid().cells(house));
                    limits.push(Member { axis: house, there });
                }
                Some(most) => {
                    limits.push(self.from(&format!("profile.contacts_30d.{name}"), most.into())?);
                }
            }
            limits.retain(|limit| !limit.there.is_empty());
            Some(OfChannel {
                conflicts: channel
                    .conflicts
                    .iter()
                    .filter_map(|need| required.get(need as usize).cloned())
                    .collect(),
                closed: self.minutes(house, |minute| !channel.is_open(minute))?,
                blocked: of_reach(&|reach| reach == Reach::Blocked),
                limits,
                habit: self.value(&format!("profile.habit.{name}"))?,
            })
        };
        let hint = |&(name, need): &(&str, AccessNeed)| Some((self.from(name, 1)?, need));
        Some(Inputs {
            needs: self.members("profile.needs", AccessNeed::ALL.len())?,
            channel: self.preference("profile.preferred_channel", &channels)?,
            layout: self.preference("profile.preferred_layout", LayoutComplexity::NAMES)?,
            assistance: self.preference("profile.preferred_assistance", AssistanceLevel::NAMES)?,
            open_cases: self.from("profile.open_cases", 1)?,
            in_use: self.choice("visit.channel", &channels)?,
            journey_channel: self.choice("journey.channel", &channels)?,
            hints: ASKED_BY_DEVICE.iter().map(hint).collect::<Option<_>>()?,
            channels: checked.channels.iter().map(of_channel).collect::<Option<_>>()?,
            house,
            prior_layout: self.beside(Beside::PriorLayout)?,
            prior_assistance: self.beside(Beside::PriorAssistance)?,
            arms: (0..checked.experiments.len())
                .map(|number| self.beside(Beside::Arm(number as u8)))
                .collect::<Option<_>>()?,
            required,
        })
    }
}
