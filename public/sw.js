// The page without a network: keeps the page's own files, one cache a build.
//
// Page and workers must be of one build, so an old tab gets the files it was loaded with until it is closed, and a
// new build waits for that. Backbones are none of its business: the engine keeps them itself.
// `cargo xtask post-build` fills in the three names between underscores.

const BUILD = "__BUILD_ID__";
/** Kept at once: the page, the CPU worker, all that is small. */
const SHELL = __ASSETS__;
/** Kept when first used: what is large and not for everybody. */
const LAZY = __LAZY__;

/** The folder that the page lies in; other deployments on this origin have caches of their own. */
const HOME = new URL(self.registration.scope);
const OURS = `reward-studio-shell-${HOME.pathname}-`;
const CACHE = OURS + BUILD;
const address = (path) => new URL(path, HOME).href;
const LAZY_ADDRESSES = new Set(LAZY.map(address));

/** Keeps what is not kept yet, asking the host whether the browser's own copies are current; all or an error. */
async function keep(paths) {
  const cache = await caches.open(CACHE);
  await Promise.all(
    paths.map(async (path) => {
      if (await kept(address(path))) return;
      const response = await fetch(address(path), { cache: "no-cache" });
      if (!response.ok) throw new Error(`${path}: ${response.status}`);
      await cache.put(address(path), await undirected(response));
    }),
  );
}

/** A host may redirect; browsers refuse a redirected answer to a navigation. */
async function undirected(response) {
  if (!response.redirected) return response;
  return new Response(await response.blob(), { headers: response.headers });
}

async function kept(href) {
  const cache = await caches.open(CACHE);
  return cache.match(href, { ignoreSearch: true, ignoreVary: true });
}

self.addEventListener("install", (event) => event.waitUntil(keep(SHELL)));

self.addEventListener("activate", (event) => {
  const tidy = async () => {
    const old = (await caches.keys()).filter((name) => name.startsWith(OURS) && name !== CACHE);
    await Promise.all(old.map((name) => caches.delete(name)));
    // The first visit's page works offline too, not only the second's.
    await self.clients.claim();
  };
  event.waitUntil(tidy());
});

self.addEventListener("message", (event) => {
  if (event.data === "keep lazy files") event.waitUntil(keep(LAZY));
  if (event.data === "take over") event.waitUntil(self.skipWaiting());
});

self.addEventListener("fetch", (event) => {
  const url = new URL(event.request.url);
  if (event.request.method !== "GET" || url.origin !== HOME.origin) return;
  if (!url.pathname.startsWith(HOME.pathname) || url.href.startsWith(address("models/"))) return;
  const isPage = [HOME.href, address("index.html")].includes(url.origin + url.pathname);
  event.respondWith(event.request.mode === "navigate" && isPage ? page(event.request) : file(event.request));
});

/** The page itself. Reloading the only tab is the moment to hand over to a newer build that waits. */
async function page(request) {
  const waiting = self.registration.waiting;
  // Browsers that do not mark a reload let the new build wait until the tab is closed.
  if (waiting && request.cache === "no-cache") {
    const tabs = await self.clients.matchAll({ type: "window", includeUncontrolled: true });
    if (tabs.filter((tab) => tab.url.startsWith(HOME.href)).length <= 1) {
      waiting.postMessage("take over");
      return new Response("", { headers: { "content-type": "text/html", refresh: "0" } });
    }
  }
  return (await kept(HOME.href)) ?? fetch(request);
}

/** One of the page's files: the kept one, or else from the network. */
async function file(request) {
  const known = await kept(request.url);
  if (known) return known;
  const response = await fetch(request);
  const plain = request.url.split(/[?#]/)[0];
  if (response.status === 200 && LAZY_ADDRESSES.has(plain)) {
    const cache = await caches.open(CACHE);
    await cache.put(plain, response.clone());
  }
  return response;
}
