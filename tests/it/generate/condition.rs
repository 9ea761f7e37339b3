//! Conditions over a document's attributes, typed as they are made.

use super::random::Random;
use super::schema::Schema;
use crate::oracle::expression::{Expr, attribute, call, each, not, pair, text};
use crate::oracle::time::print_time;

pub const TEXTS: [&str; 8] = ["", "gold", "billing", "es-AR", "pay", "gold plus", "señal", "a.b"];
const COMPARE: [&str; 6] = ["==", "!=", "<", "<=", ">", ">="];

impl Schema {
    pub fn condition(&self, depth: usize, random: &mut Random) -> Expr {
        if depth == 0 {
            return self.atom(random);
        }
        match random.below(100) {
            0..28 => self.atom(random),
            28..52 => pair("&&", self.condition(depth - 1, random), self.condition(depth - 1, random)),
            52..78 => pair("||", self.condition(depth - 1, random), self.condition(depth - 1, random)),
            78..92 => not(self.condition(depth - 1, random)),
            92..98 => {
                let mut part = || Box::new(self.condition(depth - 1, random));
                Expr::If(part(), part(), part())
            }
            _ => Expr::Bool(random.chance(50)),
        }
    }

    fn atom(&self, random: &mut Random) -> Expr {
        match random.below(24) {
            0..4 => self.int_compare(random),
            22 => self.chosen_by_a_test(random),
            4 => self.arithmetic(random),
            5 => self.floats(random),
            6..8 => self.bool(random),
            8..11 => self.enum_is(random),
            11..13 => self.text_is(random),
            13..16 => self.set_has(random),
            16 => self.time_is(random),
            17 => self.known(random),
            18 => self.of_a_list(random),
            19 if !self.segments.is_empty() => Expr::Segment(random.pick(&self.segments).clone()),
            20 if !self.segments.is_empty() => Expr::Segment(random.pick(&self.segments).clone()),
            _ => {
                let parts = Expr::Int(random.within(0, 9_999));
                pair(random.one(&COMPARE), call("bucket", vec![text(random.name(&["a", "salt"]))]), parts)
            }
        }
    }

    /// `? :` over numbers and texts, booleans compared, a list within a list's `exists`.
    fn chosen_by_a_test(&self, random: &mut Random) -> Expr {
        let test = Box::new(self.bool(random));
        match random.below(5) {
            0 => {
                let (a, b) = (attribute(&random.pick(&self.ints).0), attribute(&random.pick(&self.ints).0));
                let value = Expr::If(test, Box::new(a), Box::new(b));
                pair(random.one(&COMPARE), value, Expr::Int(random.within(0, 20)))
            }
            1 => pair(random.one(&COMPARE), *test, self.bool(random)),
            2 => {
                let text_of = call("string", vec![attribute(&random.pick(&self.ints).0)]);
                call(
                    random.one(&["startsWith", "contains"]),
                    vec![text_of, text(random.one(&["1", "-", "42"]))],
                )
            }
            3 => {
                let (one, other) = (|| Expr::Variable("a".to_owned()), || Expr::Variable("b".to_owned()));
                let (name, ..) = random.pick(&self.ints);
                let numbers = |from: i64| Expr::List((from..from + 3).map(Expr::Int).collect());
                let product = pair("==", pair("*", one(), other()), attribute(name));
                each(false, numbers(0), "a", each(random.chance(30), numbers(1), "b", product))
            }
            _ => {
                let list =
                    pair("+", Expr::List(vec![text("gold")]), Expr::List(vec![text(random.one(&TEXTS))]));
                let Some(name) = self.texts.first() else { return *test };
                pair("in", Expr::If(test, Box::new(attribute(name)), Box::new(text("gold"))), list)
            }
        }
    }

