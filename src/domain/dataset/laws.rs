//! The laws of the log, for logs drawn at random: of several annotators and sessions, with clocks that disagree.

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;
use proptest::sample::{Index, subsequence};

use super::Dataset;
use crate::domain::choice::{Choice, ShownOrder};
use crate::domain::log::made_up::{Writer, on_page};
use crate::domain::log::{Action, Answer, Asked, EventId, Given, LogEvent, Me, Purpose, Repeated};
use crate::domain::pair::{Pair, PairId};

const PAIRS: usize = 4;
const SOURCES: [&str; 2] = ["one.jsonl", "two.jsonl"];

fn import(number: usize) -> EventId {
    EventId::new("import", number as u64)
}

/// The first two came with an import, the others by themselves.
fn pairs() -> Vec<Pair> {
    (0..PAIRS)
        .map(|number| Pair {
            import: (number < 2).then(|| import(number)),
            ..Pair::new(format!("p{number}"), "a", "b", SOURCES[number % 2])
        })
        .collect()
}

fn a_given() -> impl Strategy<Value = Given> {
    prop_oneof![
        4 => prop::sample::select(vec![Asked::Random, Asked::Uncertain, Asked::Revisited, Asked::Repeat])
            .prop_map(|asked| Given::OnPage { shown: ShownOrder::Ab, lead_ms: 5, asked }),
        2 => (0..3_usize).prop_map(|number| Given::Imported { import: (number < 2).then(|| import(number)) }),
        1 => Just(Given::Adjudicated),
    ]
}

/// What is done, with events named by their place in the log to be.
fn an_action(size: usize) -> impl Strategy<Value = Action> {
    let event = move || (0..size + 2).prop_map(move |place| name(place, size));
    let pair = || (0..PAIRS).prop_map(|number| pairs()[number].id.clone());
    prop_oneof![
        6 => (pair(), prop::sample::select(Choice::ALL.to_vec()), a_given(), prop::option::weighted(0.2, event()))
            .prop_map(|(pair, choice, given, supersedes)| Action::Label { pair, label: choice.into(), given, supersedes }),
        3 => event().prop_map(|event| Action::Undo { event }),
        2 => event().prop_map(|event| Action::Redo { event }),
        1 => pair().prop_map(|pair| Action::Delete { pair }),
        1 => (prop::sample::select(SOURCES.to_vec()), any::<bool>()).prop_map(|(source, test)| Action::Use {
            source: source.into(),
            purpose: if test { Purpose::Test } else { Purpose::Learn },
        }),
    ]
}

/// Events of the log first, then the two imports.
fn name(place: usize, size: usize) -> EventId {
    if place < size { EventId::new("e", place as u64) } else { import(place - size) }
}

/// Distinct events whose times may collide.
fn a_log() -> impl Strategy<Value = Vec<LogEvent>> {
    (0..16_usize).prop_flat_map(|size| {
        let event =
            (an_action(size), 0..8_u64, prop::sample::select(vec![("s", ""), ("t", "ann"), ("u", "bob")]));
        prop::collection::vec(event, size).prop_map(move |events| {
            let written = |(number, (action, at_ms, (session, annotator)))| LogEvent {
                v: LogEvent::VERSION,
                id: name(number, size),
                at_ms,
                session: String::from(session),
                annotator: String::from(annotator),
                action,
            };
            events.into_iter().enumerate().map(written).collect()
        })
    })
}

/// A log in some order of arrival, with some of it twice.
fn in_any_order() -> impl Strategy<Value = (Vec<LogEvent>, Vec<LogEvent>)> {
    a_log().prop_flat_map(|log| {
        let again = subsequence(log.clone(), 0..=log.len());
        (Just(log.clone()), again)
            .prop_flat_map(|(log, again)| (Just(log.clone()), Just([log, again].concat()).prop_shuffle()))
    })
}

/// All that can be seen of a dataset.
#[derive(Debug, PartialEq)]
struct Seen {
    answers: BTreeMap<PairId, Option<Answer>>,
    labels: BTreeMap<PairId, Vec<Answer>>,
    queue: Vec<PairId>,
    lesson: BTreeSet<PairId>,
    tests: BTreeSet<PairId>,
    counts: Vec<(Choice, usize)>,
    repeats: Vec<Repeated>,
    undo_redo: Vec<(Option<EventId>, Option<EventId>)>,
}

