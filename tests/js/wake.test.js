// The screen stays awake while the camera reads, also after somebody looked at another page.

import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

const heard = {};
globalThis.document = { hidden: false, addEventListener: (name, act) => (heard[name] = act) };
const { keepAwake, letSleep } = await import("../../static/js/wake.js");

let taken = [];

function systemGives(request) {
  Object.defineProperty(globalThis, "navigator", { value: request ? { wakeLock: { request } } : {}, configurable: true });
}

function aLock() {
  const lock = { released: false, addEventListener: (_, act) => (lock.act = act), release: () => { lock.released = true; lock.act(); } };
  taken.push(lock);
  return lock;
}

beforeEach(() => {
  letSleep();
  taken = [];
  document.hidden = false;
  systemGives(async () => aLock());
});

test("it is taken once, and let go of", async () => {
  await keepAwake();
  await keepAwake();
  letSleep();
  assert.deepEqual(taken.map(({ released }) => released), [true]);
});

test("it is taken again when the page is back", async () => {
  await keepAwake();
  taken[0].release(); // as the system does when the page is hidden
  document.hidden = true;
  await heard.visibilitychange();
  assert.equal(taken.length, 1);
  document.hidden = false;
  await heard.visibilitychange();
  assert.deepEqual(taken.map(({ released }) => released), [true, false]);
});

test("who closed the camera may let it sleep, also when the page comes back", async () => {
  await keepAwake();
  letSleep();
  await heard.visibilitychange();
  assert.equal(taken.length, 1);
});

test("a lock that comes too late is given back", async () => {
  const asked = keepAwake();
  letSleep();
  await asked;
  assert.deepEqual(taken.map(({ released }) => released), [true]);
});

test("a system that refuses, or knows none, disturbs nobody", async () => {
  systemGives(() => Promise.reject(new Error("battery")));
  await keepAwake();
  systemGives(null);
  await keepAwake();
  assert.deepEqual(taken, []);
});
