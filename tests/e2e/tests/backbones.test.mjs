// Backbones of one's own: by name from the Hub (which is played here), from files, kept, fetched in two goes, deleted.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import path from "node:path";
import test from "node:test";
import { browse, freshProfile } from "../support/browser.mjs";
import { eventually } from "../support/eventually.mjs";
import { playHub } from "../support/hub.mjs";
import { TINY } from "../support/places.mjs";
import { host, visit } from "../support/studio.mjs";
import { zip } from "../support/zip.mjs";

const LONG = { within: 180_000 };
const NAME = "studio/tiny-two";
const WEIGHTS = "model.safetensors";

/** The tiny backbone's files, with weights that differ in one bit: another backbone as far as anybody can tell. */
async function another() {
  const names = ["config.json", "tokenizer.json", WEIGHTS];
  const read = await Promise.all(names.map((name) => readFile(path.join(TINY, "tiny-bert", name))));
  const files = Object.fromEntries(names.map((name, number) => [name, read[number]]));
  // The lowest bit of the last number's mantissa.
  files[WEIGHTS][files[WEIGHTS].length - 4] ^= 1;
  return files;
}

/** The page with its usual backbone at work, and a Hub that has these models. */
async function studioWith(t, models, profile) {
  const server = await host(t);
  // Helpers open the files for themselves, some time after the engine: without any it is known who asks for what.
  const alone = () => Object.defineProperty(Navigator.prototype, "hardwareConcurrency", { get: () => 1 });
  const context = await browse(t, { profile, serviceWorkers: "block", init: alone });
  const hub = await playHub(context, models);
  const studio = await visit(context, server.url);
  await studio.ready();
  await studio.open("train");
  return { server, context, hub, studio };
}

async function lookUp(studio, name) {
  if (!(await studio.get("backbone-name").count())) await studio.get("backbone-add").click();
  await studio.get("backbone-name").fill(name);
  await studio.get("backbone-fetch").click();
}

/** Looks the name up and takes what is found. */
async function addByName(studio, name) {
  await lookUp(studio, name);
  await studio.get("backbone-offer").waitFor();
  await studio.get("backbone-fetch").click();
}

/** This backbone is chosen, and the engine has it. */
async function worksWith(studio, id) {
  await eventually(`${id} is chosen`, async () => (await studio.get("backbone-select").inputValue()) === id, LONG);
  await studio.ready();
}

/** What the backbone's place says, once it says `words`. */
function says(studio, words) {
  return eventually(
    `the backbone's place says ${words}`,
    async () => {
      const said = await studio.text("backbone-status");
      return words.test(said) && said;
    },
    LONG,
  );
}

/** The row of this backbone among those that are kept. */
async function row(studio, id) {
  const folded = studio.page.locator("details.kept-backbones:not([open]) > summary");
  if (await folded.count()) await folded.click();
  return studio.get("backbone-kept").locator(`[data-backbone="${id}"]`);
}

/** Deletes this backbone, or clears its files. */
async function remove(studio, id) {
  await (await row(studio, id)).getByTestId("backbone-delete").click();
  await studio.get("backbone-delete-confirm").click();
}

/** The addresses of all backbone files, and of parts of them, that the browser keeps. */
function keptFiles(studio) {
  return studio.page.evaluate(async () => {
    const cache = await caches.open("reward-studio-backbones");
    return (await cache.keys()).map(({ url }) => url);
  });
}

function sizeOf(files) {
  return Object.values(files).reduce((sum, bytes) => sum + bytes.length, 0);
}

test("a backbone comes by its name, is there at the next visit, and goes again", async (t) => {
  const files = await another();
  const profile = await freshProfile(t);
  const { server, context, hub, studio } = await studioWith(t, { [NAME]: { files, licence: "mit" } }, profile);

  await lookUp(studio, `https://huggingface.co/${NAME}`);
  const offer = await eventually("it is found", () => studio.text("backbone-offer"), LONG);
  assert.match(offer, /studio\/tiny-two: bert, 2 blocks of width 32, licence mit, 267 kB/);
  assert.equal(await studio.value("backbone-offer"), sizeOf(files));
  assert.deepEqual(hub.ranges(WEIGHTS), [], "nothing large was fetched before anybody agreed to it");
  await studio.get("backbone-fetch").click();
  await worksWith(studio, NAME);
  await says(studio, /fetched, checked and kept/);
  assert.equal(hub.ranges(WEIGHTS).length, 1);
  for (const { method, path, search, body } of hub.asked) {
    assert.deepEqual([method, search, body], ["GET", "", ""], path);
    assert.ok(path.startsWith(`/${NAME}/resolve/`) || path.startsWith(`/api/models/${NAME}`), path);
  }

  await studio.open("annotate");
  await studio.loadStarter();
  await studio.preferLonger(6);
  await studio.hasLiving();
  await studio.open("train");
  const kept = await row(studio, NAME);
  await eventually("all of it is kept", async () => Number(await kept.getAttribute("data-value")) === sizeOf(files));

  const asked = hub.asked.length;
  await studio.page.reload();
  await studio.open("train");
  await worksWith(studio, NAME);
  await says(studio, /nothing was fetched/);
  assert.equal(hub.asked.length, asked, "the Hub is not asked again");

  await remove(studio, NAME);
  await worksWith(studio, "reward-studio/tiny-bert");
  assert.equal(await (await row(studio, NAME)).count(), 0);
  await eventually("its files are gone", async () => (await keptFiles(studio)).every((url) => !url.includes("huggingface")));
  await studio.page.reload();
  await studio.open("train");
  await worksWith(studio, "reward-studio/tiny-bert");
  assert.equal(await studio.get("backbone-select").locator("option").count(), 1);
  for (const { path, search } of server.log) assert.equal(search, "", path);
  assert.deepEqual(context.complaints, []);
});