fn seen(dataset: &Dataset) -> Seen {
    let ids = || dataset.pairs().map(|pair| pair.id.clone());
    let me = |(session, annotator): (&str, &str)| Me { session: session.into(), annotator: annotator.into() };
    let both = |me: Me| {
        let event = |next: Option<(&EventId, &PairId)>| next.map(|(event, _)| event.clone());
        (event(dataset.next_undo(&me)), event(dataset.next_redo(&me)))
    };
    Seen {
        answers: ids().map(|id| (id.clone(), dataset.answer(&id).cloned())).collect(),
        labels: ids().map(|id| (id.clone(), dataset.labels(&id))).collect(),
        queue: dataset.queue().map(|pair| pair.id.clone()).collect(),
        lesson: dataset.lesson(usize::MAX).into_iter().map(|comparison| comparison.pair).collect(),
        tests: dataset.test_comparisons().into_iter().map(|comparison| comparison.pair).collect(),
        counts: dataset.counts().to_vec(),
        repeats: dataset.repeats(),
        undo_redo: [("s", ""), ("t", "ann"), ("x", "bob")].map(|who| both(me(who))).into(),
    }
}

fn folded(events: impl IntoIterator<Item = LogEvent>) -> Seen {
    let mut dataset = Dataset::default();
    dataset.add(pairs());
    for event in events {
        dataset.read_log([event]);
    }
    seen(&dataset)
}

/// The rules once more, as plainly as they can be said, from the whole log at once.
mod plainly {
    use super::*;

    pub(super) fn counts(log: &[LogEvent], id: &EventId) -> bool {
        let undo = Action::Undo { event: id.clone() };
        let redo = Action::Redo { event: id.clone() };
        let words = log.iter().filter(|event| event.action == undo || event.action == redo);
        words.max_by_key(|event| event.moment()).is_none_or(|event| event.action == redo)
    }

    fn label_counts(log: &[LogEvent], event: &LogEvent, given: &Given) -> bool {
        let import_counts =
            if let Given::Imported { import: Some(import) } = given { counts(log, import) } else { true };
        counts(log, &event.id) && import_counts
    }

    /// The standing choice of each pair that is there.
    pub(super) fn choices(log: &[LogEvent]) -> BTreeMap<PairId, Option<Choice>> {
        pairs()
            .into_iter()
            .filter(|pair| is_there(log, pair))
            .map(|pair| (pair.id.clone(), choice(log, &pair.id)))
            .collect()
    }

    fn is_there(log: &[LogEvent], pair: &Pair) -> bool {
        let deleted = log.iter().any(|event| {
            matches!(&event.action, Action::Delete { pair: its } if *its == pair.id) && counts(log, &event.id)
        });
        let labelled = log.iter().any(|event| {
            matches!(&event.action, Action::Label { pair: its, given, .. }
                if *its == pair.id && label_counts(log, event, given))
        });
        let import_stands = pair.import.as_ref().is_none_or(|import| counts(log, import));
        !deleted && (import_stands || labelled)
    }

    fn choice(log: &[LogEvent], pair: &PairId) -> Option<Choice> {
        let mut labels: Vec<(&LogEvent, Choice, &Given, Option<&EventId>)> = log
            .iter()
            .filter_map(|event| {
                let Action::Label { pair: its, label, given, supersedes } = &event.action else {
                    return None;
                };
                (its == pair && label_counts(log, event, given)).then_some((
                    event,
                    label.choice,
                    given,
                    supersedes.as_ref(),
                ))
            })
            .collect();
        labels.sort_by_key(|(event, ..)| event.moment());
        if let Some((_, choice, ..)) =
            labels.iter().rev().find(|(_, _, given, _)| **given == Given::Adjudicated)
        {
            return Some(*choice);
        }
        labels.retain(|(_, _, given, _)| **given != on_page(Asked::Repeat));
        let gives_way = |place: usize| {
            labels[place + 1..].iter().any(|(.., supersedes)| *supersedes == Some(&labels[place].0.id))
        };
        let mut newest = BTreeMap::new();
        for place in (0..labels.len()).filter(|&place| !gives_way(place)) {
            newest.insert(&labels[place].0.annotator, (labels[place].0.moment(), labels[place].1));
        }
        let votes: BTreeMap<_, _> = newest.into_values().collect();
        let of = |wanted| votes.values().filter(|choice| choice.outcome() == wanted).count();
        let [a, b, tie] = [Choice::A, Choice::B, Choice::Tie].map(|choice| of(choice.outcome()));
        let newest_of = |wanted: Choice| {
            votes.values().rev().copied().find(|choice| choice.outcome() == wanted.outcome())
        };
        if a + b + tie == 0 {
            votes.into_values().next_back()
        } else if a > b.max(tie) {
            Some(Choice::A)
        } else if b > a.max(tie) {
            Some(Choice::B)
        } else if tie > a.max(b) {
            newest_of(Choice::Tie)
        } else {
            Some(Choice::Tie)
        }
    }
}

