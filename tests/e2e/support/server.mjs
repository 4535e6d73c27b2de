// A static host for one folder, which notes down every request and can be made to fail in the ways that hosts do.
//
// Knows nothing of the page.

import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { createServer } from "node:http";
import path from "node:path";
import { Readable, Transform } from "node:stream";
import { pipeline } from "node:stream/promises";

const TYPES = {
  ".css": "text/css",
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript",
  ".json": "application/json",
  ".svg": "image/svg+xml",
  ".wasm": "application/wasm",
  ".webmanifest": "application/manifest+json",
};

const ISOLATION = {
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-embedder-policy": "require-corp",
};

/**
 * Serves `folder` under the path `at` (which ends in `/`) on a free port.
 * `overlay` maps paths inside the folder to other files or folders; `isolated` sends the isolation headers.
 */
export async function serve(folder, { at = "/", overlay = {}, isolated = false } = {}) {
  const host = new Host(folder, at, overlay, isolated);
  await new Promise((resolve) => host.server.listen(0, "127.0.0.1", resolve));
  host.origin = `http://127.0.0.1:${host.server.address().port}`;
  host.url = host.origin + at;
  return host;
}

class Host {
  /** Every request so far: `{ method, path, search, body, range }`; `path` is relative to the page. */
  log = [];
  #failures = new Map();

  constructor(folder, at, overlay, isolated) {
    Object.assign(this, { folder, at, overlay, isolated });
    this.server = createServer((request, response) => {
      // A browser that has gone away is nobody's error.
      this.#answer(request, response).catch(() => response.destroy());
    });
  }

  /**
   * From now on fails for this path:
   * `{ status }` answers with it, `{ truncateAt }` sends a whole answer of so many bytes, `{ cutAt }` breaks the
   * connection after so many (with `hold`, once that promise is kept), `{ flipAt }` changes the byte there, `{ until }`
   * waits for a promise before it answers.
   */
  fail(path, how) {
    this.#failures.set(path, how);
  }

  /** Serves this path as it should be. */
  heal(path) {
    this.#failures.delete(path);
  }

  /** Is gone, as without a network. */
  async stop() {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  async #answer(request, response) {
    const { pathname, search } = new URL(request.url, this.origin);
    let body = "";
    for await (const piece of request) body += piece;
    const known = pathname.startsWith(this.at);
    const name = decodeURIComponent(known ? pathname.slice(this.at.length) : pathname);
    this.log.push({ method: request.method, path: name, search, body, range: request.headers.range });

    const how = this.#failures.get(name) ?? {};
    await how.until;
    const file = known && !name.includes("..") && this.#file(name);
    const bytes = file && (await stat(file).catch(() => undefined));
    const status = how.status ?? (bytes?.isFile() ? 200 : 404);
    response.setHeader("cache-control", "no-cache");
    if (this.isolated) for (const [header, value] of Object.entries(ISOLATION)) response.setHeader(header, value);
    if (status !== 200) return response.writeHead(status).end();

    const end = Math.min(how.truncateAt ?? how.cutAt ?? bytes.size, bytes.size);
    // What comes short or is cut begins at the beginning, as from a host that knows no ranges.
    const start = end < bytes.size ? 0 : Number(request.headers.range?.match(/^bytes=(\d+)-$/)?.[1] ?? 0);
    if (start > 0 && start >= bytes.size) {
      return response.writeHead(416, { "content-range": `bytes */${bytes.size}` }).end();
    }
    response.writeHead(start > 0 ? 206 : 200, {
      "content-length": how.cutAt === undefined ? end - start : bytes.size,
      "content-type": TYPES[path.extname(file)] ?? "application/octet-stream",
      ...(start > 0 && { "content-range": `bytes ${start}-${end - 1}/${bytes.size}` }),
    });
    const pieces = end === 0 ? Readable.from([]) : createReadStream(file, { start, end: end - 1 });
    if (how.cutAt !== undefined) {
      for await (const piece of pieces) response.write(piece);
      await how.hold;
      return response.socket.end();
    }
    await pipeline(pieces, flipped(how.flipAt - start), response);
  }

  #file(name) {
    const laid = Object.keys(this.overlay).find((over) => name === over || name.startsWith(`${over}/`));
    if (laid) return path.join(this.overlay[laid], name.slice(laid.length));
    return path.join(this.folder, name || "index.html");
  }
}

/** Passes bytes on, with the one at `place` changed. */
function flipped(place) {
  let passed = 0;
  return new Transform({
    transform(piece, _, done) {
      const at = place - passed;
      if (at >= 0 && at < piece.length) piece[at] ^= 1;
      passed += piece.length;
      done(null, piece);
    },
  });
}
