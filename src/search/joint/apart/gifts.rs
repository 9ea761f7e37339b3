//! What the visitors of a pair of regions are given, on both sides at once: by rules and arms, and for channels by their habit, by
//! where they are or were, and by needs.

use smallvec::{SmallVec, smallvec};

use super::why::At;
use super::{Apart, NEW, OLD, on};
use crate::cells::{AxisId, Cell, CellSet, Truths, UNKNOWN};
use crate::need::AccessNeed;
use crate::policy::{ChannelId, Effects};
use crate::search::balance::{Balance, Points, Towards, Way};
use crate::search::space::{Choice, Member};

/// What effects give, on which side.
type Of<'f> = &'f dyn Fn(usize, &Effects) -> i64;

fn one(axis: AxisId, cell: Cell) -> Member {
    Member { axis, there: CellSet::range(cell, cell + 1) }
}

fn named(choice: &Choice, place: usize) -> Member {
    Member { axis: choice.axis, there: choice.cells.get(place).cloned().unwrap_or_default() }
}

impl Apart<'_, '_> {
    /// Adds what rules and arms give.
    pub(super) fn add_effects<'a>(&'a self, at: &At<'a>, balance: &mut Balance<'a>, of: Of<'_>) {
        for pair in &self.rules {
            let points: Points =
                std::array::from_fn(|side| self.rule(side, *pair).map_or(0, |rule| of(side, &rule.effects)));
            let (side, tree) = self.tree(*pair);
            let Some(tree) = tree.filter(|_| points != [0, 0]) else { continue };
            let truths = at.outlook(side).inside.truths(tree);
            let way = |points: Points, truths: Truths| Way {
                points,
                side,
                towards: smallvec![Towards::Condition(tree, truths)],
            };
            let mut ways = SmallVec::new();
            if truths.meets(Truths::UNTRUE) {
                ways.push(way([0, 0], Truths::UNTRUE));
            }
            if truths.meets(Truths::TRUE) {
                ways.push(way(points, Truths::TRUE));
            }
            balance.add(ways, false);
        }
        for pair in &self.experiments {
            let side = usize::from(pair[0].is_none());
            let space = self.space(side);
            let Some(number) = on(*pair, side) else { continue };
            let tree = space.experiments.get(number).and_then(Option::as_ref);
            let outlook = at.outlook(side);
            let applies = tree.map_or(Truths::TRUE, |tree| outlook.inside.truths(tree));
            let (Some(&axis), Some(experiment)) =
                (space.inputs.arms.get(number), space.checked.experiments.get(number))
            else {
                continue;
            };
            // Of what is known, the first cell is of who draws none.
            let drawn = |arm: usize| one(axis, UNKNOWN + 2 + arm as Cell);
            let mut ways = SmallVec::new();
            if applies != Truths::TRUE || outlook.so(&one(axis, UNKNOWN + 1)).meets(Truths::TRUE) {
                let mut towards = smallvec![Towards::Member(one(axis, UNKNOWN + 1), true)];
                towards.extend(tree.map(|tree| Towards::Condition(tree, Truths::UNTRUE)));
                ways.push(Way { points: [0, 0], side, towards });
            }
            if applies.meets(Truths::TRUE) {
                for arm in
                    (0..experiment.arms.len()).filter(|&arm| outlook.so(&drawn(arm)).meets(Truths::TRUE))
                {
                    let mut towards: SmallVec<[Towards<'_>; 1]> = SmallVec::new();
                    towards.extend(tree.map(|tree| Towards::Condition(tree, Truths::TRUE)));
                    towards.push(Towards::Member(drawn(arm), true));
                    ways.push(Way { points: self.of_arm(*pair, arm, of), side, towards });
                }
            }
            balance.add(ways, false);
        }
    }

    fn of_arm(&self, pair: [Option<usize>; 2], arm: usize, of: Of<'_>) -> Points {
        std::array::from_fn(|side| {
            let experiment =
                on(pair, side).and_then(|number| self.space(side).checked.experiments.get(number));
            experiment.and_then(|one| one.arms.get(arm)).map_or(0, |arm| of(side, &arm.effects))
        })
    }

