// Chromium: a new profile for every test, WebGPU or none as asked, and a record of what the browser complains about.

import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { chromium } from "playwright-core";
import { lastly } from "./lastly.mjs";
import { CHROMIUM } from "./places.mjs";

/** Quiet, and the same on every machine: without `GPU` there is no WebGPU adapter, even where there is a real GPU. */
const PLAIN = [
  "--no-sandbox",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];
const NO_GPU = ["--disable-gpu"];
/** A WebGPU adapter in software: correct, and very slow. */
const GPU = ["--enable-unsafe-webgpu", "--enable-features=Vulkan", "--use-webgpu-adapter=swiftshader"];

/** An empty profile folder, which goes with the test. */
export async function freshProfile(t) {
  const profile = await mkdtemp(path.join(tmpdir(), "reward-studio-"));
  lastly(t, () => rm(profile, { recursive: true, force: true, maxRetries: 10 }));
  return profile;
}

/**
 * Opens a browser that is closed with the test. With `profile` it is that of an earlier visit. `init` runs in every
 * page before the page's own code. `serviceWorkers: "block"` lets no service worker stand between the page and what a
 * test answers in a host's place.
 */
export async function browse(
  t,
  { profile, gpu = false, init, serviceWorkers = "allow", viewport = { width: 1280, height: 900 } } = {},
) {
  const context = await chromium.launchPersistentContext(profile ?? (await freshProfile(t)), {
    executablePath: CHROMIUM,
    args: [...PLAIN, ...(gpu ? GPU : NO_GPU)],
    serviceWorkers,
    viewport,
  });
  lastly(t, () => context.close().catch(() => {}));
  context.setDefaultTimeout(60_000);
  if (init) await context.addInitScript(init);
  context.complaints = [];
  context.on("weberror", (error) => context.complaints.push(`uncaught: ${error.error()}`));
  context.on("console", (message) => {
    if (message.type() === "error") context.complaints.push(`console: ${message.text()}`);
  });
  return context;
}

/** Ends the process that the browser's GPU work is done in, as a driver's fault does. */
export async function crashGpu(context) {
  const browser = await context.browser().newBrowserCDPSession();
  await browser.send("Browser.crashGpuProcess");
}

/** Dies at once, as by a crash or a flat battery: nothing is closed in order. */
export async function kill(context) {
  const gone = new Promise((resolve) => context.once("close", resolve));
  const session = await context.browser().newBrowserCDPSession();
  session.send("Browser.crash").catch(() => {});
  await gone;
}
