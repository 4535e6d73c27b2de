//! How sure the model is: Laplace's posterior beside quadrature, a long Markov chain and simulations with known truth;
//! the ensemble; what is far from everything; what is asked next.

use reward_studio::domain::likelihood::{Likelihood, Loss, Told};
use reward_studio::domain::metrics::{Draws, preference_probability};
use reward_studio::domain::pair::PairId;
use reward_studio::domain::query::choosing::Rule;
use reward_studio::model::reward_model::dot;
use reward_studio::train::asking::{Candidate, rank};
use reward_studio::train::ensemble::{Ensemble, MEMBERS, numbered};
use reward_studio::train::exact::{self, Solution};
use reward_studio::train::familiar::Familiar;
use reward_studio::train::laplace::{Posterior, log_evidence, moderation, most_probable_penalty};
use reward_studio::train::lesson::{Differences, Rows, Said};
use reward_studio::train::prior::Prior;
use serde::Deserialize;

use crate::golden::{apart, golden};

#[derive(Deserialize)]
struct Numbers {
    quadrature: Quadrature,
    chain: Chain,
    evidence: Evidence,
    shrunk: Shrunk,
}

#[derive(Deserialize)]
struct Quadrature {
    rows: Vec<Vec<f32>>,
    lambda: f32,
    summit: Vec<f32>,
    std_laplace: Vec<f32>,
    std: Vec<f32>,
    log_evidence: f64,
    probe: Vec<f32>,
    probe_margin_std: f32,
    probe_probability: f64,
}

#[derive(Deserialize)]
struct Chain {
    rows: Vec<Vec<f32>>,
    lambda: f32,
    mean: Vec<f32>,
    std: Vec<f32>,
}

#[derive(Deserialize)]
struct Evidence {
    rows: Vec<Vec<f32>>,
    penalties: Vec<f32>,
    log_evidence: Vec<f64>,
}

#[derive(Deserialize)]
struct Shrunk {
    cloud: Vec<Vec<f32>>,
    probes: Vec<Vec<f32>>,
    distances: Vec<f64>,
}

fn rows(values: &[Vec<f32>]) -> Rows {
    Rows::from(Differences { width: values[0].len(), values: values.concat() })
}

fn fitted(rows: &Rows, lambda: f32) -> (Solution, Posterior) {
    let solution = exact::solve(rows, Loss::BradleyTerry, &Prior::plain(lambda), None);
    let posterior = Posterior::new(rows, Loss::BradleyTerry, &solution, lambda).expect("a posterior");
    (solution, posterior)
}

/// The standard deviation of each weight.
fn deviations(posterior: &Posterior, width: usize) -> Vec<f32> {
    (0..width)
        .map(|at| posterior.std(&(0..width).map(|i| f32::from(u8::from(i == at))).collect::<Vec<_>>()))
        .collect()
}

#[test]
fn laplaces_posterior_is_close_to_the_true_one_in_two_dimensions() {
    let Quadrature { rows: values, lambda, summit, std_laplace, std, log_evidence: truth, .. } =
        golden::<Numbers>("posterior.json").quadrature;
    let rows = rows(&values);
    let (solution, posterior) = fitted(&rows, lambda);
    assert!(apart(&solution.weights, &summit) < 1e-5);
    let ours = deviations(&posterior, 2);
    assert!(apart(&ours, &std_laplace) < 1e-5, "{ours:?} and SciPy's {std_laplace:?}");
    assert!(apart(&ours, &std) < 0.03 * std[0], "{ours:?} and the truth {std:?}");
    // Ours leaves out what is the same for every λ: in d dimensions (2π)^(d/2) of the prior and of the posterior each,
    // which cancel.
    let (ours, _) = log_evidence(&rows, Loss::BradleyTerry, &Prior::plain(lambda), None);
    assert!((ours - truth).abs() < 0.1, "{ours} and {truth}");
}

#[test]
fn a_moderated_probability_is_close_to_the_mean_over_the_true_posterior() {
    let Quadrature { rows: values, lambda, probe, probe_margin_std, probe_probability, .. } =
        golden::<Numbers>("posterior.json").quadrature;
    let (solution, posterior) = fitted(&rows(&values), lambda);
    let (margin, std) = (f64::from(dot(&probe, &solution.weights)), posterior.std(&probe));
    assert!((std - probe_margin_std).abs() < 0.03 * std, "{std} and {probe_margin_std}");
    let plain = preference_probability(margin);
    let moderated = preference_probability(moderation(std) * margin);
    assert!((moderated - probe_probability).abs() < 0.01, "{moderated} and {probe_probability}");
    // What it stands for is the mean over a Gaussian of that width, here summed up on a fine grid.
    let steps = (-400..=400).map(|step| f64::from(step) / 50.0);
    let (sum, mass) = steps.fold((0.0, 0.0), |(sum, mass), z| {
        let density = (-z * z / 2.0).exp();
        (sum + density * preference_probability(margin + f64::from(std) * z), mass + density)
    });
    let mean = sum / mass;
    assert!((moderated - mean).abs() < 0.005 && (plain - mean).abs() > 0.01, "{plain}, {moderated}, {mean}");
}

