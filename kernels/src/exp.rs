//! The exponential function over vectors of numbers, and what is made of it.

/// `eˣ`, within 2 units in the last place for `x` from −87 to 88; what lies beyond is taken for the nearer end.
///
/// `x = n·ln 2 + r` with `|r| ≤ ln 2 / 2`, where the Taylor polynomial of degree 6 is exact enough; `2ⁿ` is written
/// straight into the exponent's bits. There is no branch and no conversion, so that a loop over it becomes a short one
/// over vectors.
#[inline(always)]
pub(crate) fn exp(x: f32) -> f32 {
    /// `ln 2` in two parts, of which the first has so few bits that `n` times it is exact.
    const LN_2: [f32; 2] = [0.693_359_4, -2.121_944_4e-4];
    /// `1.5·2²³`: what is added to it is rounded to a whole number, which then is the lowest bits.
    const WHOLE: f32 = 12_582_912.0;
    let x = x.clamp(-87.0, 88.0);
    let shifted = x * std::f32::consts::LOG2_E + WHOLE;
    let n = shifted - WHOLE;
    let r = x - n * LN_2[0] - n * LN_2[1];
    let polynomial = 1.0 / 720.0;
    let polynomial = polynomial * r + 1.0 / 120.0;
    let polynomial = polynomial * r + 1.0 / 24.0;
    let polynomial = polynomial * r + 1.0 / 6.0;
    let polynomial = polynomial * r + 0.5;
    let polynomial = polynomial * r * r + r + 1.0;
    polynomial * f32::from_bits((shifted.to_bits() << 23).wrapping_add(127 << 23))
}

/// The error function, within 2·10⁻⁷; Abramowitz and Stegun, Handbook of Mathematical Functions, 7.1.26.
#[inline(always)]
fn erf(x: f32) -> f32 {
    let positive = x.abs();
    let t = 1.0 / (1.0 + 0.327_591_1 * positive);
    let polynomial = 1.061_405_4 * t - 1.453_152;
    let polynomial = polynomial * t + 1.421_413_7;
    let polynomial = polynomial * t - 0.284_496_74;
    let polynomial = polynomial * t + 0.254_829_6;
    (1.0 - polynomial * t * exp(-positive * positive)).copysign(x)
}

/// Numbers taken at once: for each turn of a loop, a browser writes every constant into its register anew.
const AT_ONCE: usize = 16;

/// `x ← x Φ(x)`, each by itself: the exact GELU (Hendrycks and Gimpel, 2016), within 10⁻⁶.
#[inline(never)]
pub fn gelu(values: &mut [f32]) {
    let of = |x: f32| 0.5 * x * (1.0 + erf(x * std::f32::consts::FRAC_1_SQRT_2));
    let (whole, rest) = values.as_chunks_mut::<AT_ONCE>();
    whole.iter_mut().for_each(|values| *values = values.map(of));
    rest.iter_mut().for_each(|x| *x = of(*x));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_exponential_is_that_of_double_precision() {
        for step in -8_700..=8_800 {
            let x = step as f32 / 100.0;
            let exact = f64::from(x).exp();
            let off = (f64::from(exp(x)) - exact).abs() / exact;
            assert!(off < 2.5e-7, "at {x}: {off:e}");
        }
        assert_eq!((exp(0.0), exp(-1e9), exp(f32::NEG_INFINITY)), (1.0, exp(-87.0), exp(-87.0)));
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
