//! Exact tests against a fair coin.

/// Two-sided p-value of `part` of `whole` tosses under a fair coin, 0–1; 1 for no tosses. The distribution is
/// symmetric, so this is twice the smaller tail, at most 1.
pub fn coin_test(part: usize, whole: usize) -> f64 {
    let fewer = part.min(whole.saturating_sub(part));
    if 2 * fewer >= whole {
        return 1.0;
    }
    // log P(X = fewer), a sum of logarithms: 2^−n alone is 0 in f64 beyond a thousand tosses.
    let mut log_chance = -(whole as f64) * std::f64::consts::LN_2;
    for k in 0..fewer {
        log_chance += ((whole - k) as f64 / (k + 1) as f64).ln();
    }
    // The rest of the tail beside it, each term from the one above: P(k − 1) = P(k) · k / (n − k + 1).
    let (mut beside, mut tail) = (1.0, 1.0);
    for k in (1..=fewer).rev() {
        beside *= k as f64 / (whole - k + 1) as f64;
        tail += beside;
    }
    (2.0 * log_chance.exp() * tail).min(1.0)
}

/// McNemar's exact test (1947) of two models on the same pairs: `only_first` pairs that the first alone gets right,
/// `only_second` the second alone. Pairs on which both are right, or both wrong, say nothing of the difference.
pub fn mcnemar(only_first: usize, only_second: usize) -> f64 {
    coin_test(only_first, only_first + only_second)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_coin_is_fair_in_both_directions_and_thousands_of_tosses_do_not_underflow() {
        assert_eq!(coin_test(0, 0), 1.0);
        assert_eq!(coin_test(3, 6), 1.0);
        assert!((coin_test(0, 3) - 0.25).abs() < 1e-15);
        assert_eq!(coin_test(2, 9), coin_test(7, 9));
        let p = coin_test(4900, 10_000);
        assert!(p > 0.04 && p < 0.06, "{p}");
    }
}
