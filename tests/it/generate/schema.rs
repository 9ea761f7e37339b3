//! The attributes that the conditions of one document speak of, by type.

use super::random::Random;
use crate::oracle::document::{Document, Kind};

/// Which attributes a document's conditions may speak of, by type.
pub struct Schema {
    pub(super) ints: Vec<(String, i64, i64)>,
    pub(super) floats: Vec<String>,
    pub(super) bools: Vec<String>,
    pub(super) texts: Vec<String>,
    pub(super) times: Vec<String>,
    pub(super) enums: Vec<(String, Vec<String>)>,
    pub(super) sets: Vec<(String, Vec<String>)>,
    pub(super) segments: Vec<String>,
}

const BUILT_IN: [&str; 52] = [
    "profile.age",
    "profile.language",
    "profile.region",
    "profile.fluency",
    "profile.needs",
    "profile.needs",
    "profile.needs",
    "profile.required_needs",
    "profile.consents",
    "profile.preferred_channel",
    "profile.preferred_layout",
    "profile.preferred_assistance",
    "profile.mood",
    "profile.mood_trend",
    "profile.effort",
    "profile.nps",
    "profile.tenure_days",
    "profile.tier",
    "profile.visits",
    "profile.orders",
    "profile.open_cases",
    "visit.at",
    "visit.offset",
    "visit.hour",
    "visit.weekday",
    "visit.channel",
    "visit.device",
    "visit.input",
    "visit.viewport_width",
    "visit.connection",
    "visit.downlink",
    "visit.device_memory",
    "visit.save_data",
    "visit.reduced_motion",
    "visit.forced_colors",
    "visit.color_scheme",
    "visit.campaign",
    "visit.returning",
    "visit.pages",
    "visit.errors",
    "visit.retries",
    "visit.rage_clicks",
    "visit.idle_seconds",
    "visit.gpc",
    "journey.name",
    "journey.stage",
    "journey.step",
    "journey.channel",
    "journey.attempts",
    "journey.failed_steps",
    "journey.elapsed_seconds",
    "journey.abandoned",
];

impl Schema {
    /// A few of the built-in attributes of `document` and all its own: few, so that conditions overlap.
    pub fn of(document: &Document, random: &mut Random) -> Self {
        let mut names: Vec<String> = document.attributes.keys().cloned().collect();
        names.extend(random.some(&BUILT_IN, 24));
        names.extend(
            ["visit.hour", "profile.fluency", "journey.failed_steps", "profile.needs"].map(str::to_owned),
        );
        for family in ["reach", "contacts_30d", "uses", "success", "habit"] {
            let channel = &random.pick(&document.channels).name;
            names.push(format!("profile.{family}.{channel}"));
        }
        let mut schema = Self {
            ints: Vec::new(),
            floats: Vec::new(),
            bools: Vec::new(),
            texts: Vec::new(),
            times: vec!["visit.at".to_owned()],
            enums: Vec::new(),
            sets: Vec::new(),
            segments: Vec::new(),
        };
        for name in names {
            match document.kind(&name).expect("an attribute of the document") {
                Kind::Bool => schema.bools.push(name),
                Kind::Int(min, max) => schema.ints.push((name, min, max)),
                Kind::Float => schema.floats.push(name),
                Kind::Text => schema.texts.push(name),
                Kind::Time => schema.times.push(name),
                Kind::Enum(values) => schema.enums.push((name, values)),
                Kind::Set(members) if members.is_empty() => {}
                Kind::Set(members) => schema.sets.push((name, members)),
            }
        }
        schema
    }
    /// Conditions made from now on may use the segment `name`.
    pub fn add_segment(&mut self, name: &str) {
        self.segments.push(name.to_owned());
    }
}
