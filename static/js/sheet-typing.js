// A signed page entered by keyboard: one key a row, and on to the next by itself. What is filled in is kept on the server.
// Without this script the form is sent as it is filled in.

import { makeCells, makeLull, meaning, says } from "./sheet-cells.js";
import { dropEntered, keepDraft } from "./sheet-draft.js";
import { dressDifferences, dressWritten, showLive } from "./sheet-parts.js";

const OTHERS = "input:not([type=radio]), textarea, select, button, a, summary, [data-differences] *"; // have their own keys

const chosen = (box) => box.querySelector("input:checked");

// The rows: null where the page has none but blank ones.
function makeRows(form, { over }) {
  const list = form.querySelector(".type-list");
  if (!list) return null;
  const rows = [...list.querySelectorAll("[data-row]")].map((line) => ({ line, boxes: [...line.querySelectorAll("[data-cell]")] }));
  const buttons = [...form.querySelectorAll("[data-column]")];
  const goTo = form.querySelector("[data-goto]");
  const nowhere = form.querySelector("[data-nowhere]");
  const progress = document.querySelector("[data-filled]");
  let cells = null;

  function read() {
    const marks = rows.map(({ boxes }) => boxes.map((box) => (chosen(box) || {}).value || ""));
    cells = makeCells(rows.map(({ line }) => Number(line.dataset.row)), rows[0].boxes.length, marks);
    cells.start();
    draw();
  }

  function draw() {
    const { row, column } = cells.cell();
    for (const [place, { line, boxes }] of rows.entries()) {
      line.classList.toggle("type-now", place === row);
      boxes.forEach((box, at) => box.classList.toggle("type-shown", at === column));
    }
    buttons.forEach((button, at) => {
      button.setAttribute("aria-pressed", String(at === column));
      button.querySelector("[data-column-filled]").textContent = `${cells.number(at)}/${rows.length}`;
    });
    progress.textContent = String(cells.number());
  }

  function focus() {
    const { row, column } = cells.cell();
    const box = rows[row].boxes[column];
    draw();
    (chosen(box) || box.querySelector("input")).focus({ preventScroll: true });
    rows[row].line.scrollIntoView({ block: "nearest" });
  }

  function paint({ row, column, mark }) {
    for (const input of rows[row].boxes[column].querySelectorAll("input")) input.checked = input.value === mark;
    rows[row].line.dispatchEvent(new Event("change", { bubbles: true }));
  }

  const acts = {
    mark({ mark }) {
      const { marked, isOver } = cells.mark(mark);
      paint({ ...marked, mark });
      draw();
      if (isOver) over();
      else focus();
    },
    back() {
      paint(cells.back());
      focus();
    },
    move({ by }) {
      cells.move(by);
      focus();
    },
    column({ by }) {
      cells.column(by);
      focus();
    },
    goto() {
      goTo.focus();
      goTo.select();
    },
  };

  function onKey(event) {
    if (event.target.matches(OTHERS) || event.isComposing) return;
    const wish = meaning(event);
    if (!wish || (wish.act === "column" && rows[0].boxes.length === 1)) return;
    event.preventDefault();
    acts[wish.act](wish);
  }

  // By a finger, or as a screen reader does it: the cell that was chosen is in hand.
  function onChange({ target }) {
    if (target.type !== "radio") return;
    const row = rows.findIndex(({ line }) => line.contains(target));
    const column = rows[row].boxes.findIndex((box) => box.contains(target));
    cells.put(row, column, target.value);
    draw();
  }

  function onFocus({ target }) {
    const row = rows.findIndex(({ line }) => line.contains(target));
    if (row >= 0 && row !== cells.cell().row) {
      cells.go(row);
      draw();
    }
  }

  function onGoTo(event) {
    if (event.key !== "Enter") return;
    event.preventDefault();
    if (cells.find(Number(goTo.value))) return focus();
    goTo.setAttribute("aria-invalid", "true");
    nowhere.textContent = "Nomor itu tidak ada di lembar ini.";
    return null;
  }

  function calm() {
    goTo.removeAttribute("aria-invalid");
    nowhere.textContent = "";
  }

  document.addEventListener("keydown", onKey);
  list.addEventListener("change", onChange);
  list.addEventListener("focusin", onFocus);
  goTo.addEventListener("keydown", onGoTo);
  goTo.addEventListener("input", calm);
  goTo.addEventListener("blur", () => {
    goTo.value = "";
    calm();
  });
  for (const [at, button] of buttons.entries()) {
    button.addEventListener("click", () => {
      cells.column(at - cells.cell().column);
      focus();
    });
  }
  list.classList.toggle("type-live", buttons.length > 0);
  if (buttons.length) form.querySelector("[data-columns]").hidden = false;
  read();
  return { read, left: () => rows.filter(({ boxes }) => !boxes.every(chosen)).length };
}

function start(form) {
  const counts = [...form.querySelectorAll(".count-input")];
  const said = form.querySelector("[data-says]");
  const save = form.querySelector("[data-save]");
  const differences = dressDifferences(form, () => save.focus());
  const toCounts = () => counts[0].focus();
  const firstBlank = form.querySelector("[data-blank] input");
  const lull = makeLull();
  const rows = makeRows(form, { over: () => {
    lull.begin(performance.now());
    (firstBlank || counts[0]).focus();
  } });

  function draw() {
    said.textContent = says({
      rows: rows ? rows.left() : 0,
      counts: counts.some((input) => !input.value.trim()),
      differs: counts.some((input) => input.getAttribute("aria-invalid")),
      choices: differences ? differences.left() : 0,
    });
  }

  addEventListener("keydown", (event) => {
    if (!lull.swallows(event, performance.now())) return;
    event.preventDefault();
    event.stopPropagation();
  }, { capture: true });
  dressWritten(form, toCounts);
  keepDraft(form, { filled: () => rows && rows.read() });
  showLive();
  for (const [place, input] of counts.entries()) {
    input.addEventListener("input", () => input.removeAttribute("aria-invalid"));
    input.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || !counts[place + 1]) return; // behind the last one the browser sends the form
      event.preventDefault();
      counts[place + 1].focus();
    });
  }
  form.addEventListener("change", draw);
  form.addEventListener("input", draw);
  draw();
  if (differences && !document.querySelector(".error-summary")) differences.start();
}

const typed = document.querySelector("[data-typing]");
if (typed) start(typed);
dropEntered();
