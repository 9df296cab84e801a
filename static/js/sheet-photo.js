// The page on which a phone photographs signed pages: the camera says at once what is wrong, a page that is whole is photographed by
// itself, kept on the phone (sheet-kept.js) and sent (sheet-photo-sender.js).

import { cameras, hasTorch, next, open as openCamera, setTorch } from "./camera.js";
import { makeReader } from "./decoder.js";
import { makeLogIn } from "./desk-login.js";
import { keep, recall, uuid } from "./device.js";
import { makeShelf } from "./sheet-kept.js";
import { advise, lookAt, nameOf, titleOf } from "./sheet-look.js";
import * as view from "./sheet-photo-view.js";
import { makePhotoSender } from "./sheet-photo-sender.js";
import { memory, open as openStore } from "./sheet-photo-store.js";
import { asJpeg, canTake, check, fromFile, readCode, seen, take } from "./sheet-still.js";
import { keepAwake, letSleep } from "./wake.js";

const PREVIEW = { width: 1920, height: 1440 }; // px, where the phone takes a finer photo by itself
const FINEST = { width: 3840, height: 2160 };
const GAP = 60; // ms between two looks
const SLOW = 220; // ms of one look: the next one is at a smaller picture
const [LARGE, SMALL] = [1_440, 1_080]; // px, the picture that is looked at
const STEADY = 3; // looks in a row that find all well
const TRIES = 3; // photos by itself that were not good, before it waits for a hand
const MEMORY = 2_500; // ms for which a code that was read is believed, while the marks stay those of its page
const SOON = [200, 4_000, 10_000, 25_000, 60_000]; // ms after a photo was sent: what came of it
const STRANGE = 10_000; // ms between two questions about a sheet that nobody knows
const TABS = "lembar-foto";

const { page, part } = view;
const { photo: address, send: uploads } = page.dataset;
const known = {}; // printed sheets by their code
const sizes = []; // of their paper
const taken = new Set(); // pages that were photographed, by name
const tabs = globalThis.BroadcastChannel ? new BroadcastChannel(TABS) : null;
const token = part("files").querySelector("[name=csrfmiddlewaretoken]").value;

let turn = 0; // raised by whatever starts or stops: what an older turn still waits for is void
let stream = null;
let reader = null;
let scale = 1; // px of the photo for one of the picture that is looked at
let most = LARGE;
let coded = null; // the code read last: {code, marks: page of the marks, at}
let steady = 0;
let failed = 0; // photos by itself that were not good
let isTaking = false;
let asked = 0; // ms: when the server told last what was printed
let poor = null; // a photo that somebody may use all the same: {photo, code}
let trouble = null; // what the last try to send came to, when it failed

// ---- What was printed ----------------------------------------------------------------------------

// As the server told last, with the page or since.
function learn() {
  Object.assign(known, JSON.parse(document.getElementById("lembar-tercetak").dataset.known));
  const papers = Object.values(known).filter(({ size }) => size).map(({ size }) => [String(size), size]);
  sizes.splice(0, sizes.length, ...new Map(papers).values());
  for (const [sheet, { done }] of Object.entries(known)) for (const number of done) taken.add(nameOf({ sheet, page: number }));
}

// A sheet that the page does not know may have been printed since it was opened.
const askAgain = ({ kind }) => kind === "foreign" && performance.now() - asked > STRANGE && renew();

// ---- The camera ----------------------------------------------------------------------------------

const track = () => stream.getVideoTracks()[0];

async function start() {
  stop();
  const mine = turn;
  view.isOpen(true);
  view.hint({ kind: "starting", words: "Membuka kamera…" });
  try {
    const opened = await openCamera(recall("kamera"), navigator.mediaDevices, canTake() ? PREVIEW : FINEST);
    if (mine !== turn) return release(opened);
    stream = opened;
    await showPicture(mine);
    if (!reader) reader = await makeReader().catch(unread);
  } catch (error) {
    if (mine === turn) fail(error.kind || "busy");
    return undefined;
  }
  if (mine !== turn) return undefined;
  keepAwake();
  return lookOn(mine);
}

function unread() {
  throw Object.assign(new Error("no reader"), { kind: "unread" });
}

async function showPicture(mine) {
  track().addEventListener("ended", () => mine === turn && fail("ended"));
  part("picture").srcObject = stream;
  await part("picture").play();
  scale = (await reachOf(track(), part("picture"))) / Math.min(LARGE, longest(part("picture")));
  part("torch").setAttribute("aria-pressed", "false");
  part("torch").hidden = !hasTorch(track());
  part("switch").hidden = (await cameras(navigator.mediaDevices)).length < 2;
}

