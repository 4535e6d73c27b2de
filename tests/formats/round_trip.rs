//! What is written is read back, up to what each format can hold.

use std::collections::BTreeMap;

use proptest::prelude::*;
use reward_studio::data::write::Writing;
use reward_studio::domain::choice::{Choice, ShownOrder, Strength};
use reward_studio::domain::formats::export::{ExportFormat, ExportOptions, Margin};
use reward_studio::domain::formats::record::{Mark, Record, TokenIds};
use reward_studio::domain::pair::{PairId, Turn};

use crate::reading::read;

/// Any text that a person or a model might write; formulas and marks of formats among it.
fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        4 => "[a-zA-Zäß漢🙂 .,;:'\"\\\\\n\t=+@-]{1,40}",
        1 => prop::sample::select(vec!["=1+1", "'=x", "-5", "Human: hi", "\r\nx", "a\rb", " lead", "trail ", "null", "[\"x\"]", "{}", "1"]).prop_map(str::to_owned),
        1 => any::<String>().prop_map(|text| text.replace('\0', "")),
    ]
}

fn word() -> impl Strategy<Value = String> {
    "[a-z]{1,8}( [a-z]{1,8})?"
}

fn mark(annotator: String) -> impl Strategy<Value = Mark> {
    let strength = prop::option::of(1..=3_u8).prop_map(|of| of.and_then(|of| Strength::try_from(of).ok()));
    (
        prop::sample::select(Choice::ALL.to_vec()),
        strength,
        prop::option::of(0.0..100.0_f32),
        prop::collection::vec(word(), 0..3),
        prop_oneof![Just(String::new()), text()],
        prop::option::of(0..4_102_444_800_000_u64),
        prop::option::of(0..10_000_000_u64),
        prop::option::of(prop::sample::select(vec![ShownOrder::Ab, ShownOrder::Ba])),
    )
        .prop_map(move |(choice, strength, margin, tags, note, at_ms, lead_ms, shown)| Mark {
            annotator: annotator.clone(),
            choice,
            strength,
            margin,
            tags,
            note,
            at_ms,
            lead_ms,
            shown,
        })
}

fn marks() -> impl Strategy<Value = Vec<Mark>> {
    prop_oneof![
        1 => Just(vec![]),
        3 => mark(String::new()).prop_map(|mark| vec![mark]),
        2 => (mark("ann".into()), mark("ben".into()), mark("cleo".into())).prop_map(|(a, b, c)| vec![a, b, c]),
    ]
}

fn prompt() -> impl Strategy<Value = Vec<Turn>> {
    let turn = |role: &'static str| text().prop_map(move |content| Turn { role: role.into(), content });
    prop_oneof![
        3 => turn("user").prop_map(|turn| vec![turn]),
        1 => (turn("user"), turn("assistant"), turn("user")).prop_map(|(a, b, c)| vec![a, b, c]),
        1 => (turn("system"), turn("user")).prop_map(|(a, b)| vec![a, b]),
    ]
}

fn record() -> impl Strategy<Value = Record> {
    let origin = || prop_oneof![Just(String::new()), word()];
    (prompt(), text(), text(), marks(), [origin(), origin(), origin(), origin()])
        .prop_filter("responses differ and are not empty", |(_, a, b, ..)| {
            a != b && !(a.trim().is_empty() && b.trim().is_empty())
        })
        .prop_map(|(turns, a, b, marks, [source, source_a, source_b, subset])| Record {
            marks,
            source,
            source_a,
            source_b,
            subset,
            ..Record::after(turns, a, b)
        })
}

fn written(format: ExportFormat, records: &[Record], options: ExportOptions) -> (Vec<u8>, usize) {
    let mut writing = Writing::begin(format, options).expect("a writer");
    let mut bytes = vec![];
    for piece in records.chunks(2) {
        bytes.extend(writing.take(piece).expect("a piece"));
    }
    let (end, report) = writing.finish().expect("an end");
    bytes.extend(end);
    (bytes, report.left_out.iter().map(|(_, count)| count).sum())
}

/// What comes back of these records; rows of the same pair are one record again.
fn back(format: ExportFormat, records: &[Record], options: ExportOptions) -> Vec<Record> {
    let (bytes, left_out) = written(format, records, options);
    if left_out == records.len() {
        return vec![];
    }
    let read =
        read(bytes.clone()).unwrap_or_else(|fault| panic!("{fault}\n{}", String::from_utf8_lossy(&bytes)));
    assert_eq!(read.refused, [], "{}", String::from_utf8_lossy(&bytes));
    merged(read.records)
}

fn merged(records: Vec<Record>) -> Vec<Record> {
    let mut all: Vec<Record> = vec![];
    let mut place: BTreeMap<PairId, usize> = BTreeMap::new();
    for record in records {
        match place.get(&record.id) {
            Some(&at) => all[at].marks.extend(record.marks),
            None => {
                place.insert(record.id.clone(), all.len());
                all.push(Record { line: 0, ..record });
            }
        }
    }
    all
}

/// No two of them are the same pair.
fn records() -> impl Strategy<Value = Vec<Record>> {
    prop::collection::vec(record(), 1..6).prop_map(|all| {
        let mut known = std::collections::BTreeSet::new();
        all.into_iter().filter(|record| known.insert(record.id.clone())).collect()
    })
}

