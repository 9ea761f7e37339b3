//! Visitors who are followed: whatever is put into their slots, they are decided as if they came with it.
#![expect(clippy::expect_used, clippy::indexing_slicing, reason = "a test that cannot go on has failed")]

use maitre::{
    AssistanceLevel, CustomerProfile, DiagnosticCode, ExperienceSelector, Fact, Guest, Instructions,
    LayoutComplexity, Moment, Policy, SegmentSet, Slot, Source, Timestamp, Visit, built_in_attributes,
};

use crate::batches::{SHOP, can_be_column, has_type, shop};
use crate::generate::random::Random;
use crate::generate::{self, large};
use crate::oracle::document::{Document, Kind, SOURCES};
use crate::oracle::library;
use crate::oracle::value::Value;
use crate::oracle::visitor::{Fact as Given, Visitor};

/// A slot of any type.
enum AnySlot {
    Bool(Slot<bool>),
    Int(Slot<i64>),
    Float(Slot<f64>),
    Text(Slot<str>),
    Time(Slot<Timestamp>),
}

impl AnySlot {
    fn of(selector: &ExperienceSelector, name: &str, kind: &Kind) -> Self {
        const THERE: &str = "a slot of that type";
        match kind {
            Kind::Bool => Self::Bool(selector.slot(name).expect(THERE)),
            Kind::Int(..) => Self::Int(selector.slot(name).expect(THERE)),
            Kind::Float => Self::Float(selector.slot(name).expect(THERE)),
            Kind::Time => Self::Time(selector.slot(name).expect(THERE)),
            _ => Self::Text(selector.slot(name).expect(THERE)),
        }
    }
    fn put(&self, guest: &mut Guest, given: Option<&Given>) {
        let Some(given) = given else {
            return match self {
                Self::Bool(slot) => guest.forget(slot),
                Self::Int(slot) => guest.forget(slot),
                Self::Float(slot) => guest.forget(slot),
                Self::Text(slot) => guest.forget(slot),
                Self::Time(slot) => guest.forget(slot),
            };
        };
        let source = Source::parse(SOURCES[given.source]).expect("a source");
        let learnt = given.learnt.map(library::timestamp);
        match (self, &given.value) {
            (Self::Bool(slot), &Value::Bool(value)) => guest.put(slot, Fact { value, source, learnt }),
            (Self::Int(slot), &Value::Int(value)) => guest.put(slot, Fact { value, source, learnt }),
            (Self::Float(slot), &Value::Float(value)) => guest.put(slot, Fact { value, source, learnt }),
            (Self::Text(slot), Value::Text(value)) => {
                guest.put(slot, Fact { value: value.as_str(), source, learnt });
            }
            (Self::Time(slot), &Value::Time(at)) => {
                guest.put(slot, Fact { value: library::timestamp(at), source, learnt });
            }
            (_, other) => panic!("{other:?} is of another type"),
        }
    }
}

/// Whom a guest is made, and what is said of them differently from what is said of them when they come so.
struct Followed<'a> {
    document: &'a Document,
    selector: ExperienceSelector,
    slots: Vec<(&'a str, Kind, AnySlot)>,
    guest: Guest,
    now: Visitor,
}

impl<'a> Followed<'a> {
    fn new(
        document: &'a Document,
        selector: ExperienceSelector,
        names: &'a [String],
        first: &Visitor,
    ) -> Self {
        let slots = names.iter().filter(|name| can_be_column(name)).filter_map(|name| {
            let kind = document.kind(name).filter(|kind| !matches!(kind, Kind::Set(_)))?;
            let slot = AnySlot::of(&selector, name, &kind);
            Some((&**name, kind, slot))
        });
        let slots = slots.collect();
        let (profile, visit) = library::people(first);
        let guest = selector.follow(profile, visit);
        Self { document, selector, slots, guest, now: first.clone() }
    }