proptest! {
    #[test]
    fn the_fold_is_what_its_rules_say(log in a_log()) {
        let dataset = Dataset::new(pairs(), &log);
        let choices: BTreeMap<PairId, Option<Choice>> = dataset
            .pairs()
            .map(|pair| (pair.id.clone(), dataset.answer(&pair.id).map(|answer| answer.label.choice)))
            .collect();
        prop_assert_eq!(choices, plainly::choices(&log));
    }

    #[test]
    fn order_of_arrival_and_repetition_change_nothing((log, arriving) in in_any_order()) {
        prop_assert_eq!(folded(log), folded(arriving));
    }

    #[test]
    fn event_by_event_comes_to_the_same_as_all_at_once(log in a_log()) {
        prop_assert_eq!(folded(log.clone()), seen(&Dataset::new(pairs(), &log)));
    }

    #[test]
    fn merging_is_commutative_associative_and_idempotent(log in a_log(), cut in any::<[Index; 2]>()) {
        let [first, second] = cut.map(|cut| cut.index(log.len() + 1));
        let (a, rest) = log.split_at(first.min(second));
        let (b, c) = rest.split_at(first.abs_diff(second));
        let merged = |logs: &[&[LogEvent]]| folded(logs.concat());
        prop_assert_eq!(merged(&[a, b]), merged(&[b, a]));
        prop_assert_eq!(merged(&[a, b, c]), merged(&[c, b, a]));
        prop_assert_eq!(merged(&[&[a, b].concat(), c]), merged(&[a, &[b, c].concat()]));
        prop_assert_eq!(merged(&[a, a]), merged(&[a]));
    }

    #[test]
    fn undo_after_do_is_identity_and_redo_after_undo_too(log in a_log(), pair in 0..PAIRS, given in a_given()) {
        let mut writer = Writer::named("new", "ann").at(100);
        let done = writer.given(&pairs()[pair].id, Choice::A, given);
        let (undone, redone) = (writer.undo(&done), writer.redo(&done));
        let then = |more: &[LogEvent]| {
            // What can be undone and redone next differs, as it should.
            let Seen { undo_redo: _, answers, labels, queue, lesson, tests, counts, repeats } =
                folded([log.as_slice(), more].concat());
            (answers, labels, queue, lesson, tests, counts, repeats)
        };
        prop_assert_eq!(then(&[done.clone(), undone.clone()]), then(&[]));
        prop_assert_eq!(then(&[done.clone(), undone, redone]), then(&[done]));
    }

    #[test]
    fn next_undo_and_next_redo_are_each_others_inverse(log in a_log()) {
        let me = Me { session: "new".into(), annotator: "ann".into() };
        let mut writer = Writer::named("new", "ann").at(100);
        let mut dataset = Dataset::new(pairs(), &log);
        dataset.read_log([writer.label(&pairs()[0].id, Choice::A)]);
        while let Some(event) = dataset.next_undo(&me).map(|(event, _)| event.clone()) {
            let before = seen(&dataset).answers;
            dataset.read_log([writer.event(Action::Undo { event: event.clone() })]);
            prop_assert_eq!(dataset.next_redo(&me).map(|(event, _)| event), Some(&event));
            dataset.read_log([writer.event(Action::Redo { event: event.clone() })]);
            prop_assert_eq!(&seen(&dataset).answers, &before);
            dataset.read_log([writer.event(Action::Undo { event })]);
        }
    }
}

#[test]
fn a_deleted_pair_stays_away_until_the_deletion_is_taken_back() {
    let mut writer = Writer::new("s");
    let pair = Pair::new("p", "a", "b", "file");
    let deleted = writer.event(Action::Delete { pair: pair.id.clone() });
    let mut dataset = Dataset::new(vec![pair.clone()], std::slice::from_ref(&deleted));
    assert_eq!((dataset.len(), dataset.add(vec![pair.clone()])), (0, 0));
    dataset.read_log([writer.undo(&deleted)]);
    assert_eq!(dataset.pair(&pair.id).map(|pair| pair.prompt.as_str()), Some("p"));
}

#[test]
fn test_sets_are_left_out_of_what_is_learned() {
    let mut writer = Writer::new("s");
    let pairs = ["one.jsonl", "two.jsonl"].map(|source| Pair::new(source, "a", "b", source));
    let labels = pairs.clone().map(|pair| writer.label(&pair.id, Choice::A));
    let marked = writer.event(Action::Use { source: "two.jsonl".into(), purpose: Purpose::Test });
    let mut dataset = Dataset::new(pairs.to_vec(), &labels);
    dataset.read_log([marked.clone()]);
    let ids = |comparisons: Vec<super::Comparison>| -> Vec<PairId> {
        comparisons.into_iter().map(|comparison| comparison.pair).collect()
    };
    assert_eq!(ids(dataset.lesson(usize::MAX)), [pairs[0].id.clone()]);
    assert_eq!(ids(dataset.test_comparisons()), [pairs[1].id.clone()]);
    assert_eq!((dataset.lesson_size(), dataset.preference_count(), dataset.test_size()), (1, 1, 1));
    dataset.read_log([writer.undo(&marked)]);
    assert_eq!(dataset.preference_count(), 2);
}

