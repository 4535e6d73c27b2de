// Whether the page stays awake while its worker trains: no task of the page's own over 50 ms.

import { callIn } from "../browser.mjs";
import { judged } from "../pages/judging.mjs";
import { Studio } from "../studio.mjs";

const PAIRS = 2000;

export const smooth = {
  name: "smooth",
  shows: `the page's longest task while gradient descent runs on ${PAIRS} pairs`,
  async run({ browser, size = PAIRS }) {
    const { tasks, seconds } = await browser.inProfile(async (context) => {
      // Their features are there already, so that the run is long and the wait for it short.
      const rows = await callIn(context, "learning.mjs", "plantRows", { count: size });
      const studio = await Studio.open(context);
      await studio.until("BackboneReady");
      await studio.prepare(rows);
      await studio.tab("train");
      const began = await studio.now();
      await studio.press("train-start");
      const done = await studio.until("RunDone");
      return { tasks: await studio.longTasks(began), seconds: (done.at - began) / 1000 };
    });
    const record = (what, value, unit, target, more) =>
      judged({ row: this.name, what, ours: { values: [value], unit }, target, more });
    const longest = Math.max(0, ...tasks);
    return [
      record("longest page task while training (0: none over 50)", longest, "ms", { most: 50, of: "ours" }, { tasks }),
      record(`how long it trained, ${size} pairs`, seconds, "s"),
    ];
  },
};
