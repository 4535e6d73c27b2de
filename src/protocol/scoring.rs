//! What the engine says of texts: scores, how sure they are, why, and in which order.

use serde::{Deserialize, Serialize};

use super::Fault;
use crate::domain::choice::Side;
use crate::domain::likelihood::Shares;
use crate::domain::pair::PairId;

/// One response's score.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Score {
    /// The reward. Only differences between responses to one prompt mean anything.
    pub value: f32,
    /// The part of it that is the length feature's.
    pub length_part: f32,
    /// Tokens of the whole response.
    pub response_tokens: u32,
    /// Tokens that did not fit into the recipe's longest input (prompt and response).
    pub cut_tokens: u32,
    /// Time from request to score in milliseconds.
    pub ms: f32,
    /// How sure it is; `None` of a model that came from a file, which does not say.
    pub doubt: Option<Doubt>,
    /// Where it stands among the responses of the workspace; `None` where too few of them are known to the engine.
    pub standing: Option<Standing>,
}

/// Where a score stands among those of the workspace's responses, by the same model.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Standing {
    /// Share of them that score less, those that score the same counted half: 0–1.
    pub share_below: f32,
    /// How many they are.
    pub among: u32,
    /// The score with length held equal: less what a response of this many tokens scores on average (a least-squares
    /// line of score on log length over those responses), plus what the average one does.
    pub at_usual_length: f32,
}

/// How sure a score is.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Doubt {
    /// Standard deviation of the score over the posterior of the head's weights.
    pub std: f32,
    /// The same among heads refitted to answers drawn anew; `None` until they are.
    pub refitted_std: Option<f32>,
    /// Share of the texts learned from that are at least as far from their centre, 0–1; `None` until it is known.
    pub share_as_far: Option<f32>,
    /// Whether that is so few that the text is unlike all of them.
    pub is_far: bool,
}

/// Two responses side by side.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Compared {
    /// score(first) − score(second).
    pub margin: f32,
    /// Its standard deviation over the posterior of the head's weights.
    pub std: Option<f32>,
    /// The same among heads refitted to answers drawn anew.
    pub refitted_std: Option<f32>,
    /// How likely each answer is at that margin.
    pub shares: Shares,
    /// How likely each answer is when it is taken into account how little is known of the margin (MacKay, 1992).
    pub moderated: Option<Shares>,
}

/// One of several responses to one prompt, in its place.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Candidate {
    /// Which of the command's responses, from 0.
    pub response: u32,
    /// Its score.
    pub score: Score,
    /// Its lead over the next one; `None` for the last.
    pub lead: Option<Compared>,
}

/// Something that is behind a score.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Insight {
    /// What each token's hidden state adds, beside the average vector's in its place: gradient × (input − baseline) at
    /// the pooled layer. The score is linear there, so this is what integrated gradients come to (Sundararajan and
    /// others, 2017; Ancona and others, 2018, section 2), and `Σ parts + length_part` is the score.
    Tokens {
        /// Which of the command's responses, from 0.
        response: u32,
        /// The tokens that count, in reading order; their ranges do not overlap. A special token has none of the
        /// text: its range is empty.
        pieces: Vec<Piece>,
        /// The length feature's part.
        length_part: f32,
        /// The score.
        score: f32,
    },
    /// What each sentence does: the score less that of the text without it, computed anew (leave one out).
    Sentences {
        /// Which of the command's responses, from 0.
        response: u32,
        /// The sentences, each with the white space behind it, in reading order: all of the response. None of a
        /// response of one sentence, which cannot be left out.
        pieces: Vec<Piece>,
    },
    /// The responses of answered pairs that are most like this one; none where the model reads texts in another way
    /// than the workspace's recipe.
    Alike {
        /// Which of the command's responses, from 0.
        response: u32,
        /// The most alike first.
        neighbours: Vec<Neighbour>,
    },
    /// There is no more.
    Done,
}

/// A part of a text and what it adds to the score.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Piece {
    /// Of the prompt, rather than of the response.
    pub in_prompt: bool,
    /// Its first byte in that text.
    pub start: u32,
    /// The byte after its last.
    pub end: u32,
    /// What it adds.
    pub part: f32,
}

/// A response of an answered pair.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Neighbour {
    /// Its pair.
    pub pair: PairId,
    /// Which of the two.
    pub side: Side,
    /// Cosine of the two feature vectors, −1 to 1; exactly 1 for the very same text.
    pub similarity: f32,
    /// What the same model says of it.
    pub score: f32,
}

/// A prompt and the responses that a file's row has to it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RowTexts {
    /// What was asked.
    pub prompt: String,
    /// One or more.
    pub responses: Vec<String>,
}

/// The scores of a row's responses in their order, or why there are none.
pub type RowScores = Result<Vec<RowScore>, Fault>;

/// A response's score in a file.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct RowScore {
    /// The reward.
    pub value: f32,
    /// Its standard deviation over the posterior; `None` of a model that came from a file.
    pub std: Option<f32>,
    /// Tokens that did not fit.
    pub cut_tokens: u32,
}

/// How a prompt with a response is read.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Strip {
    /// What goes through the network, in order.
    pub tokens: Vec<ReadToken>,
    /// Tokens of the prompt's beginning that did not fit.
    pub cut_of_prompt: u32,
    /// Tokens of the response's end that did not fit.
    pub cut_of_response: u32,
}

/// A token of it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ReadToken {
    /// What the tokenizer calls it.
    pub text: String,
    /// What it is of.
    pub part: ReadPart,
    /// Whether the pooled vector is made of its hidden state.
    pub pooled: bool,
}

/// What a token is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum ReadPart {
    /// What the family, or the chat template, puts around the texts.
    Around,
    /// The prompt.
    Prompt,
    /// The response.
    Response,
}
