//! A network loaded block by block, as deep as it is needed.

use std::rc::Rc;

use burn::tensor::{Device, Tensor, TensorData};

use crate::domain::device::DeviceKind;
use crate::domain::recipe::Pooling;
use crate::engine::device;
use crate::engine::ports::ByteSource;
use crate::model::input::Input;
use crate::model::packed::PackedBert;
use crate::model::pooler::Pooler;
use crate::model::transformer::Transformer;
use crate::model::tuned::Tuned;
use crate::protocol::Fault;
use crate::protocol::crew::TokenRow;
use crate::weights::backbone::BackboneFile;

/// A backbone's file, and what of it is in memory.
pub struct Loaded<S> {
    kind: DeviceKind,
    device: Device,
    file: BackboneFile<S>,
    network: Network,
    /// Once a recipe asks for it.
    pooler: Option<Pooler>,
}

/// The same network, for the device that it runs on.
enum Network {
    /// Tensors.
    Burn(Box<Transformer>),
    /// Our own loops: on the CPU nothing else is as fast, and what is a BERT can be run by them.
    Packed(Box<PackedBert>),
}

impl<S: ByteSource> Loaded<S> {
    /// Its embeddings, and no block.
    ///
    /// # Errors
    /// `FaultKind::Backbone` if the file cannot be read; `FaultKind::Device` if the device was lost.
    pub async fn new(file: BackboneFile<S>, (kind, device): (DeviceKind, Device)) -> Result<Self, Fault> {
        let architecture = file.architecture();
        let embeddings = file.embeddings().await?;
        let network = if kind == DeviceKind::Cpu && architecture.is_bert() {
            let packed = PackedBert::new(embeddings, architecture.epsilon).await;
            Network::Packed(Box::new(packed.map_err(|error| device::failed(kind, &error.to_string()))?))
        } else {
            let architecture = architecture.clone();
            let (blocks, final_norm) = (Vec::new(), None);
            Network::Burn(Box::new(Transformer { embeddings, blocks, final_norm, architecture }))
        };
        Ok(Self { kind, device, file, network, pooler: None })
    }

    /// The same file with changes over it. The embeddings are shared, since none of our trainings changes them; no block
    /// is loaded yet.
    pub fn changed(&self, tuned: Rc<Tuned>) -> Self {
        let network = match &self.network {
            Network::Burn(network) => {
                let (blocks, final_norm) = (Vec::new(), None);
                Network::Burn(Box::new(Transformer { blocks, final_norm, ..(**network).clone() }))
            }
            Network::Packed(bert) => Network::Packed(Box::new(bert.without_blocks())),
        };
        let pooler = self.pooler.clone();
        Self { kind: self.kind, device: self.device.clone(), file: self.file.with(tuned), network, pooler }
    }

    /// The file.
    pub fn file(&self) -> &BackboneFile<S> {
        &self.file
    }

    /// Blocks in memory.
    pub fn layers(&self) -> u8 {
        let layers = match &self.network {
            Network::Burn(network) => network.blocks.len(),
            Network::Packed(bert) => bert.layers(),
        };
        layers as u8
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

    /// Pooled vectors after the first `layer` blocks, `[rows, d]`.
    ///
    /// # Errors
    /// As [`Loaded::deepen`]; `FaultKind::Device` if the device was lost.
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
            Network::Packed(bert) => {
                let pooled = bert.features(rows, usize::from(layer), pooling);
                self.behind(pooled, pooling).await
            }
            Network::Burn(network) => {
                let input = Input::new(rows, pooling, &self.device);
                let mut pooled = network.features(&input, usize::from(layer));
                if let Some(pooler) = self.pooler_of(pooling).await? {
                    pooled = pooler.forward(pooled);
                }
                self.read(pooled).await
            }
        }
    }

    /// Hidden states of a row after the first `layer` blocks, `[tokens, d]`, as this pooling makes a vector of them.
    ///
    /// # Errors
    /// As [`Loaded::pooled`].
    pub async fn states(&mut self, row: &TokenRow, layer: u8, pooling: Pooling) -> Result<Vec<f32>, Fault> {
        let hidden = self.hidden(row, layer).await?;
        self.behind(hidden, pooling).await
    }

    /// The pooler, where this pooling goes through it.
    ///
    /// # Errors
    /// As [`BackboneFile::pooler`].
    async fn pooler_of(&mut self, pooling: Pooling) -> Result<Option<&Pooler>, Fault> {
        if pooling != Pooling::Pooler {
            return Ok(None);
        }
        if self.pooler.is_none() {
            self.pooler = Some(self.file.pooler().await?);
        }
        Ok(self.pooler.as_ref())
    }

    /// Vectors `[n, d]` behind what this pooling still has to do with them.
    async fn behind(&mut self, vectors: Vec<f32>, pooling: Pooling) -> Result<Vec<f32>, Fault> {
        let (width, device) = (self.file.architecture().hidden, self.device.clone());
        let Some(pooler) = self.pooler_of(pooling).await? else { return Ok(vectors) };
        let shape = [vectors.len() / width, width];
        let pooled = pooler.forward(Tensor::from_data(TensorData::new(vectors, shape), &device));
        self.read(pooled).await
    }

    /// Hidden states of a row after the first `layer` blocks, `[tokens, d]`.
    ///
    /// # Errors
    /// As [`Loaded::pooled`].
    pub async fn hidden(&mut self, row: &TokenRow, layer: u8) -> Result<Vec<f32>, Fault> {
        self.deepen(layer).await?;
        let row = std::slice::from_ref(row);
        match &mut self.network {
            Network::Packed(bert) => Ok(bert.hidden(row, usize::from(layer))),
            Network::Burn(network) => {
                // What is not pooled does not ask how.
                let input = Input::new(row, Pooling::Mean, &self.device);
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
