// What was filled in of a signed page and not stored: sent to the server a moment after each change, and kept by this browser
// until the server has it, also over a log-in that has expired. Each account and page apart; gone when the account logs out.

import { headers } from "./device.js";
import { within } from "./sender.js";
import { drop, forgetOld, read, write } from "./sheet-unsent.js";

const AFTER = 1_200; // ms
const PATIENCE = 10_000; // ms
const UNSENT = new Set(["csrfmiddlewaretoken", "kunci"]);
const LOST = "Waktu masuk Anda sudah habis. Isian Anda tetap tersimpan di peramban ini.";
const AWAY = "Belum ada sambungan. Isian Anda tetap tersimpan di peramban ini.";

export const fieldsOf = (form) => Object.fromEntries([...new FormData(form)].filter(([key]) => !UNSENT.has(key)));

// Fills in what was kept. Fields that the page does not show are left out.
function fillIn(form, fields) {
  for (const field of form.elements) {
    const isShown = field.type !== "hidden" || field.name.startsWith("ormasid"); // what was seen is of now
    const isProposed = field.name.startsWith("pilih") && !(field.name in fields); // as the server proposes it
    if (!field.name || field.type === "submit" || !isShown || isProposed) continue;
    const value = fields[field.name];
    if (field.type === "radio" || field.type === "checkbox") field.checked = value === field.value;
    else field.value = value || "";
  }
}

async function outcome(response) {
  if (response.ok && !response.redirected) return { kind: "kept", ...(await response.json()) };
  return { kind: [401, 403].includes(response.status) || response.redirected ? "login" : "away" };
}

function logIn(address) {
  const link = document.createElement("a");
  link.href = `${address}?next=${encodeURIComponent(location.pathname + location.search)}`;
  link.textContent = "Masuk lagi";
  return link;
}

// Keeps the form from now on; says how that goes in the element [data-kept] where there is one. Calls filled() when it has
// filled in what this browser had kept.
export function keepDraft(form, { filled = () => {} } = {}) {
  const { draft: address, user } = form.dataset;
  const told = document.querySelector("[data-kept]");
  let timer = 0;
  let isLeaving = false;
  let turn = 0;

  function changed() {
    turn += 1;
    write(user, address, fieldsOf(form));
    clearTimeout(timer);
    timer = setTimeout(send, AFTER);
  }

  function options() {
    const { Accept, "X-CSRFToken": token } = headers(form.elements.csrfmiddlewaretoken.value);
    return { method: "POST", headers: { Accept, "X-CSRFToken": token }, body: new URLSearchParams(fieldsOf(form)) };
  }

  async function send() {
    const mine = turn;
    const said = await within(PATIENCE, address, options(), outcome).catch(() => ({ kind: "away" }));
    if (isLeaving) return;
    if (said.kind === "kept" && mine === turn) drop(user, address);
    tell(said);
  }

  function tell({ kind, others = [] }) {
    if (!told) return;
    told.textContent = { kept: "", login: LOST, away: AWAY }[kind];
    if (kind === "login") told.append(" ", logIn(form.dataset.login));
    else if (others.length) told.textContent = `${others.map((one) => `${one.name} (${one.at})`).join(", ")} juga mengisi lembar ini.`;
    told.hidden = !told.textContent;
  }

  const kept = read(user, address);
  if (kept) {
    fillIn(form, kept);
    filled();
    changed();
  }
  form.addEventListener("change", changed);
  form.addEventListener("input", changed);
  form.addEventListener("submit", () => {
    write(user, address, fieldsOf(form));
    isLeaving = true;
    clearTimeout(timer);
  });
  addEventListener("pagehide", () => {
    if (isLeaving || !read(user, address)) return;
    fetch(address, { ...options(), keepalive: true }).catch(() => {}); // this browser has it, too
  });
  addEventListener("pageshow", () => { isLeaving = false; });
  return { changed };
}

// A page that the server has stored needs nothing of this browser.
export function dropEntered() {
  for (const { dataset } of document.querySelectorAll("[data-entered]")) drop(dataset.user, dataset.entered);
  forgetOld();
}
