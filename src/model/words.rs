//! Token ids to vectors, looked up in the host's memory whatever the device.
//!
//! The table is most of a small backbone, and with a large vocabulary it is more than a GPU binds at once: 128 MiB is all
//! that WebGPU promises, and 151,936 tokens of width 1,024 are 622 MB. A batch needs few of its rows, and no training of
//! ours changes it. So it stays what it is in the file, and only the rows that a batch needs go to the device.

use std::sync::Arc;

use burn::tensor::{Device, Tensor, TensorData};
use half::{bf16, f16};

/// The vectors of all tokens. Clones share them.
#[derive(Clone, Debug)]
pub struct Words {
    numbers: Arc<Numbers>,
    width: usize,
}

/// A tensor's values, row by row, in the type that its file has them in.
#[derive(Clone, Debug, PartialEq)]
pub enum Numbers {
    /// Single precision.
    F32(Vec<f32>),
    /// Half precision.
    F16(Vec<f16>),
    /// The upper half of single precision.
    BF16(Vec<bf16>),
}

impl Words {
    /// A table `[vocabulary, width]`.
    pub fn new(numbers: Numbers, width: usize) -> Self {
        Self { numbers: Arc::new(numbers), width }
    }

    /// `d`.
    pub fn width(&self) -> usize {
        self.width
    }

    /// Add the vectors of these tokens to `to`, one behind the other. Every id must be one of the vocabulary's.
    pub fn look_up(&self, ids: &[u32], to: &mut Vec<f32>) {
        to.reserve(ids.len() * self.width);
        let places = ids.iter().map(|&id| id as usize * self.width..(id as usize + 1) * self.width);
        match &*self.numbers {
            Numbers::F32(all) => places.for_each(|place| to.extend_from_slice(&all[place])),
            Numbers::F16(all) => places.for_each(|place| to.extend(all[place].iter().map(|x| x.to_f32()))),
            Numbers::BF16(all) => places.for_each(|place| to.extend(all[place].iter().map(|x| x.to_f32()))),
        }
    }

    /// The vectors of `b` rows of `s` tokens, on `device`: `[b, s, d]`.
    pub fn forward(&self, ids: &[u32], [b, s]: [usize; 2], device: &Device) -> Tensor<3> {
        let mut vectors = Vec::new();
        self.look_up(ids, &mut vectors);
        Tensor::from_data(TensorData::new(vectors, [b, s, self.width]), device)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_has_its_row_of_the_table_in_every_type() {
        // Numbers that all three types have.
        let table = [0.0f32, 1.0, -0.5, 2.0, 384.0, 0.25];
        let tables = [
            Numbers::F32(table.to_vec()),
            Numbers::F16(table.map(f16::from_f32).to_vec()),
            Numbers::BF16(table.map(bf16::from_f32).to_vec()),
        ];
        for numbers in tables {
            let mut found = vec![7.0];
            Words::new(numbers, 2).look_up(&[2, 0, 2], &mut found);
            assert_eq!(found, [7.0, 384.0, 0.25, 0.0, 1.0, 384.0, 0.25]);
        }
    }
}
