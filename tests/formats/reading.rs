//! A file in memory, read to its end.

use reward_studio::data::container::Packed;
use reward_studio::data::read::Reading;
use reward_studio::data::sniff::sniff;
use reward_studio::data::source::Source;
use reward_studio::domain::formats::Refused;
use reward_studio::domain::formats::mapping::{FormatId, Mapping};
use reward_studio::domain::formats::record::Record;
use reward_studio::protocol::Fault;
use reward_studio::protocol::data::ReadReport;

/// What came of a file.
#[derive(Debug)]
pub struct Read {
    pub format: FormatId,
    pub records: Vec<Record>,
    pub refused: Vec<Refused>,
    pub report: ReadReport,
}

/// Read these bytes as what they look like.
pub fn read(bytes: impl Into<Vec<u8>>) -> Result<Read, Fault> {
    let file = Packed::of(Source::new(bytes.into()))?;
    let sniffed = sniff(&file, None)?;
    read_as(&file, &sniffed.mapping)
}

/// Read a file in this way.
pub fn read_as(file: &Packed, mapping: &Mapping) -> Result<Read, Fault> {
    let mut reading = Reading::begin(file, mapping)?;
    let (mut records, mut refused) = (vec![], vec![]);
    while let Some(batch) = reading.next_batch() {
        records.extend(batch.records);
        refused.extend(batch.refused);
    }
    Ok(Read { format: mapping.format, records, refused, report: reading.report().clone() })
}

/// The repository's root.
pub fn repository() -> &'static std::path::Path {
    std::path::Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The bytes of a sample file.
pub fn sample(name: &str) -> Vec<u8> {
    let path = repository().join("tests/fixtures/formats").join(name);
    std::fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}