const longest = (video) => Math.max(video.videoWidth, video.videoHeight);

// px of the longer side of a photo.
async function reachOf(one, video) {
  if (!canTake()) return longest(video);
  const can = await new globalThis.ImageCapture(one).getPhotoCapabilities().catch(() => null);
  return Math.max(longest(video), can && can.imageWidth ? can.imageWidth.max || 0 : 0);
}

function stop() {
  turn += 1;
  letSleep();
  if (stream) release(stream);
  stream = null;
  part("picture").srcObject = null;
}

function release(opened) {
  for (const each of opened.getTracks()) each.stop();
}

function fail(kind) {
  stop();
  view.isOpen(false);
  if (kind === "busy") keep("kamera", "");
  const panel = part("camera-trouble");
  panel.textContent = "";
  panel.append(document.querySelector(`template[data-trouble="${kind}"]`).content.cloneNode(true));
  panel.hidden = false;
}

// ---- Looking -------------------------------------------------------------------------------------

function lookOn(mine) {
  setTimeout(async () => {
    if (mine !== turn) return;
    if (!isTaking) await lookOnce(mine).catch(() => fail("unread"));
    if (mine === turn) lookOn(mine);
  }, GAP);
}

async function lookOnce(mine) {
  const since = performance.now();
  const look = lookAt(seen(part("picture"), most), sizes);
  const code = await codeFor(look, since);
  if (mine !== turn || isTaking) return;
  if (performance.now() - since > SLOW) most = SMALL;
  if (!look.marks.length) failed = 0; // another sheet is on its way
  const said = advise(look, { code, known, taken, scale });
  steady = said.isGood ? steady + 1 : 0;
  askAgain(said);
  view.corners(look);
  view.hint(steady && failed >= TRIES ? { ...said, words: "Lengkap: ketuk Foto sekarang" } : said);
  view.state(look.marks.length, taken.size);
  if (steady >= STEADY && failed < TRIES) await shoot(mine, true);
}

async function codeFor(look, now) {
  const marks = look.marks.length ? look.marks[0].page : 0;
  if (coded && coded.marks === marks && now - coded.at < MEMORY) return coded.code;
  const code = await readCode(part("picture"), look, reader);
  if (code) coded = { code, marks, at: now };
  return code;
}

// ---- Photographing -------------------------------------------------------------------------------

async function shoot(mine, byItself) {
  if (isTaking || !stream) return;
  isTaking = true;
  poor = null;
  view.hint({ kind: "good", words: "Memotret…" });
  try {
    const photo = await take(part("picture"), track());
    const { look, code } = await check(photo, sizes, reader);
    if (mine === turn) await judge(photo, code, advise(look, { code, known, taken, scale: look.fine }), byItself);
  } catch {
    failed += 1;
    view.hint({ kind: "broken", words: "Fotonya gagal diambil: coba sekali lagi" });
  } finally {
    isTaking = false;
    steady = 0;
    coded = null;
  }
}

function judge(photo, code, said, byItself) {
  if (said.isGood || (said.kind === "again" && !byItself)) return keepPhoto(photo, code, said.isGood ? "kept" : "again");
  if (byItself) {
    failed += 1;
    return view.hint(said);
  }
  poor = { photo, code };
  view.came("poor", said.words);
  return null;
}

async function keepPhoto(photo, code, how) {
  const shelf = await shelfOfPage;
  const name = code && how !== "unsure" ? nameOf(code) : "";
  const title = titleOf(known, code);
  const content = await asJpeg(photo);
  await shelf.add({ id: uuid(), at: new Date().toISOString(), address: uploads, title, name }, content);
  failed = 0;
  if (name) taken.add(name);
  view.came(how, title);
  if (navigator.vibrate) navigator.vibrate(80);
  if (navigator.storage && navigator.storage.persist) navigator.storage.persist().catch(() => null);
  view.keeps(shelf.keeps());
  changed(shelf);
}

async function usePoor() {
  if (!poor) return;
  const { photo, code } = poor;
  poor = null;
  await keepPhoto(photo, code, "unsure");
  part("shoot").focus();
}

// Pictures that were taken before, or by the phone's own camera.
async function files(event) {
  event.preventDefault();
  const input = event.target.elements.berkas;
  const chosen = [...input.files];
  const refused = [];
  if (!reader) reader = await makeReader().catch(() => null);
  for (const file of chosen) {
    // oxlint-disable-next-line no-await-in-loop -- one large picture in memory at a time
    if (!(await takeFile(file).catch(() => false))) refused.push(file.name);
  }
  input.value = "";
  view.refused(refused);
}

