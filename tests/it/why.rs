//! Why a text scores as it does: the parts add up, leaving out equals recomputing, and what is like it is found.

use burn::tensor::{Device, Tensor, TensorData};
use proptest::prelude::*;
use reward_studio::domain::config::Objective;
use reward_studio::domain::device::DeviceKind;
use reward_studio::domain::likelihood::Likelihood;
use reward_studio::domain::recipe::{LengthFeature, Pooling, Recipe};
use reward_studio::model::attribution::Attribution;
use reward_studio::model::pooling::{pool, weigh};
use reward_studio::model::reward_model::{Pooled, RewardModel, Scaling};
use reward_studio::protocol::crew::TokenRow;
use reward_studio::protocol::scoring::{Insight, Neighbour, Piece};
use reward_studio::protocol::{Command, Event, RequestId, Slot};
use reward_studio::text::Encoder;

use crate::browserless::{Session, repository, wait};
use crate::scoring::{at_the_first_breath, scored, taught};
use crate::script::{exported, pairs, told};

const LIVING: Slot = Slot::Living;

fn explain(request: u32, slot: Slot, prompt: &str, responses: &[&str]) -> Command {
    let responses = responses.iter().map(|&response| response.into()).collect();
    Command::Explain { request: RequestId(request), slot, prompt: prompt.into(), responses }
}

fn insights(events: Vec<Event>, wanted: u32) -> Vec<Insight> {
    let lines = told(&events);
    let of = |event| match event {
        Event::Explained { request, insight } if request.0 == wanted => Some(insight),
        _ => None,
    };
    let found: Vec<Insight> = events.into_iter().filter_map(of).collect();
    assert_eq!(found.last(), Some(&Insight::Done), "{lines}");
    found
}

/// Tokens, length part and score; sentences; neighbours of the only response.
fn explained(
    session: &mut Session,
    slot: Slot,
    prompt: &str,
    response: &str,
) -> ((Vec<Piece>, f32, f32), Vec<Piece>, Vec<Neighbour>) {
    let found = insights(session.ask(explain(70, slot, prompt, &[response])), 70);
    let [
        Insight::Tokens { pieces, length_part, score, .. },
        Insight::Sentences { pieces: sentences, .. },
        Insight::Alike { neighbours, .. },
        Insight::Done,
    ] = found.as_slice()
    else {
        panic!("{found:?}")
    };
    ((pieces.clone(), *length_part, *score), sentences.clone(), neighbours.clone())
}

/// Texts that tokenizers trip over: what is dropped, taken apart or unknown, and what does not fit.
fn odd_texts() -> Vec<String> {
    let texts = [
        "",
        "word",
        "Crème brûlée, naïve — ÉCOLE!",
        "👩‍🚀🙂 ok 🏳️‍🌈",
        "שלום, מה שלומך היום?",
        "مرحبا بك",
        "한국어 텍스트",
    ];
    let more = [
        "汉字 and 漢字。",
        "a\u{0}b\u{200b}c\u{feff}\r\n\td",
        "[CLS] [SEP] [PAD]",
        "ﬁ ½ ™ ǅ İstanbul",
        "   ",
    ];
    let long = ["é".repeat(100_000), "So it goes. ".repeat(8_400), "x".repeat(100_000)];
    texts.iter().chain(&more).map(|text| text.to_string()).chain(long).collect()
}

