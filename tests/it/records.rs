//! Records of decisions: replayed they give the same decision from the cells alone, they hold nothing of the person, and
//! whatever stands in a file, reading it ends with a record or with what is wrong.

use maitre::{
    CustomerProfile, DecisionRecord, ExperienceSelector, Moment, Policy, Recorder, Source, Unit, Visit,
    WhyUntold,
};

use crate::generate::{self, print::toml, random::Random};
use crate::oracle::library::{load, people};

const HARBOUR: &str = include_str!("../policies/harbour_mobile.toml");
const VISITORS: &str = include_str!("../records/visitors.jsonl");
const UNTOLD: &str = "  `profile.fluency` is ..29 in the record, and this policy tells more apart
  the record says nothing of `profile.tier`, which this policy asks for";
const GOLDEN: &str = include_str!("../records/harbour_mobile.jsonl");

fn recorder(text: &str) -> Recorder {
    Recorder::new(&load(text).unwrap_or_else(|error| panic!("{text}\n{error}")))
}

#[derive(serde::Deserialize)]
struct Visitor {
    #[serde(default)]
    profile: CustomerProfile,
    visit: Visit,
}

fn visitors() -> Vec<(CustomerProfile, Visit)> {
    let read = |line: &str| serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}"));
    let read = VISITORS.lines().map(read);
    read.map(|Visitor { profile, visit }| (profile, visit)).collect()
}

#[test]
fn a_record_of_a_generated_visitor_gives_the_same_decision_from_its_cells_alone() {
    let (mut replayed, mut with_arms, mut worked_out) = (0, 0, 0);
    let strangers = generate::visitors(&generate::policy(20_000), 3, 4);
    for n in 0..140 {
        let document = generate::policy(110_000 + n);
        let text = toml(&document);
        let Ok(selector) = load(&text) else { continue };
        let recorder = Recorder::new(&selector);
        for visitor in generate::visitors(&document, n, 12).iter().chain(&strangers) {
            let (profile, visit) = people(visitor);
            let record = recorder.record(&profile, &visit);
            let line = record.to_json();
            let read = DecisionRecord::from_json(&line).unwrap_or_else(|error| panic!("{error}: {line}"));
            assert_eq!((&read, read.to_json()), (&record, line.clone()));
            let replay = recorder.replay(&read);
            let told = || format!("{text}\n{line}\n{replay}\n{}", selector.explain(&profile, &visit));
            assert!(replay.is_equal() && replay.is_same_policy(), "{}", told());
            assert_eq!(replay.decision.as_ref(), Some(record.decision()), "{}", told());
            // And what is recorded is what was decided.
            let decision = selector.select(&profile, &visit);
            let (kept, made) = (record.decision(), decision.experience());
            assert_eq!(
                (kept.channel, kept.layout, kept.assistance),
                (made.channel, made.layout, made.assistance)
            );
            replayed += 1;
            with_arms += usize::from(!kept.arms.is_empty());
            worked_out += usize::from(line.contains("worked out"));
        }
    }
    assert!(
        replayed >= 2_000 && with_arms >= 100 && worked_out >= 300,
        "{replayed} {with_arms} {worked_out}"
    );
}

/// Golden: they change only with the format number. With `REWRITE_RECORDS=1` they are written anew.
#[test]
fn a_journey_that_began_beyond_all_counts_is_the_same_to_all_who_ask() {
    let recorder = recorder(
        r#"
        format = 1
        name = "corner_shop"
        last_resort = ["in_person"]
        channels = [{ name = "in_person", staffed = true }]
        [segments]
        long = 'journey.elapsed_seconds >= 4294967295'
        [rules]
        old = { when = 'journey.elapsed_seconds > 2', adapt = ["captions"] }
        odd = { when = '!(journey.elapsed_seconds in [64, 4294967294])', layout = -100 }
        all = { when = 'segment.long', assistance = 100 }
        "#,
    );
    let visit = r#"{ "at": "9999-12-31T23:59:59Z", "journey": { "started_at": "0001-01-01T00:00:00Z" } }"#;
    let visit: Visit = serde_json::from_str(visit).unwrap_or_else(|error| panic!("{error}"));
    let profile = CustomerProfile::new();
    let replay = recorder.replay(&recorder.record(&profile, &visit));
    assert!(replay.is_equal(), "{replay}");
    let explanation = recorder.selector().explain(&profile, &visit);
    assert_eq!(explanation.rules().collect::<Vec<_>>(), ["all", "odd", "old"]);
    assert_eq!(explanation.segments().collect::<Vec<_>>(), [("long", maitre::Truth::True)]);
}

