// What rounds of two competitors come to: medians, spreads, a ratio, and whether it is what was aimed at.

/**
 * One comparison or one number.
 * `what`: in a few words; `ours`, `theirs`: `{ values: [numbers], unit, name? }`; `target`: `{ most | least, of }`,
 * where `of` is "ratio" or "ours"; `more`: whatever else is worth keeping.
 */
export function judged({ row, what, ours, theirs, target, more }) {
  const ratio = theirs && ratioOf(ours, theirs);
  const value = target?.of === "ratio" ? ratio?.median : spread(ours.values).median;
  const met = target && (target.most === undefined ? value >= target.least : value <= target.most);
  return {
    row,
    what,
    ours: side(ours),
    theirs: theirs && side(theirs),
    ratio,
    target,
    met,
    more,
  };
}

/** How many times as fast (as small) as theirs ours is: round by round where there are rounds, else by medians. */
function ratioOf(ours, theirs) {
  const paired = ours.values.length === theirs.values.length;
  const rounds = paired
    ? ours.values.map((value, round) => theirs.values[round] / value)
    : [spread(theirs.values).median / spread(ours.values).median];
  return spread(rounds);
}

const side = ({ values, unit, name }) => ({ name, unit, ...spread(values), rounds: values.length });

export function spread(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const median = sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
  return { median, low: sorted[0], high: sorted.at(-1) };
}

/** Three digits of it. */
export function number(value) {
  if (Math.abs(value) >= 100) return value.toFixed(0);
  return Number(value.toPrecision(3)).toString();
}
