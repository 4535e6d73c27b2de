//! A file that is being scored: texts out, scores in, the result in pieces. Whoever asks waits for the answer, so the
//! page sets the pace.

use std::rc::Rc;

use futures::channel::mpsc::UnboundedReceiver;
use web_sys::Blob;

use super::{DataClient, Desk, next};
use crate::domain::filing::{Columns, Report, Shape};
use crate::protocol::Fault;
use crate::protocol::data::{DataCommand, DataEvent, FileId};
use crate::protocol::filing::{Survey, ToScore};
use crate::protocol::scoring::RowScores;

/// A file that was given to be scored. Dropping it lets go of it, and of what has no scores yet.
pub struct OpenFiling {
    id: FileId,
    desk: Rc<Desk>,
    heard: UnboundedReceiver<Result<DataEvent, Fault>>,
}

impl DataClient {
    /// Give it this file to be scored. What it looks like comes by [`OpenFiling::surveyed`].
    pub fn survey(&self, name: &str, blob: Blob) -> OpenFiling {
        let (number, heard) = self.desk.new_line();
        let id = FileId(number);
        self.desk.post(DataCommand::Survey { file: id, name: name.into() }, Some(blob));
        OpenFiling { id, desk: self.desk.clone(), heard }
    }
}

impl OpenFiling {
    /// What the file looks like.
    ///
    /// # Errors
    /// Why it cannot be read, with what to do.
    pub async fn surveyed(&mut self) -> Result<Survey, Fault> {
        loop {
            if let DataEvent::Surveyed { survey, .. } = next(&mut self.heard).await? {
                return Ok(survey);
            }
        }
    }

    /// What it looks like with its texts in these columns.
    ///
    /// # Errors
    /// As [`OpenFiling::surveyed`].
    pub async fn survey_as(&mut self, columns: Columns) -> Result<Survey, Fault> {
        self.post(DataCommand::SurveyAs { file: self.id, columns });
        self.surveyed().await
    }

    /// Begin to score it; the first rows.
    ///
    /// # Errors
    /// Why the file cannot be read.
    pub async fn begin(&mut self, shape: Shape) -> Result<ToScore, Fault> {
        self.post(DataCommand::Score { file: self.id, shape });
        self.batch().await
    }

    /// The next rows.
    ///
    /// # Errors
    /// If the worker is gone.
    pub async fn more(&mut self) -> Result<ToScore, Fault> {
        self.post(DataCommand::MoreToScore { file: self.id });
        self.batch().await
    }

    /// The scores of the oldest rows that have none; the bytes that they come to.
    ///
    /// # Errors
    /// Why the result cannot be written.
    pub async fn take(&mut self, scores: Vec<RowScores>) -> Result<Vec<u8>, Fault> {
        self.post(DataCommand::TakeScores { file: self.id, scores, last: false });
        self.piece().await
    }

    /// The result ends here; its last bytes, and the sum of what was scored.
    ///
    /// # Errors
    /// As [`OpenFiling::take`].
    pub async fn finish(&mut self) -> Result<(Vec<u8>, Report), Fault> {
        self.post(DataCommand::TakeScores { file: self.id, scores: vec![], last: true });
        let mut rest = self.piece().await?;
        rest.extend(self.piece().await?);
        loop {
            if let DataEvent::ScoredWhole { report, .. } = next(&mut self.heard).await? {
                return Ok((rest, report));
            }
        }
    }

    fn post(&self, command: DataCommand) {
        self.desk.post(command, None);
    }

    async fn batch(&mut self) -> Result<ToScore, Fault> {
        loop {
            if let DataEvent::ToScore { batch, .. } = next(&mut self.heard).await? {
                return Ok(batch);
            }
        }
    }

    async fn piece(&mut self) -> Result<Vec<u8>, Fault> {
        loop {
            if let DataEvent::ScoredPiece { bytes, .. } = next(&mut self.heard).await? {
                return Ok(bytes);
            }
        }
    }
}

impl Drop for OpenFiling {
    fn drop(&mut self) {
        self.desk.lines.borrow_mut().remove(&self.id.0);
        self.post(DataCommand::Close { file: self.id });
    }
}
