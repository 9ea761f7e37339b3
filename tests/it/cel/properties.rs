//! Over generated conditions: printing and parsing are each other's inverse, and no text at all makes anything panic.

use maitre::{Condition, Truth};
use proptest::prelude::*;

/// A bool, as text, with more parentheses and blanks than it needs.
fn condition() -> impl Strategy<Value = String> {
    let number = prop_oneof![
        any::<i64>().prop_map(|n| n.to_string()),
        (-20_i64..20).prop_map(|n| n.to_string()),
        Just("my_int".to_owned()),
        Just("no_int".to_owned()),
        Just("- my_int".to_owned()),
        Just("size(my_text)".to_owned()),
    ];
    let number = number.prop_recursive(3, 12, 2, |inner| {
        prop_oneof![
            (inner.clone(), "[-+*/%]", inner.clone()).prop_map(|(a, sign, b)| format!("{a} {sign} {b}")),
            inner.clone().prop_map(|a| format!("({a})")),
            inner.clone().prop_map(|a| format!("-({a})")),
            (inner.clone(), inner).prop_map(|(a, b)| format!("[{a},{b}][{a}]")),
        ]
    });
    let text = prop_oneof![
        "[ -~éß☺\n\t\"\\\\]{0,6}".prop_map(|t| format!("{t:?}").replace("\\'", "'")),
        Just("my_text".to_owned()),
        Just("r'a\\b'".to_owned()),
        Just("(my_text + \"x\")".to_owned()),
    ];
    let leaf = prop_oneof![
        (number.clone(), "==|!=|<|<=|>|>=", number.clone()).prop_map(|(a, sign, b)| format!("{a}{sign}{b}")),
        (text.clone(), "==|<", text.clone()).prop_map(|(a, sign, b)| format!("{a} {sign} {b}")),
        (text.clone(), text.clone()).prop_map(|(a, b)| format!("{a}.startsWith({b})")),
        (number.clone(), number.clone()).prop_map(|(a, b)| format!("{a} in [{b}, 1,]")),
        (number.clone(), number).prop_map(|(a, b)| format!("[{a}, 2].exists(v, v > {b})")),
        text.prop_map(|a| format!("{a} in my_set")),
        Just("my_flag".to_owned()),
        Just("no_flag".to_owned()),
        Just("true".to_owned()),
        Just("visit.at - my_time < duration('1h')".to_owned()),
    ];
    leaf.prop_recursive(5, 40, 3, |inner| {
        prop_oneof![
            (inner.clone(), inner.clone()).prop_map(|(a, b)| format!("{a} && {b}")),
            (inner.clone(), inner.clone()).prop_map(|(a, b)| format!("{a}||{b}")),
            inner.clone().prop_map(|a| format!("!({a})")),
            inner.clone().prop_map(|a| format!("( {a} )")),
            (inner.clone(), inner.clone()).prop_map(|(a, b)| format!("({a}) == ({b})")),
            (inner.clone(), inner.clone(), inner).prop_map(|(a, b, c)| format!("({a}) ? ({b}) : {c}")),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 600, ..ProptestConfig::default() })]

    /// What is printed is the same condition: the same text again, and the same value.
    #[test]
    fn a_printed_condition_parses_to_itself(text in condition()) {
        let attributes = super::attributes();
        let Ok(condition) = Condition::parse(&text, &attributes) else { return Ok(()) };
        let printed = condition.to_string();
        let again = Condition::parse(&printed, &attributes);
        prop_assert_eq!(again.as_ref().map(ToString::to_string), Ok(printed));
        prop_assert_eq!(again.unwrap().evaluate(&super::values()), condition.evaluate(&super::values()));
    }

    /// De Morgan, and the order of parts: they hold in three values.
    #[test]
    fn and_or_and_not_keep_their_laws(a in condition(), b in condition()) {
        let (attributes, values) = (super::attributes(), super::values());
        let truth = |text: String| Condition::parse(&text, &attributes).map(|c| c.evaluate(&values)).ok();
        let (Some(x), Some(y)) = (truth(a.clone()), truth(b.clone())) else { return Ok(()) };
        let of = |text: String| truth(text).unwrap_or(Truth::Unknown);
        prop_assert_eq!(of(format!("({a}) && ({b})")), x.and(y));
        prop_assert_eq!(of(format!("({b}) && ({a})")), x.and(y));
        prop_assert_eq!(of(format!("!(({a}) || ({b}))")), !x.or(y));
        prop_assert_eq!(of(format!("({a}) ? ({b}) : !({b})")), if x == Truth::Unknown { x } else if x.holds() { y } else { !y });
    }

    /// Any text is a condition or an error with a place inside it.
    #[test]
    fn no_text_panics(text in "\\PC{0,80}") {
        look(&text);
    }
    #[test]
    fn no_bytes_panic(bytes in proptest::collection::vec(any::<u8>(), 0..120)) {
        look(&String::from_utf8_lossy(&bytes));
    }
    #[test]
    fn no_soup_of_tokens_panics(tokens in proptest::collection::vec(token(), 0..40)) {
        look(&tokens.join(" "));
        look(&tokens.concat());
    }
    /// One change in a good condition.
    #[test]
    fn no_slip_of_a_key_panics(text in condition(), at in any::<prop::sample::Index>(), key in "\\PC") {
        let place = at.index(text.len() + 1);
        if text.is_char_boundary(place) {
            look(&format!("{}{key}{}", &text[..place], &text[place..]));
            look(&text[place..]);
        }
    }
}

fn look(text: &str) {
    match Condition::parse(text, &super::attributes()) {
        Ok(condition) => {
            let _ = condition.evaluate(&super::values());
        }
        Err(error) => {
            assert!(!error.diagnostics().is_empty());
            for diagnostic in error.diagnostics() {
                let place = diagnostic.place().expect("every problem has a place");
                assert!(text.get(place.start..place.end).is_some(), "{diagnostic}");
            }
        }
    }
}

fn token() -> impl Strategy<Value = &'static str> {
    prop::sample::select(vec![
        "&&",
        "||",
        "!",
        "==",
        "!=",
        "<",
        "<=",
        ">",
        ">=",
        "in",
        "+",
        "-",
        "*",
        "/",
        "%",
        "?",
        ":",
        "(",
        ")",
        "[",
        "]",
        "{",
        "}",
        ".",
        ",",
        "a",
        "s",
        "p",
        "x",
        "my_set",
        "my_time",
        "visit",
        "at",
        "profile.needs",
        "segment.old",
        "1",
        "9223372036854775808",
        "1.5",
        "\"red\"",
        "'",
        "\"",
        "\"\"\"",
        "r'\\'",
        "b'x'",
        "1u",
        "true",
        "null",
        "exists",
        "all",
        "(v, v == 1)",
        "size(",
        "known(",
        "has(profile.age)",
        "matches",
        "(\"(a|b)*\")",
        "duration(\"1h\")",
        "timestamp(0)",
        "getHours()",
        "not",
        "and",
        "or",
        "=",
        "&",
        "|",
        "<>",
        "//",
        "\n",
        "\\",
        "if",
        "§",
        "0x",
        "1e",
        "é",
        "[[",
        "]]",
        "map(",
        "string(",
    ])
}
