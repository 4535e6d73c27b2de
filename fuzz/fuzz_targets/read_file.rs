//! Any bytes, taken for a file: recognised, previewed and read to the end, or refused; never a panic.

#![no_main]

use libfuzzer_sys::fuzz_target;
use reward_studio::data::container::Packed;
use reward_studio::data::read::Reading;
use reward_studio::data::sniff::sniff;
use reward_studio::data::source::Source;

/// What the library of Parquet panics at is caught, `data::parquet` says why. cargo-fuzz ends at any panic, and is told to
/// end only at those that nobody catches.
fn end_at_uncaught_panics_only() {
    std::panic::set_hook(Box::new(|panic| eprintln!("{panic}")));
}

fuzz_target!(init: end_at_uncaught_panics_only(), |bytes: &[u8]| {
    let Ok(file) = Packed::of(Source::new(bytes.to_vec())) else { return };
    let Ok(sniffed) = sniff(&file, None) else { return };
    let Ok(mut reading) = Reading::begin(&file, &sniffed.mapping) else { return };
    while let Some(batch) = reading.next_batch() {
        assert!(batch.records.iter().all(|record| record.response_a != record.response_b));
    }
});
