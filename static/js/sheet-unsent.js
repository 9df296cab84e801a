// What was filled in of a signed page and is not with the server yet, kept by this browser: for each account and page apart,
// until the server has it or the account logs out.

const START = "lembar";
const A_WEEK = 7 * 24 * 3_600_000;

const name = (user, address) => `${START} ${user} ${address}`;

function own() {
  try {
    return globalThis.localStorage;
  } catch {
    return null;
  }
}

// {name: value} of a page that the server does not have yet; null where nothing is kept.
export function read(user, address, { place = own() } = {}) {
  try {
    const { fields } = JSON.parse(place.getItem(name(user, address))) || {};
    return fields && typeof fields === "object" ? fields : null;
  } catch {
    return null;
  }
}

// Whether the browser kept it.
export function write(user, address, fields, { place = own(), now = Date.now() } = {}) {
  try {
    place.setItem(name(user, address), JSON.stringify({ at: now, fields }));
    return true;
  } catch {
    return false;
  }
}

export function drop(user, address, { place = own() } = {}) {
  try {
    place.removeItem(name(user, address));
  } catch {
    // then nothing was kept either
  }
}

// Takes off this browser what is kept: all, or only what nobody came back to within a week.
export function forget({ place = own(), before = Infinity } = {}) {
  try {
    for (const key of Object.keys(place).filter((one) => one.startsWith(`${START} `))) {
      if (before === Infinity || ageOf(place, key) < before) place.removeItem(key);
    }
  } catch {
    // a browser that keeps nothing
  }
}

function ageOf(place, key) {
  try {
    return JSON.parse(place.getItem(key)).at || 0;
  } catch {
    return 0;
  }
}

export const forgetOld = ({ place = own(), now = Date.now() } = {}) => forget({ place, before: now - A_WEEK });
