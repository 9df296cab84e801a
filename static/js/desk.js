// The desk without reloads: sends each check-in as JSON, shows the answer in its panel, looks people up while typing.
// Nothing here decides anything: the server answers, this page repeats its words.

import { codeIn } from "./codes.js";
import { play } from "./tones.js";

const WAIT = 180; // ms after the last key before looking somebody up
const LEAST = 2;
const LAST = 10;
const EVERY = 15_000; // ms

const desk = document.querySelector("[data-desk]");
const part = (name) => desk.querySelector(`[data-${name}]`);
const form = part("form");
const input = form?.elements.code;
const panel = part("answer");
const matches = part("matches");
const onPhone = matchMedia("(pointer: coarse)").matches;

let unsent = null; // what failed to arrive: the same text again is the same act
let looking = 0;
let timer;

if (form) start();

function start() {
  form.addEventListener("submit", submitted);
  input.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(lookUp, WAIT);
  });
  matches.addEventListener("submit", picked);
  part("undo").addEventListener("submit", undone);
  document.addEventListener("keydown", toInput);
  addEventListener("online", () => connected(true));
  addEventListener("offline", () => connected(false));
  connected(navigator.onLine);
  sound();
  setInterval(renew, EVERY);
}

// ---- What the officer does -----------------------------------------------------------------------

function submitted(event) {
  event.preventDefault();
  clearTimeout(timer);
  const text = input.value.trim();
  const only = matches.querySelectorAll("[name=ref]");
  if (codeIn(text)) send({ kind: "code", code: text }, text);
  else if (only.length === 1 && matches.dataset.words === text) pick(only[0]);
  else lookUp();
}

function picked(event) {
  event.preventDefault();
  pick(event.submitter ?? matches.querySelector("[name=ref]"));
}

function pick(button) {
  send({ kind: "ref", ref: button.value });
}

function undone(event) {
  event.preventDefault();
  send({ kind: "undo", undoes: event.submitter.value });
}

// A scan gun types wherever the cursor is; what it types belongs into the field.
function toInput(event) {
  const typed = event.key.length === 1 && !event.ctrlKey && !event.metaKey && !event.altKey;
  const elsewhere = event.target === document.body || event.target === document.documentElement;
  if (typed && elsewhere && event.key !== " ") input.focus();
}

// ---- Sending -------------------------------------------------------------------------------------

async function send(wish, text = "") {
  const again = unsent && JSON.stringify(unsent.wish) === JSON.stringify(wish);
  const scan = again ? unsent.scan : { ...wish, id: crypto.randomUUID?.() ?? uuid(), at: new Date().toISOString() };
  unsent = { wish, scan };
  const body = JSON.stringify({ device: "meja", sent_at: new Date().toISOString(), scans: [scan] });
  let response;
  try {
    response = await fetch(desk.dataset.record, { method: "POST", body, headers: headers() });
  } catch {
    connected(false);
    return show("unsent", { name: text, note: "Tidak ada sambungan. Tekan Catat sekali lagi." });
  }
  connected(true);
  const answer = await response.json().catch(() => ({}));
  if (!response.ok) return show("unsent", { note: answer.message ?? "Ada gangguan. Coba sekali lagi." });
  unsent = null;
  answered(wish, text, answer);
}

function headers() {
  const cookie = document.cookie.split("; ").find((pair) => /^(__Host-)?csrftoken=/.test(pair));
  const token = cookie ? cookie.split("=")[1] : form.elements.csrfmiddlewaretoken.value;
  return { "Content-Type": "application/json", Accept: "application/json", "X-CSRFToken": token };
}

// randomUUID exists only on secure pages; a desk on a hotel's network may be served without one.
function uuid() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
}

// ---- Showing -------------------------------------------------------------------------------------

function answered(wish, text, { results: [result] }) {
  const mayBeName = wish.kind === "code" && result.outcome === "unknown_code" && /^[a-z]+$/i.test(text);
  if (mayBeName) return lookUp();
  show(result.outcome, { ...result, name: result.name || text });
  if (result.outcome === "undone") forget(wish.undoes);
  else if (result.outcome === "present" || result.outcome === "late") remember(result);
  input.value = "";
  matches.replaceChildren();
  if (onPhone) input.blur(); // the keyboard would cover the answer
  else input.focus();
}

