// What the benchmark has done in Python: the peer's model made from our weights, and a native fit for orientation.

import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

/** The environment of tests/python/requirements.txt, as `cargo xtask bench` names it. */
const PYTHON = process.env.PYTHON ?? "python3";
const script = (name) => fileURLToPath(new URL(name, import.meta.url));

/** The backbone as an ONNX graph in `folder`; made once, kept by the hash of the weights that it is made of. */
export function onnxModel(checkpoint, weightsHash, folder) {
  const name = `backbone-${weightsHash.slice(0, 16)}.onnx`;
  const path = join(folder, name);
  if (!existsSync(path)) {
    console.log("· writing the backbone as an ONNX graph for onnxruntime-web (once, about half a minute)");
    mkdirSync(folder, { recursive: true });
    if (spawnSync(PYTHON, ["-c", "import onnx, onnxscript"]).status !== 0) {
      const pip = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "-r", script("requirements.txt")];
      execFileSync(PYTHON, pip, { stdio: "inherit" });
    }
    const half = `${path}.half`;
    execFileSync(PYTHON, [script("export_onnx.py"), checkpoint, half], { stdio: ["ignore", "ignore", "pipe"] });
    renameSync(half, path);
  }
  return name;
}

/** scikit-learn's fit of the same rows: `{ version, ms, weights }`; `null` where there is no scikit-learn. */
export function scikitLearn({ differences, width, lambda, rounds }) {
  if (spawnSync(PYTHON, ["-c", "import sklearn"]).status !== 0) return null;
  const folder = mkdtempSync(join(tmpdir(), "reward-studio-bench-"));
  try {
    const rows = join(folder, "rows.f32");
    writeFileSync(rows, Float32Array.from(differences));
    const said = execFileSync(PYTHON, [script("fit_sklearn.py"), rows, width, lambda, rounds].map(String));
    return JSON.parse(said);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** A file of JSON lines read by `json` or by `datasets`: `{ version, rows, seconds, mb }`; `null` where it is not there. */
export function pythonReads(path, library) {
  if (spawnSync(PYTHON, ["-c", `import ${library}`]).status !== 0) return null;
  return JSON.parse(execFileSync(PYTHON, [script("read_json.py"), library, path], { stdio: ["ignore", "pipe", "ignore"] }));
}
