// What works without a network. The server puts VERSION (a digest of the static files) and FILES (their addresses) before this.

const SHELL = `files-${VERSION}`; // what every page is set with, and the page that says that there is no network
const PAGES = "pages"; // the last front page, its stories, what is saved, what was read last
const PICTURES = "pictures";
const MOST_PAGES = 150;
const MOST_PICTURES = 300;
const FRESH_MS = 30 * 60 * 1000; // a page fetched ahead is not asked for again within this time
const OFFLINE = "/offline";
const AHEAD = { "/": /href="(\/stories\/[^"#?]+)"/g, "/saved": /href="(\/(?:stories|articles)\/[^"#?]+)"/g }; // with what they link to
const SHOWN = /src="(\/images\/[^"]+)"/g;
const READ = /^\/($|latest$|saved$|e\/|stories\/|articles\/)/; // pages that are kept
const LATER = /^\/marks$/; // writes that may be sent later
const SAVES = /(^|&)save=/;
const READER = "Octavo-Reader"; // header of a page: for whose eyes it is
const TAG = "marks";

self.addEventListener("install", (event) => {
  event.waitUntil(caches.open(SHELL).then((shell) => shell.addAll(FILES)).then(() => self.skipWaiting()));
});

self.addEventListener("activate", (event) => {
  event.waitUntil(begin());
});

async function begin() {
  const old = (await caches.keys()).filter((name) => ![SHELL, PAGES, PICTURES].includes(name));
  await Promise.all(old.map((name) => caches.delete(name)));
  await self.registration.navigationPreload?.enable();
  await self.clients.claim();
}

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const address = new URL(request.url);
  if (address.origin !== self.location.origin) return;
  if (request.method === "POST" && LATER.test(address.pathname)) event.respondWith(written(event));
  if (request.method !== "GET") return;
  if (request.mode === "navigate") event.respondWith(page(event));
  else if (address.pathname.startsWith("/static/")) event.respondWith(file(request));
  else if (address.pathname.startsWith("/images/")) event.respondWith(picture(event));
});

self.addEventListener("sync", (event) => {
  if (event.tag === TAG) event.waitUntil(send());
});

self.addEventListener("message", (event) => {
  if (event.data === "keep") event.waitUntil(keep(Object.keys(AHEAD)));
  if (event.data === "send") event.waitUntil(send().then(tell));
});

// ---- reading ---------------------------------------------------------------------------------------------------------

async function page(event) {
  const { request } = event;
  let answer;
  try {
    // Asked for by the browser itself, so that the server sees that a person wants to read it, and not this worker.
    answer = (await event.preloadResponse) ?? (await fetch(request));
  } catch {
    return (await kept(PAGES, request)) ?? caches.match(OFFLINE, { ignoreVary: true });
  }
  const copy = isKept(answer) ? answer.clone() : null;
  event.waitUntil(settle(answer).then(() => copy && put(PAGES, request.url, copy, MOST_PAGES)));
  return answer;
}

async function file(request) {
  return (await caches.match(request)) ?? fetch(request).catch(() => kept(SHELL, request).then((found) => found ?? Response.error()));
}

// A picture's address says what it holds, so one that is kept need not be asked for again; without a network any width of it will do.
async function picture(event) {
  const { request } = event;
  const found = await (await caches.open(PICTURES)).match(request);
  if (found) return found;
  try {
    const answer = await fetch(request);
    if (answer.ok) event.waitUntil(put(PICTURES, request.url, answer.clone(), MOST_PICTURES));
    return answer;
  } catch {
    return (await kept(PICTURES, request)) ?? Response.error();
  }
}

async function kept(name, request) {
  const cache = await caches.open(name);
  return (await cache.match(request, { ignoreVary: true })) ?? cache.match(request, { ignoreVary: true, ignoreSearch: true });
}

function isKept(answer) {
  const own = answer.ok && !answer.redirected && READ.test(new URL(answer.url).pathname);
  return own && !(answer.headers.get("Cache-Control") ?? "").includes("no-store");
}

// Pages of one reader go when one comes for another, or for nobody. Marks that wait stay until somebody is logged in: the server takes
// them from their own reader only, and those of another one are thrown away.
async function settle(answer) {
  const reader = answer.headers.get(READER);
  const cache = await caches.open(PAGES);
  const [first] = await cache.keys();
  const kept = first && (await cache.match(first, { ignoreVary: true }));
  if (reader === null || !kept || kept.headers.get(READER) === reader) return;
  await Promise.all([PAGES, PICTURES].map((name) => caches.delete(name)));
}

