// Somebody who is not registered: searches organisations and people of that name while one types. Without a signal what was
// written is kept on this device, and answered by it. Without this script, or when it fails, the page is a plain form.

import { openCopy } from "./copy.js";
import { plain } from "./plain.js";
import { within } from "./sender.js";
import { shelfOfPage, takeDurably } from "./take.js";
import * as rules from "./walk-in-rules.js";

const PATIENCE = 1_500; // ms until the server counts as out of reach
const WAIT = 150; // ms after the last key
const LEAST = 2;
const AS_TEXT = "teks";
const ENTERS = new Set(["present", "late"]);
const BEHIND = { not_open: "Sesi ini belum dibuka.", closed: "Sesi ini sudah ditutup." };
const NOT_KEPT =
  "Tanpa sinyal, dan peramban ini tidak dapat menyimpan catatan. Jangan tutup halaman ini: tekan lagi saat sambungan kembali.";

const form = document.querySelector("[data-walk-in]");
const { name: nameField, ormas: ormasField, phone: phoneField } = form.elements;
const alikeBox = document.querySelector("[data-alike]");
const panel = document.querySelector("[data-answer]");
const list = document.createElement("ul");

let isSent = false;
let isPressed = false; // a finger or a mouse button is down
let copy = null; // of a prepared device, once its PIN was given
let shown = []; // what stands in the list
let active = -1;
let turn = 0;
let timer;

start();

function start() {
  dress();
  nameField.addEventListener("change", () => lookForAlike());
  ormasField.addEventListener("input", typed);
  ormasField.addEventListener("keydown", keyed);
  ormasField.addEventListener("blur", left);
  for (const kind of ["pointerdown", "pointerup", "pointercancel"]) addEventListener(kind, pressed, { capture: true });
  list.addEventListener("pointerdown", (event) => event.preventDefault()); // the field keeps the focus
  list.addEventListener("click", (event) => {
    const row = event.target.closest("[role=option]");
    if (row) choose(shown[[...list.children].indexOf(row)]);
  });
  form.addEventListener("submit", submitted);
  addEventListener("pageshow", () => { isSent = false; });
  openOurs();
}

async function openOurs() {
  try {
    const shelf = await shelfOfPage();
    const said = await openCopy(shelf.store());
    copy = said.copy || null;
  } catch {
    copy = null; // then only what is typed is known
  }
}

// The field becomes a combobox with a list below it.
function dress() {
  Object.assign(list, { id: "ormas-list", className: "walk-list", hidden: true });
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", "Ormas yang cocok");
  ormasField.after(list);
  const states = { role: "combobox", "aria-expanded": "false", "aria-controls": list.id, "aria-autocomplete": "list" };
  for (const [key, value] of Object.entries(states)) ormasField.setAttribute(key, value);
}

// ---- Asking the server ---------------------------------------------------------------------------

const read = async (response) => (response.ok && !response.redirected ? response.text() : null);

// A part of this page: its HTML; null when the server is out of reach, or wants a log-in first.
async function part(which, text) {
  const address = `${location.pathname}?${new URLSearchParams({ bagian: which, cari: text })}`;
  try {
    return await within(PATIENCE, address, { headers: { Accept: "text/html" } }, read);
  } catch {
    return null;
  }
}

// ---- The organisation ----------------------------------------------------------------------------

function typed() {
  unpick();
  clearTimeout(timer);
  timer = setTimeout(lookForOrmas, WAIT);
}

async function lookForOrmas() {
  const text = ormasField.value.trim();
  const mine = ++turn;
  if (text.length < LEAST) return close();
  const html = await part("ormas", text);
  if (mine !== turn || document.activeElement !== ormasField) return null;
  return open(text, html === null ? fromCopy(text) : rowsIn(html));
}

function rowsIn(html) {
  const fresh = document.createElement("template");
  fresh.innerHTML = html;
  return [...fresh.content.querySelectorAll("[data-pick]")].map(({ dataset, textContent }) =>
    ({ pick: dataset.pick, text: dataset.text, label: textContent }));
}