    /// Takes over some of the facts of `person`, and sometimes their whole profile or visit.
    fn take(&mut self, person: &Visitor, random: &mut Random) {
        let (profile, visit) = library::people(person);
        if random.chance(15) {
            let kept = std::mem::replace(&mut self.now, person.clone());
            (self.now.profile, self.now.needs) = (kept.profile, kept.needs);
            (self.now.consents, self.now.channels) = (kept.consents, kept.channels);
            self.now.journey = kept.journey;
            self.guest.set_visit(visit);
        } else if random.chance(15) {
            let kept = std::mem::replace(&mut self.now, person.clone());
            (self.now.at, self.now.house, self.now.channel) = (kept.at, kept.house, kept.channel);
            (self.now.visit, self.now.visit_journey) = (kept.visit, kept.visit_journey);
            (self.now.ids, self.now.prior) = (kept.ids, kept.prior);
            self.guest.set_profile(profile);
        }
        for (name, kind, slot) in &self.slots {
            if random.chance(50) {
                continue;
            }
            let of_visit = name.starts_with("visit.")
                || self.document.attributes.get(*name).is_some_and(|own| own.on_visit);
            let (from, to) = if of_visit {
                (&person.visit, &mut self.now.visit)
            } else {
                (&person.profile, &mut self.now.profile)
            };
            let given = from.iter().find(|given| given.name == *name && has_type(&given.value, kind));
            to.retain(|given| given.name != *name);
            to.extend(given.cloned());
            slot.put(&mut self.guest, given);
        }
    }

    fn check(&self) {
        let (profile, visit) = library::people(&self.now);
        assert!(*self.guest.profile() == profile && *self.guest.visit() == visit, "{:?}", self.now);
        assert_eq!(self.guest.select(), self.selector.select(&profile, &visit), "{:?}", self.now);
        let (mut found, mut wanted) = (SegmentSet::new(), SegmentSet::new());
        self.guest.segments(&mut found);
        self.selector.segments(&profile, &visit, &mut wanted);
        assert!(found.iter().eq(wanted.iter()), "{found:?}, not {wanted:?}: {:?}", self.now);
    }
}

fn follow(document: &Document, n: u64, count: usize) {
    let selector = library::load(&generate::print::toml(document)).expect("a policy that loads");
    let people = generate::visitors(document, n, count);
    let built_in = built_in_attributes().into_iter().map(|attribute| attribute.name.to_owned());
    let names: Vec<String> = built_in.chain(document.attributes.keys().cloned()).collect();
    for instructions in Instructions::available() {
        let selector = selector.with_instructions(instructions).expect("they are available");
        let mut random = Random::new(n);
        let mut followed = Followed::new(document, selector, &names, &people[0]);
        for person in &people {
            followed.take(person, &mut random);
            followed.check();
        }
    }
}

#[test]
fn a_guest_is_decided_as_if_they_came_with_what_was_put_into_their_slots() {
    for n in generate::numbers(60) {
        follow(&generate::policy(n), n, 40);
    }
}

#[test]
fn a_guest_of_a_large_policy_too() {
    for (n, segments) in [60, 400, 2_000].into_iter().enumerate() {
        follow(&large::policy(segments, 10, n as u64), n as u64, 30);
    }
}

fn noon() -> Moment {
    Moment::parse("2026-11-23T12:00:00-03:00").unwrap()
}

fn found(guest: &Guest) -> Vec<String> {
    let mut set = SegmentSet::new();
    guest.segments(&mut set);
    let mut names: Vec<String> = set.iter().map(str::to_owned).collect();
    names.sort_unstable();
    names
}

