// Waiting for a fact, never for a time.

import { setTimeout as pause } from "node:timers/promises";

/** What `probe` gives as soon as it is truthy; fails with the last it gave. Probes that throw are asked again. */
export async function eventually(fact, probe, { within = 60_000 } = {}) {
  const end = performance.now() + within;
  let last;
  while (performance.now() < end) {
    try {
      last = await probe();
      if (last) return last;
    } catch (error) {
      last = error;
    }
    await pause(50);
  }
  throw new Error(`Not within ${within / 1000} s: ${fact}. It was ${last instanceof Error ? last : JSON.stringify(last)}.`);
}
