// Pairs of text as files of JSON lines: the page's own samples, or any file that is named on the command line.

import { readFileSync } from "node:fs";
import { join } from "node:path";

/** `count` pairs `{ prompt, chosen, rejected }` from `file`, else from the samples that the page comes with. */
export function pairs(count, file, samples) {
  const given = file ? rows(file) : [];
  if (file) {
    if (given.length < count) throw new Error(`${file} has ${given.length} usable pairs, and ${count} were asked for`);
    return given.slice(0, count);
  }
  return fromSamples(count, ["labelled.jsonl", "starter.jsonl"].flatMap((name) => rows(join(samples, name))));
}

/** The samples first; then their prompts again with the responses of other pairs, whose lengths are as real. */
function fromSamples(count, known) {
  return Array.from({ length: count }, (_, at) => {
    const lap = Math.floor(at / known.length);
    const { prompt } = known[at % known.length];
    const { chosen, rejected } = known[(at + lap) % known.length];
    return { prompt, chosen, rejected };
  });
}

function rows(file) {
  const read = (line) => {
    const { prompt, chosen, rejected, response_a, response_b } = JSON.parse(line);
    return { prompt, chosen: chosen ?? response_a, rejected: rejected ?? response_b };
  };
  // What the page refuses would be waited for in vain.
  const usable = ({ prompt, chosen, rejected }) =>
    [prompt, chosen, rejected].every((text) => typeof text === "string") &&
    chosen !== rejected &&
    `${chosen}${rejected}`.trim() !== "";
  return readFileSync(file, "utf8").split("\n").filter((line) => line.trim()).map(read).filter(usable);
}

export const jsonLines = (rows) => rows.map((row) => `${JSON.stringify(row)}\n`).join("");

/** The responses that there are to compute, `{ prompt, response }`: the same one to the same prompt is computed once. */
export function distinct(rows) {
  const both = rows.flatMap(({ prompt, chosen, rejected }) => [chosen, rejected].map((response) => ({ prompt, response })));
  return [...new Map(both.map((text) => [`${text.prompt}\0${text.response}`, text])).values()];
}
