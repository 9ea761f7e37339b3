//! What explanations say, word for word where it matters.

use maitre::{
    Channel, CustomerProfile, ExperienceSelector, Moment, Policy, RuleFacts, RustRule, Truth, Visit,
};

fn selector(body: &str) -> ExperienceSelector {
    let text = format!("format = 1\nname = \"corner_shop\"\nlast_resort = [\"in_person\"]\n{body}");
    ExperienceSelector::compile(&Policy::from_toml(&text).unwrap()).unwrap()
}
fn monday() -> Visit {
    Visit::new(Moment::parse("2026-11-23T10:00:00-03:00").unwrap())
}
fn profile(json: &str) -> CustomerProfile {
    serde_json::from_str(json).unwrap()
}

#[test]
fn an_explanation_says_once_what_rules_several_channels_out_and_claims_nothing_of_everybody() {
    let selector = selector(
        r#"
        channels = [
          { name = "web", base = 10 },
          { name = "chat", staffed = true, open = ["mon-fri 08:00-20:00"] },
          { name = "phone", staffed = true, open = ["mon-fri 08:00-20:00"] },
          { name = "post" },
          { name = "in_person", staffed = true, open = ["mon-fri 08:00-20:00"] },
        ]
        rules.quick = { when = 'true', never = ["post"], because = "a letter takes too long" }
        "#,
    );
    let sunday = Visit::new(Moment::parse("2026-11-22T10:00:00-03:00").unwrap());
    let text = selector.explain(&CustomerProfile::new(), &sunday).to_string();
    let expected = "\
This visitor is served through the web site, with the standard layout and hints on the way.
Channel: the web site, because it is the only one possible now. Not possible: the chat, the phone and a meeting in person \
(closed at this hour); letters (rule `quick`).
Layout: the standard layout, as is usual here.
Help: hints on the way, as is usual here.
A person can be reached through a meeting in person, though not at this hour.
";
    assert_eq!(text, expected);
}

const THREE: &str = r#"
channels = [
  { name = "web", base = 40 },
  { name = "app", base = 50 },
  { name = "social" },
  { name = "in_person", staffed = true, open = ["mon-fri 08:00-20:00"], layout_at_most = "simple" },
]
"#;

