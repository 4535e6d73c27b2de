// Where the built page, its peers and what is made for them lie.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { onnxModel, quantisedModel, transformersModel } from "./python.mjs";

export const HERE = fileURLToPath(new URL(".", import.meta.url));
export const ROOT = join(HERE, "..");
export const DIST = process.env.REWARD_STUDIO_DIST ?? join(ROOT, "dist");
export const NPM = join(HERE, "node_modules");
/** Where tools and downloads outlive a checkout; else where builds go. */
export const CACHE = join(process.env.REWARD_STUDIO_CACHE ?? join(ROOT, "target"), "bench");

/** What the benchmark's server shows. */
export const FOLDERS = {
  "/": DIST,
  "/bench/": join(HERE, "pages"),
  "/bench/style/": join(ROOT, "style"),
  "/npm/": NPM,
  "/cache/": CACHE,
  "/fixtures/": join(ROOT, "tests/fixtures"),
};

/** What `make(checkpoint, hash of its weights, …more, cache)` has made of the backbone: its address. */
function made(make, ...more) {
  const [first] = JSON.parse(readFileSync(join(DIST, "backbones.json"), "utf8"));
  const hash = first.files["model.safetensors"].sha256;
  return `/cache/${make(join(DIST, first.folder), hash, ...more, CACHE)}`;
}

/** Peers' models: the whole backbone, the same in 8 bits, its first blocks as transformers.js reads a model. */
export const MODELS = {
  model: () => made(onnxModel),
  model8: () => made(quantisedModel),
  blocks: (layer) => made(transformersModel, layer),
};
