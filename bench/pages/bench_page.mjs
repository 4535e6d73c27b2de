// The benchmark as a page: what is to be measured, job after job, and the result as a file.

import { element, figureOf } from "./bars.mjs";
import { buildId } from "./engine.mjs";
import { jobs } from "./jobs.mjs";
import { machine } from "./machine.mjs";

/** What a result file says it is. */
const KIND = "reward-studio-bench-1";

const at = (id) => document.getElementById(id);
const model = new URLSearchParams(location.search).get("model");
let stopping = false;
let result;

const here = await machine();
const offered = jobs({ cores: navigator.hardwareConcurrency, adapter: here.adapter });
at("jobs").append(...offered.map(choice));
showMachine(here.facts);
if (here.adapter === "none") {
  at("no-gpu").textContent = `WebGPU cannot be measured here. GPU: ${here.facts.GPU}.`;
  at("no-gpu").hidden = false;
}
at("start").disabled = false;
say("Keep this tab in front while it measures: browsers slow down what is hidden.");

at("wish").addEventListener("submit", (event) => {
  event.preventDefault();
  measure(offered.filter(({ id }) => at(`job-${id}`).checked), Number(at("rounds").value));
});
at("stop").addEventListener("click", () => (stopping = true));
at("download").addEventListener("click", download);
at("open").addEventListener("change", open);

async function measure(chosen, rounds) {
  stopping = false;
  working(true);
  at("machine-title").textContent = "This machine";
  result = { kind: KIND, at: new Date().toISOString(), machine: here.facts, versions: await versions(), rounds, records: [] };
  show();
  for (const [place, job] of chosen.entries()) {
    if (stopping) break;
    say(`${job.title} (${place + 1} of ${chosen.length})…`);
    // What goes wrong in one says nothing about the others.
    const records = await job.run({ rounds, model }).catch(({ message }) => [{ row: job.id, what: job.title, fault: message }]);
    result.records.push(...records);
    show();
  }
  working(false);
  say(stopping ? "Stopped." : chosen.length > 0 ? "Done." : "Tick what is to be measured.");
}

async function versions() {
  const peer = await (await fetch("/npm/onnxruntime-web/package.json")).json();
  return { "Reward Studio, build": await buildId("cpu"), "onnxruntime-web": peer.version };
}

function choice({ id, title, about, usual }) {
  const tick = element("input");
  [tick.type, tick.id, tick.checked] = ["checkbox", `job-${id}`, usual];
  return element("label", "job", tick, element("span", "", title), element("span", "quiet", about));
}

function showMachine(facts) {
  const rows = Object.entries(facts).flatMap(([name, value]) => [element("dt", "", name), element("dd", "", value)]);
  at("machine").replaceChildren(...rows);
}

function show() {
  showMachine({ ...result.machine, ...result.versions, Measured: new Date(result.at).toLocaleString() });
  at("records").replaceChildren(...result.records.map(figureOf));
  at("nothing").hidden = result.records.length > 0;
  at("download").disabled = result.records.length === 0;
}

function working(on) {
  at("start").disabled = at("jobs").disabled = at("rounds").disabled = at("open").disabled = on;
  at("stop").hidden = !on;
}

function say(words) {
  at("status").textContent = words;
}

function download() {
  const link = element("a");
  link.href = URL.createObjectURL(new Blob([JSON.stringify(result, null, 2)], { type: "application/json" }));
  link.download = `reward-studio-bench-${result.at.slice(0, 10)}.json`;
  link.click();
  URL.revokeObjectURL(link.href);
}

/** Shows somebody's result: of another machine, by another browser. */
async function open() {
  const [file] = at("open").files;
  try {
    const opened = JSON.parse(await file.text());
    if (opened.kind !== KIND) throw new Error("it is none of these results");
    result = opened;
    show();
    at("machine-title").textContent = "The machine of this result";
    say(`${file.name} is shown.`);
  } catch ({ message }) {
    say(`${file.name} cannot be shown: ${message}.`);
  }
  at("open").value = "";
}
