// Learn: what is moved is what is calculated, by hand and by key, and the lines for Python can be taken along.

import assert from "node:assert/strict";
import test from "node:test";
import { browse } from "../support/browser.mjs";
import { file, jsonl, preferences } from "../support/data.mjs";
import { eventually } from "../support/eventually.mjs";
import { host, near, visit } from "../support/studio.mjs";

const loss = (margin) => Math.log1p(Math.exp(-margin));

test("the lesson's numbers give 0.2101, and a pair is dragged along the curve by mouse and by key", async (t) => {
  const server = await host(t);
  const context = await browse(t);
  const studio = await visit(context, `${server.url}#learn`);
  const lesson = (loss(1.6) + loss(2.2) + loss(0.9)) / 3;
  near(await studio.valueOnce("learn-loss"), lesson, 1e-9, "the lesson's loss");
  near(lesson, 0.2101, 1e-4, "as the lesson has it");

  await studio.get("learn-margin").focus();
  await studio.page.keyboard.press("ArrowLeft");
  const margin = Number(await studio.get("learn-margin").inputValue());
  near(margin, 1.55, 1e-9, "one step less");
  near(await studio.value("learn-loss"), (loss(1.55) + loss(2.2) + loss(0.9)) / 3, 1e-9, "the mean of the three");

  // The handle nearest to where one begins is taken along.
  const ground = await studio.page.locator(".plane-ground").first().boundingBox();
  const x = (margin) => ground.x + ((margin + 4) / 8) * ground.width;
  await studio.page.mouse.move(x(0.8), ground.y + ground.height / 2);
  await studio.page.mouse.down();
  await studio.page.mouse.move(x(-1), ground.y + ground.height / 2, { steps: 4 });
  await studio.page.mouse.up();
  near(Number(await studio.get("learn-margin-3").inputValue()), -1, 0.051, "the third pair was dragged");
  assert.equal(Number(await studio.get("learn-margin").inputValue()), 1.55);
  await studio.page.getByRole("button", { name: "Back to the lesson" }).click();
  near(await studio.value("learn-loss"), lesson, 1e-9, "as at first");
  assert.deepEqual(context.complaints, []);
});

test("what is added to both scores changes nothing, and a gap that is wrong pulls", async (t) => {
  const server = await host(t);
  const studio = await visit(await browse(t), `${server.url}#learn`);
  const before = await read(studio);
  near(before.gap, -0.5, 1e-9, "it begins wrong");
  near(before.probability, 1 / (1 + Math.exp(0.5)), 1e-9, "the probability");
  near(before.probability + before.pull, 1, 1e-9, "what is not sure pulls");
  await studio.get("learn-shift").fill("2");
  const after = await read(studio);
  for (const name of ["gap", "probability", "pull"]) near(after[name], before[name], 1e-9, name);
  await studio.get("learn-chosen").fill("2.5");
  assert.ok((await read(studio)).pull < 0.2);
});

test("a toy learns by real steps, and the score of many answers parts from the truth", async (t) => {
  const server = await host(t);
  const studio = await visit(await browse(t), `${server.url}#learn`);
  near(await studio.valueOnce("learn-toy-loss"), Math.log(2), 1e-9, "it knows nothing");
  await studio.get("learn-step").click();
  // From nothing each pair pulls with one half along its difference; the four differences add up to (3, 1).
  near(await studio.value("learn-weight-1"), 0.375, 1e-9, "the first step");
  near(await studio.value("learn-weight-2"), 0.125, 1e-9, "the first step");
  const first = await studio.value("learn-toy-loss");
  assert.ok(first < Math.log(2));
  await studio.get("learn-ten-steps").click();
  assert.ok((await studio.value("learn-toy-loss")) < first);
  await studio.get("learn-restart").click();
  near(await studio.value("learn-toy-loss"), Math.log(2), 1e-9, "again from the beginning");

  const gains = async () => [await studio.value("learn-proxy"), await studio.value("learn-truth")];
  const few = await gains();
  await studio.get("learn-best-of-n").fill("12");
  const many = await gains();
  assert.ok(many[0] > few[0] && many[1] < few[1], `${few} and ${many}`);
});

test("the lines for Python name the model in use, and are copied whole", async (t) => {
  const server = await host(t);
  const context = await browse(t);
  await context.grantPermissions(["clipboard-read", "clipboard-write"], { origin: server.origin });
  const studio = await visit(context, `${server.url}#learn`);
  assert.match(await studio.text("learn-python"), /^MODEL = "reward-model\.safetensors"$/m);
  await studio.import(file("some.jsonl", jsonl(preferences(12))));
  await studio.settings({ epochs: 3 });
  await studio.train();
  await studio.trainReaches("done");
  await studio.open("learn");
  await eventually("they name it", async () => /^MODEL = "run-1-.*\.safetensors"$/m.test(await studio.text("learn-python")));
  await studio.get("learn-copy").click();
  await eventually("it says so", async () => (await studio.text("learn-copy")) === "Copied");
  const copied = await studio.page.evaluate(() => navigator.clipboard.readText());
  assert.equal(copied.trim(), await studio.text("learn-python"));
});

async function read(studio) {
  const names = ["gap", "probability", "pull"];
  const values = await Promise.all(names.map((name) => studio.valueOnce(`learn-${name}`)));
  return Object.fromEntries(names.map((name, place) => [name, values[place]]));
}
