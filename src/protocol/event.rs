//! What the engine tells the page.

use serde::{Deserialize, Serialize};

use super::scoring::{Candidate, Compared, Insight, RowScores, Score, Strip};
use super::{Fault, RequestId, RunId, Slot};
use crate::domain::config::Penalty;
use crate::domain::device::Decision;
use crate::domain::evaluation::Evaluation;
use crate::domain::evaluation::finding::Finding;
use crate::domain::formats::record::TokenIds;
use crate::domain::likelihood::{Advice, Likelihood};
use crate::domain::query::choosing::{Ranked, Rule};
use crate::domain::recipe::Recipe;
use crate::domain::run::{Ending, EpochReport, StepReport};

/// News from the engine.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Event {
    /// The worker's build id, in answer to the page's. Stays the first variant.
    Hello {
        /// [`super::BUILD_ID`] of the worker.
        build: String,
    },
    /// A device runs; its reason says what was asked, what was tried and what failed.
    DeviceReady(Decision),
    /// Bytes of the backbone so far.
    BackboneProgress {
        /// Bytes got.
        got: u64,
        /// Bytes in all.
        total: u64,
        /// Whence.
        origin: Origin,
    },
    /// The backbone is loaded, its hash checked.
    BackboneReady {
        /// Hub name.
        id: String,
        /// Whence.
        origin: Origin,
        /// Blocks held in memory.
        layers: u8,
        /// Tensors of its files that its family has no use for, by name.
        unused: Vec<String>,
        /// Of conversations, what its chat template cannot write as messages: that is read as one text.
        refused: Option<String>,
        /// Whether its files have the layer that [`Pooling::Pooler`](crate::domain::recipe::Pooling::Pooler) goes through.
        pooler: bool,
        /// How the model that came with it reads, if one did: [`ModelReady`](Self::ModelReady) gave it before.
        brought: Option<Recipe>,
    },
    /// The backbone could not be had.
    BackboneFailed(Fault),
    /// Features of the known pairs.
    Preparing(Preparation),
    /// An exact fit has ended.
    Fitted {
        /// The command's.
        request: RequestId,
        /// Time of the fit that gave the weights, in milliseconds.
        fit_ms: f32,
        /// Time of the cross-validation that judged it, in milliseconds.
        judge_ms: f32,
        /// Comparisons left out because their features are not there yet.
        waiting: u32,
    },
    /// The model in this slot is new.
    ModelReady {
        /// Which slot.
        slot: Slot,
        /// What it is.
        card: Box<ModelCard>,
    },
    /// A run has begun.
    RunStarted {
        /// Which run.
        run: RunId,
        /// Steps there will be without early stopping.
        steps: u32,
        /// Comparisons learned from.
        train: u32,
        /// Comparisons held out.
        validation: u32,
    },
    /// A run waits for features before it can begin.
    RunPreparing {
        /// Which run.
        run: RunId,
        /// Comparisons whose features are still to come.
        waiting: u32,
    },
    /// A run's newest step.
    Step {
        /// Which run.
        run: RunId,
        /// The step.
        report: StepReport,
    },
    /// A run's newest epoch.
    Epoch {
        /// Which run.
        run: RunId,
        /// The epoch.
        report: EpochReport,
    },
    /// The run holds.
    RunPaused {
        /// Which run.
        run: RunId,
    },
    /// The run goes on.
    RunResumed {
        /// Which run.
        run: RunId,
    },
    /// The run has ended well; `ModelReady` for `Slot::Trained` came before.
    RunDone {
        /// Which run.
        run: RunId,
        /// Why it ended.
        ending: Ending,
        /// Accuracy over the validation pairs, 0–1; `None` when there are none.
        validation_accuracy: Option<f32>,
        /// Seconds of training, pauses left out.
        seconds: f32,
    },
    /// The run has ended badly.
    RunFailed {
        /// Which run.
        run: RunId,
        /// What happened and what to do.
        fault: Fault,
    },
    /// Scores in the order of the responses.
    Scored {
        /// The command's.
        request: RequestId,
        /// Which model scored.
        slot: Slot,
        /// One a response.
        scores: Vec<Score>,
        /// The first two responses side by side; `None` for one alone.
        compared: Option<Compared>,
    },
    /// A newer request took this one's place.
    Superseded {
        /// The command's.
        request: RequestId,
    },
    /// The model's file.
    Exported {
        /// The command's.
        request: RequestId,
        /// Which model.
        slot: Slot,
        /// One file: what `Parcel` it was asked for as says which.
        #[serde(with = "super::wire::blob")]
        bytes: Vec<u8>,
    },
    /// A request could not be met.
    Failed {
        /// The command's; `None` where no single request is to blame.
        request: Option<RequestId>,
        /// What happened and what to do.
        fault: Fault,
    },
    /// A closer look has found something; the last finding of a look is `Finding::Done`.
    Found {
        /// The command's.
        request: RequestId,
        /// What.
        finding: Finding,
    },
    /// Pairs worth asking, the best first: those of the command whose features are known.
    Ranked {
        /// The command's.
        request: RequestId,
        /// By what.
        rule: Rule,
        /// At most the best hundred.
        pairs: Vec<Ranked>,
        /// The gain of the middle one of all that were looked at, in bits.
        typical_gain: f32,
    },
    /// What can be said of this model's scores beyond its posterior is known now: they are worth asking for again.
    Checked {
        /// Which model.
        slot: Slot,
    },
    /// Token ids in the order of the texts.
    Tokenised {
        /// The command's.
        request: RequestId,
        /// One a pair.
        ids: Vec<TokenIds>,
    },
    /// Token strips in the order of the responses.
    Strips {
        /// The command's.
        request: RequestId,
        /// One a response.
        strips: Vec<Strip>,
    },
    /// Candidates in order, the best first.
    Ordered {
        /// The command's.
        request: RequestId,
        /// Which model.
        slot: Slot,
        /// All of the command's.
        candidates: Vec<Candidate>,
    },
    /// One answer to why; the last is `Insight::Done`.
    Explained {
        /// The command's.
        request: RequestId,
        /// What was found.
        insight: Insight,
    },
    /// What a run below the head has come to was kept: it can go on from here.
    RunSaved {
        /// Which run.
        run: RunId,
        /// Steps done.
        step: u32,
        /// Steps there would be without early stopping.
        steps: u32,
    },
    /// A run below the head has trained; its model reads the answered responses once more, to be judged.
    RunReading {
        /// Which run.
        run: RunId,
        /// Responses still to be read.
        left: u32,
    },
    /// Scores of a file's rows, in their order.
    RowsScored {
        /// The command's.
        request: RequestId,
        /// One a row.
        rows: Vec<RowScores>,
    },
}

