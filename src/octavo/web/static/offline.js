// Starts what works without a network, says when a page is shown without one, and lists what can be read then.

const AGAIN_MS = 5000; // what waits is sent again, for a network that is there may not lead to us yet

const texts = document.getElementById("offline-texts")?.content;
const notice = document.createElement("p");
notice.className = "notice";
notice.setAttribute("role", "status");

function say(name, values = {}) {
  const text = texts?.querySelector(`[data-for="${name}"]`)?.textContent ?? "";
  notice.textContent = Object.entries(values).reduce((said, [key, value]) => said.replace(`{${key}}`, value), text);
}

async function list(place) {
  const cache = await caches.open("pages");
  const kept = (await cache.keys()).reverse(); // latest first
  const parser = new DOMParser();
  for (const request of kept) {
    const page = parser.parseFromString(await (await cache.match(request, { ignoreVary: true })).text(), "text/html");
    const heading = page.querySelector("h1");
    const link = document.createElement("a");
    link.href = request.url;
    link.textContent = heading?.textContent.trim() || page.title;
    for (const name of ["lang", "dir"]) {
      const value = heading?.closest(`[${name}]`)?.getAttribute(name);
      if (value) link.setAttribute(name, value);
    }
    const kind = document.createElement("span");
    kind.className = "facts";
    kind.textContent = place.dataset[new URL(request.url).pathname.split("/")[1]] ?? "";
    const item = document.createElement("li");
    item.append(link, " ", kind);
    place.append(item);
  }
  place.parentElement.hidden = kept.length === 0;
}

async function start() {
  document.body.append(notice);
  const workers = navigator.serviceWorker;
  if (!workers) return;
  const place = document.getElementById("kept");
  const offline = () => place ?? say("offline");
  const send = async () => (await workers.ready).active.postMessage("send");
  const online = () => {
    notice.textContent = "";
    return send();
  };
  workers.addEventListener("message", ({ data }) => {
    if (data.waiting) say(data.refused ? "refused" : "waiting", { n: data.waiting });
    else if (navigator.onLine) notice.textContent = "";
    if (data.waiting && !data.refused && navigator.onLine) setTimeout(send, AGAIN_MS);
  });
  addEventListener("offline", offline);
  addEventListener("online", online);
  await workers.register("/sw.js", { updateViaCache: "none" });
  if (!navigator.onLine) offline();
  else await online();
  const { active } = await workers.ready;
  if (location.pathname === "/" && navigator.onLine && !navigator.connection?.saveData) {
    (window.requestIdleCallback ?? setTimeout)(() => active.postMessage("keep"));
  }
  if (place) await list(place);
}

start();
