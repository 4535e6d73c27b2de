//! The exponential function over vectors of numbers.

use std::f32::consts::LOG2_E;
use std::hint::black_box;

/// `1.5·2²³`: what is added to it is rounded to a whole number, which then is the lowest bits.
const WHOLE: f32 = 12_582_912.0;

/// By how much the exponent of a number in single precision is biased.
const BIAS: f32 = 127.0;

/// `2ʳ = Σ (r ln 2)ᵏ / k!`, the highest power first: exact enough for `|r| ≤ 1/2`.
const TAYLOR: [f32; 7] = {
    let mut terms = [1.0; 7];
    let mut power = 1;
    while power < terms.len() {
        let at = terms.len() - 1 - power;
        terms[at] = terms[at + 1] * std::f32::consts::LN_2 / power as f32;
        power += 1;
    }
    terms
};

/// `e` to the power of `x` times a factor that stays the same.
///
/// What it is made of comes from memory: constants that the compiler knows are written into their registers anew at
/// each turn of a loop by a browser, which takes about as long as the arithmetic.
pub(crate) struct Exponential {
    factor: f32,
    least: f32,
    shift: f32,
    taylor: [f32; 7],
}

impl Exponential {
    /// Of `factor · x`.
    pub(crate) fn new(factor: f32) -> Self {
        black_box(Self { factor: factor * LOG2_E, least: 1.0 - BIAS, shift: WHOLE + BIAS, taylor: TAYLOR })
    }

    /// `e^(factor · x)`, within 3·10⁻⁷, of products that are not above zero; what is below −87 is taken for about that.
    ///
    /// It is `2ⁿ 2ʳ` with `|r| ≤ 1/2`, and `2ⁿ` is written straight into the exponent's bits. There is no branch and no
    /// conversion, so that a loop over it becomes a short one over vectors.
    #[inline(always)]
    pub(crate) fn of(&self, x: f32) -> f32 {
        let x = x * self.factor;
        let x = if x < self.least { self.least } else { x };
        let shifted = x + self.shift;
        let r = x - (shifted - self.shift);
        let [first, others @ ..] = &self.taylor;
        let power = others.iter().fold(*first, |sum, next| sum * r + next);
        power * f32::from_bits(shifted.to_bits() << 23)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_exponential_is_that_of_double_precision() {
        let exponential = Exponential::new(0.25);
        for step in 0..=8_700 {
            let x = -0.04 * step as f32;
            let exact = (0.25 * f64::from(x)).exp();
            let off = (f64::from(exponential.of(x)) - exact).abs();
            assert!(off < 3e-7, "at {x}: {off:e}");
        }
        let least = f32::MIN_POSITIVE;
        let [far, farthest] = [-1e9, f32::NEG_INFINITY].map(|x| exponential.of(x));
        assert_eq!((exponential.of(0.0), far, farthest), (1.0, least, least));
    }
}
