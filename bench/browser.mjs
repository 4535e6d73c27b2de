// One Chromium for all rows, so that ours and theirs run in the same browser; each row gets a fresh profile.

import { existsSync, readFileSync } from "node:fs";
import { chromium } from "playwright-core";

const FLAGS = ["--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update"];
const BLANK = "/bench/blank.html";

/** Where a Chromium is: `CHROMIUM`, as `cargo xtask bench` tells it, or the first of the usual places. */
function executable() {
  const usual = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];
  const found = process.env.CHROMIUM ?? usual.find((path) => existsSync(path));
  if (!found) throw new Error("no Chromium is found: set CHROMIUM to the path of one");
  return found;
}

export class Browser {
  #chromium;
  #origin;

  static async launch(origin, more = []) {
    const browser = new Browser();
    browser.#chromium = await chromium.launch({ executablePath: executable(), args: [...FLAGS, ...more] });
    browser.#origin = origin;
    return browser;
  }

  /** Calls `work` with another browser, one that shows pages a GPU of software where there is no other. */
  async withGpu(work) {
    const browser = await Browser.launch(this.#origin, ["--enable-unsafe-webgpu"]);
    try {
      return await work(browser);
    } finally {
      await browser.close();
    }
  }

  version() {
    return this.#chromium.version();
  }

  /** Calls `work` with a context of its own profile. */
  async inProfile(work) {
    const context = await this.#chromium.newContext({ baseURL: this.#origin, viewport: { width: 1280, height: 900 } });
    // A row may wait for minutes for what a slow machine computes.
    context.setDefaultTimeout(30 * 60_000);
    try {
      return await work(context);
    } finally {
      await context.close();
    }
  }

  /** Calls the function of this name that a module of pages/ exports, in an empty page of a fresh profile. */
  async call(module, name, options) {
    return this.inProfile((context) => callIn(context, module, name, options));
  }

  /** Peak resident memory of the largest renderer in MB, by Linux' own count; `null` where there is no such count. */
  peakMemory() {
    return this.#memory("VmHWM");
  }

  /** As `peakMemory`, what is resident now. */
  residentMemory() {
    return this.#memory("VmRSS");
  }

  async #memory(count) {
    const session = await this.#chromium.newBrowserCDPSession();
    const { processInfo } = await session.send("SystemInfo.getProcessInfo");
    await session.detach();
    const sizes = processInfo
      .filter(({ type }) => type === "renderer")
      .map(({ id }) => `/proc/${id}/status`)
      .filter((status) => existsSync(status))
      .map((status) => Number(new RegExp(`${count}:\\s+(\\d+) kB`).exec(readFileSync(status, "utf8"))?.[1]) / 1000);
    return sizes.length > 0 ? Math.max(...sizes) : null;
  }

  close() {
    return this.#chromium.close();
  }
}

/** An empty page in this profile, which may import what is in pages/. */
export async function emptyPage(context) {
  const page = await context.newPage();
  page.on("console", (message) => message.type() === "error" && console.error(`  page: ${message.text()}`));
  await page.goto(BLANK);
  return page;
}

/** As `Browser.call`, in this profile, where the page stays open. */
export const callIn = async (context, module, name, options) => callOn(await emptyPage(context), module, name, options);

/** As `Browser.call`, in this page, whose modules keep their state from call to call. */
export function callOn(page, module, name, options) {
  const work = async ([module, name, options]) => (await import(module))[name](options);
  return page.evaluate(work, [`/bench/${module}`, name, options]);
}
