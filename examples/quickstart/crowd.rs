//! The visitors of the example: real people, real visits and the customers of a sample company, paired one with another.
//! Comes in: the CSV files of `examples/data`. Goes out: one [`Guest`] for each visit, the same in every run. What is
//! taken from the files and what is put in by us stands in [`WHAT_IS_REAL`], which the example prints.

use std::error::Error;
use std::fmt;
use std::path::{Path, PathBuf};

use maitre::{
    AccessNeed, Channel, Connection, CustomerProfile, Device, Duration, Fact, Journey, JourneyStage, Moment,
    NeedStrength, Reach, Unit, Visit,
};
use serde::Deserialize;
use serde::de::DeserializeOwned;

/// What a reader must know of the figures.
pub const WHAT_IS_REAL: &str = "  Real, from the files:
    the visit: device, width of the page, connection, language of the browser          (visitors.csv)
    the person: age, language at home, work, whether they have a difficulty seeing,
    hearing, moving, remembering or caring for themselves                         (acs12_people.csv)
  From IBM's sample of a telecom company, which is fictional:
    contract, tenure, bills, payment, technical support, whether they left     (telco_customers.csv)
  Ours, because no file says it: the policy, of a company that does not exist; and by fixed rules
    the pairing    each visit gets the next adult of the survey, round and round, and the next
                   customer whose senior flag fits the age; the files share no people
    the needs      the survey says that there is a difficulty, not which: those who answered yes
                   take turns through the five it asks about, as a must or as a preference;
                   nobody gets a need from their age
    the time       spread evenly over one week, from 7 in the morning to 11 in the evening
    the errand     who left the sample company is here to leave; of the others, each sixth is here
                   for the bill; each twelfth visit has failed three times at the same step
    the rest       messages are allowed by those who have their bills by e-mail, profiling by every
                   second visitor; the app is on the phones of those who pay automatically
  Schooling is in the survey too: this policy never asks about it.";

/// One visitor: what the selector is asked about, and what the tables count.
pub struct Guest {
    pub profile: CustomerProfile,
    pub visit: Visit,
    pub age: u8,
    pub difficulty: bool,
    pub small_screen: bool,
    pub slow_line: bool,
    pub failed_thrice: bool,
    pub leaving: bool,
    pub at_home_online: bool,
}

/// Why there is no crowd.
#[derive(Debug)]
pub enum CrowdError {
    /// A file cannot be opened or read.
    File(PathBuf, csv::Error),
    /// A file has no row that can be used.
    Empty(PathBuf),
}

impl fmt::Display for CrowdError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File(path, error) => {
                write!(f, "cannot read `{}`: {error}\n  help: ", path.display())?;
                if matches!(error.kind(), csv::ErrorKind::Io(_)) {
                    f.write_str("the three files come with the repository, in `examples/data`")
                } else {
                    f.write_str("restore the file as it came with the repository")
                }
            }
            Self::Empty(path) => write!(f, "`{}` has no rows that can be used", path.display()),
        }
    }
}
impl Error for CrowdError {}

