//! Safetensors, read tensor by tensor.

use half::{bf16, f16};
use safetensors::tensor::{Dtype, Metadata, TensorInfo};

use crate::engine::ports::ByteSource;
use crate::model::words::Numbers;
use crate::protocol::Fault;
use crate::protocol::error::FaultKind;

/// The header's own limit in the safetensors format.
const LONGEST_HEADER: u64 = 100_000_000;

/// Bytes read at once; whole numbers.
const PIECE: u64 = 4 << 20;

/// A checkpoint's tensors, in one file or in several.
pub struct TensorFile<S> {
    parts: Vec<Part<S>>,
}

/// An open file whose header has been read and checked.
struct Part<S> {
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
        Ok(Self { parts: vec![Part::open(source).await?] })
    }

    /// Read the headers of all the files that the tensors are spread over.
    ///
    /// # Errors
    /// As [`TensorFile::open`].
    pub async fn open_all(sources: Vec<S>) -> Result<Self, Fault> {
        let mut parts = Vec::with_capacity(sources.len());
        for source in sources {
            parts.push(Part::open(source).await?);
        }
        Ok(Self { parts })
    }

    /// Whether there is a tensor of this name.
    pub fn has(&self, name: &str) -> bool {
        self.find(name).is_some()
    }

    /// The shape of the tensor of this name, if there is one.
    pub fn shape(&self, name: &str) -> Option<&[usize]> {
        self.find(name).map(|(_, info)| info.shape.as_slice())
    }

    fn find(&self, name: &str) -> Option<(&Part<S>, &TensorInfo)> {
        self.parts.iter().find_map(|part| Some((part, part.header.info(name)?)))
    }

    /// Every tensor's name.
    pub fn names(&self) -> impl Iterator<Item = String> {
        self.parts.iter().flat_map(|part| part.header.offset_keys())
    }

    /// Look for a tensor without reading it.
    ///
    /// # Errors
    /// `FaultKind::Backbone` if it is missing, of another shape or type, or its numbers are not all there.
    pub fn check(&self, name: &str, shape: &[usize]) -> Result<(), Fault> {
        self.usable(name, shape).map(|_| ())
    }

    fn usable(&self, name: &str, shape: &[usize]) -> Result<(&Part<S>, &TensorInfo, Number), Fault> {
        let (part, info) = self.find(name).ok_or_else(|| unusable(&format!("has no tensor {name}")))?;
        if info.shape != shape {
            return Err(unusable(&format!(
                "has a tensor {name} of shape {:?}, where its config.json asks for {shape:?}",
                info.shape
            )));
        }
        let number = Number::of(info.dtype).ok_or_else(|| {
            unusable(&format!("has a tensor {name} of type {:?}, and F32, F16 and BF16 are read", info.dtype))
        })?;
        let (start, end) = info.data_offsets;
        if end - start != number.bytes() * shape.iter().product::<usize>() {
            return Err(unusable(&format!("has a tensor {name} that is cut short")));
        }
        Ok((part, info, number))
    }

    /// A tensor's values, row-major.
    ///
    /// # Errors
    /// As [`TensorFile::check`], or if it holds a number that is not finite.
    pub async fn tensor(&self, name: &str, shape: &[usize]) -> Result<Vec<f32>, Fault> {
        let (_, _, number) = self.usable(name, shape)?;
        self.read(name, shape, |bytes, values| number.read(bytes, values), |value| value.is_finite()).await
    }

    /// The same in the file's own type.
    ///
    /// # Errors
    /// As [`TensorFile::tensor`].
    pub async fn numbers(&self, name: &str, shape: &[usize]) -> Result<Numbers, Fault> {
        let (_, _, number) = self.usable(name, shape)?;
        Ok(match number {
            Number::F32 => Numbers::F32(self.tensor(name, shape).await?),
            Number::F16 => {
                let read =
                    |bytes: &[u8], values: &mut Vec<_>| values.extend(pairs(bytes).map(f16::from_le_bytes));
                Numbers::F16(self.read(name, shape, read, |value| value.is_finite()).await?)
            }
            Number::BF16 => {
                let read =
                    |bytes: &[u8], values: &mut Vec<_>| values.extend(pairs(bytes).map(bf16::from_le_bytes));
                Numbers::BF16(self.read(name, shape, read, |value| value.is_finite()).await?)
            }
        })
    }

    async fn read<T>(
        &self,
        name: &str,
        shape: &[usize],
        read: impl Fn(&[u8], &mut Vec<T>),
        is_finite: impl Fn(&T) -> bool,
    ) -> Result<Vec<T>, Fault> {
        let (part, info, _) = self.usable(name, shape)?;
        let count = shape.iter().product::<usize>();
        let (start, end) = info.data_offsets;
        // In pieces: a large tensor must not lie in memory as bytes and as numbers at once.
        let mut values = Vec::with_capacity(count);
        let (mut at, end) = (part.data_start + start as u64, part.data_start + end as u64);
        while at < end {
            let next = (at + PIECE).min(end);
            read(&part.source.read(at..next).await?, &mut values);
            at = next;
        }
        if values.len() != count {
            return Err(unusable(&format!("has a tensor {name} that is cut short")));
        }
        if !values.iter().all(is_finite) {
            return Err(unusable(&format!("has a tensor {name} with a value that is no finite number")));
        }
        Ok(values)
    }
}

