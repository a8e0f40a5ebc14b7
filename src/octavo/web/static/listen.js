// Reads an article aloud with a voice of the device, sentence by sentence, and marks the paragraph that is being read.

const speech = window.speechSynthesis;
const place = document.getElementById("listen");
const [turn, stop, trouble] = place.children;
const article = place.closest("article");
const language = article.lang || document.documentElement.lang;
const sentences = new Intl.Segmenter(language, { granularity: "sentence" });
const pieces = [...article.querySelectorAll("h1, .text > :is(h2, p:not(.note)), .text > blockquote > p")].flatMap((passage) =>
  [...sentences.segment(passage.textContent)].map(({ segment }) => ({ passage, text: segment.trim() })).filter(({ text }) => text),
);

let at = 0; // the piece that is read, or from which reading goes on
let spoken = null; // what is being said; null: nothing

const base = (tag) => tag.toLowerCase().split(/[-_]/)[0];

// Only voices of the device itself: others send what they read to their maker.
function voice() {
  const fitting = speech.getVoices().filter((one) => one.localService && base(one.lang) === base(language));
  return fitting.find((one) => one.default) ?? fitting[0];
}

function show(state) {
  turn.textContent = turn.dataset[state];
  stop.hidden = state === "listen";
}

function mark(passage) {
  article.querySelector(".aloud")?.classList.remove("aloud");
  passage?.classList.add("aloud");
  passage?.scrollIntoView({ block: "nearest" });
}

function read() {
  const { passage, text } = pieces[at];
  const own = Object.assign(new SpeechSynthesisUtterance(text), { voice: voice(), lang: language });
  own.onend = () => {
    if (own !== spoken) return;
    at += 1;
    at < pieces.length ? read() : end();
  };
  own.onerror = () => {
    if (own !== spoken) return;
    pause();
    trouble.textContent = trouble.dataset.failed;
  };
  spoken = own;
  trouble.textContent = "";
  mark(passage);
  show("pause");
  speech.speak(own);
}

// Not the browser's own pause, after which some never go on: the sentence begins again.
function pause() {
  spoken = null;
  speech.cancel();
  show("again");
}

function end() {
  pause();
  at = 0;
  mark(null);
  show("listen");
}

function offer() {
  place.hidden = !voice();
}

if (speech && pieces.length) {
  turn.addEventListener("click", () => (spoken ? pause() : read()));
  stop.addEventListener("click", () => {
    end();
    turn.focus();
  });
  addEventListener("pagehide", () => spoken && pause());
  speech.addEventListener?.("voiceschanged", offer);
  offer();
}
