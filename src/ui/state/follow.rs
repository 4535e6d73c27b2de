//! What an event makes necessary: said by the state, done by the actions.

use crate::domain::formats::record::TokenIds;
use crate::domain::weights_format::WeightsFormat;
use crate::protocol::scoring::RowScores;
use crate::protocol::{Fault, RequestId, Slot};

/// What has to be done because of an event.
#[derive(Clone, Debug, PartialEq)]
pub enum Follow {
    /// The living model is behind the answers.
    Fit,
    /// The living model is new, and may ask.
    Rank,
    /// What the scores show is behind what was typed.
    Score,
    /// The model that scores is new: all that the last one said on the Score tab is behind.
    ScoreAnew,
    /// Bring back the trained model of the last visit.
    Restore,
    /// A model came with the backbone: keep it, if that was not done before.
    KeepBrought,
    /// The trained model is new: ask for its file, to keep it.
    AskToKeep,
    /// Keep the model of this slot, which is in this file.
    Keep(Slot, Vec<u8>),
    /// A kept or given model is the trained one now.
    InUse,
    /// What the models side by side say is behind what was typed, or one of them is new.
    Compare,
    /// Give this model file, which is of this format, to the person.
    Save(WeightsFormat, Vec<u8>),
    /// The token ids that this request waits for are there, or cannot be had.
    Tokenised(RequestId, Result<Vec<TokenIds>, Fault>),
    /// The scores of the rows that were sent with this request are there, or cannot be had.
    RowsScored(RequestId, Result<Vec<RowScores>, Fault>),
    /// The model that a file waits for is there.
    GoOnFiling,
    /// The model that scores a file is another one now.
    HoldFiling,
    /// Keep the run that has just ended, for comparison.
    KeepRun,
    /// Keep which run can be gone on with, if one can.
    KeepUnfinished,
    /// Keep the accuracy curve for the next visit.
    KeepCurve,
    /// The device is lost: go on without it.
    FallBack(Fault),
}