async function put(name, address, answer, most) {
  const cache = await caches.open(name);
  await cache.delete(address, { ignoreVary: true });
  await cache.put(address, answer);
  const all = await cache.keys(); // oldest first
  await Promise.all(all.slice(0, Math.max(0, all.length - most)).map((key) => cache.delete(key, { ignoreVary: true })));
}

// ---- fetching ahead --------------------------------------------------------------------------------------------------

let keeping = Promise.resolve();

// Some of AHEAD and all that they link to, one after another so that the reader's own requests come first.
function keep(addresses) {
  keeping = keeping.then(async () => {
    for (const address of addresses) {
      for (const linked of found(AHEAD[address], await ahead(address, 0))) {
        if ((await ahead(linked, FRESH_MS)) === null) return; // the network has gone
      }
    }
  });
  return keeping;
}

// The text of a page, fetched and kept with the pictures on it; "" for one that is young enough or not there, null without a network.
async function ahead(address, fresh) {
  const cache = await caches.open(PAGES);
  const old = await cache.match(address, { ignoreVary: true });
  if (old && Date.now() - Date.parse(old.headers.get("Date") ?? 0) < fresh) return "";
  try {
    const answer = await fetch(address);
    await settle(answer);
    if (!isKept(answer)) return "";
    const text = await answer.clone().text();
    await put(PAGES, new URL(address, self.location).href, answer, MOST_PAGES);
    for (const shown of found(SHOWN, text)) {
      if (!(await kept(PICTURES, new Request(shown)))) {
        const drawn = await fetch(shown);
        if (drawn.ok) await put(PICTURES, new URL(shown, self.location).href, drawn, MOST_PICTURES);
      }
    }
    return text;
  } catch {
    return null;
  }
}

function found(pattern, text) {
  return [...new Set([...(text ?? "").matchAll(pattern)].map((match) => match[1].replaceAll("&amp;", "&")))];
}

// ---- writing ---------------------------------------------------------------------------------------------------------

async function written(event) {
  const { request } = event;
  const waiting = { url: request.url, type: request.headers.get("Content-Type"), body: await request.clone().text() };
  try {
    const answer = await fetch(request);
    if (SAVES.test(waiting.body)) event.waitUntil(keep(["/saved"]));
    return answer;
  } catch {
    await queue("readwrite", (store) => store.add(waiting));
    await self.registration.sync?.register(TAG).catch(() => undefined); // where it is refused, the next page with a network sends it
    await tell();
    if (request.mode !== "navigate") return new Response(null, { status: 204 });
    const back = new URLSearchParams(waiting.body).get("back") ?? "/";
    return Response.redirect(new URL(/^\/(?!\/)/.test(back) ? back : "/", self.location).href, 303);
  }
}

let sending = null;
let refused = false; // nobody is logged in: what waits is sent after the next log-in

function send() {
  sending ??= sendAll().finally(() => (sending = null));
  return sending;
}

async function sendAll() {
  refused = false;
  const numbers = await queue("readonly", (store) => store.getAllKeys());
  for (const number of numbers) {
    const one = await queue("readonly", (store) => store.get(number));
    try {
      const answer = await fetch(one.url, { method: "POST", headers: { "Content-Type": one.type }, body: one.body, redirect: "manual" });
      refused = answer.status === 401;
      if (refused || answer.status >= 500) return;
    } catch {
      return;
    }
    await queue("readwrite", (store) => store.delete(number));
  }
}

// Tells open pages how much waits to be sent.
async function tell() {
  const waiting = await queue("readonly", (store) => store.count());
  for (const client of await self.clients.matchAll()) client.postMessage({ waiting, refused });
}

function queue(mode, work) {
  return new Promise((resolve, reject) => {
    const opening = indexedDB.open("octavo", 1);
    opening.onupgradeneeded = () => opening.result.createObjectStore("writes", { autoIncrement: true });
    opening.onerror = () => reject(opening.error);
    opening.onsuccess = () => {
      const database = opening.result;
      const doing = database.transaction("writes", mode);
      const asked = work(doing.objectStore("writes"));
      doing.oncomplete = () => resolve(asked.result);
      doing.onerror = () => reject(doing.error);
      doing.addEventListener("complete", () => database.close());
    };
  });
}
