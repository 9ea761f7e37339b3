//! Decisions as the flags of OpenFeature. In comes the evaluation context that a host gives its client, out go the values of four
//! flags, each with a reason. It stands beside the core: it asks a [`SharedSelector`] like any host, and adds nothing to what is
//! decided.

mod context;
mod told;

use std::fmt;
use std::sync::Arc;

use open_feature::provider::{FeatureProvider, ProviderMetadata, ResolutionDetails};
use open_feature::{
    EvaluationContext, EvaluationError, EvaluationErrorCode, EvaluationResult, StructValue, async_trait,
};

use crate::flags::{DecisionFlag, FlagDetails, FlagValue};
use crate::shared::SharedSelector;
use crate::time::Moment;
use crate::words::no_such;

/// A provider for [OpenFeature](https://openfeature.dev): how visitors are served, as flags of its client.
///
/// | flag | type | value |
/// |---|---|---|
/// | `experience` | structure | `channel`, `layout`, `layout_in_use`, `assistance`, `adapt` (a list), `way_out` (`channel`, `open`): a [`FlagExperience`](crate::FlagExperience) |
/// | `experience.channel` | string | `web` |
/// | `experience.layout` | string | the layout for the channel in use, whose page is shown: `simple` |
/// | `experience.assistance` | string | `guided` |
///
/// **Context.** The targeting key must be there: it is the id of the [person](crate::Unit::Person), whatever id the rest of the
/// context names. The visitor is either a [`Visitor`](crate::Visitor), as it is, in the field `visitor`; or stands there by the names
/// of attributes, as [`Policy::visitor_from_attributes_json`](crate::Policy::visitor_from_attributes_json) reads them, `null` for a
/// float that is none. A structure or list in it is a `StructValue` or `Value` of the SDK or a `Vec<String>`. Other fields are passed
/// over. A visit without `visit.at` is now, by the function that the provider was given.
///
/// **Details** are those of [`FlagDetails`]; metadata are `policy`, its digest, and `reason`, of `experience` one for each axis, as
/// `reason.layout`. The value of `experience` names the adaptations, which tell what a person needs: a hook that logs values logs them.
///
/// # Errors
/// Resolving gives `FLAG_NOT_FOUND` for any other flag, `TYPE_MISMATCH` for one of these as another type, `TARGETING_KEY_MISSING`,
/// and `INVALID_CONTEXT` with everything that is wrong with the visitor, by path and without the values of facts.
///
/// # Cost
/// Of each flag that of a decision, and without a [`Visitor`](crate::Visitor) that of reading one. Never waits.
///
/// # Example: a provider and a client
/// ```
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// use std::{sync::Arc, time::SystemTime};
///
/// use maitre::{ExperienceSelector, MaitreProvider, Policy, SharedSelector, Timestamp};
/// use open_feature::{EvaluationContext, OpenFeature};
///
/// let policy = Policy::from_toml(
///     r#"
///     format = 1
///     name = "corner_shop"
///     last_resort = ["in_person"]
///     channels = [{ name = "web", base = 10 }, { name = "in_person", staffed = true }]
///     rules.stuck = { when = 'visit.errors >= 3', assistance_at_least = "guided", because = "this step gave you trouble" }
///     "#,
/// )?;
/// let shared = Arc::new(SharedSelector::new(ExperienceSelector::compile(&policy)?));
/// let now = || Timestamp::from_system_time(SystemTime::now()).expect("a year of four digits").into();
/// let provider = MaitreProvider::new(Arc::clone(&shared), now);
///
/// # pollster::block_on(async {
/// let mut api = OpenFeature::singleton_mut().await;
/// api.set_provider(provider).await;
/// let client = api.create_client();
/// let context = EvaluationContext::default().with_targeting_key("ana-17").with_custom_field("visit.errors", 3);
/// let help = client.get_string_details("experience.assistance", Some(&context), None).await.map_err(|e| e.code)?;
/// assert_eq!(help.value, "guided");
/// assert_eq!(help.flag_metadata.values["reason"], "bound:stuck".into());
/// # Ok(()) })
/// # }
/// ```
pub struct MaitreProvider {
    shared: Arc<SharedSelector>,
    now: Box<dyn Fn() -> Moment + Send + Sync>,
    metadata: ProviderMetadata,
}

