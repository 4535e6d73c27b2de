//! The normal distribution.

use std::f64::consts::FRAC_1_SQRT_2;

/// How likely a standard normal variable is to lie below `z`: ½ erfc(−z/√2), to 2e-7.
pub fn below(z: f64) -> f64 {
    let upper = 0.5 * erfc(z.abs() * FRAC_1_SQRT_2);
    if z < 0.0 { upper } else { 1.0 - upper }
}

/// 1 − erf, of x ≥ 0: Abramowitz and Stegun (1964), 7.1.26.
fn erfc(x: f64) -> f64 {
    const TERMS: [f64; 5] = [1.061_405_429, -1.453_152_027, 1.421_413_741, -0.284_496_736, 0.254_829_592];
    let t = 1.0 / (1.0 + 0.327_591_1 * x);
    let sum = TERMS.iter().fold(0.0, |sum, term| (sum + term) * t);
    sum * (-x * x).exp()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_scipys() {
        // scipy.stats.norm.cdf
        let known =
            [(0.0, 0.5), (1.0, 0.841_344_746), (1.96, 0.975_002_105), (-0.5, 0.308_537_539), (-6.0, 0.0)];
        for (z, share) in known {
            assert!((below(z) - share).abs() < 2e-7, "{z}: {}", below(z));
        }
    }
}
