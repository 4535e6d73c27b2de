//! Plays the annotator on real preferences: accuracy and calibration by number of answers, for each asking rule.
//!
//! ```text
//! simulate FEATURES.safetensors SEEDS >> LINES.jsonl
//! ```
//! Each seed shuffles the learning pairs anew; the next question is chosen as in the page: by the rule from the next 300
//! of the shuffled queue, four in five; the fifth by chance. The held-out file's pairs judge. One line of JSON for each
//! seed, rule and size; those of the random rule name their rows, for a peer to learn from the very same, and have a
//! line each beside them, `evidence` and `held_out`, where the penalty is the most probable one, or the one under which
//! held-out answers are explained best.

use std::collections::{HashSet, VecDeque};

use reward_studio::domain::config::Penalty;
use reward_studio::domain::likelihood::{Likelihood, Loss};
use reward_studio::domain::metrics::{Draws, Forecast, accuracy, calibration_error, mean_loss, temperature};
use reward_studio::domain::pair::PairId;
use reward_studio::domain::query::choosing::{RANDOM_PERCENT, Rule};
use reward_studio::domain::recipe::LengthFeature;
use reward_studio::domain::split::FOLDS;
use reward_studio::model::reward_model::{Pooled, Scaling, dot};
use reward_studio::train::asking::{Candidate, rank};
use reward_studio::train::exact::{self, Solution};
use reward_studio::train::laplace::{Posterior, most_probable_penalty};
use reward_studio::train::lesson::{Differences, Rows};
use reward_studio::train::objective::best_held_out;
use reward_studio::train::prior::Prior;
use safetensors::SafeTensors;
use serde_json::{Value, json};

const SIZES: [usize; 9] = [10, 25, 50, 100, 150, 200, 300, 400, 500];

/// Questions that the model is asked about at a time.
const QUEUE: usize = 300;

/// Up to so many answers the model chooses anew after each; then it chooses this many at a time.
const ONE_BY_ONE: usize = 50;
const AT_A_TIME: usize = 8;

type Failure = Box<dyn std::error::Error>;

struct Pairs {
    /// `features(chosen) − features(rejected)`.
    differences: Differences,
    prompts: Vec<u32>,
    learn: Vec<usize>,
    test: Vec<usize>,
}

fn main() -> Result<(), Failure> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [file, seeds] = arguments.as_slice() else { return Err("give FEATURES SEEDS".into()) };
    let pairs = Pairs::read(&std::fs::read(file)?)?;
    let set = std::path::Path::new(file).file_stem().and_then(|name| name.to_str()).unwrap_or(file);
    for seed in 0..seeds.parse::<u64>()? {
        for rule in Rule::ALL {
            for (asked, solution) in pairs.play(rule, seed) {
                let about =
                    |rule: &str| json!({"set": set, "rule": rule, "seed": seed, "labels": asked.len()});
                let auto = Penalty::Auto.lambda(asked.len());
                let mut line = pairs.judged(&asked, &solution, auto, about(rule.word()));
                if rule == Rule::Random {
                    line["rows"] = json!(asked);
                    let evidence =
                        most_probable_penalty(&pairs.rows(&asked), Loss::BradleyTerry, &Prior::plain(auto));
                    for (name, lambda) in [("evidence", evidence), ("held_out", pairs.best_held_out(&asked))]
                    {
                        let solution = pairs.fitted(&asked, lambda, Some(&solution));
                        println!("{}", pairs.judged(&asked, &solution, lambda, about(name)));
                    }
                }
                println!("{line}");
            }
        }
        eprintln!("{set}: seed {seed} done");
    }
    Ok(())
}

impl Pairs {
    fn read(bytes: &[u8]) -> Result<Self, Failure> {
        let file = SafeTensors::deserialize(bytes)?;
        let floats = |name: &str| -> Result<Vec<f32>, Failure> {
            let data = file.tensor(name)?.data().chunks_exact(4);
            Ok(data.map(|four| f32::from_le_bytes([four[0], four[1], four[2], four[3]])).collect())
        };
        let (vectors, tokens) = (floats("vectors")?, floats("tokens")?);
        let (outcomes, tests) = (floats("outcome")?, floats("test")?);
        let width = vectors.len() / tokens.len();
        let pooled: Vec<Pooled> = vectors
            .chunks_exact(width)
            .zip(&tokens)
            .map(|(vector, &tokens)| Pooled { vector: vector.to_vec(), tokens: tokens as u32 })
            .collect();
        let preferred = |at: &usize| outcomes[*at] != 0.5;
        let (test, learn): (Vec<usize>, Vec<usize>) =
            (0..outcomes.len()).filter(preferred).partition(|&at| tests[at] == 1.0);
        // Of what a page knows: the texts to be asked about, labels not needed.
        let known = learn.iter().flat_map(|&at| [&pooled[2 * at], &pooled[2 * at + 1]]);
        let scaling = Scaling::of(known, LengthFeature::On).ok_or("no pairs")?;
        let mut differences = Differences { values: vec![], width: scaling.width() };
        for (pair, &outcome) in pooled.chunks_exact(2).zip(&outcomes) {
            let (a, b) = (scaling.features(&pair[0]), scaling.features(&pair[1]));
            let sign = if outcome == 0.0 { -1.0 } else { 1.0 };
            differences.values.extend(a.iter().zip(&b).map(|(a, b)| sign * (a - b)));
        }
        let prompts = floats("group")?.into_iter().map(|group| group as u32).collect();
        Ok(Self { differences, prompts, learn, test })
    }

