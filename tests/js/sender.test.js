// What each answer means, and when the next try comes.

import assert from "node:assert/strict";
import { test } from "node:test";

import * as waits from "../../static/js/queue.js";
import { makeSender, pause, post, within } from "../../static/js/sender.js";

function answer(status, body, headers = {}) {
  const text = typeof body === "string" ? body : JSON.stringify(body);
  return async () => new Response(text, { status, headers });
}

const posted = (ask, options = {}) => post("/rekam/", { scans: [] }, {}, { ask, ...options });

const OUTCOMES = [
  ["results", answer(200, { results: [{ id: "a" }, null] }), { kind: "answered", results: [{ id: "a" }], clockError: 0 }],
  ["a clock that is wrong", answer(200, { results: [], clock_error: 90 }), { kind: "answered", results: [], clockError: 90 }],
  ["a device that was revoked", answer(401, { error: "revoked", message: "Dicabut." }), { kind: "revoked", message: "Dicabut." }],
  ["a page instead of JSON", answer(200, "<title>Hotel Wi-Fi</title>"), { kind: "away" }],
  ["JSON without results", answer(200, { results: "none" }), { kind: "away" }],
  ["nobody logged in", answer(401, { error: "login_required", message: "Masuk lagi." }), { kind: "login", message: "Masuk lagi." }],
  ["a proxy that wants a password", answer(401, "<h1>401</h1>"), { kind: "login", message: "" }],
  ["a token that is too old", answer(403, { error: "csrf", message: "Muat ulang." }), { kind: "login", message: "Muat ulang." }],
  ["somebody who may not", answer(403, { error: "forbidden", message: "Tidak." }), { kind: "forbidden", message: "Tidak." }],
  ["too many", answer(429, {}, { "Retry-After": "20" }), { kind: "later", after: 20_000 }],
  ["a database that is away", answer(503, {}, { "Retry-After": "5" }), { kind: "later", after: 5_000 }],
  ["503 of a proxy", answer(503, "<h1>503</h1>"), { kind: "later", after: 0 }],
  ["Retry-After as a date", answer(503, {}, { "Retry-After": "Mon, 01 Jan 2029 00:00:00 GMT" }), { kind: "later", after: 0 }],
  ["a wait of a day", answer(429, {}, { "Retry-After": "86400" }), { kind: "later", after: 300_000 }],
  ["a server that breaks", answer(500, { message: "Ada gangguan." }), { kind: "doubted" }],
  ["a server that breaks after answering", answer(500, { results: [] }), { kind: "doubted" }],
  ["a proxy that speaks JSON", answer(504, { message: "Gateway" }), { kind: "away" }],
  ["a proxy without a server", answer(502, "<h1>Bad gateway</h1>"), { kind: "away" }],
  ["a bad item", answer(400, { message: "Tidak terbaca." }), { kind: "refused", message: "Tidak terbaca." }],
  ["too large", answer(413, { message: "Terlalu besar." }), { kind: "refused", message: "Terlalu besar." }],
  ["too large for the proxy", answer(413, "<h1>413</h1>"), { kind: "refused", message: "" }],
  ["a session that is gone", answer(404, { message: "Tidak ada." }), { kind: "refused", message: "Tidak ada." }],
  ["404 of somebody else", answer(404, "<h1>404</h1>"), { kind: "away" }],
  ["no signal", async () => Promise.reject(new TypeError("Failed to fetch")), { kind: "away" }],
];
for (const [name, ask, expected] of OUTCOMES) {
  test(`${name}: ${expected.kind}`, async () => assert.deepEqual(await posted(ask), expected));
}

test("what is posted is JSON with the headers given", async () => {
  let asked;
  const ask = async (address, options) => {
    asked = { address, ...options };
    return new Response("{}");
  };
  await post("/rekam/", { device: "meja" }, { Accept: "application/json" }, { ask });
  assert.deepEqual([asked.address, asked.method, asked.body], ["/rekam/", "POST", '{"device":"meja"}']);
  assert.deepEqual(asked.headers, { Accept: "application/json" });
});

