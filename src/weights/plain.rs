//! Models that a class of `transformers`' own computes as they are, without any code that comes along.

use serde_json::{Value, json};

use super::classes::Classes;
use super::custom::Trains;
use super::folded::Folded;
use super::offer::{Offer, pretty};
use super::tensors::Tensors;
use crate::domain::family::architecture::NormKind;
use crate::domain::family::names::Pooler;
use crate::domain::recipe::{LengthFeature, Pooling};
use crate::engine::ports::ByteSource;
use crate::model::hidden_layer::HiddenLayer;
use crate::model::reward_model::dot;
use crate::protocol::Fault;

/// BERT's pooler computes `tanh(W h + b)` before the classifier, and cannot be left out. With `W = εI` and `b = 0` it is
/// `εh (1 − (εh)²/3 + …)`, so with the classifier `a/ε` the score's parts `aᵢ hᵢ` are wrong by `(εhᵢ)²/3` of
/// themselves. Hidden states stand behind a layer norm: |hᵢ| ≤ √d |γᵢ| + |βᵢ|, some tens at most. At ε = 2⁻¹⁴ and |h| = 30
/// that is 1.1·10⁻⁶; in single precision nothing is lost, as ε is a power of two and floating point does not mind the
/// size. Smaller still would be lost in half precision, whose smallest normal number is 2⁻¹⁴, too.
pub const EPSILON: f32 = 1.0 / 16_384.0;

/// A class that computes a model's scores.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Plain {
    /// `BertForSequenceClassification`: the first token, behind a pooler that changes nothing.
    Bert,
    /// An encoder's: the first token, behind its own pooler.
    Pooler(&'static Pooler),
    /// A decoder's: the last token that is no padding, behind the final norm, and no constant.
    Decoder {
        /// The final norm's shift, which a constant can be hidden in; `None` where there is no constant.
        shift: Option<&'static str>,
    },
}