/// The texts alone.
fn bare(record: &Record) -> Record {
    let Record { id, prompt, turns, response_a, response_b, .. } = record.clone();
    Record { id, prompt, turns, ..Record::new("", response_a, response_b) }
}

/// The preferred response first, and nothing of the label but that.
fn preferred(record: &Record) -> Option<Record> {
    let (chosen, rejected, _) = record.preference()?;
    let turns = record.turns.clone();
    Some(Record { turns, ..Record::new(record.prompt.clone(), chosen, rejected) }.marked(Choice::A))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 150, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn our_lines_and_tables_hold_everything(records in records()) {
        for format in [ExportFormat::Pairs, ExportFormat::Csv, ExportFormat::Parquet] {
            prop_assert_eq!(&back(format, &records, ExportOptions::default()), &records, "{:?}", format);
        }
    }

    #[test]
    fn label_studio_holds_all_but_the_sides_shown(records in records()) {
        let held: Vec<Record> = records.iter().cloned().map(|mut record| {
            record.marks.iter_mut().for_each(|mark| mark.shown = None);
            record
        }).collect();
        prop_assert_eq!(back(ExportFormat::LabelStudio, &records, ExportOptions::default()), held);
    }

    #[test]
    fn argilla_holds_choices_strengths_and_notes_of_everybody(records in records()) {
        let held: Vec<Record> = records.iter().cloned().map(|mut record| {
            for mark in &mut record.marks {
                let Mark { annotator, choice, strength, note, .. } = mark.clone();
                *mark = Mark { annotator, strength, note, ..choice.into() };
            }
            record
        }).collect();
        prop_assert_eq!(back(ExportFormat::Argilla, &records, ExportOptions::default()), held);
    }

    #[test]
    fn trl_holds_preferences_and_their_margins(records in records()) {
        let options = ExportOptions { margin: Margin::With };
        let with_margin = |record: &Record| {
            let mut held = preferred(record)?;
            let (.., mark) = record.preference()?;
            let strength = mark.strength.map(|of| f32::from(of.get()));
            held.marks[0].margin = Some(mark.margin.or(strength).unwrap_or(0.0));
            Some(held)
        };
        let held: Vec<Record> = records.iter().filter_map(with_margin).collect();
        prop_assert_eq!(back(ExportFormat::TrlConversational, &records, options), held.clone());
        prop_assert_eq!(back(ExportFormat::TrlConversationalImplicit, &records, options), held.clone());
        // Texts have no turns.
        let plain: Vec<Record> = held.into_iter().map(|record| Record { turns: vec![], ..record }).collect();
        prop_assert_eq!(back(ExportFormat::Trl, &records, options), plain);
    }

    #[test]
    fn an_implicit_prompt_keeps_the_whole_texts(records in records()) {
        let whole = |record: &Record| [&record.response_a, &record.response_b].map(|response| format!("{}{response}", record.prompt));
        let held: Vec<_> = records.iter().filter_map(preferred).map(|record| whole(&record)).collect();
        let back = back(ExportFormat::TrlImplicit, &records, ExportOptions::default());
        prop_assert_eq!(back.iter().map(whole).collect::<Vec<_>>(), held);
    }

    #[test]
    fn anthropic_transcripts_hold_preferences_between_two_speakers(records in records()) {
        let speaks = |record: &Record| record.turns.iter().all(|turn| turn.role != "system");
        let held: Vec<Record> = records.iter().filter(|record| speaks(record)).filter_map(preferred).collect();
        prop_assert_eq!(back(ExportFormat::Hh, &records, ExportOptions::default()), held);
    }

    #[test]
    fn helpsteer_holds_preferences_by_strength_and_ties(records in records()) {
        let on_scale = |record: &Record| {
            let mark = record.verdict()?;
            let strength = mark.choice.preferred().map(|_| mark.strength.unwrap_or(Strength::ALL[1]));
            matches!(mark.choice, Choice::A | Choice::B | Choice::Tie)
                .then(|| Record { marks: vec![Mark { strength, ..mark.choice.into() }], ..bare(record) })
        };
        let held: Vec<Record> = records.iter().filter_map(on_scale).collect();
        let plain: Vec<Record> = held.iter().cloned().map(|record| Record { turns: vec![], ..record }).collect();
        prop_assert_eq!(back(ExportFormat::HelpSteer2, &records, ExportOptions::default()), plain);
        let three: Vec<Record> = back(ExportFormat::HelpSteer3, &records, ExportOptions::default());
        prop_assert_eq!(three.iter().map(|record| Record { subset: String::new(), ..record.clone() }).collect::<Vec<_>>(), held);
    }

    #[test]
    fn the_count_before_writing_is_the_count_after(mut records in records()) {
        // As the page does before it writes token ids.
        for record in &mut records {
            record.token_ids = Some(TokenIds { a: vec![1], b: vec![2] });
        }
        for format in ExportFormat::ALL {
            let answer = |record: &Record| record.verdict().map(|mark| mark.choice);
            let expected = records.iter().filter(|record| format.lacks(answer(record)).is_some()).count();
            let (_, left_out) = written(format, &records, ExportOptions::default());
            // Transcripts also leave out what their marks cannot divide.
            prop_assert!(left_out == expected || (format == ExportFormat::Hh && left_out > expected), "{:?}", format);
        }
    }
}
