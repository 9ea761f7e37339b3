//! Times that hang together: the time of the visit, dates and how old they are, and the two clocks. What each may be by its
//! own cells comes in; times that fit all of it go out, if there are any.

use std::cell::OnceCell;
use std::ops::RangeInclusive;

use crate::key::Key;
use crate::time::{Moment, Offset, Timestamp};

/// Some keys, as ranges that need not be in order.
pub(super) type Keys = Vec<RangeInclusive<Key>>;

const MINUTES_A_DAY: i64 = 1_440;
const MINUTES_A_WEEK: i64 = 10_080;

/// What is asked of the times of a visitor.
pub(super) struct Asked<'a> {
    /// The time of the visit.
    pub(super) at: Keys,
    /// Dates that must be known: when they may be, and how old.
    pub(super) dates: &'a [(Keys, Keys)],
    /// Whether a minute of the week may be, by the house's clock and by the visitor's.
    pub(super) house: &'a dyn Fn(u16) -> bool,
    pub(super) visitor: &'a dyn Fn(u16) -> bool,
    /// Whether the visitor's offset may be unknown, and which it may be, in minutes.
    pub(super) offset_unknown: bool,
    pub(super) offset: Keys,
}

/// Times that fit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Times {
    pub(super) at: Moment,
    pub(super) offset: Option<Offset>,
    pub(super) dates: Vec<Timestamp>,
}

/// Why there are no times.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum NoTimes {
    /// None can fit.
    Never,
    /// None was found.
    Untold,
}

/// A Monday morning that people know; visitors are made near it.
const NEAR: i64 = 1_795_438_800;

/// The keys of two lists in order, neither with ranges that overlap, that are in both.
fn meet(left: &[RangeInclusive<Key>], right: &[RangeInclusive<Key>]) -> Keys {
    let (mut left, mut right) = (left.iter().peekable(), right.iter().peekable());
    let mut both = Keys::new();
    while let (Some(a), Some(b)) = (left.peek(), right.peek()) {
        let range = *a.start().max(b.start())..=*a.end().min(b.end());
        if !range.is_empty() {
            both.push(range);
        }
        // What ends first meets nothing that follows.
        if a.end() <= b.end() {
            left.next()
        } else {
            right.next()
        };
    }
    both
}

/// The same keys in order, as few ranges as can be.
fn joined(mut keys: Keys) -> Keys {
    keys.retain(|range| !range.is_empty());
    keys.sort_unstable_by_key(|range| *range.start());
    let mut all = Keys::new();
    for range in keys {
        match all.last_mut() {
            Some(last) if *range.start() <= last.end().saturating_add(1) => {
                *last = *last.start()..=*last.end().max(range.end());
            }
            _ => all.push(range),
        }
    }
    all
}

/// The sums of what is in the one and what is in the other, and what lies up to `beside` from them; more, where there are too many
/// ranges to tell.
fn sums(left: &[RangeInclusive<Key>], right: &[RangeInclusive<Key>], beside: Key) -> Keys {
    const MOST: usize = 1 << 14;
    let (left, mut right) = (joined(left.to_vec()), joined(right.to_vec()));
    if left.len().saturating_mul(right.len()) > MOST
        && let (Some(first), Some(last)) = (right.first(), right.last())
    {
        right = vec![*first.start()..=*last.end()];
    }
    let pairs = left.iter().flat_map(|a| right.iter().map(move |b| (a, b)));
    let sum = |(a, b): (&RangeInclusive<Key>, &RangeInclusive<Key>)| {
        let from = a.start().saturating_add(*b.start()).saturating_sub(beside);
        from..=a.end().saturating_add(*b.end()).saturating_add(beside)
    };
    joined(pairs.map(sum).collect())
}

/// The whole seconds within keys: twice the seconds, and one more behind a whole second.
fn seconds(keys: &RangeInclusive<Key>) -> RangeInclusive<i64> {
    // The least and greatest times that there are.
    const LEAST: i64 = -62_135_596_800;
    const MOST: i64 = 253_402_300_799;
    let (from, to) = (*keys.start(), *keys.end());
    (from.div_euclid(2) + i64::from(from.rem_euclid(2) == 1)).max(LEAST)..=to.div_euclid(2).min(MOST)
}

