// An archive's own check, in Python.

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtemp, mkdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { lastly } from "./lastly.mjs";
import { PYTHON } from "./places.mjs";

/** `verify.py` of an archive's files says PASS. */
export async function verified(t, files) {
  if (!PYTHON) return t.diagnostic("no Python with transformers: the archive was not opened there");
  const folder = await mkdtemp(path.join(tmpdir(), "reward-studio-"));
  lastly(t, () => rm(folder, { recursive: true, force: true }));
  for (const [name, bytes] of Object.entries(files)) {
    await mkdir(path.dirname(path.join(folder, name)), { recursive: true });
    await writeFile(path.join(folder, name), bytes);
  }
  const { status, stdout, stderr } = spawnSync(PYTHON, [path.join(folder, "verify.py")], { encoding: "utf8" });
  assert.equal(status, 0, stdout + stderr);
  assert.match(stdout, /^PASS: 7 golden scores/);
}
