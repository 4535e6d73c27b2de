// Plots with logarithmic axes as SVG, in colours that can be read on white and on black.

import { number } from "./pages/judging.mjs";

const [WIDTH, HEIGHT, LEFT, TOP, GAP] = [300, 220, 56, 30, 72];
const COLOURS = ["#4c6a92", "#b7791f", "#2f855a", "#9b2c2c"];

/** `panels`: `{ title, x, y, series: [{ name, points: [[x, y]] }] }`, `x` and `y` what the axes say; all above 0. */
export function plot(title, panels) {
  const width = panels.length * (LEFT + WIDTH + GAP) - GAP + LEFT / 2;
  const legend = Math.max(...panels.map(({ series }) => series.length));
  const height = TOP + HEIGHT + 56 + 18 * legend;
  const drawn = panels.map((one, at) => panel(one, LEFT + at * (LEFT + WIDTH + GAP)));
  const head = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" font-family="system-ui" font-size="12" fill="#777" role="img">`;
  return `${head}<title>${title}</title>\n${drawn.flat().join("\n")}\n</svg>\n`;
}

function panel({ title, x, y, series }, left) {
  const points = series.flatMap((one) => one.points);
  const across = scale(points.map(([x]) => x), left, left + WIDTH);
  const up = scale(points.map(([, y]) => y), TOP + HEIGHT, TOP);
  const frame = [
    text(left, 18, title, 'font-weight="600"'),
    `<rect x="${left}" y="${TOP}" width="${WIDTH}" height="${HEIGHT}" fill="none" stroke="#8884"/>`,
    ...ticks(points.map(([, y]) => y)).flatMap((value) => [
      `<path d="M${left} ${round(up(value))}h${WIDTH}" stroke="#8882"/>`,
      text(left - 6, up(value), number(value), 'text-anchor="end" dy="4"'),
    ]),
    ...Array.from(new Set(points.map(([x]) => x)), (value) =>
      text(across(value), TOP + HEIGHT + 16, number(value), 'text-anchor="middle"'),
    ),
  ];
  const lines = series.flatMap(({ points }, at) => {
    const places = points.map(([x, y]) => [round(across(x)), round(up(y))]);
    const dots = places.map(([x, y]) => `<circle cx="${x}" cy="${y}" r="3" fill="${COLOURS[at]}"/>`);
    return [`<polyline points="${places.join(" ")}" fill="none" stroke="${COLOURS[at]}" stroke-width="2"/>`, ...dots];
  });
  const names = series.map(({ name }, at) => text(left, TOP + HEIGHT + 56 + 18 * at, name, `style="fill:${COLOURS[at]}"`));
  return [...frame, text(left, TOP + HEIGHT + 36, `${y} by ${x}`, ""), ...lines, ...names];
}

/** A function from values to places, with a little room at both ends. */
function scale(values, from, to) {
  const [low, high] = [Math.log(Math.min(...values)), Math.log(Math.max(...values))];
  const room = 0.06 * (high - low) || 1;
  return (value) => from + ((Math.log(value) - low + room) / (high - low + 2 * room)) * (to - from);
}

/** Powers of ten in the range of these values; where there are too few, twice and five times those; or else both ends. */
function ticks(values) {
  const [low, high] = [Math.min(...values), Math.max(...values)];
  const powers = Array.from({ length: 16 }, (_, at) => 10 ** (at - 6));
  const inside = (all) => all.filter((value) => value >= low && value <= high);
  const finer = [inside(powers), inside(powers.flatMap((power) => [power, 2 * power, 5 * power]))];
  return finer.find((some) => some.length > 1) ?? [low, high];
}

const round = (value) => value.toFixed(1);

const text = (x, y, words, more) => `<text x="${round(x)}" y="${round(y)}" ${more}>${words}</text>`;
