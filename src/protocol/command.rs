//! What the page asks of the engine. The engine keeps nothing that these cannot rebuild.

use serde::{Deserialize, Serialize};

use super::parcel::Parcel;
use super::scoring::RowTexts;
use super::{RequestId, RunId, Slot};
use crate::domain::backbone::BackboneCard;
use crate::domain::config::{DescentConfig, Objective};
use crate::domain::dataset::Comparison;
use crate::domain::device::Decision;
use crate::domain::pair::{PairId, PairText};
use crate::domain::query::choosing::Rule;
use crate::domain::recipe::Recipe;

/// A request to the engine.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Command {
    /// First of all: the page's build id. Answered by `Event::Hello`, or refused. Stays the first variant, so
    /// that builds which agree on nothing else still understand each other's greeting.
    Hello {
        /// [`super::BUILD_ID`] of the page.
        build: String,
    },
    /// Start the device and load the backbone. Answered by `DeviceReady`, `BackboneProgress`…, `BackboneReady`.
    Open {
        /// The device decided on, and why.
        device: Decision,
        /// The backbone.
        backbone: BackboneCard,
        /// The address that the card's folder is relative to, ending in `/`.
        base: String,
        /// Helper workers for feature extraction on the CPU; 0 does the work in this one.
        helpers: u8,
    },
    /// Use this recipe from now on; features of known pairs are computed anew in the background.
    Recipe(Recipe),
    /// Add pairs: their features are computed in the background, in this order, after those already waiting.
    AddPairs(Vec<PairText>),
    /// Forget all pairs and their waiting work.
    ClearPairs,
    /// The exact fit into `Slot::Living`. Answered by `Fitted`, or `Failed`.
    Fit {
        /// Ties the answer to this.
        request: RequestId,
        /// Everything there is to learn from.
        comparisons: Vec<Comparison>,
        /// What is minimised.
        objective: Objective,
    },
    /// Gradient descent into `Slot::Trained`; below the head it may go on from where an earlier run was saved. Answered by `RunStarted`, `Step`…, `Epoch`…, then `RunDone` or `RunFailed`.
    Train {
        /// The run's name.
        run: RunId,
        /// Everything there is to learn from.
        comparisons: Vec<Comparison>,
        /// Settings.
        config: DescentConfig,
        /// The run to go on with, by its own settings and with what it has learned from, if all of that is still here.
        goes_on: Option<RunId>,
    },
    /// Hold the run after the current step.
    Pause {
        /// Which run.
        run: RunId,
    },
    /// Go on.
    Resume {
        /// Which run.
        run: RunId,
    },
    /// End the run, keeping its best weights so far.
    Stop {
        /// Which run.
        run: RunId,
    },
    /// Score responses to one prompt. A newer `Score` by the same model supersedes an older one not yet begun.
    Score {
        /// Ties the answer to this.
        request: RequestId,
        /// Which model.
        slot: Slot,
        /// What was asked.
        prompt: String,
        /// One or more responses.
        responses: Vec<String>,
    },
    /// The model as a file for others. Answered by `Exported`, or `Failed` where the format cannot hold the recipe, or
    /// the file, loaded again, gives other scores than the model.
    Export {
        /// Ties the answer to this.
        request: RequestId,
        /// Which model.
        slot: Slot,
        /// As what.
        parcel: Parcel,
    },
    /// Take an exported file into this slot. Answered by `ModelReady`, or `Failed`.
    Import {
        /// Ties the answer to this.
        request: RequestId,
        /// Where to; never `Slot::Living`, which is fitted only.
        slot: Slot,
        /// The file's bytes.
        #[serde(with = "super::wire::blob")]
        bytes: Vec<u8>,
    },
    /// Which of these unanswered pairs the living model would ask. Answered by `Ranked`, or `Failed`.
    Ask {
        /// Ties the answer to this.
        request: RequestId,
        /// By what.
        rule: Rule,
        /// What may be asked; those whose features are not known yet are left out.
        candidates: Vec<PairId>,
    },
    /// Look closer at a model, when nothing else waits: answered by `Found`…, of which the last is `Finding::Done`. A
    /// newer look supersedes an older one.
    Study {
        /// Ties the answers to this.
        request: RequestId,
        /// The model that is tested.
        slot: Slot,
        /// Everything there is to learn from.
        comparisons: Vec<Comparison>,
        /// Answers to test sets, which are never learned from.
        tests: Vec<Comparison>,
        /// What is minimised.
        objective: Objective,
    },
    /// The token ids of these, cut as the recipe in force has it. Answered by `Tokenised`, or `Failed`.
    Tokenise {
        /// Ties the answer to this.
        request: RequestId,
        /// Prompt, response A, response B.
        texts: Vec<[String; 3]>,
    },
    /// How the recipe in force has these read, token by token. Answered by `Strips`, or `Failed`.
    Strips {
        /// Ties the answer to this.
        request: RequestId,
        /// What was asked.
        prompt: String,
        /// The responses.
        responses: Vec<String>,
    },
    /// Put any number of responses to one prompt in order. Answered by `Ordered`, or `Failed`. A newer `Order`
    /// supersedes an older one, also in the midst of it.
    Order {
        /// Ties the answer to this.
        request: RequestId,
        /// Which model.
        slot: Slot,
        /// What was asked.
        prompt: String,
        /// The candidates.
        responses: Vec<String>,
    },
    /// Why these responses score as they do. Answered by `Explained`…, of which the last is `Insight::Done`, or
    /// `Failed`. A newer `Explain` supersedes an older one, also in the midst of it.
    Explain {
        /// Ties the answers to this.
        request: RequestId,
        /// Which model.
        slot: Slot,
        /// What was asked.
        prompt: String,
        /// One response, or two to be told apart.
        responses: Vec<String>,
    },
    /// Score rows of a file, when nothing more urgent waits. The page sends as many as it wants between two looks at
    /// its buttons. Answered by `RowsScored`, or `Failed`.
    ScoreRows {
        /// Ties the answer to this.
        request: RequestId,
        /// Which model.
        slot: Slot,
        /// The rows.
        rows: Vec<RowTexts>,
    },
    /// Let go of the model in this slot.
    Forget {
        /// Which.
        slot: Slot,
    },
    /// What was saved of a run is wanted no more.
    ForgetRun,
}
