//! What a backend relies on: nothing allocated on the path of a decision, types that may be shared, a decision that is
//! small.

use std::collections::BTreeSet;

use maitre::{
    AccessNeed, Channel, Columns, CustomerProfile, Decision, ExperienceSelector, Explanation, Fact, Guest,
    Instructions, Journey, Moment, NeedStrength, Policy, Prepared, Reach, RuleFacts, RustRule, SegmentBatch,
    SegmentSet, SharedSelector, Slot, Truth, Unit, Visit,
};

const POLICY: &str = include_str!("../../examples/policies/harbour_mobile.toml");

/// What the policy below asks of everything that a condition can do.
const EVERYTHING: &str = r#"
format = 1
name = "everything"
purposes = ["profiling"]
gpc = ["profiling"]
last_resort = ["in_person"]
holdout = { unit = "device", percent = 5 }
channels = [
  { name = "web", base = 10 },
  { name = "kiosk", own = true, reach = "claimed" },
  { name = "sms", reach = "claimed", consent = "profiling", quiet = "21:00-08:00", contacts_at_most = 3 },
  { name = "in_person", staffed = true, open = ["mon-sat 10:00-18:00"] },
]
[attributes]
note = "string"
plans = { type = "set", members = ["a", "b", "c"] }
since = "timestamp"
ratio = "float"
profile.mood = { consent = "profiling", max_age_days = 90 }
[segments]
texts = '(note + "!" + string(profile.age)).matches("^[a-z ]+![0-9]+$") && note.contains("a") && note.startsWith(note)'
words = 'note.startsWith("a lo") && note.endsWith("round") && note.contains("way") && !note.contains("highway")'
sets = 'plans.exists(p, p + "x" in ["ax", "bx"]) || plans.all(p, p != "c") || size(plans) > 1'
times = 'visit.at - since < duration("720h") && since.getFullYear() >= 2020 && visit.at > timestamp("2020-01-01T00:00:00Z")'
numbers = 'ratio * 2.0 > double(profile.age) / 3.0 || [profile.age, 3, 5][0] % 2 == 0 || int(note) > 3'
[rules]
one = { when = 'segment.texts && segment.words || segment.sets', layout = -50, channels = { sms = 20 } }
two = { when = 'segment.times && !segment.numbers', assistance = 40, adapt = ["large_text"] }
three = { when = 'bucket("x") < 5000 || rule("loyal")', layout_at_most = "simple", never = ["kiosk"] }
four = { when = 'profile.mood < 0 ? known(note) : declared(profile.age)', assistance_at_least = "guided" }
[experiments]
e = { unit = "device", arms = [{ name = "a", weight = 1 }, { name = "b", weight = 2, layout = -20 }] }
"#;

struct Loyal;
impl RustRule for Loyal {
    fn name(&self) -> &str {
        "loyal"
    }
    fn reads(&self) -> &[&str] {
        &["profile.tenure_days", "plans"]
    }
    fn holds(&self, facts: &RuleFacts<'_>) -> Truth {
        Truth::from(facts.int("profile.tenure_days").map(|days| days > 365))
            .and(facts.has("plans", "a").into())
    }
}

fn visitors() -> Vec<(CustomerProfile, Visit)> {
    let at = Moment::parse("2026-11-23T12:00:00-03:00").unwrap();
    let full = CustomerProfile::new()
        .with_age(74)
        .with_tenure_days(900)
        .with_mood(Fact::declared(-60).learnt(at.timestamp()))
        .with_need(AccessNeed::LargeText, NeedStrength::Required)
        .with_need(AccessNeed::NoVideo, NeedStrength::Preferred)
        .with_consent("profiling", None)
        .with_reach(Channel::Sms, Reach::Verified)
        .with_contact(Channel::Sms, at.timestamp())
        .with_habit(Channel::Web, 3)
        .with_preferred_channel(Channel::Phone)
        .with_attribute("note", "a long way round")
        .with_attribute("plans", ["a", "c"])
        .with_attribute("since", at.timestamp())
        .with_attribute("ratio", 12.5)
        .with_journey(Journey { name: Some("billing".into()), failed_steps: 3, ..Journey::default() });
    let here = Visit::new(at)
        .on(Channel::Web)
        .with_errors(4)
        .with_viewport_width(390)
        .with_save_data(true)
        .with_id(Unit::Person, "ana")
        .with_id(Unit::Device, "phone of ana");
    vec![
        (CustomerProfile::new(), Visit::new(at)),
        (full.clone(), here.clone()),
        (full, Visit::new(at)),
        (CustomerProfile::new(), here),
    ]
}

