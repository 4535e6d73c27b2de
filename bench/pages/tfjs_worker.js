// TensorFlow.js in a worker of its own, as ours is; the backend stands behind the `?` of its address.
// Takes `{ differences, width }` once, answers `{ ready }`; takes `{ config, strength }`, answers `{ ms, loss, … }`.
// The work is src/train/descent.rs's: Adam on the penalised ranking loss from zero weights, a cosine for the rate, a
// shuffle and a look at all rows each epoch.

/* global importScripts, tf */
importScripts(
  "/npm/@tensorflow/tfjs/dist/tf.es2017.min.js",
  "/npm/@tensorflow/tfjs-backend-wasm/dist/tf-backend-wasm.es2017.min.js",
);

let rows;

async function prepare({ differences, width }) {
  tf.wasm.setWasmPaths("/npm/@tensorflow/tfjs-backend-wasm/dist/");
  await tf.setBackend(self.location.search.slice(1));
  await tf.ready();
  rows = tf.tensor2d(differences, [differences.length / width, width]);
  return { ready: true };
}

async function train({ config, strength }) {
  const { learning_rate, batch_size, epochs } = config;
  const began = performance.now();
  const [count, width] = rows.shape;
  const weights = tf.variable(tf.zeros([width, 1]));
  const adam = tf.train.adam(learning_rate, 0.9, 0.999, 1e-5);
  const steps = Math.ceil(count / batch_size) * epochs;
  const seen = [];
  for (let epoch = 0, step = 0; epoch < epochs; epoch++) {
    const shuffled = tf.tidy(() => rows.gather(tf.tensor1d(order(count), "int32")));
    for (let start = 0; start < count; start += batch_size, step++) {
      adam.learningRate = cosine(learning_rate, step, steps);
      adam.minimize(() => {
        const batch = shuffled.slice([start, 0], [Math.min(batch_size, count - start), width]);
        return rankingLoss(batch.matMul(weights)).add(weights.square().sum().mul(strength / 2));
      });
    }
    shuffled.dispose();
    seen.push(await look(weights));
  }
  weights.dispose();
  adam.dispose();
  return { ms: performance.now() - began, rows: count, steps, ...seen.at(-1) };
}

const rankingLoss = (margins) => margins.neg().softplus().mean();

async function look(weights) {
  const [loss, accuracy] = tf.tidy(() => {
    const margins = rows.matMul(weights);
    return [rankingLoss(margins), margins.greater(0).cast("float32").mean()];
  });
  const seen = { loss: (await loss.data())[0], accuracy: (await accuracy.data())[0] };
  tf.dispose([loss, accuracy]);
  return seen;
}

function order(count) {
  const places = Int32Array.from({ length: count }, (_, place) => place);
  for (let place = count - 1; place > 0; place--) {
    const other = Math.floor(Math.random() * (place + 1));
    [places[place], places[other]] = [places[other], places[place]];
  }
  return places;
}

function cosine(start, step, steps) {
  const end = start / 100;
  return end + ((start - end) * (1 + Math.cos((Math.PI * step) / (steps - 1)))) / 2;
}

self.onmessage = async ({ data }) => {
  try {
    self.postMessage(data.config ? await train(data) : await prepare(data));
  } catch (error) {
    self.postMessage({ fault: String(error) });
  }
};

self.postMessage({ here: true });
