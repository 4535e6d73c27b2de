//! Scores, where they stand, and candidates in order; by one model or by several.

use reward_studio::domain::config::Objective;
use reward_studio::domain::device::DeviceKind;
use reward_studio::domain::pair::{Pair, PairText};
use reward_studio::domain::recipe::{LengthFeature, Pooling, Recipe};
use reward_studio::protocol::scoring::{Candidate, Score, Standing};
use reward_studio::protocol::{Command, Event, RequestId, Slot};

use crate::browserless::Session;
use crate::script::{exported, pairs, scores, told};

/// An engine with this many pairs, all answered, and a living model.
pub fn taught(count: usize, kind: DeviceKind, helpers: u8) -> Session {
    let mut session = Session::open(true, kind, helpers);
    let (pairs, comparisons) = pairs(count);
    session.ask(Command::AddPairs(pairs));
    let objective = Objective::default();
    session.ask(Command::Fit { request: RequestId(1), comparisons, objective });
    session
}

fn score(request: u32, slot: Slot, prompt: &str, responses: &[&str]) -> Command {
    let responses = responses.iter().map(|&response| response.into()).collect();
    Command::Score { request: RequestId(request), slot, prompt: prompt.into(), responses }
}

/// What the model in a slot says of one response.
pub fn scored(session: &mut Session, slot: Slot, prompt: &str, response: &str) -> Score {
    scores(&session.ask(score(900, slot, prompt, &[response]))).remove(0)
}

/// Once everything is heard of which the engine is told between two of its slices.
pub fn at_the_first_breath(session: &mut Session, commands: Vec<Command>) {
    let (to_engine, mut waiting) = (session.commands.clone(), Some(commands));
    *session.world.on_breath.borrow_mut() = Some(Box::new(move |_| {
        for command in waiting.take().into_iter().flatten() {
            to_engine.unbounded_send(command).expect("the engine lives");
        }
    }));
}

#[test]
fn several_models_score_the_same_text_and_only_an_older_request_of_the_same_one_gives_way() {
    let mut session = taught(12, DeviceKind::Cpu, 0);
    let file = exported(&mut session, Slot::Living);
    for slot in [Slot::Trained, Slot::Beside(7)] {
        session.ask(Command::Import { request: RequestId(2), slot, bytes: file.clone() });
    }
    let asked = [
        score(10, Slot::Living, "p", &["first"]),
        score(11, Slot::Beside(7), "p", &["first"]),
        score(12, Slot::Trained, "p", &["first"]),
        score(13, Slot::Living, "p", &["second"]),
        score(14, Slot::Beside(7), "p", &["second"]),
    ];
    for command in asked {
        session.commands.unbounded_send(command).expect("the engine lives");
    }
    let mut all = session.ask(score(15, Slot::Beside(8), "p", &["second"]));
    let of = |request| scores(&all.iter().filter(|it| is_scored(it, request)).cloned().collect::<Vec<_>>());
    let (living, beside) = (of(13), of(14));
    assert!((living[0].value - beside[0].value).abs() < 1e-6, "the same model, to the file's precision");
    assert!(living[0].doubt.is_some() && beside[0].doubt.is_none(), "a file does not say how sure it is");
    // What is let go of scores no more; the others go on.
    for slot in [Slot::Trained, Slot::Living, Slot::Beside(9)] {
        all.extend(session.ask(Command::Forget { slot }));
    }
    all.extend(session.ask(score(16, Slot::Trained, "p", &["r"])));
    all.extend(session.ask(score(17, Slot::Living, "p", &["r"])));
    all.extend(session.ask(score(18, Slot::Beside(7), "p", &["r"])));
    all.extend(session.ask(Command::Forget { slot: Slot::Beside(7) }));
    all.extend(session.ask(score(19, Slot::Beside(7), "p", &["r"])));
    all.extend(session.ask(Command::Import { request: RequestId(20), slot: Slot::Living, bytes: file }));
    insta::assert_snapshot!(told(&all));
}

fn is_scored(event: &Event, wanted: u32) -> bool {
    matches!(event, Event::Scored { request, .. } if request.0 == wanted)
}

