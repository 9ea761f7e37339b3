//! Answers before times: every engine against the plainest interpreter of the segments, which shares no code with any.

use maitre::Policy;

use crate::bits::Bits;
use crate::form::Form;
use crate::peer::Peer;
use crate::peers::maitre::{Followed, Profiles};
use crate::workload::visitor::Visitor;
use crate::workload::{self, Kind, Workload, condition};
use crate::{Failure, for_each_peer};

/// Holds every engine, `maitre` among them, against the interpreter: `segments` segments, `visitors` visitors of whom
/// everything is known and as many of whom a tenth is missing.
///
/// # Errors
/// An engine refuses something, or answers otherwise than the interpreter.
pub fn check_all(segments: usize, visitors: usize) -> Result<(), Failure> {
    let workload = workload::rare(segments);
    check_loaded::<Profiles>(&workload, visitors)?;
    check_loaded::<Followed>(&workload, visitors)?;
    for_each_peer!(check_loaded(&workload, visitors));
    Ok(())
}

/// Loads both policies of every workload at `segments` segments, holds `maitre` against the interpreter on the one that
/// has the segments alone, and holds each workload to what it says of itself.
///
/// # Errors
/// A policy does not load, an answer differs, or segments hold more or less often than they should.
pub fn check_workloads(segments: usize, visitors: usize) -> Result<(), Failure> {
    for Kind { name, make, .. } in Workload::ALL {
        let workload = make(segments);
        Policy::from_toml(&workload.policy()).map_err(|error| format!("{name}: {error}"))?;
        let named = |error: Failure| format!("{name}: {error}");
        check_loaded::<Profiles>(&workload, visitors).map_err(named)?;
        check_loaded::<Followed>(&workload, visitors).map_err(named)?;
        let expected = match name {
            "never" => 0.0..=0.0,
            "always" => 100.0..=100.0,
            "common" => 40.0..=60.0,
            "rare" | "skewed" | "wide" => 1.0..=2.0,
            _ => 1.0..=99.0,
        };
        let hit = workload.hit_percent();
        if !expected.contains(&hit) {
            return Err(format!("{name}: {hit:.2} % of the segments hold, expected {expected:?}").into());
        }
    }
    Ok(())
}

/// Loads one engine and holds it against the interpreter, on visitors of whom all is known and of whom a tenth is missing.
pub fn check_loaded<P: Peer>(workload: &Workload, visitors: usize) -> Result<(), Failure> {
    let mut peer = P::load(workload)?;
    check(&mut peer, workload, &workload.visitors(visitors, 0))?;
    check(&mut peer, workload, &workload.visitors(visitors, 10))
}

/// Holds one engine against the interpreter. A segment is left out for a visitor only if it asks something of a missing
/// fact that the engine is known to take otherwise ([`Peer::agrees_where_missing`]).
pub fn check<P: Peer>(peer: &mut P, workload: &Workload, visitors: &[Visitor]) -> Result<(), Failure> {
    let count = workload.segments.len();
    // Who takes segments that have no form takes them as they are, and agrees on all.
    let differs: Vec<Vec<usize>> = workload
        .segments
        .iter()
        .map(|segment| {
            let form = Form::of(&segment.when).ok();
            let asks = form.iter().flat_map(Form::asks);
            asks.filter(|(_, asks)| !P::agrees_where_missing(asks)).map(|(attribute, _)| attribute).collect()
        })
        .collect();
    let (mut kept, mut fresh) = (Bits::new(count), Bits::new(count));
    for (number, visitor) in visitors.iter().enumerate() {
        kept.clear();
        fresh.clear();
        let input = peer.convert(visitor)?;
        peer.matches(&input, &mut kept);
        peer.show(&mut kept)?;
        peer.convert_and_match(visitor, &mut fresh)?;
        peer.show(&mut fresh)?;
        if kept != fresh {
            return Err(format!("{}: visitor {number} is answered in two ways", P::NAME).into());
        }
        let expected = condition::values(&workload.segments, &visitor.values);
        for (position, expected) in expected.into_iter().enumerate() {
            let is_left_out = differs[position].iter().any(|&attribute| visitor.values[attribute].is_none());
            if !is_left_out && kept.get(position) != (expected == Some(true)) {
                let segment = &workload.segments[position];
                let text = segment.when.cel(&workload.schema, &workload.segments);
                let found = kept.get(position);
                return Err(format!(
                    "{}: `{}` is {found} for visitor {number}, expected {expected:?}: {text}",
                    P::NAME,
                    segment.name
                )
                .into());
            }
        }
    }
    Ok(())
}
