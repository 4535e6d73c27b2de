//! The two ways of fitting the head: against PyTorch and SciPy, and against each other.

use burn::tensor::{Device, Tensor};
use reward_studio::domain::config::DescentConfig;
use reward_studio::domain::likelihood::Loss;
use reward_studio::domain::run::Ending;
use reward_studio::model::head::Head;
use reward_studio::model::loss::{penalty, ranking_loss};
use reward_studio::train::descent::Descent;
use reward_studio::train::exact;
use reward_studio::train::lesson::{Differences, Rows};
use reward_studio::train::prior::Prior;
use reward_studio::train::steps::Next;
use serde::Deserialize;

use crate::browserless::wait;
use crate::golden::{apart, golden};

#[derive(Deserialize)]
struct Numbers {
    chosen: Vec<Vec<f32>>,
    rejected: Vec<Vec<f32>>,
    objective: Vec<Objective>,
    adamw: AdamW,
    optimum: Vec<Optimum>,
    lesson: Lesson,
}

#[derive(Deserialize)]
struct Objective {
    lambda: f32,
    weight: Vec<f32>,
    loss: f32,
    gradient: Vec<f32>,
}

#[derive(Deserialize)]
struct AdamW {
    lambda: f32,
    learning_rate: f32,
    after: Vec<After>,
}

#[derive(Deserialize)]
struct After {
    steps: u32,
    weight: Vec<f32>,
}

#[derive(Deserialize)]
struct Optimum {
    lambda: f32,
    weight: Vec<f32>,
    accuracy: f64,
}

#[derive(Deserialize)]
struct Lesson {
    chosen: Vec<f32>,
    rejected: Vec<f32>,
    loss: f32,
}

impl Numbers {
    fn differences(&self) -> Differences {
        let rows = self.chosen.iter().zip(&self.rejected);
        let values = rows.flat_map(|(c, r)| c.iter().zip(r).map(|(c, r)| c - r)).collect();
        Differences { values, width: self.chosen[0].len() }
    }
}

pub fn devices() -> Vec<Device> {
    #[allow(deprecated)]
    let ndarray = Device::ndarray();
    vec![Device::flex(), ndarray]
}

#[test]
fn the_lessons_own_example_gives_its_loss() {
    let Lesson { chosen, rejected, loss } = golden::<Numbers>("head.json").lesson;
    for device in devices() {
        let margins = Tensor::<1>::from_floats(chosen.as_slice(), &device)
            - Tensor::from_floats(rejected.as_slice(), &device);
        let ours: f32 = wait(ranking_loss(margins).into_scalar_async()).unwrap();
        assert!((ours - loss).abs() < 1e-5 && (ours - 0.2101).abs() < 1e-4, "{ours}");
    }
}

#[test]
fn the_loss_is_finite_at_margins_of_a_hundred_and_more() {
    for device in devices() {
        let margins = Tensor::<1>::from_floats([100.0, -100.0, 1000.0, -1000.0], &device);
        let loss: f32 = wait(ranking_loss(margins).into_scalar_async()).unwrap();
        assert!((loss - 275.0).abs() < 1e-3, "{loss}");
    }
}

#[test]
fn loss_and_gradient_equal_pytorchs() {
    let numbers: Numbers = golden("head.json");
    let differences = numbers.differences();
    let count = differences.count();
    for device in devices() {
        for Objective { lambda, weight, loss, gradient } in &numbers.objective {
            let head = Head::from_weights(weight, None, &device.clone().autodiff());
            let rows = Tensor::<1>::from_floats(differences.values.as_slice(), &device)
                .reshape([count, differences.width])
                .autodiff();
            let ours = ranking_loss(head.forward(rows)) + penalty(head.weight.val(), lambda / count as f32);
            let gradients = ours.backward();
            let slope = head.weight.val().grad(&gradients).expect("a gradient");
            let slope: Vec<f32> = wait(slope.into_data_async()).unwrap().iter().collect();
            let ours: f32 = wait(ours.into_scalar_async()).unwrap();
            assert!((ours - loss).abs() < 1e-5, "{ours} and {loss}");
            assert!(apart(&slope, gradient) < 1e-5);
        }
    }
}

