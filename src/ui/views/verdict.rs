//! What an accuracy and its interval mean, in words.

use crate::domain::evaluation::{Evaluation, HeldOut};
use crate::domain::metrics::{self, Interval, Share};
use crate::protocol::event::MadeBy;
use crate::ui::figures::{count, many};

/// Whether it is better than guessing, and where that cannot be told yet, how many answers it may take.
pub fn against_guessing(evaluation: &Evaluation) -> String {
    match evaluation.interval() {
        Some(interval) => told(interval, evaluation.share()),
        None => "Nothing was held out, so nothing can be said yet.".into(),
    }
}

/// The same for any share and the interval that is to decide.
pub fn told(Interval { low, high }: Interval, share: Share) -> String {
    if low > 0.5 {
        "Better than guessing: yes.".into()
    } else if high < 0.5 {
        "Worse than guessing: it has learned the opposite of something.".into()
    } else {
        match metrics::more_to_tell(share, FAR).filter(|_| share.part * 2 > share.whole) {
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

/// What else the held-out answers have decided of a model, and what would judge it without.
pub fn had_a_say(made_by: MadeBy, held_out: HeldOut) -> Option<&'static str> {
    let trained = matches!(made_by, MadeBy::Descent(_)) && held_out == HeldOut::Split;
    trained.then_some(
        "They also chose its best epoch, which flatters it a little; a file marked as a test set on the Data tab does not.",
    )
}

/// Further than this nobody is sent.
const FAR: usize = 1_000;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::evaluation::Judged;
    use crate::domain::pair::PairId;

    fn evaluation(right: usize, wrong: usize) -> Evaluation {
        let judged = |at: usize, margin| Judged {
            pair: PairId::of(&at.to_string(), "a", "b"),
            margin,
            length_margin: 0.0,
            score: 0.0,
            chosen: None,
        };
        let judged = (0..right + wrong).map(|at| judged(at, if at < right { 1.0 } else { -1.0 })).collect();
        let held_out = HeldOut::CrossValidation(10);
        Evaluation { held_out, learned_from: 8, judged, ties: vec![], train_loss: 0.0, train_accuracy: 1.0 }
    }

    #[test]
    fn few_answers_cannot_tell_and_more_will() {
        assert!(
            against_guessing(&evaluation(6, 2))
                .contains("cannot tell yet. At this rate about 21 more answers")
        );
        assert_eq!(against_guessing(&evaluation(5, 5)), "Better than guessing: cannot tell yet.");
        assert_eq!(against_guessing(&evaluation(30, 5)), "Better than guessing: yes.");
        assert!(against_guessing(&evaluation(5, 30)).starts_with("Worse"));
        assert!(against_guessing(&evaluation(0, 0)).contains("Nothing was held out"));
    }
}