function fromCopy(text) {
  const found = copy ? rules.offered(copy, text) : [];
  return found.map(({ id, name, short }) => ({ pick: id ? String(id) : AS_TEXT, text: name, label: short ? `${name} (${short})` : name }));
}

function open(text, rows) {
  shown = [...rows, { pick: AS_TEXT, text, label: `Tidak ada di daftar: pakai “${text}”` }];
  list.textContent = "";
  shown.forEach(({ label }, place) => {
    const row = document.createElement("li");
    Object.assign(row, { id: `ormas-${place}`, className: "search-option", textContent: label });
    row.setAttribute("role", "option");
    list.append(row);
  });
  list.hidden = false;
  ormasField.setAttribute("aria-expanded", "true");
  point(0);
}

function point(place) {
  active = place;
  [...list.children].forEach((row, at) => row.setAttribute("aria-selected", String(at === place)));
  ormasField.setAttribute("aria-activedescendant", list.children[place].id);
  list.children[place].scrollIntoView({ block: "nearest" });
}

function close() {
  clearTimeout(timer);
  turn += 1;
  list.hidden = true;
  active = -1;
  ormasField.setAttribute("aria-expanded", "false");
  ormasField.removeAttribute("aria-activedescendant");
}

// The list goes when whatever was pressed has been told: what lies below it moves up, and would lose the click.
function left() {
  setTimeout(() => isPressed || document.activeElement === ormasField || close());
}

function pressed({ type }) {
  isPressed = type === "pointerdown";
  if (!isPressed) left();
}

function keyed(event) {
  if (list.hidden || event.isComposing) return;
  const last = shown.length - 1;
  const acts = {
    ArrowDown: () => point(active < last ? active + 1 : 0),
    ArrowUp: () => point(active > 0 ? active - 1 : last),
    Enter: () => choose(shown[active]),
    Escape: close,
  };
  if (!acts[event.key]) return;
  event.preventDefault();
  acts[event.key]();
}

function choose({ pick, text }) {
  close();
  ormasField.value = text;
  field("pick").value = pick;
  field("asked").value = text;
  phoneField.focus();
}

// Other words were typed: what was picked for the ones before counts no more.
function unpick() {
  const offer = form.querySelector(".walk-offered");
  if (offer) offer.remove();
  field("pick").value = "";
}

function field(name) {
  const known = form.querySelector(`input[type=hidden][name=${name}]`);
  if (known) return known;
  const made = Object.assign(document.createElement("input"), { type: "hidden", name });
  form.append(made);
  return made;
}

function picked() {
  const checked = form.querySelector("[name=pick]:checked") || form.querySelector("input[type=hidden][name=pick]");
  const isOfThese = plain(field("asked").value) === plain(ormasField.value);
  return checked && isOfThese && /^\d+$/.test(checked.value) ? Number(checked.value) : null;
}

// ---- Somebody of that name -----------------------------------------------------------------------

// Shows who in the batch has such a name. Says whether the server is within reach, and whether somebody is new.
async function lookForAlike() {
  const name = nameField.value.trim();
  if (name.length < LEAST) return { isReached: true, isNew: false };
  const html = await part("mirip", name);
  if (name !== nameField.value.trim()) return { isReached: html !== null, isNew: false };
  if (html !== null) alikeBox.innerHTML = html;
  return { isReached: html !== null, isNew: html !== null && tellAlike() };
}

function tellAlike() {
  const box = alikeBox.querySelector("[data-refs]");
  const button = form.querySelector("[data-submit]");
  button.textContent = box ? button.dataset.wordAlike : button.dataset.word;
  const seen = form.elements.seen;
  const fresh = box ? box.dataset.refs.split(" ").filter((ref) => ref && !seen.value.includes(ref)) : [];
  seen.value = `${seen.value} ${fresh.join(" ")}`.trim();
  return fresh.length > 0;
}

