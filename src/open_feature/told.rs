//! What a flag is, in the types of the SDK.

use open_feature::provider::ResolutionDetails;
use open_feature::{EvaluationReason, FlagMetadata, StructValue};

use crate::flags::{FlagDetails, FlagExperience, FlagReason};

/// The details of a flag, around a value of the type that was asked for.
pub(super) fn details<T>(value: T, told: &FlagDetails) -> ResolutionDetails<T> {
    let policy = FlagMetadata::default().with_value("policy", told.policy.to_string());
    let metadata =
        told.reasons.iter().fold(policy, |all, (name, why)| all.with_value(*name, why.to_string()));
    let reason = match told.reason {
        FlagReason::Split => EvaluationReason::Split,
        FlagReason::Default => EvaluationReason::Default,
        FlagReason::TargetingMatch => EvaluationReason::TargetingMatch,
        FlagReason::Unknown => EvaluationReason::Unknown,
    };
    ResolutionDetails {
        value,
        variant: Some(told.variant.to_string()),
        reason: Some(reason),
        flag_metadata: Some(metadata),
    }
}

pub(super) fn structure(experience: &FlagExperience) -> StructValue {
    let FlagExperience { channel, layout, layout_in_use, assistance, adapt, way_out } = experience;
    let adapt: Vec<&str> = adapt.iter().map(|need| need.as_str()).collect();
    let value = StructValue::default()
        .with_field("channel", channel.as_str())
        .with_field("layout", layout.as_str())
        .with_field("layout_in_use", layout_in_use.as_str())
        .with_field("assistance", assistance.as_str())
        .with_field("adapt", adapt);
    match way_out {
        None => value,
        Some(way_out) => value.with_field(
            "way_out",
            StructValue::default()
                .with_field("channel", way_out.channel.as_str())
                .with_field("open", way_out.open),
        ),
    }
}