    /// What was asked by each of the sizes, and the model that it made.
    fn play(&self, rule: Rule, seed: u64) -> Vec<(Vec<usize>, Solution)> {
        let mut draws = Draws::new(seed);
        let mut shuffled = self.learn.clone();
        draws.shuffle(&mut shuffled);
        let mut queue: VecDeque<usize> = shuffled.into();
        let (mut asked, mut found) = (Vec::new(), Vec::new());
        let mut chosen: VecDeque<usize> = VecDeque::new();
        let mut solution: Option<Solution> = None;
        for size in SIZES.into_iter().filter(|size| *size <= self.learn.len()) {
            while asked.len() < size {
                let by_lot = rule == Rule::Random || draws.below(100) < usize::from(RANDOM_PERCENT);
                if !by_lot && chosen.is_empty() && !asked.is_empty() {
                    let now = self.fitted(&asked, Penalty::Auto.lambda(asked.len()), solution.as_ref());
                    let batch = if asked.len() < ONE_BY_ONE { 1 } else { AT_A_TIME };
                    chosen = self.choice(&queue, &asked, &now, rule).into_iter().take(batch).collect();
                    solution = Some(now);
                }
                let next = if by_lot { None } else { chosen.pop_front() };
                let Some(next) = next.or(queue.front().copied()) else { break };
                queue.retain(|&at| at != next);
                chosen.retain(|&at| at != next);
                asked.push(next);
            }
            let now = self.fitted(&asked, Penalty::Auto.lambda(asked.len()), solution.as_ref());
            found.push((asked.clone(), now));
        }
        found
    }

    fn rows(&self, places: &[usize]) -> Rows {
        Rows::from(self.differences.select(places))
    }

    fn fitted(&self, places: &[usize], lambda: f32, start: Option<&Solution>) -> Solution {
        exact::solve(&self.rows(places), Loss::BradleyTerry, &Prior::plain(lambda), start)
    }

    fn choice(&self, queue: &VecDeque<usize>, asked: &[usize], now: &Solution, rule: Rule) -> Vec<usize> {
        let lambda = Penalty::Auto.lambda(asked.len());
        let Some(posterior) = Posterior::new(&self.rows(asked), Loss::BradleyTerry, now, lambda) else {
            return vec![];
        };
        let open: Vec<usize> = queue.iter().copied().take(QUEUE).collect();
        let name = |at: usize| PairId::of(&at.to_string(), "", "");
        let candidates: Vec<Candidate> = open
            .iter()
            .map(|&at| Candidate { pair: name(at), difference: self.differences.row(at).to_vec() })
            .collect();
        let ranked = rank(&candidates, &posterior, &now.weights, Likelihood::PLAIN, rule);
        let places: std::collections::HashMap<PairId, usize> =
            open.iter().map(|&at| (name(at), at)).collect();
        ranked.iter().filter_map(|it| places.get(&it.pair).copied()).collect()
    }

    /// The page's own choice; prompts go by their numbers.
    fn best_held_out(&self, asked: &[usize]) -> f32 {
        let prompts: Vec<String> = asked.iter().map(|&at| self.prompts[at].to_string()).collect();
        let prompts: Vec<&str> = prompts.iter().map(String::as_str).collect();
        best_held_out(&prompts, &self.rows(asked), Loss::BradleyTerry, None).lambda(asked.len())
    }

    /// `about` with what the test pairs say of this model.
    fn judged(&self, asked: &[usize], solution: &Solution, lambda: f32, mut about: Value) -> Value {
        let margin = |at: usize, weights: &[f32]| dot(self.differences.row(at), weights);
        let margins: Vec<f32> = self.test.iter().map(|&at| margin(at, &solution.weights)).collect();
        // The temperature is fitted to what cross-validation says of the answers themselves, never to the test.
        let unseen = self.cross_validated(asked, lambda);
        let heat = temperature(&forecasts(&unseen)).unwrap_or(1.0);
        let cooled: Vec<f32> = margins.iter().map(|margin| (f64::from(*margin) / heat) as f32).collect();
        about["accuracy"] = json!(accuracy(&margins));
        about["loss"] = json!(mean_loss(&margins));
        about["lambda"] = json!(lambda);
        about["ece"] = json!(calibration_error(&forecasts(&margins)));
        about["temperature"] = json!(heat);
        about["ece_cooled"] = json!(calibration_error(&forecasts(&cooled)));
        about["tests"] = json!(margins.len());
        about
    }

    fn cross_validated(&self, asked: &[usize], lambda: f32) -> Vec<f32> {
        let prompts: HashSet<u32> = asked.iter().map(|&at| self.prompts[at]).collect();
        let mut order: Vec<u32> = prompts.into_iter().collect();
        order.sort_unstable();
        let fold_of = |at: &usize| order.binary_search(&self.prompts[*at]).map_or(0, |place| place % FOLDS);
        (0..FOLDS)
            .flat_map(|fold| {
                let (held, learned): (Vec<usize>, Vec<usize>) =
                    asked.iter().copied().partition(|at| fold_of(at) == fold);
                let weights = if held.is_empty() || learned.is_empty() {
                    vec![0.0; self.differences.width]
                } else {
                    self.fitted(&learned, lambda, None).weights
                };
                held.into_iter().map(|at| dot(self.differences.row(at), &weights)).collect::<Vec<_>>()
            })
            .collect()
    }
}

/// Of preferences, by the margins of those preferred.
fn forecasts(margins: &[f32]) -> Vec<Forecast> {
    margins.iter().map(|&margin| Forecast { margin: f64::from(margin), won: 1.0 }).collect()
}
