//! The studio's own export: one safetensors file with all that comes after pooling. `public/reward_studio.py`
//! reads it in Python.
//!
//! | tensor | shape | what |
//! |---|---|---|
//! | `head.weight` | `[d]`, or `[d + 1]` with the length feature's last; of an MLP `[units]` | weights of the features |
//! | `head.hidden.weight`, `head.hidden.bias` | `[units, d]` or `[units, d + 1]`; `[units]` | an MLP's hidden layer: [`crate::model::hidden_layer`] |
//! | `features.mean`, `features.std` | `[d]` | standardisation of the pooled vector |
//! | `length.mean`, `length.std` | `[1]` | of the log length, where that feature is on |
//! | `backbone.…` | | what training has changed of the backbone, where it went below the head: [`tuned`] |
//!
//! The header's `reward_studio` is JSON: [`Manifest`].

mod header;
mod tuned;

use std::collections::HashMap;

use safetensors::tensor::{Dtype, SafeTensors, TensorView};

pub use self::header::{GoldenScore, HeadWords, Manifest, Metrics, PoolerWords};
use self::header::{MLP_VERSION, VERSION};
use super::file::floats;
use crate::domain::backbone::BackboneCard;
use crate::domain::family::architecture::Architecture;
use crate::domain::recipe::LengthFeature;
use crate::model::hidden_layer::HiddenLayer;
use crate::model::reward_model::{RewardModel, Scaling};
use crate::model::tuned::Tuned;
use crate::protocol::Fault;
use crate::protocol::error::FaultKind;
use crate::protocol::event::{MadeBy, ModelCard};

/// Write a model with its [`Manifest`].
///
/// # Errors
/// `FaultKind::Internal` if it cannot be written, which no model of ours can fail to be.
pub fn write(model: &RewardModel, changes: Option<&Tuned>, manifest: &Manifest) -> Result<Vec<u8>, Fault> {
    let internal = |what: String| Fault::new(FaultKind::Internal, what, "Please report this.");
    let manifest = serde_json::to_string(manifest)
        .map_err(|error| internal(format!("The model's description could not be written ({error}).")))?;
    let header = HashMap::from([("format".into(), "pt".into()), ("reward_studio".into(), manifest)]);

    let Scaling { mean, std, length } = &model.scaling;
    let row = |name: &str, values: &[f32]| (name.to_owned(), vec![values.len()], bytes(values));
    let mut tensors =
        vec![row("head.weight", &model.weights), row("features.mean", mean), row("features.std", std)];
    if let Some((mean, std)) = length {
        tensors.extend([row("length.mean", &[*mean]), row("length.std", &[*std])]);
    }
    if let Some(HiddenLayer { weight, bias }) = &model.hidden {
        let shape = vec![bias.len(), model.scaling.width()];
        tensors.push(("head.hidden.weight".into(), shape, bytes(weight)));
        tensors.push(row("head.hidden.bias", bias));
    }
    for (name, shape, values) in changes.into_iter().flat_map(tuned::tensors) {
        tensors.push((name, shape, bytes(values)));
    }
    let views = tensors
        .iter()
        .map(|(name, shape, bytes)| Ok((name, TensorView::new(Dtype::F32, shape.clone(), bytes)?)))
        .collect::<Result<Vec<_>, safetensors::SafeTensorError>>();
    views
        .and_then(|views| safetensors::serialize(views, Some(header)))
        .map_err(|error| internal(format!("The model's file could not be written ({error}).")))
}

/// What a model file says of itself.
///
/// # Errors
/// `FaultKind::File` if this is not a model file of ours.
pub fn manifest(file: &[u8]) -> Result<Manifest, Fault> {
    let (_, header) = SafeTensors::read_metadata(file)
        .map_err(|error| refused(format!("The file's header cannot be read ({error}).")))?;
    let manifest = header
        .metadata()
        .as_ref()
        .and_then(|entries| entries.get("reward_studio"))
        .ok_or_else(|| refused("This safetensors file is no reward model of this page.".into()))?;
    let manifest: Manifest = serde_json::from_str(manifest)
        .map_err(|error| refused(format!("The file's description cannot be read ({error}).")))?;
    if !(VERSION..=MLP_VERSION).contains(&manifest.version) {
        return Err(refused(format!(
            "The file is of version {}, and this page reads up to {MLP_VERSION}.",
            manifest.version
        )));
    }
    Ok(manifest)
}

/// A model as its file has it.
pub struct Opened {
    /// The model.
    pub model: RewardModel,
    /// What it is.
    pub card: ModelCard,
    /// What it needs changed of its backbone.
    pub changes: Option<Tuned>,
}

