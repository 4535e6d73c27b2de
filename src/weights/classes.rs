//! What `transformers` calls its classes of each family.

/// A family's classes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Classes {
    /// `model_type`.
    family: &'static str,
    /// Before `Model` and `ForSequenceClassification`.
    stem: &'static str,
    /// Before the names of the network's tensors where there is a head beside it.
    pub prefix: &'static str,
    /// One block: the smallest unit that is spread over machines.
    pub block: &'static str,
}

/// Every family's, as in its `modeling_*.py`.
const ALL: [Classes; 9] = [
    Classes { family: "bert", stem: "Bert", prefix: "bert.", block: "BertLayer" },
    Classes { family: "distilbert", stem: "DistilBert", prefix: "distilbert.", block: "TransformerBlock" },
    Classes { family: "roberta", stem: "Roberta", prefix: "roberta.", block: "RobertaLayer" },
    Classes { family: "modernbert", stem: "ModernBert", prefix: "model.", block: "ModernBertEncoderLayer" },
    Classes { family: "gpt2", stem: "GPT2", prefix: "transformer.", block: "GPT2Block" },
    Classes { family: "gpt_neox", stem: "GPTNeoX", prefix: "gpt_neox.", block: "GPTNeoXLayer" },
    Classes { family: "llama", stem: "Llama", prefix: "model.", block: "LlamaDecoderLayer" },
    Classes { family: "qwen2", stem: "Qwen2", prefix: "model.", block: "Qwen2DecoderLayer" },
    Classes { family: "qwen3", stem: "Qwen3", prefix: "model.", block: "Qwen3DecoderLayer" },
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
