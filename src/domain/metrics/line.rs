//! A least-squares line, of points that come one by one.

/// The line of `y` on `x` through the points so far.
#[derive(Clone, Copy, Debug, Default)]
pub struct Line {
    /// Everything is counted from the first point, so that an `x` that never varies has a spread of exactly 0.
    first: Option<(f64, f64)>,
    count: f64,
    x: f64,
    y: f64,
    xx: f64,
    xy: f64,
}

impl Line {
    /// Another point.
    pub fn take(&mut self, x: f64, y: f64) {
        let (x0, y0) = *self.first.get_or_insert((x, y));
        let (x, y) = (x - x0, y - y0);
        self.count += 1.0;
        self.x += x;
        self.y += y;
        self.xx += x * x;
        self.xy += x * y;
    }

    /// How far `y` rises on average for each unit of `x`; 0 where `x` never varies.
    pub fn slope(&self) -> f64 {
        let spread = self.xx - self.x * self.x / self.count.max(1.0);
        if spread > 0.0 { (self.xy - self.x * self.y / self.count) / spread } else { 0.0 }
    }

    /// The line at `x` less the line at the average `x`.
    pub fn above_average(&self, x: f64) -> f64 {
        let average = self.first.map_or(0.0, |(x0, _)| x0 + self.x / self.count);
        self.slope() * (x - average)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn through(points: &[(f64, f64)]) -> Line {
        let mut line = Line::default();
        points.iter().for_each(|&(x, y)| line.take(x, y));
        line
    }

    proptest! {
        #[test]
        fn what_is_left_beside_it_goes_neither_up_nor_down(
            points in prop::collection::vec((-50f64..50.0, -9f64..9.0), 2..60),
        ) {
            let line = through(&points);
            let n = points.len() as f64;
            let mean = points.iter().map(|(_, y)| y).sum::<f64>() / n;
            let left: Vec<f64> = points.iter().map(|&(x, y)| y - mean - line.above_average(x)).collect();
            let along: f64 = left.iter().zip(&points).map(|(left, (x, _))| left * x).sum();
            prop_assert!(left.iter().sum::<f64>().abs() < 1e-6 && along.abs() < 1e-4 * n);
        }
    }

    #[test]
    fn a_straight_line_is_found_and_a_single_place_has_none() {
        let straight: Vec<(f64, f64)> = (0..9).map(|x| (f64::from(x), 7.0 - 0.5 * f64::from(x))).collect();
        assert!((through(&straight).slope() + 0.5).abs() < 1e-12);
        assert!((through(&straight).above_average(6.0) + 1.0).abs() < 1e-12);
        let one_place = through(&[(0.1, 1.0), (0.1, 5.0), (0.1, -3.0)]);
        assert_eq!((one_place.slope(), one_place.above_average(9.0)), (0.0, 0.0));
        assert_eq!(Line::default().above_average(2.0), 0.0);
    }
}
