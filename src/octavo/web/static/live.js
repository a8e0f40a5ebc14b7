// Says how many stories came in since the page was read, and moves nothing: a line at the edge that leads to them.

const POLL_MS = 60_000; // where no stream can be had

const region = document.createElement("p");
region.className = "fresh";
region.setAttribute("role", "status");
document.body.append(region);

let cursor;
let stream;
let timer;

function tell(news) {
  if (!news.new) return;
  const link = document.createElement("a");
  link.href = location.href;
  link.textContent = news.show;
  region.replaceChildren(`${news.text} · `, link);
}

async function ask() {
  const answer = await fetch(cursor ? `/events/since?cursor=${cursor}` : "/events/since").catch(() => null);
  if (answer?.status === 401) rest(); // the session ended
  if (!answer?.ok) return;
  const news = await answer.json();
  if (cursor) tell(news);
  cursor ??= news.cursor; // everything is counted from when the page was read
}

async function listen() {
  if (!cursor) await ask();
  if (!cursor || stream) return;
  stream = new EventSource(`/events?cursor=${cursor}`);
  stream.onmessage = ({ data }) => tell(JSON.parse(data));
  stream.onerror = () => {
    if (stream?.readyState === EventSource.CLOSED) timer ??= setInterval(ask, POLL_MS);
  };
}

function rest() {
  stream?.close();
  stream = undefined;
  clearInterval(timer);
  timer = undefined;
}

// A page that nobody sees holds no connection: browsers have six for one host.
document.addEventListener("visibilitychange", () => (document.hidden ? rest() : listen()));
if (!document.hidden) listen();
