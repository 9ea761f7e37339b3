//! Large policies: a generated one, and on top of it hundreds or thousands of segments and rules of every shape. Many
//! literals on few attributes, so that cells are many; literals where ranges end; segments that rest on segments; and
//! conditions that would blow up, were they multiplied out.

use super::condition::TEXTS;
use super::needs::{Speaks, speaks_where};
use super::policy::{effects, policy as small};
use super::random::Random;
use super::schema::Schema;
use crate::oracle::document::*;
use crate::oracle::expression::{Expr, attribute, call, not, pair, text};

const COMPARE: [&str; 6] = ["==", "!=", "<", "<=", ">", ">="];
/// 2^53, beyond which not every int is a float.
const EXACT: i64 = 9_007_199_254_740_992;
const INTS: [i64; 11] =
    [i64::MIN, i64::MIN + 1, i64::MAX - 1, i64::MAX, EXACT - 1, EXACT, EXACT + 1, -EXACT - 1, -EXACT, 0, -1];
const FLOATS: [f64; 13] = [
    f64::MIN,
    f64::MAX,
    f64::MIN_POSITIVE,
    5e-324,
    -5e-324,
    0.0,
    -0.0,
    EXACT as f64,
    EXACT as f64 + 2.0,
    -(EXACT as f64),
    0.1,
    1e-9,
    -1.5,
];
const TIMES: [&str; 8] = [
    "0001-01-01T00:00:00Z",
    "9999-12-31T23:59:59.999999999Z",
    "2026-11-23T12:00:00Z",
    "2026-11-23T12:00:00.000000001Z",
    "2026-11-23T11:59:59.999999999Z",
    "1969-12-31T23:59:59.5Z",
    "1970-01-01T00:00:00Z",
    "2026-11-23T12:00:01Z",
];
const AGES: [&str; 11] =
    ["0s", "1ns", "-1ns", "-1.5s", "0.999999999s", "1s", "720h", "720.5h", "2562047h", "-2562047h", "90m"];

/// From so many segments on most are for visitors of one grade.
const MANY: usize = 1_000;

/// A policy of so many segments and rules more.
pub fn policy(segments: usize, rules: usize, seed: u64) -> Document {
    let random = &mut Random::new(seed ^ 0x1a49e);
    let mut document = small(random);
    attributes(&mut document, random);
    let mut shapes =
        Shapes { schema: Schema::of(&document, random), names: Vec::new(), speaks: Default::default() };
    for (name, segment) in &document.segments {
        shapes.add(name, &segment.when);
    }
    for n in 0..segments {
        let name = format!("t{n:04}");
        let when = match shapes.condition(random) {
            // Many that ask for one value each, so that they can be passed by together.
            when if segments >= MANY && random.chance(60) => pair("&&", of_grade(random), when),
            when => when,
        };
        let segment = Segment { when, include_unknown: random.chance(20) };
        shapes.add(&name, &segment.when);
        document.segments.insert(name, segment);
    }
    for n in 0..rules {
        let when = if random.chance(70) && !shapes.names.is_empty() {
            shapes.of_segments(random)
        } else {
            shapes.condition(random)
        };
        let speaks = shapes.speaks(&when);
        let effects = effects(&document, speaks, random);
        document.rules.insert(format!("x{n:03}"), Rule { when, effects });
    }
    document
}

fn attributes(document: &mut Document, random: &mut Random) {
    let names = |word: &str, count: usize| (0..count).map(|n| format!("{word}_{n}")).collect::<Vec<_>>();
    let int = Kind::Int(i64::MIN, i64::MAX);
    let all = [
        ("shelf", Kind::Text, false),
        ("sign", Kind::Text, true),
        ("item", int.clone(), false),
        ("edge", int.clone(), false),
        ("queue", int, true),
        ("amount", Kind::Float, false),
        ("price", Kind::Float, true),
        ("met", Kind::Time, false),
        ("due", Kind::Time, true),
        ("skills", Kind::Set(names("skill", 40)), false),
        ("marks", Kind::Set(names("a_mark_of_kind", 9)), true),
        ("grade", Kind::Enum(names("grade", 60)), false),
        ("asked", Kind::Bool, true),
    ];
    for (name, kind, on_visit) in all {
        document.attributes.insert(name.to_owned(), Attribute { kind, on_visit });
        if random.chance(25) {
            let consent = document.purposes.first().cloned().filter(|_| random.chance(50));
            let max_age_days = random.maybe(60, |random| random.one(&[0, 1, 30]));
            let limit = Limit { min_source: random.below(3), max_age_days, consent };
            if limit != Limit::default() {
                document.limits.insert(name.to_owned(), limit);
            }
        }
    }
}

