// The page Cetak follows its choices: how many sheets they make, and the links of the other papers. Without this the
// button "Terapkan ke semua lembar" does the same.

const form = document.getElementById("print-choices");
let turn = 0;

async function follow() {
  const mine = ++turn;
  const html = await fresh(`${form.dataset.gallery}?${new URLSearchParams(new FormData(form))}`);
  if (mine !== turn || html === null) return;
  const page = new DOMParser().parseFromString(html, "text/html");
  for (const place of document.querySelectorAll("[data-fresh]")) {
    const now = page.querySelector(`[data-fresh="${place.dataset.fresh}"]`);
    if (now) place.innerHTML = now.innerHTML;
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

form?.addEventListener("change", follow);

export {}; // a module: its names stay its own
