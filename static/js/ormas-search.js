// Turns <select data-search="hint"> into a field one types in: the ARIA combobox pattern with a list below.
// The select stays in the form and holds the choice. Without this script, or when anything in it fails, it is an ordinary select.

import { plain } from "./plain.js";

// Whether each word typed stands somewhere in the text.
export const fits = (text, typed) => plain(typed).split(" ").every((word) => plain(text).includes(word));

const NEAR = 0.45; // as pg_trgm's strict word similarity, on average
const NOT_ALIEN = 0.3; // and each word at least
const MOST_NEAR = 6;

const known = new Map();
function trigrams(word) {
  if (!known.has(word)) {
    const padded = `  ${word} `;
    known.set(word, new Set(Array.from({ length: padded.length - 2 }, (_, place) => padded.slice(place, place + 3))));
  }
  return known.get(word);
}

function likeness(one, other) {
  const common = [...one].filter((part) => other.has(part)).length;
  return common / (one.size + other.size - common);
}

// How near the words typed come to words of the text, or to their beginnings; 0 when one of them resembles none.
export function nearness(text, typed) {
  const words = plain(text).split(" ");
  const best = plain(typed).split(" ").map((word) => {
    const begun = [word.length, word.length + 1].map((end) => words.map((each) => each.slice(0, end)));
    return Math.max(...words.concat(...begun).map((each) => likeness(trigrams(word), trigrams(each))));
  });
  const mean = best.reduce((sum, each) => sum + each, 0) / best.length;
  return mean >= NEAR && Math.min(...best) >= NOT_ALIEN ? mean : 0;
}

// Which of the choices (each with its name) fit, in the order of the list; where none does, which come near, the nearest first.
export function search(choices, typed) {
  const fitting = choices.filter(({ name }) => fits(name, typed));
  if (fitting.length) return { found: fitting, isNear: false };
  const near = choices.map((choice) => ({ choice, value: nearness(choice.name, typed) })).filter(({ value }) => value);
  near.sort((one, other) => other.value - one.value);
  return { found: near.slice(0, MOST_NEAR).map(({ choice }) => choice), isNear: near.length > 0 };
}

function element(name, attributes, text = "") {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.textContent = text;
  return made;
}

// What a full organisation means for whoever is sent by it: said below the field, and on the button.
function tellWaiting(select) {
  const option = select.options[select.selectedIndex];
  const waits = Boolean(option && option.dataset.full);
  const note = document.querySelector("[data-waits]");
  const button = document.querySelector("[data-waits-word]");
  if (note) note.hidden = !waits;
  if (button) button.textContent = waits ? button.dataset.waitsWord : button.dataset.word;
}

