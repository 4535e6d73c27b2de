//! A run that trains the head.

use burn::tensor::{Device, ExecutionError};

use super::course::Course;
use super::pace::Pace;
use super::{Around, Finished, Progress};
use crate::domain::config::DescentConfig;
use crate::domain::evaluation::Evaluation;
use crate::domain::run::{Ending, EpochLog, RunLog};
use crate::domain::split::CROSS_VALIDATE_BELOW;
use crate::engine::device;
use crate::engine::ports::ByteSource;
use crate::protocol::{Event, Fault, RunId};
use crate::train::descent::Descent;
use crate::train::exact;
use crate::train::judge::Lesson;
use crate::train::learner::Learned;
use crate::train::steps::Next;

/// Descent on known features.
pub struct Head {
    course: Course,
    descent: Descent,
    epochs: EpochLog,
    pace: Pace,
}

impl Head {
    /// A run that has not stepped yet.
    pub fn new(course: Course, config: DescentConfig, device: &Device) -> Self {
        let hidden = course.hidden(&config);
        let (train, held) = course.rows(hidden.as_ref());
        let (loss, prior) = (course.aim.decided.loss, course.prior());
        let descent = if config.has_exact_fit() {
            Descent::new(&train, &held, (loss, &prior), config, device)
        } else {
            let start = Learned { hidden, solution: exact::solve(&train, loss, &prior, None) };
            Descent::from(&start, course.sides(), (loss, &prior), config, device)
        };
        Self { course, descent, epochs: EpochLog::default(), pace: Pace::after(0.0) }
    }

    /// Steps there are without early stopping.
    pub fn steps(&self) -> u32 {
        self.descent.steps().all()
    }

    /// Steps until the slice of time is over.
    ///
    /// # Errors
    /// `FaultKind::Device` if the device was lost.
    pub async fn work<S: ByteSource>(
        &mut self,
        run: RunId,
        stopped: bool,
        around: &Around<'_, S>,
    ) -> Result<Progress, Fault> {
        let ending = match stopped {
            true => Some(Ending::StoppedByPerson),
            false => self.slice(run, around).await.map_err(|error| self.lost(&error))?,
        };
        match ending {
            Some(ending) => Ok(Progress::Finished(Box::new(self.finish(run, ending).await?))),
            None => Ok(Progress::Stepped),
        }
    }

    /// Says why the run ends, if it does.
    async fn slice<S>(
        &mut self,
        run: RunId,
        around: &Around<'_, S>,
    ) -> Result<Option<Ending>, ExecutionError> {
        let now = || (around.now_ms)();
        self.pace.begin(now());
        loop {
            let next = self.descent.step();
            let steps = (self.descent.steps().done(), self.descent.steps().all());
            if self.pace.is_due(now(), steps.0 == steps.1) {
                let loss = self.descent.loss().await?;
                let report = self.pace.report(now(), steps, self.descent.steps().epoch(), loss);
                (around.emit)(Event::Step { run, report });
            }
            if next == Next::EpochEnd {
                let (report, ending) = self.descent.end_epoch().await?;
                self.epochs.push(&report);
                (around.emit)(Event::Epoch { run, report });
                if ending.is_some() {
                    self.pace.end(now());
                    return Ok(ending);
                }
            }
            if self.pace.is_over(now()) {
                self.pace.end(now());
                return Ok(None);
            }
        }
    }

    /// The model of the best weights, judged on the held-out pairs.
    async fn finish(&self, run: RunId, ending: Ending) -> Result<Finished, Fault> {
        let course = &self.course;
        let learned = self.descent.learned().await.map_err(|error| self.lost(&error))?;
        let model = course.model(learned);
        let split = course.judged_by_split(&model);
        let evaluation =
            if self.descent.config().has_exact_fit() && course.examples.len() < CROSS_VALIDATE_BELOW {
                // A fifth of so few says little. Both ways of fitting reach the same optimum, so the exact fit stands in.
                let lesson = Lesson::new(&course.examples, &course.aim.scaling, &course.aim.decided);
                Evaluation {
                    learned_from: split.learned_from,
                    train_loss: split.train_loss,
                    train_accuracy: split.train_accuracy,
                    ..lesson.judge(&lesson.fit(None))
                }
            } else {
                split
            };
        let log = RunLog {
            config: self.descent.config().clone(),
            steps: self.descent.steps().done(),
            ending,
            seconds: self.pace.seconds(),
            epochs: self.epochs.kept().to_vec(),
        };
        Ok(course.finish(run, model, evaluation, log))
    }

    fn lost(&self, error: &ExecutionError) -> Fault {
        device::failed(self.course.kind, &error.to_string())
    }
}
