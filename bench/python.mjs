// What the benchmark has done in Python: the peer's model made from our weights, and a native fit for orientation.

import { execFileSync, spawnSync } from "node:child_process";
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/** The environment of tests/python/requirements.txt, as `cargo xtask bench` names it. */
const PYTHON = process.env.PYTHON ?? "python3";
const script = (name) => fileURLToPath(new URL(name, import.meta.url));

/** The backbone as an ONNX graph in `folder`; made once, kept by the hash of the weights that it is made of. */
export function onnxModel(checkpoint, weightsHash, folder) {
  const name = `backbone-${weightsHash.slice(0, 16)}.onnx`;
  if (!existsSync(join(folder, name))) writeOnnx([checkpoint], join(folder, name));
  return name;
}

/** The same graph with its products' weights in 8 bits, made once by onnxruntime. */
export function quantisedModel(checkpoint, weightsHash, folder) {
  const from = onnxModel(checkpoint, weightsHash, folder);
  const name = from.replace(/\.onnx$/, "-q8.onnx");
  if (!existsSync(join(folder, name))) {
    prepare("onnx, onnxruntime");
    const half = join(folder, `${name}.half`);
    execFileSync(PYTHON, [script("quantise_onnx.py"), join(folder, from), half], { stdio: ["ignore", "ignore", "pipe"] });
    renameSync(half, join(folder, name));
  }
  return name;
}

/** The first `layer` blocks as transformers.js reads a model, a folder in `folder`; the graph is made once. */
export function transformersModel(checkpoint, weightsHash, layer, folder) {
  const name = `blocks-${layer}-${weightsHash.slice(0, 16)}`;
  const path = join(folder, name, "onnx", "model.onnx");
  mkdirSync(join(folder, name, "onnx"), { recursive: true });
  for (const file of ["config.json", "tokenizer.json"]) copyFileSync(join(checkpoint, file), join(folder, name, file));
  const tokens = { cls_token: "[CLS]", sep_token: "[SEP]", pad_token: "[PAD]", unk_token: "[UNK]" };
  const tokenizer = { tokenizer_class: "BertTokenizer", model_max_length: 512, do_lower_case: true, ...tokens };
  writeFileSync(join(folder, name, "tokenizer_config.json"), JSON.stringify(tokenizer));
  if (!existsSync(path)) writeOnnx([checkpoint, layer], path);
  return name;
}

/** Installs what requirements.txt asks for, if these cannot be imported. */
function prepare(packages) {
  if (spawnSync(PYTHON, ["-c", `import ${packages}`]).status === 0) return;
  const pip = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "-r", script("requirements.txt")];
  execFileSync(PYTHON, pip, { stdio: "inherit" });
}

/** Runs export_onnx.py with these arguments before the path. */
function writeOnnx(how, path) {
  console.log("· writing the backbone as an ONNX graph (once, about half a minute)");
  mkdirSync(dirname(path), { recursive: true });
  prepare("onnx, onnxscript");
  const half = `${path}.half`;
  const [checkpoint, ...layers] = how.map(String);
  execFileSync(PYTHON, [script("export_onnx.py"), checkpoint, half, ...layers], { stdio: ["ignore", "ignore", "pipe"] });
  renameSync(half, path);
}

/** A file's rows scored by PyTorch: `{ version, seconds, scores }`; `null` where it is not there. */
export function torchScores(model, backbone, rows, batch) {
  if (spawnSync(PYTHON, ["-c", "import torch, transformers"]).status !== 0) return null;
  const said = execFileSync(PYTHON, [script("score_file.py"), model, backbone, rows, String(batch)], { maxBuffer: 1 << 28 });
  return JSON.parse(said);
}

/** PyTorch's steps of training: `{ version, peft, ms }`, milliseconds by depth; `null` where it or PEFT is not there. */
export function torchSteps(backbone, sizes) {
  if (spawnSync(PYTHON, ["-c", "import torch, transformers, peft"]).status !== 0) return null;
  const said = execFileSync(PYTHON, [script("train_step.py"), backbone, ...sizes.map(String)], { stdio: ["ignore", "pipe", "ignore"] });
  return JSON.parse(said);
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
