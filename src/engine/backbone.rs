//! The backbone in memory: files opened, blocks loaded as deep as they are needed, token rows made into vectors.

use burn::tensor::{Device, Tensor};

use super::device;
use super::ports::{ByteSource, Host};
use crate::domain::backbone::BackboneCard;
use crate::domain::device::DeviceKind;
use crate::domain::family;
use crate::domain::own_backbone::listing::OF_CHATS;
use crate::domain::recipe::Pooling;
use crate::model::input::Input;
use crate::model::packed::PackedBert;
use crate::model::transformer::Transformer;
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
    file: BackboneFile<S>,
    network: Network,
}

/// The same network, for the device that it runs on.
enum Network {
    /// Tensors.
    Burn(Box<Transformer>),
    /// Our own loops: on the CPU nothing else is as fast, and what is a BERT can be run by them.
    Packed(Box<PackedBert>),
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
        let epsilon = architecture.epsilon;
        let packs = kind == DeviceKind::Cpu && architecture.is_bert();
        let file = BackboneFile::new(TensorFile::open_all(weights).await?, architecture, device.clone())?;
        let embeddings = file.embeddings().await?;
        let network = if packs {
            let packed = PackedBert::new(embeddings, epsilon).await;
            Network::Packed(Box::new(packed.map_err(|error| device::failed(kind, &error.to_string()))?))
        } else {
            let architecture = file.architecture().clone();
            Network::Burn(Box::new(Transformer {
                embeddings,
                blocks: Vec::new(),
                final_norm: None,
                architecture,
            }))
        };
        let mut backbone = Self { card, encoder, device, kind, config_json, file, network };
        backbone.deepen(layers).await?;
        Ok(backbone)
    }

    /// Blocks in memory.
    pub fn layers(&self) -> u8 {
        let layers = match &self.network {
            Network::Burn(network) => network.blocks.len(),
            Network::Packed(bert) => bert.layers(),
        };
        layers as u8
    }

    /// Its `config.json`, as it came.
    pub fn config_json(&self) -> &[u8] {
        &self.config_json
    }

    /// Tensors of its files that its family has no use for, by name.
    pub fn unused(&self) -> Vec<String> {
        self.file.unused()
    }

    /// Its weights, to be read again for an export.
    pub fn checkpoint(&self) -> Checkpoint<'_, S> {
        self.file.checkpoint()
    }

    /// Positions that a batch should have at most, padding counted.
    pub fn batch_positions(&self) -> usize {
        match self.kind {
            DeviceKind::WebGpu => GPU_BUDGET,
            DeviceKind::Cpu | DeviceKind::NdArray => CPU_BUDGET,
        }
    }

    /// Load blocks until `layers` are there.
    ///
    /// # Errors
    /// `FaultKind::Backbone` if the file cannot be read or has fewer.
    pub async fn deepen(&mut self, layers: u8) -> Result<(), Fault> {
        while self.layers() < layers {
            let block = self.file.block(usize::from(self.layers())).await?;
            match &mut self.network {
                Network::Burn(network) => {
                    network.blocks.push(block);
                    if network.blocks.len() == network.architecture.layers {
                        network.final_norm = self.file.final_norm().await?;
                    }
                }
                Network::Packed(bert) => {
                    bert.push(block).await.map_err(|error| device::failed(self.kind, &error.to_string()))?;
                }
            }
        }
        Ok(())
    }

    /// Pooled vectors `[rows, d]`, row by row, of rows that should be about equally long. Loads blocks it lacks.
    ///
    /// # Errors
    /// `FaultKind::Backbone` as [`Backbone::deepen`]; `FaultKind::Device` if the device was lost.
    pub async fn pooled(
        &mut self,
        rows: &[TokenRow],
        layer: u8,
        pooling: Pooling,
    ) -> Result<Vec<f32>, Fault> {
        if rows.is_empty() {
            return Ok(Vec::new());
        }
        self.deepen(layer).await?;
        match &mut self.network {
            Network::Packed(bert) => Ok(bert.features(rows, usize::from(layer), pooling)),
            Network::Burn(network) => {
                let input = Input::new(rows, pooling, &self.device);
                let pooled = network.features(&input, usize::from(layer));
                self.read(pooled).await
            }
        }
    }

    /// Hidden states `[tokens, d]`, token by token, that `pooling` makes a row's vector of. Loads blocks it lacks.
    ///
    /// # Errors
    /// As [`Backbone::pooled`].
    pub async fn hidden(&mut self, row: &TokenRow, layer: u8, pooling: Pooling) -> Result<Vec<f32>, Fault> {
        self.deepen(layer).await?;
        let row = std::slice::from_ref(row);
        match &mut self.network {
            Network::Packed(bert) => Ok(bert.hidden(row, usize::from(layer))),
            Network::Burn(network) => {
                let input = Input::new(row, pooling, &self.device);
                let hidden = network.hidden(&input, usize::from(layer));
                self.read(hidden).await
            }
        }
    }

    async fn read<const D: usize>(&self, tensor: Tensor<D>) -> Result<Vec<f32>, Fault> {
        let data = tensor.into_data_async().await;
        let data = data.map_err(|error| device::failed(self.kind, &error.to_string()))?;
        Ok(data.iter::<f32>().collect())
    }
}

async fn whole<S: ByteSource>(file: &S) -> Result<Vec<u8>, Fault> {
    file.read(0..file.size()).await
}
