// "Siapkan perangkat": looks at this device, does what can be done by one button, and says what hands must do (ready.js has the words).

import { codeOf, open as openCamera, Trouble } from "./camera.js";
import * as copies from "./copy.js";
import { makeReader } from "./decoder.js";
import { headers, keep, recall } from "./device.js";
import { forgetPages, hasFiles, keepPages, keptPages, startKeeping } from "./kept.js";
import { clockError, lines, sum } from "./ready.js";
import { moment } from "./stale.js";
import { memory, open as openStore, wipe } from "./store.js";

const GAP = 100; // ms between two looks of the camera
const PATIENCE = 20_000; // ms for the service worker to fetch its files
const TEST = "kamera-diuji";
const CLOCK = "jam-dibandingkan";
const ASKED = "Menyiapkan perangkat ini…";

const page = document.querySelector("[data-ready]");
const part = (name) => page.querySelector(`[data-${name}]`);
const all = (name) => [...page.querySelectorAll(`[data-${name}]`)];
const { dataset } = page;
const form = part("form");
const paths = dataset.pages.split(" ").filter(Boolean);

let store = memory();
let facts = null;
let isRevoked = false;

if (form) start();

async function start() {
  store = (await openStore()) || store;
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    once(makeReady);
  });
  part("again").addEventListener("click", () => once(renew));
  part("anew").addEventListener("click", askAnew);
  part("wipe").addEventListener("click", () => sure(true));
  part("wipe-no").addEventListener("click", () => sure(false));
  part("wipe-yes").addEventListener("click", () => once(empty));
  part("camera-stop").addEventListener("click", stopCamera);
  page.querySelector('[data-act="camera"]').addEventListener("click", testCamera);
  addEventListener("pagehide", stopCamera);
  addEventListener("online", () => once(look));
  part("sum-title").textContent = "Memeriksa perangkat ini…";
  part("sum-note").textContent = "";
  await once(look);
}

// ---- One thing at a time -------------------------------------------------------------------------

let busy = null;

// What is pressed twice happens once.
async function once(act) {
  if (busy) return busy;
  for (const button of page.querySelectorAll("[data-go], [data-again], [data-wipe-yes]")) button.setAttribute("aria-disabled", "true");
  busy = act();
  try {
    await busy;
  } finally {
    busy = null;
    for (const button of page.querySelectorAll("[aria-disabled]")) button.removeAttribute("aria-disabled");
  }
  return null;
}

// ---- Asking the server ---------------------------------------------------------------------------

// {status, body, tag}; status 0 when nobody answered, or something else than this site did.
async function ask(address, body) {
  const token = form.elements.csrfmiddlewaretoken.value;
  const options = body ? { method: "POST", body: JSON.stringify(body), headers: headers(token) } : { headers: { Accept: "application/json" } };
  try {
    const response = await fetch(address, { ...options, credentials: "same-origin" });
    return { status: response.status, body: await response.json(), tag: response.headers.get("ETag") || "" };
  } catch {
    return { status: 0, body: {} };
  }
}

// Tells how this device is, and hears what time it is and whether it may go on.
async function tell(more) {
  const asked = Date.now();
  const about = await copies.about(store, now());
  const body = { unsent: facts ? facts.unsent : (await store.numbers()).length, copied_at: about ? about.made_at : null, ...more };
  const { status, body: said } = await ask(dataset.said, body);
  if (status !== 200) return null;
  return { ...said, error: clockError(asked, Date.now(), said.now) };
}

// ---- Looking -------------------------------------------------------------------------------------

// Keeping pages takes the longest, on a slow line; the rest need not wait for it.
async function look() {
  const keeping = Promise.race([startKeeping(dataset.worker), tooLate()]);
  await gather();
  draw();
  const canKeep = await keeping;
  if (canKeep) await keepPages(missing(await keptPages(paths)));
  facts.pages = await keptOf(canKeep);
  draw();
}

async function keptOf(canKeep) {
  const [files, decoder, lacking] = await Promise.all([hasFiles(), isKept(dataset.decoder), keptPages(paths).then(missing)]);
  return { canKeep, hasFiles: files, hasDecoder: decoder, hasPages: lacking.length === 0 };
}

// A worker that cannot be installed says nothing.
const tooLate = () => new Promise((resolve) => setTimeout(resolve, PATIENCE, false));

const missing = (known) => paths.filter((path) => !known.includes(path));

