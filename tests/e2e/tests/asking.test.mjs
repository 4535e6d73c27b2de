// The model chooses what to ask next and says why; ties are learned from; scores say how sure they are.

import assert from "node:assert/strict";
import test from "node:test";
import { browse } from "../support/browser.mjs";
import { eventually } from "../support/eventually.mjs";
import { host, visit } from "../support/studio.mjs";

test("the model asks what would teach it most, one in five by lot, and says why", async (t) => {
  const server = await host(t);
  const studio = await visit(await browse(t), server.url);
  await studio.loadStarter();
  await studio.ready();
  assert.match(await studio.text("why-this-pair"), /drawn at random/);
  await studio.preferLonger(8);
  await studio.hasLiving();
  await studio.get("asking-rule").selectOption("informative");

  const reasons = [];
  for (let answer = 0; answer < 16; answer += 1) {
    await studio.preferLonger(1);
    await studio.passRepeats();
    const [asked, why] = [await studio.asked(), await studio.text("why-this-pair")];
    reasons.push(asked);
    if (asked === "informative") assert.match(why, /expected to teach it [\d.]+ bits, where [\d.]+ are typical/);
    else assert.match(why, /drawn at random/);
    // The next choice is the newest model's.
    await studio.page.waitForTimeout(200);
  }
  assert.ok(reasons.filter((reason) => reason === "informative").length >= 6, `${reasons}`);

  await studio.get("asking-rule").selectOption("random");
  await studio.preferLonger(1);
  await studio.passRepeats();
  assert.equal(await studio.asked(), "random");
});

test("the pair on the screen stays while the model changes its mind", async (t) => {
  const server = await host(t);
  const studio = await visit(await browse(t), server.url);
  await studio.loadStarter();
  await studio.ready();
  await studio.preferLonger(8);
  await studio.hasLiving();
  const shown = await studio.get("pair").getAttribute("data-pair");
  for (const rule of ["uncertain", "informative", "random"]) {
    await studio.get("asking-rule").selectOption(rule);
    await studio.page.waitForTimeout(300);
    assert.equal(await studio.get("pair").getAttribute("data-pair"), shown);
  }
});

test("ties bring a likelihood with ties, and scores say how sure they are", async (t) => {
  const server = await host(t);
  const studio = await visit(await browse(t), server.url);
  await studio.loadStarter();
  await studio.ready();
  for (let round = 0; round < 8; round += 1) {
    await studio.preferLonger(2);
    await studio.answer("choose-tie");
  }
  await studio.open("train");
  await eventually("a likelihood with ties is recommended", async () =>
    /8 of your 24 answers are ties, and it explains held-out answers best/.test(await studio.text("loss-advice")),
  );

  const { first } = await studio.score("May I?", "Yes, of course you may, whenever you like.", "No.");
  assert.ok(Number.isFinite(first));
  assert.ok((await studio.valueOnce("score-value-std")) > 0);
  const [preferred, tie] = [await studio.valueOnce("score-preference"), await studio.valueOnce("score-tie")];
  assert.ok(tie > 0 && preferred + tie < 1);
  const moderated = await studio.valueOnce("score-preference-moderated");
  assert.ok(Math.abs(moderated - (1 - tie) / 2) < Math.abs(preferred - (1 - tie) / 2) + 0.05);
  await eventually("the ensemble has checked it", async () =>
    /among 20 heads refitted/.test(await studio.page.locator(".score-result").first().innerText()),
  );

  await studio.open("train");
  await studio.get("loss-select").selectOption("bradley_terry");
  await eventually("the choice is followed", async () =>
    /Bradley–Terry is used, as you chose/.test(await studio.text("loss-advice")),
  );
});
