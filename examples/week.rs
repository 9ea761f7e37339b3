//! One person through a week: what happens to her, what is recorded of it, how she is served next, and why that is not
//! as it was before. The person is invented; the policy is that of the quickstart.
//!
//! `cargo run --release --example week`

use std::collections::BTreeSet;
use std::error::Error;
use std::path::Path;

use maitre::{
    AccessNeed, Channel, Connection, CustomerProfile, Decision, Device, ExperienceSelector, Fact, Feedback,
    JourneyStage, Moment, NeedStrength, Offset, Outcome, Policy, Reach, Touchpoint, Visit,
};

#[path = "quickstart/print.rs"]
mod print;
use print::{say, wrapped};

const WIDTH: usize = 100;

fn main() -> Result<(), Box<dyn Error>> {
    let examples = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples");
    let text = std::fs::read_to_string(examples.join("policies").join("harbour_mobile.toml"))?;
    let policy = Policy::from_toml(&text)?;
    let selector = ExperienceSelector::compile(&policy)?;

    say!("A week with Ines");
    say!("{}", "=".repeat(WIDTH));
    let who = "Ines is 67 and has been a customer for fourteen months. She pays by card, has her bills sent by e-mail, \
               and allows us to write to her and to remember how she felt. She has never used our web site. What follows \
               is what the policy of Harbour Mobile makes of her week: on each day what happens, how she is served, and \
               what is different from the time before.";
    say!("{}", wrapped(who, "", WIDTH));

    let mut house = House { selector, ines: ines(), before: None };
    for day in week()? {
        house.live(&day);
    }
    Ok(())
}

/// What the company knows on Sunday night.
fn ines() -> CustomerProfile {
    CustomerProfile::new()
        .with_age(67)
        .with_consent("messages", None)
        .with_consent("profiling", None)
        .with_reach(Channel::Sms, Reach::Verified)
        .with_attribute("tenure_months", 14)
        .with_attribute("contract", "one_year")
        .with_attribute("internet", "dsl")
        .with_attribute("tech_support", false)
        .with_attribute("paperless", true)
        .with_attribute("payment", "credit_card")
        .with_attribute("monthly_charge", 64.9)
        .with_attribute("home_language", "english")
        .with_attribute("work", "not_in_labor_force")
}

/// The host: it keeps the profile and the last decision, as any host does.
struct House {
    selector: ExperienceSelector,
    ines: CustomerProfile,
    before: Option<Served>,
}

/// What a day is compared with.
struct Served {
    decision: Decision,
    rules: BTreeSet<String>,
}

/// One day: what happens, in words and as touchpoints; then she is there and is served.
struct Day {
    title: &'static str,
    story: &'static str,
    touchpoints: Vec<Touchpoint>,
    /// What the company learns beside the touchpoints.
    learns: fn(CustomerProfile) -> CustomerProfile,
    visit: Visit,
}

