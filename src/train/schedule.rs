//! How the learning rate falls.

/// A cosine from `start` at step 0 to a hundredth of it at the last of `steps` (Loshchilov and Hutter, 2017).
pub fn cosine(start: f32, step: u32, steps: u32) -> f64 {
    let progress = f64::from(step) / f64::from(steps.max(2) - 1);
    let end = f64::from(start) / 100.0;
    end + (f64::from(start) - end) * (1.0 + (std::f64::consts::PI * progress.min(1.0)).cos()) / 2.0
}

#[cfg(test)]
mod tests {
    use super::cosine;

    #[test]
    fn it_starts_at_the_rate_and_ends_at_a_hundredth() {
        assert!((cosine(0.05, 0, 100) - 0.05).abs() < 1e-8);
        assert!((cosine(0.05, 99, 100) - 0.0005).abs() < 1e-8);
        assert!(cosine(0.05, 0, 1).is_finite());
    }
}