#[test]
fn what_cannot_be_is_unreadable_and_unknown_and_what_comes_after_it_counts() {
    let selector = shop();
    let (age, points) =
        (selector.slot::<i64>("profile.age").unwrap(), selector.slot::<i64>("points").unwrap());
    let ratio = selector.slot::<f64>("ratio").unwrap();
    let mut guest = selector.follow(CustomerProfile::new(), Visit::new(noon()));
    assert_eq!(found(&guest), ["everybody"]);
    for (value, segments) in [
        (65, &["everybody", "old", "said"][..]),
        (131, &["everybody"]),
        (64, &["everybody", "not_old", "said"]),
        (i64::MIN, &["everybody"]),
        (i64::MAX, &["everybody"]),
    ] {
        guest.put(&age, value);
        assert_eq!(found(&guest), segments, "{value}");
        assert_eq!(guest.profile().unreadable().count(), usize::from(segments.len() == 1));
    }
    guest.put_or_forget(&age, Some(Fact::observed(70)));
    assert_eq!(found(&guest), ["everybody", "old"]);
    guest.put_or_forget(&age, None::<i64>);
    assert_eq!((found(&guest), guest.profile().unreadable().count()), (vec!["everybody".to_owned()], 0));
    for (value, segment) in [(900, "poor"), (901, "rich"), (1_001, ""), (-1, ""), (1_000, "rich")] {
        guest.put(&points, value);
        assert_eq!(
            found(&guest).last().map(|name| &**name),
            Some(segment).filter(|s| !s.is_empty()).or(Some("everybody"))
        );
    }
    guest.forget(&points);
    for (value, segment) in [(0.4, "calm"), (f64::NAN, "everybody"), (f64::INFINITY, "wild"), (-0.0, "calm")]
    {
        guest.put(&ratio, value);
        assert!(found(&guest).contains(&segment.to_owned()), "{value}");
        assert_eq!(found(&guest).len(), if value.is_nan() { 1 } else { 2 });
    }
}

#[test]
fn a_guest_goes_by_consents_ages_and_sources_as_they_are_at_the_visit() {
    let selector = shop();
    let (orders, tier) =
        (selector.slot::<i64>("profile.orders").unwrap(), selector.slot::<str>("profile.tier").unwrap());
    let since = selector.slot::<Timestamp>("since").unwrap();
    let at = |hours: i64| Timestamp::from_unix(noon().timestamp().unix_seconds() + hours * 3_600, 0).unwrap();
    let mut guest = selector.follow(CustomerProfile::new(), Visit::new(noon()));
    guest.put(&orders, 3);
    guest.put(&tier, Fact::observed("gold").learnt(at(-24 * 20)));
    guest.put(&since, at(-2));
    assert_eq!(found(&guest), ["everybody", "gold", "recent"]);
    guest.set_profile(guest.profile().clone().with_consent("profiling", at(48)));
    assert_eq!(found(&guest), ["buyers", "everybody", "gold", "recent"]);
    guest.set_visit(Visit::new(at(23)));
    assert_eq!(found(&guest), ["buyers", "everybody", "gold"]);
    guest.put(&since, at(0));
    assert_eq!(found(&guest), ["buyers", "everybody", "gold", "recent"]);
    guest.set_visit(Visit::new(at(24 * 11)));
    assert_eq!(found(&guest), ["everybody"]);
    guest.put(&tier, Fact::observed("gold").learnt(at(24 * 11)));
    assert_eq!(found(&guest), ["everybody", "gold"]);
    guest.put(&tier, Fact::inferred("gold").learnt(at(24 * 11)));
    assert_eq!(found(&guest), ["everybody"]);
    guest.put(&tier, "gold");
    assert_eq!(found(&guest), ["everybody"], "without a date");
}

#[test]
fn what_choosing_goes_by_can_be_put_into_slots_too() {
    let text = r#"
        format = 1
        name = "corner_shop"
        last_resort = ["in_person"]
        channels = [{ name = "web", base = 10 }, { name = "in_person", staffed = true }]
    "#;
    let selector = ExperienceSelector::compile(&Policy::from_toml(text).unwrap()).unwrap();
    let layout = selector.slot::<str>("profile.preferred_layout").unwrap();
    let assistance = selector.slot::<str>("profile.preferred_assistance").unwrap();
    let (cases, motion) = (
        selector.slot::<i64>("profile.open_cases").unwrap(),
        selector.slot::<bool>("visit.reduced_motion").unwrap(),
    );
    let prior = maitre::Prior { layout: LayoutComplexity::Standard, assistance: AssistanceLevel::Callback };
    let mut guest = selector.follow(CustomerProfile::new(), Visit::new(noon()).with_prior(prior));
    let check = |guest: &Guest| {
        let decision = guest.select();
        assert_eq!(decision, selector.select(guest.profile(), guest.visit()));
        (decision.experience().layout, decision.experience().assistance, decision.adaptations().len())
    };
    let before = check(&guest);
    guest.put(&layout, "essential");
    guest.put(&assistance, "guided");
    guest.put(&motion, Fact::request(true));
    assert_eq!(check(&guest), (LayoutComplexity::Essential, AssistanceLevel::Guided, 1));
    guest.put(&cases, Fact::observed(1));
    assert_eq!(check(&guest).1, AssistanceLevel::Callback);
    // A wish counts only if it is declared, and no level has that name.
    guest.put(&layout, Fact::inferred("essential"));
    guest.put(&assistance, "butler");
    guest.forget(&cases);
    guest.put(&motion, Fact::request(false));
    assert_eq!(check(&guest), before);
}