// As fetch does: never answers, and rejects when it is called off.
const never = (_address, { signal }) =>
  new Promise((_resolve, reject) => {
    signal.addEventListener("abort", () => reject(signal.reason));
  });

test("a server that does not answer in time is away", async () => {
  assert.deepEqual(await posted(never, { limit: 5 }), { kind: "away" });
});

const slowBody = async (_address, { signal }) => ({ ok: true, json: () => never("", { signal }) });

test("the time limit covers the body", async () => {
  assert.deepEqual(await posted(slowBody, { limit: 5 }), { kind: "away" });
});

test("what answered in time is not called off afterwards", async (context) => {
  context.mock.timers.enable({ apis: ["setTimeout"] });
  let signal;
  await within(8, "/", {}, async () => 1, async (_address, options) => {
    ({ signal } = options);
  });
  context.mock.timers.tick(9);
  assert.equal(signal.aborted, false);
});

test("pauses grow, end, and differ by chance", () => {
  assert.deepEqual([1, 2, 3, 4, 5, 60].map((failures) => pause(failures, 0)), [1, 2, 4, 8, 15, 15].map((s) => s * 1_000));
  assert.equal(pause(2, 1), 1_000);
});

// ---- Again and again -----------------------------------------------------------------------------

// A sender with a clock that stands: step() lets the timer that is set go off.
function desk(...said) {
  const made = { queue: waits.EMPTY, sent: [], told: [], timers: [], time: 1_000_000 };
  const send = async (items) => {
    made.sent.push(items.map((item) => item.id));
    const next = said.shift() ?? "answered";
    return next === "answered" ? { kind: next, results: items.map(({ id }) => ({ id })) } : next;
  };
  const clock = {
    set: (act, ms) => made.timers.push({ act, ms }) - 1,
    clear: (timer) => delete made.timers[timer],
    now: () => made.time,
    chance: () => 0,
  };
  const keep = (queue) => (made.queue = queue);
  made.sender = makeSender({ read: () => made.queue, write: keep, send, heard: (one) => made.told.push(one.kind), clock });
  made.take = (id) => {
    made.queue = waits.enqueue(made.queue, { kind: "code", code: id }, () => ({ id }));
    made.sender.wake();
  };
  made.step = async () => {
    const timer = made.timers.splice(0).find(Boolean);
    made.time += timer.ms;
    timer.act();
    await settled();
  };
  return made;
}

const settled = () => new Promise((resolve) => setImmediate(resolve));
const begun = async () => {
  for (let turn = 0; turn < 3; turn += 1) await Promise.resolve();
};
const pauses = (made) => made.timers.filter(Boolean).map((timer) => timer.ms);

test("one request at a time, the rest together in the next", async () => {
  const made = desk();
  made.take("a");
  await begun();
  for (const id of ["b", "c"]) made.take(id);
  assert.deepEqual(made.sent, [["a"]]);
  assert.equal(made.sender.isBusy(), true);
  await settled();
  assert.deepEqual(made.sent, [["a"], ["b", "c"]]);
  assert.deepEqual(made.queue.items, []);
  assert.equal(made.sender.isBusy(), false);
  assert.deepEqual(pauses(made), []);
});

test("goes out by itself once the server is back", async () => {
  const made = desk({ kind: "away" }, { kind: "away" }, { kind: "doubted" }, "answered", { kind: "away" });
  made.take("a");
  await settled();
  for (const wait of [1_000, 2_000, 4_000]) {
    assert.deepEqual(pauses(made), [wait]);
    await made.step();
  }
  assert.deepEqual(made.sent, [["a"], ["a"], ["a"], ["a"]]);
  assert.deepEqual(made.told, ["away", "away", "doubted", "answered"]);
  made.take("b");
  await settled();
  assert.deepEqual(pauses(made), [1_000]);
});

test("a new scan tries at once, and takes those before it along", async () => {
  const made = desk({ kind: "away" });
  made.take("a");
  await settled();
  made.take("b");
  await settled();
  assert.deepEqual(made.sent, [["a"], ["a", "b"]]);
  assert.deepEqual(pauses(made), []);
});

