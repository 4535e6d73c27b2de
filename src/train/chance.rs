//! Chance that a seed decides, the same on every machine.

/// The numbers below `count` in an order that depends on seed and epoch alone.
pub fn shuffled(count: usize, seed: u64, epoch: u64) -> impl Iterator<Item = usize> {
    let mut order: Vec<usize> = (0..count).collect();
    order.sort_by_key(|&at| mixed(mixed(seed ^ (epoch << 32)) ^ at as u64));
    order.into_iter()
}

/// Evenly between −1 and 1, without end.
pub fn even(seed: u64) -> impl Iterator<Item = f32> {
    // The upper 24 bits are all that a single-precision number between 0 and 1 can hold.
    (0..).map(move |at: u64| (mixed(mixed(seed) ^ at) >> 40) as f32 / (1 << 23) as f32 - 1.0)
}

/// SplitMix64's finaliser (Steele, Lea and Flood, 2014): every bit of `x` moves every bit of the result.
fn mixed(x: u64) -> u64 {
    let x = x.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let x = (x ^ (x >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let x = (x ^ (x >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    x ^ (x >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_number_comes_once_and_another_epoch_is_another_order() {
        let order = |seed, epoch| shuffled(50, seed, epoch).collect::<Vec<_>>();
        let mut sorted = order(3, 0);
        sorted.sort_unstable();
        assert_eq!(sorted, (0..50).collect::<Vec<_>>());
        assert_eq!(order(3, 1), order(3, 1));
        assert_ne!(order(3, 0), order(3, 1));
        assert_ne!(order(3, 0), order(4, 0));
    }

    #[test]
    fn even_chance_has_the_mean_and_the_spread_that_it_should() {
        let drawn: Vec<f64> = even(1).take(10_000).map(f64::from).collect();
        assert!(drawn.iter().all(|x| (-1.0..1.0).contains(x)));
        let mean = drawn.iter().sum::<f64>() / 1e4;
        let square = drawn.iter().map(|x| x * x).sum::<f64>() / 1e4;
        // Standard errors: 0.0058 of the mean, 0.003 of the mean square.
        assert!(mean.abs() < 0.025 && (square - 1.0 / 3.0).abs() < 0.015, "{mean} {square}");
    }
}
