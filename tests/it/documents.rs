//! Documents that load: their forms, their digest, their limits; and that nothing makes loading panic.

use maitre::{
    AttributeEntry, AttributeType, ChannelEntry, Diagnostic, DiagnosticCode, LimitEntry, Limits, Policy,
    PolicyDocument, PolicyError, RuleEntry, RuleFacts, RustRule, Severity, Truth,
};
use proptest::prelude::*;

const HARBOUR: &str = include_str!("../policies/harbour_mobile.toml");
const SHOP: &str = r#"format = 1
name = "shop"
last_resort = ["in_person"]
channels = [{ name = "web" }, { name = "in_person", staffed = true }]
"#;

fn json(text: &str) -> Result<Policy, PolicyError> {
    Policy::loader().deserialize(&mut serde_json::Deserializer::from_str(text))
}

fn load(more: &str) -> Policy {
    Policy::from_toml(&format!("{SHOP}{more}")).unwrap()
}

fn lines(error: &PolicyError) -> Vec<String> {
    error.diagnostics().iter().map(|diagnostic| diagnostic.to_string().replace("\n  help: ", " | ")).collect()
}

#[test]
fn the_policy_of_the_design_loads_without_a_warning() {
    let policy = Policy::from_toml(HARBOUR).unwrap();
    assert_eq!((policy.name(), policy.warnings()), ("harbour_mobile", [].as_slice()));
}

/// Golden: it changes only with a new format number.
#[test]
fn the_digest_of_the_policy_of_the_design_stays() {
    assert_eq!(Policy::from_toml(HARBOUR).unwrap().digest().to_string(), "ad2392d27ea2c6deb246a2318296e1e8");
}

#[test]
fn a_document_survives_json_and_keeps_its_digest() {
    let policy = Policy::from_toml(HARBOUR).unwrap();
    let text = serde_json::to_string(policy.document()).unwrap();
    let document: PolicyDocument = serde_json::from_str(&text).unwrap();
    assert_eq!(&document, policy.document());
    assert_eq!(serde_json::to_string(&document).unwrap(), text);
    assert_eq!(json(&text).unwrap().digest(), policy.digest());
    assert_eq!(Policy::from_document(document).unwrap().digest(), policy.digest());
}

#[test]
fn a_document_reads_the_same_through_the_serde_of_toml() {
    let document: PolicyDocument = toml::from_str(HARBOUR).unwrap();
    assert_eq!(&document, Policy::from_toml(HARBOUR).unwrap().document());
}

#[test]
fn a_document_survives_toml_and_keeps_its_digest() {
    let policy = Policy::from_toml(HARBOUR).unwrap();
    let text = toml::to_string(policy.document()).unwrap();
    assert_eq!(Policy::from_toml(&text).unwrap().digest(), policy.digest());
}

#[test]
fn the_order_of_tables_and_sets_does_not_change_the_digest() {
    let one = load(
        "purposes = [\"a\", \"b\"]\n[segments]\nx = 'visit.errors > 2'\ny = 'visit.pages > 2'\n[rules]\n\
         r = { when = 'segment.x', never = [\"web\"], layout = -1, adapt = [\"captions\", \"low_data\"] }\n",
    );
    let other = load(
        "purposes = [\"b\", \"a\"]\n[rules.r]\nadapt = [\"low_data\", \"captions\"]\nlayout = -1\nnever = [\"web\"]\n\
         when = '''segment.x'''\n[segments]\ny = \"visit.pages > 2\"\nx.when = 'visit.errors > 2'\n",
    );
    assert_eq!(one.digest(), other.digest());
    assert_eq!(one.document(), other.document());
}

#[test]
fn the_order_of_channels_and_arms_changes_the_digest() {
    let two = "[experiments]\ne = { unit = \"person\", arms = [{ name = \"a\", weight = 1 }, { name = \"b\", weight = 1 }] }\n";
    let turned = two.replace("\"a\"", "\"c\"").replace("\"b\"", "\"a\"").replace("\"c\"", "\"b\"");
    assert_ne!(load(two).digest(), load(&turned).digest());
    let channels = SHOP.replace("{ name = \"web\" }, ", "").replace("true }]", "true }, { name = \"web\" }]");
    assert_ne!(Policy::from_toml(&channels).unwrap().digest(), load("").digest());
}