async function gather() {
  const unsent = (await store.numbers()).length;
  facts = facts ? { ...facts, unsent } : { unsent };
  const said = await tell({});
  if (said && said.revoked) await revoked();
  const device = await store.get("device");
  const about = await copies.about(store, now());
  const isMine = Boolean(device && device.slug === dataset.slug && (!said || said.known));
  facts = {
    pages: facts.pages || null,
    copy: { about: isMine && about && about.slug === dataset.slug ? about : null, changed: changedSince(about), canSeal: copies.canSeal() },
    camera: { trouble: "", test: remembered(TEST) },
    storage: { isDurable: store.isDurable, isPersistent: await isPersistent() },
    clock: compared(said),
    battery: await battery(),
    unsent,
    device: isMine ? device : null,
  };
}

// How many changed since this very copy; the page may be one from before it was made anew.
function changedSince(about) {
  const isSame = about && Date.parse(about.made_at) <= Date.parse(dataset.changedSince);
  return isSame ? Number(dataset.changed) : 0;
}

async function isKept(address) {
  return Boolean(globalThis.caches && (await caches.match(address, { ignoreVary: true })));
}

async function isPersistent() {
  const { storage } = navigator;
  return Boolean(storage && storage.persisted && (await storage.persisted()));
}

async function battery() {
  try {
    const found = await navigator.getBattery();
    return { level: found.level, isCharging: found.charging };
  } catch {
    return null; // most browsers do not tell
  }
}

// By how much the clock is wrong, and since when that is known (`at`, by the server's).
function compared(said) {
  if (said) keep(CLOCK, JSON.stringify({ error: said.error, at: Date.parse(said.now) }));
  return remembered(CLOCK);
}

// The time of day as the server has it, as far as it is known.
function now() {
  const last = remembered(CLOCK);
  return Date.now() - (last ? last.error : 0);
}

function remembered(name) {
  try {
    return JSON.parse(recall(name));
  } catch {
    return null;
  }
}

// ---- Making ready --------------------------------------------------------------------------------

async function makeReady() {
  const [label, pin] = [form.elements.label.value.trim(), form.elements.pin.value.trim()];
  refuse("label", "");
  refuse("pin", "");
  doing(ASKED);
  const { status, body } = await ask(dataset.prepare, { label, pin });
  if (status !== 200) return refused(body);
  form.elements.pin.value = "";
  isRevoked = false;
  tellRefusal("");
  doing("Mengunci dan menyalin daftar…");
  if (copies.canSeal()) {
    await copies.begin(store, pin, { slug: dataset.slug, label: body.label, key: body.key, salt: body.salt, rounds: body.rounds });
    await store.set("made", { at: new Date(now()).toISOString(), by: dataset.who });
    await takeCopy();
  }
  all("pin-changed").forEach((note) => note.remove());
  await persist();
  await look();
  doing("");
  part("prepared").hidden = part("prepared").hidden || !facts.device;
  part("sum").focus();
  return null;
}

async function takeCopy() {
  const { status, body, tag } = await ask(dataset.copy);
  if (status !== 200) return false;
  const opened = await copies.keepCopy(store, body, tag);
  return Boolean(opened);
}

async function persist() {
  const { storage } = navigator;
  if (storage && storage.persist) await storage.persist().catch(() => false);
}

// All that can be done without hands: the copy anew where its key is at hand, the pages, the storage.
async function renew() {
  if (facts.device && !(await takeCopy()) && (await copies.openCopy(store, "", now())).kind === "locked") askAnew();
  await persist();
  await look();
}

// ---- Refused, revoked, emptied -------------------------------------------------------------------

const FIELDS = new Set(["label", "pin"]);
const AWAY = "Server tidak terjangkau. Menyiapkan perangkat memerlukan sinyal: coba lagi sebentar lagi.";

function refused({ error, message }) {
  doing("");
  if (FIELDS.has(error)) return refuse(error, message);
  return tellRefusal(message || AWAY);
}

function refuse(field, sentence) {
  const place = page.querySelector(`[data-error="${field}"]`);
  const input = form.elements[field];
  const said = place.querySelector("span") || place.appendChild(document.createElement("span"));
  said.textContent = sentence;
  place.hidden = !sentence;
  if (!sentence) return input.removeAttribute("aria-invalid");
  input.setAttribute("aria-invalid", "true");
  return input.focus();
}

function tellRefusal(sentence) {
  part("refused-note").textContent = sentence;
  part("refused").hidden = !sentence;
}

async function revoked() {
  isRevoked = true;
  await forget();
  await tell({ wiped: true });
  const waits = facts.unsent ? ` ${facts.unsent} catatan yang belum terkirim tetap tersimpan di sini, dan terkirim sesudah ada yang masuk.` : "";
  tellRefusal(`Perangkat ini dicabut oleh panitia. Salinan daftarnya sudah dihapus.${waits}`);
}

