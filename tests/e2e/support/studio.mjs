// The page as a person uses it, by the test ids that ARCHITECTURE.md lists.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { DIST, TINY } from "./places.mjs";
import { eventually } from "./eventually.mjs";
import { lastly } from "./lastly.mjs";
import { serve } from "./server.mjs";

/** Loading and compiling the engine takes long where many tests share few cores. */
const LONG = { within: 180_000 };

/** A host of the built page, gone with the test. `tiny` puts the tiny backbone in place of the real one. */
export async function host(t, { tiny = true, overlay = {}, ...options } = {}) {
  const small = {
    "backbones.json": path.join(TINY, "tiny-backbones.json"),
    "models/tiny-bert": path.join(TINY, "tiny-bert"),
  };
  const server = await serve(DIST, { overlay: { ...(tiny && small), ...overlay }, ...options });
  lastly(t, () => server.stop().catch(() => {}));
  return server;
}

/** Opens the page in a new tab. */
export async function visit(context, url) {
  const page = await context.newPage();
  await page.goto(url);
  return new Studio(page);
}

export class Studio {
  constructor(page) {
    this.page = page;
  }

  get(id) {
    return this.page.getByTestId(id);
  }

  async text(id) {
    return (await this.get(id).innerText()).trim();
  }

  /** The element's `data-value` as a number; `undefined` while it has none. */
  async value(id) {
    const value = await this.get(id).getAttribute("data-value");
    return value === null ? undefined : Number(value);
  }

  /** The value as soon as there is one that passes. */
  async valueOnce(id, passes = () => true, options = LONG) {
    return (
      await eventually(
        `${id} has the value`,
        async () => {
          const value = await this.value(id);
          return value !== undefined && passes(value) && { value };
        },
        options,
      )
    ).value;
  }

  /** Presses a button as soon as a value is so large, from within the page: from outside, what is quick could be over before
   * the click. To be called before it begins. */
  pressOnce(button, value, least) {
    const press = ([button, value, least]) =>
      new Promise((done) => {
        const find = (id) => document.querySelector(`[data-testid="${id}"]`);
        const look = () => {
          if (!(Number(find(value)?.getAttribute("data-value") ?? NaN) >= least)) return;
          observer.disconnect();
          find(button).click();
          done();
        };
        const observer = new MutationObserver(look);
        observer.observe(document.body, { subtree: true, childList: true, attributes: true, attributeFilter: ["data-value"] });
      });
    return this.page.evaluate(press, [button, value, least]);
  }

  async open(tab) {
    await this.get(`tab-${tab}`).click();
    // What is in it comes a task later.
    await this.page.locator(`#panel-${tab} > *`).first().waitFor();
  }

  /** The engine runs and has its backbone. */
  async ready() {
    await eventually(
      "the engine is ready",
      async () => (await this.get("engine").getAttribute("data-engine")) === "ready",
      LONG,
    );
  }

  /** The service worker keeps the page: it is loaded for good. */
  async kept() {
    await this.page.evaluate(() => navigator.serviceWorker.ready);
    await this.page.waitForFunction(() => navigator.serviceWorker.controller !== null);
  }

  async notice(words, options = LONG) {
    await eventually(`a notice says ${words}`, async () => (await this.text("notices")).match(words), options);
  }

  // Annotate

  async answered() {
    return Number(await this.text("annotated-count"));
  }

  async remaining() {
    return Number(await this.text("queue-remaining"));
  }

  async loadStarter() {
    await this.get("load-starter").click();
    await this.get("response-a").waitFor();
  }

  /** Brings the labelled sample in, from the Data tab; the page goes on to Train once it is all in. */
  async loadLabelled() {
    await this.open("data");
    await this.get("load-labelled").click();
    await this.page.locator("#panel-train > *").first().waitFor();
  }