    /// By how much the old policy's score of the first channel is above that of the second, and the new policy's score of the
    /// second above that of the first (D3).
    pub(super) fn scores<'a>(&'a self, at: &At<'a>, [from, to]: [[usize; 2]; 2]) -> Balance<'a> {
        // What is good for the second channel counts the other way on the new side.
        let turned = |side: usize, points: i64| if side == 0 { points } else { -points };
        let for_channel = |effects: &Effects, place: usize| -> i64 {
            let given = effects.channels.iter().filter(|(id, _)| *id == ChannelId(place as u8));
            given.map(|(_, points)| points).sum()
        };
        let base = |side: usize, place: usize| {
            self.space(side).checked.channels.get(place).map_or(0, |channel| channel.base)
        };
        let mut balance = Balance::new(
            [0, 1].map(|side| turned(side, base(side, on(from, side)) - base(side, on(to, side)))),
        );
        self.add_effects(at, &mut balance, &|side, effects| {
            turned(side, for_channel(effects, on(from, side)) - for_channel(effects, on(to, side)))
        });
        for (places, sign) in [(from, 1), (to, -1)] {
            self.add_habit(at, &mut balance, places[0], |side, steps| {
                turned(side, sign * steps * self.space(side).checked.weights.habit)
            });
        }
        let continuity = [0, 1].map(|side| turned(side, self.space(side).checked.weights.continuity));
        self.add_continuity(at, &mut balance, [from, to], continuity);
        for &need in AccessNeed::ALL {
            let points: Points = std::array::from_fn(|side| {
                let checked = self.space(side).checked;
                let conflicts = |place: usize| {
                    let channel = checked.channels.get(place);
                    i64::from(channel.is_some_and(|channel| channel.conflicts.contains(need)))
                };
                turned(side, checked.weights.need * (conflicts(on(to, side)) - conflicts(on(from, side))))
            });
            if points != [0, 0] {
                add_need(at, &mut balance, need, points);
            }
        }
        balance.order();
        balance
    }

    /// What a channel's habit gives, from 0 to 4 steps.
    fn add_habit<'a>(
        &'a self,
        at: &At<'a>,
        balance: &mut Balance<'a>,
        place: usize,
        points: impl Fn(usize, i64) -> i64,
    ) {
        let Some(channel) = self.space(0).inputs.channels.get(place) else { return };
        let axis = channel.habit;
        let cells = at.outlook(0).region().get(axis).cloned().unwrap_or_default();
        let cells = cells.ranges().iter().flat_map(|&(first, behind)| first..behind);
        let way = |cell: Cell| {
            let steps = self.space(0).habit_steps(axis, cell);
            let towards = smallvec![Towards::Member(one(axis, cell), true)];
            Way { points: [points(0, steps), points(1, steps)], side: OLD, towards }
        };
        balance.add(cells.map(way).collect(), false);
    }

    /// What is given for the channel in use, or without one for the journey's last: to one of two channels, or to neither.
    fn add_continuity<'a>(
        &'a self,
        at: &At<'a>,
        balance: &mut Balance<'a>,
        [from, to]: [[usize; 2]; 2],
        points: Points,
    ) {
        let (before, after) = (Continuity::of(at, OLD, from, to), Continuity::of(at, NEW, from, to));
        let mut ways = SmallVec::new();
        // Who comes by a channel that both policies have heard of, or neither, goes on with the same under both.
        let first = before.first.and(after.first);
        let second = before.second.and(after.second);
        if first.meets(Truths::FALSE) && second.meets(Truths::FALSE) {
            ways.push(Way { points: [0, 0], side: OLD, towards: before.towards(None) });
        }
        for (truths, place, sign) in [(first, from[OLD], 1), (second, to[OLD], -1)] {
            if truths.meets(Truths::TRUE) {
                let towards = before.towards(Some(place));
                ways.push(Way { points: points.map(|points| sign * points), side: OLD, towards });
            }
        }
        // Who comes by one of which only one policy has heard goes on with none there, and with the journey's here.
        for (side, here, there) in [(OLD, &before, &after), (NEW, &after, &before)] {
            let own = self.own_in_use(side);
            if !at.outlook(side).so(&own).meets(Truths::TRUE) {
                continue;
            }
            let alone = |sign: i64, journeys: Towards<'a>| {
                let mut alone = points.map(|points| sign * points);
                if let Some(none) = alone.get_mut(side) {
                    *none = 0;
                }
                Way { points: alone, side, towards: smallvec![Towards::Member(own.clone(), true), journeys] }
            };
            ways.push(alone(0, Towards::Member(here.either(here.before), false)));
            for (truths, place, sign) in
                [(there.first, here.places[0], 1), (there.second, here.places[1], -1)]
            {
                if truths.meets(Truths::TRUE) {
                    ways.push(alone(sign, Towards::Member(named(here.before, place), true)));
                }
            }
        }
        balance.add(ways, false);
    }

    /// That the channel in use is one of a policy's of which the other has not heard.
    fn own_in_use(&self, side: usize) -> Member {
        let choice = &self.space(side).inputs.in_use;
        let own = self.channels.iter().filter_map(|(_, places)| {
            let (place, other) = (on(*places, side), on(*places, 1 - side));
            choice.cells.get(place.filter(|_| other.is_none())?)
        });
        Member { axis: choice.axis, there: own.fold(CellSet::empty(), |all, cells| all.union(cells)) }
    }
}

