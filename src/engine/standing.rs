//! Where a score stands among those of the workspace's responses by the same model.
//!
//! Nothing is computed before somebody scores with the model; then all known responses are scored once, and later only
//! those that have become known since.

use std::rc::Rc;

use super::library::Library;
use crate::domain::metrics::Line;
use crate::model::reward_model::{Pooled, RewardModel};
use crate::protocol::scoring::Standing;

/// Among fewer responses a place says nothing.
const ENOUGH: usize = 10;

/// One model's scores of the known responses, as far as they have been wanted.
#[derive(Clone, Debug, Default)]
pub struct Standings {
    /// Which of the library's lists they are of.
    era: u32,
    rising: Vec<f32>,
    /// Score on log length.
    line: Line,
}

impl Standings {
    /// The standing of a response that `model`, whose standings these are, scores `value`; `None` where too few
    /// responses are known, or only such as another recipe has read.
    pub fn of(
        &mut self,
        library: &Library,
        model: &RewardModel,
        response: &Pooled,
        value: f32,
    ) -> Option<Standing> {
        self.catch_up(library.known(&model.recipe)?, model);
        let (among, score) = (self.rising.len(), model.score(response).0);
        if among < ENOUGH {
            return None;
        }
        let below = self.rising.partition_point(|&other| other < score);
        let not_above = self.rising.partition_point(|&other| other <= score);
        let longer = self.line.above_average(f64::from(response.log_length()));
        Some(Standing {
            share_below: (below + not_above) as f32 / (2 * among) as f32,
            among: among as u32,
            at_usual_length: value - longer as f32,
        })
    }

    /// Score what has become known since.
    fn catch_up(&mut self, (era, known): (u32, &[Rc<Pooled>]), model: &RewardModel) {
        if era != self.era {
            *self = Self { era, ..Self::default() };
        }
        let seen = self.rising.len();
        if seen == known.len() {
            return;
        }
        for response in &known[seen..] {
            let score = model.score(response).0;
            self.line.take(f64::from(response.log_length()), f64::from(score));
            self.rising.push(score);
        }
        // Two rising runs, which a stable sort only has to merge.
        self.rising[seen..].sort_by(f32::total_cmp);
        self.rising.sort_by(f32::total_cmp);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::likelihood::Likelihood;
    use crate::domain::pair::{Pair, PairText};
    use crate::domain::recipe::Recipe;
    use crate::model::reward_model::Scaling;

    fn pairs(numbers: std::ops::Range<u32>) -> Vec<PairText> {
        numbers.map(|at| Pair::new(at.to_string(), "this", "that", "test").into()).collect()
    }

    /// Have the library know all of its pairs' responses: some vector each, other ones in another `drawing`.
    fn make_known(library: &mut Library, drawing: u32) {
        while library.needs_window() {
            for (at, wanted) in library.window().into_iter().enumerate() {
                let values = (1..4).map(|place| ((at as u32 * 37 + drawing * 11) * place % 101) as f32);
                library.take_kept(wanted.key, values.chain([(at % 7) as f32]).collect());
            }
        }
    }

    fn model() -> RewardModel {
        let scaling = Scaling { mean: vec![50.0; 3], std: vec![30.0, 25.0, 20.0], length: Some((1.0, 0.5)) };
        let weights = vec![0.5, -1.0, 0.25, 0.75];
        RewardModel {
            recipe: Recipe::measured_best(6),
            scaling,
            hidden: None,
            weights,
            likelihood: Likelihood::PLAIN,
        }
    }

    #[test]
    fn what_becomes_known_later_counts_and_a_cleared_workspace_counts_anew() {
        let (mut library, model) = (Library::default(), model());
        library.set_recipe(model.recipe.clone(), "some backbone");
        let response = Pooled { vector: vec![40.0, 60.0, 55.0], tokens: 9 };
        let mut kept = Standings::default();
        let stands = |standings: &mut Standings, library: &Library| {
            standings.of(library, &model, &response, model.score(&response).0)
        };
        library.add(pairs(0..4));
        make_known(&mut library, 0);
        assert_eq!(stands(&mut kept, &library), None, "eight are too few");
        for drawing in 1..5 {
            library.add(pairs(drawing * 10..drawing * 20));
            assert_eq!(stands(&mut kept, &library), stands(&mut Standings::default(), &library));
            make_known(&mut library, drawing);
            let now = stands(&mut kept, &library).expect("enough are known");
            assert_eq!(Some(now), stands(&mut Standings::default(), &library));
            assert_eq!(now.among as usize, library.known(&model.recipe).expect("its recipe").1.len());
        }
        library.clear();
        assert_eq!(stands(&mut kept, &library), None);
        library.add(pairs(0..30));
        make_known(&mut library, 9);
        let anew = stands(&mut kept, &library);
        assert_eq!(anew, stands(&mut Standings::default(), &library));
        assert_eq!(anew.map(|standing| standing.among), Some(60));
    }
}
