//! The parts of times, as a clock and a calendar show them.

use super::{Term, quoted};
use crate::condition::syntax::level;

macro_rules! parts {
    ($($(#[$doc:meta])* $name:ident, $in_zone:ident = $method:literal,)+) => {
        impl Term {
            $($(#[$doc])*
            ///
            /// The clock is that of UTC.
            pub fn $name(self) -> Self {
                Self { text: self.method($method, ""), level: level::MEMBER }
            }
            $(#[$doc])*
            ///
            /// The clock is that of `zone`: `UTC`, or a fixed offset as `+02:00`. A length of time has no zone.
            pub fn $in_zone(self, zone: &str) -> Self {
                Self { text: self.method($method, &quoted(zone)), level: level::MEMBER }
            })+
        }
    };
}
parts! {
    /// The year of this time.
    full_year, full_year_in = "getFullYear",
    /// The month of this time: 0 is January.
    month, month_in = "getMonth",
    /// The day of the month of this time, from 1.
    date, date_in = "getDate",
    /// The day of the month of this time, from 0.
    day_of_month, day_of_month_in = "getDayOfMonth",
    /// The day of the week of this time: 0 is Sunday.
    day_of_week, day_of_week_in = "getDayOfWeek",
    /// The day of the year of this time, from 0.
    day_of_year, day_of_year_in = "getDayOfYear",
    /// The hour of this time; of a length of time, its whole hours.
    hours, hours_in = "getHours",
    /// The minute of this time; of a length of time, its whole minutes.
    minutes, minutes_in = "getMinutes",
    /// The second of this time; of a length of time, its whole seconds.
    seconds, seconds_in = "getSeconds",
    /// The milliseconds of this time, or of a length of time, beyond its whole seconds.
    milliseconds, milliseconds_in = "getMilliseconds",
}
