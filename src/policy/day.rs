//! A calendar day: the last day of an allow, and today.

use std::fmt;

use toml::value::Datetime;

/// A day of the Gregorian calendar, without a time or a zone. "Today" is the day in UTC.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Day(time::Date);

impl Day {
    pub fn today() -> Self {
        Self(time::OffsetDateTime::now_utc().date())
    }

    /// Reads `YYYY-MM-DD`. The error says what is wrong, for a person.
    pub fn parse(text: &str) -> Result<Self, String> {
        text.parse::<Datetime>()
            .ok()
            .as_ref()
            .and_then(Self::of)
            .ok_or_else(|| format!("`{text}` is no date of the form YYYY-MM-DD"))
    }

    /// The day that a TOML date names; none for a time, or a date with one.
    pub fn of(date: &Datetime) -> Option<Self> {
        let (Some(day), None, None) = (date.date, date.time, date.offset) else { return None };
        let month = time::Month::try_from(day.month).ok()?;
        time::Date::from_calendar_date(day.year.into(), month, day.day).ok().map(Self)
    }

    /// Days from `self` to `later`; negative where `later` is earlier.
    pub fn days_until(self, later: Self) -> i64 {
        (later.0 - self.0).whole_days()
    }
}

impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}-{:02}", self.0.year(), u8::from(self.0.month()), self.0.day())
    }
}

impl std::str::FromStr for Day {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        Self::parse(text)
    }
}

#[cfg(test)]
mod tests {
    use super::Day;

    #[test]
    fn reads_and_counts() {
        let day = |text| Day::parse(text).ok();
        assert_eq!(day("2026-02-30"), None);
        assert_eq!(day("2026-1-1"), None);
        assert_eq!(day("2026-01-01T10:00:00"), None);
        let (Some(first), Some(last)) = (day("2024-02-28"), day("2024-03-01")) else { panic!("both are dates") };
        assert_eq!((first.days_until(last), last.days_until(first)), (2, -2));
        assert_eq!(last.to_string(), "2024-03-01");
    }
}
