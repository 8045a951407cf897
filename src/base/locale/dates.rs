//! Dates in words.

use std::sync::OnceLock;

use icu_calendar::{Date, Gregorian};
use icu_datetime::fieldsets::enums::{CalendarPeriodFieldSet, DateFieldSet};
use icu_datetime::fieldsets::{Y, YM, YMD, YMDE};
use icu_datetime::options::YearStyle;
use icu_datetime::pattern::FixedCalendarDateTimeNames as Names;
use icu_datetime::{DateTimeFormatterPreferences, FixedCalendarDateTimeFormatter as Formatter};
use icu_locale_core::Locale as IcuLocale;
use jiff::civil;

use super::DateLength;

type DayFormatter = Option<Formatter<Gregorian, DateFieldSet>>;
type PeriodFormatter = Option<Formatter<Gregorian, CalendarPeriodFieldSet>>;

/// The formatters of one language, each built when first needed. `None` inside means that ICU has
/// no data, which should never happen for an accepted language; dates are then written as ISO.
#[derive(Default)]
pub(super) struct Dates {
    days: [[OnceLock<DayFormatter>; 2]; 4],
    periods: [[OnceLock<PeriodFormatter>; 2]; 2],
}

impl Dates {
    /// Whether ICU knows the months; for those that it does not it answers "1945 M08".
    pub(super) fn have_months(&self, icu: &IcuLocale) -> bool {
        !self.format(icu, civil::date(1945, 8, 17), DateLength::Month).contains("M08")
    }

    pub(super) fn format(&self, icu: &IcuLocale, date: civil::Date, length: DateLength) -> String {
        let iso = || date.to_string();
        let Ok(day) = Date::try_new_gregorian(
            date.year().into(),
            date.month().unsigned_abs(),
            date.day().unsigned_abs(),
        ) else {
            return iso();
        };
        // ICU names the era of every year before 1000. Three digits are clear without it, and many
        // languages have no pattern for years with eras.
        let (style, slot) = if (100..1000).contains(&date.year()) {
            (YearStyle::NoEra, 1)
        } else {
            (YearStyle::Full, 0)
        };
        let day_slot = |n: usize, fields: DateFieldSet| {
            let built = self.days[n][slot].get_or_init(|| day_formatter(icu, fields));
            built.as_ref().map_or_else(iso, |f| f.format(&day).to_string())
        };
        let period_slot = |n: usize, fields: CalendarPeriodFieldSet| {
            let built = self.periods[n][slot].get_or_init(|| period_formatter(icu, fields));
            built.as_ref().map_or_else(iso, |f| f.format(&day).to_string())
        };
        match length {
            DateLength::Full => {
                day_slot(0, DateFieldSet::YMDE(YMDE::long().with_year_style(style)))
            }
            DateLength::Long => day_slot(1, DateFieldSet::YMD(YMD::long().with_year_style(style))),
            DateLength::Medium => {
                day_slot(2, DateFieldSet::YMD(YMD::medium().with_year_style(style)))
            }
            DateLength::Short => {
                day_slot(3, DateFieldSet::YMD(YMD::short().with_year_style(style)))
            }
            DateLength::Month => {
                period_slot(0, CalendarPeriodFieldSet::YM(YM::long().with_year_style(style)))
            }
            DateLength::Year => {
                period_slot(1, CalendarPeriodFieldSet::Y(Y::long().with_year_style(style)))
            }
        }
    }
}

// ICU4X 2.4 loads what the pattern *with* era needs, and forgets the digits where only the pattern
// without it needs them (Portuguese "agosto de 1945": a panic in debug builds). So digits are
// loaded for every formatter.

fn day_formatter(icu: &IcuLocale, fields: DateFieldSet) -> DayFormatter {
    let prefs = DateTimeFormatterPreferences::from(icu);
    let mut names = Names::from_formatter(prefs, Formatter::try_new(prefs, fields).ok()?);
    names.include_decimal_formatter().ok()?;
    names.try_into_formatter(fields).ok()
}

fn period_formatter(icu: &IcuLocale, fields: CalendarPeriodFieldSet) -> PeriodFormatter {
    let prefs = DateTimeFormatterPreferences::from(icu);
    let mut names = Names::from_formatter(prefs, Formatter::try_new(prefs, fields).ok()?);
    names.include_decimal_formatter().ok()?;
    names.try_into_formatter(fields).ok()
}
