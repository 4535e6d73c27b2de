// Our own file, read in Python by the script that comes with the page.

import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { PYTHON, READER } from "./places.mjs";

/** Python's score of a response by this model over the backbone in that folder, once the file's own golden texts pass. */
export async function scoreInPython(model, backbone, [prompt, response]) {
  const folder = await mkdtemp(path.join(tmpdir(), "reward-studio-reader-"));
  try {
    const file = path.join(folder, "reward-model.safetensors");
    await writeFile(file, model);
    const words = ["--backbone", backbone, "--verify", "--prompt", prompt, "--response", response];
    const { stdout } = await promisify(execFile)(PYTHON, [READER, file, ...words]);
    assert.match(stdout, /^pass: /m);
    return Number(stdout.match(/^score: (.*)$/m)[1]);
  } finally {
    await rm(folder, { recursive: true });
  }
}
