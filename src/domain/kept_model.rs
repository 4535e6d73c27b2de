//! A model that is kept for later: what a list says of it. Its file lies elsewhere, and its id is a hash of that file, so
//! the same model kept twice is one.

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::model_file::{self, About, Foreign};
use super::pair::hex;

/// So many are kept at most; then some have to go before others come.
pub const MOST_KEPT: usize = 50;

/// So many are compared at once at most: each is held by the engine, and scores every text that is typed.
pub const MOST_COMPARED: usize = 5;

/// Longest name, in characters.
pub const LONGEST_NAME: usize = 80;

/// SHA-256 of the model's file, 64 hexadecimal digits.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ModelId(String);

impl ModelId {
    /// The id of this file.
    pub fn of(file: &[u8]) -> Self {
        Self(hex(&Sha256::digest(file)))
    }

    /// The id of these digits, as they were kept.
    pub fn from_digits(digits: &str) -> Self {
        Self(digits.to_owned())
    }

    /// The 64 hexadecimal digits.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// How a kept model came to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Maker {
    /// A training run, by its number where that is known.
    Run(Option<u32>),
    /// The exact fit: the living model, as it was then.
    ExactFit,
    /// Somebody's file.
    Upload,
    /// It came with its backbone.
    Brought,
}

/// A kept model.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct KeptModel {
    /// Of its file.
    pub id: ModelId,
    /// Somebody's name for it; empty where nobody has called it anything.
    pub name: String,
    /// When it was kept, in milliseconds since 1970 UTC.
    pub at_ms: u64,
    /// How it came to be.
    pub made_by: Maker,
    /// Where the comparisons came from that it learned from; empty where nobody knows.
    pub sources: Vec<String>,
    /// The file's size.
    pub bytes: u64,
    /// What the file says.
    pub about: About,
}

impl KeptModel {
    /// The model in this file, without a name. `made_by` is taken from the file where it is `None`.
    ///
    /// # Errors
    /// Where the file is none of ours.
    pub fn of(file: &[u8], made_by: Option<Maker>, at_ms: u64) -> Result<Self, Foreign> {
        let about = model_file::about(file, file.len() as u64)?;
        let by_file = match about.made_by.as_str() {
            "descent" => Maker::Run(None),
            "upload" => Maker::Upload,
            "brought" => Maker::Brought,
            _ => Maker::ExactFit,
        };
        Ok(Self {
            id: ModelId::of(file),
            name: String::new(),
            at_ms,
            made_by: made_by.unwrap_or(by_file),
            sources: vec![],
            bytes: file.len() as u64,
            about,
        })
    }

    /// What it is called: its name or, without one, what it is: `Run 3, 24 Nov, 71%`. `day` is when it was made.
    pub fn title(&self, day: &str) -> String {
        if !self.name.is_empty() {
            return self.name.clone();
        }
        let maker = match self.made_by {
            Maker::Run(Some(number)) => format!("Run {number}"),
            Maker::Run(None) => "Trained".into(),
            Maker::ExactFit => "Living".into(),
            Maker::Upload => "Upload".into(),
            Maker::Brought => "With its backbone".into(),
        };
        let share = self.about.accuracy.map_or(String::new(), |share| format!(", {:.0}%", share * 100.0));
        format!("{maker}, {day}{share}")
    }

    /// The same, called this; `None` where that is no name.
    pub fn called(self, name: &str) -> Option<Self> {
        let name: String = name.split_whitespace().collect::<Vec<_>>().join(" ");
        let name: String = name.chars().take(LONGEST_NAME).collect();
        (!name.is_empty()).then_some(Self { name, ..self })
    }
}

/// A file's name that any system takes, for a model of this title: `run-3-24-nov-71.safetensors`.
pub fn file_name(title: &str) -> String {
    let lower = title.to_lowercase();
    let words: Vec<&str> =
        lower.split(|letter: char| !letter.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
    let stem = if words.is_empty() { "reward-model".into() } else { words.join("-") };
    format!("{stem}.safetensors")
}

/// Models that nobody trained, for tests.
#[cfg(test)]
pub mod made_up {
    use super::*;
    use crate::domain::likelihood::Loss;
    use crate::domain::metrics::Interval;
    use crate::domain::recipe::Recipe;

    /// A kept model that has this id, on the backbone whose weights have this hash.
    pub fn kept(id: &str, weights_sha256: &str) -> KeptModel {
        KeptModel {
            id: ModelId::from_digits(id),
            name: String::new(),
            at_ms: 0,
            made_by: Maker::Run(Some(3)),
            sources: vec![],
            bytes: 1000,
            about: About {
                depth: None,
                hidden_units: None,
                backbone: "org/name".into(),
                weights_sha256: weights_sha256.into(),
                recipe: Recipe::measured_best(6),
                loss: Loss::BradleyTerry,
                lambda: 1.0,
                made_by: "descent".into(),
                learned_from: Some(120),
                judged: 40,
                accuracy: Some(0.714),
                interval: Some(Interval { low: 0.6, high: 0.8 }),
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::made_up::kept;
    use super::*;

    #[test]
    fn a_model_is_called_after_what_it_is_until_somebody_calls_it_something() {
        let model = kept("a", "b");
        assert_eq!(model.title("24 Nov"), "Run 3, 24 Nov, 71%");
        assert_eq!(file_name(&model.title("24 Nov")), "run-3-24-nov-71.safetensors");
        let renamed = model.clone().called("  Höflich &\n kurz/2  ").expect("a name").title("24 Nov");
        assert_eq!(
            (renamed.as_str(), file_name(&renamed).as_str()),
            ("Höflich & kurz/2", "höflich-kurz-2.safetensors")
        );
        assert_eq!(model.clone().called(" \n"), None);
        let long = model.called(&"ä".repeat(500)).expect("a name");
        assert_eq!(long.name.chars().count(), LONGEST_NAME);
        assert_eq!(file_name("…"), "reward-model.safetensors");
    }

    #[test]
    fn the_same_file_is_the_same_model() {
        assert_eq!(ModelId::of(b"one"), ModelId::of(b"one"));
        assert_ne!(ModelId::of(b"one"), ModelId::of(b"two"));
        assert_eq!(ModelId::of(b"").as_str().len(), 64);
    }
}
