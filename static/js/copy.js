// The copy of a batch that a prepared device carries: sealed where it lies, opened by the PIN of the desk, answering in memory.
//
// P = PBKDF2-SHA256(PIN, salt, rounds); the key of AES-GCM is HKDF over HMAC(secret, P), where the secret never leaves this
// browser. P stays with the page (sessionStorage), so that a reload needs no PIN and closing the browser does.

import { plain } from "./plain.js";
import { SESSION_KEY, forgetKey, wipe } from "./store.js";

const SLOWEST = 10_000_000; // rounds; more is a fault of whoever says so
const LEAST_ROUNDS = 600_000;
const MOST_WRONG = 10; // PINs before the copy is deleted
const FREE = 2; // wrong ones without a pause
const FIRST = 5_000; // ms of the first pause; each doubles
const LONGEST = 300_000;
const INFO = "salinan meja";

const bytes = (text) => new TextEncoder().encode(text);
const toText = (raw) => btoa(String.fromCharCode(...new Uint8Array(raw)));
const fromText = (text) => Uint8Array.from(atob(text), (sign) => sign.charCodeAt(0));

// Whether this page may seal anything: addresses without https may not.
export const canSeal = () => Boolean(globalThis.crypto && crypto.subtle);

// ---- Keys ----------------------------------------------------------------------------------------

async function stretched(pin, { salt, rounds }) {
  if (!(rounds >= LEAST_ROUNDS && rounds <= SLOWEST)) throw new Error("That many rounds cannot be meant.");
  const material = await crypto.subtle.importKey("raw", bytes(pin), "PBKDF2", false, ["deriveBits"]);
  const how = { name: "PBKDF2", hash: "SHA-256", salt: bytes(salt), iterations: rounds };
  return crypto.subtle.deriveBits(how, material, 256);
}

async function keyOf(secret, stretchedPin) {
  const mixed = await crypto.subtle.sign("HMAC", secret, stretchedPin);
  const material = await crypto.subtle.importKey("raw", mixed, "HKDF", false, ["deriveKey"]);
  const how = { name: "HKDF", hash: "SHA-256", salt: new Uint8Array(32), info: bytes(INFO) };
  return crypto.subtle.deriveKey(how, material, { name: "AES-GCM", length: 256 }, false, ["encrypt", "decrypt"]);
}

const newSecret = () => crypto.subtle.generateKey({ name: "HMAC", hash: "SHA-256" }, false, ["sign"]);

function keepKey(stretchedPin) {
  try {
    sessionStorage.setItem(SESSION_KEY, toText(stretchedPin));
  } catch {
    // then the PIN is asked again after a reload
  }
}

function keptKey() {
  try {
    const text = sessionStorage.getItem(SESSION_KEY);
    return text ? fromText(text) : null;
  } catch {
    return null;
  }
}

export async function seal(key, snapshot) {
  const iv = crypto.getRandomValues(new Uint8Array(12));
  return { iv, data: await crypto.subtle.encrypt({ name: "AES-GCM", iv }, key, bytes(JSON.stringify(snapshot))) };
}

export async function unseal(key, { iv, data }) {
  return JSON.parse(new TextDecoder().decode(await crypto.subtle.decrypt({ name: "AES-GCM", iv }, key, data)));
}

// ---- Preparing and renewing ----------------------------------------------------------------------

// The server has taken the PIN and said {key, salt, rounds}: from here on this device is this one, and carries nothing yet.
export async function begin(store, pin, { slug, label, key, salt, rounds }) {
  const stretchedPin = await stretched(pin, { salt, rounds });
  const secret = await newSecret();
  await wipe(store);
  await store.set("secret", secret);
  await store.set("device", { slug, label, key, salt, rounds });
  keepKey(stretchedPin);
}

// Seals a snapshot as the server made it, in the place of the one before; tag is the server's for this very content.
// Returns the copy, open; null while nothing opens it.
export async function keepCopy(store, snapshot, tag = "") {
  const [secret, stretchedPin] = [await store.get("secret"), keptKey()];
  if (!secret || !stretchedPin) return null;
  const { slug, made_at, ends_at, people, sessions } = snapshot;
  const sealed = await seal(await keyOf(secret, stretchedPin), snapshot);
  const told = { slug, made_at, ends_at, people: people.length, sessions: sessions.map(({ id }) => id), tag };
  await store.set("copy", { ...told, ...sealed });
  return reader(snapshot);
}

// The server says that nothing has changed until then.
export async function keepAsNew(store, madeAt) {
  const kept = await store.get("copy");
  if (kept) await store.set("copy", { ...kept, made_at: madeAt });
}

// What is known of the copy without opening it: {slug, made_at, ends_at, people, sessions, tag}; null when there is none, or
// it is over: then it goes.
export async function about(store, now = Date.now()) {
  const kept = await store.get("copy");
  if (!kept) return null;
  if (isOver(kept, now)) {
    await wipe(store);
    return null;
  }
  const { slug, made_at, ends_at, people, sessions, tag } = kept;
  return { slug, made_at, ends_at, people, sessions, tag };
}

export const isOver = ({ ends_at: end }, now) => !(now < Date.parse(end));

// ---- Opening -------------------------------------------------------------------------------------

// Without a PIN by what the page still holds. Says {kind}:
// open {copy} · locked: it takes the PIN · none: there is no copy · wrong {left, wait} · pause {wait}: ms until the next try ·
// gone: too many were wrong, or its time is over, and it was deleted.
export async function openCopy(store, pin = "", now = Date.now()) {
  const [sealed, secret, device] = [await store.get("copy"), await store.get("secret"), await store.get("device")];
  if (!sealed || !secret || !device || !canSeal()) return { kind: "none" };
  if (isOver(sealed, now)) return gone(store);
  return pin ? tryPin(store, { sealed, secret, device }, pin, now) : byKeptKey({ sealed, secret });
}