/// What happens to Ines. The house is in California.
fn week() -> Result<Vec<Day>, Box<dyn Error>> {
    let at = |time: &str| {
        Moment::parse(&format!("2026-11-{time}:00-08:00")).ok_or("a time of the week is not a time")
    };
    let on =
        |time: &str, channel, outcome| at(time).map(|at| Touchpoint::new(at.timestamp(), channel, outcome));
    let plan_change =
        |touchpoint: Touchpoint| touchpoint.in_journey("plan_change").at_stage(JourneyStage::Use);
    let by = |visit: Visit, channel, device, width| {
        visit
            .on(channel)
            .with_device(Fact::request(device))
            .with_viewport_width(Fact::request(width))
            .with_connection(Fact::request(Connection::Like4g))
            .with_downlink(Fact::request(9.5))
            .with_save_data(Fact::request(false))
    };
    let by_desktop = |visit| by(visit, Channel::Web, Device::Desktop, 1280);
    let by_phone_in_hand = |visit| by(visit, Channel::App, Device::Mobile, 412);
    Ok(vec![
        Day {
            title: "Monday, 18:20: an advertisement",
            story: "We send her a text message about the new plans. She follows the link in the evening, at her computer.",
            touchpoints: vec![on("23T12:00", Channel::Sms, Outcome::Contacted)?],
            learns: |ines| ines,
            visit: by_desktop(Visit::new(at("23T18:20")?)).with_campaign("autumn_plans"),
        },
        Day {
            title: "Tuesday, 18:30: she comes back",
            story: "The advertisement has done its work: she comes back by herself, and now sees the whole page.",
            touchpoints: vec![
                on("23T18:20", Channel::Web, Outcome::Visited)?,
                on("24T18:30", Channel::Web, Outcome::Visited)?,
            ],
            learns: |ines| ines,
            visit: by_desktop(Visit::new(at("24T18:30")?)),
        },
        Day {
            title: "Tuesday, 18:45: the same step, three times",
            story: "She begins to change her plan. The last page will not take her confirmation: once, \
                    twice, three times.",
            touchpoints: vec![
                plan_change(on("24T18:31", Channel::Web, Outcome::Started)?).at_step("choose"),
                plan_change(on("24T18:36", Channel::Web, Outcome::MovedOn)?).at_step("confirm"),
                plan_change(on("24T18:38", Channel::Web, Outcome::Failed)?),
                plan_change(on("24T18:41", Channel::Web, Outcome::Failed)?),
                plan_change(on("24T18:44", Channel::Web, Outcome::Failed)?),
            ],
            learns: |ines| ines,
            visit: by_desktop(Visit::new(at("24T18:45")?)),
        },
        Day {
            title: "Wednesday, 10:00: she calls us",
            story: "She had closed the page without a word to the chat. In the morning she calls, and says what she thinks of us. \
                    The agent opens a case, and asks whether anything would make the site easier. Larger text, she says. The \
                    agent notes it, and sends her the app.",
            touchpoints: vec![
                on("25T10:00", Channel::Phone, Outcome::CaseOpened)?
                    .in_journey("plan_change")
                    .with_feedback(Feedback { mood: Some(-70), effort: Some(7), nps: None }),
            ],
            learns: |ines| {
                ines.with_need(AccessNeed::LargeText, NeedStrength::Preferred)
                    .with_reach(Channel::App, Reach::Verified)
                    .with_reach(Channel::Push, Reach::Verified)
            },
            visit: Visit::new(at("25T10:05")?).on(Channel::Phone),
        },
        Day {
            title: "Thursday, 20:40: she looks into the app",
            story: "In the evening she opens the app on her phone, to see whether anything has happened.",
            touchpoints: vec![on("26T20:40", Channel::App, Outcome::Visited)?],
            learns: |ines| ines,
            visit: by_phone_in_hand(Visit::new(at("26T20:40")?)),
        },
        Day {
            title: "Friday, 15:30: it is done",
            story: "A technician finds the fault, changes the plan for her and calls to say so. The case is closed. She is \
                    asked how it was, and is kind. Then she opens the app.",
            touchpoints: vec![
                on("27T15:00", Channel::Phone, Outcome::Done)?.in_journey("plan_change"),
                on("27T15:05", Channel::Phone, Outcome::CaseClosed)?.begun_by_us().with_feedback(Feedback {
                    mood: Some(60),
                    effort: Some(2),
                    nps: Some(8),
                }),
                on("27T15:30", Channel::App, Outcome::Visited)?,
            ],
            learns: |ines| ines,
            visit: by_phone_in_hand(Visit::new(at("27T15:30")?)),
        },
        Day {
            title: "Sunday, 21:30: a quiet evening",
            story: "She looks at the bill of the new plan, in the app, finds it right and goes to bed.",
            touchpoints: vec![
                on("29T21:28", Channel::App, Outcome::Visited)?,
                on("29T21:29", Channel::App, Outcome::Started)?
                    .in_journey("billing")
                    .at_stage(JourneyStage::Use),
            ],
            learns: |ines| ines,
            visit: by_phone_in_hand(Visit::new(at("29T21:30")?)),
        },
    ])
}