  /** Answers the new pair on the screen by a button's test id or by a key, and waits until the page has stored it. */
  async answer(how) {
    await this.passRepeats();
    const before = await this.remaining();
    await this.press(how);
    await eventually(`"${how}" is stored`, async () => (await this.remaining()) === before - 1);
  }

  /** Presses a button by its test id, or a key. */
  async press(how) {
    if (how.length > 1 && !how.startsWith("Arrow")) await this.get(how).click();
    else await this.page.keyboard.press(how);
  }

  /** Why the pair on the screen was asked: `random`, `revisited`, `repeat`, …; `undefined` where there is none. */
  async asked() {
    const pair = this.get("pair");
    return (await pair.count()) ? pair.getAttribute("data-asked") : undefined;
  }

  /** Answers what comes back only to measure the annotator: such answers are not counted. */
  async passRepeats() {
    while ((await this.asked()) === "repeat") {
      const before = await this.get("pair").getAttribute("data-pair");
      await this.press("choose-tie");
      await eventually("the repeat is answered", async () => {
        const pair = this.get("pair");
        return !(await pair.count()) || (await pair.getAttribute("data-pair")) !== before;
      });
    }
  }

  /** Answers so many pairs by one taste, a number for each response; with these buttons or keys. */
  async prefer(count, taste, { a = "choose-a", b = "choose-b" } = {}) {
    for (let number = 0; number < count; number += 1) {
      await this.passRepeats();
      const [first, second] = [await this.text("response-a"), await this.text("response-b")];
      await this.answer(taste(first) > taste(second) ? a : b);
    }
  }

  async preferLonger(count, how) {
    await this.prefer(count, (text) => text.length, how);
  }

  /** There is a living model, and enough to judge it by. */
  async hasLiving() {
    await this.open("annotate");
    return this.valueOnce("living-accuracy");
  }

  // Data

  /** Gives files, and waits until all were looked into; what can be taken waits for `import-confirm`. */
  async hand(...files) {
    await this.open("data");
    await this.get("import-file").setInputFiles(files);
    await eventually("all files were looked into", async () => {
      if (await this.reported(files)) return true;
      const shown = await this.get("import-file-preview").count();
      const looking = await this.page.getByText("Looking into it").count();
      return shown === files.length && looking === 0;
    }, LONG);
  }

  /** Drops what lies at `path` on this element, as a hand does. */
  async drop(path, id) {
    const devtools = await this.page.context().newCDPSession(this.page);
    const box = await this.get(id).boundingBox();
    const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
    const data = { items: [], files: [path], dragOperationsMask: 1 };
    for (const type of ["dragEnter", "dragOver", "drop"]) {
      await devtools.send("Input.dispatchDragEvent", { type, x, y, data });
    }
    await devtools.detach();
  }

  /** The report, once all these files are in it. */
  async reported(files) {
    const report = await this.text("import-report");
    return files.every((file) => report.includes(file.name ?? path.basename(file))) && report;
  }

  /** Gives files to the import, takes them in, and returns the report. Names must not have been given before. */
  async import(...files) {
    await this.hand(...files);
    if (!(await this.reported(files))) await this.confirm();
    return eventually("all files are reported", () => this.reported(files), LONG);
  }

  /** Takes in what was given. */
  async confirm() {
    await eventually("it can be taken in", () => this.get("import-confirm").isEnabled(), LONG);
    await this.get("import-confirm").click();
  }

  async pairs() {
    return Number((await this.text("pair-count")).replaceAll(",", ""));
  }

  /** Presses what downloads something; returns its name and bytes. */
  async download(id) {
    const [download] = await Promise.all([this.page.waitForEvent("download"), this.get(id).click()]);
    return { name: download.suggestedFilename(), bytes: await readFile(await download.path()) };
  }

  async uploadModel(file) {
    await this.open("data");
    await this.get("upload-model").setInputFiles(file);
  }

  // Train

  /** Sets fields of the advanced settings, by their test ids. */
  async settings(fields) {
    await this.open("train");
    const folded = this.page.locator("details.advanced:not([open]) > summary");
    if (await folded.count()) await folded.click();
    for (const [id, value] of Object.entries(fields)) await this.get(id).fill(String(value));
  }