#[test]
fn parts_and_length_are_the_score_for_every_pooling_and_any_text() {
    for pooling in Pooling::ALL {
        let mut session = Session::open(true, DeviceKind::Cpu, 0);
        let recipe =
            Recipe { layer: 2, pooling, length_feature: LengthFeature::On, max_tokens: 48, tuned: None };
        session.ask(Command::Recipe(recipe));
        let (texts, comparisons) = pairs(16);
        session.ask(Command::AddPairs(texts));
        session.ask(Command::Fit { request: RequestId(1), comparisons, objective: Objective::default() });
        for text in odd_texts() {
            for (prompt, response) in
                [("Where is it?", &text[..]), (&text[..], "Which one, please? Tell me.")]
            {
                let ((pieces, length_part, score), _, _) = explained(&mut session, LIVING, prompt, response);
                let by_hand = scored(&mut session, LIVING, prompt, response);
                let sum: f32 = pieces.iter().map(|piece| piece.part).sum();
                assert!(
                    (sum + length_part - by_hand.value).abs() < 1e-4,
                    "{sum} + {length_part} = {}",
                    by_hand.value
                );
                assert!(
                    (score - by_hand.value).abs() < 1e-4 && (length_part - by_hand.length_part).abs() < 1e-6
                );
                stand_in_order(&pieces, prompt, response);
                let in_prompt = |piece: &Piece| piece.in_prompt;
                match pooling {
                    Pooling::Cls | Pooling::Pooler | Pooling::Last => {
                        assert_eq!(pieces.len(), 1);
                        assert_eq!(
                            (pieces[0].start, in_prompt(&pieces[0])),
                            (pieces[0].end, pooling != Pooling::Last)
                        );
                    }
                    Pooling::ResponseMean => assert!(!pieces.iter().any(in_prompt)),
                    Pooling::Mean => assert!(in_prompt(&pieces[0]) && !in_prompt(&pieces[pieces.len() - 1])),
                }
            }
        }
    }
}

/// Ranges are of the texts as they came, whole signs, in reading order and without overlap.
fn stand_in_order(pieces: &[Piece], prompt: &str, response: &str) {
    for piece in pieces {
        let text = if piece.in_prompt { prompt } else { response };
        assert!(text.get(piece.start as usize..piece.end as usize).is_some(), "{piece:?} in {text:.60}");
    }
    for two in pieces.windows(2) {
        let [one, next] = two else { panic!("two") };
        assert!(one.in_prompt != next.in_prompt || one.end <= next.start, "{one:?} and {next:?}");
        assert!(one.in_prompt || !next.in_prompt);
    }
}

#[test]
fn tokens_stand_on_the_words_they_are_of_whatever_the_tokenizer_drops() {
    let mut session = taught(12, DeviceKind::Cpu, 0);
    let text = "Crème BRÛLÉE is good! 🙂 好吗";
    let ((pieces, ..), _, _) = explained(&mut session, LIVING, "p", text);
    let words: Vec<&str> = pieces.iter().map(|it| &text[it.start as usize..it.end as usize]).collect();
    assert_eq!(words.concat(), text.replace(' ', ""));
    assert!(words.contains(&"!") && words.contains(&"is") && words.contains(&"🙂"), "{words:?}");
}

/// One a thread: it remembers what it has read.
fn encoder() -> &'static Encoder {
    thread_local!(static READ: &'static Encoder = {
        let file = repository().join("tests/fixtures/tiny-bert/tokenizer.json");
        let encoder = Encoder::of_pairs(&std::fs::read(file).expect("a tokenizer")).expect("one of ours");
        Box::leak(Box::new(encoder))
    });
    READ.with(|encoder| *encoder)
}

proptest! {

    #[test]
    fn spans_are_of_the_tokens_that_are_read(prompt in ".{0,80}", response in "\\PC{0,120}", longest in 8u16..80) {
        let encoder = encoder();
        let plain = encoder.encode(&prompt, &response, longest).expect("a row");
        let (encoded, spans) = encoder.encode_with_spans(&prompt, &response, longest).expect("a row");
        prop_assert_eq!(&plain, &encoded);
        prop_assert_eq!(spans.len(), encoded.row.ids.len());
        for (at, span) in spans.iter().enumerate() {
            let text = if span.in_prompt { &prompt } else { &response };
            prop_assert!(text.get(span.start..span.end).is_some());
            prop_assert_eq!(span.in_prompt, (at as u32) < encoded.row.response_start);
        }
    }
}

