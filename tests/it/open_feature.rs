//! The provider for OpenFeature, asked as hosts ask it: through the SDK's client.

use std::sync::Arc;

use maitre::{
    AccessNeed, Channel, CustomerProfile, ExperienceSelector, Fact, MaitreProvider, Moment, NeedStrength,
    Policy, SharedSelector, Unit, Visit, Visitor,
};
use open_feature::{
    Client, EvaluationContext, EvaluationContextFieldValue as Field, EvaluationDetails, EvaluationError,
    EvaluationErrorCode as Code, EvaluationReason as Reason, OpenFeature, StructValue, Value,
};
use pollster::block_on;

const POLICY: &str = r#"
format = 1
name = "corner_shop"
purposes = ["messages"]
last_resort = ["in_person"]
channels = [
  { name = "web", base = 40 },
  { name = "sms", base = 10, layout_at_most = "essential" },
  { name = "in_person", staffed = true, open = ["mon-fri 08:00-20:00"] },
]
[attributes]
plan = ["prepaid", "contract"]
extras = { type = "set", members = ["roaming", "tv"] }
since = "timestamp"
[rules]
stuck = { when = 'visit.errors >= 3', assistance_at_least = "guided" }
textual = { when = 'plan == "prepaid"', channels = { sms = 100 } }
watcher = { when = '"tv" in extras', layout = 100 }
new = { when = 'visit.at - since < duration("72h")', layout_at_most = "simple" }
late = { when = 'visit.hour >= 22', layout_at_most = "essential" }
[experiments]
shorter = { when = 'visit.errors == 1', unit = "person", arms = [{ name = "as_is", weight = 1 }, { name = "short", weight = 1, layout = -100 }] }
"#;

/// A Monday.
const NOW: &str = "2026-11-23T10:00:00-03:00";

fn moment(text: &str) -> Moment {
    Moment::parse(text).unwrap()
}
fn selector(text: &str) -> ExperienceSelector {
    ExperienceSelector::compile(&Policy::from_toml(text).unwrap()).unwrap()
}
/// A client of a provider over `shared`, for whom it is always the same Monday.
fn client_of(shared: &Arc<SharedSelector>) -> Client {
    block_on(async {
        let mut api = OpenFeature::default();
        api.set_provider(MaitreProvider::new(Arc::clone(shared), || moment(NOW))).await;
        assert_eq!(api.provider_metadata().await.name, "maitre");
        api.create_client()
    })
}
fn client() -> Client {
    client_of(&Arc::new(SharedSelector::new(selector(POLICY))))
}
fn ana() -> EvaluationContext {
    EvaluationContext::default().with_targeting_key("ana-17")
}
fn text(key: &str, context: &EvaluationContext) -> Result<EvaluationDetails<String>, EvaluationError> {
    block_on(client().get_string_details(key, Some(context), None))
}
fn whole(context: &EvaluationContext) -> EvaluationDetails<StructValue> {
    block_on(client().get_struct_details("experience", Some(context), None)).unwrap()
}
fn told(details: &EvaluationDetails<String>) -> (&str, &Reason, Option<&open_feature::FlagMetadataValue>) {
    assert_eq!(details.variant.as_deref(), Some(&*details.value));
    (&details.value, details.reason.as_ref().unwrap(), details.flag_metadata.values.get("reason"))
}
fn invalid(context: &EvaluationContext) -> String {
    let error = text("experience.layout", context).unwrap_err();
    assert_eq!(error.code, Code::InvalidContext, "{error:?}");
    error.message.unwrap()
}

#[test]
fn a_flag_has_the_value_the_variant_and_the_reason_of_the_decision() {
    let context = ana().with_custom_field("visit.errors", 3).with_custom_field("visit.channel", "web");
    for (key, value, reason, why) in [
        ("experience.channel", "web", Reason::Default, "score"),
        ("experience.layout", "standard", Reason::Default, "default"),
        ("experience.assistance", "guided", Reason::TargetingMatch, "bound:stuck"),
    ] {
        let details = text(key, &context).unwrap();
        assert_eq!(told(&details), (value, &reason, Some(&why.into())), "{key}");
        let digest = Policy::from_toml(POLICY).unwrap().digest().to_string();
        assert_eq!(details.flag_metadata.values["policy"], digest.into());
    }
    // What is said of everybody decides, if nothing is known of somebody.
    assert_eq!(
        told(&text("experience.channel", &ana()).unwrap()),
        ("web", &Reason::Default, Some(&"score".into()))
    );
}

