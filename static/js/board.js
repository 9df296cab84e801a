// The board renews itself while somebody looks at it; what is unfolded stays so.

const EVERY = 15_000; // ms

const board = document.querySelector("[data-board]");

async function renew() {
  if (document.hidden || board.contains(document.activeElement?.closest("details"))) return;
  const address = new URL(location.href);
  address.searchParams.set("bagian", "papan");
  try {
    const response = await fetch(address, { headers: { Accept: "text/html" } });
    if (response.redirected || response.status !== 200) return;
    replace(await response.text());
  } catch {
    // without a signal the board keeps its last numbers and says from when they are
  }
}

function replace(html) {
  const open = new Map([...board.querySelectorAll("details")].map((fold) => [fold.dataset.ormas, fold.open]));
  board.innerHTML = html;
  for (const fold of board.querySelectorAll("details")) fold.open = open.get(fold.dataset.ormas) ?? false;
}

// On a projector the names stand in the heads already: folded, more of them are in sight.
if (matchMedia("(min-width: 1600px)").matches) {
  for (const fold of board.querySelectorAll("details")) fold.open = false;
}
setInterval(renew, EVERY);
document.addEventListener("visibilitychange", renew);

export {}; // a module: its names stay its own
