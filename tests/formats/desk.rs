//! The data worker's desk, spoken to as the page speaks to it.

use reward_studio::data::desk::Desk;
use reward_studio::data::source::Source;
use reward_studio::domain::choice::Choice;
use reward_studio::domain::formats::export::{ExportFormat, ExportOptions, Lacking};
use reward_studio::domain::formats::mapping::{Columns, FormatId, LabelFrom, Mapping};
use reward_studio::domain::formats::record::Record;
use reward_studio::protocol::BUILD_ID;
use reward_studio::protocol::data::{
    Batch, Certainty, Container, DataCommand, DataEvent, ExportId, FileId, Sniffed,
};

use crate::reading::sample;

const FILE: FileId = FileId(1);

fn open(desk: &mut Desk, bytes: impl Into<Vec<u8>>) -> Sniffed {
    let open = DataCommand::Open { file: FILE, name: "file".into() };
    match desk.hear(open, Some(Source::new(bytes.into()))).as_slice() {
        [DataEvent::Sniffed { file: FILE, sniffed }] => sniffed.clone(),
        other => panic!("{other:?}"),
    }
}

fn many(rows: usize) -> String {
    (0..rows).map(|row| format!("{{\"prompt\":\"{row}\",\"chosen\":\"a\",\"rejected\":\"b\"}}\n")).collect()
}

#[test]
fn greeted_by_its_own_build_it_serves_and_by_another_it_does_not() {
    let mut desk = Desk::default();
    let hello = |build: &str| DataCommand::Hello { build: build.into() };
    let ours = vec![DataEvent::Hello { build: BUILD_ID.into() }];
    assert_eq!(desk.hear(hello(BUILD_ID), None), ours);
    assert_eq!(desk.hear(hello("another"), None), ours);
    assert_eq!(
        desk.hear(DataCommand::Open { file: FILE, name: "file".into() }, Some(Source::new(vec![1]))),
        []
    );
}

#[test]
fn a_file_is_shown_before_it_is_read() {
    let mut desk = Desk::default();
    let sniffed = open(&mut desk, sample("hh.jsonl.gz"));
    assert_eq!((sniffed.mapping.format, sniffed.certainty), (FormatId::Hh, Certainty::Sure));
    assert_eq!((sniffed.container, sniffed.gzip, sniffed.rows), (Container::JsonLines, true, 4));
    assert_eq!(sniffed.preview.len(), 4);

    let sniffed = open(&mut desk, many(100));
    assert_eq!(sniffed.preview.len(), Sniffed::SHOWN);
    let names: Vec<&str> = sniffed.columns.iter().map(|column| column.name.as_str()).collect();
    assert_eq!(names, ["chosen", "prompt", "rejected"]);
}

#[test]
fn columns_are_guessed_and_can_be_chosen_by_hand() {
    let mut desk = Desk::default();
    let table = "ask,left side,right side,who won\nOne?,1,eins,l\nTwo?,2,zwei,r\n";
    let sniffed = open(&mut desk, table);
    assert_eq!((sniffed.mapping.format, sniffed.certainty), (FormatId::Table, Certainty::Unknown));
    assert_eq!(sniffed.refused.len(), 2);
    assert_eq!(sniffed.columns[3].words, ["l", "r"]);

    let name = |name: &str| Some(name.to_owned());
    let mapping = Mapping {
        format: FormatId::Table,
        columns: Columns {
            prompt: name("ask"),
            a: name("left side"),
            b: name("right side"),
            label: LabelFrom::Column {
                name: "who won".into(),
                words: vec![("l".into(), Choice::A), ("r".into(), Choice::B)],
            },
            ..Columns::default()
        },
    };
    match desk.hear(DataCommand::Preview { file: FILE, mapping: mapping.clone() }, None).as_slice() {
        [DataEvent::Sniffed { sniffed, .. }] => {
            let said: Vec<_> = sniffed.preview.iter().map(|record| record.marks[0].choice).collect();
            assert_eq!((said, sniffed.mapping == mapping), (vec![Choice::A, Choice::B], true));
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn batches_come_one_for_each_that_was_asked_for() {
    let mut desk = Desk::default();
    let mapping = open(&mut desk, many(1200)).mapping;
    let mut events = desk.hear(DataCommand::Read { file: FILE, mapping }, None);
    let mut sizes = vec![];
    let report = loop {
        match events.as_slice() {
            [DataEvent::Batch { batch, .. }] => {
                sizes.push((batch.records.len(), batch.rows));
                assert!(batch.bytes_done <= batch.bytes_total);
            }
            [DataEvent::Done { report, .. }] => break report.clone(),
            other => panic!("{other:?}"),
        }
        events = desk.hear(DataCommand::More { file: FILE }, None);
    };
    assert_eq!(sizes, [(Batch::RECORDS, 500), (500, 1000), (200, 1200)]);
    assert_eq!((report.rows, report.records, report.refused, report.cut_short), (1200, 1200, 0, None));
    assert_eq!(desk.hear(DataCommand::More { file: FILE }, None), []);
}

#[test]
fn a_closed_file_is_read_no_further() {
    let mut desk = Desk::default();
    let mapping = open(&mut desk, many(1200)).mapping;
    desk.hear(DataCommand::Read { file: FILE, mapping: mapping.clone() }, None);
    assert_eq!(desk.hear(DataCommand::Close { file: FILE }, None), []);
    assert_eq!(desk.hear(DataCommand::More { file: FILE }, None), []);
    assert!(matches!(
        desk.hear(DataCommand::Read { file: FILE, mapping }, None).as_slice(),
        [DataEvent::Failed { .. }]
    ));
}

#[test]
fn a_file_is_written_in_pieces_and_what_it_lacks_is_counted() {
    let mut desk = Desk::default();
    let export = ExportId(5);
    let records = vec![
        Record::new("p", "a", "b").marked(Choice::B),
        Record::new("q", "a", "b").marked(Choice::Tie),
        Record::new("r", "a", "b"),
        Record::new("s", "a", "b").marked(Choice::Tie),
    ];
    desk.hear(
        DataCommand::Write { export, format: ExportFormat::Trl, options: ExportOptions::default() },
        None,
    );
    let events = desk.hear(DataCommand::Take { export, records, last: true }, None);
    let [DataEvent::Written { bytes, .. }, DataEvent::Written { .. }, DataEvent::WriteDone { contents, .. }] =
        events.as_slice()
    else {
        panic!("{events:?}")
    };
    assert_eq!(
        std::str::from_utf8(bytes).unwrap(),
        "{\"chosen\":\"b\",\"prompt\":\"p\",\"rejected\":\"a\"}\n"
    );
    assert_eq!(contents.rows, 1);
    assert_eq!(contents.left_out, [(Lacking::Answer(Choice::Tie), 2), (Lacking::NoAnswer, 1)]);
}
