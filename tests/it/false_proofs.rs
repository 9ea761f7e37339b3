//! What nearly was a false proof: visitors whom `select` serves and a search could forget. None of these may be proven.

use maitre::{Aspect, ExperienceSelector, Policy, built_in_attributes};

fn policy(rest: &str) -> Policy {
    let text = format!("format = 1\nname = \"x\"\nlast_resort = [\"in_person\"]\n{rest}");
    Policy::from_toml(&text).unwrap_or_else(|error| panic!("{text}\n{error}"))
}

const CHANNELS: &str =
    "channels = [{ name = \"web\", base = 50 }, { name = \"in_person\", base = 1, staffed = true }]\n";

/// Whether the guarantee is proven that whoever is in the segment `s` is not served in person, where a rule takes the web from them.
fn is_proven(attributes: &str, segments: &str) -> bool {
    let rest = format!(
        "{CHANNELS}[attributes]\n{attributes}\n[segments]\n{segments}\n\
         [rules]\nr = {{ when = 'segment.s', never = [\"web\"] }}\n\
         [guarantees]\ng = {{ when = 'segment.s', never = [\"in_person\"] }}"
    );
    ExperienceSelector::compile(&policy(&rest)).is_ok()
}

/// Whether two policies are proven to serve everybody alike.
fn is_same(old: &str, new: &str) -> bool {
    let of =
        |text: &str| ExperienceSelector::compile(&policy(text)).unwrap_or_else(|error| panic!("{error}"));
    of(old).compare(&of(new), 1_000).is_same()
}

#[test]
fn nobody_is_forgotten_between_two_seconds() {
    let second =
        "visit.at > timestamp(\"2026-12-31T23:59:59Z\") && visit.at < timestamp(\"2027-01-01T00:00:00Z\")";
    assert!(!is_proven("", &format!("s = '{second}'")));
    // A contradiction is one all the same.
    assert!(is_proven("", &format!("s = '{second} && visit.hour == 3 && visit.hour == 4'")));
    let before = |when: &str| format!("{CHANNELS}[rules]\nr = {{ when = '{when}', never = [\"web\"] }}");
    let (old, new) = (
        before("visit.at < timestamp(\"2027-01-01T00:00:00Z\")"),
        before("visit.at <= timestamp(\"2026-12-31T23:59:59Z\")"),
    );
    assert!(!is_same(&old, &new) && is_same(&old, &old));
}

#[test]
fn nobody_is_forgotten_whose_date_is_too_far_away_to_have_an_age() {
    let segments = "inc = { when = 'visit.at - d < duration(\"24h\")', on_unknown = \"include\" }\n\
         s = 'segment.inc && d < timestamp(\"1000-01-01T00:00:00Z\") && visit.at > timestamp(\"2000-01-01T00:00:00Z\")'";
    assert!(!is_proven("d = \"timestamp\"", segments));
    let helped = |when: &str| {
        format!(
            "{CHANNELS}[attributes]\nd = \"timestamp\"\n[rules]\nr = {{ when = '{when}', assistance_at_least = \"guided\" }}"
        )
    };
    let any_age = "visit.at - d < duration(\"24h\") || visit.at - d >= duration(\"24h\")";
    assert!(!is_same(&helped("known(d)"), &helped(any_age)));
}

#[test]
fn nobody_is_forgotten_who_has_an_infinite_float() {
    assert!(!is_proven("f = \"float\"", "s = 'f > 1.7976931348623157e308'"));
    assert!(!is_proven("f = \"float\"", "s = 'f < -1.7976931348623157e308'"));
}