function enhance(select) {
  const id = select.id;
  const choices = [...select.options].filter((option) => option.value).map(({ value, text, dataset }) =>
    ({ value, text, name: text.replace(` · ${dataset.full}`, "") }));
  const input = element("input", {
    id, class: "form-control", name: `${select.name}_typed`, type: "text", role: "combobox", autocomplete: "off",
    autocapitalize: "words", spellcheck: "false", "aria-autocomplete": "list", "aria-expanded": "false",
    "aria-controls": `${id}_list`,
  });
  for (const name of ["aria-describedby", "aria-invalid", "required"]) {
    if (select.hasAttribute(name)) input.setAttribute(name, select.getAttribute(name));
  }
  const list = element("ul", { id: `${id}_list`, class: "search-list", role: "listbox", "aria-label": "Ormas" });
  const told = element("p", { class: "search-told form-text visually-hidden", role: "status" });
  const box = element("div", { class: "search" });
  const help = document.getElementById(`${id}_helptext`);
  const hint = help && help.textContent;
  box.append(input, told, list);
  list.hidden = true;

  let shown = [];
  let active = -1;
  const chosen = () => choices.find(({ value }) => value === select.value);
  const isChosen = () => Boolean(chosen()) && chosen().name === input.value;
  const matching = () => search(choices, isChosen() ? "" : input.value);

  function close() {
    list.hidden = true;
    active = -1;
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
  }

  function point(at) {
    active = at;
    [...list.children].forEach((row, place) => row.setAttribute("aria-selected", String(place === at)));
    if (at < 0) return input.removeAttribute("aria-activedescendant");
    input.setAttribute("aria-activedescendant", list.children[at].id);
    list.children[at].scrollIntoView({ block: "nearest" });
  }

  function tell(number, isNear) {
    told.classList.toggle("visually-hidden", number > 0 && !isNear);
    if (isNear) told.textContent = "Tidak ada yang persis sama. Mungkin maksud Anda salah satu dari ini:";
    else if (number) told.textContent = `${number} ormas cocok.`;
    else told.textContent = "Tidak ada ormas yang cocok. Periksa ejaannya, atau pilih “Ormas saya belum tercantum” di bawah.";
  }

  function open() {
    const { found, isNear } = matching();
    shown = found;
    list.textContent = "";
    list.append(...shown.map(({ text }, place) =>
      element("li", { id: `${id}_${place}`, class: "search-option", role: "option", "aria-selected": "false" }, text)));
    list.hidden = shown.length === 0;
    input.setAttribute("aria-expanded", String(!list.hidden));
    tell(shown.length, isNear);
    point(-1);
  }

  function choose(choice) {
    select.value = choice ? choice.value : "";
    if (choice) {
      input.value = choice.name;
      told.textContent = "";
      told.classList.add("visually-hidden");
    }
    for (const near of document.querySelectorAll("[data-near] input")) near.checked = near.value === select.value;
    tellWaiting(select);
    close();
  }

  // What was typed in full, or leaves one choice only, is that choice; what is only near must be picked.
  function settle() {
    if (isChosen()) return close();
    const { found, isNear } = matching();
    choose(input.value.trim() && !isNear && found.length === 1 ? found[0] : null);
  }

  const keys = {
    ArrowDown() { if (list.hidden) open(); point(Math.min(active + 1, shown.length - 1)); },
    ArrowUp() { if (list.hidden) open(); point(active > 0 ? active - 1 : shown.length - 1); },
    Enter() { if (active < 0) { settle(); return false; } choose(shown[active]); },
    Escape() { if (list.hidden) input.value = ""; settle(); },
  };

  // Gives the plain select back, whatever went wrong.
  function giveBack() {
    box.remove();
    select.id = id;
    select.hidden = false;
    if (help) help.textContent = hint;
  }
  const safely = (act) => (event) => {
    try {
      act(event);
    } catch (error) {
      giveBack();
      throw error;
    }
  };

  input.addEventListener("keydown", safely((event) => {
    const act = event.isComposing ? null : keys[event.key];
    if (act && act() !== false) event.preventDefault();
  }));
  input.addEventListener("input", safely(() => { select.value = ""; tellWaiting(select); open(); }));
  input.addEventListener("click", safely(() => { if (list.hidden) open(); }));
  input.addEventListener("blur", safely(settle));
  list.addEventListener("pointerdown", (event) => event.preventDefault()); // the field keeps the focus
  list.addEventListener("click", safely((event) => {
    const row = event.target.closest("[role=option]");
    if (row) choose(shown[[...list.children].indexOf(row)]);
  }));
  for (const near of document.querySelectorAll("[data-near] input")) {
    near.addEventListener("change", safely(() => choose(choices.find(({ value }) => value === near.value))));
  }

  // On going back browsers fill in the select, and late, but not this field: whoever comes next must see what it holds.
  function follow() {
    if (chosen()) input.value = chosen().name;
    tellWaiting(select);
  }
  window.addEventListener("pageshow", safely(follow));

  // The page changes last, when nothing above has failed.
  try {
    matching();
    input.value = chosen() ? chosen().name : select.dataset.typed || "";
    select.after(box);
    select.id = `${id}_select`;
    select.hidden = true;
    if (help) help.textContent = select.dataset.search;
  } catch (error) {
    giveBack();
    throw error;
  }
}

for (const select of document.querySelectorAll("select[data-search]")) {
  select.addEventListener("change", () => tellWaiting(select)); // before all else: it serves the plain select, too
  enhance(select);
}
