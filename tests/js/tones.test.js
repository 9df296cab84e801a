// Each answer sounds its own way; what has no tone is silent.

import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

import { play, pulse, ready } from "../../static/js/tones.js";

let played = [];
let made = 0;
let woken = false;

class Context {
  currentTime = 2;
  state = "suspended";
  destination = "ears";

  constructor() {
    made += 1;
  }

  resume() {
    woken = true;
  }

  createGain() {
    const volume = { connect: () => {}, gain: { setValueAtTime() {}, exponentialRampToValueAtTime() {} } };
    return volume;
  }

  createOscillator() {
    const tone = { frequency: {}, connect: (next) => next, start: (at) => (tone.at = at), stop: (end) => (tone.end = end) };
    played.push(tone);
    return tone;
  }
}

beforeEach(() => {
  globalThis.AudioContext = Context;
  played = [];
});

const sounds = (kind) => {
  play(kind);
  return played.map(({ frequency, at, end }) => [frequency.value, Math.round((at - 2) * 100), Math.round((end - at) * 100)]);
};

test("who is in goes up", () => assert.deepEqual(sounds("present"), [[660, 0, 10], [990, 11, 16]]));

test("who is not in is one low, long growl", () => {
  assert.deepEqual(sounds("refused"), [[196, 0, 60]]);
  assert.equal(played[0].type, "sawtooth");
});

test("there are three sounds, and every colour has one of them", () => {
  const groups = [["present", "late"], ["already", "undone", "saved"], ["refused", "not-open"]];
  const heard = groups.map((colours) => colours.map((colour) => {
    played = [];
    return JSON.stringify(sounds(colour));
  }));
  for (const same of heard) assert.equal(new Set(same).size, 1);
  assert.equal(new Set(heard.flat()).size, 3);
});

test("the three differ in more than pitch: two, three, one", () => {
  assert.deepEqual(["present", "already", "refused"].map((colour) => {
    played = [];
    return sounds(colour).length;
  }), [2, 3, 1]);
});

test("the three are felt apart too", () => {
  const felt = [];
  Object.defineProperty(globalThis, "navigator", { value: { vibrate: (pulses) => felt.push(pulses) }, configurable: true });
  for (const colour of ["present", "already", "refused", "sending"]) pulse(colour);
  assert.deepEqual(felt, [[70], [60, 90, 60, 90, 60], [450]]);
  Object.defineProperty(globalThis, "navigator", { value: {}, configurable: true });
  assert.doesNotThrow(() => pulse("present")); // a laptop
});

test("what has no tone is silent", () => assert.deepEqual(sounds("sending"), []));

test("a sleeping audio context is woken by a touch", () => {
  ready();
  assert.equal(woken, true);
});

test("one audio context serves all", () => {
  play("present");
  play("late");
  assert.equal(made, 1);
});
