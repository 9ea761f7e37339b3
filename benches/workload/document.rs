//! Policy documents over segments: with nothing else, or whole.

use std::fmt::Write as _;

use super::condition::{self, Condition, Segment};
use super::random::Random;
use super::schema::{Attribute, Kind};
use super::visitor::{Visitor, visitors};

/// A policy that says nothing of how to serve: what an engine that only finds segments is given.
pub fn of_segments(schema: &[Attribute], segments: &[Segment]) -> String {
    let mut text = String::from(
        "format = 1\nname = \"segments\"\nlast_resort = [\"in_person\"]\n\
         channels = [{ name = \"web\", base = 10 }, { name = \"in_person\", staffed = true }]\n",
    );
    write_attributes(&mut text, schema, |_| None);
    write_segments(&mut text, schema, segments);
    text
}

/// Channels, experiments and all that stands before the segments. Twelve channels, four with hours, three with consent,
/// caps and reach, two of those with quiet hours.
const HOUSE: &str = r#"format = 1
name = "workload"
purposes = ["messages", "profiling"]
gpc = ["profiling"]
defaults = { layout = "standard", assistance = "hints" }
holdout = { unit = "household", percent = 5 }
last_resort = ["phone", "in_person"]
channels = [
  { name = "web", base = 40 },
  { name = "app", base = 45, reach = "verified" },
  { name = "email", base = 10, reach = "claimed", consent = "messages", contacts_at_most = 6 },
  { name = "sms", base = 5, reach = "claimed", consent = "messages", quiet = "21:00-08:00", contacts_at_most = 4, layout_at_most = "essential" },
  { name = "push", reach = "verified", consent = "messages", quiet = "20:00-09:00", contacts_at_most = 4, layout_at_most = "essential" },
  { name = "chat", base = 20, staffed = true, open = ["mon-sat 08:00-20:00"], layout_at_most = "standard" },
  { name = "messaging", base = 15, reach = "claimed", layout_at_most = "simple" },
  { name = "social", base = 5 },
  { name = "phone", base = 15, staffed = true, open = ["mon-fri 07:00-22:00", "sat-sun 09:00-18:00"], layout_at_most = "simple" },
  { name = "video", base = 5, staffed = true, open = ["mon-fri 09:00-17:00"], conflicts = ["low_data"], layout_at_most = "simple" },
  { name = "in_person", base = 5, staffed = true, open = ["mon-sat 10:00-18:00"], layout_at_most = "standard" },
  { name = "post", conflicts = ["screen_reader"], layout_at_most = "simple" },
]
"#;

/// When a fact does not count (D1).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Limit {
    /// Nobody has seen or said it.
    Observed,
    /// It is older than two years.
    TwoYears,
    /// The visitor does not consent to profiling.
    Profiling,
}

impl Limit {
    fn toml(self) -> &'static str {
        match self {
            Self::Observed => r#"min_source = "observed""#,
            Self::TwoYears => "max_age_days = 730",
            Self::Profiling => r#"consent = "profiling""#,
        }
    }
}

/// Which facts have limits.
const LIMITS: [(&str, Limit); 6] = [
    ("profile.fluency", Limit::Observed),
    ("profile.nps", Limit::TwoYears),
    ("days_overdue", Limit::TwoYears),
    ("monthly_charge", Limit::Profiling),
    ("data_used_gb", Limit::Profiling),
    ("balance", Limit::Observed),
];

/// The limit of a fact in a whole policy.
pub fn limit(attribute: &str) -> Option<Limit> {
    LIMITS.iter().find(|(name, _)| *name == attribute).map(|(_, limit)| *limit)
}

/// A whole policy: [`HOUSE`], limits on six attributes, two experiments, and rules over the segments.
pub fn whole(schema: &[Attribute], segments: &[Segment], random: &mut Random) -> String {
    let mut text = String::from(HOUSE);
    write_attributes(&mut text, schema, limit);
    write_segments(&mut text, schema, segments);
    write_rules(&mut text, schema, segments, &rules(schema, segments, random));
    let free = free_of_needs(schema, segments);
    let drawn = &segments[*random.pick(&free)].name;
    let _ = write!(
        text,
        r#"
[experiments]
shorter = {{ unit = "household", arms = [{{ name = "as_is", weight = 1 }}, {{ name = "shorter", weight = 1, layout = -60 }}] }}
warmer = {{ when = '!segment.{drawn}', unit = "person", arms = [{{ name = "quiet", weight = 3 }}, {{ name = "warm", weight = 1, assistance = 40, channels = {{ chat = 10 }} }}] }}
"#
    );
    text
}

fn write_attributes(text: &mut String, schema: &[Attribute], limit: fn(&str) -> Option<Limit>) {
    text.push_str("\n[attributes]\n");
    for attribute in schema {
        let limit = limit(&attribute.name).map(Limit::toml);
        if !attribute.is_own() {
            if let Some(limit) = limit {
                let _ = writeln!(text, "{} = {{ {limit} }}", attribute.name);
            }
            continue;
        }
        let (kind, values) = match &attribute.kind {
            Kind::Int(_) => ("int", String::new()),
            Kind::Float(_) => ("float", String::new()),
            Kind::Bool(_) => ("bool", String::new()),
            Kind::Text(_) => ("string", String::new()),
            Kind::Enum(names) => {
                let names: Vec<String> = names.iter().map(|(name, _)| format!("\"{name}\"")).collect();
                ("enum", format!(", values = [{}]", names.join(", ")))
            }
        };
        let limit = limit.map(|limit| format!(", {limit}")).unwrap_or_default();
        let _ = writeln!(text, "{} = {{ type = \"{kind}\"{values}{limit} }}", attribute.name);
    }
}