    fn int_literal(min: i64, max: i64, random: &mut Random) -> i64 {
        let small = random.within(min.max(-12), max.clamp(0, 40));
        // Around 2^53 not every int is a float.
        if max == i64::MAX && random.chance(20) {
            return 9_007_199_254_740_992 + random.within(-1, 1);
        }
        match random.below(10) {
            0 => min.max(-1_000_000),
            1 => max.min(1_000_000),
            2..5 => random.within(min.max(-1_000), max.min(1_000)),
            _ => small.clamp(min, max),
        }
    }
    fn int_compare(&self, random: &mut Random) -> Expr {
        let (name, min, max) = random.pick(&self.ints);
        let literal = Self::int_literal(*min, *max, random);
        let sign = random.one(&COMPARE);
        let read = attribute(name);
        match random.below(10) {
            0 => pair(sign, Expr::Int(literal), read),
            1 => pair(sign, read, Expr::Float(literal as f64)),
            2 if literal < *max => pair(random.one(&COMPARE[2..]), read, Expr::Float(literal as f64 + 0.5)),
            3 => pair(sign, read, attribute(&random.pick(&self.ints).0)),
            4 => {
                let others =
                    (0..random.below(3)).map(|_| Self::int_literal(*min, *max, random)).map(Expr::Int);
                pair("in", read, Expr::List(std::iter::once(Expr::Int(literal)).chain(others).collect()))
            }
            _ => pair(sign, read, Expr::Int(literal)),
        }
    }
    fn arithmetic(&self, random: &mut Random) -> Expr {
        let (a, b) = (attribute(&random.pick(&self.ints).0), attribute(&random.pick(&self.ints).0));
        let sign = random.one(&["+", "-", "*", "/", "%"]);
        // Only a remainder by a literal: the least int by -1 has no answer that all agree on.
        let b = if sign == "%" { Expr::Int(random.within(0, 7)) } else { b };
        let sum = pair(sign, a, b);
        let sum = if random.chance(15) { Expr::Negative(Box::new(sum)) } else { sum };
        match random.below(4) {
            0 => pair(random.one(&COMPARE), call("double", vec![sum]), Expr::Float(1.5)),
            1 => pair("==", sum.clone(), sum),
            _ => pair(random.one(&COMPARE), sum, Expr::Int(random.within(-3, 60))),
        }
    }
    fn floats(&self, random: &mut Random) -> Expr {
        let Some(name) =
            random.maybe(90, |r| self.floats.get(r.below(self.floats.len().max(1))).cloned()).flatten()
        else {
            return self.int_compare(random);
        };
        let (read, literal) =
            (attribute(&name), Expr::Float(random.one(&[0.0, 0.5, 1.0, 2.5, -1.25, 100.0, 1e9])));
        let sign = random.one(&COMPARE);
        match random.below(7) {
            0 => pair(sign, read, Expr::Int(random.within(-1, 3))),
            1 => pair(sign, pair(random.one(&["+", "-", "*", "/"]), read.clone(), read), literal),
            2 => {
                let largest = self.ints.iter().max_by_key(|(_, _, max)| max).expect("an int");
                pair(sign, read, attribute(&largest.0))
            }
            3 => pair(sign, call("int", vec![read]), Expr::Int(random.within(-1, 3))),
            4 => pair(random.one(&["==", "!="]), read.clone(), read),
            _ => pair(sign, read, literal),
        }
    }
    fn bool(&self, random: &mut Random) -> Expr {
        if self.bools.is_empty() {
            return self.enum_is(random);
        }
        let read = attribute(random.pick(&self.bools));
        match random.below(5) {
            0 => pair(random.one(&["==", "!="]), read, Expr::Bool(random.chance(50))),
            1 => not(read),
            _ => read,
        }
    }
    fn enum_is(&self, random: &mut Random) -> Expr {
        let (name, values) = random.pick(&self.enums);
        let (read, value) = (attribute(name), text(random.pick(values)));
        match random.below(6) {
            0 => pair("!=", read, value),
            1 => pair("==", value, read),
            2 => pair("in", read, Expr::List(vec![value, text(random.pick(values))])),
            3 => pair("==", read.clone(), read),
            _ => pair("==", read, value),
        }
    }
    fn text_is(&self, random: &mut Random) -> Expr {
        if self.texts.is_empty() {
            return self.enum_is(random);
        }
        let (read, literal) = (attribute(random.pick(&self.texts)), text(random.one(&TEXTS)));
        match random.below(10) {
            0 => call("startsWith", vec![read, literal]),
            1 => call("endsWith", vec![read, literal]),
            2 => call("contains", vec![read, literal]),
            3 => call(
                "matches",
                vec![read, text(random.one(&["^g.*d$", "ll?i", "[a-e]+", "^$", "a.b", "s$"]))],
            ),
            4 => pair(random.one(&COMPARE), call("size", vec![read]), Expr::Int(random.within(0, 6))),
            5 => pair("==", pair("+", read, text("!")), text("gold!")),
            6 => pair(
                "in",
                read,
                Expr::List(vec![literal, text("billing"), attribute(random.pick(&self.texts))]),
            ),
            7 => pair(random.one(&COMPARE), read, literal),
            _ => pair("==", read, literal),
        }
    }
    fn set_has(&self, random: &mut Random) -> Expr {
        let (name, members) = random.pick(&self.sets);
        let (read, member) = (attribute(name), text(random.pick(members)));
        let variable = || Expr::Variable("x".to_owned());
        match random.below(10) {
            0 => pair(random.one(&[">", ">="]), call("size", vec![read]), Expr::Int(random.within(0, 2))),
            1 => pair(random.one(&["<", "<="]), Expr::Int(random.within(0, 2)), call("size", vec![read])),
            2 => each(
                false,
                read,
                "x",
                pair("||", pair("==", variable(), member), call("startsWith", vec![variable(), text("l")])),
            ),
            3 => each(random.chance(50), read, "x", pair("!=", variable(), member)),
            4 => pair(random.one(&COMPARE), call("size", vec![read]), Expr::Int(random.within(0, 2))),
            5 => each(
                true,
                read,
                "x",
                pair("in", variable(), Expr::List(vec![member, text(random.pick(members))])),
            ),
            _ => pair("in", member, read),
        }
    }
    fn time_is(&self, random: &mut Random) -> Expr {
        let read = attribute(random.pick(&self.times));
        let hours = random.name(&["1h", "72h", "720h", "90m", "0s", "2160h"]);
        let duration = call("duration", vec![text(&hours)]);
        let noon = call("timestamp", vec![text(print_time(super::people::NOON, 0))]);
        let sign = random.one(&COMPARE[2..]);
        match random.below(8) {
            6 => pair(sign, pair("-", pair("-", noon, read), duration), call("duration", vec![text("24h")])),
            7 => pair(sign, call("int", vec![read]), Expr::Int((super::people::NOON / 1_000_000_000) as i64)),
            0 => pair(sign, read, noon),
            1 => pair(sign, pair("+", read, duration), attribute("visit.at")),
            2 => pair(random.one(&COMPARE), call("getHours", vec![read]), Expr::Int(random.within(0, 23))),
            3 => pair("==", call("getDayOfWeek", vec![read]), Expr::Int(random.within(0, 6))),
            _ => pair(sign, pair("-", attribute("visit.at"), read), duration),
        }
    }
    fn known(&self, random: &mut Random) -> Expr {
        let mut all: Vec<&String> = self.floats.iter().chain(&self.bools).chain(&self.texts).collect();
        all.extend(self.ints.iter().map(|(name, ..)| name));
        all.extend(self.enums.iter().map(|(name, _)| name));
        // The rules do not say what the source of the clock is.
        let all: Vec<&String> = all
            .into_iter()
            .filter(|n| !["visit.hour", "visit.weekday", "visit.channel"].contains(&n.as_str()))
            .collect();
        let name = random.pick(&all);
        let ask = if random.chance(40) { "declared" } else { random.one(&["known", "has"]) };
        // `has` is for what stands behind a dot.
        let ask = if ask == "has" && !name.contains('.') { "known" } else { ask };
        call(ask, vec![attribute(name)])
    }
    fn of_a_list(&self, random: &mut Random) -> Expr {
        let (name, min, max) = random.pick(&self.ints);
        let numbers: Vec<Expr> = (0..3).map(|_| Expr::Int(Self::int_literal(*min, *max, random))).collect();
        let (list, read) = (Expr::List(numbers), attribute(name));
        match random.below(4) {
            0 => pair(">", pair("[]", Expr::List((0..3).map(Expr::Int).collect()), read), Expr::Int(0)),
            1 => each(true, list, "n", pair("<", Expr::Variable("n".to_owned()), read)),
            2 => {
                pair("==", Expr::List(vec![read.clone(), Expr::Int(1)]), Expr::List(vec![read, Expr::Int(1)]))
            }
            _ => each(false, list, "n", pair("==", read, Expr::Variable("n".to_owned()))),
        }
    }
}
