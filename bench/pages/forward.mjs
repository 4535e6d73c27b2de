// The page's half of the `forward` row: the same batch of tokens through our workers and onnxruntime-web's, by turns.

import { Crew } from "./crew.mjs";
import { ort } from "./peer.mjs";
import { chance, cosine, byTurns } from "./measuring.mjs";

const [CLS, SEP, FIRST_WORD, WORDS] = [101, 102, 1996, 28000];
const LAYERS = 6;
const WHOLE = { layer: LAYERS, pooling: "mean" };

/**
 * For each shape `[rows, tokens]`: milliseconds of each round, ours and theirs, and how alike the vectors are.
 * `threads`: how many workers we have, and threads they; `ours`, `theirs`: the device of each.
 */
export async function forward({ shapes, rounds, threads = 1, ours = "cpu", theirs = "wasm", model }) {
  const [crew, peer] = [await Crew.hire(threads, LAYERS, ours), await ort()];
  try {
    await peer.ask({ load: model, threads, provider: theirs });
    const results = [];
    for (const [rows, tokens] of shapes) {
      results.push({ rows, tokens, ...(await oneShape(crew, peer, rows, tokens, rounds)) });
    }
    return results;
  } finally {
    crew.end();
    peer.end();
  }
}

/** Ours alone: for each shape, milliseconds of each round. */
export async function ours({ shapes, rounds, threads = 1, device }) {
  const crew = await Crew.hire(threads, LAYERS, device);
  const results = [];
  for (const [rows, tokens] of shapes) {
    const batch = randomBatch(rows, tokens);
    const { times } = await byTurns({ ours: () => crew.pooled(batch, WHOLE) }, rounds);
    results.push({ rows, tokens, ms: times.ours });
  }
  crew.end();
  return results;
}

async function oneShape(crew, peer, rows, tokens, rounds) {
  const batch = randomBatch(rows, tokens);
  const question = forOrt(batch);
  const compare = {
    ours: () => crew.pooled(batch, WHOLE),
    theirs: async () => (await peer.ask(question)).pooled,
  };
  const { times, last } = await byTurns(compare, rounds);
  const width = last.ours.length / rows;
  const row = (values, at) => values.slice(at * width, (at + 1) * width);
  const alike = batch.map((_, at) => cosine(row(last.ours, at), row(last.theirs, at)));
  return { times, cosine: Math.min(...alike) };
}

/** `[CLS]` prompt `[SEP]` response `[SEP]`, of any words. */
function randomBatch(rows, tokens) {
  const random = chance(rows * 1000 + tokens);
  return Array.from({ length: rows }, () => {
    const ids = Array.from({ length: tokens }, () => FIRST_WORD + Math.floor(random() * WORDS));
    const response_start = tokens >> 2;
    [ids[0], ids[response_start - 1], ids[tokens - 1]] = [CLS, SEP, SEP];
    return { ids, response_start, response_end: tokens - 1 };
  });
}

function forOrt(batch) {
  const ids = batch.flatMap((row) => row.ids);
  const types = batch.flatMap(({ ids, response_start }) => ids.map((_, place) => Number(place >= response_start)));
  return { rows: batch.length, ids: BigInt64Array.from(ids, BigInt), types: BigInt64Array.from(types, BigInt) };
}
