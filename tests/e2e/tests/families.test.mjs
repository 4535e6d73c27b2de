// Backbones of every family, given as files: each trains, scores, and leaves as files that Python opens.

import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtemp, readFile, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import test from "node:test";
import { promisify } from "node:util";
import { browse } from "../support/browser.mjs";
import { unzipped } from "../support/data.mjs";
import { eventually } from "../support/eventually.mjs";
import { PYTHON, READER, TINY } from "../support/places.mjs";
import { host, near, visit } from "../support/studio.mjs";

const FAMILIES = path.join(TINY, "families");
const LONG = { within: 180_000 };
const ASKED = ["How do I boil an egg?", "Put it in boiling water.", "No idea."];
const TURNS = ["System: Be kind.\n\nUser: My parcel is late.\n\nAssistant: Which one?\n\nUser: The red one.", "On its way."];

/** The files of this family's checkpoint, to be given to the page. */
async function files(family) {
  const folder = path.join(FAMILIES, family);
  const names = await readdir(folder);
  return Promise.all(
    names.map(async (name) => ({
      name,
      mimeType: "application/octet-stream",
      buffer: await readFile(path.join(folder, name)),
    })),
  );
}

/** Why this format cannot be had. */
function refusal(studio, format) {
  return studio.page.locator(`[data-testid="model-refusal"][data-format~="${format}"]`);
}

async function take(studio, family) {
  await studio.open("train");
  await studio.get("backbone-add").click();
  await studio.get("backbone-files").setInputFiles(await files(family));
  const named = new RegExp(`^own/${family}-`);
  await eventually(`${family} is chosen`, async () => named.test(await studio.get("backbone-select").inputValue()), LONG);
  await studio.ready();
}

test("every family trains, scores, and leaves as a file that gives the same scores in Python", { timeout: 600_000 }, async (t) => {
  const server = await host(t);
  const context = await browse(t);
  const studio = await visit(context, server.url);
  await studio.loadStarter();
  await studio.preferLonger(12);
  const seen = new Set();
  for (const family of (await readdir(FAMILIES)).filter((name) => !name.includes("."))) {
    await t.test(family, async () => {
      await take(studio, family);
      await studio.train();
      await studio.trainReaches("done", LONG);
      const score = await studio.score(...ASKED);
      near(score.preference, 1 / (1 + Math.exp(score.second - score.first)), 1e-4, "σ(first − second)");
      seen.add(score.first);
      const talk = (await studio.score(...TURNS)).first;

      await studio.open("data");
      await eventually("what cannot be had is barred, with why", async () =>
        /^sentence-transformers/.test(await refusal(studio, "sentence-transformers").innerText()),
      );
      await studio.get("model-format").selectOption("transformers");
      const archive = unzipped((await studio.download("download-model")).bytes);
      const config = JSON.parse(archive["config.json"]);
      assert.equal(config.backbone.model_type, family);
      assert.ok(archive["modeling_reward_studio.py"] && archive["verify.py"]);
      await studio.get("model-format").selectOption("studio");
      const { bytes } = await studio.download("download-model");
      if (!PYTHON) return t.diagnostic("there is no Python with torch");
      const folder = await mkdtemp(path.join(tmpdir(), "reward-studio-family-"));
      try {
        const file = path.join(folder, "reward-model.safetensors");
        await writeFile(file, bytes);
        const words = ["--backbone", path.join(FAMILIES, family), "--verify", "--prompt", TURNS[0], "--response", TURNS[1]];
        const { stdout } = await promisify(execFile)(PYTHON, [READER, file, ...words]);
        assert.match(stdout, /^pass: /m);
        near(Number(stdout.match(/^score: (.*)$/m)[1]), talk, 1e-4, "Python's score of several turns");
      } finally {
        await rm(folder, { recursive: true });
      }
    });
  }
  assert.equal(seen.size, 8, "each family has its own score");
  assert.deepEqual(context.complaints, []);
});

test("a decoder and an encoder with local attention score on WebGPU as on the CPU", { timeout: 600_000 }, async (t) => {
  const server = await host(t);
  const studio = await visit(await browse(t, { gpu: true }), server.url);
  await studio.loadStarter();
  await studio.preferLonger(6);
  for (const family of ["llama", "modernbert"]) {
    await studio.device("cpu");
    await take(studio, family);
    await studio.train();
    await studio.trainReaches("done", LONG);
    const before = await studio.score(...ASKED);
    await studio.device("webgpu");
    assert.match(await studio.deviceSays(/Runs on/), /WebGPU: as you chose/);
    const after = await studio.score(...ASKED);
    near(after.first, before.first, 1e-3, `${family}: the first score`);
    near(after.second, before.second, 1e-3, `${family}: the second score`);
    assert.match(await studio.deviceSays(/Runs on/), /WebGPU/, "it has not fallen back on the way");
  }
});
