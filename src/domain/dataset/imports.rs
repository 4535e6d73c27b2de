//! What goes when an import is taken back, what stays, and what brings a pair again; and how long each piece of it takes.

use std::time::{Duration, Instant};

use super::{Dataset, Room};
use crate::domain::choice::Choice;
use crate::domain::log::made_up::Writer;
use crate::domain::log::{Action, Given, LogEvent, Purpose};
use crate::domain::pair::Pair;

fn import(writer: &mut Writer, name: &str) -> LogEvent {
    writer.event(Action::Import { name: name.into(), pairs: 1, labels: 1 })
}

fn brought(by: &LogEvent) -> Pair {
    Pair { import: Some(by.id.clone()), ..Pair::new("p", "a", "b", "file") }
}

fn label(writer: &mut Writer, by: &LogEvent, annotator: &str) -> LogEvent {
    let label = writer.given(&brought(by).id, Choice::A, Given::Imported { import: Some(by.id.clone()) });
    LogEvent { annotator: annotator.into(), ..label }
}

#[test]
fn an_import_taken_back_takes_its_pairs_and_labels_but_not_what_was_answered_here() {
    let mut writer = Writer::new("s");
    let brought = writer.event(Action::Import { name: "one.jsonl".into(), pairs: 2, labels: 2 });
    let pairs: Vec<Pair> = ["p", "q"]
        .map(|prompt| Pair { import: Some(brought.id.clone()), ..Pair::new(prompt, "a", "b", "one.jsonl") })
        .into();
    let given = || Given::Imported { import: Some(brought.id.clone()) };
    let labels = [0, 1].map(|place| writer.given(&pairs[place].id, Choice::A, given()));
    let here = writer.label(&pairs[1].id, Choice::B);
    let mut dataset = Dataset::new(pairs.clone(), &[[brought.clone()].as_slice(), &labels, &[here]].concat());
    let undone = writer.undo(&brought);
    dataset.read_log([undone]);
    assert_eq!(dataset.pairs().map(|pair| &pair.id).collect::<Vec<_>>(), [&pairs[1].id]);
    assert_eq!(dataset.answer(&pairs[1].id).map(|answer| answer.label.choice), Some(Choice::B));
    dataset.read_log([writer.redo(&brought)]);
    assert_eq!(dataset.len(), 2);
}

#[test]
fn a_pair_that_went_with_its_import_comes_back_with_another() {
    let mut writer = Writer::new("s");
    let [first, second] = ["one", "two"].map(|name| import(&mut writer, name));
    let mut dataset = Dataset::new(vec![brought(&first)], &[first.clone(), writer.undo(&first)]);
    assert_eq!(dataset.add(vec![brought(&first)]), 0, "it is taken back");
    assert!(dataset.is_empty());
    assert_eq!(dataset.add(vec![brought(&second)]), 1);
    assert_eq!(dataset.len(), 1);
    assert_eq!(dataset.add(vec![brought(&first)]), 0, "it is there");
}

#[test]
fn a_pair_stays_while_anybody_elses_label_counts() {
    let mut writer = Writer::new("s");
    let [first, second] = ["one", "two"].map(|name| import(&mut writer, name));
    let labels = [label(&mut writer, &first, "ann"), label(&mut writer, &second, "bob")];
    let mut dataset = Dataset::new(vec![brought(&first)], &labels);
    dataset.read_log([writer.undo(&first)]);
    let answer = dataset.answer(&brought(&first).id).expect("the second file's label counts");
    assert_eq!((answer.annotator.as_str(), dataset.len()), ("bob", 1));
    let without = writer.undo(&labels[1]);
    dataset.read_log([without]);
    assert!(dataset.is_empty(), "nothing keeps it");
    dataset.read_log([writer.redo(&labels[1]), writer.undo(&second)]);
    assert!(dataset.is_empty(), "a label goes with its own import");
    dataset.read_log([writer.redo(&second)]);
    assert_eq!(dataset.len(), 1);
}

