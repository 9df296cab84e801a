// The desk without reloads: takes each check-in at once, sends them in order (queue.js, sender.js), shows the answers.
// Nothing here decides who is in: the server answers, this page repeats its words.

import { codeIn, display, normalise } from "./codes.js";
import * as view from "./desk-view.js";
import { count, headers, uuid } from "./device.js";
import { ask, makeLookUp } from "./lookup.js";
import * as waits from "./queue.js";
import { SILENCE, heard } from "./scanner.js";
import { makeSender, post } from "./sender.js";

const EVERY = 15_000; // ms
const FINE = { word: "", note: "" };
const STAY = "Mohon jangan menutup halaman ini.";
const TROUBLE = {
  away: { word: "Tanpa sinyal", note: `Terkirim sendiri saat sambungan kembali. ${STAY}` },
  later: { word: "Sistem sibuk", note: `Terkirim sendiri sebentar lagi. ${STAY}` },
  doubted: { word: "Ada gangguan", note: `Dikirim lagi dengan sendirinya. ${STAY}` },
  login: { word: "Perlu masuk", note: `Terkirim sendiri sesudah Anda masuk. ${STAY}`, mayLogIn: true },
  forbidden: { word: "Tidak berhak", note: `Terkirim sendiri sesudah yang berhak masuk. ${STAY}`, mayLogIn: true },
};
const FOREIGN = {
  name: "Ini bukan kode peserta",
  note: "Pindai kode QR di kartu, surat, atau halaman peserta; atau cari namanya.",
};
const COUNTED = new Set(["present", "late"]);

const { part } = view;
const desk = document.querySelector("[data-desk]");
const form = part("form");
const input = form && form.elements.code;
const panel = part("answer");
const onPhone = matchMedia("(pointer: coarse)").matches;

let queue = waits.EMPTY;
let trouble = null; // what the last try came to, when it failed
let typed = SILENCE;

const sender = makeSender({ read: () => queue, write: keep, send, heard: told });
const lookUp = makeLookUp({
  input, matches: part("matches"), panel, address: desk.dataset.desk, reached, lost,
});

if (form) start();

function start() {
  document.addEventListener("keydown", orElse(keyed), { capture: true });
  form.addEventListener("submit", orElse(submitted));
  input.addEventListener("input", lookUp.soon);
  desk.addEventListener("click", orElse(clicked));
  desk.addEventListener("kode", scanned);
  addEventListener("beforeunload", warn);
  addEventListener("online", sender.now);
  addEventListener("offline", () => lost({ kind: "away" }));
  addEventListener("focus", sender.wake); // somebody may have logged in meanwhile, in another tab
  document.addEventListener("visibilitychange", sender.wake);
  setInterval(renew, EVERY);
  if (!navigator.onLine) lost({ kind: "away" });
}

// ---- What the officer does -----------------------------------------------------------------------

// What one of these has not taken, or has failed in, the browser does: the page is made of plain forms, and works by them.
function orElse(act) {
  return (event) => {
    if (act(event)) event.preventDefault();
  };
}

function submitted() {
  const text = input.value.trim();
  const only = lookUp.only(text);
  if (codeIn(text)) takeCode(text);
  else if (only) pick(only);
  else lookUp.now();
  return true;
}

// A scan gun types wherever the focus is, and ends with Enter or Tab: neither may press a button or leave a name behind.
function keyed(event) {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || event.repeat) return false;
  const { typed: now, burst } = heard(typed, event.key, event.timeStamp);
  typed = now;
  if (burst && codeIn(burst)) {
    event.stopPropagation();
    leaveNothing(event.target, burst);
    takeCode(burst);
    return true;
  }
  if (event.key.length === 1 && event.key !== " " && !event.target.closest("input, textarea, select")) {
    input.focus(); // the key, and the Enter behind it, go there
  }
  return false;
}

// What a gun typed into another field, a password's say, does not stay there.
function leaveNothing({ value = "" }, burst) {
  if (document.activeElement !== input && value.endsWith(burst)) document.activeElement.value = value.slice(0, -burst.length);
}

const BUTTONS = {
  "[name=ref]": (button) => pick(button),
  "[name=undoes]": (button) => undo(button.value, button.closest("li").querySelector("[data-name]").textContent),
  "[data-withdraw]": (button) => withdraw(button.value),
  "[data-retry]": (button) => changed(waits.retry(queue, button.value)),
  "[data-close]": (button) => close(button),
  "[data-send-now]": () => sender.now(),
};

function clicked(event) {
  const button = event.target.closest("button");
  const kind = button && Object.keys(BUTTONS).find((selector) => button.matches(selector));
  if (kind) BUTTONS[kind](button);
  return Boolean(kind);
}

