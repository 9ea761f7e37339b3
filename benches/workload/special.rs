//! Segments that real policies rarely have many of, and selectors like least.

use super::condition::{Condition, Predicate, Segment};
use super::generate::name;
use super::random::Random;
use super::schema::{Attribute, Value};

/// Two to four questions about texts: equality, long lists, beginnings, ends, parts, regular expressions.
pub fn strings(schema: &[Attribute], count: usize, random: &mut Random) -> Vec<Segment> {
    let condition = |_| {
        let mut parts = Vec::new();
        let mut attributes = Vec::new();
        let wanted = 2 + random.below(3);
        while parts.len() < wanted {
            let attribute = random.below(schema.len());
            if attributes.contains(&attribute) {
                continue;
            }
            attributes.push(attribute);
            parts.push(Condition::Asks(attribute, about_text(&schema[attribute], random)));
        }
        if parts.len() > 2 && random.percent(30) {
            let alternatives = parts.split_off(parts.len() - 2);
            parts.push(Condition::Or(alternatives));
        }
        Condition::And(parts)
    };
    (0..count).map(condition).enumerate().map(|(n, when)| Segment { name: name(n), when }).collect()
}

fn about_text(attribute: &Attribute, random: &mut Random) -> Predicate {
    let names = attribute.kind.names();
    let text = |random: &mut Random| random.pick(names).0.clone();
    let begin =
        |text: &str, bytes: usize| Box::<str>::from(text.get(..bytes.min(text.len())).unwrap_or(text));
    let end = |text: &str, bytes: usize| {
        Box::<str>::from(text.get(text.len().saturating_sub(bytes)..).unwrap_or(text))
    };
    match random.below(8) {
        0 => Predicate::Equal(Value::Text(text(random))),
        1 => Predicate::NotEqual(Value::Text(text(random))),
        2 | 3 => {
            let wanted = names.len().min(20 + random.below(180));
            let first = random.below(names.len());
            Predicate::OneOf(
                (0..wanted).map(|n| Value::Text(names[(first + n) % names.len()].0.clone())).collect(),
            )
        }
        4 => Predicate::StartsWith(begin(&text(random), 4 + random.below(6))),
        5 => Predicate::EndsWith(end(&text(random), 1 + random.below(3))),
        6 => Predicate::Contains(end(&begin(&text(random), 9), 3 + random.below(3))),
        _ => {
            let text = text(random);
            Predicate::Matches(begin(&text, 3), end(&text, 1))
        }
    }
}

/// How many segments use each other in a row.
const CHAIN: usize = 40;

/// Every literal is the only one of its kind, every segment begins at another attribute, every second is an alternative of
/// conjunctions of alternatives, and the others use the segment before them, forty deep.
pub fn adversarial(schema: &[Attribute], count: usize, random: &mut Random) -> Vec<Segment> {
    let mut made = 0_usize;
    let mut ask = |segment: usize, random: &mut Random| {
        made += 1;
        let attribute = (segment * 3 + made * 7) % schema.len();
        // No two literals of an attribute are the same: `made` is in each.
        let literal = (made * 7_919 % 1_000_003) as i64;
        let literal = match attribute % 2 {
            0 => Value::Int(literal),
            _ => Value::Float(literal as f64 + 0.5),
        };
        let asks = if random.percent(50) { Predicate::Less(literal) } else { Predicate::AtLeast(literal) };
        Condition::Asks(attribute, asks)
    };
    let condition = |n: usize| {
        let mut ask = || ask(n, random);
        if n % 2 == 1 && n % (2 * CHAIN) != 1 {
            // The chain goes through the odd ones; each adds what its even neighbour says.
            let before = Condition::Or(vec![Condition::Segment(n - 2), ask()]);
            let beside = Condition::Or(vec![Condition::Segment(n - 1), ask()]);
            return Condition::And(vec![before, beside]);
        }
        let mut alternative = || Condition::Or(vec![ask(), ask()]);
        let mut conjunction = || Condition::And((0..3).map(|_| alternative()).collect());
        Condition::Or((0..3).map(|_| conjunction()).collect())
    };
    (0..count).map(condition).enumerate().map(|(n, when)| Segment { name: name(n), when }).collect()
}
