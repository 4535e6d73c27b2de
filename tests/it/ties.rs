//! The likelihoods with ties: against SciPy, against their own tensors, and what becomes of odd answers.

use burn::tensor::{Device, Tensor};
use reward_studio::domain::choice::{Outcome, Side, Strength};
use reward_studio::domain::config::{DescentConfig, LossChoice, Objective, Penalty, StrengthUse};
use reward_studio::domain::dataset::Comparison;
use reward_studio::domain::likelihood::{Loss, Told};
use reward_studio::domain::log::Asked;
use reward_studio::domain::pair::PairId;
use reward_studio::domain::recipe::LengthFeature;
use reward_studio::domain::split::Part;
use reward_studio::model::loss::{Targets, TieParameter, comparison_loss, tie_prior};
use reward_studio::model::reward_model::{Pooled, Scaling, dot};
use reward_studio::train::descent::Descent;
use reward_studio::train::exact;
use reward_studio::train::lesson::{Differences, Example, Rows, Said};
use reward_studio::train::objective::decide;
use reward_studio::train::prior::Prior;
use reward_studio::train::steps::Next;
use serde::Deserialize;

use crate::browserless::wait;
use crate::golden::{apart, golden};

#[derive(Deserialize)]
struct Numbers {
    differences: Vec<Vec<f32>>,
    tied: Vec<bool>,
    values: Vec<Value>,
    optimum: Vec<Optimum>,
}

#[derive(Deserialize)]
struct Value {
    loss: Loss,
    parameter: f64,
    margin: f64,
    first: f64,
    tie: f64,
    second: f64,
}

#[derive(Deserialize)]
struct Optimum {
    loss: Loss,
    lambda: f32,
    weight: Vec<f32>,
    parameter: Option<f64>,
}

impl Numbers {
    fn rows(&self) -> Rows {
        let said = self
            .tied
            .iter()
            .map(|&tied| Said { told: if tied { Told::Tie } else { Told::Chosen }, ..Said::CHOSEN });
        let width = self.differences[0].len();
        let values = self.differences.concat();
        Rows { differences: Differences { values, width }, said: said.collect() }
    }
}

#[test]
fn the_shares_are_those_of_the_papers() {
    for Value { loss, parameter, margin, first, tie, second } in golden::<Numbers>("ties.json").values {
        let shares = loss.shares(margin, parameter.ln().max(-800.0));
        for (ours, theirs) in [(shares.first, first), (shares.tie, tie), (shares.second, second)] {
            assert!((ours - theirs).abs() < 1e-12, "{loss:?} {parameter} at {margin}: {ours} and {theirs}");
        }
    }
}

#[test]
fn the_joint_newton_fit_is_scipys_optimum() {
    let numbers: Numbers = golden("ties.json");
    let rows = numbers.rows();
    for Optimum { loss, lambda, weight, parameter } in &numbers.optimum {
        let ours = exact::solve(&rows, *loss, &Prior::plain(*lambda), None);
        assert!(
            apart(&ours.weights, weight) < 2e-5,
            "{loss:?}, λ = {lambda}: {}",
            apart(&ours.weights, weight)
        );
        if let Some(parameter) = parameter {
            let ours = loss.published_tie(ours.tie).expect("a tie parameter");
            assert!((ours - parameter).abs() < 1e-4, "{loss:?}, λ = {lambda}: {ours} and {parameter}");
        }
    }
}

#[test]
fn tensors_have_the_closed_forms_values_and_slopes() {
    let margins = [-100.0f32, -2.5, 0.0, 0.8, 100.0];
    #[allow(deprecated)]
    let devices = [Device::flex(), Device::ndarray()];
    for device in devices {
        let device = device.autodiff();
        for loss in Loss::ALL {
            for told in [Told::Chosen, Told::Tie] {
                let tie = 0.6f64;
                let parameter = TieParameter::at(loss, tie, &device);
                let on_device = Tensor::<1>::from_floats(margins, &device).require_grad();
                let targets = Targets::of(&[told; 5], vec![0.25; 5], vec![2.0; 5], &device);
                let mean = comparison_loss(loss, on_device.clone(), &targets, &parameter.value.val());
                let gradients = mean.backward();
                let slopes = on_device.grad(&gradients).expect("a gradient");
                let slopes: Vec<f32> = wait(slopes.into_data_async()).unwrap().iter().collect();
                let bends = margins.map(|margin| loss.bend(told, f64::from(margin - 0.25), tie) * 2.0);
                let expected = bends.map(|bend| (bend.slope / 5.0) as f32);
                assert!(apart(&slopes, &expected) < 1e-6, "{loss:?} {told:?}: {slopes:?}, {expected:?}");
                let mean: f32 = wait(mean.into_scalar_async()).unwrap();
                let expected = bends.iter().map(|bend| bend.value).sum::<f64>() / 5.0;
                assert!((f64::from(mean) - expected).abs() < 1e-4, "{loss:?} {told:?}: {mean}, {expected}");
            }
            if loss.has_tie() {
                let parameter = TieParameter::at(loss, 0.6, &device);
                let prior: f32 = wait(tie_prior(loss, &parameter.value.val()).into_scalar_async()).unwrap();
                assert!((f64::from(prior) - loss.prior(0.6).value).abs() < 1e-6);
            }
        }
    }
}

