//! The formats that a model leaves in: what opens each, and which recipes each can express.

use serde::{Deserialize, Serialize};

use super::family;
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
    /// A folder for PEFT: a LoRA adapter over the model as it was before.
    Peft,
    /// A folder that trains the same recipe with TRL, on as many machines as there are.
    ScaleOut,
}

impl WeightsFormat {
    /// Every format, in the order the page offers them.
    pub const ALL: [WeightsFormat; 5] = [
        WeightsFormat::Studio,
        WeightsFormat::Transformers,
        WeightsFormat::Peft,
        WeightsFormat::SentenceTransformers,
        WeightsFormat::ScaleOut,
    ];

    /// The form value.
    pub fn word(self) -> &'static str {
        match self {
            WeightsFormat::Transformers => "transformers",
            WeightsFormat::SentenceTransformers => "sentence-transformers",
            WeightsFormat::Peft => "peft",
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
            WeightsFormat::Peft => "PEFT: LoRA adapter (.zip)",
            WeightsFormat::Studio => "Reward Studio (.safetensors)",
            WeightsFormat::ScaleOut => "Scale out with TRL (.zip)",
        }
    }

    /// The file's name.
    pub fn file_name(self) -> &'static str {
        match self {
            WeightsFormat::Transformers => "reward-model-transformers.zip",
            WeightsFormat::SentenceTransformers => "reward-model-sentence-transformers.zip",
            WeightsFormat::Peft => "reward-model-peft.zip",
            WeightsFormat::Studio => "reward-model.safetensors",
            WeightsFormat::ScaleOut => "reward-model-scale-out.zip",
        }
    }

    /// What the folder is called that an archive's files make; `None` for what is one file.
    pub fn folder_name(self) -> Option<&'static str> {
        self.file_name().strip_suffix(".zip")
    }

    /// What a browser is told that the file is.
    pub fn media_type(self) -> &'static str {
        match self {
            WeightsFormat::Studio => "application/octet-stream",
            WeightsFormat::Transformers
            | WeightsFormat::Peft
            | WeightsFormat::SentenceTransformers
            | WeightsFormat::ScaleOut => "application/zip",
        }
    }

    /// What a model of this recipe in this format is, its head linear or an MLP, on a backbone of this family with so many
    /// blocks: a sentence, and the line that opens it.
    pub fn opens(
        self,
        recipe: &Recipe,
        is_linear: bool,
        family: &str,
        layers: u8,
    ) -> (&'static str, &'static str) {
        const TRUSTING: &str =
            "AutoModelForSequenceClassification.from_pretrained(\"reward-model\", trust_remote_code=True)";
        let holder = if is_linear { Holder::of(recipe, family, layers) } else { Holder::Ours };
        match (self, holder) {
            (WeightsFormat::Transformers, Holder::Theirs) => (
                "A folder with backbone, head and tokenizer, of transformers\u{2019} own class.",
                "AutoModelForSequenceClassification.from_pretrained(\"reward-model\")",
            ),
            (WeightsFormat::Transformers, Holder::Ours) => (
                "A folder with backbone, head and tokenizer. No class of transformers has this recipe, so a short \
                 file of code comes along and has to be trusted.",
                TRUSTING,
            ),
            (WeightsFormat::Transformers, Holder::Either) => (
                "A folder with backbone, head and tokenizer: of transformers\u{2019} own class if that gives the same \
                 scores to the last digit, else with a short file of code that has to be trusted. Its README says which.",
                TRUSTING,
            ),
            (WeightsFormat::Peft, _) => (
                "A folder with the LoRA adapter and its head, and in base/ the model that it goes over.",
                "PeftModel.from_pretrained(base, \"reward-model\")",
            ),
            (WeightsFormat::SentenceTransformers, _) => (
                "A folder with backbone, mean, head and tokenizer, whose embedding is the score.",
                "SentenceTransformer(\"reward-model\").encode([[prompt, response]])",
            ),
            (WeightsFormat::Studio, _) => (
                "One file: head, normalisation, recipe, metrics, and the backbone\u{2019}s name and hash. This page reads \
                 it, and so does reward_studio.py.",
                "python reward_studio.py reward-model.safetensors --verify",
            ),
            (WeightsFormat::ScaleOut, _) => (
                "A folder that trains the same recipe on your answers with TRL and Accelerate, on several GPUs or \
                 machines: model, data, settings.",
                "accelerate launch --config_file accelerate/multi_gpu.yaml -m trl.scripts.reward --config reward.yaml",
            ),
        }
    }

    /// Why a model of this recipe, on a backbone of this family with so many blocks, cannot leave in this format, and what
    /// could; `None` if it can.
    pub fn refusal(self, recipe: &Recipe, family: &str, layers: u8) -> Option<&'static str> {
        match self {
            WeightsFormat::Transformers | WeightsFormat::Studio | WeightsFormat::ScaleOut => None,
            WeightsFormat::Peft => (!recipe.is_lora()).then_some(
                "PEFT\u{2019}s folders hold adapters, and this model has none: choose \u{201c}Head and LoRA \
                 adapters\u{201d} on the Train tab, and train again.",
            ),
            WeightsFormat::SentenceTransformers if family::is_decoder(family) => Some(
                "sentence-transformers reads a prompt and a response as a pair, and this backbone reads them as a \
                 conversation. Take the archive for transformers.",
            ),
            WeightsFormat::SentenceTransformers => {
                let mean = recipe.pooling == Pooling::Mean;
                let bare = recipe.length_feature == LengthFeature::Off;
                if !mean || !bare {
                    return Some(
                        "sentence-transformers averages over all tokens and knows no length. It can hold a model whose \
                         pooling is \u{201c}Mean of everything\u{201d}, without the length feature: choose both in the \
                         advanced settings of the Train tab, and train again.",
                    );
                }
                (family == "modernbert" && recipe.layer < layers).then_some(
                    "ModernBERT has a norm after its last block, which sentence-transformers runs after whichever block \
                     is the last that it has. It can hold a model that uses all blocks: choose the last layer in the \
                     advanced settings of the Train tab, and train again.",
                )
            }
        }
    }
}

