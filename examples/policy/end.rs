//! How commands end: one meaning of each exit code for all of them. What "no" is, each says in its help.

use std::process::ExitCode;

/// How a command ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    /// It did what was asked, and the answer is yes where there is one.
    Well,
    /// The answer is no: a finding is denied, a test fails, two policies are not the same.
    Refused,
    /// It could not be asked: a file cannot be read, what it holds is no policy or no visitor.
    Nothing,
}

impl From<End> for ExitCode {
    fn from(end: End) -> Self {
        Self::from(match end {
            End::Well => 0,
            End::Refused => 1,
            End::Nothing => 2,
        })
    }
}

/// What the exit codes of a command mean, for its help: when the answer is yes, and when it is no, if it has one.
macro_rules! exit_codes {
    ($well:literal) => {
        concat!(
            "Exit codes: 0, ",
            $well,
            "; 2, it could not be asked: a file cannot be read, or what it holds is refused."
        )
    };
    ($well:literal, $no:literal) => {
        concat!(
            "Exit codes: 0, ",
            $well,
            "; 1, ",
            $no,
            "; 2, it could not be asked: a file cannot be read, or what it holds is refused."
        )
    };
}
pub(crate) use exit_codes;