#[test]
fn a_decision_allocates_nothing() {
    let real = Policy::from_toml(POLICY).unwrap();
    let everything = Policy::loader().rule(Loyal).toml(EVERYTHING).unwrap();
    for policy in [real, everything] {
        let selector = ExperienceSelector::compile(&policy).unwrap();
        for (profile, visit) in visitors() {
            let mut decision = None;
            let used = allocation_counter::measure(|| decision = Some(selector.select(&profile, &visit)));
            assert_eq!(used.count_total, 0, "{}: {decision:?}", policy.name());
            // The counter counts: an explanation is owned, and must be seen.
            assert!(allocation_counter::measure(|| drop(selector.explain(&profile, &visit))).count_total > 0);
        }
    }
}

#[test]
fn segments_and_prepared_profiles_and_batches_allocate_nothing() {
    let real = Policy::from_toml(POLICY).unwrap();
    let everything = Policy::loader().rule(Loyal).toml(EVERYTHING).unwrap();
    for policy in [real, everything] {
        let selector = ExperienceSelector::compile(&policy).unwrap();
        let visitors = visitors();
        let mut set = SegmentSet::of(&selector);
        for (profile, visit) in &visitors {
            let used = allocation_counter::measure(|| selector.segments(profile, visit, &mut set));
            assert_eq!(used.count_total, 0, "{}: {set:?}", policy.name());
            let mut held = 0;
            let used =
                allocation_counter::measure(|| held = set.iter().filter(|name| set.contains(name)).count());
            assert_eq!((used.count_total, held), (0, set.len()));
            let prepared = selector.prepare(profile, visit);
            let mut decision = None;
            let used =
                allocation_counter::measure(|| decision = Some(selector.select_prepared(&prepared, visit)));
            assert_eq!(used.count_total, 0, "{}: {decision:?}", policy.name());
        }
        let mut decisions = 0;
        let used = allocation_counter::measure(|| {
            decisions =
                selector.select_batch(visitors.iter().map(|(profile, visit)| (profile, visit))).count();
        });
        assert_eq!((used.count_total, decisions), (0, visitors.len()), "{}", policy.name());
        let mut batch = SegmentBatch::of(&selector);
        selector.segments_batch(&visitors, &mut batch);
        let used = allocation_counter::measure(|| selector.segments_batch(&visitors, &mut batch));
        assert_eq!((used.count_total, batch.len()), (0, visitors.len()), "{}", policy.name());
        let explained = selector.explain(&visitors[1].0, &visitors[1].1);
        let names: Vec<&str> = explained.segments().map(|(name, _)| name).collect();
        let mut found = 0;
        let used = allocation_counter::measure(|| {
            found = names.iter().map(|name| batch.count(name) + batch.visitors(name).count()).sum();
        });
        assert_eq!((used.count_total, found > 0), (0, true), "{}", policy.name());
        // Room that is not there yet must be made.
        let (profile, visit) = &visitors[1];
        let mut new = SegmentSet::new();
        assert!(allocation_counter::measure(|| selector.segments(profile, visit, &mut new)).count_total > 0);
    }
}

