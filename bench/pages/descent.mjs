// The page's half of the `descent` row: gradient descent on the same rows in our engine and in TensorFlow.js.

import { engine } from "./engine.mjs";
import { addPairs, train } from "./messages.mjs";
import { RECIPE, plant } from "./learning.mjs";
import { byTurns } from "./measuring.mjs";
import { tfjs } from "./peer.mjs";

const LAMBDA = 3;
const CONFIG = { learning_rate: 0.05, batch_size: 64, epochs: 5, patience: 0, seed: 1, lambda: LAMBDA };

/** Milliseconds of each round by competitor, training alone and from wish to result, and the loss each ends with. */
export async function descent({ count, rounds, backends }) {
  const lesson = await plant(count);
  const ours = await engine(RECIPE);
  ours.post(addPairs(lesson.pairs));
  await ours.next("Preparing", ({ done, total }) => total === 2 * count && done === total);

  let run = 0;
  const trained = { ours: [] };
  const competitors = {
    ours: async () => {
      ours.post(train({ run: ++run, preferences: lesson.preferences, config: CONFIG }));
      const { steps, train: rows } = await ours.next("RunStarted");
      const last = await ours.next("Epoch", ({ epoch }) => epoch === CONFIG.epochs);
      const { seconds } = await ours.next("RunDone");
      trained.ours.push(seconds * 1000);
      return { loss: last.train_loss, accuracy: last.train_accuracy, steps, rows };
    },
  };
  const peers = [];
  for (const backend of backends) {
    const name = `TensorFlow.js ${backend}`;
    const peer = await tfjs(backend);
    peers.push(peer);
    await peer.ask({ differences: lesson.differences(), width: lesson.width });
    trained[name] = [];
    competitors[name] = async () => {
      const answer = await peer.ask({ config: CONFIG, strength: LAMBDA / count });
      trained[name].push(answer.ms);
      return answer;
    };
  }
  const { times, last } = await byTurns(competitors, rounds);
  ours.end();
  peers.forEach((peer) => peer.end());
  // The first of each was the round to warm up.
  return { trained: Object.fromEntries(Object.entries(trained).map(([name, ms]) => [name, ms.slice(1)])), times, last };
}
