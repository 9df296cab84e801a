// Takes the queue to the server: one request at a time, in order, with a time limit, and again after a pause.

import { next, sending, settled } from "./queue.js";

export const LIMIT = 8_000; // ms that one request may take
const FIRST = 1_000; // ms
const LONGEST = 15_000; // ms between two tries
const LONGEST_ASKED = 300_000; // ms that a server may ask us to wait
const TO_LOG_IN = new Set(["login_required", "csrf"]);

// ---- One request ---------------------------------------------------------------------------------

// fetch with a time limit that covers the body too; read(response) takes it. Rejects when the time is over.
export async function within(limit, address, options, read, ask = fetch) {
  const controller = new AbortController();
  const timer = setTimeout(() => controller.abort(), limit);
  try {
    const response = await ask(address, { ...options, signal: controller.signal });
    return await read(response);
  } finally {
    clearTimeout(timer);
  }
}

// Post JSON and say in one word what came of it:
// answered {results} · refused {message}: these items will never pass · doubted: the server broke on them ·
// login, forbidden {message}: somebody else must be logged in · revoked {message}: this device may not, whoever holds it ·
// later {after}: ms to wait · away: nobody answered.
export async function post(address, body, headers, { limit = LIMIT, ask = fetch } = {}) {
  const options = { method: "POST", body: JSON.stringify(body), headers };
  try {
    return await within(limit, address, options, outcome, ask);
  } catch {
    return { kind: "away" };
  }
}

// What an answer says, in that one word.
export async function outcome(response) {
  const answer = await response.json().catch(() => null);
  const { error = "", message = "", results, clock_error: clockError } = answer || {};
  const { status } = response;
  if (response.ok && Array.isArray(results)) return { kind: "answered", results: results.filter(Boolean), clockError: clockError || 0 };
  if (error === "revoked") return { kind: "revoked", message };
  if (status === 401 || TO_LOG_IN.has(error)) return { kind: "login", message };
  if (status === 403) return { kind: "forbidden", message };
  if (status === 429 || status === 503) return { kind: "later", after: asked(response) };
  if (status === 500) return { kind: "doubted" };
  if (status === 413 || (answer && status >= 400 && status < 500)) return { kind: "refused", message };
  return { kind: "away" }; // a proxy without a server behind it, a hotel's own log-in page
}

function asked(response) {
  const seconds = Number(response.headers.get("Retry-After"));
  return seconds > 0 ? Math.min(seconds * 1_000, LONGEST_ASKED) : 0;
}

// ---- Again and again -----------------------------------------------------------------------------

// ms to wait after so many failures in a row: 1, 2, 4, 8, 15 seconds, each shortened by chance, so that ten desks do not
// come back in the same moment.
export function pause(failures, chance) {
  return Math.min(FIRST * 2 ** (failures - 1), LONGEST) * (1 - chance / 2);
}

const CLOCK = {
  set: (act, ms) => setTimeout(act, ms),
  clear: (timer) => clearTimeout(timer),
  now: () => Date.now(),
  chance: () => Math.random(),
};

const atOnce = (act) => act();
const nothing = () => {};

// read() and write(queue) reach the queue, send(items) posts it, heard(said, items) is told each outcome.
// What is kept on the device needs more: alone(act) waits for other tabs, sync() reads what they did, begin(items) writes down
// that these may have been heard.
// wake() sends what waits, unless the server asked for patience; now() sends it all the same.
export function makeSender({ read, write, send, heard, clock = CLOCK, alone = atOnce, sync = nothing, begin = nothing }) {
  let busy = false;
  let failures = 0;
  let timer;
  let notBefore = 0;

  function wake() {
    clock.clear(timer);
    if (busy) return null;
    const patience = notBefore - clock.now();
    if (patience > 0) timer = clock.set(wake, patience);
    else if (next(read()).length) return run();
    return null;
  }

  async function run() {
    busy = true;
    const came = { said: null };
    try {
      await alone(() => round(came));
    } finally {
      busy = false;
      if (came.said) goOn(came.said);
      else if (next(read()).length) timer = clock.set(wake, FIRST);
    }
  }

  // One request, and what came of it; none when another tab has sent it all.
  async function round(came) {
    await sync();
    const items = next(read());
    if (!items.length) return;
    const ids = items.map((item) => item.id);
    await begin(items);
    write(sending(read(), ids));
    const said = aboutThese(ids, await send(items));
    const written = write(settled(read(), ids, said));
    failures = said.kind === "answered" || said.kind === "refused" ? 0 : failures + 1;
    came.said = said;
    try {
      heard(said, items);
    } finally {
      await written;
    }
  }

  function goOn(said) {
    const wait = said.after || pause(failures, clock.chance());
    if (said.kind === "later") notBefore = clock.now() + wait;
    if (failures === 0) wake();
    else timer = clock.set(wake, wait);
  }

  function now() {
    notBefore = 0;
    wake();
  }

  return { wake, now, isBusy: () => busy };
}

// An answer about nothing that was asked is none.
function aboutThese(ids, said) {
  const strange = said.kind === "answered" && !said.results.some((result) => ids.includes(result.id));
  return strange ? { kind: "away" } : said;
}
