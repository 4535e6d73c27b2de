// The model leaves in every format that can hold its recipe, with what others need to open it.

import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import test from "node:test";
import { browse } from "../support/browser.mjs";
import { file, header, jsonl, preferences, unzipped } from "../support/data.mjs";
import { eventually } from "../support/eventually.mjs";
import { forgetFeatures } from "../support/features.mjs";
import { host, near, visit } from "../support/studio.mjs";
import { verified } from "../support/verified.mjs";

const PROMPT = "How do I mend it?";
const RESPONSE = "Take the screws out first, then lift the lid.";
const CURT = "No.";

test("every format is made, and says what opens it", { timeout: 600_000 }, async (t) => {
  const server = await host(t);
  const studio = await visit(await browse(t), server.url);
  await studio.import(file("longer.jsonl", jsonl(preferences(40))));
  await studio.settings({ epochs: 5, patience: 0 });
  await studio.train();
  await studio.trainReaches("done");
  await studio.open("data");

  await t.test("a recipe that others have no class for bars what brings no code, and a head alone is no adapter", async () => {
    const option = (word) => studio.get("model-format").locator(`option[value=${word}]`);
    for (const word of ["sentence-transformers", "peft"]) assert.ok(await option(word).isDisabled(), word);
    for (const word of ["studio", "transformers", "scale-out"]) assert.ok(await option(word).isEnabled(), word);
    const refusal = (format) => studio.page.locator(`[data-testid="model-refusal"][data-format="${format}"]`);
    assert.match(await refusal("sentence-transformers").innerText(), /Mean of everything/);
    assert.match(await refusal("peft").innerText(), /Head and LoRA adapters/);
  });

  await t.test("the studio's own file is the one it was", async () => {
    await choose(studio, "studio");
    const { name, bytes } = await studio.download("download-model");
    assert.equal(name, "reward-model.safetensors");
    assert.equal(header(bytes).about.golden.length, 7);
  });

  await t.test("the archive for transformers has the network, its code, and the run", async (t) => {
    await choose(studio, "transformers");
    assert.match(await studio.text("model-line"), /trust_remote_code=True/);
    const { name, bytes } = await studio.download("download-model");
    assert.equal(name, "reward-model-transformers.zip");
    const files = unzipped(bytes);
    const names = [
      "README.md", "config.json", "manifest.json", "model.safetensors", "modeling_reward_studio.py", "run.csv", "run.json",
      "special_tokens_map.json", "tokenizer.json", "tokenizer_config.json", "verify.py",
    ];
    assert.deepEqual(Object.keys(files).sort(), names.sort());
    assert.equal(JSON.parse(files["run.json"]).epochs.length, 5);
    assert.equal(JSON.parse(files["config.json"]).model_type, "reward_studio");
    assert.equal(await studio.text("model-trouble"), "");
    await verified(t, files);
  });

  await t.test("the same files go into a folder, beside what is there, and a folder that fails leaves nothing", async () => {
    await choose(studio, "transformers");
    const files = unzipped((await studio.download("download-model")).bytes);
    // The browser's own choice of a folder cannot be clicked; its private folder has the same interface.
    await studio.page.evaluate(async () => {
      const root = await navigator.storage.getDirectory();
      const disk = await root.getDirectoryHandle("disk", { create: true });
      await disk.getDirectoryHandle("reward-model-transformers", { create: true });
      await disk.getFileHandle("reward-model-transformers-2", { create: true });
      window.showDirectoryPicker = async ({ mode }) => {
        if (mode !== "readwrite") throw new Error("only to read");
        return disk;
      };
    });
    await studio.get("save-model-folder").click();
    await studio.notice(/folder reward-model-transformers-3/);
    const written = await studio.page.evaluate(async () => {
      const disk = await (await navigator.storage.getDirectory()).getDirectoryHandle("disk");
      const folder = await disk.getDirectoryHandle("reward-model-transformers-3");
      const sums = {};
      for await (const [name, handle] of folder.entries()) {
        const bytes = await (await handle.getFile()).arrayBuffer();
        const sum = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
        sums[name] = [...sum].map((byte) => byte.toString(16).padStart(2, "0")).join("");
      }
      return sums;
    });
    const sums = Object.entries(files).map(([name, bytes]) => [name, createHash("sha256").update(bytes).digest("hex")]);
    assert.deepEqual(written, Object.fromEntries(sums));

    await studio.page.evaluate(() => {
      FileSystemWritableFileStream.prototype.write = async () => {
        throw new DOMException("no room is left", "QuotaExceededError");
      };
    });
    await studio.get("save-model-folder").click();
    await eventually("it says why", async () => /no room is left.*download the archive/i.test(await studio.text("model-trouble")));
    const left = await studio.page.evaluate(async () => {
      const disk = await (await navigator.storage.getDirectory()).getDirectoryHandle("disk");
      return Array.fromAsync(disk.keys());
    });
    assert.ok(!left.includes("reward-model-transformers-4"), left.join(", "));

    await studio.page.evaluate(() => {
      window.showDirectoryPicker = async () => {
        throw new DOMException("The user aborted a request.", "AbortError");
      };
    });
    await studio.get("save-model-folder").click();
    assert.ok(await studio.get("download-model").isEnabled(), "nothing was asked for");
    await choose(studio, "studio");
    assert.equal(await studio.get("save-model-folder").count(), 0, "one file is no folder");
  });

  await t.test("the folder to scale out has the answers, split as here", async () => {
    await choose(studio, "scale-out");
    assert.match(await studio.text("model-line"), /^accelerate launch/);
    const files = unzipped((await studio.download("download-model")).bytes);
    const rows = (name) => files[name].toString().trim().split("\n").map((line) => JSON.parse(line));
    const [train, held] = [rows("data/train.jsonl"), rows("data/test.jsonl")];
    assert.equal(train.length + held.length, 40);
    for (const { prompt, chosen, rejected } of [...train, ...held]) {
      assert.equal(prompt[0].role, "user");
      assert.ok(chosen[0].content.length > rejected[0].content.length);
    }
    assert.match(files["reward.yaml"].toString(), /num_train_epochs: 5/);
    assert.ok(files["model/model.safetensors"] && files["accelerate/fsdp.yaml"]);
  });
});

