// Features of many pairs through the whole page: padding, responses a second, peak memory.

import { basename } from "node:path";
import { judged } from "../report.mjs";
import { Studio } from "../studio.mjs";
import { pairs } from "../texts.mjs";

const SMALL = 200;
/** The memory target is for this many. */
const WHOLE = 1000;

export const padding = {
  name: "padding",
  shows: `features through the page: padding, rate, memory (${SMALL} pairs; padding=${WHOLE} for the whole, in minutes)`,
  async run({ browser, size = SMALL, data, samples }) {
    const rows = pairs(size, data, samples);
    const { preparation, seconds, memory } = await browser.inProfile(async (context) => {
      const studio = await Studio.open(context);
      await studio.until("BackboneReady");
      const began = await studio.now();
      const preparation = await studio.prepare(rows);
      return { preparation, seconds: (preparation.at - began) / 1000, memory: await browser.peakMemory() };
    });
    const about = `${size} pairs of ${data ? basename(data) : "the samples"}`;
    const record = (what, value, unit, target) =>
      judged({ row: this.name, what: `${what}, ${about}`, ours: { values: [value], unit }, target });
    return [
      record("positions that were padding", preparation.padding * 100, "%", { most: 15, of: "ours" }),
      record("responses a second, all workers", preparation.rate, "1/s"),
      record("from file to features", seconds, "s"),
      ...(memory === null
        ? []
        : [record("renderer's peak memory", memory, "MB", size >= WHOLE ? { most: 600, of: "ours" } : undefined)]),
    ];
  },
};
