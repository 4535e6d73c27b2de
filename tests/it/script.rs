//! Commands in, events out: the engine's conversations, told line by line and kept as snapshots.

use std::collections::BTreeMap;

use reward_studio::domain::choice::{Outcome, Side};
use reward_studio::domain::config::{DescentConfig, Objective, Penalty};
use reward_studio::domain::dataset::Comparison;
use reward_studio::domain::device::DeviceKind;
use reward_studio::domain::evaluation::finding::Finding;
use reward_studio::domain::log::Asked;
use reward_studio::domain::pair::{Pair, PairId, PairText};
use reward_studio::domain::query::choosing::Rule;
use reward_studio::domain::recipe::{LengthFeature, Pooling, Recipe};
use reward_studio::protocol::error::FaultKind;
use reward_studio::protocol::parcel::Parcel;
use reward_studio::protocol::scoring::{Insight, Score};
use reward_studio::protocol::{BUILD_ID, Command, Event, RequestId, RunId, Slot};

use crate::browserless::{Session, repository};

/// Pairs with a taste that can be learned: the chosen response is always the one that asks back.
pub fn pairs(count: usize) -> (Vec<PairText>, Vec<Comparison>) {
    let topics = ["parcel", "invoice", "password", "order", "refund", "account", "phone", "ticket"];
    let pairs: Vec<PairText> = (0..count)
        .map(|i| {
            let topic = topics[i % topics.len()];
            let asks = format!("Could you tell me which {topic} you mean, and when number {i} came?");
            let tells = format!("Your {topic} number {i} is being looked at and will be done soon.");
            let prompt = format!("Where is my {topic}? This is message {i}.");
            if i % 2 == 0 {
                Pair::new(prompt, asks, tells, "test").into()
            } else {
                Pair::new(prompt, tells, asks, "test").into()
            }
        })
        .collect();
    let preferences = pairs
        .iter()
        .enumerate()
        .map(|(i, pair)| said(pair, Outcome::Preferred(if i % 2 == 0 { Side::A } else { Side::B })))
        .collect();
    (pairs, preferences)
}

/// An answer to this pair.
fn said(pair: &PairText, outcome: Outcome) -> Comparison {
    Comparison { pair: pair.id.clone(), outcome, strength: None, asked: Asked::Random }
}

/// An event in a line, without what differs from run to run.
fn line(event: &Event) -> Option<String> {
    Some(match event {
        Event::Hello { build } => {
            format!("hello {}", if build == BUILD_ID { "same build" } else { "other build" })
        }
        Event::DeviceReady(decision) => format!("device {} {}", decision.kind.name(), decision.reason),
        Event::BackboneProgress { .. } => return None,
        Event::BackboneReady { id, layers, unused, .. } => {
            assert_eq!(unused.len(), 0, "{unused:?}");
            format!("backbone {id}, {layers} blocks")
        }
        Event::BackboneFailed(fault) => format!("no backbone: {fault}"),
        Event::Preparing(progress) if progress.done < progress.total => return None,
        Event::Preparing(progress) => {
            format!("prepared {} of {}, kept {}", progress.done, progress.total, progress.kept)
        }
        Event::Fitted { request, waiting, .. } => format!("fitted {}, waiting {waiting}", request.0),
        Event::ModelReady { slot, card } => {
            let judged = card.evaluation.as_ref().map_or(0, |evaluation| evaluation.judged.len());
            format!("model {slot:?} of {}, λ {}, {judged} judged", card.backbone, card.lambda)
        }
        Event::RunStarted { steps, train, validation, .. } => {
            format!("run of {steps} steps, {train} + {validation}")
        }
        Event::RunPreparing { waiting, .. } => format!("run waits for {waiting}"),
        Event::Step { .. } => return None,
        Event::Epoch { report, .. } => format!("epoch {} at step {}", report.epoch, report.step),
        Event::RunSaved { step, steps, .. } => format!("run saved at step {step} of {steps}"),
        Event::RunReading { left, .. } => format!("run reads {left} more"),
        Event::RunPaused { .. } => "paused".into(),
        Event::RunResumed { .. } => "resumed".into(),
        Event::RunDone { ending, validation_accuracy, .. } => {
            format!("done {ending:?}, validation {validation_accuracy:?}")
        }
        Event::RunFailed { fault, .. } => format!("run failed {:?}: {fault}", fault.kind),
        Event::Scored { request, slot, scores, .. } => {
            format!("scored {} {slot:?}: {}", request.0, scores.len())
        }
        Event::Ranked { request, rule, pairs, .. } => {
            format!("ranked {} {}: {}", request.0, rule.word(), pairs.len())
        }
        Event::Checked { slot } => format!("checked {slot:?}"),
        Event::Superseded { request } => format!("superseded {}", request.0),
        Event::Exported { request, slot, .. } => format!("exported {} {slot:?}", request.0),
        Event::Failed { request, fault } => {
            format!("failed {:?} {:?}: {fault}", request.map(|r| r.0), fault.kind)
        }
        Event::Tokenised { request, ids } => format!("tokenised {}: {}", request.0, ids.len()),
        Event::Strips { request, strips } => format!("strips {}: {}", request.0, strips.len()),
        Event::Found { request, finding } => format!("found {}: {}", request.0, found(finding)),
        Event::Ordered { request, slot, candidates } => {
            let places: Vec<u32> = candidates.iter().map(|candidate| candidate.response).collect();
            format!("ordered {} {slot:?}: {places:?}", request.0)
        }
        Event::Explained { request, insight } => format!("explained {}: {}", request.0, explained(insight)),
        Event::RowsScored { request, rows } => {
            let faults = rows.iter().filter(|row| row.is_err()).count();
            format!("rows scored {}: {}, {faults} faults", request.0, rows.len())
        }
    })
}

