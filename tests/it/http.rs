//! Both directions of the headers against real decisions: what a request says changes them, and the lines of a response
//! name what can change them, and nothing more.
#![expect(clippy::unwrap_used, reason = "a test that cannot make its policy or visit has failed")]

use std::collections::BTreeSet;

use http::header::{HeaderMap, HeaderName, HeaderValue};
use maitre::{
    AccessNeed, ClientHints, CustomerProfile, Decision, ExperienceSelector, Fact, Moment, NeedStrength,
    Policy, RuleFacts, RustRule, Truth, Visit,
};

const NEEDS: &str = "Sec-CH-Prefers-Reduced-Motion, Sec-CH-Prefers-Contrast, Sec-CH-Forced-Colors, Save-Data";
const CRITICAL_NEEDS: &str = "Sec-CH-Prefers-Reduced-Motion, Sec-CH-Prefers-Contrast, Sec-CH-Forced-Colors";

/// A value of each header that says something, and a condition that is true of it where the policy needs one to read it.
const HEADERS: &[(&str, &str, &str)] = &[
    ("Sec-CH-Prefers-Reduced-Motion", "reduce", "visit.reduced_motion"),
    ("Sec-CH-Prefers-Contrast", "more", "visit.more_contrast"),
    ("Sec-CH-Forced-Colors", "active", "visit.forced_colors"),
    ("Sec-CH-Prefers-Color-Scheme", "dark", "visit.color_scheme == 'dark'"),
    ("Save-Data", "on", "visit.save_data"),
    ("Sec-CH-UA-Form-Factors", "\"Mobile\"", "visit.device == 'mobile'"),
    ("Sec-CH-UA-Mobile", "?1", "visit.device == 'mobile'"),
    ("Sec-CH-UA-Platform", "\"Android\"", "visit.platform == 'Android'"),
    ("Sec-CH-Viewport-Width", "412", "visit.viewport_width < 480"),
    ("Viewport-Width", "412", "visit.viewport_width < 480"),
    ("Sec-CH-Device-Memory", "0.5", "visit.device_memory < 1.0"),
    ("Device-Memory", "0.5", "visit.device_memory < 1.0"),
    ("ECT", "2g", "visit.connection == '2g'"),
    ("Downlink", "0.4", "visit.downlink < 0.5"),
    ("Accept-Language", "de", "visit.language == 'de'"),
    ("Referer", "https://search.example/?q=1", "visit.referrer == 'search.example'"),
    (
        "User-Agent",
        "Mozilla/5.0 (Linux; Android 10; K) Mobile",
        "visit.device == 'mobile' || visit.platform == 'Android'",
    ),
    ("Sec-GPC", "1", "visit.gpc"),
];

/// A policy with these lines at its head and below.
fn document(head: &str, body: &str) -> String {
    format!(
        r#"
        format = 1
        name = "shop"
        {head}
        last_resort = ["in_person"]
        channels = [{{ name = "web", base = 10 }}, {{ name = "in_person", staffed = true }}]
        {body}
        "#
    )
}

fn selector(head: &str, body: &str) -> ExperienceSelector {
    ExperienceSelector::compile(&Policy::from_toml(&document(head, body)).unwrap()).unwrap()
}

fn simplified_when(condition: &str) -> ExperienceSelector {
    selector("", &format!("[rules]\nsmall = {{ when = \"{condition}\", layout = -100 }}"))
}

/// `Accept-CH`, `Critical-CH` and `Vary`.
fn lines(selector: &ExperienceSelector) -> [String; 3] {
    let lines: Vec<(HeaderName, HeaderValue)> = ClientHints::of(selector).lines().collect();
    ["accept-ch", "critical-ch", "vary"].map(|name| {
        let line = lines.iter().find(|(found, _)| found == name);
        line.map_or(String::new(), |(_, value)| value.to_str().unwrap().to_owned())
    })
}

