//! A run that trains below the head: pairs go through the blocks again and again, a few at a time, so that messages are
//! heard in between.

mod texts;

use std::collections::HashMap;

use burn::module::Module;
use burn::tensor::ExecutionError;

use self::texts::Texts;
use super::course::Course;
use super::pace::Pace;
use super::saved::{EVERY_MS, Saved};
use super::{Around, Finished, Progress};
use crate::domain::config::DescentConfig;
use crate::domain::dataset::Comparison;
use crate::domain::run::{Ending, EpochLog, EpochReport, RunLog};
use crate::engine::backbone::Backbone;
use crate::engine::batches::batches;
use crate::engine::device;
use crate::engine::ports::ByteSource;
use crate::model::reward_model::{Pooled, dot};
use crate::model::tuned::Tuned;
use crate::protocol::crew::TokenRow;
use crate::protocol::{Event, Fault, RunId};
use crate::train::exact;
use crate::train::learner::Learned;
use crate::train::lesson::{Example, Rows, Said, judged, parts};
use crate::train::steps::Next;
use crate::train::tuning::{Pairing, Tuning};
use crate::weights::changes::changes;

/// Training through the topmost blocks.
pub struct Below {
    course: Course,
    tuning: Tuning,
    texts: Texts,
    epochs: EpochLog,
    pace: Pace,
    saved_ms: f64,
    stage: Stage,
}

enum Stage {
    /// Steps.
    Learning,
    /// An epoch's end: the margins of the validation pairs, as far as they are there.
    Judging(Vec<f32>),
    /// The best blocks are a backbone now: batches of texts that it has not read yet, and what it has read.
    Reading { ending: Ending, left: Vec<Vec<usize>>, read: Vec<(usize, Vec<f32>)> },
}

impl Below {
    /// A run that has not stepped yet, or that goes on from where it was saved.
    ///
    /// # Errors
    /// As [`Backbone::upper`], and of a text that the tokenizer refuses.
    pub async fn new<S: ByteSource>(
        course: Course,
        config: DescentConfig,
        saved: Option<Saved>,
        around: &Around<'_, S>,
    ) -> Result<Self, Fault> {
        let aim = &course.aim;
        let layer = aim.recipe.layer;
        let first = config.depth.first_block(layer);
        let texts = Texts::of(&course, first, around.library, around.backbone)?;
        let (train, held) = parts(&course.examples);
        let pairing = |example: &&Example| {
            let [chosen, rejected] = texts.in_order(example);
            Pairing { chosen, rejected, said: Said::of(example, aim.decided.strength) }
        };
        let pairs = (train.iter().map(pairing).collect(), held.iter().map(pairing).collect());

        let hidden = course.hidden(&config);
        let (rows, held_rows) = course.rows(hidden.as_ref());
        let start = exact::solve(&rows, aim.decided.loss, &course.prior(), None);
        let of = |rows: &Rows| {
            let margins: Vec<f32> = rows.differences.rows().map(|row| dot(row, &start.weights)).collect();
            judged(&margins, &rows.said, aim.decided.loss, start.tie)
        };
        let at_start = (held_rows.count() > 0).then(|| of(&held_rows));
        let report = at_start.map(|held| EpochReport::of((0, 0), of(&rows), Some(held)));
        let upper = around.backbone.upper(first, &aim.recipe).await?;
        let start = (Learned { hidden, solution: start }, at_start.map(|(loss, _)| loss));
        let mut tuning = Tuning::new(upper, pairs, aim.clone(), start, config, around.device.1);
        let (mut epochs, mut trained_ms) = (EpochLog::default(), 0.0);
        match saved {
            Some(saved) => {
                saved.epochs.iter().for_each(|report| epochs.push(report));
                trained_ms = saved.trained_ms;
                tuning.go_on(saved.state);
            }
            None => report.iter().for_each(|report| epochs.push(report)),
        }
        let stage = match tuning.awaits_judgement() {
            true => Stage::Judging(Vec::new()),
            false => Stage::Learning,
        };
        let (pace, saved_ms) = (Pace::after(trained_ms), (around.now_ms)());
        Ok(Self { course, tuning, texts, epochs, pace, saved_ms, stage })
    }

    /// Steps there are without early stopping.
    pub fn steps(&self) -> u32 {
        self.tuning.steps().all()
    }

