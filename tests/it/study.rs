//! A closer look, from the command to its last finding: on pairs with a taste that words give away.

use reward_studio::domain::choice::{Outcome, Side};
use reward_studio::domain::config::Objective;
use reward_studio::domain::dataset::Comparison;
use reward_studio::domain::device::DeviceKind;
use reward_studio::domain::evaluation::finding::{Finding, LearningPoint};
use reward_studio::domain::log::Asked;
use reward_studio::domain::pair::{Pair, PairId, PairText};
use reward_studio::domain::query::choosing::Rule;
use reward_studio::domain::recipe::Recipe;
use reward_studio::protocol::{Command, Event, RequestId, Slot};

use crate::browserless::Session;

/// Pairs of which `asks` back is preferred; in every third the responses stand the other way round.
fn pairs(from: usize, count: usize) -> (Vec<PairText>, Vec<Comparison>) {
    let make = |at: usize| {
        let asks = format!("Could you tell me which parcel you mean? It is number {at}, I think.");
        let tells = format!("Your parcel number {at} is on its way and will be there soon enough.");
        let (a, b, side) = if at.is_multiple_of(3) { (tells, asks, Side::B) } else { (asks, tells, Side::A) };
        let pair: PairText = Pair::new(format!("Where is my parcel {at}?"), a, b, "test").into();
        let outcome = if at % 10 == 9 { Outcome::Tie } else { Outcome::Preferred(side) };
        let comparison = Comparison { pair: pair.id.clone(), outcome, strength: None, asked: Asked::Random };
        (pair, comparison)
    };
    (from..from + count).map(make).unzip()
}

fn findings(events: Vec<Event>, of: RequestId) -> Vec<Finding> {
    events
        .into_iter()
        .filter_map(|event| {
            let Event::Found { request, finding } = event else { return None };
            (request == of).then_some(finding)
        })
        .collect()
}

fn look(session: &mut Session, comparisons: &[Comparison], tests: &[Comparison]) -> Vec<Finding> {
    let command = Command::Study {
        request: RequestId(7),
        slot: Slot::Living,
        comparisons: comparisons.to_vec(),
        tests: tests.to_vec(),
        objective: Objective::default(),
    };
    findings(session.ask(command), RequestId(7))
}

#[test]
fn test_sets_words_and_the_curve_are_found_in_this_order_and_then_no_more() {
    let mut session = Session::open(true, DeviceKind::Cpu, 0);
    let ((learned, comparisons), (tested, tests)) = (pairs(0, 60), pairs(1000, 20));
    session.ask(Command::AddPairs([learned, tested].concat()));
    let objective = Objective::default();
    session.ask(Command::Fit { request: RequestId(1), comparisons: comparisons.clone(), objective });
    let found = look(&mut session, &comparisons, &tests);
    let Some(Finding::Tests { judged, waiting: 0 }) = found.first() else { panic!("{found:?}") };
    assert_eq!(judged.len(), 18, "ties have no right order");
    let right = judged.iter().filter(|judged| judged.margin > 0.0).count();
    assert!(right > 12, "{right} of 18");
    assert!(judged.iter().all(|it| it.chosen.is_some() && tests.iter().any(|test| test.pair == it.pair)));

    let Some(Finding::Words(words)) = found.get(1) else { panic!("{found:?}") };
    assert_eq!(words.len(), 54, "every preference is judged once");
    assert!(words.iter().filter(|(_, margin)| *margin > 0.0).count() > 50);

    let Some(Finding::Curve(points)) = found.iter().rev().nth(1) else { panic!("{found:?}") };
    let sizes: Vec<u32> = points.iter().map(|LearningPoint { answers, .. }| *answers).collect();
    assert!(sizes.len() >= 3 && sizes.is_sorted(), "{sizes:?}");
    assert!(points.iter().all(|it| (0.0..=1.0).contains(&it.low) && it.low <= it.high && it.high <= 1.0));
    assert_eq!(found.last(), Some(&Finding::Done));
    assert_eq!(found.iter().filter(|finding| **finding == Finding::Done).count(), 1);
}