/// What the lines name beyond the needs, which every policy asks for.
fn beyond_needs(selector: &ExperienceSelector) -> [String; 3] {
    let beyond = |line: &str| {
        let names = line.split(", ").filter(|name| !NEEDS.split(", ").any(|need| need == *name));
        names.collect::<Vec<_>>().join(", ")
    };
    lines(selector).map(|line| beyond(&line))
}

fn headers(lines: &[(&str, &str)]) -> HeaderMap {
    lines.iter().map(|(name, value)| (name.parse::<HeaderName>().unwrap(), value.parse().unwrap())).collect()
}

fn visit(lines: &[(&str, &str)]) -> Visit {
    Visit::new(Moment::parse("2026-11-23T10:00:00-03:00").unwrap()).with_headers(&headers(lines))
}

fn decide(selector: &ExperienceSelector, profile: &CustomerProfile, lines: &[(&str, &str)]) -> Decision {
    selector.select(profile, &visit(lines))
}

#[test]
fn every_policy_asks_for_what_brings_needs() {
    assert_eq!(lines(&selector("", "")), [NEEDS, CRITICAL_NEEDS, NEEDS]);
}

#[test]
fn vary_names_a_header_exactly_if_it_can_change_a_decision() {
    for (_, _, condition) in HEADERS {
        let selector = simplified_when(condition);
        let [.., vary] = lines(&selector);
        let named: BTreeSet<&str> = vary.split(", ").collect();
        let person = CustomerProfile::new();
        let plain = decide(&selector, &person, &[]);
        let changing =
            HEADERS.iter().filter(|(name, value, _)| decide(&selector, &person, &[(name, value)]) != plain);
        assert_eq!(named, changing.map(|(name, ..)| *name).collect(), "{condition}");
    }
}

#[test]
fn only_hints_are_asked_for_and_by_their_present_name() {
    let asked = |condition: &str| beyond_needs(&simplified_when(condition))[0].clone();
    assert_eq!(asked("visit.viewport_width < 480"), "Sec-CH-Viewport-Width");
    assert_eq!(asked("visit.device_memory < 1.0"), "Sec-CH-Device-Memory");
    assert_eq!(asked("visit.device == 'mobile'"), "Sec-CH-UA-Form-Factors, Sec-CH-UA-Mobile");
    assert_eq!(asked("visit.connection == '2g' && visit.downlink < 0.5"), "ECT, Downlink");
    for told_by_none in
        ["visit.language == 'de'", "visit.referrer == 'a'", "visit.gpc", "visit.hour < 8", "visit.pages > 3"]
    {
        assert_eq!(asked(told_by_none), "", "{told_by_none}");
    }
}

#[test]
fn the_order_is_that_of_the_table_whatever_the_order_of_the_policy() {
    let one = simplified_when("visit.downlink < 0.5 || visit.color_scheme == 'dark' || visit.device == 'tv'");
    let other =
        simplified_when("visit.device == 'tv' || visit.color_scheme == 'dark' || visit.downlink < 0.5");
    assert_eq!(lines(&one), lines(&other));
    assert_eq!(
        lines(&one)[0],
        "Sec-CH-Prefers-Reduced-Motion, Sec-CH-Prefers-Contrast, Sec-CH-Forced-Colors, Sec-CH-Prefers-Color-Scheme, \
         Save-Data, Sec-CH-UA-Form-Factors, Sec-CH-UA-Mobile, Downlink"
    );
}

