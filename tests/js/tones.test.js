// Each answer sounds its own way; what has no tone is silent.

import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

import { play } from "../../static/js/tones.js";

let played = [];
let made = 0;

class Context {
  currentTime = 2;
  destination = "ears";

  constructor() {
    made += 1;
  }

  resume() {}

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
  return played.map(({ frequency, at, end }) => [frequency.value, at - 2, Math.round((end - at) * 100)]);
};

test("present is one high tone", () => assert.deepEqual(sounds("present"), [[880, 0, 12]]));

test("refused is one low, long tone", () => assert.deepEqual(sounds("refused"), [[220, 0, 40]]));

test("no two kinds that ask for different acts sound alike", () => {
  const kinds = ["present", "late", "already", "refused", "undone"].map((kind) => {
    played = [];
    return JSON.stringify(sounds(kind));
  });
  assert.equal(new Set(kinds).size, kinds.length);
});

test("what has no tone is silent", () => assert.deepEqual(sounds("sending"), []));

test("one audio context serves all", () => {
  play("present");
  play("late");
  assert.equal(made, 1);
});