impl Asked<'_> {
    /// When the visit may be; keys of times between whole seconds may lie one beside the sum of the keys they are made of.
    fn when(&self, beside: Key) -> Keys {
        let dates = self.dates.iter().map(|(dates, ages)| sums(dates, ages, beside));
        dates.fold(joined(self.at.clone()), |when, fits| meet(&when, &fits))
    }

    /// Times that fit, as near as can be to a time that people know, and without the visitor's offset if any do: that may ask for
    /// a consent.
    pub(super) fn times(&self) -> Result<Times, NoTimes> {
        let mut when: Vec<RangeInclusive<i64>> =
            self.when(0).iter().map(seconds).filter(|range| !range.is_empty()).collect();
        when.sort_by_key(|range| nearest(range).abs_diff(NEAR));
        let at_one = |(at, offset): (Moment, Option<Offset>)| {
            let date = |(dates, ages): &(Keys, Keys)| date_at(at.timestamp(), dates, ages);
            Some(Times { at, offset, dates: self.dates.iter().map(date).collect::<Option<_>>()? })
        };
        let weeks = Weeks::of(self);
        let found = when.iter().find_map(|range| at_one((self.one_clock(&weeks, range)?, None)));
        let found = found.or_else(|| when.iter().find_map(|range| at_one(self.two_clocks(&weeks, range)?)));
        // Only whole seconds were tried: there is no time only if between them there is none either.
        let between = |range: &RangeInclusive<Key>| range.start().div_euclid(2)..=range.end().div_euclid(2);
        let fits = |range: &RangeInclusive<i64>| {
            self.one_clock(&weeks, range).is_some() || self.two_clocks(&weeks, range).is_some()
        };
        found.ok_or_else(|| match self.when(1).iter().map(between).any(|range| fits(&range)) {
            true => NoTimes::Untold,
            false => NoTimes::Never,
        })
    }

    /// A time in `range` at which both clocks fit where the visitor's is the house's, if their offset may be unknown.
    fn one_clock(&self, weeks: &Weeks<'_>, range: &RangeInclusive<i64>) -> Option<Moment> {
        if !self.offset_unknown {
            return None;
        }
        let start = nearest(range);
        let usual = minute_of(start, USUAL);
        if (self.house)(usual) && (self.visitor)(usual) {
            return moment(start, USUAL);
        }
        let (times, both) = (times_in(range), weeks.both());
        NEARER.iter().find_map(|offsets| {
            let (at, offset) = times.iter().find_map(|&at| Some((at, both.offset(at, offsets)?)))?;
            moment(at, offset)
        })
    }

    /// A time in `range` at which both clocks fit, and the visitor's offset.
    fn two_clocks(&self, weeks: &Weeks<'_>, range: &RangeInclusive<i64>) -> Option<(Moment, Option<Offset>)> {
        let times = times_in(range);
        let [house, visitor] = weeks.each();
        NEARER.iter().find_map(|nearer| {
            let within = |keys: &RangeInclusive<Key>| {
                *keys.start().max(nearer.start())..=*keys.end().min(nearer.end())
            };
            let offsets: Vec<RangeInclusive<i64>> = self.offset.iter().map(within).collect();
            times.iter().find_map(|&at| {
                // Both are asked first: to find an offset takes longer than to know that there is one.
                let those = offsets.iter().find(|offsets| visitor.has_offset(at, offsets))?;
                let house = house.offset(at, nearer)?;
                let visitor = visitor.offset(at, those)?;
                Some((moment(at, house)?, Some(Offset::from_minutes(i16::try_from(visitor).ok()?)?)))
            })
        })
    }
}

/// Every minute of a week in a range, or of the range if it is shorter: those near to a time that people know come first.
fn times_in(range: &RangeInclusive<i64>) -> Vec<i64> {
    let start = nearest(range);
    let later = (start..=*range.end()).step_by(60).take(MINUTES_A_WEEK as usize);
    let earlier = (1..=MINUTES_A_WEEK).map(|n| start - n * 60).take_while(|at| at >= range.start());
    later.chain(earlier).chain([*range.start(), *range.end()]).collect()
}

const MOST_OFFSET: i64 = Offset::MAX_MINUTES as i64;
/// The offset of the house, unless something speaks against it.
const USUAL: i64 = -180;
/// Offsets to try, the likelier first: the usual one, those that some place on earth has, and whatever can be written.
const NEARER: [RangeInclusive<i64>; 3] = [USUAL..=USUAL, -720..=840, -MOST_OFFSET..=MOST_OFFSET];

fn moment(at: i64, offset: i64) -> Option<Moment> {
    let offset = Offset::from_minutes(i16::try_from(offset).ok()?)?;
    Some(Moment::new(Timestamp::from_unix(at, 0)?, offset))
}