#[test]
fn the_visitors_clock_goes_by_an_offset_that_a_policy_may_hide() {
    let by_hour = "[rules]\nnight = { when = 'visit.hour < 6', assistance = 100 }\n";
    let by_weekday = "[rules]\nnight = { when = 'visit.weekday == \"mon\"', assistance = 100 }\n";
    let worked_out = "[rules]\nnight = { when = 'visit.hour * 2 < 12', assistance = 100 }\n";
    let declared = "[attributes]\nvisit.offset = { min_source = \"declared\" }\n";
    for rules in [by_hour, by_weekday, worked_out] {
        let (old, new) = (format!("{CHANNELS}{rules}"), format!("{CHANNELS}{declared}{rules}"));
        assert!(!is_same(&old, &new), "{rules}");
    }
    let quiet = CHANNELS.replace("\"web\", base = 50", "\"sms\", base = 50, quiet = \"21:00-08:00\"");
    assert!(!is_same(&quiet, &format!("{quiet}{declared}")));
    // Where nothing goes by the clock, nothing changes.
    assert!(is_same(CHANNELS, &format!("{CHANNELS}{declared}")));
}

#[test]
fn a_text_that_a_policy_asks_for_is_none_that_nobody_has_heard_of() {
    let of = |attribute: &str, when: &str| {
        format!(
            "{CHANNELS}[attributes]\nx = {attribute}\n[rules]\nr = {{ when = '{when}', never = [\"web\"] }}"
        )
    };
    for text in ["something else", "something_else", "x"] {
        let hidden =
            of("{ type = \"string\", min_source = \"observed\" }", &format!("x == \"{text}\" || !known(x)"));
        assert!(!is_same(&of("\"string\"", "true"), &hidden), "{text}");
    }
}

#[test]
fn without_a_channel_in_use_the_layout_there_is_that_of_the_channel_that_serves() {
    let of = |cap: &str| {
        format!(
            "channels = [{{ name = \"web\" }}, {{ name = \"chat\", base = 300{cap} }}, {{ name = \"in_person\", base = 1, staffed = true }}]\n\
             [rules]\nr = {{ when = 'visit.channel == \"chat\"', layout_at_most = \"simple\" }}"
        )
    };
    let selector =
        |cap: &str| ExperienceSelector::compile(&policy(&of(cap))).unwrap_or_else(|error| panic!("{error}"));
    let (free, capped) = (selector(""), selector(", layout_at_most = \"simple\""));
    for (old, new) in [(&free, &capped), (&capped, &free)] {
        assert!(!old.compare(new, 1_000).is_same_in(Aspect::LayoutInUse));
    }
}

#[test]
fn who_comes_by_a_channel_that_only_one_policy_has_goes_on_elsewhere_under_the_other() {
    let of = |kiosk: &str| {
        policy(&format!(
            "channels = [{{ name = \"web\", base = 60 }}, {kiosk}{{ name = \"phone\", base = 40, staffed = true }}, {{ name = \"in_person\", staffed = true }}]"
        ))
    };
    let selector =
        |kiosk: &str| ExperienceSelector::compile(&of(kiosk)).unwrap_or_else(|error| panic!("{error}"));
    let (with, without) = (
        selector("{ name = \"kiosk\", own = true, reach = \"verified\", layout_at_most = \"simple\" }, "),
        selector(""),
    );
    // The journey was on the web: with a kiosk in use that is known, nobody goes on there, and a habit of the phone decides.
    for (old, new, of) in [(&with, &without, "phone"), (&without, &with, "web")] {
        let comparison = old.compare(new, 2_000);
        let change = comparison
            .changes
            .iter()
            .find(|change| change.aspect == Aspect::Channel && change.of.as_deref() == Some(of));
        assert!(
            change.is_some_and(|change| matches!(change.happens, maitre::Happens::To(_))),
            "{comparison}"
        );
    }
}