#[test]
fn a_slot_of_another_selector_is_noticed_and_right_all_the_same() {
    let (selector, same) = (shop(), shop());
    let other = ExperienceSelector::compile(
        &Policy::from_toml(
            &SHOP
                .replace("points > 900", "points > 800")
                .replace("ratio = \"float\"", "ratio = \"int\"")
                .replace("0.5", "5"),
        )
        .unwrap(),
    )
    .unwrap();
    let points = selector.slot::<i64>("points").unwrap();
    let ratio = selector.slot::<f64>("ratio").unwrap();
    let mut guest = other.follow(CustomerProfile::new(), Visit::new(noon()));
    assert!(guest.is_by(&other) && guest.is_by(&other.clone()) && !guest.is_by(&selector));
    guest.put(&points, 850);
    assert_eq!(found(&guest), ["everybody", "poor", "rich"]);
    // A float is no int.
    guest.put(&ratio, 2.0);
    assert_eq!(found(&guest), ["everybody", "poor", "rich"]);
    let (profile, visit) = guest.into_parts();
    let mut guest = same.follow(profile, visit);
    assert_eq!(found(&guest), ["everybody", "poor", "wild"]);
    guest.forget(&ratio);
    guest.put(&points, 950);
    assert_eq!(found(&guest), ["everybody", "rich"]);
}

