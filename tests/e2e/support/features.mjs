// The engine's store of features: what it holds, and how to empty it.

import { createHash } from "node:crypto";

/** How texts are read: `text::READING`. */
const READING = 3;

/** The vector kept of this response to this prompt, its token count at the end; `undefined` where there is none. */
export function feature(studio, prompt, response) {
  const texts = createHash("sha256").update(prompt).update(Buffer.from([0])).update(response);
  const name = texts.update(Buffer.from([0, READING])).digest("hex");
  return studio.page.evaluate(read, name);
}

/** Forgets all features, so that the next device computes its own. */
export function forgetFeatures(studio) {
  return studio.page.evaluate(empty);
}

/** Runs in the page. Opening a database that is not there would make it, without the engine's store in it. */
async function read(name) {
  const databases = await indexedDB.databases();
  if (!databases.some(({ name }) => name === "reward-studio-features")) return undefined;
  return new Promise((resolve, reject) => {
    const asked = indexedDB.open("reward-studio-features");
    asked.onerror = () => reject(asked.error);
    asked.onsuccess = () => {
      const store = asked.result.transaction("features").objectStore("features");
      const keys = store.getAllKeys();
      keys.onsuccess = () => {
        const key = keys.result.find((key) => key.endsWith(`/${name}`));
        if (key === undefined) return resolve(asked.result.close());
        const value = store.get(key);
        value.onsuccess = () => {
          asked.result.close();
          resolve(Array.from(value.result));
        };
      };
    };
  });
}

/** Runs in the page. */
function empty() {
  return new Promise((resolve, reject) => {
    const asked = indexedDB.open("reward-studio-features");
    asked.onerror = () => reject(asked.error);
    asked.onsuccess = () => {
      const change = asked.result.transaction("features", "readwrite");
      change.objectStore("features").clear();
      change.oncomplete = () => resolve(asked.result.close());
      change.onerror = () => reject(change.error);
    };
  });
}