#[test]
fn a_lesson_that_is_cut_keeps_what_was_answered_here_and_stays_the_same() {
    let mut writer = Writer::new("s");
    let pairs: Vec<Pair> = (0..60).map(|number| Pair::new(format!("p{number}"), "a", "b", "file")).collect();
    let label = |writer: &mut Writer, place: usize, given| writer.given(&pairs[place].id, Choice::A, given);
    let imported = || Given::Imported { import: None };
    let labels: Vec<LogEvent> = (0..50).map(|place| label(&mut writer, place, imported())).collect();
    let mut dataset = Dataset::new(pairs.clone(), &labels);
    let before = dataset.lesson(10);
    dataset.read_log([label(&mut writer, 55, on_page(Asked::Random))]);
    let after = dataset.lesson(11);
    assert_eq!(after.last().map(|comparison| &comparison.pair), Some(&pairs[55].id));
    assert_eq!(after[..10], before);
    assert_eq!(dataset.lesson_size(), 51);
}

#[test]
fn behind_what_annotators_come_to_stands_the_label_of_one_of_them() {
    let [pair, ..] = &pairs()[..] else { unreachable!("there are pairs") };
    let (mut ann, mut bob) = (Writer::named("s", "ann"), Writer::named("t", "bob").at(50));
    let dataset =
        Dataset::new(vec![pair.clone()], &[ann.label(&pair.id, Choice::A), bob.label(&pair.id, Choice::B)]);
    let standing = dataset.answer(&pair.id).expect("an answer");
    assert_eq!((standing.label.choice, standing.annotator.as_str()), (Choice::Tie, ""));
    let behind = dataset.label_behind(&pair.id).expect("a label");
    assert_eq!((behind.label.choice, behind.annotator.as_str()), (Choice::B, "bob"));
}

#[test]
fn the_queue_goes_by_the_pairs_turns_and_answering_one_leaves_the_others_in_order() {
    let pairs: Vec<Pair> = (0..20).map(|number| Pair::new(format!("p{number}"), "a", "b", "file")).collect();
    let mut dataset = Dataset::new(pairs.clone(), &[]);
    let queue = |dataset: &Dataset| dataset.queue().map(|pair| pair.id.clone()).collect::<Vec<_>>();
    let mut expected: Vec<PairId> = pairs.into_iter().map(|pair| pair.id).collect();
    expected.sort_by_key(|id| crate::domain::query::turn(id, 0));
    assert_eq!(queue(&dataset), expected);
    let answered = expected.remove(3);
    dataset.read_log([Writer::new("s").label(&answered, Choice::A)]);
    assert_eq!(queue(&dataset), expected);
}

/// What a log of 160,000 labels is: the fold takes each in by itself, whatever there is already.
#[test]
fn a_hundred_and_sixty_thousand_labels_fold_one_by_one_to_what_they_fold_to_at_once() {
    const MANY: usize = 160_000;
    let mut writer = Writer::new("s");
    let pairs: Vec<Pair> =
        (0..MANY).map(|number| Pair::new(format!("p{number}"), "a", "b", "file")).collect();
    let choices = [Choice::A, Choice::B, Choice::Tie, Choice::Skip];
    let mut labels: Vec<LogEvent> =
        pairs.iter().enumerate().map(|(place, pair)| writer.label(&pair.id, choices[place % 4])).collect();
    let undone: Vec<LogEvent> = labels.iter().step_by(100).map(|label| writer.undo(label)).collect();
    labels.extend(undone);
    let mut one_by_one = Dataset::default();
    one_by_one.add(pairs.clone());
    for event in labels.iter().cloned() {
        one_by_one.read_log([event]);
    }
    let at_once = Dataset::new(pairs, &labels);
    assert_eq!(one_by_one.counts(), at_once.counts());
    assert_eq!(one_by_one.counts()[0], (Choice::A, MANY / 4 - MANY / 100));
    assert_eq!(one_by_one.lesson(5_000), at_once.lesson(5_000));
    let next = |dataset: &Dataset| dataset.queue().next().map(|pair| pair.id.clone());
    assert_eq!(next(&one_by_one), next(&at_once));
}