#[test]
fn what_a_label_has_kept_is_the_next_imports_that_brings_it() {
    let mut writer = Writer::new("s");
    let [first, second] = ["one", "two"].map(|name| import(&mut writer, name));
    let here = writer.label(&brought(&first).id, Choice::B);
    let mut dataset = Dataset::new(vec![brought(&first)], std::slice::from_ref(&here));
    assert!(!dataset.lacks(&brought(&second)), "the first import brings it");
    dataset.read_log([writer.undo(&first)]);
    assert!(dataset.lacks(&brought(&second)) && !dataset.lacks(&brought(&first)));
    dataset.add(vec![brought(&second)]);
    dataset.read_log([writer.undo(&here)]);
    assert_eq!(dataset.len(), 1, "the second import brings it, whatever was said of it");
    dataset.read_log([writer.undo(&second)]);
    assert!(dataset.is_empty());
}

/// What an import has brought, with its labels.
fn many(writer: &mut Writer, by: &LogEvent, count: usize) -> (Vec<Pair>, Vec<LogEvent>) {
    let pair =
        |number| Pair { import: Some(by.id.clone()), ..Pair::new(format!("p{number}"), "a", "b", "file") };
    let pairs: Vec<Pair> = (0..count).map(pair).collect();
    let given = || Given::Imported { import: Some(by.id.clone()) };
    let labels = pairs.iter().map(|pair| writer.given(&pair.id, Choice::A, given())).collect();
    (pairs, labels)
}

#[test]
fn stretch_by_stretch_comes_to_what_comes_at_once_whatever_happens_in_between() {
    let mut writer = Writer::new("s");
    let [first, second] = ["one", "two"].map(|name| import(&mut writer, name));
    let (pairs, labels) = many(&mut writer, &first, 30);
    let (_, others) = many(&mut writer, &second, 10);
    let here = writer.label(&pairs[20].id, Choice::B);
    let uses = writer.event(Action::Use { source: "file".into(), purpose: Purpose::Test });
    let log = [
        labels,
        vec![writer.undo(&first), here, writer.undo(&second)],
        others,
        vec![uses, writer.redo(&first)],
    ];
    let log = log.concat();
    let mut slowly = Dataset::default();
    slowly.add(pairs.clone());
    for event in &log {
        slowly.note_down([event.clone()]);
        slowly.settle_on(3);
    }
    assert!(slowly.is_unsettled());
    while slowly.settle_on(3) {}
    let at_once = Dataset::new(pairs, &log);
    assert_eq!((slowly.counts(), slowly.len()), (at_once.counts(), at_once.len()));
    assert_eq!(slowly.test_comparisons(), at_once.test_comparisons());
    assert_eq!(slowly.test_size(), 30);
}

/// The longest of the pieces into which the page cuts this, and the sum of all.
#[test]
#[ignore = "it measures: cargo test --release -- --ignored --nocapture pieces_of_a_large_import"]
fn pieces_of_a_large_import() {
    let mut writer = Writer::new("s");
    let first = import(&mut writer, "one");
    let (pairs, labels) = many(&mut writer, &first, 160_000);
    for room in [false, true] {
        let mut dataset = Dataset::default();
        let begun = Instant::now();
        if room {
            Room::ALL.into_iter().for_each(|room| dataset.reserve(room, 160_000));
        }
        let mut took = vec![begun.elapsed()];
        for (pairs, labels) in pairs.chunks(250).zip(labels.chunks(250)) {
            let (pairs, labels) = (pairs.to_vec(), labels.to_vec());
            took.push(timed(|| {
                dataset.read_log(labels);
                dataset.add(pairs);
            }));
        }
        report(&format!("coming in, room made: {room}"), &took);
        for (name, event) in [("taking back", writer.undo(&first)), ("bringing back", writer.redo(&first))] {
            let mut took = vec![timed(|| dataset.note_down([event]))];
            while dataset.is_unsettled() {
                took.push(timed(|| {
                    dataset.settle_on(2_000);
                }));
            }
            report(name, &took);
        }
        let uses = writer.event(Action::Use { source: "file".into(), purpose: Purpose::Test });
        report("another purpose, noted down", &[timed(|| dataset.note_down([uses]))]);
        report("room for as many again", &Room::ALL.map(|room| timed(|| dataset.reserve(room, 160_000))));
    }
}

fn timed(work: impl FnOnce()) -> Duration {
    let begun = Instant::now();
    work();
    begun.elapsed()
}

fn report(what: &str, took: &[Duration]) {
    let sum: Duration = took.iter().sum();
    let longest = took.iter().max().copied().unwrap_or_default();
    println!("{what}: {} pieces, the longest {longest:.1?}, in all {sum:.1?}", took.len());
}
