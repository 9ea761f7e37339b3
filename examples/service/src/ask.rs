//! Who is asked about: a customer by their id, with what is kept of them; a profile that comes with the request, which is laid
//! over what is kept, so that no need is forgotten; and the visit. What a visit does not say and this service knows is added: the
//! time, the person's id.

use std::sync::Arc;

use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use maitre::{
    CustomerProfile, Decision, ExperienceSelector, Moment, Policy, PolicyError, UndatedVisitor, Unit, Visit,
    Visitor,
};
use serde::Deserialize;
use serde_json::value::RawValue;

use crate::id::check_id;
use crate::profiles::Held;
use crate::refusal::Refusal;
use crate::state::State;

/// How many headers of a visitor's own request may be handed on.
pub const MOST_HEADERS: usize = 200;

/// The body of a question about one visitor.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, expecting = "an object, as `{\"id\": \"ana-17\"}`")]
pub struct Ask<'a> {
    /// Of the customer, as the caller calls them.
    id: Option<String>,
    /// What the caller knows of the person, beside what is kept.
    #[serde(borrow)]
    profile: Option<&'a RawValue>,
    #[serde(borrow)]
    visit: Option<&'a RawValue>,
    #[serde(borrow)]
    journey: Option<&'a RawValue>,
    /// The headers of the visitor's own request, as far as the caller hands them on.
    headers: Option<Headers>,
    /// The visitor's own browser asks: the headers of this request are theirs.
    #[serde(default)]
    direct: bool,
    /// Facts that make no sense are left out and named, where without it they are an error.
    #[serde(default)]
    lenient: bool,
}

/// The visitor that is asked about.
#[derive(Debug)]
pub struct Asked {
    pub known: Known,
    pub visit: Visit,
}

/// What is known of them.
#[derive(Debug)]
pub enum Known {
    /// It is kept here.
    Kept(Arc<Held>),
    /// The caller says so.
    Given(Box<CustomerProfile>),
}

impl Known {
    /// What is kept, with what the caller knows beside it.
    pub fn of(kept: Option<Arc<Held>>, given: CustomerProfile) -> Self {
        match kept {
            None => Self::Given(Box::new(given)),
            Some(kept) if given == CustomerProfile::default() => Self::Kept(kept),
            Some(kept) => Self::Given(Box::new((*kept.profile).clone().with_all_of(&given))),
        }
    }
}

impl Asked {
    pub fn profile(&self) -> &CustomerProfile {
        match &self.known {
            Known::Kept(held) => &held.profile,
            Known::Given(profile) => profile,
        }
    }
    pub fn decide(&self, selector: &ExperienceSelector) -> Decision {
        let decision = match &self.known {
            Known::Kept(held) => held.decide(selector, &self.visit),
            Known::Given(profile) => selector.select(profile, &self.visit),
        };
        let experience = decision.experience();
        metrics::counter!(
            "maitre_decisions_total",
            "channel" => experience.channel.to_string(),
            "layout" => experience.layout.as_str(),
            "assistance" => experience.assistance.as_str()
        )
        .increment(1);
        decision
    }
    /// The paths of the facts that decisions pass over.
    pub fn left_out(&self, policy: &Policy) -> Vec<String> {
        policy.passed_over(self.profile(), &self.visit)
    }
}

impl Ask<'_> {
    /// Whether it asks about somebody of whom something may be kept.
    pub const fn names_somebody(&self) -> bool {
        self.id.is_some()
    }

    /// The visitor as this policy reads them, with what is kept of them.
    pub async fn asked(
        self,
        state: &State,
        by: &ExperienceSelector,
        own: &HeaderMap,
    ) -> Result<Asked, Refusal> {
        if let Some(id) = &self.id {
            check_id(id)?;
        }
        let kept = match &self.id {
            Some(id) => Some(state.profiles.of(id).await?),
            None => None,
        };
        let Visitor { profile, mut visit, .. } = self.visitor(by.policy(), state.house.now()?)?;
        if let Some(headers) = &self.headers {
            visit = visit.with_headers(&headers_of(headers)?);
        }
        if self.direct {
            visit = visit.with_headers(own);
        }
        if let Some(id) = self.id
            && visit.id(Unit::Person).is_none()
        {
            visit = visit.with_id(Unit::Person, id);
        }
        let known = Known::of(kept, profile);
        Ok(Asked { known, visit })
    }

    fn visitor(&self, policy: &Policy, now: Moment) -> Result<Visitor, Refusal> {
        let somebody = Somebody { profile: self.profile, visit: self.visit, journey: self.journey };
        somebody.read(policy, now, self.lenient).map_err(|error| Refusal::misfit("the visitor", &error))
    }
}

/// Somebody, as JSON tells of them.
#[derive(Debug, Clone, Copy, Default, serde::Serialize)]
pub struct Somebody<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub profile: Option<&'a RawValue>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub visit: Option<&'a RawValue>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub journey: Option<&'a RawValue>,
}

impl Somebody<'_> {
    /// The visitor, `now` if the visit does not say when it is. What is right is read at once; what is not is read again by the
    /// policy, which says what is wrong with it. Who is lenient gets also whom only a policy finds fault with.
    pub fn read(&self, policy: &Policy, now: Moment, lenient: bool) -> Result<Visitor, PolicyError> {
        let text = serde_json::to_string(self).unwrap_or_default();
        match serde_json::from_str::<UndatedVisitor>(&text).map(|visitor| visitor.at(now)) {
            Ok(visitor) if lenient || policy.passed_over(&visitor.profile, &visitor.visit).is_empty() => {
                Ok(visitor)
            }
            _ => policy.visitor_from_json_at(&text, now),
        }
    }
}

/// Names and values, as a JSON object has them, a name that stands twice too.
#[derive(Debug)]
struct Headers(Vec<(String, String)>);

impl<'de> Deserialize<'de> for Headers {
    fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        struct Lines;
        impl<'de> serde::de::Visitor<'de> for Lines {
            type Value = Headers;
            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("an object of header names and their values")
            }
            fn visit_map<A: serde::de::MapAccess<'de>>(self, mut map: A) -> Result<Headers, A::Error> {
                let mut lines = Vec::new();
                while let Some(line) = map.next_entry()? {
                    lines.push(line);
                }
                Ok(Headers(lines))
            }
        }
        from.deserialize_map(Lines)
    }
}

fn headers_of(Headers(headers): &Headers) -> Result<HeaderMap, Refusal> {
    let misfit = |told: String| Refusal::new(StatusCode::UNPROCESSABLE_ENTITY, told);
    if headers.len() > MOST_HEADERS {
        let told = format!("`headers` has {} lines; at most {MOST_HEADERS} are read", headers.len());
        return Err(misfit(told));
    }
    let mut map = HeaderMap::with_capacity(headers.len());
    for (name, value) in headers {
        let odd = |what: &str| {
            misfit(format!("`headers`: {what} `{}` is none that HTTP knows", name.escape_debug()))
        };
        let key = HeaderName::try_from(name.as_str()).map_err(|_| odd("the name"))?;
        let value = HeaderValue::from_str(value).map_err(|_| odd("the value of"))?;
        if map.insert(key, value).is_some() {
            return Err(misfit("a name stands twice in `headers`".to_owned()));
        }
    }
    Ok(map)
}
