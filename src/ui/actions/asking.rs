//! What is asked of the engine: fits, runs, scores, models.

use gloo_timers::future::TimeoutFuture;
use leptos::prelude::*;
use leptos::task::spawn_local;

use super::Actions;
use crate::domain::query::choosing::Rule;
use crate::domain::recipe::Recipe;
use crate::protocol::{Command, RunId, Slot};
use crate::ui::state::{Backbone, Lane, Phase, Purpose};

impl Actions {
    /// Make the living model follow the answers. Thousands of them are looked through and packed, so it is done in pieces,
    /// after whatever asks for it. While a fit is under way the newest wish waits for it.
    pub fn fit(self) {
        if self.world.try_update_value(|world| world.fitting.begin()) != Some(true) {
            return;
        }
        spawn_local(async move {
            loop {
                TimeoutFuture::new(0).await;
                self.feed();
                TimeoutFuture::new(0).await;
                self.ask_for_fit();
                if self.world.try_update_value(|world| world.fitting.again()) != Some(true) {
                    return;
                }
            }
        });
    }

    fn ask_for_fit(self) {
        let engine = self.state.engine;
        let comparisons = self.state.workspace.comparisons();
        if comparisons.is_empty() {
            self.forget_living();
            return;
        }
        // Until then there is nothing to fit with; the engine's being ready is itself a reason to fit.
        let ready = engine.backbone.with_untracked(|backbone| matches!(backbone, Backbone::Ready { .. }));
        if !ready || !may_go(self.state.fits) {
            return;
        }
        let request = self.state.ask(Purpose::Fit);
        self.state.fits.update_value(|lane| lane.went(request));
        engine.fit_asked();
        let objective = self.state.settings.descent.with_untracked(|descent| descent.objective);
        self.send(Command::Fit { request, comparisons, objective });
    }

    /// There is no living model any more, and what it would have asked goes with it.
    pub(super) fn forget_living(self) {
        self.state.engine.forget_living();
        self.state.workspace.ranked(None);
        self.state.workspace.picked.set(None);
    }

    /// Let the living model say what it would ask, where it is to choose.
    pub fn rank(self) {
        let rule = self.state.settings.asking_rule.get_untracked();
        if rule == Rule::Random || !self.has_model(Slot::Living) {
            return;
        }
        let candidates = self.state.workspace.candidates();
        let request = self.state.ask(Purpose::Rank);
        self.send(Command::Ask { request, rule, candidates });
    }

    /// Score what is typed. While a score is under way the newest text waits for it.
    pub fn score(self) {
        let scoring = self.state.scoring;
        let slot = untrack(|| self.state.slot_in_view());
        if scoring.response.with_untracked(String::is_empty) || !self.has_model(slot) {
            scoring.clear();
            return;
        }
        scoring.pending.set(true);
        if !may_go(self.state.scores) {
            return;
        }
        let request = self.state.ask(Purpose::Score);
        self.state.scores.update_value(|lane| lane.went(request));
        let (prompt, responses) = (scoring.prompt(), scoring.responses());
        self.send(Command::Score { request, slot, prompt, responses });
    }

    /// Show this model on Evaluate, Score and Data.
    pub fn look_at(self, slot: Slot) {
        self.state.settings.slot.set(Some(slot));
        self.typed();
    }

    /// Train on all answers, with the settings as they are now. A run that was left is let go of.
    pub fn train(self) {
        self.let_go_of_run();
        self.begin_run(None, None);
    }

    /// Go on with the run that was left.
    pub fn go_on_with_run(self) {
        let left = self.state.training.unfinished.get_untracked();
        self.begin_run(None, left.map(|left| RunId(left.run)));
    }

    /// The run that was left is wanted no more.
    pub fn let_go_of_run(self) {
        let unfinished = self.state.training.unfinished;
        if unfinished.get_untracked().is_some() {
            unfinished.set(None);
            self.keep_unfinished();
            self.send(Command::ForgetRun);
        }
    }

    pub(super) fn keep_unfinished(self) {
        self.keep_json("unfinished_run", &self.state.training.unfinished.get_untracked());
    }

    /// A run that was under way when its engine was lost goes on from where it was last saved, or begins anew, on
    /// `device`.
    pub(super) fn train_again(self, device: &str) {
        if self.state.training.phase.with_untracked(Phase::active) {
            let left = self.state.training.unfinished.get_untracked();
            let how = match left {
                Some(left) => format!("goes on from step {} of {}", left.step, left.steps),
                None => "began anew from the start".into(),
            };
            let why = format!("The engine was lost during the run, so it {how}, on {device}.");
            self.begin_run(Some(why), left.map(|left| RunId(left.run)));
        }
    }

    fn begin_run(self, begun_anew: Option<String>, goes_on: Option<RunId>) {
        let settings = self.state.settings;
        settings.runs.update(|runs| *runs += 1);
        let number = settings.runs.get_untracked();
        self.keep("runs", number.to_string());
        self.state.training.asked(RunId(number), begun_anew);
        let comparisons = self.state.workspace.comparisons();
        let config = settings.descent.get_untracked();
        self.send(Command::Train { run: RunId(number), comparisons, config, goes_on });
    }

    /// Hold the run.
    pub fn pause(self) {
        self.to_run(|run| Command::Pause { run });
    }

    /// Let the run go on.
    pub fn resume(self) {
        self.to_run(|run| Command::Resume { run });
    }

    /// End the run; its best weights so far become the model.
    pub fn stop(self) {
        self.to_run(|run| Command::Stop { run });
        // A run that waits for a new engine has nothing to keep, and is not to begin anew.
        if self.state.engine.device.with_untracked(Option::is_none) {
            self.state.training.forget();
        }
    }

    /// Make features this way from now on.
    pub fn set_recipe(self, recipe: Recipe) {
        let settings = self.state.settings;
        if settings.recipe.with_untracked(|now| *now == recipe) {
            return;
        }
        settings.recipe.set(recipe.clone());
        settings.recipe_chosen.set(true);
        self.keep_json("recipe", &recipe);
        self.state.engine.features_are_stale();
        self.send(Command::Recipe(recipe));
        self.fit();
    }

    pub(super) fn has_model(self, slot: Slot) -> bool {
        let engine = self.state.engine;
        match slot {
            Slot::Living => engine.living.with_untracked(Option::is_some),
            Slot::Trained => engine.trained.with_untracked(Option::is_some),
            Slot::Beside(number) => engine.beside.with_untracked(|beside| beside.contains_key(&number)),
        }
    }

    fn to_run(self, command: impl FnOnce(RunId) -> Command) {
        if let Some(run) = self.state.training.run.get_untracked() {
            self.send(command(run));
        }
    }
}

fn may_go(lane: StoredValue<Lane>) -> bool {
    lane.try_update_value(Lane::may_go).unwrap_or(false)
}