async function empty() {
  await tell({ wiped: true });
  await forget();
  sure(false);
  await look();
  part("sum").focus();
}

async function forget() {
  await wipe(store);
  await store.unset("made");
  await forgetPages();
}

function sure(isAsked) {
  part("wipe-sure").hidden = !isAsked;
  part("prepared").hidden = isAsked || !facts.device;
  if (isAsked) part("wipe-sure").focus();
}

function askAnew() {
  part("prepared").hidden = true;
  form.hidden = false;
  form.elements.pin.focus();
}

// ---- The camera ----------------------------------------------------------------------------------

let stream = null;

async function testCamera() {
  if (stream) return;
  part("camera").hidden = false;
  part("camera").focus();
  part("camera").scrollIntoView({ block: "nearest" });
  try {
    stream = await openCamera(recall("kamera"), navigator.mediaDevices);
    const video = part("video");
    video.srcObject = stream;
    await video.play();
    const reader = await makeReader();
    facts.camera = { ...facts.camera, trouble: "" };
    await read(reader, video, stream);
  } catch (error) {
    failed(error instanceof Trouble ? error.kind : "busy");
  }
}

async function read(reader, video, mine, turn = 0) {
  if (stream !== mine) return null;
  const text = await reader.read(video, video.videoWidth, video.videoHeight, turn);
  if (text && stream === mine && (text === dataset.testCode || codeOf(text))) return passed(mine);
  await new Promise((resolve) => setTimeout(resolve, GAP));
  return read(reader, video, mine, turn + 1);
}

function passed(mine) {
  const { facingMode } = mine.getVideoTracks()[0].getSettings();
  const which = { environment: "kamera belakang", user: "kamera depan" }[facingMode] || "";
  const test = { at: now(), which };
  keep(TEST, JSON.stringify(test));
  facts.camera = { trouble: "", test };
  stopCamera();
  draw();
}

function failed(kind) {
  stopCamera();
  const said = document.querySelector(`template[data-trouble="${kind}"]`).content;
  facts.camera = { ...facts.camera, trouble: said.querySelector("p").textContent };
  draw();
}

function stopCamera() {
  if (stream) for (const track of stream.getTracks()) track.stop();
  stream = null;
  part("video").srcObject = null;
  part("camera").hidden = true;
}

// ---- Showing -------------------------------------------------------------------------------------

function draw() {
  const found = lines(facts, { now: now(), zone: dataset.zone });
  for (const [key, line] of Object.entries(found)) drawLine(page.querySelector(`[data-line="${key}"]`), line);
  drawSum(sum(found, { starts: dataset.starts, changed: facts.copy.about ? facts.copy.changed : 0, goodUntil: dataset.goodUntil }));
  drawDevice();
}

const icon = (name) => document.querySelector(`template[data-icon="${name}"]`).content.cloneNode(true);

function put(where, ...nodes) {
  where.textContent = "";
  where.append(...nodes);
}

function drawLine(where, { isFine, word, note }) {
  where.classList.toggle("ready-ok", isFine === true);
  where.classList.toggle("ready-no", isFine === false);
  put(where.querySelector("[data-mark]"), icon(isFine === null ? "unknown" : { true: "fine", false: "bad" }[isFine]));
  where.querySelector("[data-word]").textContent = word;
  where.querySelector("[data-note]").textContent = note;
  const button = where.querySelector("[data-act]");
  if (button) button.hidden = false;
}

function drawSum({ isReady, title, note }) {
  part("sum").classList.toggle("ready-sum-ok", isReady);
  put(part("sum-mark"), icon(isReady ? "fine" : "warning"));
  part("sum-title").textContent = title;
  part("sum-note").textContent = note;
}

async function drawDevice() {
  const { device, copy } = facts;
  const isPrepared = Boolean(device && copy.about) && !part("pin-changed") && !isRevoked;
  const isAsking = !part("wipe-sure").hidden;
  part("prepared").hidden = !isPrepared || isAsking;
  form.hidden = isPrepared;
  if (device && !form.elements.label.value) form.elements.label.value = device.label;
  if (!isPrepared) return;
  part("label").textContent = device.label;
  const made = await store.get("made");
  part("made").textContent = made ? `Disiapkan ${made.by}, ${moment(Date.parse(made.at), now(), dataset.zone)}.` : "";
}

const IDLE = part("doing").textContent;

function doing(sentence) {
  part("doing").textContent = sentence || IDLE;
}
