//! Numbers as a person reads them.

/// `0.7834` → `78%`.
pub fn percent(share: f64) -> String {
    format!("{:.0}%", share * 100.0)
}

/// `90868376` → `90.9 MB`, in units of a thousand as browsers and disks count.
pub fn bytes(count: u64) -> String {
    let count = count as f64;
    match count {
        small if small < 1e3 => format!("{small:.0} B"),
        kilo if kilo < 1e6 => format!("{:.0} kB", kilo / 1e3),
        mega if mega < 1e9 => format!("{:.1} MB", mega / 1e6),
        giga => format!("{:.1} GB", giga / 1e9),
    }
}

/// Seconds → `8 s`, `1 min 20 s`, `2 h 5 min`; for what is still to come, and so not known to the millisecond.
pub fn duration(seconds: f64) -> String {
    let whole = seconds.max(0.0).round() as u64;
    match whole {
        0..60 => format!("{whole} s"),
        60..3600 => format!("{} min {} s", whole / 60, whole % 60),
        _ => format!("{} h {} min", whole / 3600, whole % 3600 / 60),
    }
}

/// Seconds → `about 1 min`, `about 18 min`, `about 2 h`; for guesses from a person's pace.
pub fn about(seconds: f64) -> String {
    match (seconds / 60.0).max(1.0) {
        minutes if minutes < 90.0 => format!("about {minutes:.0} min"),
        minutes => format!("about {:.0} h", minutes / 60.0),
    }
}

/// Seconds that something took → `120 ms`, `1.3 s`, `1 min 20 s`.
pub fn took(seconds: f64) -> String {
    if seconds < 9.95 { milliseconds(seconds * 1000.0) } else { duration(seconds) }
}

/// Milliseconds → `0.4 ms`, `12 ms`, `1.3 s`.
pub fn milliseconds(ms: f64) -> String {
    match ms {
        tiny if tiny < 9.95 => format!("{tiny:.1} ms"),
        some if some < 1000.0 => format!("{some:.0} ms"),
        many => format!("{:.1} s", many / 1000.0),
    }
}

/// `1748` → `1,748`.
pub fn count(number: usize) -> String {
    let digits = number.to_string();
    let mut grouped = String::with_capacity(digits.len() + digits.len() / 3);
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}

/// `1, "pair"` → `1 pair`, `2, "pair"` → `2 pairs`.
pub fn many(number: usize, noun: &str) -> String {
    let ending = if number == 1 { "" } else { "s" };
    format!("{} {noun}{ending}", count(number))
}

/// A score with its sign, `+1.24`, with a true minus.
pub fn signed(value: f64) -> String {
    let sign = if value < 0.0 { '\u{2212}' } else { '+' };
    format!("{sign}{:.2}", value.abs())
}

/// What a part of a text adds to a score, with its sign, `+0.012`.
pub fn exact(value: f32) -> String {
    let sign = if value < 0.0 { '\u{2212}' } else { '+' };
    format!("{sign}{:.3}", value.abs())
}

/// A difference of two shares in points, `+3 points`, with a true minus.
pub fn points(difference: f64) -> String {
    let points = (difference * 100.0).round();
    let sign = if points < 0.0 { "\u{2212}" } else { "+" };
    let ending = if points.abs() == 1.0 { "" } else { "s" };
    format!("{sign}{:.0} point{ending}", points.abs())
}

/// A p-value: `p = 0.03`, `p < 0.001`.
pub fn chance(p: f64) -> String {
    match p {
        tiny if tiny < 0.001 => "p < 0.001".into(),
        small if small < 0.1 => format!("p = {small:.3}"),
        large => format!("p = {large:.2}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_read_well() {
        assert_eq!(percent(0.7834), "78%");
        assert_eq!(bytes(90_868_376), "90.9 MB");
        assert_eq!(duration(80.2), "1 min 20 s");
        assert_eq!(about(1080.0), "about 18 min");
        assert_eq!(about(7000.0), "about 2 h");
        assert_eq!(took(0.1234), "123 ms");
        assert_eq!(took(80.2), "1 min 20 s");
        assert_eq!(milliseconds(0.42), "0.4 ms");
        assert_eq!(count(1_234_567), "1,234,567");
        assert_eq!(many(1, "pair"), "1 pair");
        assert_eq!(signed(-0.5), "\u{2212}0.50");
        assert_eq!((points(-0.012).as_str(), points(0.1).as_str()), ("\u{2212}1 point", "+10 points"));
        assert_eq!((chance(0.0004).as_str(), chance(0.034).as_str()), ("p < 0.001", "p = 0.034"));
    }
}
