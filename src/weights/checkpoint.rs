//! A backbone's checkpoint, tensor by tensor, with what training has changed of it: as the network is loaded from it, and
//! as an export takes it along.

use super::file::TensorFile;
use crate::domain::family::architecture::Architecture;
use crate::domain::family::names::Pooler;
use crate::engine::ports::ByteSource;
use crate::model::tuned::Tuned;
use crate::protocol::Fault;

/// A checkpoint whose tensors are read one by one.
pub struct Checkpoint<'a, S> {
    file: &'a TensorFile<S>,
    architecture: &'a Architecture,
    prefix: &'static str,
    tuned: Option<&'a Tuned>,
}

impl<'a, S: ByteSource> Checkpoint<'a, S> {
    /// The tensors in `file`, whose names begin with `prefix`, with these changes over them.
    pub fn new(
        file: &'a TensorFile<S>,
        architecture: &'a Architecture,
        prefix: &'static str,
        tuned: Option<&'a Tuned>,
    ) -> Self {
        Self { file, architecture, prefix, tuned }
    }

    /// What is changed over the file.
    pub fn tuned(&self) -> Option<&'a Tuned> {
        self.tuned
    }

    /// The same file without any changes.
    pub fn as_it_came(&self) -> Self {
        Self { file: self.file, architecture: self.architecture, prefix: self.prefix, tuned: None }
    }

    /// What it is made of.
    pub fn architecture(&self) -> &'a Architecture {
        self.architecture
    }

    /// Names, without the prefix, of the embeddings' tensors and those of the first `layers` blocks, with their shapes.
    /// What stands after the last block goes with it.
    pub fn tensors(&self, layers: u8) -> Vec<(String, Vec<usize>)> {
        self.architecture.tensors(usize::from(layers))
    }

    /// The shape of a tensor that stands beside the network: a head's, which has no prefix.
    pub fn beside(&self, name: &str) -> Option<&[usize]> {
        self.file.shape(name)
    }

    /// The values of such a tensor.
    ///
    /// # Errors
    /// As [`TensorFile::tensor`].
    pub async fn values_beside(&self, name: &str, shape: &[usize]) -> Result<Vec<f32>, Fault> {
        self.file.tensor(name, shape).await
    }

    /// The layer between the first token and a head that this file has.
    pub fn pooler(&self) -> Option<&'static Pooler> {
        let is_here = |pooler: &&Pooler| self.file.has(&self.own(&format!("{}.weight", pooler.dense)));
        self.architecture.names.poolers.iter().find(is_here)
    }

    /// Names and shapes of its tensors.
    pub fn pooler_tensors(&self) -> Vec<(String, Vec<usize>)> {
        let Some(pooler) = self.pooler() else { return vec![] };
        let parts = [Some(pooler.dense), pooler.norm].into_iter().flatten();
        let names = parts.flat_map(|part| [format!("{part}.weight"), format!("{part}.bias")]);
        names.filter_map(|name| Some((name.clone(), self.file.shape(&self.own(&name))?.to_vec()))).collect()
    }

    /// The values of one of these.
    ///
    /// # Errors
    /// As [`TensorFile::tensor`].
    pub async fn values(&self, name: &str, shape: &[usize]) -> Result<Vec<f32>, Fault> {
        let values = self.file.tensor(&self.own(name), shape).await?;
        Ok(match self.tuned {
            Some(tuned) => tuned.over(name, shape, self.architecture.names.layout, values),
            None => values,
        })
    }

    fn own(&self, name: &str) -> String {
        stored(self.file, self.prefix, name)
    }
}

/// The name under which a tensor lies in the file. What TensorFlow wrote calls a norm's scale and shift γ and β; what stands
/// beside the network has no prefix.
pub fn stored<S: ByteSource>(file: &TensorFile<S>, prefix: &str, name: &str) -> String {
    let plain = format!("{prefix}{name}");
    if !file.has(&plain) && file.has(name) {
        return name.to_owned();
    }
    let older = [(".weight", ".gamma"), (".bias", ".beta")].into_iter().find_map(|(end, older)| {
        plain.strip_suffix(end).map(|stem| format!("{stem}{older}")).filter(|name| file.has(name))
    });
    if file.has(&plain) { plain } else { older.unwrap_or(plain) }
}
