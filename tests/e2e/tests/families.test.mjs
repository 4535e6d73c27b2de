// Backbones of every family, given as files: each trains, scores, and leaves as files that Python opens.

import assert from "node:assert/strict";
import { mkdtemp, readFile, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import test from "node:test";
import { browse } from "../support/browser.mjs";
import { unzipped } from "../support/data.mjs";
import { eventually } from "../support/eventually.mjs";
import { lastly } from "../support/lastly.mjs";
import { PYTHON, TINY } from "../support/places.mjs";
import { scoreInPython } from "../support/reader.mjs";
import { host, near, visit } from "../support/studio.mjs";

const TEMPLATE = "chat_template.jinja";
const FAMILIES = path.join(TINY, "families");
const LONG = { within: 180_000 };
const ASKED = ["How do I boil an egg?", "Put it in boiling water.", "No idea."];
const TURNS = ["System: Be kind.\n\nUser: My parcel is late.\n\nAssistant: Which one?\n\nUser: The red one.", "On its way."];

/** The files of this family's checkpoint, to be given to the page, with this chat template if it is not to be its own. */
async function files(family, template) {
  const folder = path.join(FAMILIES, family);
  const names = await readdir(folder);
  return Promise.all(
    names.map(async (name) => ({
      name,
      mimeType: "application/octet-stream",
      buffer: template && name === TEMPLATE ? Buffer.from(template) : await readFile(path.join(folder, name)),
    })),
  );
}

/** Why this format cannot be had. */
function refusal(studio, format) {
  return studio.page.locator(`[data-testid="model-refusal"][data-format~="${format}"]`);
}

async function take(studio, family, template) {
  await studio.open("train");
  await studio.get("backbone-add").click();
  await studio.get("backbone-files").setInputFiles(await files(family, template));
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
      near(await scoreInPython(bytes, path.join(FAMILIES, family), TURNS), talk, 1e-4, "Python's score of several turns");
    });
  }
  assert.equal(seen.size, 8, "each family has its own score");
  assert.deepEqual(context.complaints, []);
});

// As Qwen 3's: a thought is taken out of an answer, stands before the last one only, and what is left loses empty lines.
const THINKS = `{% for message in messages %}{% set said = message.content %}{% set thought = '' %}\
{% if message.role == 'assistant' and '</think>' in said %}\
{% set thought = said.split('</think>')[0].rstrip('\\n').split('<think>')[-1].lstrip('\\n') %}\
{% set said = said.split('</think>')[-1].lstrip('\\n') %}{% endif %}{{ '<|im_start|>' + message.role + '\\n' }}\
{% if loop.last %}{{ '<think>\\n' + thought.strip('\\n') + '\\n</think>\\n\\n' + said.lstrip('\\n') }}\
{% else %}{{ said }}{% endif %}{{ '<|im_end|>\\n' }}{% endfor %}`;
const NO_SYSTEM = `{% if messages[0].role == 'system' %}{{ raise_exception('No system.') }}{% endif %}\
{% for message in messages %}{{ '<turn>' + message.role + '\\n' + message.content + '</turn>\\n' }}{% endfor %}`;

for (const [what, template, asked, refused] of [
  ["that looks into an answer", THINKS, ["How do I boil an egg?", "<think>\nAn egg is boiled.\n</think>\n\nPut it in boiling water."]],
  ["that takes no system message", NO_SYSTEM, TURNS, "a system message"],
]) {
  test(`a chat template ${what} is followed as Python follows it, and the page says what it refuses`, { timeout: 300_000 }, async (t) => {
    const server = await host(t);
    const studio = await visit(await browse(t), server.url);
    await studio.loadStarter();
    await studio.preferLonger(12);
    await take(studio, "qwen3", template);
    const says = /takes no conversation with (.+): such a prompt is read as one message of the user/;
    assert.equal((await studio.page.locator("#panel-train").innerText()).match(says)?.[1], refused);
    await studio.train();
    await studio.trainReaches("done", LONG);
    const { first, second } = await studio.score(asked[0], asked[1], ASKED[1]);
    assert.notEqual(first, second, "the thought is part of what is scored");
    await studio.open("data");
    const { bytes } = await studio.download("download-model");
    if (!PYTHON) return t.diagnostic("there is no Python with torch");
    const backbone = await mkdtemp(path.join(tmpdir(), "reward-studio-family-"));
    lastly(t, () => rm(backbone, { recursive: true }));
    for (const { name, buffer } of await files("qwen3", template)) await writeFile(path.join(backbone, name), buffer);
    near(await scoreInPython(bytes, backbone, asked), first, 1e-4, "Python's score of it");
  });
}

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

test("a GPU that cannot reach a matrix at once gives way to the CPU, and the page says so", { timeout: 300_000 }, async (t) => {
  const server = await host(t);
  const small = () => {
    const limit = { get: () => 1_000 };
    if (globalThis.GPUSupportedLimits) Object.defineProperty(GPUSupportedLimits.prototype, "maxStorageBufferBindingSize", limit);
  };
  const studio = await visit(await browse(t, { gpu: true, init: small }), server.url);
  await studio.loadStarter();
  await studio.preferLonger(6);
  await studio.device("webgpu");
  await take(studio, "llama");
  const said = await studio.deviceSays(/Runs on CPU/);
  assert.match(said, /CPU \(flex\): the largest matrix of this backbone takes 1 MB, and .*swiftshader.* reaches 1 MB at once/);
  await studio.train();
  await studio.trainReaches("done", LONG);
});
