// Evaluate: the numbers on the page are those of the pairs behind them, and lead back to the pairs.

import assert from "node:assert/strict";
import test from "node:test";
import { browse } from "../support/browser.mjs";
import { file, header, jsonl, preferences } from "../support/data.mjs";
import { eventually } from "../support/eventually.mjs";
import { host, near, visit } from "../support/studio.mjs";

test("forty answers move the living accuracy, narrow its interval, and a disagreement leads to its pair", async (t) => {
  const server = await host(t);
  const context = await browse(t);
  const studio = await visit(context, server.url);
  await studio.loadStarter();
  await studio.preferLonger(10);
  const first = await studio.hasLiving();
  const wide = await width(studio);
  await studio.preferLonger(20);
  // Some slips, for there to be disagreement.
  await studio.prefer(4, (text) => -text.length);
  await studio.preferLonger(6);
  await eventually("the interval is narrower", async () => (await width(studio)) < wide);
  assert.notEqual(await studio.value("living-accuracy"), first);

  await studio.open("evaluate");
  await studio.valueOnce("eval-accuracy");
  const lines = studio.page.locator(".mistake-line");
  await lines.first().waitFor();
  assert.ok((await lines.count()) >= 2);
  await lines.first().focus();
  await studio.page.keyboard.press("ArrowDown");
  const prompt = await studio.page.evaluate(() => document.activeElement.querySelector(".mistake-prompt").textContent);
  assert.equal(prompt, await lines.nth(1).locator(".mistake-prompt").innerText());
  await studio.page.keyboard.press("Enter");
  await studio.page.locator("#panel-annotate").waitFor();
  const shown = (await studio.text("pair-prompt")).replaceAll(/\s+/g, " ");
  assert.ok(shown.startsWith(prompt.replace("…", "")), `${shown} is not ${prompt}`);
  assert.deepEqual(context.complaints, []);
});

test("every number is that of the pairs in the exported file", async (t) => {
  const server = await host(t);
  const context = await browse(t);
  const studio = await visit(context, server.url);
  await studio.import(file("some.jsonl", jsonl(mixed(240))));
  await studio.open("evaluate");
  await studio.valueOnce("eval-baseline-words");
  await eventually("the curve is there", async () => {
    const points = await studio.get("eval-curve").getAttribute("data-points");
    return Number(points) >= 4;
  });
  await studio.open("data");
  const { about } = header((await studio.download("download-model")).bytes);
  const { judged } = about.metrics.evaluation;
  assert.ok(judged.length > 30);
  await studio.open("evaluate");

  const margins = judged.map(({ margin }) => margin);
  const right = margins.map((margin) => margin > 0);
  const [accuracy, longer] = [share(right), share(judged.map(({ length_margin }) => length_margin > 0))];
  const { low, high } = wilson(accuracy, judged.length);
  near(await studio.value("eval-accuracy"), accuracy, 1e-9, "accuracy");
  near(await studio.value("eval-model"), accuracy, 1e-9, "accuracy beside the rules");
  near(await studio.value("eval-interval-low"), low, 1e-9, "low");
  near(await studio.value("eval-interval-high"), high, 1e-9, "high");
  near(await studio.value("eval-baseline-longer"), longer, 1e-9, "longer");
  near(await studio.value("eval-loss"), mean(margins.map((margin) => Math.log1p(Math.exp(-margin)))), 1e-6, "loss");
  near(await studio.value("eval-brier"), mean(margins.map((margin) => (1 - sigmoid(margin)) ** 2)), 1e-6, "Brier");
  near(await studio.value("eval-ece"), calibrationError(margins), 1e-6, "calibration error");
  const where = (test) => share(judged.filter(({ length_margin }) => test(length_margin)).map(({ margin }) => margin > 0));
  const controlled = (where((length) => length > 0) + where((length) => length < 0)) / 2;
  near(await studio.value("eval-length-controlled"), controlled, 1e-9, "length held equal");
  const scores = judged.flatMap(({ score, margin }) => [score, score - margin]);
  const logged = async (name) =>
    Number(await studio.get("eval-trl").locator(`[data-name=${name}]`).getAttribute("data-value"));
  near(await logged("margin"), mean(margins), 1e-5, "margin");
  near(await logged("mean_reward"), mean(scores), 1e-5, "mean reward");
  near(await logged("min_reward"), Math.min(...scores), 1e-5, "least reward");
  near(await logged("max_reward"), Math.max(...scores), 1e-5, "greatest reward");
  near(await logged("accuracy"), accuracy, 1e-9, "accuracy by TRL's name");

  assert.match(await studio.text("eval-instead"), /You chose|no habit|goes along|never differs/);
  assert.match(await studio.text("eval-slices"), /By length|of one kind/);
  assert.match(await studio.text("eval-tests"), /No set is kept for testing/);
  assert.equal(await studio.value("eval-baseline-left"), undefined, "files do not say what stood on the left");
  assert.ok(!(await studio.page.locator("#panel-evaluate").innerText()).includes("NaN"));
  assert.deepEqual(context.complaints, []);
});