function show(look, { name = "", ormas = "", note = "" }) {
  const template = document.querySelector(`template[data-look="${look}"]`);
  const filled = template.content.cloneNode(true);
  fill(filled, { name, ormas, note });
  const length = name.length + ormas.length / 2;
  const size = length > 110 ? "longest" : length > 60 ? "long" : "";
  if (size) filled.querySelector("[data-name]").classList.add(`answer-name-${size}`);
  panel.className = `answer answer-${template.dataset.colour}`;
  panel.replaceChildren(filled);
  panel.hidden = false;
  panel.scrollIntoView({ block: "nearest" });
  document.title = `${panel.querySelector(".answer-word").textContent.trim()} · Pelatihan Ormas`;
  if (part("sound").dataset.on) play(template.dataset.colour);
}

function fill(where, texts) {
  for (const [key, text] of Object.entries(texts)) where.querySelector(`[data-${key}]`).textContent = text;
}

function remember({ id, outcome, name, ormas, first_at }) {
  const list = part("last");
  const filled = document.querySelector(`template[data-row="${outcome}"]`).content.cloneNode(true);
  const at = new Intl.DateTimeFormat("id", { hour: "2-digit", minute: "2-digit", timeZone: desk.dataset.zone });
  fill(filled, { name, ormas, at: at.format(new Date(first_at)).replace(":", ".") });
  const button = filled.querySelector("button");
  button.value = id;
  button.setAttribute("aria-label", `Urungkan ${name}`);
  list.prepend(filled);
  count(1);
  while (list.children.length > LAST) list.lastElementChild.remove();
  nobody();
}

function forget(id) {
  part("last").querySelector(`button[value="${id}"]`)?.closest("li").remove();
  count(-1);
  nobody();
}

function count(more) {
  part("inside").textContent = Number(part("inside").textContent) + more;
}

// Other desks let people in too.
async function renew() {
  if (document.hidden || part("last").contains(document.activeElement)) return;
  const before = part("inside").textContent;
  try {
    const response = await fetch(`${desk.dataset.desk}?bagian=terakhir`, { headers: { Accept: "text/html" } });
    if (!response.ok || response.redirected || before !== part("inside").textContent) return;
    part("last").outerHTML = await response.text();
    for (const name of ["inside", "expected"]) part(name).textContent = part("last").dataset[`${name}Now`];
    nobody();
    connected(true);
  } catch {
    connected(false);
  }
}

function nobody() {
  const empty = !part("last").children.length;
  part("last").hidden = empty;
  part("nobody").hidden = !empty;
}

function connected(yes) {
  part("online").hidden = !yes;
  part("offline").hidden = yes;
}

// ---- Looking up ----------------------------------------------------------------------------------

async function lookUp() {
  const text = input.value.trim();
  const mine = ++looking;
  if (text.length < LEAST || codeIn(text)) return noMatches();
  const query = new URLSearchParams({ cari: text, bagian: "cari" });
  try {
    const response = await fetch(`${desk.dataset.desk}?${query}`, { headers: { Accept: "text/html" } });
    if (response.redirected) return location.reload();
    const html = await response.text();
    if (mine !== looking) return;
    matches.innerHTML = html;
    matches.dataset.words = text;
    panel.hidden = true;
    connected(true);
  } catch {
    connected(false);
  }
}

function noMatches() {
  matches.replaceChildren();
  panel.hidden = false;
}

// ---- Sound: off until somebody wants it ----------------------------------------------------------

function sound() {
  const button = part("sound");
  const set = (on) => {
    button.dataset.on = on ? "1" : "";
    button.textContent = on ? "Matikan bunyi" : "Nyalakan bunyi";
    localStorage.setItem("bunyi", on ? "1" : "");
  };
  button.hidden = false;
  set(localStorage.getItem("bunyi") === "1");
  button.addEventListener("click", () => {
    set(!button.dataset.on);
    if (button.dataset.on) play("present");
  });
}
