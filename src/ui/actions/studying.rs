//! A closer look at a model: what the page can work out itself, in pieces that never hold it up, and what it asks of
//! the engine.

use std::collections::HashMap;
use std::sync::Arc;

use gloo_timers::future::TimeoutFuture;
use leptos::prelude::*;
use leptos::task::spawn_local;

use super::Actions;
use crate::domain::choice::{Outcome, Side};
use crate::domain::dataset::Dataset;
use crate::domain::evaluation::calibrated::Calibrated;
use crate::domain::evaluation::duel::duel;
use crate::domain::evaluation::evidence::Evidence;
use crate::domain::evaluation::kept_run::{self, KeptRun, PairKey};
use crate::domain::evaluation::{Evaluation, headline, instead, slices};
use crate::domain::pair::PairId;
use crate::domain::split;
use crate::protocol::event::{ModelCard, Preparation};
use crate::protocol::{Command, Slot};
use crate::ui::browser;
use crate::ui::state::{Backbone, Compared, Looked, Purpose, Subject};

/// Judged pairs whose texts are read in one task.
const PAIRS_A_TASK: usize = 100;

impl Actions {
    /// Work out, from the answers as they stand, all that needs no engine. A newer look ends an older one.
    pub fn look_closer(self, card: Option<Arc<ModelCard>>) {
        let study = self.state.study;
        let glance = study.glance();
        let Some(evaluation) = card.and_then(|card| card.evaluation.clone()) else { return };
        let dataset = self.state.workspace.dataset;
        spawn_local(async move {
            let evaluation = Arc::new(dataset.with_untracked(|it| evaluation.by_the_answers_of(it)));
            let mut evidence = Evidence::default();
            for some in evaluation.judged.chunks(PAIRS_A_TASK) {
                dataset.with_untracked(|it| evidence.gather(some, it));
                TimeoutFuture::new(0).await;
                if !study.is_newest(glance) {
                    return;
                }
            }
            let evidence = Arc::new(evidence);
            let halves = dataset.with_untracked(|it| halves(&evaluation, it));
            // Each piece is bounded by itself; between them the page breathes.
            let pieces: [&dyn Fn(&mut Looked); 7] = [
                &|looked| looked.model = headline::model(&evidence.rows),
                &|looked| looked.longer = headline::longer(&evidence.rows),
                &|looked| looked.against_longer = headline::against_longer(&evidence.rows),
                &|looked| looked.left = headline::left(&evidence.rows),
                &|looked| looked.by_length = Some(instead::by_length(&evidence.rows)),
                &|looked| looked.calibrated = Calibrated::of(&evaluation, |at| halves[at]),
                &|looked| {
                    looked.following = instead::following(&evidence.rows);
                    looked.position = instead::position(&evidence.rows);
                    looked.slices = slices::slices(&evidence.rows);
                },
            ];
            let mut looked = Looked { evidence: evidence.clone(), ..Looked::default() };
            for piece in pieces {
                piece(&mut looked);
                TimeoutFuture::new(0).await;
                if !study.is_newest(glance) {
                    return;
                }
            }
            study.evaluation.set(Some(evaluation));
            study.looked.set(looked);
        });
    }

    /// Ask the engine for what only it can find out of the model in view, unless it has looked at just this one.
    pub fn study(self) {
        let state = self.state;
        let slot = state.slot_in_view();
        let card = match slot {
            Slot::Living => state.engine.living.get(),
            Slot::Trained => state.engine.trained.get(),
            Slot::Beside(number) => state.engine.beside.with(|beside| beside.get(&number).cloned()),
        };
        let ready = state.engine.backbone.with(|backbone| matches!(backbone, Backbone::Ready { .. }));
        let Preparation { done, total, .. } = state.engine.preparation.get();
        let Some(card) = card else { return };
        let subject = Subject { card, counts: state.workspace.counts.get(), read: done };
        if !ready || done < total || state.study.knows(&subject) {
            return;
        }
        let request = state.ask(Purpose::Study);
        state.study.asked(request, subject);
        let at_most = state.settings.learn_at_most.get_untracked();
        let tests = state
            .workspace
            .dataset
            .with_untracked(|dataset| dataset.test_comparisons().into_iter().take(at_most).collect());
        let comparisons = state.workspace.comparisons();
        let objective = state.settings.descent.with_untracked(|descent| descent.objective);
        self.send(Command::Study { request, slot, comparisons, tests, objective });
    }