fn explained(insight: &Insight) -> String {
    match insight {
        Insight::Tokens { response, pieces, .. } => format!("{} tokens of {response}", pieces.len()),
        Insight::Sentences { response, pieces } => format!("{} sentences of {response}", pieces.len()),
        Insight::Alike { response, neighbours } => format!("{} like {response}", neighbours.len()),
        Insight::Done => "done".into(),
    }
}

fn found(finding: &Finding) -> String {
    match finding {
        Finding::Words(margins) => format!("words of {}", margins.len()),
        Finding::Curve(points) => format!("curve of {}", points.len()),
        Finding::Tests { judged, waiting } => format!("{} tests judged, {waiting} waiting", judged.len()),
        Finding::Done => "done".into(),
    }
}

pub fn told(events: &[Event]) -> String {
    events.iter().filter_map(line).collect::<Vec<_>>().join("\n")
}

fn config() -> DescentConfig {
    DescentConfig { epochs: 3, batch_size: 8, patience: 0, ..DescentConfig::default() }
}

pub fn scores(events: &[Event]) -> Vec<Score> {
    events
        .iter()
        .find_map(|event| if let Event::Scored { scores, .. } = event { Some(scores.clone()) } else { None })
        .unwrap_or_else(|| panic!("no scores among {events:?}"))
}

pub fn exported(session: &mut Session, slot: Slot) -> Vec<u8> {
    let events = session.ask(Command::Export { request: RequestId(99), slot, parcel: Parcel::Studio });
    events
        .into_iter()
        .find_map(|event| if let Event::Exported { bytes, .. } = event { Some(bytes) } else { None })
        .expect("an export")
}

/// All numbers of an export, by name. (The order of a header's entries is nobody's to choose.)
pub fn numbers(file: &[u8]) -> BTreeMap<String, Vec<u8>> {
    let tensors = safetensors::SafeTensors::deserialize(file).expect("a safetensors file");
    tensors.tensors().into_iter().map(|(name, tensor)| (name, tensor.data().to_vec())).collect()
}

/// A run's export.
fn train_to_the_end(session: &mut Session, preferences: &[Comparison], config: DescentConfig) -> Vec<u8> {
    let events = session.ask(Command::Train {
        run: RunId(1),
        comparisons: preferences.to_vec(),
        config,
        goes_on: None,
    });
    assert!(events.iter().any(|event| matches!(event, Event::RunDone { .. })), "{}", told(&events));
    exported(session, Slot::Trained)
}

