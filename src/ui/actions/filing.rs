//! A file that is scored. Texts come from the data worker, scores from the engine, and the result grows in pieces that the
//! browser holds: what lies here is a few batches of rows.
//!
//! Rows whose scores have not come when an engine is lost, or its model changes, are asked for once more; those that have
//! come are in the result, and never asked for again.

mod given;

use std::collections::{HashMap, VecDeque};
use std::rc::Rc;

use futures::channel::oneshot;
use leptos::prelude::*;
use leptos::task::spawn_local;

use super::Actions;
use crate::domain::filing::{Report, Shape, scored_name};
use crate::protocol::error::FaultKind;
use crate::protocol::filing::ToScore;
use crate::protocol::scoring::{RowScores, RowTexts};
use crate::protocol::{Command, Fault, RequestId, Slot};
use crate::ui::browser::{self, Pieces};
use crate::ui::state::{Purpose, Stage};
use crate::worker::client::data::OpenFiling;

/// Batches that the engine has before it at once: one that it works on, one that is on its way, and one to spare.
const UNDER_WAY: usize = 3;

/// What the page holds of a file that is scored.
#[derive(Default)]
pub(super) struct Filing {
    /// The line to the data worker; taken while it is used.
    open: Option<OpenFiling>,
    /// Counts the files that were given.
    given: u32,
    /// Who waits for the scores of which request.
    answers: HashMap<RequestId, oneshot::Sender<Answer>>,
    /// Tells a file that stands still what is to become of it.
    wake: Option<oneshot::Sender<Wake>>,
    /// What is to become of it once it does.
    wish: Option<Wake>,
    /// The newest result, under its name.
    result: Option<(String, Rc<Pieces>)>,
}

type Answer = Result<Vec<RowScores>, Fault>;

/// What is to become of a file that stands still.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wake {
    /// Go on where it stands.
    GoOn,
    /// Begin again, from the first row.
    Anew,
    /// Let the result end here.
    EndHere,
    /// Put it away, and what came of it.
    PutAway,
}

/// Rows that the engine has before it.
struct Flight {
    batch: ToScore,
    answer: oneshot::Receiver<Answer>,
}

/// A file whose rows are on their way.
struct Run {
    file: OpenFiling,
    shape: Shape,
    slot: Slot,
    pieces: Rc<Pieces>,
    flights: VecDeque<Flight>,
    /// Whether all rows have been sent.
    ended: bool,
    cut_short: Option<Fault>,
    /// When it was begun, moved on by every stand-still; on [`browser::clock_ms`].
    since: f64,
}

impl Filing {
    /// The answers that were waited for will not come.
    pub(super) fn forget_rows(&mut self) {
        self.answers.clear();
    }

    /// The rows that are under way come first, where they are of use.
    fn wish(&mut self, wake: Wake) {
        self.wish = (wake != Wake::GoOn).then_some(wake);
        if matches!(wake, Wake::Anew | Wake::PutAway) {
            self.forget_rows();
        }
    }
}

impl Actions {
    /// Score the file that was given, with the model in view.
    pub fn start_filing(self) {
        let filing = self.state.filing;
        let shape = filing.stage.with_untracked(|stage| {
            if let Stage::Seen(survey) = stage { survey.shape.clone() } else { None }
        });
        let Some(shape) = shape else { return };
        let Some(file) = self.world.try_update_value(|world| world.filing.open.take()).flatten() else {
            return;
        };
        let slot = untrack(|| self.state.slot_in_view());
        self.world.update_value(|world| world.filing.wish = None);
        filing.begin(slot);
        let (pieces, flights, since) = (Rc::default(), VecDeque::new(), browser::clock_ms());
        let run = Run { file, shape, slot, pieces, flights, ended: false, cut_short: None, since };
        spawn_local(self.score_file(run));
    }

    /// Stand still after the rows that are under way.
    pub fn pause_filing(self) {
        self.stand(Stage::Paused);
    }

    /// Stand still, until it is said what is to become of the file.
    pub fn cancel_filing(self) {
        self.stand(Stage::Stopped(None));
    }

    fn stand(self, stage: Stage) {
        if untrack(|| self.state.filing.busy()) {
            self.state.filing.stage.set(stage);
        }
    }

    /// This is to become of the file that stands still.
    pub fn wake_filing(self, wake: Wake) {
        if wake == Wake::GoOn {
            self.state.filing.stage.set(Stage::Scoring);
        }
        self.world.update_value(|world| match world.filing.wake.take() {
            // Whoever waits is gone only with the page.
            Some(tell) => drop(tell.send(wake)),
            None => world.filing.wish(wake),
        });
    }

    /// Put the file away, wherever it stands.
    pub(super) fn forget_filing(self) {
        match untrack(|| self.state.filing.busy()) {
            true => self.wake_filing(Wake::PutAway),
            false => self.put_filing_away(),
        }
    }

    /// Put the file away that is not being scored (any more).
    pub fn put_filing_away(self) {
        self.world.update_value(|world| {
            world.filing.open = None;
            world.filing.result = None;
        });
        self.state.filing.stage.set(Stage::None);
    }

    /// Give the person the result.
    pub fn download_scored(self) {
        let result = self.world.with_value(|world| world.filing.result.clone());
        let Some((name, pieces)) = result else { return };
        if let Err(fault) = pieces.save(&name, "application/octet-stream") {
            self.state.notices.fault(fault);
        }
    }

