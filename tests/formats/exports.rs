//! Files for the Python tests: every export of the same few pairs, and of every shape in which prompts come.

use std::path::PathBuf;

use reward_studio::data::write::Writing;
use reward_studio::domain::choice::{Choice, Strength};
use reward_studio::domain::formats::export::{ExportFormat, ExportOptions, Margin};
use reward_studio::domain::formats::record::Record;
use reward_studio::domain::pair::Turn;

use crate::reading::{read, repository, sample};

fn records() -> Vec<Record> {
    let turn = |role: &str, content: &str| Turn { role: role.into(), content: content.into() };
    let talk = vec![turn("user", "Hello"), turn("assistant", "Hi."), turn("user", "Name a fruit, please.")];
    let mut strong =
        Record::new("Which colour has the sky?", "Green.", "Blue 🌌, says \"everybody\".").marked(Choice::B);
    strong.marks[0].strength = Strength::try_from(3).ok();
    vec![
        strong,
        Record::after(talk, "A pear.", "There are many.\nToo many.").marked(Choice::A),
        Record::new("Two and two?", "Four.", "4").marked(Choice::Tie),
        Record::new("=1+1", "-2", "+2").marked(Choice::A),
        Record::new("Three and three?", "Six.", "6"),
    ]
}

/// Each file is named after its format and whether it has margins.
#[test]
fn python_finds_a_file_of_every_format() {
    let folder = std::env::var_os("REWARD_STUDIO_EXPORTS")
        .map_or_else(|| repository().join("target/exports"), PathBuf::from);
    let folder = folder.join("formats");
    std::fs::create_dir_all(&folder).unwrap();
    for format in ExportFormat::ALL {
        for (margin, ending) in [(Margin::Without, ""), (Margin::With, "-margin")] {
            let mut writing = Writing::begin(format, ExportOptions { margin }).unwrap();
            let mut bytes = writing.take(&records()).unwrap();
            let (end, report) = writing.finish().unwrap();
            bytes.extend(end);
            let left_out: usize = report.left_out.iter().map(|(_, count)| count).sum();
            assert_eq!(report.rows + left_out, records().len(), "{format:?}");
            let kind = format.file_name().rsplit('.').next().unwrap();
            std::fs::write(folder.join(format!("{}{ending}.{kind}", format.word())), bytes).unwrap();
        }
    }
    // How we part implicit prompts, beside which Python puts how TRL does.
    for name in ["hh.jsonl", "trl_implicit.jsonl", "trl_conversational_implicit.jsonl"] {
        let parted: Vec<_> = read(sample(name))
            .unwrap()
            .records
            .iter()
            .map(|record| {
                serde_json::json!([record.prompt, record.response_a, record.response_b]).to_string()
            })
            .collect();
        std::fs::write(folder.join(format!("parted-{name}")), parted.join("\n")).unwrap();
    }
}
