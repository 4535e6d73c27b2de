// The page's half of the `start` row for onnxruntime-web: from navigation to a loaded model and its first result.

import { ort } from "./peer.mjs";

export async function ortStart({ model, tokens }) {
  const theirs = await ort();
  await theirs.ask({ load: model });
  const ready = performance.now();
  const ids = BigInt64Array.from({ length: tokens }, () => 2000n);
  await theirs.ask({ rows: 1, ids, types: new BigInt64Array(tokens) });
  const first = performance.now();
  theirs.end();
  return { ready, first };
}
