// The page's half of the `forward` row: the same batch of tokens through our worker and onnxruntime-web's, by turns.

import { helper } from "./engine.mjs";
import { compute } from "./messages.mjs";
import { ort } from "./peer.mjs";
import { chance, cosine, byTurns } from "./measuring.mjs";

const [CLS, SEP, FIRST_WORD, WORDS] = [101, 102, 1996, 28000];
const LAYERS = 6;

/** For each shape `[rows, tokens]`: milliseconds of each round, ours and theirs, and how alike the vectors are. */
export async function forward({ shapes, rounds, device, model }) {
  const [ours, theirs] = [await helper(LAYERS, device), await ort()];
  await theirs.ask({ load: model });
  const results = [];
  for (const [rows, tokens] of shapes) {
    results.push({ rows, tokens, ...(await oneShape(ours, theirs, rows, tokens, rounds)) });
  }
  ours.end();
  theirs.end();
  return results;
}

async function oneShape(ours, theirs, rows, tokens, rounds) {
  const batch = randomBatch(rows, tokens);
  const question = forOrt(batch);
  let ticket = 0;
  const compare = {
    ours: async () => {
      ours.post(compute({ ticket: ++ticket, layer: LAYERS, pooling: "mean", rows: batch }));
      return (await ours.next("Done", (done) => done.ticket === ticket)).pooled;
    },
    theirs: async () => (await theirs.ask(question)).pooled,
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
