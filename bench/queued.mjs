// A device that comes back with a long queue: the desk's own queue and sender against the server, as the page runs them, without
// the store. Reads {origin, cookie, csrf, items} and says {seconds, posts: [items in each], outcomes}.

import { EMPTY } from "../static/js/queue.js";
import { makeSender, post } from "../static/js/sender.js";

const read = async () => {
  let text = "";
  for await (const piece of process.stdin) text += piece;
  return JSON.parse(text);
};

const { origin, cookie, csrf, items } = await read();
const headers = { "Content-Type": "application/json", Accept: "application/json", Cookie: cookie, "X-CSRFToken": csrf };
const asKept = { label: "", text: "", state: "waiting", begun: true, failures: 0, doubts: 0, reason: "" }; // after a reload
let queue = { ...EMPTY, items: items.map((item) => ({ ...asKept, ...item })) };
const posts = [];
const outcomes = {};
const started = performance.now();

const body = (some) => ({
  device: "bench", sent_at: new Date().toISOString(),
  scans: some.map(({ id, seq, at, wish, shown }) => ({ id, seq, at, ...wish, ...(shown ? { shown } : {}) })),
});

await new Promise((done) => {
  const sender = makeSender({
    read: () => queue,
    write: (now) => { queue = now; },
    send: (some) => post(origin + some[0].address, body(some), headers),
    heard: (said, some) => {
      posts.push(some.length);
      for (const { outcome } of said.results || []) outcomes[outcome] = (outcomes[outcome] || 0) + 1;
      if (said.kind !== "answered") outcomes[said.kind] = (outcomes[said.kind] || 0) + 1;
      if (!queue.items.length) done();
    },
  });
  sender.wake();
});
console.log(JSON.stringify({ seconds: (performance.now() - started) / 1000, posts, outcomes }));