test("a server that asks for patience gets it, whatever is scanned meanwhile", async () => {
  const made = desk({ kind: "later", after: 20_000 });
  made.take("a");
  await settled();
  made.time += 5_000;
  made.take("b");
  await settled();
  assert.deepEqual(made.sent, [["a"]]);
  assert.deepEqual(pauses(made), [15_000]);
  await made.step();
  assert.deepEqual(made.sent, [["a"], ["a", "b"]]);
});

test("a busy server that names no time gets a usual pause", async () => {
  const made = desk({ kind: "later", after: 0 });
  made.take("a");
  await settled();
  assert.deepEqual(pauses(made), [1_000]);
});

test("Kirim sekarang does not wait", async () => {
  const made = desk({ kind: "later", after: 20_000 });
  made.take("a");
  await settled();
  made.sender.now();
  await settled();
  assert.deepEqual(made.sent, [["a"], ["a"]]);
});

test("a refused one is set aside and the next goes at once", async () => {
  const made = desk("answered", { kind: "refused", message: "x" });
  made.take("first");
  await settled();
  made.take("bad");
  await begun();
  made.take("good");
  await settled();
  assert.deepEqual(made.sent, [["first"], ["bad"], ["good"]]);
  assert.deepEqual(waits.setAside(made.queue).map((item) => item.id), ["bad"]);
});

test("an answer about nothing that was asked is none", async () => {
  const made = desk({ kind: "answered", results: [{ id: "stranger" }] });
  made.take("a");
  await settled();
  assert.deepEqual(made.told, ["away"]);
  assert.deepEqual(pauses(made), [1_000]);
});

test("without a clock of its own it takes the browser's", async (context) => {
  context.mock.timers.enable({ apis: ["setTimeout", "Date"] });
  let queue = waits.enqueue(waits.EMPTY, { kind: "code", code: "a" }, () => ({ id: "a" }));
  let sent = 0;
  const send = async () => {
    sent += 1;
    return { kind: "away" };
  };
  makeSender({ read: () => queue, write: (changed) => (queue = changed), send, heard: () => {} }).wake();
  await settled();
  context.mock.timers.tick(499);
  assert.equal(sent, 1);
  context.mock.timers.tick(501);
  await settled();
  assert.equal(sent, 2);
});

test("a page that cannot show an answer still sends the rest", async () => {
  const made = desk();
  made.queue = waits.enqueue(made.queue, { kind: "code", code: "a" }, () => ({ id: "a" }));
  made.told.push = () => {
    delete made.told.push;
    throw new Error("no such element");
  };
  const first = made.sender.wake();
  await begun();
  made.take("b");
  await assert.rejects(first, /no such element/);
  await settled();
  assert.deepEqual(made.sent, [["a"], ["b"]]);
});

test("waits for other tabs, and sends what they left", async () => {
  const done = [];
  let queue = waits.EMPTY;
  for (const id of ["a", "b"]) queue = waits.enqueue(queue, { kind: "code", code: id }, () => ({ id }));
  const sender = makeSender({
    read: () => queue,
    write: (now) => (queue = now),
    send: async (items) => {
      done.push(`sent ${items.map(({ id }) => id)}`);
      return { kind: "answered", results: items };
    },
    heard: () => done.push("heard"),
    alone: async (act) => {
      done.push("locked");
      await act();
      done.push("free");
    },
    sync: async () => (queue = waits.drop(queue, "a")),
    begin: async (items) => done.push(`begun ${items.length}`),
  });
  await sender.wake();
  assert.deepEqual(done, ["locked", "begun 1", "sent b", "heard", "free"]);
});

test("when another tab has sent it all, nothing is sent", async () => {
  const made = desk();
  let queue = waits.enqueue(waits.EMPTY, { kind: "code", code: "a" }, () => ({ id: "a" }));
  const read = () => queue;
  const sync = () => (queue = waits.EMPTY);
  await makeSender({ read, write: assert.fail, send: assert.fail, heard: assert.fail, sync }).wake();
  assert.deepEqual(made.sent, []);
});

test("with nothing to send it rests", async () => {
  const made = desk();
  made.sender.wake();
  made.sender.now();
  await settled();
  assert.deepEqual([made.sent, pauses(made)], [[], []]);
});
