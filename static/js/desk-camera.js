// The camera on the desk, fetched by camera-button.js: opens, reads on and on, tells the desk what it read, and gives its place
// back when it closes.

import { NOTHING, cameras, codeOf, hasTorch, hear, next, open, setTorch } from "./camera.js";
import { makeReader } from "./decoder.js";
import { keep, recall } from "./device.js";
import { keepAwake, letSleep } from "./wake.js";

const GAP = 80; // ms between two looks: twelve a second are enough, and the phone stays cool
const GLOW = 900; // ms that the frame says "read"
const HINT = { aim: "Arahkan ke kode QR", read: "Terbaca", starting: "Membuka kamera…", held: "Kamera sedang ditahan" };

const desk = document.querySelector("[data-desk]");
const part = (name) => desk.querySelector(`[data-${name}]`);
const video = part("camera-picture");

let turn = 0; // raised by whatever starts or stops: what an older turn still waits for is void
let stream = null;
let reader = null;
let seen = NOTHING;
let glow;

// ---- What the officer does -----------------------------------------------------------------------

export function begin() {
  keep("kamera-terbuka", "1");
  start();
  part("camera-close").focus({ preventScroll: true });
  scrollTo(0, 0);
}

function finish() {
  keep("kamera-terbuka", "0");
  stop();
  giveBack();
  part("camera-open").focus();
}

async function change() {
  const other = next(await cameras(navigator.mediaDevices), track().getSettings().deviceId);
  if (!other) return;
  keep("kamera", other);
  start();
}

async function light() {
  const button = part("camera-torch");
  const on = button.getAttribute("aria-pressed") !== "true";
  try {
    await setTorch(track(), on);
    button.setAttribute("aria-pressed", String(on));
  } catch {
    button.hidden = true; // announced, and not there
  }
}

// A hidden page gets no pictures, and another program may want the camera.
function pauseOrGoOn() {
  if (part("camera").hidden) return;
  if (document.hidden) stop();
  else start();
}

// ---- Starting and stopping -----------------------------------------------------------------------

export async function start() {
  stop();
  const mine = turn;
  part("camera-trouble").hidden = true;
  takePlace();
  hint("starting");
  try {
    const opened = await open(recall("kamera"), navigator.mediaDevices);
    if (mine !== turn) return release(opened);
    stream = opened;
    await showPicture();
    if (!reader) reader = await makeReader().catch(unread);
  } catch (error) {
    if (mine === turn) fail(error.kind || "busy");
    return undefined;
  }
  if (mine !== turn) return undefined;
  keepAwake();
  hint("aim");
  return look(mine, 0);
}

function unread() {
  throw Object.assign(new Error("no reader"), { kind: "unread" });
}

async function showPicture() {
  const mine = turn;
  track().addEventListener("ended", () => mine === turn && fail("ended"));
  track().addEventListener("mute", () => mine === turn && hint("held"));
  track().addEventListener("unmute", () => mine === turn && hint("aim"));
  video.srcObject = stream;
  await video.play();
  part("camera").classList.toggle("camera-facing", track().getSettings().facingMode === "user");
  part("camera-torch").setAttribute("aria-pressed", "false");
  part("camera-torch").hidden = !hasTorch(track());
  part("camera-switch").hidden = (await cameras(navigator.mediaDevices)).length < 2;
}

const track = () => stream.getVideoTracks()[0];

function stop() {
  turn += 1;
  letSleep();
  if (stream) release(stream);
  stream = null;
  video.srcObject = null;
}

function release(opened) {
  for (const each of opened.getTracks()) each.stop();
}

function fail(kind) {
  stop();
  giveBack();
  if (kind === "busy") keep("kamera", ""); // the next try takes another one
  const panel = part("camera-trouble");
  panel.textContent = "";
  panel.append(document.querySelector(`template[data-trouble="${kind}"]`).content.cloneNode(true));
  panel.hidden = false;
}

// ---- Reading -------------------------------------------------------------------------------------

const nextFrame = video.requestVideoFrameCallback
  ? (act) => video.requestVideoFrameCallback(act)
  : (act) => requestAnimationFrame(act);

function look(mine, count) {
  const since = performance.now();
  nextFrame(async () => {
    if (mine !== turn) return;
    try {
      told(await reader.read(video, video.videoWidth, video.videoHeight, count), mine);
    } catch {
      if (mine === turn) fail("unread");
    }
    if (mine === turn) setTimeout(() => look(mine, count + 1), Math.max(0, GAP - (performance.now() - since)));
  });
}

function told(text, mine) {
  if (!text || mine !== turn) return;
  const heard = hear(seen, text, performance.now());
  seen = heard.seen;
  if (!heard.isNew) return;
  shine();
  desk.dispatchEvent(new CustomEvent("kode", { detail: { text: codeOf(text) } })); // no text: a code that is none of ours
}

// ---- Showing -------------------------------------------------------------------------------------

function shine() {
  clearTimeout(glow);
  part("camera").classList.add("camera-read");
  hint("read");
  glow = setTimeout(() => {
    part("camera").classList.remove("camera-read");
    hint("aim");
  }, GLOW);
}

// A field that was typed in has drawn the page down to itself: the answer counts most, then the picture.
function bothInSight() {
  if (part("camera").hidden) return;
  for (const each of [part("camera"), part("answer")]) each.scrollIntoView({ block: "nearest" });
}

function hint(kind) {
  part("camera-hint").textContent = HINT[kind];
}

// The camera takes the place of the field, which goes under the answer; the session's line goes last. In the document too, so that
// keys and readers meet them in the order in which they are seen.
function takePlace() {
  if (!part("camera").hidden) return;
  arrange(true);
  part("answer").after(part("entry"));
  part("links").before(part("when"));
}

function giveBack() {
  if (part("camera").hidden) return;
  arrange(false);
  part("camera").before(part("entry"));
  part("over").before(part("when"));
}

function arrange(isOpen) {
  part("camera").hidden = !isOpen;
  part("camera-open").hidden = isOpen;
  desk.closest("main").classList.toggle("desk-with-camera", isOpen);
  for (const words of desk.querySelectorAll("[data-idle]")) words.hidden = hasOther() && (words.dataset.idle === "camera") !== isOpen;
}

const hasOther = () => Boolean(desk.querySelector("[data-idle=camera]"));

part("camera-close").addEventListener("click", finish);
part("camera-switch").addEventListener("click", change);
part("camera-torch").addEventListener("click", light);
document.addEventListener("visibilitychange", pauseOrGoOn);
desk.addEventListener("jawaban", bothInSight);