    /// The engine has answered.
    pub(super) fn rows_scored(self, request: RequestId, answer: Answer) {
        let waiting = self.world.try_update_value(|world| world.filing.answers.remove(&request)).flatten();
        if let Some(waiting) = waiting {
            // Nobody waits for it any more where the file was put away.
            let _ = waiting.send(answer);
        }
    }

    /// Whatever the engine says of the rows that it has now is not wanted: they will be asked for again.
    pub(super) fn forget_rows(self) {
        self.world.update_value(|world| world.filing.forget_rows());
    }

    async fn score_file(self, mut run: Run) {
        let filing = self.state.filing;
        match self.score_rows(&mut run).await {
            Ok(Some(report)) => {
                let result = (scored_name(&filing.name.get_untracked()), run.pieces);
                self.world.update_value(|world| world.filing.result = Some(result));
                filing.stage.set(Stage::Done(report.into(), run.cut_short));
            }
            Ok(None) => self.put_filing_away(),
            Err(fault) => filing.stage.set(Stage::Refused(fault)),
        }
    }

    /// `None` if it was put away.
    async fn score_rows(self, run: &mut Run) -> Result<Option<Report>, Fault> {
        let mut first = Some(run.file.begin(run.shape.clone()).await?);
        loop {
            while !run.ended && run.flights.len() < UNDER_WAY && self.state.filing.goes_on() {
                let batch = match first.take() {
                    Some(batch) => batch,
                    None => run.file.more().await?,
                };
                run.ended = batch.ended;
                run.cut_short.clone_from(&batch.cut_short);
                run.flights.push_back(Flight { answer: self.ask_for(run.slot, &batch.rows), batch });
            }
            let wake = match run.flights.pop_front() {
                Some(flight) => self.land(run, flight).await?,
                None if run.ended => Some(Wake::EndHere),
                None => Some(self.stand_still(run).await),
            };
            match wake {
                None => {}
                Some(Wake::GoOn) => self.ask_again(run),
                Some(Wake::Anew) => {
                    run.flights.clear();
                    (run.pieces, run.ended, run.since) = (Rc::default(), false, browser::clock_ms());
                    self.state.filing.begin(run.slot);
                    first = Some(run.file.begin(run.shape.clone()).await?);
                }
                Some(Wake::EndHere) => {
                    let (bytes, report) = run.file.finish().await?;
                    run.pieces.push(&bytes);
                    return Ok(Some(report));
                }
                Some(Wake::PutAway) => return Ok(None),
            }
        }
    }

    /// Wait for the oldest rows' scores and take them into the result. If they do not come, the file stands still until it
    /// may go on, and what is then to be done is returned.
    async fn land(self, run: &mut Run, mut flight: Flight) -> Result<Option<Wake>, Fault> {
        let filing = self.state.filing;
        match (&mut flight.answer).await {
            Ok(Ok(scores)) => {
                let scored = scores.iter().filter(|scores| scores.is_ok()).count();
                run.pieces.push(&run.file.take(scores).await?);
                filing.took(&flight.batch, scored, (browser::clock_ms() - run.since) / 1000.0);
                return Ok(None);
            }
            // A new engine has no model at first.
            Ok(Err(fault)) if matches!(fault.kind, FaultKind::NoModel | FaultKind::Backbone) => {
                filing.engine_starts();
            }
            Ok(Err(fault)) => filing.stage.set(Stage::Stopped(Some(fault))),
            // The engine is gone, or its model has changed: where that leaves the file has been said.
            Err(oneshot::Canceled) => {}
        }
        run.flights.push_front(flight);
        if self.state.filing.goes_on() {
            // What made it stand still is over already.
            return Ok(Some(Wake::GoOn));
        }
        Ok(Some(self.stand_still(run).await))
    }

    /// Rows that are out and will not be answered are sent once more.
    fn ask_again(self, run: &mut Run) {
        for flight in &mut run.flights {
            match flight.answer.try_recv() {
                Ok(None) => {}
                Ok(Some(answer)) => flight.answer = given(answer),
                Err(oneshot::Canceled) => flight.answer = self.ask_for(run.slot, &flight.batch.rows),
            }
        }
    }

    async fn stand_still(self, run: &mut Run) -> Wake {
        if let Some(wish) = self.world.try_update_value(|world| world.filing.wish.take()).flatten() {
            return wish;
        }
        let began = browser::clock_ms();
        let (tell, told) = oneshot::channel();
        self.world.update_value(|world| world.filing.wake = Some(tell));
        // Nobody but the page's end takes the sender away without a word.
        let wake = told.await.unwrap_or(Wake::PutAway);
        run.since += browser::clock_ms() - began;
        wake
    }

    fn ask_for(self, slot: Slot, rows: &[RowTexts]) -> oneshot::Receiver<Answer> {
        if rows.is_empty() {
            return given(Ok(vec![]));
        }
        let (sender, answer) = oneshot::channel();
        if self.world.with_value(|world| world.client.is_some()) {
            let request = self.state.ask(Purpose::Rows);
            self.world.update_value(|world| {
                world.filing.answers.insert(request, sender);
            });
            self.state.filing.asked(rows.len());
            self.send(Command::ScoreRows { request, slot, rows: rows.to_vec() });
        } else {
            self.state.filing.engine_starts();
        }
        answer
    }
}

/// An answer that is here already.
fn given(answer: Answer) -> oneshot::Receiver<Answer> {
    let (sender, receiver) = oneshot::channel();
    // The receiver is here.
    let _ = sender.send(answer);
    receiver
}
