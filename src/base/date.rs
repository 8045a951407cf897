//! Dates in the spellings that writers of blogs use.
//!
//! A [`Date`] is a calendar date in the site's time zone, with a time of day where one was given.
//! Nothing here asks a clock.

use std::fmt;

use jiff::civil;
use jiff::fmt::strtime::BrokenDownTime;
use jiff::tz::{Offset, TimeZone};

/// A calendar date, perhaps with a time, in the site's time zone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Date {
    /// Local to the site's time zone; midnight if only a date was given.
    pub(crate) local: civil::DateTime,
    /// The zone's offset from UTC at that moment.
    pub(crate) offset: Offset,
    /// Whether a time of day was given.
    pub(crate) has_time: bool,
}

/// Spellings with a time but no offset, after `T` has become a space.
const LOCAL: [&str; 2] = ["%Y-%m-%d %H:%M:%S%.f", "%Y-%m-%d %H:%M"];

impl Date {
    /// Reads a date or a date-time.
    ///
    /// Understood: `2017-07-14`; RFC 3339; and common variants: a space for the `T`, no seconds,
    /// single-digit hours, months and days, offsets `-0500`, `-05`, ` -0500`, `UTC`. Without an
    /// offset the time is local to `zone`; in a gap of the zone's clocks (the hour that summer time
    /// skips) the later reading is taken.
    pub(crate) fn parse(text: &str, zone: &TimeZone) -> Option<Date> {
        let text = text.trim();
        if let Some(date) = parse_date(text) {
            return Date::at(date.to_datetime(civil::Time::midnight()), false, zone);
        }
        let mut spaced = text.to_owned();
        if let Some(t) = text.find(['T', 't', ' ']) {
            spaced.replace_range(t..=t, " ");
        }
        while let Some(i) = spaced.find("  ") {
            spaced.remove(i);
        }
        let (local, offset) = split_offset(&spaced);
        let local = LOCAL.iter().find_map(|form| {
            let mut parsed = BrokenDownTime::parse(form, local).ok()?;
            parsed.set_offset(None);
            parsed.to_datetime().ok()
        })?;
        match offset {
            None => Date::at(local, true, zone),
            Some(offset) => {
                let instant = parse_offset(offset)?.to_timestamp(local).ok()?;
                let zoned = instant.to_zoned(zone.clone());
                Some(Date { local: zoned.datetime(), offset: zoned.offset(), has_time: true })
            }
        }
    }

    /// A calendar date without a time.
    pub(crate) fn of_day(day: civil::Date, zone: &TimeZone) -> Option<Date> {
        Date::at(day.to_datetime(civil::Time::midnight()), false, zone)
    }

    fn at(local: civil::DateTime, has_time: bool, zone: &TimeZone) -> Option<Date> {
        let zoned = zone.to_ambiguous_zoned(local).compatible().ok()?;
        // A date-only value keeps its day even where midnight does not exist.
        let local = if has_time { zoned.datetime() } else { local };
        Some(Date { local, offset: zoned.offset(), has_time })
    }

    /// The calendar date.
    pub(crate) fn day(&self) -> civil::Date {
        self.local.date()
    }

    /// Seconds and nanoseconds since 1970 in UTC: the order in time.
    pub(crate) fn instant(&self) -> i128 {
        self.offset.to_timestamp(self.local).map_or(i128::MAX, jiff::Timestamp::as_nanosecond)
    }

    /// For `<time datetime>`: `2017-07-14`, or `2017-07-14T09:30:00+07:00` with a time.
    /// Days since the first of January 1970.
    pub(crate) fn days(&self) -> i32 {
        let first = civil::date(1970, 1, 1);
        first.until(self.local.date()).map_or(0, |span| span.get_days())
    }

    pub(crate) fn iso(&self) -> String {
        if self.has_time { self.rfc3339() } else { self.day().to_string() }
    }

    /// RFC 3339 with offset, as feeds require; a date-only value is at midnight.
    pub(crate) fn rfc3339(&self) -> String {
        if self.offset == Offset::UTC {
            return self.local.strftime("%Y-%m-%dT%H:%M:%SZ").to_string();
        }
        self.format("%Y-%m-%dT%H:%M:%S%:z")
    }

    /// RFC 2822, as RSS requires: `Fri, 14 Jul 2017 09:30:00 +0700`; a date-only value is at
    /// midnight.
    pub(crate) fn rfc2822(&self) -> String {
        self.format("%a, %d %b %Y %H:%M:%S %z")
    }

    /// With an offset. Neither standard knows the seconds that clocks were off before there were
    /// zones.
    fn format(&self, form: &str) -> String {
        let mut time = BrokenDownTime::from(self.local);
        let seconds = self.offset.seconds();
        time.set_offset(Offset::from_seconds(seconds - seconds % 60).ok());
        time.to_string(form).unwrap_or_default()
    }
}

