//! Tests of the rule language as a whole.
use super::*;

fn attributes() -> Attributes {
    let mut attributes = Attributes::new();
    for (name, kind) in [
        ("plan", AttributeType::enum_of(["prepaid", "contract"])),
        ("score", AttributeType::Float),
        ("count", AttributeType::INT),
        ("word", AttributeType::Text),
        ("flag", AttributeType::Bool),
        ("last_bill", AttributeType::Timestamp),
    ] {
        attributes.declare(name, kind).unwrap();
    }
    attributes
}

fn value(text: &str) -> Truth {
    Condition::parse(text, &attributes()).unwrap_or_else(|e| panic!("{text}: {e}")).evaluate(&Values::new())
}

#[test]
fn simple_conditions_have_their_value() {
    assert_eq!(value("1 + 1 == 2"), Truth::True);
    assert_eq!(value("[1, 2, 3].exists(x, x > 2)"), Truth::True);
}
