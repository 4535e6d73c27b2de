//! How long a living fit takes, part by part: `cargo test --test it speed -- --ignored --nocapture`. Our own code is
//! compiled for short builds here and its innermost loops for speed, as in the page.

use std::hint::black_box;
use std::time::Instant;

use reward_studio::domain::choice::{Outcome, Side};
use reward_studio::domain::config::{LossChoice, Objective};
use reward_studio::domain::dataset::Comparison;
use reward_studio::domain::likelihood::Loss;
use reward_studio::domain::log::Asked;
use reward_studio::domain::metrics::Draws;
use reward_studio::domain::pair::PairId;
use reward_studio::domain::recipe::LengthFeature;
use reward_studio::model::reward_model::{Pooled, Scaling};
use reward_studio::train::familiar::Familiar;
use reward_studio::train::judge::Lesson;
use reward_studio::train::laplace::Posterior;
use reward_studio::train::lesson::Example;
use reward_studio::train::objective::decide;

const WIDTH: usize = 384;

/// Responses of chance vectors, of which the one with the larger first number is preferred four times in five.
fn examples(count: usize) -> Vec<Example> {
    let mut draws = Draws::new(5);
    (0..count)
        .map(|at| {
            let mut pooled = || Pooled {
                vector: (0..WIDTH).map(|_| draws.unit() as f32 - 0.5).collect(),
                tokens: 5 + draws.below(200) as u32,
            };
            let (a, b) = (pooled(), pooled());
            let side = if (a.vector[0] > b.vector[0]) == (draws.below(5) > 0) { Side::A } else { Side::B };
            let prompt = format!("prompt {at}");
            let comparison = Comparison {
                pair: PairId::of(&prompt, "a", "b"),
                outcome: Outcome::Preferred(side),
                strength: None,
                asked: Asked::Random,
            };
            Example::new(&comparison, &prompt, &a, &b)
        })
        .collect()
}

/// Median of five, in milliseconds.
pub fn timed<T>(work: impl Fn() -> T) -> f64 {
    let mut times: Vec<f64> = (0..5)
        .map(|_| {
            let began = Instant::now();
            black_box(work());
            began.elapsed().as_secs_f64() * 1000.0
        })
        .collect();
    times.sort_by(f64::total_cmp);
    times[2]
}

#[test]
#[ignore = "it measures time, which says something on a quiet machine only"]
fn a_living_fit_part_by_part() {
    let objective = Objective { loss: LossChoice::Fixed(Loss::BradleyTerry), ..Objective::default() };
    for count in [150, 500, 5000] {
        let examples = examples(count);
        let responses = || examples.iter().flat_map(|example| [&example.chosen, &example.rejected]);
        let scaling = Scaling::of(responses(), LengthFeature::On).expect("responses");
        let (usable, decided) = decide(examples.clone(), &scaling, &objective, None);
        let lesson = Lesson::new(&usable, &scaling, &decided);
        let solution = lesson.fit(None);
        let (rows, lambda) = (lesson.learned_rows(), lesson.prior().lambda);
        let features: Vec<Vec<f32>> = responses().map(|response| scaling.features(response)).collect();
        println!("{count} pairs × {WIDTH}, of which {} are learned from, in ms:", rows.count());
        let parts = [
            ("scaling", timed(|| Scaling::of(responses(), LengthFeature::On))),
            ("rows and folds", timed(|| Lesson::new(&usable, &scaling, &decided).prior())),
            ("fit from nothing", timed(|| lesson.fit(None))),
            ("fit from the optimum", timed(|| lesson.fit(Some(&solution)))),
            ("judgement", timed(|| lesson.judge(&solution))),
            ("posterior", timed(|| Posterior::new(&rows, decided.loss, &solution, lambda))),
            ("familiar texts", timed(|| Familiar::of(&features))),
        ];
        for (part, ms) in parts {
            println!("  {part:22} {ms:9.2}");
        }
    }
}