#[test]
fn from_the_greeting_to_an_export() {
    let mut session = Session::open(true, DeviceKind::Cpu, 0);
    let (pairs, preferences) = pairs(24);
    let mut all = session.ask(Command::Hello { build: BUILD_ID.into() });
    all.extend(session.ask(Command::AddPairs(pairs)));
    all.extend(session.ask(Command::Fit {
        request: RequestId(1),
        comparisons: preferences.clone(),
        objective: Penalty::Auto.into(),
    }));
    all.extend(session.ask(Command::Train {
        run: RunId(1),
        comparisons: preferences,
        config: config(),
        goes_on: None,
    }));
    all.extend(session.ask(Command::Score {
        request: RequestId(2),
        slot: Slot::Trained,
        prompt: "Where is my parcel?".into(),
        responses: vec!["Which parcel do you mean?".into(), "It will come soon.".into(), String::new()],
    }));
    all.extend(session.ask(Command::Export {
        request: RequestId(3),
        slot: Slot::Living,
        parcel: Parcel::Studio,
    }));
    insta::assert_snapshot!(told(&all));
}

#[test]
fn what_cannot_be_done_is_said_with_its_remedy() {
    let mut session = Session::new();
    let mut all = session.ask(Command::Score {
        request: RequestId(1),
        slot: Slot::Living,
        prompt: "p".into(),
        responses: vec!["r".into()],
    });
    let mut session = Session::open(true, DeviceKind::Cpu, 0);
    let (pairs, preferences) = pairs(4);
    let score = Command::Score {
        request: RequestId(2),
        slot: Slot::Living,
        prompt: "p".into(),
        responses: vec!["r".into()],
    };
    all.extend(session.ask(score));
    all.extend(session.ask(Command::Fit {
        request: RequestId(3),
        comparisons: vec![],
        objective: Penalty::Auto.into(),
    }));
    all.extend(session.ask(Command::Fit {
        request: RequestId(4),
        comparisons: preferences.clone(),
        objective: Penalty::Auto.into(),
    }));
    all.extend(session.ask(Command::Train {
        run: RunId(5),
        comparisons: vec![],
        config: config(),
        goes_on: None,
    }));
    let impossible = DescentConfig { learning_rate: f32::NAN, ..config() };
    all.extend(session.ask(Command::Train {
        run: RunId(6),
        comparisons: preferences.clone(),
        config: impossible,
        goes_on: None,
    }));
    all.extend(session.ask(Command::Export {
        request: RequestId(7),
        slot: Slot::Trained,
        parcel: Parcel::Studio,
    }));
    all.extend(session.ask(Command::Import {
        request: RequestId(8),
        slot: Slot::Trained,
        bytes: b"PK no safetensors".to_vec(),
    }));
    all.extend(session.ask(Command::Train {
        run: RunId(9),
        comparisons: preferences,
        config: config(),
        goes_on: None,
    }));
    all.extend(session.ask(Command::Stop { run: RunId(9) }));
    all.extend(session.ask(Command::AddPairs(pairs)));
    insta::assert_snapshot!(told(&all));
}

#[test]
fn features_are_computed_once_and_kept_for_the_next_visit() {
    let (pairs, _) = pairs(12);
    let mut first = Session::open(true, DeviceKind::Cpu, 0);
    first.ask(Command::AddPairs(pairs.clone()));
    let kept = crate::browserless::wait(async {
        use reward_studio::engine::ports::Host;
        let library_keys: Vec<String> = first.world.feature_keys();
        (library_keys.len(), first.world.kept_features(&library_keys).await)
    });
    assert_eq!(kept.0, 24);
    assert!(kept.1.iter().all(Option::is_some));

    let mut second = Session::open(true, DeviceKind::Cpu, 0);
    second.world.copy_features(&first.world);
    let events = second.ask(Command::AddPairs(pairs));
    let last =
        events.iter().rev().find_map(|event| if let Event::Preparing(p) = event { Some(*p) } else { None });
    let last = last.expect("progress");
    assert_eq!((last.done, last.total, last.kept), (24, 24, 24));
}

