// The choices of a paper are followed as they are made: how many sheets, and its picture. Without this the button
// "Ingat pilihan ini" does the same. A picture that could not be made while others print is asked for again.

const form = document.getElementById("print-choices");
const PAUSE = 1500; // milliseconds; longer each time
const TRIES = 4;
let turn = 0;

async function follow() {
  const mine = ++turn;
  const sent = new URLSearchParams(new FormData(form));
  sent.delete("csrfmiddlewaretoken");
  const html = await fresh(`${form.dataset.choices}?${sent}`);
  if (mine !== turn || html === null) return;
  const page = new DOMParser().parseFromString(html, "text/html");
  for (const place of document.querySelectorAll("[data-fresh]")) {
    const now = page.querySelector(`[data-fresh="${place.dataset.fresh}"]`);
    if (now && now.innerHTML !== place.innerHTML) place.innerHTML = now.innerHTML;
  }
}

// The page as these choices make it; null when it does not come: then what stands there stays.
async function fresh(address) {
  try {
    const response = await fetch(address, { headers: { Accept: "text/html" } });
    return response.redirected || response.status !== 200 ? null : await response.text();
  } catch {
    return null;
  }
}

function again(event) {
  const picture = event.target;
  if (!(picture instanceof HTMLImageElement)) return;
  const tries = Number(picture.dataset.tries || 0) + 1;
  if (tries > TRIES) return;
  picture.dataset.tries = String(tries);
  const { src } = picture;
  setTimeout(() => {
    picture.src = src;
  }, PAUSE * tries * (1 + Math.random()));
}

form?.addEventListener("change", follow);
document.addEventListener("error", again, true); // does not bubble

export {}; // a module: its names stay its own
