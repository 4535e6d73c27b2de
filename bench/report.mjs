// What was measured, as a table for people and as JSON lines for programs.

import { appendFileSync, mkdirSync } from "node:fs";
import { dirname } from "node:path";

/**
 * One comparison or one number.
 * `what`: in a few words; `ours`, `theirs`: `{ values: [numbers], unit, name? }`; `target`: `{ most | least, of }`,
 * where `of` is "ratio" or "ours"; `more`: whatever else is worth keeping.
 */
export function judged({ row, what, ours, theirs, target, more }) {
  const ratio = theirs && ratioOf(ours, theirs);
  const value = target?.of === "ratio" ? ratio?.median : spread(ours.values).median;
  const met = target && (target.most === undefined ? value >= target.least : value <= target.most);
  return {
    row,
    what,
    ours: side(ours),
    theirs: theirs && side(theirs),
    ratio,
    target,
    met,
    more,
  };
}

/** How many times as fast (as small) as theirs ours is: round by round where there are rounds, else by medians. */
function ratioOf(ours, theirs) {
  const paired = ours.values.length === theirs.values.length;
  const rounds = paired
    ? ours.values.map((value, round) => theirs.values[round] / value)
    : [spread(theirs.values).median / spread(ours.values).median];
  return spread(rounds);
}

const side = ({ values, unit, name }) => ({ name, unit, ...spread(values), rounds: values.length });

export function spread(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const median = sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
  return { median, low: sorted[0], high: sorted.at(-1) };
}

const COLUMNS = ["row", "what", "ours", "theirs", "ratio", "target", ""];

export function table(records) {
  const cells = [COLUMNS, ...records.map(cellsOf)];
  const widths = COLUMNS.map((_, column) => Math.max(...cells.map((row) => row[column].length)));
  const line = (row) => row.map((cell, column) => cell.padEnd(widths[column])).join("  ").trimEnd();
  const [head, ...rows] = cells.map(line);
  return [head, line(widths.map((width) => "─".repeat(width))), ...rows].join("\n");
}

function cellsOf({ row, what, ours, theirs, ratio, target, met }) {
  return [
    row,
    what,
    shown(ours),
    theirs ? `${shown(theirs)} (${theirs.name})` : "",
    ratio ? shown({ ...ratio, unit: "×" }) : "",
    target ? wish(target, ours.unit) : "",
    met === undefined ? "" : met ? "met" : "MISSED",
  ];
}

function shown({ median, low, high, unit }) {
  const spread = low < high ? ` [${number(low)}, ${number(high)}]` : "";
  return `${number(median)} ${unit}${spread}`;
}

function wish({ most, least, of }, unit) {
  const bound = most === undefined ? `≥ ${number(least)}` : `≤ ${number(most)}`;
  return `${bound} ${of === "ratio" ? "×" : unit}`;
}

function number(value) {
  if (Math.abs(value) >= 100) return value.toFixed(0);
  return Number(value.toPrecision(3)).toString();
}

/** Appends the records to a file of JSON lines, each with what was running. */
export function write(path, circumstances, records) {
  mkdirSync(dirname(path), { recursive: true });
  appendFileSync(path, records.map((record) => JSON.stringify({ ...circumstances, ...record }) + "\n").join(""));
}
