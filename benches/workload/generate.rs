//! Makes segments as a rule author would: a few predicates each, thresholds from a grid, some alternatives, some
//! exclusions; with a say in how often they hold and which attributes they read.

use super::condition::{Condition, Predicate, Segment};
use super::random::Random;
use super::schema::{Attribute, Kind, Value};

/// How often a segment holds for a visitor.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HitRate {
    Never,
    /// One or two in a hundred.
    Rare,
    /// About half.
    Common,
    Always,
}

/// Which attributes segments read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reading {
    /// All alike.
    Evenly,
    /// The second half as often as the first, the third a third as often, and so on, as in the policies that people
    /// write.
    Skewed,
}

/// How many visitors the share of a predicate is taken from.
const SAMPLE: usize = 1_000;

/// A predicate with the share of visitors for whom it holds.
#[derive(Debug, Clone)]
struct Candidate {
    asks: Predicate,
    share: f64,
}

/// A part of a segment with its share, as if attributes did not hang together.
type Part = (Condition, f64);

pub struct Generator<'a> {
    /// By attribute: what can be asked of it.
    candidates: Vec<Vec<Candidate>>,
    /// By attribute: how often it is read.
    weights: Vec<u32>,
    hit_rate: HitRate,
    random: &'a mut Random,
}

impl<'a> Generator<'a> {
    pub fn new(schema: &[Attribute], hit_rate: HitRate, reading: Reading, random: &'a mut Random) -> Self {
        let candidates = schema.iter().map(|attribute| candidates(attribute, random)).collect();
        let weights = (0..schema.len())
            .map(|position| match reading {
                Reading::Evenly => 1,
                // The kinds stand in blocks; strides of seven mix them.
                Reading::Skewed => 10_000 / ((position * 7 % schema.len()) as u32 + 1),
            })
            .collect();
        Self { candidates, weights, hit_rate, random }
    }

    /// `count` segments, named in order.
    pub fn segments(&mut self, count: usize) -> Vec<Segment> {
        (0..count).map(|n| Segment { name: name(n), when: self.condition() }).collect()
    }

    fn condition(&mut self) -> Condition {
        let (low, high) = match self.hit_rate {
            HitRate::Never | HitRate::Always => return self.extreme(),
            HitRate::Rare => (0.002, 0.035),
            HitRate::Common => (0.35, 0.75),
        };
        let (has_or, has_not) = (self.random.percent(30), self.random.percent(15));
        loop {
            let (condition, share) = self.draw(has_or, has_not);
            if (low..=high).contains(&share) {
                return condition;
            }
        }
    }

    /// 2 to 5 predicates over different attributes.
    fn draw(&mut self, has_or: bool, has_not: bool) -> Part {
        let fewest = if has_or { 3 } else { 2 };
        let count = fewest + self.random.below(6 - fewest);
        let mut attributes = Vec::new();
        while attributes.len() < count {
            let attribute = self.random.weighted(&self.weights);
            if !attributes.contains(&attribute) {
                attributes.push(attribute);
            }
        }
        let mut parts: Vec<Part> = attributes.iter().map(|&attribute| self.ask(attribute)).collect();
        if has_or {
            let alternatives = parts.split_off(count - 2 - self.random.below(count - 2));
            let none: f64 = alternatives.iter().map(|(_, share)| 1.0 - share).product();
            parts.push((Condition::Or(alternatives.into_iter().map(|(part, _)| part).collect()), 1.0 - none));
        }
        if has_not {
            let position = self.random.below(parts.len());
            let (part, share) = parts.swap_remove(position);
            parts.push((Condition::Not(Box::new(part)), 1.0 - share));
        }
        let share = parts.iter().map(|(_, share)| share).product();
        let mut parts: Vec<Condition> = parts.into_iter().map(|(part, _)| part).collect();
        if parts.len() > 1 {
            // The last is the group or the negation: it may stand anywhere.
            let (last, place) = (parts.len() - 1, self.random.below(parts.len()));
            parts.swap(last, place);
            (Condition::And(parts), share)
        } else {
            (parts.swap_remove(0), share)
        }
    }

    /// Something asked of `attribute` that divides visitors.
    fn ask(&mut self, attribute: usize) -> Part {
        let (low, high) = if self.hit_rate == HitRate::Common { (0.3, 0.98) } else { (0.03, 0.8) };
        let from = &self.candidates[attribute];
        let found = (0..20).map(|_| self.random.pick(from)).find(|found| (low..=high).contains(&found.share));
        let found = found.unwrap_or(&from[0]);
        (Condition::Asks(attribute, found.asks.clone()), found.share)
    }

    /// A segment that holds for nobody, or for everybody.
    fn extreme(&mut self) -> Condition {
        let wanted = if self.hit_rate == HitRate::Always { 1.0 } else { 0.0 };
        let count = 2 + self.random.below(4);
        let mut parts = Vec::new();
        let mut attributes = Vec::new();
        while parts.len() < count {
            let attribute = self.random.weighted(&self.weights);
            let fit: Vec<&Candidate> =
                self.candidates[attribute].iter().filter(|candidate| candidate.share == wanted).collect();
            if attributes.contains(&attribute) || fit.is_empty() {
                continue;
            }
            attributes.push(attribute);
            // One part that nobody meets is enough; the others divide as usual, so that none can be left out unread.
            let divides = self.hit_rate == HitRate::Never && parts.len() + 1 < count;
            let asks = self.random.pick(&fit).asks.clone();
            parts.push(if divides { self.ask(attribute).0 } else { Condition::Asks(attribute, asks) });
        }
        Condition::And(parts)
    }
}

/// The name of the `n`th segment; the order by name is the order of making.
pub fn name(n: usize) -> Box<str> {
    format!("s{n:06}").into()
}

/// Everything that authors ask of `attribute`, with its share.
fn candidates(attribute: &Attribute, random: &mut Random) -> Vec<Candidate> {
    let mut asks = Vec::new();
    match &attribute.kind {
        Kind::Int(grid) => {
            for &literal in grid {
                asks.push(Predicate::Less(Value::Int(literal)));
                asks.push(Predicate::AtLeast(Value::Int(literal)));
                if (1..10).contains(&literal) {
                    asks.push(Predicate::Equal(Value::Int(literal)));
                }
            }
        }
        Kind::Float(grid) => {
            for &literal in grid {
                asks.push(Predicate::Less(Value::Float(literal)));
                asks.push(Predicate::AtLeast(Value::Float(literal)));
            }
        }
        Kind::Bool(_) => asks.push(Predicate::IsTrue),
        Kind::Enum(names) | Kind::Text(names) => {
            let value = |n: usize| Value::Text(names[n].0.clone());
            for n in 0..names.len() {
                asks.push(Predicate::Equal(value(n)));
                asks.push(Predicate::NotEqual(value(n)));
                for more in 1..4.min(names.len()) {
                    let mut list: Vec<Value> = Vec::new();
                    for step in 0..=more {
                        let value = value((n + step * (n + 1)) % names.len());
                        if !list.contains(&value) {
                            list.push(value);
                        }
                    }
                    asks.push(Predicate::OneOf(list));
                }
            }
            let all = |end: usize| (0..end).map(value).collect();
            asks.push(Predicate::OneOf(all(names.len() - 1)));
        }
    }
    let sample: Vec<Value> = (0..SAMPLE).map(|_| attribute.draw(random)).collect();
    let share =
        |asks: &Predicate| sample.iter().filter(|value| asks.holds(value)).count() as f64 / SAMPLE as f64;
    asks.into_iter().map(|asks| Candidate { share: share(&asks), asks }).collect()
}
