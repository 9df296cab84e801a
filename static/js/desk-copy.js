// The copy on the desk's page: opens it (by PIN, once for each opening of the browser), renews it while there is a signal,
// tells the server how this device stands, and takes the copy off when the device is revoked.

import { about, keepAsNew, keepCopy, openCopy } from "./copy.js";
import { headers } from "./device.js";
import { inWords, judge, whom } from "./judge.js";
import { LIMIT, within } from "./sender.js";
import { staleNote } from "./stale.js";
import { wipe } from "./store.js";

const OLD = 180_000; // ms after which a copy is fetched anew
const BEAT = 60_000;
const WORDS = {
  wrong: (said) => `PIN tidak cocok. ${said.left} kali lagi, lalu salinan dihapus dari perangkat ini.`,
  pause: ({ wait }) => `Tunggu ${Math.ceil(wait / 1_000)} detik, lalu coba lagi.`,
  gone: () => "Salinan sudah dihapus dari perangkat ini. Siapkan perangkat lagi. Catatan yang belum terkirim tetap tersimpan.",
  none: () => "Tidak ada salinan di perangkat ini. Siapkan perangkat dulu.",
};

// panel: the form that asks for the PIN. unsent() says how many wait; opened(), revoked(message) and stale(note) are told; clock learns.
export function makeCopyHolder({ panel, slug, prepare, zone, clock, unsent, opened, revoked, stale }) {
  let store = null;
  let copy = null;
  let device = null;
  let fetched = 0;
  let isLeaving = false;

  async function start(one) {
    store = one;
    device = (await store.get("device")) || null;
    if (!device || device.slug !== slug) return;
    if (panel) panel.addEventListener("submit", (event) => event.preventDefault() || enter());
    show(await openCopy(store, "", clock.now()));
    setInterval(tick, BEAT);
    tick();
  }

  // A copy that is renewed by itself is never stale; one that is locked or cut off is, some day.
  async function tick() {
    await beat();
    stale(staleNote(await about(store, clock.now()), clock.now(), { zone }));
  }

  function show(said) {
    if (panel) panel.hidden = said.kind !== "locked";
    if (said.kind !== "open") return null;
    copy = said.copy;
    return opened();
  }

  async function enter() {
    const { pin } = panel.querySelector("form").elements;
    const said = await openCopy(store, pin.value.trim(), clock.now());
    pin.value = "";
    if (said.kind === "open") return Promise.all([show(said), tick()]);
    const line = panel.querySelector("[data-pin-error]");
    line.querySelector("[data-pin-refusal]").textContent = WORDS[said.kind](said);
    line.hidden = false;
    return pin.focus();
  }

  // ---- With the server ----

  async function renew() {
    const kept = await about(store, clock.now());
    if (!device || !copy || !kept || clock.now() - Math.max(fetched, Date.parse(kept.made_at)) < OLD) return;
    try {
      const { status, said, tag } = await ask(`${prepare}salinan/`, { headers: kept.tag ? { "If-None-Match": kept.tag } : {} }, readCopy);
      if (said && said.error === "revoked") return takeOff(said.message);
      if (status === 304) await keepAsNew(store, new Date(clock.now()).toISOString());
      if (status === 304 || status === 200) fetched = clock.now();
      if (status !== 200 || !said || said.slug !== slug) return;
      const fresh = await keepCopy(store, said, tag);
      if (fresh) show({ kind: "open", copy: fresh });
    } catch {
      // no signal, no answer in time, no room: the copy from before serves
    }
  }

  // Says how many wait here, and hears whether this device may go on.
  async function beat() {
    if (!device || !navigator.onLine) return;
    const kept = await about(store, clock.now());
    await say({ unsent: unsent(), copied_at: kept ? kept.made_at : null });
    await renew();
  }

  async function say(body) {
    const sent = Date.now();
    try {
      const options = { method: "POST", body: JSON.stringify(body), headers: headers("") };
      const { status, said } = await ask(`${prepare}kabar/`, options, readCopy);
      if (said && (said.revoked || said.error === "revoked")) return takeOff(said.message);
      if (status === 200 && said && said.now) clock.learn((sent + Date.now()) / 2 - Date.parse(said.now));
    } catch {
      // said again in a minute
    }
  }

  // Said at each refusal until the server has heard it: before that nobody who logs in here can send.
  async function takeOff(message) {
    if (isLeaving) return;
    isLeaving = true;
    try {
      [copy, device] = [null, null];
      if (panel) panel.hidden = true;
      await wipe(store);
      revoked(message);
      await say({ unsent: unsent(), copied_at: null, wiped: true });
    } finally {
      isLeaving = false;
    }
  }

  const isGood = () => copy && clock.now() < Date.parse(copy.ends_at);

  return { start, beat, takeOff, judge, inWords, whom, copy: () => (isGood() ? copy : null) };
}

const ask = (address, options, read) => within(LIMIT, address, { cache: "no-store", ...options }, read);

async function readCopy(response) {
  const said = await response.json().catch(() => null);
  return { status: response.status, said, tag: response.headers.get("ETag") || "" };
}