#[test]
fn long_and_short_forms_say_the_same() {
    for (short, long) in [
        (
            "",
            "defaults = { layout = \"standard\", assistance = \"hints\" }\nweights = { habit = 10, continuity = 50, need = 50, margin = 25 }\npeople = true\npurposes = []\n",
        ),
        (
            "[attributes]\nplan = [\"a\", \"b\"]\n",
            "[attributes]\nplan = { type = \"enum\", values = [\"b\", \"a\"], on = \"profile\", min_source = \"inferred\" }\n",
        ),
        (
            "[attributes]\nn = \"int\"\n",
            "[attributes.n]\ntype = \"int\"\nmin = -9223372036854775808\nmax = 9223372036854775807\n",
        ),
        (
            "[segments]\nx = 'visit.errors > 2'\n",
            "[segments.x]\nwhen = 'visit.errors > 2'\non_unknown = \"exclude\"\n",
        ),
        (
            "[guarantees]\ng = { when = 'visit.save_data', never = [\"web\"] }\n",
            "[guarantees.g]\nwhen = 'visit.save_data'\nnever = [\"web\"]\ninconclusive = \"refuse\"\n",
        ),
        (
            "[rules]\nr = { when = 'visit.save_data', never = [\"web\"] }\n",
            "[rules.r]\nwhen = 'visit.save_data'\nnever = [\"web\"]\nlayout = 0\nadapt = []\nchannels = {}\n",
        ),
    ] {
        assert_eq!(load(short).digest(), load(long).digest(), "{long}");
    }
}

#[test]
fn a_document_made_in_rust_is_checked_like_a_text() {
    let mut document = PolicyDocument::new("Shop");
    document.channels.push(ChannelEntry { base: 20_000, ..ChannelEntry::new("web") });
    document.last_resort.push("web".to_owned());
    let rule = RuleEntry { when: "visit.erors > 2".to_owned(), layout: 1, ..RuleEntry::default() };
    document.rules.insert("calm down".to_owned(), rule);
    assert_eq!(
        lines(&Policy::from_document(document).unwrap_err()),
        [
            "channels[0].base: `20000` is out of range, expected -10,000 to 10,000 [out_of_range]",
            "last_resort[0]: `web` is not staffed, and it is the last of `last_resort`, which must always work [dead_end] | \
             add `{ name = \"in_person\", staffed = true }` to the channels and let it be the last of `last_resort`, or say `people = false` if there is nobody to reach",
            "name: `Shop` is not a name, expected up to 64 of a-z, 0-9 and _, beginning with a letter [bad_name] | write `shop`",
            "rules.\"calm down\": `calm down` is not a name, expected up to 64 of a-z, 0-9 and _, beginning with a letter [bad_name] | write `calm_down`",
            "rules.\"calm down\".when: unknown attribute `visit.erors` [unknown_attribute] | did you mean `visit.errors`?",
        ]
    );
}

#[test]
fn the_order_of_the_values_of_an_enum_means_nothing() {
    let written = |values: [&str; 2]| {
        let mut document = PolicyDocument::new("shop");
        let kind = AttributeType::enum_of(values);
        let plan = AttributeEntry { kind, on_visit: false, limit: LimitEntry::default() };
        document.attributes.insert("plan".to_owned(), plan);
        serde_json::to_string(&document).unwrap()
    };
    assert_eq!(written(["prepaid", "contract"]), written(["contract", "prepaid"]));
}

#[test]
fn needs_may_count_for_a_person_through_any_number_of_turns() {
    let policy = load(
        "[segments]\nassisted = 'size(profile.needs) > 0'\nat_ease = '!segment.assisted && visit.errors == 0'\n[rules]\n\
         rich = { when = 'segment.at_ease', layout = 100, assistance = -100 }\n\
         gentle = { when = '!segment.at_ease', layout = -100, layout_at_most = \"simple\", assistance_at_least = \"guided\" }\n\
         channels = { when = 'size(profile.needs) == 2', channels = { web = 10 }, never = [\"web\"] }\n",
    );
    assert!(policy.warnings().is_empty());
}

#[test]
fn a_warning_does_not_block_and_says_what_it_is() {
    let policy = load("[rules]\nidle = { when = 'visit.save_data' }\n");
    let [warning] = policy.warnings() else { panic!("{:?}", policy.warnings()) };
    assert_eq!((warning.code(), warning.severity()), (DiagnosticCode::NoEffect, Severity::Warning));
    assert!(
        warning.to_string().starts_with("6:1: rules.idle: warning: rule `idle` has no effect [no_effect]\n")
    );
}

#[test]
fn a_policy_may_have_nobody_to_reach() {
    let text =
        "format = 1\nname = 'bot'\npeople = false\nlast_resort = ['web']\nchannels = [{ name = 'web' }]";
    assert_eq!(Policy::from_toml(text).unwrap().name(), "bot");
}

