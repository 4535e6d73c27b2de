//! One training run: waits for its features, then steps until it is done, paused or stopped.

use burn::tensor::Device;

use super::confidence::Confidence;
use super::device;
use super::library::Library;
use crate::domain::config::DescentConfig;
use crate::domain::dataset::Comparison;
use crate::domain::device::DeviceKind;
use crate::domain::evaluation::{Evaluation, HeldOut};
use crate::domain::likelihood::{Likelihood, Told};
use crate::domain::metrics;
use crate::domain::recipe::Recipe;
use crate::domain::run::{Ending, EpochLog, RunLog, StepReport};
use crate::domain::split::CROSS_VALIDATE_BELOW;
use crate::model::reward_model::{RewardModel, Scaling};
use crate::protocol::error::FaultKind;
use crate::protocol::event::{MadeBy, ModelCard};
use crate::protocol::{Event, Fault, RunId};
use crate::train::descent::{Descent, Next};
use crate::train::judge::{Lesson, length_share};
use crate::train::lesson::{Example, Rows, parts};
use crate::train::objective::{Decided, decide};

/// Steps go on for this long before waiting messages are heard.
const SLICE_MS: f64 = 12.0;

/// Steps are reported at most this often.
const REPORT_MS: f64 = 50.0;

/// A run, from the command to its end.
pub struct Run {
    /// Its name.
    pub id: RunId,
    comparisons: Vec<Comparison>,
    config: DescentConfig,
    paused: bool,
    stopped: bool,
    told_waiting: Option<u32>,
    training: Option<Training>,
}

struct Training {
    descent: Descent,
    recipe: Recipe,
    scaling: Scaling,
    examples: Vec<Example>,
    decided: Decided,
    kind: DeviceKind,
    epochs: EpochLog,
    trained_ms: f64,
    reported_ms: f64,
}

/// A run's end.
pub struct Finished {
    /// The model.
    pub model: RewardModel,
    /// What it is.
    pub card: ModelCard,
    /// How far it is to be believed.
    pub confidence: Option<Confidence>,
    /// How it went.
    pub log: RunLog,
    /// The last word.
    pub done: Event,
}

/// What a slice of work came to.
pub enum Progress {
    /// There is nothing to do for now: paused, or features are missing.
    Waiting,
    /// It goes on.
    Stepped,
    /// It has ended.
    Finished(Box<Finished>),
}

impl Run {
    /// A run that begins when the features are there.
    ///
    /// # Errors
    /// `FaultKind::Settings` or `FaultKind::Data` if it could never begin.
    pub fn new(id: RunId, comparisons: Vec<Comparison>, config: DescentConfig) -> Result<Self, Fault> {
        if let Some(complaint) = config.complaint() {
            return Err(Fault::new(FaultKind::Settings, complaint, "Change it under the advanced settings."));
        }
        if comparisons.is_empty() {
            return Err(nothing_to_learn());
        }
        Ok(Self {
            id,
            comparisons,
            config,
            paused: false,
            stopped: false,
            told_waiting: None,
            training: None,
        })
    }

    /// Hold; true if it was going on.
    pub fn pause(&mut self) -> bool {
        !std::mem::replace(&mut self.paused, true)
    }

    /// Go on; true if it was held.
    pub fn resume(&mut self) -> bool {
        std::mem::replace(&mut self.paused, false)
    }

    /// End at the next slice.
    pub fn stop(&mut self) {
        self.stopped = true;
    }

    /// Work for a slice of time.
    ///
    /// # Errors
    /// `FaultKind::Device` if the device was lost; `FaultKind::Data` if it was stopped before its first step.
    pub async fn work(
        &mut self,
        library: &Library,
        (kind, device): (DeviceKind, &Device),
        now_ms: &dyn Fn() -> f64,
        emit: &dyn Fn(Event),
    ) -> Result<Progress, Fault> {
        if self.paused && !self.stopped {
            return Ok(Progress::Waiting);
        }
        if self.training.is_none() && !self.begin(library, (kind, device), emit)? {
            return Ok(Progress::Waiting);
        }
        let Some(training) = &mut self.training else { return Ok(Progress::Waiting) };
        let ending = if self.stopped {
            Some(Ending::StoppedByPerson)
        } else {
            training.slice(self.id, now_ms, emit).await?
        };
        match ending {
            Some(ending) => Ok(Progress::Finished(Box::new(training.finish(self.id, ending).await?))),
            None => Ok(Progress::Stepped),
        }
    }

    /// Begin if all features are there; says whether it has begun.
    fn begin(
        &mut self,
        library: &Library,
        (kind, device): (DeviceKind, &Device),
        emit: &dyn Fn(Event),
    ) -> Result<bool, Fault> {
        if self.stopped {
            return Err(Fault::new(
                FaultKind::Data,
                "The run was stopped before its first step, so there is no model of it.",
                "Start it again when you like.",
            ));
        }
        let Some(recipe) = library.recipe().cloned() else { return Ok(false) };
        // Asked again and again until all are there, so it must not cost more than counting.
        let waiting = library.waiting(&self.comparisons);
        if waiting > 0 {
            if self.told_waiting.replace(waiting) != Some(waiting) {
                emit(Event::RunPreparing { run: self.id, waiting });
            }
            return Ok(false);
        }
        let (examples, _) = library.examples(&self.comparisons);
        let scaling = library.scaling(recipe.length_feature).ok_or_else(nothing_to_learn)?;
        let (examples, decided) = decide(examples, &scaling, &self.config.objective);
        let (train, held) = parts(&examples);
        if train.is_empty() {
            return Err(nothing_to_learn());
        }
        let rows = |examples: &[&Example]| Rows::of(examples.iter().copied(), &scaling, decided.strength);
        let lambda = decided.penalty.lambda(train.len());
        let descent =
            Descent::new(&rows(&train), &rows(&held), (decided.loss, lambda), self.config.clone(), device);
        emit(Event::RunStarted {
            run: self.id,
            steps: descent.steps(),
            train: train.len() as u32,
            validation: held.len() as u32,
        });
        self.training = Some(Training {
            descent,
            recipe,
            scaling,
            examples,
            decided,
            kind,
            epochs: EpochLog::default(),
            trained_ms: 0.0,
            reported_ms: f64::NEG_INFINITY,
        });
        Ok(true)
    }
}

