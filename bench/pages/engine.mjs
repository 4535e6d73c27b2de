// Our worker, driven as the page (or, for a bare forward pass, as the engine) drives it.

import * as messages from "./messages.mjs";

const script = (name) => new URL(`/worker_${name}_loader.js`, location.href);
export const BASE = new URL("/", location.href).href;

/** A worker that listens; `next(name)` waits for what it says, and fails when it says that it cannot go on. */
export class OurWorker {
  #worker;
  #said = [];
  #wake = () => {};

  constructor(script) {
    this.#worker = new Worker(script, { type: "module" });
    const say = (message) => {
      this.#said.push(message);
      this.#wake();
    };
    this.#worker.onmessage = ({ data }) => say(messages.heard(data));
    this.#worker.onerror = (event) => say({ name: "Dying", fault: event.message || "the worker cannot be loaded" });
  }

  /** One that has said that it is there. */
  static async start(name, address = script(name)) {
    const worker = new OurWorker(address);
    await worker.next("Here");
    return worker;
  }

  post(bytes) {
    this.#worker.postMessage(bytes, [bytes.buffer]);
  }

  /** Posts a message with a file beside it. */
  postWith(bytes, file) {
    this.#worker.postMessage([bytes, file], [bytes.buffer]);
  }

  /** The next message of this name for which `wanted` holds; earlier ones are dropped. */
  async next(name, wanted = () => true) {
    for (;;) {
      const message = await this.#hear();
      if (message.name === name && wanted(message)) return message;
    }
  }

  /** The next message of one of these names. */
  async either(...names) {
    for (;;) {
      const message = await this.#hear();
      if (names.includes(message.name)) return message;
    }
  }

  async #hear() {
    while (this.#said.length === 0) await new Promise((resolve) => (this.#wake = resolve));
    const message = this.#said.shift();
    if (message.fault) throw new Error(`${message.name}: ${message.fault}`);
    return message;
  }

  end() {
    this.#worker.terminate();
  }
}

/** The first backbone of the catalogue. */
export async function card() {
  const [first] = await (await fetch("/backbones.json")).json();
  return first;
}

/** Which worker's script has this device. */
const scriptOf = (device) => (device === "webgpu" ? "gpu" : "cpu");

/** The id of this worker's build, asked of a worker that is told another and so will do nothing more. */
export async function buildId(name) {
  const worker = await OurWorker.start(name);
  worker.post(messages.hello("which?"));
  const { build } = await worker.next("Hello");
  worker.end();
  return build;
}

/** A helper that has loaded `layers` blocks, as an engine hires them. */
export async function helper(layers, device = "cpu") {
  const [build, backbone] = [await buildId(scriptOf(device)), await card()];
  const worker = await OurWorker.start(scriptOf(device));
  worker.post(messages.enlist({ build, card: backbone, base: BASE, device, layers }));
  await worker.next("Ready");
  return worker;
}

/** The tiny backbone of the tests: `{ card, base }`. */
export async function tiny() {
  const base = new URL("/fixtures/", location.href).href;
  const [card] = await (await fetch(`${base}tiny-backbones.json`)).json();
  return { card: { ...card, folder: card.folder.split("/").at(-1) }, base };
}

/** An engine on this device with this recipe and the backbone loaded; its script may be another that does the same, and the
 * backbone another than the catalogue's first. */
export async function engine(recipe, device = "cpu", { script, backbone } = {}) {
  const { card: chosen, base } = backbone ?? { card: await card(), base: BASE };
  const build = await buildId(scriptOf(device));
  const worker = await OurWorker.start(scriptOf(device), script);
  worker.post(messages.hello(build));
  await worker.next("Hello");
  worker.post(messages.recipe(recipe));
  worker.post(messages.open({ device, card: chosen, base }));
  await worker.next("BackboneReady");
  return worker;
}