#[test]
fn laplaces_posterior_is_close_to_a_long_chains_in_eight_dimensions() {
    let Chain { rows: values, lambda, mean, std } = golden::<Numbers>("posterior.json").chain;
    let (solution, posterior) = fitted(&rows(&values), lambda);
    for (ours, truth) in deviations(&posterior, 8).iter().zip(&std) {
        assert!((ours - truth).abs() < 0.06 * truth, "{ours} and {truth}");
    }
    for ((ours, truth), std) in solution.weights.iter().zip(&mean).zip(&std) {
        assert!((ours - truth).abs() < 0.3 * std, "{ours} and {truth}");
    }
}

#[test]
fn the_evidence_is_scipys_and_its_summit_is_found() {
    let Evidence { rows: values, penalties, log_evidence: theirs } =
        golden::<Numbers>("posterior.json").evidence;
    let rows = rows(&values);
    for (lambda, theirs) in penalties.iter().zip(&theirs) {
        let (ours, _) = log_evidence(&rows, Loss::BradleyTerry, &Prior::plain(*lambda), None);
        assert!((ours - theirs).abs() < 1e-3, "λ = {lambda}: {ours} and {theirs}");
    }
    let summit = (0..penalties.len()).max_by(|&a, &b| theirs[a].total_cmp(&theirs[b])).expect("a summit");
    assert!(summit > 0 && summit + 1 < penalties.len(), "the summit is no end of the grid");
    for start in [0.1, 1.0, 30.0, 1000.0] {
        assert_eq!(most_probable_penalty(&rows, Loss::BradleyTerry, &Prior::plain(start)), penalties[summit]);
    }
}

#[test]
fn distances_from_a_small_cloud_are_scikit_learns() {
    let Shrunk { cloud, probes, distances } = golden::<Numbers>("posterior.json").shrunk;
    let familiar = Familiar::of(&cloud).expect("a cloud");
    for (probe, theirs) in probes.iter().zip(distances) {
        let ours = familiar.distance(probe);
        assert!((ours - theirs).abs() < 1e-3 * theirs, "{ours} and {theirs}");
    }
}

fn normal(draws: &mut Draws) -> f32 {
    let (radius, turn) = ((-2.0 * (1.0 - draws.unit()).ln()).sqrt(), draws.unit() * std::f64::consts::TAU);
    (radius * turn.cos()) as f32
}

/// A taste drawn from the prior, answers drawn from the taste by `loss`, and one pair more.
fn world(loss: Loss, tie: f64, lambda: f32, count: usize, draws: &mut Draws) -> (Rows, Vec<f32>, Vec<f32>) {
    const WIDTH: usize = 6;
    let taste: Vec<f32> = (0..WIDTH).map(|_| normal(draws) / lambda.sqrt()).collect();
    let row = |draws: &mut Draws| (0..WIDTH).map(|_| normal(draws)).collect::<Vec<f32>>();
    let (mut values, mut said) = (Vec::new(), Vec::new());
    for _ in 0..count {
        let mut row = row(draws);
        let shares = loss.shares(f64::from(dot(&row, &taste)), tie);
        let draw = draws.unit();
        let told = if draw < shares.tie { Told::Tie } else { Told::Chosen };
        if told == Told::Chosen && draw < shares.tie + shares.second {
            row.iter_mut().for_each(|x| *x = -*x);
        }
        values.extend(row);
        said.push(Said { told, ..Said::CHOSEN });
    }
    let probe = row(draws);
    (Rows { differences: Differences { values, width: WIDTH }, said }, taste, probe)
}

#[test]
fn ninety_five_percent_intervals_of_a_margin_cover_the_truth_in_as_many_of_a_thousand_worlds() {
    let mut draws = Draws::new(11);
    for (loss, tie) in [(Loss::BradleyTerry, 0.0), (Loss::Davidson, 0.2), (Loss::RaoKupper, 0.6)] {
        let mut covered = 0;
        for _ in 0..1000 {
            let (rows, taste, probe) = world(loss, tie, 1.0, 200, &mut draws);
            let solution = exact::solve(&rows, loss, &Prior::plain(1.0), None);
            let posterior = Posterior::new(&rows, loss, &solution, 1.0).expect("a posterior");
            let error = (dot(&probe, &solution.weights) - dot(&probe, &taste)).abs();
            covered += usize::from(error <= 1.96 * posterior.std(&probe));
        }
        assert!((930..=970).contains(&covered), "{loss:?}: {covered} of 1000");
    }
}

