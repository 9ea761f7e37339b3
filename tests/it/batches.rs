//! Many visitors at once: a batch says of each what is said of them alone, whether they come as profiles or as columns.
#![expect(clippy::expect_used, clippy::indexing_slicing, reason = "a test that cannot go on has failed")]

use maitre::{
    Column, Columns, CustomerProfile, DiagnosticCode, ExperienceSelector, Fact, Instructions, Moment, Policy,
    SegmentBatch, SegmentSet, Source, Timestamp, Unit, Visit, built_in_attributes,
};

use crate::generate::random::Random;
use crate::generate::{self, large};
use crate::oracle::document::{Document, Kind, SOURCES};
use crate::oracle::library;
use crate::oracle::paths::{Paths, differences_in_batch};
use crate::oracle::value::Value;
use crate::oracle::visitor::{DAY, Fact as Given, Visitor};

/// One fact of many; what is not known is anything.
struct OfMany {
    name: String,
    on_visit: bool,
    values: Vec<Option<Value>>,
    source: usize,
    learnt: Option<i128>,
    /// Whether texts come by their places among a few.
    is_coded: bool,
}

/// What the columns of the library lend.
enum Facts<'a> {
    Bools(Vec<bool>),
    Ints(Vec<i64>),
    Floats(Vec<f64>),
    Times(Vec<Timestamp>),
    Texts(Vec<&'a str>),
    Coded(Vec<u32>, Vec<&'a str>),
}

/// What is kept as one fact, and nothing else hangs on it.
pub fn can_be_column(name: &str) -> bool {
    match name.split_once('.') {
        None => true,
        Some(("profile", fact)) => !fact.contains('.') && !matches!(fact, "preferred_channel" | "mood"),
        Some(("visit", fact)) => !matches!(fact, "at" | "hour" | "weekday" | "channel" | "offset" | "gpc"),
        Some(_) => false,
    }
}

pub fn has_type(value: &Value, kind: &Kind) -> bool {
    matches!(
        (value, kind),
        (Value::Bool(_), Kind::Bool)
            | (Value::Int(_), Kind::Int(..))
            | (Value::Float(_), Kind::Float)
            | (Value::Text(_), Kind::Text | Kind::Enum(_))
            | (Value::Time(_), Kind::Time)
    )
}

impl OfMany {
    /// What `people` have of `name`, as if all of it came from one source.
    fn of(document: &Document, name: &str, people: &[Visitor], random: &mut Random) -> Option<Self> {
        let kind = document.kind(name).filter(|kind| !matches!(kind, Kind::Set(_)))?;
        let on_visit =
            name.starts_with("visit.") || document.attributes.get(name).is_some_and(|own| own.on_visit);
        let value = |person: &Visitor| {
            let facts = if on_visit { &person.visit } else { &person.profile };
            let fact = facts.iter().find(|fact| fact.name == name && has_type(&fact.value, &kind))?;
            Some(fact.value.clone())
        };
        Some(Self {
            name: name.to_owned(),
            on_visit,
            values: people.iter().map(value).collect(),
            source: random.below(SOURCES.len()),
            learnt: random.maybe(70, |random| people[0].at - DAY * i128::from(random.within(0, 400))),
            is_coded: random.chance(50),
        })
    }

    fn facts(&self) -> Option<Facts<'_>> {
        let known = || self.values.iter().flatten();
        let all = || self.values.iter().map(Option::as_ref);
        Some(match known().next()? {
            Value::Bool(_) => {
                Facts::Bools(all().map(|value| matches!(value, Some(Value::Bool(true)))).collect())
            }
            Value::Int(_) => {
                let value = |value| if let Some(&Value::Int(value)) = value { value } else { 7 };
                Facts::Ints(all().map(value).collect())
            }
            Value::Float(_) => {
                let value = |value| if let Some(&Value::Float(value)) = value { value } else { f64::NAN };
                Facts::Floats(all().map(value).collect())
            }
            Value::Time(_) => {
                let value = |value| if let Some(&Value::Time(at)) = value { at } else { 0 };
                Facts::Times(all().map(|one| library::timestamp(value(one))).collect())
            }
            _ => {
                fn text(value: Option<&Value>) -> &str {
                    if let Some(Value::Text(text)) = value { text } else { "nothing" }
                }
                let texts: Vec<&str> = all().map(text).collect();
                if !self.is_coded {
                    return Some(Facts::Texts(texts));
                }
                let mut few = texts.clone();
                few.sort_unstable();
                few.dedup();
                let code = |text| few.binary_search(text).expect("one of them") as u32;
                Facts::Coded(texts.iter().map(code).collect(), few)
            }
        })
    }
}