struct Shapes {
    schema: Schema,
    /// The segments so far.
    names: Vec<String>,
    speaks: std::collections::BTreeMap<String, Speaks>,
}

impl Shapes {
    fn add(&mut self, name: &str, when: &Expr) {
        self.speaks.insert(name.to_owned(), self.speaks(when));
        self.schema.add_segment(name);
        self.names.push(name.to_owned());
    }
    fn speaks(&self, when: &Expr) -> Speaks {
        speaks_where(&|name| self.speaks[name], when)
    }

    fn condition(&self, random: &mut Random) -> Expr {
        match random.below(20) {
            0..4 => {
                let depth = random.below(4);
                self.schema.condition(depth, random)
            }
            4..8 => self.many("&&", 1 + random.below(4), random),
            8..10 => self.many("||", 2 + random.below(6), random),
            10 => pair("&&", self.many("||", 2, random), self.many("||", 3, random)),
            11 => pair("||", self.many("&&", 3, random), not(self.many("&&", 2, random))),
            12 if random.chance(30) => self.exploding(random),
            12..14 => {
                let mut part = || Box::new(self.leaf(random));
                Expr::If(part(), part(), part())
            }
            14..17 if !self.names.is_empty() => self.of_segments(random),
            _ => self.leaf(random),
        }
    }

    /// All or any of so many.
    fn many(&self, sign: &'static str, count: usize, random: &mut Random) -> Expr {
        (1..count).fold(self.leaf(random), |all, _| pair(sign, all, self.leaf(random)))
    }

    /// An *and* of *or*s (or the other way round, negated): multiplied out, a power of their length.
    fn exploding(&self, random: &mut Random) -> Expr {
        let (all, any) = if random.chance(50) { ("&&", "||") } else { ("||", "&&") };
        let (factors, length) = (4 + random.below(8), 2 + random.below(4));
        let mut made = self.many(any, length, random);
        for _ in 1..factors {
            let factor = if random.chance(15) && !self.names.is_empty() {
                Expr::Segment(self.recent(random))
            } else {
                self.many(any, length, random)
            };
            made = pair(all, made, factor);
        }
        if all == "||" { not(made) } else { made }
    }

    /// One of the latest segments: chains grow long.
    fn recent(&self, random: &mut Random) -> String {
        let from = self.names.len().saturating_sub(3);
        random.pick(&self.names[from..]).clone()
    }

    fn of_segments(&self, random: &mut Random) -> Expr {
        let any = |random: &mut Random| Expr::Segment(random.pick(&self.names).clone());
        let maybe_not =
            |random: &mut Random, segment: Expr| if random.chance(30) { not(segment) } else { segment };
        match random.below(6) {
            // A link of a chain.
            0 | 1 => {
                let link = Expr::Segment(self.recent(random));
                let link = maybe_not(random, link);
                pair(random.one(&["&&", "||", "||"]), link, self.leaf(random))
            }
            // A wide *or*.
            2 if random.chance(40) => {
                let width = 3 + random.below(30);
                (0..width).fold(any(random), |all, _| pair("||", all, any(random)))
            }
            2 | 3 => {
                let (one, other) = (any(random), any(random));
                pair("&&", maybe_not(random, one), maybe_not(random, other))
            }
            4 => {
                let (one, other) = (any(random), any(random));
                pair(random.one(&["==", "!="]), one, other)
            }
            _ => any(random),
        }
    }