#[test]
fn a_rest_does_not_slow_the_rate_at_which_responses_are_read() {
    let (pairs, _) = pairs(13);
    let mut session = Session::open(true, DeviceKind::Cpu, 0);
    session.ask(Command::AddPairs(pairs[..12].to_vec()));
    std::thread::sleep(std::time::Duration::from_millis(300));
    let began = std::time::Instant::now();
    let events = session.ask(Command::AddPairs(pairs[12..].to_vec()));
    let mut rates = events.iter().filter_map(|event| match event {
        Event::Preparing(progress) if progress.done == 26 => Some(progress.rate),
        _ => None,
    });
    let rate = rates.next_back().expect("progress");
    assert!(f64::from(rate) >= 2.0 / began.elapsed().as_secs_f64(), "{rate} a second");
}

#[test]
fn helpers_give_the_same_weights_as_none() {
    let (pairs, preferences) = pairs(40);
    let mut alone = Session::open(true, DeviceKind::Cpu, 0);
    alone.ask(Command::AddPairs(pairs.clone()));
    let mut helped = Session::open(true, DeviceKind::Cpu, 2);
    let events = helped.ask(Command::AddPairs(pairs));
    assert!(told(&events).contains("prepared 80 of 80"), "{}", told(&events));
    let [alone, helped] =
        [&mut alone, &mut helped].map(|session| numbers(&train_to_the_end(session, &preferences, config())));
    assert_eq!(alone, helped);
}

#[test]
fn pausing_and_going_on_is_the_same_as_never_having_paused() {
    let (pairs, preferences) = pairs(40);
    // Long enough for several slices of work.
    let config = DescentConfig { epochs: 400, batch_size: 8, patience: 0, ..DescentConfig::default() };
    let mut straight = Session::open(true, DeviceKind::Cpu, 0);
    straight.ask(Command::AddPairs(pairs.clone()));
    let weights = train_to_the_end(&mut straight, &preferences, config.clone());

    let mut paused = Session::open(true, DeviceKind::Cpu, 0);
    paused.ask(Command::AddPairs(pairs));
    // A page pauses between two slices of the run. However slow the machine, the second has some of it behind it.
    let commands = paused.commands.clone();
    let mut breaths = 0;
    *paused.world.on_breath.borrow_mut() = Some(Box::new(move |_| {
        breaths += 1;
        if breaths == 2 {
            commands.unbounded_send(Command::Pause { run: RunId(1) }).expect("the engine lives");
        }
    }));
    let held =
        told(&paused.ask(Command::Train { run: RunId(1), comparisons: preferences, config, goes_on: None }));
    assert!(held.starts_with("run of") && held.ends_with("paused") && !held.contains("done"), "{held}");
    let went_on = told(&paused.ask(Command::Resume { run: RunId(1) }));
    assert!(went_on.starts_with("resumed") && went_on.contains("done Finished"), "{went_on}");
    assert_eq!(numbers(&exported(&mut paused, Slot::Trained)), numbers(&weights));
}

#[test]
fn a_stopped_run_keeps_its_best_weights() {
    let (pairs, preferences) = pairs(30);
    let mut session = Session::open(true, DeviceKind::Cpu, 0);
    session.ask(Command::AddPairs(pairs));
    let commands = session.commands.clone();
    *session.world.on_breath.borrow_mut() = Some(Box::new(move |breath| {
        if breath > 2 {
            commands.unbounded_send(Command::Stop { run: RunId(1) }).ok();
        }
    }));
    let endless = DescentConfig { epochs: 4_000_000, patience: 0, ..DescentConfig::default() };
    let events = session.ask(Command::Train {
        run: RunId(1),
        comparisons: preferences,
        config: endless,
        goes_on: None,
    });
    assert!(
        told(&events).ends_with("done StoppedByPerson, validation Some(1.0)")
            || told(&events).contains("done StoppedByPerson"),
        "{}",
        told(&events)
    );
    assert!(!exported(&mut session, Slot::Trained).is_empty());
}

