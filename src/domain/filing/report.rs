//! What came of a file: counts, reasons, how the scores are spread, and how often the better response scores higher.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{Asked, Form, Scored, margin};
use crate::domain::choice::Side;
use crate::domain::evaluation::reward_bench_2::{self, RewardBench2};
use crate::domain::metrics::Share;

/// Reasons that are kept apart; rows with yet others are counted together.
const MOST_REASONS: usize = 20;

/// Parts that are counted apart: more of them are names of rows, and not of parts.
const MOST_SUBSETS: usize = 1000;

/// Bars of a histogram.
const BARS: usize = 24;

/// The sum of a file that was scored.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Report {
    /// Rows that the result holds.
    pub rows: usize,
    /// Those of them that have scores.
    pub scored: usize,
    /// Responses that were scored.
    pub responses: usize,
    /// Those of them that were longer than what the model reads.
    pub cut: usize,
    /// Why the other rows have none, the most frequent reason first.
    pub reasons: Vec<Reason>,
    /// The scores' mean; `None` without scores.
    pub mean: Option<f64>,
    /// Their standard deviation (n − 1); `None` for fewer than two.
    pub std: Option<f64>,
    /// How they are spread; `None` without scores.
    pub histogram: Option<Histogram>,
    /// Of the rows that say which response is better, those in which it scores higher.
    pub agreement: Share,
    /// The same by the part of a benchmark, in the file's order; empty where the rows name none.
    pub subsets: Vec<(String, Share)>,
    /// What RewardBench 2 makes of it, where it is that.
    pub reward_bench_2: Option<RewardBench2>,
}

/// Why rows have no scores.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reason {
    /// In a sentence; empty for several more that are not told apart.
    pub words: String,
    /// How many rows.
    pub rows: usize,
    /// The first of them: its line, or its row in a Parquet file.
    pub line: usize,
}

/// Equally wide bars.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Histogram {
    /// Where the first bar begins.
    pub low: f32,
    /// Where the last bar ends.
    pub high: f32,
    /// How many lie in each.
    pub counts: Vec<usize>,
}

/// Adds up rows as they are scored. Keeps four bytes a response.
#[derive(Clone, Debug, Default)]
pub struct Tally {
    report: Report,
    values: Vec<f32>,
    reasons: BTreeMap<String, (usize, usize)>,
    others: usize,
    second: reward_bench_2::Tally,
}

impl Tally {
    /// Another row with its scores, or with why it has none. `line` is where it stands.
    pub fn add(&mut self, form: Form, line: usize, row: Result<(&Asked, &[Scored]), &str>) {
        self.report.rows += 1;
        let (asked, scores) = match row {
            Ok(row) => row,
            Err(reason) => return self.refuse(reason, line),
        };
        self.report.scored += 1;
        self.report.responses += scores.len();
        self.report.cut += scores.iter().filter(|score| score.cut_tokens > 0).count();
        self.values.extend(scores.iter().map(|score| score.value));
        if form == Form::Sides {
            let values: Vec<f32> = scores.iter().map(|score| score.value).collect();
            self.second.add(&asked.subset, &asked.id, &values, asked.first);
        }
        if let (Some(better), Some(margin)) = (asked.better, margin(scores, asked.first)) {
            let right = match better {
                Side::A => margin > 0.0,
                Side::B => margin < 0.0,
            };
            count(&mut self.report.agreement, right);
            self.count_in_subset(&asked.subset, right);
        }
    }

    /// Rows so far.
    pub fn rows(&self) -> usize {
        self.report.rows
    }

    /// Rows with scores so far.
    pub fn scored(&self) -> usize {
        self.report.scored
    }

    /// The sum.
    pub fn report(self) -> Report {
        let Self { mut report, values, reasons, others, second } = self;
        report.reasons =
            reasons.into_iter().map(|(words, (rows, line))| Reason { words, rows, line }).collect();
        report.reasons.sort_by_key(|reason| (std::cmp::Reverse(reason.rows), reason.line));
        if others > 0 {
            report.reasons.push(Reason { words: String::new(), rows: others, line: 0 });
        }
        if report.subsets.len() > MOST_SUBSETS {
            report.subsets.clear();
        }
        report.mean = mean(&values);
        report.std = report.mean.and_then(|mean| std(&values, mean));
        report.histogram = histogram(&values);
        report.reward_bench_2 = second.result();
        report
    }