#[test]
fn the_structure_is_the_whole_decision() {
    let context = ana()
        .with_custom_field("visit.errors", 4)
        .with_custom_field("visit.channel", "web")
        .with_custom_field("plan", "prepaid")
        .with_custom_field("profile.needs.large_text", "required");
    let details = whole(&context);
    let wanted = StructValue::default()
        .with_field("channel", "sms")
        .with_field("layout", "essential")
        .with_field("layout_in_use", "standard")
        .with_field("assistance", "guided")
        .with_field("adapt", vec!["large_text"])
        .with_field(
            "way_out",
            StructValue::default().with_field("channel", "in_person").with_field("open", true),
        );
    assert_eq!(details.value, wanted);
    assert_eq!(details.variant.as_deref(), Some("sms/standard/guided"));
    assert_eq!(details.reason, Some(Reason::TargetingMatch));
    let metadata = &details.flag_metadata.values;
    assert_eq!(metadata["reason.channel"], "rules:textual".into());
    assert_eq!(metadata["reason.layout"], "channel".into());
    assert_eq!(metadata["reason.assistance"], "bound:stuck".into());
    assert_eq!(metadata.len(), 4, "{metadata:?}");
    let nothing_known = whole(&ana());
    assert_eq!(nothing_known.reason, Some(Reason::Default));
    assert_eq!(nothing_known.variant.as_deref(), Some("web/standard/hints"));
}

#[test]
fn no_people_no_way_out() {
    let alone = "format = 1\nname = \"alone\"\npeople = false\nlast_resort = [\"web\"]\nchannels = [{ name = \"web\" }]";
    let client = client_of(&Arc::new(SharedSelector::new(selector(alone))));
    let value: StructValue = block_on(client.get_struct_value("experience", Some(&ana()), None)).unwrap();
    assert_eq!(value.fields.get("way_out"), None);
    assert_eq!(value.fields["channel"], "web".into());
}

#[test]
fn the_layout_is_that_of_the_page_that_is_shown_with_its_own_reason() {
    let layout = |context: &EvaluationContext| text("experience.layout", context).unwrap();
    let by = |errors: i32, channel: &str, plan: &str| {
        ana()
            .with_custom_field("visit.errors", errors)
            .with_custom_field("visit.channel", channel)
            .with_custom_field("plan", plan)
    };
    // Served by text message, where little fits; what the page of the web would be for, the decision does not say.
    assert_eq!(told(&layout(&by(0, "web", "prepaid"))), ("standard", &Reason::Unknown, None));
    // Served on the web, and met on a page where little fits: continuity (50) and base (10) are more than the web's 40.
    let met = by(0, "sms", "contract").with_custom_field("profile.preferred_channel.value", "web");
    let met = met.with_custom_field("profile.preferred_channel.source", "declared");
    assert_eq!(told(&layout(&met)), ("essential", &Reason::TargetingMatch, Some(&"channel".into())));
    // Without a channel in use it is the page of the chosen one.
    let none = ana().with_custom_field("plan", "prepaid");
    assert_eq!(told(&layout(&none)), ("essential", &Reason::TargetingMatch, Some(&"channel".into())));
}