async function takeFile(file) {
  const photo = await fromFile(file);
  const { look, code } = await check(photo, sizes, reader);
  const said = advise(look, { code, known, taken, scale: look.fine });
  const how = { good: "kept", again: "again" }[said.kind] || "unsure";
  await keepPhoto(photo, code, how);
  return true;
}

// ---- Sending -------------------------------------------------------------------------------------

const shelfOfPage = openStore().then(async (store) => {
  const shelf = makeShelf(store || memory());
  await shelf.sync();
  for (const name of await shelf.done()) taken.add(name);
  return shelf;
});
const logIn = makeLogIn(document.querySelector("[data-login-panel]"), () => {
  trouble = null;
  ready((shelf, sender) => sender.now());
});
const sending = shelfOfPage.then((shelf) => makePhotoSender({ shelf, token, heard: (said) => told(shelf, said) }));

async function ready(act) {
  act(await shelfOfPage, await sending);
}

async function changed(shelf) {
  view.queue(shelf.read(), trouble);
  tellTabs();
  (await sending).wake();
}

function told(shelf, said) {
  const isDone = said.kind === "answered" || said.kind === "refused";
  trouble = isDone ? null : said;
  logIn.show(said.kind === "login", "Foto tersimpan di ponsel ini. Anda dapat terus memotret.");
  view.queue(shelf.read(), trouble);
  if (isDone) for (const ms of SOON) setTimeout(renew, ms);
  if (isDone) tellTabs();
}

function tellTabs() {
  if (tabs) tabs.postMessage(""); // oxlint-disable-line unicorn/require-post-message-target-origin
}

async function renew() {
  asked = performance.now();
  try {
    const response = await fetch(`${address}?bagian=kiriman`, { headers: { Accept: "text/html" } });
    if (response.ok && !response.redirected) view.sent(await response.text());
    learn();
  } catch {
    // no signal: the list stays as it is
  }
}

const again = (item) => ({ ...item, state: "waiting" });

function queueClicked(event) {
  const button = event.target.closest("button");
  if (!button) return;
  ready(async (shelf, sender) => {
    const now = shelf.read();
    if (button.matches("[data-retry]")) await shelf.write({ ...now, items: now.items.map((item) => (item.id === button.value ? again(item) : item)) });
    if (button.matches("[data-drop]") && confirm("Hapus foto ini dari ponsel?")) await shelf.write({ ...now, items: now.items.filter(({ id }) => id !== button.value) });
    view.queue(shelf.read(), trouble);
    sender.now();
  });
}

// ---- The page ------------------------------------------------------------------------------------

async function light() {
  const on = part("torch").getAttribute("aria-pressed") !== "true";
  try {
    await setTorch(track(), on);
    part("torch").setAttribute("aria-pressed", String(on));
  } catch {
    part("torch").hidden = true; // announced, and not there
  }
}

async function change() {
  const other = next(await cameras(navigator.mediaDevices), track().getSettings().deviceId);
  if (!other) return;
  keep("kamera", other);
  start();
}

// For a time without a signal: this page opens then, too.
async function keepPage() {
  const { keepPages, keptPages, startKeeping } = await import("./kept.js");
  if (!(await startKeeping())) return;
  const [isKept] = await keptPages([address]);
  if (!isKept) await keepPages([address]);
}

function warn(event) {
  if (!view.isHeldByPage()) return;
  event.preventDefault();
  event.returnValue = "";
}

part("torch").addEventListener("click", light);
part("switch").addEventListener("click", change);
part("shoot").addEventListener("click", () => shoot(turn, false));
part("done").addEventListener("click", (event) => event.target.closest("[data-use]") && usePoor());
part("camera-trouble").addEventListener("click", (event) => event.target.closest("[data-camera-again]") && start());
part("files").addEventListener("submit", files);
for (const list of ["queue", "parked"]) part(list).addEventListener("click", queueClicked);
document.addEventListener("visibilitychange", () => {
  if (!part("camera").hidden) (document.hidden ? stop : start)();
});
addEventListener("online", () => ready((_shelf, sender) => sender.now()));
addEventListener("focus", () => ready((_shelf, sender) => sender.wake()));
addEventListener("beforeunload", warn);
if (tabs) tabs.addEventListener("message", () => ready(async (shelf) => {
  await shelf.sync();
  view.queue(shelf.read(), trouble);
}));
ready((shelf, sender) => {
  view.queue(shelf.read(), trouble);
  view.keeps(shelf.keeps());
  sender.wake();
  keepPage().catch(() => null);
});
learn();
start();
