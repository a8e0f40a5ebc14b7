// Hands a page on: by the device's own way to share, else by copying its address; or to the printer.

const place = document.querySelector(".handing");
const said = document.getElementById("said");
const ways = {
  async share() {
    const page = { title: document.title, url: location.origin + location.pathname };
    try {
      if (navigator.share) await navigator.share(page);
      else {
        await navigator.clipboard.writeText(page.url);
        said.textContent = place.dataset.copied;
      }
    } catch (fault) {
      if (fault.name !== "AbortError") said.textContent = page.url; // closed by the reader, or neither is allowed here
    }
  },
  print: () => window.print(),
};

place.hidden = false;
place.addEventListener("click", ({ target }) => ways[target.dataset?.hand]?.());
