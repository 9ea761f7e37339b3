//! The table of headers. One row is one header: its name, what it says, how it is read, whether and how it is asked for.
//! The facts of a visit, the lines that ask for hints, `Vary` and the docs are fed from here.

use super::device::Clues;
use super::fields::{self, number, one_of, pixels, word};
use super::user_agent;
use crate::fact::Source;
use crate::value::Value;
use crate::visit::{ColorScheme, Connection, VisitFact};

/// Whether a header is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Asked {
    /// No client hint: it comes, or it does not.
    Never,
    /// A hint that comes only when asked for. Whether it is worth a request sent again is for [`Critical`] to say.
    First(Critical),
    /// A hint of the low entropy table of the Client Hints Infrastructure: it comes with the first request as well.
    Unasked,
    /// The older name of another row's hint: read where it comes, and not asked for.
    Older,
}

/// When a hint is named in `Critical-CH`, so that a browser that has not sent it sends its request again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Critical {
    /// Whenever it is read: what the person prefers to see must not change before their eyes.
    Read,
    /// When a bound hangs on it: bounds say what must be, so on the first page as well.
    Bound,
    /// Never: whoever has a slow connection must not pay for it with a request more.
    No,
}

/// Several lines of one header.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Lines {
    /// There may be one only.
    One,
    /// They make one list.
    List,
}

#[derive(Clone, Copy)]
pub(super) enum Read {
    /// The value of a fact, sent by the device.
    Fact(VisitFact, fn(&str) -> Option<Value>),
    /// One of several clues to the device.
    Clue(fn(&str, &mut Clues)),
}

pub(super) struct Row {
    pub(super) name: &'static str,
    /// The facts that it can tell.
    pub(super) facts: &'static [VisitFact],
    pub(super) source: Source,
    pub(super) asked: Asked,
    pub(super) lines: Lines,
    pub(super) read: Read,
}

const fn fact(
    name: &'static str,
    asked: Asked,
    facts: &'static [VisitFact; 1],
    read: fn(&str) -> Option<Value>,
) -> Row {
    let read = Read::Fact(facts[0], read);
    Row { name, facts, source: Source::Request, asked, lines: Lines::One, read }
}

const fn clue(
    name: &'static str,
    asked: Asked,
    facts: &'static [VisitFact],
    read: fn(&str, &mut Clues),
) -> Row {
    Row { name, facts, source: Source::Request, asked, lines: Lines::One, read: Read::Clue(read) }
}

impl Row {
    const fn list(mut self) -> Self {
        self.lines = Lines::List;
        self
    }
    const fn inferred(mut self) -> Self {
        self.source = Source::Inferred;
        self
    }
}

/// The headers, in the order in which they are asked for.
pub(super) static ROWS: &[Row] = &[
    // User Preference Media Features Client Hints Headers; the values are those of Media Queries Level 5.
    fact(
        "Sec-CH-Prefers-Reduced-Motion",
        Asked::First(Critical::Read),
        &[VisitFact::ReducedMotion],
        |text| one_of(&word(text)?, [("reduce", true), ("no-preference", false)]),
    ),
    // `custom` is a palette of the person's own, of which nobody says whether its contrast is higher or lower.
    fact("Sec-CH-Prefers-Contrast", Asked::First(Critical::Read), &[VisitFact::MoreContrast], |text| {
        one_of(&word(text)?, [("more", true), ("less", false), ("no-preference", false)])
    }),
    fact("Sec-CH-Forced-Colors", Asked::First(Critical::Read), &[VisitFact::ForcedColors], |text| {
        one_of(&word(text)?, [("active", true), ("none", false)])
    }),
    fact("Sec-CH-Prefers-Color-Scheme", Asked::First(Critical::Read), &[VisitFact::ColorScheme], |text| {
        one_of(&word(text)?, [("light", ColorScheme::Light), ("dark", ColorScheme::Dark)])
    }),
    // Save Data API: there is `on` only.
    fact("Save-Data", Asked::Unasked, &[VisitFact::SaveData], |text| one_of(&word(text)?, [("on", true)])),
    // User-Agent Client Hints.
    clue("Sec-CH-UA-Form-Factors", Asked::First(Critical::Bound), &[VisitFact::Device], |text, clues| {
        clues.form_factors = fields::form_factors(text).unwrap_or_default();
    })
    .list(),
    clue("Sec-CH-UA-Mobile", Asked::Unasked, &[VisitFact::Device], |text, clues| {
        clues.mobile = fields::flag(text)
    }),
    fact("Sec-CH-UA-Platform", Asked::Unasked, &[VisitFact::Platform], |text| {
        word(text).filter(|name| !name.is_empty() && name != "Unknown").map(Value::from)
    }),
    // Responsive Image Client Hints.
    fact("Sec-CH-Viewport-Width", Asked::First(Critical::Bound), &[VisitFact::ViewportWidth], pixels),
    fact("Viewport-Width", Asked::Older, &[VisitFact::ViewportWidth], pixels),
    // Device Memory.
    fact("Sec-CH-Device-Memory", Asked::First(Critical::Bound), &[VisitFact::DeviceMemory], memory),
    fact("Device-Memory", Asked::Older, &[VisitFact::DeviceMemory], memory),
    // Network Information API. `4g` is no token of structured fields, which begin with a letter.
    fact("ECT", Asked::First(Critical::No), &[VisitFact::Connection], |text| {
        use Connection::{Like2g, Like3g, Like4g, Slow2g};
        one_of(text, [("slow-2g", Slow2g), ("2g", Like2g), ("3g", Like3g), ("4g", Like4g)])
    }),
    fact("Downlink", Asked::First(Critical::No), &[VisitFact::Downlink], |text| {
        number(text).map(Value::from)
    }),
    // HTTP Semantics (RFC 9110).
    fact("Accept-Language", Asked::Never, &[VisitFact::Language], |text| {
        fields::first_language(text).map(Value::from)
    })
    .list(),
    fact("Referer", Asked::Never, &[VisitFact::Referrer], |text| fields::host(text).map(Value::from)),
    clue("User-Agent", Asked::Never, &[VisitFact::Device, VisitFact::Platform], |text, clues| {
        clues.user_agent = user_agent::read(text);
    })
    .inferred(),
    // Global Privacy Control: `1` only. A proxy may have said it again; it is no less meant.
    fact("Sec-GPC", Asked::Never, &[VisitFact::Gpc], |text| {
        text.split(", ").all(|line| line == "1").then_some(Value::Bool(true))
    })
    .list(),
];

fn memory(text: &str) -> Option<Value> {
    number(text).filter(|&gib| gib > 0.0).map(Value::from)
}
