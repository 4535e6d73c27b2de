//! A safetensors file that is written tensor by tensor, so that a network never lies in memory a second time.

use serde_json::{Map, Value, json};

use super::bundle::Bundle;
use super::checkpoint::Checkpoint;
use crate::engine::ports::ByteSource;
use crate::protocol::Fault;

/// Where a tensor's numbers come from.
enum Values {
    /// From here.
    Own(Vec<f32>),
    /// From the backbone's file, by their name there.
    Backbone(String),
}

/// The tensors of a file, in the order in which they are written.
#[derive(Default)]
pub struct Tensors {
    entries: Vec<(String, Vec<usize>, Values)>,
}

impl Tensors {
    /// Embeddings and first blocks of a backbone, each name with `prefix` before it.
    pub fn of_backbone<S: ByteSource>(checkpoint: &Checkpoint<'_, S>, layers: u8, prefix: &str) -> Self {
        let entry =
            |(name, shape): (String, Vec<usize>)| (format!("{prefix}{name}"), shape, Values::Backbone(name));
        Self { entries: checkpoint.tensors(layers).into_iter().map(entry).collect() }
    }

    /// The backbone's own pooler as well, where it has one: its product under the name `dense`, its norm under `norm`.
    pub fn with_pooler<S: ByteSource>(
        mut self,
        checkpoint: &Checkpoint<'_, S>,
        dense: &str,
        norm: &str,
    ) -> Self {
        for (name, shape) in checkpoint.pooler_tensors() {
            let (part, end) = name.rsplit_once('.').unwrap_or((&name, ""));
            let is_dense = checkpoint.pooler().is_some_and(|pooler| pooler.dense == part);
            let called = format!("{}.{end}", if is_dense { dense } else { norm });
            self.entries.push((called, shape, Values::Backbone(name)));
        }
        self
    }

    /// One more, with these values.
    pub fn with(mut self, name: &str, shape: &[usize], values: Vec<f32>) -> Self {
        self.entries.push((name.into(), shape.to_vec(), Values::Own(values)));
        self
    }

    /// These values for the backbone's tensor that is called so here.
    pub fn instead(mut self, name: &str, values: Vec<f32>) -> Self {
        if let Some((_, _, found)) = self.entries.iter_mut().find(|(known, _, _)| known == name) {
            *found = Values::Own(values);
        }
        self
    }

    /// Bytes of all numbers.
    pub fn bytes(&self) -> usize {
        self.entries.iter().map(|(_, shape, _)| 4 * shape.iter().product::<usize>()).sum()
    }

    /// Write them as the file `name`.
    ///
    /// # Errors
    /// As [`Checkpoint::values`] and [`Bundle::add`].
    pub async fn write<S: ByteSource>(
        &self,
        name: &str,
        checkpoint: &Checkpoint<'_, S>,
        bundle: &mut Bundle,
    ) -> Result<(), Fault> {
        bundle.begin(name)?;
        bundle.write(&self.header())?;
        for (_, shape, values) in &self.entries {
            match values {
                Values::Own(values) => bundle.floats(values)?,
                Values::Backbone(name) => bundle.floats(&checkpoint.values(name, shape).await?)?,
            }
        }
        Ok(())
    }

    /// Length and JSON. Without `format`, `transformers` refuses the file.
    fn header(&self) -> Vec<u8> {
        let mut entries = Map::new();
        entries.insert("__metadata__".into(), json!({ "format": "pt" }));
        let mut at = 0;
        for (name, shape, _) in &self.entries {
            let end = at + 4 * shape.iter().product::<usize>();
            entries
                .insert(name.clone(), json!({ "dtype": "F32", "shape": shape, "data_offsets": [at, end] }));
            at = end;
        }
        let mut json = Value::Object(entries).to_string().into_bytes();
        // The numbers begin at a multiple of eight.
        json.resize(json.len().next_multiple_of(8), b' ');
        [&(json.len() as u64).to_le_bytes(), json.as_slice()].concat()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_header_is_one_that_safetensors_reads() {
        let tensors =
            Tensors::default().with("b", &[2, 1], vec![1.0, 2.0]).with("a", &[3], vec![3.0, 4.0, 5.0]);
        let mut file = tensors.header();
        assert_eq!(file.len() % 8, 0);
        file.extend([1.0f32, 2.0, 3.0, 4.0, 5.0].iter().flat_map(|value| value.to_le_bytes()));
        let read = safetensors::SafeTensors::deserialize(&file).unwrap();
        assert_eq!(read.tensor("b").unwrap().shape(), [2, 1]);
        assert_eq!(read.tensor("a").unwrap().data()[..4], 3f32.to_le_bytes());
        assert_eq!(tensors.bytes(), 20);
    }
}