// The camera has read a code, or (no text) a QR code that is none of ours: that one goes nowhere.
function scanned({ detail: { text } }) {
  if (text) return takeCode(text);
  queue = { ...queue, latest: "" };
  return view.answer("invalid", FOREIGN);
}

function takeCode(text) {
  const code = normalise(text);
  take({ kind: "code", code }, { label: display(code), text, isCode: true });
}

function pick(button) {
  take({ kind: "ref", ref: button.value }, { label: button.querySelector(".scan-name").textContent });
}

function undo(id, label) {
  take({ kind: "undo", undoes: id }, { label });
}

// What the server cannot have heard of is simply not sent.
function withdraw(id) {
  const item = waits.find(queue, id);
  if (!item) return;
  if (!waits.isUnheard(queue, id)) return undo(id, item.label);
  if (id === queue.latest) view.answer("undone", { ...item, name: item.label, note: "Tidak jadi dikirim." }, id);
  changed(waits.drop(queue, id));
}

function close(button) {
  button.closest("li").remove();
  changed(waits.drop(queue, button.value));
  input.focus();
}

function take(wish, words) {
  queue = waits.enqueue(queue, wish, () => ({ ...words, id: uuid(), seq: count(), at: new Date().toISOString() }));
  input.value = "";
  lookUp.clear();
  changed(queue);
  if (onPhone) document.activeElement.blur(); // the keyboard would cover the answer
  else input.focus();
}

function keep(now) {
  queue = now;
}

function changed(now) {
  keep(now);
  sender.wake();
  draw();
}

function warn(event) {
  if (!queue.items.length) return;
  event.preventDefault();
  event.returnValue = ""; // what browsers before 2023 ask for
}

// ---- Sending -------------------------------------------------------------------------------------

function send(items) {
  const scans = items.map(({ id, seq, at, wish }) => ({ id, seq, at, ...wish }));
  const body = { device: "meja", sent_at: new Date().toISOString(), scans };
  return post(desk.dataset.record, body, headers(form.elements.csrfmiddlewaretoken.value));
}

function told(said, items) {
  const failed = TROUBLE[said.kind];
  trouble = failed ? said : null;
  if (said.kind === "answered") {
    for (const result of said.results) answered(items.find((item) => item.id === result.id), result);
  }
  draw();
}

function answered(item, result) {
  const { outcome } = result;
  const isMine = item.id === queue.latest;
  const texts = { ...result, name: result.name || item.label, isCode: !result.name && item.isCode };
  if (isMine && isName(item, outcome) && !input.value) return searchInstead(item);
  if (COUNTED.has(outcome)) view.remember(result);
  else if (outcome === "undone") view.forget(item.wish.undoes);
  else if (!isMine || panel.hidden) view.missed(outcome, { ...texts, at: view.clock(item.at) });
  if (isMine) view.answer(outcome, texts, item.id);
}

// Eight letters may be a code that nobody has, or the beginning of a name.
function isName({ text }, outcome) {
  return outcome === "unknown_code" && /^[a-z]+$/i.test(text);
}

function searchInstead({ text }) {
  input.value = text;
  lookUp.now();
}

// ---- The connection, seen by what else the page asks ---------------------------------------------

function reached() {
  if (queue.items.length) sender.wake();
  else trouble = null;
  draw();
}

function lost(said) {
  if (!trouble) trouble = said;
  draw();
}

async function renew() {
  if (document.hidden || part("last").contains(document.activeElement)) return;
  const before = part("inside").textContent;
  const said = await ask(`${desk.dataset.desk}?bagian=terakhir`);
  if (said.kind !== "answered") return lost(said);
  if (before === part("inside").textContent) view.renewLast(said.html);
  reached();
}

// ---- Showing -------------------------------------------------------------------------------------

function draw() {
  const why = trouble ? TROUBLE[trouble.kind] : FINE;
  const said = trouble && trouble.kind === "forbidden" ? { ...why, note: `${trouble.message} ${why.note}` } : why;
  const items = waits.waiting(queue);
  view.connection(trouble ? trouble.kind : "fine", items.length);
  view.waitingList(items, said);
  view.asideList(waits.setAside(queue));
  const latest = waits.find(queue, queue.latest);
  if (latest) drawLatest(latest, said);
}

function drawLatest(item, { note, mayLogIn }) {
  const texts = { name: item.label, note, isCode: item.isCode };
  const firstTry = !trouble || (sender.isBusy() && item.failures === 0);
  if (item.state === "aside") view.answer("invalid", { ...texts, note: item.reason }, item.id);
  else if (firstTry) view.answer("sending", { ...texts, note: "" }, item.id);
  else view.answer(mayLogIn ? "login" : "unsent", texts, item.id);
}
