// The page's half of the `keystroke` row: an engine that scores what is typed, and a helper that is only given its
// tokens, by turns. Both run the same worker's script, each with the blocks that the recipe needs.

import { engine, helper } from "./engine.mjs";
import { RECIPE, plant } from "./learning.mjs";
import { byTurns, chance } from "./measuring.mjs";
import { LIVING, addPairs, compute, fit, score, tokenise } from "./messages.mjs";

/** As many as somebody has answered who types to see what the model makes of it. */
const PAIRS = 200;
const LAMBDA = 3;
const [SEP, SPECIAL_TOKENS] = [102, 3];
/** One token each. */
const WORDS = "the of and in to was he is as for on with that it his by at from her she you had are but not they".split(" ");

/** For each number of tokens: milliseconds of each round, ours and theirs. No text is scored twice. */
export async function keystroke({ sizes, rounds }) {
  const [ours, theirs] = [await taught(), await helper(RECIPE.layer)];
  let request = 0;
  const results = [];
  for (const tokens of sizes) {
    const texts = Array.from({ length: rounds + 1 }, (_, round) => typed(tokens, round));
    const rows = await tokensOf(ours, texts, ++request);
    if (rows.some(({ ids }) => ids.length !== tokens)) throw new Error(`a text is not of ${tokens} tokens`);
    const turn = { ours: 0, theirs: 0 };
    const compare = {
      ours: async () => {
        const asked = ++request;
        ours.post(score({ request: asked, slot: LIVING, ...texts[turn.ours++] }));
        await ours.next("Scored", (scored) => scored.request === asked);
      },
      theirs: async () => {
        const ticket = ++request;
        const { layer, pooling } = RECIPE;
        theirs.post(compute({ ticket, layer, pooling, rows: [rows[turn.theirs++]] }));
        await theirs.next("Done", (done) => done.ticket === ticket);
      },
    };
    results.push({ tokens, times: (await byTurns(compare, rounds)).times });
  }
  ours.end();
  theirs.end();
  return results;
}

/** An engine with a living model, of which all is known that is ever told with a score. */
async function taught() {
  const { pairs, preferences } = await plant(PAIRS);
  const ours = await engine(RECIPE);
  ours.post(addPairs(pairs));
  await ours.next("Preparing", ({ done, total }) => total === 2 * PAIRS && done === total);
  ours.post(fit({ request: 0, preferences, lambda: LAMBDA }));
  await ours.next("Fitted");
  ours.post(score({ request: 0, slot: LIVING, prompt: "hello", responses: ["hello"] }));
  await ours.next("Checked");
  return ours;
}

/** A prompt and a response of so many tokens together, other words every time. */
function typed(tokens, round) {
  const random = chance(tokens * 1000 + round + 1);
  const words = (count) => Array.from({ length: count }, () => WORDS[Math.floor(random() * WORDS.length)]).join(" ");
  const prompt = tokens >> 2;
  return { prompt: words(prompt), responses: [words(tokens - prompt - SPECIAL_TOKENS)] };
}

/** The rows that the engine makes of these texts. */
async function tokensOf(engine, texts, request) {
  engine.post(tokenise({ request, texts: texts.map(({ prompt, responses }) => [prompt, responses[0], ""]) }));
  const { ids } = await engine.next("Tokenised", (tokenised) => tokenised.request === request);
  return ids.map(({ a }) => ({ ids: a, response_start: a.indexOf(SEP) + 1, response_end: a.length - 1 }));
}