impl<S: ByteSource> Offer<'_, S> {
    /// The class that computes this model's scores, if there is one.
    ///
    /// # Errors
    /// As [`Offer::specials`], and if the tokenizer refuses a text.
    pub fn plain(&self) -> Result<Option<Plain>, Fault> {
        let (recipe, network) = (&self.model.recipe, self.checkpoint.architecture());
        if recipe.length_feature == LengthFeature::On || self.model.hidden.is_some() {
            return Ok(None);
        }
        if network.family == "bert" && recipe.pooling == Pooling::Cls {
            return Ok(Some(Plain::Bert));
        }
        if recipe.pooling == Pooling::Pooler {
            let theirs = network.names.poolers.iter().find(|pooler| pooler.head.is_some());
            return Ok(theirs.filter(|_| self.left_out().is_none()).map(Plain::Pooler));
        }
        let final_norm = network.names.final_norm.filter(|_| usize::from(recipe.layer) == network.layers);
        if !(network.causal
            && final_norm.is_some()
            && recipe.pooling == Pooling::Last
            && self.last_is_no_padding()?)
        {
            return Ok(None);
        }
        if Folded::of(self.model).bias == 0.0 {
            return Ok(Some(Plain::Decoder { shift: None }));
        }
        let norm = final_norm.filter(|_| network.norm == NormKind::Layer && network.names.shift);
        Ok(norm.map(|norm| Plain::Decoder { shift: Some(norm) }))
    }

    /// Whether code comes along for those who trust it, who then have long texts cut as in the page, and the response found
    /// in a conversation.
    pub fn has_code(&self, plain: Plain) -> bool {
        match plain {
            Plain::Bert => true,
            Plain::Pooler(_) => self.checkpoint.architecture().family == "bert",
            Plain::Decoder { .. } => false,
        }
    }

    /// Whether the token that decoders' classes pool, the last whose id is not the padding's, is the last that there is:
    /// for every text if what ends it is written by the template; if nothing is, as long as nobody writes a token that is
    /// nothing but padding.
    fn last_is_no_padding(&self) -> Result<bool, Fault> {
        let specials = self.specials()?;
        let row = self.encoder.encode("a", "a", u16::MAX)?.row;
        let after = row.ids.get(row.response_end as usize..).unwrap_or_default();
        Ok(after.last().map_or(specials.padding_is_its_own(), |last| *last != specials.padding()))
    }

    /// `config.json`.
    ///
    /// # Errors
    /// As [`Offer::settings`].
    pub fn plain_config(&self, plain: Plain) -> Result<Vec<u8>, Fault> {
        let mut config = self.settings()?;
        let classes = Classes::of(self.checkpoint.architecture().family);
        let fields = json!({
            "architectures": [classes.classifier()],
            "id2label": { "0": "LABEL_0" },
            "label2id": { "LABEL_0": 0 },
            "pad_token_id": self.specials()?.padding(),
            "problem_type": "regression",
            "reward_studio": self.recipe(Trains::Everything),
            "torch_dtype": "float32",
        });
        if let Value::Object(fields) = fields {
            config.extend(fields);
        }
        if self.has_code(plain) {
            let code = "modeling_reward_studio.RewardStudioBert";
            config.insert("auto_map".into(), json!({ "AutoModelForSequenceClassification": code }));
        }
        match plain {
            Plain::Bert => {
                config.insert("classifier_dropout".into(), Value::Null);
            }
            Plain::Pooler(_) => {
                config.insert("classifier_pooling".into(), json!("cls"));
            }
            Plain::Decoder { .. } => {
                config.insert("use_cache".into(), json!(false));
            }
        }
        pretty(&config)
    }

    /// The tensors.
    ///
    /// # Errors
    /// `FaultKind::Backbone` if the norm that a constant is hidden in cannot be read.
    pub async fn plain_tensors(&self, plain: Plain) -> Result<Tensors, Fault> {
        let Folded { weight, bias } = Folded::of(self.model);
        let (d, layer) = (weight.len(), self.model.recipe.layer);
        let prefix = Classes::of(self.checkpoint.architecture().family).prefix;
        let tensors = Tensors::of_backbone(&self.checkpoint, layer, prefix);
        match plain {
            Plain::Bert => {
                let mut pooler = vec![0f32; d * d];
                pooler.iter_mut().step_by(d + 1).for_each(|diagonal| *diagonal = EPSILON);
                let tensors = tensors.with("bert.pooler.dense.weight", &[d, d], pooler).with(
                    "bert.pooler.dense.bias",
                    &[d],
                    vec![0.0; d],
                );
                Ok(self.with_head(Some(plain), tensors))
            }
            Plain::Pooler(theirs) => {
                let prefix = if theirs.dense == "pooler.dense" { prefix } else { "" };
                let (dense, norm) = (format!("{prefix}{}", theirs.dense), theirs.norm.unwrap_or_default());
                let tensors = tensors.with_pooler(&self.checkpoint, &dense, norm);
                Ok(self.with_head(Some(plain), tensors))
            }
            Plain::Decoder { shift: None } => Ok(self.with_head(Some(plain), tensors)),
            Plain::Decoder { shift: Some(norm) } => {
                let name = format!("{norm}.bias");
                let own = self.checkpoint.values(&name, &[d]).await?;
                let tensors = tensors.instead(&format!("{prefix}{name}"), shifted(&own, &weight, bias));
                Ok(self.with_head(Some(Plain::Decoder { shift: Some(norm) }), tensors))
            }
        }
    }

    /// With the head after them.
    pub fn with_head(&self, plain: Option<Plain>, tensors: Tensors) -> Tensors {
        let head = self.head_tensors(plain).into_iter();
        head.fold(tensors, |tensors, (name, shape, values)| tensors.with(&name, &shape, values))
    }

    /// The tensors of the head, in a plain class or in ours.
    pub fn head_tensors(&self, plain: Option<Plain>) -> Vec<(String, Vec<usize>, Vec<f32>)> {
        let row = |name: &str, values: Vec<f32>| (name.to_owned(), vec![1, values.len()], values);
        let Some(plain) = plain else {
            let own = row("head.weight", self.model.weights.clone());
            let hidden = self.model.hidden.iter().flat_map(|HiddenLayer { weight, bias }| {
                let shape = vec![bias.len(), self.model.scaling.width()];
                [
                    ("hidden.weight".to_owned(), shape, weight.clone()),
                    ("hidden.bias".to_owned(), vec![bias.len()], bias.clone()),
                ]
            });
            return [own].into_iter().chain(hidden).collect();
        };
        let Folded { weight, bias } = Folded::of(self.model);
        match plain {
            Plain::Bert => vec![
                row("classifier.weight", weight.iter().map(|a| a / EPSILON).collect()),
                ("classifier.bias".into(), vec![1], vec![bias]),
            ],
            Plain::Pooler(Pooler { head, .. }) => {
                let head = head.unwrap_or_default();
                vec![row(&format!("{head}.weight"), weight), (format!("{head}.bias"), vec![1], vec![bias])]
            }
            Plain::Decoder { .. } => vec![row("score.weight", weight)],
        }
    }
}

/// A shift `β` by which the head `a` says `b` more: `β + b a / |a|²`.
fn shifted(shift: &[f32], weight: &[f32], bias: f32) -> Vec<f32> {
    let share = bias / dot(weight, weight).max(f32::MIN_POSITIVE);
    shift.iter().zip(weight).map(|(own, a)| own + share * a).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_shift_holds_the_constant_of_a_head() {
        let (shift, weight) = ([0.5f32, -1.0, 2.0], [0.3f32, -0.2, 0.6]);
        let more = dot(&shifted(&shift, &weight, -7.5), &weight) - dot(&shift, &weight);
        assert!((more + 7.5).abs() < 1e-5, "{more}");
        assert_eq!(shifted(&shift, &[0.0; 3], 0.0), shift);
    }
}