#[test]
fn room_for_segments_that_another_selector_used_fits_itself() {
    let head = r#"
        format = 1
        name = "corner_shop"
        last_resort = ["in_person"]
        channels = [{ name = "in_person", staffed = true }]
    "#;
    let with = |count: usize, when: &str| {
        let segments: String = (0..count).map(|n| format!("segments.s{n:04} = '{when}'\n")).collect();
        ExperienceSelector::compile(&Policy::from_toml(&format!("{head}{segments}")).unwrap()).unwrap()
    };
    let (few, many, others) = (with(3, "true"), with(700, "visit.errors > 3"), with(3, "visit.errors > 3"));
    let [_, (profile, visit), ..] = &visitors()[..] else { panic!("four visitors") };
    let calm = Visit::new(visit.at());
    let mut set = SegmentSet::new();
    assert!(set.is_empty() && !set.contains("s0000") && set.iter().count() == 0);
    for (selector, visit, holding) in [
        (&few, visit, 3),
        (&many, visit, 700),
        (&others, &calm, 0),
        (&few, &calm, 3),
        (&many, &calm, 0),
        (&others, visit, 3),
    ] {
        selector.segments(profile, visit, &mut set);
        assert_eq!((set.len(), set.iter().count()), (holding, holding));
        assert_eq!((set.contains("s0002"), set.contains("s0699")), (holding > 0, holding == 700));
    }
    // The same policy with other instructions is the same policy: the room stays as it is.
    let mut decided = Vec::new();
    for one in Instructions::available() {
        let selector = others.with_instructions(one).unwrap();
        let used = allocation_counter::measure(|| selector.segments(profile, visit, &mut set));
        decided.push((used.count_total, set.len(), selector.instructions() == one));
    }
    assert!(decided.iter().all(|of_one| *of_one == (0, 3, true)), "{decided:?}");
}

#[test]
fn a_rule_in_rust_decides_and_is_named() {
    let policy = Policy::loader().rule(Loyal).toml(EVERYTHING).unwrap();
    let selector = ExperienceSelector::compile(&policy).unwrap();
    let [_, (ana, visit), ..] = &visitors()[..] else { panic!("four visitors") };
    let holds = |profile: &CustomerProfile, visit: &Visit| {
        selector.explain(profile, visit).rules().any(|rule| rule == "three")
    };
    // Without an id of the person the bucket is unknown, and the rule in Rust is left to decide.
    let nobody = Visit::new(visit.at());
    assert!(holds(ana, &nobody), "loyal by tenure and plan");
    assert!(!holds(
        &ana.clone().with_attribute("plans", Fact::declared(["b"]).learnt(visit.at().timestamp())),
        &nobody
    ));
    let unknown = selector.explain(&CustomerProfile::new(), &nobody);
    let three = unknown.undecided().iter().find(|undecided| undecided.rule() == "three").unwrap();
    let names: Vec<&str> = three.unknown().iter().map(|fact| &*fact.attribute).collect();
    assert_eq!(names, ["plans", "profile.tenure_days", "visit.ids.person"]);
}

#[test]
fn instructions_are_no_wider_than_the_rows() {
    let selector = |segments: usize| {
        let segments: String =
            (0..segments).map(|n| format!("segments.s{n:04} = 'visit.errors == {n}'\n")).collect();
        let text = format!(
            "format = 1\nname = \"rows\"\nlast_resort = [\"in_person\"]\n\
             channels = [{{ name = \"in_person\", staffed = true }}]\n{segments}"
        );
        ExperienceSelector::compile(&Policy::from_toml(&text).unwrap()).unwrap()
    };
    let best = |most: Instructions| Instructions::available().filter(|one| *one <= most).max().unwrap();
    for (segments, most) in [(1, Instructions::Avx2), (256, Instructions::Avx2), (257, Instructions::Avx512)]
    {
        assert_eq!(selector(segments).instructions(), best(most), "{segments} segments");
    }
}

