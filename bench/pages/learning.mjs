// Pairs whose features are drawn, not computed: a direction is planted in them, and most preferences follow it.
// They are put where our engine keeps features across visits, so that no text need be read.

import { featureKey, keepFeatures } from "./kept.mjs";
import { chance, dot, normal } from "./measuring.mjs";

export const RECIPE = { layer: 4, pooling: "response_mean", length_feature: "off", max_tokens: 256 };
const WIDTH = 384;
const PULL = 1.5;

/** `{ pairs, preferences, width, differences() }` of `count` pairs; the last is what both sides learn from, `[count, 384]`. */
export async function plant(count) {
  const random = chance(count);
  const draw = normal(random);
  const direction = unit(Float32Array.from({ length: WIDTH }, draw));
  const prompts = await trainingPrompts(count);
  const pairs = prompts.map((prompt, at) => ({ id: `pair ${at}`, prompt, response_a: "this", response_b: "that" }));
  const vectors = Array.from({ length: 2 * count }, () => Float32Array.from({ length: WIDTH }, draw));
  const preferences = pairs.map(({ id }, at) => {
    const pull = PULL * (dot(vectors[2 * at], direction) - dot(vectors[2 * at + 1], direction));
    return { id, chosen: random() < 1 / (1 + Math.exp(-pull)) ? "a" : "b" };
  });
  await keep(pairs, vectors);
  return { pairs, preferences, width: WIDTH, differences: () => differences(vectors, preferences) };
}

/** As `plant`, for the whole page: the pairs as rows of a file, `{ prompt, chosen, rejected }`. */
export async function plantRows({ count }) {
  const { pairs, preferences } = await plant(count);
  return pairs.map(({ prompt, response_a, response_b }, at) =>
    preferences[at].chosen === "a"
      ? { prompt, chosen: response_a, rejected: response_b }
      : { prompt, chosen: response_b, rejected: response_a },
  );
}

/** Prompts of the part that is learned from (src/domain/split.rs), so that every pair counts. */
export async function trainingPrompts(count) {
  const prompts = [];
  for (let number = 0; prompts.length < count; number++) {
    const prompt = `prompt ${number}`;
    const digest = new DataView(await sha256(new TextEncoder().encode(prompt)));
    if (digest.getBigUint64(0) % 100n >= 20n) prompts.push(prompt);
  }
  return prompts;
}

async function keep(pairs, vectors) {
  const keys = [];
  for (const { prompt, response_a, response_b } of pairs) {
    for (const response of [response_a, response_b]) keys.push(await featureKey(RECIPE, { prompt, response }));
  }
  await keepFeatures(keys, vectors);
}

/** Chosen minus rejected, each dimension standardised over all responses and divided by √width. */
function differences(vectors, preferences) {
  const values = new Float32Array(preferences.length * WIDTH);
  for (let place = 0; place < WIDTH; place++) {
    const mean = vectors.reduce((sum, vector) => sum + vector[place], 0) / vectors.length;
    const variance = vectors.reduce((sum, vector) => sum + (vector[place] - mean) ** 2, 0) / vectors.length;
    const scale = 1 / Math.sqrt(variance * WIDTH);
    preferences.forEach(({ chosen }, at) => {
      const difference = vectors[2 * at][place] - vectors[2 * at + 1][place];
      values[at * WIDTH + place] = (chosen === "a" ? difference : -difference) * scale;
    });
  }
  return values;
}

function unit(vector) {
  const length = Math.sqrt(dot(vector, vector));
  return vector.map((x) => x / length);
}

const sha256 = (bytes) => crypto.subtle.digest("SHA-256", bytes);