/// The minute of the week.
fn minute_of(at: i64, offset: i64) -> u16 {
    // Day 0 was a Thursday.
    let minute = (at.div_euclid(60) + offset + 3 * MINUTES_A_DAY).rem_euclid(MINUTES_A_WEEK);
    u16::try_from(minute).unwrap_or(0)
}

/// The minutes of the week that both clocks allow, and those that each does, if they are asked for.
struct Weeks<'a> {
    asked: &'a Asked<'a>,
    both: OnceCell<Week>,
    each: OnceCell<[Week; 2]>,
}

impl<'a> Weeks<'a> {
    fn of(asked: &'a Asked<'a>) -> Self {
        Self { asked, both: OnceCell::new(), each: OnceCell::new() }
    }
    fn both(&self) -> &Week {
        let Asked { house, visitor, .. } = *self.asked;
        self.both.get_or_init(|| Week::of(&|minute| house(minute) && visitor(minute)))
    }
    /// By the house's clock, and by the visitor's.
    fn each(&self) -> &[Week; 2] {
        self.each.get_or_init(|| [Week::of(self.asked.house), Week::of(self.asked.visitor)])
    }
}

/// Some minutes of the week: for each how many there are before it.
struct Week(Vec<u32>);

impl Week {
    fn of(has: &dyn Fn(u16) -> bool) -> Self {
        let mut before = vec![0; MINUTES_A_WEEK as usize + 1];
        let mut count = 0;
        for (minute, slot) in (0_u16..).zip(before.iter_mut().skip(1)) {
            count += u32::from(has(minute));
            *slot = count;
        }
        Self(before)
    }
    fn before(&self, minute: i64) -> i64 {
        let at = |minute: i64| usize::try_from(minute).ok().and_then(|n| self.0.get(n)).copied().unwrap_or(0);
        let (weeks, rest) = (minute.div_euclid(MINUTES_A_WEEK), minute.rem_euclid(MINUTES_A_WEEK));
        weeks * i64::from(at(MINUTES_A_WEEK)) + i64::from(at(rest))
    }
    fn has(&self, minute: u16) -> bool {
        self.before(i64::from(minute) + 1) > self.before(minute.into())
    }
    /// Whether there is an offset in `range` by which a time is at one of these minutes.
    fn has_offset(&self, at: i64, range: &RangeInclusive<i64>) -> bool {
        let minute = i64::from(minute_of(at, 0));
        !range.is_empty() && self.before(minute + range.end() + 1) > self.before(minute + range.start())
    }
    /// An offset of those in `range` by which a time is at one of these minutes; full hours before others.
    fn offset(&self, at: i64, range: &RangeInclusive<i64>) -> Option<i64> {
        if !self.has_offset(at, range) {
            return None;
        }
        let fits = |offset: &i64| self.has(minute_of(at, *offset));
        let hours = || range.clone().filter(|offset| offset % 60 == 0);
        let by_nearness = hours().filter(fits).min_by_key(|offset| (offset - USUAL).abs());
        by_nearness.or_else(|| range.clone().find(fits))
    }
}

/// The time in a range that is nearest to one that people know.
fn nearest(range: &RangeInclusive<i64>) -> i64 {
    NEAR.clamp(*range.start(), *range.end())
}

/// A date that is as it may be, and as old.
fn date_at(at: Timestamp, dates: &Keys, ages: &Keys) -> Option<Timestamp> {
    let now = at.unix_seconds() * 2;
    let by_age: Keys =
        ages.iter().map(|age| now.saturating_sub(*age.end())..=now.saturating_sub(*age.start())).collect();
    let both = meet(&joined(dates.clone()), &joined(by_age));
    // A day before the visit, or as near to that as may be.
    let day = at.unix_seconds() - 86_400;
    let whole = both.iter().map(seconds).filter(|range| !range.is_empty());
    let near = whole.map(|range| day.clamp(*range.start(), *range.end()));
    if let Some(date) = near.min_by_key(|date| date.abs_diff(day)) {
        return Timestamp::from_unix(date, 0);
    }
    // Between two whole seconds.
    let between = both.first()?;
    Timestamp::from_unix(between.start().div_euclid(2), 500_000_000)
}

#[cfg(test)]
mod tests {
    use super::*;

    const ANY: RangeInclusive<Key> = Key::MIN..=Key::MAX;