/// A policy that measures `count` things: attributes of its own, and parts that speak of segments.
fn measuring(count: usize) -> String {
    let attributes: String = (0..count - 3).map(|n| format!("a{n} = \"int\"\n")).collect();
    let segments: String =
        (0..count - 3).map(|n| format!("s{n:05} = 'a{n} >= {}'\n", 1 + usize::from(n > 0))).collect();
    let last = count - 4;
    format!(
        "format = 1\nname = \"many\"\nlast_resort = [\"in_person\"]\n\
         channels = [{{ name = \"web\" }}, {{ name = \"in_person\", staffed = true }}]\n[attributes]\n{attributes}\
         [segments]\n{segments}\
         both = 'segment.s00000 ? a1 + a{last} > 4 : a1 > 100'\n\
         [rules]\nfirst = {{ when = 'segment.both', layout = -200 }}\n\
         last = {{ when = 'segment.s{last:05} && segment.s00001', assistance_at_least = \"guided\" }}\n",
    )
}

#[test]
fn rooms_of_every_size_hold_the_last_cell() {
    let mut set = SegmentSet::new();
    for count in [60, 61, 62, 63, 64, 65, 66, 1_022, 1_023, 1_024, 1_025, 1_026] {
        let policy = Policy::loader().toml(&measuring(count)).unwrap_or_else(|error| panic!("{error}"));
        let selector = ExperienceSelector::compile(&policy).unwrap();
        let visit = Visit::new(Moment::parse("2026-11-23T10:00:00Z").unwrap());
        for (values, layout, assistance) in [
            ([1, 2, 3], "essential", "guided"),
            ([1, 2, 1], "standard", "hints"),
            ([0, 2, 3], "standard", "guided"),
            ([0, 101, 3], "essential", "guided"),
        ] {
            let mut profile = CustomerProfile::new();
            for (n, value) in [0, 1, count - 4].into_iter().zip(values) {
                profile = profile.with_attribute(&format!("a{n}"), value);
            }
            for one in Instructions::available() {
                let selector = selector.with_instructions(one).unwrap();
                let decision = selector.select(&profile, &visit);
                let found =
                    (decision.experience().layout.as_str(), decision.experience().assistance.as_str());
                assert_eq!(found, (layout, assistance), "{count} things, {values:?}, {one:?}");
                let prepared = selector.prepare(&profile, &visit);
                assert_eq!(selector.select_prepared(&prepared, &visit), decision);
                assert_eq!(selector.explain(&profile, &visit).decision(), &decision);
                // Everybody else's cell is nobody's.
                selector.segments(&profile, &visit, &mut set);
                let last = format!("s{:05}", count - 4);
                let hold = [("s00000", values[0] >= 1), ("s00001", values[1] >= 2), (&last, values[2] >= 2)];
                let both = (layout == "essential").then_some("both");
                let wanted: BTreeSet<&str> =
                    hold.iter().filter(|(_, holds)| *holds).map(|(name, _)| *name).chain(both).collect();
                assert_eq!(
                    set.iter().collect::<BTreeSet<_>>(),
                    wanted,
                    "{count} things, {values:?}, {one:?}"
                );
            }
        }
    }
}

#[test]
fn what_hosts_share_between_threads_may_be_shared() {
    fn shared<T: Send + Sync + Clone>() {}
    shared::<Policy>();
    shared::<ExperienceSelector>();
    shared::<CustomerProfile>();
    shared::<Visit>();
    shared::<Explanation>();
    shared::<SegmentSet>();
    shared::<SegmentBatch>();
    shared::<Columns<'_>>();
    shared::<Guest>();
    shared::<Slot<str>>();
    shared::<Prepared<std::sync::Arc<CustomerProfile>>>();
    shared::<Prepared<&CustomerProfile>>();
    fn seen_by_all<T: Send + Sync>() {}
    seen_by_all::<SharedSelector>();
}

#[test]
fn a_decision_is_small_and_can_be_copied() {
    fn copied<T: Copy>() {}
    copied::<Decision>();
    assert!(size_of::<Decision>() <= 160, "{} bytes", size_of::<Decision>());
}
