//! Rows of files: the same scores as by hand, whoever computes them, and nobody is kept waiting.

use reward_studio::domain::config::Objective;
use reward_studio::domain::device::DeviceKind;
use reward_studio::protocol::scoring::{RowScores, RowTexts};
use reward_studio::protocol::{Command, Event, RequestId, Slot};

use crate::browserless::Session;
use crate::scoring::{at_the_first_breath, scored, taught};
use crate::script::{exported, pairs, told};

/// Rows of all lengths and numbers of responses, with some that are the same, empty, or longer than any input.
fn rows(count: usize) -> Vec<RowTexts> {
    let row = |at: usize| {
        let about = format!("Where is it? {}", "I have waited. ".repeat(at * 5 % 23));
        let response = |number: usize| match (at + number) % 7 {
            0 => String::new(),
            1 => "the same".into(),
            2 => format!("{number} 🙂 {at} ").repeat(400),
            _ => format!("{number}: {}", "Soon, I hope. ".repeat(at * number % 31)),
        };
        RowTexts { prompt: about, responses: (0..at % 4).map(response).collect() }
    };
    (0..count).map(row).collect()
}

fn ask(request: u32, slot: Slot, rows: &[RowTexts]) -> Command {
    Command::ScoreRows { request: RequestId(request), slot, rows: rows.to_vec() }
}

fn answer(events: &[Event], wanted: u32) -> Vec<RowScores> {
    let answer = events.iter().find_map(|event| match event {
        Event::RowsScored { request, rows } if request.0 == wanted => Some(rows.clone()),
        _ => None,
    });
    answer.unwrap_or_else(|| panic!("{}", told(events)))
}

fn same_as_by_hand(session: &mut Session, slot: Slot, rows: &[RowTexts], answers: &[RowScores]) {
    assert_eq!(rows.len(), answers.len());
    for (row, answer) in rows.iter().zip(answers) {
        let answer = answer.as_ref().expect("scores");
        assert_eq!(row.responses.len(), answer.len());
        for (response, found) in row.responses.iter().zip(answer) {
            let by_hand = scored(session, slot, &row.prompt, response);
            let apart = (by_hand.value - found.value).abs();
            assert!(apart < 1e-5, "{} and {}: {apart}", by_hand.value, found.value);
            assert_eq!(by_hand.cut_tokens, found.cut_tokens);
            match (by_hand.doubt, found.std) {
                (Some(doubt), Some(std)) => assert!((doubt.std - std).abs() < 1e-5),
                (None, None) => {}
                other => panic!("{other:?}"),
            }
        }
    }
}

#[test]
fn every_row_scores_as_by_hand_however_they_are_put_together() {
    for (kind, helpers) in [(DeviceKind::Cpu, 0), (DeviceKind::Cpu, 2), (DeviceKind::NdArray, 0)] {
        let mut session = taught(24, kind, helpers);
        let rows = rows(60);
        let whole = answer(&session.ask(ask(5, Slot::Living, &rows)), 5);
        same_as_by_hand(&mut session, Slot::Living, &rows, &whole);
        for size in [1, 7] {
            for (at, some) in rows.chunks(size).enumerate().take(9) {
                let part = answer(&session.ask(ask(6, Slot::Living, some)), 6);
                for (one, other) in
                    part.iter().flatten().flatten().zip(whole[at * size..].iter().flatten().flatten())
                {
                    assert!((one.value - other.value).abs() < 1e-5);
                }
            }
        }
    }
}

#[test]
fn requests_are_answered_in_turn_and_by_the_model_that_was_asked() {
    for helpers in [0, 2] {
        let mut session = taught(16, DeviceKind::Cpu, helpers);
        let bytes = exported(&mut session, Slot::Living);
        session.ask(Command::Import { request: RequestId(2), slot: Slot::Beside(3), bytes });
        let rows = rows(40);
        let slots = [Slot::Living, Slot::Beside(3), Slot::Trained, Slot::Living];
        let chunks: Vec<&[RowTexts]> = rows.chunks(10).collect();
        for (at, (slot, some)) in slots.into_iter().zip(&chunks).enumerate() {
            session.commands.unbounded_send(ask(10 + at as u32, slot, some)).expect("the engine lives");
        }
        let events = session.ask(ask(14, Slot::Living, &[]));
        let no_model = "failed Some(12) NoModel: There is no model of that kind yet. Answer a few pairs, or train a \
                        model, or load one from a file.";
        let expected = format!(
            "rows scored 10: 10, 0 faults\nrows scored 11: 10, 0 faults\n{no_model}\nrows scored 13: 10, 0 \
             faults\nrows scored 14: 0, 0 faults"
        );
        assert_eq!(told(&events), expected);
        for (at, slot) in [(0, Slot::Living), (1, Slot::Beside(3)), (3, Slot::Living)] {
            let found = answer(&events, 10 + at as u32);
            same_as_by_hand(&mut session, slot, chunks[at], &found);
        }
    }
}