    /// The epochs so far; the start is epoch 0, where anything is held out to judge it by.
    pub fn epochs(&self) -> &[EpochReport] {
        self.epochs.kept()
    }

    /// The identity of what it has changed of the backbone, once that is put to use.
    pub fn changes(&self) -> Option<&str> {
        self.course.aim.recipe.tuned.as_deref()
    }

    /// Whether some of a step's pairs have gone through, and some have not.
    pub fn is_in_a_step(&self) -> bool {
        matches!(self.stage, Stage::Learning) && !self.tuning.is_between_steps()
    }

    /// What it has come to, as bytes to be kept, if it is time to or `now`, and what is to be told once they are; between two
    /// steps only.
    ///
    /// # Errors
    /// `FaultKind::Device` if the device was lost.
    pub async fn save<S: ByteSource>(
        &mut self,
        (run, comparisons): (RunId, &[Comparison]),
        now: bool,
        around: &Around<'_, S>,
    ) -> Result<Option<(Vec<u8>, Event)>, Fault> {
        let due = now || (around.now_ms)() - self.saved_ms >= EVERY_MS;
        if !due || matches!(self.stage, Stage::Reading { .. }) || self.is_in_a_step() {
            return Ok(None);
        }
        let state = self.tuning.state().await.map_err(|error| self.lost(&error))?;
        self.saved_ms = (around.now_ms)();
        let log = (self.epochs.kept().to_vec(), self.pace.trained_ms());
        let (config, aim) = (self.tuning.config().clone(), self.course.aim.clone());
        let saved = Saved::new((run, comparisons.to_vec()), config, aim, log, state);
        let steps = self.tuning.steps();
        let told = Event::RunSaved { run, step: steps.done(), steps: steps.all() };
        Ok(Some((saved.bytes()?, told)))
    }

    /// Pairs go through until the slice of time is over.
    ///
    /// # Errors
    /// `FaultKind::Device` if the device was lost, and as [`Backbone::pooled_under`].
    pub async fn work<S: ByteSource>(
        &mut self,
        run: RunId,
        stopped: bool,
        around: &mut Around<'_, S>,
    ) -> Result<Progress, Fault> {
        self.pace.begin((around.now_ms)());
        let progress = self.slice(run, stopped, around).await;
        self.pace.end((around.now_ms)());
        progress
    }

    async fn slice<S: ByteSource>(
        &mut self,
        run: RunId,
        stopped: bool,
        around: &mut Around<'_, S>,
    ) -> Result<Progress, Fault> {
        loop {
            match std::mem::replace(&mut self.stage, Stage::Learning) {
                Stage::Learning | Stage::Judging(_) if stopped => {
                    self.put_to_use(Ending::StoppedByPerson, around).await?;
                }
                Stage::Learning => self.learn(run, around).await?,
                Stage::Judging(margins) => {
                    if let Some(ending) = self.judge(run, margins, around).await? {
                        self.put_to_use(ending, around).await?;
                    }
                }
                Stage::Reading { ending, mut left, mut read } => match left.pop() {
                    Some(batch) => {
                        let more = self.read(&batch, around.backbone).await?;
                        read.extend(batch.into_iter().zip(more));
                        let texts = left.iter().map(Vec::len).sum::<usize>() as u32;
                        (around.emit)(Event::RunReading { run, left: texts });
                        self.stage = Stage::Reading { ending, left, read };
                    }
                    None => return Ok(Progress::Finished(Box::new(self.finish(run, ending, read, around)))),
                },
            }
            if self.pace.is_over((around.now_ms)()) {
                return Ok(Progress::Stepped);
            }
        }
    }

    /// As many of the step's pairs as go through at once.
    async fn learn<S: ByteSource>(&mut self, run: RunId, around: &mut Around<'_, S>) -> Result<(), Fault> {
        let wanted: Vec<Pairing> = self.tuning.wanted().collect();
        let pairs = self.texts.together(&wanted, around.backbone.training_positions());
        self.texts.fetch(pairs, around.backbone).await?;
        let Some(next) = self.tuning.learn(pairs, |at| self.texts.get(at)) else { return Ok(()) };
        let steps = (self.tuning.steps().done(), self.tuning.steps().all());
        if self.pace.is_due((around.now_ms)(), steps.0 == steps.1) {
            let loss = self.tuning.loss().await.map_err(|error| self.lost(&error))?;
            let report = self.pace.report((around.now_ms)(), steps, self.tuning.steps().epoch(), loss);
            (around.emit)(Event::Step { run, report });
        }
        if next == Next::EpochEnd {
            self.stage = Stage::Judging(Vec::new());
        }
        Ok(())
    }

