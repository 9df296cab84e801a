// What the camera has read, which camera it is, and why there is none.

import assert from "node:assert/strict";
import { test } from "node:test";

import {
  NOTHING, cameras, codeOf, hasTorch, hear, next, open, setTorch, whyNot, wish,
} from "../../static/js/camera.js";

// ---- What it has read ----------------------------------------------------------------------------

test("a bare code is read as it stands", () => assert.equal(codeOf("T0G4R5NG"), codeOf("t0g4-r5ng\n")));

const CODE = "UBUDIUS4";
const MINE = [..."0123456789ABCDEFGHJKMNPQRSTVWXYZ"].map((last) => `K7MPQ4X${last}`).find((code) => codeOf(code));

test("one check character in all the alphabet agrees", () => {
  assert.ok(MINE);
  assert.equal([..."0123456789ABCDEFGHJKMNPQRSTVWXYZ"].filter((last) => codeOf(`K7MPQ4X${last}`)).length, 1);
  assert.equal(codeOf(CODE), "");
});

test("a link that ends in a code is that code", () => {
  const shown = `${MINE.slice(0, 4)}-${MINE.slice(4)}`;
  assert.equal(codeOf(`https://pelatihan.example/k/${shown}/`), MINE);
  assert.equal(codeOf(`http://pelatihan.example/k/${MINE.toLowerCase()}`), MINE);
});

const FOREIGN = {
  "a shop": "https://toko.example/p/12345678",
  "a shop's own word": "https://toko.example/p/promosi",
  "a visiting card": `BEGIN:VCARD\nVERSION:3.0\nFN:Togar\nURL:https://x.example/${MINE}\nEND:VCARD`,
  "a network": `WIFI:T:WPA;S:Hotel;P:${MINE};;`,
  "4 KB of text": `https://x.example/${"a".repeat(4_000)}/${MINE}`,
  "a payment": "00020101021126610014COM.GO-JEK.WWW",
  "a script": `javascript:alert("/${MINE}")`,
  "nothing": "",
  "a code and more": `${MINE} ${MINE}`,
  "a code in a question": `https://x.example/?k=${MINE}`,
};

for (const [what, text] of Object.entries(FOREIGN)) {
  test(`${what} is none of ours`, () => assert.equal(codeOf(text), ""));
}

test("a code behind other signs is none of ours", () => {
  const all = [..."0123456789ABCDEFGHJKMNPQRSTVWXYZ"].map((first) => codeOf(`${first}7${MINE}`));
  assert.deepEqual([...new Set(all)], [""]);
});

test("300 letters are the most", () => {
  const link = (length) => `https://x.example/${"a".repeat(length - 18 - 9)}/${MINE}`;
  assert.equal(link(300).length, 300);
  assert.equal(codeOf(link(300)), MINE);
  assert.equal(codeOf(link(301)), "");
});

// What is new of texts read at so many ms, in this order.
function news(...read) {
  let seen = NOTHING;
  return read.filter(([text, at]) => {
    const heard = hear(seen, text, at);
    ({ seen } = heard);
    return heard.isNew;
  });
}

test("another code within 300 ms is news", () => {
  assert.deepEqual(news(["A", 0], ["B", 250]), [["A", 0], ["B", 250]]);
});

test("the same code within three seconds is none", () => {
  assert.deepEqual(news(["A", 0], ["A", 80], ["A", 2_999 + 80]), [["A", 0]]);
});

test("the same code three seconds later is news", () => {
  assert.deepEqual(news(["A", 0], ["A", 3_000]), [["A", 0], ["A", 3_000]]);
});

test("a card that stays in the picture is read once", () => {
  const held = Array.from({ length: 20 }, (_, place) => ["A", place * 1_000]);
  assert.deepEqual(news(...held), [["A", 0]]);
});

test("two cards in one picture are read once each", () => {
  assert.deepEqual(news(["A", 0], ["B", 100], ["A", 200], ["B", 300], ["A", 400]), [["A", 0], ["B", 100]]);
});

test("what was read long ago is forgotten", () => {
  let { seen } = hear(NOTHING, "A", 0);
  ({ seen } = hear(seen, "B", 5_000));
  assert.deepEqual(Object.keys(seen), ["B"]);
});

// ---- Which one -----------------------------------------------------------------------------------

test("the camera at the back is asked for first, without a microphone", () => {
  assert.equal(wish("").audio, false);
  assert.deepEqual(wish(null).video.facingMode, { ideal: "environment" });
  assert.equal("deviceId" in wish("").video, false);
});

test("the chosen camera is asked for by its name", () => {
  assert.deepEqual(wish("kanan").video.deviceId, { exact: "kanan" });
  assert.equal("facingMode" in wish("kanan").video, false);
});

test("cameras take turns", () => {
  const three = ["a", "b", "c"].map((deviceId) => ({ deviceId }));
  assert.deepEqual(["a", "b", "c", "lepas"].map((present) => next(three, present)), ["b", "c", "a", "a"]);
  assert.equal(next(three.slice(0, 1), "a"), "");
  assert.equal(next([], undefined), "");
});

test("microphones are no cameras", async () => {
  const all = [{ kind: "audioinput" }, { kind: "videoinput", deviceId: "a" }, { kind: "audiooutput" }];
  assert.deepEqual(await cameras({ enumerateDevices: async () => all }), [all[1]]);
});

// ---- Opening -------------------------------------------------------------------------------------

const failing = (name) => Object.assign(new Error(name), { name });
const SAID = {
  NotAllowedError: "refused",
  SecurityError: "refused",
  NotFoundError: "none",
  OverconstrainedError: "none",
  NotReadableError: "busy",
  AbortError: "busy",
  SomethingNewError: "busy",
};

for (const [name, kind] of Object.entries(SAID)) {
  test(`${name} means ${kind}`, async () => {
    assert.equal(whyNot(failing(name)), kind);
    const devices = { getUserMedia: () => Promise.reject(failing(name)) };
    await assert.rejects(open("", devices), { kind });
  });
}

test("an address without https has no cameras to ask for", async () => {
  await assert.rejects(open("", undefined), { kind: "insecure" });
  await assert.rejects(open("", {}), { kind: "insecure" });
});

test("the chosen camera was unplugged: the one at the back takes over", async () => {
  const asked = [];
  const devices = {
    getUserMedia: async (wanted) => {
      asked.push(wanted);
      if (wanted.video.deviceId) throw failing("OverconstrainedError");
      return "gambar";
    },
  };
  assert.equal(await open("lepas", devices), "gambar");
  assert.deepEqual(asked, [wish("lepas"), wish("")]);
});

test("the chosen camera is refused: no other is asked for", async () => {
  let asked = 0;
  const devices = { getUserMedia: () => { asked += 1; return Promise.reject(failing("NotAllowedError")); } };
  await assert.rejects(open("kanan", devices), { kind: "refused" });
  assert.equal(asked, 1);
});

test("a torch is where the camera says so", async () => {
  const asked = [];
  const track = { getCapabilities: () => ({ torch: true }), applyConstraints: async (wanted) => asked.push(wanted) };
  assert.equal(hasTorch(track), true);
  assert.equal(hasTorch({ getCapabilities: () => ({}) }), false);
  assert.equal(hasTorch({}), false); // Firefox
  await setTorch(track, true);
  assert.deepEqual(asked, [{ advanced: [{ torch: true }] }]);
});
