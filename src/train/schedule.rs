//! How the learning rate rises and falls.

/// A cosine from `start` at step 0 to a hundredth of it at the last of `steps` (Loshchilov and Hutter, 2017).
pub fn cosine(start: f32, step: u32, steps: u32) -> f64 {
    let progress = f64::from(step) / f64::from(steps.max(2) - 1);
    let end = f64::from(start) / 100.0;
    end + (f64::from(start) - end) * (1.0 + (std::f64::consts::PI * progress.min(1.0)).cos()) / 2.0
}

/// Evenly up to `start` over the first `warm_up` of `steps`, 0–1, then as [`cosine`] over the rest.
pub fn warmed(start: f32, warm_up: f32, step: u32, steps: u32) -> f64 {
    let rising = (warm_up * steps as f32).round() as u32;
    if step < rising {
        return f64::from(start) * f64::from(step + 1) / f64::from(rising + 1);
    }
    cosine(start, step - rising, steps - rising)
}

#[cfg(test)]
mod tests {
    use super::{cosine, warmed};

    #[test]
    fn it_starts_at_the_rate_and_ends_at_a_hundredth() {
        assert!((cosine(0.05, 0, 100) - 0.05).abs() < 1e-8);
        assert!((cosine(0.05, 99, 100) - 0.0005).abs() < 1e-8);
        assert!(cosine(0.05, 0, 1).is_finite());
    }
    #[test]
    fn it_warms_up_and_then_is_the_cosine() {
        let rates: Vec<f64> = (0..20).map(|step| warmed(0.1, 0.2, step, 20)).collect();
        assert!(rates[..5].windows(2).all(|two| two[0] < two[1]), "{rates:?}");
        assert!(rates[4..].windows(2).all(|two| two[0] > two[1]), "{rates:?}");
        assert!((rates[4] - 0.1).abs() < 1e-8 && rates[0] > 0.0);
        assert_eq!(warmed(0.1, 0.0, 7, 20), cosine(0.1, 7, 20));
        assert!((0..3).all(|step| warmed(0.1, 1.0, step, 3).is_finite()));
    }
}
