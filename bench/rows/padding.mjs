// Features of many pairs through the whole page: padding, responses a second, peak memory.

import { basename } from "node:path";
import { callIn } from "../browser.mjs";
import { judged } from "../pages/judging.mjs";
import { Studio } from "../studio.mjs";
import { pairs } from "../texts.mjs";

const SMALL = 200;
/** The memory target is for this many. */
const WHOLE = 1000;

export const padding = {
  name: "padding",
  shows: `features through the page: padding, rate, memory; ${SMALL} pairs, or padding=${WHOLE} in some minutes`,
  async run({ browser, size = SMALL, data, samples, model }) {
    const { preparation, seconds, memory } = await ours(browser, pairs(size, data, samples));
    const theirs = await theirMemory(browser, model());
    const about = `${size} pairs of ${data ? basename(data) : "the samples"}`;
    const record = (what, value, unit, target, peer) =>
      judged({ row: this.name, what: `${what}, ${about}`, ours: { values: [value], unit }, theirs: peer, target });
    const records = [
      record("positions that were padding", preparation.padding * 100, "%", { most: 15, of: "ours" }),
      record("responses a second, all workers", preparation.rate, "1/s"),
      record("from file to features", seconds, "s"),
    ];
    if (memory !== null) {
      const peer = { values: [theirs], unit: "MB", name: "onnxruntime-web, one text" };
      const target = size >= WHOLE ? { most: 600, of: "ours" } : undefined;
      records.push(record("renderer's peak memory", memory, "MB", target, peer));
    }
    return records;
  },
};

function ours(browser, rows) {
  return browser.inProfile(async (context) => {
    const studio = await Studio.open(context);
    await studio.until("BackboneReady");
    const began = await studio.now();
    const preparation = await studio.prepare(rows);
    return { preparation, seconds: (preparation.at - began) / 1000, memory: await browser.peakMemory() };
  });
}

/** What loading the same backbone and reading one text takes there. */
function theirMemory(browser, model) {
  return browser.inProfile(async (context) => {
    await callIn(context, "ort_start.mjs", "ortStart", { model, tokens: 256 });
    return browser.peakMemory();
  });
}