test("a download that ends at 37 % goes on from there", async (t) => {
  const files = await another();
  const { hub, studio } = await studioWith(t, { [NAME]: { files } });
  const cutAt = Math.round(files[WEIGHTS].length * 0.37);
  hub.damage(WEIGHTS, { cutAt });
  await addByName(studio, NAME);
  await says(studio, /is shorter than the 254920 bytes/);
  assert.ok((await keptFiles(studio)).some((url) => url.endsWith("&from=0")), "what has come is kept");

  // A tab that is closed in between changes nothing.
  hub.heal(WEIGHTS);
  await studio.page.reload();
  await studio.open("train");
  await worksWith(studio, NAME);
  assert.deepEqual(hub.ranges(WEIGHTS), [undefined, `bytes=${cutAt}-`]);
  assert.ok((await keptFiles(studio)).every((url) => !url.includes("&from=")), "the parts are gone");
});

test("a broken connection to the page's own host is gone on with too", async (t) => {
  const weights = `models/tiny-bert/${WEIGHTS}`;
  const server = await host(t);
  const cutAt = Math.round(254_920 * 0.37);
  let arrive;
  server.fail(weights, { cutAt, hold: new Promise((resolve) => (arrive = resolve)) });
  const studio = await visit(await browse(t), server.url);
  await studio.open("train");
  // 11,736 bytes are those of the two small files.
  await eventually("something of it has come", async () => {
    const figures = (await studio.text("backbone-status")).match(/(\d+) kB of 267 kB/);
    return figures && Number(figures[1]) > 12;
  }, LONG);
  arrive();
  await says(studio, /could not be fetched after it had begun/);
  server.heal(weights);
  await studio.get("backbone-status").getByRole("button", { name: "Try again" }).click();
  await studio.ready();
  const asked = server.log.filter(({ path }) => path === weights).map(({ range }) => range);
  assert.equal(asked.length, 2);
  assert.equal(asked[0], undefined);
  const from = Number(asked[1].match(/^bytes=(\d+)-$/)[1]);
  assert.ok(from > 0 && from <= cutAt, `${from}`);
});

test("a flipped byte is refused and leaves nothing behind, wherever it comes", async (t) => {
  const files = await another();
  const { hub, studio } = await studioWith(t, { [NAME]: { files } });
  const again = studio.get("backbone-status").getByRole("button", { name: "Try again" });
  const parts = async () => (await keptFiles(studio)).filter((url) => url.includes(WEIGHTS) && url.includes("huggingface"));
  hub.damage(WEIGHTS, { flipAt: 200_000 });
  await addByName(studio, NAME);
  await says(studio, /its SHA-256 is another/);
  assert.deepEqual(await parts(), []);

  // In the first part, which is kept and only found out with the second: then all of it is fetched once more.
  hub.damage(WEIGHTS, { flipAt: 10, cutAt: 100_000 });
  await again.click();
  await says(studio, /is shorter than/);
  assert.equal((await parts()).length, 1);
  hub.heal(WEIGHTS);
  await again.click();
  await worksWith(studio, NAME);
  assert.deepEqual(hub.ranges(WEIGHTS).slice(-2), ["bytes=100000-", undefined]);
  assert.equal((await parts()).length, 1, "the whole file");
});

