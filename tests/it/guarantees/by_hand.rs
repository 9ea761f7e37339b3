//! Guarantees that people might write, and what is said of them.

use maitre::{ExperienceSelector, Policy, Proof, ReasonCode, WhyInconclusive};

const SHOP: &str = r#"
format = 1
name = "corner_shop"
defaults = { layout = "standard", assistance = "hints" }
last_resort = ["phone", "in_person"]
channels = [
  { name = "web", base = 50 },
  { name = "sms", base = 0 },
  { name = "phone", staffed = true, open = ["mon-fri 08:00-20:00"] },
  { name = "in_person", staffed = true },
]
"#;

fn compile(rest: &str) -> Result<ExperienceSelector, String> {
    let policy = Policy::from_toml(&format!("{SHOP}{rest}")).unwrap_or_else(|error| panic!("{error}"));
    ExperienceSelector::compile(&policy).map_err(|error| error.to_string())
}

fn refusal(rest: &str) -> String {
    match compile(rest) {
        Ok(_) => panic!("{rest} is not refused"),
        Err(error) => error,
    }
}

#[test]
fn a_guarantee_is_refuted_by_three_rules_that_act_together() {
    // Points: 20, 20 and 20 bring the layout from `standard` to `rich`; no two of them do.
    let rules = r#"
        weights = { margin = 0 }
        [rules]
        fluent = { when = 'profile.fluency >= 70', layout = 20 }
        wide = { when = 'visit.viewport_width >= 1200', layout = 20 }
        regular = { when = 'profile.visits >= 10', layout = 20 }
        [guarantees]
        calm_when_upset = { when = 'profile.mood <= -40 && !declared(profile.preferred_layout)', layout_at_most = "standard" }
    "#;
    assert_eq!(
        refusal(rules),
        "guarantee `calm_when_upset` does not hold: `rich` is laid out where at most `standard` is promised; the rules `fluent`, \
         `regular` and `wide` hold for them\n\
         profile = { fluency = 70, mood = -40, visits = 10 }\n\
         visit = { at = 2026-11-23T10:00:00-03:00, viewport_width = 1200 }"
    );
    // With 20, 20 and 9 it stays.
    assert!(
        compile(&rules.replace("'profile.visits >= 10', layout = 20", "'profile.visits >= 10', layout = 9"))
            .is_ok()
    );
}

#[test]
fn what_a_condition_cuts_off_below_no_habit_and_a_known_sec_gpc_hide_nobody() {
    // A habit of `sms` makes up for what the others are ahead, whatever a rule asks of the habit of `web`.
    let habit = |when: &str| {
        format!(
            "rules.a = {{ when = '{when}', layout = -100 }}\n\
             guarantees.g = {{ when = 'visit.channel == \"web\" && !known(profile.preferred_channel)', never = [\"sms\"] }}"
        )
    };
    for when in ["profile.habit.web >= 0", "visit.pages >= 0"] {
        let told = refusal(&format!("weights = {{ habit = 20, continuity = 0 }}\n{}", habit(when)));
        assert!(told.contains("`sms` serves, which is promised never to be"), "{told}");
        assert!(told.contains("habit = { sms = "), "{told}");
    }
    let gpc = r#"
        purposes = ["ads"]
        gpc = ["ads"]
        attributes.x = { type = "int", consent = "ads" }
        rules.a = { when = 'known(visit.gpc) && x == 5', layout = 100 }
        guarantees.g = { when = 'known(visit.gpc) && x == 5', layout_at_most = "standard" }
    "#;
    let told = refusal(gpc);
    assert!(told.contains("`rich` is laid out where at most `standard` is promised"), "{told}");
}

#[test]
fn who_did_not_say_so_themselves_is_found_too_where_something_is_worked_out() {
    let guarantee = |when: &str| {
        format!("attributes.n = \"int\"\nguarantees.g = {{ when = '{when}', layout_at_most = \"simple\" }}")
    };
    for when in ["n * n == 49", "declared(n) && n * n == 49", "!declared(n) && n * n == 49"] {
        let told = refusal(&guarantee(when));
        assert!(told.contains("does not hold: `standard` is laid out"), "{when}: {told}");
    }
}

#[test]
fn a_bound_proves_a_guarantee_and_a_hole_in_it_is_found() {
    let rule = r#"rules.calm = { when = 'profile.mood <= -40', assistance_at_least = "callback" }"#;
    let promise = r#"guarantees.heard = { when = 'profile.mood <= -50', assistance_at_least = "callback" }"#;
    let proven = compile(&format!("{rule}\n{promise}")).unwrap();
    let [heard] = proven.guarantees() else { panic!("{:?}", proven.guarantees()) };
    assert_eq!(heard.proof, Proof::Proven);
    assert_eq!(heard.to_string(), "guarantee `heard` is proven for every visitor");
    // Where no channel is in use, it is unknown whether it is the web.
    let hole = rule.replace("profile.mood <= -40", "profile.mood <= -40 && visit.channel != \"web\"");
    assert_eq!(
        refusal(&format!("{hole}\n{promise}")),
        "guarantee `heard` does not hold: `hints` is the assistance where at least `callback` is promised; no rule holds for them\n\
         profile = { mood = -50 }\n\
         visit = { at = 2026-11-23T10:00:00-03:00 }"
    );
}

