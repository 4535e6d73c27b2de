//! How long an annotator takes, and whether it was long enough to have read what was on the screen.

use crate::domain::metrics::quantile;

/// Words a minute above which nobody has read all of a text. Adults read English silently at 175 to 300 words a
/// minute (Brysbaert, 2019, a meta-analysis of 190 studies); more than twice the fastest of that is looking for words,
/// not reading, and above 1,000 the eye itself cannot follow (Rayner and others, 2016).
pub const FASTEST_WORDS_A_MINUTE: u64 = 700;

/// One answer's time and what there was to read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reading {
    /// Milliseconds between showing and answering.
    pub lead_ms: u64,
    /// Words of prompt and both responses.
    pub words: usize,
}

/// One annotator's times.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Pace {
    /// Answers with a time.
    pub answers: usize,
    /// Half of them took less, in milliseconds. No mean: one lunch would spoil it.
    pub median_ms: f64,
    /// A quarter took less.
    pub lower_ms: f64,
    /// A quarter took more.
    pub upper_ms: f64,
    /// Those too fast to have read everything.
    pub too_fast: usize,
}

impl Pace {
    /// `None` without readings.
    pub fn of(readings: &[Reading]) -> Option<Self> {
        let mut leads: Vec<f64> = readings.iter().map(|reading| reading.lead_ms as f64).collect();
        leads.sort_by(f64::total_cmp);
        Some(Self {
            answers: readings.len(),
            median_ms: quantile(&leads, 0.5)?,
            lower_ms: quantile(&leads, 0.25)?,
            upper_ms: quantile(&leads, 0.75)?,
            too_fast: readings.iter().filter(|reading| too_fast(**reading)).count(),
        })
    }
}

/// Whether the time is below what reading every word takes at [`FASTEST_WORDS_A_MINUTE`].
pub fn too_fast(reading: Reading) -> bool {
    reading.lead_ms * FASTEST_WORDS_A_MINUTE < reading.words as u64 * 60_000
}

/// Words of a text: what white space separates; where a script writes without spaces, two characters count as one
/// word (Chinese reading speeds are 1.6 characters a word: Trauzettel-Klosinski and Dietz, 2012).
pub fn words(text: &str) -> usize {
    let (mut words, mut unspaced, mut inside) = (0, 0, false);
    for letter in text.chars() {
        let alone = writes_without_spaces(letter);
        unspaced += usize::from(alone);
        let part = !letter.is_whitespace() && !alone;
        words += usize::from(part && !inside);
        inside = part;
    }
    words + unspaced.div_ceil(2)
}

/// Kana, CJK ideographs with their extensions, Thai, Lao, Khmer, Myanmar.
fn writes_without_spaces(letter: char) -> bool {
    matches!(letter, '\u{0E00}'..='\u{0EFF}' | '\u{1000}'..='\u{109F}' | '\u{1780}'..='\u{17FF}'
        | '\u{3040}'..='\u{30FF}' | '\u{3400}'..='\u{9FFF}' | '\u{F900}'..='\u{FAFF}' | '\u{20000}'..='\u{3FFFF}')
}

/// How fast the newest answers follow each other: the median of the gaps, which a break does not move.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Rhythm {
    /// Milliseconds from answer to answer.
    pub gap_ms: f64,
}

impl Rhythm {
    /// Gaps that are looked at: what a person did an hour ago says little of now.
    pub const NEWEST: usize = 20;
    /// Fewer gaps than this are no rhythm.
    const FEWEST: usize = 4;

    /// Of the times of answers, rising, in milliseconds.
    pub fn of(times_ms: &[u64]) -> Option<Self> {
        let newest = &times_ms[times_ms.len().saturating_sub(Self::NEWEST + 1)..];
        let mut gaps: Vec<f64> =
            newest.windows(2).map(|pair| pair[1].saturating_sub(pair[0]) as f64).collect();
        gaps.sort_by(f64::total_cmp);
        let gap_ms = quantile(&gaps, 0.5).filter(|gap| *gap > 0.0)?;
        (gaps.len() >= Self::FEWEST).then_some(Self { gap_ms })
    }

    /// Answers a minute.
    pub fn a_minute(self) -> f64 {
        60_000.0 / self.gap_ms
    }

    /// Seconds that so many more answers will take.
    pub fn seconds_for(self, answers: usize) -> f64 {
        answers as f64 * self.gap_ms / 1000.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hundred_words_take_more_than_eight_seconds() {
        assert!(too_fast(Reading { lead_ms: 8_000, words: 100 }));
        assert!(!too_fast(Reading { lead_ms: 9_000, words: 100 }));
        assert!(!too_fast(Reading { lead_ms: 0, words: 0 }));
    }

    #[test]
    fn words_are_counted_in_every_script() {
        assert_eq!(words("  Two words,\nthree now "), 4);
        assert_eq!(words("日本語です"), 3);
        assert_eq!(words("Rust は速い ok"), 4);
        assert_eq!(words(""), 0);
    }

    #[test]
    fn a_long_break_does_not_move_the_rhythm() {
        let steady: Vec<u64> = (0..12).map(|number| number * 6_000).collect();
        let rhythm = Rhythm::of(&steady).unwrap();
        assert_eq!(rhythm.a_minute(), 10.0);
        assert_eq!(rhythm.seconds_for(30), 180.0);
        let mut after_lunch = steady.clone();
        after_lunch.push(steady[11] + 3_600_000);
        assert_eq!(Rhythm::of(&after_lunch), Some(rhythm));
        assert_eq!(Rhythm::of(&steady[..3]), None);
    }
}