struct Debts(&'static str, &'static [&'static str]);

impl RustRule for Debts {
    fn name(&self) -> &str {
        self.0
    }
    fn reads(&self) -> &[&str] {
        self.1
    }
    fn holds(&self, _: &RuleFacts<'_>) -> Truth {
        Truth::Unknown
    }
}

#[test]
fn rules_written_in_rust_are_found_by_their_name() {
    let text = format!("{SHOP}[rules]\ncalm = {{ when = 'rule(\"debts\")', layout = -100 }}\n");
    assert!(Policy::loader().rule(Debts("debts", &["profile.age"])).toml(&text).is_ok());
}

#[test]
fn rules_written_in_rust_are_checked_too() {
    let text = format!("{SHOP}[rules]\ncalm = {{ when = '!rule(\"debts\")', layout = -100 }}\n");
    let loader = Policy::loader()
        .rule(Debts("debts", &["profile.needs", "profile.agee"]))
        .rule(Debts("debts", &[]))
        .rule(Debts("Old Debts", &[]));
    assert_eq!(
        lines(&loader.toml(&text).unwrap_err()),
        [
            "6:44: rules.calm.layout: rule `calm` simplifies or helps (layout = -100) where `rule(\"debts\")` decides, so that a need could take that from a person [need_punished] | a rule in Rust that reads needs, or what a device asks for, counts both ways (L8): leave it out here, or let it read something else and ask for the need in the condition itself",
            "of a rule written in Rust: `Old Debts` is not a name, expected up to 64 of a-z, 0-9 and _, beginning with a letter [bad_name]",
            "rule `debts`, written in Rust, reads unknown attribute `profile.agee` [unknown_attribute] | did you mean `profile.age`?",
            "two rules written in Rust are named `debts` [duplicate]",
        ]
    );
}

#[test]
fn every_limit_is_named_with_what_was_found() {
    let more = "[attributes]\na = ['one', 'two']\nb = 'bool'\n[segments]\na1 = 'visit.save_data'\nb1 = '!visit.save_data'\n\
                [rules]\na = { when = 'segment.a1', layout = -1 }\nb = { when = 'segment.a1', layout = -1, because = 'long' }\n\
                [guarantees]\na = { when = 'segment.a1', never = ['web'] }\nb = { when = 'segment.a1', never = ['web'] }\n\
                [[tests]]\nname = 'a'\nvisit = { at = 2026-11-23T10:00:00Z }\nexpect = { layout = 'simple' }\n\
                [[tests]]\nname = 'b'\nvisit = { at = 2026-11-23T10:00:00Z }\nexpect = { layout = 'simple' }\n";
    let text = format!("{SHOP}{more}");
    assert!(Policy::from_toml(&text).is_ok());
    type Set = fn(&mut Limits);
    let bytes =
        format!("a document of {} bytes, expected at most 100, the limit `document_bytes`", text.len());
    let limits: [(Set, &str); 11] = [
        (|limits| limits.document_bytes = 100, &bytes),
        (|limits| limits.depth = 2, "lists and tables more than 2 deep, the limit `depth`"),
        (|limits| limits.segments = 1, "2 entries, expected at most 1, the limit `segments`"),
        (|limits| limits.rules = 1, "2 entries, expected at most 1, the limit `rules`"),
        (|limits| limits.guarantees = 1, "2 entries, expected at most 1, the limit `guarantees`"),
        (|limits| limits.tests = 1, "2 entries, expected at most 1, the limit `tests`"),
        (
            |limits| limits.attributes = 1,
            "2 attributes of your own, expected at most 1, the limit `attributes`",
        ),
        (|limits| limits.names = 1, "2 entries, expected at most 1, the limit `names`"),
        (|limits| limits.list = 1, "2 entries, expected at most 1, the limit `list`"),
        (|limits| limits.text_bytes = 3, "a string of 4 bytes, expected at most 3, the limit `text_bytes`"),
        (
            |limits| limits.condition_bytes = 12,
            "a string of 15 bytes, expected at most 12, the limit `condition_bytes`",
        ),
    ];
    for (set, message) in limits {
        let mut limits = Limits::default();
        set(&mut limits);
        let error = Policy::loader().limits(limits).toml(&text).unwrap_err();
        let found = |one: &Diagnostic| one.code() == DiagnosticCode::Limit && one.message() == message;
        assert!(error.diagnostics().iter().any(found), "{message}\n{error}");
    }
}

#[test]
fn patterns_share_their_room_and_lists_have_the_length_that_is_allowed() {
    let rules: String = (0..6)
        .map(|n| {
            format!("[rules.r{n}]\nwhen = 'visit.campaign.matches(\"(a|b)*a(a|b){{8}}{n}\")'\nlayout = -1\n")
        })
        .collect();
    let text = format!("{SHOP}{rules}");
    assert!(Policy::from_toml(&text).is_ok());
    let mut limits = Limits::default();
    limits.pattern_bytes = 5 << 20;
    assert!(Policy::loader().limits(limits).toml(&text).is_ok());
    limits.pattern_bytes = 60_000;
    let error = Policy::loader().limits(limits).toml(&text).unwrap_err();
    let said: Vec<String> = error.diagnostics().iter().map(|one| one.message().to_owned()).collect();
    assert_eq!(
        said,
        ["all patterns together take more than 60000 bytes when compiled, the limit `pattern_bytes`"]
    );

    // No room at all is said, once, and never taken for a pattern that was read.
    limits.pattern_bytes = 0;
    let error = Policy::loader().limits(limits).toml(&text).unwrap_err();
    assert_eq!(error.diagnostics().len(), 1, "{error}");

    let long = format!(
        "{SHOP}rules.r = {{ when = 'visit.pages in {:?}', layout = -1 }}",
        (0..1_500).collect::<Vec<_>>()
    );
    assert!(Policy::from_toml(&long).is_err());
    limits = Limits::default();
    limits.list = 2_000;
    assert!(Policy::loader().limits(limits).toml(&long).is_ok());
}

#[test]
fn problems_beyond_their_limit_are_counted() {
    let mut limits = Limits::default();
    limits.problems = 2;
    let text = format!("{SHOP}a = 1\nb = 1\nc = 1\nd = 1\n");
    let error = Policy::loader().limits(limits).toml(&text).unwrap_err();
    assert_eq!(error.diagnostics().len(), 3);
    assert!(error.to_string().ends_with("more than 2 problems, the limit `problems` [limit]"), "{error}");
}

#[test]
fn what_nests_too_deep_is_refused_before_it_is_built() {
    // Dotted keys within inline tables multiply what a parser's own guard allows.
    let keys = ["a"; 79].join(".");
    let text = format!("[{keys}]\n{}x = 1{}", format!("{keys}.a = {{").repeat(79), "}".repeat(79));
    for text in [text, "[".repeat(1 << 20), "a = [".repeat(1 << 18), "{\"a\":".repeat(1 << 18)] {
        let error = Policy::from_toml(&text).unwrap_err();
        assert!(!error.diagnostics().is_empty());
        assert!(json(&text).is_err());
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, ..ProptestConfig::default() })]

    #[test]
    fn any_text_loads_or_says_why_not(text in any::<String>()) {
        says_why_not(Policy::from_toml(&text));
        says_why_not(json(&text));
    }

    #[test]
    fn a_document_with_slips_of_the_hand_loads_or_says_why_not(
        slips in prop::collection::vec((any::<prop::sample::Index>(), 0..5_usize, slip()), 1..4),
    ) {
        for document in [HARBOUR.to_owned(), serde_json::to_string(Policy::from_toml(HARBOUR).unwrap().document()).unwrap()] {
            let mut text = document;
            for (at, take, put) in &slips {
                let from = at.index(text.len() + 1);
                let from = (0..=from).rev().find(|&n| text.is_char_boundary(n)).unwrap();
                let to = (from + take).min(text.len());
                let to = (to..=text.len()).find(|&n| text.is_char_boundary(n)).unwrap();
                text.replace_range(from..to, put);
            }
            says_why_not(Policy::from_toml(&text));
            says_why_not(json(&text));
        }
    }
}

fn slip() -> impl Strategy<Value = String> {
    prop_oneof![
        Just(String::new()),
        prop::sample::select(
            &[
                "\"",
                "'",
                "\n",
                "[",
                "]",
                "{",
                "}",
                "=",
                ".",
                ",",
                "#",
                "\\",
                "'''",
                "9999999999999999999",
                "-",
                "é",
                "\u{0}",
                "[[",
                "rules",
                " = 1\n",
                "segment."
            ][..]
        )
        .prop_map(str::to_owned),
        any::<char>().prop_map(String::from),
    ]
}

/// Errors have at least one diagnostic that is an error; places lie within order.
fn says_why_not(loaded: Result<Policy, PolicyError>) {
    if let Err(error) = loaded {
        let diagnostics = error.diagnostics();
        assert!(diagnostics.iter().any(|one| one.severity() == Severity::Error), "{error}");
        let starts: Vec<usize> =
            diagnostics.iter().filter_map(|one| one.place()).map(|place| place.start).collect();
        assert!(starts.is_sorted(), "{error}");
    }
}
