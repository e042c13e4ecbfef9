//! What is let through but should no longer be.

pub mod allow_without_reason;
pub mod expired_allow;
pub mod expiring_allow;
pub mod policy_loosened;
pub mod stale_allow;
pub mod stale_baseline;
pub mod unknown_rule;

use crate::finding::Site;
use crate::policy::day::Day;
use crate::rules::Sink;

pub trait AllowRule: Send + Sync {
    fn check(&self, allow: &AllowUse, out: &mut Sink);
}

/// One allow, from the policy or from a comment, and what came of it.
#[derive(Clone, Debug)]
pub struct AllowUse {
    /// Where it stands.
    pub site: Site,
    /// The rule that it names; empty where it names none.
    pub rule: String,
    pub reason: String,
    /// What it says after `until`: a day, or what is written there instead.
    pub until: Option<Result<Day, String>>,
    /// Whether the rule exists and was judged on all that the allow could reach.
    pub judged: bool,
    /// How many findings it is about, whether or not it holds.
    pub matched: u32,
    /// Of a comment that is about none, where in its file it would be about one.
    pub elsewhere: Option<Stand>,
    pub today: Day,
    /// From how many days before its end on it is warned of.
    pub warn_days: u32,
}

/// Where a comment has to stand to let a finding through.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Stand {
    /// Above all code: the finding is about the file as a whole.
    Head,
    /// At the end of this line, or right above it.
    Line(u32),
}

impl AllowUse {
    /// Days from today to its last day; none where it has none.
    pub fn days_left(&self) -> Option<i64> {
        self.until.as_ref()?.as_ref().ok().map(|until| self.today.days_until(*until))
    }
}