    /// How often the bag of words is right on the pairs that the model is judged by.
    pub fn measure_words(self) {
        let study = self.state.study;
        let (words, looked) = (study.words.get(), study.looked.get());
        let measured = headline::words(&looked.evidence.rows, |row| words.get(&row.pair).copied());
        study.words_measured.set(measured.filter(|it| it.share.whole == looked.evidence.rows.len()));
    }

    /// Keep the run that has just ended, for comparison.
    pub(super) fn keep_run(self) {
        let state = self.state;
        let card = state.engine.trained.get_untracked();
        let (Some(run), Some(card)) = (state.training.run.get_untracked(), card) else { return };
        let Some(evaluation) = &card.evaluation else { return };
        let kept = KeptRun {
            run: run.0,
            at_ms: browser::now_ms(),
            recipe: card.recipe.clone(),
            lambda: card.lambda,
            learned_from: evaluation.learned_from,
            held_out: evaluation.held_out,
            margins: state.workspace.dataset.with_untracked(|it| KeptRun::margins(evaluation, it)),
            epochs: state.training.epochs.with_untracked(|epochs| KeptRun::thinned(epochs.iter())),
        };
        state.study.runs.update(|runs| kept_run::keep(runs, kept));
        self.keep_runs();
    }

    pub(super) fn keep_runs(self) {
        self.state.study.runs.with_untracked(|runs| self.keep_json("kept_runs", runs));
    }

    /// Compare this run, or leave it out.
    pub fn toggle_run(self, run: u32) {
        let study = self.state.study;
        let mut chosen = untrack(|| study.to_compare());
        match chosen.iter().position(|it| *it == run) {
            Some(at) => drop(chosen.remove(at)),
            None => chosen.push(run),
        }
        study.chosen.set(Some(chosen));
    }

    /// Compare the chosen runs with the first of them, on the pairs that both have judged, by the answers that stand.
    pub fn compare_runs(self) {
        let study = self.state.study;
        let chosen = study.to_compare();
        let runs = study.runs.get();
        let answers = self.state.workspace.comparisons();
        spawn_local(async move {
            let dataset = self.state.workspace.dataset;
            let standing = dataset.with_untracked(|dataset| {
                let mut prompts = HashMap::new();
                answers
                    .iter()
                    .filter_map(|it| match it.outcome {
                        Outcome::Preferred(side) => {
                            let next = prompts.len();
                            let prompt = dataset.pair(&it.pair)?.prompt.clone();
                            let number = *prompts.entry(prompt).or_insert(next);
                            Some((PairKey::of(&it.pair), (side, number)))
                        }
                        Outcome::Tie => None,
                    })
                    .collect::<HashMap<PairKey, (Side, usize)>>()
            });
            let right = |run: &KeptRun| -> Vec<(PairKey, bool)> {
                run.margins
                    .iter()
                    .filter_map(|(pair, margin)| match standing.get(pair)?.0 {
                        Side::A => Some((pair.clone(), *margin > 0.0)),
                        Side::B => Some((pair.clone(), *margin < 0.0)),
                    })
                    .collect()
            };
            let of = |number: u32| runs.iter().find(|run| run.run == number).map(right);
            let first = chosen.first().and_then(|&first| of(first));
            let mut compared = vec![];
            for (place, &run) in chosen.iter().enumerate() {
                let duel = match (&first, of(run)) {
                    (Some(first), Some(other)) if place > 0 => duel(
                        first.iter().map(|(pair, right)| (pair, *right)),
                        other.iter().map(|(pair, right)| (pair, *right)),
                        |pair| standing.get(pair).map_or(0, |it| it.1),
                    ),
                    (Some(_) | None, _) => None,
                };
                compared.push(Compared { run, duel });
                TimeoutFuture::new(0).await;
            }
            // Others may have been chosen meanwhile; theirs is the comparison to be seen.
            if untrack(|| study.to_compare()) == chosen {
                study.compared.set(compared);
            }
        });
    }
}

/// To which half of the pairs each forecast belongs, in the order of [`Evaluation::forecasts`]: by prompt.
fn halves(evaluation: &Evaluation, dataset: &Dataset) -> Vec<bool> {
    let half = |pair: &PairId| dataset.pair(pair).is_some_and(|pair| split::fold(&pair.prompt, 2) == 0);
    evaluation.judged.iter().chain(&evaluation.ties).map(|judged| half(&judged.pair)).collect()
}