test("what cannot be used is said before anything large is fetched", async (t) => {
  const files = await another();
  const json = (value) => Buffer.from(JSON.stringify(value));
  const config = JSON.parse(files["config.json"]);
  const { [WEIGHTS]: weights, ...small } = files;
  const { "tokenizer.json": tokenizer, ...untokenized } = files;
  const { hub, studio } = await studioWith(t, {
    "studio/pickle": { files: { ...small, "pytorch_model.bin": weights } },
    "studio/t5": { files: { ...files, "config.json": json({ ...config, model_type: "t5" }) } },
    "studio/old": { files: { ...untokenized, "vocab.txt": Buffer.from("a") } },
    "studio/mixed": { files: { ...files, "config.json": json({ ...config, vocab_size: 100 }) } },
    "studio/huge": { files: { ...files, "config.json": json({ ...config, hidden_size: 32_768, vocab_size: 256_000 }) } },
    "studio/gated": { files, gated: true },
    "studio/garbage": { files: { ...files, "config.json": Buffer.from("<html>") } },
  });
  for (const [name, words] of [
    ["tiny-bert", /is not a model’s name/],
    ["https://elsewhere.org/studio/pickle", /another host/],
    ["studio/nobody", /no public model called studio\/nobody.*private/s],
    ["studio/gated", /studio\/gated is gated/],
    ["studio/pickle", /a pickle only \(pytorch_model\.bin\).*save_pretrained/s],
    ["studio/t5", /Its architecture is t5.*bert, distilbert.*llama/s],
    ["studio/old", /only vocab\.txt.*AutoTokenizer/s],
    ["studio/mixed", /The tokenizer is of another model/],
    ["studio/huge", /It does not fit.*Choose a smaller model/s],
    ["studio/garbage", /config\.json cannot be used/],
  ]) {
    await lookUp(studio, name);
    await eventually(
      `${name} is refused with ${words}`,
      async () => words.test(await studio.page.locator("dialog[open] .fault").innerText()),
      LONG,
    );
    assert.equal(await studio.get("backbone-offer").count(), 0);
  }
  assert.deepEqual(hub.ranges(WEIGHTS), []);
  assert.equal(await studio.get("backbone-select").locator("option").count(), 1, "nothing was listed");

  hub.vanish();
  await lookUp(studio, NAME);
  await eventually("no network is said", async () =>
    /huggingface\.co cannot be reached from here/.test(await studio.page.locator("dialog[open] .fault").innerText()),
  );
});

test("a backbone comes from files, from a zip, and is opened again without a host", async (t) => {
  const files = await another();
  const given = Object.entries(files).map(([name, buffer]) => ({ name, mimeType: "application/octet-stream", buffer }));
  const profile = await freshProfile(t);
  const { server, hub, studio } = await studioWith(t, {}, profile);
  const refused = (words) =>
    eventually(`it is refused with ${words}`, async () =>
      words.test(await studio.page.locator("dialog[open] .fault").innerText()),
    );

  await studio.get("backbone-add").click();
  await studio.get("backbone-files").setInputFiles(given.filter(({ name }) => name !== "tokenizer.json"));
  await refused(/There is no tokenizer\.json/);
  const pickle = { ...given.find(({ name }) => name === WEIGHTS), buffer: Buffer.from("PK\x03\x04 torch") };
  await studio.get("backbone-files").setInputFiles([...given.filter(({ name }) => name !== WEIGHTS), pickle]);
  await refused(/model\.safetensors: .*may hold code/);

  const inFolder = Object.fromEntries(Object.entries(files).map(([name, bytes]) => [`my-tiny/${name}`, bytes]));
  const archive = (options) => ({ name: "a.zip", mimeType: "application/zip", buffer: zip(inFolder, options) });
  await studio.get("backbone-files").setInputFiles(archive({ flipAt: 60 }));
  await refused(/is damaged|cannot be/);
  await studio.get("backbone-files").setInputFiles(archive());
  await studio.notice(/my-tiny is the backbone now/);
  const id = await eventually("it is chosen", async () => {
    const chosen = await studio.get("backbone-select").inputValue();
    return chosen.startsWith("own/") && chosen;
  });
  assert.match(id, /^own\/my-tiny-[0-9a-f]{8}$/);
  await worksWith(studio, id);
  await says(studio, /nothing was fetched/);

  await studio.page.reload();
  await studio.open("train");
  await worksWith(studio, id);
  assert.deepEqual(server.log.filter(({ path }) => path.startsWith("own/")), [], "no host is asked for it");
  assert.deepEqual(hub.asked, []);

  // The same by itself, under another name, takes its place.
  await studio.get("backbone-add").click();
  await studio.get("backbone-files").setInputFiles(given);
  await studio.notice(/bert is the backbone now/);
  await eventually("it is listed once", async () => (await studio.get("backbone-select").locator("option").count()) === 2);
});

test("the files of the usual backbone can be cleared, and are fetched again", async (t) => {
  const { server, studio } = await studioWith(t, {});
  const id = "reward-studio/tiny-bert";
  const kept = await row(studio, id);
  await eventually("it is kept", async () => Number(await kept.getAttribute("data-value")) > 250_000);
  await remove(studio, id);
  await eventually("it is cleared", async () => (await kept.getAttribute("data-value")) === "0");
  assert.deepEqual(await keptFiles(studio), []);
  const asked = () => server.log.filter(({ path }) => path === `models/tiny-bert/${WEIGHTS}`).length;
  const before = asked();
  await studio.page.reload();
  await studio.ready();
  assert.equal(asked(), before + 1);
});
