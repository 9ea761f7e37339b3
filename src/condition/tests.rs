//! Tests of what the policy and the selector see of a condition: uses, directions, constants, forms of the tree.

use super::*;
use crate::time::{Duration, Timestamp};
use crate::value::Members;

fn attributes() -> Attributes {
    let mut attributes = Attributes::new();
    for (name, kind) in [
        ("plan", AttributeType::enum_of(["prepaid", "contract"])),
        ("score", AttributeType::Float),
        ("count", AttributeType::INT),
        ("word", AttributeType::Text),
        ("flag", AttributeType::Bool),
        ("last_bill", AttributeType::Timestamp),
        ("colors", AttributeType::set_of(["red", "green"])),
    ] {
        attributes.declare(name, kind).unwrap();
    }
    attributes
}

/// With the segments `stuck` and `calm` and the rule in Rust `loyal`.
fn checked(text: &str) -> Result<Condition, Vec<Problem>> {
    let attributes = attributes();
    let find = |names: &'static [&'static str]| {
        move |name: &str| names.iter().position(|n| *n == name).map(|n| n as u16)
    };
    let (segments, rules) = (find(&["stuck", "calm"]), find(&["loyal"]));
    let patterns = super::PatternRoom::new(1 << 20);
    let scope = Scope {
        patterns: &patterns,
        attributes: &attributes,
        segments: &|name| segments(name).map(|id| SegmentId(u32::from(id))),
        segment_names: &["stuck", "calm"],
        rules: &|name| rules(name).map(RustRuleId),
        rule_names: &["loyal"],
        limits: ConditionLimits::default(),
    };
    Condition::check(text, &scope).map_err(|faulty| faulty.problems)
}

fn condition(text: &str) -> Condition {
    checked(text).unwrap_or_else(|problems| panic!("{text}: {problems:?}"))
}

/// `profile.needs+` for presence, `-` for absence, `?` for both.
fn directions(text: &str) -> String {
    let attributes = attributes();
    let shown = |one: &Use| {
        let name = match one.what {
            Used::Attribute(id) => attributes.get(id).name.to_string(),
            Used::Segment(id) => format!("segment{}", id.0),
            Used::RustRule(id) => format!("rule{}", id.0),
        };
        let sign = match one.direction {
            Direction::Presence => '+',
            Direction::Absence => '-',
            Direction::Both => '?',
        };
        assert!(
            text.get(one.span.clone()).unwrap().contains(name.rsplit('.').next().unwrap())
                || name.contains(['0', '1']),
            "{name}"
        );
        format!("{name}{sign}")
    };
    condition(text).uses().iter().map(shown).collect::<Vec<_>>().join(" ")
}