#[test]
fn whoever_types_answers_or_asks_goes_first() {
    for helpers in [0, 2] {
        let mut session = taught(12, DeviceKind::Cpu, helpers);
        let (_, comparisons) = pairs(12);
        let (prompt, responses) = (String::from("p"), vec![String::from("r. And more.")]);
        let (slot, objective) = (Slot::Living, Objective::default());
        at_the_first_breath(
            &mut session,
            vec![
                ask(6, slot, &rows(4)),
                Command::Explain {
                    request: RequestId(7),
                    slot,
                    prompt: prompt.clone(),
                    responses: responses.clone(),
                },
                Command::Order {
                    request: RequestId(8),
                    slot,
                    prompt: prompt.clone(),
                    responses: responses.clone(),
                },
                Command::Fit { request: RequestId(9), comparisons, objective },
                Command::Score { request: RequestId(10), slot, prompt, responses },
            ],
        );
        let lines = told(&session.ask(ask(5, slot, &rows(50))));
        let place = |line: &str| lines.find(line).unwrap_or_else(|| panic!("{line} is not in\n{lines}"));
        let order =
            ["scored 10", "fitted 9", "ordered 8", "explained 7: done", "rows scored 5", "rows scored 6"];
        assert!(order.map(place).is_sorted(), "{lines}");
        // What can wait does: the ensemble is grown when the rows are done.
        assert!(place("rows scored 6") < place("checked Living"), "{lines}");
    }
}

#[test]
fn a_model_that_reads_in_another_way_by_then_reads_everything_anew() {
    for helpers in [0, 2] {
        let mut session = taught(12, DeviceKind::Cpu, helpers);
        let bytes = exported(&mut session, Slot::Living);
        let (_, comparisons) = pairs(12);
        session.ask(Command::Import { request: RequestId(2), slot: Slot::Beside(1), bytes: bytes.clone() });
        let recipe = reward_studio::domain::recipe::Recipe {
            layer: 1,
            pooling: reward_studio::domain::recipe::Pooling::Last,
            length_feature: reward_studio::domain::recipe::LengthFeature::Off,
            max_tokens: 48,
            tuned: None,
        };
        let objective = Objective::default();
        session.ask(Command::Recipe(recipe));
        session.ask(Command::Fit { request: RequestId(3), comparisons, objective });
        let other = exported(&mut session, Slot::Living);
        let rows = rows(30);
        let slot = Slot::Beside(1);
        at_the_first_breath(
            &mut session,
            vec![Command::Import { request: RequestId(4), slot, bytes: other }],
        );
        let found = answer(&session.ask(ask(5, slot, &rows)), 5);
        same_as_by_hand(&mut session, slot, &rows, &found);
        let forgotten = vec![Command::Forget { slot }];
        at_the_first_breath(&mut session, forgotten);
        let lines = told(&session.ask(ask(6, slot, &rows)));
        assert!(lines.starts_with("failed Some(6) NoModel"), "{lines}");
    }
}

#[test]
fn without_a_backbone_rows_candidates_and_reasons_are_refused() {
    let mut session = Session::new();
    let (prompt, responses) = (String::from("p"), vec![String::from("r")]);
    let slot = Slot::Living;
    let mut all = session.ask(ask(1, slot, &rows(3)));
    all.extend(session.ask(Command::Order {
        request: RequestId(2),
        slot,
        prompt: prompt.clone(),
        responses: responses.clone(),
    }));
    all.extend(session.ask(Command::Explain { request: RequestId(3), slot, prompt, responses }));
    let lines = told(&all);
    assert_eq!(lines.lines().filter(|line| line.contains("Backbone")).count(), 3, "{lines}");
}