impl Facts<'_> {
    fn column(&self) -> Column<'_> {
        match self {
            Facts::Bools(values) => Column::bools(values),
            Facts::Ints(values) => Column::ints(values),
            Facts::Floats(values) => Column::floats(values),
            Facts::Times(values) => Column::times(values),
            Facts::Texts(values) => Column::texts(values),
            Facts::Coded(codes, texts) => Column::coded(codes, texts),
        }
    }
}

/// `common` with the facts of one of many in place of its own.
fn one_of_them(common: &Visitor, columns: &[OfMany], ids: Option<&[String]>, place: usize) -> Visitor {
    let mut made = common.clone();
    for of_many in columns {
        for facts in [&mut made.profile, &mut made.visit] {
            facts.retain(|fact| fact.name != of_many.name);
        }
        let Some(value) = of_many.values[place].clone() else { continue };
        let given =
            Given { name: of_many.name.clone(), value, source: of_many.source, learnt: of_many.learnt };
        if of_many.on_visit { made.visit.push(given) } else { made.profile.push(given) }
    }
    if let Some(ids) = ids {
        made.ids.insert("person".to_owned(), ids[place].clone());
    }
    made
}

/// What columns say differently from what is said of each visitor alone.
fn differences(document: &Document, selector: &ExperienceSelector, n: u64, count: usize) -> Vec<String> {
    let people = generate::visitors(document, n, count);
    let mut random = Random::new(n);
    let common = &people[0];
    let built_in = built_in_attributes().into_iter().map(|attribute| attribute.name.to_owned());
    let names: Vec<String> = built_in.chain(document.attributes.keys().cloned()).collect();
    let mut columns = Vec::new();
    for name in names.iter().filter(|name| can_be_column(name)) {
        if random.chance(75) {
            columns.extend(OfMany::of(document, name, &people, &mut random));
        }
    }
    columns.retain(|of_many| of_many.values.iter().any(Option::is_some));
    let ids = random.chance(50).then(|| (0..count).map(|n| format!("person {n}")).collect::<Vec<_>>());
    let id_texts: Vec<&str> = ids.iter().flatten().map(String::as_str).collect();

    let facts: Vec<Facts<'_>> = columns.iter().filter_map(OfMany::facts).collect();
    let known: Vec<Vec<bool>> =
        columns.iter().map(|of_many| of_many.values.iter().map(Option::is_some).collect()).collect();
    let (profile, visit) = library::people(common);
    let (mut batch, mut alone) = (SegmentBatch::new(), SegmentSet::new());
    let mut lines = Vec::new();
    for instructions in Instructions::available() {
        let selector = selector.with_instructions(instructions).expect("they are available");
        let mut made = Columns::new(&selector, &profile, &visit);
        for ((of_many, facts), known) in columns.iter().zip(&facts).zip(&known) {
            let source = Source::parse(SOURCES[of_many.source]).expect("a source");
            let fact = Fact::new(facts.column().where_known(known), source);
            let learnt = of_many.learnt.map(library::timestamp);
            made = made.with(&of_many.name, Fact { learnt, ..fact }).expect("a column");
        }
        if ids.is_some() {
            made = made.with_ids(&id_texts).expect("as many");
        }
        made.segments(&mut batch);
        assert_eq!(batch.len(), if made.is_empty() { 0 } else { count });
        for beyond in [batch.len(), 1 << 20, 1 << 63, usize::MAX] {
            assert_eq!(batch.iter(beyond).count(), 0, "nobody stands at {beyond}");
        }
        assert!(batch.segments().all(|(name, count)| count == batch.count(name)));
        assert_eq!(batch.segments().count(), document.segments.len());
        for place in 0..batch.len() {
            let (profile, visit) = library::people(&one_of_them(common, &columns, ids.as_deref(), place));
            selector.segments(&profile, &visit, &mut alone);
            let differing = differences_in_batch(&batch, place, &alone);
            lines.extend(differing.map(|line| format!("policy {n}, {instructions:?}: {line}")));
        }
    }
    lines
}