#[test]
fn a_newer_score_takes_the_older_ones_place() {
    let (pairs, preferences) = pairs(12);
    let mut session = Session::open(true, DeviceKind::Cpu, 0);
    session.ask(Command::AddPairs(pairs));
    session.ask(Command::Fit {
        request: RequestId(1),
        comparisons: preferences,
        objective: Penalty::Auto.into(),
    });
    let score = |request| Command::Score {
        request: RequestId(request),
        slot: Slot::Living,
        prompt: "p".into(),
        responses: vec![format!("response {request}")],
    };
    for request in 2..5 {
        session.commands.unbounded_send(score(request)).expect("the engine lives");
    }
    assert_eq!(
        told(&session.ask(score(5))),
        "superseded 2\nsuperseded 3\nsuperseded 4\nscored 5 Living: 1\nchecked Living"
    );
}

#[test]
fn an_export_comes_back_with_the_same_scores_and_only_to_its_own_backbone() {
    for (tiny, name) in [(true, "tiny.safetensors"), (false, "minilm.safetensors")] {
        let (pairs, preferences) = pairs(16);
        let mut session = Session::open(tiny, DeviceKind::Cpu, 0);
        session.ask(Command::AddPairs(pairs));
        let file = train_to_the_end(&mut session, &preferences, config());
        let score = Command::Score {
            request: RequestId(5),
            slot: Slot::Trained,
            prompt: "Where is my order?".into(),
            responses: vec!["Which order?".into(), "Soon.".into()],
        };
        let before = scores(&session.ask(score.clone()));

        let mut fresh = Session::open(tiny, DeviceKind::NdArray, 0);
        let taken =
            fresh.ask(Command::Import { request: RequestId(6), slot: Slot::Trained, bytes: file.clone() });
        assert!(told(&taken).contains("model Trained"), "{}", told(&taken));
        for (a, b) in before.iter().zip(scores(&fresh.ask(score))) {
            assert!((a.value - b.value).abs() < 1e-4, "{} and {}", a.value, b.value);
        }
        // Python's tests read these.
        let folder = std::env::var_os("REWARD_STUDIO_EXPORTS")
            .map_or_else(|| repository().join("target/exports"), std::path::PathBuf::from);
        std::fs::create_dir_all(&folder).expect("a folder");
        std::fs::write(folder.join(name), &file).expect("a file");

        let mut other = Session::open(!tiny, DeviceKind::Cpu, 0);
        let refused =
            other.ask(Command::Import { request: RequestId(7), slot: Slot::Trained, bytes: file.clone() });
        assert!(told(&refused).contains("was made for the backbone"), "{}", told(&refused));
        let cut = session.ask(Command::Import {
            request: RequestId(8),
            slot: Slot::Trained,
            bytes: file[..file.len() - 5].to_vec(),
        });
        let Some(Event::Failed { fault, .. }) = cut.first() else { panic!("{cut:?}") };
        assert_eq!(fault.kind, FaultKind::File);
    }
}

#[test]
fn another_recipe_computes_anew_and_an_old_model_still_scores() {
    let (pairs, preferences) = pairs(12);
    let mut session = Session::open(true, DeviceKind::Cpu, 0);
    session.ask(Command::AddPairs(pairs));
    session.ask(Command::Fit {
        request: RequestId(1),
        comparisons: preferences.clone(),
        objective: Penalty::Auto.into(),
    });
    let score = Command::Score {
        request: RequestId(2),
        slot: Slot::Living,
        prompt: "p".into(),
        responses: vec!["which one?".into()],
    };
    let before = scores(&session.ask(score.clone()))[0].value;
    let recipe = Recipe {
        layer: 1,
        pooling: Pooling::Cls,
        length_feature: LengthFeature::Off,
        max_tokens: 64,
        tuned: None,
    };
    let events = session.ask(Command::Recipe(recipe));
    assert!(told(&events).contains("prepared 24 of 24, kept 0"), "{}", told(&events));
    assert_eq!(scores(&session.ask(score.clone()))[0].value, before);
    session.ask(Command::Fit {
        request: RequestId(3),
        comparisons: preferences,
        objective: Penalty::Auto.into(),
    });
    let after = &scores(&session.ask(score))[0];
    assert_ne!(after.value, before);
    assert_eq!(after.length_part, 0.0);
}