/// With which of two channels somebody goes on under a policy.
struct Continuity<'a> {
    now: &'a Choice,
    before: &'a Choice,
    places: [usize; 2],
    first: Truths,
    second: Truths,
}

impl<'a> Continuity<'a> {
    fn of(at: &At<'a>, side: usize, from: [usize; 2], to: [usize; 2]) -> Self {
        let outlook = at.outlook(side);
        let inputs = &outlook.space.inputs;
        let (now, before) = (&inputs.in_use, &inputs.journey_channel);
        let places = [on(from, side), on(to, side)];
        let unknown = outlook.so(&one(now.axis, UNKNOWN));
        let is = |place: usize| {
            let (now, before) = (outlook.so(&named(now, place)), outlook.so(&named(before, place)));
            let (may, must) = (Truths::TRUE, |truths| truths == Truths::TRUE);
            match () {
                () if must(now) || must(unknown) && must(before) => Truths::TRUE,
                () if now.meets(may) || unknown.meets(may) && before.meets(may) => Truths::KNOWN,
                () => Truths::FALSE,
            }
        };
        Self { now, before, places, first: is(places[0]), second: is(places[1]) }
    }
    fn either(&self, choice: &Choice) -> Member {
        let [first, second] = self.places.map(|place| named(choice, place).there);
        Member { axis: choice.axis, there: first.union(&second) }
    }
    /// Where to part so that they go on with a channel, or with neither.
    fn towards(&self, place: Option<usize>) -> SmallVec<[Towards<'a>; 1]> {
        let nobody = Towards::Member(one(self.now.axis, UNKNOWN), true);
        let then = [self.before, self.now].map(|choice| match place {
            Some(place) => Towards::Member(named(choice, place), true),
            None => Towards::Member(self.either(choice), false),
        });
        [nobody].into_iter().chain(then).collect()
    }
}

/// What is given for a need that is preferred.
fn add_need<'a>(at: &At<'a>, balance: &mut Balance<'a>, need: AccessNeed, points: Points) {
    let outlook = at.outlook(0);
    let inputs = &outlook.space.inputs;
    let (Some(there), Some(required)) = (inputs.needs.get(need as usize), inputs.required.get(need as usize))
    else {
        return;
    };
    let hints = inputs.hints.iter().filter(|(_, of)| *of == need).map(|(hint, _)| hint);
    let asked: Vec<&Member> = hints.chain([there]).collect();
    let is_so = |member: &&Member| outlook.so(member);
    let required_so = is_so(&required);
    let mut ways = SmallVec::new();
    let sure = asked.iter().any(|member| is_so(member) == Truths::TRUE) && required_so == Truths::FALSE;
    if !sure {
        let no = asked.iter().map(|&member| Towards::Member(member.clone(), false));
        ways.push(Way { points: [0, 0], side: OLD, towards: no.collect() });
    }
    if required_so != Truths::TRUE && asked.iter().any(|member| is_so(member).meets(Truths::TRUE)) {
        let yes = asked.iter().map(|&member| Towards::Member(member.clone(), true));
        let required = Towards::Member(required.clone(), false);
        ways.push(Way { points, side: OLD, towards: [required].into_iter().chain(yes).collect() });
    }
    balance.add(ways, false);
}
