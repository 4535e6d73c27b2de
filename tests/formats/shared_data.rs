//! Real preference data, where a copy lies beside the repository: as many rows come in as its README counts.

use reward_studio::domain::formats::mapping::FormatId;

use crate::reading::{read, repository};

fn counts(name: &str, format: FormatId, rows: usize, records: usize) {
    let path = repository().join("../shared/data").join(name);
    let Ok(bytes) = std::fs::read(path) else {
        eprintln!("skipped: ../shared/data/{name} is not here");
        return;
    };
    let read = read(bytes).expect("rows");
    assert_eq!(read.format, format, "{name}");
    assert_eq!((read.report.rows, read.records.len()), (rows, records), "{name}: {:?}", read.refused.first());
    assert_eq!(read.records.len() + read.refused.len(), rows, "{name}");
}

#[test]
fn every_row_of_the_shared_data_comes_in() {
    counts("hh_harmless_base_test/train.jsonl", FormatId::Trl, 1708, 1708);
    counts("hh_harmless_base_test/test.jsonl", FormatId::Trl, 600, 600);
    counts("hh_harmless_base_test/raw_transcripts.jsonl", FormatId::Hh, 2312, 2312);
    counts("pandalm/train.jsonl", FormatId::Trl, 507, 507);
    counts("pandalm/test.jsonl", FormatId::Trl, 253, 253);
    counts("pandalm/all_votes.jsonl", FormatId::Pairs, 999, 999);
    counts("llmfao_crowd/train.jsonl", FormatId::Trl, 766, 766);
    counts("llmfao_crowd/test.jsonl", FormatId::Trl, 614, 614);
    counts("llmfao_crowd/all_votes.jsonl", FormatId::Pairs, 2139, 2139);
    counts("format_samples/llamafactory_dpo_en_demo.sharegpt.json", FormatId::ShareGpt, 300, 300);
}
