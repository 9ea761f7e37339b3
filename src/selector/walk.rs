//! The one walk: facts, segments, rules, experiments, then the three axes. Explanations watch it; nothing else decides.

mod axes;
mod tell;

use super::ExperienceSelector;
use super::channels::Standings;
use super::circumstances::Circumstances;
use super::facts::Segments;
use super::facts::{Change, VisitorFacts};
use super::gifts::Sums;
use super::guest::{Known, recall};
use super::levels;
use super::observer::{Bound, Contributor, Event, Observer};
use super::person::Person;
use super::prepared::OfProfile;
use super::reading::InGrid;
use super::room::InRoom;
use super::watch::Watch;
use crate::attribute::read::Seen;
use crate::cells::Cell;
use crate::channel::Channel;
use crate::decision::{Decision, Giver, Reason, ReasonCode};
use crate::experience::Experience;
use crate::key;
use crate::limits::Limits;
use crate::profile::CustomerProfile;
use crate::visit::Visit;

/// What is settled of a visitor before they are looked at.
#[derive(Clone, Copy)]
pub(super) enum Before<'a> {
    Nothing,
    /// Nothing, and one thing is as it is not.
    Change(&'a Change<'a>),
    /// What their profile has begun.
    Begun(&'a OfProfile),
    /// All that does not hang on rules: they are followed.
    Known(&'a Known),
}

/// One walk: who is decided for, with what is settled before, and who watches.
pub(super) struct Walk<'a, O> {
    pub(super) selector: &'a ExperienceSelector,
    pub(super) profile: &'a CustomerProfile,
    pub(super) visit: &'a Visit,
    pub(super) before: Before<'a>,
    pub(super) observer: &'a mut O,
}

impl<O: Observer> InRoom for Walk<'_, O> {
    type Gives = Decision;
    #[inline(always)]
    fn within<const ROOM: usize>(self, cells: &mut [Cell; ROOM]) -> Decision {
        let Self { selector, profile, visit, before, observer } = self;
        selector.walk((profile, visit), before, cells, observer)
    }
}

/// Reads a little of what the walk reads of nearly everybody, without asking what it is. A visitor may come from memory that has
/// long left the caches; asked for one after the other, its lines would each be waited for, since what is read next
/// hangs on what was read before. Here nothing does, and they come together.
pub(super) fn fetch(profile: &CustomerProfile, visit: &Visit) {
    std::hint::black_box(
        profile.facts.touch()
            ^ visit.facts.touch()
            ^ profile.own.touch()
            ^ visit.own.touch()
            ^ profile.consents.touch(),
    );
}