#[test]
fn descent_reaches_the_exact_fit_with_ties_too() {
    let rows = golden::<Numbers>("ties.json").rows();
    for loss in [Loss::RaoKupper, Loss::Davidson, Loss::SoftTies] {
        let config = DescentConfig {
            learning_rate: 0.05,
            batch_size: rows.count() as u32,
            epochs: 800,
            patience: 0,
            ..DescentConfig::default()
        };
        let mut descent =
            Descent::new(&rows, &Rows::default(), (loss, &Prior::plain(1.0)), config, &Device::flex());
        let descended = loop {
            if descent.step() == Next::EpochEnd && wait(descent.end_epoch()).unwrap().1.is_some() {
                break wait(descent.learned()).unwrap().solution;
            }
        };
        let exact = exact::solve(&rows, loss, &Prior::plain(1.0), None);
        assert!(apart(&descended.weights, &exact.weights) < 2e-3, "{loss:?}");
        assert!((descended.tie - exact.tie).abs() < 2e-3, "{loss:?}: {} and {}", descended.tie, exact.tie);
    }
}

/// Examples of one feature that is their quality, of prompts of their own; `outcome` of (margin, number).
fn examples(count: usize, outcome: impl Fn(f32, usize) -> Outcome) -> (Vec<Example>, Scaling) {
    let pooled = |quality: f32| Pooled { vector: vec![quality, 0.0], tokens: 5 };
    let examples: Vec<Example> = (0..count)
        .map(|i| {
            let spread = |i: usize| (i.wrapping_mul(2_654_435_761) >> 9) as f32 % 101.0 / 50.0 - 1.0;
            let (a, b) = (spread(2 * i), spread(2 * i + 1));
            let prompt = format!("prompt {i}");
            let comparison = Comparison {
                pair: PairId::of(&prompt, "a", "b"),
                outcome: outcome(a - b, i),
                strength: Strength::try_from(1 + (i % 3) as u8).ok(),
                asked: Asked::Random,
            };
            Example::new(&comparison, &prompt, &pooled(a), &pooled(b))
        })
        .collect();
    let responses: Vec<Pooled> =
        examples.iter().flat_map(|example| [example.chosen.clone(), example.rejected.clone()]).collect();
    let scaling = Scaling::of(responses.iter(), LengthFeature::On).expect("responses");
    (examples, scaling)
}

fn better(margin: f32) -> Outcome {
    Outcome::Preferred(if margin > 0.0 { Side::A } else { Side::B })
}

#[test]
fn ties_between_near_equals_bring_a_likelihood_with_ties_and_none_bring_bradley_terry() {
    let (with, scaling) =
        examples(120, |margin, _| if margin.abs() < 0.4 { Outcome::Tie } else { better(margin) });
    let ties = with.iter().filter(|example| example.told() == Told::Tie).count();
    let (usable, decided) = decide(with, &scaling, &Objective::default(), None);
    let advice = decided.advice.expect("it was our choice");
    assert!(decided.loss.has_tie() && usable.len() == 120 && advice.ties as usize == ties);
    assert_eq!(advice.held_out.len(), 2);
    assert!(advice.held_out[0].0 == decided.loss && advice.held_out[0].1 <= advice.held_out[1].1);

    let (without, scaling) = examples(120, |margin, _| better(margin));
    let (_, decided) = decide(without, &scaling, &Objective::default(), None);
    assert_eq!((decided.loss, decided.advice.map(|advice| advice.ties)), (Loss::BradleyTerry, Some(0)));
}

#[test]
fn ties_are_expected_where_they_come_and_not_elsewhere() {
    let (examples, scaling) =
        examples(200, |margin, _| if margin.abs() < 0.4 { Outcome::Tie } else { better(margin) });
    let (usable, decided) = decide(examples, &scaling, &Objective::default(), None);
    let rows = Rows::of(&usable, &scaling, decided.strength);
    let solution = exact::solve(&rows, decided.loss, &Prior::plain(1.0), None);
    let mean = |told: Told| {
        let shares: Vec<f64> = rows
            .differences
            .rows()
            .zip(&rows.said)
            .filter(|(_, said)| said.told == told)
            .map(|(row, _)| decided.loss.shares(f64::from(dot(row, &solution.weights)), solution.tie).tie)
            .collect();
        shares.iter().sum::<f64>() / shares.len() as f64
    };
    assert!(mean(Told::Tie) > 0.6 && mean(Told::Chosen) < 0.3, "{} {}", mean(Told::Tie), mean(Told::Chosen));
}

