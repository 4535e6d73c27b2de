// Whether the page stays awake while its worker trains: no task of the page's own over 50 ms.

import { judged } from "../report.mjs";
import { Studio } from "../studio.mjs";
import { pairs } from "../texts.mjs";

const PAIRS = 64;

export const smooth = {
  name: "smooth",
  shows: "the page's longest task while gradient descent runs",
  async run({ browser, size = PAIRS, samples }) {
    const { tasks, seconds } = await browser.inProfile(async (context) => {
      const studio = await Studio.open(context);
      await studio.until("BackboneReady");
      await studio.prepare(pairs(size, undefined, samples));
      await studio.tab("train");
      const began = await studio.now();
      await studio.press("train-start");
      const done = await studio.until("RunDone");
      return { tasks: await studio.longTasks(began), seconds: (done.at - began) / 1000 };
    });
    return [
      judged({
        row: this.name,
        what: `longest page task while training ${size} pairs (0: none over 50)`,
        ours: { values: [Math.max(0, ...tasks)], unit: "ms" },
        target: { most: 50, of: "ours" },
        more: { tasks, seconds },
      }),
    ];
  },
};
