//! `POST /v1/decide`, `/v1/decide/batch` and `/v1/explain`.

use axum::Json;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State as From};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use maitre::{Counterfactual, Decision, ExperienceSelector, Explanation, RecordedDecision};
use serde::Deserialize;
use serde_json::value::RawValue;

use crate::ask::Ask;
use crate::body::{self, Body};
use crate::refusal::Refusal;
use crate::state::State;

/// How many visitors may be asked about at once.
pub const MOST: usize = 1_000;

/// What is answered about one visitor.
#[derive(Debug, serde::Serialize)]
pub struct Decided {
    policy: Box<str>,
    digest: maitre::Digest,
    #[serde(flatten)]
    decision: RecordedDecision,
    /// The facts that were left out of account, since they make no sense to the policy.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    left_out: Vec<String>,
}

impl Decided {
    fn of(selector: &ExperienceSelector, decision: &Decision, left_out: Vec<String>) -> Self {
        Self {
            policy: selector.policy().name().into(),
            digest: decision.policy(),
            decision: RecordedDecision::of(selector, decision),
            left_out,
        }
    }
}

pub async fn decide(From(state): From<State>, own: HeaderMap, body: Body) -> Result<Response, Refusal> {
    let current = state.house.current();
    let decided = decided(&state, &current, body.read()?, &own).await?;
    Ok((state.house.lines(&current), Json(decided)).into_response())
}

async fn decided(
    state: &State,
    by: &ExperienceSelector,
    ask: Ask<'_>,
    own: &HeaderMap,
) -> Result<Decided, Refusal> {
    let asked = ask.asked(state, by, own).await?;
    let decision = asked.decide(by);
    Ok(Decided::of(by, &decision, asked.left_out(by.policy())))
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, expecting = "an object, as `{\"visitors\": []}`")]
struct Batch<'a> {
    #[serde(borrow)]
    visitors: Vec<&'a RawValue>,
}

/// What is answered about one of many: in their order, the refusals among the decisions.
#[derive(Debug, serde::Serialize)]
#[serde(untagged)]
enum OneOf {
    Decided(Box<Decided>),
    Refused { status: u16, error: String },
}

pub async fn batch(From(state): From<State>, own: HeaderMap, body: Body) -> Result<Response, Refusal> {
    let Batch { visitors } = body.read()?;
    if visitors.len() > MOST {
        let told = format!("{} visitors are asked about; at most {MOST} may be at once", visitors.len());
        return Err(Refusal::new(StatusCode::UNPROCESSABLE_ENTITY, told));
    }
    let current = state.house.current();
    let mut answers = Vec::with_capacity(visitors.len());
    for visitor in visitors {
        let answer = match body::read::<Ask<'_>>(visitor.get().as_bytes()) {
            Ok(ask) => decided(&state, &current, ask, &own).await,
            // The place would be one in this visitor alone, which is one of many.
            Err(error) => Err(Refusal::new(StatusCode::UNPROCESSABLE_ENTITY, body::without_place(&error))),
        };
        answers.push(match answer {
            Ok(decided) => OneOf::Decided(Box::new(decided)),
            Err(refusal) => OneOf::Refused { status: refusal.status().as_u16(), error: refusal.in_a_line() },
        });
    }
    Ok((state.house.lines(&current), Json(serde_json::json!({ "decisions": answers }))).into_response())
}

/// What of an explanation is wished for.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Wishes {
    /// Whether needs may be named, and changes of them.
    #[serde(default)]
    pub reveal: bool,
    /// Whether to look for the nearest change of one fact that changes the answer.
    #[serde(default)]
    pub counterfactual: bool,
}

#[derive(Debug, serde::Serialize)]
struct Explained {
    /// To be read aloud.
    text: String,
    #[serde(flatten)]
    explanation: Explanation,
    #[serde(skip_serializing_if = "Option::is_none")]
    counterfactual: Option<Counter>,
}

#[derive(Debug, serde::Serialize)]
struct Counter {
    text: String,
    #[serde(flatten)]
    nearest: Counterfactual,
}

pub async fn explain(
    From(state): From<State>,
    wishes: Result<Query<Wishes>, QueryRejection>,
    own: HeaderMap,
    body: Body,
) -> Result<Response, Refusal> {
    let Query(wishes) = wishes.map_err(|_| {
        Refusal::bad_request(
            "the query has `reveal` and `counterfactual`, each `true` or `false`, and nothing else",
        )
    })?;
    explained(&state, body.read()?, &own, &wishes).await
}

/// Why a visitor is served so, for whichever door asks.
pub async fn explained(
    state: &State,
    ask: Ask<'_>,
    own: &HeaderMap,
    wishes: &Wishes,
) -> Result<Response, Refusal> {
    let current = state.house.current();
    let asked = ask.asked(state, &current, own).await?;
    let explained = {
        let (profile, visit) = (asked.profile(), &asked.visit);
        let explanation = current.explain(profile, visit);
        let explanation = if wishes.reveal { explanation.revealing() } else { explanation };
        let nearest = match (wishes.counterfactual, wishes.reveal) {
            (false, _) => None,
            (true, false) => current.counterfactual(profile, visit),
            (true, true) => current.counterfactual_revealing(profile, visit),
        };
        Explained {
            text: explanation.to_string(),
            explanation,
            counterfactual: nearest.map(|nearest| Counter { text: nearest.to_string(), nearest }),
        }
    };
    Ok((state.house.lines(&current), Json(explained)).into_response())
}