#[test]
fn a_model_of_another_recipe_reads_the_tests_itself_and_asks_nothing() {
    let mut session = Session::open(true, DeviceKind::Cpu, 0);
    let ((learned, comparisons), (tested, tests)) = (pairs(0, 30), pairs(1000, 20));
    let candidates: Vec<PairId> = tested.iter().map(|pair| pair.id.clone()).collect();
    session.ask(Command::AddPairs([learned, tested].concat()));
    let fit = Command::Fit {
        request: RequestId(1),
        comparisons: comparisons.clone(),
        objective: Objective::default(),
    };
    let ask = Command::Ask { request: RequestId(2), rule: Rule::Uncertain, candidates };
    let judged_and_ranked = |session: &mut Session| {
        let found = look(session, &comparisons, &tests);
        let Some(Finding::Tests { judged, waiting: 0 }) = found.first() else { panic!("{found:?}") };
        let asked = session.ask(ask.clone());
        let Some(Event::Ranked { pairs, .. }) = asked.last() else { panic!("{asked:?}") };
        (judged.clone(), pairs.len())
    };
    session.ask(fit.clone());
    let (before, ranked) = judged_and_ranked(&mut session);
    assert_eq!((before.len(), ranked), (18, 20));
    session.ask(Command::Recipe(Recipe { layer: 1, ..Recipe::measured_best(2) }));
    let (now, ranked) = judged_and_ranked(&mut session);
    assert_eq!(ranked, 0, "the candidates' vectors mean nothing to it");
    assert_eq!(now.len(), 18);
    for (before, now) in before.iter().zip(&now) {
        assert!(before.pair == now.pair && (before.margin - now.margin).abs() < 1e-5, "{before:?} {now:?}");
    }
    session.ask(fit);
    assert_eq!(judged_and_ranked(&mut session).1, 20);
}

#[test]
fn with_nothing_to_look_at_it_says_so_and_ends() {
    let mut session = Session::open(true, DeviceKind::Cpu, 0);
    let (_, tests) = pairs(0, 3);
    let found = look(&mut session, &[], &tests);
    assert_eq!(found[0], Finding::Tests { judged: vec![], waiting: 3 });
    assert_eq!(found[1..], [Finding::Words(vec![]), Finding::Curve(vec![]), Finding::Done]);
}

#[test]
fn a_newer_look_takes_the_older_ones_place_and_a_score_is_heard_between_two_slices() {
    let mut session = Session::open(true, DeviceKind::Cpu, 0);
    let (learned, comparisons) = pairs(0, 40);
    session.ask(Command::AddPairs(learned));
    let objective = Objective::default();
    session.ask(Command::Fit { request: RequestId(1), comparisons: comparisons.clone(), objective });
    let (commands, again) = (session.commands.clone(), comparisons.clone());
    let mut heard = false;
    *session.world.on_breath.borrow_mut() = Some(Box::new(move |_| {
        if !std::mem::replace(&mut heard, true) {
            let score = Command::Score {
                request: RequestId(8),
                slot: Slot::Living,
                prompt: "p".into(),
                responses: vec!["r".into()],
            };
            let newer = Command::Study {
                request: RequestId(9),
                slot: Slot::Living,
                comparisons: again.clone(),
                tests: vec![],
                objective,
            };
            for command in [score, newer] {
                commands.unbounded_send(command).expect("the engine lives");
            }
        }
    }));
    let older =
        Command::Study { request: RequestId(7), slot: Slot::Living, comparisons, tests: vec![], objective };
    let events = session.ask(older);
    let place = |wanted: &dyn Fn(&Event) -> bool| events.iter().position(wanted);
    let superseded = Event::Superseded { request: RequestId(7) };
    let done = Event::Found { request: RequestId(9), finding: Finding::Done };
    let scored = place(&|event| matches!(event, Event::Scored { .. })).expect("a score");
    let done = place(&|event| *event == done).expect("an end");
    assert!(events.contains(&superseded) && scored < done, "{events:?}");
    assert!(!findings(events, RequestId(7)).contains(&Finding::Done));
}