#[test]
fn a_tokens_part_is_how_the_score_moves_with_its_hidden_state() {
    let (tokens, width) = (7usize, 6usize);
    let device = Device::flex();
    let drawn = |seed: usize| ((seed * 2_654_435_761) % 1000) as f32 / 500.0 - 1.0;
    let hidden: Vec<f32> = (0..tokens * width).map(drawn).collect();
    let row = TokenRow { ids: vec![5; tokens], response_start: 3, response_end: 6 };
    let rows: Vec<Pooled> = (0..9)
        .map(|at| Pooled {
            vector: (0..width).map(|place| drawn(at * 31 + place)).collect(),
            tokens: at as u32,
        })
        .collect();
    for pooling in Pooling::ALL {
        let recipe = Recipe { pooling, ..Recipe::measured_best(6) };
        let scaling = Scaling::of(rows.iter(), LengthFeature::On).expect("rows");
        let weights = (0..=width).map(|at| drawn(at + 77)).collect();
        let model = RewardModel { recipe, scaling, hidden: None, weights, likelihood: Likelihood::PLAIN };
        let mut shares = vec![0f32; tokens];
        weigh(&row, pooling, &mut shares);
        // Pooled on the device, as a score's vector is; then scaling and head.
        let score = |hidden: &[f32]| {
            let states =
                Tensor::<3>::from_data(TensorData::new(hidden.to_vec(), [1, tokens, width]), &device);
            let shares = Tensor::<3>::from_data(TensorData::new(shares.clone(), [1, 1, tokens]), &device);
            let vector =
                wait(pool(states, shares).into_data_async()).expect("values").iter::<f32>().collect();
            model.score(&Pooled { vector, tokens: 3 }).0
        };
        let parts = Attribution::of(&model, &rows[0]);
        let step = 1e-2;
        for token in 0..tokens {
            for place in 0..width {
                let moved = |by: f32| {
                    let mut moved = hidden.clone();
                    moved[token * width + place] += by;
                    moved
                };
                let slope = (score(&moved(step)) - score(&moved(-step))) / (2.0 * step);
                let state = |hidden: &[f32]| parts.state(&hidden[token * width..][..width]);
                let own = shares[token] * (state(&moved(0.5)) - state(&moved(-0.5)));
                assert!((slope - own).abs() < 2e-4, "{pooling:?}, token {token}: {slope} and {own}");
            }
        }
    }
}

#[test]
fn leaving_a_sentence_out_equals_scoring_the_text_without_it() {
    for kind in [DeviceKind::Cpu, DeviceKind::NdArray] {
        let mut session = taught(20, kind, 0);
        let text = "Sure! It costs 3.14 euros, i.e. little.\n\n```\nlet a = 1. Or 2.\n```\nWhich one do you mean? 👍\n好。再见";
        let (_, sentences, _) = explained(&mut session, LIVING, "Where is it?", text);
        let whole = scored(&mut session, LIVING, "Where is it?", text).value;
        assert_eq!(sentences.len(), 6);
        let mut at = 0;
        for Piece { in_prompt, start, end, part } in sentences {
            assert!(!in_prompt && start as usize == at);
            at = end as usize;
            let rest = [&text[..start as usize], &text[at..]].concat();
            let without = scored(&mut session, LIVING, "Where is it?", &rest).value;
            assert!((part - (whole - without)).abs() < 1e-5, "{part} and {}", whole - without);
        }
        assert_eq!(at, text.len());
        assert!(explained(&mut session, LIVING, "p", "Only one sentence.").1.is_empty());
        assert!(explained(&mut session, LIVING, "p", "").1.is_empty());
        let long = "So it goes. And on! ".repeat(100);
        assert!((20..=40).contains(&explained(&mut session, LIVING, "p", &long).1.len()));
    }
}

#[test]
fn the_nearest_answered_responses_are_found_the_text_itself_first() {
    let mut session = taught(20, DeviceKind::Cpu, 0);
    // What nobody has answered is known, and never told.
    let (all, comparisons) = pairs(40);
    session.ask(Command::AddPairs(all.clone()));
    let ours = &all[7];
    let (_, _, near) = explained(&mut session, LIVING, &ours.prompt, &ours.response_b);
    assert_eq!(near.len(), 5);
    assert_eq!((&near[0].pair, near[0].similarity), (&ours.id, 1.0));
    assert!(near.iter().all(|it| comparisons[..20].iter().any(|said| said.pair == it.pair)));
    assert!(near.windows(2).all(|two| two[0].similarity >= two[1].similarity));
    for it in &near {
        let pair = all.iter().find(|pair| pair.id == it.pair).expect("a pair");
        let side = [&pair.response_a, &pair.response_b][it.side as usize];
        let by_hand = scored(&mut session, LIVING, &pair.prompt, side);
        assert!((by_hand.value - it.score).abs() < 1e-6);
    }
    // A question asked back is like those that were asked back, of which all are preferred.
    let (_, _, near) =
        explained(&mut session, LIVING, "Where is it?", "Could you tell me which parcel you mean?");
    let asks = |it: &&Neighbour| {
        (it.side as usize == 0) == (all.iter().position(|pair| pair.id == it.pair).expect("a pair") % 2 == 0)
    };
    assert!(near.iter().filter(asks).count() >= 4, "{near:?}");
    let unanswered = &all[30];
    let (_, _, near) = explained(&mut session, LIVING, &unanswered.prompt, &unanswered.response_a);
    assert!(near.iter().all(|it| it.pair != unanswered.id));
}

