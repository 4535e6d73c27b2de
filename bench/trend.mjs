// Straight lines through what was measured.

/**
 * `{ slope, error }` of the line that is nearest by least squares to the points `[x, y]`, three or more; `error` is the
 * slope's standard error.
 */
export function line(points) {
  const mean = (of) => points.reduce((sum, point) => sum + of(point), 0) / points.length;
  const [middleX, middleY] = [mean(([x]) => x), mean(([, y]) => y)];
  const spread = mean(([x]) => (x - middleX) ** 2);
  const slope = mean(([x, y]) => (x - middleX) * (y - middleY)) / spread;
  const rest = mean(([x, y]) => (y - middleY - slope * (x - middleX)) ** 2);
  return { slope, error: Math.sqrt(rest / spread / (points.length - 2)) };
}

/** The exponent `k` of `y ∝ x^k`, as `line` gives it. */
export function exponent(points) {
  const { slope, error } = line(points.map((point) => point.map(Math.log)));
  return { exponent: slope, error };
}
