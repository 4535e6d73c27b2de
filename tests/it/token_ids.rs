//! Token ids out: the engine makes them as it makes features, and TRL's pre-tokenised rows hold them (Python reads
//! the file that this leaves).

use std::path::PathBuf;

use reward_studio::domain::choice::Choice;
use reward_studio::domain::device::DeviceKind;
use reward_studio::domain::formats::export::{ExportFormat, ExportOptions, Lacking};
use reward_studio::domain::formats::record::Record;
use reward_studio::domain::formats::write;
use reward_studio::protocol::{Command, Event, RequestId};

use crate::browserless::{Session, repository};

#[test]
fn token_ids_stand_on_the_side_that_was_preferred() {
    let mut records = [
        Record::new("Which colour has the sky?", "Green.", "Blue 🌌, of course!").marked(Choice::B),
        Record::new("", "Wörd für Wörd", "x").marked(Choice::A),
        Record::new("Two and two?", "Four.", "4").marked(Choice::Tie),
    ];
    let texts =
        records.iter().map(|it| [it.prompt.clone(), it.response_a.clone(), it.response_b.clone()]).collect();
    let mut session = Session::open(true, DeviceKind::Cpu, 0);
    let events = session.ask(Command::Tokenise { request: RequestId(1), texts });
    let ids = events
        .into_iter()
        .find_map(|event| if let Event::Tokenised { ids, .. } = event { Some(ids) } else { None })
        .expect("token ids");
    for (record, ids) in records.iter_mut().zip(ids) {
        record.token_ids = Some(ids);
    }
    let row = |record: &Record| write(ExportFormat::TrlTokenised, record, ExportOptions::default());
    let first = row(&records[0]).unwrap();
    let sides = records[0].token_ids.clone().unwrap();
    assert_eq!(first["chosen_ids"], serde_json::json!(sides.b));
    assert_eq!(first["rejected_ids"], serde_json::json!(sides.a));
    assert_eq!(row(&records[2]), Err(Lacking::Answer(Choice::Tie)));
    assert_eq!(row(&Record { token_ids: None, ..records[1].clone() }), Err(Lacking::TokenIds));

    let folder = std::env::var_os("REWARD_STUDIO_EXPORTS")
        .map_or_else(|| repository().join("target/exports"), PathBuf::from)
        .join("formats");
    std::fs::create_dir_all(&folder).unwrap();
    let lines: Vec<String> = records[..2].iter().map(|record| row(record).unwrap().to_string()).collect();
    std::fs::write(folder.join("tiny-token-ids.jsonl"), lines.join("\n")).unwrap();
}
