//! A check of Laplace's approximation that shares nothing with it: the head refitted to answers drawn anew, whole
//! prompts at a time (Efron's bootstrap, 1979; clustered). How far its members are apart is how far another handful of
//! answers would have led elsewhere.
//!
//! The two need not agree: the bootstrap knows nothing of the prior and pulls towards it all the same, so where answers
//! are few its spread is the smaller one.

use std::collections::HashMap;

use super::exact::{self, Solution};
use super::lesson::Rows;
use super::prior::Prior;
use crate::domain::likelihood::Loss;
use crate::domain::metrics::Draws;
use crate::model::reward_model::dot;

/// Enough for a spread that is right within a sixth.
pub const MEMBERS: usize = 20;

/// Heads fitted to answers drawn anew, `[width]` each.
#[derive(Clone, Debug, Default)]
pub struct Ensemble {
    members: Vec<Vec<f32>>,
}

impl Ensemble {
    /// Whether there are as many as there should be.
    pub fn is_complete(&self) -> bool {
        self.members.len() >= MEMBERS
    }

    /// Fit one member more; `groups` names each row's prompt. The same rows give the same members.
    pub fn grow(&mut self, rows: &Rows, groups: &[usize], loss: Loss, prior: &Prior, start: &Solution) {
        let mut draws = Draws::new(self.members.len() as u64);
        let count = groups.iter().max().map_or(0, |last| last + 1);
        let mut times: HashMap<usize, f32> = HashMap::new();
        (0..count).for_each(|_| *times.entry(draws.below(count)).or_default() += 1.0);
        let drawn: Vec<usize> = (0..rows.count()).filter(|&at| times.contains_key(&groups[at])).collect();
        let mut drawn_rows = rows.select(&drawn);
        for (said, at) in drawn_rows.said.iter_mut().zip(&drawn) {
            said.weight *= times[&groups[*at]];
        }
        self.members.push(exact::solve(&drawn_rows, loss, prior, Some(start)).weights);
    }

    /// Standard deviation among the members of `w·x`: of a score for a response's features, of a margin for their
    /// difference. `None` until all are there.
    pub fn std(&self, x: &[f32]) -> Option<f32> {
        if !self.is_complete() {
            return None;
        }
        let values: Vec<f64> = self.members.iter().map(|weights| f64::from(dot(weights, x))).collect();
        let count = values.len() as f64;
        let mean = values.iter().sum::<f64>() / count;
        let squares: f64 = values.iter().map(|value| (value - mean).powi(2)).sum();
        Some((squares / (count - 1.0)).sqrt() as f32)
    }
}

/// Numbers for names: the same for the same name, from 0, in the order they come.
pub fn numbered<'a>(names: impl Iterator<Item = &'a str>) -> Vec<usize> {
    let mut known: HashMap<&str, usize> = HashMap::new();
    names
        .map(|name| {
            let next = known.len();
            *known.entry(name).or_insert(next)
        })
        .collect()
}
