//! How far a text is from those that were learned from: Mahalanobis's distance in feature space.
//!
//! There are about as many features as texts, so the covariance is shrunk towards a multiple of the identity by as much
//! as the data call for (OAS: Chen, Wiesel, Eldar and Hero, 2010). A text that helped to shape the covariance looks
//! nearer than it is; the texts learned from are therefore measured as if each had been left out,
//! `q / (1 − a q)` for a distance with square `q` and a share `a` of the covariance (Sherman and Morrison, 1950).

use kernels::dot64;

use super::cholesky::{Cholesky, diagonal, gram};

/// With fewer texts nothing can be said to be far from them.
const ENOUGH: usize = 20;

/// Of more texts than this some are measured, evenly spread: a share of one in a hundred shows among them as well.
const MEASURED: usize = 2000;

/// The texts learned from, as a cloud.
#[derive(Clone, Debug)]
pub struct Familiar {
    mean: Vec<f32>,
    factor: Cholesky,
    /// Distances of texts learned from, each as if left out, rising.
    distances: Vec<f64>,
}

impl Familiar {
    /// The cloud of these features `[n, width]`; `None` for too few, and where they are all the same.
    pub fn of(features: &[Vec<f32>]) -> Option<Self> {
        let (count, width) = (features.len(), features.first()?.len());
        if count < ENOUGH {
            return None;
        }
        let n = count as f64;
        let mut sums = vec![0f64; width];
        features.iter().for_each(|row| kernels::add(&mut sums, row));
        let mean: Vec<f32> = sums.iter().map(|sum| (sum / n) as f32).collect();
        let centred: Vec<Vec<f32>> = features.iter().map(|row| minus(row, &mean)).collect();
        let mut covariance = gram(centred.iter().map(|row| (&row[..], 1.0 / n)), width, 0.0);
        let shrinkage = shrink(&mut covariance, width, n)?;
        let factor = Cholesky::of(covariance, width)?;
        let share = (1.0 - shrinkage) / n;
        let mut distances: Vec<f64> = centred
            .iter()
            .step_by(count.div_ceil(MEASURED))
            .map(|row| {
                let square = square_of(&factor, row);
                // Without it the mean would be elsewhere, too.
                (square / (1.0 - share * square).max(1e-9)).sqrt() * n / (n - 1.0)
            })
            .collect();
        distances.sort_by(f64::total_cmp);
        Some(Self { mean, factor, distances })
    }

    /// Mahalanobis's distance of these features from the cloud's centre.
    pub fn distance(&self, features: &[f32]) -> f64 {
        square_of(&self.factor, &minus(features, &self.mean)).sqrt()
    }

    /// The share of the texts learned from that are at least as far out, this one counted among them; in (0, 1].
    pub fn share_as_far(&self, features: &[f32]) -> f32 {
        let distance = self.distance(features);
        let nearer = self.distances.partition_point(|&other| other < distance);
        (self.distances.len() - nearer + 1) as f32 / (self.distances.len() + 1) as f32
    }

    /// Whether such a share means that nothing, or next to nothing, of what was learned from is as far out: a text like
    /// none of them is meant to be flagged, and one in a hundred of those like them will be, too.
    pub fn is_far(&self, share_as_far: f32) -> bool {
        share_as_far <= (1.0 / (self.distances.len() + 1) as f32).max(0.01)
    }
}

/// Shrink a covariance, packed, of `n` rows; gives the share of the identity, `None` where nothing varies.
fn shrink(covariance: &mut [f64], width: usize, n: f64) -> Option<f64> {
    let p = width as f64;
    let mean_variance = diagonal(width).map(|place| covariance[place]).sum::<f64>() / p;
    if mean_variance.is_nan() || mean_variance <= 0.0 {
        return None;
    }
    let of_diagonal: f64 = diagonal(width).map(|place| covariance[place].powi(2)).sum();
    let mean_square = (2.0 * dot64(covariance, covariance) - of_diagonal) / (p * p);
    let square_of_mean = mean_variance * mean_variance;
    let spread = (n + 1.0) * (mean_square - square_of_mean / p);
    let shrinkage = if spread > 0.0 { ((mean_square + square_of_mean) / spread).min(1.0) } else { 1.0 };
    covariance.iter_mut().for_each(|value| *value *= 1.0 - shrinkage);
    diagonal(width).for_each(|place| covariance[place] += shrinkage * mean_variance);
    Some(shrinkage)
}

fn square_of(factor: &Cholesky, centred: &[f32]) -> f64 {
    let white = factor.whiten(centred);
    dot64(&white, &white)
}

fn minus(a: &[f32], b: &[f32]) -> Vec<f32> {
    a.iter().zip(b).map(|(a, b)| a - b).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::metrics::Draws;

    fn cloud(count: usize, width: usize) -> Vec<Vec<f32>> {
        let mut draws = Draws::new(4);
        (0..count).map(|_| (0..width).map(|_| 2.0 * draws.unit() as f32 - 1.0).collect()).collect()
    }

    #[test]
    fn what_lies_far_outside_is_far_and_the_centre_is_not() {
        let familiar = Familiar::of(&cloud(60, 8)).expect("a cloud");
        let [outside, centre] = [[30.0; 8], [0.0; 8]].map(|features| familiar.share_as_far(&features));
        assert!(familiar.is_far(outside) && !familiar.is_far(centre));
        assert!(centre > 0.9);
    }

    #[test]
    fn fresh_draws_of_the_same_kind_are_seldom_far_though_there_are_more_features_than_texts() {
        let all = cloud(300, 60);
        let familiar = Familiar::of(&all[..40]).expect("a cloud");
        let shares: Vec<f32> = all[40..].iter().map(|row| familiar.share_as_far(row)).collect();
        let far = shares.iter().filter(|share| familiar.is_far(**share)).count();
        assert!(far <= 26, "{far} of 260");
        let mean = shares.iter().sum::<f32>() / 260.0;
        assert!((mean - 0.5).abs() < 0.15, "{mean}");
    }

    #[test]
    fn too_few_or_all_alike_are_no_cloud() {
        assert!(Familiar::of(&cloud(19, 3)).is_none());
        assert!(Familiar::of(&vec![vec![1.0, 2.0]; 30]).is_none());
        let mut one_varies = cloud(30, 2);
        one_varies.iter_mut().for_each(|row| row[0] = 7.0);
        let familiar = Familiar::of(&one_varies).expect("a feature of zero variance is no obstacle");
        assert!(familiar.distance(&[7.0, 0.0]).is_finite());
    }
}
