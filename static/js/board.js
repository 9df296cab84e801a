// The board renews itself while somebody looks at it: folds, focus and place stay, and only what changed is put in.

import { clock, isAnswer, isEnd, outcome, pause, word } from "./watching.js";

const PATIENCE = 10_000; // ms for one answer

const board = document.querySelector("[data-board]");
const fresh = document.querySelector("[data-fresh]");
const told = document.querySelector("[data-told]");
let tag = board.dataset.tag;
let failures = 0;
let timer = 0;
let isAsking = false;
let said = sum();

async function ask() {
  clearTimeout(timer);
  if (document.hidden || isAsking) return;
  isAsking = true;
  const response = await answer();
  isAsking = false;
  const what = outcome(response);
  failures = isAnswer(what) ? 0 : failures + 1;
  if (what === "new") {
    const html = await response.text().catch(() => null); // it broke off: the next one brings it
    if (html !== null) put(html, response.headers.get("ETag"));
  }
  say(what, response);
  if (!isEnd(what)) timer = setTimeout(ask, pause(failures, response?.headers.get("Retry-After") ?? ""));
}

async function answer() {
  const address = new URL(location.href);
  address.searchParams.set("bagian", "papan");
  const waiting = new AbortController();
  const patience = setTimeout(() => waiting.abort(), PATIENCE);
  try {
    const headers = { Accept: "text/html", "If-None-Match": tag };
    return await fetch(address, { headers, cache: "no-store", signal: waiting.signal });
  } catch {
    return null;
  } finally {
    clearTimeout(patience);
  }
}

function say(what, response) {
  fresh.querySelector("[data-fresh-word]").textContent = word(what, failures);
  fresh.toggleAttribute("data-late", word(what, failures) !== word("same", 0));
  const at = isAnswer(what) && clock(response.headers.get("Date"), Number(fresh.dataset.ahead));
  if (at) fresh.querySelector("[data-fresh-clock]").textContent = at;
}

function put(html, newTag) {
  const made = document.createElement("div");
  made.innerHTML = html;
  renewParts(board, made);
  tag = newTag ?? "";
  if (sum() === said) return;
  said = sum();
  told.textContent = said;
}

function sum() {
  return board.querySelector("[data-sum]")?.textContent.trim().replace(/\s+/g, " ") ?? "";
}

// ---- Only what changed -----------------------------------------------------------------------------

function renew(old, made) {
  if (old.isEqualNode(made)) return;
  for (const { name } of Array.from(old.attributes)) if (!made.hasAttribute(name) && name !== "open") old.removeAttribute(name);
  for (const { name, value } of made.attributes) {
    if (old.getAttribute(name) !== value && name !== "open") old.setAttribute(name, value);
  }
  renewParts(old, made);
}

function renewParts(old, made) {
  const wanted = new Set([...made.children].map(key));
  for (const child of Array.from(old.children)) if (key(child) && !wanted.has(key(child))) child.remove();
  const used = new Set(); // two may have one key: each stands for one
  let place = old.firstChild;
  for (const child of Array.from(made.childNodes)) {
    const same = partner(old, place, child, used);
    used.add(same ?? child);
    if (!same) old.insertBefore(child, place);
    else {
      if (same === place) place = place.nextSibling;
      else old.insertBefore(same, place);
      if (same.nodeType === Node.ELEMENT_NODE) renew(same, child);
      else if (same.data !== child.data) same.data = child.data;
    }
  }
  while (place) {
    const next = place.nextSibling;
    place.remove();
    place = next;
  }
}

// What stands for the same thing: what has its key; without one, what is of its kind at its place.
function partner(old, place, child, used) {
  const isSame = (one) => key(one) === key(child) && one.nodeName === child.nodeName && !used.has(one);
  if (key(child)) return [...old.children].find(isSame);
  const isAlike = place && place.nodeName === child.nodeName && !key(place);
  return isAlike ? place : null;
}

function key(node) {
  return node.dataset?.key ?? "";
}

// ---- A projector alone -----------------------------------------------------------------------------

// The link works by itself; with the browser's own full screen the bars of the browser go, too.
function toScreen(event) {
  if (document.body.classList.contains("page-screen") || !document.documentElement.requestFullscreen) return;
  event.preventDefault();
  document.documentElement.requestFullscreen().then(
    () => document.body.classList.add("page-screen"),
    () => location.assign(event.target.href),
  );
}

function leftScreen() {
  if (!document.fullscreenElement) document.body.classList.toggle("page-screen", isScreen);
}

const isScreen = document.body.classList.contains("page-screen");
document.querySelector("[data-screen]").addEventListener("click", toScreen);
document.addEventListener("fullscreenchange", leftScreen);

// On a projector the names stand in the heads already: folded, more of them are in sight.
if (isScreen || matchMedia("(min-width: 1600px)").matches) {
  for (const fold of board.querySelectorAll("details")) fold.open = false;
}
timer = setTimeout(ask, pause(0));
document.addEventListener("visibilitychange", ask);

export {}; // a module: its names stay its own