#[test]
fn steps_of_adamw_equal_pytorchs() {
    let numbers: Numbers = golden("head.json");
    let differences = numbers.differences();
    for device in devices() {
        for After { steps, weight } in &numbers.adamw.after {
            let config = DescentConfig {
                // PyTorch's rate is constant there; a cosine over very many steps is, too, as far as f32 can tell.
                learning_rate: numbers.adamw.learning_rate,
                batch_size: differences.count() as u32,
                epochs: 1_000_000,
                patience: 0,
                seed: 0,
                ..DescentConfig::default()
            };
            let rows = Rows::from(differences.clone());
            let prior = Prior::plain(numbers.adamw.lambda);
            let aim = (Loss::BradleyTerry, &prior);
            let mut descent = Descent::new(&rows, &Rows::default(), aim, config, &device);
            for _ in 0..*steps {
                descent.step();
            }
            let ours = wait(descent.learned()).unwrap().solution.weights;
            assert!(apart(&ours, weight) < 1e-5, "after {steps} steps: {}", apart(&ours, weight));
        }
    }
}

#[test]
fn the_exact_fit_is_scipys_optimum() {
    let numbers: Numbers = golden("head.json");
    let differences = numbers.differences();
    for Optimum { lambda, weight, accuracy } in &numbers.optimum {
        let ours = exact::fit(&differences, *lambda);
        assert!(apart(&ours, weight) < 2e-6, "λ = {lambda}: {}", apart(&ours, weight));
        let right =
            differences.rows().filter(|row| row.iter().zip(&ours).map(|(x, w)| x * w).sum::<f32>() > 0.0);
        assert_eq!(right.count() as f64 / differences.count() as f64, *accuracy);
    }
}

/// Run to the end; the weights, and how it ended.
fn trained(
    train: &Differences,
    validation: &Differences,
    config: DescentConfig,
    device: &Device,
) -> (Vec<f32>, Ending) {
    let (train, validation) = (Rows::from(train.clone()), Rows::from(validation.clone()));
    let mut descent =
        Descent::new(&train, &validation, (Loss::BradleyTerry, &Prior::plain(1.0)), config, device);
    let mut losses = Vec::new();
    loop {
        if descent.step() == Next::EpochEnd {
            let (report, ending) = wait(descent.end_epoch()).unwrap();
            losses.push(report.train_loss);
            if let Some(ending) = ending {
                assert!(losses.last() < losses.first(), "the loss falls: {losses:?}");
                return (wait(descent.learned()).unwrap().solution.weights, ending);
            }
        }
    }
}

#[test]
fn descent_converges_to_the_exact_fit() {
    let numbers: Numbers = golden("head.json");
    let differences = numbers.differences();
    let exact = exact::fit(&differences, 1.0);
    let config = DescentConfig {
        learning_rate: 0.05,
        batch_size: differences.count() as u32,
        epochs: 800,
        patience: 0,
        ..DescentConfig::default()
    };
    for device in devices() {
        let (weights, ending) = trained(&differences, &Differences::default(), config.clone(), &device);
        assert_eq!(ending, Ending::Finished);
        assert!(apart(&weights, &exact) < 2e-3, "{}", apart(&weights, &exact));
    }
}

#[test]
fn the_same_seed_gives_the_same_weights_and_another_seed_others() {
    let differences = golden::<Numbers>("head.json").differences();
    let config = DescentConfig { batch_size: 7, epochs: 4, ..DescentConfig::default() };
    for device in devices() {
        let run = |seed| {
            trained(&differences, &Differences::default(), DescentConfig { seed, ..config.clone() }, &device)
                .0
        };
        assert_eq!(run(1), run(1));
        assert_ne!(run(1), run(2));
    }
}

#[test]
fn early_stopping_keeps_the_best_epoch() {
    let differences = golden::<Numbers>("head.json").differences();
    let train = differences.select(&(0..20).collect::<Vec<_>>());
    // Held-out rows that contradict the training rows: every epoch makes them worse.
    let held = Differences { values: train.values.iter().map(|x| -x).collect(), width: train.width };
    let config = DescentConfig { batch_size: 5, epochs: 50, patience: 3, ..DescentConfig::default() };
    let prior = Prior::plain(1.0);
    let aim = (Loss::BradleyTerry, &prior);
    let mut descent = Descent::new(&Rows::from(train), &Rows::from(held), aim, config, &Device::flex());
    let mut first = None;
    let ending = loop {
        if descent.step() == Next::EpochEnd {
            let (report, ending) = wait(descent.end_epoch()).unwrap();
            first.get_or_insert_with(|| wait(descent.learned()).unwrap().solution.weights);
            if let Some(ending) = ending {
                assert_eq!(report.epoch, 4);
                break ending;
            }
        }
    };
    assert_eq!(ending, Ending::StoppedEarly);
    assert_eq!(Some(wait(descent.learned()).unwrap().solution.weights), first);
}
