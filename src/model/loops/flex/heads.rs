//! Queries, keys and values of burn's CPU backend, head by head.

use burn::backend::TensorMetadata;
use burn::backend::flex::FlexTensor;
use burn::tensor::DType;
use kernels::{Head, Rows};

/// `[b, heads, s, head]` each, and what is added to scores, `[b or 1, 1, s or 1, s]`.
pub struct Heads {
    inputs: [FlexTensor; 3],
    bias: Option<FlexTensor>,
}

impl Heads {
    /// Of queries, keys and values.
    pub fn new(inputs: [FlexTensor; 3], bias: Option<FlexTensor>) -> Self {
        Self { inputs: inputs.map(in_rows), bias: bias.map(in_rows) }
    }

    /// Room for a vector of each head, token by token: `[b, s, heads, head]`.
    pub fn room(&self) -> FlexTensor {
        let [b, heads, s, head] = self.shape();
        FlexTensor::empty([b, s, heads, head].into(), DType::F32)
    }

    /// From a head's vector of a token to that of the next token, in that room.
    pub fn apart(&self) -> usize {
        let [_, heads, _, head] = self.shape();
        heads * head
    }

    /// Give each head to `work`, with its row and number, and where in the room it begins.
    pub fn each(&self, mut work: impl FnMut(Head<'_>, [usize; 2], usize)) {
        let [b, heads, tokens, head] = self.shape();
        for row in 0..b {
            for number in 0..heads {
                let place = [row, number];
                let [queries, keys, values] = self.inputs.each_ref().map(|it| rows(it, place));
                let bias = self.bias.as_ref().map(|bias| rows(bias, place));
                let start = row * tokens * self.apart() + number * head;
                work(Head { tokens, queries, keys, values, bias }, place, start);
            }
        }
    }

    fn shape(&self) -> [usize; 4] {
        self.inputs[0].shape().dims()
    }
}

/// A tensor whose last dimension lies together.
pub fn in_rows(tensor: FlexTensor) -> FlexTensor {
    let strides = tensor.layout().strides();
    let lies_so = strides.last() == Some(&1) && strides.iter().all(|&stride| stride >= 0);
    if lies_so { tensor } else { tensor.to_contiguous() }
}

/// Those of `[b, heads, s, width]` that are of a row and a head; where there is only one, it is that of all.
pub fn rows(in_rows: &FlexTensor, [row, head]: [usize; 2]) -> Rows<'_> {
    let [b, heads, s, width] = in_rows.shape().dims();
    let layout = in_rows.layout();
    let stride = |dimension: usize| layout.strides()[dimension].unsigned_abs();
    let start = row.min(b - 1) * stride(0) + head.min(heads - 1) * stride(1);
    let apart = if s > 1 { stride(2) } else { 0 };
    Rows { numbers: &in_rows.storage()[layout.start_offset() + start..], width, apart }
}
