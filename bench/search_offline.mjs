// What a key press costs a device that searches its own copy: milliseconds of the desk's own search among so many people.
// Reads {snapshot, texts, times}, the snapshot as the server makes it, and says {first, keys: {text: [ms, …]}, found: {text: people}}.

import { reader } from "../static/js/copy.js";

let given = "";
for await (const piece of process.stdin) given += piece;
const { snapshot, texts, times } = JSON.parse(given);

const timed = (act) => {
  const started = performance.now();
  act();
  return performance.now() - started;
};

const copy = reader(snapshot);
const first = timed(() => copy.search(texts[0])); // makes what later searches use
const keys = {};
for (const text of texts) {
  keys[text] = [];
  for (let turn = 0; turn < times; turn += 1) keys[text].push(timed(() => copy.search(text)));
}
console.log(JSON.stringify({ first, keys, found: Object.fromEntries(texts.map((text) => [text, copy.search(text).people.length])) }));
