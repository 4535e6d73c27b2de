//! What a model leaves as, with what has to go along.

use serde::{Deserialize, Serialize};

use crate::domain::lesson_lines::LessonLines;
use crate::domain::weights_format::WeightsFormat;

/// A wish for a model's file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Parcel {
    /// [`WeightsFormat::Studio`].
    Studio,
    /// [`WeightsFormat::Transformers`].
    Transformers,
    /// [`WeightsFormat::SentenceTransformers`].
    SentenceTransformers,
    /// [`WeightsFormat::ScaleOut`], with the pairs to learn from: the page alone knows them whole.
    ScaleOut(LessonLines),
    /// [`WeightsFormat::Peft`].
    Peft,
}

impl Parcel {
    /// Its format.
    pub fn format(&self) -> WeightsFormat {
        match self {
            Parcel::Studio => WeightsFormat::Studio,
            Parcel::Transformers => WeightsFormat::Transformers,
            Parcel::SentenceTransformers => WeightsFormat::SentenceTransformers,
            Parcel::Peft => WeightsFormat::Peft,
            Parcel::ScaleOut(_) => WeightsFormat::ScaleOut,
        }
    }
}
