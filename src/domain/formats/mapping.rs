//! How a file is read: in which format, and, for a table of anybody's making, which column is what.

use serde::{Deserialize, Serialize};

use crate::domain::choice::Choice;

/// The formats that are recognised. The order is the one the page offers them in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub enum FormatId {
    /// `prompt`, `response_a`, `response_b`, with `label` or `votes`: our own.
    Pairs,
    /// TRL's preference shapes.
    Trl,
    /// Anthropic's transcripts.
    Hh,
    /// HelpSteer2's and HelpSteer3's preferences.
    HelpSteer,
    /// HelpSteer's ratings: two rows a prompt.
    HelpSteerRatings,
    /// UltraFeedback with all its completions.
    UltraFeedback,
    /// UltraFeedback, binarised.
    UltraFeedbackBinarised,
    /// Chatbot Arena, the 55k set.
    Arena55k,
    /// Chatbot Arena's battles.
    ArenaBattles,
    /// OpenAI's comparisons of summaries.
    Summaries,
    /// OpenAI's WebGPT comparisons.
    WebGpt,
    /// Stanford Human Preferences.
    Shp,
    /// RewardBench.
    RewardBench,
    /// RewardBench 2.
    RewardBench2,
    /// LLMBar.
    LlmBar,
    /// Argilla, nested or flat.
    Argilla,
    /// Label Studio, JSON or JSON-MIN.
    LabelStudio,
    /// Prodigy.
    Prodigy,
    /// LLaMA-Factory and axolotl, in Alpaca's words.
    Alpaca,
    /// Conversations in ShareGPT's words.
    ShareGpt,
    /// Prompt, response and one verdict for it alone: no pairs. Recognised to be refused.
    Unpaired,
    /// Token ids instead of text. Recognised to be refused.
    Pretokenised,
    /// Columns chosen by hand.
    Table,
    /// A whole workspace, as we save it: to be restored, since what was undone in it is no label. Recognised for that.
    Workspace,
}

/// How to read a file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mapping {
    /// As which format.
    pub format: FormatId,
    /// Which column is what; read for [`FormatId::Table`] alone.
    pub columns: Columns,
}

/// Which column is what. A name with dots leads into nested objects, one with a number into a list: `input.text`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Columns {
    /// What was asked; without it, the prompt is empty.
    pub prompt: Option<String>,
    /// The first response.
    pub a: Option<String>,
    /// The second response.
    pub b: Option<String>,
    /// Which is better.
    pub label: LabelFrom,
    /// How much better: 1, 2 or 3.
    pub strength: Option<String>,
    /// Difference of two given marks.
    pub margin: Option<String>,
    /// Who said it.
    pub annotator: Option<String>,
    /// When: milliseconds since 1970, or a date such as `2026-01-31T12:00:00Z`.
    pub at: Option<String>,
    /// Anything to be remembered.
    pub note: Option<String>,
    /// Where the pair came from.
    pub source: Option<String>,
    /// Who wrote the first response.
    pub source_a: Option<String>,
    /// Who wrote the second response.
    pub source_b: Option<String>,
    /// The part of a benchmark.
    pub subset: Option<String>,
}

/// Where the choice of a table's row comes from.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum LabelFrom {
    /// Nowhere: the pairs go into the queue.
    #[default]
    Nowhere,
    /// The first response is always the better one, as `chosen` is.
    FirstIsBetter,
    /// The second response is always the better one.
    SecondIsBetter,
    /// A column says it. A row whose word is not listed is refused; an empty one has no label.
    Column {
        /// Its name.
        name: String,
        /// What its words mean.
        words: Vec<(String, Choice)>,
    },
}

impl Mapping {
    /// Read as this format.
    pub fn of(format: FormatId) -> Self {
        Self { format, columns: Columns::default() }
    }
}

impl FormatId {
    /// Every format, in the order the page offers them.
    pub const ALL: [FormatId; 24] = [
        FormatId::Pairs,
        FormatId::Trl,
        FormatId::Hh,
        FormatId::HelpSteer,
        FormatId::HelpSteerRatings,
        FormatId::UltraFeedback,
        FormatId::UltraFeedbackBinarised,
        FormatId::Arena55k,
        FormatId::ArenaBattles,
        FormatId::Summaries,
        FormatId::WebGpt,
        FormatId::Shp,
        FormatId::RewardBench,
        FormatId::RewardBench2,
        FormatId::LlmBar,
        FormatId::Argilla,
        FormatId::LabelStudio,
        FormatId::Prodigy,
        FormatId::Alpaca,
        FormatId::ShareGpt,
        FormatId::Unpaired,
        FormatId::Pretokenised,
        FormatId::Table,
        FormatId::Workspace,
    ];

    /// The name a person reads.
    pub fn name(self) -> &'static str {
        match self {
            FormatId::Pairs => "Pairs with labels (Reward Studio)",
            FormatId::Trl => "TRL preferences (chosen, rejected)",
            FormatId::Hh => "Anthropic HH transcripts",
            FormatId::HelpSteer => "HelpSteer preferences",
            FormatId::HelpSteerRatings => "HelpSteer ratings",
            FormatId::UltraFeedback => "UltraFeedback",
            FormatId::UltraFeedbackBinarised => "UltraFeedback, binarised",
            FormatId::Arena55k => "Chatbot Arena (55k)",
            FormatId::ArenaBattles => "Chatbot Arena battles",
            FormatId::Summaries => "OpenAI summary comparisons",
            FormatId::WebGpt => "WebGPT comparisons",
            FormatId::Shp => "Stanford Human Preferences",
            FormatId::RewardBench => "RewardBench",
            FormatId::RewardBench2 => "RewardBench 2",
            FormatId::LlmBar => "LLMBar",
            FormatId::Argilla => "Argilla",
            FormatId::LabelStudio => "Label Studio",
            FormatId::Prodigy => "Prodigy",
            FormatId::Alpaca => "Instructions (LLaMA-Factory, axolotl)",
            FormatId::ShareGpt => "ShareGPT conversations",
            FormatId::Unpaired => "Single verdicts (KTO)",
            FormatId::Pretokenised => "Token ids",
            FormatId::Table => "Columns chosen by hand",
            FormatId::Workspace => "A saved workspace (Reward Studio)",
        }
    }
}