test("with another recipe the plain classes hold the model", { timeout: 600_000 }, async (t) => {
  const server = await host(t);
  const studio = await visit(await browse(t), server.url);
  await studio.import(file("longer.jsonl", jsonl(preferences(12))));
  await studio.settings({ epochs: 3, patience: 0 });

  await recipe(studio, "mean");
  await retrained(studio);
  await studio.open("data");
  await choose(studio, "sentence-transformers");
  assert.equal(await studio.get("model-refusal").getAttribute("data-format"), "peft", "nothing else is barred");
  const sentences = unzipped((await studio.download("download-model")).bytes);
  assert.equal(JSON.parse(sentences["modules.json"]).length, 3);
  await verified(t, sentences);

  await recipe(studio, "cls");
  await retrained(studio);
  await studio.open("data");
  await eventually("the format that was chosen cannot be taken any more", async () => studio.get("download-model").isDisabled());
  await choose(studio, "transformers");
  assert.doesNotMatch(await studio.text("model-line"), /trust_remote_code/);
  const plain = unzipped((await studio.download("download-model")).bytes);
  assert.deepEqual(JSON.parse(plain["config.json"]).architectures, ["BertForSequenceClassification"]);
  await verified(t, plain);
  // The score on the screen is of the same model that left.
  assert.ok(Number.isFinite((await studio.score(PROMPT, RESPONSE)).first));

  await recipe(studio, "pooler");
  await retrained(studio);
  await studio.open("data");
  await choose(studio, "transformers");
  const pooled = unzipped((await studio.download("download-model")).bytes);
  assert.deepEqual(JSON.parse(pooled["config.json"]).architectures, ["BertForSequenceClassification"]);
  await verified(t, pooled);
});

test("an archive comes back as a backbone with its model, which is kept, and which answers start from", { timeout: 600_000 }, async (t) => {
  const server = await host(t);
  const there = await visit(await browse(t), server.url);
  await there.import(file("longer.jsonl", jsonl(preferences(12))));
  await there.settings({ epochs: 3, patience: 0 });
  await retrained(there);
  const known = (await there.score(PROMPT, RESPONSE)).first;
  await there.open("data");
  await choose(there, "transformers");
  const { name, bytes } = await there.download("download-model");

  const here = await visit(await browse(t), server.url);
  await here.ready();
  await here.open("train");
  await here.get("backbone-add").click();
  await here.get("backbone-files").setInputFiles([{ name, mimeType: "application/zip", buffer: bytes }]);
  await eventually("it is chosen", async () => (await here.get("backbone-select").inputValue()).startsWith("own/"));
  await here.ready();
  near((await here.score(PROMPT, RESPONSE)).first, known, 1e-4, "the score of the model that came along");

  await here.get("score-part-models").check();
  await eventually("it is among the models that are kept", async () => (await here.get("model-row").count()) === 1);
  assert.match(await here.get("model-row").innerText(), /came with its backbone/);
  await here.page.reload();
  await here.ready();
  near((await here.score(PROMPT, RESPONSE)).first, known, 1e-4, "at the next visit");
  await here.get("score-part-models").check();
  await eventually("it is listed once", async () => (await here.get("model-row").count()) === 1);

  await here.import(file("more.jsonl", jsonl(preferences(4))));
  await here.open("train");
  assert.equal(await here.get("start-select").inputValue(), "nothing");
  await here.get("start-select").selectOption("brought");
  await here.settings({});
  await here.get("penalty").selectOption("fixed");
  await here.get("penalty-lambda").fill("100000");
  await retrained(here);
  // What nothing can move away from its start is that model, as far as differences go.
  const [there_, here_] = [await there.score(PROMPT, RESPONSE, CURT), await here.score(PROMPT, RESPONSE, CURT)];
  near(here_.first - here_.second, there_.first - there_.second, 0.01, "the lead by the model that it started from");
  await recipe(here, "mean");
  await here.open("train");
  await eventually("another recipe starts from nothing", async () => (await here.get("start-select").inputValue()) === "nothing");

  // Where another model was in use, on another backbone, it gives way without a word.
  await there.open("train");
  await there.get("backbone-add").click();
  await there.get("backbone-files").setInputFiles([{ name, mimeType: "application/zip", buffer: bytes }]);
  await there.get("start-select").waitFor();
  near((await there.score(PROMPT, RESPONSE)).first, known, 1e-4, "the model that came along is in use");
  assert.doesNotMatch(await there.text("notices"), /numbers mean nothing/);
});

