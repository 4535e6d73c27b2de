// The Hub, as far as the page asks it, played inside the browser: no test leaves this machine.

import { createHash } from "node:crypto";

const HUB = "https://huggingface.co/";
const COMMIT = "0123456789abcdef0123456789abcdef01234567";
const OPEN = {
  "access-control-allow-origin": "*",
  "access-control-expose-headers": "Content-Range, X-Error-Code",
};

/**
 * Answers for the Hub in this browser. `models` maps names, `org/name`, to `{ files, licence, gated }`, with each file's
 * bytes by its path. To whoever asks for another name it answers as the Hub does: 401, as if it might be private.
 */
export async function playHub(context, models) {
  const hub = new Hub(models);
  await context.route(`${HUB}**`, (route) => hub.answer(route));
  return hub;
}

class Hub {
  /** Every request so far: `{ method, path, search, body, range }`. */
  asked = [];
  #damage = new Map();
  #gone = false;

  constructor(models) {
    this.models = models;
  }

  /**
   * From now on this file comes damaged: `{ cutAt }` sends so many bytes and ends, `{ flipAt }` changes the byte there,
   * `{ status }` refuses.
   */
  damage(file, how) {
    this.#damage.set(file, how);
  }

  /** Sends this file as it should be. */
  heal(file) {
    this.#damage.delete(file);
  }

  /** Is not to be reached from now on. */
  vanish() {
    this.#gone = true;
  }

  /** The ranges that this file was asked for with, `undefined` for all of it. */
  ranges(file) {
    return this.asked.filter(({ path }) => path.endsWith(`/${file}`)).map(({ range }) => range);
  }

  answer(route) {
    if (this.#gone) return route.abort("internetdisconnected");
    const request = route.request();
    const { pathname, search } = new URL(request.url());
    const { range } = request.headers();
    this.asked.push({ method: request.method(), path: pathname, search, body: request.postData() ?? "", range });
    const about = pathname.match(/^\/api\/models\/([^/]+\/[^/]+)(\/tree\/main)?$/);
    const file = pathname.match(/^\/([^/]+\/[^/]+)\/resolve\/([^/]+)\/([^/]+)$/);
    const model = this.models[(about ?? file)?.[1]];
    if (!model) return refuse(route, 401, "RepoNotFound");
    if (about) return json(route, about[2] ? tree(model.files) : described(about[1], model));
    const bytes = model.files[file[3]];
    if (!bytes) return refuse(route, 404, "EntryNotFound");
    if (model.gated) return refuse(route, 401, "GatedRepo");
    return this.#send(route, bytes, this.#damage.get(file[3]) ?? {}, range);
  }

  #send(route, bytes, how, range) {
    if (how.status) return refuse(route, how.status, "");
    const sent = Buffer.from(bytes);
    if (how.flipAt !== undefined) sent[how.flipAt] ^= 1;
    const from = Number(range?.match(/^bytes=(\d+)-$/)?.[1] ?? 0);
    const body = sent.subarray(from, how.cutAt);
    const contentType = "application/octet-stream";
    if (range === undefined) return route.fulfill({ status: 200, headers: OPEN, contentType, body });
    const headers = { ...OPEN, "content-range": `bytes ${from}-${bytes.length - 1}/${bytes.length}` };
    return route.fulfill({ status: 206, headers, contentType, body });
  }
}

function described(id, { licence, gated }) {
  return { id, sha: COMMIT, gated: gated ? "manual" : false, cardData: licence ? { license: licence } : undefined };
}

/** Weights lie in large file storage, which knows their hash. */
function tree(files) {
  return Object.entries(files).map(([path, bytes]) => {
    const entry = { type: "file", oid: "0".repeat(40), size: bytes.length, path };
    if (!/\.(safetensors|bin)$/.test(path)) return entry;
    const oid = createHash("sha256").update(bytes).digest("hex");
    return { ...entry, lfs: { oid, size: bytes.length, pointerSize: 134 } };
  });
}

function json(route, value) {
  return route.fulfill({ status: 200, headers: OPEN, contentType: "application/json", body: JSON.stringify(value) });
}

function refuse(route, status, code) {
  return route.fulfill({ status, headers: { ...OPEN, "x-error-code": code }, body: "" });
}
