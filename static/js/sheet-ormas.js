// A field in which one writes an organisation: those that fit are listed below it, from the server, and one may be picked.
// What is written and not picked stays as it is written. The ARIA combobox pattern; without this script it is a plain field.

import { within } from "./sender.js";

const PATIENCE = 1_500; // ms
const WAIT = 150; // ms after the last key
const LEAST = 2;

const read = async (response) => (response.ok && !response.redirected ? response.text() : "");

function rowsIn(html) {
  const fresh = document.createElement("template");
  fresh.innerHTML = html;
  return [...fresh.content.querySelectorAll("[data-pick]")];
}

// lookUp: the address that lists organisations.
export function dressOrmas(input, lookUp) {
  const pick = input.form.elements[input.dataset.ormas];
  const list = document.createElement("ul");
  let active = -1;
  let turn = 0;
  let timer = 0;

  Object.assign(list, { id: `${input.id}-daftar`, className: "written-list", hidden: true });
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", "Ormas yang cocok");
  input.after(list);
  const states = { role: "combobox", "aria-expanded": "false", "aria-controls": list.id, "aria-autocomplete": "list" };
  for (const [key, value] of Object.entries(states)) input.setAttribute(key, value);

  function close() {
    clearTimeout(timer);
    turn += 1;
    list.hidden = true;
    active = -1;
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
  }

  async function look() {
    const mine = ++turn;
    const text = input.value.trim();
    if (text.length < LEAST) return close();
    const address = `${lookUp}&${new URLSearchParams({ cari: text })}`;
    const html = await within(PATIENCE, address, { headers: { Accept: "text/html" } }, read).catch(() => "");
    if (mine !== turn || document.activeElement !== input) return null;
    list.textContent = "";
    list.append(...rowsIn(html));
    [...list.children].forEach((row, place) => { row.id = `${list.id}-${place}`; });
    list.hidden = !list.children.length;
    input.setAttribute("aria-expanded", String(!list.hidden));
    return point(-1);
  }

  function point(place) {
    active = place;
    [...list.children].forEach((row, at) => row.setAttribute("aria-selected", String(at === place)));
    if (place < 0) return input.removeAttribute("aria-activedescendant");
    input.setAttribute("aria-activedescendant", list.children[place].id);
    return list.children[place].scrollIntoView({ block: "nearest" });
  }

  function choose(row) {
    input.value = row.dataset.text;
    pick.value = row.dataset.pick;
    close();
    input.dispatchEvent(new Event("change", { bubbles: true }));
  }

  const keys = {
    ArrowDown: () => point(Math.min(active + 1, list.children.length - 1)),
    ArrowUp: () => point(Math.max(active - 1, -1)),
    Enter: () => (active < 0 ? false : choose(list.children[active])),
    Escape: close,
  };
  input.addEventListener("keydown", (event) => {
    if (event.isComposing || list.hidden || !(event.key in keys)) return;
    if (keys[event.key]() !== false) {
      event.preventDefault();
      event.stopPropagation();
    }
  });
  input.addEventListener("input", () => {
    pick.value = "";
    clearTimeout(timer);
    timer = setTimeout(look, WAIT);
  });
  input.addEventListener("blur", close);
  list.addEventListener("pointerdown", (event) => event.preventDefault()); // the field keeps the focus
  list.addEventListener("click", (event) => {
    const row = event.target.closest("[role=option]");
    if (row) choose(row);
  });
}