#[test]
fn odd_answers_give_numbers_not_nan() {
    let (mut pairs, _) = pairs(10);
    // Pairs of one prompt only, and one whose responses differ in nothing that a backbone sees.
    let of_one =
        |i: usize| Pair::new("one prompt", format!("first {i}"), format!("second {i}"), "test").into();
    pairs.extend((0..6).map(of_one));
    pairs.push(Pair::new("one prompt", "same", "same ", "test").into());
    let mut session = Session::open(true, DeviceKind::Cpu, 0);
    session.ask(Command::AddPairs(pairs.clone()));
    let candidates: Vec<PairId> = pairs.iter().map(|pair| pair.id.clone()).collect();
    let all_a = pairs.iter().map(|pair| said(pair, Outcome::Preferred(Side::A)));
    let contradicting =
        pairs.iter().flat_map(|pair| [Side::A, Side::B].map(|chosen| said(pair, Outcome::Preferred(chosen))));
    let one = pairs.iter().take(1).map(|pair| said(pair, Outcome::Preferred(Side::B)));
    let three = pairs[..3].iter().map(|pair| said(pair, Outcome::Preferred(Side::B)));
    let all_ties = pairs.iter().map(|pair| said(pair, Outcome::Tie));
    let one_prompt = pairs[10..].iter().map(|pair| said(pair, Outcome::Preferred(Side::A)));
    let zero = pairs[16..].iter().map(|pair| said(pair, Outcome::Preferred(Side::A)));
    let twice = pairs.iter().chain(&pairs).map(|pair| said(pair, Outcome::Preferred(Side::A)));
    let kinds: [Vec<Comparison>; 8] = [
        all_a.collect(),
        contradicting.collect(),
        one.collect(),
        three.collect(),
        all_ties.collect(),
        one_prompt.collect(),
        zero.collect(),
        twice.collect(),
    ];
    for preferences in kinds {
        session.ask(Command::Fit {
            request: RequestId(1),
            comparisons: preferences.clone(),
            objective: Penalty::Auto.into(),
        });
        let trained = session.ask(Command::Train {
            run: RunId(2),
            comparisons: preferences,
            config: config(),
            goes_on: None,
        });
        assert!(told(&trained).contains("done"), "{}", told(&trained));
        for slot in [Slot::Living, Slot::Trained] {
            let responses = vec!["a".into(), "b b b".into(), String::new(), "x".repeat(100_000)];
            let events =
                session.ask(Command::Score { request: RequestId(3), slot, prompt: "p".into(), responses });
            for score in scores(&events) {
                let doubt = score.doubt.expect("a doubt");
                assert!(score.value.is_finite() && doubt.std.is_finite());
                assert!(doubt.refitted_std.is_none_or(f32::is_finite));
            }
            let Some(Event::Scored { compared: Some(compared), .. }) = events.first() else {
                panic!("{}", told(&events))
            };
            let shares = compared.moderated.expect("a posterior");
            assert!((shares.first + shares.tie + shares.second - 1.0).abs() < 1e-9);
        }
        let rule = Rule::Informative;
        let asked = session.ask(Command::Ask { request: RequestId(4), rule, candidates: candidates.clone() });
        let Some(Event::Ranked { pairs: ranked, .. }) = asked.first() else { panic!("{}", told(&asked)) };
        assert!(ranked.iter().all(|it| it.gain.is_finite() && (0.0..=1.0).contains(&it.first)));
    }
}