impl House {
    fn live(&mut self, day: &Day) {
        say!("\n{}\n{}", day.title, "-".repeat(day.title.chars().count()));
        say!("{}", wrapped(day.story, "", WIDTH));
        say!("\n  What we record");
        for touchpoint in &day.touchpoints {
            say!("    {}", in_words(touchpoint));
            self.ines.record(touchpoint);
        }
        self.ines = (day.learns)(std::mem::take(&mut self.ines));

        let mut visit = day.visit.clone();
        if let Some(before) = &self.before {
            visit = visit.with_prior(before.decision.prior());
        }
        let explanation = self.selector.explain(&self.ines, &visit);
        say!("\n  How she is served");
        say!("{}", wrapped(&aloud(&explanation.to_string()), "    ", WIDTH));

        let now = Served {
            decision: *explanation.decision(),
            rules: explanation.rules().map(str::to_owned).collect(),
        };
        say!("\n  What is different, and why");
        match &self.before {
            None => say!("    She has not been here before."),
            Some(before) => {
                for line in self.changes(before, &now) {
                    say!("{}", wrapped(&line, "    ", WIDTH));
                }
            }
        }
        self.before = Some(now);
    }

    /// What is not as it was: the outcome, then the reasons that have come and gone.
    fn changes(&self, before: &Served, now: &Served) -> Vec<String> {
        let (old, new) = (before.decision.experience(), now.decision.experience());
        let mut lines = Vec::new();
        let mut axis = |name: &str, old: &str, new: &str| {
            if old != new {
                lines.push(format!("{name}: {new}, was {old}"));
            }
        };
        axis("Channel", old.channel.as_str(), new.channel.as_str());
        axis("Layout", old.layout.as_str(), new.layout.as_str());
        axis("Assistance", old.assistance.as_str(), new.assistance.as_str());
        axis("Way out", &way_out(&before.decision), &way_out(&now.decision));
        if lines.is_empty() {
            lines.push("She is served as the last time.".to_owned());
        }
        for rule in now.rules.difference(&before.rules) {
            lines.push(format!("New reason: {}", self.because(rule)));
        }
        for rule in before.rules.difference(&now.rules) {
            lines.push(format!("No longer: {}", self.because(rule)));
        }
        lines
    }

    /// What the policy says of a rule, in its own words.
    fn because(&self, rule: &str) -> String {
        let said = self.selector.policy().document().rules.get(rule).and_then(|rule| rule.because.as_deref());
        format!("\u{201c}{}\u{201d} ({rule})", said.unwrap_or("no reason is given"))
    }
}

/// `24 18:38 web failed`, the day of the month and the hour being the house's.
fn in_words(touchpoint: &Touchpoint) -> String {
    let offset = Offset::from_minutes(-8 * 60).unwrap_or_default();
    let at = Moment::new(touchpoint.at(), offset).to_string();
    let (day, hour) = (at.get(8..10).unwrap_or_default(), at.get(11..16).unwrap_or_default());
    let what = touchpoint.outcome().as_str().replace('_', " ");
    format!("{day} November {hour}  {:6} {what}", touchpoint.channel().as_str())
}

/// An explanation without the channels that came second and the rules that could not be decided: what one reads aloud.
fn aloud(explanation: &str) -> String {
    let lines = explanation.lines().filter(|line| !line.starts_with("Rule "));
    let told = lines.map(|line| line.split(" The next choice").next().unwrap_or(line));
    told.map(|line| line.split(" Not possible: ").next().unwrap_or(line)).collect::<Vec<_>>().join("\n")
}

fn way_out(decision: &Decision) -> String {
    match decision.way_out() {
        Some(way) if way.open => format!("{}, open now", way.channel),
        Some(way) => format!("{}, closed at this hour", way.channel),
        None => "none".to_owned(),
    }
}
