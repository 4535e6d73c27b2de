//! What is written is read again, exactly; and nothing that is read makes it panic.

use proptest::prelude::*;

use super::*;
use crate::domain::choice::{Choice, ShownOrder, Strength};
use crate::domain::kept_model::made_up::kept;
use crate::domain::log::{Asked, EventId, Given, Label, Purpose};
use crate::domain::pair::{PairId, Turn};

fn a_pair() -> impl Strategy<Value = Pair> {
    let import = prop::option::of(0..3_u64).prop_map(|number| number.map(|number| EventId::new("i", number)));
    (any::<[String; 5]>(), prop::collection::vec(any::<[String; 2]>(), 0..2), "[ab]?", import).prop_map(
        |([prompt, a, b, source_a, source_b], turns, subset, import)| Pair {
            turns: turns.into_iter().map(|[role, content]| Turn { role, content }).collect(),
            source_a,
            source_b,
            subset,
            import,
            ..Pair::new(prompt, a, b, "file \u{0}\u{2028}.jsonl")
        },
    )
}

fn a_label() -> impl Strategy<Value = Label> {
    let strength = prop::option::of(prop::sample::select(Strength::ALL.to_vec()));
    (
        prop::sample::select(Choice::ALL.to_vec()),
        strength,
        prop::option::of(0.0..1e9_f32),
        any::<Vec<String>>(),
        any::<String>(),
    )
        .prop_map(|(choice, strength, margin, tags, note)| Label {
            choice,
            strength,
            margin,
            tags,
            note,
        })
}

fn a_given() -> impl Strategy<Value = Given> {
    let on_page =
        (any::<bool>(), any::<u64>(), any::<bool>()).prop_map(|(first, lead_ms, again)| Given::OnPage {
            shown: if first { ShownOrder::Ab } else { ShownOrder::Ba },
            lead_ms,
            asked: if again { Asked::Repeat } else { Asked::Uncertain },
        });
    let imported = prop::option::of(Just(EventId::new("i", 1))).prop_map(|import| Given::Imported { import });
    prop_oneof![on_page, imported, Just(Given::Adjudicated)]
}

fn an_action(pairs: Vec<PairId>) -> impl Strategy<Value = Action> {
    let event = || (0..9_u64).prop_map(|number| EventId::new("e", number));
    let pair = move || prop::sample::select(pairs.clone());
    let label = (pair(), a_label(), a_given(), prop::option::of(event()))
        .prop_map(|(pair, label, given, supersedes)| Action::Label { pair, label, given, supersedes });
    prop_oneof![
        4 => label,
        1 => event().prop_map(|event| Action::Undo { event }),
        1 => event().prop_map(|event| Action::Redo { event }),
        1 => pair().prop_map(|pair| Action::Delete { pair }),
        1 => any::<(String, u32, u32)>().prop_map(|(name, pairs, labels)| Action::Import { name, pairs, labels }),
        1 => any::<String>().prop_map(|source| Action::Use { source, purpose: Purpose::Test }),
    ]
}

/// Pairs, and a log that is about them and one that nobody has.
fn a_workspace() -> impl Strategy<Value = (Vec<Pair>, Vec<LogEvent>)> {
    prop::collection::vec(a_pair(), 0..4).prop_flat_map(|pairs| {
        let ids: Vec<PairId> =
            pairs.iter().map(|pair| pair.id.clone()).chain([PairId::of("", "unknown", "")]).collect();
        let event = (an_action(ids), any::<u64>(), any::<[String; 2]>(), 1..=LogEvent::VERSION);
        let events = prop::collection::vec(event, 0..8).prop_map(|events| {
            let written = |(number, (action, at_ms, names, v)): (usize, (Action, u64, [String; 2], u8))| {
                let [session, annotator] = names;
                LogEvent { v, id: EventId::new("e", number as u64), at_ms, session, annotator, action }
            };
            events.into_iter().enumerate().map(written).collect::<Vec<_>>()
        });
        (Just(pairs), events)
    })
}

fn written(dataset: &Dataset) -> Vec<Line> {
    let pairs = (0..dataset.places()).flat_map(|place| lines_of_pair(dataset, place));
    pairs.chain(dataset.events().iter().filter_map(|event| line_of_event(dataset, event))).collect()
}

fn taken(lines: &[Line]) -> Dataset {
    let mut dataset = Dataset::default();
    for line in lines {
        match line.clone() {
            Line::Pair(pair) => {
                dataset.add(vec![pair]);
            }
            Line::Label(both) => {
                dataset.read_log([both.1]);
                dataset.add(vec![both.0]);
            }
            Line::Event(event) => dataset.read_log([event]),
            Line::Head { .. } | Line::Setting { .. } | Line::Kept(_) | Line::Model { .. } => {}
        }
    }
    dataset
}

fn everything(dataset: &Dataset) -> (Vec<Pair>, Vec<LogEvent>) {
    let pairs =
        (0..dataset.places()).filter_map(|place| dataset.ever_at(place)).map(|pair| Pair::clone(pair));
    let mut events = dataset.events().to_vec();
    events.sort_by(|a, b| a.id.cmp(&b.id));
    (pairs.collect(), events)
}

proptest! {
    #[test]
    fn what_is_written_is_read_again((pairs, events) in a_workspace()) {
        let mut dataset = Dataset::default();
        dataset.add(pairs);
        dataset.read_log(events);
        let lines = written(&dataset);
        let text: String = lines.iter().cloned().map(|line| write(line).expect("it can be written")).collect();
        prop_assert_eq!(text.matches('\n').count(), lines.len());
        let read_again: Vec<Line> = text.lines().map(|line| read(line).expect("it can be read")).collect();
        prop_assert_eq!(&read_again, &lines);
        prop_assert_eq!(everything(&taken(&read_again)), everything(&dataset));
    }

    #[test]
    fn settings_and_models_are_read_again(name in any::<String>(), value in any::<String>(), bytes in any::<Vec<u8>>()) {
        let model = Box::new(KeptModel { name: name.clone(), ..kept("ab", "cd") });
        let before = Line::Model { of: None, bytes: bytes.clone() };
        let piece = Line::Model { of: Some(model.id.clone()), bytes };
        for line in [Line::Head { pairs: 1, events: 2 }, Line::Setting { name, value }, Line::Kept(model), piece, before] {
            prop_assert_eq!(read(&write(line.clone()).expect("it can be written")), Ok(line));
        }
    }

    #[test]
    fn no_text_makes_it_panic(text in any::<String>()) {
        prop_assert!(read(&text).is_err());
    }
}

#[test]
fn what_is_wrong_with_a_line_is_said() {
    let refused = |text: &str| read(text).expect_err("refused");
    assert!(refused("{}").contains("not a line of a workspace file"));
    assert!(refused(r#"{"v":9}"#).contains("version 9"));
    assert!(refused(r#"{"v":2,"prompt":"p","response_a":"a"}"#).contains("response_b"));
    let foreign = r#"{"v":2,"pair_id":"00","prompt":"p","response_a":"a","response_b":"b"}"#;
    assert!(refused(foreign).contains("pair_id"));
    let of_nobody = r#"{"v":2,"prompt":"p","response_a":"a","response_b":"b","label":"a"}"#;
    assert!(refused(of_nobody).contains("event_id"));
}