fn write_segments(text: &mut String, schema: &[Attribute], segments: &[Segment]) {
    text.push_str("\n[segments]\n");
    for segment in segments {
        let _ = writeln!(text, "{} = '{}'", segment.name, segment.when.cel(schema, segments));
    }
}

/// What rules do, one after the other.
const EFFECTS: [&str; 12] = [
    "layout = -60",
    "channels = { chat = 30, phone = 10 }",
    "assistance = 50",
    r#"layout_at_most = "simple""#,
    "layout = 60, assistance = -40",
    r#"adapt = ["plain_language"]"#,
    r#"assistance_at_least = "guided""#,
    "channels = { web = 20, app = 30, post = -50 }",
    r#"layout = -100, adapt = ["fewer_choices", "large_text"]"#,
    r#"never = ["push", "sms"]"#,
    "assistance = 100, channels = { phone = 60, in_person = 20 }",
    r#"layout_at_most = "standard", assistance_at_least = "hints", channels = { email = 10 }"#,
];

/// Visitors from whom the share of a rule is taken.
const SAMPLE: usize = 400;
/// Segments that rules are made of, spread over all.
const CHOICE: usize = 2_000;
/// The share of visitors for whom a rule should hold: D1 hides something from some.
const WANTED: f64 = 0.055;
/// Tries at a rule.
const TRIES: usize = 60;

/// The conditions of the rules: 10 at 10 segments, 40 at 100, 300 from 1,000 on, of which about one in twenty holds for a
/// visitor.
pub fn rules(schema: &[Attribute], segments: &[Segment], random: &mut Random) -> Vec<Condition> {
    let count = match segments.len() {
        0..100 => 10,
        100..1_000 => 40,
        _ => 300,
    };
    let sample = visitors(schema, SAMPLE, random.next(), 0);
    let free = free_of_needs(schema, segments);
    let chosen: Vec<usize> = free.iter().copied().step_by(free.len().div_ceil(CHOICE).max(1)).collect();
    let holds = shares(segments, &chosen, &sample);
    let rule = |_| {
        let mut best: Option<(f64, Condition)> = None;
        for _ in 0..TRIES {
            let [a, b, c] = [(); 3].map(|()| random.below(chosen.len()));
            let (condition, test) = random.pick(&FORMS);
            let held = (0..SAMPLE).filter(|&v| test(holds[a][v], holds[b][v], holds[c][v])).count();
            let share = held as f64 / SAMPLE as f64;
            let off = (share - WANTED).abs();
            if best.as_ref().is_none_or(|(least, _)| off < *least) {
                best = Some((off, condition([a, b, c].map(|place| Condition::Segment(chosen[place])))));
            }
            if off < 0.015 {
                break;
            }
        }
        best.map_or_else(|| Condition::And(Vec::new()), |(_, condition)| condition)
    };
    (0..count).map(rule).collect()
}

/// The segments that do not go by what a device asks for because of a need, themselves or through others: what they say may be
/// used either way (L8).
fn free_of_needs(schema: &[Attribute], segments: &[Segment]) -> Vec<usize> {
    let mut is_free = Vec::with_capacity(segments.len());
    for segment in segments {
        let free =
            segment.when.asks_only(&|attribute| &*schema[attribute].name != "visit.save_data", &is_free);
        is_free.push(free);
    }
    (0..segments.len()).filter(|&n| is_free[n]).collect()
}

/// The name of the `n`th rule.
pub fn rule_name(n: usize) -> String {
    format!("r{n:03}")
}

fn write_rules(text: &mut String, schema: &[Attribute], segments: &[Segment], rules: &[Condition]) {
    text.push_str("\n[rules]\n");
    for (n, rule) in rules.iter().enumerate() {
        let (name, when, effects) = (rule_name(n), rule.cel(schema, segments), EFFECTS[n % EFFECTS.len()]);
        let _ = writeln!(text, "{name} = {{ when = '{when}', {effects}, because = \"this is rule {n}\" }}");
    }
}

/// By chosen segment: for whom of the sample it holds.
fn shares(segments: &[Segment], chosen: &[usize], sample: &[Visitor]) -> Vec<Vec<bool>> {
    let mut holds = vec![Vec::with_capacity(sample.len()); chosen.len()];
    let is_chained = segments.iter().any(|segment| segment.when.uses_segments());
    for visitor in sample {
        let all = if is_chained { condition::values(segments, &visitor.values) } else { Vec::new() };
        for (row, &segment) in holds.iter_mut().zip(chosen) {
            let value = match all.get(segment) {
                Some(value) => *value,
                None => segments[segment].when.value(&visitor.values, &[]),
            };
            row.push(value == Some(true));
        }
    }
    holds
}

/// What a rule asks of up to three segments, and whether it holds if they do.
type Form = (fn([Condition; 3]) -> Condition, fn(bool, bool, bool) -> bool);
const FORMS: [Form; 7] = [
    (|[a, _, _]| a, |a, _, _| a),
    (|[a, b, _]| Condition::Or(vec![a, b]), |a, b, _| a || b),
    (|[a, b, c]| Condition::Or(vec![a, b, c]), |a, b, c| a || b || c),
    (|[a, b, _]| Condition::And(vec![a, b]), |a, b, _| a && b),
    (|[a, b, _]| Condition::And(vec![a, not(b)]), |a, b, _| a && !b),
    (|[a, b, c]| Condition::And(vec![Condition::Or(vec![a, b]), not(c)]), |a, b, c| (a || b) && !c),
    (|[a, b, c]| Condition::Or(vec![a, Condition::And(vec![b, c])]), |a, b, c| a || b && c),
];

fn not(condition: Condition) -> Condition {
    Condition::Not(Box::new(condition))
}