#[test]
fn law_l8_presence_is_told_from_absence_and_from_any_other_use() {
    for (text, expected) in [
        (r#""captions" in profile.needs"#, "profile.needs+"),
        (r#"!("captions" in profile.needs)"#, "profile.needs-"),
        (r#"!!("captions" in profile.needs)"#, "profile.needs+"),
        ("size(profile.needs) > 0", "profile.needs+"),
        ("profile.needs.size() >= 2", "profile.needs+"),
        ("0 < size(profile.needs)", "profile.needs+"),
        ("1 <= size(profile.required_needs)", "profile.required_needs+"),
        ("size(profile.needs) < 2", "profile.needs?"),
        ("2 > size(profile.needs)", "profile.needs?"),
        ("size(profile.needs) == 0", "profile.needs?"),
        ("size(profile.needs) + 1 > 0", "profile.needs?"),
        (r#"profile.needs.exists(n, n == "captions")"#, "profile.needs+"),
        (r#"!profile.needs.exists(n, n == "captions")"#, "profile.needs-"),
        (r#"profile.needs.all(n, n == "captions")"#, "profile.needs?"),
        ("profile.needs.exists(n, !(n in profile.required_needs))", "profile.needs+ profile.required_needs-"),
        (r#"["captions"].all(n, n in profile.needs)"#, "profile.needs+"),
        (r#"flag && "captions" in profile.needs || segment.stuck"#, "flag+ profile.needs+ segment0+"),
        (r#"flag ? "captions" in profile.needs : !segment.calm"#, "flag? profile.needs+ segment1-"),
        (r#""captions" in profile.needs ? flag : true"#, "profile.needs? flag+"),
        (r#"("captions" in profile.needs) == true"#, "profile.needs+"),
        (r#"false == ("captions" in profile.needs)"#, "profile.needs-"),
        (r#"("captions" in profile.needs) == flag"#, "profile.needs? flag?"),
        (r#"["captions" in profile.needs].exists(b, b)"#, "profile.needs?"),
        ("!(flag || segment.calm)", "flag- segment1-"),
        ("flag != true || !known(flag) || declared(flag)", "flag- flag- flag?"),
        ("[flag].exists(b, b)", "flag?"),
        ("known(profile.needs) && declared(profile.needs)", "profile.needs? profile.needs?"),
        (r#"!(rule("loyal") && segment.stuck)"#, "rule0- segment0-"),
        (r#"(rule("loyal")) == segment.stuck"#, "rule0? segment0?"),
        (r#"size(profile.needs) > (segment.stuck ? 1 : 2)"#, "profile.needs+ segment0?"),
    ] {
        assert_eq!(directions(text), expected, "{text}");
    }
}

#[test]
fn what_a_variable_hides_is_not_read() {
    for (text, expected) in [
        ("[1].exists(count, count > 0)", ""),
        ("[count].all(count, count > 0)", "count?"),
        ("[1].exists(count, .count > count) || count > 2", "count? count?"),
        (r#"[["a"]].all(colors, size(colors) > 0 && "a" in colors)"#, ""),
        (r#"["a"].all(profile, .profile.needs.exists(profile, profile == "captions"))"#, "profile.needs+"),
        ("[true].exists(segment, segment)", ""),
    ] {
        assert_eq!(directions(text), expected, "{text}");
    }
}

#[test]
fn the_constants_that_attributes_are_compared_with_are_all_found() {
    let attributes = attributes();
    let found = |text: &str| {
        let show = |(id, operand): (AttributeId, Operand)| format!("{} {operand:?}", attributes.get(id).name);
        // Their order is that of what they cost, and means nothing.
        let mut all: Vec<String> = condition(text).comparisons().into_iter().map(show).collect();
        all.sort_unstable();
        all.join(", ")
    };
    for (text, expected) in [
        ("profile.age > 60 + 5", "profile.age Int(65)"),
        ("18 <= profile.age && profile.age < 30.5", "profile.age Float(30.5), profile.age Int(18)"),
        (r#"plan in ["prepaid"] || plan == "contract""#, "plan Text(\"contract\"), plan Text(\"prepaid\")"),
        (r#"!("red" in colors) && size(colors) > 1"#, "colors Int(1), colors Text(\"red\")"),
        (r#"visit.at - last_bill < duration("1h")"#, "last_bill 3600s, visit.at 3600s"),
        (r#"colors.exists(c, c == "red")"#, "colors Text(\"red\")"),
        (r#"["a", "b"].exists(w, w == word)"#, "word Text(\"a\"), word Text(\"b\")"),
        (r#"word.startsWith("a") || size(word) == 3"#, "word Int(3), word Text(\"a\")"),
        (r#"["red"].all(c, c in colors)"#, "colors Text(\"red\")"),
        ("flag", ""),
    ] {
        assert_eq!(found(text).replace("Duration(", "").replace("s)", "s"), expected, "{text}");
    }
}

#[test]
fn the_common_comparisons_have_the_direct_form() {
    let form = |text: &str| {
        format!("{:?}", condition(text).inner.tree).split([' ', '(', '{']).next().unwrap().to_owned()
    };
    for (text, expected) in [
        ("profile.age >= 65", "Is"),
        ("65 <= profile.age", "Is"),
        ("profile.age >= 60 + 5", "Is"),
        (r#"plan != "prepaid""#, "Is"),
        ("flag == false", "Is"),
        (r#"visit.at - last_bill < duration("72h")"#, "Age"),
        (r#"duration("72h") > visit.at - last_bill"#, "Age"),
        (r#""red" in colors"#, "Has"),
        (r#"plan in ["prepaid", "contract"]"#, "IsOneOf"),
        ("flag && true", "Attribute"),
        ("!!flag", "Attribute"),
        ("segment.stuck || false", "Segment"),
        ("count > profile.age", "Compare"),
    ] {
        assert_eq!(form(text), expected, "{text}");
    }
}

#[test]
fn what_depends_on_nothing_is_a_constant() {
    for (text, expected) in [
        ("1 < 2", Some(Truth::True)),
        ("flag && false", Some(Truth::False)),
        ("true || segment.stuck", Some(Truth::True)),
        ("1 / 0 == 1", Some(Truth::Unknown)),
        ("[1, 2].exists(x, x == 2) && size(\"abc\") == 3", Some(Truth::True)),
        ("\"a\" + \"b\" == \"ab\" ? \"x\".matches(\"x\") : flag", Some(Truth::True)),
        ("[[1, 2], [3]][1] == [3]", Some(Truth::True)),
        ("flag || 1 / 0 == 1", None),
        ("known(flag)", None),
    ] {
        assert_eq!(condition(text).is_constant(), expected, "{text}");
    }
}

/// Facts that note what fails.
#[derive(Default)]
struct Noting(std::cell::RefCell<Vec<Failure>>);
impl Facts for Noting {
    fn given(&self, id: AttributeId) -> Given<'_> {
        static DOMAIN: [Box<str>; 0] = [];
        match &*attributes().get(id).name {
            "count" => Given::Int(0),
            "flag" => Given::Bool(true),
            "word" => Given::Text("zoo"),
            "colors" => Given::Set(Members::Bits { bits: 0, domain: &DOMAIN }),
            "last_bill" => Given::Time(Timestamp::from_unix(-62_135_596_800, 0).unwrap()),
            "visit.at" => Given::Time(Timestamp::from_unix(1_800_000_000, 0).unwrap()),
            _ => Given::Unknown,
        }
    }
    fn is_declared(&self, id: AttributeId) -> bool {
        &*attributes().get(id).name == "word"
    }
    fn segment(&self, id: SegmentId) -> Truth {
        if id.0 == 0 { Truth::True } else { Truth::Unknown }
    }
    fn rust_rule(&self, _: RustRuleId) -> Truth {
        Truth::False
    }
    fn bucket(&self, salt: &str) -> Option<u16> {
        (salt == "a").then_some(1_234)
    }
    fn failed(&self, what: Failure) {
        self.0.borrow_mut().push(what);
    }
}

#[test]
fn what_fails_is_unknown_and_noted() {
    for (text, expected) in [
        ("1 / count == 1", Failure::DivisionByZero),
        ("1 % count == 1", Failure::DivisionByZero),
        ("9223372036854775807 - count + 1 == 1", Failure::Overflow),
        ("visit.at - last_bill > duration(\"1h\")", Failure::Overflow),
        ("[1][count + 1] == 1", Failure::NoSuchElement),
        ("int(word) == 1", Failure::BadConversion),
        ("1 / 0 == count", Failure::DivisionByZero),
    ] {
        let facts = Noting::default();
        assert_eq!(condition(text).truth(&facts), Truth::Unknown, "{text}");
        assert_eq!(facts.0.into_inner(), [expected], "{text}");
    }
}

#[test]
fn what_is_ours_asks_the_facts() {
    for (text, expected) in [
        ("segment.stuck && !rule(\"loyal\")", Truth::True),
        ("segment.calm", Truth::Unknown),
        ("bucket(\"a\") == 1234", Truth::True),
        ("bucket(\"b\") >= 0", Truth::Unknown),
        ("declared(word) && !declared(flag)", Truth::True),
        ("known(word) && !known(score)", Truth::True),
        ("colors.all(c, c == \"red\") && size(colors) == 0", Truth::True),
    ] {
        assert_eq!(condition(text).truth(&Noting::default()), expected, "{text}");
    }
}

#[test]
fn segments_and_rules_in_rust_are_suggested() {
    let said =
        |text: &str| checked(text).unwrap_err().into_iter().map(|p| (p.message, p.help)).collect::<Vec<_>>();
    let one = |message: &str, help: &str| vec![(message.to_owned(), Some(help.to_owned()))];
    assert_eq!(said("segment.stucc"), one("unknown segment `stucc`", "did you mean `stuck`?"));
    assert_eq!(said("stuck && flag"), one("unknown attribute `stuck`", "did you mean `segment.stuck`?"));
    assert_eq!(said("rule(\"loyl\")"), one("no rule in Rust is named `loyl`", "did you mean `loyal`?"));
    let asked = one(
        "`known` asks about an attribute, but `segment.stuck` is a segment",
        "write `known(…)` of an attribute that the segment reads",
    );
    assert_eq!(said("known(segment.stuck)"), asked);
}

#[test]
fn values_of_the_wrong_type_or_outside_their_range_are_unknown() {
    let attributes = attributes();
    let truth = |text: &str, name: &str, value: crate::Value| {
        Condition::parse(text, &attributes).unwrap().evaluate(&Values::new().with(name, value))
    };
    assert_eq!(truth("profile.age > 1", "profile.age", 30.into()), Truth::True);
    assert_eq!(truth("profile.age > 1", "profile.age", 3_000.into()), Truth::Unknown);
    assert_eq!(truth("profile.age > 1", "profile.age", 30.5.into()), Truth::Unknown);
    assert_eq!(truth("plan != \"prepaid\"", "plan", "gold".into()), Truth::Unknown);
    assert_eq!(truth("score > 1.0", "score", f64::NAN.into()), Truth::Unknown);
    assert_eq!(truth("score > 1.0", "score", f64::INFINITY.into()), Truth::True);
    assert_eq!(truth("\"red\" in colors", "colors", ["red", "pink"].into()), Truth::Unknown);
    assert_eq!(truth("\"red\" in colors", "colors", ["red"].into()), Truth::True);
    // As in a profile.
    assert_eq!(truth("score > 1.0", "score", 10.into()), Truth::True);
    let said = |text: &str| Condition::parse(text, &attributes).unwrap().evaluate(&Values::new());
    assert_eq!(said("known(visit.errors) && visit.errors == 0 && size(profile.needs) == 0"), Truth::True);
    assert_eq!(said("known(visit.pages)"), Truth::True);
    assert_eq!(said("known(profile.age)"), Truth::False);
}

#[test]
fn a_condition_says_what_it_reads() {
    let condition = condition("profile.age > 1 && (flag || profile.age < 5) && [1].exists(x, x == count)");
    let mut names: Vec<&str> = condition.attributes().collect();
    names.sort_unstable();
    assert_eq!(names, ["count", "flag", "profile.age"]);
}

#[test]
fn conditions_are_shared_between_threads() {
    fn is_shared<T: Send + Sync + Clone>() {}
    is_shared::<Condition>();
    is_shared::<ConditionError>();
    is_shared::<Values>();
    assert_eq!(Duration::from_days(1).seconds(), 86_400);
}