impl<S: ByteSource> Part<S> {
    async fn open(source: S) -> Result<Self, Fault> {
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
}

/// What a tensor's numbers are written as.
#[derive(Clone, Copy)]
enum Number {
    F32,
    F16,
    BF16,
}

impl Number {
    fn of(dtype: Dtype) -> Option<Self> {
        [(Dtype::F32, Number::F32), (Dtype::F16, Number::F16), (Dtype::BF16, Number::BF16)]
            .into_iter()
            .find_map(|(known, number)| (known == dtype).then_some(number))
    }

    fn bytes(self) -> usize {
        match self {
            Number::F32 => 4,
            Number::F16 | Number::BF16 => 2,
        }
    }

    /// Little-endian bytes, a whole number of numbers.
    fn read(self, bytes: &[u8], values: &mut Vec<f32>) {
        match self {
            Number::F32 => values.extend(floats(bytes)),
            Number::F16 => values.extend(pairs(bytes).map(|pair| f16::from_le_bytes(pair).to_f32())),
            Number::BF16 => values.extend(pairs(bytes).map(|pair| bf16::from_le_bytes(pair).to_f32())),
        }
    }
}

fn pairs(bytes: &[u8]) -> impl Iterator<Item = [u8; 2]> {
    bytes.as_chunks::<2>().0.iter().copied()
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

#[cfg(test)]
mod tests {
    use std::ops::Range;

    use futures::executor::block_on;
    use safetensors::tensor::TensorView;

    use super::*;
    use crate::model::words::Words;

    struct Bytes(Vec<u8>);

    impl ByteSource for Bytes {
        fn size(&self) -> u64 {
            self.0.len() as u64
        }

        async fn read(&self, range: Range<u64>) -> Result<Vec<u8>, Fault> {
            Ok(self.0[range.start as usize..range.end as usize].to_vec())
        }
    }

    fn bytes(name: &str, dtype: Dtype, data: &[u8]) -> Bytes {
        let count = data.len() * 8 / dtype.bitsize();
        let view = TensorView::new(dtype, vec![count], data).expect("a tensor");
        Bytes(safetensors::serialize([(name, view)], None).expect("a file"))
    }

    fn file(dtype: Dtype, data: &[u8]) -> TensorFile<Bytes> {
        block_on(TensorFile::open(bytes("t", dtype, data))).expect("an open file")
    }

    #[test]
    fn tensors_are_found_in_whichever_file_they_are() {
        let of = |name, value: f32| bytes(name, Dtype::F32, &value.to_le_bytes());
        let both = block_on(TensorFile::open_all(vec![of("a", 1.0), of("b", 2.0)])).expect("open files");
        let read = |name| block_on(both.tensor(name, &[1])).map_err(|fault| fault.what);
        assert_eq!((read("a"), read("b")), (Ok(vec![1.0]), Ok(vec![2.0])));
        assert!(read("c").is_err() && !both.has("c") && both.shape("b") == Some(&[1]));
    }

    #[test]
    fn half_numbers_are_read_as_whole_ones() {
        let values = [1.0f32, -0.5, 0.1, 65_000.0];
        let halves: Vec<u8> = values.iter().flat_map(|&x| f16::from_f32(x).to_le_bytes()).collect();
        let brains: Vec<u8> = values.iter().flat_map(|&x| bf16::from_f32(x).to_le_bytes()).collect();
        for (dtype, data, precision) in [(Dtype::F16, halves, 1e-3), (Dtype::BF16, brains, 4e-3)] {
            let read = block_on(file(dtype, &data).tensor("t", &[4])).expect("numbers");
            for (read, value) in read.iter().zip(values) {
                assert!((read - value).abs() <= precision * value.abs(), "{dtype:?}: {read}, {value}");
            }
            let own = block_on(file(dtype, &data).numbers("t", &[4])).expect("numbers");
            let mut words = vec![];
            Words::new(own, 2).look_up(&[0, 1], &mut words);
            assert_eq!(words, read);
        }
    }

    #[test]
    fn numbers_of_other_kinds_and_none_at_all_are_named() {
        let whole = block_on(file(Dtype::I32, &[0; 8]).tensor("t", &[2])).expect_err("no floats");
        assert!(whole.what.contains("t of type I32"), "{whole:?}");
        let endless = f16::INFINITY.to_le_bytes();
        let endless = block_on(file(Dtype::F16, &endless).tensor("t", &[1])).expect_err("infinite");
        assert!(endless.what.contains("no finite number"), "{endless:?}");
        assert!(block_on(file(Dtype::F32, &[0; 4]).tensor("u", &[1])).is_err());
    }
}
