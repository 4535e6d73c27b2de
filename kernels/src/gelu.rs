//! The Gaussian error linear unit.

use std::f32::consts::{FRAC_1_SQRT_2, FRAC_2_SQRT_PI};
use std::hint::black_box;

use crate::exp::Exponential;

/// Of `erfc(z) = 1 / (1 + a₁z + … + a₆z⁶)¹⁶` for `z ≥ 0`, within 3·10⁻⁷, highest power first; Abramowitz and Stegun,
/// Handbook of Mathematical Functions, 7.1.28.
const ERFC: [f32; 7] =
    [4.306_38e-5, 2.765_672e-4, 1.520_143e-4, 9.270_527e-3, 4.228_201e-2, 7.052_308e-2, 1.0];

/// What a GELU is made of, in memory: constants that the compiler knows are written into their registers anew at each
/// turn of a loop by a browser, which takes about as long as the arithmetic.
struct Normal {
    root: f32,
    erfc: [f32; 7],
}

impl Normal {
    fn new() -> Self {
        black_box(Self { root: FRAC_1_SQRT_2, erfc: ERFC })
    }

    /// `|x| / √2`, and one by `erfc` of it.
    #[inline(always)]
    fn of(&self, x: f32) -> (f32, f32) {
        let z = x.abs() * self.root;
        let [first, others @ ..] = &self.erfc;
        let polynomial = others.iter().fold(*first, |sum, next| sum * z + next);
        (z, (0..4).fold(polynomial, |power, _| power * power))
    }
}

/// `x ← x Φ(x)`, each by itself: the exact GELU (Hendrycks and Gimpel, 2016), within 10⁻⁶ up to `|x| = 8`, and beyond
/// as near as single precision is.
///
/// `x Φ(x) = max(x, 0) − |x| erfc(|x| / √2) / 2`, of which the second part is small: no error grows with `x`.
#[inline(never)]
pub fn gelu(values: &mut [f32]) {
    let normal = Normal::new();
    for x in values {
        let (z, sixteenth) = normal.of(*x);
        *x = if *x < 0.0 { 0.0 } else { *x } - z * normal.root / sixteenth;
    }
}

/// `slopes ← slopes · (Φ(x) + x φ(x))`, each by itself: by how much a GELU's result moves with `x`, within 10⁻⁶.
///
/// # Panics
/// If there are not as many slopes as values.
#[inline(never)]
pub fn gelu_slopes(values: &[f32], slopes: &mut [f32]) {
    assert_eq!(values.len(), slopes.len(), "a slope of each value");
    let (normal, density) = (Normal::new(), Exponential::new(-0.5));
    let height = black_box(FRAC_1_SQRT_2 * FRAC_2_SQRT_PI / 2.0);
    for (x, slope) in values.iter().zip(slopes) {
        let (_, sixteenth) = normal.of(*x);
        let beyond = 0.5 / sixteenth;
        let below = if *x < 0.0 { beyond } else { 1.0 - beyond };
        *slope *= below + x * height * density.of(x * x);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Turns of the test, each of a hundredth.
    const STEPS: i32 = 800;

    #[test]
    fn gelu_and_its_slope_are_those_of_double_precision() {
        let density = |x: f64| (-x * x / 2.0).exp() / (2.0 * std::f64::consts::PI).sqrt();
        let at = |step: f64| step / 100.0;
        // Φ(x) − 1/2, by Simpson's rule from one step to the next.
        let mut half = 0.0;
        for step in 0..=STEPS {
            let x = at(f64::from(step));
            let (mut values, mut slopes) = ([x as f32, -x as f32], [1.0; 2]);
            gelu_slopes(&values, &mut slopes);
            gelu(&mut values);
            let (above, below) = (0.5 + half, 0.5 - half);
            let slope = x * density(x);
            let exact = [x * above, -x * below, above + slope, below - slope];
            for (ours, exact) in values.into_iter().chain(slopes).zip(exact) {
                let off = (f64::from(ours) - exact).abs();
                assert!(off < 1e-6, "at {x}: {ours}, {exact}");
            }
            let [left, middle, right] = [0.0, 0.5, 1.0].map(|more| density(at(f64::from(step) + more)));
            half += at(1.0) * (left + 4.0 * middle + right) / 6.0;
        }
    }

    #[test]
    fn far_from_zero_it_is_the_number_itself_or_nothing() {
        let mut values = [-1e30, -50.0, 0.0, 50.0, 1e30];
        gelu(&mut values);
        assert_eq!(values, [0.0, 0.0, 0.0, 50.0, 1e30]);
    }

    #[test]
    fn gelu_is_that_of_scipy() {
        // x * scipy.stats.norm.cdf(x), SciPy 1.17.1
        let known = [
            (-6.0, -5.919_526e-9),
            (-3.0, -0.004_049_694),
            (-1.0, -0.158_655_25),
            (-0.1, -0.046_017_216),
            (0.0, 0.0),
            (0.5, 0.345_731_23),
            (1.0, 0.841_344_75),
            (2.5, 2.484_475_8),
            (7.0, 7.0),
        ];
        for (x, expected) in known {
            let mut values = [x];
            gelu(&mut values);
            assert!((values[0] - expected as f32).abs() < 1e-6, "at {x}: {}, {expected}", values[0]);
        }
    }
}
