// What the desk has taken and the server has not answered yet. Plain data and pure functions; take.js keeps it on the device,
// sender.js takes it to the server.
// An item keeps its id for good, so that sending it once more doubles nothing.

export const MOST = 500; // items in one request
const START = 50; // until the server has shown how much it takes
const FEW = 10; // on a line that carried nothing
const TRIES = 3; // failures on its own before an item lets the others go first

export const EMPTY = { items: [], latest: "", most: START };

// ---- Taking --------------------------------------------------------------------------------------

// The queue with one more wish ({kind, code | ref | undoes | …}) at its end. make() gives {id, seq, at, session, address,
// label, text} and is asked only when the wish is new: the same wish in the same session, still unanswered, is the same act.
// It is not sent before it is kept.
export function enqueue(queue, wish, make, session = undefined) {
  const known = same(queue, wish, session);
  if (known) return { ...retry(queue, known.id), latest: known.id };
  const item = { shown: "", ...make(), wish, state: "waiting", begun: false, failures: 0, doubts: 0, reason: "" };
  return { ...queue, items: [...queue.items, item], latest: item.id };
}

// Somebody whose check-in is undone and who then comes again comes a second time.
function same(queue, wish, session) {
  const here = queue.items.filter((item) => item.session === session);
  const undone = here.map((item) => item.wish.kind).lastIndexOf("undo");
  const since = wish.kind === "undo" ? here : here.slice(undone + 1);
  const said = JSON.stringify(wish);
  return since.find((item) => item.wish.kind === wish.kind && JSON.stringify(item.wish) === said);
}

const again = (item) => (item.state === "aside" ? "waiting" : item.state);

// Being written down, and written down under its number (none: the device could not).
export const keeping = (queue, id) => change(queue, [id], (item) => ({ ...item, state: "keeping" }));
export const kept = (queue, id, n) => change(queue, [id], (item) => ({ ...item, n, state: "waiting" }));

// What the device told the person by itself. `bare`: it was sent before, without this.
export function told(queue, id, shown) {
  return change(queue, [id], (item) => ({ ...item, shown, bare: item.begun }));
}

// As the store has it: without what another tab has sent, with what another tab took. numbers: all that is stored.
export function synced(queue, numbers, stored) {
  const standing = queue.items.filter((item) => item.n === undefined || numbers.has(item.n));
  const known = new Set(standing.map((item) => item.id)); // one that is just being written has no number yet
  const fresh = stored.filter((item) => !known.has(item.id)).map(asLeft);
  if (!fresh.length && standing.length === queue.items.length) return queue;
  return { ...queue, items: [...standing, ...fresh].sort(inOrder) };
}

// One that was taken before this page was there: who knows what the server has heard of it.
const asLeft = (item) => ({ ...item, begun: true, failures: 0, doubts: 0 });
const place = ({ n }) => (n === undefined ? Infinity : n);
const inOrder = (one, other) => (place(one) === place(other) ? 0 : place(one) - place(other));

// ---- Sending -------------------------------------------------------------------------------------

// The items of the next request, in the order in which they were taken: those for one address. An address at which nobody
// here may send (another batch's) holds the others back no longer than its one try.
export function next(queue) {
  const free = queue.items.filter((item) => item.state === "waiting");
  const clear = free.filter((item) => item.doubts < TRIES);
  const first = clear.find((item) => item.address !== queue.barred) || clear[0];
  if (first) return clear.filter((item) => item.address === first.address).slice(0, queue.most);
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
  if (said.kind === "forbidden") return { ...change(queue, ids, failed), barred: (find(queue, ids[0]) || {}).address };
  if (said.kind === "away" && ids.length > FEW) return { ...halved(queue, ids), most: Math.max(FEW, Math.floor(ids.length / 2)) };
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
  const meant = new Set(ids);
  return { ...queue, items: queue.items.map((item) => (meant.has(item.id) ? how(item) : item)) };
}