#[test]
fn the_records_of_the_policy_of_the_design_stay() {
    let recorder = recorder(HARBOUR);
    let lines: String =
        visitors().iter().map(|(profile, visit)| recorder.record(profile, visit).to_json() + "\n").collect();
    if std::env::var_os("REWRITE_RECORDS").is_some() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/records/harbour_mobile.jsonl");
        std::fs::write(path, &lines).unwrap();
        return;
    }
    assert_eq!(lines, GOLDEN);
    let inputs: Vec<String> = GOLDEN
        .lines()
        .take(2)
        .map(|line| DecisionRecord::from_json(line).unwrap().input().to_string())
        .collect();
    assert_eq!(inputs, ["480dbecf7d4efd53fd436d0997074f5b", "d76a0c891c24ce9efc869d98779235ec"]);
}

#[test]
fn a_record_holds_no_id_and_no_exact_value() {
    let value = |value: maitre::Value| maitre::Fact::new(value, Source::Declared);
    let at = Moment::parse("2026-11-23T13:37:59-03:00").unwrap();
    let day = Moment::parse("2026-11-21T03:14:15Z").unwrap().timestamp();
    let profile = CustomerProfile::new()
        .with_age(73)
        .with_region("Zanzibar")
        .with_fluency(17)
        .with_mood(maitre::Fact::declared(-83).learnt(day))
        .with_visits(4_711)
        .with_habit(maitre::Channel::Phone, 2)
        .with_contact(maitre::Channel::Sms, day)
        .with_attribute("plan", value("contract".into()))
        .with_attribute("last_bill", value(day.into()))
        .with_consent("profiling", None);
    let visit = Visit::new(at)
        .on(maitre::Channel::Web)
        .with_viewport_width(1_337)
        .with_referrer("secret.example")
        .with_id(Unit::Person, "ana-4f1c")
        .with_id(Unit::Household, "house-9b2e")
        .with_id(Unit::Device, "device-77aa");
    let private = [
        "73", "Zanzibar", "17", "83", "4711", "13:37", "2026-11", "03:14:15", "1337", "secret", "ana",
        "house", "9b2e", "77aa",
    ];
    let line = recorder(HARBOUR).record(&profile, &visit).to_json();
    // But for the digests, which are made of letters and digits.
    let data: serde_json::Value = serde_json::from_str(&line).unwrap();
    let text = format!("{} {}", data["cells"], data["decision"]).replace("the house's", "");
    for private in private {
        assert!(!text.contains(private), "{private} is in {line}");
    }
    assert!(
        text.contains(r#""profile.fluency":"..29""#) && text.contains(r#""profile.mood":"..-40""#),
        "{text}"
    );
    // Whatever texts and ids generated visitors have, the policy does not say them.
    let mut searched = 0;
    for n in 0..40 {
        let document = generate::policy(130_000 + n);
        let policy = toml(&document);
        let Ok(selector) = load(&policy) else { continue };
        let recorder = Recorder::new(&selector);
        for (visitor, place) in generate::visitors(&document, n, 10).iter().zip(0..) {
            let (mut profile, mut visit) = people(visitor);
            let secret = format!("zq{place}xk");
            for unit in [Unit::Person, Unit::Household, Unit::Device] {
                visit = visit.with_id(unit, secret.as_str());
            }
            for attribute in ["plan", "note", "extras"] {
                profile = profile.with_attribute(attribute, value(secret.as_str().into()));
            }
            profile = profile.with_region(secret.as_str());
            let line = recorder.record(&profile, &visit).to_json();
            assert!(!line.contains(&secret), "{secret} is in {line}");
            searched += 1;
        }
    }
    assert!(searched > 200, "{searched}");
}

#[test]
fn a_record_that_was_changed_is_noticed() {
    let recorder = recorder(HARBOUR);
    let line = GOLDEN.lines().next().unwrap();
    let record = DecisionRecord::from_json(line).unwrap();
    let (mut refused, mut otherwise) = (0, 0);
    for place in (0..line.len()).step_by(3) {
        assert!(DecisionRecord::from_json(line.get(..place).unwrap_or_default()).is_err());
        for byte in [b' ', b'1', b'e', b'"', b'\\', 0xff] {
            let mut bytes = line.as_bytes().to_vec();
            bytes[place] = byte;
            let text = String::from_utf8_lossy(&bytes);
            match DecisionRecord::from_json(&text) {
                Err(error) => refused += usize::from(!error.to_string().is_empty()),
                Ok(read) if read == record => {}
                // The cells are as they were.
                Ok(read) => {
                    let replay = recorder.replay(&read);
                    let same_name = read.policy() == record.policy();
                    assert!(!replay.is_equal() || !replay.is_same_policy() || !same_name, "{text}");
                    otherwise += 1;
                }
            }
        }
    }
    assert!(refused > 500 && otherwise > 20, "{refused} {otherwise}");
    let changed = line.replacen(r#""profile.fluency":"..29""#, r#""profile.fluency":"70..""#, 1);
    let error = DecisionRecord::from_json(&changed).unwrap_err();
    assert!(
        error.is_changed() && error.to_string().starts_with("the record was changed since it was made"),
        "{error}"
    );
    let twice = line.replacen(
        r#""profile.fluency":"..29""#,
        r#""profile.fluency":"70..","profile.fluency":"..29""#,
        1,
    );
    let error = DecisionRecord::from_json(&twice).unwrap_err();
    assert!(
        error.to_string().starts_with("it is no record: `profile.fluency` stands in it twice"),
        "{error}"
    );
    let odd = line.replacen(r#""profile.fluency":"..29""#, r#""profile.fluency":29"#, 1);
    let error = DecisionRecord::from_json(&odd).unwrap_err();
    assert!(
        error.to_string().starts_with("it is no record: `profile.fluency` is neither a text nor members"),
        "{error}"
    );
    for (format, told) in [("-1", "-1"), ("1.5", "1.5")] {
        let other = line.replacen(r#"{"format":1,"#, &format!(r#"{{"format":{format},"#), 1);
        let error = DecisionRecord::from_json(&other).unwrap_err();
        assert_eq!(error.to_string(), format!("unknown format `{told}` of a record, expected 1"));
    }
    let later = line.replacen(r#"{"format":1,"#, r#"{"format":7,"new":[],"#, 1);
    let error = DecisionRecord::from_json(&later).unwrap_err();
    assert_eq!(error.to_string(), "unknown format `7` of a record, expected 1");
    for text in ["", "{}", "[]", "null", "\u{0}", &"[".repeat(100_000), r#"{"format":1}"#] {
        assert!(!DecisionRecord::from_json(text).unwrap_err().is_changed(), "{text:.20}");
    }
}

#[test]
fn whatever_the_cells_of_a_record_say_a_replay_ends() {
    // Records by one policy, replayed by another: nothing fits, and nothing panics.
    let mut random = Random::new(7);
    let (mut told, mut untold, mut equal) = (0, 0, 0);
    for n in 0..70 {
        let [one, other] = [n, n + 1].map(|n| generate::policy(140_000 + n));
        let (Ok(then), Ok(now)) = (load(&toml(&one)), load(&toml(&other))) else { continue };
        let (then, now) = (Recorder::new(&then), Recorder::new(&now));
        for visitor in generate::visitors(&one, n, 4) {
            let (profile, visit) = people(&visitor);
            let replay = now.replay(&then.record(&profile, &visit));
            assert!(!replay.is_same_policy() && replay.decision.is_some() == replay.untold.is_empty());
            assert!(!replay.to_string().is_empty());
            *(if replay.decision.is_some() { &mut told } else { &mut untold }) += 1;
            equal += usize::from(replay.is_equal());
        }
    }
    assert!(untold > 60, "{told} {untold} {equal}");
    // And a change that touches few: all that is told is told as a selection would.
    let (mut told, mut differ) = (0, 0);
    for n in 0..70 {
        let document = generate::policy(150_000 + n);
        let mut changed = document.clone();
        changed.layout = random.below(4);
        for channel in &mut changed.channels {
            channel.base += random.within(-40, 40);
        }
        let (Ok(then), Ok(now)) = (load(&toml(&document)), load(&toml(&changed))) else { continue };
        let (before, recorder) = (Recorder::new(&then), Recorder::new(&now));
        for visitor in generate::visitors(&document, n, 8) {
            let (profile, visit) = people(&visitor);
            let record = before.record(&profile, &visit);
            let replay = recorder.replay(&record);
            let as_selected = recorder.record(&profile, &visit);
            assert_eq!(replay.decision.as_ref(), Some(as_selected.decision()), "{replay}");
            assert_eq!(replay.is_equal(), record.decision() == as_selected.decision());
            told += 1;
            differ += usize::from(!replay.is_equal());
        }
    }
    assert!(told > 300 && differ > 60, "{told} {differ}");
}

#[test]
fn another_policy_says_what_differs_or_what_the_record_does_not_tell() {
    let record = |text: &str| {
        let recorder = recorder(text);
        let (profile, visit) = visitors().swap_remove(0);
        recorder.record(&profile, &visit)
    };
    let then = record(HARBOUR);
    let told = |text: &str| recorder(text).replay(&then);
    let short = |text: String| text.replace(&then.digest().to_string(), "THEN");
    let changed = HARBOUR.replace("phone = 30 }", "phone = 90 }");
    let replay = told(&changed);
    let now = Policy::from_toml(&changed).unwrap().digest().to_string();
    let wanted = "\
The decision is another, by another policy (NOW instead of THEN).
  channel: `web` then, `phone` now
  alternatives: `phone` before `chat` before `in_person` then, `web` before `chat` before `in_person` now
  reasons.channel: `continuity` then, `rules:rescue` now";
    assert_eq!(short(replay.to_string()).replace(&now, "NOW"), wanted);
    // A finer cut, an attribute that nobody asked for, an arm that there is no more.
    let changed = HARBOUR
        .replace("profile.fluency < 30", "profile.fluency < 30 && profile.fluency > 10")
        .replace(
            "'\"large_text\" in profile.needs'",
            "'\"large_text\" in profile.needs && profile.tier != \"gold\"'",
        )
        .replace("as_is", "unchanged");
    let replay = told(&changed);
    let whys: Vec<(&str, WhyUntold)> =
        replay.untold.iter().map(|untold| (&*untold.name, untold.why)).collect();
    assert_eq!(whys, [("profile.fluency", WhyUntold::Parted), ("profile.tier", WhyUntold::NotRecorded)]);
    assert!(replay.decision.is_none() && !replay.is_equal());
    assert_eq!(replay.to_string().lines().skip(1).collect::<Vec<_>>().join("\n"), UNTOLD);
    // What is asked no more does not matter.
    let replay = told(&HARBOUR.replace(" || roaming'", "'"));
    assert_eq!(replay.unasked.iter().map(|name| &**name).collect::<Vec<_>>(), ["roaming"]);
    assert!(replay.is_equal() && !replay.is_same_policy());
}

#[test]
fn a_recorder_is_shared_and_prints_nobody() {
    fn is_shared<T: Send + Sync + Clone>(_: &T) {}
    let recorder = recorder(HARBOUR);
    is_shared(&recorder);
    let (profile, visit) = visitors().swap_remove(0);
    let record = recorder.record(&profile, &visit);
    let text = format!("{record:?} {recorder:?} {:?}", record.decision());
    assert!(!text.contains("large_text") && text.contains("harbour_mobile"), "{text}");
    let named = record.cells().find(|(name, _)| *name == "profile.needs").map(|(_, cell)| cell);
    assert_eq!(named.as_deref(), Some("large_text"));
    let selector: &ExperienceSelector = recorder.selector();
    assert_eq!(selector.policy().digest(), record.digest());
}
