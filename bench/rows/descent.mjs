// Gradient descent on cached features in our worker, beside TensorFlow.js's best backend at the same work.

import { judged, spread } from "../pages/judging.mjs";

const PAIRS = 4096;
/** A share of the loss by which two runs with other shuffles may end apart. */
const LOSSES_APART = 0.02;

export const descent = {
  name: "descent",
  shows: `gradient descent on ${PAIRS} cached pairs × 384, batch 64, 5 epochs, beside TensorFlow.js`,
  async run({ browser, rounds, size = PAIRS }) {
    const options = { count: size, rounds, backends: ["cpu", "wasm"] };
    const { trained, times, last } = await browser.call("descent.mjs", "descent", options);
    const peers = Object.keys(trained).filter((name) => name !== "ours");
    for (const peer of peers) {
      const [ours, theirs] = [last.ours.loss, last[peer].loss];
      if (last.ours.steps !== last[peer].steps || Math.abs(ours - theirs) > LOSSES_APART * theirs) {
        throw new Error(`ours and ${peer} did not do the same: ${JSON.stringify([last.ours, last[peer]])}`);
      }
    }
    const best = peers.reduce((a, b) => (spread(trained[a]).median <= spread(trained[b]).median ? a : b));
    const work = `${size} pairs × 384, ${last.ours.steps} steps`;
    const beside = (peer, target) =>
      judged({
        row: this.name,
        what: work,
        ours: { values: trained.ours, unit: "ms" },
        theirs: { values: trained[peer], unit: "ms", name: peer },
        target,
        more: { ended: last },
      });
    return [
      beside(best, { least: 5, of: "ratio" }),
      ...peers.filter((peer) => peer !== best).map((peer) => beside(peer)),
      judged({ row: this.name, what: `${work}, from wish to model`, ours: { values: times.ours, unit: "ms" } }),
    ];
  },
};
