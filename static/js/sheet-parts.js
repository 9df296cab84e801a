// What typing and reviewing a signed page share: blank rows opened one by one, organisations found by a few letters, and
// paper or desk decided by one key. Without this script all of it is there as plain fields.

import { dressOrmas } from "./sheet-ormas.js";

const CHOICES = { k: "paper", m: "desk" };

const isUsed = (row) => [...row.querySelectorAll("input")].some((field) => (field.type === "checkbox" ? field.checked : field.value));
const chosen = (row) => row.querySelector("input:checked");

// ---- Blank rows ----------------------------------------------------------------------------------

// Shows the rows that are filled in, and one more. Where Enter in an empty name goes: onward().
export function dressWritten(form, onward = () => {}) {
  const box = form.querySelector("[data-written]");
  if (!box) return;
  const rows = [...box.querySelectorAll("[data-blank]")];
  const more = box.querySelector("[data-more]");
  const shown = () => rows.filter((row) => !row.hidden);

  function open() {
    const next = rows.find((row) => row.hidden);
    if (next) next.hidden = false;
    more.hidden = !rows.some((row) => row.hidden);
    return next;
  }

  for (const row of rows) row.hidden = !("open" in row.dataset || isUsed(row));
  more.hidden = !rows.some((row) => row.hidden);
  more.querySelector("button").addEventListener("click", () => open().querySelector("input").focus());
  for (const input of box.querySelectorAll("[data-ormas]")) dressOrmas(input, box.dataset.lookUp);
  box.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.isComposing || event.target.type !== "text") return;
    event.preventDefault();
    const fields = [...box.querySelectorAll("input")].filter((field) => field.type === "text" && !field.closest("[hidden]"));
    const place = fields.indexOf(event.target);
    if (!event.target.value.trim() && !("ormas" in event.target.dataset)) onward();
    else if (fields[place + 1]) fields[place + 1].focus();
    else if (shown().every(isUsed) && !more.hidden) open().querySelector("input").focus();
    else onward();
  });
}

// ---- Paper or desk -------------------------------------------------------------------------------

// Where all is decided: over().
export function dressDifferences(form, over = () => {}) {
  const box = form.querySelector("[data-differences]");
  if (!box) return null;
  const rows = [...box.querySelectorAll("[data-choice]")].filter((row) => !row.closest("details"));
  const steps = [];

  function focus(row) {
    for (const one of rows) one.classList.toggle("diff-now", one === row);
    (chosen(row) || row.querySelector("input[type=radio]")).focus({ preventScroll: true });
    row.scrollIntoView({ block: "nearest" });
  }

  function decide(row, value) {
    const before = chosen(row);
    steps.push({ row, before });
    const input = row.querySelector(`input[value="${value}"]`);
    input.checked = true;
    input.dispatchEvent(new Event("change", { bubbles: true }));
    const next = rows.find((one) => !chosen(one)) || rows[rows.indexOf(row) + 1];
    if (next) focus(next);
    else over();
  }

  function back() {
    const step = steps.pop();
    if (!step) return;
    const now = chosen(step.row);
    if (now) now.checked = false;
    if (step.before) step.before.checked = true;
    step.row.dispatchEvent(new Event("change", { bubbles: true }));
    focus(step.row);
  }

  box.addEventListener("keydown", (event) => {
    const row = event.target.closest("[data-choice]");
    if (!row || !rows.includes(row) || event.ctrlKey || event.metaKey || event.altKey) return;
    const key = event.key.toLowerCase();
    const place = rows.indexOf(row);
    if (key in CHOICES) decide(row, CHOICES[key]);
    else if (key === "z") back();
    else if (key === "arrowdown" && rows[place + 1]) focus(rows[place + 1]);
    else if (key === "arrowup" && rows[place - 1]) focus(rows[place - 1]);
    else if (key !== "arrowdown" && key !== "arrowup") return;
    event.preventDefault();
    event.stopPropagation();
  });
  box.addEventListener("focusin", (event) => {
    const row = event.target.closest("[data-choice]");
    for (const one of rows) one.classList.toggle("diff-now", one === row);
  });
  return { left: () => rows.filter((row) => !chosen(row)).length, start: () => rows.length && focus(rows.find((row) => !chosen(row)) || rows[0]), isAny: rows.length > 0 };
}

export function showLive(root = document) {
  for (const one of root.querySelectorAll("[data-live]")) one.hidden = false;
}