    fn leaf(&self, random: &mut Random) -> Expr {
        let sign = random.one(&COMPARE);
        match random.below(27) {
            0..3 => pair(random.one(&["==", "==", "!="]), attribute("shelf"), text(shelf(random))),
            3 => pair("in", attribute("shelf"), Expr::List((0..3).map(|_| text(shelf(random))).collect())),
            4 => pair("==", attribute("sign"), text(sign_of(random))),
            5 => call(
                random.one(&["startsWith", "endsWith", "contains"]),
                vec![
                    attribute(random.one(&["shelf", "sign"])),
                    text(random.one(&["catalogue/1", "cat", "7", "/", ""])),
                ],
            ),
            6 => call(
                "matches",
                vec![attribute("shelf"), text(random.one(&["^cat.*[0-4]$", "e/1+", "ue/[0-9]+5$"]))],
            ),
            7..10 => pair(sign, attribute("item"), Expr::Int(random.within(-300, 300) * 7)),
            10 => pair(
                "in",
                attribute("item"),
                Expr::List((0..4).map(|_| Expr::Int(random.within(-300, 300) * 7)).collect()),
            ),
            11 => pair(sign, attribute(random.one(&["edge", "queue"])), Expr::Int(random.one(&INTS))),
            12 => pair(
                sign,
                attribute(random.one(&["edge", "queue"])),
                Expr::Float(random.one(&[9.0e15, EXACT as f64, -0.0, 0.5, -1.5])),
            ),
            13 => pair(sign, attribute(random.one(&["amount", "price"])), Expr::Float(random.one(&FLOATS))),
            14 => pair(sign, Expr::Int(random.one(&INTS)), attribute(random.one(&["amount", "price"]))),
            15 => pair(
                sign,
                attribute(random.one(&["met", "due"])),
                call("timestamp", vec![text(random.one(&TIMES))]),
            ),
            16 => {
                let age = pair("-", attribute("visit.at"), attribute(random.one(&["met", "met", "due"])));
                pair(sign, age, call("duration", vec![text(random.one(&AGES))]))
            }
            17..19 => pair("in", text(format!("skill_{}", random.below(40))), attribute("skills")),
            19 => pair("in", text(format!("a_mark_of_kind_{}", random.below(9))), attribute("marks")),
            20 => pair(
                sign,
                call("size", vec![attribute(random.one(&["skills", "marks"]))]),
                Expr::Int(random.within(-1, 25)),
            ),
            21 => pair(
                random.one(&["==", "!="]),
                attribute("grade"),
                text(format!("grade_{}", random.below(60))),
            ),
            22 => {
                let bucket = call("bucket", vec![text(random.one(&["a", "b", "c"]))]);
                pair(sign, bucket, Expr::Int(random.one(&[0, 1, 4_999, 5_000, 9_998, 9_999])))
            }
            23 => call("rule", vec![text(random.one(&["loyal", "alike"]))]),
            24 => {
                let sum = pair(random.one(&["+", "-", "*"]), attribute("edge"), attribute("queue"));
                pair(sign, sum, attribute("item"))
            }
            25 => {
                let ask = random.one(&["known", "declared"]);
                call(
                    ask,
                    vec![attribute(
                        random.one(&["shelf", "item", "grade", "due", "asked", "skills", "edge"]),
                    )],
                )
            }
            _ => self.schema.condition(0, random),
        }
    }
}

fn of_grade(random: &mut Random) -> Expr {
    pair("==", attribute("grade"), text(format!("grade_{}", random.below(60))))
}

/// Long texts that begin alike, so that none is told by its first bytes.
fn shelf(random: &mut Random) -> String {
    match random.below(10) {
        0 => random.name(&["", "cat", "catalog", "catalogu", "catalogue", "Catalogue", "catalogue/"]),
        _ => format!("catalogue/{}", random.below(400)),
    }
}
/// Texts of about as many bytes as a word holds.
fn sign_of(random: &mut Random) -> String {
    match random.below(4) {
        0 => random.name(&TEXTS),
        1 => random.name(&["abcdefg", "abcdefgh", "abcdef", "señales", "señale", "\u{1f642}abc"]),
        _ => format!("{}{}", random.one(&["s", "door", "entranc"]), random.below(30)),
    }
}
