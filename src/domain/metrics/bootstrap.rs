//! Intervals by resampling whole prompts: answers to one prompt are alike, so they are drawn, or left, together.
//!
//! The cluster bootstrap (Davison and Hinkley, 1997, section 3.8) with percentile intervals (Efron, 1979). It is
//! seeded: the same answers give the same interval.
//!
//! Of very many prompts, some are put together by lot and drawn together. The sums of such random groups vary as the
//! sums of their prompts do, so that the interval stays the same but for the noise of a standard deviation found from so
//! many groups, 1 / √(2 · groups) of it (Wolter, 2007, chapter 2: the method of random groups).

use std::borrow::Cow;
use std::collections::BTreeMap;

use super::Interval;

/// From fewer clusters than this a percentile interval is far too narrow, and none is given.
pub const FEWEST_CLUSTERS: usize = 10;

/// Draws of an interval: the noise of its ends is then less than a fiftieth of its width.
const DRAWS: usize = 2000;

/// Clusters or groups of them that are drawn from, at most: with [`DRAWS`] two million sums, which a task of the page
/// makes in the blink of an eye. The noise of the width is then 2 %.
const MOST_GROUPS: usize = 1000;

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

    /// The statistic of all clusters' sums.
    pub fn value(&self, statistic: impl Fn(&[f64; K]) -> Option<f64>) -> Option<f64> {
        let mut total = [0.0; K];
        self.sums.iter().for_each(|sums| add(&mut total, sums));
        statistic(&total)
    }

    /// Its 95 % interval. Draws for which there is no statistic are left out; `None` for fewer clusters than
    /// [`FEWEST_CLUSTERS`], or if most draws have none.
    pub fn interval(&self, statistic: impl Fn(&[f64; K]) -> Option<f64>, seed: u64) -> Option<Interval> {
        self.interval_by_groups(MOST_GROUPS, statistic, seed)
    }

    fn interval_by_groups(
        &self,
        most: usize,
        statistic: impl Fn(&[f64; K]) -> Option<f64>,
        seed: u64,
    ) -> Option<Interval> {
        if self.sums.len() < FEWEST_CLUSTERS {
            return None;
        }
        let mut source = Draws::new(seed);
        let groups = self.groups(most, &mut source);
        let mut values = Vec::with_capacity(DRAWS);
        for _ in 0..DRAWS {
            let mut total = [0.0; K];
            for _ in 0..groups.len() {
                add(&mut total, &groups[source.below(groups.len())]);
            }
            values.extend(statistic(&total));
        }
        if values.len() * 2 < DRAWS {
            return None;
        }
        spread(values, 0.95)
    }

    /// The clusters, or, where there are more than `most`, the sums of so many groups of them drawn by lot.
    fn groups(&self, most: usize, source: &mut Draws) -> Cow<'_, [[f64; K]]> {
        if self.sums.len() <= most {
            return Cow::Borrowed(&self.sums);
        }
        let mut shuffled = self.sums.clone();
        source.shuffle(&mut shuffled);
        let mut groups = vec![[0.0; K]; most];
        for (place, sums) in shuffled.iter().enumerate() {
            add(&mut groups[place % most], sums);
        }
        Cow::Owned(groups)
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
        assert_eq!(clusters.sums.len(), 30);
    }

    #[test]
    fn one_prompt_has_no_interval_and_answers_all_alike_have_one_of_no_width() {
        let one = Clusters::of((0..40).map(|_| (0, [1.0, 1.0])));
        assert_eq!(one.interval(ratio, 1), None);
        let alike = Clusters::of((0..40).map(|row| (row, [1.0, 1.0])));
        assert_eq!(alike.interval(ratio, 1), Some(Interval { low: 1.0, high: 1.0 }));
        assert_eq!(Clusters::<2>::of([]).value(ratio), None);
    }

    #[test]
    fn many_clusters_drawn_in_groups_give_the_interval_that_drawing_each_gives() {
        // Prompts of one to four answers, alike within a prompt; 4,500 of them, so that groups are of unequal sizes.
        let mut draws = Draws::new(3);
        let rows: Vec<(usize, [f64; 2])> = (0..4_500)
            .map(|prompt| {
                let easy = if draws.unit() < 0.5 { 1.0 } else { 0.4 };
                let answers = draws.below(4) + 1;
                let right = (0..answers).filter(|_| draws.unit() < easy).count();
                (prompt, [right as f64, answers as f64])
            })
            .collect();
        let clusters = Clusters::of(rows);
        let grouped = clusters.interval(ratio, 1).unwrap();
        let each = clusters.interval_by_groups(usize::MAX, ratio, 2).unwrap();
        let width = |interval: Interval| interval.high - interval.low;
        let share = width(grouped) / width(each);
        assert!((0.9..1.1).contains(&share), "{grouped:?} is {share} times as wide as {each:?}");
        let centre = |interval: Interval| (interval.high + interval.low) / 2.0;
        assert!((centre(grouped) - centre(each)).abs() < width(each) / 10.0, "{grouped:?}, {each:?}");
        assert_eq!(clusters.groups(1_000, &mut Draws::new(1)).len(), 1_000);
    }
}
