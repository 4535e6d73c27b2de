//! What a model says of each answered pair, and how it was held out: the raw material of every metric.
//!
//! | file | what |
//! |---|---|
//! | `evidence` | the judged pairs beside all that is known of them |
//! | `headline` | accuracy and the baselines that cost nothing, with both intervals |
//! | `calibrated` | how honest its confidence is, before and after a temperature |
//! | `marks` | what can be counted in a text: lists, bold, headers, code, the length of sentences |
//! | `instead` | what the answers, and the model, may have followed instead of quality |
//! | `slices` | accuracy by source, tag, annotator, strength, length |
//! | `duel` | two models on the same pairs |
//! | `kept_run` | a finished training, small enough to be kept for comparison |
//! | `benchmark` | RewardBench's and LLMBar's own arithmetic |
//! | `finding` | what the engine finds out when it is asked to look closer |

pub mod benchmark;
pub mod calibrated;
pub mod duel;
pub mod evidence;
pub mod finding;
pub mod headline;
pub mod instead;
pub mod kept_run;
pub mod marks;
pub mod reward_bench_2;
pub mod slices;

#[cfg(test)]
mod bad_input;

use serde::{Deserialize, Serialize};

use super::choice::{Outcome, Side};
use super::dataset::Dataset;
use super::metrics::{self, Forecast, Interval, Share, Trainer};
use super::pair::PairId;

/// One comparison with the margin that a model which had not seen it gives.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Judged {
    /// Which pair.
    pub pair: PairId,
    /// score(chosen) − score(rejected); positive agrees with the person. Of a tie, score(A) − score(B).
    pub margin: f32,
    /// log((1 + tokens of chosen) / (1 + tokens of rejected)): positive where the longer response was chosen.
    pub length_margin: f32,
    /// score(chosen).
    #[serde(default)]
    pub score: f32,
    /// Which response was chosen when this was judged; `None` for ties, and in files of before it was noted.
    #[serde(default)]
    pub chosen: Option<Side>,
}

/// How the judged pairs were kept from the model that judged them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum HeldOut {
    /// The fixed validation prompts.
    Split,
    /// Cross-validation by prompt in this many folds: every answer is judged once.
    CrossValidation(u8),
}

/// The judged pairs of one fit.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Evaluation {
    /// How they were held out.
    pub held_out: HeldOut,
    /// Number of comparisons the fit itself learned from.
    pub learned_from: u32,
    /// Every held-out preference.
    pub judged: Vec<Judged>,
    /// Every held-out tie: calibration counts it as half a win, accuracy leaves it out.
    #[serde(default)]
    pub ties: Vec<Judged>,
    /// Mean loss over the pairs learned from.
    pub train_loss: f32,
    /// Accuracy over the preferences learned from, 0–1.
    pub train_accuracy: f32,
}

impl Evaluation {
    /// The margins alone, ties left out.
    pub fn margins(&self) -> Vec<f32> {
        self.judged.iter().map(|judged| judged.margin).collect()
    }

    /// How many of the held-out preferences have a margin above 0; equal scores are not correct.
    pub fn share(&self) -> Share {
        Share::of(self.judged.iter().map(|judged| judged.margin > 0.0))
    }

    /// That share, 0–1; `None` when nothing was held out.
    pub fn accuracy(&self) -> Option<f64> {
        self.share().value()
    }

    /// Wilson's 95 % interval of that accuracy.
    pub fn interval(&self) -> Option<Interval> {
        self.share().interval()
    }

    /// All margins with what came of them, ties among them.
    pub fn forecasts(&self) -> Vec<Forecast> {
        let of = |judged: &Judged, won| Forecast { margin: f64::from(judged.margin), won };
        let preferences = self.judged.iter().map(|judged| of(judged, 1.0));
        preferences.chain(self.ties.iter().map(|tie| of(tie, 0.5))).collect()
    }

    /// The numbers that TRL logs; `None` when nothing was held out.
    pub fn trainer(&self) -> Option<Trainer> {
        let scores = |it: &Judged| (f64::from(it.score), f64::from(it.score) - f64::from(it.margin));
        Trainer::of(&self.judged.iter().map(scores).collect::<Vec<_>>())
    }

