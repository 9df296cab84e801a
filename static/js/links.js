// Links of invitations: copied by one tap, and a row that was sent says so while WhatsApp stands in another tab.

const said = document.querySelector("[data-copied]");

async function copied(field) {
  field.select();
  try {
    await navigator.clipboard.writeText(field.value);
    return true;
  } catch {
    return document.execCommand("copy"); // without HTTPS, as on a trial in the house
  }
}

for (const button of document.querySelectorAll("[data-copies]")) {
  const field = document.getElementById(button.dataset.copies);
  button.hidden = false;
  button.addEventListener("click", async () => {
    const done = await copied(field);
    if (said) said.textContent = done ? `${field.getAttribute("aria-label")} tersalin.` : "Belum tersalin. Salin sendiri.";
    if (!done) return;
    button.firstChild.textContent = "Tersalin";
    setTimeout(() => (button.firstChild.textContent = "Salin tautan"), 2000);
  });
}

for (const field of document.querySelectorAll(".link-box")) {
  field.addEventListener("focus", () => field.select());
}

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-sends]");
  const state = button?.closest("tr").querySelector("[data-state]");
  if (!state) return;
  state.textContent = "Ditandai sudah dikirim";
  state.className = "status status-excused";
});

export {}; // a module: its names stay its own
