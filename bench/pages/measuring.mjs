// Taking turns, what there is to do in a forward pass, and numbers drawn so that every run draws the same.

/**
 * Runs the competitors by turns: one round to warm up, then `rounds` that count.
 * `competitors`: name → async function. Gives milliseconds by name, and what each gave last.
 */
export async function byTurns(competitors, rounds) {
  const names = Object.keys(competitors);
  const times = Object.fromEntries(names.map((name) => [name, []]));
  const last = {};
  for (let round = 0; round <= rounds; round++) {
    for (const name of names) {
      const began = performance.now();
      last[name] = await competitors[name]();
      const ms = performance.now() - began;
      if (round > 0) times[name].push(ms);
    }
  }
  return { times, last };
}

/** Floating-point operations of MiniLM's products: four projections, two of the MLP, scores and context; six blocks. */
export function work(rows, tokens) {
  const [blocks, width, inner] = [6, 384, 1536];
  const position = 2 * (4 * width * width + 2 * width * inner) + 4 * tokens * width;
  return blocks * rows * tokens * position;
}

/** Numbers in [0, 1) from a seed above 0 (xorshift, Marsaglia, 2003). */
export function chance(seed) {
  let state = seed >>> 0;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 2 ** 32;
  };
}

/** Numbers of a standard normal distribution (Box and Muller, 1958). */
export function normal(random) {
  return () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}

export function dot(a, b) {
  let sum = 0;
  for (let place = 0; place < a.length; place++) sum += a[place] * b[place];
  return sum;
}

export const cosine = (a, b) => dot(a, b) / Math.sqrt(dot(a, a) * dot(b, b));
