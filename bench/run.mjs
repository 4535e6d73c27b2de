// The same work in our page and in other libraries, side by side in one Chromium: `cargo xtask bench [WORD…]`.
//
// A word is the name of a row (`forward`), with a size where the row has one (`padding=1000`), or an option:
// `rounds=9`, `device=ndarray`, `data=FILE.jsonl` (pairs for `features`, `growth`, `padding` and `scoring`), `out=FILE`
// (default target/bench.jsonl).

import { readFileSync } from "node:fs";
import { cpus, loadavg } from "node:os";
import { join, resolve } from "node:path";
import { Browser } from "./browser.mjs";
import { CACHE, DIST, FOLDERS, HERE, MODELS, NPM, ROOT } from "./places.mjs";
import { table, write } from "./report.mjs";
import { descent } from "./rows/descent.mjs";
import { exactFit } from "./rows/exact_fit.mjs";
import { features } from "./rows/features.mjs";
import { forward } from "./rows/forward.mjs";
import { gpu } from "./rows/gpu.mjs";
import { growth } from "./rows/growth.mjs";
import { importing } from "./rows/importing.mjs";
import { keystroke } from "./rows/keystroke.mjs";
import { padding } from "./rows/padding.mjs";
import { profile } from "./rows/profile.mjs";
import { scoring } from "./rows/scoring.mjs";
import { sizes } from "./rows/sizes.mjs";
import { smooth } from "./rows/smooth.mjs";
import { soak } from "./rows/soak.mjs";
import { start } from "./rows/start.mjs";
import { steps } from "./rows/steps.mjs";
import { serve } from "./server.mjs";

const ROWS = [sizes, start, forward, profile, keystroke, exactFit, descent, steps, gpu, smooth, features, padding, importing, scoring];
/** What takes so long that it only runs when it is named. */
const LONG = [growth, soak];
const OPTIONS = { rounds: "5", device: "cpu", data: undefined, out: "target/bench.jsonl" };

/** `{ chosen: [[row, size]], options }` of the words on the command line. */
function read(words) {
  const options = { ...OPTIONS };
  const chosen = [];
  for (const word of words) {
    const [name, value] = word.split(/=(.*)/s);
    const row = [...ROWS, ...LONG].find((row) => row.name === name);
    if (row) chosen.push([row, value && positive(word, value)]);
    else if (name in OPTIONS && value) options[name] = value;
    else throw new Error(`there is no row or option \`${word}\`\n\n${help()}`);
  }
  return { chosen: chosen.length > 0 ? chosen : ROWS.map((row) => [row]), options };
}

const help = () => ["rows:", ...[...ROWS, ...LONG].map(({ name, shows }) => `  ${name.padEnd(10)} ${shows}`)].join("\n");

function positive(word, text) {
  const number = Number(text);
  if (!Number.isInteger(number) || number < 1) throw new Error(`\`${word}\`: give a whole number from 1`);
  return number;
}

function versions() {
  const { dependencies } = JSON.parse(readFileSync(join(HERE, "package.json"), "utf8"));
  // What stands in for a package is no peer.
  return Object.fromEntries(Object.entries(dependencies).filter(([, version]) => !version.startsWith("file:")));
}

/** What was running, and where. */
function circumstances(browser) {
  const about = { at: new Date().toISOString(), cores: cpus().length, node: process.version };
  return { ...about, chromium: browser.version(), peers: versions() };
}

const load = () => loadavg()[0].toFixed(1);

async function main({ chosen, options }) {
  const rounds = positive("rounds", options.rounds);
  const server = await serve(FOLDERS);
  const browser = await Browser.launch(server.origin);
  const where = circumstances(browser);
  const peers = Object.entries(where.peers).map(([name, version]) => `${name} ${version}`);
  console.log(`Chromium ${where.chromium}, ${peers.join(", ")}; ${where.cores} cores, load ${load()}`);
  console.log(`medians of ${rounds} rounds [lowest, highest]; ratio: how many times as fast (as small) ours is\n`);

  const samples = join(ROOT, "public/samples");
  const bench = { ...options, rounds, browser, dist: DIST, root: ROOT, npm: NPM, samples, cache: CACHE, ...MODELS };
  const measured = [];
  for (const [row, size] of chosen) {
    console.log(`· ${row.name}: ${row.shows}`);
    try {
      const records = await row.run({ ...bench, size });
      write(resolve(ROOT, options.out), { ...where, load: load(), rounds }, records);
      measured.push(...records);
    } catch (error) {
      process.exitCode = 1;
      console.error(`  ${row.name} could not be measured: ${error.message}`);
    }
  }
  await browser.close();
  server.close();
  console.log(`\n${table(measured)}\n\nload ${load()} at the end; every number is in ${options.out}`);
}

try {
  await main(read(process.argv.slice(2)));
} catch (error) {
  process.exitCode = 1;
  console.error(error.message);
}
