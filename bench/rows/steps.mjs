// A step of training at three depths in our worker, beside PyTorch's natively on one thread.

import { join } from "node:path";
import { readFileSync } from "node:fs";
import { torchSteps } from "../python.mjs";
import { callIn } from "../browser.mjs";
import { judged } from "../pages/judging.mjs";

const BATCH = 8;
const TOKENS = 128;
/** Two steps an epoch. */
const PAIRS = 2 * BATCH;

export const steps = {
  name: "steps",
  shows: `a step on ${BATCH} pairs × ${TOKENS} tokens: head, last 2 blocks, LoRA r=8; beside PyTorch natively, one thread`,
  async run({ browser, rounds, dist }) {
    const [card] = JSON.parse(readFileSync(join(dist, "backbones.json"), "utf8"));
    const recipe = { layer: card.layers, pooling: "mean", length_feature: "off", max_tokens: TOKENS };
    // The renderer is asked while it is there.
    const [ours, memory] = await browser.inProfile(async (context) => {
      const found = await callIn(context, "steps.mjs", "steps", { count: PAIRS, batch: BATCH, recipe, rounds });
      return [found, await browser.peakMemory()];
    });
    const theirs = torchSteps(join(dist, card.folder), [BATCH, TOKENS, card.layers, rounds]);
    const records = Object.entries(ours).map(([name, values]) =>
      judged({
        row: this.name,
        what: `${name}, ${BATCH} pairs × ${TOKENS} tokens, ${card.layers} blocks`,
        ours: { values, unit: "ms" },
        theirs: theirs ? { values: theirs.ms[name], unit: "ms", name: "PyTorch, native" } : undefined,
        target: theirs && name === "lora" ? { least: 0.25, of: "ratio" } : undefined,
        more: { torch: theirs?.version, peft: theirs?.peft },
      }),
    );
    if (memory !== null) {
      const what = "renderer's peak memory, all three depths";
      records.push(judged({ row: this.name, what, ours: { values: [memory], unit: "MB" } }));
    }
    return records;
  },
};
