//! What is gained by drawing `n` responses and keeping the one that scores best, and what it costs.
//!
//! The gain is told by the very model that chooses: a response that merely looks good to it counts as good. How far the
//! draw moves away from the policy is therefore told beside it (Gao, Schulman and Hilton, 2023, plot the one against
//! the other).

/// Best of `n`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct BestOf {
    /// Responses drawn, from 1.
    pub n: usize,
    /// The score expected of the best of them.
    pub expected: f64,
    /// At most so far, in nats, is the policy "best of `n`" from the one that is drawn from.
    pub divergence: f64,
}

/// Best of 1, of 2, … of all of these scores; empty for none. Scores that are no numbers are left out.
pub fn best_of(scores: &[f32]) -> Vec<BestOf> {
    let mut rising: Vec<f32> = scores.iter().copied().filter(|score| score.is_finite()).collect();
    rising.sort_by(f32::total_cmp);
    let each = 1..=rising.len();
    each.map(|n| BestOf { n, expected: expected_best(&rising, n), divergence: divergence(n) }).collect()
}

/// The expected highest of `n` scores drawn without replacement from all `k`, which rise: over all draws,
/// `Σᵢ s₍ᵢ₎ · C(i − 1, n − 1) / C(k, n)`. As an estimate for a policy of which the `k` are a sample it has no bias
/// (Nakano and others, 2021, appendix I). `n` is from 1 to `k`.
fn expected_best(rising: &[f32], n: usize) -> f64 {
    let k = rising.len();
    // The highest is in n of k draws; each next one's share follows from the one above, with no large number on the way.
    let mut share = n as f64 / k as f64;
    let mut expected = 0.0;
    for i in (n..=k).rev() {
        expected += share * f64::from(rising[i - 1]);
        share *= (i - n) as f64 / (i - 1) as f64;
    }
    expected
}

/// `log n − (n − 1)/n` nats: the divergence KL(best of n ‖ policy) as Stiennon and others (2020, appendix G.3) give it;
/// Beirami and others (2024) show that it is an upper bound, reached where no two responses score the same.
pub fn divergence(n: usize) -> f64 {
    let n = n.max(1) as f64;
    n.ln() - (n - 1.0) / n
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// The mean of the highest over every way to draw `n`.
    fn by_enumeration(scores: &[f32], n: u32) -> f64 {
        let draws = (0u32..1 << scores.len()).filter(|draw| draw.count_ones() == n);
        let highest = |draw: u32| {
            let drawn = scores.iter().enumerate().filter(|(at, _)| draw >> at & 1 == 1);
            drawn.map(|(_, &score)| f64::from(score)).fold(f64::NEG_INFINITY, f64::max)
        };
        let (sum, count) = draws.fold((0.0, 0.0), |(sum, count), draw| (sum + highest(draw), count + 1.0));
        sum / count
    }

    proptest! {
        #[test]
        fn it_is_the_mean_over_every_draw(scores in prop::collection::vec(-9f32..9.0, 1..11)) {
            let best = best_of(&scores);
            prop_assert_eq!(best.len(), scores.len());
            for BestOf { n, expected, .. } in best {
                prop_assert!((expected - by_enumeration(&scores, n as u32)).abs() < 1e-9);
            }
        }

        #[test]
        fn more_draws_never_expect_less_and_stay_between_the_mean_and_the_highest(
            scores in prop::collection::vec(-1e6f32..1e6, 1..1000),
        ) {
            let best = best_of(&scores);
            let mean = scores.iter().map(|&score| f64::from(score)).sum::<f64>() / scores.len() as f64;
            let highest = scores.iter().copied().fold(f32::NEG_INFINITY, f32::max);
            let (first, last) = (best[0].expected, best[best.len() - 1].expected);
            prop_assert!((first - mean).abs() < 1e-5);
            prop_assert_eq!(last, f64::from(highest));
            prop_assert!(best.windows(2).all(|two| two[0].expected <= two[1].expected + 1e-6));
        }
    }

    #[test]
    fn of_a_thousand_evenly_spaced_scores_it_is_the_closed_form() {
        // The highest of n drawn from 1…k is n(k + 1)/(n + 1) on average.
        let scores: Vec<f32> = (1..=1000).map(|score| score as f32).collect();
        for BestOf { n, expected, .. } in best_of(&scores) {
            let closed = n as f64 * 1001.0 / (n as f64 + 1.0);
            assert!((expected - closed).abs() < 1e-9 * closed, "best of {n}: {expected} and {closed}");
        }
    }

    #[test]
    fn nothing_comes_of_nothing_and_what_is_no_number_is_left_out() {
        assert_eq!(best_of(&[]), []);
        assert_eq!(best_of(&[f32::NAN, f32::INFINITY]), []);
        assert_eq!(best_of(&[f32::NAN, 2.0]), [BestOf { n: 1, expected: 2.0, divergence: 0.0 }]);
    }

    #[test]
    fn the_divergence_is_the_integral_it_stands_for() {
        // Of ranks u that are uniform in the policy, best of n has the density n uⁿ⁻¹: KL = ∫ n uⁿ⁻¹ log(n uⁿ⁻¹) du.
        for n in [1usize, 2, 4, 16, 100] {
            let steps = 200_000;
            let density = |u: f64| n as f64 * u.powi(n as i32 - 1);
            let middle = |step: usize| (step as f64 + 0.5) / f64::from(steps);
            let term = |u: f64| if density(u) > 0.0 { density(u) * density(u).ln() } else { 0.0 };
            let sum: f64 = (0..steps as usize).map(|step| term(middle(step))).sum();
            assert!((divergence(n) - sum / f64::from(steps)).abs() < 1e-6, "best of {n}");
        }
    }
}
