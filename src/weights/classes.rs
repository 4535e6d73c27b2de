//! What `transformers` calls its classes of each family.

/// A family's classes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Classes {
    /// `model_type`.
    family: &'static str,
    /// Before `Model` and `ForSequenceClassification`.
    stem: &'static str,
    /// One block: the smallest unit that is spread over machines.
    pub block: &'static str,
}

/// Every family's, as in its `modeling_*.py`.
const ALL: [Classes; 9] = [
    Classes { family: "bert", stem: "Bert", block: "BertLayer" },
    Classes { family: "distilbert", stem: "DistilBert", block: "TransformerBlock" },
    Classes { family: "roberta", stem: "Roberta", block: "RobertaLayer" },
    Classes { family: "modernbert", stem: "ModernBert", block: "ModernBertEncoderLayer" },
    Classes { family: "gpt2", stem: "GPT2", block: "GPT2Block" },
    Classes { family: "gpt_neox", stem: "GPTNeoX", block: "GPTNeoXLayer" },
    Classes { family: "llama", stem: "Llama", block: "LlamaDecoderLayer" },
    Classes { family: "qwen2", stem: "Qwen2", block: "Qwen2DecoderLayer" },
    Classes { family: "qwen3", stem: "Qwen3", block: "Qwen3DecoderLayer" },
];

impl Classes {
    /// Those of the family with this `model_type`.
    pub fn of(family: &str) -> Self {
        ALL.into_iter().find(|it| it.family == family).unwrap_or(ALL[0])
    }

    /// The network without a head.
    pub fn model(self) -> String {
        format!("{}Model", self.stem)
    }

    /// The network with a head.
    pub fn classifier(self) -> String {
        format!("{}ForSequenceClassification", self.stem)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::family;

    #[test]
    fn every_family_has_its_classes() {
        for name in family::known() {
            assert_eq!(Classes::of(name).family, name);
        }
        assert_eq!(Classes::of("gpt_neox").classifier(), "GPTNeoXForSequenceClassification");
    }
}
