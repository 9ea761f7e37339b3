//! What the visitors of a pair of regions are given, on both sides at once: by rules and arms, and for channels by their habit, by
//! where they are or were, and by needs.

use smallvec::{SmallVec, smallvec};

use super::balance::{Balance, Points, Towards, Way};
use super::{Apart, At};
use crate::cells::{AxisId, Cell, CellSet, Truths, UNKNOWN};
use crate::need::AccessNeed;
use crate::policy::{ChannelId, Effects};
use crate::search::outlook::Outlook;
use crate::search::space::{Choice, Member};

/// What effects give, on which side.
type Of<'f> = &'f dyn Fn(usize, &Effects) -> i64;

fn one(axis: AxisId, cell: Cell) -> Member {
    Member { axis, there: CellSet::range(cell, cell + 1) }
}

/// Whether a choice may be one of the policy's channels, and whether it can be nothing else.
fn may_be(outlook: &Outlook<'_>, choice: &Choice, place: usize) -> Truths {
    let Some(cells) = choice.cells.get(place) else { return Truths::FALSE };
    outlook.so(&Member { axis: choice.axis, there: cells.clone() })
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
                towards: smallvec![Towards::Condition(tree, truths)],
            };
            let mut ways = SmallVec::new();
            if truths.meets(Truths::UNTRUE) {
                ways.push(way([0, 0], Truths::UNTRUE));
            }
            if truths.meets(Truths::TRUE) {
                ways.push(way(points, Truths::TRUE));
            }
            balance.add(side, ways);
        }
        for pair in &self.experiments {
            let side = usize::from(pair[0].is_none());
            let space = self.space(side);
            let Some(number) = pair[side] else { continue };
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
                ways.push(Way { points: [0, 0], towards });
            }
            if applies.meets(Truths::TRUE) {
                for arm in
                    (0..experiment.arms.len()).filter(|&arm| outlook.so(&drawn(arm)).meets(Truths::TRUE))
                {
                    let mut towards: SmallVec<[Towards<'_>; 1]> = SmallVec::new();
                    towards.extend(tree.map(|tree| Towards::Condition(tree, Truths::TRUE)));
                    towards.push(Towards::Member(drawn(arm), true));
                    ways.push(Way { points: self.of_arm(*pair, arm, of), towards });
                }
            }
            balance.add(side, ways);
        }
    }

    fn of_arm(&self, pair: [Option<usize>; 2], arm: usize, of: Of<'_>) -> Points {
        std::array::from_fn(|side| {
            let experiment = pair[side].and_then(|number| self.space(side).checked.experiments.get(number));
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
        let mut balance =
            Balance::new([0, 1].map(|side| turned(side, base(side, from[side]) - base(side, to[side]))));
        self.add_effects(at, &mut balance, &|side, effects| {
            turned(side, for_channel(effects, from[side]) - for_channel(effects, to[side]))
        });
        for (places, sign) in [(from, 1), (to, -1)] {
            self.add_habit(at, &mut balance, places[0], |side, steps| {
                turned(side, sign * steps * self.space(side).checked.weights.habit)
            });
        }
        self.add_continuity(at, &mut balance, from, to, |side| {
            turned(side, self.space(side).checked.weights.continuity)
        });
        for &need in AccessNeed::ALL {
            let points: Points = std::array::from_fn(|side| {
                let checked = self.space(side).checked;
                let conflicts = |place: usize| {
                    let channel = checked.channels.get(place);
                    i64::from(channel.is_some_and(|channel| channel.conflicts.contains(need)))
                };
                turned(side, checked.weights.need * (conflicts(to[side]) - conflicts(from[side])))
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
            let steps = i64::from(cell.saturating_sub(UNKNOWN + 1).min(4));
            let towards = smallvec![Towards::Member(one(axis, cell), true)];
            Way { points: [points(0, steps), points(1, steps)], towards }
        };
        balance.add(0, cells.map(way).collect());
    }

    /// What is given for the channel in use, or without one for the journey's last: to one of two channels, or to neither.
    fn add_continuity<'a>(
        &'a self,
        at: &At<'a>,
        balance: &mut Balance<'a>,
        from: [usize; 2],
        to: [usize; 2],
        points: impl Fn(usize) -> i64,
    ) {
        let inputs = &self.space(0).inputs;
        let (now, before) = (&inputs.in_use, &inputs.journey_channel);
        let nobody = one(now.axis, UNKNOWN);
        let unknown = at.outlook(0).so(&nobody);
        // Whether it is a channel: both policies have it, so that both sides speak of the same visitors.
        let is = |places: [usize; 2]| {
            let both = |of: fn(&crate::search::space::Inputs) -> &Choice| {
                let side = |side: usize| may_be(at.outlook(side), of(&self.space(side).inputs), places[side]);
                let (a, b) = (side(0), side(1));
                match () {
                    () if a == Truths::TRUE || b == Truths::TRUE => Truths::TRUE,
                    () if a == Truths::FALSE || b == Truths::FALSE => Truths::FALSE,
                    () => Truths::KNOWN,
                }
            };
            let (now, before) = (both(|inputs| &inputs.in_use), both(|inputs| &inputs.journey_channel));
            match () {
                () if now == Truths::TRUE || unknown == Truths::TRUE && before == Truths::TRUE => {
                    Truths::TRUE
                }
                () if now == Truths::FALSE && (unknown == Truths::FALSE || before == Truths::FALSE) => {
                    Truths::FALSE
                }
                () => Truths::KNOWN,
            }
        };
        let named = |choice: &Choice, place: usize| Member {
            axis: choice.axis,
            there: choice.cells.get(place).cloned().unwrap_or_default(),
        };
        let neither = |choice: &Choice| {
            let of = |place: usize| choice.cells.get(place).cloned().unwrap_or_default();
            Member { axis: choice.axis, there: of(from[0]).union(&of(to[0])) }
        };
        let (first, second) = (is(from), is(to));
        let mut ways = SmallVec::new();
        // Somebody may come by a channel that no policy has heard of, which counts as unknown in the cells.
        if first != Truths::TRUE && second != Truths::TRUE || unknown.meets(Truths::TRUE) {
            ways.push(Way {
                points: [0, 0],
                towards: smallvec![
                    Towards::Member(nobody.clone(), true),
                    Towards::Member(neither(before), false),
                    Towards::Member(neither(now), false)
                ],
            });
        }
        for (place, truths, sign) in [(from[0], first, 1), (to[0], second, -1)] {
            if truths.meets(Truths::TRUE) {
                ways.push(Way {
                    points: [sign * points(0), sign * points(1)],
                    towards: smallvec![
                        Towards::Member(nobody.clone(), true),
                        Towards::Member(named(before, place), true),
                        Towards::Member(named(now, place), true)
                    ],
                });
            }
        }
        balance.add(0, ways);
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
        ways.push(Way { points: [0, 0], towards: no.collect() });
    }
    if required_so != Truths::TRUE && asked.iter().any(|member| is_so(member).meets(Truths::TRUE)) {
        let yes = asked.iter().map(|&member| Towards::Member(member.clone(), true));
        let required = Towards::Member(required.clone(), false);
        ways.push(Way { points, towards: [required].into_iter().chain(yes).collect() });
    }
    balance.add(0, ways);
}
