// The screen in the room: renews the code and the numbers, and takes the code away when it cannot be renewed.

import { EVERY, LIMIT, isDue, kindOf, renewed, shown, wantsAll } from "./room-rules.js";
import { pause, within } from "./sender.js";
import { keepAwake } from "./wake.js";

const TICK = 250; // ms

const room = document.querySelector("[data-room]");
const part = (name) => document.querySelector(`[data-part="${name}"]`);
const PARTS = ["code", "time", "side", "tools"];
const served = new Map(PARTS.map((name) => [name, part(name).innerHTML])); // as it came: the script changes what stands there
const trouble = room.querySelector("[data-trouble]");
const full = document.querySelector("[data-full]");

let answer = read(room, moment());
let asked = answer.since;
let etag = room.dataset.etag;
let failures = 0;
let wait = EVERY;
let why = "";
let isAsking = false;

function moment() {
  return { running: performance.now(), wall: Date.now() };
}

function read({ dataset }, since) {
  const { state, at, left, grace, window: length } = dataset;
  return { state, at: Date.parse(at), zone: room.dataset.zone, left: Number(left), grace: Number(grace), window: Number(length), since };
}

// ---- Asking --------------------------------------------------------------------------------------

async function ask() {
  isAsking = true;
  asked = moment();
  const since = asked;
  const known = wantsAll(answer, since) ? "" : etag;
  const options = { headers: { Accept: "text/html", "If-None-Match": known }, cache: "no-store" };
  const said = await within(LIMIT, `${room.dataset.room}?bagian=kode`, options, readAnswer).catch(() => ({ kind: "away" }));
  isAsking = false;
  take(said, since);
  draw();
}

async function readAnswer(response) {
  const { status, redirected, headers } = response;
  const holder = document.createElement("template");
  if (status === 200 && !redirected) holder.innerHTML = await response.text();
  const fresh = holder.content.querySelector("[data-room-parts]");
  return { kind: kindOf({ status, redirected, isOurs: fresh !== null }), fresh, tag: headers.get("ETag"), after: Number(headers.get("Retry-After")) * 1_000 };
}

function take({ kind, fresh, tag, after }, since) {
  const isFine = kind === "fresh" || kind === "same";
  why = isFine ? "" : kind;
  failures = isFine ? 0 : failures + 1;
  wait = isFine ? EVERY : Math.max(after || 0, pause(failures, Math.random()), EVERY);
  if (kind === "same") answer = renewed(answer, since);
  if (kind !== "fresh") return;
  answer = read(fresh, since);
  etag = tag;
  for (const name of PARTS) replace(name, fresh.querySelector(`[data-part="${name}"]`).innerHTML);
}

function replace(name, html) {
  if (served.get(name) === html) return;
  served.set(name, html);
  const place = part(name);
  const { id } = place.contains(document.activeElement) ? document.activeElement : {};
  place.innerHTML = html;
  const again = id && document.getElementById(id);
  if (again) again.focus();
}

// ---- Showing -------------------------------------------------------------------------------------

function draw() {
  const now = shown(answer, why, moment());
  for (const name of ["code", "time"]) part(name).hidden = now.panel !== null || (name === "time" && !now.hasCode);
  for (const place of room.querySelectorAll("[data-with-code]")) place.hidden = !now.hasCode;
  write("[data-clock]", now.clock);
  write("[data-time]", now.time);
  write("[data-as-of]", now.asOf);
  const bar = room.querySelector("[data-bar]");
  if (bar) bar.setAttribute("width", now.share);
  tell(now.panel);
}

function write(where, text) {
  const place = room.querySelector(where);
  if (place && place.textContent !== text) place.textContent = text;
}

function tell(panel) {
  const said = panel ? panel.word + panel.text : "";
  if (trouble.dataset.said === said) return;
  trouble.dataset.said = said;
  const { word, text, next, link } = panel || {};
  for (const [name, words] of Object.entries({ word, text, next })) trouble.querySelector(`[data-${name}]`).textContent = words || "";
  for (const way of trouble.querySelectorAll("[data-way]")) way.hidden = way.dataset.way !== link;
  trouble.hidden = !panel;
}

// ---- Always --------------------------------------------------------------------------------------

function tick() {
  if (!document.hidden && !isAsking && isDue(answer, asked, moment(), wait)) ask();
  draw();
}

function atOnce() {
  wait = 0;
  tick();
}

async function toggleFull() {
  try {
    await (document.fullscreenElement ? document.exitFullscreen() : document.documentElement.requestFullscreen());
  } catch {
    // a browser that allows it to nobody here
  }
}

full.addEventListener("click", toggleFull);
document.addEventListener("visibilitychange", atOnce);
addEventListener("online", atOnce);
addEventListener("pageshow", atOnce); // a page that comes back from the browser's memory
full.hidden = !document.fullscreenEnabled;
setInterval(tick, TICK);
keepAwake();
draw();