/// Whose class computes a recipe.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Holder {
    /// One of `transformers`: an encoder's reads the first token behind its pooler, and nothing else. BERT's can be made to
    /// leave the pooler out.
    Theirs,
    /// The one that comes along.
    Ours,
    /// A decoder's reads the last token after all blocks; but it has no constant, and takes for the last token the last
    /// that is not the padding's. Whether that is the same, only the model and the tokenizer show: `weights::plain`.
    Either,
}

impl Holder {
    fn of(recipe: &Recipe, family: &str, layers: u8) -> Self {
        let bare = recipe.length_feature == LengthFeature::Off;
        match recipe.pooling {
            Pooling::Cls if bare && family == "bert" => Holder::Theirs,
            Pooling::Pooler if bare && (family != "modernbert" || recipe.layer == layers) => Holder::Theirs,
            Pooling::Last if bare && family::is_decoder(family) && recipe.layer == layers => Holder::Either,
            Pooling::ResponseMean | Pooling::Mean | Pooling::Cls | Pooling::Last | Pooling::Pooler => {
                Holder::Ours
            }
        }
    }
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
            let is_one_file = format == WeightsFormat::Studio;
            assert_eq!(format.folder_name().is_none(), is_one_file, "{}", format.file_name());
        }
        assert_eq!(WeightsFormat::from_word("pickle"), None);
    }

    #[test]
    fn what_other_libraries_have_no_class_for_is_refused_or_brings_its_code() {
        for pooling in Pooling::ALL {
            for length in [LengthFeature::On, LengthFeature::Off] {
                let recipe = recipe(pooling, length);
                let bare = length == LengthFeature::Off;
                let refused = |family, layers| {
                    WeightsFormat::SentenceTransformers.refusal(&recipe, family, layers).is_some()
                };
                let mean = pooling == Pooling::Mean && bare;
                assert_eq!(refused("bert", 6), !mean);
                assert_eq!(refused("modernbert", recipe.layer), !mean);
                assert!(refused("modernbert", 6) && refused("llama", recipe.layer));
                let (_, line) = WeightsFormat::Transformers.opens(&recipe, true, "bert", 6);
                let (_, behind_units) = WeightsFormat::Transformers.opens(&recipe, false, "bert", 6);
                assert!(behind_units.contains("trust_remote_code"));
                let theirs = bare && [Pooling::Cls, Pooling::Pooler].contains(&pooling);
                assert_eq!(line.contains("trust_remote_code"), !theirs);
                for family in family::known() {
                    for format in
                        [WeightsFormat::Studio, WeightsFormat::Transformers, WeightsFormat::ScaleOut]
                    {
                        assert_eq!(format.refusal(&recipe, family, 6), None);
                    }
                }
            }
        }
    }

    #[test]
    fn only_all_blocks_of_a_decoder_may_be_of_a_class_of_theirs() {
        let last = recipe(Pooling::Last, LengthFeature::Off);
        let says = |family, layers| WeightsFormat::Transformers.opens(&last, true, family, layers).0;
        assert!(says("llama", last.layer).contains("says which"));
        assert!(says("llama", last.layer + 1).contains("to be trusted"));
        assert!(!says("roberta", last.layer).contains("says which"));
    }
}
