//! One training run: waits for its features, then steps until it is done, paused or stopped.

mod below;
mod course;
mod head;
mod pace;
mod saved;

use burn::tensor::Device;

use self::below::Below;
use self::course::Course;
use self::head::Head;
use self::saved::Saved;
use super::backbone::Backbone;
use super::confidence::Confidence;
use super::library::Library;
use super::ports::ByteSource;
use crate::domain::config::DescentConfig;
use crate::domain::dataset::Comparison;
use crate::domain::device::DeviceKind;
use crate::domain::run::RunLog;
use crate::model::reward_model::RewardModel;
use crate::protocol::error::FaultKind;
use crate::protocol::event::ModelCard;
use crate::protocol::{Event, Fault, RunId};

/// A run, from the command to its end.
pub struct Run {
    /// Its name.
    pub id: RunId,
    comparisons: Vec<Comparison>,
    config: DescentConfig,
    paused: bool,
    saved_for_pause: bool,
    stopped: bool,
    told_waiting: Option<u32>,
    /// Where it goes on from, until it does.
    saved: Option<Saved>,
    /// What is to be kept of it, until it is, and what is to be told then.
    to_keep: Option<(Vec<u8>, Event)>,
    training: Option<Training>,
}

/// By what trains.
enum Training {
    Head(Box<Head>),
    Below(Box<Below>),
}

/// What a run asks of the engine around it.
pub struct Around<'a, S> {
    /// The features.
    pub library: &'a mut Library,
    /// The backbone, which training below the head goes through.
    pub backbone: &'a mut Backbone<S>,
    /// The model that came with it.
    pub brought: Option<&'a RewardModel>,
    /// Where it trains.
    pub device: (DeviceKind, &'a Device),
    /// A clock, in milliseconds.
    pub now_ms: &'a dyn Fn() -> f64,
    /// Who is told of it.
    pub emit: &'a dyn Fn(Event),
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
            saved_for_pause: false,
            stopped: false,
            told_waiting: None,
            saved: None,
            to_keep: None,
            training: None,
        })
    }

    /// A run that goes on from where run `before` was saved, with what that has learned from; all of it must be among
    /// `comparisons`.
    ///
    /// # Errors
    /// As [`Saved::read`].
    pub fn going_on(
        id: RunId,
        before: RunId,
        comparisons: &[Comparison],
        saved: Option<Vec<u8>>,
    ) -> Result<Self, Fault> {
        let saved = Saved::read(saved, before, comparisons)?;
        let run = Self::new(id, saved.comparisons.clone(), saved.config.clone())?;
        Ok(Self { saved: Some(saved), ..run })
    }

    /// The identity of what it has changed of the backbone, once it has trained below the head.
    pub fn changes(&self) -> Option<&str> {
        match self.training.as_ref()? {
            Training::Below(training) => training.changes(),
            Training::Head(_) => None,
        }
    }

    /// What is to be kept of it for whoever goes on with it, and what is to be told once it is.
    pub fn take_saved(&mut self) -> Option<(Vec<u8>, Event)> {
        self.to_keep.take()
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
    /// `FaultKind::Device` if the device was lost; `FaultKind::Data` if it was stopped before its first step; and as
    /// [`Backbone::upper`].
    pub async fn work<S: ByteSource>(&mut self, around: &mut Around<'_, S>) -> Result<Progress, Fault> {
        let in_a_step = matches!(&self.training, Some(Training::Below(training)) if training.is_in_a_step());
        if self.paused && !self.stopped && !in_a_step {
            // A tab may be closed while its run is held.
            if let Some(Training::Below(training)) = &mut self.training
                && !std::mem::replace(&mut self.saved_for_pause, true)
            {
                self.to_keep = training.save((self.id, &self.comparisons), true, around).await?;
            }
            return Ok(Progress::Waiting);
        }
        self.saved_for_pause = false;
        if self.training.is_none() {
            match self.begin(around).await? {
                Some(training) => self.training = Some(training),
                None => return Ok(Progress::Waiting),
            }
        }
        match &mut self.training {
            Some(Training::Head(training)) => training.work(self.id, self.stopped, around).await,
            Some(Training::Below(training)) => {
                let progress = training.work(self.id, self.stopped, around).await?;
                if matches!(progress, Progress::Stepped) {
                    self.to_keep = training.save((self.id, &self.comparisons), false, around).await?;
                }
                Ok(progress)
            }
            None => Ok(Progress::Waiting),
        }
    }

    /// The training, once all features are there.
    async fn begin<S: ByteSource>(&mut self, around: &mut Around<'_, S>) -> Result<Option<Training>, Fault> {
        if self.stopped {
            return Err(Fault::new(
                FaultKind::Data,
                "The run was stopped before its first step, so there is no model of it.",
                "Start it again when you like.",
            ));
        }
        let Some(recipe) = around.library.recipe().cloned() else { return Ok(None) };
        // Asked again and again until all are there, so it must not cost more than counting.
        let waiting = around.library.waiting(&self.comparisons);
        if waiting > 0 {
            if self.told_waiting.replace(waiting) != Some(waiting) {
                (around.emit)(Event::RunPreparing { run: self.id, waiting });
            }
            return Ok(None);
        }
        let (library, kind) = (&*around.library, around.device.0);
        let saved = self.saved.take();
        let course = match &saved {
            // Its features must be those that it has learned from.
            Some(saved) if !library.serves(&saved.aim.recipe) => return Err(other_recipe()),
            Some(saved) => Course::again(saved.aim.clone(), library, &self.comparisons, kind),
            None => {
                let start = (&self.config, around.brought);
                Course::new(recipe, library, &self.comparisons, start, kind)?
            }
        };
        let (train, validation) = course.counts();
        let training = match self.config.depth.is_deep() {
            false => Training::Head(Box::new(Head::new(course, self.config.clone(), around.device.1))),
            true => Training::Below(Box::new(Below::new(course, self.config.clone(), saved, around).await?)),
        };
        let steps = match &training {
            Training::Head(training) => training.steps(),
            Training::Below(training) => training.steps(),
        };
        (around.emit)(Event::RunStarted { run: self.id, steps, train, validation });
        if let Training::Below(training) = &training {
            for report in training.epochs() {
                (around.emit)(Event::Epoch { run: self.id, report: report.clone() });
            }
        }
        Ok(Some(training))
    }
}

fn other_recipe() -> Fault {
    Fault::new(
        FaultKind::Settings,
        "The run cannot go on: it was begun with another recipe, or on another backbone.",
        "Choose those again, or start the run anew.",
    )
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