#[test]
fn columns_say_of_each_visitor_what_is_said_of_them_alone() {
    for n in generate::numbers(60) {
        let document = generate::policy(n);
        let selector = library::load(&generate::print::toml(&document)).expect("a policy that loads");
        assert_eq!(differences(&document, &selector, n, 40), [""; 0]);
    }
}

#[test]
fn columns_of_large_policies_and_of_several_blocks_too() {
    for (n, (segments, count)) in [(60, 1_100), (400, 600), (2_000, 60)].into_iter().enumerate() {
        let document = large::policy(segments, 10, n as u64);
        let selector = library::load(&generate::print::toml(&document)).expect("a policy that loads");
        assert_eq!(differences(&document, &selector, n as u64, count), [""; 0]);
    }
}

#[test]
fn a_batch_of_several_blocks_says_of_each_what_is_said_of_them_alone() {
    for (n, count) in [1, 63, 64, 511, 512, 513, 1_500].into_iter().enumerate() {
        let document = large::policy(80, 10, n as u64);
        let selector = library::load(&generate::print::toml(&document)).expect("a policy that loads");
        let people = generate::visitors(&document, n as u64, count);
        let people: Vec<_> = people.iter().map(library::people).collect();
        assert_eq!(Paths::of(&selector).batch(&people), [""; 0], "{count} visitors");
    }
}

pub const SHOP: &str = r#"
    format = 1
    name = "corner_shop"
    purposes = ["profiling"]
    last_resort = ["in_person"]
    channels = [{ name = "in_person", staffed = true }]
    [attributes]
    plan = "string"
    points = { type = "int", min = 0, max = 1000 }
    ratio = "float"
    colours = { type = "set", members = ["red", "blue"] }
    since = "timestamp"
    profile.orders = { consent = "profiling" }
    profile.tier = { max_age_days = 30, min_source = "observed" }
    [segments]
    old = 'profile.age >= 65'
    not_old = '!(profile.age >= 65)'
    rich = 'points > 900'
    poor = 'points <= 900'
    calm = 'ratio < 0.5'
    wild = 'ratio >= 0.5'
    buyers = 'profile.orders > 2'
    gold = 'profile.tier == "gold"'
    recent = 'visit.at - since < duration("24h")'
    said = 'declared(profile.age)'
    long_plan = 'plan.size() > 7'
    everybody = 'true'
    nobody = 'false'
"#;

pub fn shop() -> ExperienceSelector {
    ExperienceSelector::compile(&Policy::from_toml(SHOP).unwrap()).unwrap()
}

fn noon() -> Moment {
    Moment::parse("2026-11-23T12:00:00-03:00").unwrap()
}

fn found(batch: &SegmentBatch, segment: &str) -> Vec<usize> {
    let visitors: Vec<usize> = batch.visitors(segment).collect();
    assert_eq!(batch.count(segment), visitors.len());
    assert!((0..batch.len() + 600).all(|one| batch.contains(segment, one) == visitors.contains(&one)));
    visitors
}

