// Marking and following without leaving the page: the button's form is sent in the background, and the button says what it does next.

const OPPOSITE = { read: "unread", unread: "read", save: "unsave", unsave: "save", follow: "unfollow", unfollow: "follow" };
const form = document.getElementById("marks");
const said = document.getElementById("said");

function turn(button) {
  const does = button.textContent;
  said.textContent = does;
  button.textContent = button.dataset.other;
  button.dataset.other = does;
  const item = button.closest(".teaser");
  const on = button.name === "read" || button.name === "save";
  if (button.name.endsWith("read")) item?.classList.toggle("read", on);
  else if (button.name.endsWith("save")) item?.querySelector(".saved")?.toggleAttribute("hidden", !on);
  button.name = OPPOSITE[button.name];
}

form.addEventListener("submit", async (event) => {
  const button = event.submitter;
  if (!(button?.name in OPPOSITE)) return;
  event.preventDefault();
  const sent = new URLSearchParams(new FormData(form, button));
  button.ariaDisabled = "true";
  try {
    const answer = await fetch(button.getAttribute("formaction") ?? form.action, { method: "POST", body: sent, redirect: "manual" });
    if (answer.type === "opaqueredirect" || answer.ok) turn(button);
    else said.textContent = form.dataset.failed;
  } catch {
    said.textContent = form.dataset.failed;
  } finally {
    button.ariaDisabled = null;
  }
});