// The same from the copy of this device. Whether somebody is new.
function tellAlikeHere(name) {
  const found = copy ? rules.alike(copy, name) : [];
  const box = document.querySelector("template[data-alike-here]").content.firstElementChild.cloneNode(true);
  box.dataset.refs = found.map(({ r }) => r).join(" ");
  for (const person of found) {
    const row = document.createElement("li");
    row.textContent = `${person.n}, ${copy.ormasOf(person)}`;
    box.querySelector("[data-rows]").append(row);
  }
  alikeBox.textContent = "";
  if (found.length) alikeBox.append(box);
  const isNew = tellAlike();
  if (isNew) box.focus();
  return isNew;
}

// ---- Sending -------------------------------------------------------------------------------------

async function submitted(event) {
  event.preventDefault();
  if (isSent) return;
  isSent = true;
  const { isReached, isNew } = await lookForAlike();
  if (isReached && !isNew) return form.submit();
  isSent = false;
  if (isNew) return alikeBox.querySelector("[data-refs]").focus();
  return takeHere();
}

async function takeHere() {
  const written = { name: rules.tidy(nameField.value), ormas: rules.tidy(ormasField.value), phone: phoneField.value.trim() };
  const wrong = rules.wrongIn(written);
  tellWrong(wrong);
  if (Object.keys(wrong).length || tellAlikeHere(written.name)) return;
  const outcome = rules.doorSays(form.dataset, Date.now());
  if (ENTERS.has(outcome) && !(await kept(written, outcome))) return;
  answer(outcome, written);
}

async function kept({ name, ormas, phone }, outcome) {
  isSent = true;
  const wish = { kind: "walk_in", name, ormas: picked(), ormas_text: ormas, phone };
  const words = { label: name, shown: outcome };
  const { id, isKept } = await takeDurably({ wish, words, session: Number(form.dataset.session), address: form.dataset.record });
  isSent = isKept;
  if (isKept) document.querySelector("[data-back]").href = `${form.dataset.desk}#jawaban=${id}`; // the desk goes on with it
  else tellWrong({ name: NOT_KEPT });
  return isKept;
}

function tellWrong(wrong) {
  for (const said of form.querySelectorAll("[data-said]")) {
    form.elements[said.dataset.said].removeAttribute("aria-invalid");
    said.remove();
  }
  for (const [name, sentence] of Object.entries(wrong)) {
    const error = document.querySelector("template[data-error]").content.firstElementChild.cloneNode(true);
    error.dataset.said = name;
    error.querySelector("[data-says]").textContent = sentence;
    error.id = `salah-${name}`;
    form.elements[name].setAttribute("aria-invalid", "true");
    form.elements[name].setAttribute("aria-describedby", error.id);
    form.elements[name].before(error);
  }
  const first = Object.keys(wrong)[0];
  if (first) form.elements[first].focus();
}

function answer(outcome, { name, ormas }) {
  const template = document.querySelector(`template[data-look="${outcome}"]`);
  const filled = template.content.cloneNode(true);
  const isIn = ENTERS.has(outcome);
  const clock = new Intl.DateTimeFormat("id", { hour: "2-digit", minute: "2-digit", timeZone: form.dataset.zone });
  const at = clock.format(new Date()).replace(":", ".");
  const note = isIn ? `Disimpan pukul ${at}, dijawab oleh perangkat ini. Belum diverifikasi` : BEHIND[outcome];
  for (const [key, text] of Object.entries({ name, ormas, note })) filled.querySelector(`[data-${key}]`).textContent = text;
  panel.textContent = "";
  panel.className = `answer answer-${template.dataset.colour}`;
  panel.append(filled);
  panel.hidden = false;
  document.querySelector("[data-after]").hidden = !isIn;
  form.hidden = isIn;
  alikeBox.hidden = isIn;
  panel.scrollIntoView({ block: "nearest" });
}
