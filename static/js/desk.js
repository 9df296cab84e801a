// The desk without reloads: takes each check-in at once, keeps it on the device (take.js), sends it in order (sender.js) and
// shows the answer: the server's, and where none comes in time the device's own, from its copy (judge.js).

import { makeClock } from "./clock.js";
import { codeIn, display, isValid, normalise } from "./codes.js";
import * as view from "./desk-view.js";
import { headers, uuid } from "./device.js";
import { ask, makeLookUp } from "./lookup.js";
import { ENTERS, SAVED, stands } from "./outcomes.js";
import * as waits from "./queue.js";
import { SILENCE, heard } from "./scanner.js";
import { makeSender, post } from "./sender.js";
import { alone, shelfOfPage } from "./take.js";

const EVERY = 15_000; // ms
const PATIENCE = 1_500; // ms for the server before the device answers by itself
const STAY = "Perangkat ini tidak dapat menyimpan: mohon jangan menutup halaman ini.";
const TROUBLE = {
  away: "Terkirim sendiri saat sambungan kembali.",
  later: "Sistem sedang sibuk. Terkirim sendiri sebentar lagi.",
  doubted: "Ada gangguan di sistem. Dikirim lagi dengan sendirinya.",
  login: "Terkirim sendiri sesudah Anda masuk.",
  forbidden: "Terkirim sendiri sesudah yang berhak masuk.",
  revoked: "Catatan tetap tersimpan di sini dan terkirim sesudah Anda masuk.",
};
const REVOKED = "Perangkat ini dicabut oleh panitia: salinannya dihapus.";
const TO_LOG_IN = new Set(["login", "revoked"]);
const FOREIGN = {
  name: "Ini bukan kode peserta",
  note: "Pindai kode QR di kartu, surat, atau halaman peserta; atau cari namanya.",
};
const HAND_OVER = (name, at) =>
  `Beri tahu panitia: ${name}, pukul ${at}. Sesudah itu catatan ini tidak lagi ditahan di perangkat ini. Sudah diberitahukan?`;
const UNKNOWABLE = new Set(["not_accepted", "not_open", "closed"]); // as rules.UNKNOWABLE

const { part } = view;
const desk = document.querySelector("[data-desk]");
const form = part("form");
const input = form && form.elements.code;
const panel = part("answer");
const onPhone = matchMedia("(pointer: coarse)").matches;
const here = { session: Number(desk.dataset.session), address: desk.dataset.record };
const tabs = globalThis.BroadcastChannel ? new BroadcastChannel("meja") : new EventTarget();
const clock = makeClock();
const labels = new Map(); // names that this page knows of items, by id
const acts = new Map(); // what this device took and what was said of it, by id, in order

const NO_COPY = { copy: () => null, beat: () => null };

let shelf = null;
let copies = NO_COPY; // of a prepared device (desk-copy.js)
let copySaid = null; // a promise: the copy is open, or nothing opens it by itself
let logIn = null; // the panel, once it is needed (desk-login.js)
let trouble = null; // what the last try came to, when it failed
let revoked = ""; // what was said when this device was revoked, until somebody logs in
let typed = SILENCE;

const queue = () => (shelf ? shelf.read() : waits.EMPTY);
const sender = makeSender({
  read: queue, write: (now) => shelf.write(now), send, heard: told, alone, sync: () => shelf.sync(), begin: (items) => shelf.begin(items),
});
const lookUp = makeLookUp({
  input, matches: part("matches"), panel, address: desk.dataset.desk, reached, lost, byCopy, isCutOff,
});
const ready = form ? shelfOfPage().then((one) => (shelf = one)) : null;

if (form) start();

async function start() {
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
  tabs.addEventListener("message", fromOtherTab);
  setInterval(renew, EVERY);
  await ready;
  copySaid = openCopy().catch(() => null); // a copy that cannot be read is none
  if (!navigator.onLine) lost({ kind: "away" });
  await copySaid;
  showWhatIsLeft();
  sender.wake();
  keepPage().catch(() => null); // without a signal there is nothing to fetch: the next visit does it
}

// Whether this device was prepared, its store knows.
async function openCopy() {
  if (await shelf.store().get("device")) await holdCopy();
}

async function holdCopy() {
  const { makeCopyHolder } = await import("./desk-copy.js");
  copies = makeCopyHolder({
    panel: part("pin-panel"), slug: desk.dataset.slug, prepare: desk.dataset.prepare, zone: desk.dataset.zone, clock,
    unsent: () => queue().items.length, opened: copyOpened, revoked: wiped, stale: view.stale,
  });
  await copies.start(shelf.store());
}

// The server knows this browser as a device, though nothing may lie here any more: it hears that.
async function takeOff(message) {
  await copySaid;
  if (copies === NO_COPY) await holdCopy();
  await copies.takeOff(message);
}