#[test]
fn odd_answers_give_finite_weights_under_every_likelihood() {
    let all_ties = |_: f32, _: usize| Outcome::Tie;
    let all_alike = |_: f32, _: usize| Outcome::Preferred(Side::A);
    let by_turns =
        |_: f32, i: usize| if i.is_multiple_of(2) { Outcome::Tie } else { Outcome::Preferred(Side::B) };
    let separable = |margin: f32, _: usize| better(margin);
    let kinds: [&dyn Fn(f32, usize) -> Outcome; 4] = [&all_ties, &all_alike, &by_turns, &separable];
    for outcome in kinds {
        for count in [1, 3, 60] {
            let (examples, scaling) = examples(count, outcome);
            for strength in StrengthUse::ALL {
                for loss in Loss::ALL.map(LossChoice::Fixed).into_iter().chain([LossChoice::Recommended]) {
                    let objective = Objective { loss, strength, ..Objective::default() };
                    let (usable, decided) = decide(examples.clone(), &scaling, &objective, None);
                    let rows = Rows::of(&usable, &scaling, strength);
                    let solution = exact::solve(&rows, decided.loss, &Prior::plain(1.0), None);
                    assert!(solution.tie.is_finite());
                    assert!(solution.weights.iter().all(|w| w.abs() < 60.0), "{loss:?}: {solution:?}");
                }
            }
        }
    }
}

#[test]
fn a_steady_taste_gets_a_weak_penalty_by_cross_validation_and_noise_a_strong_one() {
    let lambda = |outcome: &dyn Fn(f32, usize) -> Outcome| {
        let (examples, scaling) = examples(150, outcome);
        let objective = Objective { penalty: Penalty::HeldOut, ..Objective::default() };
        decide(examples, &scaling, &objective, None).1.penalty.lambda(150)
    };
    assert_eq!(lambda(&|margin, _| better(margin)), 0.1);
    assert_eq!(
        lambda(&|_, i| better(if i.wrapping_mul(0x9e37_79b9) >> 7 & 1 == 0 { 1.0 } else { -1.0 })),
        10.0
    );
    // All of one prompt: nothing can be held out, and the measured default stands in.
    let (mut all_of_one, scaling) = examples(5, |margin, _| better(margin));
    all_of_one.iter_mut().for_each(|example| example.prompt = "one".into());
    let objective = Objective { penalty: Penalty::HeldOut, ..Objective::default() };
    assert_eq!(decide(all_of_one, &scaling, &objective, None).1.penalty, Penalty::Auto);
}

#[test]
fn from_two_hundred_answers_on_held_out_ones_choose_the_penalty_and_have_no_say_in_the_evidence() {
    let lambda = |penalty: Penalty, learned_is_steady: bool, held_is_steady: bool| {
        let (mut examples, scaling) = examples(300, |margin, _| better(margin));
        for (at, example) in examples.iter_mut().enumerate() {
            let steady = if example.part() == Part::Train { learned_is_steady } else { held_is_steady };
            if !steady && at.wrapping_mul(0x9e37_79b9) >> 7 & 1 == 0 {
                std::mem::swap(&mut example.chosen, &mut example.rejected);
            }
        }
        decide(examples, &scaling, &Objective { penalty, ..Objective::default() }, None).1.penalty.lambda(0)
    };
    let held_out = |held_is_steady| lambda(Penalty::HeldOut, true, held_is_steady);
    assert_eq!((held_out(true), held_out(false)), (0.1, 10.0));
    let evidence = |learned, held| lambda(Penalty::Evidence, learned, held);
    assert_eq!(evidence(true, true), evidence(true, false));
    assert!(evidence(true, true) < evidence(false, true));
}

#[test]
fn strength_asks_for_a_margin_or_counts_more_and_is_unused_unless_asked() {
    let (examples, _) = examples(3, |_, _| Outcome::Preferred(Side::A));
    let said = |strength| examples.iter().map(|example| Said::of(example, strength)).collect::<Vec<_>>();
    assert_eq!(said(StrengthUse::default()), [Said::CHOSEN; 3]);
    assert_eq!(said(StrengthUse::Margin).iter().map(|said| said.shift).collect::<Vec<_>>(), [0.5, 1.0, 1.5]);
    assert_eq!(said(StrengthUse::Weight).iter().map(|said| said.weight).collect::<Vec<_>>(), [0.5, 1.0, 1.5]);
}