test("two trainings are compared on the same pairs, and found again at the next visit", async (t) => {
  const server = await host(t);
  const context = await browse(t);
  const studio = await visit(context, server.url);
  await studio.import(file("some.jsonl", jsonl(mixed(240))));
  for (const epochs of [1, 20]) {
    await studio.settings({ epochs });
    await studio.train();
    await studio.trainReaches("done");
  }
  await studio.open("evaluate");
  const p = await studio.valueOnce("eval-mcnemar");
  assert.ok(p > 0 && p <= 1);
  assert.match(await studio.text("eval-runs"), /compared with run 1/);
  await studio.page.reload();
  await studio.ready();
  assert.equal(await studio.valueOnce("eval-mcnemar"), p);
  // Turned round, the same pairs decide.
  await studio.get("eval-run-1").click();
  await studio.get("eval-run-1").click();
  await eventually("the first is another", async () => /compared with run 2/.test(await studio.text("eval-runs")));
  assert.equal(await studio.valueOnce("eval-mcnemar"), p);
  assert.deepEqual(context.complaints, []);
});

test("a test set is judged, never learned from, and RewardBench is added up as it does itself", async (t) => {
  const server = await host(t);
  const context = await browse(t);
  const studio = await visit(context, server.url);
  await studio.import(file("some.jsonl", jsonl(mixed(60))));
  const subsets = ["math-prm", "hep-go", "donotanswer", "shp"];
  const rows = preferences(40).map(({ prompt, chosen, rejected }, at) => ({
    id: at,
    subset: subsets[at % subsets.length],
    prompt: `Test ${at}: ${prompt}`,
    chosen,
    chosen_model: "one",
    rejected,
    rejected_model: "other",
  }));
  await studio.hand(file("bench.jsonl", jsonl(rows)));
  await studio.get("import-test-set").check();
  await studio.confirm();
  await eventually("it is reported", () => studio.reported([{ name: "bench.jsonl" }]));
  await studio.open("evaluate");
  const overall = await studio.valueOnce("eval-rewardbench");
  const bench = studio.get("eval-rewardbench");
  const section = async (name) => Number(await bench.locator(`[data-section="${name}"]`).getAttribute("data-value"));
  const [reasoning, safety, prior] = [await section("Reasoning"), await section("Safety"), await section("Prior Sets")];
  near(overall, (2 * reasoning + 2 * safety + prior) / 5, 1e-9, "the prior sets weigh half");
  assert.match(await bench.innerText(), /not comparable with published numbers.*alpacaeval-easy/s);
  assert.match(await studio.page.locator("#panel-evaluate").innerText(), /Learned from 60 answers/);
  assert.deepEqual(context.complaints, []);
});

test("three answers, or one prompt alone, get sentences and no numbers that mean nothing", async (t) => {
  const server = await host(t);
  const studio = await visit(await browse(t), server.url);
  const one = preferences(30).map((row) => ({ ...row, prompt: "The same for all." }));
  await studio.import(file("one.jsonl", jsonl(one)));
  await studio.ready();
  await studio.open("evaluate");
  const said = () => studio.page.locator("#panel-evaluate").innerText();
  await eventually("it says why there is nothing", async () => /Nothing was held out|no model to judge/.test(await said()));
  assert.ok(!/NaN|Infinity/.test(await said()));
});

/** Preferences for the longer response, mostly: enough of the others that there is something to be wrong about. */
function mixed(count) {
  return preferences(count).map(({ prompt, chosen, rejected }, at) => {
    const long = `${chosen} ${"Then rest. ".repeat(at % 3)}`.trim();
    return at % 4 === 0 ? { prompt, chosen: rejected, rejected: long } : { prompt, chosen: long, rejected };
  });
}

/** The living interval's width in points, as it is read out. */
async function width(studio) {
  const said = await studio.page.locator(".head-panel .interval").getAttribute("aria-label");
  const [, low, high] = said.match(/interval (\d+)% to (\d+)%/) ?? [];
  return Number(high) - Number(low);
}

const mean = (values) => values.reduce((sum, value) => sum + value, 0) / values.length;
const share = (trials) => mean(trials.map(Number));
const sigmoid = (value) => 1 / (1 + Math.exp(-value));

function wilson(p, n) {
  const z = 1.959963984540054;
  const half = z * Math.sqrt((p * (1 - p)) / n + (z * z) / (4 * n * n));
  const scale = 1 + (z * z) / n;
  return { low: (p + (z * z) / (2 * n) - half) / scale, high: (p + (z * z) / (2 * n) + half) / scale };
}

function calibrationError(margins) {
  const bins = Array.from({ length: 10 }, () => []);
  for (const margin of margins) {
    const sure = sigmoid(Math.abs(margin));
    bins[Math.min(9, Math.floor((sure - 0.5) * 20))].push([sure, margin > 0 ? 1 : margin < 0 ? 0 : 0.5]);
  }
  const gap = (bin) => Math.abs(bin.reduce((sum, [sure, right]) => sum + sure - right, 0));
  return bins.reduce((sum, bin) => sum + gap(bin), 0) / margins.length;
}
