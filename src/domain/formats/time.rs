//! Moments as files write them: seconds, milliseconds, microseconds or nanoseconds since 1970, or a date of RFC 3339.

use serde_json::Value;

use super::row::number;

/// Numbers below each are of its unit, of which so many are a millisecond; larger ones are nanoseconds. Each unit thus
/// reaches from the year 1973 (seconds from 1970) to 5138, where the next finer one has only come to 1973.
const UNITS: [(f64, f64); 3] = [(1e11, 1e-3), (1e14, 1.0), (1e17, 1e3)];
const NANOSECONDS: f64 = 1e6;

/// The last moment that is believed, in milliseconds: the end of the year 9999.
const LATEST_MS: f64 = 253_402_300_799_999.0;

/// Milliseconds since 1970 UTC; `None` for what is no moment.
pub fn moment(value: &Value) -> Option<u64> {
    let ms = match (number(value), value) {
        (Some(number), _) => {
            let unit = UNITS.iter().find(|(below, _)| number.abs() < *below);
            number / unit.map_or(NANOSECONDS, |(_, in_a_ms)| *in_a_ms)
        }
        (None, Value::String(text)) => rfc3339(text.trim())?,
        (None, Value::Null | Value::Bool(_) | Value::Number(_) | Value::Array(_) | Value::Object(_)) => {
            return None;
        }
    };
    (0.0..=LATEST_MS).contains(&ms).then(|| ms.round() as u64)
}

/// `2026-01-31T12:00:00.000Z`.
pub fn written(ms: u64) -> String {
    let within = ms % 86_400_000;
    let (hours, minutes, seconds) = (within / 3_600_000, within / 60_000 % 60, within / 1000 % 60);
    let date = written_date((ms / 86_400_000) as i64);
    format!("{date}T{hours:02}:{minutes:02}:{seconds:02}.{:03}Z", within % 1000)
}

/// `2026-01-31`, for the day that lies so many days after 1970-01-01.
pub fn written_date(days: i64) -> String {
    let (year, month, day) = date(days);
    format!("{year:04}-{month:02}-{day:02}")
}

fn rfc3339(text: &str) -> Option<f64> {
    let (date, rest) = text.split_at_checked(10)?;
    let mut parts = date.split('-').map(|part| part.parse::<i64>().ok());
    let (year, month, day) = (parts.next()??, parts.next()??, parts.next()??);
    if !(1..=12).contains(&month) || !(1..=31).contains(&day) {
        return None;
    }
    let midnight = days(year, month, day) as f64 * 86_400_000.0;
    if rest.is_empty() {
        return Some(midnight);
    }
    let clock = rest.strip_prefix(['T', 't', ' '])?;
    let zone_at = clock.find(['Z', 'z', '+', '-']).unwrap_or(clock.len());
    let (clock, zone) = clock.split_at(zone_at);
    let mut parts = clock.split(':').map(|part| part.parse::<f64>().ok());
    let (hours, minutes, seconds) = (parts.next()??, parts.next()??, parts.next().unwrap_or(Some(0.0))?);
    let offset = offset_minutes(zone)?;
    Some(midnight + ((hours * 60.0 + minutes - offset) * 60.0 + seconds) * 1000.0)
}

/// Minutes that a zone is ahead of UTC.
fn offset_minutes(zone: &str) -> Option<f64> {
    let sign = match zone.chars().next() {
        None | Some('Z' | 'z') => return Some(0.0),
        Some('-') => -1.0,
        Some(_) => 1.0,
    };
    let digits: String = zone.chars().skip(1).filter(|&sign| sign != ':').collect();
    let (hours, minutes) = digits.split_at_checked(2)?;
    let minutes = if minutes.is_empty() { 0.0 } else { minutes.parse().ok()? };
    Some(sign * (hours.parse::<f64>().ok()? * 60.0 + minutes))
}

/// Days from 1970-01-01 to a date of the Gregorian calendar, years counted from March so that leap days come last.
fn days(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let (era, of_era) = (year.div_euclid(400), year.rem_euclid(400));
    let of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468
}

/// The date that lies so many days after 1970-01-01.
fn date(days: i64) -> (i64, i64, i64) {
    let days = days + 719_468;
    let (era, of_era) = (days.div_euclid(146_097), days.rem_euclid(146_097));
    let year = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year + year / 4 - year / 100);
    let month = (5 * of_year + 2) / 153;
    let day = of_year - (153 * month + 2) / 5 + 1;
    let month = if month < 10 { month + 3 } else { month - 9 };
    (year + era * 400 + i64::from(month <= 2), month, day)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_are_read_in_every_usual_writing() {
        let at = |text: &str| moment(&Value::from(text));
        assert_eq!(at("1970-01-01T00:00:00Z"), Some(0));
        assert_eq!(at("2024-02-29T23:59:59.5+01:00"), Some(1_709_247_599_500));
        assert_eq!(at("2024-02-29"), Some(1_709_164_800_000));
        assert_eq!(moment(&Value::from(1_709_164_800)), Some(1_709_164_800_000));
        assert_eq!(at("1709164800000"), Some(1_709_164_800_000));
        assert_eq!(moment(&Value::from(1_709_164_800_000_001_u64)), Some(1_709_164_800_000));
        assert_eq!(moment(&Value::from(1_709_164_800_123_000_000_u64)), Some(1_709_164_800_123));
        assert_eq!(at("yesterday"), None);
        assert_eq!(at("2024-02-é9"), None);
    }

    #[test]
    fn what_is_written_is_read() {
        for ms in [0, 951_782_399_999, 1_709_247_599_500, 4_102_444_800_000] {
            assert_eq!(moment(&Value::from(written(ms))), Some(ms));
        }
        assert_eq!([-1, 0, 19_782].map(written_date), ["1969-12-31", "1970-01-01", "2024-02-29"]);
    }
}
