// Training below the head through the page: last blocks and LoRA learn, score, leave for Python and come back; and a run
// goes on where it was left, after a reload, a lost engine, a lost GPU.

import assert from "node:assert/strict";
import path from "node:path";
import test from "node:test";
import { browse, crashGpu } from "../support/browser.mjs";
import { file, header, jsonl, preferences, unzipped } from "../support/data.mjs";
import { eventually } from "../support/eventually.mjs";
import { PYTHON, TINY } from "../support/places.mjs";
import { scoreInPython } from "../support/reader.mjs";
import { endEngine, host, near, visit } from "../support/studio.mjs";
import { verified } from "../support/verified.mjs";

const LONG = { within: 180_000 };
const ASKED = ["How do I mend a chair?", "Glue the leg, wait a day, and thank you for asking!", "Buy another."];

/** A page with preferences, at this depth, with these settings. */
async function prepared(t, depth, settings, { count = 60, ...options } = {}) {
  const server = await host(t);
  const context = await browse(t, options);
  const studio = await visit(context, server.url);
  await studio.import(file("some.jsonl", jsonl(preferences(count))));
  await studio.open("train");
  await studio.get("mode-select").selectOption(depth);
  await studio.settings({ "learning-rate": 0.01, ...settings });
  return { studio, context, server };
}

/** Steps done and to be done, as the bar has it. */
async function step(studio) {
  const said = await studio.get("train-progress").getAttribute("aria-valuetext");
  return Number(said.match(/step ([\d,]+) of/)?.[1].replaceAll(",", "") ?? 0);
}

for (const [depth, fields, tensors] of [
  ["lora", { "lora-rank": 4, "lora-alpha": 8 }, /^backbone\.encoder\.layer\.\d\.attention\.self\.(query|value)\.lora_[AB]\.weight$/],
  ["last-n", { "last-blocks": 1 }, /^backbone\.encoder\.layer\.1\./],
]) {
  test(`${depth}: trains, is judged, scores, and its file gives the same scores in Python and here`, { timeout: 300_000 }, async (t) => {
    const { studio, context } = await prepared(t, depth, { epochs: 3, patience: 0 });
    for (const [id, value] of Object.entries(fields)) await studio.get(id).fill(String(value));
    await studio.train();
    await studio.trainReaches("done", LONG);
    assert.match(await studio.text("train-status"), /All epochs are done/);
    const before = await studio.score(...ASKED);
    near(before.preference, 1 / (1 + Math.exp(before.second - before.first)), 1e-4, "σ(first − second)");
    await studio.get("score-why").click();
    near(await studio.valueOnce("why-sum"), before.first, 1e-3, "tokens + length = score");

    await studio.open("evaluate");
    await studio.valueOnce("eval-accuracy", (value) => value >= 0 && value <= 1);

    await studio.open("data");
    const { bytes } = await studio.download("download-model");
    const { tensors: found, about } = header(bytes);
    assert.equal(about.version, 2);
    assert.equal(about.depth.trained, depth);
    const changed = Object.keys(found).filter((name) => name.startsWith("backbone."));
    assert.ok(changed.length > 0 && changed.every((name) => tensors.test(name)), changed.join(" "));
    if (PYTHON) near(await scoreInPython(bytes, path.join(TINY, "tiny-bert"), ASKED), before.first, 1e-4, "Python's score");

    const archive = async (format) => {
      await studio.get("model-format").selectOption(format);
      await eventually("it can be downloaded", () => studio.get("download-model").isEnabled(), LONG);
      return unzipped((await studio.download("download-model")).bytes);
    };
    const barred = await studio.get("model-format").locator("option[value=peft]").isDisabled();
    assert.equal(barred, depth !== "lora", "an adapter is what LoRA learns");
    const files = await archive(depth === "lora" ? "peft" : "transformers");
    assert.equal("adapter_model.safetensors" in files && "base/model.safetensors" in files, depth === "lora");
    await verified(t, files);
    await studio.get("model-format").selectOption("studio");

    // The next visit finds it where it was; another one is given its file.
    await studio.page.reload();
    await studio.ready();
    near((await studio.score(...ASKED)).first, before.first, 1e-5, "after a reload");
    const other = await visit(await browse(t), new URL(studio.page.url()).origin);
    await other.ready();
    await other.uploadModel({ name: "model.safetensors", mimeType: "application/octet-stream", buffer: bytes });
    near((await other.score(...ASKED)).first, before.first, 1e-5, "in another workspace");
    assert.deepEqual(context.complaints, []);
  });
}

test("a file of rows is scored by a model below the head as single texts are", { timeout: 300_000 }, async (t) => {
  const { studio } = await prepared(t, "lora", { epochs: 2, patience: 0 }, { count: 24 });
  await studio.train();
  await studio.trainReaches("done", LONG);
  const one = await studio.score(...ASKED);
  const rows = Array.from({ length: 60 }, (_, at) => ({ prompt: ASKED[0], response: ASKED[1 + (at % 2)] }));
  await studio.giveToScore(file("rows.jsonl", jsonl(rows)));
  await studio.get("file-start").click();
  const scored = (await studio.scoredFile()).rows;
  scored.forEach((row, at) => near(row.score, at % 2 ? one.second : one.first, 1e-5, `row ${at}`));
});

