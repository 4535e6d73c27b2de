//! A share with its interval, and how many more pairs it takes to tell it from one half.

use serde::{Deserialize, Serialize};

use super::{Interval, Z};

/// So many of so many.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Share {
    /// Of these it holds.
    pub part: usize,
    /// Counted in all.
    pub whole: usize,
}

impl Share {
    /// How many of these are true.
    pub fn of(trials: impl IntoIterator<Item = bool>) -> Self {
        trials.into_iter().fold(Self::default(), |share, hit| Self {
            part: share.part + usize::from(hit),
            whole: share.whole + 1,
        })
    }

    /// 0–1; `None` for no trials.
    pub fn value(self) -> Option<f64> {
        (self.whole > 0).then(|| self.part as f64 / self.whole as f64)
    }

    /// Wilson's interval; `None` for no trials.
    pub fn interval(self) -> Option<Interval> {
        wilson(self.part, self.whole)
    }
}

/// Wilson's score interval at 95 % (Wilson, 1927). `None` for no trials.
pub fn wilson(successes: usize, trials: usize) -> Option<Interval> {
    (trials > 0).then(|| wilson_of(successes as f64, trials as f64))
}

/// The same for successes that may be halves; `trials` > 0.
pub(super) fn wilson_of(successes: f64, trials: f64) -> Interval {
    let p = successes / trials;
    let centre = p + Z * Z / (2.0 * trials);
    let half = Z * (p * (1.0 - p) / trials + Z * Z / (4.0 * trials * trials)).sqrt();
    let scale = 1.0 + Z * Z / trials;
    Interval { low: ((centre - half) / scale).max(0.0), high: ((centre + half) / scale).min(1.0) }
}

/// How many more pairs would tell this share from one half, if it stays what it is: the two-sided test at 5 % then
/// finds the difference four times in five. By the normal approximation,
/// `n = ((z₀.₉₇₅ · ½ + z₀.₈ · √(p(1 − p))) / (p − ½))²`. `None` at one half, and where it is further than `most`.
pub fn more_to_tell(share: Share, most: usize) -> Option<usize> {
    /// The standard normal's 80 % point.
    const POWER: f64 = 0.841_621_233_572_914_3;
    let p = share.value()?;
    let root = (Z / 2.0 + POWER * (p * (1.0 - p)).sqrt()) / (p - 0.5);
    let needed = root * root;
    if !needed.is_finite() || needed > (share.whole + most) as f64 {
        return None;
    }
    // Where that many are there already and still do not tell, luck was short: one more is the least there is.
    Some((needed.ceil() as usize).saturating_sub(share.whole).max(1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_share_far_from_one_half_takes_few_and_one_near_it_many() {
        let more = |part, whole| more_to_tell(Share { part, whole }, 10_000);
        assert_eq!(more(5, 10), None);
        assert_eq!(more(0, 0), None);
        assert_eq!(more(3, 4), Some(25), "29 in all at three in four");
        assert!(more(52, 100) > more(58, 100));
        assert_eq!(more_to_tell(Share { part: 51, whole: 100 }, 300), None);
    }
}