  async device(word) {
    await this.open("train");
    await this.get("device-select").selectOption(word);
  }

  /** What the page says of the device that runs, once it says `words`. */
  async deviceSays(words) {
    await this.open("train");
    return eventually(
      `the page says of its device ${words}`,
      async () => {
        const said = await this.text("device-active");
        return words.test(said) && said;
      },
      LONG,
    );
  }

  async trainState() {
    return this.get("train-status").getAttribute("data-state");
  }

  async train() {
    await this.open("train");
    await eventually("training can start", () => this.get("train-start").isEnabled(), LONG);
    await this.get("train-start").click();
  }

  async trainReaches(state, options = LONG) {
    const reached = await eventually(
      `the run is ${state}`,
      async () => {
        const now = await this.trainState();
        return [state, "failed"].includes(now) && now;
      },
      options,
    );
    assert.equal(reached, state, await this.page.locator(".run-status").innerText());
  }

  // Score

  /** Types texts and returns their scores as soon as they are those of these texts. */
  async score(prompt, response, other = "") {
    await this.open("score");
    await this.get("score-part-text").check();
    await this.get("score-prompt").fill(prompt);
    await this.get("score-response").fill(response);
    await this.get("score-response-b").fill(other);
    await this.settled();
    const read = async () => ({
      first: await this.valueOnce("score-value"),
      second: other === "" ? undefined : await this.valueOnce("score-value-b"),
      preference: other === "" ? undefined : await this.valueOnce("score-preference"),
    });
    // A model that is new meanwhile scores again: the three are of one score once they have stood still.
    let [before, now] = [await read(), await read()];
    while (JSON.stringify(before) !== JSON.stringify(now)) [before, now] = [now, await read()];
    return now;
  }

  /** Gives a file to be scored, and waits until it was looked into. */
  async giveToScore(given) {
    await this.open("score");
    await this.get("score-part-file").check();
    await this.get("file-input").setInputFiles(given);
    await this.get("file-recognised").waitFor();
  }

  /** The file with its scores, once it is whole: `{ name, bytes, rows }`; rows only of JSON Lines that are not packed. */
  async scoredFile() {
    await eventually("the file is scored", () => this.get("file-download").count(), { within: 300_000 });
    const { name, bytes } = await this.download("file-download");
    const rows = name.endsWith(".jsonl") && bytes.toString().trim().split("\n").map((line) => JSON.parse(line));
    return { name, bytes, rows };
  }

  /** The scores shown are those of the texts shown. */
  async settled() {
    await eventually("the score is there", () => this.value("score-value").then((value) => value !== undefined), LONG);
    await this.page.locator(".score-result[aria-busy=true]").first().waitFor({ state: "detached", timeout: 120_000 });
  }
}

/** Ends the engine's worker without a word, as a browser does that needs the memory. */
export async function endEngine(studio) {
  const engines = () => studio.page.workers().filter((worker) => /worker_(cpu|gpu)/.test(worker.url()));
  const engine = await eventually("there is a worker", () => engines()[0]);
  const gone = new Promise((resolve) => engine.once("close", resolve));
  // It answers no more once it is closed.
  engine.evaluate(() => self.close()).catch(() => {});
  await gone;
}

/** Whether the page has started a lost engine again; it does so once, for one that has run for ten seconds. */
export async function startedByItself(studio) {
  const state = await eventually("the page has decided", async () => {
    const state = await studio.get("engine").getAttribute("data-engine");
    const said = await studio.text("notices");
    return (state === "bad" || said.includes("It was started again")) && state;
  });
  return state !== "bad";
}

/** Equal to within `tolerance`. */
export function near(one, other, tolerance, message) {
  assert.ok(Math.abs(one - other) <= tolerance, `${message ?? "near"}: ${one} and ${other}`);
}
