//! Who is learned from and who is judged. By prompt, so that no prompt stands on both sides.
//!
//! Below 200 comparisons a held-out fifth says too little: all are learned from, and judged by cross-validation. From
//! there on the fixed split is used.

use crate::domain::evaluation::HeldOut;
use crate::domain::split::{CROSS_VALIDATE_BELOW, FOLDS, Part, fold, part};

/// Places of comparisons: learn from these, judge those.
#[derive(Clone, Debug, PartialEq)]
pub struct Fold {
    /// To learn from.
    pub learned: Vec<usize>,
    /// To be judged.
    pub held: Vec<usize>,
}

/// How comparisons of these prompts are held out, and the folds: one of the fixed split, or ten, of which those
/// without anything on one of their sides are left out.
pub fn folds(prompts: &[&str]) -> (HeldOut, Vec<Fold>) {
    let by = |is_held: &dyn Fn(usize) -> bool| {
        let (held, learned) = (0..prompts.len()).partition(|&at| is_held(at));
        Fold { learned, held }
    };
    if prompts.len() < CROSS_VALIDATE_BELOW {
        let numbers: Vec<usize> = prompts.iter().map(|prompt| fold(prompt, FOLDS)).collect();
        let all = (0..FOLDS).map(|number| by(&|at| numbers[at] == number));
        let useful = all.filter(|fold| !fold.learned.is_empty() && !fold.held.is_empty());
        (HeldOut::CrossValidation(FOLDS as u8), useful.collect())
    } else {
        (HeldOut::Split, vec![by(&|at| part(prompts[at]) == Part::Validation)])
    }
}

/// Places of what the model itself learns from: all, or what the split leaves.
pub fn learned(folds: &(HeldOut, Vec<Fold>), count: usize) -> Vec<usize> {
    match (folds.0, folds.1.first()) {
        // Hundreds of answers to one prompt may all be held out; then they are all learned from, and none judged.
        (HeldOut::Split, Some(split)) if !split.learned.is_empty() => split.learned.clone(),
        (HeldOut::Split, _) | (HeldOut::CrossValidation(_), _) => (0..count).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everyone_is_judged_once_below_two_hundred_and_no_prompt_stands_on_both_sides() {
        for count in [30, 300] {
            let prompts: Vec<String> = (0..count).map(|at| format!("p{}", at / 3)).collect();
            let names: Vec<&str> = prompts.iter().map(String::as_str).collect();
            let (held_out, folds) = folds(&names);
            let judged: usize = folds.iter().map(|fold| fold.held.len()).sum();
            assert_eq!(held_out == HeldOut::Split, count == 300);
            assert!(if count == 300 { judged < count / 3 } else { judged == count });
            for fold in folds {
                let learned: Vec<&str> = fold.learned.iter().map(|&at| names[at]).collect();
                assert!(fold.held.iter().all(|&at| !learned.contains(&names[at])));
            }
        }
    }

    #[test]
    fn one_prompt_alone_cannot_be_held_out() {
        assert!(folds(&["the same"; 5]).1.is_empty());
    }
}
