// What was filled in on a recap and not saved, kept by this browser: for each account and session apart, until it is saved,
// taken back, or the account logs out.

const START = "rekap";
const A_WEEK = 7 * 24 * 3_600_000;

const name = (user, session) => `${START} ${user} ${session}`;

// Where the browser keeps things; null where it refuses even to say.
function own() {
  try {
    return globalThis.localStorage;
  } catch {
    return null;
  }
}

// {ref: mark} of a session; {} where nothing is kept, or nothing can be.
export function read(user, session, { place = own() } = {}) {
  return readAt(place, name(user, session));
}

function readAt(place, key) {
  try {
    const { marks } = JSON.parse(place.getItem(key)) || {};
    return marks && typeof marks === "object" ? marks : {};
  } catch {
    return {};
  }
}

// Writes the marks of these cells, and leaves alone what another tab keeps of others. mark(ref) is null for what is no more.
// Whether the browser kept it.
export function write(user, session, refs, mark, { place = own(), now = Date.now() } = {}) {
  const key = name(user, session);
  const marks = readAt(place, key);
  for (const ref of refs) {
    if (mark(ref)) marks[ref] = mark(ref);
    else delete marks[ref];
  }
  try {
    if (Object.keys(marks).length) place.setItem(key, JSON.stringify({ at: now, marks }));
    else place.removeItem(key);
    return true;
  } catch {
    return false; // no space, or a browser that keeps nothing
  }
}

// {session: number of cells} of what an account has not saved, in whatever session.
export function everywhere(user, { place = own() } = {}) {
  return Object.fromEntries(keys(place).filter(([, owner]) => owner === user).map(([key, , session]) => [session, Object.keys(readAt(place, key)).length]));
}

// How many cells are not saved, of all accounts of this browser.
export function number({ place = own() } = {}) {
  return keys(place).reduce((sum, [key]) => sum + Object.keys(readAt(place, key)).length, 0);
}

// Takes off this browser what is kept: all, or only what nobody came back to within a week.
export function forget({ place = own(), before = Infinity } = {}) {
  for (const [key] of keys(place)) {
    if (before === Infinity || ageAt(place, key) < before) place.removeItem(key);
  }
}

export const forgetOld = ({ place = own(), now = Date.now() } = {}) => forget({ place, before: now - A_WEEK });

function ageAt(place, key) {
  try {
    return JSON.parse(place.getItem(key)).at || 0;
  } catch {
    return 0;
  }
}

// [key, user, session] of each.
function keys(place) {
  try {
    return Object.keys(place).filter((key) => key.startsWith(`${START} `)).map((key) => [key].concat(key.split(" ").slice(1)));
  } catch {
    return [];
  }
}

export const isOurs = (key, user, session) => key === name(user, session);
