//! The formats that a model leaves in: what opens each, and which recipes each can express.

use serde::{Deserialize, Serialize};

use super::recipe::{LengthFeature, Pooling, Recipe};

/// A format of weights.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum WeightsFormat {
    /// A folder for `transformers`: the truncated backbone with its head, and the tokenizer.
    Transformers,
    /// A folder for `sentence-transformers`: the same in modules.
    SentenceTransformers,
    /// Our own file, which this page reads: all that comes after pooling.
    #[default]
    Studio,
    /// A folder that trains the same recipe with TRL, on as many machines as there are.
    ScaleOut,
}

impl WeightsFormat {
    /// Every format, in the order the page offers them.
    pub const ALL: [WeightsFormat; 4] = [
        WeightsFormat::Studio,
        WeightsFormat::Transformers,
        WeightsFormat::SentenceTransformers,
        WeightsFormat::ScaleOut,
    ];

    /// The form value.
    pub fn word(self) -> &'static str {
        match self {
            WeightsFormat::Transformers => "transformers",
            WeightsFormat::SentenceTransformers => "sentence-transformers",
            WeightsFormat::Studio => "studio",
            WeightsFormat::ScaleOut => "scale-out",
        }
    }

    /// The format of this word.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|format| format.word() == word)
    }

    /// The name a person reads.
    pub fn name(self) -> &'static str {
        match self {
            WeightsFormat::Transformers => "transformers (.zip)",
            WeightsFormat::SentenceTransformers => "sentence-transformers (.zip)",
            WeightsFormat::Studio => "Reward Studio (.safetensors)",
            WeightsFormat::ScaleOut => "Scale out with TRL (.zip)",
        }
    }

    /// The file's name.
    pub fn file_name(self) -> &'static str {
        match self {
            WeightsFormat::Transformers => "reward-model-transformers.zip",
            WeightsFormat::SentenceTransformers => "reward-model-sentence-transformers.zip",
            WeightsFormat::Studio => "reward-model.safetensors",
            WeightsFormat::ScaleOut => "reward-model-scale-out.zip",
        }
    }

    /// What a browser is told that the file is.
    pub fn media_type(self) -> &'static str {
        match self {
            WeightsFormat::Studio => "application/octet-stream",
            WeightsFormat::Transformers | WeightsFormat::SentenceTransformers | WeightsFormat::ScaleOut => {
                "application/zip"
            }
        }
    }

    /// What a model of this recipe in this format is, in a sentence, and the line that opens it.
    pub fn opens(self, recipe: &Recipe) -> (&'static str, &'static str) {
        match self {
            WeightsFormat::Transformers if is_plain(recipe) => (
                "A folder with backbone, head and tokenizer, of transformers\u{2019} own class.",
                "AutoModelForSequenceClassification.from_pretrained(\"reward-model\")",
            ),
            WeightsFormat::Transformers => (
                "A folder with backbone, head and tokenizer. No class of transformers has this recipe, so a short \
                 file of code comes along and has to be trusted.",
                "AutoModelForSequenceClassification.from_pretrained(\"reward-model\", trust_remote_code=True)",
            ),
            WeightsFormat::SentenceTransformers => (
                "A folder with backbone, mean, head and tokenizer, whose embedding is the score.",
                "SentenceTransformer(\"reward-model\").encode([[prompt, response]])",
            ),
            WeightsFormat::Studio => (
                "One file: head, normalisation, recipe, metrics, and the backbone\u{2019}s name and hash. This page reads \
                 it, and so does reward_studio.py.",
                "python reward_studio.py reward-model.safetensors --verify",
            ),
            WeightsFormat::ScaleOut => (
                "A folder that trains the same recipe on your answers with TRL and Accelerate, on several GPUs or \
                 machines: model, data, settings.",
                "accelerate launch --config_file accelerate/multi_gpu.yaml -m trl.scripts.reward --config reward.yaml",
            ),
        }
    }

    /// Why a model of this recipe, on a backbone of this family, cannot leave in this format, and what could; `None` if it
    /// can.
    pub fn refusal(self, recipe: &Recipe, family: &str) -> Option<&'static str> {
        if self != WeightsFormat::Studio && family != "bert" {
            return Some(
                "The archives hold BERTs only, and this backbone is none. Reward Studio\u{2019}s own file holds every \
                 model, and reward_studio.py gives its scores in Python.",
            );
        }
        match self {
            WeightsFormat::Transformers | WeightsFormat::Studio | WeightsFormat::ScaleOut => None,
            WeightsFormat::SentenceTransformers => {
                let mean = recipe.pooling == Pooling::Mean;
                let bare = recipe.length_feature == LengthFeature::Off;
                (!mean || !bare).then_some(
                    "sentence-transformers averages over all tokens and knows no length. It can hold a model whose \
                     pooling is \u{201c}Mean of everything\u{201d}, without the length feature: choose both in the \
                     advanced settings of the Train tab, and train again.",
                )
            }
        }
    }
}

/// Whether `BertForSequenceClassification` computes the same as this recipe: it reads the first token and nothing else.
pub fn is_plain(recipe: &Recipe) -> bool {
    recipe.pooling == Pooling::Cls && recipe.length_feature == LengthFeature::Off
}

#[cfg(test)]
mod tests {
    use super::*;

    fn recipe(pooling: Pooling, length_feature: LengthFeature) -> Recipe {
        Recipe { pooling, length_feature, ..Recipe::measured_best(6) }
    }

    #[test]
    fn a_word_names_one_format() {
        for format in WeightsFormat::ALL {
            assert_eq!(WeightsFormat::from_word(format.word()), Some(format));
        }
        assert_eq!(WeightsFormat::from_word("pickle"), None);
    }

    #[test]
    fn what_other_libraries_have_no_class_for_is_refused_or_brings_its_code() {
        for pooling in Pooling::ALL {
            for length in [LengthFeature::On, LengthFeature::Off] {
                let recipe = recipe(pooling, length);
                let bare = length == LengthFeature::Off;
                let refused = WeightsFormat::SentenceTransformers.refusal(&recipe, "bert").is_some();
                assert_eq!(refused, !(pooling == Pooling::Mean && bare));
                let (_, line) = WeightsFormat::Transformers.opens(&recipe);
                assert_eq!(line.contains("trust_remote_code"), !(pooling == Pooling::Cls && bare));
                for format in WeightsFormat::ALL {
                    let other = format.refusal(&recipe, "llama").is_some();
                    assert_eq!(other, format != WeightsFormat::Studio);
                }
                assert_eq!(WeightsFormat::Studio.refusal(&recipe, "bert"), None);
            }
        }
    }
}
