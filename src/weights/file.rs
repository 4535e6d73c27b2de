//! One safetensors file, read tensor by tensor.

use safetensors::tensor::{Dtype, Metadata};

use crate::engine::ports::ByteSource;
use crate::protocol::Fault;
use crate::protocol::error::FaultKind;

/// The header's own limit in the safetensors format.
const LONGEST_HEADER: u64 = 100_000_000;

/// Bytes read at once; whole numbers.
const PIECE: u64 = 4 << 20;

/// An open file whose header has been read and checked.
pub struct TensorFile<S> {
    source: S,
    header: Metadata,
    data_start: u64,
}

impl<S: ByteSource> TensorFile<S> {
    /// Read the header.
    ///
    /// # Errors
    /// `FaultKind::Backbone` if this is not a whole safetensors file.
    pub async fn open(source: S) -> Result<Self, Fault> {
        let size = source.size();
        if size < 8 {
            return Err(unusable("is too short to be a safetensors file"));
        }
        let length = source.read(0..8).await?;
        let length = length.as_slice().try_into().map(u64::from_le_bytes).unwrap_or(u64::MAX);
        if length > LONGEST_HEADER || length > size - 8 {
            return Err(unusable(
                "is not a safetensors file (its header would be longer than the file may be)",
            ));
        }
        let data_start = 8 + length;
        let header: Metadata = serde_json::from_slice(&source.read(8..data_start).await?)
            .map_err(|error| unusable(&format!("has a header that cannot be read ({error})")))?;
        if data_start + header.data_len() as u64 != size {
            return Err(unusable("is not as long as its header says: the download was cut"));
        }
        Ok(Self { source, header, data_start })
    }

    /// Whether there is a tensor of this name.
    pub fn has(&self, name: &str) -> bool {
        self.header.info(name).is_some()
    }

    /// The shape of the tensor of this name, if there is one.
    pub fn shape(&self, name: &str) -> Option<&[usize]> {
        self.header.info(name).map(|info| info.shape.as_slice())
    }

    /// A tensor's values, row-major.
    ///
    /// # Errors
    /// `FaultKind::Backbone` if it is missing, of another shape or type, or holds a number that is not finite.
    pub async fn tensor(&self, name: &str, shape: &[usize]) -> Result<Vec<f32>, Fault> {
        let info = self.header.info(name).ok_or_else(|| unusable(&format!("has no tensor {name}")))?;
        if info.shape != shape {
            return Err(unusable(&format!(
                "has a tensor {name} of shape {:?}, where its config.json asks for {shape:?}",
                info.shape
            )));
        }
        if info.dtype != Dtype::F32 {
            return Err(unusable(&format!(
                "has a tensor {name} of type {:?}, and only F32 is read",
                info.dtype
            )));
        }
        let count = shape.iter().product::<usize>();
        let (start, end) = info.data_offsets;
        if end - start != 4 * count {
            return Err(unusable(&format!("has a tensor {name} that is cut short")));
        }
        // In pieces: a large tensor must not lie in memory as bytes and as numbers at once.
        let mut values = Vec::with_capacity(count);
        let (mut at, end) = (self.data_start + start as u64, self.data_start + end as u64);
        while at < end {
            let next = (at + PIECE).min(end);
            values.extend(floats(&self.source.read(at..next).await?));
            at = next;
        }
        if values.len() != count {
            return Err(unusable(&format!("has a tensor {name} that is cut short")));
        }
        if values.iter().any(|value| !value.is_finite()) {
            return Err(unusable(&format!("has a tensor {name} with a value that is no finite number")));
        }
        Ok(values)
    }
}

/// Little-endian bytes as numbers.
pub fn floats(bytes: &[u8]) -> impl Iterator<Item = f32> {
    bytes.chunks_exact(4).map(|four| f32::from_le_bytes([four[0], four[1], four[2], four[3]]))
}

fn unusable(what: &str) -> Fault {
    Fault::new(
        FaultKind::Backbone,
        format!("The backbone's weights file {what}."),
        "Load the page again to fetch it anew; if that does not help, the file on the server is broken.",
    )
}