async function byKeptKey({ sealed, secret }) {
  const stretchedPin = keptKey();
  if (!stretchedPin) return { kind: "locked" };
  try {
    return { kind: "open", copy: reader(await unseal(await keyOf(secret, stretchedPin), sealed)) };
  } catch {
    forgetKey(); // of a copy that another tab has replaced
    return { kind: "locked" };
  }
}

async function tryPin(store, { sealed, secret, device }, pin, now) {
  const { wrong = 0, until = 0 } = (await store.get("tries")) || {};
  if (wrong >= MOST_WRONG) return gone(store);
  if (now < until && until - now <= LONGEST) return { kind: "pause", wait: until - now };
  await store.set("tries", { wrong: wrong + 1, until: now + pause(wrong + 1) }); // counted first: a kill gives no try for nothing
  const stretchedPin = await stretched(pin, device);
  try {
    const copy = reader(await unseal(await keyOf(secret, stretchedPin), sealed));
    keepKey(stretchedPin);
    await store.unset("tries");
    return { kind: "open", copy };
  } catch {
    const left = MOST_WRONG - wrong - 1;
    return left > 0 ? { kind: "wrong", left, wait: pause(wrong + 1) } : gone(store);
  }
}

const pause = (wrong) => (wrong <= FREE ? 0 : Math.min(FIRST * 2 ** (wrong - FREE - 1), LONGEST));

async function gone(store) {
  await wipe(store);
  return { kind: "gone" };
}

// ---- Reading -------------------------------------------------------------------------------------

const LEAST_LETTERS = 2;
const MOST_WORDS = 6;
const MOST_LETTERS = 40;
const MOST_MATCHES = 6; // what a small phone shows at once
const CODE_END = 2;

// Read out with a name, yet of no use in finding somebody; as pelatihan/desk/search.py.
export const TITLES = new Set(
  ("bapak bpk ibu sdr sdri h hj haji hajah kh ustad ustadz ustadzah pdt pendeta romo r rr rd raden prof dr dra drs drg ir " +
    "ners apt ak ca se sh mh shi mhi sag mag spd mpd spdi mpdi ssos msos sip mip sap map ssi msi st mt skom mkom sked skep " +
    "skm mkes mkn mm mba mhum shum ma ba bsc msc phd llm amd spsi mpsi sth mth sstp letjen mayjen brigjen kombes akbp kol " +
    "letkol purn").split(" "),
);

// The words that count: titles only when there is nothing else.
export function sought(text) {
  const cut = text.trim().slice(0, 1_000).split(/\s+/).slice(0, MOST_WORDS).map((word) => word.slice(0, MOST_LETTERS));
  const words = plain(cut.join(" ")).split(" ").filter(Boolean).slice(0, MOST_WORDS);
  const telling = words.filter((word) => !TITLES.has(word));
  return telling.length ? telling : words;
}

// A snapshot in memory: whom a code, a ref or some letters mean.
export function reader(snapshot) {
  const { people, ormas, ormas_short: shorts = [], codes = {} } = snapshot;
  const plainOrmas = ormas.map((name, place) => ` ${plain(`${name} ${shorts[place] || ""}`)}`);
  const byCode = new Map(people.map((person) => [person.c, person]));
  const byRef = new Map(people.map((person) => [person.r, person]));
  for (const [code, ref] of Object.entries(codes)) if (byRef.has(ref)) byCode.set(code, byRef.get(ref)); // merged with another

  const line = (person) => {
    const name = ` ${plain(`${person.n} ${person.t}`)}`;
    const bare = name.split(" ").filter((word) => !TITLES.has(word)).join(" ");
    return { person, name, bare, ormas: person.o < 0 ? "" : plainOrmas[person.o] };
  };

  const lines = people.map(line).sort((one, other) => (one.bare < other.bare ? -1 : Number(one.bare > other.bare)));
  const ormasOf = (person) => (person.o < 0 ? person.t : ormas[person.o]);

  // The first few whom every word fits, in the desk's order, and how many more there are.
  function search(text) {
    const words = sought(text);
    if (words.join("").length < LEAST_LETTERS) return { people: [], more: 0, isTooShort: true };
    const begun = words.map((word) => ` ${word}`);
    const byRank = []; // of each rank the first few, by name: the rest is only counted
    let number = 0;
    for (const each of lines) {
      if (!words.every((word) => each.name.includes(word) || each.ormas.includes(word))) continue;
      number += 1;
      let rank = each.person.s === "accepted" ? 2 * MOST_WORDS + 1 : 0;
      for (const word of begun) rank += each.name.includes(word) ? 2 : Number(each.ormas.includes(word));
      if (!byRank[rank]) byRank[rank] = [];
      if (byRank[rank].length < MOST_MATCHES) byRank[rank].push(each);
    }
    const first = [].concat(...byRank.reverse().filter(Boolean)).slice(0, MOST_MATCHES);
    const alike = (each) => first.filter((one) => one.bare === each.bare && one.person.o === each.person.o).length > 1;
    return {
      people: first.map((each) => ({ person: each.person, codeEnd: alike(each) ? each.person.c.slice(-CODE_END) : "" })),
      more: number - first.length,
      isTooShort: false,
    };
  }

  return {
    ...snapshot,
    search,
    ormasOf,
    byCode: (code) => byCode.get(code) || null,
    byRef: (ref) => byRef.get(ref) || null,
    session: (id) => snapshot.sessions.find((session) => session.id === id) || null,
  };
}
