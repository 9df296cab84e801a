// A device's clock may be wrong, and may be set while the desk is open.

import assert from "node:assert/strict";
import { test } from "node:test";

import { makeClock } from "../../static/js/clock.js";

const HOUR = 3_600_000;

function clocks() {
  const made = { wall: 10 * HOUR, running: 0 };
  made.pass = (ms) => {
    made.wall += ms;
    made.running += ms;
  };
  made.clock = makeClock({ wall: () => made.wall, running: () => made.running });
  return made;
}

test("until the server says otherwise the device's clock is right", () => {
  const { clock } = clocks();
  assert.deepEqual([clock.now(), clock.ahead()], [10 * HOUR, 0]);
});

test("what the server tells is taken away", () => {
  const { clock } = clocks();
  clock.learn(3 * HOUR);
  assert.equal(clock.now(), 7 * HOUR);
  assert.equal(clock.right(new Date(10 * HOUR).toISOString()), 7 * HOUR);
});

test("a clock set back in the middle is noticed", () => {
  const made = clocks();
  made.clock.learn(HOUR);
  made.pass(1_000);
  made.wall -= 2 * HOUR;
  assert.equal(made.clock.now(), 9 * HOUR + 1_000);
  made.pass(1_000);
  assert.equal(made.clock.now(), 9 * HOUR + 2_000);
});

test("a device that slept was not set, and a few seconds are none", () => {
  const made = clocks();
  made.wall += 5 * HOUR;
  assert.equal(made.clock.now(), 15 * HOUR);
  made.wall -= 20_000;
  assert.equal(made.clock.ahead(), 0);
});

test("without clocks of its own it takes the browser's", () => {
  assert.ok(Math.abs(makeClock().now() - Date.now()) < 1_000);
});
