// What single keys do: moving through a list, opening, marking, going to a page. All of it can be done without them.

const single = "keys" in document.documentElement.dataset;
const ITEM = ".teaser, .list > li, .articles li[id], [data-item]";
const items = () => [...document.querySelector("main").querySelectorAll(ITEM)].filter((item) => item.checkVisibility());
const link = (item) => item.querySelector(":is(h1, h2, h3, h4) a") ?? item.querySelector("a");
const here = () => document.activeElement?.closest(ITEM);
const button = (within, names) => within?.querySelector(names.map((name) => `button[form="marks"][name="${name}"]`).join(","));
const press = (...names) => follow(button(here(), names) ?? button(document.querySelector(".own"), names));
const follow = (element) => element?.click();
const go = (name) => follow(document.querySelector(`[data-go="${name}"]`));
const original = () => (here() ?? document).querySelector(".original a, a.original");

function move(step) {
  const all = items();
  const at = all.indexOf(here());
  // From nowhere, the first item that can be seen.
  const start = all.findIndex((item) => item.getBoundingClientRect().bottom > 0);
  const next = at < 0 ? all[Math.max(0, start)] : all[Math.min(all.length - 1, Math.max(0, at + step))];
  if (!next) return;
  link(next)?.focus({ preventScroll: true });
  next.scrollIntoView({ block: "nearest" });
}

function search() {
  const field = document.querySelector("main input[type=search], main input[name=q]");
  field ? field.focus() : go("/");
}

const deeds = {
  j: () => move(1),
  n: () => move(1),
  k: () => move(-1),
  p: () => move(-1),
  o: () => follow(here() && link(here())),
  v: () => original() && window.open(original().href, "_blank", "noopener,noreferrer"),
  V: () => follow(original()),
  m: () => press("read", "unread"),
  s: () => press("save", "unsave"),
  f: () => press("save", "unsave"),
  x: () => follow(here()?.querySelector("details > summary")),
  h: () => follow(document.querySelector("a[rel=prev]")),
  l: () => follow(document.querySelector("a[rel=next]")),
  A: () => follow(document.querySelector('button[name="read_until"]')),
  G: () => window.scrollTo({ top: document.body.scrollHeight }),
  "/": search,
  "?": () => go("?"),
};

let prefix = false; // a "g" was pressed, and the next key says where to go

function pressed(event) {
  const typing = event.target.closest?.("input, textarea, select, [contenteditable], dialog");
  if (typing || event.ctrlKey || event.metaKey || event.altKey || event.isComposing || document.querySelector("dialog[open]")) {
    prefix = false;
    return;
  }
  if (prefix) {
    prefix = false;
    event.key === "g" ? window.scrollTo({ top: 0 }) : go(event.key);
  } else if (event.key === "g") {
    prefix = true;
  } else if (Object.hasOwn(deeds, event.key)) {
    deeds[event.key]();
  } else {
    return;
  }
  event.preventDefault();
}

if (single) document.addEventListener("keydown", pressed);