#[test]
fn what_cannot_be_is_not_known_in_a_column_either() {
    let (selector, profile, visit) = (shop(), CustomerProfile::new(), Visit::new(noon()));
    let ages = [64, 65, 130, 131, -1, i64::MIN, i64::MAX];
    let points = [0, 900, 901, 1_000, 1_001, -1, i64::MAX];
    let ratios = [0.4, 0.5, f64::NAN, -f64::NAN, f64::INFINITY, f64::NEG_INFINITY, -0.0];
    let columns = Columns::new(&selector, &profile, &visit)
        .with("profile.age", Column::ints(&ages))
        .and_then(|columns| columns.with("points", Column::ints(&points)))
        .and_then(|columns| columns.with("ratio", Column::floats(&ratios)))
        .unwrap();
    let mut batch = SegmentBatch::of(&selector);
    assert!(batch.is_empty() && found(&batch, "everybody").is_empty());
    columns.segments(&mut batch);
    for (segment, visitors) in [
        ("old", &[1, 2][..]),
        ("not_old", &[0]),
        ("said", &[0, 1, 2]),
        ("rich", &[2, 3]),
        ("poor", &[0, 1]),
        ("calm", &[0, 5, 6]),
        ("wild", &[1, 4]),
        ("everybody", &[0, 1, 2, 3, 4, 5, 6]),
        ("nobody", &[]),
        ("no_such_segment", &[]),
    ] {
        assert_eq!(found(&batch, segment), visitors, "{segment}");
    }
    assert_eq!(batch.iter(0).collect::<Vec<_>>(), ["calm", "everybody", "not_old", "poor", "said"]);
    assert_eq!((batch.iter(7).count(), batch.iter(usize::MAX).count()), (0, 0));
    // Whole numbers are floats too.
    let columns = Columns::new(&selector, &profile, &visit).with("ratio", Column::ints(&[0, 1])).unwrap();
    columns.segments(&mut batch);
    assert_eq!((found(&batch, "calm"), found(&batch, "wild")), (vec![0], vec![1]));
}

#[test]
fn what_may_not_be_used_of_a_column_is_not_known() {
    let (selector, visit) = (shop(), Visit::new(noon()));
    let asks = |profile: &CustomerProfile, tier: Fact<Column<'_>>| {
        let (orders, mut batch) = ([1, 3], SegmentBatch::new());
        let columns = Columns::new(&selector, profile, &visit).with("profile.orders", Column::ints(&orders));
        columns.unwrap().with("profile.tier", tier).unwrap().segments(&mut batch);
        (found(&batch, "buyers"), found(&batch, "gold"))
    };
    let (nobody, consents) = (CustomerProfile::new(), CustomerProfile::new().with_consent("profiling", None));
    let now = noon().timestamp();
    let tiers = Column::texts(&["gold", "silver"]);
    assert_eq!(asks(&nobody, Fact::observed(tiers).learnt(now)), (vec![], vec![0]));
    assert_eq!(asks(&consents, Fact::inferred(tiers).learnt(now)), (vec![1], vec![]));
    assert_eq!(asks(&consents, Fact::declared(tiers)), (vec![1], vec![]));
    let coded = Column::coded(&[1, 0], &["gold", "silver"]);
    assert_eq!(asks(&consents, Fact::declared(coded).learnt(now)), (vec![1], vec![1]));
}

