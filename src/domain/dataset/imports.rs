//! What goes when an import is taken back, what stays, and what brings a pair again.

use super::Dataset;
use crate::domain::choice::Choice;
use crate::domain::log::made_up::Writer;
use crate::domain::log::{Action, Given, LogEvent};
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
