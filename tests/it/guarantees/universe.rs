//! A small world: policies over a few attributes, and all visitors that they can tell apart.

use maitre::{
    AccessNeed, AssistanceLevel, Channel, CustomerProfile, Fact, Journey, LayoutComplexity, Moment,
    NeedStrength, Prior, Reach, Visit,
};

use super::Promise;
use crate::generate::random::Random;

pub fn channels() -> Vec<String> {
    ["web", "app", "phone", "in_person"].map(str::to_owned).into()
}

const LEAVES: [&str; 12] = [
    "visit.errors >= 2",
    "journey.failed_steps >= 3",
    "profile.fluency < 30",
    "profile.fluency >= 70",
    "known(profile.fluency)",
    "\"fewer_choices\" in profile.needs",
    "\"no_voice_calls\" in profile.required_needs",
    "size(profile.needs) > 0",
    "visit.channel == \"web\"",
    "visit.hour >= 20",
    "declared(profile.preferred_layout)",
    "profile.preferred_layout == \"rich\"",
];
/// Those that do not speak of needs: for rules that L8 would refuse otherwise.
const PLAIN: [usize; 9] = [0, 1, 2, 3, 4, 8, 9, 10, 11];

fn tree(random: &mut Random, depth: usize, leaf: &dyn Fn(&mut Random) -> String) -> String {
    if depth == 0 || random.chance(25) {
        let leaf = leaf(random);
        return if random.chance(20) { format!("!({leaf})") } else { leaf };
    }
    let (left, right) = (tree(random, depth - 1, leaf), tree(random, depth - 1, leaf));
    match random.below(5) {
        0 | 1 => format!("({left} && {right})"),
        2 | 3 => format!("({left} || {right})"),
        _ => format!("({left} ? {right} : {})", tree(random, depth - 1, leaf)),
    }
}

pub fn condition(random: &mut Random) -> String {
    tree(random, 2, &|random| LEAVES[random.below(LEAVES.len())].to_owned())
}

fn plain(random: &mut Random) -> String {
    let depth = random.below(3);
    tree(random, depth, &|random| LEAVES[PLAIN[random.below(PLAIN.len())]].to_owned())
}

pub fn policy(random: &mut Random) -> String {
    let mut text = String::from("format = 1\nname = \"small\"\nlast_resort = [\"phone\", \"in_person\"]\n");
    let layout = LayoutComplexity::ALL[random.below(4)];
    let assistance = AssistanceLevel::ALL[random.below(5)];
    text += &format!("defaults = {{ layout = \"{layout}\", assistance = \"{assistance}\" }}\n");
    text += "channels = [\n";
    for name in channels() {
        let base = random.within(0, 6) * 10;
        let staffed = if matches!(name.as_str(), "phone" | "in_person") { ", staffed = true" } else { "" };
        let open =
            if staffed.is_empty() || random.chance(50) { "" } else { ", open = [\"mon-sun 08:00-20:00\"]" };
        let cap = random
            .maybe(30, |random| format!(", layout_at_most = \"{}\"", LayoutComplexity::ALL[random.below(4)]));
        let reach = if name == "app" && random.chance(50) { ", reach = \"verified\"" } else { "" };
        text += &format!(
            "  {{ name = \"{name}\", base = {base}{staffed}{open}{reach}{} }},\n",
            cap.unwrap_or_default()
        );
    }
    text += "]\n";
    let limit = if random.chance(30) { "profile.fluency = { min_source = \"observed\" }\n" } else { "" };
    text += &format!("[attributes]\n{limit}[segments]\n");
    for n in 0..2 {
        let include = if random.chance(40) { ", on_unknown = \"include\"" } else { "" };
        text += &format!("s{n} = {{ when = '{}'{include} }}\n", plain(random));
    }
    text += "[rules]\n";
    for n in 0..1 + random.below(5) {
        let when = if random.chance(30) {
            format!("segment.s{} && {}", random.below(2), plain(random))
        } else {
            plain(random)
        };
        let effect = match random.below(6) {
            0 => format!("layout = {}", random.one(&[-150, -60, -30, 40, 100])),
            1 => format!("assistance = {}", random.one(&[-150, -60, -30, 40, 100])),
            2 => format!("layout_at_most = \"{}\"", LayoutComplexity::ALL[random.below(4)]),
            3 => format!("assistance_at_least = \"{}\"", AssistanceLevel::ALL[random.below(5)]),
            4 => format!("never = [\"{}\"]", channels()[random.below(3)]),
            _ => format!("channels = {{ {} = {} }}", channels()[random.below(4)], random.one(&[-60, 20, 60])),
        };
        text += &format!("r{n} = {{ when = '{when}', {effect} }}\n");
    }
    if random.chance(40) {
        let when = plain(random);
        text += &format!(
            "[experiments]\ne = {{ when = '{when}', unit = \"person\", arms = [{{ name = \"a\", weight = 1 }}, {{ name = \"b\", weight = 1, layout = 60, assistance = -60 }}] }}\n"
        );
    }
    text
}

