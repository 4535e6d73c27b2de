//! How two differences between the responses of a pair go along.

use super::{Interval, Z};

/// A correlation with its interval.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Correlation {
    /// −1 to 1.
    pub r: f64,
    /// 95 %, by Fisher's z (1915).
    pub interval: Interval,
    /// Pairs.
    pub count: usize,
}

/// Pearson's correlation of two differences over pairs, counted in both orders: swapping the responses of a pair
/// changes the sign of both, so the means are 0 and `r = Σxy / √(Σx² Σy²)`. The interval is that of `n` pairs, not of
/// twice as many. `None` below four pairs, or if one of the two never varies.
pub fn correlation(pairs: impl IntoIterator<Item = (f64, f64)>) -> Option<Correlation> {
    let (mut count, mut xy, mut xx, mut yy) = (0usize, 0.0, 0.0, 0.0);
    for (x, y) in pairs {
        count += 1;
        xy += x * y;
        xx += x * x;
        yy += y * y;
    }
    if count < 4 || !(xx > 0.0 && yy > 0.0) {
        return None;
    }
    let r = (xy / (xx.sqrt() * yy.sqrt())).clamp(-1.0, 1.0);
    let half = Z / ((count - 3) as f64).sqrt();
    // At r = ±1 Fisher's z is infinite, and its interval is r itself.
    let interval = Interval { low: (r.atanh() - half).tanh(), high: (r.atanh() + half).tanh() };
    Some(Correlation { r, interval, count })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn swapping_pairs_changes_nothing_and_no_variance_gives_none() {
        let pairs = [(1.0, 0.5), (2.0, -0.25), (-1.5, -2.0), (0.5, 1.0), (3.0, 1.5)];
        let swapped = pairs.map(|(x, y): (f64, f64)| if x > 1.0 { (-x, -y) } else { (x, y) });
        assert_eq!(correlation(pairs), correlation(swapped));
        assert_eq!(correlation([(1.0, 0.0); 9]), None);
        assert_eq!(correlation(pairs.into_iter().take(3)), None);
        let same = correlation([(1.0, 2.0), (2.0, 4.0), (3.0, 6.0), (-1.0, -2.0)]).unwrap();
        assert!(same.r > 1.0 - 1e-15 && same.interval.low.is_finite() && same.interval.high <= 1.0);
    }
}