// For a time without a signal: this page opens then, too. (Afterwards the service worker keeps it fresh.)
async function keepPage() {
  const { keepPages, keptPages, startKeeping } = await import("./kept.js");
  if (!(await startKeeping())) return;
  const [isKept] = await keptPages([desk.dataset.desk]);
  if (!isKept) await keepPages([desk.dataset.desk]);
}

// What waited here before this page: those whom the device let in stand in the list, and one may have been taken a page before.
function showWhatIsLeft() {
  for (const item of queue().items) if (!acts.has(item.id)) note(item, item.shown);
  listWhatIsLeft();
  const [, asked] = /^#jawaban=([\w-]+)$/.exec(location.hash) || [];
  if (asked && waits.find(queue(), asked)) {
    shelf.write({ ...queue(), latest: asked });
    history.replaceState(null, "", location.pathname);
    beSoon(asked);
  }
  draw();
}

function listWhatIsLeft() {
  const inside = queue().items.filter((item) => item.session === here.session && ENTERS.has(item.shown));
  const last = inside.splice(-view.LAST);
  for (const { id } of inside) view.countIn(id);
  for (const item of last) view.remember(rowOf(item), { isUnsent: true });
}

// The copy is open: whose the codes are is known now.
function copyOpened() {
  if (!shelf) return;
  listWhatIsLeft();
  draw();
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
  if (event.key === "Tab" && !event.shiftKey && event.target === input && isValid(normalise(input.value))) {
    takeCode(input.value); // a gun so slow that it might be a hand: who leaves the field behind a whole code means it
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
  "[name=undoes]": (button) => takeBack(button.value, button.closest("li").querySelector("[data-name]").textContent),
  "[data-withdraw]": (button) => withdraw(button.value),
  "[data-retry]": (button) => changed(waits.retry(queue(), button.value)),
  "[data-find]": () => input.focus(),
  "[data-hand-over]": (button) => handOver(button.value),
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
  if (shelf) shelf.write({ ...queue(), latest: "" });
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

function takeBack(id, label) {
  if (waits.find(queue(), id)) withdraw(id);
  else undo(id, label);
}

// What the server cannot have heard of is simply not sent.
async function withdraw(id) {
  const item = waits.find(queue(), id);
  if (!item) return;
  const isLatest = id === queue().latest;
  if (!(await shelf.withdraw(id))) return undo(id, labelOf(item));
  if (ENTERS.has((acts.get(id) || {}).outcome)) view.forget(id);
  acts.delete(id);
  if (isLatest) view.answer("undone", { name: labelOf(item), isCode: isCode(item), note: "Tidak jadi dikirim." }, id);
  announce({ kind: "taken" });
  draw();
}

function handOver(id) {
  const item = waits.find(queue(), id);
  if (item && confirm(HAND_OVER(labelOf(item), view.clock(item.at)))) changed(waits.drop(queue(), id));
}

function close(button) {
  button.closest("li").remove();
  view.lookAt();
  input.focus();
}

// What fails before anything is promised leaves the press to the browser: the page's forms do it then.
function take(wish, words) {
  const pressed = { id: uuid(), at: new Date().toISOString() };
  input.value = "";
  lookUp.clear();
  if (onPhone) document.activeElement.blur(); // the keyboard would cover the answer
  else input.focus();
  keepIt(wish, { ...words, ...pressed });
}

async function keepIt(wish, words) {
  await ready;
  const taking = shelf.take(wish, words, here);
  const id = queue().latest;
  if (words.label && !labels.has(id)) labels.set(id, words.label);
  draw();
  const { item, isNew } = await taking;
  if (isNew) announce({ kind: "taken" });
  if (item && item.shown) tellAgain(item);
  else beSoon(id);
  sender.wake();
  draw();
}

function changed(now) {
  shelf.write(now);
  announce({ kind: "taken" });
  sender.wake();
  draw();
}

function warn(event) {
  if (!shelf || shelf.keeps() || !queue().items.length) return;
  event.preventDefault();
  event.returnValue = ""; // what browsers before 2023 ask for
}

// ---- The device answers by itself ----------------------------------------------------------------

function isCutOff() {
  return Boolean(trouble) || !navigator.onLine;
}

function beSoon(id) {
  if (isCutOff()) byDevice(id);
  else setTimeout(byDevice, PATIENCE, id);
}

// Nobody waits for a server: the person is told what the copy says, under the same id. First it is written down.
async function byDevice(id) {
  await Promise.race([copySaid, new Promise((done) => setTimeout(done, PATIENCE))]); // who scans as the page opens waits for it
  const item = waits.find(queue(), id);
  if (!item || item.shown || item.state === "keeping" || item.state === "aside" || id !== queue().latest) return;
  const judged = judge(item, clock.right(item.at));
  note(item, judged.outcome);
  await shelf.write(waits.told(queue(), id, judged.outcome));
  if (!waits.find(queue(), id)) return; // the server has answered meanwhile
  const said = inOurWords(item, judged);
  if (ENTERS.has(judged.outcome)) view.remember({ ...said, id, first_at: clock.right(item.at) }, { isUnsent: true });
  if (judged.outcome === "undone") view.forget(item.wish.undoes);
  if (id === queue().latest) view.answer(judged.outcome, said, id);
  draw();
}

// The same once more, and still unsent: it stays one act, but whoever scans hears how it stands.
function tellAgain(item) {
  const judged = judge(item, clock.now());
  view.answer(judged.outcome, inOurWords(item, judged), `${item.id} ${Date.now()}`);
}

function judge({ wish, session }, at) {
  const copy = copies.copy();
  return copy ? copies.judge({ copy, session, acts: [...acts.values()] }, wish, at) : { outcome: "saved" };
}

function inOurWords(item, judged) {
  const copy = copies.copy();
  if (copy && copy.session(item.session)) {
    return copies.inWords(judged, {
      copy, session: item.session, wish: item.wish, at: clock.right(item.at), clock: view.clock, label: labelOf(item),
    });
  }
  const said = { outcome: judged.outcome, name: labelOf(item), ormas: item.wish.ormas_text || "", isCode: isCode(item) };
  return { ...said, note: trouble ? TROUBLE[trouble.kind] : SAVED };
}

const rowOf = (item) => ({ ...inOurWords(item, { outcome: item.shown, person: personOf(item) }), id: item.id, first_at: clock.right(item.at) });
const personOf = ({ wish }) => (copies.copy() ? copies.whom(copies.copy(), wish) : null);

function note(item, outcome) {
  acts.set(item.id, { id: item.id, session: item.session, wish: item.wish, outcome, at: clock.right(item.at) });
}

// A name that this page or its copy knows, the code, or what it is.
function labelOf(item) {
  const person = personOf(item);
  if (person) return person.n;
  if (labels.has(item.id)) return labels.get(item.id);
  if (item.wish.kind === "code") return display(item.wish.code);
  if (item.wish.kind === "walk_in") return item.wish.name;
  return item.wish.kind === "undo" ? "Presensi yang diurungkan" : "Peserta yang dicari dengan nama";
}

const isCode = (item) => item.wish.kind === "code" && !personOf(item);

// ---- Sending -------------------------------------------------------------------------------------

function send(items) {
  const scans = items.map(({ id, seq, at, wish, shown }) => ({ id, seq, at, ...wish, ...(shown ? { shown } : {}) }));
  const body = { device: "meja", sent_at: new Date().toISOString(), scans };
  return post(items[0].address, body, headers(form.elements.csrfmiddlewaretoken.value));
}

function told(said, items) {
  const failed = TROUBLE[said.kind];
  trouble = failed ? said : null;
  if (said.kind === "revoked") takeOff(said.message).catch(() => null); // the next refusal tries again
  if (said.kind === "answered") {
    clock.learn(said.clockError * 1_000);
    takeIn(said.results, items);
    announce({ kind: "told", results: said.results, items });
    if (!queue().items.length) copies.beat();
  }
  draw();
  if (failed) byDevice(queue().latest);
}

function takeIn(results, items, { isOurs = true } = {}) {
  const sent = new Map(items.map((item) => [item.id, item]));
  for (const result of results) if (sent.has(result.id)) answered(sent.get(result.id), result, isOurs);
}

// What the server says, beside what the device may have said before.
function answered(item, result, isOurs) {
  const { outcome } = result;
  const before = (acts.get(item.id) || {}).outcome || item.shown;
  const isMine = item.id === queue().latest;
  const texts = { ...result, name: result.name || labelOf(item), isCode: !result.name && isCode(item) };
  note(item, outcome);
  if (isMine && !before && isName(item, outcome) && !input.value) return searchInstead(item);
  if (isOurs && (item.bare || !item.shown) && ENTERS.has(before) && UNKNOWABLE.has(outcome)) return sayIt(item, before);
  if (item.session === here.session) list(item, result, before);
  const differs = before && before !== "saved" && !stands(before, outcome);
  const isUnseen = !ENTERS.has(outcome) && outcome !== "undone" && (!isMine || panel.hidden);
  if (differs || (isUnseen && before !== outcome)) view.missed(outcome, { ...texts, at: view.clock(clock.right(item.at)) });
  if (isMine) view.answer(outcome, texts, item.id, { isQuiet: before === outcome });
  return undefined;
}

function list(item, result, before) {
  const { outcome } = result;
  if (ENTERS.has(outcome)) view.remember(result);
  else if (ENTERS.has(before)) view.forget(item.id);
  if (outcome === "undone" && before !== "undone") view.forget(item.wish.undoes);
}

// It went out before the device let somebody in, and was refused: that they are in, the organiser must hear. Once more, as a
// new act; its answer is the one to be looked at.
function sayIt(item, shown) {
  const { id, kept } = shelf.again(item, shown);
  kept.then(sender.wake);
  const again = { ...item, id, shown };
  labels.set(again.id, labelOf(item));
  note(again, shown);
  if (item.session !== here.session) return;
  view.forget(item.id);
  view.remember(rowOf(again), { isUnsent: true });
}

// Eight letters may be a code that nobody has, or the beginning of a name.
function isName({ text }, outcome) {
  return outcome === "unknown_code" && /^[a-z]+$/i.test(text);
}

function searchInstead({ text }) {
  input.value = text;
  lookUp.now();
}

function wiped(message) {
  revoked = message || REVOKED;
  trouble = { kind: "revoked" };
  draw();
}

function loggedIn() {
  trouble = null;
  revoked = "";
  sender.now();
  copies.beat();
  draw();
}

// ---- Other tabs ----------------------------------------------------------------------------------

function announce(said) {
  if (tabs.postMessage) tabs.postMessage(said); // oxlint-disable-line unicorn/require-post-message-target-origin
}

async function fromOtherTab({ data }) {
  if (!shelf) return;
  if (data.kind === "told") takeIn(data.results, data.items.filter(({ id }) => waits.find(queue(), id)), { isOurs: false });
  await shelf.sync();
  draw();
}

// ---- The connection, seen by what else the page asks ---------------------------------------------

function reached() {
  if (queue().items.length) sender.wake();
  else trouble = null;
  draw();
}

function lost(said) {
  if (!trouble) trouble = said;
  draw();
}

// The list as the server knows it: not while something of it is known here alone.
async function renew() {
  if (document.hidden || queue().items.length || part("last").contains(document.activeElement)) return;
  const before = part("inside").textContent;
  const said = await ask(`${desk.dataset.desk}?bagian=terakhir`);
  if (said.kind !== "answered") return lost(said);
  if (before === part("inside").textContent && !queue().items.length) view.renewLast(said.html);
  reached();
}

function byCopy(text) {
  const copy = copies.copy();
  if (!copy) return null;
  return view.matches(copy.search(text), text, { state: stateOf, ormasOf: copy.ormasOf });
}

// What counts of somebody here, as far as this device knows.
function stateOf({ r: ref }) {
  return judge({ wish: { kind: "ref", ref }, session: here.session }, clock.now()).outcome === "already" ? "present" : "";
}

// ---- Showing -------------------------------------------------------------------------------------

function draw() {
  const items = waits.waiting(queue());
  const kind = trouble ? trouble.kind : (items.length && "sending") || "fine";
  const notes = [trouble && trouble.kind === "forbidden" ? trouble.message : "", TROUBLE[kind] || ""];
  if (shelf && !shelf.keeps()) notes.push(STAY);
  view.connection(kind, items.length, waits.setAside(queue()).length);
  view.waitingList(items.length, named(items.slice(0, view.MOST_ROWS)), { word: trouble ? kind : "", note: notes.filter(Boolean).join(" ") });
  view.asideList(named(waits.setAside(queue())));
  if (logIn || mustLogIn()) drawLogIn(items.length);
  const latest = waits.find(queue(), queue().latest);
  if (latest) drawLatest(latest);
}

// Without its script the panel is a plain form.
async function drawLogIn(number) {
  if (!logIn) logIn = import("./desk-login.js").then(logInOf);
  try {
    (await logIn).show(mustLogIn(), loginWords(number));
  } catch {
    logIn = null;
    part("login-panel").hidden = !mustLogIn();
  }
}

const logInOf = ({ makeLogIn }) => makeLogIn(part("login-panel"), loggedIn);
const mustLogIn = () => Boolean(trouble) && TO_LOG_IN.has(trouble.kind);
const loginWords = (number) =>
  [revoked, number ? `${number} catatan tersimpan di perangkat ini.` : "", "Anda dapat terus memindai."].filter(Boolean).join(" ");

const named = (items) => items.map((item) => Object.assign({}, item, { label: labelOf(item), isCode: isCode(item) }));

function drawLatest(item) {
  const texts = { name: labelOf(item), isCode: isCode(item) };
  if (item.state === "aside") view.answer("invalid", { ...texts, note: item.reason }, item.id);
  else if (!item.shown) view.answer("sending", { ...texts, note: "" }, item.id);
}
