//! A folder for PEFT: a LoRA adapter with its head, and in `base/` the model as it was before, which the adapter goes over.
//!
//! The base is what [`super::transformers`] would write of the backbone as it came with the same head, so that every recipe
//! has one. Names and layout are those of PEFT's `utils/save_and_load.py` and `tuners/lora/layer.py`.

use std::rc::Rc;

use serde_json::{Map, Value, json};

use super::classes::Classes;
use super::offer::{Offer, pretty};
use super::plain::Plain;
use super::tensors::Tensors;
use super::transformers::Base;
use crate::domain::depth::Lora;
use crate::domain::family::names::Layout;
use crate::domain::weights_format::WeightsFormat;
use crate::engine::ports::ByteSource;
use crate::model::tuned::{Change, LowRank, Tuned};
use crate::protocol::Fault;
use crate::protocol::error::FaultKind;
use crate::weights::file::TensorFile;

/// Where the base lies.
pub const BASE: &str = "base/";

/// Before every name.
const WRAPPED: &str = "base_model.model.";

/// The archive.
///
/// # Errors
/// As [`super::transformers::write`]; `FaultKind::Settings` of a model without adapters.
pub async fn write<S: ByteSource>(offer: &Offer<'_, S>) -> Result<Vec<u8>, Fault> {
    let Some(Change::Lora(lora, products)) = offer.checkpoint.tuned().map(Tuned::change) else {
        return Err(Fault::new(FaultKind::Settings, "This model has no adapters.", "Choose another format."));
    };
    let base = Base::of(offer).await?;
    let adapter = adapter(offer, base.plain, products);
    let mut bundle = offer.bundle(base.tensors.bytes() + adapter.bytes());
    offer.companions(WeightsFormat::Peft, &mut bundle)?;
    bundle.add("adapter_config.json", &config(offer, base.plain, lora, products)?)?;
    adapter.write("adapter_model.safetensors", &offer.checkpoint, &mut bundle).await?;
    base.write(offer, BASE, &offer.checkpoint.as_it_came(), &mut bundle).await?;
    bundle.finish()
}

/// What stands before the names of the network's tensors in the base's class.
fn prefix<S: ByteSource>(offer: &Offer<'_, S>, plain: Option<Plain>) -> &'static str {
    match plain {
        Some(_) => Classes::of(offer.checkpoint.architecture().family).prefix,
        None => "backbone.",
    }
}

/// The head's module in the base's class.
fn head(plain: Option<Plain>) -> &'static str {
    match plain {
        Some(Plain::Bert) => "classifier",
        Some(Plain::Pooler(pooler)) => pooler.head.unwrap_or("classifier"),
        Some(Plain::Decoder { .. }) => "score",
        None => "head",
    }
}

type Products = std::collections::BTreeMap<String, LowRank>;

fn adapter<S: ByteSource>(offer: &Offer<'_, S>, plain: Option<Plain>, products: &Products) -> Tensors {
    let prefix = prefix(offer, plain);
    let mut tensors = Tensors::default();
    for (name, LowRank { rank, a, b }) in products {
        let module = format!("{WRAPPED}{prefix}{name}");
        tensors = tensors.with(&format!("{module}.lora_A.weight"), &[*rank, a.len() / rank], a.clone()).with(
            &format!("{module}.lora_B.weight"),
            &[b.len() / rank, *rank],
            b.clone(),
        );
    }
    for (name, shape, values) in offer.head_tensors(plain) {
        tensors = tensors.with(&format!("{WRAPPED}{name}"), &shape, values);
    }
    tensors
}

/// `adapter_config.json`.
fn config<S: ByteSource>(
    offer: &Offer<'_, S>,
    plain: Option<Plain>,
    lora: &Lora,
    products: &Products,
) -> Result<Vec<u8>, Fault> {
    let prefix = prefix(offer, plain);
    let modules: Vec<String> = products.keys().map(|name| format!("{prefix}{name}")).collect();
    // Where several parts of one product are changed, its rank is a multiple, and so is its alpha: their ratio stays.
    let (mut ranks, mut alphas) = (Map::new(), Map::new());
    for (module, product) in modules.iter().zip(products.values()) {
        let parts = product.rank as u32 / lora.rank;
        if parts > 1 {
            ranks.insert(module.clone(), json!(product.rank));
            alphas.insert(module.clone(), json!(lora.alpha * parts as f32));
        }
    }
    let hidden = offer.model.hidden.as_ref().map(|_| "hidden");
    let heads: Vec<&str> = [head(plain)].into_iter().chain(hidden).collect();
    pretty(&Value::Object(
        json!({
            "peft_type": "LORA",
            "task_type": "SEQ_CLS",
            "base_model_name_or_path": "base",
            "revision": null,
            "inference_mode": true,
            "r": lora.rank,
            "lora_alpha": lora.alpha,
            "lora_dropout": 0.0,
            "bias": "none",
            "use_rslora": false,
            "use_dora": false,
            "fan_in_fan_out": offer.checkpoint.architecture().names.layout == Layout::InputsFirst,
            "init_lora_weights": true,
            "target_modules": modules,
            "rank_pattern": ranks,
            "alpha_pattern": alphas,
            "modules_to_save": heads,
        })
        .as_object()
        .cloned()
        .unwrap_or_default(),
    ))
}

/// The adapter of an archive that was written here, by its settings and its tensors.
///
/// # Errors
/// `FaultKind::File` if it is none; as [`TensorFile::tensor`].
pub async fn read<S: ByteSource>(settings: &[u8], file: TensorFile<S>) -> Result<Rc<Tuned>, Fault> {
    let unusable = |why: &str| {
        let what = format!("The archive's adapter cannot be used: {why}.");
        Fault::new(FaultKind::File, what, "Please report this.")
    };
    let settings: Value = serde_json::from_slice(settings).map_err(|error| unusable(&error.to_string()))?;
    let rank = settings["r"].as_u64().filter(|rank| *rank > 0).ok_or_else(|| unusable("it has no rank"))?;
    let alpha = settings["lora_alpha"].as_f64().ok_or_else(|| unusable("it has no alpha"))?;
    let names: Vec<String> = file.names().collect();
    let mut products = Products::new();
    for name in &names {
        let Some(module) = name.strip_suffix(".lora_A.weight") else { continue };
        let shape = |name: &str| file.shape(name).map(<[usize]>::to_vec).ok_or_else(|| unusable(name));
        let b_name = format!("{module}.lora_B.weight");
        let (a_shape, b_shape) = (shape(name)?, shape(&b_name)?);
        let (a, b) = (file.tensor(name, &a_shape).await?, file.tensor(&b_name, &b_shape).await?);
        // What stands before the network's own names ends with the first point that is not the wrapping's.
        let own = module.strip_prefix(WRAPPED).and_then(|module| module.split_once('.'));
        let (_, own) = own.ok_or_else(|| unusable(name))?;
        products.insert(own.to_owned(), LowRank { rank: a_shape[0], a, b });
    }
    let lora = Lora { rank: rank as u32, alpha: alpha as f32, ..Lora::default() };
    Ok(Rc::new(Tuned::new(Change::Lora(lora, products))))
}
