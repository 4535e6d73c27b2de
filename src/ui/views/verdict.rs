//! What an accuracy and its interval mean, in words.

use crate::domain::evaluation::{Evaluation, HeldOut};
use crate::domain::metrics::{self, Interval};
use crate::ui::figures::{count, many};

/// Whether it is better than guessing, and where that cannot be told yet, how many answers it may take.
pub fn against_guessing(evaluation: &Evaluation) -> String {
    let (Some(accuracy), Some(Interval { low, high })) = (evaluation.accuracy(), evaluation.interval())
    else {
        return "Nothing was held out, so nothing can be said yet.".into();
    };
    if low > 0.5 {
        "Better than guessing: yes.".into()
    } else if high < 0.5 {
        "Worse than guessing: it has learned the opposite of something.".into()
    } else {
        match answers_to_tell(accuracy, evaluation.judged.len()) {
            Some(more) => {
                format!(
                    "Better than guessing: cannot tell yet. At this rate about {} will tell.",
                    many(more, "more answer")
                )
            }
            None => "Better than guessing: cannot tell yet.".into(),
        }
    }
}

/// How the judged pairs were kept from the model.
pub fn how_held_out(evaluation: &Evaluation) -> String {
    let judged = many(evaluation.judged.len(), "answer");
    match evaluation.held_out {
        HeldOut::Split => format!(
            "Measured on {judged} to prompts that were set aside: the model has never seen them. \
             It learned from {}.",
            count(evaluation.learned_from as usize),
        ),
        HeldOut::CrossValidation(folds) => format!(
            "Measured on {judged}, each by a model that had not seen its prompt \
             ({folds}-fold cross-validation)."
        ),
    }
}

/// How many more answers at this accuracy until the interval leaves one half; `None` when that is far off.
fn answers_to_tell(accuracy: f64, judged: usize) -> Option<usize> {
    const FAR: usize = 300;
    let tells = |trials: usize| {
        let right = (accuracy * trials as f64).round() as usize;
        metrics::wilson(right, trials).is_some_and(|interval| interval.low > 0.5)
    };
    (accuracy > 0.5).then(|| (1..=FAR).find(|more| tells(judged + more))).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn few_answers_cannot_tell_and_more_will() {
        assert_eq!(answers_to_tell(0.5, 10), None);
        let more = answers_to_tell(0.75, 8);
        assert!(more.is_some_and(|more| (4..20).contains(&more)), "{more:?}");
    }
}
