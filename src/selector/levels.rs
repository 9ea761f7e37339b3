//! Layout and assistance (D5 to D7): points, then bounds, each with what decided.

use std::ops::RangeInclusive;

use crate::decision::{Giver, Reason, ReasonCode};
use crate::experience::{AssistanceLevel, LayoutComplexity};

const fn reason(code: ReasonCode, giver: Giver) -> Reason {
    Reason { code, giver }
}

/// A bound and the reason it gives.
pub(super) type Because<L> = (L, Reason);

/// Why the points give another level than the default, `moved` saying which way; `mover` says who moved them most up (true) or
/// down.
fn moved(moved: std::cmp::Ordering, mover: impl FnOnce(bool) -> Giver) -> Reason {
    match moved {
        std::cmp::Ordering::Less => reason(ReasonCode::Rules, mover(false)),
        std::cmp::Ordering::Equal => reason(ReasonCode::Default, Giver::Nobody),
        std::cmp::Ordering::Greater => reason(ReasonCode::Rules, mover(true)),
    }
}

/// The layout before its caps: nearest to the points or the preference, or the prior one while that is near (D7).
#[inline]
pub(super) fn layout_by_points(
    points: i64,
    mover: impl FnOnce(bool) -> Giver,
    default: LayoutComplexity,
    preferred: Option<LayoutComplexity>,
    prior: Option<LayoutComplexity>,
    margin: i64,
) -> Because<LayoutComplexity> {
    let sum = preferred.map_or(points, LayoutComplexity::points);
    let nearest = LayoutComplexity::nearest(sum);
    let level = match prior {
        Some(prior) if range_of(prior, margin).contains(&sum) => prior,
        _ => nearest,
    };
    let why = if preferred.is_some() {
        reason(ReasonCode::Preferred, Giver::Nobody)
    } else if level != nearest {
        reason(ReasonCode::Prior, Giver::Nobody)
    } else {
        moved(level.cmp(&default), mover)
    };
    (level, why)
}

/// The points at which a prior level is kept: its range, widened by the margin; open at the ends of the axis.
pub(crate) fn range_of(prior: LayoutComplexity, margin: i64) -> RangeInclusive<i64> {
    let from = prior.points() - 50 - margin;
    let to = prior.points() + 49 + margin;
    let from = if prior == LayoutComplexity::Essential { i64::MIN } else { from };
    from..=if prior == LayoutComplexity::Rich { i64::MAX } else { to }
}

/// The lowest of `caps`, where it lowers the level; of equal ones the first.
pub(super) fn capped(
    start: Because<LayoutComplexity>,
    caps: impl IntoIterator<Item = Option<Because<LayoutComplexity>>>,
) -> Because<LayoutComplexity> {
    caps.into_iter().flatten().fold(start, |kept, cap| if cap.0 < kept.0 { cap } else { kept })
}

/// The assistance before its floors.
#[inline]
pub(super) fn assistance_by_points(
    points: i64,
    mover: impl FnOnce(bool) -> Giver,
    default: AssistanceLevel,
    preferred: Option<AssistanceLevel>,
) -> Because<AssistanceLevel> {
    match preferred {
        Some(level) => (level, reason(ReasonCode::Preferred, Giver::Nobody)),
        None => {
            let level = AssistanceLevel::nearest(points);
            (level, moved(level.cmp(&default), mover))
        }
    }
}

/// The highest of `floors`, where it raises the level; of equal ones the first.
pub(super) fn raised(
    start: Because<AssistanceLevel>,
    floors: impl IntoIterator<Item = Option<Because<AssistanceLevel>>>,
) -> Because<AssistanceLevel> {
    floors.into_iter().flatten().fold(start, |kept, floor| if floor.0 > kept.0 { floor } else { kept })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn d5_halves_go_up_and_the_axis_has_ends() {
        use LayoutComplexity::{Essential, Rich, Simple, Standard};
        let levels = [-9_999, 49, 50, 149, 150, 249, 250, 9_999].map(LayoutComplexity::nearest);
        assert_eq!(levels, [Essential, Essential, Simple, Simple, Standard, Standard, Rich, Rich]);
    }

    #[test]
    fn d7_a_prior_standard_stays_from_125_to_274() {
        use LayoutComplexity::{Essential, Rich, Standard};
        let stays = |prior, sum| range_of(prior, 25).contains(&sum);
        assert_eq!([124, 125, 274, 275].map(|sum| stays(Standard, sum)), [false, true, true, false]);
        assert!(stays(Essential, -5_000) && stays(Essential, 74) && !stays(Essential, 75));
        assert!(stays(Rich, 5_000) && stays(Rich, 225) && !stays(Rich, 224));
    }
}