/// Read a model that belongs to `backbone`, which is made as `architecture` says.
///
/// # Errors
/// `FaultKind::File` if this is not a model file of ours, is broken, or belongs to another backbone.
pub fn read(file: &[u8], backbone: &BackboneCard, architecture: &Architecture) -> Result<Opened, Fault> {
    let tensors = SafeTensors::deserialize(file)
        .map_err(|error| refused(format!("This is not a whole safetensors file ({error}).")))?;
    let manifest = manifest(file)?;
    if manifest.backbone.weights_sha256 != backbone.weights_sha256() {
        return Err(Fault::new(
            FaultKind::File,
            format!(
                "This model was made for the backbone {}, and its numbers mean nothing on {}.",
                manifest.backbone.id, backbone.id
            ),
            "Choose that backbone first, or another file.",
        ));
    }
    let changes = match &manifest.depth {
        Some(depth) => {
            let known = || refused(format!("The file's depth is not known here ({depth:?})."));
            Some(tuned::read(&tensors, &depth.depth().ok_or_else(known)?, architecture)?)
        }
        None => None,
    };
    let mut recipe =
        manifest.recipe.recipe().filter(|recipe| (1..=backbone.layers).contains(&recipe.layer)).ok_or_else(
            || refused(format!("The file's recipe is not known here ({:?}).", manifest.recipe)),
        )?;
    recipe.tuned = changes.as_ref().map(|changes| changes.id().to_owned());
    let likelihood = manifest.likelihood.likelihood().ok_or_else(|| {
        refused(format!("The file's likelihood is not known here ({:?}).", manifest.likelihood))
    })?;
    let tensor = |name: &str, width: usize| values(&tensors, name, &[width]);
    let width = usize::from(backbone.hidden);
    let std = tensor("features.std", width)?;
    let length = match recipe.length_feature {
        LengthFeature::On => Some((tensor("length.mean", 1)?[0], tensor("length.std", 1)?[0])),
        LengthFeature::Off => None,
    };
    if std.iter().chain(length.as_ref().map(|(_, std)| std)).any(|std| *std <= 0.0) {
        return Err(refused("The file has a standard deviation that is not above 0.".into()));
    }
    let scaling = Scaling { mean: tensor("features.mean", width)?, std, length };
    let hidden = match &manifest.head {
        Some(head) => {
            let units = head
                .units()
                .ok_or_else(|| refused(format!("The file's head is not known here ({head:?}).")))?;
            Some(HiddenLayer {
                weight: values(&tensors, "head.hidden.weight", &[units, scaling.width()])?,
                bias: tensor("head.hidden.bias", units)?,
            })
        }
        None => None,
    };
    let weights = tensor("head.weight", hidden.as_ref().map_or(scaling.width(), HiddenLayer::units))?;
    let (evaluation, length_share) =
        manifest.metrics.map_or((None, None), |metrics| (Some(metrics.evaluation), metrics.length_share));
    let card = ModelCard {
        made_by: MadeBy::Upload,
        backbone: backbone.id.clone(),
        recipe: recipe.clone(),
        hidden_units: hidden.as_ref().map(|hidden| hidden.units() as u32),
        device: manifest.device,
        lambda: manifest.lambda,
        likelihood,
        advice: None,
        evaluation,
        length_share,
    };
    Ok(Opened { model: RewardModel { recipe, scaling, hidden, weights, likelihood }, card, changes })
}

/// A tensor's numbers, all of them finite.
fn values(file: &SafeTensors, name: &str, shape: &[usize]) -> Result<Vec<f32>, Fault> {
    let view = file.tensor(name).map_err(|_| refused(format!("The file has no tensor {name}.")))?;
    if view.dtype() != Dtype::F32 || view.shape() != shape {
        return Err(refused(format!(
            "The file's tensor {name} is {:?} {:?}, and should be F32 {shape:?}.",
            view.dtype(),
            view.shape()
        )));
    }
    let values: Vec<f32> = floats(view.data()).collect();
    match values.iter().all(|value| value.is_finite()) {
        true => Ok(values),
        false => Err(refused(format!("The file's tensor {name} holds a value that is no finite number."))),
    }
}

fn refused(what: String) -> Fault {
    Fault::new(FaultKind::File, what, "Choose a .safetensors file that was downloaded from this page.")
}

fn bytes(values: &[f32]) -> Vec<u8> {
    values.iter().flat_map(|value| value.to_le_bytes()).collect()
}
