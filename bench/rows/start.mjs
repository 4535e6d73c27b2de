// How soon after navigation the page can be used, its engine is there, and a score stands; then visits again.

import { judged } from "../pages/judging.mjs";
import { Studio } from "../studio.mjs";
import { pairs } from "../texts.mjs";

const PAIRS = 24;
const PROMPT = "Where is my parcel?";
const RESPONSE = "It left our warehouse this morning and should be with you tomorrow before noon.";

export const start = {
  name: "start",
  shows: "times from navigation: interactive, worker, backbone, first score; first visit and later ones",
  async run({ browser, rounds, samples, model }) {
    const name = model();
    const { first, later, theirs } = await browser.inProfile(async (context) => {
      const first = await firstVisit(context, pairs(PAIRS, undefined, samples));
      const [later, theirs] = [[], []];
      for (let round = 0; round <= rounds; round++) {
        later.push(await laterVisit(context));
        theirs.push(await browser.call("ort_start.mjs", "ortStart", { model: name, tokens: 32 }));
      }
      // The first round was to warm up.
      return { first: [first], later: later.slice(1), theirs: theirs.slice(1) };
    });
    const ms = (visits, moment) => ({ values: visits.map((visit) => visit[moment]), unit: "ms" });
    const peer = (moment) => ({ ...ms(theirs, moment), name: "onnxruntime-web, loopback" });
    const record = (what, ours, theirs, target) => judged({ row: this.name, what, ours, theirs, target });
    const interactive = (which, visits) => {
      const worker = { ...ms(visits, "worker"), name: "our worker" };
      const target = { least: 1, of: "ratio" };
      return record(`${which}: interactive, before the worker`, ms(visits, "interactive"), worker, target);
    };
    return [
      interactive("first visit", first),
      record("first visit: backbone fetched (loopback)", ms(first, "backbone")),
      interactive("later", later),
      record("later: backbone ready, from the browser's store", ms(later, "backbone"), peer("ready")),
      record("later: first score", ms(later, "score"), peer("first")),
    ];
  },
};

/** Leaves pairs, answers, features and backbone behind. */
async function firstVisit(context, rows) {
  const studio = await Studio.open(context);
  const { at: worker } = await studio.until("Hello");
  const { at: backbone } = await studio.until("BackboneReady");
  const interactive = await studio.interactive();
  await studio.prepare(rows);
  await studio.until("ModelReady");
  await studio.close();
  return { interactive, worker, backbone };
}

/** Types a text at once; it is scored as soon as there is a model. */
async function laterVisit(context) {
  const studio = await Studio.open(context, "/#score");
  await studio.fill("score-prompt", PROMPT);
  await studio.fill("score-response", RESPONSE);
  const { at: score } = await studio.until("Scored");
  const { at: worker } = await studio.until("Hello");
  const { at: backbone, origin } = await studio.until("BackboneReady");
  if (origin !== "kept") throw new Error(`the backbone came from the ${origin} at a later visit`);
  const interactive = await studio.interactive();
  await studio.close();
  return { interactive, worker, backbone, score };
}
