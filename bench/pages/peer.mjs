// A peer's worker: one question at a time, one answer each.

export class Peer {
  #worker;
  #answer;

  constructor(script, options) {
    this.#worker = new Worker(script, options);
    this.#worker.onmessage = ({ data }) => this.#answer(data);
    this.#worker.onerror = ({ message }) => this.#answer({ fault: message || `${script} cannot be loaded` });
  }

  /** One whose script has run. */
  static async start(script, options) {
    const peer = new Peer(script, options);
    await peer.#next();
    return peer;
  }

  async ask(question) {
    const answer = this.#next();
    this.#worker.postMessage(question);
    return answer;
  }

  async #next() {
    const answer = await new Promise((resolve) => (this.#answer = resolve));
    if (answer.fault) throw new Error(answer.fault);
    return answer;
  }

  end() {
    this.#worker.terminate();
  }
}

export const ort = () => Peer.start("/bench/ort_worker.mjs", { type: "module" });

export const tfjs = (backend) => Peer.start(`/bench/tfjs_worker.js?${backend}`);

export const transformers = () => Peer.start("/bench/transformers_worker.mjs", { type: "module" });