#[test]
fn a_person_is_promised_only_where_somebody_is_there_at_every_hour() {
    let rule = r#"rules.person = { when = 'visit.errors >= 3', assistance_at_least = "human" }"#;
    let promise = r#"guarantees.person = { when = 'visit.errors >= 3', assistance_at_least = "human" }"#;
    // Somebody is always there in person.
    assert!(compile(&format!("{rule}\n{promise}")).is_ok());
    let closed = SHOP.replace(
        r#"{ name = "in_person", staffed = true }"#,
        r#"{ name = "in_person", staffed = true, open = ["mon-fri 10:00-18:00"] }"#,
    );
    let policy = Policy::from_toml(&format!("{closed}{rule}\n{promise}")).unwrap();
    let Err(error) = ExperienceSelector::compile(&policy) else { panic!("closed at night") };
    let [refuted] = error.guarantees() else { panic!("{error}") };
    let Proof::Refuted(found) = &refuted.proof else { panic!("{refuted}") };
    assert_eq!(found.experience.assistance.as_str(), "callback");
    assert_eq!(found.reason, ReasonCode::NobodyThere);
    assert!(
        found.breach.ends_with("is promised, since no staffed channel is open at that hour"),
        "{found:?}"
    );
    // Whoever writes it can look at how it would decide, and see why.
    let looked_at = ExperienceSelector::compile_unproven(&policy).unwrap();
    let explained = looked_at.explain(&found.witness.profile, &found.witness.visit);
    assert_eq!(explained.decision().experience(), found.experience);
    assert!(explained.to_string().contains("because nobody is there at this hour"), "{explained}");
}

#[test]
fn what_is_worked_out_is_free_and_is_said_to_be() {
    // Nobody has more failed steps than attempts and fewer at the same time; the search does not know.
    let text = r#"
        [rules]
        a = { when = 'journey.failed_steps * 2 > journey.attempts', assistance_at_least = "guided" }
        b = { when = 'journey.failed_steps * 2 <= journey.attempts', assistance_at_least = "guided" }
        [guarantees]
        helped = { when = 'visit.errors > 0', assistance_at_least = "guided" }
    "#;
    assert_eq!(
        refusal(text),
        "guarantee `helped` is neither proven nor refuted: the search leaves room for somebody for whom it does not hold, but nobody \
         was found; what is worked out in `journey.failed_steps * 2 <= journey.attempts` and `journey.failed_steps * 2 > \
         journey.attempts` is taken as able to have any value"
    );
    let warned =
        compile(&text.replace("'visit.errors > 0',", "'visit.errors > 0', inconclusive = \"warn\","))
            .unwrap();
    let [helped] = warned.guarantees() else { panic!() };
    assert_eq!(helped.proof, Proof::Inconclusive(WhyInconclusive::NobodyFound));
}

/// `holes` and one pigeon more, each in some hole and no two in one: false, and hard to see.
fn pigeons(holes: usize) -> (String, String) {
    let name = |pigeon: usize, hole: usize| format!("p{pigeon}_{hole}");
    let attributes =
        (0..=holes).flat_map(|p| (0..holes).map(move |h| format!("{} = \"bool\"\n", name(p, h))));
    let each = (0..=holes).map(|p| {
        let some: Vec<_> = (0..holes).map(|h| name(p, h)).collect();
        format!("({})", some.join(" || "))
    });
    let pairs = (0..holes).flat_map(|h| {
        (0..=holes).flat_map(move |a| (0..a).map(move |b| format!("!({} && {})", name(a, h), name(b, h))))
    });
    (attributes.collect(), each.chain(pairs).collect::<Vec<_>>().join(" && "))
}

#[test]
fn a_guarantee_made_to_be_hard_ends_within_its_budget_and_says_so() {
    let (attributes, when) = pigeons(9);
    let promise = format!("guarantees.hard = {{ when = '{when}', layout_at_most = \"essential\" }}");
    let text = format!("{SHOP}{promise}\n[attributes]\n{attributes}");
    let policy = Policy::from_toml(&text).unwrap_or_else(|error| panic!("{error}"));
    let Err(error) = ExperienceSelector::compile_within(&policy, 2_000) else { panic!("it was told") };
    let [hard] = error.guarantees() else { panic!("{error}") };
    assert_eq!((&hard.proof, hard.warns), (&Proof::Inconclusive(WhyInconclusive::Budget), false));
    assert_eq!(error.to_string(), "guarantee `hard` could not be told within 4000 steps");
    // Many of them have one budget together.
    let many: String = (0..60).map(|n| promise.replace("hard", &format!("hard_{n}")) + "\n").collect();
    let policy = Policy::from_toml(&format!("{SHOP}{many}[attributes]\n{attributes}")).unwrap();
    let Err(error) = ExperienceSelector::compile_within(&policy, 50) else { panic!("it was told") };
    let steps: Vec<u64> = error.guarantees().iter().map(|one| one.steps).collect();
    assert!(
        steps.iter().sum::<u64>() <= 1_100 && steps.first() == Some(&100) && steps.last() == Some(&0),
        "{steps:?}"
    );
    // A small one is told.
    let (attributes, when) = pigeons(2);
    let promise = format!("guarantees.hard = {{ when = '{when}', layout_at_most = \"essential\" }}");
    let policy = Policy::from_toml(&format!("{SHOP}{promise}\n[attributes]\n{attributes}")).unwrap();
    assert_eq!(ExperienceSelector::compile(&policy).unwrap().guarantees()[0].proof, Proof::Proven);
}