impl Ord for Date {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        (self.instant(), self.has_time).cmp(&(other.instant(), other.has_time))
    }
}

impl PartialOrd for Date {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.iso())
    }
}

/// Reads `YYYY-MM-DD` (months and days may have one digit) and nothing else.
pub fn parse_date(text: &str) -> Option<civil::Date> {
    let mut parts = text.split('-');
    let (year, month, day) = (parts.next()?, parts.next()?, parts.next()?);
    let digits = |s: &str, max: usize| {
        (!s.is_empty() && s.len() <= max && s.bytes().all(|b| b.is_ascii_digit())).then_some(())
    };
    digits(month, 2)?;
    digits(day, 2)?;
    if parts.next().is_some() || year.len() != 4 || digits(year, 4).is_none() {
        return None;
    }
    civil::Date::new(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?).ok()
}

/// Splits `… 12:00:00 -0500` into the local part and the offset.
fn split_offset(text: &str) -> (&str, Option<&str>) {
    let time = text.find(':').unwrap_or(text.len());
    match text[time..].find(['+', '-', 'Z', 'z', 'U', 'G']) {
        Some(i) => (text[..time + i].trim_end(), Some(&text[time + i..])),
        None => (text, None),
    }
}

/// Reads `Z`, `UTC`, `GMT`, `+07`, `+0700` or `+07:00`.
fn parse_offset(text: &str) -> Option<Offset> {
    if ["z", "utc", "gmt"].contains(&text.to_ascii_lowercase().as_str()) {
        return Some(Offset::UTC);
    }
    ["%z", "%:z", "%:::z"].iter().find_map(|form| BrokenDownTime::parse(form, text).ok()?.offset())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn iso(text: &str, zone: &str) -> String {
        Date::parse(text, &TimeZone::get(zone).unwrap()).map_or("-".into(), |d| d.iso())
    }

    #[test]
    fn spellings_of_the_wild() {
        for (text, want) in [
            ("2017-07-14", "2017-07-14"),
            (" 2017-7-4 ", "2017-07-04"),
            ("2017-07-14 09:30", "2017-07-14T09:30:00+07:00"),
            ("2017-07-14T09:30:15", "2017-07-14T09:30:15+07:00"),
            ("2017-07-14 9:30:00 -0500", "2017-07-14T21:30:00+07:00"),
            ("2017-07-14T02:30:00Z", "2017-07-14T09:30:00+07:00"),
            ("2017-07-14t02:30:00.25z", "2017-07-14T09:30:00+07:00"),
            ("2017-07-14 02:30:00 +00:00", "2017-07-14T09:30:00+07:00"),
            ("2017-07-14 02:30:00 UTC", "2017-07-14T09:30:00+07:00"),
            ("2017-07-14  09:30:00+07", "2017-07-14T09:30:00+07:00"),
            ("2017-07-14 09:30 +07:30", "2017-07-14T09:00:00+07:00"),
            // What clocks were off before there were zones; offsets are told in minutes.
            ("1850-01-01 10:00", "1850-01-01T10:00:00+07:07"),
            ("2017-02-30", "-"),
            ("2017-07-14 25:00", "-"),
            ("2017-07-14 09:30 +0760", "-"),
            ("2017-07-14 09:30 +7", "-"),
            ("2017-07-14 09:30 +07:", "-"),
            ("2017-07-14 09:30 + 07", "-"),
            ("14 July", "-"),
            ("2017-07-14-x", "-"),
            ("", "-"),
        ] {
            assert_eq!(iso(text, "Asia/Jakarta"), want, "{text:?}");
        }
    }

    #[test]
    fn of_mail() {
        for (text, zone, want) in [
            ("2017-07-14", "Asia/Jakarta", "Fri, 14 Jul 2017 00:00:00 +0700"),
            ("2017-07-04T09:30:05Z", "UTC", "Tue, 04 Jul 2017 09:30:05 +0000"),
            ("2020-01-01 10:00", "America/St_Johns", "Wed, 01 Jan 2020 10:00:00 -0330"),
        ] {
            let date = Date::parse(text, &TimeZone::get(zone).unwrap()).unwrap();
            assert_eq!(date.rfc2822(), want);
        }
    }

    #[test]
    fn gaps_and_lost_days() {
        // Clocks went from 02:00 to 03:00; and Samoa had no 30 December 2011.
        assert_eq!(iso("2024-03-31 02:30", "Europe/Berlin"), "2024-03-31T03:30:00+02:00");
        assert_eq!(iso("2011-12-30", "Pacific/Apia"), "2011-12-30");
    }
}
