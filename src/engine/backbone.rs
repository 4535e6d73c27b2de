//! The backbone in memory: files opened, token rows made into vectors, as it came or with what trainings have changed.

mod loaded;

use std::collections::BTreeMap;
use std::rc::Rc;

use burn::module::Module;
use burn::tensor::Device;

use self::loaded::Loaded;
use super::ports::{ByteSource, Host};
use crate::domain::backbone::BackboneCard;
use crate::domain::device::DeviceKind;
use crate::domain::family;
use crate::domain::family::architecture::Architecture;
use crate::domain::own_backbone::listing::OF_CHATS;
use crate::domain::recipe::{Pooling, Recipe};
use crate::model::tuned::Tuned;
use crate::model::upper::Upper;
use crate::protocol::Fault;
use crate::protocol::crew::TokenRow;
use crate::protocol::error::FaultKind;
use crate::protocol::event::Origin;
use crate::text::Encoder;
use crate::weights::backbone::BackboneFile;
use crate::weights::checkpoint::Checkpoint;
use crate::weights::file::TensorFile;

/// Positions a batch: small on the CPU, where larger ones are no faster and keep messages waiting; large on a GPU.
const CPU_BUDGET: usize = 256;
const GPU_BUDGET: usize = 8192;
const GPU_TRAINING_BUDGET: usize = 2048;

/// Bytes that every WebGPU lets a kernel see of one tensor (`maxStorageBufferBindingSize`, which adapters may have more of).
const GPU_BINDING: usize = 128 << 20;

/// A loaded backbone.
pub struct Backbone<S> {
    /// What it is.
    pub card: BackboneCard,
    /// Its tokenizer.
    pub encoder: Encoder,
    /// The device that it is on.
    pub device: Device,
    kind: DeviceKind,
    config_json: Vec<u8>,
    own: Loaded<S>,
    /// The same with what trainings below the head have changed, by the changes' identity.
    tuned: BTreeMap<String, Loaded<S>>,
}

impl<S: ByteSource> Backbone<S> {
    /// Open the files and load the first `layers` blocks. `progress` is told bytes got, bytes in all, whence.
    ///
    /// # Errors
    /// `FaultKind::Backbone` if a file cannot be had or is not what it should be.
    pub async fn open<H: Host<File = S>>(
        host: &H,
        base: &str,
        card: BackboneCard,
        (kind, device): (DeviceKind, Device),
        layers: u8,
        progress: &dyn Fn(u64, u64, Origin),
    ) -> Result<Self, Fault> {
        let total = card.bytes();
        let before = std::cell::Cell::new(0);
        let told = |got: u64, origin: Origin| progress(before.get() + got, total, origin);
        let open = async |name: &str| {
            let file = host.open(base, &card, name, &told).await?;
            before.set(before.get() + file.size());
            Ok::<_, Fault>(file)
        };
        let config = open("config.json").await?;
        let tokenizer = open("tokenizer.json").await?;
        let mut weights = vec![];
        for name in card.weights() {
            weights.push(open(name).await?);
        }

        let config_json = whole(&config).await?;
        let architecture = family::from_json(&config_json).map_err(|why| {
            Fault::new(
                FaultKind::Backbone,
                format!("The backbone's config.json cannot be used: {why}."),
                "Choose another backbone.",
            )
        })?;
        let tokenizer = whole(&tokenizer).await?;
        let encoder = if architecture.reads_pairs() {
            Encoder::of_pairs(&tokenizer)?
        } else {
            let mut small = [None, None];
            for (file, name) in small.iter_mut().zip(OF_CHATS) {
                if card.files.contains_key(name) {
                    *file = Some(whole(&open(name).await?).await?);
                }
            }
            let template = small[1].as_deref().map(String::from_utf8_lossy);
            Encoder::of_conversations(&tokenizer, small[0].as_deref(), template.as_deref())?
        };
        let encoder = encoder.within(architecture.longest);
        let file = BackboneFile::new(TensorFile::open_all(weights).await?, architecture, device.clone())?;
        let own = Loaded::new(file, (kind, device.clone())).await?;
        let mut backbone = Self { card, encoder, device, kind, config_json, own, tuned: BTreeMap::new() };
        backbone.own.deepen(layers).await?;
        Ok(backbone)
    }

    /// Have these changes at hand: recipes may name them from now on.
    pub fn adopt(&mut self, tuned: Tuned) {
        let id = tuned.id().to_owned();
        self.tuned.entry(id).or_insert_with(|| self.own.changed(Rc::new(tuned)));
    }

    /// Let go of all changes but these.
    pub fn keep_only(&mut self, wanted: &[&str]) {
        self.tuned.retain(|id, _| wanted.contains(&id.as_str()));
    }

    /// What is changed under this recipe; `None` where nothing is.
    pub fn changes(&self, recipe: &Recipe) -> Option<&Tuned> {
        self.tuned.get(recipe.tuned.as_ref()?)?.file().tuned()
    }

    /// What its network is made of.
    pub fn architecture(&self) -> &Architecture {
        self.own.file().architecture()
    }