#[test]
fn an_arm_is_a_split_by_the_targeting_key_whatever_other_id_there_is() {
    let selector = selector(POLICY);
    let profile = CustomerProfile::new();
    let mut split = 0;
    for n in 0..40 {
        let id = format!("person-{n}");
        let visit = Visit::new(moment(NOW)).with_errors(1).with_id(Unit::Person, id.as_str());
        let wanted = selector.select(&profile, &visit);
        let context = EvaluationContext::default().with_targeting_key(id);
        let flat = context.clone().with_custom_field("visit.errors", 1);
        let other = Visit::new(moment(NOW)).with_errors(1).with_id(Unit::Person, "somebody-else");
        let held =
            context.with_custom_field("visitor", Field::new_struct(Visitor::new(profile.clone(), other)));
        let also = flat.clone().with_custom_field("visit.ids.person", "somebody-else");
        for context in [flat, also, held] {
            let details = text("experience.layout", &context).unwrap();
            assert_eq!(details.value, wanted.layout_in_use().as_str(), "{n}");
            if details.value == "simple" {
                split += 1;
                assert_eq!(told(&details), ("simple", &Reason::Split, Some(&"rules:shorter/short".into())));
                assert_eq!(whole(&context).reason, Some(Reason::Split));
            }
        }
    }
    assert!((30..=90).contains(&split), "{split} of 120");
}

#[test]
fn no_need_is_named_but_in_what_the_page_must_do() {
    let profile = CustomerProfile::new()
        .with_need(AccessNeed::FewerChoices, NeedStrength::Required)
        .with_need(AccessNeed::HumanContact, NeedStrength::Required);
    let visitor = Visitor::new(profile, Visit::new(moment(NOW)).on(Channel::Web));
    let context = ana().with_custom_field("visitor", Field::new_struct(visitor));
    for (key, value) in [("experience.layout", "simple"), ("experience.assistance", "human")] {
        let details = text(key, &context).unwrap();
        assert_eq!(told(&details), (value, &Reason::TargetingMatch, Some(&"need".into())), "{key}");
    }
    let details = whole(&context);
    assert_eq!(details.value.fields["adapt"], vec!["fewer_choices", "human_contact"].into());
    let beside = format!("{:?} {:?}", details.flag_metadata, details.variant);
    assert!(!beside.contains("fewer_choices") && !beside.contains("human_contact"), "{beside}");
}

#[test]
fn every_kind_of_field_is_read() {
    let now = moment(NOW).timestamp().unix_seconds();
    // Its type is the SDK's, and comes through it.
    let at = |seconds: i64| {
        let utc = time::OffsetDateTime::from_unix_timestamp(seconds).unwrap();
        utc.to_offset(time::UtcOffset::from_hms(-3, 0, 0).unwrap())
    };
    let layout = |context: EvaluationContext| text("experience.layout", &context).unwrap().value;
    assert_eq!(layout(ana().with_custom_field("since", at(now - 3_600))), "simple");
    assert_eq!(layout(ana().with_custom_field("since", at(now - 360_000))), "standard");
    // 22:30 by the offset that the time carries.
    assert_eq!(layout(ana().with_custom_field("visit.at", at(now + 45_000))), "essential");
    let members = Field::new_struct(vec!["tv".to_owned()]);
    assert_eq!(layout(ana().with_custom_field("extras", members)), "rich");
    let members = Field::new_struct(Value::from(vec!["tv", "roaming"]));
    assert_eq!(layout(ana().with_custom_field("extras", members)), "rich");
    let profile = StructValue::default()
        .with_field("attributes", StructValue::default().with_field("extras", vec!["tv"]))
        .with_field("age", 74);
    let profile = Field::new_struct(profile);
    assert_eq!(
        layout(ana().with_custom_field("profile", profile).with_custom_field("visit.errors", 2)),
        "rich"
    );
    // What is no number is not known, and what is nobody's may hold anything.
    let odd = ana()
        .with_custom_field("visit.downlink", f64::NAN)
        .with_custom_field("visit.save_data", false)
        .with_custom_field("host", Field::new_struct(Moment::parse(NOW)))
        .with_custom_field("errors", "many");
    assert_eq!(layout(odd), "standard");
}

