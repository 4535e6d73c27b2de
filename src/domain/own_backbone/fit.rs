//! Whether a backbone can fit into a tab at all: said only where it is certain that it cannot.
//!
//! The engine's memory is WebAssembly's, of 32-bit addresses. The word embedding has to be there whole, in the numbers of
//! its file (`model/words`: on no device, so no device's limit bars it); blocks are loaded only as deep as they are used,
//! as f32. Everything else that needs memory is left out, so what is said not to fit here does not.

use super::Complaint;
use super::shape::Shape;

/// All the memory that 32-bit addresses reach.
const TAB_BYTES: u64 = 4 << 30;

/// How many of its blocks fit at most, for weights of this size in their files.
///
/// # Errors
/// If not even one does.
pub fn blocks_that_fit(shape: &Shape, weights_bytes: u64) -> Result<u8, Complaint> {
    let bytes_each = u64::from(shape.bytes_each.max(1));
    let embedding = shape.vocabulary.saturating_mul(u64::from(shape.hidden)).saturating_mul(bytes_each);
    // A language model may have a second table, from vectors back to words, which is not loaded.
    let blocks = weights_bytes.saturating_sub(embedding.saturating_mul(2)).saturating_mul(4) / bytes_each;
    let block = blocks / u64::from(shape.layers.max(1));
    let room = TAB_BYTES.saturating_sub(embedding);
    let fit = room.checked_div(block).unwrap_or(u64::from(u8::MAX)).min(u64::from(shape.layers));
    if embedding < TAB_BYTES && fit > 0 {
        return Ok(fit as u8);
    }
    let billions = |bytes: u64| format!("{:.1} GB", bytes as f64 / 1e9);
    Err(Complaint::new(
        format!(
            "It does not fit: its word embedding alone takes {} in memory and each of its {} blocks {}, and a tab has \
             4.3 GB at most.",
            billions(embedding),
            shape.layers,
            billions(block)
        ),
        "Choose a smaller model: up to some hundred million parameters is what a browser is good for.",
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shape(hidden: u16, layers: u8, vocabulary: u64, bytes_each: u8) -> Shape {
        Shape { family: "llama".into(), hidden, layers, vocabulary, matrix_bytes: 0, bytes_each }
    }

    #[test]
    fn what_is_small_fits_whole() {
        assert_eq!(blocks_that_fit(&shape(384, 6, 30_522, 4), 90_868_376), Ok(6));
        assert_eq!(blocks_that_fit(&shape(1024, 28, 151_936, 2), 1_192_135_096), Ok(28));
    }

    #[test]
    fn of_a_large_one_so_many_blocks_fit() {
        // Seven billion parameters in bf16: a block is 0.8 GB in f32, and the embedding, in bf16, a third of one.
        let fit = blocks_that_fit(&shape(4096, 32, 32_000, 2), 13_476_835_328);
        assert_eq!(fit, Ok(4));
    }

    #[test]
    fn a_table_takes_what_it_takes_in_its_file() {
        // A vocabulary of a million, 1,024 wide, and two blocks of a quarter of that: as f32 they would be 4.3 GB by
        // themselves.
        let table = 1_048_576 * 1024;
        assert_eq!(blocks_that_fit(&shape(1024, 2, 1_048_576, 2), 2 * (2 * table + table / 2)), Ok(2));
        assert!(blocks_that_fit(&shape(1024, 2, 1_048_576, 4), 4 * (2 * table + table / 2)).is_err());
    }

    #[test]
    fn a_table_that_is_larger_than_memory_never_fits() {
        let complaint =
            blocks_that_fit(&shape(8192, 80, 256_000, 4), 280_000_000_000).expect_err("too large");
        assert!(complaint.what.contains("8.4 GB"), "{}", complaint.what);
        assert!(blocks_that_fit(&shape(1024, 1, 1_000, 4), u64::MAX).is_err());
    }
}