#[test]
fn a_model_that_reads_otherwise_finds_nothing_alike_and_explains_itself() {
    let mut session = taught(12, DeviceKind::Cpu, 0);
    let bytes = exported(&mut session, LIVING);
    let recipe = Recipe {
        layer: 1,
        pooling: Pooling::Mean,
        length_feature: LengthFeature::Off,
        max_tokens: 64,
        tuned: None,
    };
    session.ask(Command::Recipe(recipe));
    let slot = Slot::Beside(1);
    session.ask(Command::Import { request: RequestId(2), slot, bytes });
    let ((pieces, length_part, _), sentences, near) = explained(&mut session, slot, "p", "One more. Or two?");
    let by_hand = scored(&mut session, slot, "p", "One more. Or two?");
    let sum: f32 = pieces.iter().map(|piece| piece.part).sum();
    assert!((sum + length_part - by_hand.value).abs() < 1e-4);
    assert_eq!((sentences.len(), near), (2, vec![]));
}

#[test]
fn two_responses_are_explained_one_after_the_other_and_a_newer_question_takes_over() {
    let mut session = taught(16, DeviceKind::Cpu, 0);
    let two = ["It will come. Soon, I hope! Bye.", "Which one do you mean?"];
    let mut all = session.ask(explain(5, LIVING, "Where is my parcel?", &two));
    all.extend(session.ask(explain(6, LIVING, "p", &[])));
    all.extend(session.ask(explain(7, Slot::Trained, "p", &["r"])));
    let newer = explain(9, LIVING, "p", &["One. Two."]);
    let score = Command::Score {
        request: RequestId(10),
        slot: LIVING,
        prompt: "p".into(),
        responses: vec!["r".into()],
    };
    at_the_first_breath(&mut session, vec![newer, score]);
    all.extend(session.ask(explain(8, LIVING, "p", &["One. Two. Three. Four. Five."])));
    insta::assert_snapshot!(told(&all));
}

#[test]
fn all_insights_are_of_one_model_though_it_is_fitted_anew_meanwhile() {
    let mut session = taught(16, DeviceKind::Cpu, 0);
    let text = "It will come. Which one? Bye.";
    let bytes = exported(&mut session, LIVING);
    session.ask(Command::Import { request: RequestId(2), slot: Slot::Beside(2), bytes });
    let (_, mut comparisons) = pairs(16);
    comparisons.truncate(5);
    let fit = Command::Fit { request: RequestId(6), comparisons, objective: Objective::default() };
    at_the_first_breath(&mut session, vec![fit]);
    let events = session.ask(explain(7, LIVING, "p", &[text]));
    let lines = told(&events);
    let fitted = lines.find("fitted 6").expect("a fit");
    assert!(
        lines.find("tokens of 0") < Some(fitted) && Some(fitted) < lines.find("sentences of 0"),
        "{lines}"
    );
    let found = insights(events, 7);
    let Some(Insight::Sentences { pieces, .. }) = found.get(1) else { panic!("{lines}") };
    for Piece { start, end, part, .. } in pieces {
        let rest = [&text[..*start as usize], &text[*end as usize..]].concat();
        let apart = |session: &mut Session, slot| {
            scored(session, slot, "p", text).value - scored(session, slot, "p", &rest).value
        };
        assert!((part - apart(&mut session, Slot::Beside(2))).abs() < 1e-5);
        assert!((part - apart(&mut session, LIVING)).abs() > 1e-5, "the fit has changed nothing");
    }
}