#[test]
fn a_visitor_is_taken_as_they_are() {
    // Facts that make no sense are passed over, as in any decision.
    let visit: Visit =
        serde_json::from_str(r#"{ "at": "2026-11-23T10:00:00-03:00", "errors": 3, "gpc": 7 }"#).unwrap();
    let visitor = Arc::new(Visitor::new(CustomerProfile::new().with_age(Fact::declared(74)), visit));
    let context = ana().with_custom_field("visitor", Arc::clone(&visitor)).with_custom_field("host", "h-1");
    assert_eq!(text("experience.assistance", &context).unwrap().value, "guided");
    // Nothing that is said beside them is passed over in silence.
    let beside =
        context.clone().with_custom_field("visit.channel", "web").with_custom_field("plan", "prepaid");
    assert_eq!(invalid(&beside), "`plan` stands beside `visitor`, which says all of a visitor");
    let text_of = ana().with_custom_field("visitor", "{}");
    assert_eq!(invalid(&text_of), "found something else in `visitor`, expected a `maitre::Visitor`");
    // A policy may call one of its own attributes so.
    let own = POLICY.replace("since = \"timestamp\"", "since = \"timestamp\"\nvisitor = \"string\"");
    let client = client_of(&Arc::new(SharedSelector::new(selector(&own))));
    let value = block_on(client.get_string_value(
        "experience.channel",
        Some(&ana().with_custom_field("visitor", "x")),
        None,
    ));
    assert_eq!(value.unwrap(), "web");
}

#[test]
fn what_is_not_there_or_of_another_type_has_the_code_of_the_specification() {
    let client = client();
    let context = ana();
    let no = |error: EvaluationError| (error.code, error.message.unwrap());
    let unknown = |key: &str| {
        let all = [
            block_on(client.get_bool_value(key, Some(&context), None)).map(drop),
            block_on(client.get_int_value(key, Some(&context), None)).map(drop),
            block_on(client.get_float_value(key, Some(&context), None)).map(drop),
            block_on(client.get_string_value(key, Some(&context), None)).map(drop),
            block_on(client.get_struct_value::<StructValue>(key, Some(&context), None)).map(drop),
        ];
        all.map(|result| result.map_or_else(no, |()| (Code::General("none".into()), String::new())))
    };
    for (code, message) in unknown("experience.layuot") {
        assert_eq!(
            (code, &*message),
            (Code::FlagNotFound, "unknown flag `experience.layuot`; did you mean `experience.layout`?")
        );
    }
    for key in ["", "Experience", "experience.", "experience.layout_in_use", "\u{0}"] {
        assert!(unknown(key).iter().all(|(code, _)| *code == Code::FlagNotFound), "{key:?}");
    }
    let codes = |key: &str| unknown(key).map(|(code, _)| code == Code::TypeMismatch);
    assert_eq!(codes("experience"), [true, true, true, true, false]);
    assert_eq!(codes("experience.layout"), [true, true, true, false, true]);
    assert_eq!(unknown("experience")[0].1, "`experience` is a structure, and was asked for as a bool");
    // Whatever the context is.
    let odd = EvaluationContext::default();
    assert_eq!(text("experience", &odd).unwrap_err().code, Code::TypeMismatch);
    for context in [EvaluationContext::default(), EvaluationContext::default().with_targeting_key("")] {
        let error = text("experience.layout", &context).unwrap_err();
        assert_eq!(error.code, Code::TargetingKeyMissing);
    }
}

#[test]
fn a_context_that_makes_no_sense_is_told_without_the_values_of_facts() {
    let secret = "sesame, expected open` is none of ` is not within 3";
    let context = ana()
        .with_custom_field("profile.age", 417)
        .with_custom_field("profile.preferred_layout", secret)
        .with_custom_field("profile.preferred_channel", secret)
        .with_custom_field("plan", secret)
        .with_custom_field("journey.stage", secret)
        .with_custom_field("visit.pages", -3)
        .with_custom_field("visit.channel", secret)
        .with_custom_field("visit.attributes.since", secret)
        .with_custom_field("visit.ids.person", 417);
    assert_eq!(
        invalid(&context),
        "journey.stage: expected one of discover, consider, buy, onboard, use, support, renew, leave [wrong_type]; \
         plan: expected one of contract, prepaid [wrong_type]; \
         profile.age: expected an int, 0 to 130 [wrong_type]; \
         profile.preferred_channel: CHANNELS [wrong_type]; \
         profile.preferred_layout: expected one of essential, simple, standard, rich [wrong_type]; \
         visit.attributes.since: `since` is an attribute of the profile, not of the visit [wrong_type]; \
         visit.channel: CHANNELS [wrong_type]; \
         visit.ids.person: does not fit [wrong_type]; and 1 more"
            .replace("CHANNELS", &format!("expected one of {}", Channel::NAMES.join(", ")))
    );
    assert_eq!(
        invalid(&ana().with_custom_field("visit.erors", secret)),
        "visit.erors: unknown key `erors` (did you mean `errors`?) [unknown_field]"
    );
    assert_eq!(
        invalid(&ana().with_custom_field("visit.at", secret)),
        "visit.at: expected a timestamp [wrong_type]"
    );
    let needs = ana().with_custom_field("profile.needs.large_txt", "required");
    assert_eq!(invalid(&needs), "profile.needs: unknown need [unknown_value]");
    let needs = ana().with_custom_field("profile.needs.large_text", "very");
    assert!(invalid(&needs).starts_with("profile.needs: ") && !invalid(&needs).contains("large_text"));
    let twice = ana()
        .with_custom_field("profile.age", 74)
        .with_custom_field("profile", Field::new_struct(StructValue::default().with_field("age", 74)));
    assert_eq!(invalid(&twice), "profile.age: given twice, by `profile` and by `profile.age` [duplicate]");
    let odd = ana().with_custom_field("plan", Field::new_struct(7_u8));
    assert_eq!(
        invalid(&odd),
        "`plan` holds a structure that is not read, expected a `StructValue` or a list of names"
    );
    let mut deep = Value::Bool(true);
    for _ in 0..100 {
        deep = Value::Array(vec![deep]);
    }
    assert!(invalid(&ana().with_custom_field("plan", Field::new_struct(deep))).contains("that is not read"));
    let facts = [
        "pages",
        "errors",
        "retries",
        "rage_clicks",
        "back_steps",
        "idle_seconds",
        "viewport_width",
        "downlink",
        "gpc",
        "device",
        "input",
        "connection",
    ];
    let many = facts
        .iter()
        .fold(ana(), |context, name| context.with_custom_field(format!("visit.{name}"), "line\nbreak"));
    let many = invalid(&many);
    assert!(many.ends_with("; and 4 more") && !many.contains("break"), "{many}");
}

#[test]
fn a_client_asks_what_serves_now() {
    let shared = Arc::new(SharedSelector::new(selector(POLICY)));
    let client = client_of(&shared);
    let layout = || block_on(client.get_string_value("experience.layout", Some(&ana()), None)).unwrap();
    assert_eq!(layout(), "standard");
    shared.replace(selector(&format!("defaults = {{ layout = \"rich\" }}\n{POLICY}")));
    assert_eq!(layout(), "rich");
    shared.roll_back();
    assert_eq!(layout(), "standard");
}

#[test]
fn the_contexts_of_the_api_the_client_and_the_call_are_one() {
    block_on(async {
        let mut api = OpenFeature::default();
        let shared = Arc::new(SharedSelector::new(selector(POLICY)));
        api.set_named_provider("shop", MaitreProvider::new(shared, || moment(NOW))).await;
        api.set_evaluation_context(EvaluationContext::default().with_custom_field("visit.channel", "web"))
            .await;
        let mut client = api.create_named_client("shop");
        client.set_evaluation_context(EvaluationContext::default().with_targeting_key("ana-17"));
        let call = EvaluationContext::default().with_custom_field("plan", "prepaid");
        let value: StructValue = client.get_struct_value("experience", Some(&call), None).await.unwrap();
        assert_eq!(
            (&value.fields["channel"], &value.fields["layout_in_use"]),
            (&"sms".into(), &"standard".into())
        );
    });
}
