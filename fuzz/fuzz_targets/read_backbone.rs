//! Any bytes, as everything that is read of a backbone before its weights are: a listing, an index, a configuration, a
//! tokenizer, an archive's directory.

#![no_main]

use libfuzzer_sys::fuzz_target;
use reward_studio::domain::own_backbone::hub::{HubName, about, tree};
use reward_studio::domain::own_backbone::{archive, fit, listing, shape};

fuzz_target!(|bytes: &[u8]| {
    let listed = tree(bytes).unwrap_or_default();
    let _ = (listing::weights(&listed), listing::shards(bytes, &listed), about(bytes));
    if let Ok(shape) = shape::shape(bytes) {
        let _ = (shape::check_tokenizer(bytes, &shape), fit::blocks_that_fit(&shape, bytes.len() as u64));
    }
    let text = String::from_utf8_lossy(bytes);
    let _ = (HubName::read(&text), listing::licence(&text));
    let Ok(place) = archive::directory(bytes, 0) else { return };
    let directory = &bytes[place.start as usize..place.end as usize];
    for packed in archive::files(directory).unwrap_or_default() {
        let header = bytes.get(packed.header_at as usize..).unwrap_or_default();
        let _ = archive::place(&packed, header);
    }
});
