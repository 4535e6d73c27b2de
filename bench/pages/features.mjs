// The page's half of the `features` row: texts to vectors by transformers.js, held against those that our page kept.

import { featureKey, keptFeatures } from "./kept.mjs";
import { cosine } from "./measuring.mjs";
import { transformers } from "./peer.mjs";

const KEY = /\/L(\d+)-(\w+)-(\d+)\//;

/** What our page computed features by, as their names tell, and its `vectors` of `rows`, `{ prompt, response }`. */
export async function ourFeatures({ rows }) {
  const features = await keptFeatures();
  const [key] = features.keys();
  const [, layer, pooling, max_tokens] = KEY.exec(key);
  if (pooling !== "response_mean") throw new Error(`the peer's side is written for response_mean, not for ${pooling}`);
  const recipe = { layer: Number(layer), pooling, max_tokens: Number(max_tokens) };
  const vectors = [];
  for (const row of rows) {
    const vector = features.get(await featureKey(recipe, row));
    if (!vector) throw new Error("our page has read a text otherwise than it stands in the file");
    // Behind the vector stands its token count.
    vectors.push(Array.from(vector.subarray(0, -1)));
  }
  return { recipe, vectors };
}

/**
 * `ms` that transformers.js took for `rows`; the `least` cosine between its vectors and `ours`; and how many texts both
 * had to `cut`, which they do at different places, so that those are not compared.
 */
export async function theirFeatures({ folder, rows, batch, recipe: { max_tokens }, ours }) {
  const theirs = await transformers();
  await theirs.ask({ load: folder });
  await theirs.ask({ rows: rows.slice(0, batch), batch, max_tokens });
  const { pooled, ms } = await theirs.ask({ rows, batch, max_tokens });
  theirs.end();
  const whole = pooled.map(({ tokens }, at) => (tokens < max_tokens ? at : null)).filter((at) => at !== null);
  const least = Math.min(...whole.map((at) => cosine(ours[at], pooled[at].vector)));
  return { ms, least, cut: rows.length - whole.length };
}