#[test]
fn a_slot_of_a_policy_that_has_the_attribute_elsewhere_changes_it_where_it_is() {
    let head = |attribute: &str, segments: &str| {
        let text = format!(
            r#"
            format = 1
            name = "corner_shop"
            last_resort = ["in_person"]
            channels = [{{ name = "in_person", staffed = true }}]
            attributes.roaming = {attribute}
            {segments}
            "#
        );
        ExperienceSelector::compile(&Policy::from_toml(&text).unwrap()).unwrap()
    };
    let abroad = "segments.abroad = 'roaming'";
    let of_person = head(r#"{ type = "bool" }"#, abroad);
    let of_visit = head(r#"{ type = "bool", on = "visit" }"#, abroad);
    let without = ExperienceSelector::compile(&Policy::from_toml(&SHOP.replace("since", "sinse")).unwrap());
    let without = without.unwrap();
    let roaming = of_person.slot::<bool>("roaming").unwrap();
    assert!(roaming.is_by(&of_person) && !roaming.is_by(&of_visit));
    let mut guest = of_visit.follow(CustomerProfile::new(), Visit::new(noon()));
    for (value, segments) in [(true, &["abroad"][..]), (false, &[]), (true, &["abroad"])] {
        guest.put(&roaming, value);
        assert_eq!(
            (found(&guest), guest.visit().fact("roaming").is_some()),
            (segments.iter().map(|&name| name.to_owned()).collect(), true)
        );
    }
    guest.forget(&roaming);
    assert!(found(&guest).is_empty() && guest.visit().fact("roaming").is_none());
    // Nobody there asks for it.
    let mut guest = without.follow(CustomerProfile::new(), Visit::new(noon()));
    guest.put(&roaming, true);
    assert!(guest.profile().fact("roaming").is_none());
    assert_eq!(found(&guest), ["everybody"]);
}

#[test]
fn a_slot_that_cannot_be_is_refused_with_what_could() {
    let selector = shop();
    fn told<T: ?Sized>(
        slot: Result<Slot<T>, maitre::Diagnostic>,
    ) -> (DiagnosticCode, String, Option<String>) {
        let problem = slot.map(|slot| format!("{slot:?}")).unwrap_err();
        (problem.code(), problem.message().to_owned(), problem.help().map(str::to_owned))
    }
    let of = |code, message: &str, help: Option<&str>| (code, message.to_owned(), help.map(str::to_owned));
    assert_eq!(
        told(selector.slot::<i64>("pionts")),
        of(
            DiagnosticCode::UnknownAttribute,
            "the policy knows no attribute `pionts`",
            Some("did you mean `points`?")
        )
    );
    assert_eq!(
        told(selector.slot::<str>("points")),
        of(
            DiagnosticCode::TypeMismatch,
            "`points` is an int, found a slot for strings",
            Some("ask for `slot::<i64>`")
        )
    );
    assert_eq!(
        told(selector.slot::<i64>("ratio")),
        of(
            DiagnosticCode::TypeMismatch,
            "`ratio` is a float, found a slot for ints",
            Some("ask for `slot::<f64>`")
        )
    );
    for (slip, meant) in [("age", "profile.age"), ("visit.plan", "plan"), ("profile.points", "points")] {
        let help = format!("did you mean `{meant}`?");
        assert_eq!(told(selector.slot::<i64>(slip)).2, Some(help));
    }
    let otherwise = Some("give it with the whole profile or visit, by `set_profile` or `set_visit`");
    assert_eq!(
        told(selector.slot::<str>("colours")),
        of(DiagnosticCode::Refused, "`colours` cannot have a slot: it is a set", otherwise)
    );
    assert_eq!(
        told(selector.slot::<i64>("profile.mood")),
        of(
            DiagnosticCode::Refused,
            "`profile.mood` cannot have a slot: it is not kept as one fact by itself",
            otherwise
        )
    );
    let slot = selector.slot::<str>("plan").unwrap();
    assert_eq!((slot.attribute(), &*format!("{slot:?}")), ("plan", "Slot { attribute: \"plan\", .. }"));
    let guest = selector.follow(CustomerProfile::new().with_age(74), Visit::new(noon()));
    assert_eq!(format!("{guest:?}"), "Guest { .. }");
}

#[test]
fn a_guest_allocates_nothing_once_their_facts_have_been_there() {
    let selector = shop();
    let age = selector.slot::<i64>("profile.age").unwrap();
    let (plan, tier) = (selector.slot::<str>("plan").unwrap(), selector.slot::<str>("profile.tier").unwrap());
    let (points, since) =
        (selector.slot::<i64>("points").unwrap(), selector.slot::<Timestamp>("since").unwrap());
    let (ratio, orders) =
        (selector.slot::<f64>("ratio").unwrap(), selector.slot::<i64>("profile.orders").unwrap());
    let motion = selector.slot::<bool>("visit.reduced_motion").unwrap();
    let mut guest = selector.follow(CustomerProfile::new(), Visit::new(noon()));
    guest.put(&orders, -1);
    assert_eq!(guest.profile().unreadable().count(), 1);
    let mut set = SegmentSet::of(&selector);
    let mut turn = |n: i64| {
        guest.put(&age, 63 + n);
        guest.put(&plan, if n > 1 { "prepaid for a year" } else { "none" });
        guest.put(&tier, Fact::observed("gold").learnt(noon().timestamp()));
        guest.put(&points, 400 * n);
        guest.put(&ratio, 0.2 * n as f64);
        guest.put(&since, noon().timestamp());
        guest.put(&motion, Fact::request(n > 1));
        guest.segments(&mut set);
        assert_eq!((set.contains("old"), set.contains("long_plan")), (n > 1, n > 1));
        assert_eq!((set.contains("calm"), set.contains("wild")), (n < 3, n > 2));
        assert!(set.contains("gold") && set.contains("recent") && !set.contains("buyers"));
        guest.select().adaptations().len()
    };
    turn(0);
    for n in 1..4 {
        let mut adaptations = 0;
        let used = allocation_counter::measure(|| adaptations = turn(n));
        assert_eq!((used.count_total, adaptations), (0, usize::from(n > 1)), "turn {n}");
    }
}
