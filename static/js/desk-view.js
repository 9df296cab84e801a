// What the desk shows: the answer's panel, the last ten, what waits, the word about the connection. Decides nothing.

import { sizeOf } from "./fit.js";

export const LAST = 10;
export const MOST_ROWS = 50; // of those that wait; with thousands a page would stand still
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

// Shows an answer once: the same one again is neither drawn nor heard. A quiet one only puts the words right.
export function answer(outcome, { name = "", ormas = "", note = "", isCode = false, ref = "" }, id = "", { isQuiet = false } = {}) {
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
  if (isQuiet) return;
  desk.dispatchEvent(new CustomEvent("jawaban", { detail: { colour: template.dataset.colour } })); // to be heard, and felt
}

// Whoever may answer for somebody finds the way there; the server needs to be within reach.
function offerToLetIn(filled, ref) {
  const act = filled.querySelector("[data-let-in]");
  if (!act || !ref) return;
  act.querySelector("a").href = `${desk.dataset.desk}tanggung/${ref}/`;
  act.hidden = false;
}

// ---- The copy ------------------------------------------------------------------------------------

export function stale(note) {
  part("stale").hidden = !note;
  part("stale-note").textContent = note;
}

// ---- The last ten --------------------------------------------------------------------------------

const counted = new Set(); // whom this page has added to the server's number

// Whom the server, or the device by itself, let in; the same act again only loses its flag.
export function remember({ id, outcome, name, ormas, first_at: at }, { isUnsent = false } = {}) {
  const list = part("last");
  const before = rowWith(id);
  if (counted.has(id) && !before) return;
  const filled = copy("row", outcome).content.cloneNode(true);
  fill(filled, { name, ormas, at: clock(at) });
  const button = filled.querySelector("button");
  button.value = id;
  button.setAttribute("aria-label", `Urungkan ${name}`);
  if (isUnsent) filled.querySelector(".scan-what").append(copy("flag", "unsent").content.cloneNode(true));
  if (before) before.replaceWith(filled);
  else list.prepend(filled);
  countIn(id);
  while (list.children.length > LAST) list.lastElementChild.remove();
  nobody();
}

// One more inside, whom the server's number does not hold.
export function countIn(id) {
  if (!counted.has(id)) count(1);
  counted.add(id);
}

function rowWith(id) {
  const button = part("last").querySelector(`button[value="${id}"]`);
  return button && button.closest("li");
}

export function forget(id) {
  const row = rowWith(id);
  if (row) row.remove();
  counted.delete(id);
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
  counted.clear();
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

// How many wait, the first of them, and the reason; a queue that moves by itself shows only when it takes long.
export function waitingList(number, rows, why) {
  clearTimeout(patience);
  const draw = () => drawWaiting(number, rows, why);
  if (number && !why.word && part("queue").hidden) patience = setTimeout(draw, PATIENCE);
  else draw();
}

function drawWaiting(number, rows, { word, note }) {
  part("queue-count").textContent = belumTerkirim(number);
  part("queue-why").textContent = note;
  part("queue-why").hidden = !note;
  part("queue-login").hidden = word !== "forbidden";
  redraw(part("waiting"), rows, waitingRow);
  part("queue").hidden = number === 0;
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
  const now = items.map(({ id, begun, label }) => `${id} ${begun} ${label}`).join();
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

let soon;
let now;

// kind: fine, sending, or what trouble the server is in (a template's data-state-look). Beside it what has not been sent, else
// what is held back. What is under way shows only when it takes long.
export function connection(kind, unsent, parked) {
  now = { kind, unsent, parked };
  if (kind === "sending" && !soon) soon = setTimeout(drawConnection, PATIENCE);
  else if (kind !== "sending") drawConnection();
}

function drawConnection() {
  clearTimeout(soon);
  soon = undefined;
  const { kind, unsent, parked } = now;
  const state = part("state");
  replace(part("state-word"), copy("state-look", kind).content.cloneNode(true));
  part("state-note").textContent = unsent ? belumTerkirim(unsent) : (parked && `${parked}\u00a0ditahan`) || "Semua terkirim";
  state.classList.toggle("desk-state-lost", kind !== "fine" || parked > 0);
  if (unsent || parked) state.setAttribute("href", unsent ? "#antrean" : "#ditahan");
  else state.removeAttribute("href");
}

// ---- Whom the copy finds -------------------------------------------------------------------------

// Rows as the server makes them (desk/includes/matches.html). state(person) says what counts in this session.
export function matches({ people, more }, text, { state, ormasOf }) {
  if (!people.length) {
    const none = copy("say", "none").content.cloneNode(true);
    fill(none, { words: text });
    return none;
  }
  const filled = copy("say", "found").content.cloneNode(true);
  filled.querySelector("ul").append(...people.map((found) => matchRow(found, state(found.person), ormasOf(found.person))));
  const left = filled.querySelector("[data-more]");
  left.hidden = !more;
  left.textContent = `Ada ${more} lagi. Ketik lebih lengkap.`;
  return filled;
}

function matchRow({ person, codeEnd }, state, ormas) {
  const filled = copy("row", "match").content.cloneNode(true);
  fill(filled, { name: person.n, ormas, "code-end": codeEnd });
  filled.querySelector("[data-code]").hidden = !codeEnd;
  const button = filled.querySelector("button");
  button.value = person.r;
  const badge = person.s === "accepted" || state ? copy("badge-state", state || "none") : copy("badge-status", person.s);
  button.append(badge.content.cloneNode(true));
  return filled;
}
