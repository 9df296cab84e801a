// What the desk shows: the answer's panel, the last ten, what waits, the word about the connection. Decides nothing.

import { sizeOf } from "./fit.js";

const LAST = 10;
const PATIENCE = 400; // ms before a queue that moves is worth showing

const desk = document.querySelector("[data-desk]");

export const part = (name) => desk.querySelector(`[data-${name}]`);

function copy(kind, value) {
  return document.querySelector(`template[data-${kind}="${value}"]`);
}

function fill(where, texts) {
  for (const [key, text] of Object.entries(texts)) {
    const place = where.querySelector(`[data-${key}]`);
    if (place) place.textContent = text;
  }
}

export function replace(where, ...parts) {
  where.textContent = "";
  where.append(...parts);
}

const time = new Intl.DateTimeFormat("id", { hour: "2-digit", minute: "2-digit", timeZone: desk.dataset.zone });
export const clock = (at) => time.format(new Date(at)).replace(":", ".");

// ---- The answer ----------------------------------------------------------------------------------

const lookOf = (outcome) => copy("look", outcome) || copy("look", "invalid");

let shown = "";

// Shows an answer once: the same one again is neither drawn nor heard.
export function answer(outcome, { name = "", ormas = "", note = "", isCode = false, ref = "" }, id = "") {
  const now = JSON.stringify([outcome, name, note, id]);
  if (now === shown) return;
  shown = now;
  const template = lookOf(outcome);
  const filled = template.content.cloneNode(true);
  fill(filled, { name, ormas, note });
  offerToLetIn(filled, ref);
  const words = filled.querySelector("[data-name]").classList;
  const size = sizeOf(name, ormas, note);
  if (size) words.add(`answer-name-${size}`);
  if (isCode) words.add("answer-code");
  const panel = part("answer");
  panel.className = `answer answer-${template.dataset.colour}`;
  replace(panel, filled);
  panel.scrollIntoView({ block: "nearest" });
  document.title = `${panel.querySelector(".answer-word").textContent.trim()} · Pelatihan Ormas`;
  desk.dispatchEvent(new CustomEvent("jawaban", { detail: { colour: template.dataset.colour } })); // to be heard, and felt
}

// Whoever may answer for somebody finds the way there; the server needs to be within reach.
function offerToLetIn(filled, ref) {
  const act = filled.querySelector("[data-let-in]");
  if (!act || !ref) return;
  act.querySelector("a").href = `${desk.dataset.desk}tanggung/${ref}/`;
  act.hidden = false;
}

// ---- The last ten --------------------------------------------------------------------------------

export function remember({ id, outcome, name, ormas, first_at: at }) {
  const filled = copy("row", outcome).content.cloneNode(true);
  fill(filled, { name, ormas, at: clock(at) });
  const button = filled.querySelector("button");
  button.value = id;
  button.setAttribute("aria-label", `Urungkan ${name}`);
  const list = part("last");
  list.prepend(filled);
  count(1);
  while (list.children.length > LAST) list.lastElementChild.remove();
  nobody();
}

export function forget(id) {
  const button = part("last").querySelector(`button[value="${id}"]`);
  if (button) button.closest("li").remove();
  count(-1);
  nobody();
}

function count(more) {
  part("inside").textContent = Number(part("inside").textContent) + more;
}

// As the server knows it: other desks let people in too, and the session comes to its end.
export function renewLast(html) {
  const fresh = document.createElement("template");
  fresh.innerHTML = html;
  const over = fresh.content.querySelector("[data-over]").innerHTML;
  if (part("over").innerHTML !== over) part("over").innerHTML = over; // it is read aloud once
  part("last").replaceWith(fresh.content.querySelector("[data-last]"));
  for (const name of ["inside", "expected"]) part(name).textContent = part("last").dataset[`${name}Now`];
  nobody();
}

function nobody() {
  const empty = !part("last").children.length;
  part("last").hidden = empty;
  part("nobody").hidden = !empty;
}

// ---- What waits, and what needs a look -----------------------------------------------------------

let patience;
const belumTerkirim = (number) => `${number}\u00a0belum terkirim`;

// Those that wait, with the reason; a queue that moves by itself shows only when it takes long.
export function waitingList(items, why) {
  clearTimeout(patience);
  const draw = () => drawWaiting(items, why);
  if (items.length && !why.word && part("queue").hidden) patience = setTimeout(draw, PATIENCE);
  else draw();
}

function drawWaiting(items, { note, mayLogIn }) {
  const section = part("queue");
  part("queue-count").textContent = belumTerkirim(items.length);
  part("queue-why").textContent = note;
  part("queue-why").hidden = !note;
  part("queue-login").hidden = !mayLogIn;
  redraw(part("waiting"), items, waitingRow);
  section.hidden = items.length === 0;
}

function waitingRow(item) {
  const filled = copy("row", "waiting").content.cloneNode(true);
  fill(filled, { name: item.label, at: clock(item.at) });
  filled.querySelector("[data-name]").classList.toggle("scan-code", Boolean(item.isCode));
  const button = filled.querySelector("button");
  button.value = item.id;
  button.setAttribute("aria-label", `Urungkan ${item.label}`);
  button.hidden = item.wish.kind === "undo" && item.begun;
  return filled;
}

// Rows as they are stay, and keep the focus.
function redraw(list, items, row) {
  const now = items.map(({ id, begun }) => `${id} ${begun}`).join();
  if (list.dataset.items === now) return;
  list.dataset.items = now;
  replace(list, ...items.map(row));
}

// Those that the server will never take, with its reason.
export function asideList(items) {
  part("parked").hidden = items.length === 0;
  part("parked-count").textContent = `${items.length}\u00a0catatan ditahan`;
  redraw(part("aside"), items, asideRow);
  lookAt();
}

function asideRow(item) {
  const filled = copy("row", "parked").content.cloneNode(true);
  fill(filled, { name: item.label, note: item.reason, at: clock(item.at) });
  filled.querySelector("[data-name]").classList.toggle("scan-code", Boolean(item.isCode));
  for (const button of filled.querySelectorAll("button")) button.value = item.id;
  return filled;
}

// An answer that came when its panel already belonged to somebody else.
export function missed(outcome, texts) {
  part("missed").prepend(missedRow(outcome, texts));
  lookAt();
}

function missedRow(outcome, { name, ormas, note, at, isCode }) {
  const look = lookOf(outcome);
  const filled = copy("row", "missed").content.cloneNode(true);
  fill(filled, { name, ormas, note, at, word: look.content.querySelector(".answer-word").textContent.trim() });
  filled.querySelector("[data-name]").classList.toggle("scan-code", Boolean(isCode));
  const badge = filled.querySelector(".status");
  const icon = look.content.querySelector("svg").cloneNode(true);
  icon.setAttribute("class", "icon");
  badge.prepend(icon);
  badge.classList.add(`status-${look.dataset.colour}`);
  return filled;
}

export function lookAt() {
  part("look-at").hidden = !part("missed").children.length;
}

// ---- The connection, and what is unsent ----------------------------------------------------------

// kind: fine, or what trouble the server is in (a template's data-state-look).
export function connection(kind, unsent) {
  const state = part("state");
  replace(part("state-word"), copy("state-look", kind).content.cloneNode(true));
  part("state-note").textContent = unsent ? belumTerkirim(unsent) : "Semua terkirim";
  state.classList.toggle("desk-state-lost", kind !== "fine");
  if (unsent) state.setAttribute("href", "#antrean");
  else state.removeAttribute("href");
}