#[test]
fn a_hint_is_critical_if_it_is_a_preference_or_a_bound_hangs_on_it() {
    let critical = |condition: &str, effect: &str| {
        let rule = format!("[rules]\nsmall = {{ when = \"{condition}\", {effect} }}");
        beyond_needs(&selector("", &rule))[1].clone()
    };
    let bounds = [
        "layout_at_most = 'simple'",
        "assistance_at_least = 'guided'",
        "never = ['web']",
        "adapt = ['large_text']",
    ];
    for bound in bounds {
        assert_eq!(critical("visit.viewport_width < 480", bound), "Sec-CH-Viewport-Width", "{bound}");
        assert_eq!(critical("visit.device == 'tv'", bound), "Sec-CH-UA-Form-Factors", "{bound}");
        assert_eq!(critical("visit.connection == '2g' || visit.downlink < 0.5", bound), "", "{bound}");
        assert_eq!(critical("visit.platform == 'Android'", bound), "", "{bound}");
    }
    assert_eq!(critical("visit.viewport_width < 480", "layout = -100"), "");
    assert_eq!(critical("visit.viewport_width < 480", "assistance = 100, channels = { web = 5 }"), "");
    assert_eq!(critical("visit.color_scheme == 'dark'", "layout = -100"), "Sec-CH-Prefers-Color-Scheme");
}

#[test]
fn what_segments_read_counts_if_a_rule_or_an_experiment_uses_them() {
    let segments = r#"
        [segments]
        narrow = 'visit.viewport_width < 480'
        cramped = 'segment.narrow || visit.device_memory < 1.0'
        dark = 'visit.color_scheme == "dark"'
    "#;
    let used_by = |user: &str| beyond_needs(&selector("", &format!("{segments}\n{user}")))[0].clone();
    assert_eq!(used_by(""), "");
    assert_eq!(
        used_by("[rules]\nsmall = { when = 'segment.cramped', layout = -100 }"),
        "Sec-CH-Viewport-Width, Sec-CH-Device-Memory"
    );
    assert_eq!(
        used_by(
            "[experiments]\nhue = { when = 'segment.dark', unit = 'person', arms = [{ name = 'a', weight = 1 }] }"
        ),
        "Sec-CH-Prefers-Color-Scheme"
    );
    assert_eq!(used_by("[guarantees]\ncalm = { when = 'segment.dark', layout_at_most = 'rich' }"), "");
    assert_eq!(used_by("[rules]\nsmall = { when = 'false && segment.dark', layout = -100 }"), "");
}

struct TinyScreen;
impl RustRule for TinyScreen {
    fn name(&self) -> &str {
        "tiny_screen"
    }
    fn reads(&self) -> &[&str] {
        &["visit.viewport_width"]
    }
    fn holds(&self, facts: &RuleFacts<'_>) -> Truth {
        facts.int("visit.viewport_width").map_or(Truth::Unknown, |width| (width < 240).into())
    }
}

#[test]
fn what_cannot_matter_where_it_stands_is_not_asked_for() {
    for condition in [
        "visit.pages > 3 && (true || visit.viewport_width < 300)",
        "visit.pages > 3 || (false && visit.color_scheme == 'dark')",
        "visit.pages > 3 && visit.viewport_width < 300 && visit.viewport_width > 400",
    ] {
        assert_eq!(beyond_needs(&simplified_when(condition)), ["", "", ""], "{condition}");
    }
    let through = selector(
        "",
        "segments.never = 'false'\nrules.r = { when = \"segment.never && visit.color_scheme == 'dark'\", layout = -1 }",
    );
    assert_eq!(beyond_needs(&through), ["", "", ""]);
    // What is worked out counts with all that it reads.
    let derived = simplified_when("visit.viewport_width * 2 < 300");
    assert_eq!(beyond_needs(&derived)[0], "Sec-CH-Viewport-Width");
}

#[test]
fn what_a_rule_in_rust_names_is_asked_for() {
    let text =
        document("", "[rules]\ntiny = { when = 'rule(\"tiny_screen\")', layout_at_most = 'essential' }");
    let policy = Policy::loader().rule(TinyScreen).toml(&text).unwrap();
    let selector = ExperienceSelector::compile(&policy).unwrap();
    let wanted = ["Sec-CH-Viewport-Width", "Sec-CH-Viewport-Width", "Sec-CH-Viewport-Width, Viewport-Width"];
    assert_eq!(beyond_needs(&selector), wanted);
}

