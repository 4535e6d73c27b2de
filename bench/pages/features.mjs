// The page's half of the `features` row: texts to vectors by transformers.js, held against those that our page kept.

import { featureKey, keptFeatures } from "./kept.mjs";
import { cosine } from "./measuring.mjs";
import { transformers } from "./peer.mjs";

const KEY = /\/L(\d+)-(\w+)-(\d+)\//;

/** What our page computed features by, as their names tell. */
export async function keptRecipe() {
  const [key] = (await keptFeatures()).keys();
  const [, layer, pooling, max_tokens] = KEY.exec(key);
  if (pooling !== "response_mean") throw new Error(`the peer's side is written for response_mean, not for ${pooling}`);
  return { layer: Number(layer), pooling, max_tokens: Number(max_tokens) };
}

/**
 * `ms` that transformers.js took for `rows`, `{ prompt, response }`; the least cosine between its vectors and ours;
 * and how many texts both had to `cut`, which they do at different places, so that those are not compared.
 */
export async function theirFeatures({ folder, rows, batch, recipe }) {
  const { max_tokens } = recipe;
  const theirs = await transformers();
  await theirs.ask({ load: folder });
  await theirs.ask({ rows: rows.slice(0, batch), batch, max_tokens });
  const { pooled, ms } = await theirs.ask({ rows, batch, max_tokens });
  theirs.end();
  const ours = await keptFeatures();
  let [least, cut] = [1, 0];
  for (const [at, { tokens, vector }] of pooled.entries()) {
    if (tokens === max_tokens) cut += 1;
    else {
      const own = ours.get(await featureKey(recipe, rows[at]));
      if (!own) throw new Error("our page has read a text otherwise than it stands in the file");
      least = Math.min(least, cosine(own.subarray(0, vector.length), vector));
    }
  }
  return { ms, least, cut };
}
