//! A second opinion: the `cel` crate on generated conditions over known facts. Where both have an answer it is the same.
//!
//! Where that crate departs from the definition of the language, its answer is not asked for:
//!
//! 1. It compares an int with a float by rounding the int; the definition puts both on one line, and so do we. Ints stay
//!    small here.
//! 2. It has no order for a NaN: `<` and its like fail with one. The definition says that floats follow IEEE 754, where
//!    they are false, and so do we. Such conditions have an answer of ours alone, and are counted.
//! 3. Its `matches` takes `\d` and `\w` for all of Unicode, where RE2 means ASCII. Patterns have neither here.

use cel::{Context, Program, Value};
use maitre::{Condition, Truth, Values};
use proptest::prelude::*;

#[derive(Debug, Clone)]
struct Given {
    a: i64,
    b: i64,
    x: f64,
    y: f64,
    s: String,
    t: String,
    p: bool,
    q: bool,
}

fn given() -> impl Strategy<Value = Given> {
    let number = || prop_oneof![-3_i64..4, Just(i64::MAX), Just(i64::MIN), -1000_i64..1000];
    let float = || prop_oneof![Just(0.0), Just(-0.0), Just(2.0), -3.0..3.0, Just(f64::INFINITY), Just(1e300)];
    let text = || "[abé ]{0,3}";
    (number(), number(), float(), float(), text(), text(), any::<bool>(), any::<bool>())
        .prop_map(|(a, b, x, y, s, t, p, q)| Given { a, b, x, y, s, t, p, q })
}

fn condition() -> impl Strategy<Value = String> {
    let literal = |texts: &'static [&'static str]| prop::sample::select(texts).prop_map(str::to_owned);
    let text = literal(&["s", "t", "\"a\"", "'é'", "\"\"", "\"ab\"", "string(p)"]).prop_recursive(
        2,
        6,
        2,
        |inner| (inner.clone(), inner).prop_map(|(a, b)| format!("({a} + {b})")),
    );
    let lengths = text.clone();
    let int = literal(&["a", "b", "0", "1", "2", "-3", "7"]).prop_recursive(3, 10, 2, move |inner| {
        prop_oneof![
            4 => (inner.clone(), "[-+*/%]", inner.clone()).prop_map(|(a, sign, b)| format!("({a} {sign} {b})")),
            1 => inner.clone().prop_map(|a| format!("-({a})")),
            1 => lengths.clone().prop_map(|text| format!("size({text})")),
            1 => (inner.clone(), inner.clone(), -1..3).prop_map(|(a, b, n)| format!("[{a}, {b}][{n}]")),
            1 => (inner.clone(), inner).prop_map(|(a, b)| format!("(p ? {a} : {b})")),
        ]
    });
    let float = literal(&["x", "y", "0.0", "1.5", "-2.0", "double(2)"]).prop_recursive(3, 8, 2, |inner| {
        (inner.clone(), "[-+*/]", inner).prop_map(|(a, sign, b)| format!("({a} {sign} {b})"))
    });
    let relation = || prop::sample::select(vec!["==", "!=", "<", "<=", ">", ">="]);
    let small = literal(&["0", "1", "2", "-1"]);
    let leaf = prop_oneof![
        4 => (int.clone(), relation(), int.clone()).prop_map(|(a, sign, b)| format!("{a} {sign} {b}")),
        3 => (float.clone(), relation(), float.clone()).prop_map(|(a, sign, b)| format!("{a} {sign} {b}")),
        2 => (small, relation(), float).prop_map(|(a, sign, b)| format!("{a} {sign} {b}")),
        3 => (text.clone(), relation(), text.clone()).prop_map(|(a, sign, b)| format!("{a} {sign} {b}")),
        2 => (text.clone(), "startsWith|endsWith|contains", text.clone()).prop_map(|(a, f, b)| format!("{a}.{f}({b})")),
        1 => text.clone().prop_map(|a| format!("{a}.matches(\"^(a|é)+$\")")),
        2 => (int.clone(), int.clone()).prop_map(|(a, b)| format!("{a} in [{b}, 1]")),
        1 => (text.clone(), text.clone()).prop_map(|(a, b)| format!("{a} in [{b}, \"ab\"]")),
        1 => (int.clone(), int.clone()).prop_map(|(a, b)| format!("[{a}] + [{b}] == [{b}] + [{a}]")),
        2 => (int.clone(), int.clone()).prop_map(|(a, b)| format!("[{a}, 2].exists(v, v > {b})")),
        2 => (int.clone(), int).prop_map(|(a, b)| format!("[{a}, 2].all(v, v != {b})")),
        1 => (text.clone(), text).prop_map(|(a, b)| format!("[{a}, {b}].exists(v, v + v == {a} + {b})")),
        1 => Just("p".to_owned()),
        1 => Just("q".to_owned()),
    ];
    leaf.prop_recursive(4, 24, 3, |inner| {
        prop_oneof![
            (inner.clone(), inner.clone()).prop_map(|(a, b)| format!("({a} && {b})")),
            (inner.clone(), inner.clone()).prop_map(|(a, b)| format!("({a} || {b})")),
            inner.clone().prop_map(|a| format!("!({a})")),
            (inner.clone(), inner.clone(), inner).prop_map(|(a, b, c)| format!("(({a}) ? ({b}) : ({c}))")),
        ]
    })
}