test("behind a pooler, and from the model that came along, WebGPU trains and scores as the CPU", { timeout: 600_000 }, async (t) => {
  const server = await host(t);
  const there = await visit(await browse(t), server.url);
  await there.import(file("some.jsonl", jsonl(preferences(8))));
  await recipe(there, "pooler");
  await there.settings({ epochs: 3, patience: 0 });
  await retrained(there);
  await there.open("data");
  await choose(there, "transformers");
  const { name, bytes } = await there.download("download-model");

  const here = await visit(await browse(t, { gpu: true }), server.url);
  await here.ready();
  await here.open("train");
  await here.get("backbone-add").click();
  await here.get("backbone-files").setInputFiles([{ name, mimeType: "application/zip", buffer: bytes }]);
  await here.get("start-select").selectOption("brought");
  await here.import(file("other.jsonl", jsonl(preferences(6))));
  const scores = {};
  for (const device of ["cpu", "webgpu"]) {
    await forgetFeatures(here);
    await here.device(device);
    await here.ready();
    await here.settings({ epochs: 3, patience: 0, "batch-size": 4 });
    await retrained(here);
    scores[device] = await here.score(PROMPT, RESPONSE, CURT);
  }
  assert.match(await here.deviceSays(/Runs on/), /WebGPU/, "it has not fallen back on the way");
  near(scores.webgpu.first, scores.cpu.first, 1e-3, "the first score");
  near(scores.webgpu.second, scores.cpu.second, 1e-3, "the second score");
});

test("a head with a hidden layer trains on WebGPU as on the CPU, explains its scores, and leaves", async (t) => {
  const server = await host(t);
  const studio = await visit(await browse(t, { gpu: true }), server.url);
  await studio.import(file("some.jsonl", jsonl(preferences(12))));
  await studio.settings({ epochs: 4, patience: 0 });
  await studio.get("head-select").selectOption("mlp");
  await studio.settings({ "hidden-units": 0 });
  await eventually("no units are refused", async () => /from 1 to/.test(await studio.page.locator("#hidden-units-complaint").innerText()));
  await studio.settings({ "hidden-units": 8 });
  const scores = {};
  for (const device of ["webgpu", "cpu"]) {
    await forgetFeatures(studio);
    await studio.device(device);
    await studio.ready();
    await retrained(studio);
    scores[device] = await studio.score(PROMPT, RESPONSE, CURT);
  }
  near(scores.webgpu.first, scores.cpu.first, 1e-3, "the first score");
  near(scores.webgpu.second, scores.cpu.second, 1e-3, "the second score");
  await studio.get("score-part-models").check();
  await eventually("it is listed as one", async () => /MLP/.test(await studio.get("model-row").first().innerText()));
  await studio.open("data");
  await choose(studio, "transformers");
  assert.match(await studio.text("model-line"), /trust_remote_code=True/);
  const { bytes } = await studio.download("download-model");
  await verified(t, unzipped(bytes));
});

async function choose(studio, format) {
  await eventually(`${format} can be chosen`, () =>
    studio.get("model-format").locator(`option[value=${format}]`).isEnabled(),
  );
  await studio.get("model-format").selectOption(format);
  await eventually("it can be downloaded", () => studio.get("download-model").isEnabled());
}

/** Another pooling, and no length feature. */
async function recipe(studio, pooling) {
  await studio.settings({});
  await studio.get("recipe-pooling").selectOption(pooling);
  await studio.get("recipe-length").selectOption("off");
}

/** A run of now, told from the one before by its number. */
async function retrained(studio) {
  await studio.train();
  await studio.trainReaches("done");
}
