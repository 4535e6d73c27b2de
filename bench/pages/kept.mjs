// The vectors that our page keeps across visits, as src/engine/library.rs names them and src/storage/features.rs
// stores them: the vector, then its token count.

import { card } from "./engine.mjs";

const STORE = "features";

/** How texts are read: `text::READING`. */
const READING = "\u0003";

/** The name of a response's vector. */
export async function featureKey({ layer, pooling, max_tokens }, { prompt, response }) {
  const hash = (await card()).files["model.safetensors"].sha256.slice(0, 16);
  const content = new TextEncoder().encode(`${prompt}\0${response}\0${READING}`);
  return `${hash}/L${layer}-${pooling}-${max_tokens}/${hex(await crypto.subtle.digest("SHA-256", content))}`;
}

/** Name → vector of everything that is kept. */
export async function keptFeatures() {
  const database = await opened();
  const store = database.transaction(STORE).objectStore(STORE);
  const [keys, values] = await Promise.all([result(store.getAllKeys()), result(store.getAll())]);
  database.close();
  return new Map(keys.map((key, at) => [key, values[at]]));
}

/** Keeps each vector under the key of the same place. */
export async function keepFeatures(keys, vectors) {
  const database = await opened();
  const writing = database.transaction(STORE, "readwrite");
  vectors.forEach((vector, at) => writing.objectStore(STORE).put(Float32Array.of(...vector, 1), keys[at]));
  await new Promise((resolve, reject) => {
    writing.oncomplete = resolve;
    writing.onabort = () => reject(writing.error);
  });
  database.close();
}

function opened() {
  const opening = indexedDB.open("reward-studio-features", 1);
  opening.onupgradeneeded = () => opening.result.createObjectStore(STORE);
  return result(opening);
}

const hex = (buffer) => Array.from(new Uint8Array(buffer), (byte) => byte.toString(16).padStart(2, "0")).join("");

function result(request) {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}