    /// As many of the validation pairs; with the last, the epoch ends. Says why the run ends, if it does.
    async fn judge<S: ByteSource>(
        &mut self,
        run: RunId,
        mut margins: Vec<f32>,
        around: &mut Around<'_, S>,
    ) -> Result<Option<Ending>, Fault> {
        let wanted: Vec<Pairing> = self.tuning.validation()[margins.len()..].to_vec();
        if !wanted.is_empty() {
            let pairs = self.texts.together(&wanted, around.backbone.training_positions());
            self.texts.fetch(pairs, around.backbone).await?;
            let more = self.tuning.judge(pairs, |at| self.texts.get(at)).await;
            margins.extend(more.map_err(|error| self.lost(&error))?);
            self.stage = Stage::Judging(margins);
            return Ok(None);
        }
        let ended = self.tuning.end_epoch(&margins).await;
        let (report, ending) = ended.map_err(|error| self.lost(&error))?;
        self.epochs.push(&report);
        (around.emit)(Event::Epoch { run, report });
        Ok(ending)
    }

    /// Make a backbone of the best blocks; where the start was best, it is the one there is.
    async fn put_to_use<S: ByteSource>(
        &mut self,
        ending: Ending,
        around: &mut Around<'_, S>,
    ) -> Result<(), Fault> {
        let mut left = Vec::new();
        if let Some(upper) = &self.tuning.best().upper {
            let changed = changes(&upper.valid(), &self.tuning.config().depth).await;
            let tuned = Tuned::new(changed.map_err(|error| self.lost(&error))?);
            self.course.aim.recipe.tuned = Some(tuned.id().to_owned());
            around.backbone.adopt(tuned);
            let texts = self.texts.all();
            let all: Vec<usize> = (0..texts.len()).collect();
            left = batches(all, |&at| texts[at].row.ids.len(), around.backbone.batch_positions());
        }
        self.stage = Stage::Reading { ending, left, read: Vec::new() };
        Ok(())
    }

    async fn read<S: ByteSource>(
        &self,
        batch: &[usize],
        backbone: &mut Backbone<S>,
    ) -> Result<Vec<Vec<f32>>, Fault> {
        let rows: Vec<TokenRow> = batch.iter().map(|&at| self.texts.all()[at].row.clone()).collect();
        let pooled = backbone.pooled_under(&rows, &self.course.aim.recipe).await?;
        let width = pooled.len() / rows.len().max(1);
        Ok(pooled.chunks_exact(width.max(1)).map(<[f32]>::to_vec).collect())
    }

    /// The model, judged on the held-out pairs as it reads them.
    fn finish<S>(
        &mut self,
        run: RunId,
        ending: Ending,
        read: Vec<(usize, Vec<f32>)>,
        around: &mut Around<'_, S>,
    ) -> Finished {
        let mut vectors: HashMap<usize, Vec<f32>> = read.into_iter().collect();
        for example in &mut self.course.examples {
            let numbers = self.texts.in_order(example);
            for (pooled, number) in [&mut example.chosen, &mut example.rejected].into_iter().zip(numbers) {
                if let Some(vector) = vectors.get(&number) {
                    pooled.vector.clone_from(vector);
                }
            }
        }
        for (at, text) in self.texts.all().iter().enumerate() {
            if let Some(vector) = vectors.remove(&at) {
                let pooled = Pooled { vector, ..text.bare };
                around.library.keep(&text.key, &self.course.aim.recipe, pooled);
            }
        }
        let model = self.course.model(self.tuning.best().learned.clone());
        let evaluation = self.course.judged_by_split(&model);
        let log = RunLog {
            config: self.tuning.config().clone(),
            steps: self.tuning.steps().done(),
            ending,
            seconds: self.pace.seconds(),
            epochs: self.epochs.kept().to_vec(),
        };
        self.course.finish(run, model, evaluation, log)
    }

    fn lost(&self, error: &ExecutionError) -> Fault {
        device::failed(self.course.kind, &error.to_string())
    }
}
