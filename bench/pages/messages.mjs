// The messages that the benchmark sends to our worker and understands of what it says: src/protocol, in JavaScript.
//
// An enum is told by the index of its variant, so a variant that is added in the middle there moves those here; the
// worker then answers that it does not understand, and every row says so.

import { Reader, Writer } from "./postcard.mjs";

/** `ToWorker` and `Command`. */
const [TO_ENGINE, TO_CREW, TO_DATA] = [0, 1, 2];
const [HELLO, OPEN, RECIPE, ADD_PAIRS, CLEAR_PAIRS, FIT, TRAIN] = [0, 1, 2, 3, 4, 5, 6];
const [SCORE, EXPORT, TOKENISE] = [10, 11, 15];
/** `CrewCommand`. */
const [ENLIST, COMPUTE] = [0, 1];
/** `DataCommand`, and the one of `FormatId` that is used. */
const [GREET_DATA, OPEN_FILE, READ_FILE, MORE] = [0, 1, 3, 4];
const HH = 2;
/** `DeviceKind`, `Pooling`, `LengthFeature`, `LossChoice` and `Penalty`, `Loss`, `StrengthUse`, `Outcome`, `Side`, `Slot`,
 * `Parcel`, `Depth`, `Targets`, `Start`, and no value of an option: the ones that are used. */
const DEVICES = ["webgpu", "cpu", "ndarray"];
const POOLINGS = ["response_mean", "mean", "cls", "last", "pooler"];
const LENGTH_FEATURES = ["on", "off"];
const [FIXED, STUDIO] = [1, 0];
const [BRADLEY_TERRY, UNUSED, PREFERRED, NONE, ASKED_AT_RANDOM] = [0, 0, 0, 0, 0];
const [SIDE_A, SIDE_B] = [0, 1];
const [HEAD, LAST, LORA, QUERY_VALUE, FROM_NOTHING] = [0, 1, 2, 0, 0];
export const [LIVING, TRAINED] = [0, 1];

const toEngine = (command) => new Writer().number(TO_ENGINE).number(command);
const toCrew = (command) => new Writer().number(TO_CREW).number(command);

export const hello = (build) => toEngine(HELLO).text(build).finish();

export function open({ device = "cpu", card, base, helpers = 0 }) {
  const message = toEngine(OPEN).number(kind(device)).text("the benchmark asks for it");
  return backbone(message, card).text(base).u8(helpers).finish();
}

export function recipe({ layer, pooling, length_feature, max_tokens }) {
  const message = toEngine(RECIPE).u8(layer).number(POOLINGS.indexOf(pooling));
  return message.number(LENGTH_FEATURES.indexOf(length_feature)).number(max_tokens).number(NONE).finish();
}

export function addPairs(pairs) {
  const pair = (out, { id, prompt, response_a, response_b }) =>
    out.text(id).text(prompt).text(response_a).text(response_b);
  return toEngine(ADD_PAIRS).list(pairs, pair).finish();
}

export const clearPairs = () => toEngine(CLEAR_PAIRS).finish();

/** `preferences`: `{ id, chosen: "a" | "b" }`. */
export function fit({ request, preferences, lambda }) {
  return objective(toEngine(FIT).number(request).list(preferences, comparison), lambda).finish();
}

/** `config.last` or `config.lora` (query and value) train below the head; else the head alone does. */
export function train({ run, preferences, config }) {
  const { learning_rate, batch_size, epochs, patience, seed, lambda } = config;
  const message = toEngine(TRAIN).number(run).list(preferences, comparison);
  message.f32(learning_rate).number(batch_size).number(epochs).number(patience).number(seed);
  depth(objective(message, lambda), config);
  const { warm_up = 0, clip = 0, weight_decay = 0 } = config;
  return message.f32(warm_up).f32(clip).f32(weight_decay).number(NONE).f32(0).f32(0).number(NONE).finish();
}

export function score({ request, slot, prompt, responses }) {
  const message = toEngine(SCORE).number(request).number(slot).text(prompt);
  return message.list(responses, (out, response) => out.text(response)).finish();
}

/** `texts`: `[prompt, response A, response B]`. */
export function tokenise({ request, texts }) {
  const three = (out, [prompt, a, b]) => out.text(prompt).text(a).text(b);
  return toEngine(TOKENISE).number(request).list(texts, three).finish();
}

/** As the file that the page reads itself. */
export const exported = ({ request, slot }) =>
  toEngine(EXPORT).number(request).number(slot).number(STUDIO).finish();

export function enlist({ build, card, base, device = "cpu", layers }) {
  return backbone(toCrew(ENLIST).text(build), card).text(base).number(kind(device)).u8(layers).finish();
}

/** `rows`: `{ ids, response_start, response_end }`. */
export function compute({ ticket, layer, pooling, rows }) {
  const message = toCrew(COMPUTE).number(ticket).u8(layer).number(POOLINGS.indexOf(pooling));
  const row = (out, { ids, response_start, response_end }) =>
    out.list(ids, (out, id) => out.number(id)).number(response_start).number(response_end);
  return message.list(rows, row).finish();
}

const toData = (command) => new Writer().number(TO_DATA).number(command);

