// A record as two bars with their spread, and in words.

import { number } from "./judging.mjs";

/** An element of this class with these children, texts or elements. */
export function element(tag, className, ...children) {
  const made = document.createElement(tag);
  if (className) made.className = className;
  made.append(...children);
  return made;
}

export function figureOf({ what, ours, theirs, ratio, fault }) {
  if (fault) return element("figure", "record", element("figcaption", "", element("b", "", what)), element("p", "complaint", fault));
  const most = Math.max(ours.high, theirs?.high ?? 0);
  const title = element("figcaption", "", element("b", "", what), element("span", "verdict", ratio ? inWords(ratio) : ""));
  const sides = [bar(ours, most, "ours"), ...(theirs ? [bar(theirs, most, "theirs")] : [])];
  return element("figure", "record", title, ...sides);
}

function bar({ name, median, low, high, unit, rounds }, most, className) {
  const percent = (value) => `${(100 * value) / most}%`;
  const fill = element("div", `bar-fill ${className}`);
  fill.style.width = percent(median);
  const whisker = element("div", "whisker");
  [whisker.style.left, whisker.style.width] = [percent(low), percent(high - low)];
  const track = element("div", "bar-track", fill, ...(rounds > 1 ? [whisker] : []));
  const side = element("div", "side", element("span", "", name), track, element("span", "side-value", `${number(median)} ${unit}`));
  side.title = `${number(low)} to ${number(high)} ${unit}, ${rounds} ${rounds > 1 ? "rounds" : "round"}`;
  return side;
}

function inWords({ median, low, high }) {
  const spread = low < high ? ` [${number(low)}, ${number(high)}]` : "";
  return `${number(median)} times as fast${spread}`;
}
