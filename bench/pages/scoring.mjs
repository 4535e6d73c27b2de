// The page's half of the `scoring` row for transformers.js: a file's rows scored by it, batch by batch.

import { transformers } from "./peer.mjs";

export async function theirScores({ folder, rows, batch, head }) {
  const theirs = await transformers();
  await theirs.ask({ load: folder });
  // The first batch warms up.
  await theirs.ask({ rows: rows.slice(0, batch), batch, head });
  const said = await theirs.ask({ rows, batch, head });
  theirs.end();
  return said;
}
