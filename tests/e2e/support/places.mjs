// Where everything lies: told by `cargo xtask test browser` in the environment, else guessed for a run by hand.

import { existsSync } from "node:fs";
import { homedir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../../../", import.meta.url));

/** The built page. */
export const DIST = process.env.REWARD_STUDIO_DIST ?? path.join(root, "dist");

/** The browser. */
export const CHROMIUM = process.env.CHROMIUM ?? "/usr/bin/chromium";

/** A backbone so small that even a software GPU runs it; its weights are random. */
export const TINY = path.join(root, "tests/fixtures");

/** Numbers made by PyTorch. */
export const GOLDEN = path.join(root, "tests/golden");

/** Other ways to start the CPU worker. */
export const LOADERS = path.join(root, "tests/e2e/support/loaders");

/** What a person takes along to Python. */
export const READER = path.join(root, "public/reward_studio.py");

/** The default backbone's files. */
export const MINILM = path.join(DIST, "models/all-MiniLM-L6-v2");

/** A Python with torch and transformers, if the set-up has made one. */
export const PYTHON = [process.env.PYTHON, path.join(cache(), "venv/bin/python")].find(
  (python) => python && existsSync(python),
);

if (!existsSync(path.join(DIST, "index.html"))) {
  throw new Error(`There is no page in ${DIST}. Run \`cargo xtask build\` first.`);
}

/** As `xtask/src/places.rs` has it. */
function cache() {
  if (process.env.REWARD_STUDIO_CACHE) return process.env.REWARD_STUDIO_CACHE;
  const platform = process.platform === "darwin" ? "Library/Caches" : ".cache";
  return path.join(process.env.XDG_CACHE_HOME ?? path.join(homedir(), platform), "reward-studio");
}
