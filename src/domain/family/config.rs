//! Reading a `config.json`, of which every version of `transformers` writes another.

use serde_json::Value;

use super::architecture::{Activation, Rotary};

/// A `config.json`.
pub struct Config<'a>(&'a Value);

impl<'a> Config<'a> {
    /// This one.
    pub fn new(value: &'a Value) -> Self {
        Self(value)
    }

    /// A field that is there and not null.
    pub fn get(&self, name: &str) -> Option<&'a Value> {
        self.0.get(name).filter(|value| !value.is_null())
    }

    /// A whole number above 0.
    ///
    /// # Errors
    /// If it is none.
    pub fn count(&self, name: &str) -> Result<usize, String> {
        let found = self.get(name).and_then(Value::as_u64).filter(|found| *found > 0);
        let found = found.and_then(|found| u32::try_from(found).ok());
        found.map(|found| found as usize).ok_or_else(|| format!("it does not say its {name}"))
    }

    /// The same, or this if it is not there.
    ///
    /// # Errors
    /// If it is there and no whole number above 0.
    pub fn count_or(&self, name: &str, otherwise: usize) -> Result<usize, String> {
        if self.get(name).is_some() { self.count(name) } else { Ok(otherwise) }
    }

    /// A number, or this.
    pub fn number_or(&self, name: &str, otherwise: f64) -> f64 {
        self.get(name).and_then(Value::as_f64).unwrap_or(otherwise)
    }

    /// A switch, or this.
    pub fn switch_or(&self, name: &str, otherwise: bool) -> bool {
        self.get(name).and_then(Value::as_bool).unwrap_or(otherwise)
    }

    /// The activation that this field names.
    ///
    /// # Errors
    /// If it is not known here.
    pub fn activation(&self, field: &str, otherwise: &str) -> Result<Activation, String> {
        let name = self.get(field).and_then(Value::as_str).unwrap_or(otherwise);
        match name {
            "gelu" => Ok(Activation::Gelu),
            "gelu_new" | "gelu_pytorch_tanh" | "gelu_fast" => Ok(Activation::GeluTanh),
            "silu" | "swish" => Ok(Activation::Silu),
            _ => Err(format!("its {field} is {name}, which is not known here")),
        }
    }

    /// Positions that are not learned but of another kind are refused.
    ///
    /// # Errors
    /// If they are.
    pub fn absolute_positions(&self) -> Result<(), String> {
        match self.get("position_embedding_type").and_then(Value::as_str) {
            None | Some("absolute") => Ok(()),
            Some(other) => {
                Err(format!("its position_embedding_type is {other}, and only absolute is known here"))
            }
        }
    }

    /// The angles of `dims` dimensions, after `transformers`' `modeling_rope_utils.py`. `kind` is the type of layer whose
    /// settings are wanted where types differ, and `base` what θ is if none is said.
    ///
    /// # Errors
    /// If they are scaled in a way that is not known here.
    pub fn rotary(&self, dims: usize, kind: Option<&str>, base: f64) -> Result<Rotary, String> {
        // Version 5 keeps all of it under one name; before that θ and its scaling were apart.
        let settings = self.get("rope_parameters");
        let settings = settings.and_then(|all| kind.and_then(|kind| all.get(kind)).or(Some(all)));
        let scaling = settings.or_else(|| self.get("rope_scaling"));
        let of = |field: &str| scaling.and_then(|it| it.get(field)).and_then(Value::as_f64);
        let base = of("rope_theta").unwrap_or_else(|| self.number_or("rope_theta", base));
        let word = |field: &str| scaling.and_then(|it| it.get(field)).and_then(Value::as_str);
        let how = word("rope_type").or_else(|| word("type")).unwrap_or("default");
        let plain = (0..dims / 2).map(|i| 1.0 / base.powf(2.0 * i as f64 / dims as f64));
        let needed = |field: &str| of(field).ok_or_else(|| format!("its {how} rope_scaling has no {field}"));
        let frequencies: Vec<f64> = match how {
            "default" => plain.collect(),
            "linear" => {
                let factor = needed("factor")?;
                plain.map(|frequency| frequency / factor).collect()
            }
            "llama3" => {
                let (factor, original) = (needed("factor")?, needed("original_max_position_embeddings")?);
                let (low, high) = (needed("low_freq_factor")?, needed("high_freq_factor")?);
                plain.map(|frequency| stretched(frequency, factor, low, high, original)).collect()
            }
            _ => return Err(format!("its rope_scaling is {how}, which is not known here")),
        };
        Ok(Rotary { frequencies: frequencies.into_iter().map(|it| it as f32).collect() })
    }
}

/// Llama 3.1: waves much longer than the original context are slowed by `factor`, short ones are not, and between the
/// two it goes over smoothly.
fn stretched(frequency: f64, factor: f64, low: f64, high: f64, original: f64) -> f64 {
    let turns = original * frequency / std::f64::consts::TAU;
    if turns < low {
        frequency / factor
    } else if turns > high {
        frequency
    } else {
        let smooth = (turns - low) / (high - low);
        (1.0 - smooth) * frequency / factor + smooth * frequency
    }
}