export const greetData = (build) => toData(GREET_DATA).text(build).finish();

export const openFile = ({ file, name }) => toData(OPEN_FILE).number(file).text(name).finish();

export const more = ({ file }) => toData(MORE).number(file).finish();

/** Anthropic's transcripts; of the columns, none is chosen by hand. */
export function readTranscripts({ file }) {
  const message = toData(READ_FILE).number(file).number(HH);
  for (let column = 0; column < 13; column++) message.u8(0);
  return message.finish();
}

const kind = (device) => DEVICES.indexOf(device);

/** A preference, without a strength. */
const comparison = (out, { id, chosen }) =>
  out.text(id).number(PREFERRED).number(chosen === "a" ? SIDE_A : SIDE_B).number(NONE).number(ASKED_AT_RANDOM);

/** Bradley and Terry's loss, strengths unused, from nothing. */
const objective = (out, lambda) =>
  out.number(FIXED).number(BRADLEY_TERRY).number(UNUSED).number(FIXED).f32(lambda).number(FROM_NOTHING);

function depth(out, { last, lora }) {
  if (last !== undefined) return out.number(LAST).u8(last);
  if (lora !== undefined) return out.number(LORA).number(lora.rank).f32(lora.alpha).number(QUERY_VALUE);
  return out.number(HEAD);
}

function backbone(out, card) {
  out.text(card.id).text(card.name).text(card.family).text(card.folder).text(card.licence);
  out.number(card.hidden).u8(card.layers).number(card.matrix_bytes ?? 0);
  // A map is written in the order of its keys.
  const files = Object.entries(card.files).sort(([a], [b]) => (a < b ? -1 : 1));
  return out.list(files, (out, [name, file]) => out.text(name).number(file.bytes).text(file.sha256));
}

const EVENTS = {
  0: ["Hello", (read) => ({ build: read.text() })],
  1: ["DeviceReady", () => ({})],
  3: ["BackboneReady", (read) => ({ id: read.text(), origin: ["network", "kept"][read.number()], layers: read.u8(), unused: read.list(() => read.text()) })],
  4: ["BackboneFailed", fault],
  5: ["Preparing", preparation],
  6: ["Fitted", (read) => ({ request: read.number(), fit_ms: read.f32() })],
  7: ["ModelReady", (read) => ({ slot: read.number() })],
  8: ["RunStarted", runStarted],
  10: ["Step", step],
  11: ["Epoch", epoch],
  14: ["RunDone", runDone],
  15: ["RunFailed", (read) => ({ run: read.number(), ...fault(read) })],
  16: ["Scored", (read) => ({ request: read.number() })],
  18: ["Exported", (read) => ({ request: read.number(), slot: read.number(), bytes: read.bytes() })],
  19: ["Failed", (read) => ({ request: read.option((read) => read.number()), ...fault(read) })],
  22: ["Checked", (read) => ({ slot: read.number() })],
  23: ["Tokenised", (read) => ({ request: read.number(), ids: read.list(tokenIds) })],
};

const CREW_EVENTS = [
  ["Ready", () => ({})],
  ["Done", (read) => ({ ticket: read.number(), pooled: read.f32s() })],
  ["Lost", fault],
];

const DATA_EVENTS = [
  ["Hello", (read) => ({ build: read.text() })],
  ["Sniffed", (read) => ({ file: read.number(), format: read.number() })],
  ["Batch", (read) => ({ file: read.number(), records: read.number() })],
  ["Done", (read) => ({ file: read.number(), rows: read.number(), records: read.number(), refused: read.number() })],
  ["Failed", (read) => ({ file: read.number(), ...fault(read) })],
];

/** `{ name, … }` of what a worker says; the name is "other" for what no row listens to. */
export function heard(bytes) {
  const read = new Reader(bytes);
  const from = read.number();
  if (from === 0) return { name: "Here" };
  if (from === 3) return { name: "Dying", ...fault(read) };
  const [name, rest] = { 1: EVENTS, 2: CREW_EVENTS, 4: DATA_EVENTS }[from][read.number()] ?? ["other", () => ({})];
  return { name, ...rest(read) };
}

function fault(read) {
  const kind = read.number();
  return { kind, fault: `${read.text()} ${read.text()}` };
}

const numbers = (read) => read.list((read) => read.number());

function tokenIds(read) {
  return { a: numbers(read), b: numbers(read) };
}

function preparation(read) {
  const [done, total, kept] = [read.number(), read.number(), read.number()];
  return { done, total, kept, rate: read.f32(), padding: read.f32() };
}

function runStarted(read) {
  return { run: read.number(), steps: read.number(), train: read.number(), validation: read.number() };
}

function step(read) {
  const [run, step, steps, epoch] = [read.number(), read.number(), read.number(), read.number()];
  return { run, step, steps, epoch, loss: read.f32(), rate: read.f32() };
}

function epoch(read) {
  const [run, epoch, step] = [read.number(), read.number(), read.number()];
  return { run, epoch, step, train_loss: read.f32(), train_accuracy: read.f32() };
}

function runDone(read) {
  const [run, ending] = [read.number(), read.number()];
  return { run, ending, accuracy: read.option((read) => read.f32()), seconds: read.f32() };
}