    /// Blocks in memory.
    pub fn layers(&self) -> u8 {
        self.own.layers()
    }

    /// Positions that go through at once in training, padding counted: a graph keeps everything until the way back.
    pub fn training_positions(&self) -> usize {
        match self.kind {
            DeviceKind::WebGpu => GPU_TRAINING_BUDGET,
            DeviceKind::Cpu | DeviceKind::NdArray => CPU_BUDGET,
        }
    }

    /// Its `config.json`, as it came.
    pub fn config_json(&self) -> &[u8] {
        &self.config_json
    }

    /// Whether its files have the layer between the first token and a head.
    pub fn has_pooler(&self) -> bool {
        self.own.file().checkpoint().pooler().is_some()
    }

    /// Tensors of its files that its family has no use for, by name.
    pub fn unused(&self) -> Vec<String> {
        self.own.file().unused()
    }

    /// Its weights under this recipe, to be read again for an export.
    ///
    /// # Errors
    /// `FaultKind::NoModel` if the recipe names changes that are not at hand.
    pub fn checkpoint(&self, recipe: &Recipe) -> Result<Checkpoint<'_, S>, Fault> {
        match &recipe.tuned {
            None => Ok(self.own.file().checkpoint()),
            Some(id) => Ok(self.tuned.get(id).ok_or_else(not_at_hand)?.file().checkpoint()),
        }
    }

    /// The blocks from `first` up to where this recipe's end, as they came, to be trained.
    ///
    /// # Errors
    /// `FaultKind::Backbone` if the file cannot be read.
    pub async fn upper(&self, first: u8, recipe: &Recipe) -> Result<Upper, Fault> {
        let layer = recipe.layer;
        let file = self.own.file();
        let pooler = match recipe.pooling {
            Pooling::Pooler => Some(file.pooler().await?.no_grad()),
            Pooling::ResponseMean | Pooling::Mean | Pooling::Cls | Pooling::Last => None,
        };
        let architecture = file.architecture().clone();
        let mut blocks = Vec::new();
        for index in first..layer {
            blocks.push(file.block(usize::from(index)).await?);
        }
        let final_norm = match usize::from(layer) == architecture.layers {
            true => file.final_norm().await?,
            false => None,
        };
        Ok(Upper { blocks, final_norm, pooler, first: usize::from(first), architecture })
    }

    /// Positions that a batch should have at most, padding counted.
    pub fn batch_positions(&self) -> usize {
        match self.kind {
            DeviceKind::WebGpu => GPU_BUDGET.min(GPU_BINDING / self.architecture().widest_bytes()),
            DeviceKind::Cpu | DeviceKind::NdArray => CPU_BUDGET,
        }
    }

    /// Pooled vectors `[rows, d]`, row by row, of rows that should be about equally long. Loads blocks it lacks.
    ///
    /// # Errors
    /// `FaultKind::Backbone` if the file cannot be read or has fewer blocks; `FaultKind::Device` if the device was lost;
    /// `FaultKind::NoModel` if the recipe names changes that are not at hand.
    pub async fn pooled_under(&mut self, rows: &[TokenRow], recipe: &Recipe) -> Result<Vec<f32>, Fault> {
        self.loaded(recipe)?.pooled(rows, recipe.layer, recipe.pooling).await
    }

    /// The same on the backbone as it came.
    ///
    /// # Errors
    /// As [`Backbone::pooled_under`].
    pub async fn pooled(
        &mut self,
        rows: &[TokenRow],
        layer: u8,
        pooling: Pooling,
    ) -> Result<Vec<f32>, Fault> {
        self.own.pooled(rows, layer, pooling).await
    }

    /// Hidden states `[tokens, d]`, token by token, that `pooling` makes a row's vector of. Loads blocks it lacks.
    ///
    /// # Errors
    /// As [`Backbone::pooled_under`].
    pub async fn hidden(&mut self, row: &TokenRow, recipe: &Recipe) -> Result<Vec<f32>, Fault> {
        self.loaded(recipe)?.states(row, recipe.layer, recipe.pooling).await
    }

    /// Hidden states of a row after the first `layer` blocks as they came, `[tokens, d]`.
    ///
    /// # Errors
    /// As [`Backbone::pooled_under`].
    pub async fn lower(&mut self, row: &TokenRow, layer: u8) -> Result<Vec<f32>, Fault> {
        self.own.hidden(row, layer).await
    }

    fn loaded(&mut self, recipe: &Recipe) -> Result<&mut Loaded<S>, Fault> {
        match &recipe.tuned {
            None => Ok(&mut self.own),
            Some(id) => self.tuned.get_mut(id).ok_or_else(not_at_hand),
        }
    }
}

fn not_at_hand() -> Fault {
    Fault::new(
        FaultKind::NoModel,
        "The model was trained below the head, and what it changed of the backbone is not here.",
        "Load the model again, or train it again.",
    )
}

async fn whole<S: ByteSource>(file: &S) -> Result<Vec<u8>, Fault> {
    file.read(0..file.size()).await
}