#[test]
fn the_ensembles_spread_and_laplaces_are_of_one_size_where_there_is_much_to_learn_from() {
    let mut draws = Draws::new(3);
    let (rows, _, probe) = world(Loss::BradleyTerry, 0.0, 1.0, 400, &mut draws);
    let (solution, posterior) = fitted(&rows, 1.0);
    let names: Vec<String> = (0..400).map(|at| format!("prompt {}", at / 2)).collect();
    let prompts = numbered(names.iter().map(String::as_str));
    let mut ensemble = Ensemble::default();
    assert_eq!(ensemble.std(&probe), None);
    (0..MEMBERS)
        .for_each(|_| ensemble.grow(&rows, &prompts, Loss::BradleyTerry, &Prior::plain(1.0), &solution));
    let mut again = Ensemble::default();
    (0..MEMBERS).for_each(|_| again.grow(&rows, &prompts, Loss::BradleyTerry, &Prior::plain(1.0), &solution));
    assert_eq!(ensemble.std(&probe), again.std(&probe));
    let (refitted, laplace) = (ensemble.std(&probe).expect("members"), posterior.std(&probe));
    assert!((0.5..2.0).contains(&(refitted / laplace)), "{refitted} and {laplace}");
}

fn candidate(name: usize, difference: Vec<f32>) -> Candidate {
    Candidate { pair: PairId::of(&name.to_string(), "a", "b"), difference }
}

#[test]
fn what_was_never_asked_teaches_most_and_a_near_duplicate_of_the_first_does_not_come_second() {
    // Only the first direction was asked about; the second is new, and there are two pairs along it.
    let asked = rows(&vec![vec![1.0, 0.0, 0.0]; 20]);
    let (solution, posterior) = fitted(&asked, 1.0);
    let candidates = [
        candidate(0, vec![1.0, 0.0, 0.0]),
        candidate(1, vec![0.0, 2.0, 0.1]),
        candidate(2, vec![0.0, 2.0, 0.0]),
        candidate(3, vec![0.0, 0.0, 1.5]),
    ];
    let order = |rule| -> Vec<usize> {
        rank(&candidates, &posterior, &solution.weights, Likelihood::PLAIN, rule)
            .iter()
            .map(|ranked| candidates.iter().position(|it| it.pair == ranked.pair).expect("a candidate"))
            .collect()
    };
    assert_eq!(order(Rule::Informative), [1, 3, 2, 0]);
    assert_eq!(order(Rule::Random), [0, 1, 2, 3]);
    assert_eq!(order(Rule::Uncertain)[3], 0, "it is sure of what it was told twenty times");
}

#[test]
fn an_answer_brings_the_gain_that_was_expected() {
    // ½ log₂ (det H after / det H before) of the Gaussian step; measured by the margin's own variance, which falls from
    // s² to s² / (1 + I s²).
    let mut draws = Draws::new(5);
    let (rows, _, probe) = world(Loss::BradleyTerry, 0.0, 1.0, 30, &mut draws);
    let (solution, posterior) = fitted(&rows, 1.0);
    let ranked = rank(
        &[candidate(0, probe.clone())],
        &posterior,
        &solution.weights,
        Likelihood::PLAIN,
        Rule::Informative,
    );
    let mut more = rows.clone();
    more.differences.values.extend(&probe);
    more.said.push(Said::CHOSEN);
    // The weights held where they are: the curvature of an answer is the same whichever it is.
    let after = Posterior::new(&more, Loss::BradleyTerry, &solution, 1.0).expect("a posterior");
    let gained = (posterior.std(&probe) / after.std(&probe)).log2();
    assert!((gained - ranked[0].gain).abs() < 1e-3, "{gained} and {}", ranked[0].gain);
}

#[test]
fn odd_data_leave_every_number_finite() {
    let kinds: [Vec<Vec<f32>>; 5] = [
        vec![vec![0.0; 4]; 7],
        vec![vec![1e3, -1e3, 0.0, 1.0]; 5],
        vec![vec![0.1, 0.2, 0.3, 0.4]],
        vec![vec![1.0, 0.0, 0.0, 0.0], vec![-1.0, 0.0, 0.0, 0.0]],
        vec![vec![1e-30; 4]; 3],
    ];
    for values in kinds {
        let rows = rows(&values);
        let lambda = most_probable_penalty(&rows, Loss::BradleyTerry, &Prior::plain(1.0));
        let (solution, posterior) = fitted(&rows, lambda);
        assert!(solution.weights.iter().all(|w| w.is_finite()) && posterior.std(&[1.0; 4]).is_finite());
        let prompts = vec![0; rows.count()];
        let mut ensemble = Ensemble::default();
        (0..MEMBERS).for_each(|_| {
            ensemble.grow(&rows, &prompts, Loss::BradleyTerry, &Prior::plain(lambda), &solution)
        });
        assert!(ensemble.std(&[1.0; 4]).expect("members").is_finite());
        let candidates = [candidate(0, vec![0.0; 4]), candidate(1, vec![1e3; 4])];
        for rule in Rule::ALL {
            let ranked = rank(&candidates, &posterior, &solution.weights, Likelihood::PLAIN, rule);
            assert!(ranked.iter().all(|it| it.gain.is_finite() && (0.0..=1.0).contains(&it.first)));
        }
    }
}
