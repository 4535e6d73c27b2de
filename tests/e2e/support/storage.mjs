// What lies in the browser's storage, written and read past the page.

const NAME = "reward-studio";

/** Lays down what version 1 of the page left, before any page of today was there. `page` is on the page's origin. */
export function layDownVersion1(page, left) {
  return page.evaluate(
    ([name, { pairs, events, settings }]) =>
      new Promise((resolve, reject) => {
        const opening = indexedDB.open(name, 1);
        opening.onerror = () => reject(opening.error);
        opening.onupgradeneeded = () => {
          const store = opening.result.createObjectStore("pairs", { autoIncrement: true });
          store.createIndex("id", "id", { unique: true });
          for (const other of ["events", "settings", "models"]) opening.result.createObjectStore(other);
        };
        opening.onsuccess = () => {
          const writing = opening.result.transaction(["pairs", "events", "settings"], "readwrite");
          for (const pair of pairs) writing.objectStore("pairs").add(pair);
          for (const event of events) writing.objectStore("events").add(event, event.id);
          for (const [key, value] of Object.entries(settings)) writing.objectStore("settings").add(value, key);
          writing.oncomplete = () => {
            opening.result.close();
            resolve();
          };
          writing.onabort = () => reject(writing.error);
        };
      }),
    [NAME, left],
  );
}

/** Lays down what version 2 of the page left. `page` is on the page's origin. */
export function layDownVersion2(page, left) {
  return page.evaluate(
    ([name, { pairs, log, settings, marks, model }]) =>
      new Promise((resolve, reject) => {
        const opening = indexedDB.open(name, 2);
        opening.onerror = () => reject(opening.error);
        opening.onupgradeneeded = () => {
          for (const numbered of ["pairs", "log"]) {
            const store = opening.result.createObjectStore(numbered, { autoIncrement: true });
            store.createIndex("id", "id", { unique: true });
          }
          for (const other of ["settings", "models", "marks"]) opening.result.createObjectStore(other);
        };
        opening.onsuccess = () => {
          const writing = opening.result.transaction(["pairs", "log", "settings", "models", "marks"], "readwrite");
          for (const pair of pairs) writing.objectStore("pairs").add(pair);
          for (const event of log) writing.objectStore("log").add(event);
          for (const [key, value] of Object.entries(settings)) writing.objectStore("settings").add(value, key);
          for (const [key, value] of Object.entries(marks)) writing.objectStore("marks").add(value, key);
          const bytes = Uint8Array.from(atob(model), (letter) => letter.charCodeAt(0));
          writing.objectStore("models").add(bytes, "newest");
          writing.oncomplete = () => {
            opening.result.close();
            resolve();
          };
          writing.onabort = () => reject(writing.error);
        };
      }),
    [NAME, left],
  );
}

/** Version, names of stores, and all rows of pairs and log, as they lie there now. */
export function whatIsKept(page) {
  return page.evaluate(
    (name) =>
      new Promise((resolve, reject) => {
        const opening = indexedDB.open(name);
        opening.onerror = () => reject(opening.error);
        opening.onsuccess = () => {
          const database = opening.result;
          const reading = database.transaction(["pairs", "log"]);
          const [pairs, log] = ["pairs", "log"].map((store) => reading.objectStore(store).getAll());
          reading.oncomplete = () => {
            const found = {
              version: database.version,
              stores: [...database.objectStoreNames],
              pairs: pairs.result,
              log: log.result,
            };
            database.close();
            resolve(found);
          };
        };
      }),
    NAME,
  );
}

/** What is said of the kept models, as it lies there now; each must have its file, and no file is without. */
export function keptModels(page) {
  return page.evaluate(
    (name) =>
      new Promise((resolve, reject) => {
        const opening = indexedDB.open(name);
        opening.onerror = () => reject(opening.error);
        opening.onsuccess = () => {
          const database = opening.result;
          const reading = database.transaction(["models", "model-files"]);
          const [ids, models] = [reading.objectStore("models").getAllKeys(), reading.objectStore("models").getAll()];
          const files = reading.objectStore("model-files").getAllKeys();
          reading.oncomplete = () => {
            database.close();
            const together = `${ids.result}` === `${files.result}`;
            if (together) resolve(models.result);
            else reject(new Error(`models ${ids.result} and files ${files.result}`));
          };
        };
      }),
    NAME,
  );
}

/** The prompts of the pairs that have a label on disk which was not taken back. */
export async function promptsAnswered(page) {
  const { pairs, log } = await whatIsKept(page);
  const undone = new Set(log.filter(({ action }) => action.action === "undo").map(({ action }) => action.event));
  const prompts = new Map(pairs.map((pair) => [pair.id, pair.prompt]));
  const labels = log.filter(({ id, action }) => ["label", "answer"].includes(action.action) && !undone.has(id));
  return new Set(labels.map(({ action }) => prompts.get(action.pair)));
}
