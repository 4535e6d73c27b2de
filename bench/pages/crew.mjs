// Several of our workers that share a batch: rows side by side, as an engine hands them out.

import { helper } from "./engine.mjs";
import { compute } from "./messages.mjs";

export class Crew {
  #helpers;
  #ticket = 0;

  /** So many workers, each with the first `layers` blocks loaded. */
  static async hire(count, layers, device) {
    const crew = new Crew();
    crew.#helpers = await Promise.all(Array.from({ length: count }, () => helper(layers, device)));
    return crew;
  }

  /** Vectors of the rows in their order, `[rows, width]`; `how`: `{ layer, pooling }`. */
  async pooled(rows, how) {
    const share = Math.ceil(rows.length / this.#helpers.length);
    const ticket = ++this.#ticket;
    const parts = this.#helpers.map(async (helper, at) => {
      const own = rows.slice(at * share, (at + 1) * share);
      if (own.length === 0) return [];
      helper.post(compute({ ticket, ...how, rows: own }));
      return (await helper.next("Done", (done) => done.ticket === ticket)).pooled;
    });
    return Float32Array.from((await Promise.all(parts)).flatMap((part) => Array.from(part)));
  }

  end() {
    this.#helpers.forEach((helper) => helper.end());
  }
}
