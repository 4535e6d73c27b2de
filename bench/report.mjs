// What was measured, as a table for people and as JSON lines for programs.

import { appendFileSync, mkdirSync } from "node:fs";
import { dirname } from "node:path";
import { number } from "./pages/judging.mjs";

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

/** Appends the records to a file of JSON lines, each with what was running. */
export function write(path, circumstances, records) {
  mkdirSync(dirname(path), { recursive: true });
  appendFileSync(path, records.map((record) => JSON.stringify({ ...circumstances, ...record }) + "\n").join(""));
}
