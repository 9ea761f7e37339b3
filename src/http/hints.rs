//! The other way: a selector goes in, the header lines that ask for what its policy reads, and tell caches of it, go out.
//! They name what a decision can depend on and nothing more, in the order of the table. Called once for each selector, by hosts.

use http::header::{HeaderName, HeaderValue, VARY};

use super::reads::Reads;
use super::table::{Asked, Critical, ROWS, Row};
use crate::selector::ExperienceSelector;

const ACCEPT_CH: HeaderName = HeaderName::from_static("accept-ch");
const CRITICAL_CH: HeaderName = HeaderName::from_static("critical-ch");

/// The header lines of a response that a policy decided: which client hints to send next time, and what the response
/// depends on.
///
/// - `Accept-CH` (RFC 8942) names each hint that the policy reads. Reduced motion, contrast, forced colours and saving
///   data count for every policy, since they bring needs. Where a hint has two names, the present one is asked for.
/// - `Critical-CH` (Client Hint Reliability) makes a browser that has not sent a hint yet send its request again at once.
///   It costs a round trip, so it names only what would change the page before the visitor's eyes: the preferences that
///   the policy reads (User Preference Media Features Client Hints Headers means them for it), and the form factors, the
///   width and the memory where a rule hangs more on them than points: a bound, a `never` or an adaptation. Never those
///   that come unasked (`Save-Data`, `Sec-CH-UA-Mobile`, `Sec-CH-UA-Platform`), and never the connection: whoever has a
///   slow one would pay for it.
/// - `Vary` (RFC 9110) names each header that a decision can depend on: also `Accept-Language`, `Referer` and
///   `User-Agent`, and `Sec-GPC` where a purpose that it withholds is asked for.
///
/// A header whose facts the policy hides by `min_source` is in none of them. Attributes of the host's own, and those that
/// no header tells, are the host's to add to `Vary`.
///
/// Browsers heed `Accept-CH` and `Critical-CH` only over secure transport.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClientHints {
    lines: [(HeaderName, Option<HeaderValue>); 3],
}

impl ClientHints {
    /// The lines for what the policy behind `selector` reads.
    ///
    /// # Cost
    /// Compiles the conditions once more. Made once for a selector: [`ClientHints::lines`] only shares.
    ///
    /// # Example
    /// Lines for a policy that looks at the width of the page, added to a response:
    /// ```
    /// use http::{HeaderMap, header::VARY};
    /// use maitre::{ClientHints, ExperienceSelector, Policy};
    ///
    /// let policy = Policy::from_toml(r#"
    ///     format = 1
    ///     name = "shop"
    ///     last_resort = ["in_person"]
    ///     channels = [{ name = "web", base = 10 }, { name = "in_person", staffed = true }]
    ///
    ///     [rules]
    ///     small = { when = 'visit.viewport_width < 480', layout_at_most = "simple" }
    /// "#)?;
    /// let hints = ClientHints::of(&ExperienceSelector::compile(&policy)?);
    /// let mut response = HeaderMap::new();
    /// for (name, value) in hints.lines() {
    ///     response.append(name, value);
    /// }
    /// assert_eq!(
    ///     response["accept-ch"],
    ///     "Sec-CH-Prefers-Reduced-Motion, Sec-CH-Prefers-Contrast, Sec-CH-Forced-Colors, Save-Data, Sec-CH-Viewport-Width"
    /// );
    /// assert!(response[VARY].to_str()?.ends_with("Sec-CH-Viewport-Width, Viewport-Width"));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn of(selector: &ExperienceSelector) -> Self {
        let reads = Reads::of(selector);
        let line = |is_in: &dyn Fn(&Row) -> bool| {
            let names: Vec<&str> =
                ROWS.iter().filter(|row| reads.row(row) && is_in(row)).map(|row| row.name).collect();
            // INVARIANT: names of headers are printable, so there is a line unless there are no names.
            HeaderValue::try_from(names.join(", ")).ok().filter(|line| !line.is_empty())
        };
        let accept = line(&|row| matches!(row.asked, Asked::First(_) | Asked::Unasked));
        let critical = line(&|row| match row.asked {
            Asked::First(Critical::Read) => true,
            Asked::First(Critical::Bound) => reads.row_binds(row),
            Asked::First(Critical::No) | Asked::Unasked | Asked::Older | Asked::Never => false,
        });
        let vary = line(&|_| true);
        Self { lines: [(ACCEPT_CH, accept), (CRITICAL_CH, critical), (VARY, vary)] }
    }

    /// `Accept-CH`, `Critical-CH` and `Vary`, in this order, without those that would be empty. They are to be appended:
    /// a response may vary by more.
    pub fn lines(&self) -> impl Iterator<Item = (HeaderName, HeaderValue)> {
        self.lines.iter().filter_map(|(name, line)| Some((name.clone(), line.clone()?)))
    }
}