/// Where the backbone's bytes came from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Origin {
    /// Fetched.
    Network,
    /// Kept by the browser from an earlier visit.
    Kept,
}

/// Progress of feature extraction.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Preparation {
    /// Responses whose features are there.
    pub done: u32,
    /// Responses in all.
    pub total: u32,
    /// Of those done, how many were kept from an earlier visit.
    pub kept: u32,
    /// Responses a second, computed ones only; 0 before the first.
    pub rate: f32,
    /// Share of computed positions that were padding, 0–1.
    pub padding: f32,
}

/// What a model is made of.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ModelCard {
    /// How it came to be.
    pub made_by: MadeBy,
    /// Hub name of its backbone.
    pub backbone: String,
    /// Its features.
    pub recipe: Recipe,
    /// Units of its head's hidden layer; `None` of a linear head.
    pub hidden_units: Option<u32>,
    /// The device's name it was made on.
    pub device: String,
    /// The penalty λ in use.
    pub lambda: f32,
    /// The likelihood in use.
    pub likelihood: Likelihood,
    /// Why that one, where the choice was ours.
    pub advice: Option<Advice>,
    /// How it judges pairs it had not seen; `None` in a file that says nothing of it.
    pub evaluation: Option<Evaluation>,
    /// Share of the held-out margins' variance that the length feature explains, 0–1; `None` when it is off.
    pub length_share: Option<f32>,
}

/// How a model came to be.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub enum MadeBy {
    /// The exact fit with this penalty setting.
    ExactFit(Penalty),
    /// Gradient descent.
    Descent(RunId),
    /// Somebody's file.
    Upload,
    /// It came with its backbone.
    Brought,
}