#[test]
fn a_column_takes_the_place_of_what_the_profile_says_and_what_it_leaves_out_is_not_known() {
    let selector = shop();
    let now = noon().timestamp();
    let profile = CustomerProfile::new().with_age(70).with_attribute("plan", "a plan of years");
    let visit = Visit::new(noon()).with_id(Unit::Person, "ana");
    let mut batch = SegmentBatch::new();
    // Of nobody there is nothing to say.
    Columns::new(&selector, &profile, &visit).segments(&mut batch);
    assert!(batch.is_empty());
    let since = [now, Timestamp::from_unix(now.unix_seconds() - 90_000, 0).unwrap(), now];
    let columns = Columns::new(&selector, &profile, &visit).with("since", Column::times(&since)).unwrap();
    columns.segments(&mut batch);
    assert_eq!((found(&batch, "old"), found(&batch, "recent")), (vec![0, 1, 2], vec![0, 2]));
    assert_eq!(found(&batch, "long_plan"), [0, 1, 2]);
    let plans = ["short", "longer than that", "as long as that"];
    let columns = columns.with("plan", Column::texts(&plans).where_known(&[true, true, false])).unwrap();
    let columns = columns.with("profile.age", Fact::observed(Column::ints(&[1, 99, 99]))).unwrap();
    columns.segments(&mut batch);
    assert_eq!((found(&batch, "long_plan"), found(&batch, "old")), (vec![1], vec![1, 2]));
    assert_eq!((found(&batch, "said"), columns.len()), (vec![], 3));
}

#[test]
fn a_column_that_cannot_be_is_refused_with_what_could() {
    let (selector, profile, visit) = (shop(), CustomerProfile::new(), Visit::new(noon()));
    let columns = Columns::new(&selector, &profile, &visit).with("points", Column::ints(&[1, 2])).unwrap();
    let refusal = |attribute: &str, column: Column<'_>| {
        let problem = columns.clone().with(attribute, column).unwrap_err();
        (problem.code(), problem.message().to_owned(), problem.help().unwrap_or_default().to_owned())
    };
    let two = Column::ints(&[1, 2]);
    let apart = "give it in the profile or visit that all share, or hand visitors to `segments_batch`";
    for (attribute, column, code, message, help) in [
        (
            "pionts",
            two,
            DiagnosticCode::UnknownAttribute,
            "the policy knows no attribute `pionts`",
            "did you mean `points`?",
        ),
        ("points", two, DiagnosticCode::Duplicate, "there is a column of `points` already", ""),
        ("plan", two, DiagnosticCode::TypeMismatch, "`plan` is a string, found a column of ints", ""),
        (
            "profile.age",
            Column::bools(&[true, false]),
            DiagnosticCode::TypeMismatch,
            "`profile.age` is an int, found a column of bools",
            "",
        ),
        (
            "ratio",
            Column::texts(&["1", "2"]),
            DiagnosticCode::TypeMismatch,
            "`ratio` is a float, found a column of strings",
            "",
        ),
        (
            "profile.age",
            Column::ints(&[1, 2, 3]),
            DiagnosticCode::OutOfRange,
            "`profile.age` is of 3 visitors, the columns before it of 2",
            "",
        ),
        (
            "profile.mood",
            two,
            DiagnosticCode::Refused,
            "`profile.mood` cannot be a column: it is not kept as one fact by itself",
            apart,
        ),
        (
            "visit.offset",
            two,
            DiagnosticCode::Refused,
            "`visit.offset` cannot be a column: what else is known goes by it",
            apart,
        ),
        (
            "profile.needs",
            Column::texts(&["large_text", ""]),
            DiagnosticCode::Refused,
            "`profile.needs` cannot be a column: it is a set",
            apart,
        ),
        (
            "colours",
            Column::texts(&["red", ""]),
            DiagnosticCode::Refused,
            "`colours` cannot be a column: it is a set",
            apart,
        ),
    ] {
        assert_eq!(refusal(attribute, column), (code, message.to_owned(), help.to_owned()));
    }
    let half = columns.clone().with("ratio", two.where_known(&[true])).unwrap_err();
    assert_eq!(half.message(), "`ratio` is of 2 visitors, and whether it is known is said of 1");
    let problem = columns.clone().with_ids(&["ana"]).unwrap_err();
    assert_eq!(problem.message(), "`ids` is of 1 visitors, the columns before it of 2");
}
