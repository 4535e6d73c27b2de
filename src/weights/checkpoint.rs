//! A backbone's checkpoint as an export takes it along: its first blocks, tensor by tensor.

use super::file::TensorFile;
use crate::engine::ports::ByteSource;
use crate::protocol::Fault;

/// A BERT checkpoint whose tensors are copied, not computed with.
pub struct Checkpoint<'a, S> {
    file: &'a TensorFile<S>,
    prefix: &'static str,
}

impl<'a, S: ByteSource> Checkpoint<'a, S> {
    /// The tensors in `file`, whose names begin with `prefix`.
    pub fn new(file: &'a TensorFile<S>, prefix: &'static str) -> Self {
        Self { file, prefix }
    }

    /// Names, without the prefix, of the embeddings' tensors and those of the first `layers` blocks, with their shapes.
    pub fn tensors(&self, layers: u8) -> Vec<(String, Vec<usize>)> {
        let embeddings =
            ["word_embeddings.weight", "position_embeddings.weight", "token_type_embeddings.weight"];
        let mut names: Vec<String> = embeddings.iter().map(|part| format!("embeddings.{part}")).collect();
        names.extend(["weight", "bias"].map(|part| format!("embeddings.LayerNorm.{part}")));
        let modules = [
            "attention.self.query",
            "attention.self.key",
            "attention.self.value",
            "attention.output.dense",
            "attention.output.LayerNorm",
            "intermediate.dense",
            "output.dense",
            "output.LayerNorm",
        ];
        for layer in 0..layers {
            for module in modules {
                names.extend(["weight", "bias"].map(|part| format!("encoder.layer.{layer}.{module}.{part}")));
            }
        }
        // A name that the file lacks has no shape; reading it says so.
        let shape = |name: &str| self.file.shape(&self.own(name)).unwrap_or_default().to_vec();
        names.into_iter().map(|name| (name.clone(), shape(&name))).collect()
    }

    /// The same of the pooler, which not every checkpoint has.
    pub fn pooler(&self) -> Vec<(String, Vec<usize>)> {
        let known = |name: &str| Some((name.to_owned(), self.file.shape(&self.own(name))?.to_vec()));
        ["pooler.dense.weight", "pooler.dense.bias"].into_iter().filter_map(known).collect()
    }

    /// The values of one of these.
    ///
    /// # Errors
    /// As [`TensorFile::tensor`].
    pub async fn values(&self, name: &str, shape: &[usize]) -> Result<Vec<f32>, Fault> {
        self.file.tensor(&self.own(name), shape).await
    }

    fn own(&self, name: &str) -> String {
        format!("{}{name}", self.prefix)
    }
}
