//! Whether a condition speaks for or against needs (L8).

use super::random::Random;
use crate::oracle::document::{ASKED_BY_DEVICE, Document, NEEDS};
use crate::oracle::expression::Expr;

/// Whether a condition can come to hold when a need comes (`there`), and when one goes (`absent`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Speaks {
    pub there: bool,
    pub absent: bool,
}

fn reads_needs(expr: &Expr) -> bool {
    matches!(expr, Expr::Attribute(name) if name == "profile.needs" || name == "profile.required_needs")
}

/// What a device asks for because of a need.
fn asked_by_device(expr: &Expr) -> bool {
    matches!(expr, Expr::Attribute(name) if ASKED_BY_DEVICE.iter().any(|(asked, _)| asked == name))
}

fn turned(speaks: Speaks) -> Speaks {
    Speaks { there: speaks.absent, absent: speaks.there }
}

fn truth(expr: &Expr) -> Option<bool> {
    if let Expr::Bool(truth) = expr { Some(*truth) } else { None }
}

/// How `expr` speaks of needs; careful rather than exact: what is not plain counts as both.
pub fn speaks(document: &Document, expr: &Expr) -> Speaks {
    speaks_where(&|name| speaks(document, &document.segments[name].when), expr)
}

/// The same, where `segment` says how segments speak.
pub fn speaks_where(segment: &dyn Fn(&str) -> Speaks, expr: &Expr) -> Speaks {
    let speaks = |expr: &Expr| speaks_where(segment, expr);
    let there = Speaks { there: true, absent: false };
    let is_size =
        |expr: &Expr| matches!(expr, Expr::Call(name, args) if name == "size" && reads_needs(&args[0]));
    let is_number = |expr: &Expr| matches!(expr, Expr::Int(_));
    match expr {
        _ if asked_by_device(expr) => there,
        Expr::Call(name, args) if matches!(name.as_str(), "known" | "has") && asked_by_device(&args[0]) => {
            there
        }
        Expr::Pair(sign @ ("==" | "!="), a, b) if truth(a).or(truth(b)).is_some() => {
            let (part, is_true) = match truth(b) {
                Some(is_true) => (a, is_true),
                None => (b, truth(a) == Some(true)),
            };
            if is_true == (*sign == "==") { speaks(part) } else { turned(speaks(part)) }
        }
        Expr::Pair("in", x, set) if reads_needs(set) && matches!(**x, Expr::Text(_)) => there,
        Expr::Pair(">" | ">=", a, b) if is_size(a) && is_number(b) => there,
        Expr::Pair("<" | "<=", a, b) if is_size(b) && is_number(a) => there,
        Expr::Each { all: false, over, body, .. }
            if reads_needs(over) && speaks(body) == Speaks::default() =>
        {
            there
        }
        Expr::Not(a) => turned(speaks(a)),
        Expr::Pair("&&" | "||", a, b) => {
            let (a, b) = (speaks(a), speaks(b));
            Speaks { there: a.there || b.there, absent: a.absent || b.absent }
        }
        Expr::Segment(name) => segment(name),
        other => {
            let any = reads_needs(other)
                || other.children().into_iter().any(|child| speaks(child) != Speaks::default());
            Speaks { there: any, absent: any }
        }
    }
}

/// The needs, for those who want one.
pub fn need(random: &mut Random) -> String {
    random.name(&NEEDS)
}