#[test]
fn nobody_is_forgotten_whose_fact_only_one_policy_hides() {
    let of = |limit: &str| {
        format!(
            "purposes = [\"a\", \"b\"]\n{CHANNELS}[attributes]\nprofile.fluency = {{ {limit} }}\n\
             [rules]\nr = {{ when = 'profile.fluency < 30', never = [\"web\"] }}"
        )
    };
    for (weak, strong) in [
        ("", "min_source = \"declared\""),
        ("", "max_age_days = 30"),
        ("", "consent = \"a\""),
        ("max_age_days = 90", "max_age_days = 30"),
        ("min_source = \"observed\"", "min_source = \"declared\""),
        ("consent = \"a\"", "consent = \"b\""),
    ] {
        let [old, new] = [of(weak), of(strong)];
        assert!(!is_same(&old, &new) && !is_same(&new, &old) && is_same(&new, &new), "{weak} {strong}");
    }
    // Whom the weaker limit hides, the stronger hides too: nobody loses the web by it.
    let select =
        |text: &str| ExperienceSelector::compile(&policy(text)).unwrap_or_else(|error| panic!("{error}"));
    let comparison = select(&of("max_age_days = 90")).compare(&select(&of("max_age_days = 30")), 1_000);
    let loses = comparison.changes.iter().find(|change| change.of.as_deref() == Some("web"));
    assert!(loses.is_some_and(|change| change.happens == maitre::Happens::Never), "{comparison}");
}

/// What comes of a guarantee that whoever is meant by `promised` is not served by the web, where a rule takes it from those whom
/// `taken` means.
fn kept(attributes: &str, taken: &str, promised: &str) -> Result<ExperienceSelector, String> {
    let rest = format!(
        "{CHANNELS}[attributes]\n{attributes}\n[rules]\nr = {{ when = '{taken}', never = [\"web\"] }}\n\
         [guarantees]\ng = {{ when = '{promised}', never = [\"web\"] }}"
    );
    ExperienceSelector::compile(&policy(&rest)).map_err(|error| error.to_string())
}

#[test]
fn a_quantifier_whose_body_hangs_on_the_member_alone_is_no_calculation() {
    let tags = "tags = { type = \"set\", members = [\"p\", \"q\", \"r\"] }";
    // Somebody with one tag is meant, or with none.
    for (refuted, with) in [
        ("tags.exists(t, t == \"q\")", "[\"q\"]"),
        ("tags.exists(t, t in [\"q\", \"r\"])", "["),
        ("!tags.all(t, t != \"q\")", "[\"q\"]"),
        ("tags.exists(t, t.startsWith(\"q\"))", "[\"q\"]"),
        ("tags.all(t, t != \"q\")", "[]"),
        ("profile.needs.exists(n, n == \"large_text\")", "large_text"),
    ] {
        let told = kept(tags, "visit.errors > 100", refuted).err().unwrap_or_else(|| panic!("{refuted}"));
        assert!(told.contains("does not hold") && told.contains(with), "{refuted}\n{told}");
    }
    for (taken, promised) in [
        ("\"q\" in tags", "tags.exists(t, t == \"q\")"),
        ("tags.exists(t, t in [\"q\", \"r\"])", "\"r\" in tags"),
        ("tags.all(t, t != \"q\")", "tags.all(t, t == \"p\")"),
        ("tags.all(t, t == \"p\")", "!(\"q\" in tags) && !(\"r\" in tags)"),
        ("\"large_text\" in profile.needs", "profile.needs.exists(n, n == \"large_text\")"),
    ] {
        let selector = kept(tags, taken, promised).unwrap_or_else(|error| panic!("{promised}\n{error}"));
        assert!(selector.stats().derived.is_empty(), "{promised}");
    }
    // Of unknown tags neither is so, and of none everything is said of all: as it was before.
    let by = |when: &str| {
        let text =
            format!("{CHANNELS}[attributes]\n{tags}\n[rules]\nr = {{ when = '{when}', never = [\"web\"] }}");
        ExperienceSelector::compile(&policy(&text)).unwrap_or_else(|error| panic!("{error}"))
    };
    for (quantified, plain) in [
        ("tags.exists(t, t == \"q\")", "\"q\" in tags"),
        ("!tags.exists(t, t == \"q\")", "!(\"q\" in tags)"),
        ("tags.all(t, t == \"q\")", "!(\"p\" in tags) && !(\"r\" in tags)"),
        ("tags.exists(t, true)", "size(tags) > 0"),
    ] {
        assert!(by(quantified).compare(&by(plain), 2_000).is_same(), "{quantified} {plain}");
    }
    assert!(!by("tags.exists(t, t == \"q\")").compare(&by("tags.all(t, t == \"q\")"), 2_000).is_same());
    assert!(!by("tags.all(t, t != \"q\")").compare(&by("true"), 2_000).is_same());
}