/// What the other crate says; `None` where it has no answer.
fn peer(text: &str, given: &Given) -> Option<bool> {
    let program = Program::compile(text).ok()?;
    let mut context = Context::default();
    context.add_variable_from_value("a", given.a);
    context.add_variable_from_value("b", given.b);
    context.add_variable_from_value("x", given.x);
    context.add_variable_from_value("y", given.y);
    context.add_variable_from_value("s", given.s.clone());
    context.add_variable_from_value("t", given.t.clone());
    context.add_variable_from_value("p", given.p);
    context.add_variable_from_value("q", given.q);
    match program.execute(&context) {
        Ok(Value::Bool(value)) => Some(value),
        _ => None,
    }
}

fn values(given: &Given) -> Values {
    Values::new()
        .with("a", given.a)
        .with("b", given.b)
        .with("x", given.x)
        .with("y", given.y)
        .with("s", given.s.clone())
        .with("t", given.t.clone())
        .with("p", given.p)
        .with("q", given.q)
}

#[test]
fn the_cel_crate_agrees_wherever_both_have_an_answer() {
    // The parser of that crate needs more stack than a test has, without optimisation.
    std::thread::Builder::new().stack_size(256 << 20).spawn(compare).unwrap().join().unwrap();
}

fn compare() {
    let attributes = super::attributes();
    let mut runner =
        proptest::test_runner::TestRunner::new(ProptestConfig { cases: 1_200, ..ProptestConfig::default() });
    let (both, ours) = (std::cell::Cell::new(0_u32), std::cell::Cell::new(0_u32));
    let agree = runner.run(&(condition(), given()), |(text, given)| {
        let condition =
            Condition::parse(&text, &attributes).map_err(|e| TestCaseError::fail(format!("{text}: {e}")))?;
        let found = condition.evaluate(&values(&given));
        match (found, peer(&text, &given)) {
            (Truth::Unknown, Some(theirs)) => prop_assert!(false, "{text}: unknown, but theirs is {theirs}"),
            (found, Some(theirs)) => {
                both.set(both.get() + 1);
                prop_assert_eq!(found, Truth::from(theirs), "{}", text);
            }
            (Truth::Unknown, None) => {}
            (_, None) => ours.set(ours.get() + 1),
        }
        Ok(())
    });
    agree.unwrap_or_else(|error| panic!("{error}"));
    assert!(both.get() > 600, "only {} conditions had an answer of both", both.get());
    // Divergence 2 leaves answers to us alone.
    assert!(ours.get() < 120, "{} conditions had an answer of ours alone", ours.get());
}