impl ExperienceSelector {
    /// A visitor as the policy may see them, before any segment is known.
    #[inline(always)]
    pub(crate) fn facts<'a>(&'a self, profile: &'a CustomerProfile, visit: &'a Visit) -> VisitorFacts<'a> {
        self.facts_and_begun(profile, visit, Before::Nothing, None).0
    }

    /// The same with what is settled before, watched; and what their profile has begun, if it is of use to this visit.
    #[inline(always)]
    pub(super) fn facts_and_begun<'a>(
        &'a self,
        profile: &'a CustomerProfile,
        visit: &'a Visit,
        before: Before<'a>,
        watch: Option<&'a Watch>,
    ) -> (VisitorFacts<'a>, Option<&'a OfProfile>) {
        let change = if let Before::Change(change) = before { Some(change) } else { None };
        let seen = Seen { profile, visit, granted: 0 };
        let facts = VisitorFacts { compiled: &self.inner, seen, segments: Segments::NONE, change, watch };
        let with = |granted| VisitorFacts { seen: Seen { granted, ..seen }, ..facts };
        if let Before::Known(known) = before {
            return (with(known.granted), None);
        }
        let withheld = facts.flag(self.inner.ids.gpc);
        if let Before::Begun(begun) = before
            && let Some(granted) = begun.granted(visit.at.at, withheld)
        {
            return (with(granted), Some(begun));
        }
        (with(self.granted(profile, visit, withheld)), None)
    }

    /// The purposes that the profile grants at the visit, but for what Sec-GPC withholds (D1).
    #[inline]
    fn granted(&self, profile: &CustomerProfile, visit: &Visit, withheld: bool) -> u64 {
        if self.inner.purposes.is_empty() {
            return 0;
        }
        let (mut granted, at) = (0, visit.at.at);
        let now = key::of_time(at);
        for (position, purpose) in self.inner.purposes.iter().enumerate() {
            let Some((end, exactly)) = profile.consents.key_of(purpose) else { continue };
            // Ends within one second have one key; whatever has no end is behind all others.
            let is_later = || exactly().is_some_and(|end| end.is_none_or(|end| end > at));
            if end > now || end == now && is_later() {
                granted |= 1 << position;
            }
        }
        if withheld { granted & !self.checked().gpc } else { granted }
    }

    #[inline(always)]
    fn walk<O: Observer, const ROOM: usize>(
        &self,
        (profile, visit): (&CustomerProfile, &Visit),
        before: Before<'_>,
        cells: &mut [Cell; ROOM],
        observer: &mut O,
    ) -> Decision {
        let watch = O::WATCHES.then(Watch::default);
        let (facts, begun) = self.facts_and_begun(profile, visit, before, watch.as_ref());
        let known = if let Before::Known(known) = before { Some(known) } else { None };
        let (person_found, found);
        let (person, circumstances) = match known {
            Some(known) => {
                recall(cells, &known.cells);
                (&known.person, &known.circumstances)
            }
            None => {
                self.inner.grid.nothing_is_known(cells);
                let person = match begun {
                    Some(begun) => &begun.person,
                    None => {
                        person_found = self.person(&facts);
                        &person_found
                    }
                };
                found = self.circumstances(&facts, person);
                (person, &found)
            }
        };
        let (required, preferred) = (person.wishes.required, circumstances.stance.preferred);
        observer.observe(Event::Needs { required, preferred });

        let grid = &self.inner.grid;
        let truths;
        let segments = if O::WATCHES {
            self.tell_misfits(&facts, observer);
            self.tell_hidden(&facts, observer);
            truths = self.tell_segments(&facts, observer);
            Segments::All(&truths)
        } else {
            Segments::NONE
        };
        let facts = VisitorFacts { segments, ..facts };
        // What is found unknown on the way to the cells is nobody's.
        let mut visitor = InGrid { grid, facts: VisitorFacts { watch: None, ..facts }, cells };
        match (begun, known) {
            // What stays with the profile is in what is begun, and not asked for again.
            (Some(_), _) => visitor.read(&self.inner.readings.of_visit),
            (None, None) => visitor.read(&self.inner.readings.all),
            (None, Some(_)) => {}
        }
        let mut sums = match begun {
            Some(begun) => begun.sums.clone(),
            None => self.inner.gifts.start(self.checked()),
        };
        let mut arms = [0; Limits::EXPERIMENTS];
        let drawn = || match known {
            Some(known) => Some(&known.drawn),
            None => begun.map(|begun| &begun.drawn).filter(|drawn| drawn.is_of(visit)),
        };
        let terms = begun.map(|begun| &begun.terms);
        self.add_up(&facts, &mut visitor, terms, drawn, (&mut sums, &mut arms), observer);
        let who_said_never = |position: usize| self.who_said_never(&facts, position);
        self.conclude(person, circumstances, &sums, arms, who_said_never, observer)
    }

    /// The three axes and the way out, when all that they go by has been found: of a visitor, or of the cells of a record.
    #[inline(always)]
    pub(super) fn conclude<'s, O: Observer>(
        &'s self,
        Person { wishes, ties }: &Person,
        circumstances: &Circumstances,
        sums: &Sums,
        arms: [u8; Limits::EXPERIMENTS],
        who_said_never: impl Fn(usize) -> Option<&'s str>,
        observer: &mut O,
    ) -> Decision {
        let Circumstances { prior, some_is_in_use, stance } = circumstances;
        let (points, never) = (sums.channels(), sums.never());
        let standings = Standings::of(self.checked(), &self.inner.plan, ties, stance, never, &points);
        let (chosen, channel_reason) =
            standings.choose(wishes.channel, |position| self.inner.gifts.greatest(sums, position));
        let way_out = standings.way_out();
        if O::WATCHES {
            self.tell_channels(who_said_never, &standings, stance.preferred, observer);
        }

        let (by_points, caps) = self.layout(*prior, sums, wishes, observer);
        let on = |position: Option<usize>| {
            let cap = position.and_then(|p| self.checked().channels.get(p)?.layout_at_most);
            let cap = cap.map(|level| (level, Reason { code: ReasonCode::Channel, giver: Giver::Nobody }));
            levels::capped(by_points, caps.into_iter().chain([cap]))
        };
        let (layout, layout_reason) = on(Some(chosen));
        if O::WATCHES
            && let Some(channel) = self.checked().channels.get(chosen)
            && let Some(level) = channel.layout_at_most
        {
            let from = Contributor::Channel(channel.channel);
            observer.observe(Event::Bound { bound: Bound::LayoutAtMost(level), from });
        }
        // Without a channel in use there is no other page than the chosen channel's. One that the policy does not have
        // sets no cap, known to it or not: its page is shown in any case (D5).
        let layout_in_use = if *some_is_in_use { on(stance.in_use).0 } else { layout };
        let (assistance, assistance_reason) =
            self.assistance(*prior, sums, wishes, standings.somebody_is_there(), observer);

        let channel = self.checked().channels.get(chosen).map_or(Channel::Web, |channel| channel.channel);
        let alternatives = match channel_reason.code {
            ReasonCode::LastResort => [None; 3],
            _ => standings.alternatives(chosen),
        };
        let decision = Decision {
            experience: Experience { channel, layout, assistance },
            layout_in_use,
            adaptations: wishes.required.union(stance.preferred).union(sums.adapt()),
            way_out,
            alternatives,
            reasons: [channel_reason, layout_reason, assistance_reason],
            arms,
            policy: self.checked().digest,
        };
        observer.observe(Event::Decided(&decision));
        decision
    }
}