    fn asked<'a>(
        dates: &'a [(Keys, Keys)],
        house: &'a dyn Fn(u16) -> bool,
        visitor: &'a dyn Fn(u16) -> bool,
    ) -> Asked<'a> {
        Asked { at: vec![ANY], dates, house, visitor, offset_unknown: true, offset: vec![ANY] }
    }

    #[test]
    fn clocks_of_house_and_visitor_are_one_unless_the_visitor_has_another() {
        let (sunday, nine) = (6 * 1_440, 9 * 60);
        let one =
            asked(&[], &|minute| minute == sunday + nine, &|minute| minute == sunday + nine).times().unwrap();
        assert_eq!((one.offset, one.at.timestamp().minute_of_week(one.at.offset())), (None, sunday + nine));
        let two = asked(&[], &|minute| minute == sunday, &|minute| minute == nine).times().unwrap();
        let offset = two.offset.unwrap();
        assert_eq!(two.at.timestamp().minute_of_week(offset), nine);
        assert_eq!(two.at.timestamp().minute_of_week(two.at.offset()), sunday);
    }

    #[test]
    fn offsets_are_the_usual_one_or_some_place_has_them_where_that_suffices() {
        let minutes = |offset: Option<Offset>| offset.map(Offset::minutes);
        // On a Tuesday at seven, by an offset that must be known: it is waited for.
        let (seven, any) = (1_440 + 7 * 60, vec![ANY]);
        let by_seven = |minute: u16| minute == seven;
        let known = Asked { offset_unknown: false, ..asked(&[], &|_| true, &by_seven) }.times().unwrap();
        assert_eq!((minutes(known.offset), known.at.offset().minutes()), (Some(-180), -180));
        // At one time only, at which it is seven where no place is: somebody there is all the same.
        let week = NEAR.div_euclid(604_800) * 604_800;
        let at = week + (5 * 24 + 7 - 16) * 3_600;
        let once = Asked { at: vec![at * 2..=at * 2], ..asked(&[], &by_seven, &by_seven) };
        assert_eq!(once.times().map(|times| times.at.offset().minutes()), Ok(16 * 60));
        // Where it is Monday for the house and Tuesday for them.
        let two = Asked { offset: any, ..asked(&[], &|minute| minute == 600, &by_seven) }.times().unwrap();
        assert!(minutes(two.offset).is_some_and(|offset| (-720..=840).contains(&offset)), "{two:?}");
    }

    #[test]
    fn many_dates_that_may_each_be_much_are_no_more_than_their_ranges() {
        let but = |from: Key, each: Key| -> Keys {
            (0..40).map(|n| from + n * each..=from + (n + 1) * each - 2).collect()
        };
        let dates: Vec<_> = (0..8).map(|n| (but(2_000_000 * n, 1_000), but(n, 3_000))).collect();
        let at = vec![0..=16_000_000];
        let times = Asked { at, ..asked(&dates, &|_| true, &|_| true) }.times();
        assert_eq!(times, Err(NoTimes::Never));
        let dates: Vec<_> = (0..8).map(|n| (but(20 * n, 1_000), but(n, 3_000))).collect();
        let times = asked(&dates, &|_| true, &|_| true).times().unwrap();
        let now = times.at.timestamp().unix_seconds() * 2;
        for (date, (dates, ages)) in times.dates.iter().zip(&dates) {
            let date = date.unix_seconds() * 2;
            let is_in = |keys: &Keys, key: Key| keys.iter().any(|range| range.contains(&key));
            assert!(is_in(dates, date) && is_in(ages, now - date), "{times:?}");
        }
        // In order, and whatever touches is one.
        assert_eq!(joined(vec![5..=7, 9..=9, 1..=3, 4..=4]), [1..=7, 9..=9]);
        assert_eq!(meet(&[1..=5, 8..=20], &[0..=1, 3..=9, 20..=30]), [1..=1, 3..=5, 8..=9, 20..=20]);
        assert_eq!(sums(&[0..=1, 10..=11], &[100..=101], 0), [100..=102, 110..=112]);
    }

    #[test]
    fn a_date_is_as_old_as_its_age_says_and_the_visit_between_what_both_allow() {
        let day = 2 * 86_400;
        let from = 1_700_000_000 * 2;
        let dates = [(vec![from..=from + day], vec![day..=2 * day])];
        let times = asked(&dates, &|_| true, &|_| true).times().unwrap();
        let age = times.at.timestamp().since(times.dates[0]).seconds();
        assert!((86_400..=172_800).contains(&age), "{times:?}");
        let never = [(vec![from..=from], vec![0..=0]), (vec![from + day..=from + day], vec![0..=0])];
        assert_eq!(asked(&never, &|_| true, &|_| true).times(), Err(NoTimes::Never));
        // Between two whole seconds there is time, but none is made.
        let between = Asked { at: vec![from + 1..=from + 1], ..asked(&[], &|_| true, &|_| true) };
        assert_eq!(between.times(), Err(NoTimes::Untold));
    }
}
