//! Intervals by resampling whole prompts: answers to one prompt are alike, so they are drawn, or left, together.
//!
//! The cluster bootstrap (Davison and Hinkley, 1997, section 3.8) with percentile intervals (Efron, 1979). It is
//! seeded: the same answers give the same interval.

use std::collections::BTreeMap;

use super::Interval;

/// From fewer clusters than this a percentile interval is far too narrow, and none is given.
pub const FEWEST_CLUSTERS: usize = 10;

/// Draws, where the clusters are few enough for them.
const DRAWS: usize = 2000;

/// Clusters drawn in all, at most: a task of the page must not take longer than the blink of an eye.
const MOST_WORK: usize = 2_000_000;

/// Sums over each cluster, of which statistics are made: `[K]` a cluster.
#[derive(Clone, Debug, Default)]
pub struct Clusters<const K: usize> {
    sums: Vec<[f64; K]>,
}

impl<const K: usize> Clusters<K> {
    /// Rows `(cluster, values)`, summed by cluster.
    pub fn of(rows: impl IntoIterator<Item = (usize, [f64; K])>) -> Self {
        let mut by_cluster: BTreeMap<usize, [f64; K]> = BTreeMap::new();
        for (cluster, values) in rows {
            let sums = by_cluster.entry(cluster).or_insert([0.0; K]);
            add(sums, &values);
        }
        Self { sums: by_cluster.into_values().collect() }
    }

    /// Number of clusters.
    pub fn count(&self) -> usize {
        self.sums.len()
    }

    /// The statistic of all clusters' sums.
    pub fn value(&self, statistic: impl Fn(&[f64; K]) -> Option<f64>) -> Option<f64> {
        let mut total = [0.0; K];
        self.sums.iter().for_each(|sums| add(&mut total, sums));
        statistic(&total)
    }

    /// Its 95 % interval. Draws for which there is no statistic are left out; `None` for fewer clusters than
    /// [`FEWEST_CLUSTERS`], or if most draws have none.
    pub fn interval(&self, statistic: impl Fn(&[f64; K]) -> Option<f64>, seed: u64) -> Option<Interval> {
        let count = self.sums.len();
        if count < FEWEST_CLUSTERS {
            return None;
        }
        let draws = DRAWS.min(MOST_WORK / count).max(200);
        let mut source = Draws::new(seed);
        let mut values = Vec::with_capacity(draws);
        for _ in 0..draws {
            let mut total = [0.0; K];
            for _ in 0..count {
                add(&mut total, &self.sums[source.below(count)]);
            }
            values.extend(statistic(&total));
        }
        if values.len() * 2 < draws {
            return None;
        }
        spread(values, 0.95)
    }
}

fn add<const K: usize>(total: &mut [f64; K], values: &[f64; K]) {
    for (total, value) in total.iter_mut().zip(values) {
        *total += value;
    }
}

/// The middle `share` of these values; `None` for none.
pub fn spread(mut values: Vec<f64>, share: f64) -> Option<Interval> {
    values.sort_by(f64::total_cmp);
    let edge = (1.0 - share) / 2.0;
    Some(Interval { low: quantile(&values, edge)?, high: quantile(&values, 1.0 - edge)? })
}

/// The quantile of sorted values, straight between the two it falls between (NumPy's default). `None` for no values.
pub fn quantile(sorted: &[f64], at: f64) -> Option<f64> {
    let place = at.clamp(0.0, 1.0) * sorted.len().checked_sub(1)? as f64;
    let (below, above) = (sorted[place.floor() as usize], sorted[place.ceil() as usize]);
    Some(below + (above - below) * place.fract())
}

/// A stream of even draws: SplitMix64 (Steele, Lea and Flood, 2014).
#[derive(Clone, Debug)]
pub struct Draws {
    state: u64,
}

impl Draws {
    /// The stream of this seed.
    pub fn new(seed: u64) -> Self {
        Self { state: seed }
    }

    /// The next 64 bits.
    pub fn bits(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let x = (self.state ^ (self.state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let x = (x ^ (x >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        x ^ (x >> 31)
    }

    /// A whole number in `0..limit`; `limit` > 0. (The bias of the multiplication is below 2⁻³² for our limits.)
    pub fn below(&mut self, limit: usize) -> usize {
        ((u128::from(self.bits()) * limit as u128) >> 64) as usize
    }

    /// A number in [0, 1).
    pub fn unit(&mut self) -> f64 {
        (self.bits() >> 11) as f64 / (1u64 << 53) as f64
    }

    /// Put these into an order by chance (Fisher and Yates, 1938).
    pub fn shuffle<T>(&mut self, values: &mut [T]) {
        for last in (1..values.len()).rev() {
            values.swap(last, self.below(last + 1));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ratio(sums: &[f64; 2]) -> Option<f64> {
        (sums[1] > 0.0).then(|| sums[0] / sums[1])
    }

    #[test]
    fn the_same_seed_gives_the_same_interval_around_the_value() {
        let clusters = Clusters::of((0..90).map(|row| (row / 3, [f64::from(u8::from(row % 4 > 0)), 1.0])));
        let interval = clusters.interval(ratio, 5).unwrap();
        assert_eq!(clusters.interval(ratio, 5).unwrap(), interval);
        assert!(interval.holds(clusters.value(ratio).unwrap()), "{interval:?}");
        assert_eq!(clusters.count(), 30);
    }

    #[test]
    fn one_prompt_has_no_interval_and_answers_all_alike_have_one_of_no_width() {
        let one = Clusters::of((0..40).map(|_| (0, [1.0, 1.0])));
        assert_eq!(one.interval(ratio, 1), None);
        let alike = Clusters::of((0..40).map(|row| (row, [1.0, 1.0])));
        assert_eq!(alike.interval(ratio, 1), Some(Interval { low: 1.0, high: 1.0 }));
        assert_eq!(Clusters::<2>::of([]).value(ratio), None);
    }
}