#[test]
fn what_does_not_fit_its_attribute_is_left_out_of_account_and_named() {
    let selector = selector(&format!(
        "{THREE}
        purposes = ['profiling']
        [attributes]
        plan = ['prepaid', 'contract']
        secret = {{ type = 'int', consent = 'profiling' }}
        colors = {{ type = 'set', members = ['red', 'blue'] }}
        [rules]
        unknown = {{ when = '!known(plan) && !known(colors)', layout = -100 }}"
    ));
    let odd = profile(
        r#"{"attributes": {"plan": "zzz", "colors": ["red", "pink"], "secret": "?"}, "preferred_channel": "phnoe"}"#,
    );
    let told = selector.explain(&odd, &monday());
    let named: Vec<&str> = told.unreadable().iter().map(|fact| &*fact.attribute).collect();
    assert_eq!(named, ["profile.preferred_channel", "colors", "plan"], "what may not be used is not named");
    let last = told.to_string().lines().last().unwrap_or_default().to_owned();
    assert_eq!(
        last,
        "Left out of account: `profile.preferred_channel` makes no sense (it is none of the values that there are), `colors` makes no sense \
         (it is no list of the members that there are) and `plan` makes no sense (it is none of the values that there are)."
    );
    let fits =
        profile(r#"{"attributes": {"plan": "prepaid", "colors": ["red"]}, "preferred_channel": "app"}"#);
    assert_eq!(selector.explain(&fits, &monday()).unreadable(), []);
}

#[test]
fn every_channel_that_is_left_is_named_with_its_gap_and_its_points() {
    let selector =
        selector(&format!("{THREE}\nrules.down = {{ when = 'true', channels = {{ app = -20 }} }}"));
    let told = selector.explain(&CustomerProfile::new(), &monday());
    assert!(
        told.to_string().contains(
            "Channel: the web site, because it has the most points of those that are possible. The next choices would be \
             the app (10 points behind), social media (40 points behind) and a meeting in person (40 points behind)."
        ),
        "{told}"
    );
    let app = told.channels().iter().find(|note| note.channel() == Channel::App).unwrap();
    let points: Vec<_> =
        app.points().map(|(from, name, points)| (from, name.map(String::from), points)).collect();
    assert_eq!(points, [("rule", Some("down".to_owned()), -20), ("policy", None, 50)]);
}

#[test]
fn a_last_resort_that_serves_is_not_called_impossible_and_its_cap_is_a_bound() {
    let selector = selector(&format!(
        "{THREE}\nrules.none = {{ when = 'true', never = ['web', 'app', 'social'], because = 'all is down' }}"
    ));
    let sunday = Visit::new(Moment::parse("2026-11-22T10:00:00-03:00").unwrap());
    let told = selector.explain(&CustomerProfile::new(), &sunday);
    assert!(
        told.to_string().contains(
            "Channel: a meeting in person, because no other channel is left; there, nobody is turned away. Not possible: \
             the web site, the app and social media (rule `none`).\n"
        ),
        "{told}"
    );
    let web = told.channels().iter().find(|note| note.channel() == Channel::Web).unwrap();
    assert_eq!(web.rule(), Some("none"));
    let shape = serde_json::to_value(&told).unwrap();
    assert_eq!(
        shape["bounds"],
        serde_json::json!([{ "layout_at_most": "simple", "from": "channel", "name": "in_person" }])
    );
}

#[test]
fn only_what_matters_is_said_to_have_left_a_rule_undecided() {
    let selector = selector(&format!(
        r#"{THREE}
        attributes.plan = ["a", "b"]
        rules.odd = {{ when = '(plan == "a" && visit.errors > 100) || profile.tier == "g" || known(profile.age) && plan == "b"', layout = -1 }}"#
    ));
    let told = selector.explain(&CustomerProfile::new(), &monday());
    let unknown: Vec<&str> =
        told.undecided().iter().flat_map(|rule| rule.unknown()).map(|fact| &*fact.attribute).collect();
    assert_eq!(unknown, ["profile.tier"]);
}

#[derive(Debug)]
struct Always(&'static str, Truth);
impl RustRule for Always {
    fn name(&self) -> &str {
        self.0
    }
    fn reads(&self) -> &[&str] {
        if self.1 == Truth::True { &["profile.age"] } else { &[] }
    }
    fn holds(&self, facts: &RuleFacts<'_>) -> Truth {
        // One that is sure looks all the same, and is as sure whatever it sees.
        let seen: Vec<Option<i64>> = self.reads().iter().map(|name| facts.int(name)).collect();
        assert_eq!(seen.len(), self.reads().len());
        self.1
    }
}

#[test]
fn law_l7_a_rule_in_rust_appears_by_its_name() {
    let text = format!(
        "format = 1\nname = 'shop'\nlast_resort = ['in_person']\n{THREE}\n\
         segments.sure = 'rule(\"certain\")'\n\
         rules.one = {{ when = 'segment.sure || rule(\"doubtful\")', layout = -100 }}\n\
         rules.two = {{ when = 'rule(\"doubtful\")', layout = -100 }}"
    );
    let loader =
        Policy::loader().rule(Always("certain", Truth::True)).rule(Always("doubtful", Truth::Unknown));
    let selector = ExperienceSelector::compile(&loader.toml(&text).unwrap()).unwrap();
    let told = selector.explain(&CustomerProfile::new(), &monday());
    let lines: Vec<String> = told.to_string().lines().rev().take(2).map(str::to_owned).collect();
    assert_eq!(
        lines,
        [
            "Rule `one` goes by `certain` and `doubtful`, written in Rust.",
            "Rule `two` was left out, since it could not be decided: `rule(\"doubtful\")` could not say."
        ]
    );
    // What a rule reads and does without left nothing undecided.
    let three = "rules.three = { when = 'rule(\"certain\") && profile.fluency < 30', layout = -1 }\n";
    let text = text.replace("segments.sure", &format!("{three}segments.sure"));
    let loader =
        Policy::loader().rule(Always("certain", Truth::True)).rule(Always("doubtful", Truth::Unknown));
    let selector = ExperienceSelector::compile(&loader.toml(&text).unwrap()).unwrap();
    let explained = selector.explain(&CustomerProfile::new(), &monday());
    let three = explained.undecided().iter().find(|undecided| undecided.rule() == "three").unwrap();
    let unknown: Vec<&str> = three.unknown().iter().map(|fact| &*fact.attribute).collect();
    assert_eq!(unknown, ["profile.fluency"]);
    let shape = serde_json::to_value(&told).unwrap();
    assert_eq!(shape["rules"][0]["rust_rules"], serde_json::json!(["certain", "doubtful"]));
}

#[test]
fn what_is_on_record_and_too_old_or_of_too_weak_a_source_is_told_where_no_rule_tells_it() {
    let selector = selector(
        r#"
        purposes = ["profiling"]
        channels = [{ name = "in_person", staffed = true }]
        attributes.profile.mood = { max_age_days = 90 }
        attributes.profile.age = { consent = "profiling" }
        attributes.vip = { type = "bool", min_source = "declared" }
        attributes.score = { type = "int", min_source = "declared", max_age_days = 9, consent = "profiling" }
        attributes.profile.orders = { max_age_days = 5 }
        attributes.profile.visits = { max_age_days = 5 }
        rules.upset = { when = 'known(profile.mood) && profile.mood <= -40', layout = -100 }
        rules.vip = { when = 'vip && profile.age > 60', layout = -100 }
        "#,
    );
    let ana = profile(
        r#"{"age": 70, "mood": -80, "orders": 9, "attributes": {"vip": {"value": true, "source": "observed"}, "score": {"value": 3, "source": "inferred"}}}"#,
    );
    let explanation = selector.explain(&ana, &monday());
    let hidden: Vec<String> = explanation.hidden().iter().map(ToString::to_string).collect();
    assert_eq!(
        hidden,
        [
            "`profile.mood` is too old or has no date",
            "`profile.orders` is too old or has no date",
            "`vip` does not come from a source good enough"
        ]
    );
    let text = explanation.to_string();
    assert!(
        text.contains("On record, and not counted: `profile.mood` is too old or has no date and `profile.orders` is too old or has no date.\n"),
        "{text}"
    );
    assert_eq!(text.matches("`vip` does not come").count(), 1, "{text}");
    let json = serde_json::to_value(&explanation).unwrap();
    assert_eq!(json["hidden"][0]["attribute"], "profile.mood");
    // What may not be used is as if it were not there.
    assert!(!hidden.concat().contains("profile.age") && !text.contains("score"), "{text}");
    let fresh = profile(
        r#"{"mood": {"value": -80, "source": "declared", "learnt": "2026-11-20T10:00:00Z"}, "attributes": {"vip": true}}"#,
    );
    let explanation = selector.explain(&fresh, &monday());
    assert!(explanation.hidden().is_empty() && !explanation.to_string().contains("On record"));
}