#[test]
fn a_model_of_another_recipe_scores_the_same_everywhere() {
    let mut deep = taught(16, DeviceKind::Cpu, 0);
    let file = exported(&mut deep, Slot::Living);
    let mut shallow = Session::new();
    let recipe = Recipe {
        layer: 1,
        pooling: Pooling::Cls,
        length_feature: LengthFeature::Off,
        max_tokens: 64,
        tuned: None,
    };
    shallow.ask(Command::Recipe(recipe));
    let (backbone, base) = crate::browserless::catalogue(true);
    let decision = reward_studio::domain::device::Decision { kind: DeviceKind::Cpu, reason: String::new() };
    let opened = shallow.ask(Command::Open { device: decision, backbone, base, helpers: 0 });
    assert!(told(&opened).contains("1 blocks"), "{}", told(&opened));
    let (texts, comparisons) = pairs(16);
    shallow.ask(Command::AddPairs(texts));
    shallow.ask(Command::Fit { request: RequestId(1), comparisons, objective: Objective::default() });
    shallow.ask(Command::Import { request: RequestId(2), slot: Slot::Beside(1), bytes: file });
    let (prompt, response) = ("Where is my order?", "Which order do you mean?");
    let there = scored(&mut deep, Slot::Living, prompt, response);
    let here = scored(&mut shallow, Slot::Beside(1), prompt, response);
    assert!((there.value - here.value).abs() < 1e-5, "{} and {}", there.value, here.value);
    assert_eq!(here.standing, None, "the workspace's responses are read in another way here");
    assert!(scored(&mut shallow, Slot::Living, prompt, response).standing.is_some());
}

/// Every response of these pairs, once.
fn responses(pairs: &[PairText]) -> Vec<(String, String)> {
    let both =
        |pair: &PairText| [&pair.response_a, &pair.response_b].map(|it| (pair.prompt.clone(), it.clone()));
    let mut all: Vec<(String, String)> = pairs.iter().flat_map(both).collect();
    all.sort();
    all.dedup();
    all
}

#[test]
fn a_score_stands_where_counting_puts_it() {
    let mut session = taught(30, DeviceKind::Cpu, 0);
    let (mut known, _) = pairs(30);
    for more in [0, 5, 1, 40] {
        let extra: Vec<PairText> = (0..more)
            .map(|at| {
                let words = |word: &str| vec![word; at % 9 + 1].join(" ");
                Pair::new(format!("{more} {at}"), words("yes"), words("perhaps"), "test").into()
            })
            .collect();
        session.ask(Command::AddPairs(extra.clone()));
        known.extend(extra);
        let all: Vec<Score> = responses(&known)
            .iter()
            .map(|(prompt, response)| scored(&mut session, Slot::Living, prompt, response))
            .collect();
        let n = all.len() as f64;
        let length = |score: &Score| f64::from(score.response_tokens).ln_1p();
        let mean = |of: &dyn Fn(&Score) -> f64| all.iter().map(of).sum::<f64>() / n;
        let (mean_length, mean_value) = (mean(&length), mean(&|score| f64::from(score.value)));
        let spread = mean(&|score| (length(score) - mean_length).powi(2));
        let along = mean(&|score| (length(score) - mean_length) * (f64::from(score.value) - mean_value));
        let slope = along / spread;
        for score in &all {
            let Standing { share_below, among, at_usual_length } = score.standing.expect("enough are known");
            let below = all.iter().filter(|other| other.value < score.value).count() as f64;
            let equal = all.iter().filter(|other| other.value == score.value).count() as f64;
            assert_eq!(among as usize, all.len());
            // Two that differ by rounding alone may be a tie there and none here.
            assert!((f64::from(share_below) - (below + equal / 2.0) / n).abs() <= 1.01 / n);
            let held_equal = f64::from(score.value) - slope * (length(score) - mean_length);
            assert!((f64::from(at_usual_length) - held_equal).abs() < 1e-4);
        }
        let mean_share = mean(&|score| f64::from(score.standing.expect("a standing").share_below));
        assert!((mean_share - 0.5).abs() < 1e-6, "ties counted half, the middle of all is a half");
    }
}

#[test]
fn among_few_it_stands_nowhere_and_where_all_are_as_long_the_length_changes_nothing() {
    let mut few = taught(4, DeviceKind::Cpu, 0);
    assert_eq!(scored(&mut few, Slot::Living, "p", "r").standing, None);

    let mut session = Session::open(true, DeviceKind::Cpu, 0);
    let (words, digits) = (["red", "green", "blue", "black", "white", "gold"], ["one", "two", "three"]);
    let pairs: Vec<PairText> = words
        .iter()
        .flat_map(|word| {
            digits.map(|digit| Pair::new(format!("{word} {digit}"), *word, digit, "test").into())
        })
        .collect();
    let tokens = |session: &mut Session, text: &str| scored(session, Slot::Living, "p", text).response_tokens;
    let comparisons = crate::script::pairs(18).1.into_iter().zip(&pairs);
    let comparisons = comparisons.map(|(said, pair)| {
        let pair = pair.id.clone();
        reward_studio::domain::dataset::Comparison { pair, ..said }
    });
    let comparisons = comparisons.collect();
    session.ask(Command::AddPairs(pairs));
    session.ask(Command::Fit { request: RequestId(1), comparisons, objective: Objective::default() });
    assert!(words.iter().chain(&digits).all(|word| tokens(&mut session, word) == 1));
    let long = scored(&mut session, Slot::Living, "p", "red green blue black white gold one two three");
    assert_eq!(long.standing.map(|standing| standing.at_usual_length), Some(long.value));
}

