// The whole page, driven by its public test ids; and what its engine tells it, overheard.

import { readFileSync } from "node:fs";
import { heard } from "./pages/messages.mjs";
import { distinct, jsonLines } from "./texts.mjs";

const PATIENCE_MS = 30 * 60_000;
const id = (name) => `[data-testid="${name}"]`;

/** In the page, before anything of it runs: notes what every worker says, and when, and what the page itself shows. */
function overhear() {
  // Enough to know what it is; models and files that follow are of no interest.
  const BEGINNING = 1024;
  const noted = (window.overheard = { said: [], broken: null, interactive: null, longTasks: [] });
  const Native = window.Worker;
  window.Worker = class extends Native {
    constructor(...how) {
      super(...how);
      this.addEventListener("message", ({ data }) => {
        noted.said.push([performance.now(), Array.from(data.subarray(0, BEGINNING))]);
      });
      this.addEventListener("error", ({ message }) => {
        noted.broken = message || "it cannot be loaded";
      });
    }
  };
  new MutationObserver((_, observer) => {
    if (!document.querySelector('[data-testid="tab-annotate"]')) return;
    noted.interactive = performance.now();
    observer.disconnect();
  }).observe(document, { childList: true, subtree: true });
  new PerformanceObserver((list) => {
    for (const { startTime, duration } of list.getEntries()) noted.longTasks.push([startTime, duration]);
  }).observe({ type: "longtask", buffered: true });
}

export class Studio {
  #page;
  #said = [];

  /** The page at this address in this profile, from its very beginning. */
  static async open(context, address = "/") {
    const studio = new Studio();
    studio.#page = await context.newPage();
    await studio.#page.addInitScript(overhear);
    await studio.#page.goto(address);
    await studio.#page.locator(id("tab-annotate")).waitFor();
    return studio;
  }

  /** Gives the page a file of pairs, as a person would, and waits until all their features are there. */
  async prepare(pairs) {
    await this.tab("data");
    const file = { name: "bench.jsonl", mimeType: "application/jsonl", buffer: Buffer.from(jsonLines(pairs)) };
    await this.#page.locator(id("import-file")).setInputFiles(file);
    await this.press("import-confirm");
    const wanted = distinct(pairs).length;
    return this.until("Preparing", ({ done, total }) => total >= wanted && done === total);
  }

  async tab(name) {
    await this.#page.locator(id(`tab-${name}`)).click();
  }
  async fill(name, text) {
    await this.#page.locator(id(name)).fill(text);
  }
  async press(name) {
    await this.#page.locator(id(name)).click();
  }

  /** Presses what downloads something; its bytes. */
  async download(name) {
    const [download] = await Promise.all([this.#page.waitForEvent("download"), this.press(name)]);
    return readFileSync(await download.path());
  }

  /** Gives the page a file to be scored and waits until it is; seconds, and the rows with their scores. */
  async scoreFile(rows) {
    await this.tab("score");
    await this.#page.locator(id("score-part-file")).check({ force: true });
    const file = { name: "rows.jsonl", mimeType: "application/jsonl", buffer: Buffer.from(jsonLines(rows)) };
    await this.#page.locator(id("file-input")).setInputFiles(file);
    await this.#page.locator(id("file-start")).waitFor();
    const began = await this.now();
    await this.press("file-start");
    await this.#page.locator(id("file-download")).waitFor({ timeout: PATIENCE_MS });
    const seconds = ((await this.now()) - began) / 1000;
    const text = (await this.download("file-download")).toString();
    return { seconds, rows: text.trim().split("\n").map((line) => JSON.parse(line)) };
  }

  /** Waits until a worker has said this and `wanted` holds; `{ at, … }` with milliseconds since navigation. */
  async until(name, wanted = () => true) {
    for (const deadline = Date.now() + PATIENCE_MS; Date.now() < deadline; ) {
      const found = await this.#find(name, wanted);
      if (found) return found;
      await this.#page.waitForTimeout(100);
    }
    throw new Error(`no worker has said ${name} in ${PATIENCE_MS / 60_000} minutes`);
  }

  async #find(name, wanted) {
    const { news, broken } = await this.#page.evaluate(
      (from) => ({ news: window.overheard.said.slice(from), broken: window.overheard.broken }),
      this.#said.length,
    );
    this.#said.push(...news.map(([at, bytes]) => ({ at, ...heard(Uint8Array.from(bytes)) })));
    const fault = broken ?? this.#said.find((message) => message.fault)?.fault;
    if (fault) throw new Error(`the page's worker says: ${fault}`);
    return this.#said.find((message) => message.name === name && wanted(message));
  }

  /** Milliseconds from navigation until the page could be used. */
  interactive() {
    return this.#page.evaluate(() => window.overheard.interactive);
  }

  /** Durations in milliseconds of the page's tasks over 50 ms that began after this moment. */
  async longTasks(since) {
    const tasks = await this.#page.evaluate(() => window.overheard.longTasks);
    return tasks.filter(([start]) => start >= since).map(([, duration]) => duration);
  }

  now() {
    return this.#page.evaluate(() => performance.now());
  }

  close() {
    return this.#page.close();
  }
}