#[test]
fn the_living_model_ranks_what_it_would_ask_and_knows_how_sure_its_scores_are() {
    let mut session = Session::open(true, DeviceKind::Cpu, 0);
    let (pairs, preferences) = pairs(40);
    session.ask(Command::AddPairs(pairs.clone()));
    let candidates: Vec<PairId> = pairs[30..].iter().map(|pair| pair.id.clone()).collect();
    let ask =
        |request, rule| Command::Ask { request: RequestId(request), rule, candidates: candidates.clone() };
    let before = session.ask(ask(1, Rule::Informative));
    assert!(told(&before).starts_with("failed Some(1) NoModel"), "{}", told(&before));
    session.ask(Command::Fit {
        request: RequestId(2),
        comparisons: preferences[..30].to_vec(),
        objective: Objective::default(),
    });
    for rule in Rule::ALL {
        let events = session.ask(ask(3, rule));
        let [Event::Ranked { pairs: ranked, typical_gain, .. }] = events.as_slice() else {
            panic!("{}", told(&events))
        };
        assert_eq!(ranked.len(), candidates.len());
        assert!(
            ranked.iter().all(|it| it.gain > 0.0 && candidates.contains(&it.pair)) && *typical_gain > 0.0
        );
    }
    let unknown = PairId::of("never", "heard", "of");
    let nothing = session.ask(Command::Ask {
        request: RequestId(4),
        rule: Rule::Informative,
        candidates: vec![unknown],
    });
    assert_eq!(told(&nothing), "ranked 4 informative: 0");

    let score = Command::Score {
        request: RequestId(5),
        slot: Slot::Living,
        prompt: "Where is my parcel?".into(),
        responses: vec!["Which parcel do you mean?".into(), "It will come soon.".into()],
    };
    let first = session.ask(score.clone());
    assert!(told(&first).ends_with("checked Living"), "{}", told(&first));
    let events = session.ask(score);
    let [Event::Scored { scores, compared: Some(compared), .. }] = events.as_slice() else {
        panic!("{}", told(&events))
    };
    for score in scores {
        let doubt = score.doubt.expect("a doubt");
        assert!(doubt.std > 0.0 && doubt.refitted_std.is_some_and(|std| std > 0.0));
        assert!(doubt.share_as_far.is_some_and(|share| (0.0..=1.0).contains(&share)));
    }
    let (plain, moderated) = (compared.shares, compared.moderated.expect("a posterior"));
    assert!((compared.margin - (scores[0].value - scores[1].value)).abs() < 1e-5);
    assert!((plain.first - 0.5).abs() > (moderated.first - 0.5).abs() && plain.tie == 0.0);
}

#[test]
fn ties_and_answers_of_the_models_own_choice_are_learned_from_and_only_drawn_ones_judged() {
    let mut session = Session::open(true, DeviceKind::Cpu, 0);
    let (pairs, mut comparisons) = pairs(60);
    session.ask(Command::AddPairs(pairs));
    for comparison in comparisons.iter_mut().step_by(4) {
        comparison.outcome = Outcome::Tie;
    }
    for comparison in comparisons.iter_mut().skip(1).step_by(2) {
        comparison.asked = Asked::Informative;
    }
    let events =
        session.ask(Command::Fit { request: RequestId(1), comparisons, objective: Objective::default() });
    let card = events
        .iter()
        .find_map(|event| if let Event::ModelReady { card, .. } = event { Some(card.clone()) } else { None })
        .expect("a model");
    let evaluation = card.evaluation.expect("an evaluation");
    assert_eq!(evaluation.learned_from, 60);
    assert_eq!((evaluation.judged.len(), evaluation.ties.len()), (15, 15));
    assert!(card.likelihood.loss.has_tie() && card.advice.is_some_and(|advice| advice.ties == 15));
    // Its file keeps the tie parameter, and brings it back.
    let file = exported(&mut session, Slot::Living);
    let events = session.ask(Command::Import { request: RequestId(2), slot: Slot::Trained, bytes: file });
    let back = events
        .iter()
        .find_map(
            |event| if let Event::ModelReady { card, .. } = event { Some(card.likelihood) } else { None },
        )
        .expect("a model");
    assert_eq!(back.loss, card.likelihood.loss);
    assert!((back.tie - card.likelihood.tie).abs() < 1e-9);
}