impl Training {
    /// Steps until the slice of time is over; says why the run ends, if it does.
    async fn slice(
        &mut self,
        run: RunId,
        now_ms: &dyn Fn() -> f64,
        emit: &dyn Fn(Event),
    ) -> Result<Option<Ending>, Fault> {
        let kind = self.kind;
        let lost = |error: burn::tensor::ExecutionError| device::failed(kind, &error.to_string());
        let began = now_ms();
        loop {
            let next = self.descent.step();
            let now = now_ms();
            let trained_ms = self.trained_ms + now - began;
            let last = self.descent.step_count() == self.descent.steps();
            if last || now - self.reported_ms >= REPORT_MS {
                self.reported_ms = now;
                let report = StepReport {
                    step: self.descent.step_count(),
                    steps: self.descent.steps(),
                    epoch: self.descent.epoch(),
                    loss: self.descent.loss().await.map_err(lost)?,
                    rate: (f64::from(self.descent.step_count()) / (trained_ms / 1000.0).max(1e-9)) as f32,
                };
                emit(Event::Step { run, report });
            }
            if next == Next::EpochEnd {
                let (report, ending) = self.descent.end_epoch().await.map_err(lost)?;
                self.epochs.push(&report);
                emit(Event::Epoch { run, report });
                if ending.is_some() {
                    self.trained_ms += now_ms() - began;
                    return Ok(ending);
                }
            }
            if now_ms() - began >= SLICE_MS {
                self.trained_ms += now_ms() - began;
                return Ok(None);
            }
        }
    }

    /// The model of the best weights, judged on the held-out pairs.
    async fn finish(&mut self, run: RunId, ending: Ending) -> Result<Finished, Fault> {
        let kind = self.kind;
        let solution =
            self.descent.solution().await.map_err(|error| device::failed(kind, &error.to_string()))?;
        let model = RewardModel {
            recipe: self.recipe.clone(),
            scaling: self.scaling.clone(),
            likelihood: Likelihood { loss: self.decided.loss, tie: solution.tie },
            weights: solution.weights,
        };
        let split = self.judged_by_split(&model);
        let evaluation = if self.examples.len() < CROSS_VALIDATE_BELOW {
            // A fifth of so few says little. Both ways of fitting reach the same optimum, so the exact fit stands in.
            let lesson = Lesson::new(&self.examples, &self.scaling, &self.decided);
            Evaluation {
                learned_from: split.learned_from,
                train_loss: split.train_loss,
                train_accuracy: split.train_accuracy,
                ..lesson.judge(&lesson.fit(None))
            }
        } else {
            split.clone()
        };
        let validation_accuracy = split.accuracy().or(evaluation.accuracy()).map(|share| share as f32);
        let card = ModelCard {
            made_by: MadeBy::Descent(run),
            backbone: String::new(),
            recipe: self.recipe.clone(),
            device: kind.name().into(),
            lambda: self.decided.penalty.lambda(split.learned_from as usize),
            advice: self.decided.advice.clone(),
            likelihood: model.likelihood,
            length_share: length_share(&evaluation, &self.scaling),
            evaluation: Some(evaluation),
        };
        let seconds = (self.trained_ms / 1000.0) as f32;
        let log = RunLog {
            config: self.descent.config().clone(),
            steps: self.descent.step_count(),
            ending,
            seconds,
            epochs: self.epochs.kept().to_vec(),
        };
        let done = Event::RunDone { run, ending, validation_accuracy, seconds };
        let (train, _) = parts(&self.examples);
        let rows = Rows::of(train.iter().copied(), &self.scaling, self.decided.strength);
        let learned = train.into_iter().cloned().collect();
        let confidence = Some(Confidence::new(learned, rows, card.lambda));
        Ok(Finished { model, card, confidence, log, done })
    }

    fn judged_by_split(&self, model: &RewardModel) -> Evaluation {
        let margin = |example: &Example| model.margin(&example.chosen, &example.rejected).0;
        let (train, held) = parts(&self.examples);
        let preferred = train.iter().filter(|example| example.told() == Told::Chosen);
        let train_margins: Vec<f32> = preferred.map(|example| margin(example)).collect();
        let judge = |example: &&Example| example.judged(margin(example), model.score(&example.chosen).0);
        let (judged, ties) = held
            .iter()
            .filter(|example| example.is_drawn())
            .map(judge)
            .partition(|judged| judged.chosen.is_some());
        Evaluation {
            held_out: HeldOut::Split,
            learned_from: train.len() as u32,
            judged,
            ties,
            train_loss: metrics::mean_loss(&train_margins).unwrap_or(0.0) as f32,
            train_accuracy: metrics::accuracy(&train_margins).unwrap_or(0.0) as f32,
        }
    }
}

/// What the page is told when there is no preference among the answers.
pub fn nothing_to_learn() -> Fault {
    Fault::new(
        FaultKind::Data,
        "There is nothing to learn from yet: skips say nothing of which response is better, nor do ties under \
         Bradley–Terry.",
        "Answer a few pairs with A or B on the Annotate tab.",
    )
}