    fn refuse(&mut self, reason: &str, line: usize) {
        let room = self.reasons.len() < MOST_REASONS;
        match self.reasons.get_mut(reason) {
            Some((rows, _)) => *rows += 1,
            None if room => {
                self.reasons.insert(reason.to_owned(), (1, line));
            }
            None => self.others += 1,
        }
    }

    fn count_in_subset(&mut self, subset: &str, right: bool) {
        let subsets = &mut self.report.subsets;
        if subset.is_empty() || subsets.len() > MOST_SUBSETS {
            return;
        }
        let place = subsets.iter().position(|(name, _)| name == subset).unwrap_or_else(|| {
            subsets.push((subset.to_owned(), Share::default()));
            subsets.len() - 1
        });
        count(&mut subsets[place].1, right);
    }
}

fn count(share: &mut Share, right: bool) {
    share.part += usize::from(right);
    share.whole += 1;
}

fn mean(values: &[f32]) -> Option<f64> {
    (!values.is_empty()).then(|| values.iter().copied().map(f64::from).sum::<f64>() / values.len() as f64)
}

fn std(values: &[f32], mean: f64) -> Option<f64> {
    let squares: f64 = values.iter().map(|value| (f64::from(*value) - mean).powi(2)).sum();
    (values.len() > 1).then(|| (squares / (values.len() - 1) as f64).sqrt())
}

/// From the lowest value to the highest; a single value has bars of no width.
fn histogram(values: &[f32]) -> Option<Histogram> {
    let low = values.iter().copied().min_by(f32::total_cmp)?;
    let high = values.iter().copied().max_by(f32::total_cmp)?;
    let mut counts = vec![0; BARS];
    for value in values {
        let share = if high > low { (value - low) / (high - low) } else { 0.0 };
        counts[((share * BARS as f32) as usize).min(BARS - 1)] += 1;
    }
    Some(Histogram { low, high, counts })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scored(value: f32) -> Scored {
        Scored { value, std: None, cut_tokens: u32::from(value > 1.5) }
    }

    #[test]
    fn the_spread_is_that_of_all_responses() {
        let mut tally = Tally::default();
        let asked = Asked::default();
        for value in [1.0, 2.0, 3.0, 4.0] {
            tally.add(Form::One, 1, Ok((&asked, &[scored(value)])));
        }
        let report = tally.report();
        assert_eq!((report.rows, report.scored, report.responses, report.cut), (4, 4, 4, 3));
        assert_eq!((report.mean, report.std), (Some(2.5), Some((5.0_f64 / 3.0).sqrt())));
        let histogram = report.histogram.expect("scores");
        assert_eq!((histogram.low, histogram.high), (1.0, 4.0));
        assert_eq!([0, 8, 16, 23].map(|place| histogram.counts[place]), [1; 4]);
        assert_eq!(Tally::default().report(), Report::default());
    }

    #[test]
    fn the_better_response_of_either_side_counts_where_it_scores_higher() {
        let mut tally = Tally::default();
        for (better, a, b) in [
            (Some(Side::A), 1.0, 0.0),
            (Some(Side::B), 1.0, 0.0),
            (Some(Side::B), 0.0, 1.0),
            (Some(Side::A), 1.0, 1.0),
            (None, 1.0, 0.0),
        ] {
            let asked = Asked { first: 1, better, subset: "part".into(), ..Asked::default() };
            tally.add(Form::FirstSecond, 1, Ok((&asked, &[scored(a), scored(b)])));
        }
        let report = tally.report();
        assert_eq!(report.agreement, Share { part: 2, whole: 4 });
        assert_eq!(report.subsets, [("part".to_owned(), Share { part: 2, whole: 4 })]);
    }

    #[test]
    fn reasons_are_counted_with_their_first_row_and_too_many_together() {
        let mut tally = Tally::default();
        for line in 1..=60 {
            let reason = if line % 2 == 0 { "often".to_owned() } else { format!("once, in {line}") };
            tally.add(Form::One, line, Err(&reason));
        }
        let report = tally.report();
        assert_eq!((report.rows, report.scored, report.reasons.len()), (60, 0, MOST_REASONS + 1));
        assert_eq!(report.reasons[0], Reason { words: "often".into(), rows: 30, line: 2 });
        assert_eq!(report.reasons.last().map(|last| last.rows), Some(60 - 30 - (MOST_REASONS - 1)));
    }
}