/// Makes the promise that the last bound of the policy seems to keep: of the rule's visitors, or of some more or fewer.
pub fn promised(policy: &str, promise: &mut Promise, random: &mut Random) {
    let rules: Vec<&str> = policy.lines().filter(|line| line.starts_with('r')).collect();
    let bounds = ["layout_at_most", "assistance_at_least", "never"];
    let Some((rule, bound)) =
        rules.iter().rev().find_map(|rule| Some((rule, bounds.iter().find(|bound| rule.contains(**bound))?)))
    else {
        return;
    };
    let when = rule.split('\'').nth(1).unwrap_or_default().to_owned();
    promise.when = match random.below(4) {
        0 => format!("({when}) || {}", condition(random)),
        1 => format!("({when}) && {}", condition(random)),
        _ => when,
    };
    (promise.layout, promise.assistance, promise.never) = (None, None, None);
    let level = rule.rsplit('"').nth(1).unwrap_or_default();
    match *bound {
        "layout_at_most" => {
            promise.layout = LayoutComplexity::parse(level).filter(|level| *level < LayoutComplexity::Rich)
        }
        "assistance_at_least" => {
            promise.assistance =
                AssistanceLevel::parse(level).map(|level| level.min(AssistanceLevel::Callback))
        }
        _ => promise.never = Some(level.to_owned()),
    }
}

/// Channel in use, preferred channel, preferred assistance, prior decision, and what else goes with that number.
type Way = (Option<Channel>, Option<Channel>, Option<AssistanceLevel>, Option<Prior>, u8);

/// All visitors: one for each combination of what any such policy tells apart, but for what hardly ever counts together.
pub fn visitors() -> impl Iterator<Item = (CustomerProfile, Visit)> {
    let counts: [(u32, u32); 4] = [(0, 0), (2, 0), (0, 3), (2, 3)];
    let fluencies = [None, Some(20), Some(50), Some(80)];
    let needs = [
        (None, NeedStrength::Preferred),
        (Some(AccessNeed::FewerChoices), NeedStrength::Required),
        (Some(AccessNeed::FewerChoices), NeedStrength::Preferred),
        (Some(AccessNeed::NoVoiceCalls), NeedStrength::Required),
        (Some(AccessNeed::HumanContact), NeedStrength::Required),
    ];
    let layouts = [
        None,
        Some(Fact::declared(LayoutComplexity::Rich)),
        Some(Fact::observed(LayoutComplexity::Rich)),
        Some(Fact::declared(LayoutComplexity::Essential)),
    ];
    // What goes together: channel in use, preferred channel, preferred assistance, prior, hour, reach, id.
    let ways: Vec<Way> = vec![
        (None, None, None, None, 0),
        (Some(Channel::Web), None, None, None, 1),
        (Some(Channel::App), Some(Channel::App), Some(AssistanceLevel::SelfService), None, 2),
        (
            Some(Channel::Phone),
            Some(Channel::Phone),
            None,
            Some(Prior { layout: LayoutComplexity::Rich, assistance: AssistanceLevel::SelfService }),
            3,
        ),
        (
            Some(Channel::Email),
            Some(Channel::InPerson),
            None,
            Some(Prior { layout: LayoutComplexity::Essential, assistance: AssistanceLevel::Human }),
            4,
        ),
        (None, Some(Channel::Web), Some(AssistanceLevel::Human), None, 5),
    ];
    let mut all = Vec::new();
    for &(errors, failed_steps) in &counts {
        for fluency in fluencies {
            for (need, strength) in needs {
                for layout in &layouts {
                    for (in_use, preferred, assistance, prior, kind) in &ways {
                        let mut profile = CustomerProfile::new();
                        if let Some(fluency) = fluency {
                            profile = profile.with_fluency(Fact::observed(fluency));
                        }
                        if let Some(need) = need {
                            profile = profile.with_need(need, strength);
                        }
                        if let Some(layout) = layout {
                            profile = profile.with_preferred_layout(*layout);
                        }
                        if let Some(channel) = preferred {
                            profile = profile.with_preferred_channel(*channel);
                        }
                        if let Some(level) = assistance {
                            profile = profile.with_preferred_assistance(*level);
                        }
                        if kind % 2 == 0 {
                            profile = profile
                                .with_reach(Channel::App, Reach::Verified)
                                .with_habit(Channel::Phone, 4);
                        }
                        if *kind == 3 {
                            profile = profile
                                .with_reach(Channel::InPerson, Reach::Blocked)
                                .with_habit(Channel::App, 3)
                                .with_open_cases(1);
                        }
                        let hour =
                            if kind % 3 == 1 { "2026-11-23T22:00:00Z" } else { "2026-11-23T10:00:00Z" };
                        let mut visit = Visit::new(Moment::parse(hour).unwrap()).with_errors(errors);
                        visit = visit
                            .with_journey(Journey { failed_steps, ..Journey::default() })
                            .with_prior(*prior);
                        if let Some(channel) = in_use {
                            visit = visit.on(*channel);
                        }
                        if *kind > 1 {
                            visit =
                                visit.with_id(maitre::Unit::Person, format!("p{kind}{errors}{failed_steps}"));
                        }
                        all.push((profile, visit));
                    }
                }
            }
        }
    }
    all.into_iter()
}
