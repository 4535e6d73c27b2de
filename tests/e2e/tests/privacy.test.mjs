// Nothing that is entered leaves the tab, and text is never more than text.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import path from "node:path";
import test from "node:test";
import { browse } from "../support/browser.mjs";
import { file, jsonl, preferences } from "../support/data.mjs";
import { DIST } from "../support/places.mjs";
import { host, visit } from "../support/studio.mjs";

const SECRET = "wombatsecret";

test("after the first load nothing is asked of any host", async (t) => {
  const server = await host(t);
  const context = await browse(t);
  const asked = [];
  context.on("request", (request) => asked.push({ url: request.url(), body: request.postData() ?? "" }));
  const studio = await visit(context, server.url);
  await studio.ready();
  await studio.kept();
  const untilLoaded = server.log.length;

  await studio.loadStarter();
  await studio.preferLonger(7);
  await studio.import(
    file(`${SECRET}.jsonl`, jsonl(preferences(30).map((row) => ({ ...row, prompt: `${SECRET} ${row.prompt}` })))),
  );
  await studio.settings({ epochs: 5 });
  await studio.train();
  await studio.trainReaches("done");
  await studio.open("evaluate");
  await studio.valueOnce("eval-accuracy");
  await studio.score(`${SECRET} prompt`, `${SECRET} response`, `${SECRET} other`);
  await studio.open("data");
  const { bytes } = await studio.download("download-model");
  await studio.uploadModel(file("again.safetensors", bytes));
  await studio.notice(/The model is loaded/);
  await studio.download("export-data");
  await studio.page.reload();
  await studio.ready();

  // The server is asked for nothing; Chromium itself looks at every reload whether the service worker is current.
  const later = server.log.slice(untilLoaded).filter(({ path }) => path !== "sw.js");
  assert.deepEqual(later, []);
  const elsewhere = asked.filter(({ url }) => !url.startsWith(server.url) && !/^(blob|data):/.test(url));
  assert.deepEqual(elsewhere, [], "no other host, ever");
  for (const { path, search, body } of server.log) assert.deepEqual([search, body], ["", ""], path);
  assert.ok(!JSON.stringify([server.log, asked]).includes(SECRET), "nothing entered is in any request");
  assert.ok(!studio.page.url().includes(SECRET));
  assert.deepEqual(context.complaints, [], "nor in the console, which stays empty");
});

test("the page has a content-security policy that allows no inline script and no other host", async () => {
  const page = await readFile(path.join(DIST, "index.html"), "utf8");
  const policy = page.match(/http-equiv="Content-Security-Policy"\s+content="([^"]*)"/)?.[1];
  assert.ok(policy, "there is one");
  const rules = Object.fromEntries(policy.split(/;\s*/).map((rule) => [rule.split(" ")[0], rule.split(" ").slice(1)]));
  assert.deepEqual(rules["default-src"], ["'none'"]);
  assert.deepEqual(rules["script-src"], ["'self'", "'wasm-unsafe-eval'"]);
  const hosts = rules["connect-src"].filter((host) => host !== "'self'");
  assert.ok(hosts.every((host) => /^https:\/\/(\*\.)?(huggingface\.co|hf\.co)$/.test(host)), hosts.join(" "));
  assert.doesNotMatch(page, /<script(?![^>]*\bsrc=)[^>]*>/, "no inline script");
});

test("markup in a text is shown as text and does not run", async (t) => {
  const server = await host(t);
  const context = await browse(t, { init: () => addEventListener("securitypolicyviolation", (e) => console.error(`CSP: ${e.violatedDirective}`)) });
  const studio = await visit(context, server.url);
  const attack = `<img src=x onerror="window.attacked = true"><script>window.attacked = true</script>`;
  const rows = [{ prompt: `${attack} prompt`, response_a: `${attack} one`, response_b: `${attack} two` }];
  await studio.import(file(`${attack.replaceAll("/", "")}.jsonl`, jsonl(rows) + attack));
  await studio.get("import-report").locator("summary").click();
  assert.ok((await studio.page.locator(".refused-text").innerText()).includes(attack));
  await studio.open("annotate");
  const texts = [await studio.text("response-a"), await studio.text("response-b")].sort();
  assert.deepEqual(texts, [`${attack} one`, `${attack} two`]);
  assert.equal(await studio.text("pair-prompt"), `${attack} prompt`);
  await studio.answer("choose-a");
  await studio.open("score");
  await studio.get("score-response").fill(attack);
  await studio.open("evaluate");
  assert.equal(await studio.page.evaluate(() => window.attacked), undefined);
  assert.equal(await studio.page.locator("main img, main script").count(), 0);
  assert.deepEqual(context.complaints, []);
});