fn ordered(events: &[Event]) -> Vec<Candidate> {
    let candidates = events.iter().find_map(|event| match event {
        Event::Ordered { candidates, .. } => Some(candidates.clone()),
        _ => None,
    });
    candidates.unwrap_or_else(|| panic!("{}", told(events)))
}

fn order(request: u32, slot: Slot, prompt: &str, responses: &[String]) -> Command {
    let responses = responses.to_vec();
    Command::Order { request: RequestId(request), slot, prompt: prompt.into(), responses }
}

/// Candidates of all lengths, every one of the first half twice.
fn candidates(count: usize) -> Vec<String> {
    (0..count)
        .map(|at| {
            let at = at % (count * 2 / 3).max(1);
            format!("{} Which one is it, {at}?", "It will come. ".repeat(at * 7 % 40))
        })
        .collect()
}

#[test]
fn candidates_come_best_first_with_their_lead_and_equal_ones_tie() {
    for kind in [DeviceKind::Cpu, DeviceKind::NdArray] {
        let mut session = taught(24, kind, 0);
        let given = candidates(60);
        let prompt = "Where is my parcel?";
        let found = ordered(&session.ask(order(5, Slot::Living, prompt, &given)));
        let mut places: Vec<u32> = found.iter().map(|candidate| candidate.response).collect();
        places.sort_unstable();
        assert_eq!(places, (0..60).collect::<Vec<u32>>());
        for candidate in &found {
            let own = &given[candidate.response as usize];
            let alone = scored(&mut session, Slot::Living, prompt, own);
            assert!((alone.value - candidate.score.value).abs() < 1e-5);
            assert!(candidate.score.doubt.is_some() && candidate.score.standing.is_some());
        }
        let mut ties = 0;
        for two in found.windows(2) {
            let [first, second] = two else { panic!("two") };
            let lead = first.lead.expect("a lead over the next");
            assert!(
                lead.margin >= 0.0 && (lead.margin - (first.score.value - second.score.value)).abs() < 1e-6
            );
            assert!(lead.std.is_some_and(|std| std.is_finite()));
            if given[first.response as usize] == given[second.response as usize] {
                ties += 1;
                assert!(first.response < second.response, "stable");
                assert_eq!((lead.margin, lead.std), (0.0, Some(0.0)));
                assert_eq!(lead.shares.first, lead.shares.second);
                assert_eq!(first.score.value, second.score.value);
            }
        }
        assert_eq!(ties, 20);
        assert_eq!(found.last().map(|last| last.lead), Some(None));
    }
}

#[test]
fn one_candidate_or_none_is_in_order_too() {
    let mut session = taught(8, DeviceKind::Cpu, 0);
    let one = ordered(&session.ask(order(5, Slot::Living, "p", &[String::new()])));
    assert_eq!((one.len(), one[0].response, one[0].lead), (1, 0, None));
    assert!(ordered(&session.ask(order(6, Slot::Living, "p", &[]))).is_empty());
    let nobody = told(&session.ask(order(7, Slot::Trained, "p", &["r".into()])));
    assert!(nobody.starts_with("failed Some(7) NoModel"), "{nobody}");
}

#[test]
fn a_thousand_candidates_hold_up_neither_a_score_nor_a_newer_question() {
    let mut session = taught(12, DeviceKind::Cpu, 0);
    let given = candidates(1000);
    at_the_first_breath(
        &mut session,
        vec![
            score(6, Slot::Living, "p", &["r"]),
            order(7, Slot::Living, "p", &given[..1]),
            order(8, Slot::Living, "Where is it?", &given),
        ],
    );
    let events = session.ask(order(5, Slot::Living, "p", &given));
    let lines = told(&events);
    assert!(
        lines.starts_with("superseded 5\nsuperseded 7\nscored 6 Living: 1\nordered 8 Living: ["),
        "{lines}"
    );
    let found = ordered(&events);
    assert!(found.windows(2).all(|two| two[0].score.value >= two[1].score.value));
    assert_eq!(found.len(), 1000);
}

#[test]
fn a_model_that_is_fitted_anew_meanwhile_orders_everything() {
    let mut session = taught(12, DeviceKind::Cpu, 0);
    let given = candidates(50);
    let (_, mut comparisons) = pairs(12);
    comparisons.truncate(7);
    let fit = Command::Fit { request: RequestId(6), comparisons, objective: Objective::default() };
    at_the_first_breath(&mut session, vec![fit]);
    let events = session.ask(order(5, Slot::Living, "p", &given));
    for candidate in ordered(&events) {
        let own = &given[candidate.response as usize];
        let alone = scored(&mut session, Slot::Living, "p", own);
        assert!((alone.value - candidate.score.value).abs() < 1e-5);
    }
}
