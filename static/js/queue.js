// What the desk has taken and the server has not answered yet. Plain data and pure functions: the page keeps it in
// memory, and whatever keeps it next finds nothing here that needs a page.
// An item keeps its id for good, so that sending it once more doubles nothing.

export const MOST = 50; // items in one request
const TRIES = 3; // failures on its own before an item lets the others go first

export const EMPTY = { items: [], latest: "", most: MOST };

// ---- Taking --------------------------------------------------------------------------------------

// The queue with one more wish ({kind, code | ref | undoes}) at its end. make() gives {id, seq, at, label, text} and is
// asked only when the wish is new: the same wish, still unanswered, is the same act.
export function enqueue(queue, wish, make) {
  const known = same(queue, wish);
  if (known) return { ...retry(queue, known.id), latest: known.id };
  const item = { ...make(), wish, state: "waiting", begun: false, failures: 0, doubts: 0, reason: "" };
  return { ...queue, items: [...queue.items, item], latest: item.id };
}

// Somebody whose check-in is undone and who then comes again comes a second time.
function same(queue, wish) {
  const undone = queue.items.map((item) => item.wish.kind).lastIndexOf("undo");
  const since = wish.kind === "undo" ? queue.items : queue.items.slice(undone + 1);
  return since.find((item) => JSON.stringify(item.wish) === JSON.stringify(wish));
}

const again = (item) => (item.state === "aside" ? "waiting" : item.state);

// ---- Sending -------------------------------------------------------------------------------------

// The items of the next request, in the order in which they were taken.
export function next(queue) {
  const free = queue.items.filter((item) => item.state === "waiting");
  const clear = free.filter((item) => item.doubts < TRIES);
  if (clear.length) return clear.slice(0, queue.most);
  return free.sort((one, other) => one.doubts - other.doubts).slice(0, 1); // each in its turn
}

export function sending(queue, ids) {
  return change(queue, ids, (item) => ({ ...item, state: "sending", begun: true }));
}

// What an answer of the server (sender.js) makes of the items that were sent.
export function settled(queue, ids, said) {
  if (said.kind === "answered") return answered(queue, ids, said.results);
  if (said.kind === "refused") return ids.length > 1 ? halved(queue, ids) : aside(queue, ids, said.message);
  if (said.kind === "doubted") return ids.length > 1 ? halved(queue, ids) : change(queue, ids, doubted);
  return change(queue, ids, failed);
}

function answered(queue, ids, results) {
  const known = new Set(results.map((result) => result.id));
  const left = queue.items.filter((item) => !known.has(item.id));
  return change({ ...queue, items: left, most: Math.min(MOST, queue.most * 2) }, ids, failed);
}

// One bad item voids the whole request: smaller ones find it, and the others get through.
function halved(queue, ids) {
  return { ...change(queue, ids, failed), most: Math.max(1, Math.floor(ids.length / 2)) };
}

function aside(queue, ids, reason) {
  return change(queue, ids, (item) => ({ ...item, state: "aside", reason }));
}

const failed = (item) => ({ ...item, state: "waiting", failures: item.failures + 1 });
const doubted = (item) => ({ ...failed(item), doubts: item.doubts + 1 });

// ---- Changing one's mind -------------------------------------------------------------------------

// Whether the server cannot have heard of it: then it may simply be dropped.
export function isUnheard(queue, id) {
  const item = find(queue, id);
  return Boolean(item) && !item.begun;
}

export function drop(queue, id) {
  return { ...queue, items: queue.items.filter((item) => item.id !== id) };
}

export function retry(queue, id) {
  return change(queue, [id], (item) => ({ ...item, state: again(item), doubts: 0, reason: "" }));
}

// ---- Asking --------------------------------------------------------------------------------------

export function find(queue, id) {
  return queue.items.find((item) => item.id === id);
}

export function waiting(queue) {
  return queue.items.filter((item) => item.state !== "aside");
}

export function setAside(queue) {
  return queue.items.filter((item) => item.state === "aside");
}

function change(queue, ids, how) {
  return { ...queue, items: queue.items.map((item) => (ids.includes(item.id) ? how(item) : item)) };
}