#[derive(Deserialize)]
struct Person {
    person_id: String,
    age: u8,
    lang: String,
    employment: String,
    disability: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Customer {
    #[serde(rename = "customerID")]
    customer_id: String,
    senior_citizen: u8,
    #[serde(rename = "tenure")]
    tenure_months: i64,
    phone_service: String,
    internet_service: String,
    tech_support: String,
    contract: String,
    paperless_billing: String,
    payment_method: String,
    monthly_charges: f64,
    churn: String,
}

#[derive(Deserialize)]
struct VisitRow {
    visitor_id: String,
    device_category: String,
    language: String,
    platform: String,
    viewport_w: u32,
    effective_type: String,
    downlink_mbps: Option<f64>,
}

/// What the five questions of the survey ask, each once as a need without which the person cannot use the service and
/// once as one that helps.
const DIFFICULTIES: [&[(AccessNeed, NeedStrength)]; 10] = [
    &[(AccessNeed::ScreenReader, NeedStrength::Required)],
    &[(AccessNeed::NoVoiceCalls, NeedStrength::Required), (AccessNeed::Captions, NeedStrength::Required)],
    &[(AccessNeed::KeyboardOnly, NeedStrength::Required), (AccessNeed::LargeTargets, NeedStrength::Required)],
    &[
        (AccessNeed::FewerChoices, NeedStrength::Required),
        (AccessNeed::PlainLanguage, NeedStrength::Required),
    ],
    &[(AccessNeed::HumanContact, NeedStrength::Required)],
    &[(AccessNeed::LargeText, NeedStrength::Preferred), (AccessNeed::MoreContrast, NeedStrength::Preferred)],
    &[(AccessNeed::NoVoiceCalls, NeedStrength::Preferred), (AccessNeed::Captions, NeedStrength::Preferred)],
    &[(AccessNeed::LargeTargets, NeedStrength::Preferred)],
    &[(AccessNeed::PlainLanguage, NeedStrength::Preferred), (AccessNeed::ExtraTime, NeedStrength::Preferred)],
    &[(AccessNeed::HumanContact, NeedStrength::Preferred)],
];

const OPENING_MONDAY: &str = "2026-11-23T07:00:00-08:00";
const MINUTES_A_DAY: usize = 16 * 60;

/// Reads the files of `folder` and pairs them.
pub fn load(folder: &Path) -> Result<Vec<Guest>, CrowdError> {
    let (_, people) = rows::<Person>(folder, "acs12_people.csv", |person| person.age >= 18)?;
    let (_, seniors) =
        rows::<Customer>(folder, "telco_customers.csv", |customer| customer.senior_citizen == 1)?;
    let (_, others) =
        rows::<Customer>(folder, "telco_customers.csv", |customer| customer.senior_citizen == 0)?;
    let (path, devices) = rows::<VisitRow>(folder, "visitors.csv", |_| true)?;

    // By their turn among those who answered yes, so that a person keeps their needs from visit to visit.
    let mut turns = DIFFICULTIES.iter().cycle();
    let needs: Vec<&[(AccessNeed, NeedStrength)]> = people
        .iter()
        .map(
            |person| if person.disability == "yes" { turns.next().copied().unwrap_or_default() } else { &[] },
        )
        .collect();

    let (mut seniors, mut others) = (seniors.iter().cycle(), others.iter().cycle());
    let crowd: Vec<Guest> = devices
        .iter()
        .zip(people.iter().zip(&needs).cycle())
        .enumerate()
        .filter_map(|(turn, (device, (person, needs)))| {
            let customer = if person.age >= 65 { seniors.next() } else { others.next() }?;
            guest(turn, device, person, needs, customer)
        })
        .collect();
    if crowd.is_empty() { Err(CrowdError::Empty(path)) } else { Ok(crowd) }
}

/// The rows of one file that `keep` keeps; at least one.
fn rows<T: DeserializeOwned>(
    folder: &Path,
    name: &str,
    keep: impl Fn(&T) -> bool,
) -> Result<(PathBuf, Vec<T>), CrowdError> {
    let path = folder.join(name);
    let failed = |error| CrowdError::File(path.clone(), error);
    let mut reader = csv::Reader::from_path(&path).map_err(failed)?;
    let mut kept = Vec::new();
    for row in reader.deserialize() {
        let row = row.map_err(failed)?;
        if keep(&row) {
            kept.push(row);
        }
    }
    if kept.is_empty() { Err(CrowdError::Empty(path)) } else { Ok((path, kept)) }
}

fn guest(
    turn: usize,
    device: &VisitRow,
    person: &Person,
    needs: &[(AccessNeed, NeedStrength)],
    customer: &Customer,
) -> Option<Guest> {
    let leaving = customer.churn == "Yes";
    let failed_thrice = turn % 12 == 5;
    let pays_automatically = customer.payment_method.ends_with("(automatic)");
    let mobile = device.device_category == "mobile";

    let mut profile = CustomerProfile::new()
        .with_age(person.age)
        .with_attribute("contract", name_of(&customer.contract))
        .with_attribute("tenure_months", customer.tenure_months)
        .with_attribute("internet", internet(&customer.internet_service))
        .with_attribute("paperless", customer.paperless_billing == "Yes")
        .with_attribute("payment", name_of(customer.payment_method.trim_end_matches(" (automatic)")))
        .with_attribute("monthly_charge", customer.monthly_charges);
    for &(need, strength) in needs {
        profile = profile.with_need(need, strength);
    }
    // What the files leave empty, or say does not apply, stays unknown.
    if customer.tech_support != "No internet service" {
        profile = profile.with_attribute("tech_support", customer.tech_support == "Yes");
    }
    if !person.lang.is_empty() {
        profile = profile.with_attribute("home_language", person.lang.as_str());
    }
    if !person.employment.is_empty() {
        profile = profile.with_attribute("work", name_of(&person.employment));
    }
    if customer.paperless_billing == "Yes" {
        profile = profile.with_consent("messages", None).with_reach(Channel::Email, Reach::Verified);
    }
    if turn.is_multiple_of(2) {
        profile = profile.with_consent("profiling", None);
    }
    if customer.phone_service == "Yes" {
        profile =
            profile.with_reach(Channel::Sms, Reach::Claimed).with_reach(Channel::Messaging, Reach::Claimed);
    }
    if mobile && pays_automatically {
        profile =
            profile.with_reach(Channel::App, Reach::Verified).with_reach(Channel::Push, Reach::Verified);
    }

    let mut visit = Visit::new(time_of(turn)?)
        .on(Channel::Web)
        .with_platform(Fact::request(device.platform.as_str()))
        .with_viewport_width(Fact::request(device.viewport_w))
        .with_language(Fact::request(device.language.as_str()))
        .with_id(Unit::Person, format!("{}/{}", person.person_id, device.visitor_id))
        .with_id(Unit::Household, customer.customer_id.as_str())
        .with_id(Unit::Device, device.visitor_id.as_str());
    if let Some(kind) = Device::parse(&device.device_category) {
        visit = visit.with_device(Fact::request(kind));
    }
    if let Some(connection) = Connection::parse(&name_of(&device.effective_type)) {
        visit = visit.with_connection(Fact::request(connection));
    }
    if let Some(downlink) = device.downlink_mbps {
        visit = visit.with_downlink(Fact::request(downlink));
    }
    let errand = match turn % 6 {
        _ if leaving => Some(("cancel", JourneyStage::Leave)),
        _ if failed_thrice => Some(("plan_change", JourneyStage::Use)),
        0 => Some(("billing", JourneyStage::Use)),
        _ => None,
    };
    if let Some((name, stage)) = errand {
        visit = visit.with_journey(Journey {
            name: Some(name.into()),
            stage: Some(stage),
            step: failed_thrice.then(|| "confirm".into()),
            failed_steps: if failed_thrice { 3 } else { 0 },
            ..Journey::default()
        });
    }
    Some(Guest {
        profile,
        visit,
        age: person.age,
        difficulty: person.disability == "yes",
        small_screen: device.viewport_w < 400,
        slow_line: matches!(device.effective_type.as_str(), "slow-2g" | "2g" | "3g")
            || device.downlink_mbps.is_some_and(|mbps| mbps < 1.5),
        failed_thrice,
        leaving,
        at_home_online: pays_automatically
            && customer.paperless_billing == "Yes"
            && customer.tenure_months >= 24
            && customer.internet_service != "No",
    })
}

/// The opening hours of the week, gone through in even steps that do not fall in with the other turns.
fn time_of(turn: usize) -> Option<Moment> {
    let minute = turn * 4801 % (7 * MINUTES_A_DAY);
    let minutes = minute / MINUTES_A_DAY * 24 * 60 + minute % MINUTES_A_DAY;
    Moment::parse(OPENING_MONDAY)?.checked_add(Duration::from_seconds(i64::try_from(minutes).ok()? * 60))
}

/// `Month-to-month` as `month_to_month`.
fn name_of(text: &str) -> String {
    text.to_lowercase().replace([' ', '-'], "_")
}

fn internet(service: &str) -> String {
    if service == "No" { "none".to_owned() } else { name_of(service) }
}
