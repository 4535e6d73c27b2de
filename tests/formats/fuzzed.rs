//! Sample files, damaged at random: whatever comes of them, nothing panics and every row is accounted for. `fuzz/` does
//! the same for as long as one likes.

use proptest::prelude::*;
use proptest::test_runner::RngSeed;

use crate::reading::{read, repository, sample};

fn names() -> Vec<String> {
    let folder = std::fs::read_dir(repository().join("tests/fixtures/formats")).expect("samples");
    let mut names: Vec<String> =
        folder.map(|entry| entry.expect("a sample").file_name().into_string().expect("a name")).collect();
    names.sort();
    names
}

fn samples() -> Vec<Vec<u8>> {
    names().iter().map(|name| sample(name)).collect()
}

/// One thing that happens to files.
#[derive(Clone, Debug)]
enum Damage {
    Flip { at: prop::sample::Index, with: u8 },
    Cut { at: prop::sample::Index },
    Drop { from: prop::sample::Index, bytes: usize },
    Repeat { from: prop::sample::Index, bytes: usize },
    Insert { at: prop::sample::Index, what: &'static str },
}

fn damage() -> impl Strategy<Value = Damage> {
    let at = any::<prop::sample::Index>;
    prop_oneof![
        (at(), 1..=255_u8).prop_map(|(at, with)| Damage::Flip { at, with }),
        at().prop_map(|at| Damage::Cut { at }),
        (at(), 1..40_usize).prop_map(|(from, bytes)| Damage::Drop { from, bytes }),
        (at(), 1..200_usize).prop_map(|(from, bytes)| Damage::Repeat { from, bytes }),
        (
            at(),
            prop::sample::select(vec![
                "\"", "\\", "{", "}", "[", "]", "\n", ",", "\0", "\u{feff}", "é", "null", "1e999", "\\ud800"
            ])
        )
            .prop_map(|(at, what)| Damage::Insert { at, what }),
    ]
}

fn damaged(mut bytes: Vec<u8>, all: &[Damage]) -> Vec<u8> {
    for one in all {
        if bytes.is_empty() {
            break;
        }
        let length = bytes.len();
        match one {
            Damage::Flip { at, with } => bytes[at.index(length)] ^= with,
            Damage::Cut { at } => bytes.truncate(at.index(length)),
            Damage::Drop { from, bytes: count } => {
                let from = from.index(length);
                bytes.drain(from..(from + count).min(length));
            }
            Damage::Repeat { from, bytes: count } => {
                let from = from.index(length);
                let copy = bytes[from..(from + count).min(length)].to_vec();
                bytes.splice(from..from, copy);
            }
            Damage::Insert { at, what } => {
                let at = at.index(length);
                bytes.splice(at..at, what.bytes());
            }
        }
    }
    bytes
}

/// The same cases each time, so that a failure is of the change that it comes with; `PROPTEST_RNG_SEED` and
/// `PROPTEST_CASES` ask for others, and for more.
fn cases() -> ProptestConfig {
    let set = ProptestConfig::default();
    let rng_seed = if set.rng_seed == RngSeed::Random { RngSeed::Fixed(1500) } else { set.rng_seed };
    let cases = if set.cases == 256 { 1500 } else { set.cases };
    ProptestConfig { cases, rng_seed, failure_persistence: None, ..set }
}

proptest! {
    #![proptest_config(cases())]

    #[test]
    fn damaged_files_are_read_without_a_panic(
        file in prop::sample::select(samples()),
        all in prop::collection::vec(damage(), 1..6),
    ) {
        if let Ok(read) = read(damaged(file, &all)) {
            prop_assert_eq!(read.report.records, read.records.len());
            prop_assert_eq!(read.report.refused, read.refused.len());
            prop_assert!(read.records.iter().all(|record| record.response_a != record.response_b));
        }
    }

    #[test]
    fn noise_is_read_without_a_panic(noise in prop::collection::vec(any::<u8>(), 0..600), begin in prop::sample::select(vec!["", "{", "[", "[{", "a,b\n", "\u{1f}"])) {
        let file = [begin.as_bytes(), &noise].concat();
        if let Ok(read) = read(file) {
            prop_assert!(read.records.len() <= read.report.rows * 64);
        }
    }
}

/// The reader of Parquet panics at this one: a page names entries of a dictionary that does not come.
#[test]
fn what_a_library_panics_at_is_a_fault() {
    let mut file = sample("snappy.parquet");
    file[420] ^= 255;
    let fault = read(file).expect_err("a damaged file");
    assert!(fault.what.contains("damaged"), "{fault:?}");
}

#[test]
fn every_seed_is_read_as_every_format_and_written_as_every_format() {
    use reward_studio::domain::formats::export::{ExportFormat, ExportOptions, Margin};
    use reward_studio::domain::formats::mapping::{Columns, FormatId};
    use reward_studio::domain::formats::row::Row;
    use reward_studio::domain::formats::{format, write};

    let mut read = 0;
    // What the fuzzer has found there beside its seeds has no ending.
    let folder = std::fs::read_dir(repository().join("fuzz/corpus/read_row")).unwrap();
    let seeds = folder.map(|seed| seed.unwrap().path()).filter(|path| path.extension().is_some());
    for seed in seeds {
        let row: Row = serde_json::from_slice(&std::fs::read(seed).unwrap()).unwrap();
        for id in FormatId::ALL {
            let taken = format(id).records(&[row.clone(), row.clone()], &Columns::default());
            for record in taken.unwrap_or_default().records {
                read += 1;
                for into in ExportFormat::ALL {
                    let _ = write(into, &record, ExportOptions { margin: Margin::With });
                }
            }
        }
    }
    assert!(read > 30, "{read} records came of the seeds");
}

#[test]
fn every_sample_lies_where_the_fuzzer_looks_for_seeds() {
    for name in names() {
        let seed = std::fs::read(repository().join("fuzz/corpus/read_file").join(&name));
        assert_eq!(seed.ok(), Some(sample(&name)), "{name}");
    }
}
