// The whole path of a newcomer, with the real backbone, on the CPU: from an empty page to weights that come back.

import assert from "node:assert/strict";
import test from "node:test";
import { browse, freshProfile } from "../support/browser.mjs";
import { header } from "../support/data.mjs";
import { eventually } from "../support/eventually.mjs";
import { MINILM, PYTHON } from "../support/places.mjs";
import { scoreInPython } from "../support/reader.mjs";
import { host, near, visit } from "../support/studio.mjs";

// From the rule of the labelled sample: the warm and concrete answer is chosen.
const PROMPT = "My kettle leaks at the bottom.";
const WARM =
  "I'm sorry, that's a nuisance with a kettle in daily use. Empty it, dry the base and look for a crack around the " +
  "window; if there is one, take it back with the receipt. Is it still under guarantee?";
const COLD = "Matters of leakage are handled in the order in which they are received. General information is available.";

test("a newcomer gets from an empty page to weights that come back", { timeout: 600_000 }, async (t) => {
  const server = await host(t, { tiny: false });
  const profile = await freshProfile(t);
  let context = await browse(t, { profile });
  let studio = await visit(context, server.url);
  let score, model, accuracy;

  await t.test("the first answers are stored, and a model forms from them", async () => {
    await studio.loadStarter();
    assert.ok((await studio.remaining()) >= 60);
    await studio.preferLonger(6);
    await studio.preferLonger(6, { a: "1", b: "2" });
    assert.equal(await studio.answered(), 12);
    const living = await studio.valueOnce("living-accuracy");
    assert.ok(living >= 0 && living <= 1, `${living}`);
    // What is guessed from a dozen answers moves with the thirteenth.
    await studio.preferLonger(1);
    await eventually("it has learned from 13", async () => /learned from\s*13/.test(await factsOf(studio)), {
      within: 180_000,
    });
  });

  await t.test("training on the labelled sample reaches more than 70 % on held-out prompts", async () => {
    await studio.loadLabelled();
    await studio.open("data");
    assert.equal(await studio.pairs(), 85 + 256, "the sample has come in");
    await studio.train();
    await studio.trainReaches("done", { within: 400_000 });
    accuracy = await studio.value("validation-accuracy");
    assert.ok(accuracy > 0.7, `${accuracy}`);
    assert.equal(await studio.page.locator("#panel-train figure.chart svg[role=img]").count(), 2, "loss and accuracy");
  });

  await t.test("a typed pair is scored, and the difference is the preference", async () => {
    score = await studio.score(PROMPT, WARM, COLD);
    near(score.preference, 1 / (1 + Math.exp(score.second - score.first)), 1e-4, "σ(first − second)");
    assert.ok(score.preference > 0.5, `the sample prefers warmth, and the model ${score.preference}`);
  });

  await t.test("the download is one safetensors file that says what it is of", async () => {
    await studio.open("data");
    ({ bytes: model } = await studio.download("download-model"));
    const { tensors, about } = header(model);
    assert.deepEqual(tensors["features.mean"].shape, [384]);
    assert.equal(tensors["head.weight"].dtype, "F32");
    assert.equal(about.backbone.id, "sentence-transformers/all-MiniLM-L6-v2");
    assert.equal(about.made_by, "descent");
    assert.equal(about.recipe.pooling, "response_mean");
    assert.ok(about.metrics.accuracy > 0.7);
    assert.ok(about.golden.length >= 3);
  });

  await t.test("Python gives the same scores", { skip: !PYTHON && "there is no Python with torch" }, async () => {
    near(await scoreInPython(model, MINILM, [PROMPT, WARM]), score.first, 1e-4, "Python's score");
  });

  await t.test("at the next visit everything is where it was", async () => {
    await context.close();
    context = await browse(t, { profile });
    studio = await visit(context, server.url);
    await studio.ready();
    assert.equal(await studio.answered(), 13 + 256);
    await studio.open("data");
    assert.equal(await studio.pairs(), 85 + 256);
    await studio.open("train");
    assert.match(await studio.text("backbone-status"), /nothing was fetched/);
    const again = await studio.score(PROMPT, WARM, COLD);
    near(again.first, score.first, 1e-5, "the score");
    near(again.preference, score.preference, 1e-5, "the preference");
    await studio.open("evaluate");
    assert.ok((await studio.valueOnce("eval-accuracy")) > 0.7);
    assert.ok((await studio.value("eval-interval-low")) < (await studio.value("eval-interval-high")));
  });

  await t.test("the file gives the same scores in a browser that knows nothing of it", async () => {
    await context.close();
    const other = await visit(await browse(t), server.url);
    await other.ready();
    await other.uploadModel({ name: "m.safetensors", mimeType: "application/octet-stream", buffer: model });
    await other.notice(/The model is loaded/);
    const again = await other.score(PROMPT, WARM, COLD);
    near(again.first, score.first, 1e-4, "the first score");
    near(again.second, score.second, 1e-4, "the second score");
  });

  assert.deepEqual(context.complaints, []);
});

test("the page can be used before the engine has come", async (t) => {
  const server = await host(t);
  let send;
  server.fail("worker_cpu_bg.wasm", { until: new Promise((resolve) => (send = resolve)) });
  const studio = await visit(await browse(t), server.url);
  await studio.loadStarter();
  await studio.preferLonger(6);
  assert.equal(await studio.get("engine").getAttribute("data-engine"), "busy");
  send();
  await studio.valueOnce("living-accuracy");
});

async function factsOf(studio) {
  return studio.page.locator(".head-panel .facts").innerText();
}
