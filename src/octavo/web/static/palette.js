// Ctrl-K or Cmd-K: go to a page or an outlet by a few of its letters, or search for the words.

const dialog = document.getElementById("palette");
const field = dialog.querySelector("input");
const list = dialog.querySelector("ul");
let places = null; // [{ name, href }], read when the palette opens first
let shown = [];
let at = -1; // which of them is chosen; -1: none, and the words are searched for

async function known() {
  const pages = [...document.querySelectorAll("nav a")].map((link) => ({ name: link.textContent.trim(), href: link.getAttribute("href") }));
  const answer = await fetch(dialog.dataset.places).catch(() => null);
  return pages.concat(answer?.ok ? await answer.json() : []);
}

const plain = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLocaleLowerCase();

// 0: a name begins with the words, 1: one of its words does, 2: they stand somewhere in it.
const rank = (name, first) => (name.startsWith(first) ? 0 : name.includes(` ${first}`) ? 1 : 2);

function find() {
  const words = plain(field.value).split(/\s+/).filter(Boolean);
  const fits = (places ?? []).map((place) => ({ ...place, plain: plain(place.name) })).filter((place) => words.every((word) => place.plain.includes(word)));
  shown = fits.sort((a, b) => rank(a.plain, words[0] ?? "") - rank(b.plain, words[0] ?? "")).slice(0, 12);
  choose(words.length && shown.length ? 0 : -1);
  list.replaceChildren(
    ...shown.map((place, number) => {
      const option = document.createElement("li");
      option.id = `found-${number}`;
      option.role = "option";
      option.textContent = place.name;
      option.dir = "auto";
      option.addEventListener("click", () => location.assign(place.href));
      return option;
    }),
  );
  choose(at);
}

function choose(number) {
  at = number;
  [...list.children].forEach((option, place) => option.setAttribute("aria-selected", String(place === at)));
  at < 0 ? field.removeAttribute("aria-activedescendant") : field.setAttribute("aria-activedescendant", `found-${at}`);
  list.children[at]?.scrollIntoView({ block: "nearest" });
}

document.addEventListener("keydown", async (event) => {
  if (event.key.toLowerCase() !== "k" || !(event.ctrlKey || event.metaKey) || event.altKey || event.shiftKey) return;
  event.preventDefault();
  if (dialog.open) return dialog.close();
  field.value = "";
  dialog.showModal();
  places ??= await known();
  find();
});

field.addEventListener("input", find);
field.addEventListener("keydown", (event) => {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (step && shown.length) {
    choose((at + step + shown.length) % shown.length);
    event.preventDefault();
  } else if (event.key === "Enter" && at >= 0) {
    location.assign(shown[at].href);
    event.preventDefault();
  }
});
dialog.addEventListener("click", (event) => {
  if (event.target === dialog) dialog.close();
});
