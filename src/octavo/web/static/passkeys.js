// Passkeys: a form with data-passkey ("create" or "get") asks the server for options, the browser for a passkey, and sends what it gives.

const KINDS = {
  create: (options) => navigator.credentials.create({ publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(options) }),
  get: (options) => navigator.credentials.get({ publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(options) }),
};

async function ask(form) {
  const answer = await fetch(`${form.action}/options`, { method: "POST" });
  if (answer.status === 401) return null; // the log-in was too long ago; the form itself leads to another one
  if (!answer.ok) throw new Error((await answer.json()).detail);
  return KINDS[form.dataset.passkey](await answer.json());
}

async function submitted(event) {
  event.preventDefault();
  const form = event.currentTarget;
  const said = form.querySelector("[role=alert]");
  said.textContent = "";
  try {
    const given = await ask(form);
    if (given) form.elements.credential.value = JSON.stringify(given.toJSON());
  } catch {
    said.textContent = form.dataset.failed; // the browser does not say whether there was none, or the person did not want to
    return;
  }
  form.submit();
}

// Browsers that cannot read the server's options keep the form hidden.
if (globalThis.PublicKeyCredential?.parseRequestOptionsFromJSON) {
  for (const form of document.querySelectorAll("form[data-passkey]")) {
    form.hidden = false;
    form.addEventListener("submit", submitted);
  }
}
