//! The words of findings: what the analysis can find of a policy, and how much each weighs. A document sets the levels; the
//! analysis goes by them.

use crate::words::words;

words! {
    /// What the analysis can find.
    #[derive(PartialOrd, Ord)]
    #[non_exhaustive]
    pub enum FindingKind ("finding") {
        /// Nobody can ever be in the segment or experiment, the rule never holds, the guarantee speaks of nobody.
        NeverTrue = "never_true",
        /// The condition is true of everybody, though it is not written as `true`.
        AlwaysTrue = "always_true",
        /// Whoever is in one segment is in another, and neither goes by the other; or a rule adds nothing, since wherever it holds
        /// another one holds that asks for as much. Of several such segments only the narrowest are named, of rules the first.
        Implied = "implied",
        /// Segments have the same value for every visitor; or rules hold for the same visitors, unless they only name the same
        /// segment and do not do the same.
        SameAs = "same_as",
        /// A rule adds complexity or takes help away where, for the same visitor, another does the opposite.
        Opposing = "opposing",
        /// A rule takes points from a channel, or excludes it, where, for the same visitor, another gives points to it.
        OpposingOnChannel = "opposing_on_channel",
        /// A channel that serves nobody.
        ChannelNeverServed = "channel_never_served",
        /// A layout that nobody gets on the channel that serves them.
        LayoutNeverGiven = "layout_never_given",
        /// An assistance that nobody gets.
        AssistanceNeverGiven = "assistance_never_given",
        /// A rule that simplifies or helps is undecided for somebody of whom its part about needs, trouble, mood or open cases is
        /// true, only because another fact is missing.
        Silenced = "silenced",
        /// The condition was true of somebody at some time, and is of nobody any more.
        WindowOver = "window_over",
        /// An attribute of the policy's own that no condition reads.
        UnusedAttribute = "unused_attribute",
        /// A segment that no rule, experiment or guarantee goes by.
        UnusedSegment = "unused_segment",
        /// An experiment in which nobody is, or whose arms change nothing.
        UnusedExperiment = "unused_experiment",
        /// A rule adapts the page for people of whom it asks nothing but their age.
        NeedFromAge = "need_from_age",
        /// A rule restricts people of whom it asks nothing but age, language and region.
        DemographicsAlone = "demographics_alone",
        /// A rule says nothing that could be told to those for whom it holds: it has no `because`.
        Unexplained = "unexplained",
    }
}

words! {
    /// How much a finding weighs.
    #[derive(PartialOrd, Ord)]
    pub enum FindingLevel ("level") {
        /// It is not looked for.
        Allow = "allow",
        /// It is told.
        Warn = "warn",
        /// It is told, and the policy is refused by whoever asks for an analysis before it serves.
        Deny = "deny",
    }
}

impl FindingKind {
    /// Its level where a policy does not say otherwise: `warn`, but for `opposing_on_channel`, which is how points are meant to
    /// be used.
    #[must_use]
    pub const fn usual_level(self) -> FindingLevel {
        match self {
            Self::OpposingOnChannel => FindingLevel::Allow,
            _ => FindingLevel::Warn,
        }
    }
    /// What is found, in one sentence: what an editor shows beside the kind.
    #[must_use]
    pub const fn about(self) -> &'static str {
        match self {
            Self::NeverTrue => "A condition that is never true.",
            Self::AlwaysTrue => "A condition that is true of everybody.",
            Self::Implied => "A segment within another, or a rule that adds nothing to another.",
            Self::SameAs => "Two segments or rules that say the same.",
            Self::Opposing => {
                "Two rules that pull the layout or the assistance both ways for the same visitor."
            }
            Self::OpposingOnChannel => {
                "Two rules of which one speaks for a channel and one against it, by points or by `never`."
            }
            Self::ChannelNeverServed => "A channel that serves nobody.",
            Self::LayoutNeverGiven => "A layout that nobody gets.",
            Self::AssistanceNeverGiven => "An assistance that nobody gets.",
            Self::Silenced => "A rule that would help somebody, but for a fact that is not known of them.",
            Self::WindowOver => "A condition on time that was true once and is not any more.",
            Self::UnusedAttribute => "An attribute that no condition reads.",
            Self::UnusedSegment => "A segment that nothing goes by.",
            Self::UnusedExperiment => "An experiment in which nobody is, or that changes nothing.",
            Self::NeedFromAge => "A rule that concludes a need from age alone, or simplifies or helps by it.",
            Self::DemographicsAlone => "A rule that restricts people by age, language or region alone.",
            Self::Unexplained => "A rule that gives no reason.",
        }
    }

    /// What stands before the witness of one, in a report.
    #[must_use]
    pub const fn of_whom(self) -> &'static str {
        match self {
            Self::WindowOver => "for one, it was true of this visitor",
            _ => "for one, this visitor",
        }
    }
}
