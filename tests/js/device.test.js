// What a device adds to each check-in.

import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

import { count, headers, keep, recall, uuid } from "../../static/js/device.js";

beforeEach(() => {
  const kept = new Map();
  globalThis.document = { cookie: "" };
  globalThis.localStorage = { getItem: (key) => kept.get(key) ?? null, setItem: (key, value) => kept.set(key, value) };
});

test("ids are random UUIDs of version 4", () => {
  const made = Array.from({ length: 200 }, uuid);
  for (const id of made) assert.match(id, /^[\da-f]{8}-[\da-f]{4}-4[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/);
  assert.equal(new Set(made).size, 200);
});

test("the device counts on from where it was", () => {
  assert.deepEqual([count(), count(), count()], [1, 2, 3]);
});

const refuse = () => {
  throw new Error("The browser keeps nothing.");
};

test("a device that keeps nothing counts as long as the page lives", () => {
  globalThis.localStorage = { getItem: refuse, setItem: refuse };
  assert.deepEqual([recall("bunyi"), count(), count()], [null, 1, 2]);
});

test("what did not fit is known to the page, and forgotten when it fits again", () => {
  const kept = new Map([["bunyi", ""]]);
  globalThis.localStorage = { getItem: (key) => kept.get(key), setItem: refuse };
  keep("bunyi", "1");
  assert.equal(recall("bunyi"), "1");
  globalThis.localStorage.setItem = (key, value) => kept.set(key, value);
  keep("bunyi", "");
  kept.set("bunyi", "from another tab");
  assert.equal(recall("bunyi"), "from another tab");
});

const token = () => headers("of the page")["X-CSRFToken"];

test("the token is the page's own until a cookie says better", () => {
  assert.equal(token(), "of the page");
  document.cookie = "a=b; csrftoken=fresh";
  assert.equal(token(), "fresh");
  document.cookie = "__Host-csrftoken=safe; a=b";
  assert.equal(token(), "safe");
  document.cookie = "xcsrftoken=strange";
  assert.equal(token(), "of the page");
});