    /// How the margins go along with length, −1 to 1: both orders counted, so that 0 means no relation.
    pub fn length_bias(&self) -> Option<f64> {
        let pairs = self.judged.iter().map(|it| (f64::from(it.margin), f64::from(it.length_margin)));
        metrics::correlation(pairs).map(|correlation| correlation.r)
    }

    /// The pairs on which model and person disagree, the most confident disagreement first.
    pub fn mistakes(&self) -> Vec<&Judged> {
        let mut wrong: Vec<&Judged> = self.judged.iter().filter(|judged| judged.margin <= 0.0).collect();
        wrong.sort_by(|a, b| a.margin.total_cmp(&b.margin));
        wrong
    }

    /// The same judged by the answers that stand in `dataset` now: a pair answered the other way round since turns
    /// its sign, one that is no preference any more is left out.
    pub fn by_the_answers_of(&self, dataset: &Dataset) -> Self {
        let stands = |pair: &PairId| dataset.answer(pair).and_then(|answer| answer.label.choice.outcome());
        let judged = self.judged.iter().filter_map(|judged| match (stands(&judged.pair)?, judged.chosen) {
            (Outcome::Preferred(now), Some(then)) if now != then => Some(judged.turned()),
            (Outcome::Preferred(_), Some(_) | None) => Some(judged.clone()),
            (Outcome::Tie, _) => None,
        });
        let ties = self.ties.iter().filter(|tie| stands(&tie.pair) == Some(Outcome::Tie));
        Self { judged: judged.collect(), ties: ties.cloned().collect(), ..self.clone() }
    }
}

impl Judged {
    /// The same with the other response chosen.
    pub fn turned(&self) -> Self {
        Self {
            pair: self.pair.clone(),
            margin: -self.margin,
            length_margin: -self.length_margin,
            score: self.score - self.margin,
            chosen: self.chosen.map(Side::other),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::choice::Choice;
    use crate::domain::log::{Action, EventId, Given, LogEvent};
    use crate::domain::pair::Pair;

    fn answered(choices: &[Choice]) -> Dataset {
        let pairs: Vec<Pair> =
            (0..choices.len()).map(|at| Pair::new(format!("p{at}"), "a", "b", "test")).collect();
        let events: Vec<LogEvent> = pairs
            .iter()
            .zip(choices)
            .enumerate()
            .map(|(at, (pair, &choice))| LogEvent {
                v: LogEvent::VERSION,
                id: EventId::new("s", at as u64),
                at_ms: at as u64,
                session: "s".into(),
                annotator: String::new(),
                action: Action::Label {
                    pair: pair.id.clone(),
                    label: choice.into(),
                    given: Given::Imported { import: None },
                    supersedes: None,
                },
            })
            .collect();
        Dataset::new(pairs, &events)
    }

    fn judged(dataset: &Dataset, at: usize, chosen: Side) -> Judged {
        let pair = dataset.at(at).unwrap().id.clone();
        Judged { pair, margin: 1.0, length_margin: 0.5, score: 2.0, chosen: Some(chosen) }
    }

    #[test]
    fn an_answer_changed_since_turns_its_judgement_and_a_tie_leaves() {
        let dataset = answered(&[Choice::A, Choice::B, Choice::Tie]);
        let evaluation = Evaluation {
            held_out: HeldOut::Split,
            learned_from: 3,
            judged: (0..3).map(|at| judged(&dataset, at, Side::A)).collect(),
            ties: vec![],
            train_loss: 0.0,
            train_accuracy: 1.0,
        };
        let now = evaluation.by_the_answers_of(&dataset);
        assert_eq!(now.margins(), [1.0, -1.0]);
        assert_eq!(now.judged[1].chosen, Some(Side::B));
        assert_eq!(now.judged[1].score, 1.0, "what is chosen now has the score that was rejected");
        assert_eq!(now.judged[1].turned(), evaluation.judged[1]);
    }

    #[test]
    fn a_file_of_before_sides_and_ties_is_read() {
        let text = r#"{"held_out":"Split","learned_from":2,"judged":[{"pair":"00","margin":1.5,"length_margin":0.0}],
            "train_loss":0.5,"train_accuracy":1.0}"#;
        let read: Evaluation = serde_json::from_str(text).unwrap();
        assert_eq!((read.judged[0].chosen, read.ties.len()), (None, 0));
    }
}