#[test]
fn what_sec_gpc_withholds_is_not_granted_and_what_it_does_not_may_be() {
    let is_proven = |gpc: &str, segment: &str| {
        let rest = format!(
            "purposes = [\"a\", \"b\"]\n{gpc}\n{CHANNELS}[attributes]\nprofile.open_cases = {{ consent = \"a\" }}\nprofile.fluency = {{ consent = \"a\" }}\n\
             [rules]\nr = {{ when = '{segment}', never = [\"web\"] }}\n\
             [guarantees]\ng = {{ when = '{segment}', never = [\"in_person\"] }}"
        );
        ExperienceSelector::compile(&policy(&rest)).is_ok()
    };
    for fact in [
        "\"a\" in profile.consents",
        "profile.open_cases > 0",
        "profile.fluency < 30",
        "known(profile.fluency)",
        "size(profile.consents) > 1",
    ] {
        let with_gpc = format!("visit.gpc && {fact}");
        assert!(is_proven("gpc = [\"a\"]", &with_gpc), "{fact}");
        assert!(!is_proven("gpc = [\"b\"]", &with_gpc) || fact.contains("size"), "{fact}");
        assert!(!is_proven("gpc = [\"a\"]", &format!("!visit.gpc && {fact}")), "{fact}");
        assert!(!is_proven("gpc = [\"a\"]", fact), "{fact}");
    }
    // Without the consent a fact is not there, whatever Sec-GPC says.
    for fact in ["profile.open_cases > 0", "profile.fluency < 30"] {
        assert!(is_proven("", &format!("!(\"a\" in profile.consents) && {fact}")), "{fact}");
        assert!(!is_proven("", &format!("!(\"b\" in profile.consents) && {fact}")), "{fact}");
    }
    for fact in ["profile.open_cases == 0", "!known(profile.fluency)", "\"b\" in profile.consents"] {
        assert!(!is_proven("gpc = [\"a\"]", &format!("visit.gpc && {fact}")), "{fact}");
    }
}

#[test]
fn nobody_is_forgotten_without_the_consent_for_what_is_only_asked_to_be_declared() {
    let limitable = built_in_attributes().into_iter().filter(|attribute| attribute.limitable);
    let mut count = 0;
    for attribute in limitable {
        let (limit, name) = match attribute.name.strip_suffix(".CHANNEL") {
            Some(of) => (of.to_owned(), format!("{of}.web")),
            None => (attribute.name.to_owned(), attribute.name.to_owned()),
        };
        let of = |who: &str, channels: &str| {
            format!(
                "purposes = [\"a\"]\ngpc = [\"a\"]\n{channels}[attributes]\n{limit} = {{ consent = \"a\" }}\n\
                 [rules]\nr = {{ when = '{who}', never = [\"web\"] }}\n\
                 z = {{ when = 'declared({name})', channels = {{ web = 1 }} }}\n"
            )
        };
        for who in ["!(\"a\" in profile.consents)", "visit.gpc"] {
            let promised = format!(
                "{}[guarantees]\ng = {{ when = '{who}', never = [\"in_person\"] }}",
                of(who, CHANNELS)
            );
            assert!(ExperienceSelector::compile(&policy(&promised)).is_err(), "{who} {name}");
            let otherwise = CHANNELS.replace("base = 50", "base = 0");
            assert!(!is_same(&of("false", CHANNELS), &of("false", &otherwise)), "{name}");
        }
        count += 1;
    }
    assert!(count > 40, "{count}");
}