test("a run that was left goes on after a reload, and can be let go", { timeout: 300_000 }, async (t) => {
  const { studio } = await prepared(t, "lora", { epochs: 100_000, patience: 0 });
  await studio.train();
  await studio.trainReaches("training");
  await eventually("it has come some way", async () => (await step(studio)) > 20, LONG);
  await studio.get("train-pause").click();
  await studio.trainReaches("paused");
  await eventually("it is saved", async () => (await saved(studio)) > 20, LONG);
  const left = await saved(studio);

  await studio.page.reload();
  await studio.ready();
  await studio.open("train");
  assert.match(await studio.text("train-left"), new RegExp(`left at step ${left.toLocaleString("en")} of`));
  await eventually("it can go on", () => studio.get("train-go-on").isEnabled(), LONG);
  await studio.get("train-go-on").click();
  await studio.trainReaches("training");
  await eventually("it goes on from there", async () => (await step(studio)) > left, LONG);
  await studio.get("train-stop").click();
  await studio.trainReaches("done", LONG);
  assert.equal(await studio.get("train-left").count(), 0, "what has ended is not to be gone on with");

  await studio.train();
  await studio.trainReaches("training");
  await studio.get("train-pause").click();
  await eventually("it is saved", async () => (await saved(studio)) !== undefined, LONG);
  await studio.page.reload();
  await studio.ready();
  await studio.open("train");
  await studio.get("train-let-go").click();
  await studio.get("train-left").waitFor({ state: "detached" });
  await studio.page.reload();
  await studio.ready();
  await studio.open("train");
  assert.equal(await studio.get("train-left").count(), 0);
});

test("a lost engine costs a run what came after its last saving", { timeout: 300_000 }, async (t) => {
  const { studio } = await prepared(t, "last-n", { epochs: 100_000, patience: 0 });
  await studio.train();
  await studio.trainReaches("training");
  await studio.get("train-pause").click();
  await eventually("it is saved", async () => (await saved(studio)) !== undefined, LONG);
  await studio.get("train-resume").click();
  await studio.trainReaches("training");
  // An engine is started again by itself once it has worked for a while.
  await studio.page.waitForTimeout(10_500);
  const before = await saved(studio);
  await endEngine(studio);
  await eventually("the page says so", async () => /goes on from step [\d,]+ of/.test(await studio.page.locator(".run-status").innerText()), LONG);
  await studio.trainReaches("training");
  await eventually("it goes on", async () => (await step(studio)) > before, LONG);
  await studio.get("train-stop").click();
  await studio.trainReaches("done", LONG);
});

test("training below the head on WebGPU agrees with the CPU, and goes on there when the GPU is lost", { timeout: 600_000 }, async (t) => {
  const { studio, context } = await prepared(t, "last-n", {}, { count: 8, gpu: true });
  const trained = async (depth, rate) => {
    await studio.open("train");
    await studio.get("mode-select").selectOption(depth);
    await studio.settings({ "learning-rate": rate, epochs: 2, patience: 0, "batch-size": 4 });
    await studio.train();
    await studio.trainReaches("done", { within: 300_000 });
    const { first, second } = await studio.score(...ASKED);
    return [first, second];
  };
  // AdamW's first steps are as long for a gradient that is mere rounding as for any other, so two devices part by some
  // thousandths of what training moves, whatever that is.
  const start = await trained("last-n", 1e-6);
  const onCpu = {};
  for (const device of ["cpu", "webgpu"]) {
    await studio.device(device);
    await studio.ready();
    for (const depth of ["last-n", "lora"]) {
      const now = await trained(depth, 0.001);
      const cpu = (onCpu[depth] ??= now);
      const moved = Math.max(...cpu.map((score, at) => Math.abs(score - start[at])));
      assert.ok(moved > 0.01, `${depth} moves the scores: by ${moved}`);
      now.forEach((score, at) => near(score, cpu[at], 0.02 * moved, `score ${at}, ${depth} on ${device}, of ${moved} moved`));
    }
  }
  assert.match(await studio.deviceSays(/Runs on/), /WebGPU/, "it has not fallen back on the way");

  await studio.settings({ epochs: 100_000 });
  await studio.train();
  await studio.trainReaches("training", LONG);
  await studio.get("train-pause").click();
  await eventually("it is saved", async () => (await saved(studio)) !== undefined, LONG);
  await studio.get("train-resume").click();
  await studio.trainReaches("training", LONG);
  await crashGpu(context);
  await eventually("the CPU takes over", async () => /goes on from step [\d,]+ of .* on CPU/.test(await studio.page.locator(".run-status").innerText()), LONG);
  await studio.trainReaches("training", LONG);
  await studio.get("train-stop").click();
  await studio.trainReaches("done", LONG);
});

/** Steps of the run that can be gone on with; `undefined` where none can. */
async function saved(studio) {
  return studio.page.evaluate(
    () =>
      new Promise((resolve, reject) => {
        const opening = indexedDB.open("reward-studio");
        opening.onerror = () => reject(opening.error);
        opening.onsuccess = () => {
          const got = opening.result.transaction("settings").objectStore("settings").get("unfinished_run");
          got.onsuccess = () => {
            opening.result.close();
            resolve(JSON.parse(got.result ?? "null")?.step);
          };
        };
      }),
  );
}