impl MaitreProvider {
    /// Decides by what `shared` holds at each request, and asks `now` for the time, with the house's offset (L5), where a context
    /// has none.
    #[must_use]
    pub fn new(shared: Arc<SharedSelector>, now: impl Fn() -> Moment + Send + Sync + 'static) -> Self {
        Self { shared, now: Box::new(now), metadata: ProviderMetadata::new("maitre") }
    }

    /// What the flag is, if it is `asked` for as what it is.
    fn decide(&self, key: &str, asked: &str, context: &EvaluationContext) -> EvaluationResult<FlagDetails> {
        let flag = flag(key)?;
        if kind(flag) != asked {
            return mismatch(key, asked);
        }
        let selector = self.shared.current();
        let (profile, visit) = context::visitor(selector.policy(), context, &self.now)?;
        let decision = selector.select(&profile, &visit);
        Ok(flag.of(&selector, &decision))
    }
}

impl fmt::Debug for MaitreProvider {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MaitreProvider").field("shared", &self.shared).finish_non_exhaustive()
    }
}

/// What is asked for, if there is such a flag.
fn flag(key: &str) -> EvaluationResult<DecisionFlag> {
    DecisionFlag::parse(key).ok_or_else(|| {
        let problem = no_such("flag", key, DecisionFlag::NAMES);
        let help = problem.help().map(|help| format!("; {help}")).unwrap_or_default();
        error(EvaluationErrorCode::FlagNotFound, format!("{}{help}", problem.message()))
    })
}

const STRING: &str = "a string";
const STRUCTURE: &str = "a structure";

/// What the value of a flag is.
fn kind(flag: DecisionFlag) -> &'static str {
    if flag == DecisionFlag::Experience { STRUCTURE } else { STRING }
}

/// A flag that is asked for as what it is not.
fn mismatch<T>(key: &str, asked: &str) -> EvaluationResult<T> {
    let is = kind(flag(key)?);
    Err(error(EvaluationErrorCode::TypeMismatch, format!("`{key}` is {is}, and was asked for as {asked}")))
}

fn error(code: EvaluationErrorCode, message: String) -> EvaluationError {
    EvaluationError { code, message: Some(message) }
}

#[async_trait]
impl FeatureProvider for MaitreProvider {
    fn metadata(&self) -> &ProviderMetadata {
        &self.metadata
    }
    async fn resolve_bool_value(
        &self,
        key: &str,
        _: &EvaluationContext,
    ) -> EvaluationResult<ResolutionDetails<bool>> {
        mismatch(key, "a bool")
    }
    async fn resolve_int_value(
        &self,
        key: &str,
        _: &EvaluationContext,
    ) -> EvaluationResult<ResolutionDetails<i64>> {
        mismatch(key, "an int")
    }
    async fn resolve_float_value(
        &self,
        key: &str,
        _: &EvaluationContext,
    ) -> EvaluationResult<ResolutionDetails<f64>> {
        mismatch(key, "a float")
    }
    async fn resolve_string_value(
        &self,
        key: &str,
        context: &EvaluationContext,
    ) -> EvaluationResult<ResolutionDetails<String>> {
        let told = self.decide(key, STRING, context)?;
        match &told.value {
            FlagValue::Name(name) => Ok(told::details(name.to_string(), &told)),
            FlagValue::Experience(_) => mismatch(key, STRING),
        }
    }
    async fn resolve_struct_value(
        &self,
        key: &str,
        context: &EvaluationContext,
    ) -> EvaluationResult<ResolutionDetails<StructValue>> {
        let told = self.decide(key, STRUCTURE, context)?;
        match &told.value {
            FlagValue::Experience(experience) => Ok(told::details(told::structure(experience), &told)),
            FlagValue::Name(_) => mismatch(key, STRUCTURE),
        }
    }
}