#[test]
fn what_d1_hides_is_not_asked_for() {
    let rule = "[rules]\nsmall = { when = \"visit.device == 'mobile'\", layout = -100 }";
    let limited = |limit: &str| selector("", &format!("[attributes]\n{limit}\n{rule}"));
    let user_agent_hidden = limited("visit.device = { min_source = 'request' }");
    let hints = "Sec-CH-UA-Form-Factors, Sec-CH-UA-Mobile";
    assert_eq!(beyond_needs(&user_agent_hidden), [hints, "", hints]);
    assert_eq!(beyond_needs(&limited("visit.device = { min_source = 'observed' }")), ["", "", ""]);
    let without_save_data = limited("visit.save_data = { min_source = 'declared' }");
    assert!(lines(&without_save_data).iter().all(|line| !line.contains("Save-Data")));
}

#[test]
fn sec_gpc_counts_where_a_purpose_that_it_withholds_is_asked_for() {
    let head = "purposes = ['messages', 'profiling']\ngpc = ['profiling']";
    let vary = |body: &str| beyond_needs(&selector(head, body))[2].clone();
    let mood = |purpose: &str, rule: &str| {
        vary(&format!("[attributes]\nprofile.mood = {{ consent = '{purpose}' }}\n{rule}"))
    };
    let rule = "[rules]\ncalm = { when = 'profile.mood < 0', assistance = 100 }";
    assert_eq!(mood("profiling", rule), "Sec-GPC");
    assert_eq!(mood("messages", rule), "");
    assert_eq!(mood("profiling", ""), "", "nothing reads it");
    assert_eq!(
        vary("[attributes]\nprofile.habit = { consent = 'profiling' }"),
        "Sec-GPC",
        "every decision reads it"
    );
    assert_eq!(
        vary("[rules]\nseen = { when = '\"profiling\" in profile.consents', layout = 100 }"),
        "Sec-GPC"
    );
    assert_eq!(vary(""), "");
}

#[test]
fn a_hint_adds_a_preferred_need_and_never_removes_one() {
    let selector = selector("", "");
    let cases = [
        (AccessNeed::ReducedMotion, "Sec-CH-Prefers-Reduced-Motion", "reduce", "no-preference"),
        (AccessNeed::MoreContrast, "Sec-CH-Prefers-Contrast", "more", "less"),
        (AccessNeed::MoreContrast, "Sec-CH-Forced-Colors", "active", "none"),
        (AccessNeed::LowData, "Save-Data", "on", "off"),
    ];
    for (need, header, yes, no) in cases {
        let nobody = CustomerProfile::new();
        let has = |person: &CustomerProfile, value| {
            decide(&selector, person, &[(header, value)]).adaptations().contains(need)
        };
        assert!(has(&nobody, yes), "{header}");
        assert!(!has(&nobody, no) && !has(&nobody, "garbage("), "{header}");
        for strength in [NeedStrength::Preferred, NeedStrength::Required] {
            let person = CustomerProfile::new().with_need(need, strength);
            assert!(has(&person, no) && has(&person, yes) && has(&person, "garbage("), "{header}");
        }
        // What the host has concluded of this device, before it read the headers.
        let concluded = match need {
            AccessNeed::ReducedMotion => visit(&[]).with_reduced_motion(Fact::inferred(true)),
            AccessNeed::LowData => visit(&[]).with_save_data(Fact::inferred(true)),
            _ => visit(&[]).with_more_contrast(Fact::inferred(true)).with_forced_colors(Fact::inferred(true)),
        };
        let concluded = concluded.with_headers(&headers(&[(header, no)]));
        assert!(selector.select(&nobody, &concluded).adaptations().contains(need), "{header}");
    }
}

#[test]
fn a_header_does_not_outweigh_what_the_person_declares() {
    let selector = simplified_when("visit.save_data");
    let declared = visit(&[("Save-Data", "on")]).with_save_data(Fact::declared(false));
    assert_eq!(
        selector.select(&CustomerProfile::new(), &declared),
        decide(&selector, &CustomerProfile::new(), &[("Save-Data", "off")])
    );
}
