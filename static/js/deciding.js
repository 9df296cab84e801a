// Keys for who decides all day. Everything works without them; they can be switched off (WCAG 2.1.4), never act while
// one types, and a key pressed twice by mistake decides nobody whom the clerk has not yet seen.

const SETTLE = 250; // ms after a page has opened in which keys are those of the page before
const OFF = "pintasan-mati"; // in this browser's memory
const FIELDS = "input, textarea, select, [contenteditable]";

// The key that counts: one letter alone, pressed once, outside every field.
export function letterOf(event) {
  const isAlone = !event.ctrlKey && !event.altKey && !event.metaKey && !event.isComposing && !event.repeat;
  if (!isAlone || event.target?.closest?.(FIELDS)) return "";
  return /^[a-z]$/i.test(event.key) ? event.key.toUpperCase() : "";
}

function remembered() {
  try {
    return localStorage.getItem(OFF) !== null;
  } catch {
    return false; // private windows may keep nothing
  }
}

function remember(isOff) {
  try {
    if (isOff) localStorage.setItem(OFF, "ya");
    else localStorage.removeItem(OFF);
  } catch {
    // for this page, then
  }
}

function start() {
  const root = document.documentElement;
  const keyed = [...document.querySelectorAll("[data-key]")];
  const form = document.querySelector("form[data-deciding]");
  const reasons = new Set(form?.querySelectorAll("textarea, select"));
  const note = document.querySelector("[data-keys-note]");
  let isOff = remembered();
  let isGone = false;

  function show() {
    root.classList.toggle("keys-on", !isOff);
    for (const each of keyed) {
      if (isOff) each.removeAttribute("aria-keyshortcuts");
      else each.setAttribute("aria-keyshortcuts", each.dataset.key);
    }
    if (!note) return;
    note.hidden = false;
    note.querySelector("[data-keys-state]").textContent = isOff ? "mati" : "menyala";
    note.querySelector("[data-keys-switch]").textContent = isOff ? "Nyalakan" : "Matikan";
  }

  function press(element) {
    if (isGone) return;
    isGone = true;
    element.click();
  }

  let isSettled = false;
  setTimeout(() => {
    isSettled = true;
    root.classList.add("keys-settled");
  }, SETTLE);
  document.addEventListener("keydown", (event) => {
    if (isOff) return;
    if (reasons.has(event.target)) {
      if (event.key === "Escape") event.target.blur();
      if (event.key === "Enter" && event.ctrlKey && form.dataset.pending) {
        event.preventDefault();
        const button = form.querySelector(`button[value="${form.dataset.pending}"]`);
        if (button) press(button);
      }
      return;
    }
    const letter = letterOf(event);
    const element = letter && keyed.find((each) => each.dataset.key === letter);
    if (!element || !isSettled) return;
    event.preventDefault();
    press(element);
  });
  form?.addEventListener("submit", (event) => {
    if (form.dataset.sent) event.preventDefault(); // pressed twice
    form.dataset.sent = "ya";
  });
  window.addEventListener("pageshow", () => {
    isGone = false; // back from the page before
    if (form) delete form.dataset.sent;
  });
  note?.querySelector("[data-keys-switch]").addEventListener("click", () => {
    isOff = !isOff;
    remember(isOff);
    show();
  });
  show();

  // Whoever was told stays told: the list says so at once, the page itself when it is opened again.
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-tells]");
    if (!button) return;
    if (button.previousElementSibling?.dataset.said) return;
    const said = document.createElement("span");
    said.className = "told-note";
    said.dataset.said = "ya";
    said.textContent = "Ditandai sudah dikabari";
    button.before(said);
  });
}

if (typeof document !== "undefined") start();
